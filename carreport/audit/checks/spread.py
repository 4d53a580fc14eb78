"""Standard deviations that a range, whole numbers or zeros and ones allow."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor, sqrt
from typing import TYPE_CHECKING, Final

from carreport.audit.checks.answer import Answer, NotTestable, answers, weighed
from carreport.audit.checks.reading import read_number, read_size, shown
from carreport.audit.checks.scales import on_one_scale, unit

if TYPE_CHECKING:
    from carreport.audit.checks.reading import Number

    Edges = tuple[Fraction, Fraction]

_MOST_SUMS: Final = 100_000
"""Totals that are tried one after the other."""
_MOST_NAMED: Final = 12


@answers
def spread(sd: str | None, low: str | None, high: str | None, n: str | None) -> Answer:
    """
    Whether n values between a minimum and a maximum can have a standard deviation.

    It is largest with half of them at either end, and smallest with one at either end and all
    others in the middle.

    Args:
        sd: Standard deviation, n − 1 below.
        low: The minimum, which one of the values is.
        high: The maximum, likewise.
        n: Values, exactly.

    Source:
        Popoviciu, Mathematica (Cluj) 1935;9:129-145: SD ≤ range/2·√(n/(n − 1)); and
        SD ≥ range/√(2(n − 1)).

    >>> spread("8.0", "10", "20", "14").reason
    '14 values from 10 to 20 have a standard deviation between 1.96 and 5.19, not 8.0'
    """
    deviation, values = _deviation(sd), _several(n)
    units = {unit(text or "") for text in (sd, low, high)}
    if len(units) > 1 and units - {unit(sd or "")} != {""}:
        message = "the standard deviation and the range are not in one unit"
        raise NotTestable(message)
    least, most = on_one_scale([(low, "the minimum"), (high, "the maximum")])
    shortest = most.edges("the maximum")[0] - least.edges("the minimum")[1]
    longest = most.edges("the maximum")[1] - least.edges("the minimum")[0]
    if longest < 0:
        reason = f"the minimum {least.text} exceeds the maximum {most.text}"
        return weighed(holds=False, reason=reason)
    smallest = max(shortest, Fraction(0)) ** 2 / (2 * (values - 1))
    largest = longest**2 / 4 * Fraction(values, values - 1)
    at_least, at_most = _squares(deviation)
    holds = at_least <= largest and smallest <= at_most
    width = most.value - least.value
    usual = (sqrt(width**2 / (2 * (values - 1))), sqrt(width**2 / 4 * Fraction(values, values - 1)))
    allowed = " and ".join(shown(edge, max(deviation.decimals, 1) + 1) for edge in usual)
    reason = f"{values} values from {least.text} to {most.text} have a standard deviation between {allowed}"
    formula = "range/√(2(n − 1)) ≤ SD ≤ range/2·√(n/(n − 1))"
    return weighed(holds, reason if holds else f"{reason}, not {deviation.text}", formula)


@answers
def grimmer(mean: str | None, sd: str | None, n: str | None, step: str | None = "1") -> Answer:
    """
    Whether n whole numbers can have a printed mean and standard deviation.

    Their sum T is whole; so is the sum of their squares Q, and both are even or both odd.

    Args:
        mean: As printed.
        sd: Standard deviation, n − 1 below.
        n: Values, exactly.
        step: What the values are multiples of, "1" for whole numbers.

    Source:
        Anaya, PeerJ Preprints 2016;4:e2400v1 (GRIMMER); Allard 2018 (A-GRIMMER):
        SD² = (Q − T²/n)/(n − 1), Q ≡ T (mod 2).

    >>> grimmer("3.44", "2.47", "18").reason
    '18 multiples of 1 with the mean 3.44 cannot have the SD 2.47'
    >>> grimmer("3.46", "2.47", "18").reason
    'no sum of 18 multiples of 1 has the mean 3.46'
    """
    middle, deviation, values = read_number(mean, "the mean"), _deviation(sd), _several(n)
    grid = read_number(step, "the step")
    if grid.value <= 0 or grid.relation:
        message = f"the step is printed as “{grid.text}”"
        raise NotTestable(message)
    low, high = (edge * values / grid.value for edge in middle.edges("the mean"))
    squares = tuple(edge / grid.value**2 for edge in _squares(deviation))
    if high - low > _MOST_SUMS or (
        high - low >= 1 and (squares[1] - squares[0]) * (values - 1) >= 2
    ):
        message = (
            f"{values} values can have almost every mean and standard deviation of so few digits"
        )
        raise NotTestable(message)
    formula = "mean = T/n, SD² = (Q − T²/n)/(n − 1), Q − T even"
    sums = range(ceil(low), floor(high) + 1)
    of = f"{values} multiples of {grid.text}"
    if not sums:
        reason = f"no sum of {of} has the mean {middle.text}"
        return weighed(holds=False, reason=reason, formula=formula)
    found = next(
        (
            f"T = {t}, Q = {q}"
            for t in sums
            if (q := _sum_of_squares(t, values, squares)) is not None
        ),
        "",
    )
    if found:
        reason = f"{of} have the mean {middle.text} and the SD {deviation.text} with {found}"
        return weighed(holds=True, reason=reason, formula=formula, solutions=(found,))
    reason = f"{of} with the mean {middle.text} cannot have the SD {deviation.text}"
    return weighed(holds=False, reason=reason, formula=formula)


@answers
def debit(mean: str | None, sd: str | None, n: str | None) -> Answer:
    """
    Whether n zeros and ones can have a printed mean and standard deviation.

    Args:
        mean: The share of ones, as a fraction or a percentage.
        sd: Standard deviation, n − 1 below, on the same scale.
        n: Values, exactly.

    Source:
        Heathers & Brown 2019 (DEBIT): SD = √(n/(n − 1)·p(1 − p)).

    >>> debit("0.36", "0.50", "14").solutions
    ('5 of 14',)
    """
    middle, deviation, values = read_number(mean, "the mean"), _deviation(sd), _several(n)
    low, high = (edge / (100 if middle.percent else 1) for edge in middle.edges("the mean"))
    scale = 100 if middle.percent or deviation.percent else 1
    least, most = (edge / scale**2 for edge in _squares(deviation))
    ones = range(max(ceil(low * values), 0), min(floor(high * values), values) + 1)
    found = [k for k in ones if least <= Fraction(k * (values - k), values * (values - 1)) <= most]
    formula = "SD = √(n/(n − 1)·p(1 − p)), p = k/n"
    pair = f"the mean {middle.text} and the SD {deviation.text}"
    if not found:
        reason = f"no {values} zeros and ones have {pair}"
        return weighed(holds=False, reason=reason, formula=formula)
    solutions = tuple(f"{k} of {values}" for k in found[:_MOST_NAMED])
    reason = f"{solutions[0]} ones have {pair}"
    return weighed(holds=True, reason=reason, formula=formula, solutions=solutions)


def _deviation(sd: str | None) -> Number:
    read = read_number(sd, "the standard deviation")
    if read.value < 0:
        message = f"the standard deviation is printed as “{read.text}”"
        raise NotTestable(message)
    return read


def _several(n: str | None) -> int:
    values = read_size(n, "the number of values")
    if values < 2:
        message = "one value has no standard deviation"
        raise NotTestable(message)
    return values


def _squares(deviation: Number) -> Edges:
    low, high = deviation.edges("the standard deviation")
    return max(low, Fraction(0)) ** 2, high**2


def _sum_of_squares(total: int, n: int, squares: tuple[Fraction, ...]) -> int | None:
    """The smallest sum of squares that n whole numbers with this total can have, in between."""
    each, over = divmod(total, n)
    smallest = (n - over) * each**2 + over * (each + 1) ** 2
    low, high = (edge * (n - 1) + Fraction(total**2, n) for edge in squares)
    first = max(ceil(low), smallest)
    first += (first - total) % 2
    return first if first <= high else None
