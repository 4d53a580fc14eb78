"""The studies in examples/ against R, number by number."""

from functools import cache
from pathlib import Path

import pytest
from oracles.reading import rows

from carreport.analyses import ANALYSES
from carreport.pipeline import build
from carreport.results import run
from carreport.study.cutoff import cut
from carreport.study.load import load

EXAMPLES = Path(__file__).parents[2] / "examples"
FOUND = rows("examples/examples.csv")
EXACT = {"n", "missing", "events", "count", "k", "logrank_df", "kruskal_df"}
"""What is counted, which must be the very same."""


@cache
def results(study):
    """Every number of an example at its own cutoff."""
    return run(ANALYSES, cut(load(EXAMPLES / study)))


@pytest.mark.parametrize("study", ["pbc", "veteran"])
def test_every_number_is_that_of_r(study):
    """survfit, survdiff, coxph, cuminc and the tests of stats agree to nine digits."""
    asked = [row for row in FOUND if row["study"] == study]
    differing = []
    for row in asked:
        ours, theirs = results(study)[row["id"]].value, row["value"]
        field = row["id"].split("@")[0].rpartition(".")[2]
        tolerance = 0 if field in EXACT else 1e-9
        expected = None if theirs == "" else pytest.approx(float(theirs), rel=tolerance, abs=1e-12)
        if ours != expected:
            differing.append((row["id"], ours, theirs))

    assert len(asked) > 140
    assert differing == []


def test_four_groups_have_one_test_and_no_ratio():
    """Of more than two groups there is no hazard ratio, and the rank test is Kruskal-Wallis."""
    found = results("veteran")

    assert "survival.os.hazard_ratio" not in found
    assert "performance.karnofsky.mannwhitney_p" not in found
    assert found["performance.karnofsky.kruskal_p"].trace.method.startswith("Kruskal-Wallis")
    assert "among Squamous, Small cell, Adenocarcinoma and Large cell" in set(
        found["survival.os.logrank_p"].trace.parameters.values()
    )


def test_those_not_randomised_are_described_and_not_compared():
    """They count among all patients and in no test."""
    found = results("pbc")

    assert found["survival.os.n"].value == 418
    assert found["survival.os.n@group=not_randomised"].value == 106
    assert found["survival.os.logrank_p"].n == 312
    assert found["baseline.ascites.missing@group=not_randomised"].value == 106


@pytest.mark.parametrize("study", ["pbc", "veteran"])
def test_its_report_is_built(study, tmp_path):
    """As a page: every digit of it has an id, and its dates are said to be nominal."""
    built = build(EXAMPLES / study, out=tmp_path / "out", formats=("html",))
    page = (built.out / "interim.html").read_text(encoding="utf-8")

    assert built.origins.keys() == {"collected", "derived"}
    assert "The dates of this study are nominal" in page
