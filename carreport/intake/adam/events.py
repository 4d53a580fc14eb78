"""ADAE: adverse events under treatment."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from carreport.errors import Problem
from carreport.intake.adam.source import named
from carreport.intake.adam.subjects import strangers
from carreport.intake.dates import after_study_day
from carreport.intake.draft import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carreport.intake.adam.origin import Timeline
    from carreport.intake.adam.source import Source
    from carreport.intake.adam.subjects import Subjects

_SEVERITY: Final = {"MILD": "1", "MODERATE": "2", "SEVERE": "3"}
_GRADES: Final = ("AETOXGR", "ATOXGR", "AETOXGRN", "ATOXGRN")
_WORDS: Final = ("ASEV", "AESEV")
_FLAGS: Final = {"Y": "yes", "N": "no"}
HEADER: Final = (
    "patient_id", "term", "category", "grade", "start_date", "end_date", "serious", "related",
)  # fmt: skip


def adverse_events(
    source: Source,
    found: Subjects,
    line: Timeline,
) -> Table:
    """
    The adverse events under treatment (TRTEMFL is Y), all where that is not said.

    Args:
        source: ADAE; what is wrong with it is noted.
        found: The patients.
        line: Time zero and death of each patient, which nothing comes after.
    """
    notes = source.notes
    source.need("USUBJID")
    term = source.first("AEDECOD", "AETERM")
    category = source.first("AEBODSYS", "AESOC")
    grades = _grades(source)
    if not term:
        source.need("AEDECOD", hint="give the preferred terms of the adverse events")
    if notes.refused:
        return Table(HEADER, ())
    if term != "AEDECOD":
        notes.assume("terms are those of AETERM", "ADAE has no AEDECOD", "give AEDECOD")
    who = _under_treatment(source, strangers(source, found))
    terms, categories = source.texts(term), source.texts(category)
    starts = _days(source, line, who, "ASTDT", "ASTDTM", "ASTDY")
    ends = _days(source, line, who, "AENDT", "AENDTM", "AENDY")
    serious, related = source.texts("AESER"), source.texts(source.first("AREL", "AEREL"))
    rows, places, ungraded, late = [], [], 0, []
    for row in range(len(source)):
        patient, start = who[row], starts[row]
        if not patient:
            continue
        if not (terms[row] and grades[row]):
            ungraded += 1
            continue
        if start is not None and patient in line.deaths and start > line.deaths[patient]:
            late.append(patient)
            start = None
        rows.append(
            (
                patient,
                terms[row],
                categories[row] or "Not coded",
                grades[row],
                str(start or ""),
                str(ends[row] or ""),
                _FLAGS.get(serious[row], ""),
                related[row],
            )
        )
        places.append(source.place(row))
    source.leave_rows(ungraded, "no term, or no grade from 1 to 5")
    if late:
        said = f"{len(late)} adverse events of {named(late)} start after the death"
        problem = Problem(source.file, 0, "ASTDT", said, "they are kept without their date")
        notes.problems.append(problem)
    _account(source, rows, term, category)
    return Table(HEADER, tuple(rows), tuple(places))


def _under_treatment(source: Source, who: list[str]) -> list[str]:
    if not source.has("TRTEMFL"):
        source.notes.assume(
            "all adverse events are under treatment", "ADAE has no TRTEMFL", "give TRTEMFL"
        )
        return who
    flags = source.texts("TRTEMFL")
    source.use("TRTEMFL", "which rows are used", sum(one == "Y" for one in flags))
    before = sum(bool(one) and flag != "Y" for one, flag in zip(who, flags, strict=True))
    source.leave_rows(before, "TRTEMFL is not Y: not under treatment")
    return [one if flag == "Y" else "" for one, flag in zip(who, flags, strict=True)]


def _grades(source: Source) -> list[str]:
    """Grades 1 to 5 as text, "" where there is none; severity in words is 1, 2, 3."""
    name = source.first(*_GRADES)
    if name:
        texts = [one.upper().removeprefix("GRADE").strip() for one in source.texts(name)]
        source.use(name, "adverse_events.grade", sum(map(bool, texts)))
        return [one if one in ("1", "2", "3", "4", "5") else "" for one in texts]
    words = source.first(*_WORDS)
    if not words:
        source.need("AETOXGR", hint="give the grade as AETOXGR or ATOXGR, or the severity as AESEV")
        return [""] * len(source)
    source.notes.assume(
        f"{words}: MILD is grade 1, MODERATE grade 2, SEVERE grade 3",
        "ADAE has no toxicity grade",
        "give AETOXGR",
    )
    texts = source.texts(words)
    source.use(words, "adverse_events.grade", sum(map(bool, texts)))
    return [_SEVERITY.get(one.upper(), "") for one in texts]


def _days(
    source: Source,
    line: Timeline,
    who: list[str],
    date: str,
    moment: str,
    day: str,
) -> list[dt.date | None]:
    """Dates; in a study without, study days after its nominal start."""
    dates = source.days(date, moment)
    if not line.nominal or not source.has(day):
        return dates
    return [
        on_study_day(line.zero[patient], number) if patient and found is None else found
        for found, number, patient in zip(dates, source.numbers(day), who, strict=True)
    ]


def on_study_day(start: dt.date, number: float | None) -> dt.date | None:
    """The date of a study day, or None without one."""
    if not number:
        return None
    return start + dt.timedelta(days=after_study_day(int(number)))


def _account(source: Source, rows: Sequence[tuple[str, ...]], term: str, category: str) -> None:
    became = {
        "USUBJID": 0, term: 1, category: 2, source.first("ASTDT", "ASTDTM", "ASTDY"): 4,
        source.first("AENDT", "AENDTM", "AENDY"): 5, source.first("AESER"): 6,
        source.first("AREL", "AEREL"): 7,
    }  # fmt: skip
    for name, at in became.items():
        if name:
            values = sum(bool(row[at]) for row in rows)
            source.use(name, f"adverse_events.{HEADER[at]}", values)
    if not category:
        source.notes.assume(
            "adverse events have no category", "ADAE has no AEBODSYS", "give AEBODSYS"
        )
