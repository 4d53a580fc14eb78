"""Differences of numbers as a reader sees them."""

from __future__ import annotations

from typing import Final

from carreport.units import MINUS, Unit, round_half_away

POINTS: Final = "points"
_PERCENT: Final = frozenset({"fraction", "survival", "level"})
_TEXT: Final = frozenset({"text", "date", "identifier"})
_P_DECIMALS: Final = 3


def difference_shown(difference: float, unit: Unit) -> str:
    """
    A difference with its sign, in the unit's own digits; in as many as it takes to see one.

    >>> from carreport.units import DAYS, P_VALUE, SURVIVAL
    >>> difference_shown(0.0181, SURVIVAL), difference_shown(-1, DAYS)
    ('+1.8 points', '−1 day')
    >>> difference_shown(0.000123, P_VALUE), difference_shown(0, P_VALUE)
    ('+0.0001', '0')
    """
    if unit.kind in _TEXT:
        return ""
    percent = unit.kind in _PERCENT
    scaled = 100 * difference if percent else difference
    shown = round_half_away(abs(scaled), _P_DECIMALS if unit.kind == "p" else unit.decimals)
    digits = str(shown) if shown or not scaled else f"{abs(scaled):.1g}"
    if not scaled:
        digits = "0"
    sign = "+" if scaled > 0 else MINUS if scaled < 0 else ""
    digits = unit.house.lettered(digits)
    name = POINTS if percent else unit.spell(digits)
    return f"{sign}{digits} {name}".strip()
