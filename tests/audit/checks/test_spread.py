"""Standard deviations: within a range, of whole numbers, of zeros and ones."""

from fractions import Fraction
from math import isqrt
from statistics import variance

from hypothesis import given
from hypothesis import strategies as st
from rounding import USUAL, printed

from carreport.audit.checks import debit, grimmer, spread

NUMBERS = st.lists(st.integers(0, 40), min_size=2, max_size=25)


def deviation(values):
    """Standard deviation of whole numbers, to thirty decimals."""
    square = Fraction(variance([Fraction(v) for v in values]))
    return Fraction(isqrt(int(square * 10**60)), 10**30)


@given(NUMBERS, st.integers(0, 3), USUAL)
def test_true_values_never_fail(values, decimals, rounding):
    """Mean, standard deviation and range of any whole numbers, by any usual rounding."""
    n, mean = str(len(values)), Fraction(sum(values), len(values))
    shown, sd = printed(mean, decimals, rounding), printed(deviation(values), decimals, rounding)

    assert grimmer(shown, sd, n).answer != "inconsistent"
    assert spread(sd, str(min(values)), str(max(values)), n).answer == "consistent"


@given(st.lists(st.integers(0, 1), min_size=2, max_size=60), st.integers(0, 3), USUAL)
def test_true_zeros_and_ones_never_fail(values, decimals, rounding):
    """As fractions and as percentages."""
    n, mean, sd = str(len(values)), Fraction(sum(values), len(values)), deviation(values)
    pair = [printed(one, decimals, rounding) for one in (mean, sd)]
    percent = [printed(100 * one, decimals, rounding) + "%" for one in (mean, sd)]

    assert debit(*pair, n).answer == "consistent"
    assert debit(*percent, n).answer == "consistent"
    assert grimmer(*pair, n).answer != "inconsistent"


# Anaya's example (n = 18, mean 3.44, SD 2.47): the mean passes GRIM, the SD fails.
def test_grimmer_on_its_authors_example():
    """The mean alone is possible, the standard deviation is not."""
    found = grimmer("3.44", "2.47", "18")

    assert found.answer == "inconsistent"
    assert found.reason.endswith("cannot have the SD 2.47")
    assert grimmer("3.44", "2.48", "18").answer == "consistent"
    assert grimmer("3.45", "2.47", "18").reason == "no sum of 18 multiples of 1 has the mean 3.45"


def test_a_spread_that_no_range_allows():
    """Too large, too small, or a range the wrong way round."""
    assert spread("6.0", "10", "20", "14").answer == "inconsistent"
    assert spread("5.3", "10.0", "20.0", "14").answer == "inconsistent"
    assert spread("1.7", "10", "20", "14").answer == "inconsistent"
    assert spread("7.1", "10", "20", "2").answer == "consistent"
    assert spread("1.0", "20", "10", "14").reason == "the minimum 20 exceeds the maximum 10"


def test_spreads_that_cannot_be_tested():
    """One value, unknown or malformed numbers, and too many values for so few digits."""
    assert spread("1.0", "10", "20", "1").answer == "not testable"
    assert spread(None, "10", "20", "14").answer == "not testable"
    assert spread("−1.0", "10", "20", "14").answer == "not testable"
    assert grimmer("3.4", "2.5", "18000").answer == "not testable"
    assert grimmer("3.4", "2.5", "18", "0").answer == "not testable"
    assert grimmer("3", "2", "9999999").answer == "not testable"
    assert debit("0.36", None, "14").answer == "not testable"


def test_zeros_and_ones():
    """A share of 5 of 14 has the standard deviation 0.50."""
    assert debit("35.7%", "49.7%", "14").solutions == ("5 of 14",)
    assert debit("0.36", "0.40", "14").answer == "inconsistent"
    assert grimmer("6.56", "0.50", "5", "0.1").answer == "consistent"
    assert grimmer("6.55", "0.50", "5", "0.1").answer == "inconsistent"
