"""Time-to-event endpoints as patient columns: days, status, and the cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from carreport.errors import BadInput, Problem
from carreport.study.moments import Dates, first_event, followup, origin, start
from carreport.study.snapshot import PatientColumn
from carreport.study.words import written_all

if TYPE_CHECKING:
    from carreport.study.settings import Endpoint
    from carreport.study.snapshot import Snapshot

CENSORED: Final = "censored"
_LINEAGE: Final = ("patients.start_date", "events.event", "events.date")


@dataclass(slots=True)
class _Ending:
    """How each patient's time ends so far: when, by which code, by what name."""

    dates: pd.Series
    code: np.ndarray
    cause: np.ndarray

    def put(self, chosen: np.ndarray, when: pd.Series, code: int, cause: np.ndarray | str) -> None:
        """End the chosen patients' time otherwise."""
        self.dates = self.dates.where(~chosen, when)
        self.code = np.where(chosen, float(code), self.code)
        self.cause = np.where(chosen, cause, self.cause)


def days_between(name: str, first: Dates, last: Dates) -> PatientColumn:
    """Whole days from one moment to another."""
    days = (last.dates - first.dates).dt.days.astype(float)
    ranks = np.maximum(first.ranks, last.ranks)
    lineage = tuple(dict.fromkeys((*first.lineage, *last.lineage)))
    return PatientColumn(name, days.to_numpy(), written_all(days), ranks, lineage)


def followup_days(snapshot: Snapshot) -> PatientColumn:
    """Observed follow-up."""
    return days_between("followup:days", start(snapshot), followup(snapshot))


def endpoint_columns(
    snapshot: Snapshot, endpoint: Endpoint
) -> tuple[list[PatientColumn], list[str]]:
    """
    One endpoint of every patient.

    Args:
        snapshot: Cut.
        endpoint: Its events, and those that preclude it.

    Returns:
        Columns `<id>:days`, `<id>:status` (1 event, 0 censored), `<id>:code` (0 censored, 1 the
        event, 2 and above the competing events in their order), `<id>:cause` in words and,
        where its days are not counted from time zero as all others are, `<id>:potential`, those to
        the cutoff; and a notice for every competing event on the day of the event, which then
        counts.

    Raises:
        BadInput: A patient's time ends before the endpoint's own start.
    """
    zero, stop = origin(snapshot, endpoint), first_event(snapshot, endpoint.censored_by)
    last = _earlier(stop, followup(snapshot)) if endpoint.censored_by else followup(snapshot)
    event = _until(first_event(snapshot, endpoint.events), stop)
    n = len(last.dates)
    ending = _Ending(last.dates.copy(), np.zeros(n), np.full(n, CENSORED, dtype=object))
    others = {name: _until(first_event(snapshot, [name]), stop) for name in endpoint.competing}
    for number, (name, other) in enumerate(others.items(), start=2):
        earlier = (ending.code > 1) & (ending.dates <= other.dates).to_numpy()
        ending.put(other.dates.notna().to_numpy() & ~earlier, other.dates, number, name)
    precluded = (ending.code > 1) & (ending.dates < event.dates).to_numpy()
    tied = (ending.code > 1) & (ending.dates == event.dates).to_numpy()
    notices = [
        f"{endpoint.id}: patient {who} has {cause} on the day of the event; the event counts"
        for who, cause in zip(
            snapshot.patients.frame["patient_id"][tied], ending.cause[tied], strict=True
        )
    ]
    reached = event.dates.notna().to_numpy() & ~precluded
    ending.put(reached, event.dates, 1, _which(snapshot, endpoint))
    censored = np.where(ending.code == 0, last.ranks, 0)
    known = [zero.ranks, event.ranks, censored, *(one.ranks for one in others.values())]
    ranks = np.maximum.reduce(known).astype(np.int8)
    days = (ending.dates - zero.dates).dt.days.astype(float).to_numpy() + endpoint.first_day
    _check_order(snapshot, endpoint, days - endpoint.first_day)
    begun = zero.dates.notna().to_numpy()
    code = np.where(begun, ending.code, np.nan)
    status = np.where(begun, ending.code == 1, np.nan)
    cells = {"days": days, "status": status, "code": code}
    columns = [
        PatientColumn(f"{endpoint.id}:{name}", values, written_all(values), ranks, _LINEAGE)
        for name, values in cells.items()
    ]
    cause = np.where(begun, ending.cause, "")
    columns.append(PatientColumn(f"{endpoint.id}:cause", cause, cause, ranks, _LINEAGE))
    if endpoint.start_event or endpoint.first_day:
        columns.append(_potential(snapshot, endpoint, zero))
    return columns, notices


def _potential(snapshot: Snapshot, endpoint: Endpoint, zero: Dates) -> PatientColumn:
    """Days from the endpoint's start to the cutoff."""
    ahead = pd.Timestamp(snapshot.cutoff) - zero.dates
    days = ahead.dt.days.astype(float).to_numpy() + endpoint.first_day
    name = f"{endpoint.id}:potential"
    return PatientColumn(name, days, written_all(days), zero.ranks, zero.lineage)


def _earlier(stop: Dates, last: Dates) -> Dates:
    """The end of follow-up, or what censors the endpoint before it."""
    first = (stop.dates <= last.dates) | last.dates.isna()
    ranks = np.maximum(stop.ranks, np.where(first, 0, last.ranks)).astype(np.int8)
    return Dates(last.dates.mask(first, stop.dates), ranks, _LINEAGE)


def _until(event: Dates, stop: Dates) -> Dates:
    """An event, unless the endpoint was censored before it; on one day, the event counts."""
    return Dates(event.dates.mask(event.dates > stop.dates), event.ranks, event.lineage)


def _check_order(snapshot: Snapshot, endpoint: Endpoint, days: np.ndarray) -> None:
    """
    Refuse times that end before they start, where an endpoint has a start of its own.

    Raises:
        BadInput: There are such; of time zero itself the check of the files speaks.
    """
    if not endpoint.start_event:
        return
    remedy = f"correct one of the dates, or count {endpoint.id} from another event"
    problems = [
        Problem("events", 0, "date", f"{endpoint.id} of patient {who} ends before its "
                f"{endpoint.start_event}", remedy)
        for who in snapshot.patients.frame["patient_id"][days < 0]
    ]  # fmt: skip
    if problems:
        raise BadInput(problems)


def _which(snapshot: Snapshot, endpoint: Endpoint) -> np.ndarray:
    """Which of the endpoint's events came first; their declared order breaks ties."""
    names = endpoint.events
    dates = pd.concat([first_event(snapshot, [one]).dates.rename(one) for one in names], axis=1)
    filled = dates.fillna(pd.Timestamp.max.normalize())
    return np.asarray([names[i] for i in filled.to_numpy().argmin(axis=1)], dtype=object)
