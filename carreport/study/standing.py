"""Where each patient stands at the cutoff: time since the start, infusions, death."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carreport.study import schema
from carreport.study.endpoints import days_between
from carreport.study.moments import Dates, absence, cut_ranks, first_event, start
from carreport.study.populations import satisfies
from carreport.study.snapshot import PatientColumn
from carreport.study.words import written_all

if TYPE_CHECKING:
    from carreport.study.settings import Where
    from carreport.study.snapshot import Snapshot


def standing(snapshot: Snapshot) -> list[PatientColumn]:
    """
    What every study can say of every patient.

    Args:
        snapshot: Cut.

    Returns:
        Columns `potential:days` (from the start to the cutoff), `death:days` and `death:cause`;
        `infusions:count` and `infusions:last` (the day of the last), blank without a table of
        infusions.
    """
    zero = start(snapshot)
    ends = pd.Series(pd.Timestamp(snapshot.cutoff), index=zero.dates.index)
    end = Dates(ends, np.zeros(len(ends), dtype=np.int8), ())
    return [
        days_between("potential:days", zero, end),
        days_between("death:days", zero, first_event(snapshot, [schema.DEATH])),
        _cause(snapshot),
        _infusions(snapshot),
        days_between("infusions:last", zero, _last_infusion(snapshot)),
    ]


def _cause(snapshot: Snapshot) -> PatientColumn:
    """What the row of the death says of its cause."""
    table = snapshot.tables["events"]
    where: Where = {"event": schema.DEATH}
    ids = snapshot.patients.frame["patient_id"]
    if "detail" not in table.frame:
        blank = np.full(len(ids), "", dtype=object)
        none = np.full(len(ids), None, dtype=object)
        return PatientColumn("death:cause", none, blank, np.zeros(len(ids), np.int8), ())
    died = table.rows(satisfies(table.frame, where))
    rows = died.frame.drop_duplicates("patient_id").index
    who = died.frame["patient_id"].loc[rows].to_numpy()
    read = ["event", "detail"]
    known = pd.Series(died.origins.loc[rows, read].max(axis=1).to_numpy(), index=who, dtype=float)
    said = ids.map(pd.Series(died.text.loc[rows, "detail"].to_numpy(), index=who, dtype=object))
    text = said.fillna("").to_numpy(dtype=object)
    ranks = np.where(ids.isin(who), ids.map(known).fillna(0), absence(snapshot, "events", where))
    ranks = np.maximum(ranks.astype(np.int8), cut_ranks(snapshot, {"events"}))
    cells = np.asarray([one or None for one in text], dtype=object)
    return PatientColumn("death:cause", cells, text, ranks, tuple(f"events.{one}" for one in read))


def _infusions(snapshot: Snapshot) -> PatientColumn:
    """How many infusions a patient has had."""
    ids = snapshot.patients.frame["patient_id"]
    table = snapshot.tables.get("infusions")
    if table is None:
        blank = np.full(len(ids), "", dtype=object)
        return PatientColumn(
            "infusions:count", np.full(len(ids), np.nan), blank, np.zeros(len(ids), np.int8), ()
        )
    counts = ids.map(table.frame.groupby("patient_id").size()).fillna(0).astype(float)
    ranks = _ranks(snapshot, "infusion")
    return PatientColumn(
        "infusions:count", counts.to_numpy(), written_all(counts), ranks, ("infusions.infusion",)
    )


def _last_infusion(snapshot: Snapshot) -> Dates:
    """The date of the latest infusion."""
    ids = snapshot.patients.frame["patient_id"]
    table = snapshot.tables.get("infusions")
    if table is None:
        none = pd.Series(pd.NaT, index=ids.index, dtype="M8[ns]")
        return Dates(none, np.zeros(len(ids), np.int8), ())
    latest = table.frame.groupby("patient_id")["date"].max()
    dates = pd.to_datetime(ids.map(latest))
    return Dates(dates, _ranks(snapshot, "date"), ("infusions.date",))


def _ranks(snapshot: Snapshot, column: str) -> np.ndarray:
    """Per patient the weakest origin of a column of the infusions, or of having had none."""
    ids = snapshot.patients.frame["patient_id"]
    table = snapshot.tables["infusions"]
    known = table.origins[column].groupby(table.frame["patient_id"]).max()
    there = ids.isin(table.frame["patient_id"])
    ranks = np.where(there, ids.map(known).fillna(0), absence(snapshot, "infusions", {}))
    whole: np.ndarray = np.maximum(ranks, cut_ranks(snapshot, {"infusions"}))
    return whole.astype(np.int8)
