"""Log-rank tests and hazard ratios against R, a book, and their own logic."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from lifelines.statistics import multivariate_logrank_test
from oracles.reading import comparable, number, rows, samples, value

from carreport.stats.time_to_event import hazard_ratio, log_rank

INPUT = samples("time_to_event_input.csv", "group", "days", "status")
TESTS = rows("time_to_event_tests.csv")
TWO_GROUPS = [row for row in TESTS if len(INPUT[row["dataset"]]) == 2]

GROUP = st.lists(st.tuples(st.integers(0, 20), st.booleans()), max_size=20).map(
    lambda patients: ([day for day, _ in patients], [status for _, status in patients])
)


@pytest.mark.parametrize("row", TESTS, ids=lambda r: r["dataset"])
def test_log_rank_is_that_of_survdiff(row):
    """Chi-squared, degrees of freedom and p agree with R to eleven digits."""
    found = log_rank(list(INPUT[row["dataset"]].values()))

    assert found.logrank_df == int(row["df"])
    assert found.logrank_chi2 == pytest.approx(float(row["chi2"]), rel=1e-11, abs=1e-12)
    assert found.logrank_p == pytest.approx(float(row["p"]), rel=1e-11)


def test_freireich_log_rank_is_the_published_one():
    """6-MP against placebo: 16.79 on 1 degree of freedom (Kleinbaum & Klein, 3rd ed. 2012)."""
    found = log_rank(list(INPUT["freireich"].values()))

    assert found.logrank_chi2 == pytest.approx(16.79, abs=5e-3)


@pytest.mark.parametrize("row", TWO_GROUPS, ids=lambda r: r["dataset"])
def test_hazard_ratio_is_that_of_coxph(row):
    """Efron's ratio and its limits agree with R to ten digits, or neither is estimated."""
    groups = list(INPUT[row["dataset"]].values())
    found, narrow = hazard_ratio(*groups), hazard_ratio(*groups, confidence=0.9)
    ours = (found.hazard_ratio, found.hazard_ratio_lower, found.hazard_ratio_upper)
    expected = tuple(number(row[key]) for key in ("hazard_ratio", "lower", "upper"))

    assert (found.method == "") == (expected[0] is not None)
    ours, narrowly = comparable(*ours), comparable(narrow.hazard_ratio_lower)
    assert ours == pytest.approx(comparable(*expected), rel=1e-10, nan_ok=True)
    assert narrowly == pytest.approx((value(row["lower_90"]),), rel=1e-10, nan_ok=True)


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        (([1, 2], [0, 0]), ([1, 2], [0, 0]), "there are no events"),
        (([], []), ([1, 2], [1, 0]), "one group has no events"),
        (([4, 9], [0, 0]), ([3, 5], [1, 1]), "one group has no events"),
        (([1, 2], [1, 1]), ([3, 5], [1, 1]), "the groups are completely separated in time"),
        (([3, 5], [1, 1]), ([1, 2], [1, 1]), "the groups are completely separated in time"),
    ],
)
def test_a_likelihood_without_maximum_is_not_estimated(first, second, reason):
    """Without events on one side, or with complete separation, the method says why."""
    found = hazard_ratio(first, second)

    assert (found.hazard_ratio, found.hazard_ratio_lower, found.hazard_ratio_upper) == (None,) * 3
    assert found.method == f"Cox regression: not estimable, {reason}"


@pytest.mark.parametrize(
    "groups",
    [
        [],
        [([1, 2], [1, 0])],
        [([1, 2], [1, 0]), ([], [])],
        [([1, 2], [0, 0]), ([3], [0])],
        [([5, 5], [1, 1]), ([5], [1])],
    ],
    ids=["no groups", "one group", "one empty", "no events", "all at once"],
)
def test_nothing_to_compare_gives_no_test(groups):
    """Fewer than two groups, no events, or no variance: neither statistic nor p."""
    found = log_rank(groups)

    assert (found.logrank_chi2, found.logrank_p) == (None, None)


def test_empty_groups_are_left_out():
    """A group without patients changes neither the statistic nor its degrees of freedom."""
    groups = list(INPUT["freireich"].values())

    assert log_rank([groups[0], ([], []), groups[1]]) == log_rank(groups)


@given(st.lists(GROUP, min_size=2, max_size=4))
def test_log_rank_is_that_of_lifelines(groups):
    """Chi-squared agrees with lifelines wherever it gives one."""
    found = log_rank(groups)
    assume(found.logrank_chi2 is not None and all(np.any(status) for _, status in groups))
    days = np.concatenate([days for days, _ in groups])
    labels = np.repeat(range(len(groups)), [len(days) for days, _ in groups])
    assume(found.logrank_df == len(groups) - 1)
    theirs = multivariate_logrank_test(days, labels, np.concatenate([s for _, s in groups]))

    assert found.logrank_chi2 == pytest.approx(theirs.test_statistic, rel=1e-6, abs=1e-8)
    assert 0 <= found.logrank_p <= 1


@given(GROUP, GROUP)
def test_exchanging_the_groups_inverts_the_ratio(first, second):
    """The hazard of first over second is the inverse of second over first."""
    one, other = hazard_ratio(first, second), hazard_ratio(second, first)
    assume(one.hazard_ratio is not None)

    assert one.hazard_ratio * other.hazard_ratio == pytest.approx(1, rel=1e-9)
    assert one.hazard_ratio_lower * other.hazard_ratio_upper == pytest.approx(1, rel=1e-9)
    assert one.hazard_ratio_lower < one.hazard_ratio < one.hazard_ratio_upper


@given(GROUP, GROUP, st.randoms(use_true_random=False))
def test_row_order_is_irrelevant(first, second, random):
    """The same patients in another order give the same test and ratio."""
    order = list(range(len(first[0])))
    random.shuffle(order)
    shuffled = ([first[0][i] for i in order], [first[1][i] for i in order])

    assert log_rank([first, second]) == log_rank([shuffled, second])
    assert hazard_ratio(first, second) == hazard_ratio(shuffled, second)
