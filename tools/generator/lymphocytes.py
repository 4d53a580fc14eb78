"""
Lymphocyte subsets of the 14 patients in measurements.csv.

B cells are literal: aplasia (at most 1 cell/µL from day 14 on) in the five patients the text
names, a dip on day 14 alone in the two non-responders, a slow recovery in the rest. T-cell
subsets are lymphocyte counts times frequencies whose ranks alternate between patients who
relapsed and patients who did not, so that no comparison between them is significant.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from .arithmetic import lognormal, normal_scores, printed, printed_exactly
from .followup import MRD, Course

if TYPE_CHECKING:
    from collections.abc import Iterable

_DAYS: Final = (0, 14, 28, 60, 90)
_COUNT_UNIT: Final = "cells/µL"
_SUBSETS: Final = ("CD3+ T cells", "CD4+ T cells", "CD8+ T cells")

_B_CELLS: Final = {
    "1": (14, 3, 6, 28, 70),
    "2": (18, 4, 8, 35, 85),
    "3": (12, 0, 0, 0, 0),
    "4": (45, 9, 16, 40, 88),
    "5": (9, 0, 0, 0, 1),
    "6": (12, 3, 5, 22, 62),
    "7": (38, 0, 0, 0, 0),
    "8": (15, 4, 7, 30, 74),
    "9": (11, 2, 4, 18, 48),
    "10": (20, 5, 9, 36, 90),
    "11": (10, 3, 42, 65, 80),
    "12": (16, 4, 55, 70, 85),
    "13": (11, 1, 0, 0, 1),
    "14": (24, 1, 0, 0, 0),
}

# Lymphocytes/µL on the day of infusion, in the range of each patient's grade of lymphopenia:
# below 200 is grade 4, below 500 grade 3, below 800 grade 2.
_LYMPHOCYTES_AT_INFUSION: Final = {
    "1": 120,
    "2": 150,
    "3": 95,
    "4": 640,
    "5": 80,
    "6": 110,
    "7": 560,
    "8": 130,
    "9": 100,
    "10": 160,
    "11": 90,
    "12": 140,
    "13": 105,
    "14": 310,
}
_LYMPHOCYTES: Final = {14: 620, 28: 1150, 60: 1350, 90: 1500}
_LYMPHOCYTES_SIGMA: Final = 0.25
_CD3_PERCENT: Final = {0: 70, 14: 82, 28: 76, 60: 74, 90: 72}
_CD3_SD: Final = 3.0
_CD4_SHARE: Final = {0: 0.44, 14: 0.30, 28: 0.34, 60: 0.36, 90: 0.38}
_CD4_SD: Final = 0.04
_CD4_AND_CD8_SHARE: Final = 0.93

# Lowest first; among the 12 responders the four who relapsed stand 2nd, 5th, 8th and 11th.
_COUNT_RANKS: Final = ("6", "4", "12", "13", "2", "9", "1", "11", "8", "7", "14", "3", "5", "10")
_CD3_RANKS: Final = ("8", "9", "3", "11", "10", "5", "1", "14", "4", "12", "6", "13", "7", "2")
_CD4_RANKS: Final = ("13", "7", "1", "2", "12", "4", "14", "3", "9", "11", "10", "8", "5", "6")

Row = dict[str, str]


def lymphocyte_rows(courses: list[Course]) -> dict[str, list[Row]]:
    """Patient to rows, subset by subset; CD4+ and CD8+ cells are parts of the CD3+ cells."""
    return {
        course.patient: [
            _row(course, day, analyte, unit, series[day])
            for analyte, unit, series in _series(course.patient)
            for day in _DAYS
        ]
        for course in courses
        if course.stratum == MRD
    }


def _row(course: Course, day: int, analyte: str, unit: str, value: str) -> Row:
    return {
        "patient_id": course.patient,
        "analyte": analyte,
        "date": course.on(day),
        "value": value,
        "unit": unit,
        "infusion": "1",
        "below_lloq": "",
    }


def _series(patient: str) -> Iterable[tuple[str, str, dict[int, str]]]:
    frequencies = {day: _frequencies(patient, day) for day in _DAYS}
    totals = {day: _lymphocytes(patient, day) for day in _DAYS}
    b_cells = zip(_DAYS, map(str, _B_CELLS[patient]), strict=True)
    yield "B cells", _COUNT_UNIT, dict(b_cells)
    for place, subset in enumerate(_SUBSETS):
        counts = {
            day: printed_exactly(totals[day] * Fraction(frequencies[day][place]) / 100, 0)
            for day in _DAYS
        }
        yield subset, _COUNT_UNIT, counts
    for place, subset in enumerate(_SUBSETS):
        percents = {day: frequencies[day][place] for day in _DAYS}
        yield f"{subset}, % of lymphocytes", "%", percents


def _lymphocytes(patient: str, day: int) -> int:
    if day == 0:
        return _LYMPHOCYTES_AT_INFUSION[patient]
    score = _score(_COUNT_RANKS, patient)
    return int(printed(lognormal(_LYMPHOCYTES[day], _LYMPHOCYTES_SIGMA, score), 0))


def _frequencies(patient: str, day: int) -> tuple[str, str, str]:
    """CD3+, CD4+ and CD8+ T cells, as printed percentages of lymphocytes."""
    cd3 = _CD3_PERCENT[day] + _CD3_SD * _score(_CD3_RANKS, patient)
    cd4 = cd3 * (_CD4_SHARE[day] + _CD4_SD * _score(_CD4_RANKS, patient))
    cd8 = cd3 * _CD4_AND_CD8_SHARE - cd4
    return printed(cd3, 1), printed(cd4, 1), printed(cd8, 1)


def _score(ranks: tuple[str, ...], patient: str) -> float:
    return normal_scores(len(ranks))[ranks.index(patient)]
