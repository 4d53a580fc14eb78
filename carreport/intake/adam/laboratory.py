"""ADLB: laboratory values as measurements, and those of ABLFL as baseline variables."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from carreport.errors import Problem
from carreport.intake.adam.characteristics import decimals_of, split_unit
from carreport.intake.adam.events import on_study_day
from carreport.intake.adam.source import an_id, named
from carreport.intake.adam.subjects import strangers
from carreport.intake.draft import Table
from carreport.study.cells import NUMBER
from carreport.study.words import written

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from carreport.intake.adam.asked import Asked
    from carreport.intake.adam.origin import Timeline
    from carreport.intake.adam.source import Source
    from carreport.intake.adam.subjects import Subjects

HEADER: Final = ("patient_id", "analyte", "date", "value", "unit", "below_lloq")
_BELOW: Final = re.compile(r"(?:<|<=|≤|BLQ|BLOQ)\s*([0-9.]+)")
_UNITS: Final = ("AVALU", "LBSTRESU", "LBORRESU")


@dataclass(slots=True)
class Laboratory:
    """
    What a study folder has of ADLB.

    Attributes:
        table: `measurements`.
        analytes: Parts [[analyte]] of study.toml.
        baseline: Parts [[baseline]].
        columns: Columns of `patients`, by patient.
    """

    table: Table = field(default_factory=lambda: Table(HEADER, ()))
    analytes: list[dict[str, Any]] = field(default_factory=list)
    baseline: list[dict[str, Any]] = field(default_factory=list)
    columns: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Value:
    row: int
    who: str
    code: str
    day: dt.date
    value: float
    below: bool
    unit: str
    baseline: bool


def laboratory(
    source: Source,
    found: Subjects,
    asked: Asked,
    line: Timeline,
    taken: set[str],
) -> Laboratory:
    """
    Laboratory values.

    A value written as below a limit ("<5") counts as the limit and is marked. Records derived by
    the analysis (DTYPE) are left out.

    Args:
        source: ADLB; what is wrong with it is noted.
        found: The patients.
        asked: The parameters that were chosen.
        line: Time zero and death of each patient, which nothing comes after.
        taken: Columns of `patients` there are already.
    """
    notes = source.notes
    source.need("USUBJID", "PARAMCD", hint="ADLB has one row a subject, parameter and visit")
    if not source.first("AVAL", "AVALC"):
        source.need("AVAL")
    if notes.refused:
        return Laboratory()
    labels = _labels(source)
    for code in (one.upper() for one in asked.analytes):
        if code not in labels:
            found_ = f"no row has PARAMCD = {code!r} (found {', '.join(list(labels)[:20])})"
            notes.refused.append(Problem(source.file, 0, "PARAMCD", found_, "correct --analyte"))
    wanted = {one.upper() for one in asked.analytes} or set(labels)
    every = _values(source, found, wanted, line)
    made = Laboratory()
    rows, places = [], []
    for one in every:
        value = written(one.value)
        label = labels[one.code][0]
        below = "yes" if one.below else ""
        rows.append((one.who, label, str(one.day), value, one.unit, below))
        places.append(source.place(one.row))
    made.table = Table(HEADER, tuple(rows), tuple(places))
    for code in dict.fromkeys(one.code for one in every):
        _parts(made, code, labels[code][0], [one for one in every if one.code == code], taken)
    _account(source, every, wanted, set(labels))
    return made


def _labels(source: Source) -> dict[str, tuple[str, str]]:
    """Label and unit of each parameter, by PARAMCD; labels tell the parameters apart."""
    names = source.texts("PARAM") if source.has("PARAM") else source.texts("PARAMCD")
    found: dict[str, tuple[str, str]] = {}
    for code, name in zip(source.texts("PARAMCD"), names, strict=True):
        if code and code not in found:
            found[code] = split_unit(name or code)
    labels = [label for label, _ in found.values()]
    return {
        code: (label if labels.count(label) == 1 else f"{label} ({code})", unit)
        for code, (label, unit) in found.items()
    }


def _values(
    source: Source,
    found: Subjects,
    wanted: set[str],
    line: Timeline,
) -> list[_Value]:
    who, codes, labels = strangers(source, found), source.texts("PARAMCD"), _labels(source)
    dates = source.days("ADT", "ADTM")
    if line.nominal and source.has("ADY"):
        dates = [
            on_study_day(line.zero[patient], day) if patient and date is None else date
            for date, day, patient in zip(dates, source.numbers("ADY"), who, strict=True)
        ]
    values, texts, unit = source.numbers("AVAL"), source.texts("AVALC"), source.first(*_UNITS)
    units, derived, flags = source.texts(unit), source.texts("DTYPE"), source.texts("ABLFL")
    made: list[_Value] = []
    left: Counter[str] = Counter()
    late: list[str] = []
    for row, (patient, code) in enumerate(zip(who, codes, strict=True)):
        if not patient or not code:
            continue
        value, below = _value(values[row], texts[row])
        day = dates[row]
        why = _left_out(code in wanted, derived[row], value, day)
        if value is None or day is None or why:
            left[why] += 1
        elif patient in line.deaths and day > line.deaths[patient]:
            late.append(patient)
        else:
            said = units[row] or labels[code][1]
            made.append(_Value(row, patient, code, day, value, below, said, flags[row] == "Y"))
    for why, rows in left.items():
        source.leave_rows(rows, why)
    if late:
        said = f"{len(late)} values of {named(late)} are dated after the death"
        problem = Problem(source.file, 0, "ADT", said, "they were left out")
        source.notes.problems.append(problem)
    return made


def _left_out(wanted: object, derived: str, value: float | None, day: dt.date | None) -> str:
    """Why a row is not used; "" where it is."""
    if not wanted:
        return "of a parameter that was not asked for"
    if derived:
        return "derived by the analysis (DTYPE)"
    if value is None:
        return "without a value"
    return "" if day is not None else "without a date"


def _value(value: float | None, text: str) -> tuple[float | None, bool]:
    """A value, and whether it is a limit it lies below."""
    below = _BELOW.fullmatch(text)
    if below and NUMBER.match(below[1]):
        return (value if value is not None else float(below[1])), True
    if value is None and NUMBER.match(text):
        return float(text), False
    return value, False


def _parts(
    made: Laboratory, code: str, label: str, values: Sequence[_Value], taken: set[str]
) -> None:
    decimals = decimals_of([one.value for one in values])
    unit = next((one.unit for one in values if one.unit), "")
    about = {"unit": unit} if unit else {}
    about_decimals = {"decimals": decimals} if decimals else {}
    id_ = an_id(code, taken)
    made.analytes.append({"id": id_, "analyte": label, "label": label, **about, **about_decimals})
    first: dict[str, _Value] = {}
    for one in values:
        if one.baseline and (one.who not in first or one.day >= first[one.who].day):
            first[one.who] = one
    if first:
        column = an_id(f"{code}_bl", taken)
        made.columns[column] = {who: written(one.value) for who, one in first.items()}
        made.baseline.append(
            {"id": column, "column": column, "label": f"{label} at baseline",
             "kind": "continuous", **about, **about_decimals}
        )  # fmt: skip


def _account(source: Source, every: Sequence[_Value], wanted: set[str], known: set[str]) -> None:
    notes = source.notes
    for name, became in (
        ("USUBJID", "measurements.patient_id"),
        ("PARAMCD", "measurements.analyte"),
        ("PARAM", "measurements.analyte"),
        (source.first("ADT", "ADTM", "ADY"), "measurements.date"),
        ("AVAL", "measurements.value"),
        (source.first(*_UNITS), "measurements.unit"),
    ):
        if name and source.has(name):
            source.use(name, became, len(every))
    below = sum(one.below for one in every)
    if source.has("AVALC") and below:
        source.use("AVALC", "measurements.below_lloq", below)
        notes.assume(
            f"{below} values below a limit count as the limit, or as AVAL where it is there",
            "AVALC has them as <…",
            "give AVAL as it is to be analysed",
        )
    if source.has("ABLFL"):
        source.use("ABLFL", "baseline variables", sum(one.baseline for one in every))
    notes.assume(
        "the value of a patient is the peak of all after and before the start",
        "ADLB does not say which value of an analyte is analysed",
        "change summary and window of each analyte in study.toml",
    )
    if wanted == known and len(known) > 1:
        notes.assume(
            f"all {len(known)} parameters of ADLB are analytes",
            "no --analyte was given",
            "give --analyte PARAMCD, as often as needed",
        )
