"""Every number of a text is found, whatever its spelling, and no digit is left over."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carreport.manuscript.numbers import decimal_comma, names_in, numbers_in

FOUND = [
    ("12/14 (85.7%)", ["12", "14", "857/10 %"]),
    ("Eight of nine patients", ["8", "9"]),
    ("range 172–945 days", ["172 days", "945 days"]),
    ("740, 597, and 238 days", ["740 days", "597 days", "238 days"]),
    ("22.9 months (12.1–28.6 months)", ["229/10 months", "121/10 months", "143/5 months"]),
    ("61.2% ± 14.0%", ["306/5 %", "14 %"]),
    ("78.6 ± 11.0%", ["393/5 %", "11 %"]),
    ("p = .014, P<0.001", ["7/500", "<1/1000"]),
    ("95% CI 0.3 to 1.2", ["95 %", "3/10", "6/5"]),
    ("r=−0.537", ["-537/1000"]),
    ("r = ‑0.537", ["-537/1000"]),
    ("6.78×10⁶ cells/kg", ["6780000 cells/kg"]),
    ("6.78 x 10 6 cells/kg", ["6780000 cells/kg"]),
    ("1\N{THIN SPACE}234 patients", ["1234"]),
    ("P = 0·05", ["1/20"]),
    ("two-thirds, half and one third", ["2/3", "1/2", "1/3"]),
    ("the 14, 28 and 60th days", ["14 days", "28 days", "60 days"]),
    ("28d and 5mg", ["28 days", "5 mg"]),
    ("none of twenty-nine", ["0", "29"]),
    ("10, 20 and 30%", ["10 %", "20 %", "30 %"]),
]


def told(text, **more):
    return [
        " ".join(filter(None, [f"{one.relation}{one.value}", "%" * one.percent, one.unit]))
        for one in numbers_in(text, **more)
    ]


@pytest.mark.parametrize(("text", "wanted"), FOUND, ids=str)
def test_a_number_is_found_with_its_unit(text, wanted):
    """A percent sign or a unit behind a list belongs to all of it."""
    assert told(text) == wanted


NAMES = ["CD19", "IL-6", "IL-2R", "ChiCTR-ONN-16009862", "4-1BB", "6-mercaptopurine", "VP-16",
         "CD19-28", "t(9;22)", "m²", "BCR-ABL1"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_digits_inside_a_name_are_no_number(name):
    """They are told as a name."""
    text = f"We measured {name} in blood"

    assert numbers_in(text) == ()
    assert [text[one.start : one.end] for one in names_in(text, ())] == [name]


def test_a_number_before_an_adjective_is_a_number():
    """2-year, 12-month and 5-fold are no names of substances."""
    assert told("2-year, 12-month, 5-fold") == ["2 years", "12 months", "5"]


def test_a_decimal_comma_is_read_where_the_document_has_one():
    """Only unmistakably, and nowhere beside points."""
    assert decimal_comma(["61,2 % der Patienten", "p = 0,05"])
    assert not decimal_comma(["61,2%", "0.05"])
    assert not decimal_comma(["Patients 4,7 and 1,502 more [1,2]"])
    assert told("61,2% und 0,05", comma=True) == ["306/5 %", "1/20"]
    assert told("1,502 cells", comma=True) == ["1502 cells"]


TEXTS = st.text(
    st.sampled_from(
        "0123456789.,-–−±%×x^()[]{}/ abCDn=p<≥⁶²₂·½\N{THIN SPACE}\N{NO-BREAK SPACE}é\n"
    ),
    max_size=60,
)


@given(TEXTS)
def test_every_digit_stands_in_exactly_one_number_or_name(text):
    """Nothing is dropped, nothing is told twice."""
    numbers = numbers_in(text)
    names = names_in(text, numbers)
    spans = [(one.start, one.end) for one in (*numbers, *names)]

    for at, sign in enumerate(text):
        if sign.isdigit():
            assert sum(start <= at < end for start, end in spans) == 1, (text, at)
    assert all(end > start for start, end in spans)


@given(st.integers(0, 10**6), st.integers(0, 4))
def test_a_number_printed_is_the_number_read(whole, decimals):
    """To the decimals it was printed with."""
    text = f"{whole / 10**decimals:.{decimals}f}"
    (one,) = numbers_in(f"a median of {text} units")

    assert one.value == Fraction(text)
    assert one.decimals == decimals
