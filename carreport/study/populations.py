"""Who counts: populations and groups as lists of patients, and conditions on patient columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carreport.study.settings import Range

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    if cells.dtype.kind in "fi" and not isinstance(value, str):
        return (cells == value).to_numpy()
    return (cells.astype(object) == _written(value)).to_numpy()


def _written(value: bool | float | str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


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
