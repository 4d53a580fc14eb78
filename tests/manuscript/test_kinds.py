"""What is no statistic is told as such, with the reason, and what is one is not."""

import pytest

from carreport.manuscript.kinds import is_everyday, name_reason, not_a_statistic, stretches
from carreport.manuscript.model import Block
from carreport.manuscript.numbers import numbers_in

NONE = [
    ("were shown to be effective [6, 7].", "[6, 7]", "citation"),
    ("lymphoma [3–5].", "[3–5]", "citation"),
    ("is described in Table 2.", "Table 2", "part"),
    ("(supplementary Fig. 2b–g)", "supplementary Fig. 2b–g", "part"),
    ("one (Patient 5) relapsed", "Patient 5", "patient"),
    ("(Patients 4, 7, and 9)", "Patients 4, 7, and 9", "patient"),
    ("a cutoff of August 19, 2020.", "August 19, 2020", "date"),
    ("From January 2018, a total", "January 2018", "date"),
    ("as of 2020-08-19", "2020-08-19", "date"),
    ("published in 2013 by others", "2013", "year"),
    ("at https://doi.org/10.1007/s00262-021-02941-4", "https://doi.org/10.1007/s00262-021-02941-4",
     "address"),
    ("write to liu12@ihcams.ac.cn today", "liu12@ihcams.ac.cn", "address"),
    ("Events version 4.0 were", "version 4.0", "version"),
    ("No. 24 Fu Kang Road", "No. 24", "name"),
    ("288 Nanjing Road, Tianjin", "288 Nanjing Road", "address"),
    ("grants (81970180)", "81970180", "identifier"),
    ("had grade 3 or 4 CRS", "grade 3 or 4", "grade"),
    ("the 2-year survival", "2-year", "time point"),
    ("two-year survival", "two-year", "time point"),
    ("on day 28 after", "day 28", "time point"),
    ("(95% CI 0.3–1.2)", "95% CI", "level"),
    ("patients: 1) in remission", "1)", "list"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "part", "why"), NONE, ids=str)
def test_what_is_no_statistic_is_told_with_its_reason(text, part, why):
    """Citations, parts, patients, dates, addresses, grades and time points."""
    found = stretches(Block("prose", text, "line 1"), 40)

    assert [(text[one.start : one.end]) for one in found] == [part]
    assert why in found[0].reason


SOME = [
    "12 patients achieved remission",
    "the median was 29 [13–66] years",
    "in 14 of 47",
    "647 days (range 172–945 days)",
    "4 (8.5%)",
    "at 238 days after infusion",
    "2018 patients were screened",
]


@pytest.mark.parametrize("text", SOME)
def test_a_statistic_is_not_taken_for_anything_else(text):
    """Neither a range in square brackets nor a count of the size of a year."""
    assert stretches(Block("prose", text, "line 1"), 40) == ()


def test_nothing_in_a_reference_is_a_statistic():
    """The entry is one, with all its digits."""
    text = "Bassan R (2019) A review. Haematologica 104(10):2028–2039."
    (found,) = stretches(Block("reference", text, "line 1"), 40)

    assert (found.start, found.end) == (0, len(text))


def test_a_date_names_its_day():
    """So that it can be held against the cutoff."""
    for text in ("August 19, 2020", "19 August 2020", "19th Aug. 2020", "2020-08-19"):
        (found,) = stretches(Block("prose", text, "line 1"), 40)
        assert found.date == "2020-08-19"


def test_an_amount_of_a_drug_is_none_unless_results_have_its_unit():
    """A concentration that is a result of ours stays a number."""
    (dose,) = numbers_in("750 mg/m² of cyclophosphamide")

    assert "drug" in not_a_statistic(dose, frozenset())
    assert not not_a_statistic(dose, frozenset({"mg/m²"}))


def test_a_word_is_a_count_where_it_counts_patients():
    """Elsewhere "one" and "no" are everyday words; two and more are always counts."""
    for text, everyday in (
        ("one of the reasons", False),
        ("one possible reason", True),
        ("no relapses", False),
        ("no longer than", True),
        ("none of the patients", False),
        ("one patient relapsed", False),
        ("two reasons", False),
        ("half a year", True),
    ):
        assert is_everyday(text, numbers_in(text)[0]) is everyday, text


def test_a_raised_digit_behind_a_word_is_a_citation():
    """Behind a unit it is not."""
    assert name_reason("remission¹²", 0, 11)
    assert not name_reason("cm²", 0, 3)
    assert not name_reason("CD19", 0, 4)
