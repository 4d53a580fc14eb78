"""Order, grids, ranges within ranges, rounded differences."""

from fractions import Fraction
from statistics import median as middle

from hypothesis import given
from hypothesis import strategies as st
from rounding import USUAL, printed

from carreport.audit.checks import median_grid, ordered, rounded_difference, within
from carreport.stats.location import quantile

VALUES = st.lists(st.integers(-500, 5000).map(lambda k: Fraction(k, 10)), min_size=1, max_size=30)
DECIMALS = st.integers(0, 2)


@given(VALUES, DECIMALS, USUAL, st.sampled_from([2, 6, 7]))
def test_a_true_summary_never_fails(values, decimals, rounding, kind):
    """Five numbers of any values, by any quantile type and rounding, are in order."""
    q1, mid, q3 = (quantile([float(v) for v in values], p, kind) for p in (0.25, 0.5, 0.75))
    low, high = min(values), max(values)
    five = [printed(one, decimals, rounding) for one in (low, q1, mid, q3, high)]

    found = ordered(**dict(zip(("low", "q1", "median", "q3", "high"), five, strict=True)))

    assert found.answer == "consistent"


def test_what_is_out_of_order_is_told():
    """Each pair that is the wrong way round; equal after rounding is in order."""
    assert (
        ordered(low="10", median="9.4", high="20").reason == "the minimum 10 exceeds the median 9.4"
    )
    assert ordered(low="10", median="9.6", high="20").answer == "consistent"
    assert ordered(q1="3", q3="2").answer == "inconsistent"
    assert ordered(low="−5", high="−7").answer == "inconsistent"
    assert ordered(median="5").answer == "not testable"
    assert ordered().answer == "not testable"
    assert ordered(low="a few", high="7").answer == "not testable"
    assert ordered(low="<1", high="7").answer == "consistent"


@given(st.lists(st.integers(0, 400), min_size=1, max_size=15), st.integers(0, 3), USUAL)
def test_a_true_median_never_fails(days, decimals, rounding):
    """The median of whole days, printed by any usual rounding."""
    found = median_grid(printed(Fraction(middle(days)), decimals, rounding), str(len(days)))

    assert found.answer != "inconsistent"


def test_medians_off_the_grid():
    """Whole for an odd number of days, halves for an even one; coarser rounding tests nothing."""
    assert median_grid("417.5", "4").answer == "consistent"
    assert median_grid("417.5", "5").answer == "inconsistent"
    assert median_grid("417.4", "4").answer == "inconsistent"
    assert median_grid("418", "4").answer == "not testable"
    assert median_grid("6.775", "14", "0.01").answer == "consistent"
    assert median_grid("6.773", "14", "0.01").answer == "inconsistent"
    assert median_grid("417.5", None).answer == "not testable"
    assert median_grid("417.5", "4", None).answer == "not testable"
    assert median_grid("417.5", "4", "0").answer == "not testable"


@given(VALUES, st.data(), DECIMALS, USUAL)
def test_the_range_of_some_is_within_the_range_of_all(values, data, decimals, rounding):
    """Any part of any values, printed by any usual rounding."""
    some = data.draw(st.lists(st.sampled_from(values), min_size=1))
    ranges = [
        tuple(printed(one, decimals, rounding) for one in (min(group), max(group)))
        for group in (some, values)
    ]

    assert within(*ranges).answer == "consistent"


def test_a_range_that_leaves_the_other():
    """Either limit, both, or only one that is stated."""
    assert within(("100", "945"), ("172", "945")).answer == "inconsistent"
    assert within(("100", "1000"), ("172", "945")).reason == (
        "the minimum among some, 100, is below the minimum among all, 172 and "
        "the maximum among some, 1000, exceeds the maximum among all, 945"
    )
    assert within((None, "946"), ("172", "945")).answer == "inconsistent"
    assert within((None, "945"), ("172", None)).answer == "not testable"
    assert within(("0.1", "2.04"), ("0", "2")).answer == "consistent"


@given(st.fractions(-100, 100), st.fractions(-100, 100), DECIMALS, DECIMALS, USUAL)
def test_a_true_difference_never_fails(a, b, decimals, digits, rounding):
    """Computed before rounding or after, printed by any usual rounding."""
    first, second = printed(a, decimals, rounding), printed(b, decimals, rounding)
    before = printed(a - b, digits, rounding)
    plain = (Fraction(one.replace("−", "-")) for one in (first, second))
    after = printed(next(plain) - next(plain), digits, rounding)

    assert rounded_difference(first, second, before).answer == "consistent"
    assert rounded_difference(first, second, after).answer == "consistent"


def test_a_wrong_difference():
    """It is told what rounding allows."""
    found = rounded_difference("57.1%", "42.9%", "14.5%")

    assert found.answer == "inconsistent"
    assert found.reason == "57.1% − 42.9% = 14.2, before rounding 14.10 to 14.30, not 14.5%"
    assert rounded_difference("57.1%", None, "14.2%").answer == "not testable"
    assert rounded_difference(">57.1%", "3%", "14.2%").answer == "not testable"
