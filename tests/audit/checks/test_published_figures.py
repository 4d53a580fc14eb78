"""The checks on Lu et al. 2021, whose figures were worked through by hand and by other programs."""

from fractions import Fraction

import pytest

from carreport.audit.checks import (
    additive,
    bounds,
    count_percent,
    event_free,
    events_implied,
    exclusive,
    greenwood,
    grim,
    km_inversion,
    median_grid,
    n_from_r,
    nested,
    ordered,
    p_from_r,
    partition,
    percent_partition,
    same_count,
    same_identifier,
    same_label,
    same_range,
    until_cutoff,
    within,
)
from carreport.audit.checks.reading import read_number

# Table 3: the grades 1 to 4 of each adverse event, without the empty cells.
TABLE_3 = {
    "Fever": ["57.1", "14.3"],
    "Febrile neutropenia": ["57.1"],
    "Cytokine release syndrome": ["71.4"],
    "Anemia": ["28.6", "28.6", "7.1", "7.1"],
    "Leukopenia": ["42.9", "42.9", "14.3"],
    "Neutropenia": ["7.1", "21.4", "35.7", "21.4"],
    "Lymphopenia": ["14.3", "7.1", "78.6"],
    "Thrombocytopenia": ["35.7", "7.1", "7.1", "7.1"],
    "Fibrinogen decreased": ["7.1", "7.1"],
    "Alanine aminotransferase increased": ["21.4"],
    "Aspartate aminotransferase increased": ["7.1"],
    "Gamma glutamyl transpeptidase increased": ["7.1"],
    "Blood bilirubin increased": ["7.1"],
}
TABLE_1 = [("27", "57.4%"), ("4", "8.5%"), ("14", "29.8%"), ("29", "61.7%"), ("6", "12.8%"),
           ("9", "19.1%"), ("12", "25.5%")]  # fmt: skip
OS, EFS = ("78.6%", "11.0%", "14"), ("61.2%", "14.0%", "14")


def patients(percent):
    """How many of 14 one percentage of Table 3 stands for."""
    (solution,) = grim(percent, "14").solutions
    return int(solution.split()[0])


def test_every_cell_of_table_3_is_one_number_of_14():
    """All 28 printed cells are consistent, each with exactly one count."""
    cells = [cell for row in TABLE_3.values() for cell in row]

    assert len(cells) == 28
    assert all(len(grim(cell, "14").solutions) == 1 for cell in cells)


def test_the_grades_of_a_row_exclude_each_other():
    """No row of Table 3 has more than 14 patients."""
    for row in TABLE_3.values():
        assert exclusive([str(patients(cell)) for cell in row], "14").answer == "consistent"


@pytest.mark.parametrize(("count", "percent"), TABLE_1)
def test_the_percentages_of_table_1(count, percent):
    """Each is its count of 47, and of no other number."""
    assert count_percent(count, percent, "47").answer == "consistent"
    assert grim(percent, "47").solutions == (f"{count} of 47",)


def test_the_strata_are_all_patients():
    """4 + 14 + 29 = 47, in counts and percentages."""
    assert partition(["4", "14", "29"], "47").answer == "consistent"
    assert percent_partition(["8.5%", "29.8%", "61.7%"]).answer == "consistent"
    assert count_percent("12", "85.7%", "14").answer == "consistent"


def test_febrile_neutropenia_is_neutropenia():
    """8 patients have it, 5 + 3 have grade 3 or 4; fever 10 = CRS 10 = Table 2's ten."""
    severe = [str(patients(cell)) for cell in TABLE_3["Neutropenia"][2:]]

    assert severe == ["5", "3"]
    assert additive(severe, "8").answer == "consistent"
    assert percent_partition(TABLE_3["Neutropenia"][2:], "57.1%").answer == "consistent"
    assert nested(str(patients("57.1")), "8").answer == "consistent"
    fever = [str(patients(cell)) for cell in TABLE_3["Fever"]]
    assert additive(fever, "10").answer == "consistent"
    assert same_count([str(patients("71.4")), "10", "ten"]).answer == "consistent"


def test_the_correlations_need_fourteen_patients():
    """Both p follow with n = 14, neither with the 12 who responded."""
    for r, p, shown in (("0.640", "0.014", "0.0137"), ("−0.537", "0.048", "0.0477")):
        assert f"p = {shown} " in p_from_r(r, p, "14").reason
        assert p_from_r(r, p, "12").answer == "inconsistent"
        assert n_from_r(r, p, ["12", "14"]).reason.endswith("with n = 14 and not with n = 12")


def test_the_survival_estimates_each_have_one_solution():
    """Three deaths and nobody censored; five events and three censored before the last."""
    assert km_inversion(*OS).solutions == ("3 events, with 14, 13 and 12 at risk",)
    assert km_inversion(*EFS).solutions == ("5 events, with 14, 13, 12, 11 and 7 at risk",)
    assert greenwood(*OS).reason.endswith("as if nobody was censored before")
    assert greenwood(*EFS).reason.endswith("some were censored before")
    assert len(km_inversion(OS[0], None, "14").solutions) == 2
    assert len(km_inversion(EFS[0], None, "14").solutions) == 3


def test_the_relapse_on_day_740_is_not_among_the_events():
    """Two deaths and the relapses on days 238, 238 and 597 are the five; a sixth is too many."""
    assert events_implied(*EFS, "5").answer == "consistent"
    assert events_implied(*EFS, "6").answer == "inconsistent"


def test_medians():
    """417.5 was printed as 418 days, 6.775 as 6.78; the minimum 238 beside them holds."""
    assert read_number("418", "the median").may_be(Fraction(835, 2))
    assert read_number("6.78", "the median").may_be(Fraction(6775, 1000))
    assert median_grid("417.5", "4").answer == "consistent"
    assert median_grid("418", "4").answer != "inconsistent"
    assert median_grid("6.775", "14", "0.01").answer == "consistent"
    assert median_grid("6.78", "14", "0.01").answer != "inconsistent"
    assert ordered(low="238", median="418", high="740").answer == "consistent"
    assert ordered(low="12.1", median="22.9", high="28.6").answer == "consistent"
    assert ordered(low="172", median="647", high="945").answer == "consistent"
    assert within(("238", "740"), ("172", "945")).answer == "consistent"


def test_what_cannot_both_be_true():
    """The contradictions that need arithmetic only."""
    assert event_free(*EFS, "12").answer == "inconsistent"
    assert exclusive(["12", "four"], "14").answer == "inconsistent"
    assert bounds("945 days", "945 days", "at least 28 days").answer == "inconsistent"
    assert until_cutoff("945", "January 2018", "August 19, 2020", "28").answer == "inconsistent"
    assert until_cutoff("945", "January 2018", "August 19, 2020").answer == "consistent"
    assert same_range(("172", "945"), ("172", "945")).answer == "inconsistent"
    assert events_implied(*OS, "1").answer == "inconsistent"
    assert events_implied(*OS, "three").answer == "consistent"
    assert additive(["Eight", "five"], "12").answer == "inconsistent"
    assert additive(["Eight", "four"], "12").answer == "consistent"
    assert same_count(["One", "3"]).answer == "inconsistent"
    assert same_label(["IL-2R", "IL-2"]).answer == "inconsistent"
    trials = ["relapsed or refractory MRD", "newly diagnosed high-risk B-ALL"]
    assert same_identifier(trials).answer == "inconsistent"
