"""Tiny study folders, written as text so that a test can show the cell it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from carreport.analyses import ANALYSES
from carreport.results import run
from carreport.study.cutoff import cut
from carreport.study.load import load

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from carreport.results import Results
    from carreport.study.snapshot import Snapshot

SMALLEST = """\
[study]
title = "A study"
cutoff = 2020-08-19            # TOML date
interval = "log-log"           # survival confidence interval: log-log | log | plain
confidence = 0.95

[groups]                       # optional: without it there is one group
column = "cohort"              # in patients.csv
compare = ["mrd_positive", "active_disease"]     # two or more ids; hazard ratio only for two
[[groups.level]]
id = "mrd_positive"            # appears in result ids
value = "MRD-positive"         # as written in the column
label = "MRD-positive"
[[groups.level]]
id = "active_disease"
value = "Active"
label = "Active disease"

[[endpoint]]
id = "os"
label = "Overall survival"
events = ["death"]             # the first of these ends it
landmarks = [365, 730]         # days
# competing = ["death"]        # events that preclude it: adds cumulative incidence

[[baseline]]
id = "age"
column = "age"
label = "Age"
unit = "years"
kind = "continuous"            # or "categorical", with optional levels = [...]

[[analyte]]
id = "crp"
analyte = "CRP"                # as written in measurements.csv
label = "C-reactive protein"
unit = "mg/L"
summary = "peak"               # peak | first | last, per patient
window = [0, 30]               # days after the infusion (or after start_date), optional
infusion = 1                   # optional

[adverse_events]
infusion = 1                   # optional scope
groups = ["mrd_positive"]      # optional, default all
"""
"""The study.toml of design.md, section 2, with the second of the two groups it compares."""

MORE = """
[[endpoint]]
id = "rel"
label = "Relapse"
events = ["relapse"]
competing = ["death"]
landmarks = [365]

[[baseline]]
id = "sex"
column = "sex"
label = "Sex"
kind = "categorical"
levels = ["F", "M"]

[[derived]]
column = "n_infusions"
from = "infusions"
take = "count"

[[derived]]
column = "relapsed"
from = "events"
where = { event = "relapse" }
take = "any"

[[derived]]
column = "time_to_relapse"
days = { from = "start", to = "event:relapse" }

[[population]]
id = "women"
label = "Women"
where = { sex = "F" }

[[proportion]]
id = "response.relapsed"
label = "Relapse"
where = { relapsed = "yes" }

[[proportion]]
id = "response.relapsed_women"
label = "Relapse of women"
population = "women"
where = { relapsed = "yes" }

[[summary]]
id = "response.time_to_relapse"
label = "Time to relapse"
column = "time_to_relapse"
unit = "days"

[[correlation]]
id = "response.age_and_crp"
label = "Age and peak CRP"
x = "age"
y = "crp"

[[listing]]
id = "listing.patients"
label = "Patients"
columns = [
    { column = "sex", label = "Sex" },
    { column = "age", label = "Age" },
    { column = "time_to_relapse", label = "Relapse", unit = "days" },
]
"""
"""What else a study may ask for; follows SMALLEST."""

PATIENTS = """\
patient_id,start_date,cohort,age,sex
P01,2018-01-10,MRD-positive,34,F
P02,2018-02-14,MRD-positive,51,M
P03,2018-04-02,MRD-positive,27,F
P04,2018-06-20,MRD-positive,,M
P05,2018-09-11,MRD-positive,45,F
P06,2019-01-15,MRD-positive,62,M
P07,2018-01-25,Active,38,F
P08,2018-03-08,Active,29,M
P09,2018-05-17,Active,57,M
P10,2018-08-30,Active,41,F
P11,2018-11-22,Active,19,M
P12,2019-02-07,Active,66,F
"""

INFUSIONS = """\
patient_id,infusion,date,dose
P01,1,2018-01-10,2.5
P02,1,2018-02-14,3.1
P02,2,2018-09-03,2.2
P03,1,2018-04-02,4.4
P04,1,2018-06-20,1.9
P05,1,2018-09-11,2.8
P06,1,2019-01-15,3.3
P07,1,2018-01-25,5.0
P08,1,2018-03-08,2.1
P09,1,2018-05-17,2.7
P10,1,2018-08-30,3.6
P11,1,2018-11-22,4.1
P12,1,2019-02-07,2.4
"""

EVENTS = """\
patient_id,event,date,detail
P01,last_contact,2020-08-19,
P02,relapse,2019-03-01,CD19-positive
P02,last_contact,2020-08-19,
P03,death,2018-11-30,infection
P04,last_contact,2020-08-19,
P05,relapse,2019-12-05,CD19-negative
P05,death,2020-03-09,disease
P06,last_contact,2020-05-02,
P07,relapse,2018-05-06,
P07,death,2018-08-19,disease
P08,relapse,2018-06-01,
P08,death,2018-12-24,disease
P09,death,2018-07-04,toxicity
P10,relapse,2019-04-14,
P10,last_contact,2020-08-19,
P11,death,2019-09-30,disease
P12,last_contact,2020-08-19,
"""

ADVERSE_EVENTS = """\
patient_id,term,category,grade,start_date,end_date,infusion
P01,Fever,General,1,2018-01-11,2018-01-13,1
P01,Fever,General,2,2018-01-14,2018-01-15,1
P02,Fever,General,1,2018-02-16,2018-02-17,1
P02,Anemia,Blood,4,2018-09-06,2018-09-20,2
P03,Anemia,Blood,3,2018-04-05,2018-04-28,1
P04,Fever,General,3,2018-06-23,2018-06-25,1
P07,Fever,General,2,2018-01-27,2018-01-30,1
P09,Anemia,Blood,4,2018-05-20,,1
"""

MEASUREMENTS = """\
patient_id,analyte,date,value,unit,infusion
P01,CRP,2018-01-12,12.5,mg/L,1
P01,CRP,2018-01-16,40.1,mg/L,1
P01,CRP,2018-03-30,99.0,mg/L,1
P02,CRP,2018-02-17,8.4,mg/L,1
P02,CRP,2018-09-05,77.0,mg/L,2
P03,CRP,2018-04-06,55.2,mg/L,1
P04,CRP,2018-06-24,31.0,mg/L,1
P05,CRP,2018-09-15,18.3,mg/L,1
P06,CRP,2019-01-19,22.9,mg/L,1
P07,CRP,2018-01-28,130.4,mg/L,1
P08,CRP,2018-03-12,88.8,mg/L,1
P09,CRP,2018-05-21,210.0,mg/L,1
P10,CRP,2018-09-02,64.7,mg/L,1
P11,CRP,2018-11-25,145.5,mg/L,1
P12,CRP,2019-02-11,35.6,mg/L,1
"""

DOCUMENT = """\
<!doctype html>
<html lang="{{ document.language }}"><head><meta charset="utf-8"><title>{{ document.title }}</title>
{{ fonts }}<style>body { font-family: "Carreport Serif" }</style></head><body>
<h1>{{ document.title }}</h1>
<p>At the cutoff, {{ cutoff }}, {{ count("disposition.enrolled.n", "patient", "patients") }} had
started; survival was {{ num("survival.os.rate@day=365") }} ({{ ci("survival.os.rate@day=365") }}).</p>
{% for id in figures() %}{% call figure(id) %}{% endcall %}{% endfor %}
{% for id in tables() %}{{ table(id) }}{% endfor %}
</body></html>
"""
"""A document of the study's own: builds fast, whatever becomes of ours."""

FILES = {
    "study.toml": SMALLEST + MORE,
    "patients.csv": PATIENTS,
    "infusions.csv": INFUSIONS,
    "events.csv": EVENTS,
    "adverse_events.csv": ADVERSE_EVENTS,
    "measurements.csv": MEASUREMENTS,
    "documents/interim/interim.html.j2": DOCUMENT,
}


@dataclass(frozen=True, slots=True)
class StudyFolder:
    """A study folder on disk that a test may spoil."""

    path: Path

    def write(self, file: str, content: str | bytes) -> StudyFolder:
        """Write a file anew."""
        target = self.path / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
        return self

    def text(self, file: str) -> str:
        """What a file holds."""
        return (self.path / file).read_text(encoding="utf-8")

    def replace(self, file: str, old: str, new: str) -> StudyFolder:
        """Put *new* in the place of *old*, which must stand there."""
        before = self.text(file)
        assert old in before, f"{file} has no {old!r} to replace"
        return self.write(file, before.replace(old, new, 1))

    def append(self, file: str, *lines: str) -> StudyFolder:
        """Add lines at the end."""
        return self.write(file, self.text(file) + "".join(f"{line}\n" for line in lines))

    def remove(self, file: str) -> StudyFolder:
        """Delete a file."""
        (self.path / file).unlink()
        return self

    def line_of(self, file: str, text: str) -> int:
        """The line a text stands in, as an editor counts."""
        return next(
            number
            for number, line in enumerate(self.text(file).splitlines(), start=1)
            if text in line
        )

    def snapshot(self, cutoff: dt.date | None = None) -> Snapshot:
        """The study as of a day."""
        return cut(load(self.path), cutoff)

    def results(self, cutoff: dt.date | None = None) -> Results:
        """Every number as of a day."""
        return run(ANALYSES, self.snapshot(cutoff))


def write_folder(path: Path, **instead: str | None) -> StudyFolder:
    """
    Write the tiny study.

    Args:
        path: Where; made if need be.
        instead: By table or file stem (`patients`, `study`), other content, or None for no file.
    """
    folder = StudyFolder(path)
    for file, content in FILES.items():
        stem = file.rpartition("/")[2].split(".")[0]
        chosen = instead.get(stem, content)
        if chosen is not None:
            folder.write(file, chosen)
    return folder


def write_least(path: Path) -> StudyFolder:
    """
    Write the tiny study with patients and events alone, for tests of what happens to files.

    It has fewer numbers and figures than the tiny study, and builds in half the time.
    """
    return write_folder(
        path,
        study=SMALLEST[: SMALLEST.index("[[analyte]]")],
        infusions=None,
        adverse_events=None,
        measurements=None,
    )


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
