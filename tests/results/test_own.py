"""A study's own analyses: what docs/how-to/own-analysis.md shows, and every way it can go wrong."""

import dataclasses
import json
import pickle
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from folders import DOCUMENT, StudyFolder, write_least

import carreport.own
from carreport.analyses import ANALYSES
from carreport.analyses.declare import Conventions
from carreport.analyses.own import own_analyses
from carreport.audit import Audit
from carreport.diff import Asked, diff
from carreport.errors import BadInput
from carreport.pipeline import build
from carreport.render.environment import environment
from carreport.render.pages import Desk
from carreport.results import plan, run
from carreport.results.code import code_of, reached
from carreport.results.replay import replay
from carreport.study.load import load
from carreport.study.own import OwnFile
from carreport.study.session import snapshot_of
from carreport.tables import Printed
from carreport.tables.interim.own import own_tables

PAGE = (Path(__file__).resolve().parents[2] / "docs/how-to/own-analysis.md").read_text("utf-8")
OWN, TOML, TEMPLATE = (
    re.search(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)[1] for kind in ("python", "toml", "jinja")
)
ID = "own.relapse_difference"
LABEL = OWN[OWN.index("@analysis(") : OWN.index("def relapse_difference")]
LINE = OWN[: OWN.index("@analysis(")].count("\n") + 1
RETURN = "return risk_difference(*counts, conventions.confidence)"

# Newcombe, Stat Med 1998;17:873-890, table II, method 10 (hybrid score, without correction).
NEWCOMBE = [
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (6, 7, 2, 7, 0.0582, 0.8062),
    (5, 56, 0, 29, -0.0381, 0.1926),
    (0, 10, 0, 20, -0.1611, 0.2775),
    (10, 10, 0, 20, 0.6791, 1.0),
]


def with_own(path: Path, text: str = OWN) -> StudyFolder:
    """The least study, with the page's own.py and its keys of study.toml."""
    key, rest = TOML.removeprefix("[study]\n").split("\n", 1)
    folder = write_least(path)
    folder.replace("study.toml", 'interval = "log-log"', f'{key}\ninterval = "log-log"')
    folder.write("study.toml", folder.text("study.toml") + rest)
    return folder.write("own.py", text)


@pytest.fixture
def study(tmp_path):
    return with_own(tmp_path / "study")


def own_results(folder):
    """What the own analyses give, and nothing else."""
    snapshot = folder.snapshot()
    return run(own_analyses(snapshot.own), snapshot)


@pytest.mark.parametrize(("k", "m", "l", "n", "lower", "upper"), NEWCOMBE)
def test_the_example_gives_the_published_limits(k, m, l, n, lower, upper):  # noqa: E741 - the paper's letters
    """To the four decimals that Newcombe prints."""
    (analysis,) = own_analyses((OwnFile("own.py", OWN),))
    groups = ["a"] * m + ["b"] * n
    relapsed = ["yes"] * k + ["no"] * (m - k) + ["yes"] * l + ["no"] * (n - l)
    patients = pd.DataFrame({"group": groups, "relapsed": relapsed})

    found = analysis(patients, Conventions(groups=(("a", "A"), ("b", "B"))))

    assert (found.lower, found.upper) == pytest.approx((lower, upper), abs=5e-5)


def test_a_build_has_the_number_with_its_whole_trace(study, tmp_path):
    """Id, file, lines, code, digests, template; an edit is computed anew and put down to code."""
    study.write(
        "documents/interim/interim.html.j2", DOCUMENT.replace("</body>", f"{TEMPLATE}</body>")
    )
    out = tmp_path / "out" / "a"

    build(study.path, out=out, formats=("html",), keep=True)

    saved = json.loads((out / "results.json").read_text())
    row = {one["id"]: one for one in saved["results"]}[f"{ID}.difference"]
    page = (out / "interim.html").read_text()
    assert row["display"] == "\N{MINUS SIGN}16.7%"
    assert (row["function"], row["file"]) == (ID, "own.py")
    lines = OWN.splitlines()[row["line"] - 1 : row["last_line"]]
    assert (lines[0], lines[-1].strip()) == ("@analysis(", RETURN)
    assert row["columns"] == ["events.event", "patients.cohort"]
    assert row["operands"] == {"minuend": f"{ID}.first", "subtrahend": f"{ID}.second"}
    assert [one["place"] for one in row["uses"]] == [
        f"interim_own_{ID.replace('.', '-')}",
        "Title page",
    ]
    assert {"own.py"} < set(json.loads((out / "manifest.json").read_text())["inputs"])
    assert all(f'id="code-own.{one}"' in page for one in ("relapse_difference", "wilson"))
    assert str(tmp_path) not in (out / "results.json").read_text() + page
    program = next(
        one
        for one in json.loads((out / "ars.json").read_text())["referenceDocuments"]
        if one["id"] == "program/own.py"
    )
    assert saved["build"]["inputs"]["own.py"] in program["description"]

    study.replace("own.py", "p - q, lower, upper", "(p - q) / 2, lower, upper")
    build(study.path, out=tmp_path / "out" / "b", formats=("html",), keep=True)
    changes, _ = diff(Asked(out, name="OLD"), Asked(study.path, name="NEW"))
    (change,) = changes.numbers

    again = json.loads((tmp_path / "out/b/results.json").read_text())
    later = {one["id"]: one for one in again["results"]}[f"{ID}.difference"]
    assert later["value"] == row["value"] / 2
    assert later["code_sha256"] != row["code_sha256"]
    assert (change.id, change.contributions) == (f"{ID}.difference", ())
    assert change.effects.code == pytest.approx(-row["value"] / 2)
    assert not change.effects.data
    assert [one.name for one in changes.code] == ["own.py"]


def test_two_builds_are_compared_by_what_they_saved(study, tmp_path):
    """A build keeps no code, so nothing of the study's own is run."""
    study.write("documents/interim/interim.html.j2", DOCUMENT)
    outs = [tmp_path / "one", tmp_path / "two"]
    build(study.path, out=outs[0], formats=("html",))
    study.replace("events.csv", "P10,relapse,2019-04-14,\n", "")
    build(study.path, out=outs[1], formats=("html",))

    changes, _ = diff(*(Asked(one, name="OLD") for one in outs))

    change = next(one for one in changes.numbers if one.id == f"{ID}.second")
    assert (change.old.display, change.new.display) == ("50.0%", "33.3%")
    assert "its code is not here" in change.unattributed


def test_the_digest_covers_the_functions_that_are_named(study):
    """Those of the file and of this package, to the normal quantile."""
    (analysis,) = own_analyses(study.snapshot().own)

    names = [one.function for one in reached(analysis.function)]

    assert names[:3] == [ID, "own.risk_difference", "own.wilson"]
    assert "carreport.stats.pointwise.normal_quantile" in names
    assert (
        code_of(analysis.function).source
        == LABEL
        + OWN[OWN.index("def relapse_difference") : OWN.index("def risk_difference")].rstrip()
        + "\n"
    )


def test_numbers_go_to_other_processes_and_back(study):
    """Nothing of a study's own module is pickled by its name."""
    snapshot = study.snapshot()
    results = run(plan(snapshot), snapshot)

    code = "import pickle, sys; print(pickle.load(sys.stdin.buffer)[1]['own.relapse_difference.n'].value)"
    told = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], input=pickle.dumps((snapshot, results)),
        capture_output=True, check=True,
    )  # fmt: skip

    assert told.stdout.split() == [b"12"]
    assert replay(plan(snapshot), snapshot, f"{ID}.n")[f"{ID}.n"] == results[f"{ID}.n"]


GROUPED = '''
from dataclasses import dataclass
from typing import Annotated
from carreport.own import *

@dataclass
class Early:
    day: Annotated[int, KEY]
    died: Annotated[int, PATIENTS, Says("Died by day {day}.")]

@dataclass
class All:
    n: Annotated[int, PATIENTS]
    days: tuple[Early, ...]

@analysis("own.{id}_early", each="endpoint", by="groups", method="count",
          reads={"patients": {"days": "{id}:days", "status": "{id}:status"}})
def early(patients):
    """Early deaths. By 90 and 365 days."""
    return All(len(patients), tuple(
        Early(day, ((patients["days"] <= day) & (patients["status"] == 1)).sum()) for day in (90, 365)))

@analysis("own.old", method="as recorded", population="old",
          reads={"patients": ["patient_id", "age"]}, rows={"patients": {"age": {"max": 60}}})
def old(patients):
    """Older patients, not above 60."""
    columns = ListingColumn("patient", "Patient", TEXT), ListingColumn("age", "Age", Unit("years", "measurement"))
    return Listing("", ("patient",), columns, tuple(zip(patients["patient_id"], patients["age"])))
'''
OLD = '\n[[population]]\nid = "old"\nlabel = "Old"\nwhere = { age = { min = 50 } }\n'


def test_a_table_for_each_analysis_with_whatever_it_gives(tmp_path):
    """Fields and keys as rows, groups as columns; listings as they are; left out if said elsewhere."""
    folder = with_own(tmp_path, GROUPED)
    folder.write("study.toml", folder.text("study.toml") + OLD)
    snapshot = folder.snapshot()
    results = run(plan(snapshot), snapshot)

    early, old = own_tables(results, snapshot)

    assert (early.id, early.title) == ("interim_own_own-os_early", "Overall survival: Early deaths")
    assert [one.pieces[0] for one in early.head[0]] == [
        "",
        "MRD-positive",
        "Active disease",
        "All patients",
    ]
    rows = [
        [
            results[one.id].display if isinstance(one, Printed) else one
            for cell in row.cells
            for one in cell.pieces
        ]
        for row in early.body
    ]
    assert rows == [
        ["N", "6", "6", "12"],
        ["Died by day 90", "0", "1", "1"],
        ["Died by day 365", "1", "4", "5"],
    ]
    assert [len(row.cells) for row in old.body] == [2, 2]
    assert (results["own.old.age@patient=P02"].display, results["own.old.age@patient=P09"].n) == (
        "51",
        1,
    )
    jinja = environment(tmp_path)
    desk = [
        Desk(jinja, "interim", snapshot, results, [dataclasses.replace(one, only_in="interim") for one in (early, old)],
             [], Audit(), frozenset(said))
        for said in (["x"], early.ids())
    ]  # fmt: skip
    assert [one.own_tables() for one in desk] == [[early.id, old.id], [old.id]]


def test_an_open_session_leaves_out_what_is_withheld(tmp_path):
    """The grouping column is not there, so the analysis that compares groups is not made."""
    folder = with_own(tmp_path, OWN.replace('["relapsed"]', '["relapsed", "cohort"]'))
    snapshot = snapshot_of(load(folder.path), session="open")

    assert not any(one.startswith("own.") for one in run(plan(snapshot), snapshot))


def test_every_public_name_is_there():
    """What the page promises can be imported."""
    promised = re.search(r"## What may be imported(.*?)\n## ", PAGE, re.DOTALL)[1]
    names = {one for one in re.findall(r"`(\w+)`", promised) if one not in ("other", "analyses")}

    assert names <= set(carreport.own.__all__)
    assert all(hasattr(carreport.own, one) for one in carreport.own.__all__)


def put(old, new):
    assert old in OWN
    return OWN.replace(old, new, 1)


INSIDE = OWN[: OWN.index(RETURN)].count("\n") + 1
AGAIN = OWN[OWN.index("@analysis(") : OWN.index("def risk_difference")]
WRONG = {
    "not Python": (put("first, second = (", "first, second = (("), "is not Python: '(' was never closed"),
    "a name that imports nothing": (put("Says, ", "Sayz, "), "line 7: imports 'Sayz', which carreport.own does not have; did you mean Says?"),
    "a module that is not there": (f"import numpyy\n{OWN}", "line 1: imports 'numpyy', which is not installed"),
    "a file that is not named": (f"import other\n{OWN}", "line 1: imports 'other', which is not installed"),
    "raising when read": (f"X = nothing\n{OWN}", "line 1: raised NameError"),
    "ending when read": (f"raise SystemExit(3)\n{OWN}", "line 1: raised SystemExit: 3"),
    "a bad id": (put(f'"{ID}"', '"Own Relapse"'), f"line {LINE}: 'Own Relapse' cannot be the id"),
    "a chapter that is taken": (put(f'"{ID}"', '"study.x"'), f"line {LINE}: 'study.x' begins with a chapter"),
    "no label": (put(LABEL, ""), f"line {LINE}: relapse_difference takes tables, and nothing says what it gives"),
    "no docstring": (re.sub(r'\n    """\n    Diff.*?"""', "", OWN, flags=re.DOTALL), f"line {LINE}: relapse_difference has no docstring"),
    "lost": (OWN + AGAIN, f"line {LINE}: relapse_difference is lost"),
    "the same id": (OWN + AGAIN.replace("def relapse", "def other"), f"gives {ID}.n, which another analysis gives"),
    "raising": (put(RETURN, "return 1 / 0"), f"line {INSIDE}: {ID} raised ZeroDivisionError: division by zero, in `return 1 / 0`"),
    "ending": (put(RETURN, "raise SystemExit"), f"line {INSIDE}: {ID} raised SystemExit"),
    "NaN": (put("p - q, lower", 'float("nan"), lower'), f"line {LINE}: {ID} returned nan for RiskDifference.difference"),
    "a bare float": (put(RETURN, "return 0.5"), f"{ID} returned a float; return a dataclass"),
    "nothing": (put(RETURN, "pass"), f"{ID} returned None; return a dataclass"),
    "a field without a unit": (put("lower: Annotated[float | None, FRACTION,", "lower: Annotated[float | None,"), "returned RiskDifference.lower, which has no unit"),
    "no number": (put("p - q, lower", '"0.1", lower'), "returned a str for RiskDifference.difference"),
    "a column that is not declared": (put('["relapsed"] ==', '["age"] =='), f"line {INSIDE - 3}: {ID}: patients['age'] is not declared; the analysis reads relapsed, group"),
    "several of them": (put('["relapsed"] ==', '[["relapsed", "age"]] =='), "patients['age'] is not declared"),
    "one by a point": (put('patients["relapsed"] ==', "patients.age =="), "asks for the column 'age', which it does not declare"),
    "a column that is not there": (put('["relapsed"]}', '["relapsd"]}'), f"line {LINE}: {ID} reads patients.relapsd, and there is no such column; did you mean relapsed?"),
    "a table that is not there": (put('{"patients": ["relapsed"]}', '{"patients": ["relapsed"], "evnts": ["date"]}'), "reads the table 'evnts', which no study has; did you mean events or patients?"),
    "a table of other studies": (put('{"patients": ["relapsed"]}', '{"patients": ["relapsed"], "infusions": ["dose"]}'), "reads infusions, which this study does not have"),
    "an unknown parameter": (put("(patients, conventions):", "(patients, event):"), "asks for 'event', which is no table that it reads"),
    "an unknown population": (put('by="compared"', 'by="groups", population="womn"'), "is of the population 'womn', which is not declared"),
    "an unknown by": (put('by="compared"', 'by="compare"'), "is by 'compare'; use one of population, groups, everybody, compared"),
    "an unknown each": (put('by="compared"', 'each="endpoints"'), "is for each 'endpoints'; use one of population, endpoint"),
    "no condition": (put('by="compared"', 'rows={"patients": {"age": {"mn": 3}}}'), "{'mn': 3} is no condition; use min, max, missing or not"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_each_mistake_has_one_message_with_its_place(what, tmp_path):
    """File, line, what stands there, what to do; nothing of Python's own account."""
    text, said = WRONG[what]

    with pytest.raises(BadInput) as caught:
        own_results(with_own(tmp_path, text))

    (problem,) = caught.value.problems
    assert problem.file == "own.py"
    assert said in str(problem)
    assert "\n" not in str(problem)


def test_an_id_of_ours_is_taken(tmp_path):
    """Whatever chapter a study chooses, a number has one origin."""
    snapshot = with_own(tmp_path, put(f'"{ID}"', '"disposition.enrolled"')).snapshot()
    enrolled = next(one for one in ANALYSES if one.id == "disposition.enrolled")

    with pytest.raises(BadInput, match=r"gives disposition\.enrolled\.n, which"):
        run([enrolled, *own_analyses(snapshot.own)], snapshot)


def test_all_problems_come_at_once(tmp_path):
    """Of the folder's files together; then of all functions together."""
    folder = with_own(tmp_path, put("import dataclass", "import (dataclass"))
    folder.replace("study.toml", '["own.py"]', '["own.py", "nothing.py", "../x.py", "numpy.py"]')
    folder.replace("patients.csv", "2018-01-10", "2018-13-10")
    with pytest.raises(BadInput) as caught:
        folder.snapshot()
    assert len(caught.value.problems) == 5

    broken = AGAIN.replace("def relapse", "def other").replace(ID, "own.other")
    folder = with_own(
        tmp_path, put('["relapsed"]}', '["relapsd"]}') + broken.replace(RETURN, "1 / 0")
    )
    with pytest.raises(BadInput) as caught:
        own_results(folder)
    assert [one.row for one in caught.value.problems] == [LINE, OWN.count("\n") + INSIDE - LINE + 1]


def test_files_import_each_other_by_name_where_both_are_named(tmp_path):
    """And their functions are part of the trace under their own names."""
    text = put(", normal_quantile\n", "\n").replace("normal_quantile(", "helping.quantile(")
    folder = with_own(tmp_path, f"import helping\n{text}")
    folder.replace("study.toml", '["own.py"]', '["own.py", "helping.py"]')
    folder.write(
        "helping.py",
        "from carreport.own import normal_quantile\n\n\ndef quantile(c):\n    return normal_quantile(c)\n",
    )

    (analysis,) = own_analyses(folder.snapshot().own)

    assert own_results(folder)[f"{ID}.difference"].value == pytest.approx(-1 / 6)
    assert "helping.quantile" in [one.function for one in reached(analysis.function)]
    assert not any(one in sys.modules for one in ("own", "helping"))
