"""`carreport trace`: one number in words and as JSON."""

import json

import pytest
from typer.testing import CliRunner

from carreport.cli import app


@pytest.fixture
def trace(folder):
    """`carreport trace ID`, as a user calls it."""
    return lambda *words: CliRunner().invoke(app, ["trace", *words, str(folder.path)])


def test_a_number_says_what_how_from_whom_and_how_sure(trace, folder):
    """Every line agrees with the result itself."""
    id_ = "survival.os.rate@day=365,group=mrd_positive"
    result = folder.results()[id_]

    said = dict(line.split(None, 1) for line in trace(id_).stdout.splitlines() if line[0] != " ")

    assert said["number"] == id_
    assert float(said["value"]) == result.value
    assert said["code"].startswith(f"{result.trace.file}:{result.trace.line} ")
    assert said["patients"].split(", ") == list(result.trace.patients)
    assert said["origin"] == "collected"


def test_json_is_the_row_of_the_results(trace, folder):
    """A program reads the same fields as in results.json."""
    row = json.loads(trace("baseline.age.median", "--json").stdout)

    assert row["value"] == folder.results()["baseline.age.median"].value
    assert {"population", "method", "function", "file", "line", "patients", "origin"} <= set(row)


def test_a_misspelt_id_is_answered_with_the_nearest(trace):
    """Exit code 2, and what was probably meant."""
    result = trace("baseline.age.medain")

    assert result.exit_code == 2
    assert "did you mean baseline.age.median" in result.stderr


def test_a_cell_of_a_listing_is_a_number_too(trace):
    """It names its one patient."""
    result = trace("biomarkers.crp.values.value@patient=P01")

    assert "patients       P01" in result.stdout
