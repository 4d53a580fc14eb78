"""How wide a table comes out on paper, and dividing one that is too wide by its columns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from carreport.tables.layout import MOST_LETTERS, printed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from carreport.results import Results
    from carreport.tables.layout import Cell, Layout

UPRIGHT: Final = 174.0
LANDSCAPE: Final = 261.0
"""Millimetres of a page between its margins, as in the style sheet."""
LETTER: Final = 1.68
WIDE_LETTER: Final = 1.54
"""Millimetres of a letter, on the generous side, in the two sizes tables are set in."""
NUMBER_GAP: Final = 6.5
TEXT_GAP: Final = 3.0
LEAST_TEXT: Final = 12
"""A column of text is not squeezed below so many letters where it has as many."""
PART: Final = "_part_"

One = TypeVar("One")


def fitted(
    make: Callable[[Sequence[One]], Layout], columns: Sequence[One], results: Results
) -> tuple[Layout, ...]:
    """
    A table that fits its page: upright, across, or in parts.

    Args:
        make: Lays the table out with some of its columns.
        columns: All of them; each is in one part.
        results: What the cells print.

    Returns:
        One table, or parts of it with ids of their own, the first with the table's.
    """
    whole = make(columns)
    if width(whole, results, wide=False) <= UPRIGHT:
        return (replace(whole, wide=False),)
    parts: list[list[One]] = []
    for column in columns:
        if parts and width(make([*parts[-1], column]), results, wide=True) <= LANDSCAPE:
            parts[-1].append(column)
        else:
            parts.append([column])
    return tuple(_part(make(part), number) for number, part in enumerate(parts, start=1))


def _part(layout: Layout, number: int) -> Layout:
    if number == 1:
        return replace(layout, wide=True)
    return replace(
        layout, id=f"{layout.id}{PART}{number}", title=f"{layout.title} (continued)", wide=True
    )


def width(layout: Layout, results: Results, *, wide: bool) -> float:
    """
    What a table needs at least, in millimetres; cells that span columns are left out.

    Args:
        layout: The table.
        results: What its cells print.
        wide: Whether it is set in the smaller letters of a page across.
    """
    letter = WIDE_LETTER if wide else LETTER
    rows = [row for row in layout.head if _is_plain(row)]
    rows += [row.cells for row in layout.body if _is_plain(row.cells)]
    columns = max((len(row) for row in rows), default=0)
    found = [0.0] * columns
    for row in rows:
        for at, cell in enumerate(row):
            found[at] = max(found[at], _needs(cell, results, letter))
    return sum(found)


def _is_plain(cells: Sequence[Cell]) -> bool:
    return all(cell.span == 1 for cell in cells)


def _needs(cell: Cell, results: Results, letter: float) -> float:
    """A number stands on one line; text and heads break between words."""
    text = printed(results, cell)
    if cell.align == "number" and not cell.head:
        return len(text) * letter + NUMBER_GAP
    longest = min(max((len(word) for word in text.split()), default=0), MOST_LETTERS)
    least = longest if cell.head and cell.scope == "col" else min(len(text), LEAST_TEXT)
    gap = NUMBER_GAP if cell.align == "number" else TEXT_GAP
    return max(longest, least) * letter + gap
