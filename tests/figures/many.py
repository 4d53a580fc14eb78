"""Studies of any number of patients, for figures that have to hold them all."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from folders import DOCUMENT, StudyFolder

from carreport.figures import draw

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from carreport.figures import Drawing

STUDY = """\
[study]
title = "A study"
cutoff = 2020-08-19
[[endpoint]]
id = "os"
label = "Overall survival"
events = ["death"]
landmarks = [365]
[[endpoint]]
id = "relapse"
label = "Relapse"
events = ["relapse"]
competing = ["death"]
landmarks = [100]
"""
FIRST = dt.date(2019, 1, 1)


def groups_of(labels: Sequence[str]) -> str:
    """[groups] with these labels; values and ids are g1, g2 and so on."""
    levels = "".join(
        f"[[groups.level]]\nid = 'g{i}'\nvalue = 'g{i}'\nlabel = '{label}'\n"
        for i, label in enumerate(labels, start=1)
    )
    return f"[groups]\ncolumn = 'arm'\n{levels}" if labels else ""


def many(
    path: Path,
    patients: int,
    *,
    study: str = STUDY,
    labels: Sequence[str] = (),
    names: str = "N{:03}",
    lived: int | None = None,
) -> StudyFolder:
    """
    So many patients, each longer than the one before, every third dead.

    Args:
        path: The folder.
        patients: How many.
        study: Its study.toml without groups.
        labels: Labels of its groups, which take turns; none for no groups.
        names: How patients are called, by number.
        lived: Days everybody lived; without it as many as their number times seven.
    """
    folder = StudyFolder(path)
    rows, events = ["patient_id,start_date,arm"], ["patient_id,event,date,detail"]
    for i in range(1, patients + 1):
        name, days = names.format(i), 7 * i if lived is None else lived
        end = FIRST + dt.timedelta(days % 590)
        rows.append(f"{name},{FIRST},g{1 + i % max(len(labels), 1)}")
        event = "death" if i % 3 == 0 or lived is not None else "last_contact"
        events.append(f"{name},{event},{end},")
        if i % 2:
            events.append(f"{name},relapse,{FIRST + dt.timedelta(days % 590 // 2)},")
    folder.write("study.toml", study + groups_of(labels))
    folder.write("patients.csv", "\n".join(rows) + "\n")
    folder.write("events.csv", "\n".join(events) + "\n")
    return folder.write("documents/interim/interim.html.j2", DOCUMENT)


def drawn(folder: StudyFolder, cutoff: dt.date | None = None) -> dict[str, Drawing]:
    """The figures of the interim report, by id."""
    settings = folder.snapshot(cutoff).settings
    return {one.id: one for one in draw(folder.results(cutoff), settings, ["interim"])}
