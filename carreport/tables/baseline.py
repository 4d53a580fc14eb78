"""The baseline table: variables as rows, everybody or groups as columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from carreport.results import join_id
from carreport.study.settings import TableRow
from carreport.tables.layout import (
    N_EQUALS,
    Cell,
    Layout,
    Printed,
    Row,
    column_head,
    count_percent,
    heading,
    row_head,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carreport.results import Results
    from carreport.study.settings import Baseline, Settings, TableItem

EVERYBODY = "all"


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the table: everybody, or one group."""

    id: str
    label: str

    @property
    def keys(self) -> dict[str, str]:
        """Its part of the ids."""
        return {} if self.id == EVERYBODY else {"group": self.id}


def baseline_table(item: TableItem, results: Results, settings: Settings) -> Layout:
    """
    Lay out a baseline table.

    Args:
        item: Rows and columns as declared; without rows, every variable.
        results: Every number.
        settings: The variables' labels and levels.

    Returns:
        The table; missing values are a row of their own when there are any.
    """
    columns = _columns(item, settings)
    head = (
        column_head("Characteristic", align="left"),
        *(
            column_head(
                one.label,
                N_EQUALS,
                Printed(join_id("disposition.enrolled.n", one.keys)),
                ")",
            )
            for one in columns
        ),
    )
    rows = item.rows or [_default_row(one) for one in settings.baseline]
    body = tuple(row for one in rows for row in _rows(one, columns, results, settings))
    return Layout(
        id=item.id,
        title=item.title,
        head=(head,),
        body=body,
        legend="Counts are patients; percentages are of patients with a value.",
        abbreviations=item.abbreviations,
        notes=tuple((note,) for note in item.notes),
        computed_by="carreport.analyses.baseline",
        wide=item.wide,
    )


def _columns(item: TableItem, settings: Settings) -> list[_Column]:
    labels = {EVERYBODY: "All patients"} | {one.id: one.label for one in settings.group_levels()}
    return [_Column(one, labels[one]) for one in item.columns]


def _default_row(variable: Baseline) -> TableRow:
    unit = f", {variable.unit}" if variable.unit else ""
    if variable.kind == "continuous":
        label = f"{variable.label}, median (range){unit}"
        return TableRow(variable=variable.id, label=label, show="median_range")
    return TableRow(variable=variable.id, label=f"{variable.label}, no. (%)", show="levels")


def _rows(
    row: TableRow, columns: list[_Column], results: Results, settings: Settings
) -> Iterator[Row]:
    if row.variable is None:
        yield heading(row.heading, len(columns) + 1)
        return
    variable = next(one for one in settings.baseline if one.id == row.variable)
    base = f"baseline.{variable.id}"
    match row.show:
        case "levels":
            yield heading(row.label, len(columns) + 1)
            for level in variable.whole_levels():
                cells = _counts(base, level.id, columns, results)
                yield Row((row_head(level.label), *cells), "level")
        case "count":
            cells = _counts(base, str(row.level), columns, results)
            yield Row((row_head(row.label or variable.label), *cells))
        case _:
            yield Row(
                (row_head(row.label), *(_summary(base, row, one, results) for one in columns))
            )
    yield from _missing(base, columns, results)


def _counts(base: str, level: str, columns: list[_Column], results: Results) -> list[Cell]:
    cells = []
    for one in columns:
        keys = {**one.keys, "level": level}
        count, percent = join_id(f"{base}.count", keys), join_id(f"{base}.percent", keys)
        cells.append(count_percent(results, count, percent) if count in results else Cell(("–",)))
    return cells


def _summary(base: str, row: TableRow, column: _Column, results: Results) -> Cell:
    def at(field: str) -> Printed:
        return Printed(join_id(f"{base}.{field}", column.keys), row.style)

    if join_id(f"{base}.n", column.keys) not in results:
        return Cell(("–",))
    if not results[join_id(f"{base}.n", column.keys)].value:
        return Cell((at("median"),))
    match row.show:
        case "mean_sd":
            return Cell((at("mean"), " (", at("sd"), ")"))
        case "median_quartiles":
            return Cell((at("median"), " (", at("q1"), ", ", at("q3"), ")"))
        case _:
            return Cell((at("median"), " (", at("min"), "–", at("max"), ")"))


def _missing(base: str, columns: list[_Column], results: Results) -> Iterator[Row]:
    ids = [join_id(f"{base}.missing", one.keys) for one in columns]
    if any(id_ in results and results[id_].value for id_ in ids):
        cells = [Cell((Printed(id_),)) if id_ in results else Cell(("–",)) for id_ in ids]
        yield Row((row_head("Missing"), *cells), "level")
