"""ADSL: who the patients are, and in which arm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from carreport.errors import Problem
from carreport.intake.adam.source import an_id, named

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping, Sequence

    from carreport.intake.adam.asked import Asked
    from carreport.intake.adam.source import Source

POPULATIONS: Final = ("SAFFL", "ITTFL", "FASFL", "RANDFL")
"""Flags that are taken for the patients of the study, the first that is there."""
_TREATED: Final = ("SAFFL",)
_PLANNED: Final = ("TRT01P", "ARM")
_ACTUAL: Final = ("TRT01A", "ACTARM")
_CONTROL: Final = ("placebo", "control", "standard", "comparator", "observation", "vehicle")
ARM: Final = "arm"
"""The column of `patients` that holds the arm."""


@dataclass(frozen=True, slots=True)
class Subjects:
    """
    The patients of the study.

    Attributes:
        source: ADSL.
        rows: Their rows in it.
        ids: USUBJID of each.
        row_of: Row of a patient in ADSL, by USUBJID.
        everybody: Every USUBJID of ADSL, patients of the study or not.
        arm: The variable that divides them; "" if none does.
        arms: The arm of each.
    """

    source: Source
    rows: tuple[int, ...]
    ids: tuple[str, ...]
    row_of: Mapping[str, int]
    everybody: frozenset[str]
    arm: str
    arms: tuple[str, ...]

    def days(self, *names: str) -> dict[str, dt.date | None]:
        """A date of each patient: the first of some variables that has one."""
        found = self.source.days(*names)
        return {who: found[row] for who, row in self.row_of.items()}

    def texts(self, name: str) -> dict[str, str]:
        """A variable of each patient, as text."""
        found = self.source.texts(name)
        return {who: found[row] for who, row in self.row_of.items()}


def subjects(source: Source, asked: Asked, analysed: Collection[str]) -> Subjects:
    """
    The patients of ADSL.

    Args:
        source: ADSL; what it lacks is noted as refused.
        analysed: USUBJID of those who have a time in ADTTE.
        asked: The flag and the arm, where they were chosen.
    """
    notes = source.notes
    source.need("USUBJID", hint="ADSL has one row a subject, named by USUBJID")
    every = source.texts("USUBJID")
    seen: dict[str, int] = {}
    for row, who in enumerate(every):
        if not who and source.has("USUBJID"):
            notes.refused.append(source.problem(row, "USUBJID", "is empty", "name the subject"))
        elif who in seen:
            found = f"{who!r} stands in row {source.place(seen[who]).row} already"
            remedy = "give ADSL one row a subject"
            notes.refused.append(source.problem(row, "USUBJID", found, remedy))
        seen.setdefault(who, row)
    flag = _population(source, asked, analysed)
    inside = [not flag or one == "Y" for one in source.texts(flag)]
    rows = tuple(row for row in range(len(source)) if inside[row] and every[row])
    if flag and not any(inside):
        found = "is Y for nobody"
        notes.refused.append(Problem(source.file, 0, flag, found, "choose another --population"))
    source.use("USUBJID", "patients.patient_id", len(rows))
    source.leave_rows(len(source) - len(rows), f"{flag} is not Y" if flag else "no USUBJID")
    arm = _arm(source, asked, flag)
    ids = tuple(every[row] for row in rows)
    texts = source.texts(arm) if arm else [""] * len(source)
    arms = tuple(texts[row] for row in rows)
    if arm:
        source.use(arm, f"patients.{ARM}", sum(map(bool, arms)))
    row_of = dict(zip(ids, rows, strict=True))
    return Subjects(source, rows, ids, row_of, frozenset(every), arm, arms)


def _population(source: Source, asked: Asked, analysed: Collection[str]) -> str:
    """The flag whose Y are the patients; "" where there is none."""
    flags = [one for one in source.names if one.endswith("FL")]
    if asked.population:
        flag = asked.population.upper()
        if not source.has(flag):
            found = f"ADSL has no such flag (found {', '.join(flags) or 'none'})"
            remedy = "correct --population"
            source.notes.refused.append(Problem(source.file, 0, flag, found, remedy))
            return ""
        source.use(flag, "who is in patients", sum(map(bool, source.texts(flag))))
        return flag
    there = [one for one in POPULATIONS if source.first(one)]
    whole = [one for one in there if _holds(source, one, analysed)]
    flag = next(iter([*whole, *there]), "")
    what = f"the patients are those with {flag} = Y" if flag else "the patients are all of ADSL"
    order = ", ".join(POPULATIONS)
    why = f"no --population was given; of {order} it is the first that is Y for all of ADTTE"
    if flag and not whole:
        why = f"no --population was given, and none of {order} is Y for all of ADTTE"
    if not flag:
        why = f"no --population was given, and ADSL has none of {order}"
    source.notes.assume(
        what, why, f"give --population, one of {', '.join(flags) or 'ADSL’s flags'}"
    )
    if flag:
        source.use(flag, "who is in patients", sum(map(bool, source.texts(flag))))
    return flag


def _holds(source: Source, flag: str, analysed: Collection[str]) -> bool:
    """Whether a flag is Y for all who have a time."""
    who = zip(source.texts("USUBJID"), source.texts(flag), strict=True)
    return all(one == "Y" for subject, one in who if subject in analysed)


def _arm(source: Source, asked: Asked, flag: str) -> str:
    if asked.arm:
        source.need(asked.arm.upper(), hint="correct --arm")
        return asked.arm.upper() if source.has(asked.arm.upper()) else ""
    treated = flag in _TREATED
    order = (*_ACTUAL, *_PLANNED) if treated else (*_PLANNED, *_ACTUAL)
    ranked = sorted(order, key=lambda one: not one.startswith("TRT"))
    arm = source.first(*ranked)
    if not arm:
        source.notes.assume(
            "there is one group", "ADSL has none of TRT01A, TRT01P, ACTARM, ARM", "give --arm"
        )
        return ""
    actual = arm in _ACTUAL
    source.notes.assume(
        f"the groups are those of {arm}, {'actual' if actual else 'planned'} treatment",
        "no --arm was given; the safety set goes by actual treatment, others by the planned one",
        "give --arm TRT01A, TRT01P or another variable of ADSL",
    )
    return arm


def groups(found: Subjects) -> dict[str, Any]:
    """The part [groups] of study.toml, with what was assumed of it noted."""
    source, notes = found.source, found.source.notes
    order = _order(source, found)
    if not order:
        return {}
    taken = {"all", "enrolled"}
    level = [{"id": an_id(one, taken), "value": one, "label": one} for one in order]
    part: dict[str, Any] = {"column": ARM}
    if len(level) > 1:
        compared = [(one["id"], _is_control(one["value"])) for one in level]
        part["compare"] = [id_ for id_, _ in sorted(compared, key=lambda one: one[1])]
        last = next(one["value"] for one in level if one["id"] == part["compare"][-1])
        why = "its name reads like a control" if _is_control(last) else "it comes last"
        notes.assume(
            f"groups are compared with {last}, which stands last", why, "change groups.compare"
        )
    return {**part, "level": level}


def _order(source: Source, found: Subjects) -> Sequence[str]:
    """The arms, in the order of the numeric twin of the variable where there is one."""
    values = sorted({one for one in found.arms if one})
    twin = f"{found.arm}N"
    if not source.has(twin):
        return values
    numbers = source.numbers(twin)
    rank: dict[str, float] = {}
    for row, arm in zip(found.rows, found.arms, strict=True):
        number = numbers[row]
        if arm and number is not None:
            rank.setdefault(arm, number)
    source.use(twin, "the order of groups.level", len(rank))
    return sorted(values, key=lambda one: (rank.get(one, float("inf")), one))


def _is_control(value: str) -> bool:
    return any(word in value.lower() for word in _CONTROL)


def strangers(source: Source, found: Subjects) -> list[str]:
    """
    USUBJID of each row, "" where it is none of the patients.

    Rows of subjects outside the population are counted; of subjects ADSL does not know, named.
    """
    ids = source.texts("USUBJID")
    unknown = [one for one in ids if one not in found.everybody]
    if unknown:
        said = f"{named(unknown)} not in ADSL ({len(unknown)} rows)"
        remedy = "the rows were left out; give the ADSL these data sets were made with"
        source.notes.problems.append(Problem(source.file, 0, "USUBJID", said, remedy))
    outside = sum(one in found.everybody and one not in found.row_of for one in ids)
    source.leave_rows(outside, "of subjects outside the population")
    return [one if one in found.row_of else "" for one in ids]
