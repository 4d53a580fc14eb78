"""When each of the 47 patients started, relapsed, was last seen or died."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from .arithmetic import permutation, printed, van_der_corput

if TYPE_CHECKING:
    from .sources import Sources

MRD: Final = "MRD-positive"
ACTIVE: Final = "Active disease"
LOW: Final = "Below 0.01%"

CUTOFF: Final = date(2020, 8, 19)
_ENROLMENT_OPENS: Final = date(2018, 1, 1)
_ENROLMENT_DAYS: Final = 850
_ACTIVE_PATIENTS: Final = 29
_EARLY_DEATH: Final = 60

_LOW_STARTS: Final = ("2018-04-23", "2018-11-05", "2019-03-18", "2019-08-12")
_LOW_RELAPSES: Final = {"L02": 402}


@dataclass(frozen=True, slots=True)
class CureModel:
    """
    Survival that levels off: S(t) = cured + (1 - cured) exp(-(t / scale) ** shape).

    Attributes:
        cured: The share that never has the event.
        scale: Days.
        shape: 1 is a constant hazard among those not cured.
    """

    cured: float
    scale: float
    shape: float

    def event_day(self, failed: float) -> int | None:
        """The day by which the share *failed* has had the event, None if it never does."""
        surviving = 1 - failed
        if surviving <= self.cured:
            return None
        uncured = (surviving - self.cured) / (1 - self.cured)
        return int(printed(self.scale * (-math.log(uncured)) ** (1 / self.shape), 0))


# Near published adult series treated with a CD28-costimulated product at high burden, and low
# enough for the paper's "significantly higher": it needs about 40% or less alive at two years.
_EVENT_FREE: Final = CureModel(cured=0.15, scale=200, shape=1.0)
_ALIVE: Final = CureModel(cured=0.18, scale=400, shape=1.1)


@dataclass(frozen=True, slots=True)
class Course:
    """
    One patient's time line, in days after first infusion.

    Attributes:
        end: Day of death or last contact.
        death_cause: Blank for the living.
        infusions: Day of each infusion; the first is 0.
    """

    patient: str
    stratum: str
    start: date
    end: int
    death_cause: str = ""
    relapse: int | None = None
    infusions: tuple[int, ...] = (0,)

    def on(self, day: int) -> str:
        """The date of *day*, ISO 8601."""
        return (self.start + timedelta(days=day)).isoformat()


def courses(sources: Sources) -> list[Course]:
    """The time lines of all 47 patients, in the order of every table."""
    return [*_mrd_courses(sources), *_active_courses(), *_low_courses()]


def _mrd_courses(sources: Sources) -> list[Course]:
    relapses = {patient: int(day) for patient, day in sources.told("relapse_day").items()}
    return [
        Course(
            patient=row.patient,
            stratum=MRD,
            start=row.start,
            end=row.follow_up,
            death_cause=row.death_cause,
            relapse=relapses.get(row.patient),
            infusions=(0, *row.later_infusions),
        )
        for row in sources.reconstruction
    ]


def _active_courses() -> list[Course]:
    """Give the i-th patient the i-th quantile of both curves, so the sickest fail first in both."""
    order = permutation(_ACTIVE_PATIENTS, 11)
    return [_active_course(i, order[i]) for i in range(_ACTIVE_PATIENTS)]


def _active_course(i: int, place: int) -> Course:
    entry = round(Fraction(_ENROLMENT_DAYS) * van_der_corput(place + 1))
    start = _ENROLMENT_OPENS + timedelta(days=entry)
    observed = (CUTOFF - start).days
    failed = (i + 0.5) / _ACTIVE_PATIENTS
    death = _within(observed, _ALIVE.event_day(failed))
    end = observed if death is None else death
    relapse = _within(end, _EVENT_FREE.event_day(failed))
    return Course(
        patient=f"A{i + 1:02d}",
        stratum=ACTIVE,
        start=start,
        end=end,
        death_cause="" if death is None else _cause(death),
        relapse=None if relapse == death else relapse,
    )


def _within(limit: int, day: int | None) -> int | None:
    return day if day is not None and day <= limit else None


def _cause(death: int) -> str:
    return "infection" if death < _EARLY_DEATH else "disease progression"


def _low_courses() -> list[Course]:
    return [_low_course(f"L{i:02d}", start) for i, start in enumerate(_LOW_STARTS, start=1)]


def _low_course(patient: str, start: str) -> Course:
    day_0 = date.fromisoformat(start)
    return Course(
        patient=patient,
        stratum=LOW,
        start=day_0,
        end=(CUTOFF - day_0).days,
        relapse=_LOW_RELAPSES.get(patient),
    )
