"""p of test statistics, against R and over the rounding of what is printed."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles.reading import rows
from rounding import USUAL, printed
from scipy.stats import pearsonr

from carreport.audit.checks import (
    n_from_r,
    p_from_chi2,
    p_from_f,
    p_from_r,
    p_from_t,
    p_from_z,
)

ORACLE = rows("audit/statistics.csv")


def asked(row, value, p):
    """The check of one line of R's answers."""
    match row["test"]:
        case "r":
            return p_from_r(value, p, row["df1"])
        case "t":
            return p_from_t(value, row["df1"], p)
        case "z":
            return p_from_z(value, p)
        case "chi2":
            return p_from_chi2(value, row["df1"], p)
    return p_from_f(value, row["df1"], row["df2"], p)


def fine(text):
    """Twelve decimals, so that little is left to rounding."""
    return f"{float(text):.12f}"


@pytest.mark.parametrize("row", ORACLE, ids=lambda row: f"{row['test']}_{row['value'][:8]}")
def test_p_is_that_of_r(row):
    """R's p agrees to eight digits, two- and one-sided; a thousandth more does not."""
    for side in ("two_sided", "one_sided"):
        if row[side]:
            p = float(row[side])
            assert (
                asked(row, fine(row["value"]), f"{p:.8g}".replace("e", "×10^")).answer
                == "consistent"
            )
            wrong = p * 1.001 if side == "one_sided" or p < 0.5 else p * 0.999
            assert asked(row, fine(row["value"]), f"{wrong:.8g}").answer == "inconsistent"


@pytest.mark.parametrize("row", ORACLE, ids=lambda row: f"{row['test']}_{row['value'][:8]}")
@pytest.mark.parametrize("decimals", [1, 2, 3])
def test_rounded_statistics_do_not_fail(row, decimals):
    """The statistic and p as a paper prints them."""
    value = printed(float(row["value"]), decimals)
    if row["test"] == "r" and abs(float(value.replace("−", "-"))) == 1:
        return
    for p in (printed(float(row["two_sided"]), 3), printed(float(row["two_sided"]), 2)):
        assert asked(row, value, f"p = {p}").answer == "consistent"


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=3, max_size=40),
    st.integers(1, 3),
    st.integers(2, 4),
    USUAL,
)
def test_a_true_correlation_never_fails(pairs, decimals, digits, rounding):
    """r and p of any pairs, printed by any usual rounding, agree."""
    x, y = zip(*pairs, strict=True)
    if len(set(x)) < 2 or len(set(y)) < 2:
        return
    r, p = pearsonr(x, y)

    found = p_from_r(printed(r, decimals, rounding), printed(p, digits, rounding), str(len(pairs)))

    assert found.answer == "consistent"


def test_p_as_a_bound():
    """p < 0.001 and p ≥ 0.05 are tested as far as they say something."""
    assert p_from_t("5.1", "40", "p < 0.001").answer == "consistent"
    assert p_from_t("2.1", "40", "<0.001").answer == "inconsistent"
    assert p_from_t("1.0", "40", "P ≥ 0.05").answer == "consistent"
    assert p_from_t("3.0", "40", "≥0.05").reason.endswith("the two lie on different sides of 0.05")
    assert p_from_z("1.96", "<.05").answer == "consistent"
    assert p_from_z("4.2", "0.000").answer == "consistent"


@pytest.mark.parametrize("p", ["n.s.", "NS", None, "", "not significant", "5%", "0.04-0.05"])
def test_p_in_words_is_not_testable(p):
    """A word names no level."""
    assert p_from_t("2.1", "40", p).answer == "not testable"


def test_the_side_is_named():
    """One- and two-sided p are both tried."""
    assert p_from_z("1.70", "0.045").solutions == ("p = 0.0446 (0.0441 to 0.0450) one-sided",)
    assert p_from_z("1.70", "0.089").solutions == ("p = 0.0891 (0.0882 to 0.0901) two-sided",)
    assert p_from_z("−1.80", "0.05").answer == "inconsistent"


def test_impossible_statistics():
    """r beyond 1 and p beyond 1 are inconsistent in themselves; a negative F cannot be tested."""
    assert p_from_r("1.20", "0.01", "14").answer == "inconsistent"
    assert p_from_z("1.0", "1.4").answer == "inconsistent"
    assert p_from_f("−2.0", "1", "12", "0.05").answer == "not testable"
    assert p_from_r("0.64", "0.01", "2").answer == "not testable"
    assert p_from_t("2.0", "0", "0.05").answer == "not testable"
    assert p_from_r("64%", "0.01", "20").answer == "not testable"
    assert p_from_r("1.000", "<0.001", "14").answer == "consistent"
    assert p_from_t(">3", "12", "<0.02").answer == "consistent"
    assert p_from_f("<1", "1", "12", "0.02").answer == "inconsistent"
    assert p_from_f("<1", "1", "12", "0.5").answer == "consistent"


def test_from_how_many_pairs():
    """Every candidate is tried; none may agree."""
    assert n_from_r("0.640", "0.014", ["12", "13", "14"]).answer == "consistent"
    assert n_from_r("0.640", "0.9", ["12", "14"]).reason == (
        "p = 0.9 follows from r = 0.640 with none of n = 12 and 14"
    )
    assert n_from_r("0.640", "0.014", []).answer == "not testable"
    assert n_from_r("0.640", "0.014", ["2"]).answer == "not testable"
    assert n_from_r("0.640", "<0.05", ["12", "14"]).reason == (
        "p < 0.05 follows from r = 0.640 with n = 12 and 14"
    )


def test_the_formula_has_the_numbers():
    """t of r is told."""
    t = -0.537 * sqrt(12 / (1 - 0.537**2))

    assert p_from_r("−0.537", "0.048", "14").formula.endswith(f"−{abs(t):.3f}, df = 12")
