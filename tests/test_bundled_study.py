"""
The bundled study against R and against what the paper prints.

R reads `data/*.csv` itself (`oracles/bundled.R`); the paper is read from `data/sources/*.csv`
where it stands there, and quoted here with its place where it does not.
"""

import csv
import datetime as dt
import re
from pathlib import Path

import pytest
from oracles.reading import number, rows

from carreport.results import join_id
from carreport.units import show

SOURCES = Path(__file__).resolve().parents[1] / "data" / "sources"
ORACLE = rows("bundled.csv")
FIELDS = sorted({row["id"].partition("@")[0] for row in ORACLE})
MRD = "group=mrd_positive"


def published(name):
    """One of the tables of the paper as it prints it."""
    with (SOURCES / f"{name}_published.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


TABLE_2 = published("table2")
TABLE_3 = published("table3")
TEXT = published("text")


@pytest.mark.parametrize("field", FIELDS)
def test_number_is_that_of_r(field, bundled):
    """
    R, from its own derivation of the dated rows, finds the same number to nine digits.

    455 numbers: survival, hazard ratios, cumulative incidence, ranks, correlations, exact limits.
    """
    expected = {r["id"]: number(r["value"]) for r in ORACLE if r["id"].partition("@")[0] == field}
    found = {id_: bundled[id_].value for id_ in expected}

    assert {i for i, v in found.items() if v is None} == {
        i for i, v in expected.items() if v is None
    }
    assert {i: v for i, v in found.items() if v is not None} == pytest.approx(
        {i: v for i, v in expected.items() if v is not None}, rel=1e-9, abs=1e-12
    )


# Lu et al., Cancer Immunol Immunother 2021: abstract and results, as printed.
PRINTED = {
    "disposition.enrolled.n": "47",
    f"disposition.enrolled.n@{MRD}": "14",
    "disposition.enrolled.n@group=active_disease": "29",
    "disposition.enrolled.n@group=below_threshold": "4",
    "response.mrd_negative.k": "12",
    "response.mrd_negative.n": "14",
    "response.mrd_negative.rate": "85.7%",
    f"baseline.mrd_class.count@{MRD},level=refractory": "8",
    f"baseline.mrd_class.count@{MRD},level=relapse": "6",
    "disposition.ph_positive.n": "5",
    "disposition.ph_negative_responders.n": "8",
    "disposition.reinfused.n": "5",
    f"baseline.dose.median@{MRD}": "6.78",
    f"safety.crs.percent@{MRD},level=1": "71.4%",
    f"survival.os.observed_median@{MRD}": "647",
    f"survival.os.followup_min@{MRD}": "172",
    f"survival.os.followup_max@{MRD}": "945",
    "response.time_to_relapse.median": "418",
    "response.time_to_relapse.min": "238",
    "response.time_to_relapse.max": "740",
    "response.time_to_hsct.median": "51",
    "response.mrd_and_expansion.r": "0.640",
    "response.mrd_and_expansion.p": "0.014",
    "response.mrd_and_duration.r": "−0.537",
    "response.mrd_and_duration.p": "0.048",
}


@pytest.mark.parametrize(("id_", "printed"), PRINTED.items(), ids=str)
def test_printed_number_comes_out_of_the_data(id_, printed, bundled):
    """What the paper prints is what the build prints by default."""
    assert bundled[id_].display == printed


# Results: landmark at two years ± standard error; durations in months.
STYLED = {
    (f"survival.efs.rate@day=730,{MRD}", "bare"): "61.2",
    (f"survival.efs.se@day=730,{MRD}", "bare"): "14.0",
    (f"survival.os.rate@day=730,{MRD}", "bare"): "78.6",
    (f"survival.os.se@day=730,{MRD}", "bare"): "11.0",
    ("response.duration.mean", "months"): "22.9",
    ("response.duration.min", "months"): "12.1",
    ("response.duration.max", "months"): "28.6",
    ("kinetics.infusion_interval.median", "months"): "6.8",
    ("kinetics.infusion_interval.min", "months"): "5.9",
    ("kinetics.infusion_interval.max", "months"): "7.6",
}


@pytest.mark.parametrize(("number_", "printed"), STYLED.items(), ids=str)
def test_printed_estimate_comes_out_of_the_data(number_, printed, bundled):
    """In the unit the paper prints it in."""
    id_, style = number_
    assert bundled[id_].styled(style) == printed


# Table 1 as printed: variable, level, count, percentage of 47.
TABLE_1 = [
    ("sex", "male", "27", "57.4%"),
    ("stratum", "below_threshold", "4", "8.5%"),
    ("stratum", "mrd_positive", "14", "29.8%"),
    ("stratum", "active_disease", "29", "61.7%"),
    ("cns", "yes", "6", "12.8%"),
    ("complex_karyotype", "yes", "9", "19.1%"),
    ("ph", "positive", "12", "25.5%"),
]


@pytest.mark.parametrize(("variable", "level", "count", "percent"), TABLE_1)
def test_table_1_comes_out_of_the_data(variable, level, count, percent, bundled):
    """Counts and percentages of the whole cohort."""
    assert bundled[f"baseline.{variable}.count@level={level}"].display == count
    assert bundled[f"baseline.{variable}.percent@level={level}"].display == percent


def test_table_1_medians_come_out_of_the_data(bundled):
    """Age 29 (13–66) years; blasts 30% (0–98.8%)."""
    age = [bundled[f"baseline.age.{field}"].display for field in ("median", "min", "max")]
    blasts = [
        bundled[f"baseline.blasts.{field}"].styled("plain") for field in ("median", "min", "max")
    ]

    assert age == ["29", "13", "66"]
    assert blasts == ["30", "0", "98.8"]


CELLS = [
    (row["term"] or row["category"], grade, row[f"grade_{grade}"])
    for row in TABLE_3
    for grade in "1234"
    if row[f"grade_{grade}"]
]


def term_id(name):
    """A term of Table 3 as it stands in ids."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower())


def test_all_28_cells_of_table_3_are_compared():
    """The paper prints 28 percentages in Table 3."""
    assert len(CELLS) == 28


@pytest.mark.parametrize(("term", "grade", "printed"), CELLS)
def test_table_3_comes_out_of_the_data(term, grade, printed, bundled):
    """Each percentage of 14 patients, each counted once per term at the maximum grade."""
    keys = {"group": "mrd_positive", "grade": grade, "term": term_id(term)}

    assert bundled[join_id("safety.ae.percent", keys)].styled("bare") == printed


@pytest.mark.parametrize("row", TABLE_3, ids=lambda row: term_id(row["term"] or row["category"]))
def test_blank_cells_of_table_3_are_zero(row, bundled):
    """A grade the paper leaves blank is one nobody had, and its row is there all the same."""
    keys = {"group": "mrd_positive", "term": term_id(row["term"] or row["category"])}
    blank = [grade for grade in "1234" if not row[f"grade_{grade}"]]
    found = [bundled[join_id("safety.ae.patients", {**keys, "grade": g})].value for g in blank]

    assert found == [0] * len(blank)


COLUMNS = {
    "age": "age",
    "sex": "sex",
    "malignancy": "malignancy",
    "mrd_detection": "mrd_detection",
    "mrd_class": "mrd_class",
    "n_prior": "n_prior",
    "last_line": "last_line",
    "n_infusions": "n_infusions",
    "mrd_d28": "mrd_day_28",
    "later_therapy": "additional_therapy",
    "crs_grade": "crs_grade",
    "outcome": "outcome",
}


@pytest.mark.parametrize("column", COLUMNS)
def test_table_2_comes_out_of_the_data(column, bundled):
    """The listing of the 14 prints each cell as the paper does, derived columns included."""
    found = {
        row["patient"]: bundled[f"listing.mrd.{column}@patient={row['patient']}"].display
        for row in TABLE_2
    }

    assert found == {row["patient"]: row[COLUMNS[column]] for row in TABLE_2}


def test_table_2_doses_come_out_of_the_data(bundled):
    """The dose in 10⁶ cells per kg, with the digits the paper prints."""
    for row in TABLE_2:
        shown = bundled[f"listing.mrd.dose@patient={row['patient']}"].display
        assert f"{shown}×10⁶" == row["dose_per_kg"], row["patient"]


def test_listing_has_the_fourteen_in_the_paper_s_order(bundled):
    """One row per MRD-positive patient, in the order of Table 2."""
    listed = bundled.listing("listing.mrd").column("patient")

    assert list(listed) == [row["patient"] for row in TABLE_2]


DAYS_PRINTED = {
    "relapse_day": "response.relapses.time_to_relapse",
    "mrd_reappearance_day": "response.reappearances.time_to_mrd_reappearance",
    "days_from_second_infusion_to_relapse": "kinetics.reinfused.second_infusion_to_relapse",
    "relapse_cd19": "response.relapses.relapse_type",
    "crs_grade_third_infusion": "safety.later_crs.later_crs_grade",
}
STATEMENTS = [row for row in TEXT if row["statement"] in DAYS_PRINTED]


@pytest.mark.parametrize("row", STATEMENTS, ids=lambda row: f"{row['statement']}-{row['patient']}")
def test_statement_about_a_patient_comes_out_of_the_data(row, bundled):
    """Days and facts the running text prints about single patients."""
    id_ = f"{DAYS_PRINTED[row['statement']]}@patient={row['patient']}"

    assert bundled[id_].display == row["value"]


@pytest.mark.parametrize(
    ("statement", "value", "listing"),
    [
        ("b_cell_aplasia", "sustained", "lymphocytes.aplasia"),
        ("b_cell_aplasia", "transient", "lymphocytes.transient_dip"),
        ("steroids", "yes", "safety.steroids"),
    ],
)
def test_patients_named_in_the_text_are_those_the_data_find(statement, value, listing, bundled):
    """The listing names exactly the patients the paper names."""
    named = [r["patient"] for r in TEXT if (r["statement"], r["value"]) == (statement, value)]

    assert sorted(bundled.listing(listing).column("patient")) == sorted(named)


def test_eight_of_nine_ph_negative_patients_responded(bundled):
    """8 of 9: the Ph-negative responders, of the Ph-negative patients."""
    of = (
        bundled["response.mrd_negative.k@ph=negative"],
        bundled["response.mrd_negative.n@ph=negative"],
    )

    assert [one.display for one in of] == ["8", "9"]


def test_who_is_not_evaluated_yet_is_no_failure(bundled_folder):
    """By the end of March 2018 one of two patients waits for the first evaluation."""
    found = bundled_folder.results(dt.date(2018, 3, 31))
    waiting, n = (
        found[id_].value for id_ in ("disposition.unevaluated.n", "response.mrd_negative.n")
    )

    assert (waiting, n) == (1, 1)
    by = [found[f"response.mrd_negative.n@ph={one}"].value for one in ("positive", "negative")]
    assert sum(by) == n


def test_no_lymphocyte_subset_differs_between_persistent_remission_and_relapse(bundled):
    """Supplementary Fig. 3: no significant difference."""
    p_values = [
        bundled[id_].value for id_ in bundled if re.match(r"lymphocytes\..*mannwhitney_p$", id_)
    ]

    assert len(p_values) >= 6
    assert min(p_values) > 0.05


def test_numbers_that_rest_on_invented_cells_say_so(bundled):
    """Published, reconstructed and simulated: the weakest cell decides."""
    origins = {
        f"baseline.n_prior.median@{MRD}": "published",
        f"survival.os.rate@day=730,{MRD}": "reconstructed",
        "survival.os.logrank_p": "simulated",
        f"biomarkers.crp.median@{MRD}": "simulated",
        "response.mrd_and_duration.r": "simulated",
        "baseline.age.median": "simulated",
        "baseline.sex.count@level=male": "reconstructed",
        "listing.mrd.age@patient=1": "published",
        "response.relapses.time_to_relapse@patient=4": "published",
    }

    assert {id_: bundled[id_].origin.label for id_ in origins} == origins


def test_shares_of_the_data_by_origin_add_up(bundled):
    """Every non-empty cell has one origin."""
    shares = [id_ for id_ in bundled if id_.startswith("study.cells.percent@")]

    assert sum(bundled[id_].value for id_ in shares) == pytest.approx(1)
    assert bundled["study.cells.percent@origin=simulated"].value > 0.5


def test_ties_in_the_data_round_as_the_paper_does(bundled):
    """6.775 prints as 6.78 and 417.5 as 418: ties go away from zero."""
    assert bundled[f"baseline.dose.median@{MRD}"].value == pytest.approx(6.775)
    assert bundled["response.time_to_relapse.median"].value == 417.5
    dose = bundled[f"baseline.dose.median@{MRD}"]
    assert show(dose.value, dose.unit) == "6.78"
