"""Ratios, their intervals, p and events, against Cox models of R."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles.reading import rows
from rounding import USUAL, printed

from carreport.audit.checks import logrank_from_ratio, ratio_interval, ratio_p, wald_outside

FITS = rows("audit/ratios.csv")


@pytest.mark.parametrize("row", FITS, ids=lambda row: row["ratio"])
@pytest.mark.parametrize("decimals", [1, 2, 3, 8])
def test_no_cox_model_of_r_fails(row, decimals):
    """coxph's ratio, limits, p and events, rounded as papers do or hardly."""
    ratio, lower, upper = (
        printed(float(row[name]), decimals) for name in ("ratio", "lower", "upper")
    )

    assert ratio_interval(ratio, lower, upper).answer == "consistent"
    assert (
        ratio_p(lower, upper, printed(float(row["p"]), min(decimals, 6))).answer != "inconsistent"
    )
    assert logrank_from_ratio(lower, upper, row["events"]).answer != "inconsistent"


@pytest.mark.parametrize("row", FITS, ids=lambda row: row["ratio"])
def test_p_is_that_of_r(row):
    """Wald's p to six digits; a hundredth more does not agree."""
    lower, upper = (f"{float(row[name]):.12f}" for name in ("lower", "upper"))
    p = float(row["p"])

    assert ratio_p(lower, upper, f"{p:.6g}").answer == "consistent"
    assert ratio_p(lower, upper, f"{p * 1.01:.6g}").answer == "inconsistent"


@given(
    st.floats(-2, 2),
    st.floats(0.05, 1),
    st.integers(1, 3),
    USUAL,
    st.sampled_from(["95%", "90%", "99%"]),
)
def test_true_wald_intervals_never_fail(log_ratio, error, decimals, rounding, level):
    """At any level, by any usual rounding."""
    from math import exp

    ratio, lower, upper = (
        printed(exp(log_ratio + side * 2 * error), decimals, rounding) for side in (0, -1, 1)
    )

    assert ratio_interval(ratio, lower, upper, level).answer == "consistent"


def test_a_ratio_outside_or_off_the_middle():
    """Both are told apart."""
    assert ratio_interval("1.60", "0.30", "1.20").reason == "1.60 does not lie within 0.30 to 1.20"
    assert ratio_interval("0.75", "0.30", "1.20").reason == (
        "the middle of 0.30 to 1.20 on the log scale is 0.600, not 0.75"
    )
    assert ratio_interval("0.60", "1.20", "0.30").answer == "inconsistent"
    assert ratio_interval("0.0", "0.0", "1.2").answer == "consistent"
    assert ratio_interval("0.60", "0.30", "NE").answer == "not testable"
    assert ratio_interval("0.60", None, "1.2").answer == "not testable"
    assert ratio_interval("0.60", "0.30", "1.20", "high").answer == "not testable"
    assert ratio_interval("−0.60", "0.30", "1.20").answer == "not testable"


def test_p_against_the_interval():
    """An interval that excludes 1 goes with p below 0.05."""
    assert ratio_p("0.30", "0.90", "0.20").reason.endswith(
        "not p = 0.20; the two lie on different sides of 0.05"
    )
    assert ratio_p("0.80", "1.25", "1.00").answer == "consistent"
    assert ratio_p("0.0", "1.2", "0.05").answer == "not testable"
    assert ratio_p("0.5", "0.5", "0.05").answer == "not testable"
    assert ratio_p("0.30", "0.90", "0.02", "0.95").answer == "consistent"
    assert ratio_p("0.30", "0.90", "0.02", "195%").answer == "not testable"


def test_events_behind_an_interval():
    """Few events give no narrow interval."""
    assert logrank_from_ratio("0.50", "0.72", "60").answer == "inconsistent"
    assert logrank_from_ratio("0.50", "0.72", "500").answer == "consistent"
    assert logrank_from_ratio("0.50", "0.72", ">60").answer == "consistent"
    assert logrank_from_ratio("0.50", "0.72", None).answer == "not testable"
    assert logrank_from_ratio("0.0", "0.72", "60").answer == "not testable"
    for level in ("0.0001%", "100%", "99.99999999%", "0"):
        assert logrank_from_ratio("1", "2", "60", level).answer == "not testable"


def test_limits_of_a_probability():
    """Percentages and fractions; where it could be either, nothing is said."""
    assert wald_outside("64.9%", "103.1%").answer == "inconsistent"
    assert wald_outside("−2.1", "31.0").answer == "inconsistent"
    assert wald_outside("−0.02", "0.31").answer == "inconsistent"
    assert wald_outside("57.2%", "98.2%").answer == "consistent"
    assert wald_outside("0%", "100.0%").answer == "consistent"
    assert wald_outside("0.57", "1.04").answer == "not testable"
    assert wald_outside("98%", "57%").answer == "inconsistent"
    assert wald_outside("57%", None).answer == "not testable"
