"""Studies of odd shapes: as few files as possible, each shape what its name says."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from folders import StudyFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

START = dt.date(2020, 1, 1)
CUTOFF = dt.date(2023, 1, 1)
LONG = "Sehrlangesunteilbareswort" * 8
"""A label of two hundred letters without a space."""
SCRIPTS = ("对照组 一", "مجموعة", "Gru\u0308n e\u0301te\u0301", "Ω ≥ 2 & <5", "नियंत्रण", "한국어")
"""Names in several scripts, with marks that combine and with what HTML reads."""

OS = """
[[endpoint]]
id = "os"
label = "Overall survival"
events = ["death"]
landmarks = [365]
"""
RELAPSE = """
[[endpoint]]
id = "relapse"
label = "Relapse"
events = ["relapse"]
competing = ["transplant", "death"]
landmarks = [365]
"""
BASELINE = """
[[baseline]]
id = "age"
column = "age"
label = "Age"
unit = "years"
kind = "continuous"

[[baseline]]
id = "sex"
column = "sex"
label = "Sex"
kind = "categorical"
levels = ["F", "M", "other"]
"""
CRP = """
[[analyte]]
id = "crp"
analyte = "CRP"
label = "C-reactive protein"
unit = "mg/L"
"""
GRADED = """
[[derived]]
column = "worst"
from = "adverse_events"
take = "max"
value = "grade"
default = 0

[[grading]]
id = "safety.worst"
label = "Worst grade"
column = "worst"
levels = ["0", "1", "2", "3", "4", "5"]
"""


def grouped(labels: Sequence[str], declared: Sequence[str] = ()) -> str:
    """[groups] with these labels, as written in the column too, and some that nobody is in."""
    everyone = [*labels, *declared]
    ids = [f"g{n}" for n in range(len(everyone))]
    parts = ['\n[groups]\ncolumn = "arm"\n']
    if len(everyone) > 1:
        parts.append(f"compare = {ids}\n".replace("'", '"'))
    for id_, label in zip(ids, everyone, strict=True):
        parts.append(f"\n[[groups.level]]\nid = \"{id_}\"\nvalue = '{label}'\nlabel = '{label}'\n")
    return "".join(parts)


@dataclass
class Shape:
    """A study in the making: settings, and rows by table."""

    settings: str = OS
    title: str = "A study"
    cutoff: dt.date = CUTOFF
    patients: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    infusions: list[dict[str, Any]] = field(default_factory=list)
    adverse_events: list[dict[str, Any]] = field(default_factory=list)
    measurements: list[dict[str, Any]] = field(default_factory=list)

    def patient(self, id_: str, start: dt.date = START, **columns: object) -> Shape:
        """Somebody enters."""
        self.patients.append({"patient_id": id_, "start_date": start, **columns})
        return self

    def event(self, id_: str, event: str, day: int, start: dt.date = START) -> Shape:
        """Something happens so many days after the start."""
        self.events.append(
            {"patient_id": id_, "event": event, "date": start + dt.timedelta(days=day)}
        )
        return self

    def write(self, path: Path) -> StudyFolder:
        """Write the folder; a table without rows has no file, but for the two that must be."""
        folder = StudyFolder(path)
        head = f'[study]\ntitle = "{self.title}"\ncutoff = {self.cutoff}\n'
        folder.write("study.toml", head + self.settings)
        for name in ("patients", "events", "infusions", "adverse_events", "measurements"):
            rows = getattr(self, name)
            columns = list(dict.fromkeys(column for row in rows for column in row))
            if name == "events" and not rows:
                columns = ["patient_id", "event", "date"]
            if columns:
                lines = [columns, *([row.get(one, "") for one in columns] for row in rows)]
                text = "".join(",".join(map(str, line)) + "\n" for line in lines)
                folder.write(f"{name}.csv", text)
        return folder


def cohort(shape: Shape, arms: Sequence[str], each: int, *, dead: bool | None = None) -> Shape:
    """Patients of every arm in turn; every second dies, or all, or nobody."""
    for n in range(each * len(arms)):
        id_, day = f"P {n + 1}", 40 + 37 * (n % 23)
        shape.patient(
            id_, START + dt.timedelta(days=n % 50), arm=arms[n % len(arms)], age=30 + n % 41,
            sex="FM"[n % 2] if n % 5 else "",
        )  # fmt: skip
        died = n % 2 == 0 if dead is None else dead
        shape.event(
            id_, "death" if died else "last_contact", day, START + dt.timedelta(days=n % 50)
        )
    return shape


def _one_patient() -> Shape:
    return cohort(Shape(OS + RELAPSE + BASELINE + CRP), ["A"], 1)


def _one_each() -> Shape:
    """One patient in each of three groups that are compared."""
    arms = ["A", "B", "C"]
    return cohort(Shape(OS + RELAPSE + BASELINE + CRP + grouped(arms)), arms, 1)


def _only_what_must_be() -> Shape:
    """Three files, nobody had any event, one group."""
    return cohort(Shape(OS), ["A"], 4, dead=False)


def _all_dead() -> Shape:
    arms = ["A", "B"]
    return cohort(Shape(OS + RELAPSE + BASELINE + grouped(arms)), arms, 4, dead=True)


def _on_the_cutoff() -> Shape:
    """Everybody starts on the day of the cutoff."""
    shape = Shape(OS + RELAPSE + BASELINE + grouped(["A", "B"]), cutoff=START)
    for n in range(4):
        shape.patient(f"P{n}", START, arm="AB"[n % 2], age=40, sex="F")
        shape.event(f"P{n}", "last_contact", 0)
    return shape


def _unequal_followup() -> Shape:
    """One patient for ten years, the others for ten days; a variable missing for everybody."""
    shape = Shape(OS + RELAPSE + BASELINE + grouped(["A", "B"]), cutoff=dt.date(2030, 1, 1))
    for n in range(8):
        shape.patient(f"P{n}", START, arm="AB"[n % 2], age="", sex="")
        shape.event(f"P{n}", "last_contact", 3650 if n == 0 else 10)
    return shape


def _six_groups() -> Shape:
    """Six groups and one that nobody is in, in six scripts, of 200 letters; 60 terms; two competing risks."""
    arms = [*SCRIPTS[:5], LONG]
    told = grouped(arms, declared=["Nobody yet"])
    shape = cohort(Shape(OS + RELAPSE + BASELINE + CRP + GRADED + told, title=LONG), arms, 7)
    for n, one in enumerate(shape.patients):
        id_, start = one["patient_id"], one["start_date"]
        one["age"] = 50
        if n % 3 == 0:
            shape.event(id_, ("relapse", "transplant")[n % 2], 20 + n % 9, start)
        shape.infusions.append({"patient_id": id_, "infusion": 1, "date": start, "dose": 2})
        for k in range(4):
            term = (n * 7 + k * 13) % 60
            shape.adverse_events.append({
                "patient_id": id_, "term": f"{LONG if term == 0 else SCRIPTS[term % 6]} {term}",
                "category": f"Category {term % 12} {SCRIPTS[term % 6]}", "grade": 1 + (n + k) % 5,
                "start_date": start + dt.timedelta(days=k), "infusion": 1,
            })  # fmt: skip
        for day in (1, 4, 9):
            shape.measurements.append({
                "patient_id": id_, "analyte": "CRP", "date": start + dt.timedelta(days=day),
                "value": 5 * (1 + (n + day) % 7), "unit": "mg/L", "infusion": 1,
            })  # fmt: skip
    return shape


def _hundreds() -> Shape:
    """Three hundred patients in three groups, one of whom has a name of 200 letters."""
    arms = ["A", "B", "C"]
    shape = cohort(Shape(OS + RELAPSE + BASELINE + grouped(arms)), arms, 100)
    shape.patients[0]["patient_id"] = shape.events[0]["patient_id"] = LONG
    return shape


SHAPES: dict[str, Callable[[], Shape]] = {
    "one_patient": _one_patient,
    "one_each": _one_each,
    "only_what_must_be": _only_what_must_be,
    "all_dead": _all_dead,
    "on_the_cutoff": _on_the_cutoff,
    "unequal_followup": _unequal_followup,
    "six_groups": _six_groups,
    "hundreds": _hundreds,
}
