"""Percentages of n: whole numbers behind them, by any usual rounding."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rounding import USUAL, printed

from carreport.audit.checks import count_percent, grim


@given(st.integers(1, 2000), st.data(), st.integers(0, 3), USUAL, st.sampled_from(["%", "", " %"]))
def test_a_true_percentage_never_fails(n, data, decimals, rounding, sign):
    """Any k of n, printed by any usual rounding with or without its sign, passes both checks."""
    k = data.draw(st.integers(0, n))
    percent = printed(Fraction(100 * k, n), decimals, rounding) + sign

    found = grim(percent, str(n))

    assert found.answer != "inconsistent"
    assert (found.answer == "not testable") == (n >= 10 ** (decimals + 2))
    assert found.answer == "not testable" or found.solutions
    assert count_percent(str(k), percent, str(n)).answer == "consistent"


@given(st.integers(1, 99), st.integers(0, 1000))
def test_grim_agrees_with_trying_every_count(n, tenths):
    """Consistent exactly if one of 0 to n lies within half a unit of the last digit."""
    value = Fraction(tenths, 10)
    near = [k for k in range(n + 1) if abs(Fraction(100 * k, n) - value) <= Fraction(1, 20)]

    found = grim(f"{tenths / 10:.1f}%", str(n))

    assert found.answer == ("consistent" if near else "inconsistent")
    assert found.solutions == tuple(f"{k} of {n}" for k in near)


def test_the_share_of_values_that_14_patients_can_have():
    """15 of the 1001 percentages with one decimal, 1.5 %."""
    answers = [grim(f"{tenths / 10:.1f}%", "14").answer for tenths in range(1001)]

    assert answers.count("consistent") == 15


def test_two_decimals():
    """57.14% is 8 of 14; 57.15% is nothing."""
    assert grim("57.14%", "14").answer == "consistent"
    assert grim("57.15%", "14").answer == "inconsistent"


@pytest.mark.parametrize(
    ("percent", "n", "word"),
    [
        ("57.1%", "1000", "possible"),
        ("57%", "100", "possible"),
        ("57.1%", None, "not stated"),
        (None, "14", "not stated"),
        ("57.1%", "about 14", "not exact"),
        ("57.1%", "0", "zero"),
        ("57.1%", "14.5", "no count"),
        ("57,1%", "14", "more than one number"),
        ("most", "14", "cannot be read"),
        ("", "14", "not stated"),
        ("57.1%", "9999999999", "more than"),
    ],
)
def test_what_cannot_be_tested_says_why(percent, n, word):
    """A missing denominator is never guessed, a malformed string never raises."""
    found = grim(percent, n)

    assert found.answer == "not testable"
    assert word in found.reason


@pytest.mark.parametrize(
    ("percent", "n", "reason"),
    [
        (
            "42.8%",
            "14",
            "the nearest are 5 (35.7%) and 6 (42.9%); 6 of 14 cut off instead of rounded",
        ),
        ("104.3%", "14", "a percentage of patients lies between 0% and 100%"),
        ("−7.1%", "14", "a percentage of patients lies between 0% and 100%"),
        ("61.2", "14", "no whole number of 14 patients is 61.2%"),
    ],
)
def test_the_reason_helps(percent, n, reason):
    """It tells the nearest percentages, and whether digits were cut off."""
    found = grim(percent, n)

    assert found.answer == "inconsistent"
    assert reason in found.reason


def test_a_tie_may_be_rounded_either_way():
    """1 of 16 is 6.25%: both 6.2% and 6.3% are usual, 6.1% is not."""
    found = [grim(f"{percent}%", "16").answer for percent in ("6.1", "6.2", "6.3")]

    assert found == ["inconsistent", "consistent", "consistent"]


def test_relations_and_words():
    """ "<1%" and "about half" are read as far as they go; counts may be words."""
    assert grim("<10%", "14").solutions == ("0 of 14", "1 of 14")
    assert count_percent("eight", "57.1%", "fourteen").answer == "consistent"
    assert count_percent("at least eight", "64.3%", "14").answer == "consistent"
    assert count_percent("about half", "50%", "14").answer == "not testable"


def test_what_would_give_the_percentage_is_told():
    """Other counts of these patients, and the denominators of this count."""
    found = count_percent("27", "61.4%", "47")

    assert found.reason == "27 of 47 is 57.4%, not 61.4%; 61.4% is 27 of 44"
    assert count_percent("8", "57.1%", "7").reason == "8 patients are more than 7"
    assert count_percent("12", "85.7%", "15").solutions == ("12 of 14",)
    assert count_percent("1,204", "60.2%", "2,000").answer == "consistent"
