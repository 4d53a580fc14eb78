"""ADTTE: each parameter as rows with a start, an end, and whether it ended with the event."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from carreport.errors import Problem
from carreport.intake.adam.source import named
from carreport.intake.adam.subjects import strangers
from carreport.intake.adam.timing import Counting, counting, fits, step_of, unit_named
from carreport.intake.dates import DAYS, days_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from carreport.intake.adam.asked import Asked
    from carreport.intake.adam.source import Source
    from carreport.intake.adam.subjects import Subjects

_SURVIVAL: Final = re.compile(r"overall\s+survival|time\s+to\s+death\b(?!\s+or)", re.IGNORECASE)
_ENDED: Final = re.compile(
    r"\b(death|died|dead|progress\w*|relapse\w*|recurren\w*|event occur\w*)\b", re.IGNORECASE
)
_GOES_ON: Final = re.compile(
    r"\b(censor\w*|alive|on-?going|no event|data cut-?off|last (contact|known|follow))",
    re.IGNORECASE,
)
"""What nobody writes of an event; a withdrawal may be one, of the time to it."""
_LEFT: Final = re.compile(
    rf"{_GOES_ON.pattern}|\b(lost to follow|withdr\w*|complet\w*|end of study)", re.IGNORECASE
)
_DENIED: Final = re.compile(
    r"\b(no|not|without|free|before|prior|did|after|following|missed)\b", re.IGNORECASE
)
"""Beside one of these a word says nothing sure: “death after two missed assessments” is censored."""


@dataclass(frozen=True, slots=True)
class Time:
    """
    One row of ADTTE.

    Attributes:
        who: USUBJID.
        row: Row of the data set.
        start: STARTDT, or what stands for it.
        end: ADT, or what stands for it.
        event: Whether it ended with the event (CNSR is 0).
        said: EVNTDESC, or CNSDTDSC of a censored one.
    """

    who: str
    row: int
    start: dt.date
    end: dt.date
    event: bool
    said: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One PARAMCD, its times, and how AVAL counts them."""

    code: str
    label: str
    times: tuple[Time, ...]
    way: Counting

    @property
    def is_survival(self) -> bool:
        """Whether its event is death from any cause."""
        return self.code.upper() == "OS" or bool(_SURVIVAL.search(self.label))


@dataclass(frozen=True, slots=True)
class _Rows:
    """The columns of ADTTE, one value a row."""

    who: list[str]
    code: list[str]
    label: list[str]
    value: list[float | None]
    unit: list[str]
    start: list[dt.date | None]
    end: list[dt.date | None]
    censored: list[float | None]
    said: list[str]


def parameters(
    source: Source, found: Subjects, asked: Asked, zero: Mapping[str, dt.date | None]
) -> list[Parameter]:
    """
    The parameters of ADTTE, in the order of their first rows.

    Args:
        source: ADTTE; what is wrong with it is noted.
        found: The patients.
        asked: The parameters that were chosen.
        zero: Time zero of each patient, which stands for a STARTDT that is not there.
    """
    source.need("USUBJID", "PARAMCD", hint="ADTTE has one row a subject and parameter")
    source.need("CNSR", hint="CNSR is 0 for an event, 1 and above for a censored time")
    if not source.first("AVAL", "ADT", "ADTM"):
        source.need("AVAL", hint="give the times as AVAL, or their dates as ADT")
    if source.notes.refused:
        return []
    rows = _read(source, found)
    codes = _chosen(source, rows, asked)
    made = []
    for code in codes:
        at = [row for row in range(len(source)) if rows.code[row] == code and rows.who[row]]
        _repeated(source, rows, at)
        made += [_parameter(source, rows, code, at, zero)] if at else []
    return made


def _read(source: Source, found: Subjects) -> _Rows:
    who = strangers(source, found)
    analysed = source.texts("ANL01FL")
    if any(analysed):
        source.use("ANL01FL", "which rows are used", sum(one == "Y" for one in analysed))
        source.leave_rows(sum(one != "Y" for one in analysed), "ANL01FL is not Y")
        who = [one if flag == "Y" else "" for one, flag in zip(who, analysed, strict=True)]
    label = source.texts("PARAM") if source.has("PARAM") else source.texts("PARAMCD")
    said, censoring = source.texts("EVNTDESC"), source.texts("CNSDTDSC")
    cnsr = source.numbers("CNSR")
    return _Rows(
        who,
        source.texts("PARAMCD"),
        label,
        source.numbers("AVAL"),
        source.texts("AVALU"),
        source.days("STARTDT", "STARTDTM"),
        source.days("ADT", "ADTM"),
        cnsr,
        [
            (why or text) if one else text
            for one, text, why in zip(cnsr, said, censoring, strict=True)
        ],
    )


def _chosen(source: Source, rows: _Rows, asked: Asked) -> list[str]:
    every = list(dict.fromkeys(one for one in rows.code if one))
    wanted = [one.upper() for one in asked.parameters] or every
    for code in wanted:
        if code not in every:
            found = f"no row has PARAMCD = {code!r} (found {', '.join(every)})"
            problem = Problem(source.file, 0, "PARAMCD", found, "correct --param")
            source.notes.refused.append(problem)
    for code in every:
        if code not in wanted:
            source.leave_rows(rows.code.count(code), f"PARAMCD = {code} was not asked for")
    return [one for one in wanted if one in every]


def _repeated(source: Source, rows: _Rows, at: Sequence[int]) -> None:
    seen: dict[str, int] = {}
    for row in at:
        who = rows.who[row]
        if who in seen:
            found = f"{who} has {rows.code[row]} in row {source.place(seen[who]).row} already"
            remedy = "keep one row a subject and parameter, or say which with ANL01FL = Y"
            source.notes.refused.append(source.problem(row, "USUBJID", found, remedy))
        seen.setdefault(who, row)
        cnsr = rows.censored[row]
        if cnsr is None or cnsr < 0 or not cnsr.is_integer():
            found = "is missing" if cnsr is None else f"is {cnsr:g}"
            remedy = "write 0 for an event, 1 or above for a censored time"
            source.notes.refused.append(source.problem(row, "CNSR", found, remedy))


def _parameter(
    source: Source, rows: _Rows, code: str, at: Sequence[int], zero: Mapping[str, dt.date | None]
) -> Parameter:
    label = rows.label[at[0]] or code
    starts = [rows.start[row] or zero.get(rows.who[row]) for row in at]
    spans = [
        (end - start).days if start is not None and (end := rows.end[row]) is not None else None
        for row, start in zip(at, starts, strict=True)
    ]
    values = [rows.value[row] for row in at]
    units = {rows.unit[row] for row in at if rows.unit[row]}
    unit = unit_named(*units, label)
    way = counting(values, spans, unit)
    told = _Told(source, rows, code, unit, way)
    told.about_unit(at, units)
    times = tuple(told.times(at, starts, spans))
    told.about_censoring(times)
    return Parameter(code, label, times, way)


@dataclass(frozen=True, slots=True)
class _Told:
    """What is said of one parameter."""

    source: Source
    rows: _Rows
    code: str
    unit: str
    way: Counting

    def about_unit(self, at: Sequence[int], units: set[str]) -> None:
        """How AVAL counts, where that is not said, or said otherwise than the dates have it."""
        notes, way = self.source.notes, self.way
        if not any(self.rows.value[row] is not None for row in at):
            notes.assume(f"{self.code}: times are ADT - STARTDT", "AVAL has no value", "give AVAL")
            return
        if len(units) > 1:
            found = f"{self.code} is given in {', '.join(sorted(units))}"
            remedy = "the dates were used" if way.of else "give one unit a parameter"
            problem = Problem(self.source.file, 0, "AVALU", found, remedy)
            (notes.problems if way.of else notes.refused).append(problem)
        if not way.of:
            unit = self.unit or "days"
            why = "neither AVALU nor PARAM names a unit" if not self.unit else "of AVALU or PARAM"
            notes.assume(
                f"{self.code}: AVAL is in {unit}, of {DAYS[unit]:g} days, rounded to whole days, "
                "halves away from zero" if unit != "days" else f"{self.code}: AVAL is in days",
                f"there are no dates, and the unit is that {why}" if self.unit else why,
                "give ADT and STARTDT, or AVALU",
            )  # fmt: skip
            return
        if self.unit and self.unit != way.unit and way.fits:
            found = (
                f"{self.code} is said to be in {self.unit}; its dates say {way.unit} "
                f"({way.fits} of {way.of} values)"
            )
            problem = Problem(self.source.file, 0, "AVAL", found, "the dates were used")
            notes.problems.append(problem)
        if way.first_day:
            notes.assume(
                f"{self.code}: the day of the start is day 1 (AVAL is ADT - STARTDT + 1); "
                "first_day = 1",
                f"{way.fits} of {way.of} values say so",
                "remove first_day from the endpoint",
            )
        if way.unit != "days" and way.fits:
            notes.assume(
                f"{self.code}: AVAL is in {way.unit} of {way.divisor:g} days; times are the days "
                "between the dates",
                f"{way.fits} of {way.of} values say so",
                "give AVALU",
            )

    def times(
        self,
        at: Sequence[int],
        starts: Sequence[dt.date | None],
        spans: Sequence[int | None],
    ) -> Iterator[Time]:
        """Each row's dates; where AVAL says otherwise, that is told, and the dates stay."""
        values = [self.rows.value[row] for row in at]
        step = step_of(values)
        for row, start, span, value in zip(at, starts, spans, values, strict=True):
            if start is None:
                found = f"{self.rows.who[row]} has neither STARTDT nor a time zero in ADSL"
                problem = self.source.problem(row, "STARTDT", found, "give the date")
                self.source.notes.refused.append(problem)
                continue
            if span is not None and value is not None and not fits(value, span, self.way, step):
                self._disagree(row, value, span)
            end = self.rows.end[row] or self._after(row, start, value)
            if end is not None:
                event = self.rows.censored[row] == 0
                yield Time(self.rows.who[row], row, start, end, event, self.rows.said[row])

    def _disagree(self, row: int, value: float, span: int) -> None:
        expected = (span + self.way.first_day) / self.way.divisor
        found = (
            f"{self.code} of {self.rows.who[row]} is {value:g}, its dates say {expected:.6g} "
            f"{self.way.unit}"
        )
        self.source.notes.problems.append(
            self.source.problem(row, "AVAL", found, "the dates were used")
        )

    def _after(self, row: int, start: dt.date, value: float | None) -> dt.date | None:
        """The date that AVAL stands for, where there is no ADT."""
        if value is None:
            found = f"{self.code} of {self.rows.who[row]} has neither ADT nor AVAL"
            problem = self.source.problem(row, "ADT", found, "give one of them, or remove the row")
            self.source.notes.refused.append(problem)
            return None
        unit = self.way.unit if self.way.of else self.unit or "days"
        try:
            return start + dt.timedelta(days=days_of(value, unit) - self.way.first_day)
        except OverflowError:
            found = f"{value:g} {unit} end on no date"
            problem = self.source.problem(row, "AVAL", found, "correct the value")
            self.source.notes.refused.append(problem)
            return None

    def about_censoring(self, times: Sequence[Time]) -> None:
        """CNSR that says what the descriptions deny, or that is the same for everybody."""
        against = [one for one in times if _contradicts(one)]
        for one in against:
            cnsr = self.rows.censored[one.row] or 0
            found = f"{self.code} of {one.who} has CNSR = {cnsr:g} and {one.said!r}"
            self.source.notes.problems.append(
                self.source.problem(one.row, "CNSR", found, "CNSR was used: 0 is an event")
            )
        if len(against) * 2 > len(times):
            self._whole(
                f"CNSR of {self.code} seems to be inverted: {len(against)} of {len(times)} "
                "descriptions deny it",
                "CNSR was used as CDISC has it, 0 is an event; correct it if 1 is meant to be one",
            )
        if len(times) > 1 and not any(one.event for one in times):
            self._whole(
                f"{self.code} has no event: CNSR is 1 or above for all {len(times)}",
                "used as it is; if 1 is meant to be the event, correct CNSR",
            )

    def _whole(self, found: str, remedy: str) -> None:
        problem = Problem(self.source.file, 0, "CNSR", found, remedy)
        self.source.notes.problems.append(problem)


def _contradicts(one: Time) -> bool:
    """Whether the words clearly say the other thing."""
    ended = bool(_ENDED.search(one.said)) and not _DENIED.search(one.said)
    if one.event:
        return bool(_GOES_ON.search(one.said)) and not ended
    return ended and not _LEFT.search(one.said)


def against_deaths(found: Parameter, deaths: Mapping[str, dt.date | None]) -> str:
    """
    Whether ADSL says of the patients with an event of overall survival that they live.

    Args:
        found: Overall survival.
        deaths: DTHDT of each patient.
    """
    dead = [one for one in found.times if deaths.get(one.who)]
    wrong = [one.who for one in found.times if one.event != bool(deaths.get(one.who))]
    if not dead or len(wrong) * 2 <= len(found.times):
        return ""
    return f"{found.code} has events and DTHDT the other way round for {named(wrong)}"
