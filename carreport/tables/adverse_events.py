"""Adverse events by category and maximum grade, zero rows kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carreport.results import join_id
from carreport.tables.columns import columns
from carreport.tables.layout import (
    Cell,
    Layout,
    Row,
    column_head,
    count_percent,
    heading,
    row_head,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carreport.results import Results
    from carreport.study.settings import Settings, TableItem, Term
    from carreport.tables.columns import Column

GRADES = {
    "1": "Grade 1",
    "2": "Grade 2",
    "3": "Grade 3",
    "4": "Grade 4",
    "5": "Grade 5",
    "any": "Any grade",
    "ge3": "Grade ≥3",
}


def adverse_event_table(
    item: TableItem,
    results: Results,
    settings: Settings,
    terms: Sequence[Term],
    *,
    every: bool | None = None,
) -> Layout:
    """
    Lay out adverse events.

    One group has a column for every grade (5 only when somebody died of an event), any grade
    and grade 3 or above; several groups have any grade and grade 3 or above each.

    Args:
        item: The groups as columns.
        results: Every number.
        settings: Group labels and the grading scale.
        terms: Terms in scope, by category.
        every: Whether to show every grade; without it, where there is one group.

    Returns:
        The table.
    """
    groups = columns(item, settings)
    one = len(groups) == 1 if every is None else every
    grades = _grades(terms, groups, results) if one else ["any", "ge3"]
    width = 1 + len(groups) * len(grades)
    scale = settings.adverse_events.scale if settings.adverse_events else ""
    grading = [("Grading: ", scale, ".")] if scale else []
    return Layout(
        id=item.id,
        title=item.title,
        head=_head(groups, grades, results),
        body=tuple(_body(terms, groups, grades, results, width)),
        legend=(
            "Patients, each counted once per event at the maximum grade, and percentage of all "
            "patients of the group."
        ),
        abbreviations=item.abbreviations,
        notes=(*grading, *((note,) for note in item.notes)),
        computed_by="carreport.analyses.safety",
        wide=item.wide,
    )


def _grades(terms: Sequence[Term], groups: list[Column], results: Results) -> list[str]:
    ids = [_id("patients", term, one, "5") for term in terms for one in groups]
    died = any(id_ in results and results[id_].value for id_ in ids)
    return [grade for grade in GRADES if grade != "5" or died]


def _id(field: str, term: Term, group: Column, grade: str) -> str:
    return join_id(f"safety.ae.{field}", {**group.keys, "grade": grade, "term": term.id})


def _head(
    groups: list[Column], grades: list[str], results: Results
) -> tuple[tuple[Cell, ...], ...]:
    names = tuple(column_head(GRADES[grade]) for _ in groups for grade in grades)
    over = tuple(one.head(len(grades), _of_whom(one, results)) for one in groups)
    return (
        (Cell((), align="left"), *over),
        (column_head("Adverse event", align="left"), *names),
    )


def _of_whom(group: Column, results: Results) -> str:
    """The number of patients in scope, where it is not that of all who entered."""
    counted = join_id("safety.ae.n", {**group.keys, "term": "any_event"})
    entered = join_id("disposition.enrolled.n", group.keys)
    if counted in results and results[counted].value != results[entered].value:
        return counted
    return entered


def _body(
    terms: Sequence[Term], groups: list[Column], grades: list[str], results: Results, width: int
) -> list[Row]:
    rows: list[Row] = []
    for category in dict.fromkeys(term.category for term in terms):
        if category:
            rows.append(heading(category, width=width))
        for term in terms:
            if term.category == category:
                cells = [_cell(term, one, grade, results) for one in groups for grade in grades]
                rows.append(Row((row_head(term.label), *cells), "level" if category else "row"))
    nothing = Cell(("No adverse event was reported by this cutoff.",), span=width, align="left")
    return rows or [Row((nothing,))]


def _cell(term: Term, group: Column, grade: str, results: Results) -> Cell:
    count = _id("patients", term, group, grade)
    if count not in results:
        return Cell(("–",))
    return count_percent(results, count, _id("percent", term, group, grade))
