"""Pearson's correlation against R and its own logic."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles.reading import comparable, number, rows, samples

from carreport.stats.association import pearson

INPUT = {
    name: groups[name]
    for name, groups in samples("association_input.csv", "dataset", "x", "y").items()
}

PAIRS = st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), max_size=30)


@pytest.mark.parametrize("row", rows("association_tests.csv"), ids=lambda r: r["dataset"])
def test_correlation_is_that_of_cor_test(row):
    """r, p and the limits at two levels agree with R to ten digits."""
    x, y = INPUT[row["dataset"]]
    found, narrow = pearson(x, y, 0.95), pearson(x, y, 0.9)

    assert (found.n, found.level) == (int(row["n"]), 0.95)
    assert found.r == pytest.approx(number(row["r"]), rel=1e-10)
    assert found.p == pytest.approx(number(row["p"]), rel=1e-10, abs=1e-15)
    ours = (found.lower, found.upper, narrow.lower, narrow.upper)
    expected = tuple(number(row[key]) for key in ("lower", "upper", "lower_90", "upper_90"))
    assert comparable(*ours) == pytest.approx(comparable(*expected), rel=1e-10, nan_ok=True)


@pytest.mark.parametrize(
    ("x", "y"),
    [([], []), ([1, 2], [3, 4]), ([1, 2, np.nan], [1, 2, 3]), ([0.1] * 4, [1, 2, 3, 4])],
    ids=["no pairs", "two pairs", "two complete pairs", "one variable constant"],
)
def test_too_little_gives_no_correlation(x, y):
    """Fewer than three pairs or no variation: no coefficient, no p, no limits."""
    found = pearson(x, y, 0.95)

    assert (found.r, found.p, found.lower, found.upper) == (None, None, None, None)


@pytest.mark.parametrize(("x", "y"), [([1, 2], [1]), ([[1]], [[1]]), ([np.inf, 1, 2], [1, 2, 3])])
def test_what_does_not_pair_up_is_refused(x, y):
    """Unequal lengths, tables and infinite values raise."""
    with pytest.raises(ValueError, match="must"):
        pearson(x, y, 0.95)


@given(PAIRS)
def test_coefficient_lies_inside_its_limits(pairs):
    """-1 <= lower <= r <= upper <= 1 and 0 <= p <= 1, wherever they exist."""
    found = pearson([x for x, _ in pairs], [y for _, y in pairs], 0.95)

    assert found.lower is None or -1 <= found.lower <= found.r <= found.upper <= 1
    assert found.p is None or 0 <= found.p <= 1


@given(PAIRS.flatmap(lambda pairs: st.tuples(st.just(pairs), st.permutations(pairs))))
def test_neither_row_order_nor_roles_matter(orders):
    """Other rows first, x and y exchanged: the same correlation, to the last bit."""
    one = pearson([x for x, _ in orders[0]], [y for _, y in orders[0]], 0.95)
    other = pearson([y for _, y in orders[1]], [x for x, _ in orders[1]], 0.95)

    assert one == other
