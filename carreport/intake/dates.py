"""
Studies without dates: study days, months, or only time and status.

A study folder counts days between dates. Where files give none, every patient starts on one
nominal day and times are added to it. Intervals are then right and the calendar means nothing,
which the study says of itself (`DATA_STATEMENT`).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from carreport.intake.draft import Assumed
from carreport.units import DAYS_PER_MONTH, DAYS_PER_YEAR, round_half_away

if TYPE_CHECKING:
    from collections.abc import Iterable

NOMINAL_START: Final = dt.date(2000, 1, 1)
"""The day on which every patient of a study without dates starts."""
DATA_STATEMENT: Final = "nominal dates"
"""What `[study] data_statement` then says on every page."""
NOMINAL: Final = {"data_statement": DATA_STATEMENT, "nominal_dates": True}
"""What [study] says of such a study."""
COMMENT: Final = (
    f"The files give no dates: every patient starts on {NOMINAL_START:%Y-%m-%d}, and times are\n"
    "added to it. Days between dates are right; calendar dates and enrolment mean nothing."
)
"""The comment above `cutoff` in study.toml."""
DAYS: Final = {
    "days": 1.0, "weeks": 7.0, "months": DAYS_PER_MONTH, "years": DAYS_PER_YEAR,
}  # fmt: skip
"""Days in a unit of time."""


def days_of(value: float, unit: str = "days") -> int:
    """
    A time in whole days, rounded half away from zero.

    Args:
        value: A finite number.
        unit: days, weeks, months (30.4375 days) or years (365.25 days).

    Raises:
        KeyError: Another unit.

    >>> days_of(12, "months"), days_of(0.5), days_of(3, "weeks")
    (365, 1, 21)
    """
    return int(round_half_away(value * DAYS[unit], 0))


def nominal(value: float, unit: str = "days") -> dt.date:
    """
    The nominal date a time after the start.

    Raises:
        OverflowError: There is no such date.

    >>> nominal(1, "months")
    datetime.date(2000, 1, 31)
    """
    return NOMINAL_START + dt.timedelta(days=days_of(value, unit))


def after_study_day(day: int) -> int:
    """
    Days after the start that a study day stands for: day 1 is the start, and there is no day 0.

    Raises:
        ValueError: It is day 0.

    >>> after_study_day(1), after_study_day(15), after_study_day(-1)
    (0, 14, -1)
    """
    if day == 0:
        msg = "there is no study day 0: the day before day 1 is day -1"
        raise ValueError(msg)
    return day - 1 if day > 0 else day


def latest(dates: Iterable[dt.date | None]) -> dt.date | None:
    """The latest of some dates, for the cutoff nobody gave; None where there is none."""
    return max((one for one in dates if one is not None), default=None)


def assumed_nominal(why: str) -> Assumed:
    """What the account says of a study without dates."""
    return Assumed(
        f"every patient starts on the nominal date {NOMINAL_START:%Y-%m-%d}; the calendar and "
        "the enrolment over time mean nothing",
        why,
        "give files with dates",
    )


def assumed_unit(unit: str, what: str) -> Assumed:
    """What the account says of times that were turned into days."""
    return Assumed(
        f"{what}: {unit} were turned into days by {DAYS[unit]:g} and rounded, halves away from "
        "zero",
        f"they are given in {unit}, and a study folder counts whole days",
        "give files with dates, or times in days",
    )


def assumed_cutoff(day: dt.date) -> Assumed:
    """What the account says of a cutoff nobody gave."""
    return Assumed(
        f"the data cutoff is {day:%Y-%m-%d}",
        "no cutoff was given; it is the latest date that occurs",
        "give --cutoff, or change it in study.toml",
    )
