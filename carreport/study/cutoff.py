"""
Study to Snapshot: what was known on the cutoff.

The cutoff is applied here and nowhere else. Past this module nobody compares a date with it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from carreport.errors import BadInput, Problem
from carreport.study import schema
from carreport.study.account import counted
from carreport.study.cutting import Cut, cut_patients, cut_rows, retyped, with_contacts
from carreport.study.derive import derive
from carreport.study.notices import ends_earlier, row_notices, stand_for
from carreport.study.origins import Origin
from carreport.study.populations import members, overlaps, ungraded, without_start
from carreport.study.settings import SETTINGS_FILE
from carreport.study.snapshot import Snapshot, Study, Table
from carreport.study.words import written

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from carreport.study.origins import Origins
    from carreport.study.settings import Settings

NOT_STARTED: Final = ""
"""Stands for every patient who had not started, where the origins of dates are kept."""


def cut(study: Study, cutoff: dt.date | None = None) -> Snapshot:
    """
    Roll a study back to one day.

    Patients who had not started leave, with all their rows. Rows dated later leave; an adverse
    event without a date leaves if the infusion it names had not been given. Whoever has a later
    row among the events was in contact until the cutoff, whatever that row says; without one,
    follow-up ends where it ended. Later dates in the cells of the rows that stay become missing,
    and so does what carries such a date. Origins, types of columns, groups and notices are then
    those of the rows that stay: what was removed decides nothing.

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
    patients = cut_patients(study.tables["patients"], study.settings.companion, moment)
    if not len(patients.table):
        first = study.tables["patients"].frame["start_date"].min()
        where = ("", "--cutoff") if cutoff else (SETTINGS_FILE, "study.cutoff")
        found = f"no patient had started by {day:%Y-%m-%d} (the first did on {first:%Y-%m-%d})"
        raise BadInput([Problem(where[0], 0, where[1], found, "choose a later cutoff")])
    cuts = {"patients": patients}
    for name, table in study.tables.items():
        if name != "patients":
            cuts[name] = cut_rows(table, cuts, moment)
    return completed(_bare(study, day, cuts))


def completed(bare: Snapshot) -> Snapshot:
    """
    A snapshot with everything that is computed after the cut.

    Args:
        bare: Its tables as recorded, without members.

    Returns:
        The snapshot with computed columns, levels found in the data, and members.

    Raises:
        BadInput: As `cut`, but for the patients, of whom there are some.
    """
    derived, notices = derive(bare)
    settings = _with_levels(derived)
    whole = replace(derived, settings=settings, notices=(*bare.notices, *notices))
    found = replace(whole, members=members(whole))
    if problems := [*overlaps(found), *ungraded(found), *without_start(found)]:
        raise BadInput(problems)
    return found


def _bare(study: Study, day: dt.date, cuts: Mapping[str, Cut]) -> Snapshot:
    patients = cuts["patients"].table
    settings = _with_known_groups(study, patients)
    origins = study.origins.among(patients.text)
    dated_by = _dated_by(study, origins, cuts)
    recorded = {name: _ranked(one, origins) for name, one in cuts.items()}
    if "infusions" in recorded:
        recorded["infusions"] = retyped(recorded["infusions"], settings)
    followed = cuts["events"].followed
    ranks = np.array([dated_by["events"][one] for one in followed], dtype=np.int8)
    recorded["events"] = with_contacts(recorded["events"], followed, ranks, pd.Timestamp(day))
    order = {name: at for at, name in enumerate(cuts)}
    account = sorted(
        (row for one in cuts.values() for row in one.account),
        key=lambda row: (order[row.table], row.line == 0, row),
    )
    return Snapshot(
        settings=settings,
        cutoff=day,
        tables=recorded,
        origins=origins,
        members={},
        recorded=recorded,
        account=tuple(account),
        cut_counts=counted(account),
        dated_by=dated_by,
        inputs=study.inputs,
        own=study.own,
        notices=(
            *study.notices,
            *stand_for(settings, study.inferred),
            *row_notices(settings, recorded, study.inputs),
            *ends_earlier(study.tables, day),
        ),
    )


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


def _with_known_groups(study: Study, patients: Table) -> Settings:
    """study.toml with the groups that stand for a value of the data, if that value is known."""
    groups = study.settings.groups
    if groups is None or not study.inferred:
        return study.settings
    there = set(patients.frame[groups.column])
    level = [
        one.model_copy(update={"value": one.id, "label": one.id})
        if one.id in study.inferred and one.value not in there
        else one
        for one in groups.level
    ]
    whole = groups.model_copy(update={"level": level})
    return study.settings.model_copy(update={"groups": whole})


def _dated_by(
    study: Study, origins: Origins, cuts: Mapping[str, Cut]
) -> dict[str, dict[str, Origin]]:
    """
    How sure the dates are by which it was decided what had happened.

    Nothing of a removed row may be read here, and whether a patient has one is no secret to keep
    by marking only those who have: every patient gets the weakest origin a date may have.
    """
    ids = study.tables["patients"].frame["patient_id"]
    kept = cuts["patients"].table.frame["patient_id"]
    found: dict[str, dict[str, Origin]] = {}
    gone = ids[~ids.isin(kept)]
    if len(gone):
        worst = origins.weakest("patients", "start_date", gone, strangers=True).max()
        found["patients"] = {NOT_STARTED: Origin(int(worst))}
    for name, one in cuts.items():
        if name != "patients" and one.late:
            ranks = origins.weakest(name, schema.CUT_DATE[name], kept)
            found[name] = {who: Origin(int(at)) for who, at in zip(kept, ranks, strict=True)}
    return found


def _ranked(one: Cut, origins: Origins) -> Table:
    """
    The table with the origins of what is known.

    A rule may ask for a cell that has been emptied; and that a cell is empty rests on the date
    that decided so.
    """
    table = one.table
    ranks = {
        str(column): origins.of_cells(table.name, str(column), table.text) for column in table.frame
    }
    for cells in one.blanked:
        dates = ranks[cells.date][cells.mask]
        ranks[cells.column][cells.mask] = np.maximum(ranks[cells.column][cells.mask], dates)
    return replace(table, origins=pd.DataFrame(ranks, index=table.frame.index))
