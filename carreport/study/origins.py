"""
How sure each cell is: `origins.toml`.

The last rule that matches a cell speaks for it. A rule that names no columns also speaks for an
absence: the rule about deaths of a patient says how sure it is that one without a row is alive.
"""

from __future__ import annotations

import difflib
import enum
import tomllib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
import pandas as pd
from pydantic import Field, ValidationError, model_validator

from carreport.errors import BadInput, Problem
from carreport.study.settings import Part

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

ORIGINS_FILE = "origins.toml"


class Origin(enum.IntEnum):
    """Where a cell comes from, strongest first."""

    COLLECTED = 0
    PUBLISHED = 1
    DERIVED = 2
    RECONSTRUCTED = 3
    SIMULATED = 4

    @property
    def label(self) -> str:
        """The word a reader sees."""
        return self.name.lower()


OriginName = Literal["collected", "published", "derived", "reconstructed", "simulated"]


class GroupSelector(Part):
    """Patients by a column of patients.csv."""

    column: str
    value: str


class Rule(Part):
    """[[rule]]: which cells, and where they come from."""

    table: str
    columns: tuple[str, ...] = ()
    patients: tuple[str, ...] = ()
    group: GroupSelector | None = None
    where: dict[str, str] = Field(default={})
    origin: OriginName
    printed: str = ""
    because: str = ""

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.origin == "published" and not self.printed:
            msg = "a published cell needs printed = where it is printed"
            raise ValueError(msg)
        if self.origin in ("derived", "reconstructed") and not self.because:
            msg = f"a {self.origin} cell needs because = the reason"
            raise ValueError(msg)
        return self

    @property
    def rank(self) -> Origin:
        """The origin as an ordered value."""
        return Origin[self.origin.upper()]


class OriginRules(Part):
    """The whole of origins.toml."""

    default: OriginName = "collected"
    rule: list[Rule] = Field(default=[])


@dataclass(frozen=True, slots=True)
class Origins:
    """
    The rules, ready to be asked.

    Attributes:
        rules: As read; without a file everything is collected.
        members: For each group selector, the patients it names.
    """

    rules: OriginRules = field(default_factory=OriginRules)
    members: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    @property
    def default(self) -> Origin:
        """The origin of a cell no rule names."""
        return Origin[self.rules.default.upper()]

    def of_cells(self, table: str, column: str, rows: pd.DataFrame) -> np.ndarray:
        """
        Origins of one column.

        Args:
            table: Table name.
            column: Column name.
            rows: The table's rows as text, `patient_id` among the columns.

        Returns:
            One rank per row.
        """
        ranks = np.full(len(rows), int(self.default), dtype=np.int8)
        for rule in self.rules.rule:
            if rule.table == table and (not rule.columns or column in rule.columns):
                ranks[self._matches(rule, rows)] = int(rule.rank)
        return ranks

    def among(self, patients: pd.DataFrame) -> Origins:
        """The rules for some of the patients: selectors see what is known of those."""
        return replace(self, members=located(self.rules, patients).members)

    def weakest(
        self, table: str, column: str, patients: pd.Series, *, strangers: bool = False
    ) -> np.ndarray:
        """
        The weakest origin a cell of a column may have, whatever its row says.

        Args:
            table: Table name.
            column: Column name.
            patients: Patient ids.
            strangers: Nothing is known of these patients, their groups neither.

        Returns:
            One rank per patient.
        """
        rows = pd.DataFrame({"patient_id": patients.to_numpy()})
        ranks = np.full(len(rows), int(self.default), dtype=np.int8)
        for rule in self.rules.rule:
            if rule.table == table and (not rule.columns or column in rule.columns):
                group = None if strangers else rule.group
                blind: dict[str, object] = {"where": {}, "group": group}
                named = self._matches(rule.model_copy(update=blind), rows)
                sure = not rule.where and not (strangers and rule.group)
                known = rule.rank if sure else np.maximum(ranks, rule.rank)
                ranks = np.where(named, known, ranks).astype(np.int8)
        return ranks

    def of_absence(self, table: str, where: Mapping[str, str], patients: pd.Series) -> np.ndarray:
        """
        Origins of there being no row.

        Args:
            table: Table name.
            where: What the absent row would have said.
            patients: Patient ids.

        Returns:
            One rank per patient.
        """
        absent = pd.DataFrame({"patient_id": patients.to_numpy(), **dict(where)})
        ranks = np.full(len(absent), int(self.default), dtype=np.int8)
        for rule in self.rules.rule:
            if rule.table == table and not rule.columns and set(rule.where) <= set(where):
                ranks[self._matches(rule, absent)] = int(rule.rank)
        return ranks

    def named(self, table: str, column: str, rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """
        Origins given to a column by its very name, which speaks even for a computed one.

        Args:
            table: Table name.
            column: Column name.
            rows: The table's rows as text.

        Returns:
            Per row, whether a rule names the column for it, and the origin it gives.
        """
        told = np.zeros(len(rows), dtype=bool)
        ranks = np.zeros(len(rows), dtype=np.int8)
        for rule in self.rules.rule:
            if rule.table == table and column in rule.columns:
                hit = self._matches(rule, rows)
                told |= hit
                ranks[hit] = int(rule.rank)
        return told, ranks

    def _matches(self, rule: Rule, rows: pd.DataFrame) -> np.ndarray:
        hit = np.ones(len(rows), dtype=bool)
        if rule.patients:
            hit &= rows["patient_id"].isin(rule.patients).to_numpy()
        if rule.group is not None:
            named = self.members.get((rule.group.column, rule.group.value), frozenset())
            hit &= rows["patient_id"].isin(named).to_numpy()
        for column, value in rule.where.items():
            hit &= (rows[column] == value).to_numpy() if column in rows else False
        return hit


def read_rules(folder: Path) -> OriginRules:
    """
    Read `origins.toml`; without one everything is collected.

    Raises:
        BadInput: It is not TOML, or a rule is wrong.
    """
    path = folder / ORIGINS_FILE
    if not path.is_file():
        return OriginRules()
    try:
        return OriginRules.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        found = f"is not TOML: {error}"
        raise BadInput([Problem(ORIGINS_FILE, 0, "", found, "correct it")]) from None
    except ValidationError as error:
        raise BadInput(
            [
                Problem(
                    ORIGINS_FILE, 0, ".".join(map(str, one["loc"])), str(one["msg"]), "correct it"
                )
                for one in error.errors()
            ]
        ) from None


def rule_problems(
    rules: OriginRules, columns: Mapping[str, Collection[str]], patients: pd.DataFrame
) -> Iterator[Problem]:
    """
    Rules that speak of nothing: a misspelt rule would leave cells looking better than they are.

    Args:
        rules: As read.
        columns: Columns of every table there is, computed patient columns included.
        patients: patients as text.
    """
    for number, rule in enumerate(rules.rule, start=1):
        key = f"rule.{number}"
        if rule.table not in columns:
            yield from _unknown(f"{key}.table", [rule.table], columns)
            continue
        known = columns[rule.table]
        yield from _unknown(f"{key}.columns", rule.columns, known)
        yield from _unknown(f"{key}.where", rule.where, known)
        yield from _unknown(f"{key}.patients", rule.patients, set(patients["patient_id"]))
        if rule.group is not None:
            yield from _unknown(f"{key}.group", [rule.group.column], [str(one) for one in patients])
            if rule.group.column in patients:
                values = set(patients[rule.group.column])
                yield from _unknown(f"{key}.group", [rule.group.value], values)


def _unknown(key: str, names: Iterable[str], known: Collection[str]) -> Iterator[Problem]:
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, list(known), n=3) or sorted(known)[:6]
            found = f"{name!r} is not there"
            yield Problem(ORIGINS_FILE, 0, key, found, f"name one such as {', '.join(near)}")


def located(rules: OriginRules, patients: pd.DataFrame) -> Origins:
    """The rules with the patients their group selectors name."""
    selectors = {(rule.group.column, rule.group.value) for rule in rules.rule if rule.group}
    return Origins(
        rules,
        {
            (column, value): frozenset(patients.loc[patients[column] == value, "patient_id"])
            for column, value in sorted(selectors)
        },
    )
