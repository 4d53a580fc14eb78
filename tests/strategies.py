"""Hypothesis strategies: small studies, cutoffs, numbers to print, ids."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from folders import SMALLEST, StudyFolder, write_folder
from hypothesis import strategies as st

FIRST = dt.date(2018, 1, 1)
CUTOFF = dt.date(2020, 8, 19)
GROUPS = ("MRD-positive", "Active")

STUDY = (
    SMALLEST
    + """
[[endpoint]]
id = "efs"
label = "Event-free survival"
events = ["relapse", "death"]
landmarks = [100, 365]

[[baseline]]
id = "sex"
column = "sex"
label = "Sex"
kind = "categorical"
levels = ["F", "M"]
"""
)


@dataclass(frozen=True, slots=True)
class Person:
    """One invented patient: what happened on which day after the start."""

    start: int
    group: str
    age: int | None
    sex: str
    death: int | None
    relapse: int | None
    followed: int
    events: tuple[tuple[str, int, int], ...] = field(default=())
    samples: tuple[tuple[int, float], ...] = field(default=())


@st.composite
def persons(draw: st.DrawFn) -> Person:
    """A patient whose dates do not contradict each other."""
    followed = draw(st.integers(1, 900))
    death = draw(st.sampled_from([None, followed]))
    relapse = draw(st.none() | st.integers(0, followed))
    day = st.integers(0, followed)
    events = st.tuples(st.sampled_from(["Fever", "Anemia"]), st.integers(1, 4), day)
    sample = st.tuples(day, st.integers(1, 999).map(lambda tenths: tenths / 10))
    return Person(
        start=draw(st.integers(0, 700)),
        group=draw(st.sampled_from(GROUPS)),
        age=draw(st.none() | st.integers(14, 80)),
        sex=draw(st.sampled_from("FM")),
        death=death,
        relapse=relapse,
        followed=followed,
        events=tuple(draw(st.lists(events, max_size=3))),
        samples=tuple(draw(st.lists(sample, max_size=3))),
    )


def cohorts(min_size: int = 1, max_size: int = 8) -> st.SearchStrategy[list[Person]]:
    """A few patients."""
    return st.lists(persons(), min_size=min_size, max_size=max_size)


def cutoffs() -> st.SearchStrategy[dt.date]:
    """Any day from the first possible start to well after the last possible contact."""
    return st.dates(FIRST, FIRST + dt.timedelta(days=1700))


def tables(people: list[Person]) -> dict[str, list[str]]:
    """The persons as CSV lines by table, without headers."""
    lines: dict[str, list[str]] = {
        "patients": [], "infusions": [], "events": [], "adverse_events": [], "measurements": [],
    }  # fmt: skip
    for number, one in enumerate(people):
        id_ = f"P{number:02}"
        start = FIRST + dt.timedelta(days=one.start)

        def on(day: int, start: dt.date = start) -> str:
            return (start + dt.timedelta(days=day)).isoformat()

        age = "" if one.age is None else one.age
        lines["patients"].append(f"{id_},{start},{one.group},{age},{one.sex}")
        lines["infusions"].append(f"{id_},1,{start},2.5")
        if one.relapse is not None:
            lines["events"].append(f"{id_},relapse,{on(one.relapse)},")
        ending = "last_contact" if one.death is None else "death"
        lines["events"].append(f"{id_},{ending},{on(one.followed)},")
        lines["adverse_events"] += [
            f"{id_},{term},General,{grade},{on(day)},,1" for term, grade, day in one.events
        ]
        lines["measurements"] += [
            f"{id_},CRP,{on(day)},{value},mg/L,1" for day, value in one.samples
        ]
    return lines


HEADERS = {
    "patients": "patient_id,start_date,cohort,age,sex",
    "infusions": "patient_id,infusion,date,dose",
    "events": "patient_id,event,date,detail",
    "adverse_events": "patient_id,term,category,grade,start_date,end_date,infusion",
    "measurements": "patient_id,analyte,date,value,unit,infusion",
}


def write_tables(folder: StudyFolder, lines: dict[str, list[str]]) -> StudyFolder:
    """Write CSV lines as a study folder."""
    whole = {name: "\n".join([HEADERS[name], *rows]) + "\n" for name, rows in lines.items()}
    return write_folder(folder.path, study=STUDY, **whole)


def printable() -> st.SearchStrategy[float]:
    """Numbers of the sizes a report prints, ties of rounding among them."""
    ties = st.integers(-20_000, 20_000).map(lambda n: n / 16)
    return ties | st.floats(-1e6, 1e6, allow_nan=False, allow_infinity=False)


def slugs() -> st.SearchStrategy[str]:
    """One part of an id."""
    return st.text("abcdefghijklmnopqrstuvwxyz0123456789_", min_size=1, max_size=8)
