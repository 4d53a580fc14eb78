"""What study.toml asks of patient columns besides has tables in the interim report."""

from __future__ import annotations

import pytest
from folders import StudyFolder

from carreport.analyses import ANALYSES
from carreport.results import run
from carreport.tables import printed
from carreport.tables.interim import interim_tables

STUDY = """
[study]
title = "A study"
cutoff = 2021-01-01
[[population]]
id = "women"
label = "women"
where = { sex = "F" }
[[population]]
id = "men"
label = "men"
where = { sex = "M" }
[[population]]
id = "others"
label = "others"
where = { sex = "X" }
[[summary]]
id = "x.crp"
label = "CRP"
column = "crp"
population = "women"
unit = "mg/L"
[[contrast]]
id = "x.two"
label = "CRP by sex"
column = "crp"
between = ["women", "men"]
[[contrast]]
id = "x.three"
label = "CRP by all"
column = "crp"
between = ["women", "men", "others"]
[[correlation]]
id = "x.both"
label = "CRP and age"
x = "crp"
y = "age"
[[grading]]
id = "x.care"
label = "Care"
column = "care"
levels = ["none", "1"]
"""


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    folder = StudyFolder(tmp_path_factory.mktemp("declared"))
    folder.write("study.toml", STUDY)
    folder.write(
        "patients.csv",
        "patient_id,start_date,sex,crp,age,care\n1,2020-01-01,F,1,30,none\n2,2020-01-01,F,2,31,1\n"
        "3,2020-01-01,F,4,35,1\n4,2020-01-01,M,5,40,1\n5,2020-01-01,M,8,42,none\n"
        "6,2020-01-01,M,,50,1\n7,2020-01-01,X,9,51,1\n",
    )
    folder.write("events.csv", "patient_id,event,date\n1,last_contact,2020-05-01\n")
    snapshot = folder.snapshot()
    results = run(ANALYSES, snapshot)
    return {
        table.id.removeprefix("interim_"): [
            [printed(results, cell).replace("\xa0", " ") for cell in row.cells]
            for row in table.body
        ]
        for table in interim_tables(results, snapshot)
    }


def test_a_summary_stands_under_its_population(tables):
    assert tables["summaries"] == [
        ["Women"], ["CRP, mg/L", "3", "2.3 (1.5)", "2.0 (1.5–3.0)", "1.0–4.0"],
    ]  # fmt: skip


def test_a_contrast_has_its_populations_and_its_test_with_the_method(tables):
    """Of 3 and 2 values apart the exact p is 2 of 10; of three Kruskal-Wallis with its df."""
    assert tables["contrasts"] == [
        ["CRP by sex"],
        ["Women", "3", "2.3 (1.5)", "2.0 (1.5–3.0)", "1.0–4.0"],
        ["Men", "2", "6.5 (2.1)", "6.5 (5.8–7.3)", "5.0–8.0"],
        ["Mann–Whitney p, exact", "0.200"],
        ["CRP by all"],
        ["Women", "3", "2.3 (1.5)", "2.0 (1.5–3.0)", "1.0–4.0"],
        ["Men", "2", "6.5 (2.1)", "6.5 (5.8–7.3)", "5.0–8.0"],
        ["Others", "1", "9.0 (NE)", "9.0 (9.0–9.0)", "9.0–9.0"],
        ["Kruskal–Wallis p", "0.117 (4.29 on 2 df)"],
    ]


def test_a_correlation_has_its_pairs_its_interval_and_p(tables):
    heading, row = tables["correlations"]

    assert heading == ["All patients"]
    assert row[:2] == ["CRP and age", "6"]
    assert row[2].startswith("0.9")


def test_a_grading_that_is_no_toxicity_is_not_called_one(tables):
    assert "gradings" not in tables
    assert [row[0] for row in tables["further_gradings"]] == [
        "Care", "Patients with a grade", "none", "Grade 1",
    ]  # fmt: skip
