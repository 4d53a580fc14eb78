"""Printing: one rounding, half away from zero, and back again."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import printable

from carreport import units
from carreport.units import (
    COEFFICIENT,
    DAYS,
    FRACTION,
    MINUS,
    P_VALUE,
    PATIENTS,
    SURVIVAL,
    Unit,
    round_half_away,
    scaled,
    show,
)

MEASURED = st.integers(0, 4).map(lambda decimals: Unit("mg/L", "measurement", decimals))


def unrounded(shown):
    """The interval of numbers that print as this string."""
    number = Fraction(shown.replace(MINUS, "-").rstrip("%"))
    digits = len(shown.rstrip("%").partition(".")[2])
    half = Fraction(1, 2 * 10**digits)
    return number - half, number + half


@given(printable(), MEASURED)
def test_printed_measurement_contains_its_value(value, unit):
    """The value lies within half a unit of the last printed digit."""
    low, high = unrounded(show(value, unit))
    noise = Fraction(1, 10**11) * max(1, abs(Fraction(value)))

    assert low - noise <= Fraction(value) <= high + noise


@given(st.floats(0, 1), st.sampled_from([FRACTION, SURVIVAL]))
def test_printed_percentage_contains_its_fraction(value, unit):
    """A fraction is printed times a hundred, with its sign or without."""
    low, high = unrounded(show(value, unit))

    assert low - Fraction(1, 10**9) <= 100 * Fraction(value) <= high + Fraction(1, 10**9)
    assert show(value, unit) == show(value, unit, "bare") + "%"


@given(st.floats(0, 20_000), st.sampled_from([("months", "30.4375"), ("years", "365.25")]))
def test_printed_months_contain_the_days(days, style):
    """Months and years are days over a fixed length, printed to one decimal."""
    name, length = style
    low, high = unrounded(show(days, DAYS, name))
    noise = Fraction(1, 10**6)

    assert low - noise <= Fraction(days) / Fraction(length) <= high + noise
    assert scaled(DAYS, name).name == name


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_percentage_of_a_count_is_rounded_from_the_exact_quotient(counts):
    """k of n prints as the exact fraction does, ties away from zero: 1 of 16 is 6.3%."""
    k, n = counts
    tenths = Fraction(1000 * k, n)
    exact = Decimal(int(tenths + Fraction(1, 2))) / 10

    assert show(k / n, FRACTION) == f"{exact:.1f}%"


# The convention of SAS and SPSS; conventions.md, section 1.
TIES = [
    (6.775, 2, "6.78"),
    (417.5, 0, "418"),
    (0.5, 0, "1"),
    (1.5, 0, "2"),
    (2.5, 0, "3"),
    (-2.5, 0, "-3"),
    (0.125, 2, "0.13"),
    (1.005, 2, "1.01"),
    (-0.04, 1, "0.0"),
]


@pytest.mark.parametrize(("value", "decimals", "printed"), TIES)
def test_ties_are_rounded_away_from_zero(value, decimals, printed):
    """A tie of the decimal that was meant goes away from zero, and zero has no sign."""
    assert str(round_half_away(value, decimals)) == printed


# NEJM prints p below 0.001 as <0.001; nothing is printed as 0.000 or 1.000 that is not.
P_VALUES = [
    (0.0137, "0.014"),
    (0.0477, "0.048"),
    (0.0005, "<0.001"),
    (0.000999, "<0.001"),
    (0.001, "0.001"),
    (0.99951, ">0.999"),
    (1.0, "1.000"),
    (0.0, "<0.001"),
]


@pytest.mark.parametrize(("value", "printed"), P_VALUES)
def test_p_values_never_round_to_zero_or_one(value, printed):
    """Three digits, with a bound instead of a rounded 0.000 or 1.000."""
    assert show(value, P_VALUE) == printed


@given(st.floats(0, 1))
def test_p_value_on_one_side_of_a_threshold_is_not_printed_on_the_other(p):
    """What is not significant at 0.001 is not printed as if it were, and conversely."""
    printed = show(p, P_VALUE)

    assert (printed == "<0.001") == (p < 0.001)
    assert (printed == "1.000") == (p == 1)


@pytest.mark.parametrize(
    ("level", "printed"), [(0.95, "95%"), (0.975, "97.5%"), (0.999, "99.9%"), (0.9, "90%")]
)
def test_a_confidence_level_is_printed_as_it_was_given(level, printed):
    """Neither rounded nor padded."""
    assert show(level, units.LEVEL) == printed


HUGE = [
    (10**30, PATIENTS, str(10**30)),
    (1234567890123, PATIENTS, "1234567890123"),
    (1234567890123.0, Unit("mg/L", "measurement", 1), "1234567890123.0"),
    (1e30, Unit("mg/L", "measurement", 2), f"{10**30 + 19884624838656}.00"),
    (-0.0, Unit("mg/L", "measurement", 1), "0.0"),
    (-0.0004, FRACTION, "0.0%"),
]


@pytest.mark.parametrize(("value", "unit", "printed"), HUGE)
def test_huge_numbers_keep_their_digits_and_zero_has_no_sign(value, unit, printed):
    """A number that fills more than twelve digits is no less exact."""
    assert show(value, unit) == printed


def test_only_days_are_shown_as_months():
    """Years of age stay years of age."""
    assert scaled(Unit("years", "measurement", 1), "months").name == "years"
    assert show(0.9995, P_VALUE) == ">0.999"


@pytest.mark.parametrize(
    ("days", "said"),
    [
        *((day, "1 year") for day in (365, 366)),
        *((day, "2 years") for day in (730, 731)),
        (1826, "5 years"), (3650, "10 years"),
        *((day, "3 months") for day in (90, 91, 92)),
        *((day, "6 months") for day in (180, 182, 183)),
        (360, "12 months"), (548, "18 months"),
        (28, "28 days"), (60, "60 days"), (100, "100 days"), (364, "12 months"), (400, "400 days"),
    ],
)  # fmt: skip
def test_a_landmark_is_spoken_of_as_it_is_meant(days, said):
    """Whole years, else whole months, else days; whatever is said leads back to the days."""
    style = units.spoken_in(days)

    shown = show(float(days), DAYS, style)
    assert f"{shown} {scaled(DAYS, style).spell(shown)}" == said


@given(days=st.integers(0, 20_000))
def test_a_landmark_in_years_or_months_is_off_by_days_only(days):
    """The printed number times the average year or month is off by a day or one in seventy."""
    style = units.spoken_in(days)
    length = {"whole_years": 365.25, "whole_months": 30.4375}.get(style)

    if length:
        told = int(show(float(days), DAYS, style)) * length
        assert -1 <= told - days <= 0.015 * days


def test_what_is_missing_says_why():
    """None prints NE, or NR where a curve was not crossed."""
    assert show(None, DAYS) == "NE"
    assert show(None, DAYS, missing=units.NOT_REACHED) == "NR"
    assert show(None, P_VALUE) == "NE"


def test_minus_is_a_minus_sign():
    """A hyphen is not a minus."""
    assert show(-0.537, COEFFICIENT) == f"{MINUS}0.537"


def test_plain_style_drops_zeros_after_the_point_only():
    """0.50 is 0.5, 5.0 is 5, and 10 stays 10."""
    unit = Unit("%", "measurement", 2)

    assert [show(v, unit, "plain") for v in (0.5, 5.0, 10.0, 0.0)] == ["0.5", "5", "10", "0"]
    assert show(10.0, Unit("", "measurement", 0), "plain") == "10"


def test_unit_is_spelled_in_the_number_of_what_is_shown():
    """1 patient, 0 patients, 2 patients."""
    assert [PATIENTS.spell(one) for one in ("0", "1", "2")] == ["patients", "patient", "patients"]
    assert Unit("mg/L", "measurement").spell("1") == "mg/L"


def test_style_without_meaning_is_refused():
    """A misspelt style is an error, not the default format."""
    with pytest.raises((KeyError, ValueError)):
        show(1.0, DAYS, "moths")
