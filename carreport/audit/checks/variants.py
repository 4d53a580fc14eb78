"""A printed p against the p of each variant of a test that could have given it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from carreport.audit.checks.answer import Answer, NotTestable, weighed
from carreport.audit.checks.reading import listed, read_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carreport.audit.checks.reading import Number

_NOISE: Final = 1e-9
"""Relative error that floating point may leave in a tail probability."""
_LEVEL: Final = Fraction(1, 20)
"""The side of it on which a p lies is told where the printed one lies on the other."""


@dataclass(frozen=True, slots=True)
class Variant:
    """
    What one named variant of a test gives.

    Attributes:
        name: The variant: "two-sided", "Fisher's exact test, one-sided".
        p: Its p at the printed values.
        low: The smallest p that what was rounded to them can give.
        high: The largest.
    """

    name: str
    p: float
    low: float
    high: float

    @property
    def told(self) -> str:
        """Its p, and between what it lies where rounding matters."""
        low, high = (f"{significant(edge)}" for edge in (self.low, self.high))
        between = f" ({low} to {high})" if low != high else ""
        return f"p = {significant(self.p)}{between} {self.name}".rstrip()


def exactly(name: str, p: float) -> Variant:
    """A variant whose p does not depend on rounded numbers."""
    return Variant(name, p, p, p)


def read_p(text: str | None) -> Number:
    """
    A printed p.

    Raises:
        NotTestable: It is not stated, or only as a word ("n.s.").
    """
    read = read_number(text, "p")
    if read.percent:
        message = f"p is printed as “{read.text}”, a percentage"
        raise NotTestable(message)
    return read


def compare(given: str, p: Number, variants: Sequence[Variant], formula: str) -> Answer:
    """
    Consistent if any variant gives the printed p; says which.

    Args:
        given: What p is computed from, as it begins a sentence: "r = 0.640 with n = 14".
        p: As printed.
        variants: What each gives, the usual one first.
        formula: With its numbers.
    """
    if p.value < 0 or p.value > 1:
        return weighed(
            holds=False, reason=f"p lies between 0 and 1, and {_p(p)} does not", formula=formula
        )
    agreeing = [one for one in variants if _agrees(one, p)]
    solutions = tuple(one.told for one in agreeing)
    if agreeing:
        return weighed(
            holds=True,
            reason=f"{given} gives {agreeing[0].told}",
            formula=formula,
            solutions=solutions,
        )
    reason = f"{given} gives {_several(variants)}, not {_p(p)}"
    return weighed(holds=False, reason=reason + _other_side(variants[0], p), formula=formula)


def _agrees(one: Variant, p: Number) -> bool:
    low, high = Fraction(one.low * (1 - _NOISE)), Fraction(one.high * (1 + _NOISE))
    above = p.low is None or high > p.low or (p.with_low and high == p.low)
    below = p.high is None or low < p.high or (p.with_high and low == p.high)
    return above and below


def _several(variants: Sequence[Variant]) -> str:
    if len(variants) < 3:
        return listed([one.told for one in variants])
    low, high = min(one.low for one in variants), max(one.high for one in variants)
    rest = f"{significant(low)} to {significant(high)} by any of {len(variants)} variants"
    return f"{variants[0].told}, and {rest}"


def _other_side(one: Variant, p: Number) -> str:
    said_low = p.high is not None and p.high <= _LEVEL
    said_high = p.low is not None and p.low >= _LEVEL
    if (said_low and one.low > _LEVEL) or (said_high and one.high < _LEVEL):
        return f"; the two lie on different sides of {float(_LEVEL)}"
    return ""


def _p(p: Number) -> str:
    return f"p {p.text[0]} {p.text[1:]}" if p.relation else f"p = {p.text}"


def significant(p: float) -> str:
    """
    A p with three significant digits, never shown as more than it is.

    >>> significant(0.04771), significant(3.2e-7), significant(1.0)
    ('0.0477', '3.2×10⁻⁷', '1')
    """
    if p <= 0:
        return "0"
    if p >= 1e-4:
        return f"{p:#.3g}" if p < 1 else "1"
    mantissa, power = f"{p:.1e}".split("e-")
    return f"{mantissa}×10⁻{str(int(power)).translate(_RAISED)}"


_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
