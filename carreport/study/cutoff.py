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
from carreport.study.populations import members, overlaps, ungraded
from carreport.study.settings import SETTINGS_FILE
from carreport.study.snapshot import CutRow, Snapshot, Study, Table
from carreport.study.words import written

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
    contact that is later becomes the cutoff; so does the follow-up of a patient of whom neither
    death nor contact was known, but a later row proves that they were alive. Later dates in the
    cells of the rows that stay become missing.

    Args:
        study: As read.
        cutoff: The day; the study's own without one.

    Returns:
        The snapshot, its patients table completed by every computed column.

    Raises:
        BadInput: No patient had started by then, populations set against each other share
            patients, or a grading does not list a grade of the data.
    """
    day = cutoff or study.settings.study.cutoff
    moment = pd.Timestamp(day)
    patients = _cut_patients(study, moment)
    if not len(patients.table):
        first = study.tables["patients"].frame["start_date"].min()
        where = ("", "--cutoff") if cutoff else (SETTINGS_FILE, "study.cutoff")
        found = f"no patient had started by {day:%Y-%m-%d} (the first did on {first:%Y-%m-%d})"
        raise BadInput([Problem(where[0], 0, where[1], found, "choose a later cutoff")])
    cuts = {"patients": patients}
    for name, table in study.tables.items():
        if name != "patients":
            cuts[name] = _cut_rows(table, patients.table, moment)
    return _complete(study, day, cuts)


def _complete(study: Study, day: dt.date, cuts: Mapping[str, _Cut]) -> Snapshot:
    recorded = {name: one.table for name, one in cuts.items()}
    bare = Snapshot(
        settings=study.settings,
        cutoff=day,
        tables=recorded,
        origins=study.origins,
        members={},
        recorded=recorded,
        account=tuple(sorted(row for one in cuts.values() for row in one.account)),
        dated_by={name: one.touched for name, one in cuts.items() if one.touched},
        inputs=study.inputs,
        notices=(*study.notices, *_ends_earlier(study, day)),
    )
    derived, notices = derive(bare)
    settings = _with_levels(derived)
    whole = replace(derived, settings=settings, notices=(*bare.notices, *notices))
    found = replace(whole, members=members(whole))
    if problems := [*overlaps(found), *ungraded(found)]:
        raise BadInput(problems)
    return found


def _with_levels(snapshot: Snapshot) -> Settings:
    """study.toml with the levels of categorical variables that declare none: those found."""
    frame = snapshot.patients.frame
    baseline = [
        item.model_copy(update={"levels": _found_levels(frame[item.column])})
        if item.kind == "categorical" and not item.levels and item.column in frame
        else item
        for item in snapshot.settings.baseline
    ]
    return snapshot.settings.model_copy(update={"baseline": baseline})


def _found_levels(cells: pd.Series) -> list[str]:
    """Numbers in their order, then text."""

    def natural(level: str) -> tuple[bool, float, str]:
        try:
            return False, float(level), level
        except ValueError:
            return True, 0.0, level

    return sorted({written(one) for one in cells.dropna()}, key=natural)


def _ends_earlier(study: Study, day: dt.date) -> Iterator[str]:
    dated = [study.tables[name].frame[date] for name, date in schema.CUT_DATE.items()
             if name in study.tables]  # fmt: skip
    last = max((dates.max() for dates in dated if dates.notna().any()), default=None)
    if last is not None and last < pd.Timestamp(day):
        yield f"the last date in the data is {last:%Y-%m-%d}, before the cutoff: follow-up ends there"


def _cut_patients(study: Study, moment: pd.Timestamp) -> _Cut:
    table = study.tables["patients"]
    started = (table.frame["start_date"] <= moment).to_numpy()
    account = [
        _row(table, i, "removed", f"started on {table.frame['start_date'].iloc[i]:%Y-%m-%d}, after "
             "the cutoff")
        for i in np.flatnonzero(~started).tolist()
    ]  # fmt: skip
    gone = table.rows(~started)
    touched = _ranks(gone.frame["patient_id"], gone.origins["start_date"])
    kept = table.rows(started)
    for companion in study.settings.companion:
        later = ~(kept.frame[companion.date] <= moment).to_numpy()
        reason = f"{companion.column} was known only after the cutoff"
        kept, rolled = _blanked(kept, companion.column, later, reason)
        account += rolled
    for column in kept.frame.select_dtypes("datetime").columns:
        later = (kept.frame[column] > moment).to_numpy()
        kept, rolled = _blanked(kept, str(column), later, f"{column} is after the cutoff")
        account += rolled
    return _Cut(kept, tuple(account), touched)


def _row(table: Table, position: int, action: str, reason: str) -> CutRow:
    patient = str(table.frame["patient_id"].iloc[position])
    return CutRow(table.name, int(table.lines[position]), patient, action, reason)


def _blanked(
    table: Table, column: str, later: np.ndarray, reason: str
) -> tuple[Table, list[CutRow]]:
    """The table without the cells of *column* that were not known yet."""
    later = later & table.frame[column].notna().to_numpy()
    if not later.any():
        return table, []
    frame, text = table.frame.copy(), table.text.copy()
    frame[column] = frame[column].mask(later)
    text.loc[later, column] = ""
    account = [_row(table, i, "rolled back", reason) for i in np.flatnonzero(later).tolist()]
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
        open_ended = (kept.frame["end_date"] > moment).to_numpy()
        kept, rolled = _blanked(kept, "end_date", open_ended, "had not ended by the cutoff")
        account += rolled
    return _Cut(kept, tuple(account), touched)


def _removed(table: Table, here: np.ndarray, later: np.ndarray, column: str) -> Iterator[CutRow]:
    for i in np.flatnonzero(~here | later).tolist():
        dated = f"dated {table.frame[column].iloc[i]:%Y-%m-%d}, after the cutoff"
        yield _row(table, i, "removed", dated if here[i] else "the patient had not started")


def _ranks(patients: pd.Series, ranks: pd.Series) -> dict[str, Origin]:
    worst = ranks.groupby(patients.to_numpy()).max()
    return {str(patient): Origin(int(rank)) for patient, rank in worst.items()}


def _followed_to(late: Table, kept: Table, moment: pd.Timestamp) -> _Cut:
    """Patients whose last contact is later, or of whom nothing else is known, were in contact."""
    ending = kept.frame["event"].isin([schema.DEATH, schema.LAST_CONTACT])
    known = set(kept.frame.loc[ending, "patient_id"])
    contact = (late.frame["event"] == schema.LAST_CONTACT) | ~late.frame["patient_id"].isin(known)
    proof = late.rows(contact.to_numpy())
    alive = proof.frame["patient_id"].drop_duplicates()
    if not len(alive):
        return _Cut(kept)
    sure = proof.origins["date"].groupby(proof.frame["patient_id"]).max()
    made = _contacts(kept, alive, sure.loc[alive].to_numpy(), moment)
    frame = pd.concat([kept.frame, made.frame], ignore_index=True) if len(kept) else made.frame
    whole = replace(
        kept,
        frame=frame,
        text=pd.concat([kept.text, made.text], ignore_index=True),
        origins=pd.concat([kept.origins, made.origins], ignore_index=True).astype(np.int8),
        lines=np.concatenate([kept.lines, made.lines]),
    )
    account = tuple(
        CutRow("events", 0, str(patient), "follow-up truncated", "in contact after the cutoff")
        for patient in alive
    )
    return _Cut(whole, account)


def _contacts(like: Table, alive: pd.Series, ranks: np.ndarray, moment: pd.Timestamp) -> Table:
    """Rows of last contact on the cutoff, in the columns of the events table."""
    rows = pd.DataFrame(
        {"patient_id": alive.to_numpy(), "event": schema.LAST_CONTACT, "date": moment}
    )
    for column in like.frame.columns.difference(rows.columns):
        rows[column] = pd.Series([None] * len(rows), dtype=object)
    frame = rows[list(like.frame)].astype(like.frame.dtypes.to_dict())
    text = rows.assign(date=moment.strftime("%Y-%m-%d"))[list(like.text)].fillna("")
    origins = pd.DataFrame(dict.fromkeys(like.origins, ranks)).astype(np.int8)
    return replace(like, frame=frame, text=text, origins=origins, lines=np.zeros(len(rows), int))
