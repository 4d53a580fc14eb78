"""The baseline table: variables as rows, everybody or groups as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from carreport.results import join_id
from carreport.study.settings import TableRow
from carreport.tables.columns import columns
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

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carreport.results import Results
    from carreport.study.settings import Baseline, Settings, TableItem
    from carreport.tables.columns import Column


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
    shown = columns(item, settings)
    head = (column_head("Characteristic", align="left"), *(one.head() for one in shown))
    rows = item.rows or [_default_row(one) for one in settings.baseline]
    body = tuple(row for one in rows for row in _rows(one, shown, results, settings))
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


def _default_row(variable: Baseline) -> TableRow:
    show: Literal["median_range", "levels"] = (
        "median_range" if variable.kind == "continuous" else "levels"
    )
    return TableRow(variable=variable.id, show=show)


def _name(row: TableRow, variable: Baseline) -> tuple[str, ...]:
    """What a row is called; label and unit apart, for each is a word of the study."""
    if row.label:
        return (row.label,)
    unit = (", ", variable.unit) if variable.unit else ()
    match row.show:
        case "count":
            return (variable.label,)
        case "levels":
            return (variable.label, ", no. (%)")
        case "mean_sd":
            return (variable.label, ", mean (SD)", *unit)
        case "median_quartiles":
            return (variable.label, ", median (quartiles)", *unit)
        case _:
            return (variable.label, ", median (range)", *unit)


def _rows(
    row: TableRow, shown: list[Column], results: Results, settings: Settings
) -> Iterator[Row]:
    if row.variable is None:
        yield heading(row.heading, width=len(shown) + 1)
        return
    variable = next(one for one in settings.baseline if one.id == row.variable)
    base, name = f"baseline.{variable.id}", _name(row, variable)
    match row.show:
        case "levels":
            yield heading(*name, width=len(shown) + 1)
            for level in variable.whole_levels():
                cells = _counts(base, level.id, shown, results)
                yield Row((row_head(level.label), *cells), "level")
        case "count":
            cells = _counts(base, str(row.level), shown, results)
            yield Row((row_head(*name), *cells))
        case _:
            yield Row((row_head(*name), *(_summary(base, row, one, results) for one in shown)))
    yield from _missing(base, shown, results)


def _counts(base: str, level: str, shown: list[Column], results: Results) -> list[Cell]:
    cells = []
    for one in shown:
        keys = {**one.keys, "level": level}
        count, percent = join_id(f"{base}.count", keys), join_id(f"{base}.percent", keys)
        # A zero would read as if somebody had been asked.
        nobody = count in results and not results[join_id(f"{base}.n", one.keys)].value
        known = count in results and not nobody
        cells.append(count_percent(results, count, percent) if known else Cell(("–",)))
    return cells


def _summary(base: str, row: TableRow, column: Column, results: Results) -> Cell:
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
            joint = results.house.quartiles
            return Cell((at("median"), " (", at("q1"), joint, at("q3"), ")"))
        case _:
            return Cell((at("median"), " (", at("min"), results.house.spread, at("max"), ")"))


def _missing(base: str, shown: list[Column], results: Results) -> Iterator[Row]:
    ids = [join_id(f"{base}.missing", one.keys) for one in shown]
    if any(id_ in results and results[id_].value for id_ in ids):
        cells = [Cell((Printed(id_),)) if id_ in results else Cell(("–",)) for id_ in ids]
        yield Row((row_head("Missing"), *cells), "level")
