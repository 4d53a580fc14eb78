"""
Units, how each is printed, and the one rounding rule.

A number is rounded once, here, half away from zero, when it is printed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, Any, Final

from carreport.house import HOUSES, OWN, House

if TYPE_CHECKING:
    from collections.abc import Mapping

DAYS_PER_MONTH: Final = 30.4375
DAYS_PER_YEAR: Final = 365.25
STYLES: Final = (
    "", "whole", "one", "two", "three", "bare", "plain", "months", "years", "whole_months",
    "whole_years",
)  # fmt: skip
"""The named exceptions to a unit's own format."""
MINUS: Final = "\N{MINUS SIGN}"
NOT_ESTIMABLE: Final = "NE"
NOT_REACHED: Final = "NR"

# Binary noise such as 6.7749999999999995 for 6.775 lies beyond twelve significant digits.
_SIGNIFICANT: Final = 12
_PERCENT: Final = frozenset({"fraction", "survival", "level"})
_SMALL: Final = Decimal("0.01")
"""Below it a p of two decimals has three."""
_FEW_DECIMALS: Final = 2
_LARGE: Final = 10**_SIGNIFICANT
"""From here on all of a number's digits stand before the point, and all of them count."""
_WIDE: Final = Context(prec=400)
"""Holds every digit of the largest float."""


@dataclass(frozen=True, slots=True)
class Unit:
    """
    What a number counts or measures, and how it is printed by default.

    Attributes:
        name: As shown to a reader after the number ("days", "mg/L"), or empty.
        kind: Formatting rule: count, fraction, survival, level (a percentage with as many
            decimals as it has), days, p, coefficient, ratio, statistic, measurement,
            identifier.
        decimals: Digits after the point, before any named format.
        singular: The name after exactly one.
        house: The journal whose format it is printed in.
    """

    name: str
    kind: str
    decimals: int = 0
    singular: str = ""
    house: House = OWN

    def spell(self, shown: str) -> str:
        """The unit's name as it follows the printed number *shown*."""
        return self.singular if shown == "1" and self.singular else self.name


COUNT: Final = Unit("", "count")
PATIENTS: Final = Unit("patients", "count", singular="patient")
EVENTS: Final = Unit("events", "count", singular="event")
FRACTION: Final = Unit("", "fraction", 1)
SURVIVAL: Final = Unit("", "survival", 1)
DAYS: Final = Unit("days", "days", 0, "day")
P_VALUE: Final = Unit("", "p")
COEFFICIENT: Final = Unit("", "coefficient", 3)
RATIO: Final = Unit("", "ratio", 2)
STATISTIC: Final = Unit("", "statistic", 2)
MEASUREMENT: Final = Unit("", "measurement", 1)
"""Stands for the unit of the variable at hand; the runner puts the study's own in its place."""
LEVEL: Final = Unit("", "level")
TEXT: Final = Unit("", "text")
DATE: Final = Unit("", "date")


def round_half_away(value: float, decimals: int) -> Decimal:
    """
    Round once, ties away from zero, on the decimal the number was meant to be.

    Args:
        value: A finite number.
        decimals: Digits to keep after the point.

    Returns:
        The rounded decimal, never a negative zero.

    Source:
        Rounding convention of SAS and SPSS; ties of k/n are exact because the shortest
        representation of a correctly rounded quotient is the terminating decimal itself.

    >>> round_half_away(6.775, 2), round_half_away(100 * (1 / 16), 1), round_half_away(-0.5, 0)
    (Decimal('6.78'), Decimal('6.3'), Decimal('-1'))
    """
    step = Decimal(1).scaleb(-decimals)
    rounded = _meant(value).quantize(step, rounding=ROUND_HALF_UP, context=_WIDE)
    return abs(rounded) if rounded == 0 else rounded


def _meant(value: float) -> Decimal:
    """The decimal a number was meant to be, without binary noise."""
    return Decimal(value) if abs(value) >= _LARGE else Decimal(f"{value:.{_SIGNIFICANT}g}")


def show(value: float | str | None, unit: Unit, style: str = "", missing: str = "") -> str:
    """
    Print one number.

    Args:
        value: The stored number (fractions as fractions, times in days), text, or None.
        unit: Its unit.
        style: A named exception to the unit's own format: whole, one, two, bare (no percent
            sign), plain (no trailing zeros), months, years, whole_months, whole_years.
        missing: What None means here: NE or NR.

    Returns:
        The printed string, with a true minus sign.

    Raises:
        ValueError: There is no such style.

    >>> show(30 / 49, SURVIVAL), show(30 / 49, SURVIVAL, "bare"), show(0.04713, P_VALUE)
    ('61.2%', '61.2', '0.047')
    >>> show(698, DAYS, "months"), show(None, DAYS, missing=NOT_REACHED), show(-0.537, COEFFICIENT)
    ('22.9', 'NR', '−0.537')
    """
    if style not in STYLES:
        message = f"{style!r} is no style; use one of {', '.join(filter(None, STYLES))}"
        raise ValueError(message)
    if value is None:
        return missing or NOT_ESTIMABLE
    if isinstance(value, str):
        return value
    if unit.kind == "p":
        return _show_p(value, unit.house)
    if unit.kind == "level":
        unit = replace(unit, decimals=_decimals_of(100 * value))
    return _show_number(
        value, _styled(unit, style), percent_sign=style != "bare", plain=style == "plain"
    )


def described(unit: Unit) -> dict[str, str]:
    """
    How a number of this unit is printed, for programs that print it again.

    >>> described(FRACTION)["decimals"], described(FRACTION)["scale"], described(P_VALUE)["limit"]
    ('1', '100', '<0.001')
    """
    if unit.kind in ("text", "date"):
        return {"kind": "text"}
    house = unit.house
    rule = {"rounding": "half away from zero", "minus": MINUS, "scale": "1"}
    if house.name:
        rule |= {"house": house.name, "point": house.point, "thousands": house.thousands}
    if unit.kind == "p":
        limit = house.lettered(house.p_least, probability=True)
        decimals = f"{house.p_figures} figures" if house.p_figures else str(house.p_decimals)
        return {**rule, "decimals": decimals, "limit": f"<{limit}"}
    if unit.kind in _PERCENT:
        rule |= {"scale": "100", "suffix": "%"}
    return {**rule, "decimals": "as given" if unit.kind == "level" else str(unit.decimals)}


def unit_of(row: Mapping[str, Any]) -> Unit:
    """
    The unit of a number as a build saved it in results.json.

    Args:
        row: With unit, kind and format.

    Returns:
        A unit that prints the value as that build printed it; the singular is not saved.

    >>> show(0.047, unit_of({"unit": "", "kind": "p", "format": {"house": "ama"}}))
    '.047'
    """
    told = row.get("format") or {}
    decimals = str(told.get("decimals", ""))
    return Unit(
        row["unit"],
        row["kind"],
        int(decimals) if decimals.isdecimal() else 0,
        house=HOUSES.get(str(told.get("house", "")), OWN),
    )


def scaled(unit: Unit, style: str) -> Unit:
    """The unit a named *style* prints in: days may be shown as months or years."""
    if unit.kind != "days":
        return unit
    match style:
        case "months":
            return replace(unit, name="months", singular="month", decimals=1)
        case "years":
            return replace(unit, name="years", singular="year", decimals=1)
        case "whole_months":
            return replace(unit, name="months", singular="month", decimals=0)
        case "whole_years":
            return replace(unit, name="years", singular="year", decimals=0)
        case _:
            return unit


def spoken_in(days: float) -> str:
    """
    The style in which people speak of a landmark.

    Args:
        days: Counted from the start.

    Returns:
        Whole years or whole months where the days are meant as such, else days; below three
        months protocols count days.

    >>> spoken_in(730), spoken_in(182), spoken_in(100), spoken_in(28)
    ('whole_years', 'whole_months', '', '')
    """
    for style, shortest, average, least in (
        ("whole_years", 365, DAYS_PER_YEAR, 1),
        ("whole_months", 30, DAYS_PER_MONTH, 3),
    ):
        number = int(round_half_away(days / average, 0))
        if number >= least and shortest * number <= days <= average * number + 1:
            return style
    return ""


def _styled(unit: Unit, style: str) -> Unit:
    decimals = {"whole": 0, "one": 1, "two": 2, "three": 3, "months": 1, "years": 1}
    styled = scaled(unit, style)
    return replace(styled, decimals=decimals[style]) if style in decimals else styled


def _show_number(value: float, unit: Unit, *, percent_sign: bool, plain: bool) -> str:
    percent = unit.kind in _PERCENT
    if percent:
        value = 100 * value
    elif unit.kind == "days":
        value /= {"months": DAYS_PER_MONTH, "years": DAYS_PER_YEAR}.get(unit.name, 1)
    text = str(round_half_away(value, unit.decimals))
    text = text.rstrip("0").rstrip(".") if plain and "." in text else text
    sign = MINUS if text.startswith("-") else ""
    digits = unit.house.lettered(text.removeprefix("-"), grouped=unit.kind != "identifier")
    return sign + digits + ("%" if percent and percent_sign else "")


def _decimals_of(value: float) -> int:
    """How many decimals a number was given with."""
    exponent = _meant(value).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _show_p(value: float, house: House) -> str:
    """A bound instead of a rounded 0 or 1; never carried across the house's threshold."""
    if value < float(house.p_least):
        return f"<{house.lettered(house.p_least, probability=True)}"
    if value > float(house.p_most) and not (house.p_one and value == 1):
        return f">{house.lettered(house.p_most, probability=True)}"
    shown = _rounded_p(value, _meant(value), house)
    return house.lettered(str(shown), probability=True)


def _rounded_p(value: float, meant: Decimal, house: House) -> Decimal:
    """To figures or to decimals; each try rounds the value itself, so nothing is rounded twice."""
    if house.p_figures:
        decimals = house.p_figures - 1 - meant.adjusted()
        shown = round_half_away(value, decimals)
        carried = shown.adjusted() > meant.adjusted()  # 0.0999 is 0.10, not 0.100
        return round_half_away(value, decimals - 1) if carried else shown
    two = house.p_decimals == _FEW_DECIMALS
    decimals = house.p_decimals + (two and meant < _SMALL)
    shown = round_half_away(value, decimals)
    guard = Decimal(str(house.p_guard))
    while meant < guard <= shown:
        decimals += 1
        shown = round_half_away(value, decimals)
    return shown
