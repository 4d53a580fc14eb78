"""
Courses of serum markers and CAR-T cells in measurements.csv.

Every course rises to its peak on one chosen day and falls again; the peak itself is the value of
`peaks.py`, and no other value of the course exceeds it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from .adverse_events import FEVER_DAYS
from .arithmetic import bump, printed, printed_exactly
from .followup import ACTIVE, MRD, Course
from .peaks import CART, MARKERS, first_peaks, later_peaks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .sources import Sources

CART_UNIT: Final = "cells/µL"
CART_LLOQ: Final = Decimal("0.1")

_SERUM_DAYS: Final = {MRD: (0, 1, 3, 5, 7, 10, 14, 21, 28), ACTIVE: (0, 3, 7, 14, 28)}
_CART_DAYS: Final = {MRD: (0, 1, 3, 5, 7, 10, 14, 21, 28, 60, 90), ACTIVE: (0, 7, 14, 28)}
_SECOND_DAYS: Final = (0, 4, 7, 10, 14, 21, 28, 60, 90)
_THIRD_DAYS: Final = (0, 7, 10, 14, 28)

_NARROW: Final = 0.45
_EARLY_FEVER: Final = 2
_MRD_CART: Final = {
    "1": (10, 0.55),
    "2": (14, 0.45),
    "3": (10, 0.65),
    "4": (14, 0.45),
    "5": (10, 0.45),
    "6": (7, 0.55),
    "7": (10, 0.45),
    "8": (14, 0.55),
    "9": (7, 0.45),
    "10": (10, 0.55),
    "11": (14, 0.45),
    "12": (14, 0.45),
    "13": (10, 0.65),
    "14": (7, 0.65),
}
_LATER_PEAK_DAYS: Final = {
    ("2", 2): 10,
    ("3", 2): 7,
    ("4", 2): 14,
    ("7", 2): 10,
    ("9", 2): 7,
    ("4", 3): 10,
    ("7", 3): 10,
    ("9", 3): 7,
}

# The text calls patient 9's cytokine release after the third infusion robust; no value is printed.
_ROBUST: Final = (("9", 3), Fraction("2.5"), 3)

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Kinetics:
    """
    How a serum marker moves.

    Attributes:
        early: Day of the peak when fever starts on day 1 or 2, and among the 29.
        late: Day of the peak otherwise.
        floor: Level before and after, as a share of the peak.
        width: Of the hump, on a log scale of days.
    """

    early: int
    late: int
    floor: float
    width: float

    def share(self, day: int, peak_day: int) -> float:
        """The level on *day* as a share of the peak."""
        return self.floor + (1 - self.floor) * bump(day + 1, peak_day + 1, self.width)


_KINETICS: Final = {
    "CRP": Kinetics(5, 7, 0.06, 0.45),
    "IL-2R": Kinetics(7, 10, 0.25, 0.60),
    "IL-6": Kinetics(3, 5, 0.04, 0.40),
    "IL-8": Kinetics(3, 5, 0.20, 0.50),
    "IL-10": Kinetics(5, 7, 0.15, 0.50),
    "Ferritin": Kinetics(7, 10, 0.30, 0.70),
}


@dataclass(frozen=True, slots=True)
class Series:
    """Printed values of one analyte by day after one infusion."""

    analyte: str
    unit: str
    infusion: int
    values: dict[int, str]

    def rows(self, course: Course) -> list[Row]:
        """The series as rows, up to the next infusion and the end of follow-up."""
        infused = course.infusions[self.infusion - 1]
        later = [day for day in course.infusions if day > infused]
        return [
            {
                "patient_id": course.patient,
                "analyte": self.analyte,
                "date": course.on(infused + day),
                "value": value,
                "unit": self.unit,
                "infusion": str(self.infusion),
                "below_lloq": _below_lloq(self.analyte, value),
            }
            for day, value in self.values.items()
            if infused + day <= course.end and all(infused + day < next_ for next_ in later)
        ]


def kinetics_rows(sources: Sources, courses: list[Course]) -> dict[str, list[Row]]:
    """Patient to rows of serum markers and CAR-T cells, infusion by infusion."""
    peaks, later = first_peaks(sources), later_peaks(sources)
    return {
        course.patient: [
            row
            for series in (
                *_after_first(course, peaks),
                *_after_later(course, peaks, later),
            )
            for row in series.rows(course)
        ]
        for course in courses
        if course.stratum in _SERUM_DAYS
    }


def _after_first(course: Course, peaks: dict[str, dict[str, str]]) -> Iterable[Series]:
    patient = course.patient
    for marker in MARKERS:
        peak_day = _serum_peak_day(marker.analyte, course)
        values = _serum(
            marker.analyte, peaks[marker.analyte][patient], peak_day, _SERUM_DAYS[course.stratum]
        )
        yield Series(marker.analyte, marker.unit, 1, values)
    peak_day, width = _MRD_CART[patient] if course.stratum == MRD else _active_cart(patient)
    values = _cart(peaks[CART][patient], peak_day, width, _CART_DAYS[course.stratum])
    yield Series(CART, CART_UNIT, 1, values)


def _after_later(
    course: Course, first: dict[str, dict[str, str]], later: dict[tuple[str, int], str]
) -> Iterable[Series]:
    for infusion, days in ((2, _SECOND_DAYS), (3, _THIRD_DAYS)):
        at = (course.patient, infusion)
        if at == _ROBUST[0]:
            yield from _robust_release(at, first)
        if at in later:
            values = _cart(later[at], _LATER_PEAK_DAYS[at], _NARROW, days)
            yield Series(CART, CART_UNIT, infusion, values)


def _robust_release(at: tuple[str, int], first: dict[str, dict[str, str]]) -> Iterable[Series]:
    patient, infusion = at
    _, times, peak_day = _ROBUST
    for marker in MARKERS:
        peak = printed_exactly(Fraction(first[marker.analyte][patient]) * times, 1)
        values = _serum(marker.analyte, peak, peak_day, _SERUM_DAYS[ACTIVE])
        yield Series(marker.analyte, marker.unit, infusion, values)


def _serum_peak_day(analyte: str, course: Course) -> int:
    kinetics = _KINETICS[analyte]
    if course.stratum == MRD:
        fever = FEVER_DAYS.get(course.patient)
        return kinetics.early if fever and fever[0] <= _EARLY_FEVER else kinetics.late
    odd = int(course.patient[1:]) % 2
    return 3 if kinetics.early == 3 and odd else 7


def _active_cart(patient: str) -> tuple[int, float]:
    return (7 if int(patient[1:]) % 3 else 14), _NARROW


def _serum(analyte: str, peak: str, peak_day: int, days: tuple[int, ...]) -> dict[int, str]:
    kinetics = _KINETICS[analyte]
    shares = {day: kinetics.share(day, peak_day) for day in days}
    return _scaled(peak, peak_day, shares)


def _cart(peak: str, peak_day: int, width: float, days: tuple[int, ...]) -> dict[int, str]:
    return _scaled(peak, peak_day, {day: bump(day, peak_day, width) for day in days})


def _scaled(peak: str, peak_day: int, shares: dict[int, float]) -> dict[int, str]:
    return {
        day: peak if day == peak_day else printed(float(peak) * share, 1)
        for day, share in shares.items()
    }


def _below_lloq(analyte: str, value: str) -> str:
    return "yes" if analyte == CART and Decimal(value) < CART_LLOQ else ""
