"""What a template may call: each prints ids it was given, and says how sure they are."""

import re

import pytest

from carreport.errors import UnknownId
from carreport.render.printing import Numbers, enumerated, mark
from carreport.study.origins import Origin


def words(markup):
    """What a reader sees: tags and joiners away, every space a plain one."""
    text = re.sub(r"<[^>]+>", "", str(markup)).replace("\u2060", "")
    return re.sub(r"\s", " ", text)


@pytest.fixture(scope="module")
def numbers(tiny_results):
    """The functions over the tiny study."""
    return Numbers(tiny_results)


# Confidence limits: R 4.2.2, survfit(conf.type = "log-log"), coxph, binom.test and cor.test.
SAYS = {
    ("num", "survival.os.rate@day=365"): "58.3%",
    ("num", "survival.os.rate@day=365", "whole"): "58%",
    ("qty", "baseline.age.median"): "41.0 years",
    ("qty", "survival.os.median@group=active_disease"): "302 days",
    ("qty", "survival.os.median@group=active_disease", "months"): "9.9 months",
    ("qty", "survival.os.median@group=mrd_positive"): "NR",
    ("ci", "survival.os.rate@day=365"): "95% CI 27.0–80.1%",
    ("ci", "survival.os.median@group=active_disease"): "95% CI 48 to NR",
    ("ci", "survival.os.hazard_ratio"): "95% CI 0.06–1.95",
    ("ci", "response.relapsed.rate"): "95% CI 15.2–72.3%",
    ("ci", "response.age_and_crp.r"): "95% CI −0.727 to 0.433",
    ("span", "baseline.age"): "19.0–66.0",
    ("iqr", "baseline.age"): "31.5–54.0",
    ("pm", "survival.os.rate@day=365"): "58.3 ± 14.2%",
    ("pm", "survival.os.rate@day=730,group=active_disease"): "NE",
    ("of", "response.relapsed"): "5 of 12",
    ("of", "safety.ae@grade=any,group=mrd_positive,term=fever"): "3 of 6",
    ("of", "baseline.sex@group=mrd_positive,level=F"): "3 of 6",
    ("share", "response.relapsed"): "5 (41.7%)",
    ("share", "baseline.sex@level=F"): "6 (50.0%)",
    ("p", "survival.os.logrank_p"): "p = 0.214",
}


@pytest.mark.parametrize("call", SAYS, ids=" ".join)
def test_function_prints_what_its_name_says(call, numbers):
    """Estimates, intervals, ranges, shares, p-values and units, from ids alone."""
    name, *arguments = call

    assert words(getattr(numbers, name)(*arguments)) == SAYS[call]


@pytest.mark.parametrize("call", SAYS, ids=" ".join)
def test_every_digit_a_function_prints_has_an_id(call, numbers):
    """Outside `<data>` there is none."""
    name, *arguments = call

    outside = re.sub(r"<data .*?</data>|<[^>]+>", "", str(getattr(numbers, name)(*arguments)))

    assert not re.search(r"\d", outside)


@pytest.mark.parametrize(
    ("id_", "said"),
    [
        ("safety.ae.patients@grade=5,group=mrd_positive,term=fever", "nobody"),
        ("safety.ae.patients@grade=1,group=mrd_positive,term=fever", "1 patient"),
        ("safety.ae.patients@grade=any,group=mrd_positive,term=fever", "3 patients"),
    ],
)
def test_a_count_agrees_with_its_noun(id_, said, numbers):
    """Nobody, one patient, three patients."""
    assert words(numbers.count(id_, "patient", "patients", "nobody")) == said


def test_a_small_p_value_has_its_own_sign(tiny_results):
    """`p < 0.001` has no equals sign."""
    from dataclasses import replace

    from carreport.results import Results

    small = replace(tiny_results["survival.os.logrank_p"], value=0.0002)
    level = tiny_results["study.confidence.level"]
    numbers = Numbers(Results({small.id: small, level.id: level}, {}))

    assert words(numbers.p(small.id)).replace(" ", "") == "p&lt;0.001"
    assert numbers.significant(small.id)


def test_not_estimable_p_value_is_printed_as_such(tiny_results):
    """And is not significant."""
    from dataclasses import replace

    from carreport.results import Results

    none = replace(tiny_results["survival.os.logrank_p"], value=None, missing="NE")
    level = tiny_results["study.confidence.level"]
    numbers = Numbers(Results({none.id: none, level.id: level}, {}))

    assert words(numbers.p(none.id)) == "p NE"
    assert not numbers.significant(none.id)


@pytest.mark.parametrize("name", ["num", "qty", "ci", "span", "iqr", "pm", "of", "share", "p"])
def test_an_unknown_id_is_an_error_that_offers_another(name, numbers):
    """Not a blank, whichever function asks."""
    with pytest.raises(UnknownId):
        getattr(numbers, name)("survival.oss.rate@day=365")


def test_has_is_about_estimates_and_exists_about_ids(numbers):
    """A median that was not reached exists and cannot be printed as an estimate."""
    not_reached = "survival.os.median@group=mrd_positive"

    assert (numbers.exists(not_reached), numbers.has(not_reached)) == (True, False)
    assert (numbers.exists("no.such"), numbers.has("no.such")) == (False, False)


def test_less_compares_and_is_false_where_nothing_can_be_said(numbers):
    """For sentences that say lower or higher."""
    low, high = "baseline.age.min", "baseline.age.max"
    none = "survival.os.median@group=mrd_positive"

    assert numbers.less(low, high)
    assert not numbers.less(high, low)
    assert not numbers.less(low, none)


def test_an_enumeration_reads_as_a_sentence():
    """Nobody, one, two, three."""
    given = [[], ["a"], ["a", "b"], ["a", "b", "c"]]

    assert [str(enumerated(one)) for one in given] == ["", "a", "a and b", "a, b and c"]
    assert "&lt;" in str(enumerated(["<a>", "b"]))


def test_rows_of_a_listing_print_their_cells_by_id(numbers):
    """Every cell has an id of its own; an unknown column is an error."""
    rows = numbers.rows("listing.patients")

    assert [words(row.patient) for row in rows] == [f"P{n:02}" for n in range(1, 13)]
    assert 'data-id="listing.patients.sex@patient=P01"' in str(rows[0].sex)
    with pytest.raises(UnknownId):
        _ = rows[0].gender


def test_marks_differ_in_shape_and_are_spoken():
    """Black and white print and a screen reader tell them apart; strong origins have none."""
    marks = {origin: str(mark(origin)) for origin in Origin}

    assert [origin for origin in Origin if not marks[origin]] == [
        Origin.COLLECTED, Origin.PUBLISHED, Origin.DERIVED
    ]  # fmt: skip
    signs = {words(marks[origin]) for origin in (Origin.RECONSTRUCTED, Origin.SIMULATED)}
    assert len(signs) == 2
    for origin in (Origin.RECONSTRUCTED, Origin.SIMULATED):
        assert f'aria-label="{origin.label}"' in marks[origin]
