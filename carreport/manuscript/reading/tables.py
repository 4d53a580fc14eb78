"""Tables of any document: cells in a grid become blocks that know their heads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from carreport.manuscript.model import Block

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from carreport.manuscript.model import Mark

_LETTER: Final = re.compile(r"[^\W\d_]")
_DIGIT: Final = re.compile(r"[0-9]")
_FIGURES: Final = re.compile(r"^[^A-Za-z]*[0-9][^A-Za-z]*$")
JOINT: Final = " · "


@dataclass(frozen=True, slots=True)
class Cell:
    """
    A cell, merged ones once.

    Attributes:
        row: Its first row, from 0.
        column: Its first column, from 0.
        text: What stands in it.
        marks: Stretches of it that carry ids.
        rows: How many rows it covers.
        columns: How many columns it covers.
        head: Whether the document says it is a head.
        place: Where it stands, if its table does not say so.
    """

    row: int
    column: int
    text: str
    marks: tuple[Mark, ...] = ()
    rows: int = 1
    columns: int = 1
    head: bool = False
    place: str = ""


class Grid:
    """Where the cells of a table stand when some cover several rows or columns."""

    def __init__(self) -> None:
        self.cells: list[Cell] = []
        self._row = -1
        self._column = 0
        self._taken: dict[int, int] = {}
        """By column: the first row that is free."""

    def row(self) -> None:
        """Begin a row."""
        self._row += 1
        self._column = 0

    def skip(self, columns: int) -> None:
        """Leave columns of the row out."""
        self._column += columns

    def place(self, rows: int, columns: int) -> tuple[int, int]:
        """Where the next cell stands: its row and column."""
        if self._row < 0:
            self.row()
        while self._taken.get(self._column, 0) > self._row:
            self._column += 1
        here = self._column
        for column in range(here, here + columns):
            self._taken[column] = self._row + rows
        self._column = here + columns
        return self._row, here


def table_blocks(cells: Sequence[Cell], name: str, head_rows: int = 0) -> Iterator[Block]:
    """
    The cells of a table that hold anything.

    Args:
        cells: In reading order.
        name: Of the table.
        head_rows: How many rows are its head; 0 if the document does not say.

    Yields:
        A block for each, with the heads of its column and row.
    """
    said = [cell for cell in cells if cell.text]
    rows = _by_row(said)
    heads = head_rows or _head_rows(rows)
    top = [cell for cell in said if cell.row < heads]
    over = _column_heads(top)
    tall = _tall(said)
    edge = min((cell.column for cell in said), default=0)
    group = ""
    width = max((cell.column + cell.columns for cell in said), default=0)
    for row, line in rows.items():
        stub = next((cell.text for cell in line if cell.column == edge), "")
        heading = row >= heads and _spans(line, width)
        if heading:
            group = line[0].text if not _FIGURES.match(line[0].text) else group
        for cell in line:
            place = cell.place or f"{name}, row {cell.row + 1}, column {cell.column + 1}"
            around: list[str] = []
            if row >= heads and not heading:
                around += over.get(cell.column, ())
                around += [
                    group,
                    *(one.text for one in tall.get(row, ()) if one.column < cell.column),
                ]
                around += [stub] if cell.column > edge else []
            yield Block("cell", cell.text, place, cell.marks, _joined(around))


def _by_row(cells: Sequence[Cell]) -> dict[int, list[Cell]]:
    rows: dict[int, list[Cell]] = {}
    for cell in cells:
        rows.setdefault(cell.row, []).append(cell)
    return dict(sorted(rows.items()))


def _head_rows(rows: Mapping[int, Sequence[Cell]]) -> int:
    """How many rows are the head of a table that does not say: those marked, or one of words."""
    marked = 0
    for row, line in rows.items():
        if row == marked and all(cell.head for cell in line):
            marked += max(1, min(cell.rows for cell in line))
    if marked or len(rows) < 2:
        return marked
    first = min(rows)
    words = all(_LETTER.search(cell.text) for cell in rows[first])
    spread = len(rows[first]) > 1 or rows[first][0].columns > 1
    figures = any(
        _DIGIT.search(cell.text) for row, line in rows.items() if row > first for cell in line
    )
    return first + 1 if spread and words and figures else 0


def _column_heads(top: Sequence[Cell]) -> dict[int, tuple[str, ...]]:
    """By column: what stands above it, from top to bottom."""
    over: dict[int, tuple[str, ...]] = {}
    for cell in top:
        for column in range(cell.column, cell.column + cell.columns):
            over[column] = (*over.get(column, ()), cell.text)
    return over


def _tall(cells: Sequence[Cell]) -> dict[int, list[Cell]]:
    """By row: cells that begin above it and cover it, too."""
    found: dict[int, list[Cell]] = {}
    for cell in cells:
        for row in range(cell.row + 1, cell.row + cell.rows):
            found.setdefault(row, []).append(cell)
    return found


def _spans(line: Sequence[Cell], width: int) -> bool:
    """Whether a row is one cell only, which heads the rows below it."""
    return width > 1 and len(line) == 1 and line[0].column == 0


def _joined(heads: Sequence[str]) -> str:
    return JOINT.join(dict.fromkeys(head for head in heads if head))
