"""
adverse_events.csv: Table 3's counts dealt to 14 patients, and CRS grades of the others.

Each printed percentage is one k of 14. Who bears which grade is a choice, bound by four facts:
Table 2 prints the CRS grades; grade 1 CRS is fever, so the ten with fever are the ten with CRS;
grade 2 fever belongs to the two with persistent high fever; febrile neutropenia needs grade 3
neutropenia, of which there are as many, so the two sets are equal.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from .followup import ACTIVE, MRD, Course
from .peaks import active_crs_grades

if TYPE_CHECKING:
    from .sources import Sources, Table3Row

ADVERSE_EVENT_COLUMNS: Final = (
    "patient_id",
    "term",
    "category",
    "grade",
    "start_date",
    "end_date",
    "infusion",
)

CRS: Final = "Cytokine release syndrome"
_FEVER: Final = "Fever"
_FEBRILE_NEUTROPENIA: Final = "Febrile neutropenia"
_PATIENTS: Final = 14

# Worst first. The first ten have CRS, led by the two treated with steroids.
_SEVERITY: Final = ("7", "5", "11", "9", "12", "6", "8", "3", "1", "13", "10", "2", "14", "4")
# These do not hang on fever; turning the order keeps one patient from being worst in everything.
_TURNED_BY: Final = {"Anemia": 3, "Thrombocytopenia": 5, "Lymphopenia": 1}

FEVER_DAYS: Final = {
    "1": (3, 5),
    "3": (2, 4),
    "5": (1, 8),
    "6": (3, 5),
    "7": (1, 7),
    "8": (4, 6),
    "9": (2, 6),
    "11": (2, 5),
    "12": (4, 6),
    "13": (5, 7),
}

# (patient, infusion, grade, first and last day after that infusion); only patient 9 is published.
_LATER_CRS: Final = (
    ("3", 2, 1, 3, 4),
    ("4", 3, 1, 2, 4),
    ("7", 2, 1, 3, 5),
    ("7", 3, 1, 2, 4),
    ("9", 3, 2, 1, 6),
)

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Timing:
    """Earliest start and shortest length in days, and over how many days either varies."""

    start: int
    start_spread: int
    length: int
    length_spread: int

    def days(self, number: int) -> tuple[int, int]:
        """First and last day for the patient of this *number*."""
        start = self.start + number % self.start_spread
        return start, start + self.length + 3 * number % self.length_spread


_LABORATORY: Final = Timing(6, 3, 8, 4)
_TIMINGS: Final = {
    "Anemia": Timing(2, 4, 16, 10),
    "Leukopenia": Timing(0, 2, 14, 7),
    "Neutropenia": Timing(0, 3, 12, 8),
    "Lymphopenia": Timing(0, 1, 20, 8),
    "Thrombocytopenia": Timing(3, 4, 12, 9),
    "Fibrinogen decreased": Timing(5, 3, 5, 3),
}


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One adverse event, its days counted from the infusion it followed."""

    term: str
    grade: int
    days: tuple[int, int]
    infusion: int = 1


def adverse_event_rows(sources: Sources, courses: list[Course]) -> list[Row]:
    """One row per patient, term and infusion, at the maximum grade."""
    categories = {row.term: row.category for row in sources.table3}
    return [
        _row(course, occurrence, categories[occurrence.term])
        for course in courses
        for occurrence in _occurrences(course, sources)
    ]


def _row(course: Course, occurrence: Occurrence, category: str) -> Row:
    infused = course.infusions[occurrence.infusion - 1]
    first, last = occurrence.days
    return {
        "patient_id": course.patient,
        "term": occurrence.term,
        "category": category,
        "grade": str(occurrence.grade),
        "start_date": course.on(infused + first),
        "end_date": course.on(min(infused + last, course.end)),
        "infusion": str(occurrence.infusion),
    }


def _occurrences(course: Course, sources: Sources) -> list[Occurrence]:
    if course.stratum == MRD:
        return [*_after_first(course.patient, sources), *_after_later(course.patient)]
    if course.stratum == ACTIVE:
        return _active_crs(course.patient)
    return []


def _after_first(patient: str, sources: Sources) -> list[Occurrence]:
    graded = ((row.term, _grades(row).get(patient)) for row in sources.table3)
    return [Occurrence(term, grade, _days(term, patient)) for term, grade in graded if grade]


def _after_later(patient: str) -> list[Occurrence]:
    return [
        Occurrence(CRS, grade, (first, last), infusion)
        for bearer, infusion, grade, first, last in _LATER_CRS
        if bearer == patient
    ]


def _active_crs(patient: str) -> list[Occurrence]:
    """A higher grade lasts longer; grade 0 is no event."""
    grade = active_crs_grades()[patient]
    first = 1 + int(patient[1:]) % 3
    return [Occurrence(CRS, grade, (first, first + 2 + grade))] if grade else []


def _grades(row: Table3Row) -> dict[str, int]:
    """Deal the highest grades to the worst patients."""
    turned = _TURNED_BY.get(row.term, 0)
    order = _SEVERITY[turned:] + _SEVERITY[:turned]
    grades = [
        grade for grade in (4, 3, 2, 1) for _ in range(_count_behind(row.percents[grade - 1]))
    ]
    return dict(zip(order, grades, strict=False))


def _count_behind(percent: str) -> int:
    """The one k for which k of 14 patients prints as *percent*."""
    if not percent:
        return 0
    (count,) = (k for k in range(_PATIENTS + 1) if _tenths(k) == Fraction(percent) * 10)
    return count


def _tenths(count: int) -> int:
    return math.floor(Fraction(1000 * count, _PATIENTS) + Fraction(1, 2))


def _days(term: str, patient: str) -> tuple[int, int]:
    if term not in {_FEVER, CRS, _FEBRILE_NEUTROPENIA}:
        return _TIMINGS.get(term, _LABORATORY).days(int(patient))
    first, last = FEVER_DAYS[patient]
    if term == CRS:
        return first, last + 1
    return (first + 1, last) if term == _FEBRILE_NEUTROPENIA else (first, last)
