"""Sides of a comparison from study folders, without a build."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carreport.analyses import ANALYSES
from carreport.changes import Side, compared
from carreport.results import run

if TYPE_CHECKING:
    import datetime as dt

    from folders import StudyFolder

    from carreport.changes import Changes
    from carreport.study.snapshot import Snapshot

RECORD = {"package": {}, "templates": {}, "versions": {}}


def side_of(snapshot: Snapshot, label: str = "a study") -> Side:
    """One side, computed here."""
    return Side(label, RECORD, snapshot, run(ANALYSES, snapshot))


def changes_between(
    old: StudyFolder,
    new: StudyFolder,
    before: dt.date | None = None,
    after: dt.date | None = None,
) -> Changes:
    """What differs between two study folders, each on a day."""
    return compared(side_of(old.snapshot(before), "old"), side_of(new.snapshot(after), "new"))
