"""The rows behind a number: exactly the cells its analysis was handed."""

import json

import pytest

from carreport.results.behind import listing_behind, rows_behind, rows_json
from carreport.study.origins import Origin

PEAK = "biomarkers.crp:analyte_values@group=mrd_positive"


@pytest.fixture(scope="module")
def behind(bundled_snapshot, bundled):
    return rows_behind(bundled_snapshot, bundled)


def cells(behind, call, table):
    """The rows of one call: patient and the columns it read."""
    read, whole = behind["calls"][call][table], behind["tables"][table]
    at = [whole["columns"].index(one) for one in ("patient_id", *read["columns"])]
    return [[whole["rows"][row][one] for one in at] for row in behind["sets"][read["rows"]]]


def test_every_call_of_a_result_is_there(behind, bundled):
    """Also those of listings; the study's own facts have none."""
    calls = {one.trace.call for one in bundled.values()}
    calls |= {one.trace.call for one in bundled.listings.values()}

    assert calls - {""} == set(behind["calls"])


def test_the_patients_are_those_of_the_trace(behind, bundled):
    """Used and left out together, in table order."""
    for result in bundled.values():
        read = behind["calls"].get(result.trace.call, {}).get("patients")
        if read is not None:
            rows = [
                behind["tables"]["patients"]["rows"][at][0] for at in behind["sets"][read["rows"]]
            ]
            assert sorted(rows) == sorted({*result.trace.patients, *result.trace.excluded})


def test_a_number_can_be_computed_again_from_its_cells(behind, bundled):
    """The largest age among the cells shown is the largest age reported."""
    shown = cells(behind, "baseline.age:continuous@group=mrd_positive", "patients")
    column = behind["calls"]["baseline.age:continuous@group=mrd_positive"]["patients"]["columns"]

    ages = [float(row[1 + column.index("age")]) for row in shown]

    assert len(ages) == bundled["baseline.age.n@group=mrd_positive"].value
    assert max(ages) == bundled["baseline.age.max@group=mrd_positive"].value


def test_conditions_choose_the_rows(behind, bundled):
    """Only fever after the first infusion stands behind the numbers on fever."""
    call = bundled["safety.ae.patients@grade=any,group=mrd_positive,term=fever"].trace.call
    columns = behind["calls"][call]["adverse_events"]["columns"]
    shown = cells(behind, call, "adverse_events")

    assert {row[1 + columns.index("term")] for row in shown} == {"Fever"}
    assert {row[1 + columns.index("infusion")] for row in shown} == {"1"}
    assert len({row[0] for row in shown}) == (
        bundled["safety.ae.patients@grade=any,group=mrd_positive,term=fever"].value
    )


def test_each_cell_has_its_origin(behind, bundled_snapshot):
    """One digit a cell, as the snapshot has it."""
    ages = behind["tables"]["patients"]
    at = ages["columns"].index("age")
    found = [behind["origin_names"][int(row[at])] for row in ages["origins"]]

    ranks = bundled_snapshot.patients.origins["age"]
    assert found == [Origin(rank).label for rank in ranks]
    assert {"published", "simulated"} <= set(found)


def test_the_weakest_cell_shown_is_the_origin_of_the_number(behind, bundled):
    """Where the rows alone decide: no absence, no cut."""
    result = bundled["baseline.age.median@group=active_disease"]
    read = behind["calls"][result.trace.call]["patients"]
    table = behind["tables"]["patients"]
    at = [table["columns"].index(one) for one in read["columns"]]
    ranks = [int(table["origins"][row][one]) for row in behind["sets"][read["rows"]] for one in at]

    assert behind["origin_names"][max(ranks)] == result.origin.label


def test_lines_are_those_of_the_file(behind, bundled_folder):
    """A reader finds the row in the file by its line."""
    lines = bundled_folder.text("measurements.csv").splitlines()
    table = behind["tables"]["measurements"]
    value = table["columns"].index("value")

    for row, line in list(zip(table["rows"], table["lines"], strict=True))[::200]:
        assert lines[line - 1].startswith(f"{row[0]},")
        assert row[value] in lines[line - 1].split(",")


def test_only_the_calls_asked_for_are_told(bundled_snapshot, bundled):
    """A page brings the cells of its own numbers and of no others."""
    found = rows_behind(bundled_snapshot, bundled, [PEAK])

    assert list(found["calls"]) == [PEAK]
    assert list(found["tables"]) == ["patients"]
    assert set(found["tables"]["patients"]["columns"]) < {"patient_id", "crp", "stratum", "mrd_d28"}


def test_a_listing_is_told_as_printed(bundled):
    """Cells in their units' formats, so that a mark of a figure can be read."""
    listing = bundled.listing("survival.os.curve@group=mrd_positive")
    told = listing_behind(listing)

    names = [one["name"] for one in told["columns"]]
    first = dict(zip(names, told["rows"][0], strict=True))
    assert first["survival"] == listing.cell(0, "survival").display
    assert told["call"] == listing.trace.call
    assert len(told["rows"]) == len(listing.rows)


def test_rows_json_holds_the_same(behind, bundled_snapshot, bundled):
    """A line for each table, set, call and listing, and one JSON in all."""
    read = json.loads(rows_json(bundled_snapshot, bundled))

    assert {name: read[name] for name in behind} == behind
    assert set(read["listings"]) == set(bundled.listings)
