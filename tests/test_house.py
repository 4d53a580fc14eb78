"""House formats: each rule's examples, and that what is printed can be read back."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carreport.audit.printed import exact, printed_numbers
from carreport.house import AMA, HOUSES, LANCET, NEJM, OWN
from carreport.units import (
    COUNT,
    DAYS,
    FRACTION,
    MEASUREMENT,
    P_VALUE,
    SURVIVAL,
    described,
    show,
    unit_of,
)

THIN = "\N{NARROW NO-BREAK SPACE}"
JOURNALS = [NEJM, AMA, LANCET]

# NEJM: BMJ Evid Based Med 2021;26:39-42, table: two decimals above 0.01, three from 0.001, <0.001.
# AMA Manual, 11th ed., 18.7.1 and 19.5: no zero; two digits, three below .01; not rounded to .05.
# Lancet: two figures down to 0.0001, point on the midline (gtsummary 2.0 agrees on both).
P_VALUES = [
    (0.00004, "<0.001", "<.001", "<0·0001"),
    (0.0001, "<0.001", "<.001", "0·00010"),
    (0.00099, "<0.001", "<.001", "0·00099"),
    (0.001, "0.001", ".001", "0·0010"),
    (0.0085, "0.009", ".009", "0·0085"),
    (0.00996, "0.010", ".010", "0·010"),
    (0.01, "0.01", ".01", "0·010"),
    (0.0137, "0.01", ".01", "0·014"),
    (0.045, "0.05", ".045", "0·045"),
    (0.0451, "0.05", ".045", "0·045"),
    (0.0496, "0.05", ".0496", "0·050"),
    (0.05, "0.05", ".05", "0·050"),
    (0.0999, "0.10", ".10", "0·10"),
    (0.125, "0.13", ".13", "0·13"),
    (0.99, "0.99", ".99", "0·99"),
    (0.9951, ">0.99", ">.99", ">0·99"),
    (1.0, ">0.99", ">.99", ">0·99"),
]


@pytest.mark.parametrize(("value", "nejm", "ama", "lancet"), P_VALUES)
def test_a_p_value_is_printed_as_the_journal_has_it(value, nejm, ama, lancet):
    """The journals' own rules, their edges included; nothing is rounded twice."""
    printed = [show(value, replace(P_VALUE, house=house)) for house in JOURNALS]

    assert printed == [nejm, ama, lancet]


# AMA Manual 17.4.3: a thin space from five digits on; the Lancet alike; NEJM sets a comma.
NUMBERS = [
    (12 / 14, SURVIVAL, "85.7%", "85.7%", "85·7%"),
    (9999, COUNT, "9999", "9999", "9999"),
    (12345, COUNT, "12,345", f"12{THIN}345", f"12{THIN}345"),
    (1234567, COUNT, "1,234,567", f"1{THIN}234{THIN}567", f"1{THIN}234{THIN}567"),
    (-0.44, MEASUREMENT, "−0.4", "−0.4", "−0·4"),
    (12345.678, MEASUREMENT, "12,345.7", f"12{THIN}345.7", f"12{THIN}345·7"),
]


@pytest.mark.parametrize(("value", "unit", "nejm", "ama", "lancet"), NUMBERS)
def test_points_and_thousands_are_those_of_the_journal(value, unit, nejm, ama, lancet):
    """Only p loses its zero; only long numbers are divided."""
    printed = [show(value, replace(unit, house=house)) for house in JOURNALS]

    assert printed == [nejm, ama, lancet]


@given(st.floats(0, 1), st.sampled_from([OWN, *JOURNALS]))
def test_the_interval_of_a_printed_p_contains_it(value, house):
    """Read back as a manuscript is read, the printed p allows the value it was printed for."""
    read = printed_numbers(show(value, replace(P_VALUE, house=house)))

    assert len(read) == 1
    assert exact(value) in read[0].interval or abs(value - float(read[0].value)) < 1e-12


@given(
    st.floats(0, 100_000),
    st.sampled_from([MEASUREMENT, DAYS, replace(MEASUREMENT, decimals=3)]),
    st.sampled_from([OWN, *JOURNALS]),
)
def test_a_printed_number_is_read_back_in_any_house(value, unit, house):
    """The point on the midline and the divided thousands are read as one number."""
    read = printed_numbers(show(value, replace(unit, house=house)))
    half = Fraction(1, 2 * 10**unit.decimals)

    assert len(read) == 1
    assert abs(read[0].value - Fraction(value)) <= half + Fraction(1, 10**6)


@given(st.floats(0.0001, 0.0499999))
def test_ama_never_rounds_a_p_up_to_the_threshold(value):
    """What lies below .05 is not printed as .05, and is not rounded twice on the way."""
    assert float(show(value, replace(P_VALUE, house=AMA)).lstrip("<")) < 0.05


@pytest.mark.parametrize("house", JOURNALS)
@pytest.mark.parametrize("unit", [P_VALUE, FRACTION, COUNT])
def test_a_saved_number_prints_as_it_did(house, unit):
    """What results.json says of the format is enough to print the number again."""
    housed = replace(unit, house=house)
    row = {"unit": unit.name, "kind": unit.kind, "format": described(housed)}

    assert show(0.0451, unit_of(row)) == show(0.0451, housed)


def test_jama_is_another_name_of_ama():
    """JAMA follows the manual."""
    assert HOUSES["jama"] is HOUSES["ama"]
