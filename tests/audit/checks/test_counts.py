"""Parts and wholes, subgroups, one thing counted twice."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rounding import USUAL, printed

from carreport.audit.checks import (
    additive,
    exclusive,
    nested,
    partition,
    percent_partition,
    same_count,
)

COUNTS = st.lists(st.integers(0, 500), min_size=1, max_size=6)


@given(COUNTS)
def test_true_parts_never_fail(counts):
    """Parts add up to their sum, and to no other number."""
    parts, total = [str(k) for k in counts], sum(counts)

    assert partition(parts, str(total)).answer == "consistent"
    assert additive(parts, str(total)).answer == "consistent"
    assert exclusive(parts, str(total)).answer == "consistent"
    assert partition(parts, str(total + 1)).answer == "inconsistent"
    assert exclusive(parts, str(total + 1)).answer == "consistent"
    assert total == 0 or exclusive(parts, str(total - 1)).answer == "inconsistent"


@given(COUNTS.filter(any), st.integers(0, 2), USUAL)
def test_true_percentages_add_up_but_for_rounding(counts, decimals, rounding):
    """Percentages of a partition pass by any usual rounding."""
    parts = [printed(Fraction(100 * k, sum(counts)), decimals, rounding) + "%" for k in counts]

    assert percent_partition(parts).answer == "consistent"


def test_percentages_that_do_not_add_up():
    """More is missing than rounding can have taken."""
    found = percent_partition(["57.4%", "29.8%", "10.6%"])

    assert found.answer == "inconsistent"
    assert found.reason == (
        "the percentages add up to 97.8%; before rounding that was 97.65% to 97.95%, not 100%"
    )
    assert percent_partition(["57.4", "29.8", "10.6"], "97.9%").answer == "consistent"


@pytest.mark.parametrize("check", [partition, additive, exclusive])
def test_a_part_that_is_not_stated(check):
    """It is never taken to be zero."""
    assert check(["4", None], "14").answer == "not testable"
    assert check(["4", "10"], None).answer == "not testable"
    assert check([], "14").answer == "not testable"
    assert check(["4", "several"], "14").answer == "not testable"


def test_at_least_and_at_most():
    """A count with a relation stands for all that it allows."""
    assert partition(["at least 4", "10"], "15").answer == "consistent"
    assert partition(["at least 4", "10"], "13").answer == "inconsistent"
    assert (
        partition(["<4", "10"], "14").reason
        == "the categories hold <4 + 10 = at most 13, the whole 14"
    )
    assert exclusive(["at most 12", "4"], "14").answer == "consistent"


def test_subgroups_that_do_not_add_up():
    """8 and 5 are not 12."""
    assert additive(["Eight", "five"], "12").answer == "inconsistent"


def test_a_part_is_at_most_its_whole():
    """Counts exactly, percentages but for rounding, never one against the other."""
    assert nested("8", "8").answer == "consistent"
    assert nested("9", "8").reason == "9 is more than 8"
    assert nested("57.2%", "57%").answer == "consistent"
    assert nested("58.2%", "57%").answer == "inconsistent"
    assert nested("8", "57.1%").answer == "not testable"
    assert nested("at least 9", "8").answer == "inconsistent"
    assert nested("8.5", "8.45").answer == "consistent"


def test_one_thing_counted_twice():
    """Words and digits are one; a relation leaves room."""
    assert same_count(["one", "3"]).answer == "inconsistent"
    assert same_count(["three", "3", "at least one"]).answer == "consistent"
    assert same_count(["at least 4", "3"]).answer == "inconsistent"
    assert same_count(["at least 4", "fewer than 4"]).answer == "inconsistent"
    assert same_count(["at least 4", "at least 7"]).reason == "7 agrees with ≥4 and ≥7"
    assert same_count(["3", None]).answer == "not testable"
    assert same_count(["no", "0"]).answer == "consistent"
