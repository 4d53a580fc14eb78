"""How a parameter of ADTTE counts its time: its unit, and whether the first day is day 1."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from carreport.intake.dates import DAYS

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNIT: Final = re.compile(r"\b(day|week|month|year)s?\b", re.IGNORECASE)
_IN_LABEL: Final = re.compile(
    r"\s*[\(\[]\s*(?:in\s+)?(day|week|month|year)s?\s*[\)\]]", re.IGNORECASE
)
OTHER_MONTHS: Final = (30.4375, 30.4, 30.42, 30.44, 30.0, 28.0)
"""Days in a month, as programs have it; the first of them that fits the dates is meant."""
OTHER_YEARS: Final = (365.25, 365.0)
FULL: Final = 6
"""From so many decimals on a value was not rounded for a reader."""


@dataclass(frozen=True, slots=True)
class Counting:
    """
    How AVAL was made of two dates.

    Attributes:
        unit: days, weeks, months or years.
        divisor: Days in one of them.
        first_day: 1 where the day of the start is day 1 (ADT - STARTDT + 1), 0 where it is day 0.
        fits: Of how many values that is true.
        of: Values that have both dates.
    """

    unit: str
    divisor: float
    first_day: int
    fits: int
    of: int


def unit_named(*texts: str) -> str:
    """
    The unit of time some text names; "" if none does, or two differ.

    >>> unit_named("DAYS"), unit_named("Progression-free Survival (Months)"), unit_named("OS")
    ('days', 'months', '')
    """
    for text in texts:
        found = {f"{one.lower()}s" for one in _UNIT.findall(text)}
        if len(found) == 1:
            return found.pop()
    return ""


def without_unit(label: str) -> str:
    """
    A label without the unit of time in brackets.

    >>> without_unit("Overall Survival (Days)")
    'Overall Survival'
    """
    return _IN_LABEL.sub("", label).strip()


def counting(values: Sequence[float | None], spans: Sequence[int | None], unit: str) -> Counting:
    """
    How the times of a parameter were made of its dates.

    Args:
        values: AVAL, one a row.
        spans: ADT - STARTDT in days, one a row.
        unit: What AVALU or PARAM says it is, or "".

    Returns:
        What is true of the most rows that have both; of equals the declared unit, days before
        longer ones, and day 0 before day 1.
    """
    both = [(v, s) for v, s in zip(values, spans, strict=True) if v is not None and s is not None]
    step = 10.0 ** -max((_decimals(value) for value, _ in both), default=0)
    ways = [
        Counting(name, divisor, first, _fitting(both, divisor, first, step), len(both))
        for name, divisor in _units(unit)
        for first in (0, 1)
    ]
    return max(ways, key=lambda one: one.fits)


def fits(value: float, span: int, way: Counting, step: float) -> bool:
    """Whether one value is what its dates say, up to the rounding of the values."""
    return abs(value - (span + way.first_day) / way.divisor) <= step / 2 + 1e-6


def step_of(values: Sequence[float | None]) -> float:
    """The step of values as they are rounded: 0.1 where the finest has one decimal."""
    return float(10.0 ** -max((_decimals(one) for one in values if one is not None), default=0))


def _units(unit: str) -> list[tuple[str, float]]:
    every = [
        ("days", 1.0),
        *(("months", one) for one in OTHER_MONTHS),
        ("weeks", DAYS["weeks"]),
        *(("years", one) for one in OTHER_YEARS),
    ]
    return sorted(every, key=lambda one: one[0] != unit)


def _fitting(both: Sequence[tuple[float, int]], divisor: float, first: int, step: float) -> int:
    way = Counting("", divisor, first, 0, 0)
    return sum(fits(value, span, way, step) for value, span in both)


def _decimals(value: float) -> int:
    _, _, after = f"{value:.{FULL}f}".rstrip("0").partition(".")
    return len(after)
