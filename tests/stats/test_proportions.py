"""Proportions against Newcombe, R, and their own definition."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles.reading import rows
from scipy.special import bdtr, bdtrc

from carreport.stats.proportions import clopper_pearson, exact_proportion

# Newcombe, Stat Med 1998;17:857-872, table I, method 5 (Clopper-Pearson).
NEWCOMBE = [(81, 263, 0.2527, 0.3676), (15, 148, 0.0578, 0.1617), (0, 20, 0, 0.1684)]

# tests/oracles/proportions.R: binom.test of R 4.2.2.
BINOM_TEST = [
    (
        int(row["k"]),
        int(row["n"]),
        float(row["confidence"]),
        float(row["lower"]),
        float(row["upper"]),
    )
    for row in rows("proportions_limits.csv")
]


@pytest.mark.parametrize(("k", "n", "lower", "upper"), NEWCOMBE)
def test_interval_is_the_published_one(k, n, lower, upper):
    """The limits agree with Newcombe to the four decimals he prints."""
    found = exact_proportion([True] * k + [False] * (n - k), 0.95)

    assert (found.k, found.n, found.rate, found.level) == (k, n, k / n, 0.95)
    assert (found.lower, found.upper) == pytest.approx((lower, upper), abs=5e-5)


def test_interval_is_that_of_binom_test():
    """The limits agree with R's binom.test to twelve digits, zero and all of n included."""
    for k, n, confidence, lower, upper in BINOM_TEST:
        assert clopper_pearson(k, n, confidence) == pytest.approx((lower, upper), abs=1e-12)


def test_of_nobody_nothing_is_estimated():
    """Without patients there is a count, but no rate and no limits."""
    found = exact_proportion([], 0.95)

    assert (found.k, found.n, found.rate, found.lower, found.upper) == (0, 0, None, None, None)


@pytest.mark.parametrize("successes", [[True, float("nan")], [1, 2], [[True]], [None, False]])
def test_anything_but_true_and_false_is_refused(successes):
    """A missing answer is not a success, though bool(nan) is true."""
    with pytest.raises(ValueError, match="true or false"):
        exact_proportion(successes, 0.95)


@pytest.mark.parametrize(("k", "n", "confidence"), [(1, 0, 0.95), (3, 2, 0.95), (1, 2, 95)])
def test_impossible_counts_are_refused(k, n, confidence):
    """Counts out of range and a confidence in per cent raise."""
    with pytest.raises(ValueError, match="are needed"):
        clopper_pearson(k, n, confidence)


@given(st.data(), st.integers(1, 300), st.floats(0.5, 0.999))
def test_each_limit_leaves_half_the_error_in_its_tail(data, n, confidence):
    """At the limits the binomial tails are exactly (1 - confidence) / 2: the definition."""
    k = data.draw(st.integers(0, n))
    lower, upper = clopper_pearson(k, n, confidence)
    tail = (1 - confidence) / 2

    assert 0 <= lower <= k / n <= upper <= 1
    assert k == 0 or bdtrc(k - 1, n, lower) == pytest.approx(tail, rel=1e-8)
    assert k == n or bdtr(k, n, upper) == pytest.approx(tail, rel=1e-8)


@given(
    st.lists(st.booleans()).flatmap(lambda flags: st.tuples(st.just(flags), st.permutations(flags)))
)
def test_row_order_is_irrelevant(orders):
    """The same patients in another order give the same proportion."""
    assert exact_proportion(orders[0], 0.95) == exact_proportion(orders[1], 0.95)
