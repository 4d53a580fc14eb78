"""Rows that do not tell whose they are by their place: order, lines, ids and origins."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from carreport.study.origins import Origin, OriginRules, Origins, Rule

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    import pandas as pd

    from carreport.study.snapshot import Table

    Chosen = tuple[Rule, np.ndarray]
    """A rule without the names of patients, and whom it is about."""
    Lists = Sequence[Sequence[Rule]]
    """For patients whom the same rules are about, those rules in order; each list once."""

WITHHELD: Final = "withheld in the open session"
_DIGITS: Final = re.compile(r"\d+")
_FILLED: Final = 12
"""Digits that a number within an id is filled up to, to be ordered as one."""


def in_order_of_start(
    tables: Mapping[str, Table], order: Mapping[str, int], kept: Mapping[str, Collection[int]]
) -> dict[str, Table]:
    """
    Tables with patients in the order of their start, their rows likewise.

    Args:
        tables: By name.
        order: For each patient the place in the order of start.
        kept: For each table, the lines of the file that the cutoff keeps.

    Returns:
        The tables; `lines` count the rows that are kept in the new order, 0 for any other.
    """
    return {
        name: _numbered(_ordered(table, order), kept.get(name, ()))
        for name, table in tables.items()
    }


def starting_order(patients: Table) -> dict[str, int]:
    """
    For each patient the place in the order of start, from 1.

    Patients of one day stand in an order that has nothing to do with their ids or the file.
    """
    frame = patients.frame
    keys = sorted(
        (start, hashlib.sha256(str(one).encode()).hexdigest(), str(one))
        for start, one in zip(frame["start_date"], frame["patient_id"], strict=True)
    )
    return {one: place for place, (_, _, one) in enumerate(keys, start=1)}


def _ordered(table: Table, order: Mapping[str, int]) -> Table:
    places = np.argsort(table.frame["patient_id"].map(order).to_numpy(), kind="stable")
    return replace(
        table,
        frame=table.frame.iloc[places].reset_index(drop=True),
        text=table.text.iloc[places].reset_index(drop=True),
        origins=table.origins.iloc[places].reset_index(drop=True),
        lines=table.lines[places],
    )


def _numbered(table: Table, kept: Collection[int]) -> Table:
    inside = np.isin(table.lines, list(kept))
    return replace(table, lines=np.where(inside, np.cumsum(inside), 0))


def renamed(tables: Mapping[str, Table], names: Mapping[str, str]) -> dict[str, Table]:
    """Tables whose patients are called otherwise."""
    return {
        name: replace(
            table,
            frame=table.frame.assign(patient_id=table.frame["patient_id"].map(names)),
            text=table.text.assign(patient_id=table.text["patient_id"].map(names)),
        )
        for name, table in tables.items()
    }


def shapes_of(ids: pd.Series) -> pd.Series:
    """
    What is left of ids without their numbers.

    >>> import pandas as pd
    >>> list(shapes_of(pd.Series(["A-01", "A-17", "9"])))
    ['A-0', 'A-0', '0']
    """
    return ids.map(lambda one: _DIGITS.sub("0", one))


def places_of(ids: pd.Series) -> pd.Series:
    """The place of each id where they are ordered as people do, numbers as numbers."""
    natural = [_DIGITS.sub(lambda found: found[0].zfill(_FILLED), one) for one in ids]
    places = {one: place for place, one in enumerate(sorted(natural))}
    return ids.map(dict(zip(ids, (float(places[one]) for one in natural), strict=True)))


def impersonal(
    origins: Origins, tables: Mapping[str, Table], patients: pd.DataFrame, computed: Collection[str]
) -> Origins:
    """
    Rules that give every patient's cells the weakest origin any patient's have.

    Args:
        origins: As read; rules may name patients, groups, or values of withheld columns.
        tables: With the columns that are left.
        patients: The patients whose origins count, as text, with every column of the file.
        computed: Patient columns that a rule may name and no file has.

    Returns:
        Rules that name no patient: what they say of a cell or an absence is the weakest of what
        *origins* says of it for any patient.
    """
    found: list[Rule] = []
    for name, table in tables.items():
        left = [str(column) for column in table.text]
        ours = [one for rule in origins.rules.rule if rule.table == name
                for one in _chosen(rule, left, patients)]  # fmt: skip
        if ours:
            every = [*left, *(sorted(computed) if name == "patients" else ())]
            lists = _lists(ours)
            found += _absences(name, lists, origins.default)
            found += _cells(name, lists, every, set(left), origins.default)
    return Origins(OriginRules(default=origins.rules.default, rule=found))


def _chosen(rule: Rule, left: Sequence[str], patients: pd.DataFrame) -> Iterator[Chosen]:
    ids = patients["patient_id"]
    whom = ids.isin(rule.patients) if rule.patients else ids.notna()
    if rule.group is not None:
        whom &= patients[rule.group.column] == rule.group.value
    where = {one: value for one, value in rule.where.items() if one in left}
    for column in rule.where.keys() - where.keys():
        if rule.table == "patients" and column in patients:
            whom &= patients[column] == rule.where[column]
        elif rule.rank < Origin.DERIVED:
            return  # it would speak of more cells than it was meant for
    plain = _rule(rule.table, rule.columns, where, rule.rank)
    if whom.any():
        yield plain, whom.to_numpy()


def _lists(chosen: Sequence[Chosen]) -> Lists:
    about = np.column_stack([whom for _, whom in chosen])
    return [
        [rule for (rule, _), inside in zip(chosen, row, strict=True) if inside]
        for row in np.unique(about, axis=0)
    ]


def _absences(table: str, lists: Lists, default: Origin) -> Iterator[Rule]:
    """What they say of rows that are not there: only rules without columns speak of those."""
    for where in _together(lists):
        silent = [[rule for rule in one if not rule.columns] for one in lists]
        ranks = [_last(one, where) for one in silent]
        yield _rule(table, (), where, max(default if one is None else one for one in ranks))


def _cells(
    table: str, lists: Lists, columns: Sequence[str], own: Collection[str], default: Origin
) -> Iterator[Rule]:
    """What they say of cells, column by column; of a computed one only if each list names it."""
    for where in _together(lists):
        alike: dict[Origin, list[str]] = {}
        for column in columns:
            ranks = [_last(_about(one, column, named=column not in own), where) for one in lists]
            if column in own:
                ranks = [default if one is None else one for one in ranks]
            known = [one for one in ranks if one is not None]
            if len(known) == len(ranks):
                alike.setdefault(max(known), []).append(column)
        for rank, names in alike.items():
            yield _rule(table, tuple(names), where, rank)


def _about(rules: Sequence[Rule], column: str, *, named: bool) -> list[Rule]:
    return [one for one in rules if column in one.columns or not (one.columns or named)]


def _last(rules: Sequence[Rule], where: Mapping[str, str]) -> Origin | None:
    """The origin that the last rule gives to rows that say this, or None."""
    hits = [one.rank for one in rules if one.where.items() <= where.items()]
    return hits[-1] if hits else None


def _together(lists: Lists) -> list[dict[str, str]]:
    """Whatever conditions of the rules a row can meet at once, the fewer first."""
    found: dict[tuple[tuple[str, str], ...], None] = {(): None}
    for rule in (one for rules in lists for one in rules):
        for met in list(found):
            both = {**dict(met), **rule.where}
            if all(both[column] == value for column, value in met):
                found[tuple(sorted(both.items()))] = None
    return sorted(map(dict, found), key=len)


def _rule(table: str, columns: Iterable[str], where: Mapping[str, str], origin: Origin) -> Rule:
    return Rule.model_validate({
        "table": table, "columns": tuple(columns), "where": dict(where), "origin": origin.label,
        "printed": WITHHELD, "because": WITHHELD,
    })  # fmt: skip
