"""The code behind a number: what a function names is found, and a change of it shows."""

import inspect
import os
import subprocess
import sys
from pathlib import Path

import pytest

from carreport.analyses import ANALYSES
from carreport.analyses.biomarkers import analyte_test
from carreport.analyses.declare import Conventions
from carreport.analyses.survival import hazard, time_to_event
from carreport.results.code import code_of, digest, libraries, reached
from carreport.results.runner import calls
from carreport.results.scope import read
from carreport.stats import kaplan_meier, ranks

ROOT = Path(__file__).resolve().parents[2]


def names(analysis):
    return [one.function for one in reached(analysis.function)]


def test_a_function_reaches_what_it_calls_and_what_that_calls():
    """From the endpoint to the normal quantile, through three modules."""
    found = names(time_to_event)

    assert found[0] == "carreport.analyses.survival.time_to_event"
    assert {
        "carreport.stats.time_to_event.survival",
        "carreport.stats.kaplan_meier.kaplan_meier",
        "carreport.stats.kaplan_meier._greenwood",
        "carreport.stats.pointwise.normal_quantile",
    } <= set(found)


def test_a_function_does_not_reach_its_neighbours():
    """Only what is named counts, not all that stands in the same file."""
    assert "carreport.stats.comparison.hazard_ratio" not in names(time_to_event)
    assert "carreport.stats.comparison.hazard_ratio" in names(hazard)


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda one: one.function.__name__)
def test_lines_hold_the_whole_function(analysis):
    """From the label to the last line, as the file has it."""
    code = code_of(analysis.function)
    lines = (ROOT / code.file).read_text(encoding="utf-8").splitlines(keepends=True)

    assert code.source == "".join(lines[code.line - 1 : code.last_line])
    assert code.source.startswith("@analysis(")
    assert code.source == inspect.getsource(analysis.function)


def test_nothing_of_somebody_else_is_listed_as_ours():
    """Methods that dataclass and namedtuple write have no file of ours."""
    files = {one.file for analysis in ANALYSES for one in reached(analysis.function)}

    assert all(name.startswith("carreport/") for name in files)
    assert all((ROOT / name).is_file() for name in files)


def test_libraries_are_those_the_code_names(bundled):
    """Quantiles of the normal come from scipy, and the trace says so with the version."""
    found = libraries(time_to_event.function)

    assert set(found) == {"carreport", "numpy", "pandas", "scipy"}
    assert found["scipy"] == bundled["study.software.version@library=scipy"].value


@pytest.mark.parametrize("where", ["function", "callee"])
def test_a_change_anywhere_behind_a_number_changes_its_digest(where, monkeypatch, clean_code):
    """Of what the function names, or of a function three calls down."""
    before = digest(time_to_event.function)
    clean_code()

    if where == "function":
        monkeypatch.setitem(time_to_event.function.__globals__, "survival", _other)
    else:
        monkeypatch.setattr(kaplan_meier, "_greenwood", _other)

    assert digest(time_to_event.function) != before


def test_a_changed_constant_changes_the_digest(monkeypatch, clean_code):
    """It stands outside the functions that name it, and moves their numbers all the same."""
    before = digest(analyte_test.function)
    clean_code()
    monkeypatch.setattr(ranks, "_NOISE", 0.5)

    assert digest(analyte_test.function) != before


def _other():
    return None


@pytest.fixture
def clean_code():
    """A function that forgets what was read; done again at the end."""

    def forget():
        for one in (code_of, reached, digest, libraries):
            one.cache_clear()

    yield forget
    forget()


def test_what_runs_is_what_is_listed(bundled_snapshot):
    """Every function of ours that the whole plan comes to run is among those read off the code."""
    ran = {}
    for analysis in ANALYSES:
        ran[analysis.function] = set()
    inside = []

    def note(frame, event, _argument):
        name = f"{frame.f_globals.get('__name__', '')}.{frame.f_code.co_qualname}"
        ours = frame.f_code.co_filename.startswith(str(ROOT / "carreport"))
        if event == "call" and inside and ours:
            ran[inside[-1]].add(name.partition(".<")[0])

    for call in calls(ANALYSES, bundled_snapshot):
        reading = read(bundled_snapshot, call.analysis, call.item, call.scope)
        conventions = Conventions(groups=call.scope.groups)
        given = {**reading.frames, "item": call.item, "conventions": conventions}
        handed = {one: given[one] for one in call.analysis.parameters if one in given}
        inside.append(call.analysis.function)
        sys.setprofile(note)
        try:
            call.analysis.function(**handed)
        finally:
            sys.setprofile(None)
            inside.pop()

    missed = {
        function.__name__: sorted(names - {one.function for one in reached(function)})
        for function, names in ran.items()
    }
    assert {name: one for name, one in missed.items() if one} == {}
    assert sum(map(len, ran.values())) > len(ANALYSES)


def test_the_digest_is_the_same_in_every_process():
    """Whatever seed Python hashes with: sets are written in order."""
    code = (
        "from carreport.analyses import ANALYSES; from carreport.results.facts import facts;"
        "from carreport.results.code import digest;"
        "print([digest(one) for one in [*(a.function for a in ANALYSES), facts]])"
    )
    told = {
        subprocess.run(  # noqa: S603 - our own code
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }

    assert len(told) == 1
