"""Survival estimates as printed, against the smallest standard error and stated events."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles.reading import rows
from rounding import printed

from carreport.audit.checks import event_free, events_implied, greenwood, km_inversion
from carreport.audit.checks.estimates import kaplan_meier

SMALLER = [row for row in rows("audit/curves.csv") if int(row["n"]) <= 40]


@pytest.mark.parametrize("row", SMALLER, ids=lambda row: f"{row['n']}_{row['rate']}")
def test_no_fit_of_r_fails(row):
    """What survfit gives, as a paper prints it, passes every check with its own events."""
    rate, se = (printed(100 * Fraction(row[name]), 1) + "%" for name in ("rate", "se"))
    events = sum(map(int, row["events"].split()))

    assert greenwood(rate, se, row["n"]).answer == "consistent"
    assert km_inversion(rate, se, row["n"]).answer == "consistent"
    assert events_implied(rate, se, row["n"], str(events)).answer == "consistent"
    assert event_free(rate, se, row["n"], str(int(row["n"]) - events)).answer == "consistent"


@given(st.integers(1, 400), st.data())
def test_greenwood_is_at_least_binomial(n, data):
    """S(1 − S)/n is never more than the exact variance, and equals it without censoring."""
    at_risk = sorted(data.draw(st.sets(st.integers(2, n + 1), max_size=30)), reverse=True)
    patients = max([n, 2, *at_risk])
    rate, variance = kaplan_meier(at_risk)

    assert variance >= rate * (1 - rate) / patients
    one_by_one = kaplan_meier(range(patients, patients // 2 + 1, -1))

    assert one_by_one[1] == one_by_one[0] * (1 - one_by_one[0]) / patients


def test_a_standard_error_that_is_too_small():
    """Half the interval, or the SE of more patients, is told."""
    found = greenwood("61.2%", "7.0%", "14")

    assert found.answer == "inconsistent"
    assert found.reason == (
        "Greenwood's standard error of 61.2% with 14 patients is at least 13.0%, "
        "and ± 7.0% is smaller"
    )
    assert greenwood("61.2%", "14.0%", "14").reason.endswith("exceeds: some were censored before")
    assert greenwood("50%", "5%", "100").reason.endswith("equals: as if nobody was censored before")
    assert greenwood("61.2%", None, "14").answer == "not testable"
    assert greenwood("61.2%", "14.0%", None).answer == "not testable"
    assert greenwood("0.612", "0.140", "1400").answer == "consistent"


def test_the_reason_of_an_inversion():
    """One solution, several, too many to count, none."""
    assert km_inversion("61.2%", "14.0%", "14").reason == (
        "61.2% ± 14.0% of 14 patients has exactly one solution: "
        "5 events, with 14, 13, 12, 11 and 7 at risk"
    )
    assert km_inversion("61.2%", None, "14").reason == (
        "61.2% of 14 patients has 3 solutions, with 4 to 5 events"
    )
    many = km_inversion("50.0%", "10.0%", "60")
    assert many.reason == (
        "50.0% ± 10.0% of 60 patients has too many solutions to count, all with 13 to 29 events"
    )
    assert many.solutions[-1] == "more that are not counted"
    assert km_inversion("90.0%", "5.0%", "60").solutions[-1].endswith(" more")
    none = km_inversion("61.2%", "13.0%", "14")
    assert none.answer == "inconsistent"
    assert none.reason == (
        "no numbers at risk of 14 patients give 61.2% ± 13.0%; "
        "61.2% alone would have a standard error of 14.0 or 15.8 or 16.1%"
    )
    assert km_inversion("99.0%", "1.0%", "14").reason.endswith("nor 99.0% alone")
    assert km_inversion("100%", "0%", "14").solutions == ("no event",)


def test_patients_without_an_event():
    """12 event-free of 14 cannot go with 61.2 ± 14.0; 9 can."""
    assert event_free("61.2%", "14.0%", "14", "12").answer == "inconsistent"
    assert event_free("61.2%", "14.0%", "14", "9").answer == "consistent"
    assert event_free("61.2%", None, "14", "10").answer == "consistent"
    assert event_free("61.2%", None, "14", "11").answer == "inconsistent"
    assert event_free("61.2%", "13.0%", "14", "9").answer == "not testable"
    assert event_free("61.2%", "14.0%", "14", None).answer == "not testable"
    assert event_free("61.2%", "14.0%", "14", "at least 12").answer == "inconsistent"


def test_a_stated_number_of_events():
    """78.6 ± 11.0 of 14 needs three deaths; a total of a longer time is a bound."""
    assert events_implied("78.6%", "11.0%", "14", "three").answer == "consistent"
    assert events_implied("78.6%", "11.0%", "14", "2").answer == "inconsistent"
    assert events_implied("78.6%", "11.0%", "14", "at most 2").answer == "inconsistent"
    assert events_implied("78.6%", "11.0%", "14", "at most 4").answer == "consistent"
    assert events_implied("78.6%", "11.0%", "14", "at least 2").answer == "consistent"
    assert events_implied("78.6%", "11.0%", "140", "2").answer == "not testable"


def test_no_share_of_so_many_patients_is_told_to_be_one_without_censoring():
    """61.2% is no k of 14; 100% with no error has none to tell of."""
    assert "nobody was censored" not in greenwood("61.2%", "13.0%", "14").reason
    assert "√(S(1 − S)/n) is 0.0%" in greenwood("100%", "0%", "14").reason
