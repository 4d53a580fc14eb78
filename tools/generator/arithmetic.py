"""Quantiles, fixed permutations and roundings that come out the same on every machine."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from statistics import NormalDist
from typing import Final

_TOO_CLOSE: Final = Decimal("1e-9")
_PRIMES: Final = (17, 31, 37, 53)


class NearTieError(ArithmeticError):
    """A value lies so close to a rounding tie that another machine might print another digit."""


def printed(value: float, decimals: int) -> str:
    """
    Print *value* with *decimals* digits, half away from zero.

    Logarithms and exponentials differ in the last bit between C libraries. A value within a
    billionth of a tie is therefore refused rather than rounded.

    Raises:
        NearTieError: The next digit cannot be trusted.
    """
    exact = Decimal(value)
    scaled = abs(exact).scaleb(decimals)
    if abs(scaled % 1 - Decimal("0.5")) < _TOO_CLOSE:
        message = f"{value!r} is a tie at {decimals} decimals; change the parameter behind it"
        raise NearTieError(message)
    return str(exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))


def printed_exactly(value: Fraction, decimals: int) -> str:
    """Print a non-negative exact *value* with *decimals* digits; a true tie goes up."""
    units = math.floor(value * 10**decimals + Fraction(1, 2))
    return str(Decimal(units).scaleb(-decimals))


def normal_scores(count: int) -> list[float]:
    """Standard normal quantiles at (i - 0.5) / count, ascending."""
    standard = NormalDist()
    return [standard.inv_cdf((i + 0.5) / count) for i in range(count)]


def lognormal(median: float, sigma: float, score: float) -> float:
    """The lognormal value that lies *score* standard deviations above its *median*."""
    return median * math.exp(sigma * score)


def permutation(count: int, multiplier: int) -> list[int]:
    """The numbers below *count*, in the order of their multiples modulo a fixed prime."""
    prime = next(p for p in _PRIMES if p > count)
    return [j - 1 for j in sorted(range(1, count + 1), key=lambda j: (j * multiplier) % prime)]


def spread(values: list[str], order: list[int]) -> list[str]:
    """Put the i-th of *values* at place `order[i]`."""
    placed = dict(zip(order, values, strict=True))
    return [placed[place] for place in range(len(values))]


def van_der_corput(index: int) -> Fraction:
    """The *index*-th point of the base-2 sequence that fills (0, 1) evenly."""
    bits = index.bit_length()
    return Fraction(int(f"{index:b}"[::-1], 2), 2**bits)


def bump(day: int, peak_day: int, width: float) -> float:
    """A skewed hump over days after infusion: 0 on day 0, 1 on *peak_day*."""
    if day == 0:
        return 0.0
    distance = (math.log(day) - math.log(peak_day)) / width
    return math.exp(-distance * distance / 2)
