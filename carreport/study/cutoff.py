"""
Study to Snapshot: what was known on the cutoff.

The cutoff is applied here and nowhere else. Past this module nobody compares a date with it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carreport.errors import BadInput, Problem
from carreport.study import schema
from carreport.study.derive import derive
from carreport.study.origins import Origin
from carreport.study.populations import members
from carreport.study.snapshot import CutRow, Snapshot, Study, Table

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from carreport.study.settings import Settings


@dataclass(frozen=True, slots=True)
class _Cut:
    """One table after the cut, what happened to it, and which patients that touched."""

    table: Table
    account: tuple[CutRow, ...] = ()
    touched: Mapping[str, Origin] | None = None


def cut(study: Study, cutoff: dt.date | None = None) -> Snapshot:
    """
    Roll a study back to one day.

    Patients who had not started leave, with all their rows. Rows dated later leave. A last
    contact that is later becomes the cutoff, and so does the follow-up of a patient whose later
    death or event proves that they were alive. An end date that is later becomes missing.

    Args:
        study: As read.
        cutoff: The day; the study's own without one.

    Returns:
        The snapshot, its patients table completed by every computed column.

    Raises:
        BadInput: No patient had started by then.
    """
    day = cutoff or study.settings.study.cutoff
    moment = pd.Timestamp(day)
    patients = _cut_patients(study, moment)
    if not len(patients.table):
        first = study.tables["patients"].frame["start_date"].min()
        found = f"no patient had started by {day:%Y-%m-%d} (the first did on {first:%Y-%m-%d})"
        raise BadInput([Problem("", 0, "--cutoff", found, "choose a later cutoff")])
    cuts = {"patients": patients}
    for name, table in study.tables.items():
        if name != "patients":
            cuts[name] = _cut_rows(table, patients.table, moment)
    return _complete(study, day, cuts)


def _complete(study: Study, day: dt.date, cuts: Mapping[str, _Cut]) -> Snapshot:
    touched = {name: one.touched for name, one in cuts.items() if one.touched}
    snapshot = Snapshot(
        settings=study.settings,
        cutoff=day,
        tables={name: one.table for name, one in cuts.items()},
        origins=study.origins,
        members={},
        account=tuple(sorted(row for one in cuts.values() for row in one.account)),
        dated_by=touched,
        inputs=study.inputs,
        notices=(*study.notices, *_ends_earlier(study, day)),
    )
    derived, notices = derive(replace(snapshot, settings=_with_levels(snapshot)))
    return replace(derived, members=members(derived), notices=(*snapshot.notices, *notices))


def _with_levels(snapshot: Snapshot) -> Settings:
    """study.toml with the levels of categorical variables that declare none: those found."""
    frame = snapshot.patients.frame
    baseline = [
        item.model_copy(
            update={"levels": sorted(frame[item.column].dropna().unique(), key=_natural)}
        )
        if item.kind == "categorical" and not item.levels and item.column in frame
        else item
        for item in snapshot.settings.baseline
    ]
    return snapshot.settings.model_copy(update={"baseline": baseline})


def _natural(level: str) -> tuple[bool, float, str]:
    """Numbers in their order, then text."""
    try:
        return False, float(level), level
    except ValueError:
        return True, 0.0, level


def _ends_earlier(study: Study, day: dt.date) -> Iterator[str]:
    last = (
        max(
            table.frame[schema.CUT_DATE[name]].max()
            for name, table in study.tables.items()
            if name in schema.CUT_DATE and len(table)
        )
        if any(len(t) for n, t in study.tables.items() if n in schema.CUT_DATE)
        else pd.NaT
    )
    if not pd.isna(last) and last < pd.Timestamp(day):
        yield f"the last date in the data is {last:%Y-%m-%d}, before the cutoff: follow-up ends there"


def _cut_patients(study: Study, moment: pd.Timestamp) -> _Cut:
    table = study.tables["patients"]
    started = (table.frame["start_date"] <= moment).to_numpy()
    account = [
        CutRow(
            "patients",
            int(i) + 2,
            str(table.frame["patient_id"].iloc[i]),
            "removed",
            f"started on {table.frame['start_date'].iloc[i]:%Y-%m-%d}, after the cutoff",
        )
        for i in np.flatnonzero(~started)
    ]
    gone = table.rows(~started)
    touched = _ranks(gone.frame["patient_id"], gone.origins["start_date"])
    kept = table.rows(started)
    for companion in study.settings.companion:
        kept, rolled = _blank_later(kept, companion.column, companion.date, moment)
        account += rolled
    return _Cut(kept, tuple(account), touched)


def _blank_later(
    table: Table, column: str, date: str, moment: pd.Timestamp
) -> tuple[Table, list[CutRow]]:
    """Blank *column* where its companion *date* is later or unknown."""
    later = ~(table.frame[date] <= moment).to_numpy() & table.frame[column].notna().to_numpy()
    frame, text = table.frame.copy(), table.text.copy()
    frame.loc[later, column] = np.nan if frame[column].dtype.kind == "f" else None
    text.loc[later, column] = ""
    account = [
        CutRow(
            table.name,
            int(i) + 2,
            str(frame["patient_id"].iloc[i]),
            "rolled back",
            f"{column} was known only after the cutoff",
        )
        for i in np.flatnonzero(later)
    ]
    return replace(table, frame=frame, text=text), account


def _cut_rows(table: Table, patients: Table, moment: pd.Timestamp) -> _Cut:
    column = schema.CUT_DATE[table.name]
    here = table.frame["patient_id"].isin(patients.frame["patient_id"]).to_numpy()
    later = (table.frame[column] > moment).to_numpy()
    account = [*_removed(table, here, later, column)]
    late = table.rows(here & later)
    kept = table.rows(here & ~later)
    touched = _ranks(late.frame["patient_id"], late.origins[column])
    if table.name == "events":
        followed = _followed_to(late, kept, moment)
        kept = followed.table
        account += followed.account
    if "end_date" in kept.frame:
        kept, rolled = _blank_end(kept, moment)
        account += rolled
    return _Cut(kept, tuple(account), touched)


def _removed(table: Table, here: np.ndarray, later: np.ndarray, column: str) -> Iterator[CutRow]:
    for i in np.flatnonzero(~here | later):
        why = (
            f"dated {table.frame[column].iloc[i]:%Y-%m-%d}, after the cutoff"
            if here[i]
            else "the patient had not started"
        )
        yield CutRow(table.name, int(i) + 2, str(table.frame["patient_id"].iloc[i]), "removed", why)


def _ranks(patients: pd.Series, ranks: pd.Series) -> dict[str, Origin]:
    worst = ranks.groupby(patients.to_numpy()).max()
    return {str(patient): Origin(int(rank)) for patient, rank in worst.items()}


def _followed_to(late: Table, kept: Table, moment: pd.Timestamp) -> _Cut:
    """Patients with a row after the cutoff were in contact on it."""
    alive = late.frame["patient_id"].drop_duplicates()
    if not len(alive):
        return _Cut(kept)
    contact = (
        late.frame.assign(rank=late.origins["date"]).groupby("patient_id", sort=False)["rank"].max()
    )
    rows = pd.DataFrame(
        {"patient_id": alive.to_numpy(), "event": schema.LAST_CONTACT, "date": moment}
    )
    for column in kept.frame.columns.difference(rows.columns):
        rows[column] = pd.Series([None] * len(rows), dtype=object)
    added = rows[list(kept.frame)].astype(kept.frame.dtypes.to_dict())
    frame = pd.concat([kept.frame, added], ignore_index=True) if len(kept) else added
    text = pd.concat(
        [
            kept.text,
            rows.assign(date=moment.strftime("%Y-%m-%d"))[list(kept.text)].fillna(""),
        ],
        ignore_index=True,
    )
    ranks = np.repeat(contact.loc[alive].to_numpy()[:, None], kept.origins.shape[1], axis=1)
    origins = pd.concat(
        [kept.origins, pd.DataFrame(ranks, columns=kept.origins.columns)], ignore_index=True
    ).astype(np.int8)
    account = tuple(
        CutRow("events", 0, str(patient), "follow-up truncated", "in contact after the cutoff")
        for patient in alive
    )
    return _Cut(replace(kept, frame=frame, text=text, origins=origins), account)


def _blank_end(table: Table, moment: pd.Timestamp) -> tuple[Table, list[CutRow]]:
    later = (table.frame["end_date"] > moment).to_numpy()
    if not later.any():
        return table, []
    frame, text = table.frame.copy(), table.text.copy()
    frame.loc[later, "end_date"] = pd.NaT
    text.loc[later, "end_date"] = ""
    account = [
        CutRow(
            table.name,
            int(i) + 2,
            str(frame["patient_id"].iloc[i]),
            "rolled back",
            "had not ended by the cutoff",
        )
        for i in np.flatnonzero(later)
    ]
    return replace(table, frame=frame, text=text), account
