"""Summaries of a continuous variable against R and by their definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles.reading import rows, samples, value

from carreport.stats.location import quantile, summary

INPUT = samples("location_input.csv", "dataset", "value")

VALUES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40)


@pytest.mark.parametrize(
    "row", rows("location_summaries.csv"), ids=lambda r: r["dataset"] + r["type"]
)
def test_summary_is_that_of_r(row):
    """Mean, sd, range and quantiles of three definitions agree with R to thirteen digits."""
    values, kind = INPUT[row["dataset"]][row["dataset"]][0], int(row["type"])
    found = summary(values, kind)

    assert (found.n, found.missing) == (int(row["n"]), int(row["missing"]))
    for field in ("mean", "median", "q1", "q3", "min", "max"):
        assert getattr(found, field) == pytest.approx(float(row[field]), rel=1e-13)
    assert (found.sd is None) == (row["sd"] == "")
    assert found.sd is None or found.sd == pytest.approx(float(row["sd"]), rel=1e-12)
    tails = [quantile(values, p, kind) for p in (0.1, 0.95)]
    assert tails == pytest.approx([value(row["tenth"]), value(row["ninetyfifth"])], rel=1e-13)


def test_the_three_definitions_differ():
    """Of 1 to 6 the first quartile is 2 (SAS), 1.75 (SPSS) or 2.25 (R)."""
    assert [summary(range(1, 7), kind).q1 for kind in (2, 6, 7)] == [2, 1.75, 2.25]


def test_one_value_has_no_standard_deviation():
    """The sd of one value is not estimable; tableone prints 0.0."""
    found = summary([3.7])

    assert found.sd is None
    assert (found.mean, found.q1, found.max) == (3.7, 3.7, 3.7)


def test_of_nothing_nothing_is_estimated():
    """Without values the missing are still counted."""
    found = summary([float("nan"), None])

    assert (found.n, found.missing) == (0, 2)
    assert {found.mean, found.sd, found.median, found.q1, found.q3, found.min, found.max} == {None}


def test_equal_values_have_no_spread():
    """Three times 0.1 has a standard deviation of exactly 0."""
    assert summary([0.1, 0.1, 0.1]).sd == 0


@pytest.mark.parametrize(
    ("values", "probability", "kind"),
    [([], 0.5, 7), ([1], 50, 7), ([1], 0.5, 4), ([np.inf], 0.5, 7)],
)
def test_impossible_questions_are_refused(values, probability, kind):
    """No values, a percentage for a probability, an unknown type and infinity raise."""
    with pytest.raises(ValueError, match=r"needed|must be"):
        quantile(values, probability, kind)


@given(VALUES, st.sampled_from([2, 6, 7]))
def test_summary_is_ordered(values, kind):
    """Minimum, quartiles and maximum never cross, and the mean lies between the ends."""
    found = summary(values, kind)

    assert found.min <= found.q1 <= found.median <= found.q3 <= found.max
    assert found.min <= found.mean <= found.max or found.mean == pytest.approx(found.min)


@given(VALUES, st.floats(0, 1))
def test_type_7_is_numpys(values, probability):
    """Definition 7 is numpy's default."""
    expected = np.quantile(values, probability)

    assert quantile(values, probability) == pytest.approx(expected, rel=1e-9, abs=1e-6)


@given(VALUES.flatmap(lambda values: st.tuples(st.just(values), st.permutations(values))))
def test_row_order_is_irrelevant(orders):
    """The same values in another order give the same numbers, to the last bit."""
    assert summary(orders[0]) == summary(orders[1])
