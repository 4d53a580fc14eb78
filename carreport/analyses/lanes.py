"""Patients along time: when they entered, their lanes from time zero, and what happened on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from carreport.analyses.declare import analysis
from carreport.shapes import Listing, ListingColumn
from carreport.study import schema
from carreport.study.lanes import lane_events
from carreport.units import COUNT, DAYS, PATIENTS, TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carreport.study.settings import Settings, Where

ENDS: Final = ("death", "last contact", "last record")
"""How a lane can end: with the death, when last seen alive, or unknown after the last event."""
_ENTERED: Final = (
    ListingColumn("entered", "Entered", PATIENTS),
    ListingColumn("cumulative", "Entered so far", PATIENTS),
)


def _starts(_settings: Settings) -> Mapping[str, Mapping[str, str]]:
    return {"patients": {"start": "start_date"}}


@analysis(
    "disposition.starts",
    by="groups",
    reads=_starts,
    method="count by day of the start",
)
def starts(patients: pd.DataFrame) -> Listing:
    """
    Patients by the day they entered, and so far.

    Args:
        patients: One row per patient: start.

    Returns:
        One row per day on which a patient entered.
    """
    entered = patients["start"].dt.strftime("%Y-%m-%d").value_counts().sort_index()
    return Listing(
        "", ("date",), (ListingColumn("date", "Date", TEXT), *_ENTERED), _accruing(entered)
    )


@analysis(
    "disposition.enrolment",
    by="groups",
    reads=_starts,
    method="count by calendar month of the start",
)
def enrolment(patients: pd.DataFrame) -> Listing:
    """
    Patients by the calendar month they entered, and so far.

    Args:
        patients: One row per patient: start.

    Returns:
        One row per month from the first start to the last, those in which nobody entered included.
    """
    months = patients["start"].dt.to_period("M")
    whole = pd.period_range(months.min(), months.max(), freq="M") if len(months) else []
    entered = months.value_counts().reindex(whole, fill_value=0)
    entered.index = pd.Index([str(month) for month in entered.index], dtype=object)
    return Listing(
        "", ("month",), (ListingColumn("month", "Month", TEXT), *_ENTERED), _accruing(entered)
    )


def _accruing(entered: pd.Series) -> tuple[tuple[str, float, float], ...]:
    return tuple(
        (str(when), float(new), float(so_far))
        for (when, new), so_far in zip(entered.items(), entered.cumsum(), strict=True)
    )


def _lane_rows(settings: Settings) -> dict[str, Where]:
    named = [one.event for one in lane_events(settings)]
    return {"events": {"event": list(dict.fromkeys([*named, schema.DEATH]))}}


def _dated_events(settings: Settings) -> Mapping[str, Mapping[str, str]]:
    columns = ["patient_id", "event", "date"]
    # A table of events need not have details, so they are read only where kinds differ by them.
    columns += ["detail"] if any(one.detail for one in lane_events(settings)) else []
    return {
        "patients": {"patient_id": "patient_id", "start": "start_date"},
        "events": {one: one for one in columns},
    }


def _told(settings: Settings, _conventions: object) -> Mapping[str, str]:
    return {"time": "whole days from time zero", "events": _kinds(settings)}


def _kinds(settings: Settings) -> str:
    return ", ".join(one.kind for one in lane_events(settings))


@analysis(
    "disposition.lanes",
    by="everybody",
    reads=lambda _settings: {
        "patients": {"patient_id": "patient_id", "start": "start_date", "known": "followup:days"},
        "events": {"patient_id": "patient_id", "event": "event", "date": "date"},
    },
    rows=_lane_rows,
    method="days from time zero to death or the last contact; where an event is dated later, or "
    "neither is known, to the last event",
    told=_told,
)
def lanes(patients: pd.DataFrame, events: pd.DataFrame) -> Listing:
    """
    How long each patient has been followed, and how that ended.

    Args:
        patients: One row per patient: start, days of follow-up, group.
        events: The events marked on lanes, and deaths.

    Returns:
        One row per patient in table order: group, days, and death, last contact or last record.
    """
    days = _days(patients, events)
    last = patients["patient_id"].map(days.groupby(events["patient_id"]).max())
    died = patients["patient_id"].isin(events.loc[events["event"] == schema.DEATH, "patient_id"])
    length = pd.concat([patients["known"], last.fillna(0.0).clip(lower=0.0)], axis=1).max(axis=1)
    ends = [
        ENDS[0] if dead else ENDS[1] if known == whole else ENDS[2]
        for dead, known, whole in zip(died, patients["known"], length, strict=True)
    ]
    return Listing(
        "",
        ("patient",),
        (
            ListingColumn("patient", "Patient", TEXT),
            ListingColumn("group", "Group", TEXT),
            ListingColumn("days", "Followed", DAYS),
            ListingColumn("end", "Ends with", TEXT),
        ),
        tuple(
            (str(patient), str(group), float(whole), end)
            for patient, group, whole, end in zip(
                patients["patient_id"], patients["group"], length, ends, strict=True
            )
        ),
    )


def _days(patients: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """Whole days of dated rows from their patient's time zero."""
    zero = rows["patient_id"].map(patients.set_index("patient_id")["start"])
    return (rows["date"] - pd.to_datetime(zero)).dt.days.astype(float)


@analysis(
    "disposition.lane_infusions",
    by="everybody",
    reads=lambda _settings: {
        "patients": {"patient_id": "patient_id", "start": "start_date"},
        "infusions": {"patient_id": "patient_id", "infusion": "infusion", "date": "date"},
    },
    method="days from time zero",
)
def lane_infusions(patients: pd.DataFrame, infusions: pd.DataFrame) -> Listing:
    """
    When each patient was infused.

    Args:
        patients: One row per patient: start.
        infusions: One row per infusion: its number and date.

    Returns:
        One row per infusion, in table order of the patients.
    """
    dated = infusions.assign(days=_days(patients, infusions))
    return Listing(
        "",
        ("patient", "infusion"),
        (
            ListingColumn("patient", "Patient", TEXT),
            ListingColumn("infusion", "Infusion", COUNT),
            ListingColumn("days", "Day", DAYS),
        ),
        tuple(
            (str(patient), float(number), float(day))
            for patient, number, day in _ordered(dated, patients, "infusion")
        ),
    )


def _ordered(rows: pd.DataFrame, patients: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """Patient, these columns and the days of rows, by patient in table order, then by day."""
    order = dict(zip(patients["patient_id"], range(len(patients)), strict=True))
    ordered = rows.assign(at=rows["patient_id"].map(order)).sort_values(
        ["at", "days"], kind="stable"
    )
    return list(ordered[["patient_id", *columns, "days"]].itertuples(index=False, name=None))


@analysis(
    "disposition.lane_events",
    by="everybody",
    reads=_dated_events,
    rows=_lane_rows,
    method="days from time zero; events before it are left out",
    told=_told,
)
def lane_event_rows(patients: pd.DataFrame, events: pd.DataFrame, item: Settings) -> Listing:
    """
    What happened to each patient and when, for the kinds of event marked on lanes.

    Args:
        patients: One row per patient: start.
        events: The events marked on lanes: name, date, detail where kinds differ by it.
        item: The study's settings.

    Returns:
        One row per event; those of one kind of a patient are numbered in their order.
    """
    found = _kinds_of(patients, events, item)
    found = found.assign(number=found.groupby(["patient_id", "kind"]).cumcount() + 1)
    return Listing(
        "",
        ("patient", "event", "number"),
        (
            ListingColumn("patient", "Patient", TEXT),
            ListingColumn("event", "Event", TEXT),
            ListingColumn("number", "Number", COUNT),
            ListingColumn("days", "Day", DAYS),
        ),
        tuple(
            (str(patient), str(kind), float(number), float(day))
            for patient, kind, number, day in _ordered(found, patients, "kind", "number")
        ),
    )


def _kinds_of(patients: pd.DataFrame, events: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Events from time zero on with the kind each is of, by date; one of two kinds comes twice."""
    dated = events.assign(days=_days(patients, events))
    dated = dated[dated["days"] >= 0].sort_values("days", kind="stable")
    parts = []
    for kind in lane_events(settings):
        chosen = dated["event"] == kind.event
        if kind.detail:
            chosen &= dated["detail"] == kind.detail
        parts.append(dated[chosen].assign(kind=kind.kind))
    return pd.concat(parts)


@analysis(
    "disposition.lane_kinds",
    by="everybody",
    reads=_dated_events,
    rows=_lane_rows,
    method="count of the events on lanes by kind",
    told=_told,
)
def lane_kinds(patients: pd.DataFrame, events: pd.DataFrame, item: Settings) -> Listing:
    """
    In how many patients each kind of event marked on lanes has happened, and how often.

    Args:
        patients: One row per patient: start.
        events: The events marked on lanes: name, date, detail where kinds differ by it.
        item: The study's settings.

    Returns:
        One row per kind, those that have not happened included.
    """
    found = _kinds_of(patients, events, item)
    rows = []
    for kind in lane_events(item):
        own = found[found["kind"] == kind.kind]
        rows.append((kind.kind, kind.label, float(own["patient_id"].nunique()), float(len(own))))
    return Listing(
        "",
        ("event",),
        (
            ListingColumn("event", "Event", TEXT),
            ListingColumn("label", "Called", TEXT),
            ListingColumn("patients", "Patients", PATIENTS),
            ListingColumn("events", "Events", COUNT),
        ),
        tuple(rows),
    )


ANALYSES = (starts, enrolment, lanes, lane_infusions, lane_event_rows, lane_kinds)
