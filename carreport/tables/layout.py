"""What a table is: cells are ids, never numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from carreport.results import Results

MOST_LETTERS: Final = 32
N_EQUALS: Final = " (N\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Printed:
    """A number by its id, in a named style."""

    id: str
    style: str = ""


Piece = str | Printed


@dataclass(frozen=True, slots=True)
class Cell:
    """
    One cell.

    Attributes:
        pieces: Text and ids, printed one after the other.
        head: Whether it heads its row or column.
        scope: col, row, colgroup or rowgroup, for a head cell.
        span: Columns it covers.
        align: left or number.
    """

    pieces: tuple[Piece, ...]
    head: bool = False
    scope: str = ""
    span: int = 1
    align: str = "number"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the body: a heading over the rows that follow, a row, or a level below one."""

    cells: tuple[Cell, ...]
    kind: str = "row"


@dataclass(frozen=True, slots=True)
class Layout:
    """
    A table as laid out, before anything is printed.

    Attributes:
        id: As in study.toml.
        title: What it shows.
        head: Head rows.
        body: Body rows.
        legend: What the figures in the cells are.
        abbreviations: Terms and their meanings.
        notes: Footnotes in order.
        computed_by: Module that computed the numbers.
        wide: Whether it needs a landscape page.
        only_in: The document it is for; empty for every one.
        not_in: A document that has another in its place.
    """

    id: str
    title: str
    head: tuple[tuple[Cell, ...], ...]
    body: tuple[Row, ...]
    legend: str = ""
    abbreviations: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[tuple[Piece, ...], ...] = ()
    computed_by: str = ""
    wide: bool = False
    only_in: str = ""
    not_in: str = ""

    def is_for(self, document: str) -> bool:
        """Whether a document may print it."""
        return self.only_in in ("", document) and self.not_in != document

    def ids(self) -> Iterable[str]:
        """Every id the table prints, in reading order."""
        cells = [cell for row in self.head for cell in row]
        cells += [cell for row in self.body for cell in row.cells]
        pieces = [piece for cell in cells for piece in cell.pieces]
        pieces += [piece for note in self.notes for piece in note]
        return [piece.id for piece in pieces if isinstance(piece, Printed)]


def column_head(*pieces: Piece, span: int = 1, align: str = "number") -> Cell:
    """The head of a column."""
    return Cell(pieces, head=True, scope="colgroup" if span > 1 else "col", span=span, align=align)


def row_head(*pieces: Piece) -> Cell:
    """The head of a row."""
    return Cell(pieces, head=True, scope="row", align="left")


def heading(*pieces: Piece, width: int) -> Row:
    """A heading over the rows that follow."""
    return Row((Cell(pieces, head=True, scope="rowgroup", span=width, align="left"),), "heading")


def count_percent(results: Results, count: str, percent: str) -> Cell:
    """`12 (85.7%)`; a zero stands alone."""
    if not results[count].value or results[percent].value is None:
        return Cell((Printed(count),))
    sign = "" if results.house.cell_percent else "bare"
    return Cell((Printed(count), " (", Printed(percent, sign), ")"))


def is_share(cell: Cell) -> bool:
    """Whether it is a count with its share in parentheses and no percent sign: `12 (86)`."""
    match cell.pieces:
        case (Printed(), " (", Printed(style="bare"), ")"):
            return True
        case _:
            return False


def has_long_word(results: Results, cell: Cell) -> bool:
    """Whether a word of a text is too long for any column and may break anywhere."""
    if cell.align == "number" and not cell.head:
        return False
    return any(len(word) > MOST_LETTERS for word in printed(results, cell).split())


def printed(results: Results, cell: Cell) -> str:
    """A cell as plain text, for CSV."""
    return "".join(
        piece if isinstance(piece, str) else results[piece.id].styled(piece.style)
        for piece in cell.pieces
    )
