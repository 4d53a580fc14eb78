"""
A long listing on paper, set row by row on sheets of its own, as the appendix of traces is.

WeasyPrint takes minutes for a table of thousands of rows; these need columns as wide as their
widest cell, a head on every sheet, and nothing else. Lengths are in points.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from lxml import html

from carreport.render.columns import (
    HEIGHT,
    INK,
    MARGINS,
    MM,
    SHEET,
    Kind,
    Line,
    Look,
    Piece,
    Placed,
    Run,
    baseline,
)
from carreport.render.lettering import SANS, SANS_BOLD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from carreport.render.columns import Measure

BEGIN: Final = "<!--listing-->"
END: Final = "<!--/listing-->"
BLANK: Final = '<section class="sheet" data-sheet=""></section>'
"""Holds the place of a sheet."""
_LISTING: Final = re.compile(f"{BEGIN}(.*?){END}", re.DOTALL)
_WIDTH: Final = (SHEET[0] - MARGINS[1] - MARGINS[3]) * MM
_SIZE: Final = 6.8
_LEADING: Final = 1.27
"""Lines apart, in sizes of the type."""
_GAP: Final = 9.0
_MOST_GAP: Final = 26.0
"""Room between columns: at the least, and at the most."""
_BODY: Final = Look(SANS, INK)
_HEAD: Final = Look(SANS_BOLD, INK)


class Cell(NamedTuple):
    """A cell as it is printed."""

    text: str
    right: bool


@dataclass(frozen=True, slots=True)
class CellRun(Run):
    """Letters in one line of a cell, of the column with this number."""

    column: int = 0


def taken_out(page: str, measure: Measure) -> tuple[str, list[list[Placed]]]:
    """
    A page without its long listings, and their sheets.

    Args:
        page: HTML; a listing stands between comments.
        measure: How wide a text is.

    Returns:
        The page with an empty sheet in the place of each, and what is put on these, in order.
    """
    sheets: list[list[Placed]] = []

    def blanks(found: re.Match[str]) -> str:
        own = _sheets(found[1], measure)
        sheets.extend(own)
        return BLANK * len(own)

    return _LISTING.sub(blanks, page), sheets


def _sheets(listing: str, measure: Measure) -> list[list[Placed]]:
    """The lines of each sheet: the head, and as many rows as there is room for."""
    tree = html.fragment_fromstring(listing, create_parent="div")
    head = next(_rows(tree, "thead"), [])
    body = list(_rows(tree, "tbody"))
    if not body:
        return []
    table = _Columns(head, body, measure)
    top = table.head_lines * table.kind.leading + table.kind.size / 2
    room = max(int((HEIGHT - top) / table.kind.leading), 1)
    return [
        [*table.head(), *table.rows(begin, body[begin : begin + room], top)]
        for begin in range(0, len(body), room)
    ]


def _rows(tree: html.HtmlElement, part: str) -> Iterator[list[Cell]]:
    for section in tree.iter(part):
        for row in section.iter("tr"):
            yield [
                Cell(" ".join(cell.text_content().split()), "number" in (cell.get("class") or ""))
                for cell in row
            ]


class _Columns:
    """Where the columns of a listing stand, and its rows in them."""

    def __init__(
        self, head: Sequence[Cell], body: Sequence[Sequence[Cell]], measure: Measure
    ) -> None:
        self._measure = measure
        count = max(len(row) for row in [head, *body])
        texts: list[set[str]] = [set() for _ in range(count)]
        for row in body:
            if len(row) < count:
                continue  # a heading, which has the line to itself
            for at, cell in enumerate(row):
                texts[at].add(cell.text)
        wide = [max((measure(one, SANS) for one in some), default=0.0) for some in texts]
        for at, cell in enumerate(head):
            words = [measure(word, SANS_BOLD) for word in cell.text.split()]
            wide[at] = max([wide[at], *words])
        needed = sum(wide) * _SIZE / 1000 + _GAP * (count - 1)
        size = _SIZE * min(1.0, _WIDTH / needed)
        spare = _WIDTH - sum(wide) * size / 1000
        gap = min(spare / max(count - 1, 1), _MOST_GAP)
        self.kind = Kind(size, _LEADING * size, 0, 0, _BODY, "tr")
        self._head_kind = self.kind._replace(look=_HEAD, tag="thead")
        self._wide = [one * size / 1000 for one in wide]
        self._left = [sum(self._wide[:at]) + gap * at for at in range(count)]
        self._head = [list(self._broken(cell.text, at)) for at, cell in enumerate(head)]
        self._aligned = [cell.right for cell in head]
        self.head_lines = max([1, *(len(lines) for lines in self._head)])

    def _broken(self, text: str, column: int) -> Iterator[str]:
        """The words of a head in lines no wider than its column."""
        line = ""
        for word in text.split():
            longer = f"{line} {word}".strip()
            if line and self._width(longer, _HEAD) > self._wide[column]:
                yield line
                longer = word
            line = longer
        if line:
            yield line

    def _width(self, text: str, look: Look) -> float:
        return self._measure(text, look.face) * self.kind.size / 1000

    def head(self) -> Iterator[Placed]:
        """The head: each line of all its cells; they stand at its foot."""
        kind = self._head_kind
        for nth in range(self.head_lines):
            cells = []
            for at, lines in enumerate(self._head):
                line = nth - self.head_lines + len(lines)
                cells.append(Cell(lines[line] if line >= 0 else "", self._aligned[at]))
            y = nth * kind.leading + baseline(kind)
            yield Placed(0.0, y, Line(-1, kind, self._runs(cells, _HEAD), 0, 0, joined=True))

    def rows(self, first: int, rows: Sequence[Sequence[Cell]], top: float) -> Iterator[Placed]:
        """Rows below each other."""
        for at, row in enumerate(rows):
            y = top + at * self.kind.leading + baseline(self.kind)
            runs = self._runs(row, _BODY)
            yield Placed(0.0, y, Line(first + at, self.kind, runs, 0, 0, joined=False))

    def _runs(self, row: Sequence[Cell], look: Look) -> tuple[CellRun, ...]:
        found = []
        for at, cell in enumerate(row):
            wide = self._width(cell.text, look)
            aside = self._wide[at] - wide if cell.right else 0.0
            found.append(CellRun(self._left[at] + aside, wide, Piece(cell.text, look), at))
        return tuple(found)
