"""Parameters of ADTTE as endpoints, and their dates as events: each time as ADTTE has it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from carreport.errors import Problem
from carreport.intake.adam.parameters import against_deaths
from carreport.intake.adam.source import an_id, named
from carreport.intake.adam.timing import without_unit
from carreport.intake.dates import latest
from carreport.study import schema

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from carreport.intake.adam.parameters import Parameter, Time
    from carreport.intake.adam.source import Source
    from carreport.intake.adam.subjects import Subjects
    from carreport.intake.draft import Place

LANDMARKS: Final = (182, 365, 730, 1095, 1826)
"""Days on which survival is given, as far as times reach them; the first three."""
SEEN: Final = ("LSTALVDT", "EOSDT", "RFENDT", "TRTEDT", "TRTEDTM")
"""Dates of ADSL on which a patient was seen alive; the first that has a value counts."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of `events`."""

    who: str
    event: str
    date: dt.date
    detail: str
    place: Place


@dataclass(slots=True)
class Outcomes:
    """
    What a study folder has of ADTTE.

    Attributes:
        events: Rows of `events`.
        parts: Parts of study.toml: endpoint, population, derived.
        columns: Columns of `patients`, by patient.
    """

    events: list[Row] = field(default_factory=list)
    parts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    columns: dict[str, dict[str, str]] = field(default_factory=dict)

    def add(self, kind: str, part: dict[str, Any]) -> None:
        """One more part of study.toml."""
        self.parts.setdefault(kind, []).append(part)


def outcomes(
    source: Source,
    found: Subjects,
    every: Sequence[Parameter],
    zero: Mapping[str, dt.date],
    label: str,
) -> Outcomes:
    """
    Endpoints whose times are those of ADTTE.

    A censored time ends with a row of its own (`censored_by`), so that endpoints may be censored
    on different days. An endpoint whose STARTDT is not time zero starts with a row of its own
    (`start_event`), one that counts the first day says `first_day = 1`. Deaths are those of
    overall survival, otherwise DTHDT.

    Args:
        source: ADTTE.
        found: The patients.
        every: Its parameters.
        zero: Time zero of each patient.
        label: What it is called.
    """
    made = Outcomes()
    deaths = _deaths(source, found, every, zero)
    made.events += deaths.values()
    survival = next((one for one in every if one.is_survival), None)
    taken = {"all"}
    for parameter in every:
        dies = parameter is survival
        part = _endpoint(
            made, source, found, parameter, zero, an_id(parameter.code, taken), dies=dies
        )
        part["definition"] = (
            f"Time from {part.get('start_event') or label} to the event of {parameter.code} in "
            "ADTTE (ADT where CNSR is zero), otherwise censored on ADT."
        )
    made.events += _contacts(source, found, made.events, deaths)
    made.events.sort(key=lambda one: (found.row_of[one.who], one.date, one.event))
    return made


def _endpoint(
    made: Outcomes,
    source: Source,
    found: Subjects,
    parameter: Parameter,
    zero: Mapping[str, dt.date],
    id_: str,
    *,
    dies: bool,
) -> dict[str, Any]:
    code = parameter.code
    label = without_unit(parameter.label) or code
    event = schema.DEATH if dies else f"{code} event"
    part: dict[str, Any] = {"id": id_, "label": label, "short": code, "events": [event]}
    longest = max(((one.end - one.start).days for one in parameter.times), default=0)
    if landmarks := [day for day in LANDMARKS if day <= longest][:3]:
        part["landmarks"] = landmarks
    if any(not one.event for one in parameter.times):
        part["censored_by"] = [f"{code} censored"]
    if parameter.way.first_day:
        part["first_day"] = 1
    here = {one.who for one in parameter.times}
    apart = [one for one in parameter.times if one.start != zero[one.who]]
    if apart:
        _own_start(made, source, parameter, part, apart)
    elif len(here) < len(found.ids):
        column = f"analysed_{id_}"
        made.columns[column] = {who: "yes" if who in here else "no" for who in found.ids}
        part["population"] = f"{id_}_set"
        where = {column: "yes"}
        words = f"Patients analysed for {label}"
        made.add("population", {"id": f"{id_}_set", "label": words, "where": where})
        source.notes.assume(
            f"{code} is analysed among {len(here)} of {len(found.ids)} patients",
            f"ADTTE has no row of it for {named(who for who in found.ids if who not in here)}",
            f"remove population from the endpoint {id_}",
        )
    made.add("endpoint", part)
    for one in parameter.times:
        if not (one.event and dies):
            name = event if one.event else f"{code} censored"
            made.events.append(Row(one.who, name, one.end, one.said, source.place(one.row)))
    _account(source, code, part, parameter.times)
    return part


def _own_start(
    made: Outcomes,
    source: Source,
    parameter: Parameter,
    part: dict[str, Any],
    apart: Sequence[Time],
) -> None:
    """An endpoint that does not count from time zero: its start is an event."""
    code, id_ = parameter.code, part["id"]
    start, column = f"{code} start", f"started_{id_}"
    part |= {"start_event": start, "population": f"{id_}_set"}
    made.add(
        "derived",
        {"column": column, "from": "events", "where": {"event": start}, "take": "any"},
    )
    words = f"Patients analysed for {part['label']}"
    where = {column: "yes"}
    made.add("population", {"id": f"{id_}_set", "label": words, "where": where})
    made.events += [
        Row(one.who, start, one.start, "", source.place(one.row)) for one in parameter.times
    ]
    source.notes.assume(
        f"{code} counts from STARTDT of its own, the event {start!r}",
        f"STARTDT is not time zero for {named(one.who for one in apart)} ({len(apart)} of "
        f"{len(parameter.times)})",
        "choose the date they share as --origin",
    )


def _account(source: Source, code: str, part: Mapping[str, Any], times: Sequence[Time]) -> None:
    events = sum(one.event for one in times)
    became = f"endpoint {part['id']}: {events} events, {len(times) - events} censored"
    source.use("PARAMCD", f"{became} ({code})", len(times))


def _deaths(
    source: Source, found: Subjects, every: Sequence[Parameter], zero: Mapping[str, dt.date]
) -> dict[str, Row]:
    """The death of each patient who died: by overall survival, otherwise by DTHDT."""
    adsl, notes = found.source, source.notes
    dates = found.days("DTHDT", "DTHDTM")
    causes = found.texts("DTHCAUS")
    if adsl.first("DTHDT", "DTHDTM"):
        adsl.use(adsl.first("DTHDT", "DTHDTM"), "events.date of death", _count(dates.values()))
    if adsl.first("DTHCAUS"):
        adsl.use("DTHCAUS", "events.detail of death", sum(map(bool, causes.values())))
    survival = next((one for one in every if one.is_survival), None)
    rows = {
        who: Row(who, schema.DEATH, day, causes[who], adsl.place(found.row_of[who]))
        for who, day in dates.items()
        if day is not None
    }
    for one in survival.times if survival else ():
        day, place = dates[one.who], source.place(one.row)
        if one.event:
            if day is not None and day != one.end:
                remedy = "the date of ADTTE was used"
                found_ = f"{one.who} dies on {one.end} in ADTTE and on {day} in ADSL (DTHDT)"
                notes.problems.append(source.problem(one.row, "ADT", found_, remedy))
            rows[one.who] = Row(one.who, schema.DEATH, one.end, causes[one.who], place)
        elif day is not None and day <= one.end:
            found_ = f"{one.who} is censored on {one.end} in ADTTE and died on {day} (DTHDT)"
            remedy = "ADTTE was used: the death was left out"
            notes.problems.append(source.problem(one.row, "CNSR", found_, remedy))
            del rows[one.who]
    if survival and (said := against_deaths(survival, dates)):
        remedy = "CNSR was used as CDISC has it, 0 is an event; correct it if it is inverted"
        notes.problems.append(Problem(source.file, 0, "CNSR", said, remedy))
    told = dict(zip(found.ids, (adsl.texts("DTHFL")[row] for row in found.rows), strict=True))
    undated = [who for who in found.ids if told[who] == "Y" and who not in rows]
    if undated and not survival:
        said = f"{named(undated)} died (DTHFL), and there is no date"
        notes.problems.append(
            Problem(adsl.file, 0, "DTHDT", said, "they were taken as alive when last seen")
        )
    early = [who for who, row in rows.items() if row.date < zero[who]]
    for who in early:
        said = f"{who} died on {rows[who].date}, before time zero on {zero[who]}"
        problem = adsl.problem(found.row_of[who], "DTHDT", said, "correct one of the dates")
        notes.refused.append(problem)
    return rows


def _contacts(
    source: Source,
    found: Subjects,
    events: Sequence[Row],
    deaths: Mapping[str, Row],
) -> list[Row]:
    """When each patient without a death was last known to live: not before any other row."""
    adsl = found.source
    name = adsl.first(*SEEN)
    seen = found.days(name) if name else {}
    ends: dict[str, dt.date] = {}
    places: dict[str, Place] = {}
    for one in events:
        if one.who not in ends or one.date > ends[one.who]:
            ends[one.who], places[one.who] = one.date, one.place
    rows = []
    later = []
    for who in found.ids:
        if who in deaths:
            continue
        day = latest([seen.get(who), ends.get(who)])
        if day is None:
            continue
        own = day == seen.get(who)
        later += [] if own or seen.get(who) is None else [who]
        place = adsl.place(found.row_of[who]) if own else places[who]
        rows.append(Row(who, schema.LAST_CONTACT, day, "", place))
    if name:
        adsl.use(name, "events.date of last_contact", _count(seen.values()))
    what = f"{name} of ADSL, or a later date of ADTTE" if name else "the latest date of ADTTE"
    if name != "LSTALVDT" or later:
        why = f"ADTTE has later dates for {named(later)}" if later else "ADSL has no LSTALVDT"
        source.notes.assume(f"the last contact is {what}", why, "give LSTALVDT in ADSL")
    missing = [who for who in found.ids if who not in deaths and who not in ends]
    missing = [who for who in missing if seen.get(who) is None]
    if missing:
        said = f"{named(missing)} in ADSL without any date after the start"
        problem = Problem(source.file, 0, "USUBJID", said, "give LSTALVDT, or rows of ADTTE")
        source.notes.refused.append(problem)
    return rows


def _count(days: Iterable[dt.date | None]) -> int:
    return sum(one is not None for one in days)
