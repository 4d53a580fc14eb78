"""Time zero: one date a patient, from which a study folder counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from carreport.errors import Problem
from carreport.intake.adam.source import named
from carreport.intake.dates import NOMINAL_START, assumed_nominal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from carreport.intake.adam.asked import Asked
    from carreport.intake.adam.source import Source
    from carreport.intake.adam.subjects import Subjects

ORIGINS: Final = {
    "TRTSDT": ("TRTSDT", "TRTSDTM"),
    "RANDDT": ("RANDDT", "RANDDTM"),
}
"""Dates of ADSL that may be time zero, the usual one first, with the variables that hold them."""
LABELS: Final = {"TRTSDT": "first treatment", "RANDDT": "randomisation"}


@dataclass(frozen=True, slots=True)
class Timeline:
    """
    The dates everything else is held against.

    Attributes:
        zero: Time zero of each patient.
        label: What it is called.
        nominal: Whether it is one nominal day for all, so that study days stand for dates.
        deaths: The death of each patient who died.
    """

    zero: Mapping[str, dt.date]
    label: str
    nominal: bool
    deaths: Mapping[str, dt.date]


def time_zero(adtte: Source, found: Subjects, asked: Asked) -> tuple[dict[str, dt.date], str, bool]:
    """
    Time zero of each patient.

    Of TRTSDT and RANDDT, the one from which most rows of ADTTE count (STARTDT); TRTSDT where that
    decides nothing. A patient without it starts with STARTDT of ADTTE, otherwise with the other
    date; who has none of them is refused, unless nobody has any: then the start is nominal.

    Args:
        adtte: ADTTE.
        found: The patients.
        asked: The date that was chosen.

    Returns:
        The dates, what time zero is called, and whether it is nominal.
    """
    adsl, notes = found.source, found.source.notes
    starts = _starts(adtte, found, {one.upper() for one in asked.parameters})
    dates = {one: found.days(*names) for one, names in ORIGINS.items() if adsl.first(*names)}
    name = asked.origin.upper() or _commonest(starts, dates)
    if asked.origin and name not in dates:
        names = ORIGINS.get(name, (name,))
        adsl.need(name, hint="correct --origin")
        dates[name] = found.days(*names)
    if not dates and not any(starts.values()):
        why = "neither ADSL (TRTSDT, RANDDT) nor ADTTE (STARTDT) has a date"
        notes.assumed.append(assumed_nominal(why))
        return dict.fromkeys(found.ids, NOMINAL_START), "start", True
    chosen = dates.get(name, {})
    zero: dict[str, dt.date] = {}
    instead: dict[str, list[str]] = {}
    for who in found.ids:
        others = {one: days[who] for one, days in dates.items() if one != name}
        ways = {name: chosen.get(who), "STARTDT of ADTTE": min(starts[who], default=None), **others}
        way, day = next(((way, day) for way, day in ways.items() if day is not None), ("", None))
        if day is None:
            said = f"{who} has no {name or 'TRTSDT'}"
            problem = adsl.problem(found.row_of[who], name or "TRTSDT", said, "give the date")
            notes.refused.append(problem)
            continue
        zero[who] = day
        if way != name:
            instead.setdefault(way, []).append(who)
    _tell(found, asked, name, dates, instead)
    label = LABELS.get(name) or (adsl.label(name) or name).lower() or "start"
    return zero, label, False


def _starts(adtte: Source, found: Subjects, wanted: set[str]) -> dict[str, set[dt.date]]:
    """Every STARTDT of each patient, of the parameters that are wanted."""
    starts: dict[str, set[dt.date]] = {who: set() for who in found.ids}
    days = adtte.days("STARTDT", "STARTDTM")
    codes = adtte.texts("PARAMCD")
    for who, code, day in zip(adtte.texts("USUBJID"), codes, days, strict=True):
        if day is not None and who in starts and (not wanted or code in wanted):
            starts[who].add(day)
    return starts


def _commonest(
    starts: Mapping[str, set[dt.date]], dates: Mapping[str, Mapping[str, dt.date | None]]
) -> str:
    """The date most patients' times count from; the first of those that are there on a tie."""
    counts = {
        name: sum(days[who] in every for who, every in starts.items())
        for name, days in dates.items()
    }
    return max(counts, key=lambda one: counts[one], default="")


def _tell(
    found: Subjects,
    asked: Asked,
    name: str,
    dates: Mapping[str, Mapping[str, dt.date | None]],
    instead: Mapping[str, list[str]],
) -> None:
    adsl, notes = found.source, found.source.notes
    if name:
        variable = adsl.first(*ORIGINS.get(name, (name,))) or name
        count = sum(day is not None for day in dates[name].values())
        adsl.use(variable, "patients.start_date", count)
    if name != "TRTSDT" and not asked.origin:
        why = "ADTTE counts from it (STARTDT)" if name else "ADSL has neither TRTSDT nor RANDDT"
        notes.assume(
            f"time zero is {name or 'STARTDT of ADTTE, the earliest of a patient'}", why,
            "give --origin TRTSDT or another date of ADSL",
        )  # fmt: skip
    for way, who in instead.items():
        if not name:
            continue
        said = f"{named(who)} without {name}"
        notes.problems.append(Problem(adsl.file, 0, name, said, f"{way} was used as time zero"))
