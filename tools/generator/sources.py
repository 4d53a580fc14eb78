"""Read what the paper prints and what the reconstruction chose."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Table2Row:
    """One patient of Table 2, every field as printed."""

    patient: str
    age: str
    sex: str
    malignancy: str
    mrd_detection: str
    mrd_class: str
    n_prior: str
    last_line: str
    dose_per_kg: str
    n_infusions: str
    mrd_day_28: str
    additional_therapy: str
    crs_grade: str
    outcome: str

    @property
    def ph_positive(self) -> bool:
        """Whether the malignancy is printed as Ph+."""
        return "Ph+" in self.malignancy

    @property
    def responder(self) -> bool:
        """Whether the day-28 evaluation is a molecular remission."""
        return self.mrd_day_28 == "MR"

    @property
    def dose(self) -> str:
        """The dose's digits as printed, in 10^6 cells/kg."""
        return self.dose_per_kg.split("×")[0]

    @property
    def therapies(self) -> tuple[str, ...]:
        """
        The additional therapies, in printed order, transplantations included.

        "&" joins therapies; "& " with a space belongs to one ("Consolidation& maintenance").
        """
        if self.additional_therapy == "No":
            return ()
        return tuple(re.split(r"&(?! )", self.additional_therapy))


@dataclass(frozen=True, slots=True)
class Table3Row:
    """One adverse event of Table 3 with its four printed percentages, grades 1 to 4."""

    category: str
    term: str
    percents: tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class ReconstructedRow:
    """The days after first infusion that the reconstruction gave one patient."""

    patient: str
    start: date
    follow_up: int
    death_cause: str
    later_infusions: tuple[int, ...]
    therapy_days: tuple[int, ...]
    hsct_day: int | None
    status_after_hsct_day: int | None
    steroids_day: int | None


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything the generator starts from."""

    table2: tuple[Table2Row, ...]
    table3: tuple[Table3Row, ...]
    reconstruction: tuple[ReconstructedRow, ...]
    text: tuple[dict[str, str], ...]

    def told(self, statement: str) -> dict[str, str]:
        """What the text prints under *statement*: patient to value."""
        return {row["patient"]: row["value"] for row in self.text if row["statement"] == statement}


def read_sources(folder: Path) -> Sources:
    """Read the four files of *folder*."""
    return Sources(
        table2=tuple(Table2Row(**row) for row in _rows(folder / "table2_published.csv")),
        table3=tuple(map(_table3_row, _rows(folder / "table3_published.csv"))),
        reconstruction=tuple(map(_reconstructed_row, _rows(folder / "reconstruction.csv"))),
        text=tuple(_rows(folder / "text_published.csv")),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _table3_row(row: dict[str, str]) -> Table3Row:
    return Table3Row(
        row["category"],
        row["term"],
        (row["grade_1"], row["grade_2"], row["grade_3"], row["grade_4"]),
    )


def _reconstructed_row(row: dict[str, str]) -> ReconstructedRow:
    later = (row["second_infusion_day"], row["third_infusion_day"])
    return ReconstructedRow(
        patient=row["patient"],
        start=date.fromisoformat(row["start_date"]),
        follow_up=int(row["follow_up_day"]),
        death_cause=row["death_cause"],
        later_infusions=tuple(int(day) for day in later if day),
        therapy_days=tuple(int(day) for day in row["therapy_days"].split(";") if day),
        hsct_day=_day(row["hsct_day"]),
        status_after_hsct_day=_day(row["status_after_hsct_day"]),
        steroids_day=_day(row["steroids_day"]),
    )


def _day(cell: str) -> int | None:
    return int(cell) if cell else None
