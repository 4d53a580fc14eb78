"""Who counts: populations and groups as lists of patients, and conditions on patient columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carreport.errors import Problem
from carreport.study.settings import SETTINGS_FILE, Range
from carreport.study.words import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from carreport.study.settings import Condition, Settings, Where
    from carreport.study.snapshot import Snapshot

EVERYBODY = "all"


def satisfies(frame: pd.DataFrame, where: Where) -> np.ndarray:
    """
    Rows that satisfy every condition.

    Args:
        frame: Typed rows.
        where: Column to condition; a column that is not there satisfies nothing.

    Returns:
        One boolean per row.
    """
    keep = np.ones(len(frame), dtype=bool)
    for column, condition in where.items():
        keep &= _meets(frame[column], condition) if column in frame else False
    return keep


def undecided(frame: pd.DataFrame, where: Where) -> np.ndarray:
    """
    Rows that a blank cell alone keeps from being judged: what else is asked of them they satisfy.

    Args:
        frame: Typed rows.
        where: Column to condition; one that asks whether a cell is blank is always judged.

    Returns:
        One boolean per row.
    """
    blank = np.zeros(len(frame), dtype=bool)
    known = np.ones(len(frame), dtype=bool)
    for column, condition in where.items():
        empty = frame[column].isna().to_numpy()
        if isinstance(condition, Range) and condition.missing is not None:
            empty = np.zeros(len(frame), dtype=bool)
        blank |= empty
        known &= empty | _meets(frame[column], condition)
    return blank & known


def _meets(cells: pd.Series, condition: Condition) -> np.ndarray:
    if isinstance(condition, Range):
        return _in_range(cells, condition)
    wanted = condition if isinstance(condition, list) else [condition]
    keep = np.zeros(len(cells), dtype=bool)
    for one in wanted:
        keep |= _equals(cells, one)
    return keep


def _in_range(cells: pd.Series, condition: Range) -> np.ndarray:
    keep = np.ones(len(cells), dtype=bool)
    if condition.missing is not None:
        keep &= cells.isna().to_numpy() == condition.missing
    if condition.differs is not None:
        keep &= ~_equals(cells, condition.differs) & cells.notna().to_numpy()
    if condition.min is not None:
        keep &= (pd.to_numeric(cells, errors="coerce") >= condition.min).to_numpy()
    if condition.max is not None:
        keep &= (pd.to_numeric(cells, errors="coerce") <= condition.max).to_numpy()
    return keep


def _equals(cells: pd.Series, value: bool | float | str) -> np.ndarray:
    """Equality of what is written: 1, 1.0 and "1" are one level."""
    if cells.dtype.kind == "f" and not isinstance(value, bool):
        return (cells == pd.to_numeric(value, errors="coerce")).to_numpy()
    wanted = ("yes" if value else "no") if isinstance(value, bool) else written(value)
    return (cells.astype(object) == wanted).to_numpy()


def met(where: Where) -> str:
    """
    Conditions in words, for the trace.

    >>> met({"infusion": 1, "grade": Range(min=3), "term": ["Fever", "Rash"]})
    'infusion is 1; grade is at least 3; term is Fever or Rash'
    """
    return "; ".join(
        f"{column.replace('_', ' ')} {_worded(condition)}" for column, condition in where.items()
    )


def _worded(condition: Condition) -> str:
    if isinstance(condition, list):
        return f"is {' or '.join(map(_plain, condition))}"
    if not isinstance(condition, Range):
        return f"is {_plain(condition)}"
    parts = []
    if condition.missing is not None:
        parts.append("is missing" if condition.missing else "is not missing")
    if condition.differs is not None:
        parts.append(f"differs from {_plain(condition.differs)}")
    if condition.min is not None:
        parts.append(f"is at least {_plain(condition.min)}")
    if condition.max is not None:
        parts.append(f"is at most {_plain(condition.max)}")
    return " and ".join(parts)


def _plain(value: bool | float | str) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else written(value)


def members(snapshot: Snapshot) -> dict[str, tuple[str, ...]]:
    """
    Patients of every population, and of every group under `group:<id>`.

    Args:
        snapshot: Cut, its patients table complete.
    """
    frame = snapshot.patients.frame
    found = {EVERYBODY: tuple(frame["patient_id"])}
    for population in snapshot.settings.population:
        keep = satisfies(frame, population.where)
        found[population.id] = tuple(frame.loc[keep, "patient_id"])
    groups = snapshot.settings.groups
    for level in snapshot.settings.group_levels():
        if groups is not None:
            inside = frame[groups.column] == level.value
            found[f"group:{level.id}"] = tuple(frame.loc[inside, "patient_id"])
    return found


def overlaps(snapshot: Snapshot) -> Iterator[Problem]:
    """Contrasts whose populations share patients."""
    for item in snapshot.settings.contrast:
        seen: dict[str, str] = {}
        for name in item.between:
            shared = [one for one in snapshot.members[name] if one in seen]
            if shared:
                found = f"{', '.join(shared[:5])} in {name!r} and in {seen[shared[0]]!r}"
                yield Problem(SETTINGS_FILE, 0, f"contrast.{item.id}.between",
                              f"the populations share patients: {found}",
                              "set populations against each other that share none")  # fmt: skip
            seen |= dict.fromkeys(snapshot.members[name], name)


def without_start(snapshot: Snapshot) -> Iterator[Problem]:
    """Endpoints with a start of their own whose population holds patients without it."""
    frame = snapshot.patients.frame
    for item in snapshot.settings.endpoint:
        if not item.start_event:
            continue
        inside = frame["patient_id"].isin(snapshot.members[str(item.population)])
        for who in frame.loc[inside & frame[f"{item.id}:days"].isna(), "patient_id"]:
            found = f"patient {who} of {item.population!r} has no event {item.start_event!r}"
            remedy = "name a population of those who have it, as a derived column can tell"
            yield Problem(SETTINGS_FILE, 0, f"endpoint.{item.id}.population", found, remedy)


def ungraded(snapshot: Snapshot) -> Iterator[Problem]:
    """Grades in the data that a grading does not list."""
    for item in snapshot.settings.grading:
        cells = snapshot.patients.frame[item.column].dropna().map(written)
        strange = sorted(set(cells) - set(item.levels))
        if strange:
            found = f"{item.column} holds {', '.join(map(repr, strange))}, which levels do not list"
            yield Problem(SETTINGS_FILE, 0, f"grading.{item.id}.levels", found, "list every grade")


def described(settings: Settings, population: str, groups: Iterable[str] = ()) -> str:
    """A population in words, for the trace."""
    labels = {item.id: item.label for item in settings.population}
    by_id = {level.id: level.label for level in settings.group_levels()}
    words = labels.get(population, "all patients")
    inside = " and ".join(by_id[group] for group in groups if group in by_id)
    return f"{words}, {inside}" if inside and population != EVERYBODY else inside or words


def membership_columns(settings: Settings, population: str, *, grouped: bool) -> tuple[str, ...]:
    """Patient columns that decide who is in a population or group."""
    wheres = {item.id: item.where for item in settings.population}
    columns = tuple(wheres.get(population, {}))
    return (*columns, settings.groups.column) if grouped and settings.groups else columns
