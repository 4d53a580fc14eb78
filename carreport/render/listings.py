"""
Tables too long to be laid out like others: the listing of very many patients.

On the screen such a table is one of many short ones, so that a browser lays out what is looked at;
on paper `listing_sheets` sets it. Its cells lead to no entries of their own: each says its id, the
scan holds its text against the result, and the listing as a whole has the entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from carreport.render.printing import labelled, marked
from carreport.tables import Printed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carreport.results import Result, Results
    from carreport.tables import Cell, Layout, Row

LONGEST: Final = 600
"""A table of more rows is set as a listing."""
LISTED: Final = 100
"""A table of nothing but cells of listings is set as one from so many rows on."""
CHUNK: Final = 100
"""Rows of one of the tables that a listing is on the screen."""


def is_long(layout: Layout, results: Results) -> bool:
    """Whether a table is set as a listing: very long, or long and made of listings alone."""
    if len(layout.body) > LONGEST:
        return True
    cells = [cell for row in layout.body for cell in row.cells]
    found = [piece.id for cell in cells for piece in cell.pieces if isinstance(piece, Printed)]
    return len(layout.body) >= LISTED and all(map(results.listing_of, found))


def chunks(layout: Layout, results: Results) -> Iterator[Markup]:
    """The rows of a long table as markup, so many at a time."""
    for begin in range(0, len(layout.body), CHUNK):
        rows = (
            f'<tr class="{row.kind}"{_place(row, results)}>'
            f"{''.join(_cell(cell, results) for cell in row.cells)}</tr>"
            for row in layout.body[begin : begin + CHUNK]
        )
        yield Markup("\n".join(rows))  # noqa: S704 - escaped below, cell by cell


def _place(row: Row, results: Results) -> str:
    """The listing and the row of it that a row prints, for what is asked of it on the screen."""
    first = next(
        (one.id for cell in row.cells for one in cell.pieces if isinstance(one, Printed)), ""
    )
    place = results.place_of(first) if first else None
    if place is None:
        return ""
    listing, at = place
    return f' data-listing="{escape(listing)}" data-row="{at}"'


def _cell(cell: Cell, results: Results) -> str:
    tag = "th" if cell.head else "td"
    scope = f' scope="{cell.scope}"' if cell.scope else ""
    span = f' colspan="{cell.span}"' if cell.span != 1 else ""
    return f'<{tag} class="{cell.align}"{scope}{span}>{_content(cell, results)}</{tag}>'


def _content(cell: Cell, results: Results) -> str:
    """Text and numbers, with one mark for the weakest of them at the end."""
    text = ""
    shown: list[tuple[Result, str]] = []
    for piece in cell.pieces:
        if isinstance(piece, Printed):
            result = results[piece.id]
            printed = escape(result.styled(piece.style))
            text += f'<span data-cell="{escape(piece.id)}">{printed}</span>'
            shown.append((result, piece.style))
        else:
            text += str(labelled(piece))
    return text + str(marked(*shown)) if shown else text


def listings_of(layout: Layout, results: Results) -> list[str]:
    """The listings that a table prints cells of, by id."""
    found = dict.fromkeys(results.listing_of(one) for one in layout.ids())
    return [one for one in found if one]
