"""patients.csv: what was known of each patient on the day of the first infusion."""

from __future__ import annotations

from fractions import Fraction
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from .arithmetic import permutation, printed_exactly
from .followup import ACTIVE, MRD, Course
from .tuning import mrd_levels

if TYPE_CHECKING:
    from .sources import Sources, Table2Row

PATIENT_COLUMNS: Final = (
    "patient_id",
    "start_date",
    "stratum",
    "age",
    "sex",
    "blast_pct",
    "cns",
    "extramedullary",
    "complex_karyotype",
    "ph",
    "malignancy",
    "mrd_detection",
    "mrd_class",
    "n_prior",
    "last_line",
)

# Table 1's median of 29 leaves exactly 18 of the other 33 below 29 years and 15 above.
_YOUNGER: Final = (14, 15, 16, 17, 18, 19, 20, 21, 22, 22, 23, 24, 25, 25, 26, 27, 28, 28)
_OLDER: Final = (30, 31, 32, 33, 35, 36, 39, 43, 44, 47, 48, 52, 55, 58, 66)
_OTHERS: Final = len(_YOUNGER) + len(_OLDER)
_OTHER_MEN: Final = 20

# The cohort's median of 30% is the sixth smallest of the 29, since 18 of 47 lie below 5%.
_LOWEST_ACTIVE_BLASTS: Final = ("0", "4", "12", "18.5", "24", "30")
_HIGHER_ACTIVE_BLASTS: Final = (Fraction(33), Fraction("98.8"), 23)
_LOW_BLASTS: Final = {"L01": "0.000", "L02": "0.003", "L03": "0.005", "L04": "0.008"}

_CNS: Final = frozenset({"A03", "A07", "A11", "A14", "A21", "A23"})
_COMPLEX: Final = frozenset({"A01", "A04", "A07", "A10", "A13", "A16", "A19", "A25", "L02"})
_PH_POSITIVE: Final = frozenset({"A02", "A06", "A12", "A18", "A22", "A28", "L04"})

Row = dict[str, str]


def patient_rows(sources: Sources, courses: list[Course]) -> list[Row]:
    """One row per patient, the 14 of Table 2 first."""
    by_patient = {row.patient: row for row in sources.table2}
    levels = mrd_levels(sources)
    others = [course for course in courses if course.stratum != MRD]
    ages, sexes, blasts = _other_ages(), _other_sexes(), _active_blasts() | _LOW_BLASTS
    mrd = [
        _common(course) | _mrd_row(by_patient[course.patient], levels[course.patient])
        for course in courses
        if course.stratum == MRD
    ]
    return mrd + [
        _common(course) | {"age": age, "sex": sex, "blast_pct": blasts[course.patient]}
        for course, age, sex in zip(others, ages, sexes, strict=True)
    ]


def _common(course: Course) -> Row:
    """Fields of every patient; CNS leukaemia is the only extramedullary site simulated."""
    patient = course.patient
    return {
        "patient_id": patient,
        "start_date": course.on(0),
        "stratum": course.stratum,
        "cns": _yes(patient in _CNS),
        "extramedullary": _yes(patient in _CNS and course.stratum == ACTIVE),
        "complex_karyotype": _yes(patient in _COMPLEX),
        "ph": "positive" if patient in _PH_POSITIVE else "negative",
    }


def _mrd_row(row: Table2Row, level: int) -> Row:
    return {
        "age": row.age,
        "sex": row.sex,
        "blast_pct": printed_exactly(Fraction(level, 100), 2),
        "ph": "positive" if row.ph_positive else "negative",
        "malignancy": row.malignancy,
        "mrd_detection": row.mrd_detection,
        "mrd_class": row.mrd_class,
        "n_prior": row.n_prior,
        "last_line": row.last_line,
    }


def _yes(condition: bool) -> str:
    return "yes" if condition else "no"


def _other_ages() -> list[str]:
    """Younger and older in turn, so that no stratum is all young."""
    return [str(age) for pair in zip_longest(_YOUNGER, _OLDER) for age in pair if age is not None]


def _other_sexes() -> list[str]:
    """Twenty men spread as evenly as whole places allow."""
    steps = [i * _OTHER_MEN // _OTHERS for i in range(_OTHERS + 1)]
    return ["M" if steps[i] != steps[i + 1] else "F" for i in range(_OTHERS)]


def _active_blasts() -> dict[str, str]:
    first, last, count = _HIGHER_ACTIVE_BLASTS
    higher = [first + (last - first) * k / (count - 1) for k in range(count)]
    values = [*map(Fraction, _LOWEST_ACTIVE_BLASTS), *higher]
    order = permutation(len(values), 7)
    return {f"A{i + 1:02d}": printed_exactly(values[order[i]], 1) for i in range(len(values))}
