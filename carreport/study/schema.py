"""
The tables of a study folder: each column's meaning and type.

The only place that knows a column's meaning. Baseline, listing and grouping columns of
`patients.csv` are the study's own and come from `study.toml`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["text", "ordinal", "number", "date", "grade", "flag"]

FORMATS: Final[dict[Kind, str]] = {
    "text": "text",
    "ordinal": "a whole number from 1",
    "number": "a number with a point for decimals",
    "date": "a date as YYYY-MM-DD",
    "grade": "a whole number from 1 to 5",
    "flag": "yes or no",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its type, its meaning, and whether a cell may be empty."""

    kind: Kind
    meaning: str
    required: bool = False
    blank: bool = True


@dataclass(frozen=True, slots=True)
class TableSchema:
    """One file of the study folder."""

    row: str
    key: tuple[str, ...]
    columns: dict[str, Column]
    required: bool = False

    def required_columns(self) -> tuple[str, ...]:
        """Columns without which the table cannot be used."""
        return tuple(name for name, column in self.columns.items() if column.required)


def _must(kind: Kind, meaning: str) -> Column:
    return Column(kind, meaning, required=True, blank=False)


_PATIENT: Final = _must("text", "the patient, as in patients.csv")

TABLES: Final[dict[str, TableSchema]] = {
    "patients": TableSchema(
        row="patient",
        key=("patient_id",),
        required=True,
        columns={
            "patient_id": _must("text", "the patient"),
            "start_date": _must("date", "time zero, e.g. the first infusion"),
        },
    ),
    "infusions": TableSchema(
        row="infusion",
        key=("patient_id", "infusion"),
        columns={
            "patient_id": _PATIENT,
            "infusion": _must("ordinal", "the infusion's number, from 1"),
            "date": _must("date", "the day of the infusion"),
            "dose": Column("number", "the dose, in the unit the study states"),
        },
    ),
    "events": TableSchema(
        row="dated event",
        key=(),
        required=True,
        columns={
            "patient_id": _PATIENT,
            "event": _must("text", "what happened; death and last_contact have a fixed meaning"),
            "date": _must("date", "the day it happened"),
            "detail": Column("text", "cause, donor, type, status"),
        },
    ),
    "adverse_events": TableSchema(
        row="adverse event",
        key=(),
        columns={
            "patient_id": _PATIENT,
            "term": _must("text", "the adverse event"),
            "category": _must("text", "the heading it is printed under"),
            "grade": _must("grade", "severity"),
            "start_date": Column("date", "onset, where it is known", required=True),
            "end_date": Column("date", "resolution"),
            "infusion": Column("ordinal", "the infusion it follows"),
            "serious": Column("flag", "whether it was serious"),
            "related": Column("text", "relation to treatment"),
        },
    ),
    "measurements": TableSchema(
        row="measurement",
        key=(),
        columns={
            "patient_id": _PATIENT,
            "analyte": _must("text", "what was measured"),
            "date": _must("date", "the day of the sample"),
            "value": _must("number", "the result"),
            "unit": Column("text", "its unit"),
            "infusion": Column("ordinal", "the infusion it follows"),
            "below_lloq": Column("flag", "below the lower limit of quantification"),
        },
    ),
}

CUT_DATE: Final = {
    "infusions": "date",
    "events": "date",
    "adverse_events": "start_date",
    "measurements": "date",
}
"""The column that decides whether a row had happened by the cutoff."""

NEEDS_ROWS: Final = frozenset({"patients", "infusions", "measurements"})
"""Tables that say nothing without a row; no event and no adverse event are findings."""

DEATH: Final = "death"
LAST_CONTACT: Final = "last_contact"
