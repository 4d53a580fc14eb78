"""Which patients and rows each call of an analysis sees, and how sure those cells are."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from carreport.analyses.declare import LINE
from carreport.results.found import causes, checks, given, had, kinds, with_infusion
from carreport.results.rows import RowsRead
from carreport.study.origins import Origin
from carreport.study.populations import (
    EVERYBODY,
    described,
    membership_columns,
    met,
    satisfies,
)
from carreport.study.settings import Term
from carreport.study.words import distinct_keys, key_of, set_apart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from carreport.analyses.declare import Analysis
    from carreport.study.settings import Settings, Where
    from carreport.study.snapshot import Snapshot, Table

GROUP_ROLE = "group"
KEYED = {
    "terms": "term", "given": "infusion", "had": "infusions", "causes": "cause",
    "checks": "check", "kinds": "kind", "assessment": "assessment",
}  # fmt: skip
"""Lists whose items are told apart by a key of the ids."""
NAMED_CELLS = 3
PATIENT_ORIGIN = "origin of patient_id"
VALUE_ROLES = frozenset({"value", "x", "y", "grade", "days"})
"""Roles without which a patient cannot be counted; a condition that is blank is not met."""


@dataclass(frozen=True, slots=True)
class Scope:
    """
    One call of an analysis.

    Attributes:
        keys: What distinguishes this call in the ids.
        patients: Who is handed over, in table order.
        words: The population in words.
        membership: Patient columns that decided who is in.
        groups: Group ids and labels the call is divided into.
        division: For every patient, the group it belongs to in this call.
    """

    keys: Mapping[str, str]
    patients: tuple[str, ...]
    words: str
    membership: tuple[str, ...] = ()
    groups: tuple[tuple[str, str], ...] = ()
    division: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """
    What one call read: frames by parameter, and the trace of their cells.

    `counted` is the origin of who is in the population, which is all that a number of patients
    rests on when nobody is left out. `handed` says which rows, `conditions` what they had to meet,
    `ranks` give for each table the weakest origin among each patient's cells.
    """

    frames: Mapping[str, pd.DataFrame]
    tables: tuple[str, ...]
    columns: tuple[str, ...]
    excluded: Mapping[str, str]
    origin: Origin
    weakest: tuple[str, ...]
    counted: Origin
    cell_origins: Mapping[str, pd.Series]
    handed: tuple[RowsRead, ...]
    conditions: Mapping[str, str]
    division: Mapping[str, str]
    ranks: tuple[Callable[[], Mapping[str, Origin]], ...]

    def by_patient(self) -> dict[str, Origin]:
        """The weakest origin among each patient's cells; few calls are asked for it."""
        found: dict[str, Origin] = {}
        for ranks in self.ranks:
            for one, rank in ranks().items():
                found[one] = max(found.get(one, rank), rank)
        return found


def items(snapshot: Snapshot, each: str) -> tuple[Any, ...]:
    """The parts of study.toml an analysis is repeated over; the settings themselves for once."""
    if not each:
        return (snapshot.settings,)
    if each in _FOUND:
        return _FOUND[each](snapshot)
    return tuple(getattr(snapshot.settings, each))


def terms(snapshot: Snapshot) -> tuple[Term, ...]:
    """Adverse-event terms: the declared ones in their order, then those only the data have."""
    table = snapshot.tables.get("adverse_events")
    if table is None:
        return ()
    declared = snapshot.settings.adverse_events
    infusion = declared.infusion if declared else None
    scope: Where = {"infusion": infusion} if infusion is not None else {}
    groups = list(declared.groups) if declared else []
    found = table.frame[satisfies(table.frame, scope)][["category", "term"]].drop_duplicates()
    listed = [(c.label, t) for c in declared.category for t in c.terms or [""]] if declared else []
    every = _first_category([*listed, *sorted(found.itertuples(index=False, name=None))])
    keys = distinct_keys([term or category for category, term in every], taken=("any_event",))
    everything = Term(
        id="any_event", term="", label="Any adverse event", category="", where=scope,
        infusion=infusion, groups=groups,
    )  # fmt: skip
    return (
        everything,
        *(
            Term(
                id=key,
                term=term,
                label=term or f"Any {category.lower()}",
                category=category,
                where={**({"term": term} if term else {"category": category}), **scope},
                infusion=infusion,
                groups=groups,
            )
            for key, (category, term) in zip(keys, every, strict=True)
        ),
    )


_FOUND = {
    "terms": terms, "given": given, "had": had, "causes": causes, "checks": checks, "kinds": kinds,
}  # fmt: skip
"""Lists that are made from the data, by name."""
FOUND_LISTS = tuple(_FOUND)


def _first_category(rows: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """
    Each term once, under the first category that names it.

    A category declared without terms stands for itself, unless the data have terms of it.
    """
    filled = {category for category, term in rows if term}
    categories: dict[str, str] = {}
    for category, term in rows:
        if term:
            categories.setdefault(term, category)
    found = [
        (category, term)
        for category, term in dict.fromkeys(rows)
        if (categories[term] == category if term else category not in filled)
    ]
    return list(dict.fromkeys(found))


def scopes(snapshot: Snapshot, analysis: Analysis[Any], item: Any) -> Iterator[Scope]:
    """The calls an analysis makes for one item."""
    population = analysis.population or getattr(item, "population", None)
    base_name = population if isinstance(population, str) else EVERYBODY
    base = with_infusion(snapshot, snapshot.members[base_name], getattr(item, "infusion", None))
    if analysis.each == "population":
        base_name, base = item.id, snapshot.members[item.id]
    match analysis.by:
        case "population":
            yield _plain_scope(snapshot, base_name, base)
            yield from _by_columns(snapshot, base_name, base, getattr(item, "by", ()))
        case "groups":
            yield from _by_groups(snapshot, base_name, base, _only_groups(item))
        case "everybody":
            yield _divided(snapshot, base_name, base, _all_groups(snapshot.settings))
        case "compared":
            compared = tuple((one.id, one.label) for one in snapshot.settings.compared())
            allowed = _only_groups(item)
            if compared and (not allowed or {one for one, _ in compared} <= set(allowed)):
                yield _divided(snapshot, base_name, base, compared)
        case "between":
            yield _between(snapshot, list(item.between))
        case "each":
            for name in item.between:
                plain = _plain_scope(snapshot, name, snapshot.members[name])
                yield replace(plain, keys={"population": name})


def _only_groups(item: object) -> list[str]:
    """The groups an item restricts itself to; none for all."""
    named = getattr(item, "groups", None)
    return list(named) if isinstance(named, list) else []


def _plain_scope(snapshot: Snapshot, name: str, patients: tuple[str, ...]) -> Scope:
    settings = snapshot.settings
    return Scope(
        {}, patients, described(settings, name), membership_columns(settings, name, grouped=False)
    )


def _by_columns(
    snapshot: Snapshot, name: str, base: tuple[str, ...], columns: tuple[str, ...]
) -> Iterator[Scope]:
    frame = snapshot.patients.frame
    inside = frame[frame["patient_id"].isin(base)]
    for column in columns:
        for level, key in _levels(snapshot.settings, column, inside[column]):
            patients = tuple(inside.loc[inside[column] == level, "patient_id"])
            words = f"{described(snapshot.settings, name)}, {column.replace('_', ' ')}: {level}"
            membership = (*membership_columns(snapshot.settings, name, grouped=False), column)
            yield Scope({column: key}, patients, words, membership)


def levels_of(snapshot: Snapshot, column: str) -> list[tuple[str, str]]:
    """Levels of a patient column as printed, with their keys in ids."""
    for item in snapshot.settings.baseline:
        if item.column == column and item.levels:
            return [(one.label, one.id) for one in item.whole_levels()]
    return _levels(snapshot.settings, column, snapshot.patients.frame[column])


def words(snapshot: Snapshot) -> set[str]:
    """What pages and tables call things that stand in the data and not in study.toml."""
    found = {word for term in terms(snapshot) for word in (term.label, term.category)}
    found |= {one.label for one in (*given(snapshot), *had(snapshot))}
    found |= {one.label for one in causes(snapshot)}
    by = {column for item in snapshot.settings.proportion for column in item.by}
    return found | {label for column in by for label, _key in levels_of(snapshot, column)}


def _levels(settings: Settings, column: str, cells: pd.Series) -> list[tuple[str, str]]:
    """Levels of a column with their keys: the declared ones, otherwise those found."""
    for item in settings.baseline:
        if item.column == column and item.levels:
            return [(one.value, one.id) for one in item.whole_levels()]
    return [(str(one), key_of(str(one))) for one in sorted(cells.dropna().unique())]


def _all_groups(settings: Settings) -> tuple[tuple[str, str], ...]:
    return tuple((one.id, one.label) for one in settings.group_levels())


def _by_groups(
    snapshot: Snapshot, name: str, base: tuple[str, ...], only: list[str]
) -> Iterator[Scope]:
    if not only:
        yield _plain_scope(snapshot, name, base)
    for group, _label in _all_groups(snapshot.settings):
        if only and group not in only:
            continue
        inside = set(snapshot.members[f"group:{group}"])
        yield Scope(
            {"group": group},
            tuple(one for one in base if one in inside),
            described(snapshot.settings, name, [group]),
            membership_columns(snapshot.settings, name, grouped=True),
        )


def _divided(
    snapshot: Snapshot, name: str, base: tuple[str, ...], groups: tuple[tuple[str, str], ...]
) -> Scope:
    if not groups:
        plain = _plain_scope(snapshot, name, base)
        return Scope(
            plain.keys, base, plain.words, plain.membership, (), dict.fromkeys(base, "all")
        )
    division = {
        patient: group for group, _ in groups for patient in snapshot.members[f"group:{group}"]
    }
    return Scope(
        {},
        tuple(one for one in base if one in division),
        described(snapshot.settings, name, [group for group, _ in groups]),
        membership_columns(snapshot.settings, name, grouped=True),
        groups,
        division,
    )


def _between(snapshot: Snapshot, names: list[str]) -> Scope:
    labels = {one.id: one.label for one in snapshot.settings.population}
    division: dict[str, str] = {}
    for name in names:
        for patient in snapshot.members[name]:
            division.setdefault(patient, name)
    order = snapshot.members[EVERYBODY]
    membership = tuple(
        column
        for name in names
        for column in membership_columns(snapshot.settings, name, grouped=False)
    )
    return Scope(
        {},
        tuple(one for one in order if one in division),
        set_apart([labels.get(name, name) for name in names]),
        tuple(dict.fromkeys(membership)),
        tuple((name, labels.get(name, name)) for name in names),
        division,
    )


def frames_of(
    snapshot: Snapshot, analysis: Analysis[Any], item: Any, scope: Scope
) -> tuple[dict[str, pd.DataFrame], dict[str, np.ndarray]]:
    """
    The frames a call is handed, and for those that have rows of patients whose each row is.

    They are those of `read`, which looks into origins as well.
    """
    frames: dict[str, pd.DataFrame] = {}
    patients: dict[str, np.ndarray] = {}
    for name, roles in analysis.reads(item).items():
        if name == "census":
            frames[name] = census(snapshot)
            continue
        positions = _positions(snapshot, name, analysis.rows(item).get(name, {}), scope)
        asked = [column for column in roles.values() if column != LINE]
        whole = snapshot.tables[_table(name)]
        table = whole.part(positions, asked, typed=name != "written")
        frames[name] = _frame(table, name, roles, scope)
        patients[name] = table.frame["patient_id"].to_numpy()
    return frames, patients


def _frame(table: Table, name: str, roles: Mapping[str, str], scope: Scope) -> pd.DataFrame:
    """The rows of one table by roles, with the group of each patient where a call divides them."""
    source = table.text if name == "written" else table.frame
    asked = {role: column for role, column in roles.items() if column != LINE}
    frame = source[list(asked.values())].set_axis(list(asked), axis=1)
    numbered = [role for role in roles if role not in asked]
    frame = frame.assign(**dict.fromkeys(numbered, table.lines)) if numbered else frame
    if name == "patients" and scope.division is not None:
        return frame.assign(**{GROUP_ROLE: table.frame["patient_id"].map(scope.division)})
    return frame


def read(snapshot: Snapshot, analysis: Analysis[Any], item: Any, scope: Scope) -> Reading:
    """
    The declared columns of the population's rows, and how sure they are.

    Returns:
        For each table parameter a frame of roles; nothing else can be reached from it.
    """
    frames: dict[str, pd.DataFrame] = {}
    columns: list[str] = []
    excluded: dict[str, str] = {}
    found: list[tuple[Origin, str]] = [*_dated(snapshot, analysis.reads(item), scope)]
    cell_origins: dict[str, pd.Series] = {}
    handed: list[RowsRead] = []
    conditions: dict[str, str] = {}
    ranks: list[Callable[[], Mapping[str, Origin]]] = []
    for name, roles in analysis.reads(item).items():
        if name == "census":
            frames[name] = census(snapshot)
            continue
        where = analysis.rows(item).get(name, {})
        positions = _positions(snapshot, name, where, scope)
        cells = {role: column for role, column in roles.items() if column != LINE}
        read_columns = list(dict.fromkeys([*cells.values(), *where]))
        if name == "patients":
            read_columns += [one for one in scope.membership if one not in read_columns]
        whole = snapshot.tables[_table(name)]
        table = whole.part(positions, read_columns, typed=name != "written")
        frames[name] = _frame(table, name, roles, scope)
        if name == "patients":
            excluded |= _incomplete(table, cells)
            cell_origins |= {role: table.origins[column] for role, column in cells.items()}
            cell_origins["patient_id"] = table.frame["patient_id"]
            cell_origins[PATIENT_ORIGIN] = table.origins["patient_id"]
        columns += [one for column in read_columns for one in table.lineage[column]]
        shown = tuple(one for one in read_columns if one != "patient_id")
        handed.append(RowsRead(table.name, shown, _told(whole, positions)))
        conditions |= {table.name: met(where)} if where else {}
        found += _weakest(table, [c for c in read_columns if c != "patient_id"])
        ranks.append(partial(_ranks, table, read_columns))
        if name not in ("patients", "written"):
            found += _absent(snapshot, table, where, scope)
    counted = _counted(snapshot, scope)
    origin = max((rank for rank, _ in found), default=counted)
    named = tuple(dict.fromkeys(cell for rank, cell in found if rank == origin and cell))
    return Reading(
        frames,
        tuple(dict.fromkeys(column.split(".")[0] for column in columns)),
        tuple(dict.fromkeys(columns)),
        excluded,
        origin,
        named[:NAMED_CELLS] if origin > Origin.DERIVED else (),
        counted,
        cell_origins,
        tuple(handed),
        conditions,
        scope.division or {},
        tuple(ranks),
    )


def _counted(snapshot: Snapshot, scope: Scope) -> Origin:
    """How sure it is who is in the population."""
    patients = snapshot.patients
    asked = scope.patients or snapshot.members[EVERYBODY]
    key = (asked, scope.membership)
    if key not in patients.known:
        ranks = patients.origins[["patient_id", *scope.membership]].to_numpy()
        patients.known[key] = int(ranks[patients.of(asked)].max())
    worst = patients.known[key]
    cut = snapshot.dated_by.get("patients", {}).values()
    return Origin(max([worst, *cut]))


def _table(name: str) -> str:
    """The snapshot's table behind a parameter: the patients' cells are also had as written."""
    return "patients" if name == "written" else name


def _positions(snapshot: Snapshot, name: str, where: Where, scope: Scope) -> np.ndarray:
    """The rows of a table that belong to the population and meet the condition."""
    table = snapshot.tables[_table(name)]
    keep = table.of(scope.patients)
    return np.flatnonzero(keep & _meeting(table, where) if where else keep)


def _meeting(table: Table, where: Where) -> np.ndarray:
    """Whether each row meets a condition; many calls ask for the same."""
    key = f"where {where!r}"
    if key not in table.known:
        table.known[key] = satisfies(table.frame, where)
    found: np.ndarray = table.known[key]
    return found


def _told(table: Table, positions: np.ndarray) -> tuple[int, ...]:
    """Rows as they are kept; many calls are handed the same."""
    key = f"rows {hashlib.sha256(positions.tobytes()).hexdigest()}"
    found: tuple[int, ...] = table.known.setdefault(key, ()) or tuple(positions.tolist())
    table.known[key] = found
    return found


def _incomplete(table: Table, roles: Mapping[str, str]) -> dict[str, str]:
    """Patients without a value that the analysis cannot do without."""
    return {
        str(table.frame["patient_id"].iloc[i]): f"no {column.replace(':', ' ')}"
        for role, column in roles.items()
        if role in VALUE_ROLES
        for i in np.flatnonzero(table.frame[column].isna().to_numpy())
    }


def _weakest(table: Table, columns: list[str]) -> list[tuple[Origin, str]]:
    """The weakest rank of the columns, with the first cells that have it."""
    if not columns or not len(table):
        return []
    ranks = table.origins[columns].to_numpy()
    worst = int(ranks.max())
    first = np.flatnonzero(ranks.reshape(-1) == worst)[:NAMED_CELLS]
    at = [divmod(int(one), len(columns)) for one in first]
    ids = table.frame["patient_id"]
    return [
        (Origin(worst), f"{'/'.join(table.lineage[columns[j]])} of patient {ids.iloc[i]}")
        for i, j in at
    ]


def _ranks(table: Table, columns: list[str]) -> dict[str, Origin]:
    """For each patient the weakest rank of the columns."""
    if not columns or not len(table):
        return {}
    codes, patients = pd.factorize(table.frame["patient_id"].to_numpy())
    worst = np.zeros(len(patients), dtype=int)
    np.maximum.at(worst, codes, table.origins[columns].to_numpy().max(axis=1))
    order = tuple(Origin)
    return {str(one): order[rank] for one, rank in zip(patients, worst.tolist(), strict=True)}


def _absent(
    snapshot: Snapshot, table: Table, where: Where, scope: Scope
) -> list[tuple[Origin, str]]:
    """How sure it is that patients without a row have none."""
    there = table.whose[1]
    without = pd.Series([one for one in scope.patients if one not in there])
    if without.empty:
        return []
    plain = {
        c: f"{v:g}" if isinstance(v, float) else str(v)
        for c, v in where.items()
        if isinstance(v, (str, int, float))
    }
    ranks = snapshot.origins.of_absence(table.name, plain, without)
    worst = int(ranks.max())
    first = without.iloc[int(ranks.argmax())]
    return [(Origin(worst), f"absence from {table.name} of patient {first}")]


def _dated(
    snapshot: Snapshot, reads: Mapping[str, object], scope: Scope
) -> list[tuple[Origin, str]]:
    """Origins of the dates by which the cutoff removed rows this call would have seen."""
    found = [
        (rank, "patients.start_date of who started later, cut")
        for rank in snapshot.dated_by.get("patients", {}).values()
    ]
    for name in reads:
        if name in ("patients", "written"):
            continue
        touched = snapshot.dated_by.get(name)
        if not touched:
            continue
        found += [
            (touched[one], f"{name} dates of patient {one}, cut")
            for one in scope.patients
            if one in touched
        ]
    return found


def census(snapshot: Snapshot) -> pd.DataFrame:
    """Non-empty data cells by table and origin, identifiers left out, strongest origin first."""
    counts: list[tuple[str, str, int]] = []
    for name, table in snapshot.tables.items():
        own = [str(c) for c in table.frame if str(c) != "patient_id"]
        own = [c for c in own if table.lineage[c] == (f"{name}.{c}",)]
        ranks = table.origins[own].to_numpy()[(table.text[own] != "").to_numpy()]
        counts += [
            (name, origin.label, int((ranks == origin).sum()))
            for origin in Origin
            if (ranks == origin).any()
        ]
    frame = pd.DataFrame(counts, columns=["table", "origin", "cells"])
    order = {origin.label: int(origin) for origin in Origin}
    return frame.sort_values("origin", key=lambda cells: cells.map(order), kind="stable")
