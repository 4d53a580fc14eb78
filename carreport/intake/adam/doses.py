"""ADEX: dated doses as infusions."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Final

from carreport.errors import Problem
from carreport.intake.adam.events import on_study_day
from carreport.intake.adam.source import named
from carreport.intake.adam.subjects import strangers
from carreport.intake.draft import Table
from carreport.study.words import written

if TYPE_CHECKING:
    import datetime as dt

    from carreport.intake.adam.origin import Timeline
    from carreport.intake.adam.source import Source
    from carreport.intake.adam.subjects import Subjects

HEADER: Final = ("patient_id", "infusion", "date", "dose")
_DATES: Final = ("ASTDT", "ASTDTM", "EXSTDT", "EXSTDTM", "EXSTDTC", "ADT", "ADTM")
_DOSES: Final = ("EXDOSE", "ADOSE", "AVAL")
_UNITS: Final = ("EXDOSU", "ADOSEU", "AVALU")
_TREATMENTS: Final = ("EXTRT", "TRTA", "TRTP")


def doses(
    source: Source,
    found: Subjects,
    line: Timeline,
) -> tuple[Table, dict[str, Any]]:
    """
    The days on which doses were given, numbered by patient.

    Doses of one day are added where they are of one treatment; otherwise the day has no dose.

    Args:
        source: ADEX; what is wrong with it is noted.
        found: The patients.
        line: Time zero and death of each patient, which nothing comes after.

    Returns:
        `infusions`, and the part [exposure] of study.toml.
    """
    notes = source.notes
    source.need("USUBJID")
    name = source.first(*_DATES)
    if not name and not line.nominal:
        source.need("ASTDT", hint="give the days of the doses, or leave --adex out")
    if notes.refused:
        return Table(HEADER, ()), {}
    who = _administrations(source, strangers(source, found))
    days = source.days(*_DATES)
    if line.nominal and source.has("ASTDY"):
        days = [
            on_study_day(line.zero[patient], day) if patient and date is None else date
            for date, day, patient in zip(days, source.numbers("ASTDY"), who, strict=True)
        ]
    dose, unit = source.first(*_DOSES), source.first(*_UNITS)
    amounts, units = source.numbers(dose), source.texts(unit)
    given: dict[tuple[str, dt.date], list[int]] = defaultdict(list)
    strange: list[str] = []
    for row, (patient, day) in enumerate(zip(who, days, strict=True)):
        if not patient or day is None:
            continue
        if day < line.zero[patient] or (patient in line.deaths and day > line.deaths[patient]):
            strange.append(patient)
            continue
        given[patient, day].append(row)
    source.leave_rows(sum(bool(p) and d is None for p, d in zip(who, days, strict=True)), "no date")
    if strange:
        said = f"{len(strange)} doses of {named(strange)} before time zero or after the death"
        problem = Problem(source.file, 0, name, said, "they were left out")
        notes.problems.append(problem)
    named_units = sorted({units[row] for rows in given.values() for row in rows if units[row]})
    treatments = source.texts(source.first(*_TREATMENTS))
    rows, places, numbers = [], [], Counter[str]()
    several = 0
    for (patient, day), at in sorted(given.items()):
        numbers[patient] += 1
        one = len({treatments[row] for row in at}) == 1 and len(named_units) < 2
        several += len(at) > 1
        known = [amount for row in at if (amount := amounts[row]) is not None]
        total = written(sum(known)) if one and len(known) == len(at) else ""
        rows.append((patient, str(numbers[patient]), str(day), total))
        places.append(source.place(at[0]))
    if several:
        notes.assume(
            f"doses of one treatment on one day are one infusion ({several} days), their doses "
            "added; of several treatments, without a dose",
            "a study folder has one row a day",
            "change infusions.csv",
        )
    _account(source, len(rows), name, dose, unit)
    part = {"label": "Dose", "unit": named_units[0]} if len(named_units) == 1 else {}
    return Table(HEADER, tuple(rows), tuple(places)), part


def _administrations(source: Source, who: list[str]) -> list[str]:
    """Rows of the one parameter that holds single doses; all where there are no parameters."""
    codes = source.texts("PARAMCD")
    every = sorted({one for one in codes if one})
    if len(every) < 2:
        return who
    days = source.days(*_DATES)
    dated = sorted({code for code, day in zip(codes, days, strict=True) if code and day})
    code = "DOSE" if "DOSE" in dated else next(iter(dated), every[0])
    source.notes.assume(
        f"doses are those of PARAMCD = {code}",
        f"ADEX has {', '.join(every)}, and a study folder counts single doses",
        "give an ADEX with the rows that are meant",
    )
    left = sum(one != code for one in codes)
    source.leave_rows(left, f"PARAMCD is not {code}")
    return [one if given == code else "" for one, given in zip(who, codes, strict=True)]


def _account(source: Source, rows: int, name: str, dose: str, unit: str) -> None:
    for column, became in (
        ("USUBJID", "infusions.patient_id"), (name, "infusions.date"), (dose, "infusions.dose"),
        (unit, "exposure.unit"),
    ):  # fmt: skip
        if column:
            source.use(column, became, rows)
