"""Rank tests against R, against every permutation, and their own logic."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles.reading import comparable, number, rows, samples, value
from scipy.stats import kruskal, mannwhitneyu, rankdata

from carreport.stats import ranks
from carreport.stats.ranks import kruskal_wallis, mann_whitney, signed_rank

INPUT = {
    name: [group[0] for group in groups.values()]
    for name, groups in samples("ranks_input.csv", "sample", "value").items()
}
DIFFERENCES = {
    name: groups[name][0]
    for name, groups in samples("signed_rank_input.csv", "dataset", "difference").items()
}
TESTS = rows("ranks_tests.csv")
TWO_SAMPLES = [row for row in TESTS if row["u"]]

FEW = st.lists(st.integers(0, 5), min_size=1, max_size=5)
MORE = st.lists(st.integers(0, 12), min_size=1, max_size=25)


def every_allocation(first, second):
    """Distance of the rank sum from its expectation: as observed, and for each allocation."""
    scores = 2 * rankdata([*first, *second])
    middle = len(first) * scores.sum()
    sums = [sum(chosen) for chosen in combinations(scores, len(first))]
    away = [abs(scores.size * total - middle) for total in sums]
    return abs(scores.size * scores[: len(first)].sum() - middle), np.array(away)


@pytest.mark.parametrize("row", TWO_SAMPLES, ids=lambda r: r["dataset"])
def test_mann_whitney_is_that_of_r(row):
    """
    U agrees with wilcox.test, p with coin and, but for one set, exactRankTests, to twelve digits.

    In that set exactRankTests loses the allocation exactly as far on the other side to
    rounding; coin and we count it.
    """
    found = mann_whitney(*INPUT[row["dataset"]])
    exact = row["p"] != ""
    expected = row["coin_p"] or row["p"] if exact else row["normal_p"]

    assert found.mannwhitney_u == number(row["u"])
    assert found.mannwhitney_p == pytest.approx(number(expected), rel=1e-12)
    assert exact == found.method.startswith("exact, conditional on the ties")
    assert exact == (found.attainable_p is not None)
    assert exact != found.method.startswith("normal approximation")
    assert (
        not exact
        or row["dataset"] == "equidistant"
        or (found.mannwhitney_p == pytest.approx(number(row["p"]), rel=1e-12))
    )


@pytest.mark.parametrize("row", TWO_SAMPLES, ids=lambda r: r["dataset"])
def test_attainable_p_is_that_of_the_extreme_allocation(row):
    """The smallest p agrees with pperm at the most extreme rank sum, to twelve digits."""
    expected, found = number(row["attainable_p"]), mann_whitney(*INPUT[row["dataset"]])

    if expected is not None and row["dataset"] != "equidistant":
        assert found.attainable_p == pytest.approx(expected, rel=1e-12)
    assert found.attainable_p is None or found.attainable_p <= found.mannwhitney_p


@pytest.mark.parametrize("row", TESTS, ids=lambda r: r["dataset"])
def test_kruskal_wallis_is_that_of_r(row):
    """H and p agree with kruskal.test to eleven digits; all values equal gives none."""
    found = kruskal_wallis(INPUT[row["dataset"]])

    ours = comparable(found.kruskal_h, found.kruskal_p)
    expected = (value(row["kruskal_h"]), value(row["kruskal_p"]))
    assert ours == pytest.approx(expected, rel=1e-11, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("row", rows("signed_rank_tests.csv"), ids=lambda r: r["dataset"])
def test_signed_rank_is_that_of_r(row):
    """V, p and the smallest p agree with wilcox.exact, or wilcox.test when too large."""
    found = signed_rank(DIFFERENCES[row["dataset"]])

    assert (found.pairs, found.signedrank_v) == (int(row["pairs"]), number(row["v"]))
    assert found.signedrank_p == pytest.approx(float(row["p"] or row["normal_p"]), rel=1e-12)
    attainable, expected = comparable(found.attainable_p), (value(row["attainable_p"]),)
    assert attainable == pytest.approx(expected, rel=1e-12, nan_ok=True)
    assert (row["p"] == "") == found.method.startswith("normal approximation")


def test_scipy_is_not_exact_where_it_says_auto():
    """14 against 29 without ties: scipy's automatic choice is the approximation."""
    first, second = np.arange(14) + 20.5, np.arange(29)
    exact = mann_whitney(first, second).mannwhitney_p

    assert mannwhitneyu(first, second, method="exact").pvalue == pytest.approx(exact, rel=1e-9)
    assert mannwhitneyu(first, second).pvalue != pytest.approx(exact, rel=0.05)


def test_scipys_exact_ignores_ties():
    """With ties scipy's exact p is not that of the permutations; ours is."""
    first, second = INPUT["tied_5_4"]
    observed, away = every_allocation(first, second)
    exact = (away >= observed).mean()

    assert mann_whitney(first, second).mannwhitney_p == pytest.approx(exact, rel=1e-12)
    assert mannwhitneyu(first, second, method="exact").pvalue != pytest.approx(exact, rel=0.02)


def test_five_pairs_cannot_reach_five_per_cent():
    """Five pairs in one direction give 0.0625, and that is the smallest attainable."""
    found = signed_rank(DIFFERENCES["five_up"])

    assert (found.signedrank_p, found.attainable_p) == (0.0625, 0.0625)


@pytest.mark.parametrize(("first", "second"), [([], [1, 2]), ([1], []), ([np.nan], [3])])
def test_an_empty_sample_gives_no_test(first, second):
    """Without values on one side there is no statistic and no p."""
    found = mann_whitney(first, second)

    assert (found.mannwhitney_u, found.mannwhitney_p, found.attainable_p) == (None, None, None)


def test_without_differences_there_is_no_test():
    """Pairs that do not differ say nothing."""
    found = signed_rank([0, 0, np.nan])

    assert (found.pairs, found.signedrank_v, found.signedrank_p) == (0, None, None)


@pytest.mark.parametrize(
    ("groups", "df"), [([], 0), ([[1, 2]], 0), ([[1], []], 0), ([[3, 3], [3]], 1)]
)
def test_too_little_gives_no_kruskal_wallis(groups, df):
    """Fewer than two groups, or one value only, give neither H nor p."""
    assert kruskal_wallis(groups) == ranks.KruskalWallis(None, df, None)


def test_missing_values_are_left_out():
    """NaN is missing, not the largest value."""
    assert mann_whitney([1, np.nan, 4], [2, 3]) == mann_whitney([1, 4], [2, 3])
    assert kruskal_wallis([[1, np.nan], [2, 3]]) == kruskal_wallis([[1], [2, 3]])
    assert signed_rank([1, np.nan, -2]) == signed_rank([1, -2])


def test_infinity_is_refused():
    """An infinite measurement raises."""
    with pytest.raises(ValueError, match="finite"):
        mann_whitney([np.inf], [1])


@given(FEW, FEW)
def test_mann_whitney_counts_every_allocation(first, second):
    """p and its smallest value are shares of all allocations, listed one by one."""
    observed, away = every_allocation(first, second)
    found = mann_whitney(first, second)
    larger = sum((a > b) + (a == b) / 2 for a, b in product(first, second))

    assert found.mannwhitney_u == larger
    assert found.mannwhitney_p == pytest.approx((away >= observed).mean())
    assert found.attainable_p == pytest.approx((away >= away.max()).mean())


@given(st.lists(st.integers(-4, 4), min_size=1, max_size=8))
def test_signed_rank_counts_every_sign(differences):
    """p is twice the smaller share of all assignments of signs, listed one by one."""
    differing = [x for x in differences if x]
    scores = rankdata(np.abs(differing)) if differing else np.array([])
    sums = np.array([np.dot(signs, scores) for signs in product([0, 1], repeat=len(differing))])
    v = scores[np.array(differing) > 0].sum() if differing else None
    found = signed_rank(differences)

    assert found.signedrank_v == v
    if differing:
        smaller = min((sums <= v).mean(), (sums >= v).mean())
        assert found.signedrank_p == pytest.approx(min(1, 2 * smaller))


@given(MORE, MORE)
def test_exchanging_the_samples_keeps_p(first, second):
    """p is the same from the other side, and the two U add up to all pairs."""
    one, other = mann_whitney(first, second), mann_whitney(second[::-1], first[::-1])

    assert one.mannwhitney_p == pytest.approx(other.mannwhitney_p, rel=1e-12)
    assert one.mannwhitney_u + other.mannwhitney_u == len(first) * len(second)
    assert 0 < one.attainable_p <= one.mannwhitney_p <= 1


@given(st.lists(MORE, min_size=2, max_size=4))
def test_kruskal_wallis_is_scipys(groups):
    """H is that of scipy unless all values are equal."""
    found = kruskal_wallis(groups)

    if len(set().union(*groups)) == 1:
        assert found.kruskal_h is None
    else:
        assert found.kruskal_h == pytest.approx(kruskal(*groups).statistic, abs=1e-9)
        assert 0 <= found.kruskal_p <= 1
