"""The bundled study read as plain rows, without the package under test."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
CUTOFF = date(2020, 8, 19)

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Bundled:
    """The tables of `data/`, each a list of rows in file order."""

    patients: list[Row]
    infusions: list[Row]
    events: list[Row]
    adverse_events: list[Row]
    measurements: list[Row]
    table2: list[Row]
    table3: list[Row]
    text: list[Row]
    origins: dict[str, Any]

    def stratum(self, value: str) -> list[str]:
        """Ids of the patients of one stratum."""
        return [row["patient_id"] for row in self.patients if row["stratum"] == value]

    def start(self, patient: str) -> date:
        """The day of the first infusion."""
        (row,) = (row for row in self.patients if row["patient_id"] == patient)
        return date.fromisoformat(row["start_date"])

    def day(self, row: Row, column: str = "date") -> int:
        """Days from the patient's first infusion to the row's date."""
        return (date.fromisoformat(row[column]) - self.start(row["patient_id"])).days

    def event_days(self, event: str) -> dict[str, int]:
        """Patient to the day of the first such event."""
        rows = [row for row in self.events if row["event"] == event]
        return {row["patient_id"]: self.day(row) for row in reversed(rows)}

    def details(self, patient: str, *events: str) -> list[str]:
        """Details of a patient's events of these kinds, by date."""
        rows = [r for r in self.events if r["patient_id"] == patient and r["event"] in events]
        return [row["detail"] for row in sorted(rows, key=lambda row: row["date"])]

    def grades(self, term: str, infusion: str = "1") -> dict[str, int]:
        """Patient to the grade of a term after one infusion."""
        return {
            row["patient_id"]: int(row["grade"])
            for row in self.adverse_events
            if row["term"] == term and row["infusion"] == infusion
        }

    def series(self, patient: str, analyte: str, infusion: str = "1") -> dict[int, float]:
        """Day after that infusion to value."""
        (infused,) = (
            self.day(row)
            for row in self.infusions
            if row["patient_id"] == patient and row["infusion"] == infusion
        )
        return {
            self.day(row) - infused: float(row["value"])
            for row in self.measurements
            if (row["patient_id"], row["analyte"], row["infusion"]) == (patient, analyte, infusion)
        }

    def peaks(self, analyte: str, stratum: str) -> list[float]:
        """Each patient's maximum in the 30 days after the first infusion."""
        return [
            max(value for day, value in self.series(p, analyte).items() if day <= 30)
            for p in self.stratum(stratum)
        ]


@pytest.fixture(scope="session")
def study() -> Bundled:
    """The committed study."""
    data = ROOT / "data"
    tables = ("patients", "infusions", "events", "adverse_events", "measurements")
    sources = {"table2": "table2", "table3": "table3", "text": "text"}
    return Bundled(
        **{name: _rows(data / f"{name}.csv") for name in tables},
        **{key: _rows(data / "sources" / f"{name}_published.csv") for key, name in sources.items()},
        origins=tomllib.loads((data / "origins.toml").read_text(encoding="utf-8")),
    )


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def cutoff() -> date:
    """The cutoff the paper prints."""
    return CUTOFF


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
