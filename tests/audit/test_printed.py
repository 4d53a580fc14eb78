"""Printed numbers: what can have been rounded to them, and numbers in words and company."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import printable

from carreport.audit.printed import exact, printed_numbers
from carreport.units import (
    COEFFICIENT,
    DAYS,
    DAYS_PER_MONTH,
    DAYS_PER_YEAR,
    FRACTION,
    LEVEL,
    P_VALUE,
    RATIO,
    SURVIVAL,
    Unit,
    show,
)


def only(text):
    """The one number in a text."""
    (number,) = printed_numbers(text)
    return number


def allows(text, value):
    """Whether a value, written as a decimal, can have been printed so."""
    return Fraction(value) in only(text).interval


# Half a unit of the last printed digit to either side.
EDGES = [
    ("0.50", Fraction(99, 200), Fraction(101, 200)),
    ("0.5", Fraction(9, 20), Fraction(11, 20)),
    ("12%", Fraction(23, 2), Fraction(25, 2)),
    ("−0.537", Fraction(-43, 80), Fraction(-1073, 2000)),
    ("0.00", Fraction(-1, 200), Fraction(1, 200)),
    ("1,502.2 U/mL", Fraction(30043, 20), Fraction(6009, 4)),
    ("6.78×10⁶ cells/kg", Fraction(6_775_000), Fraction(6_785_000)),
    ("6.78 × 10^6", Fraction(6_775_000), Fraction(6_785_000)),
    ("2×10⁻³", Fraction(15, 10_000), Fraction(25, 10_000)),
    ("p=.048", Fraction(95, 2000), Fraction(97, 2000)),
    ("twenty-nine", Fraction(57, 2), Fraction(59, 2)),
]


@pytest.mark.parametrize(("text", "low", "high"), EDGES, ids=str)
def test_edges_are_exact_fractions(text, low, high):
    """Trailing zeros count, a power of ten moves the place, a percent sign does not."""
    interval = only(text).interval

    assert (interval.low, interval.high) == (low, high)


# Half away from zero: the edge nearer to zero is rounded up to the number, the other past it.
TIES = [
    ("0.50", "0.495", True),
    ("0.50", "0.505", False),
    ("6.78", "6.775", True),
    ("−0.5", "-0.45", True),
    ("−0.5", "-0.55", False),
    ("−0.5", "-0.5499", True),
    ("0", "0.5", False),
    ("0", "-0.5", False),
    ("0", "-0.4999", True),
]


@pytest.mark.parametrize(("text", "value", "inside"), TIES)
def test_ties_belong_to_the_number_further_from_zero(text, value, inside):
    """As a number is rounded when it is printed."""
    assert allows(text, value) is inside


RELATIONS = [
    ("< 0.001", "0.0009", True),
    ("< 0.001", "0.001", False),
    ("<= 3", "3", True),
    ("≥ 0.05", "0.05", True),
    ("≥ 0.05", "0.0499", False),
    ("at least 1×10⁶/kg", "2200000", True),
    ("at least 1×10⁶/kg", "999999", False),
    ("more than five", "5", False),
    ("no more than five", "5", True),
    ("up to  4", "4", True),
    ("approximately 50%", "54", True),
    ("approximately 50%", "56", False),
    ("about 125", "126", False),
]


@pytest.mark.parametrize(("text", "value", "inside"), RELATIONS)
def test_relation_before_a_number_says_what_it_allows(text, value, inside):
    """A limit is taken as it stands; "about" counts the last digit that is not zero."""
    assert allows(text, value) is inside


COMPANY = [
    ("61.2 ± 14.0", ["61.2", "14.0"]),
    ("61.2% ± 14.0%", ["61.2%", "14.0%"]),
    ("78.6 ± 11.0%", ["78.6%", "11.0%"]),
    ("30% (0–98.8%)", ["30%", "0%", "98.8%"]),
    ("29 (13–66)", ["29", "13", "66"]),
    ("27 (57.4%)", ["27", "57.4%"]),
    ("−0.8 to −0.2", ["−0.8", "−0.2"]),
    ("12/14", ["12", "14"]),
    ("Eight of nine", ["8", "9"]),
    ("None", ["0"]),
    ("CD19, IL-2R and IL-6", []),
    ("ChiCTR1800015164", []),
    ("noon, someone, attend", []),
    ("750 mg/m²", ["750"]),
    ("10.4×10 ⁶", ["10.4×10 ⁶"]),
    ("1×10^999999999", ["1", "10", "999999999"]),
    ("7" * 5000, []),
]


@pytest.mark.parametrize(("text", "numbers"), COMPANY)
def test_numbers_are_told_apart(text, numbers):
    """Joined by ± or a dash, in brackets, in words; digits within a word are none."""
    assert [str(one) for one in printed_numbers(text)] == numbers


def test_another_value_is_printed_in_the_same_way():
    """With as many decimals, the same power of ten, its sign, a true minus."""
    assert only("−0.537").like(Fraction(-1, 3)) == "−0.333"
    assert only("6.78×10^6 cells/kg").like(Fraction(2_374_999)) == "2.37×10^6"
    assert only("61.2%").like(Fraction(125, 2)) == "62.5%"
    assert only("five").like(Fraction(4)) == "4"


def test_computed_number_is_the_decimal_it_was_meant_to_be():
    """Binary noise does not push a tie to the wrong side."""
    assert exact((6.57 + 6.98) / 2) == Fraction("6.775")
    assert exact(100 * (1 / 16)) == Fraction("6.25")
    assert exact(-0.0) == 0


@given(st.text() | st.text("0123456789.,%±–-−×x^⁶<≥ noſix"))
def test_any_text_can_be_read(text):
    """Whatever a cell holds, each number found stands where it is said to stand."""
    for number in printed_numbers(text):
        assert text[number.start : number.end].strip()
        assert number.value in number.interval or number.relation in {"<", ">"}


UNITS = st.sampled_from([COEFFICIENT, RATIO, Unit("mg/L", "measurement", 2), DAYS])


@given(printable(), UNITS, st.sampled_from(["", "whole", "one", "two", "three", "plain"]))
def test_printed_value_agrees_with_itself(value, unit, style):
    """Whatever our formats print can have been the value."""
    assert exact(value) in only(show(value, unit, style)).interval


@given(
    st.tuples(st.floats(0, 1), st.sampled_from([FRACTION, SURVIVAL]))
    | st.tuples(st.integers(0, 1000).map(lambda tenths: tenths / 1000), st.just(LEVEL))
)
def test_printed_percentage_agrees_with_its_fraction(fraction):
    """A percentage is a hundred times the fraction."""
    value, unit = fraction
    number = only(show(value, unit))

    assert number.percent
    assert exact(100 * value) in number.interval


@given(st.floats(0, 1))
def test_printed_p_value_agrees_with_itself(value):
    """Limits included: <0.001 and >0.999."""
    assert exact(value) in only(show(value, P_VALUE)).interval


@given(
    st.integers(0, 20_000),
    st.sampled_from([("months", DAYS_PER_MONTH), ("years", DAYS_PER_YEAR)]),
)
def test_printed_time_agrees_with_its_days(days, scale):
    """Months and years are days over a fixed length."""
    style, length = scale

    assert exact(days / length) in only(show(days, DAYS, style)).interval


# The same number as journals, word processors and lost formatting have it.
SPELLINGS = [
    ("6.78×10⁶ cells", "6780000"),
    ("6.78 x 10^6", "6780000"),
    ("6.78 x 10 6 cells/kg", "6780000"),
    ("6.78×106/kg", "6780000"),
    ("6.78e6", "6780000"),
    ("2·10⁶", "2000000"),
    ("10⁶ copies", "1000000"),
    ("0·05", "0.05"),
    ("p = .014", "0.014"),
    ("61.2 per cent", "61.2"),
    ("12%¹", "12"),
    ("14³ patients", "14"),
    ("‑0.5", "-0.5"),
    ("﹣0.5", "-0.5"),
    ("−0.5", "-0.5"),
    ("twenty nine", "29"),
    ("1\N{THIN SPACE}234", "1234"),
]


@pytest.mark.parametrize(("text", "value"), SPELLINGS, ids=str)
def test_every_spelling_of_a_number_is_read(text, value):
    """Powers of ten, minus signs, points in the middle, numbers in words, notes behind."""
    assert only(text).value == Fraction(value)


def test_a_range_is_no_subtraction():
    """Neither with a dash nor with a hyphen that does not break."""
    for dash in "–-‑‒":
        assert [str(one) for one in printed_numbers(f"172{dash}945")] == ["172", "945"]
