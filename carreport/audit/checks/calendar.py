"""Durations and dates as printed, with all they can mean."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from carreport.audit.checks.answer import NotTestable
from carreport.audit.checks.reading import read_number

_DAYS_PER: Final = {
    "": (Fraction(1), Fraction(1)),
    "h": (Fraction(1, 24), Fraction(1, 24)),
    "d": (Fraction(1), Fraction(1)),
    "w": (Fraction(7), Fraction(7)),
    "m": (Fraction(30), Fraction(61, 2)),
    "y": (Fraction(365), Fraction(366)),
}
"""Shortest and longest in use: a month has 30 to 30.5 days (30.4375, 30.44), a year 365 to 366."""
UNIT: Final = re.compile(
    r"(?<![a-z])(h|d|w|m|y)(?:s|k|ks|o|os|r|rs|ays?|eeks?|onths?|ears?|ours?)?\b(?!\w)",
    re.IGNORECASE,
)
"""A unit of time behind a number."""
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
        start=1,
    )
}
_MONTH: Final = r"(?P<name>[a-z]{3,9})\.?"
_YEAR: Final = r"(?P<year>[12][0-9]{3})"
_DAY: Final = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_FORMS: Final = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_YEAR}(?:-(?P<month>[01][0-9])(?:-{_DAY})?)?",
        rf"{_MONTH}\s+{_DAY}\s*,?\s+{_YEAR}",
        rf"{_DAY}\s+{_MONTH},?\s+{_YEAR}",
        rf"{_MONTH},?\s+{_YEAR}",
    )
)


@dataclass(frozen=True, slots=True)
class Duration:
    """
    A printed length of time, in days.

    Attributes:
        text: As printed, with its unit.
        value: About how long that is.
        low: The shortest it can be; None for no limit.
        high: The longest; None for no limit.
    """

    text: str
    value: Fraction
    low: Fraction | None
    high: Fraction | None


def read_duration(text: str | None, what: str) -> Duration:
    """
    A length of time: "945", "945 days", "6.8 months". Without a unit it is in days.

    Whole days are exact: they lie between two dates.

    Raises:
        NotTestable: It is not stated or malformed.

    >>> read_duration("2 years", "the time").high
    Fraction(915, 1)
    """
    read = read_number(text, what)
    unit = UNIT.search(text or "")
    least, most = _DAYS_PER[unit[1].lower() if unit else ""]
    low = None if read.low is None else min(read.low * least, read.low * most)
    high = None if read.high is None else max(read.high * least, read.high * most)
    if least == most and not read.decimals and not read.relation:
        low = high = read.value * least
    about = read.value * (least + most) / 2
    return Duration(f"{read.text} {unit[0] if unit else 'days'}", about, low, high)


def read_dates(text: str | None, what: str) -> tuple[date, date]:
    """
    The first and the last day that a printed date can be.

    Args:
        text: "2018-01-01", "2018-01", "2018", "January 2018", "August 19, 2020", "19 Aug 2020".
        what: What happened then, for the reason.

    Raises:
        NotTestable: It is not stated, or written otherwise ("01/02/2018" may be two days).

    >>> [str(day) for day in read_dates("January 2018", "enrolment")]
    ['2018-01-01', '2018-01-31']
    """
    if text is None or not text.strip():
        message = f"{what} is not stated"
        raise NotTestable(message)
    found = next(filter(None, (form.fullmatch(text.strip()) for form in _FORMS)), None)
    days = found and _days(found.groupdict())
    if not days:
        message = f"{what} is printed as “{text.strip()[:40]}”, which cannot be read as a date"
        raise NotTestable(message)
    return days


def _days(parts: dict[str, str | None]) -> tuple[date, date] | None:
    year, name, day = int(parts["year"] or 0), parts.get("name"), parts.get("day")
    month = _month(name) if name else int(parts.get("month") or 0)
    if month is None or month > 12 or (parts.get("month") and not month):
        return None
    if not month:
        return date(year, 1, 1), date(year, 12, 31)
    last = monthrange(year, month)[1]
    if day is None:
        return date(year, month, 1), date(year, month, last)
    return (date(year, month, int(day)),) * 2 if 1 <= int(day) <= last else None


def _month(name: str) -> int | None:
    number = _MONTHS.get(name[:3].lower())
    full = date(2000, number, 1).strftime("%B").lower() if number else ""
    return number if full.startswith(name.lower()) or name.lower() == "sept" else None
