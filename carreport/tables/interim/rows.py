"""Rows and cells that the tables of the interim report share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from carreport.house import TO
from carreport.results import join_id, split_id
from carreport.tables.columns import EVERYBODY, Column
from carreport.tables.layout import (
    Cell,
    Layout,
    Printed,
    Row,
    column_head,
    count_percent,
    heading,
    row_head,
)
from carreport.tables.widths import fitted
from carreport.units import DAYS, scaled, show, spoken_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from carreport.results import Results
    from carreport.study.settings import Settings
    from carreport.tables.layout import Piece

NOTHING: Final = Cell(("–",))
NO_BREAK: Final = "\N{NO-BREAK SPACE}"
LEVEL: Final = Printed("study.confidence.level")
INTERVAL: Final = (LEVEL, f"{NO_BREAK}CI")
SIGNS: Final = {
    "CI": "confidence interval",
    "NE": "not estimable",
    "NR": "not reached",
    "–": "does not apply, or is of nobody",
}
"""What stands in a cell in place of words or of a number."""


@dataclass(frozen=True, slots=True)
class Line:
    """
    One row of a table whose columns are groups.

    Attributes:
        label: What it is called.
        cell: What stands in a column; without one the row is a heading.
        level: Whether it belongs to the row above.
        across: Whether one cell stands for all columns.
    """

    label: tuple[Piece, ...]
    cell: Callable[[Column], Cell] | None = None
    level: bool = False
    across: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table whose columns are groups, before it is divided to fit."""

    id: str
    title: str
    lines: Sequence[Line]
    computed_by: str
    legend: str = ""
    notes: tuple[tuple[Piece, ...], ...] = ()
    corner: str = ""


def group_columns(settings: Settings) -> list[Column]:
    """The groups and everybody; where there is one group, or none, that alone."""
    groups = [Column(one.id, one.label) for one in settings.group_levels()]
    everybody = Column(EVERYBODY, "All patients")
    return [*groups, everybody] if len(groups) != 1 else groups


def compared_names(settings: Settings, results: Results) -> list[str]:
    """What the compared groups are called that anybody is in by the cutoff."""
    return [
        one.label
        for one in settings.compared()
        if results[join_id("disposition.enrolled.n", {"group": one.id})].value
    ]


def laid_out(grid: Grid, settings: Settings, results: Results) -> tuple[Layout, ...]:
    """The table in as many parts as it needs, without columns that are empty; none without a row."""
    cells = [line.cell for line in grid.lines if line.cell and not line.across]
    columns = group_columns(settings)
    shown = [one for one in columns if any(cell(one) != NOTHING for cell in cells)]

    def make(columns: Sequence[Column]) -> Layout:
        head = (column_head(grid.corner, align="left"), *(one.head() for one in columns))
        return Layout(
            id=grid.id,
            title=grid.title,
            head=(head,),
            body=tuple(_row(line, columns) for line in grid.lines),
            legend=grid.legend,
            notes=grid.notes,
            computed_by=grid.computed_by,
        )

    return fitted(make, shown, results) if shown else ()


def _row(line: Line, columns: Sequence[Column]) -> Row:
    if line.cell is None:
        return heading(*line.label, width=len(columns) + 1)
    kind = "level" if line.level else "row"
    if line.across:
        shown = line.cell(columns[0])
        across = Cell(shown.pieces, span=len(columns), align="left")
        return Row((row_head(*line.label), across if len(columns) > 1 else shown), kind)
    return Row((row_head(*line.label), *(line.cell(one) for one in columns)), kind)


@dataclass(frozen=True, slots=True)
class Cells:
    """What can stand in a cell, for one family of ids."""

    results: Results
    base: str
    keys: tuple[tuple[str, str], ...] = ()

    def id(self, name: str, column: Column) -> str:
        """The id of a number in a column."""
        return join_id(f"{self.base}.{name}", {**dict(self.keys), **column.keys})

    def there(self, name: str, columns: Sequence[Column]) -> bool:
        """Whether any column has the number."""
        return any(self.id(name, one) in self.results for one in columns)

    def number(self, name: str, style: str = "") -> Callable[[Column], Cell]:
        """One number."""

        def cell(column: Column) -> Cell:
            id_ = self.id(name, column)
            return Cell((Printed(id_, style),)) if id_ in self.results else NOTHING

        return cell

    def share(self, count: str, share: str) -> Callable[[Column], Cell]:
        """`12 (85.7%)`; a zero stands alone."""

        def cell(column: Column) -> Cell:
            ids = self.id(count, column), self.id(share, column)
            return count_percent(self.results, *ids) if ids[0] in self.results else NOTHING

        return cell

    def part(self, count: str, whole: str) -> Callable[[Column], Cell]:
        """`3 of 47`."""

        def cell(column: Column) -> Cell:
            one, all_ = self.id(count, column), self.id(whole, column)
            if one not in self.results:
                return NOTHING
            return Cell((Printed(one), f"{NO_BREAK}of{NO_BREAK}", Printed(all_)))

        return cell

    def between(self, lower: str, upper: str, of: str = "") -> Callable[[Column], Cell]:
        """`34.5–80.1%`, or what is missing of it; a dash where it is *of* nobody."""

        def cell(column: Column) -> Cell:
            ids = self.id(lower, column), self.id(upper, column)
            if ids[0] not in self.results or self._nobody(of, column):
                return NOTHING
            return Cell(between(self.results, *ids))

        return cell

    def middle(self, median: str, lower: str, upper: str, of: str) -> Callable[[Column], Cell]:
        """`5.8 (3.5–8.1)`; a dash where it is *of* nobody."""

        def cell(column: Column) -> Cell:
            ids = [self.id(one, column) for one in (median, lower, upper)]
            if ids[0] not in self.results or self._nobody(of, column):
                return NOTHING
            return Cell((Printed(ids[0]), " (", *between(self.results, ids[1], ids[2]), ")"))

        return cell

    def _nobody(self, count: str, column: Column) -> bool:
        return bool(count) and not self.results[self.id(count, column)].value


def across(*pieces: Piece) -> Callable[[Column], Cell]:
    """What stands there whatever the column."""

    def cell(_column: Column) -> Cell:
        return Cell(pieces)

    return cell


def between(results: Results, lower: str, upper: str) -> tuple[Piece, ...]:
    """Two limits; a per cent sign stands once, an open end is named."""
    first, last, house = results[lower], results[upper], results.house
    limits = split_id(lower)[0].endswith("lower")
    if first.value is None and last.value is None:
        return (Printed(lower),)
    if last.value is None or "\N{MINUS SIGN}" in first.display + last.display:
        return (Printed(lower), TO, Printed(upper))
    percent = first.unit.kind in ("fraction", "survival") and first.value is not None
    styles = ["bare" if percent else "", "bare" if percent and limits else ""]
    if house.interval_sign:
        styles[-1] = ""
    joint = house.interval if limits else house.spread
    return (Printed(lower, styles[0]), joint, Printed(upper, styles[-1]))


def explained(layout: Layout, results: Results) -> Layout:
    """The table with the signs that stand in it explained, and no others."""
    cells = [cell for row in layout.head for cell in row]
    cells += [cell for row in layout.body for cell in row.cells]
    found: set[str] = set()
    for cell in cells:
        for piece in cell.pieces:
            if isinstance(piece, Printed) and results[piece.id].value is None:
                found.add(results[piece.id].display)
            elif piece == INTERVAL[-1]:
                found.add("CI")
        found |= {"–"} & {cell.pieces[0] if cell.pieces else ""}
    signs = {sign: meaning for sign, meaning in SIGNS.items() if sign in found}
    return replace(layout, abbreviations={**layout.abbreviations, **signs})


def landmark(day: int) -> tuple[Piece, ...]:
    """A landmark as people speak of it: `2 years`, `100 days`."""
    style = spoken_in(float(day))
    unit = scaled(DAYS, style).spell(show(float(day), DAYS, style))
    return (Printed(f"study.landmark.days@day={day}", style), f"{NO_BREAK}{unit}")
