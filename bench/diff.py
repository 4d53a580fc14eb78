"""
How long a comparison takes: 1,000 patients, 2,000 rows that differ.

    python bench/diff.py                   writes both studies to a temporary folder, compares them
    python bench/diff.py --keep DIR        the same in DIR, to look at

Prints wall and CPU seconds of `carreport diff OLD NEW --html FILE --quiet`, from process start, and
what differed. The studies are invented; the same ones every time.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
PATIENTS = 1_000
CHANGED_ROWS = 2_000
LIMIT = 20.0
FIRST = dt.date(2018, 1, 1)
CUTOFF = dt.date(2021, 6, 30)
TERMS = ("Fever", "Anemia", "Neutropenia", "Infection", "Headache", "Rash", "Nausea", "Fatigue")
ANALYTES = {"CRP": 60.0, "Ferritin": 900.0, "IL-6": 45.0}

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
landmarks = [180, 365, 730]

[[endpoint]]
id = "efs"
label = "Event-free survival"
events = ["relapse", "death"]
landmarks = [180, 365, 730]

[[endpoint]]
id = "rel"
label = "Relapse"
events = ["relapse"]
competing = ["death"]
landmarks = [365]

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

[adverse_events]
infusion = 1

[[derived]]
column = "relapsed"
from = "events"
where = { event = "relapse" }
take = "any"

[[proportion]]
id = "response.relapsed"
label = "Relapse"
where = { relapsed = "yes" }

[[correlation]]
id = "response.age_and_weight"
label = "Age and weight"
x = "age"
y = "weight"
"""

Rows = list[dict[str, str]]
Tables = dict[str, Rows]


def analytes() -> str:
    """The analytes' part of study.toml."""
    return "".join(
        f'\n[[analyte]]\nid = "{name.lower().replace("-", "")}"\nanalyte = "{name}"\n'
        f'label = "{name}"\nunit = "mg/L"\nsummary = "peak"\nwindow = [0, 30]\ninfusion = 1\n'
        for name in ANALYTES
    )


def invented(people: int, seed: int, first: int = 0) -> Tables:
    """A study of so many patients, numbered from *first*."""
    chance = np.random.default_rng(seed)
    tables: Tables = {
        "patients": [], "infusions": [], "events": [], "adverse_events": [], "measurements": [],
    }  # fmt: skip
    for number in range(first, first + people):
        person(tables, f"P{number:04}", chance)
    return tables


def person(tables: Tables, id_: str, chance: np.random.Generator) -> None:
    """One patient's rows."""
    start = FIRST + dt.timedelta(days=int(chance.integers(0, 1000)))
    followed = int(min((CUTOFF - start).days - 1, chance.integers(60, 1200)))
    row = {
        "patient_id": id_,
        "start_date": start.isoformat(),
        "arm": str(chance.choice(["A", "B"])),
        "age": str(int(chance.integers(18, 80))),
        "weight": f"{chance.normal(72, 14):.1f}",
        "sex": str(chance.choice(["F", "M"])),
        "stage": str(chance.choice(["I", "II", "III", "IV"])),
    }
    tables["patients"].append(row)

    def on(day: int) -> str:
        return (start + dt.timedelta(days=day)).isoformat()

    tables["infusions"].append(
        {"patient_id": id_, "infusion": "1", "date": on(0), "dose": f"{chance.normal(3, 0.5):.2f}"}
    )
    events = []
    if chance.random() < 0.35:
        events.append(("relapse", int(chance.integers(20, followed + 1))))
    events.append(("death" if chance.random() < 0.3 else "last_contact", followed))
    tables["events"] += [
        {"patient_id": id_, "event": name, "date": on(day), "detail": ""} for name, day in events
    ]
    for _ in range(int(chance.integers(0, 8))):
        day = int(chance.integers(0, min(60, followed)))
        tables["adverse_events"].append(
            {
                "patient_id": id_, "term": str(chance.choice(TERMS)), "category": "Any",
                "grade": str(int(chance.integers(1, 5))), "start_date": on(day),
                "end_date": on(day + 3), "infusion": "1",
            }
        )  # fmt: skip
    for analyte, size in ANALYTES.items():
        for day in (0, 3, 7, 14, 28):
            value = f"{size * chance.lognormal(0, 0.8):.1f}"
            tables["measurements"].append(
                {"patient_id": id_, "analyte": analyte, "date": on(day), "value": value,
                 "unit": "mg/L", "infusion": "1"}
            )  # fmt: skip


def later(tables: Tables) -> Tables:
    """The same study with 2,000 rows added, removed or corrected."""
    chance = np.random.default_rng(2)
    new = {name: [dict(row) for row in rows] for name, rows in tables.items()}

    def some(name: str, count: int) -> list[dict[str, str]]:
        at = chance.choice(len(new[name]), count, replace=False)
        return [new[name][i] for i in sorted(at.tolist())]

    for row in some("patients", 100):
        row["age"] = str(int(row["age"]) + 1)
    for row in some("infusions", 100):
        row["dose"] = f"{float(row['dose']) + 0.1:.2f}"
    contacts = [row for row in new["events"] if row["event"] == "last_contact"]
    for at in sorted(chance.choice(len(contacts), 400, replace=False).tolist()):
        row = contacts[at]
        row["date"] = CUTOFF.isoformat()
        if at % 4 == 0:
            row["event"] = "death"
    for row in some("adverse_events", 300):
        row["grade"] = str(int(row["grade"]) % 4 + 1)
    for row in some("measurements", 900):
        row["value"] = f"{float(row['value']) * 1.5 + 1:.1f}"
    gone = {id(row) for row in some("adverse_events", 100)}
    new["adverse_events"] = [row for row in new["adverse_events"] if id(row) not in gone]
    more = invented(5, seed=3, first=PATIENTS)
    return {name: [*rows, *more[name]] for name, rows in new.items()}


def write(folder: Path, tables: Tables) -> None:
    """A study folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "study.toml").write_text(STUDY + analytes(), encoding="utf-8")
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def measured(command: list[str]) -> tuple[float, float, str]:
    """Wall and CPU seconds of a process and its children, and what it printed."""
    start, before = time.perf_counter(), os.times()
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)  # noqa: S603 - our own command
    after = os.times()
    if done.returncode:
        sys.exit(done.stderr)
    used = sum(getattr(after, f"children_{one}") - getattr(before, f"children_{one}")
               for one in ("user", "system"))  # fmt: skip
    return time.perf_counter() - start, used, done.stdout


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--keep", type=Path, help="write the two studies here")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (asked.keep or Path(temporary)).resolve()
        tables = invented(PATIENTS, seed=1)
        write(folder / "old", tables)
        write(folder / "new", later(tables))
        carreport = [sys.executable, "-c", "from carreport.cli import app; app()", "diff"]
        sides = [str(folder / "old"), str(folder / "new")]
        wall, used, _ = measured(
            [*carreport, *sides, "--html", str(folder / "diff.html"), "--quiet"]
        )
        print(f"diff of {PATIENTS} patients with HTML  {wall:6.2f} s wall  {used:6.2f} s cpu")
        _, _, told = measured([*carreport, *sides, "--json"])
        found = json.loads(told)
        rows, numbers = found["counts"]["rows"], found["counts"]["numbers"]
        print(f"rows that differ: {sum(one['count'] for one in rows)}; numbers: {numbers}")
    print("within" if wall < LIMIT else "OVER", f"the limit of {LIMIT:g} s")


if __name__ == "__main__":
    main()
