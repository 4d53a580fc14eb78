"""
A study of 5,000 patients, invented, the same one every time.

    python bench/large.py DIR              writes it
    python bench/large.py DIR --patients 500

Two arms, 40,000 adverse events of sixty terms, 200,000 measurements of ten analytes, two infusions
for some, three endpoints of which one has a competing event, and a listing of all patients.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
from pathlib import Path

import numpy as np

PATIENTS = 5_000
EVENTS_EACH = 8
DAYS = (0, 7, 14, 28)
ANALYTES = {
    "CRP": 60.0, "Ferritin": 900.0, "IL-6": 45.0, "LDH": 250.0, "Albumin": 40.0,
    "Hemoglobin": 95.0, "Platelets": 120.0, "Neutrophils": 3.0, "ALT": 35.0, "Creatinine": 80.0,
}  # fmt: skip
"""What is measured, and its middle in the unit below."""
CATEGORIES = ("Blood", "Cardiac", "General", "Infections", "Nervous system", "Skin")
TERMS = 10
"""Of each category."""
GRADES = (0.4, 0.3, 0.2, 0.095, 0.005)
"""How often each grade is."""
FIRST = dt.date(2016, 1, 4)
CUTOFF = dt.date(2021, 6, 30)
SEED = 1

STUDY = """\
[study]
title = "A large study"
cutoff = 2021-06-30
documents = ["interim"]

[groups]
column = "arm"
compare = ["a", "b"]
[[groups.level]]
id = "a"
value = "A"
label = "Arm A"
[[groups.level]]
id = "b"
value = "B"
label = "Arm B"

[[endpoint]]
id = "os"
label = "Overall survival"
events = ["death"]
landmarks = [365, 730, 1095]

[[endpoint]]
id = "efs"
label = "Event-free survival"
events = ["relapse", "death"]
landmarks = [365, 730, 1095]

[[endpoint]]
id = "rel"
label = "Relapse"
events = ["relapse"]
competing = ["death"]
landmarks = [365, 730]

[[baseline]]
id = "age"
column = "age"
label = "Age"
unit = "years"
kind = "continuous"

[[baseline]]
id = "weight"
column = "weight"
label = "Weight"
unit = "kg"
kind = "continuous"

[[baseline]]
id = "sex"
column = "sex"
label = "Sex"
kind = "categorical"

[[baseline]]
id = "stage"
column = "stage"
label = "Stage"
kind = "categorical"
levels = ["I", "II", "III", "IV"]

[exposure]
unit = "10⁶/kg"

[adverse_events]

[[derived]]
column = "relapsed"
from = "events"
where = { event = "relapse" }
take = "any"

[[derived]]
column = "days_to_relapse"
days = { from = "start", to = "event:relapse" }

[[proportion]]
id = "response.relapsed"
label = "Relapse"
where = { relapsed = "yes" }

[[listing]]
id = "listing.patients"
label = "Patients"
columns = [
    { column = "arm", label = "Arm" },
    { column = "age", label = "Age" },
    { column = "sex", label = "Sex" },
    { column = "stage", label = "Stage" },
    { column = "days_to_relapse", label = "Relapse", unit = "days" },
]
"""

Rows = list[dict[str, str]]


def analytes() -> str:
    """The analytes' part of study.toml."""
    return "".join(
        f'\n[[analyte]]\nid = "{name.lower().replace("-", "")}"\nanalyte = "{name}"\n'
        f'label = "{name}"\nunit = "units"\nsummary = "peak"\nwindow = [0, 30]\n'
        for name in ANALYTES
    )


def invented(people: int) -> dict[str, Rows]:
    """The tables of so many patients."""
    chance = np.random.default_rng(SEED)
    names = ("patients", "infusions", "events", "adverse_events", "measurements")
    tables: dict[str, Rows] = {name: [] for name in names}
    for number in range(1, people + 1):
        _person(tables, f"P{number:04}", chance)
    return tables


def _person(tables: dict[str, Rows], who: str, chance: np.random.Generator) -> None:
    start = FIRST + dt.timedelta(days=int(chance.integers(0, 1900)))
    followed = min((CUTOFF - start).days, int(chance.integers(60, 1700)))

    def on(day: int) -> str:
        return (start + dt.timedelta(days=day)).isoformat()

    arm = "AB"[int(chance.integers(2))]
    tables["patients"].append({
        "patient_id": who,
        "start_date": start.isoformat(),
        "arm": arm,
        "age": str(int(chance.integers(18, 85))) if chance.random() > 0.01 else "",
        "weight": f"{chance.normal(72, 14):.1f}",
        "sex": str(chance.choice(["F", "M"])),
        "stage": str(chance.choice(["I", "II", "III", "IV"])),
    })  # fmt: skip
    second = followed > 200 and chance.random() < 0.2
    for infusion, day in ((1, 0), (2, 150)) if second else ((1, 0),):
        dose = f"{chance.lognormal(1, 0.3):.2f}"
        row = {"patient_id": who, "infusion": str(infusion), "date": on(day), "dose": dose}
        tables["infusions"].append(row)
    happened = []
    if chance.random() < (0.35 if arm == "A" else 0.4):
        happened.append(("relapse", int(chance.integers(20, followed + 1))))
    happened.append(("death" if chance.random() < 0.3 else "last_contact", followed))
    for event, day in happened:
        row = {"patient_id": who, "event": event, "date": on(day), "detail": ""}
        tables["events"].append(row)
    for _ in range(EVENTS_EACH):
        category = int(chance.integers(len(CATEGORIES)))
        term = chr(ord("A") + int(TERMS * chance.random() ** 2))
        day = int(chance.integers(0, min(60, followed)))
        tables["adverse_events"].append({
            "patient_id": who, "term": f"{CATEGORIES[category]} disorder {term}",
            "category": CATEGORIES[category],
            "grade": str(chance.choice(["1", "2", "3", "4", "5"], p=GRADES)),
            "start_date": on(day), "end_date": on(day + 3), "infusion": "1",
        })  # fmt: skip
    for analyte, size in ANALYTES.items():
        for day in DAYS:
            value = f"{size * chance.lognormal(0, 0.5):.2f}"
            tables["measurements"].append({
                "patient_id": who, "analyte": analyte, "date": on(day), "value": value,
                "unit": "units", "infusion": "1",
            })  # fmt: skip


def write(folder: Path, people: int = PATIENTS) -> None:
    """The study folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "study.toml").write_text(STUDY + analytes(), encoding="utf-8")
    for name, rows in invented(people).items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def main() -> None:
    """Write it where it is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--patients", type=int, default=PATIENTS)
    asked = parser.parse_args()
    write(asked.folder, asked.patients)


if __name__ == "__main__":
    main()
