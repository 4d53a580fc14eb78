"""Data quality: what is missing, out of range, undated or overdue, cell by cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from carreport.analyses.declare import LINE, analysis
from carreport.shapes import Assessed, Bundle, Checked, Listing, ListingColumn, Notes
from carreport.study.populations import satisfies
from carreport.study.words import written
from carreport.units import TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from carreport.study.settings import Assessment, Check, CheckKind, Where

    Frames = Mapping[str, pd.DataFrame]

NO_LINE: Final = "0"
"""Stands for the line of a row that is not there."""
NO_VALUE: Final = "no value"
DUE: Final = ("done", "late", "overdue", "not_due")
METHODS: Final[Mapping[str, str]] = {
    "missing": "cells without a value",
    "implausible": "values below or above the plausible range of study.toml",
    "undated": "adverse events whose onset has no date",
    "unordered": "adverse events that end before they begin",
    "overdue": "patients followed beyond the last day of the window and not assessed from its first day on",
}


def _read(checks: Iterable[Check]) -> dict[str, dict[str, str]]:
    """The columns that checks look at; a role is not the name of another column."""
    found: dict[str, dict[str, str]] = {"patients": {"patient_id": "patient_id", LINE: LINE}}
    for one in checks:
        roles = found.setdefault(one.table, {"patient_id": "patient_id", LINE: LINE})
        roles |= {f":{column}": column for column in (*one.columns, *one.where)}
        followed = ("start_date", "followup:days") if one.kind == "overdue" else ()
        found["patients"] |= {f":{column}": column for column in (*one.among, *followed)}
    return found


def _rows_of(item: Check) -> dict[str, Where]:
    return {item.table: item.where} if item.where else {}


@analysis(
    "quality.check",
    each="checks",
    by="groups",
    reads=lambda item: _read([item]),
    rows=_rows_of,
    method=lambda item, _conventions: METHODS[item.kind],
    told=lambda item, _conventions: {"looked at": ".".join(item.place), **_told(item)},
)
def check(
    patients: pd.DataFrame,
    item: Check,
    infusions: pd.DataFrame | None = None,
    events: pd.DataFrame | None = None,
    adverse_events: pd.DataFrame | None = None,
    measurements: pd.DataFrame | None = None,
) -> Checked:
    """
    How many cells or rows a check looked at, and how many call for a note.

    Args:
        patients: One row per patient.
        item: The check.
        infusions: Rows it looks at, if it is about them.
        events: The same.
        adverse_events: The same.
        measurements: The same.

    Returns:
        Two counts.
    """
    frames = _frames(patients, infusions, events, adverse_events, measurements)
    if item.kind == "overdue":
        return Checked(len(_patients(item, frames)), len(list(_findings(item, frames))))
    return Checked(len(_rows(item, frames)), len(_called(item, frames)))


@analysis(
    "quality.notes",
    each="kinds",
    by="everybody",
    reads=lambda item: _read(item.checks),
    method=lambda item, _conventions: METHODS[item.id],
    told=lambda item, _conventions: {
        "looked at": ", ".join(dict.fromkeys(".".join(one.place) for one in item.checks))
    },
)
def notes(
    patients: pd.DataFrame,
    item: CheckKind,
    infusions: pd.DataFrame | None = None,
    events: pd.DataFrame | None = None,
    adverse_events: pd.DataFrame | None = None,
    measurements: pd.DataFrame | None = None,
) -> Bundle:
    """
    Every cell or row of the data that calls for a note of one kind.

    Args:
        patients: One row per patient.
        item: The checks of the kind.
        infusions: Rows they look at, where a check is about them.
        events: The same.
        adverse_events: The same.
        measurements: The same.

    Returns:
        How many notes on how many patients, and one row per note: file, line, patient, column,
        and what stands there.
    """
    frames = _frames(patients, infusions, events, adverse_events, measurements)
    rows = [
        (one.id, line, patient, one.label, *one.place, found)
        for one in item.checks
        for patient, line, found in _findings(one, frames)
    ]
    columns = (
        ("check", "Check"),
        ("line", "Line"),
        ("patient", "Patient"),
        ("label", "Of"),
        ("table", "Table"),
        ("column", "Column"),
        ("found", "Found"),
    )
    listing = Listing(
        "",
        ("check", "line", "patient"),
        tuple(ListingColumn(name, label, TEXT) for name, label in columns),
        tuple(rows),
    )
    return Bundle((Notes(len(rows), len({row[2] for row in rows})), listing))


def _told(item: Check) -> dict[str, str]:
    if item.bounds is None:
        return {}
    name = "window" if item.kind == "overdue" else "plausible range"
    return {name: f"{item.bounds[0]:g} to {item.bounds[1]:g}"}


def _frames(
    patients: pd.DataFrame,
    infusions: pd.DataFrame | None,
    events: pd.DataFrame | None,
    adverse_events: pd.DataFrame | None,
    measurements: pd.DataFrame | None,
) -> Frames:
    """The tables there are by name, their columns called as in the study."""
    own = [name for name in patients if name in ("patient_id", LINE) or str(name).startswith(":")]
    handed = {
        "patients": patients[own],
        "infusions": infusions,
        "events": events,
        "adverse_events": adverse_events,
        "measurements": measurements,
    }
    return {
        name: frame.rename(columns=lambda one: one.removeprefix(":"))
        for name, frame in handed.items()
        if frame is not None
    }


def _patients(item: Check, frames: Frames) -> pd.DataFrame:
    everybody = frames["patients"]
    return everybody[everybody["patient_id"].isin(item.patients)]


def _rows(item: Check, frames: Frames) -> pd.DataFrame:
    """The rows a check looks at."""
    return _asked(item, frames[item.table])


def _asked(item: Check, rows: pd.DataFrame) -> pd.DataFrame:
    """Those of some rows that a check is about."""
    if rows.empty:
        return rows
    patients = frozenset(item.patients)
    of_them = np.fromiter((one in patients for one in rows["patient_id"]), bool, len(rows))
    asked: pd.DataFrame = rows[of_them & satisfies(rows, item.where)]
    return asked


def _findings(item: Check, frames: Frames) -> Iterator[tuple[str, str, str]]:
    """Patient, line and what was found, of every cell or row that calls for a note."""
    if item.kind == "overdue":
        yield from _overdue(item, _patients(item, frames), _rows(item, frames))
        return
    rows = _called(item, frames)
    silent = item.kind == "missing"
    said = (_said(item, row) for row in ([] if silent else rows.to_dict("records")))
    for patient, line in zip(rows["patient_id"], rows[LINE], strict=True):
        yield str(patient), str(line), NO_VALUE if silent else next(said)


def _called(item: Check, frames: Frames) -> pd.DataFrame:
    """The rows that call for a note."""
    table = frames[item.table]
    return _asked(item, table[_CALLS[item.kind](item, table)])


def _without_value(item: Check, rows: pd.DataFrame) -> pd.Series:
    return rows[item.columns[-1]].isna()


def _out_of_range(item: Check, rows: pd.DataFrame) -> pd.Series:
    low, high = item.bounds or (0.0, 0.0)
    values = pd.to_numeric(rows[item.columns[-1]], errors="coerce")
    return (values < low) | (values > high)


def _backwards(item: Check, rows: pd.DataFrame) -> pd.Series:
    del item
    return rows["end_date"] < rows["start_date"]


_CALLS: Final[Mapping[str, Callable[[Check, pd.DataFrame], pd.Series]]] = {
    "missing": _without_value,
    "implausible": _out_of_range,
    "undated": _without_value,
    "unordered": _backwards,
}


def _said(item: Check, row: Mapping[Any, Any]) -> str:
    match item.kind:
        case "implausible":
            low, high = item.bounds or (0.0, 0.0)
            return f"{written(row[item.columns[-1]])}, expected {low:g} to {high:g}"
        case "undated":
            return f"{row['term']}: no onset date"
        case "unordered":
            return f"{row['term']}: from {written(row['start_date'])} to {written(row['end_date'])}"
        case _:
            return NO_VALUE


def _overdue(
    item: Check, patients: pd.DataFrame, rows: pd.DataFrame
) -> Iterator[tuple[str, str, str]]:
    first, last = item.bounds or (0.0, 0.0)
    timed = patients.rename(columns={"start_date": "start", "followup:days": "followed"})
    standing = due(timed, rows, (first, last))
    for patient, followed in zip(
        timed.loc[standing == "overdue", "patient_id"],
        timed.loc[standing == "overdue", "followed"],
        strict=True,
    ):
        yield str(patient), NO_LINE, f"not done by day {last:g}, followed to day {followed:g}"


def due(patients: pd.DataFrame, rows: pd.DataFrame, window: tuple[float, float]) -> pd.Series:
    """
    Where each patient stands with an assessment.

    Args:
        patients: One row per patient: patient_id, start, followed (days).
        rows: One row per time it was done: patient_id, date.
        window: First and last day it is due on, counted from the start.

    Returns:
        done (within the window), late (only after it), overdue (followed beyond it and not done
        from its first day on) or not_due, in the order of *patients*.
    """
    starts = patients.set_index("patient_id")["start"]
    days = (rows["date"] - rows["patient_id"].map(starts)).dt.days.astype(float)
    in_time = set(rows["patient_id"][(days >= window[0]) & (days <= window[1])])
    after = set(rows["patient_id"][days > window[1]])
    standing = pd.Series("not_due", index=patients.index, dtype=object)
    standing[patients["followed"] > window[1]] = "overdue"
    standing[patients["patient_id"].isin(after)] = "late"
    standing[patients["patient_id"].isin(in_time)] = "done"
    return standing


def _assessed(item: Assessment) -> dict[str, dict[str, str]]:
    return {
        "patients": {
            "patient_id": "patient_id",
            "start": "start_date",
            "followed": "followup:days",
        },
        _table(item): {"patient_id": "patient_id", "date": "date"},
    }


def _table(item: Assessment) -> str:
    return "events" if item.event else "measurements"


@analysis(
    "quality.assessment",
    each="assessment",
    by="groups",
    reads=_assessed,
    rows=lambda item: {
        _table(item): {"event": item.event} if item.event else {"analyte": item.analyte}
    },
    method="count",
    told=lambda item, _conventions: {"window": f"days {item.day} to {item.until} from time zero"},
)
def assessment(
    patients: pd.DataFrame,
    item: Assessment,
    events: pd.DataFrame | None = None,
    measurements: pd.DataFrame | None = None,
) -> Assessed:
    """
    Who has been assessed in time, late or not at all.

    A patient who has not been assessed is overdue only once followed beyond the window; who died
    or was last seen before its end, or for whom it has not ended by the cutoff, is not due.

    Args:
        patients: One row per patient: start, days of follow-up.
        item: The assessment and its window.
        events: One row per time it was done, if it is an event.
        measurements: One row per sample, if it is a measurement.

    Returns:
        Patients by where they stand.
    """
    rows = next(one for one in (events, measurements) if one is not None)
    standing = due(patients, rows, (item.day, item.until))
    done, late, overdue, not_due = (int((standing == name).sum()) for name in DUE)
    return Assessed(len(patients), done, late, overdue, not_due)


ANALYSES = (check, notes, assessment)
