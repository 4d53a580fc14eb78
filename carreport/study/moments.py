"""
Dates per patient: the start, an infusion, the first of some events, the end of follow-up.

Each comes with the weakest origin of what it was read from, and with the origin of an absence
where there is no such row.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carreport.errors import BadInput, Problem
from carreport.study import schema
from carreport.study.meaning import MOMENTS
from carreport.study.populations import satisfies
from carreport.study.settings import SETTINGS_FILE
from carreport.study.words import written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carreport.study.settings import Endpoint, Where
    from carreport.study.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Dates:
    """
    A date per patient.

    Attributes:
        dates: In the order of the patients table; NaT where there is none.
        ranks: Origins of the dates, or of their absence.
        lineage: File columns they were read from.
    """

    dates: pd.Series
    ranks: np.ndarray
    lineage: tuple[str, ...]


def moment(snapshot: Snapshot, name: str) -> Dates:
    """
    The date a moment of study.toml names.

    Args:
        snapshot: Cut; endpoints must be there before they are named.
        name: `start`, `followup`, `infusion:2`, `event:NAME`, `event:NAME|NAME`,
            `event:NAME=DETAIL` or `endpoint:ID`.

    Raises:
        BadInput: It is none of these.
    """
    kind, _, rest = name.partition(":")
    match kind:
        case "start":
            return start(snapshot)
        case "followup":
            return followup(snapshot)
        case "infusion":
            return infusion(snapshot, int(rest))
        case "event":
            return _named_event(snapshot, rest)
        case "endpoint":
            return _endpoint_date(snapshot, rest)
        case _:
            found = f"{name!r} is no moment"
            raise BadInput([Problem(SETTINGS_FILE, 0, "derived", found, f"use {MOMENTS}")])


def start(snapshot: Snapshot) -> Dates:
    """Time zero."""
    patients = snapshot.patients
    ranks = patients.origins["start_date"].to_numpy()
    return Dates(patients.frame["start_date"], ranks, ("patients.start_date",))


def origin(snapshot: Snapshot, endpoint: Endpoint) -> Dates:
    """What an endpoint's time counts from: time zero, or an event of its own."""
    own = endpoint.start_event
    return first_event(snapshot, [own]) if own else start(snapshot)


def infusion(snapshot: Snapshot, number: int) -> Dates:
    """The date of an infusion; without a table of infusions the start is the first."""
    if "infusions" in snapshot.tables:
        return _first_row(snapshot, "infusions", {"infusion": float(number)})
    zero = start(snapshot)
    return zero if number == 1 else replace(zero, dates=zero.dates.mask(zero.dates.notna()))


def first_event(snapshot: Snapshot, names: Sequence[str]) -> Dates:
    """The first of some events."""
    return _first_row(snapshot, "events", {"event": list(names)})


def followup(snapshot: Snapshot) -> Dates:
    """Death, otherwise the last contact, otherwise the cutoff (if the study assumes so)."""
    death = first_event(snapshot, [schema.DEATH])
    events = snapshot.tables["events"]
    contacts = events.rows((events.frame["event"] == schema.LAST_CONTACT).to_numpy())
    ids = snapshot.patients.frame["patient_id"]
    latest = contacts.frame.groupby("patient_id")["date"].max()
    known = contacts.origins["date"].groupby(contacts.frame["patient_id"]).max()
    dates = death.dates.fillna(pd.to_datetime(ids.map(latest)))
    if snapshot.settings.study.assume_alive:
        dates = dates.fillna(pd.Timestamp(snapshot.cutoff))
    contact = np.where(death.dates.notna(), 0, ids.map(known).fillna(0)).astype(np.int8)
    return Dates(dates, np.maximum(death.ranks, contact), ("events.event", "events.date"))


def _named_event(snapshot: Snapshot, rest: str) -> Dates:
    names, _, detail = rest.partition("=")
    where: Where = {"event": list(names.split("|"))}
    if detail:
        where["detail"] = detail
    return _first_row(snapshot, "events", where)


def _endpoint_date(snapshot: Snapshot, endpoint: str) -> Dates:
    patients = snapshot.patients
    column = f"{endpoint}:days"
    item = next(one for one in snapshot.settings.endpoint if one.id == endpoint)
    days = pd.to_timedelta(patients.frame[column] - item.first_day, unit="D")
    ranks = patients.origins[column].to_numpy()
    return Dates(origin(snapshot, item).dates + days, ranks, patients.lineage[column])


def _first_row(snapshot: Snapshot, name: str, where: Where) -> Dates:
    """The earliest date among the rows that meet a condition."""
    table = snapshot.tables[name]
    chosen = table.rows(satisfies(table.frame, where))
    order = np.argsort(chosen.frame["date"].to_numpy(), kind="stable")
    picked = order[~chosen.frame["patient_id"].iloc[order].duplicated().to_numpy()]
    who = chosen.frame["patient_id"].to_numpy()[picked]
    ids = snapshot.patients.frame["patient_id"]
    read = ["date", *where]
    dates = pd.to_datetime(
        ids.map(pd.Series(chosen.frame["date"].to_numpy()[picked], index=who, dtype="M8[ns]"))
    )
    known = pd.Series(chosen.origins[read].max(axis=1).to_numpy()[picked], index=who, dtype=float)
    ranks = np.where(dates.notna(), ids.map(known).fillna(0), absence(snapshot, name, where))
    return Dates(
        dates,
        np.maximum(ranks.astype(np.int8), cut_ranks(snapshot, {name})),
        tuple(f"{name}.{one}" for one in read),
    )


def absence(snapshot: Snapshot, table: str, where: Where) -> np.ndarray:
    """How sure it is, per patient, that there is no such row."""
    ids = snapshot.patients.text["patient_id"]
    ranks = np.zeros(len(ids), dtype=np.int8)
    for row in _each(where):
        ranks = np.maximum(ranks, snapshot.origins.of_absence(table, row, ids))
    return ranks


def _each(where: Where) -> list[dict[str, str]]:
    """The single rows a condition could have matched."""
    combinations: list[dict[str, str]] = [{}]
    for column, condition in where.items():
        wanted = condition if isinstance(condition, list) else [condition]
        plain = [written(one) for one in wanted if isinstance(one, (str, int, float))]
        combinations = [
            {**so_far, column: one} for so_far in combinations for one in plain
        ] or combinations
    return combinations


def cut_ranks(snapshot: Snapshot, tables: set[str]) -> np.ndarray:
    """Per patient, the origin of the dates by which the cut removed rows of these tables."""
    ids = snapshot.patients.frame["patient_id"]
    ranks = np.zeros(len(ids), dtype=np.int8)
    for name in tables & set(snapshot.dated_by) - {"patients"}:
        by_cut = ids.map(snapshot.dated_by[name]).fillna(0).to_numpy(dtype=np.int8)
        ranks = np.maximum(ranks, by_cut)
    return ranks
