"""Adverse events by category and maximum grade, zero rows kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from carreport.results import join_id, split_id
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
    from collections.abc import Sequence

    from carreport.results import Results
    from carreport.study.settings import Settings, TableItem, Term

GRADES = {
    "1": "Grade 1",
    "2": "Grade 2",
    "3": "Grade 3",
    "4": "Grade 4",
    "5": "Grade 5",
    "any": "Any grade",
    "ge3": "Grade ≥3",
}
EVERYBODY = "all"


@dataclass(frozen=True, slots=True)
class _Group:
    id: str
    label: str

    @property
    def keys(self) -> dict[str, str]:
        return {} if self.id == EVERYBODY else {"group": self.id}


def adverse_event_table(
    item: TableItem, results: Results, settings: Settings, terms: Sequence[Term]
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

    Returns:
        The table.
    """
    labels = {EVERYBODY: "All patients"} | {one.id: one.label for one in settings.group_levels()}
    groups = [_Group(one, labels[one]) for one in item.columns]
    grades = _grades(groups, results)
    width = 1 + len(groups) * len(grades)
    scale = settings.adverse_events.scale if settings.adverse_events else ""
    return Layout(
        id=item.id,
        title=item.title,
        head=_head(groups, grades),
        body=tuple(_body(terms, groups, grades, results, width)),
        legend=(
            "Patients, each counted once per event at the maximum grade, and percentage of all "
            "patients of the group."
        ),
        abbreviations=item.abbreviations,
        notes=(*((f"Grading: {scale}.",) for _ in (scale,) if scale), *((n,) for n in item.notes)),
        computed_by="carreport.analyses.safety",
        wide=item.wide,
    )


def _grades(groups: list[_Group], results: Results) -> list[str]:
    if len(groups) > 1:
        return ["any", "ge3"]
    died = any(
        bool(results[id_].value)
        for id_ in results
        if id_.startswith("safety.ae.patients@") and split_id(id_)[1]["grade"] == "5"
    )
    return [grade for grade in GRADES if grade != "5" or died]


def _head(groups: list[_Group], grades: list[str]) -> tuple[tuple[Cell, ...], ...]:
    spans = tuple(
        column_head(
            one.label,
            N_EQUALS,
            Printed(join_id("disposition.enrolled.n", one.keys)),
            ")",
            span=len(grades),
        )
        for one in groups
    )
    names = tuple(column_head(GRADES[grade]) for _ in groups for grade in grades)
    return (
        (column_head("", align="left"), *spans),
        (column_head("Adverse event", align="left"), *names),
    )


def _body(
    terms: Sequence[Term], groups: list[_Group], grades: list[str], results: Results, width: int
) -> list[Row]:
    rows: list[Row] = []
    for category in dict.fromkeys(term.category for term in terms):
        if category:
            rows.append(heading(category, width))
        for term in terms:
            if term.category == category:
                cells = [_cell(term, one, grade, results) for one in groups for grade in grades]
                rows.append(Row((row_head(term.label), *cells), "level" if category else "row"))
    nothing = Cell(("No adverse event was reported by this cutoff.",), span=width, align="left")
    return rows or [Row((nothing,))]


def _cell(term: Term, group: _Group, grade: str, results: Results) -> Cell:
    keys = {**group.keys, "grade": grade, "term": term.id}
    count = join_id("safety.ae.patients", keys)
    if count not in results:
        return Cell(("–",))
    return count_percent(results, count, join_id("safety.ae.percent", keys))
