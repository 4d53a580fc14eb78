"""The five tables of the study folder as bytes."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from .adverse_events import ADVERSE_EVENT_COLUMNS, adverse_event_rows
from .followup import Course, courses
from .kinetics import kinetics_rows
from .lymphocytes import lymphocyte_rows
from .patients import PATIENT_COLUMNS, patient_rows
from .treatment import EVENT_COLUMNS, INFUSION_COLUMNS, event_rows, infusion_rows

if TYPE_CHECKING:
    from .sources import Sources

MEASUREMENT_COLUMNS: Final = (
    "patient_id",
    "analyte",
    "date",
    "value",
    "unit",
    "infusion",
    "below_lloq",
)

Row = dict[str, str]


def study_files(sources: Sources) -> dict[str, bytes]:
    """File name to content, UTF-8 CSV with a header line and Unix line ends."""
    everyone = courses(sources)
    return {
        "patients.csv": _csv(PATIENT_COLUMNS, patient_rows(sources, everyone)),
        "infusions.csv": _csv(INFUSION_COLUMNS, infusion_rows(sources, everyone)),
        "events.csv": _csv(EVENT_COLUMNS, event_rows(sources, everyone)),
        "adverse_events.csv": _csv(ADVERSE_EVENT_COLUMNS, adverse_event_rows(sources, everyone)),
        "measurements.csv": _csv(MEASUREMENT_COLUMNS, _measurement_rows(sources, everyone)),
    }


def _measurement_rows(sources: Sources, everyone: list[Course]) -> list[Row]:
    kinetics, lymphocytes = kinetics_rows(sources, everyone), lymphocyte_rows(everyone)
    return [
        row
        for course in everyone
        for table in (kinetics, lymphocytes)
        for row in table.get(course.patient, ())
    ]


def _csv(columns: tuple[str, ...], rows: list[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
