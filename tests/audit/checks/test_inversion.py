"""Numbers at risk behind a printed survival estimate: all of them, and never fewer than said."""

from fractions import Fraction
from itertools import combinations
from math import isqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.reading import rows
from rounding import USUAL, printed

from carreport.audit.checks import invert
from carreport.audit.checks.estimates import kaplan_meier

CURVES = rows("audit/curves.csv")


def root(variance, digits=30):
    """Square root of a fraction, to so many decimals."""
    scaled = variance * 10 ** (2 * digits)
    return Fraction(isqrt(int(scaled)), 10**digits)


def as_printed(at_risk, decimals, rounding="ROUND_HALF_UP"):
    """S and its SE in percent after events with these numbers at risk."""
    rate, variance = kaplan_meier(at_risk)
    return tuple(printed(100 * one, decimals, rounding) for one in (rate, root(variance)))


def every_set(rate, se, n, decimals):
    """All numbers at risk that give the printed values, by trying every set."""
    half = Fraction(1, 2 * 10**decimals * 100)
    low, high = Fraction(rate) / 100 - half, Fraction(rate) / 100 + half
    least, most = max(Fraction(se) / 100 - half, Fraction(0)), Fraction(se) / 100 + half
    found = []
    for events in range(n):
        for at_risk in combinations(range(n, 1, -1), events):
            estimate, variance = kaplan_meier(at_risk)
            if low <= estimate <= high and least**2 <= variance <= most**2:
                found.append(at_risk)
    return found


def expanded(row):
    """Events at once as events one after the other, which is the same."""
    at_risk, events = (map(int, row[name].split()) for name in ("at_risk", "events"))
    return tuple(r - d for r, k in zip(at_risk, events, strict=True) for d in range(k))


@pytest.mark.parametrize(
    ("rate", "se", "sets"),
    [
        ("78.6", "11.0", {(14, 13, 12)}),
        ("61.2", "14.0", {(14, 13, 12, 11, 7)}),
    ],
)
def test_the_published_estimates_have_one_solution(rate, se, sets):
    """Of all 8192 sets of 14 patients one gives each; found before by trying every set."""
    found = invert(rate, se, "14")

    assert set(found.sets) == sets
    assert (found.count, found.complete) == (1, True)


@pytest.mark.parametrize(("rate", "count"), [("78.6", 2), ("61.2", 3)])
def test_without_the_standard_error_there_are_more(rate, count):
    """The estimate alone leaves two and three sets."""
    found = invert(rate, None, "14")

    assert (found.count, len(found.sets), found.complete) == (count, count, True)


@given(st.integers(2, 9), st.data(), st.integers(0, 2), USUAL)
@settings(max_examples=60, deadline=None)
def test_all_sets_are_found_and_no_other(n, data, decimals, rounding):
    """The same sets as by trying every one."""
    at_risk = data.draw(st.sets(st.integers(2, n), max_size=n - 1).map(sorted))
    rate, se = as_printed(at_risk, decimals, rounding)

    found = invert(rate + "%", se + "%", str(n), limit=1000)

    assert found.complete
    assert sorted(found.sets) == sorted(every_set(rate, se, n, decimals))


@given(st.integers(2, 60), st.data(), st.integers(1, 3), USUAL)
@settings(max_examples=30, deadline=None)
def test_the_truth_is_never_excluded(n, data, decimals, rounding):
    """Whatever the curve, its events are within the bounds, and its set is listed if all are."""
    at_risk = data.draw(st.sets(st.integers(2, n)).map(lambda one: tuple(sorted(one)[::-1])))
    rate, se = as_printed(at_risk, decimals, rounding)

    found = invert(rate + "%", se + "%", str(n))

    assert not found.reason
    assert found.allows(len(at_risk))
    assert found.events[0] <= len(at_risk) <= found.events[1]
    assert not found.complete or at_risk in found.sets
    assert found.complete == (found.count == len(found.sets))


@pytest.mark.parametrize("row", CURVES, ids=lambda row: f"{row['n']}_{row['rate']}")
def test_the_set_behind_a_fit_of_r_is_found(row):
    """survfit's estimate and standard error, to nine digits, lead back to its numbers at risk."""
    rate, se = (f"{float(row[name]):.9f}" for name in ("rate", "se"))

    found = invert(rate, se, row["n"], limit=100_000)

    assert found.count is None or expanded(row) in found.sets
    assert found.allows(len(expanded(row)))


@pytest.mark.parametrize("row", CURVES, ids=lambda row: f"{row['n']}_{row['rate']}")
def test_greenwood_is_that_of_r(row):
    """Our exact variance is the square of survfit's standard error."""
    rate, variance = kaplan_meier(expanded(row))

    assert float(rate) == pytest.approx(float(row["rate"]), rel=1e-12)
    assert float(variance) == pytest.approx(float(row["se"]) ** 2, rel=1e-12)


# The hardest found: many sets, and bounds that need a search of their own.
HARD = [("50.0", "6.5"), ("90.0", "3.9"), ("50.0", "7.5"), ("50.0", "10.0"), ("10.0", "5.0"),
        ("60.0", None), ("20", "5"), ("70.0", "8.0"), ("2.0", "2.0")]  # fmt: skip


@pytest.mark.parametrize(("rate", "se"), HARD)
def test_sixty_patients_are_inverted_too(rate, se):
    """What is listed lies within the bounds, and is said to be all only where it is."""
    found = invert(rate, se, "60")

    assert found.events is not None
    assert found.complete == (found.count == len(found.sets))
    for at_risk in found.sets:
        assert found.events[0] <= len(at_risk) <= found.events[1]
        assert as_printed(at_risk, len((rate + ".").split(".")[1]))[0] == rate


def test_the_two_examples_that_are_easy():
    """50.0 ± 6.5 is 30 events one after the other; 90.0 ± 3.9 is one of two sets of six."""
    assert invert("50.0", "6.5", "60").sets == (tuple(range(60, 30, -1)),)
    assert invert("90.0", "3.9", "60").count == 2


def test_fewer_are_listed_than_there_are():
    """The number of sets is told though they are not all listed."""
    found = invert("90.0", "5.0", "60", limit=7)

    assert len(found.sets) == 7
    assert not found.complete
    assert found.count == len(invert("90.0", "5.0", "60", limit=100_000).sets) == 498


def test_percentages_and_fractions_are_one():
    """0.786 ± 0.110 is 78.6% ± 11.0%."""
    forms = [("0.786", "0.110"), ("78.6%", "11.0%"), ("78.6", "11.0"), ("0.786", "11.0%")]

    assert {invert(rate, se, "14").sets for rate, se in forms} == {((14, 13, 12),)}


def test_nobody_had_an_event():
    """100% ± 0% is the empty set."""
    found = invert("100%", "0%", "14")

    assert (found.sets, found.events) == (((),), (0, 0))
    assert invert("100.0", "0.0", "1").sets == ((),)


def test_no_set_gives_it():
    """Then there are no events to speak of, and no number of them is allowed."""
    found = invert("61.2", "13.0", "14")

    assert (found.sets, found.count, found.complete, found.events) == ((), 0, True, None)
    assert not found.allows(5)


@pytest.mark.parametrize(
    ("rate", "se", "n", "word"),
    [
        ("61.2%", "14.0%", "61", "up to 60"),
        ("61.2%", "14.0%", None, "not stated"),
        (None, "14.0%", "14", "not stated"),
        ("0%", "0%", "14", "may be zero"),
        ("0.4%", "0.5%", "14", "no numbers"),
        ("161%", "14.0%", "14", "no probability"),
        ("61.2%", "−1%", "14", "standard error"),
        ("61.2% ± 14.0%", None, "14", "more than one number"),
        (">60%", "14.0%", "14", "one limit"),
        ("61.2%", "0.14", "14", "two scales"),
        ("61.2%", "NE", "14", "cannot be read"),
    ],
)
def test_what_cannot_be_inverted_says_why(rate, se, n, word):
    """Nothing is guessed and nothing raised."""
    found = invert(rate, se, n)

    assert (found.sets, found.events) == ((), None)
    assert word in found.reason or (found.count == 0 and found.complete)


def test_a_limit_of_none_is_a_mistake_of_the_caller():
    """A programming error is told as one."""
    with pytest.raises(ValueError, match="limit"):
        invert("61.2", "14.0", "14", limit=0)
