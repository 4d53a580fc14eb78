"""Printing a number by each usual rounding, for the tests of the checks."""

from __future__ import annotations

from decimal import (
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Context,
    Decimal,
)
from fractions import Fraction

from hypothesis import strategies as st

_WIDE = Context(prec=200)
USUAL = st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_HALF_DOWN])


def printed(value: Fraction | float, decimals: int, rounding: str = ROUND_HALF_UP) -> str:
    """A number as a paper prints it, with a true minus sign."""
    exact = Fraction(value)
    # Far enough for a tie to stay one and nothing else to become one.
    decimal = _WIDE.divide(Decimal(exact.numerator), Decimal(exact.denominator))
    rounded = decimal.quantize(Decimal(1).scaleb(-decimals), rounding=rounding, context=_WIDE)
    return f"{rounded:f}".replace("-", "−")
