"""Sides of a comparison from study folders, without a build."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folders import tree

from carreport.analyses import ANALYSES
from carreport.changes import Side, compared
from carreport.results import run

if TYPE_CHECKING:
    import datetime as dt

    from folders import StudyFolder

    from carreport.changes import Changes
    from carreport.study.snapshot import Snapshot

RECORD = {"package": {}, "templates": {}, "versions": {}}
_COMPUTED: dict[tuple[object, ...], Side] = {}
"""What folders of the same bytes gave on the same day: most tests spoil one side of two."""


def side_of(snapshot: Snapshot, label: str = "a study") -> Side:
    """One side, computed here."""
    return Side(label, RECORD, snapshot, run(ANALYSES, snapshot))


def side_of_folder(folder: StudyFolder, cutoff: dt.date | None, label: str) -> Side:
    """One side as of a day, computed once for the same bytes; nobody changes a side."""
    key = (cutoff, label, *tree(folder.path).items())
    if key not in _COMPUTED:
        _COMPUTED[key] = side_of(folder.snapshot(cutoff), label)
    return _COMPUTED[key]


def changes_between(
    old: StudyFolder,
    new: StudyFolder,
    before: dt.date | None = None,
    after: dt.date | None = None,
) -> Changes:
    """What differs between two study folders, each on a day."""
    return compared(side_of_folder(old, before, "old"), side_of_folder(new, after, "new"))
