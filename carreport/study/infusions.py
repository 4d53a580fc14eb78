"""Which infusion a dated row follows, and how many days after it a sample was taken."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carreport.study import schema
from carreport.study.snapshot import PatientColumn
from carreport.study.words import written_all

if TYPE_CHECKING:
    from carreport.study.snapshot import Snapshot, Table


def with_infusions(snapshot: Snapshot) -> Snapshot:
    """
    Adverse events and measurements with the infusion they follow, and the day after it.

    A row that does not say which infusion it follows follows the latest one by its date; without
    a table of infusions there was one, at the start. A row before the first follows none, and so
    does one that has no date either.
    """
    tables = dict(snapshot.tables)
    for name in ("adverse_events", "measurements"):
        if name in tables:
            tables[name] = tables[name].with_columns([_followed(snapshot, tables[name])])
    if "measurements" in tables:
        tables["measurements"] = tables["measurements"].with_columns(
            [_day(snapshot, tables["measurements"])]
        )
    return replace(snapshot, tables=tables)


def _given(snapshot: Snapshot) -> pd.DataFrame:
    """Infusions by patient, number and date, with the origin of the date."""
    table = snapshot.tables.get("infusions")
    if table is not None:
        given = table.frame[["patient_id", "infusion", "date"]]
        return given.assign(rank=table.origins["date"].to_numpy())
    patients = snapshot.patients
    return pd.DataFrame(
        {
            "patient_id": patients.frame["patient_id"],
            "infusion": 1.0,
            "date": patients.frame["start_date"],
            "rank": patients.origins["start_date"],
        }
    )


def _followed(snapshot: Snapshot, table: Table) -> PatientColumn:
    """The infusion each row follows: as recorded, otherwise by its date."""
    date = schema.CUT_DATE[table.name]
    recorded = "infusion" in table.frame
    said = table.frame["infusion"] if recorded else pd.Series(np.nan, index=table.frame.index)
    ranks = table.origins["infusion" if recorded else date].to_numpy()
    lineage = (f"{table.name}.infusion",) if recorded else ()
    if said.notna().all():
        return PatientColumn("infusion", said.to_numpy(), written_all(said), ranks, lineage)
    latest = _latest(
        _given(snapshot), table.frame[["patient_id", date]].set_axis(["who", "on"], axis=1)
    )
    unsaid = said.isna().to_numpy()
    dated = np.maximum(latest["rank"].fillna(0).to_numpy(dtype=np.int8), table.origins[date])
    filled = said.where(~unsaid, latest["infusion"])
    return PatientColumn(
        "infusion",
        filled.to_numpy(),
        written_all(filled),
        np.where(unsaid, dated, ranks).astype(np.int8),
        (*lineage, f"{table.name}.{date}"),
    )


def _latest(given: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """For each row (who, on) the latest infusion by then; none without a date."""
    known = given.rename(columns={"patient_id": "who"}).sort_values("date", kind="stable")
    ordered = rows.dropna(subset="on").reset_index(names="at").sort_values("on", kind="stable")
    found = pd.merge_asof(ordered, known, left_on="on", right_on="date", by="who")
    return found.set_index("at").reindex(rows.index)


def _day(snapshot: Snapshot, table: Table) -> PatientColumn:
    """Whole days from the infusion a sample follows; from the start where it follows none."""
    given = _given(snapshot).drop_duplicates(["patient_id", "infusion"])
    rows = table.frame[["patient_id", "infusion", "date"]].merge(
        given.rename(columns={"date": "zero"}), on=["patient_id", "infusion"], how="left"
    )
    patients = snapshot.patients
    starts = dict(zip(patients.frame["patient_id"], patients.frame["start_date"], strict=True))
    zero = rows["zero"].fillna(pd.to_datetime(rows["patient_id"].map(starts)))
    days = (rows["date"] - zero).dt.days.astype(float)
    ranks = np.maximum(rows["rank"].fillna(0).to_numpy(dtype=np.int8), table.origins["date"])
    origin = "infusions.date" if "infusions" in snapshot.tables else "patients.start_date"
    return PatientColumn(
        "day", days.to_numpy(), written_all(days), np.asarray(ranks), ("measurements.date", origin)
    )
