"""Results: an immutable mapping from id to number, with everything known about each."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final

from carreport.errors import UnknownId
from carreport.house import OWN
from carreport.ids import PREVIOUS, key_part, key_text, split_id
from carreport.units import Unit, show

if TYPE_CHECKING:
    from carreport.house import House
    from carreport.shapes import ListingColumn
    from carreport.study.origins import Origin

GROUP: Final = "group"
EMPTY: Final = "empty"
PATIENT: Final = "patient"
_LIMITS: Final = ("lower", "upper")
_OF_THE_BUILD: Final = "study."
_PATIENT: Final = re.compile(r" of patient (.+?)(?:, cut)?$")
Value = float | int | str | None


@dataclass(frozen=True, slots=True)
class Trace:
    """
    Where a number comes from.

    Attributes:
        population: Who was counted, in words.
        method: How, in words.
        source: Citation of the method.
        analysis: What the analysis gives, in words.
        function: Name of the function that computed it.
        file: Its file, relative to the repository.
        line: Its first line there.
        tables: Tables it read.
        columns: File columns it read.
        patients: Patients it used.
        excluded: Patients of the population it could not use, with the reason.
        origin: Weakest origin of the cells it read.
        weakest: The first of those weakest cells, by name.
        subject: What it was computed for, by its label in study.toml.
        declared: What study.toml says of that subject.
        parameters: What the method was told: interval, ties, sides, landmark, window.
        conditions: For each table, what its rows had to meet, in words.
        last_line: The function's last line.
        code: SHA-256 of the function and of every one of ours it calls.
        libraries: Packages that took part, with their versions.
        warnings: What was warned of while it was computed.
        call: The call of the analysis that gave it; see `Results.calls`.
    """

    population: str
    method: str
    source: str
    analysis: str
    function: str
    file: str
    line: int
    tables: tuple[str, ...]
    columns: tuple[str, ...]
    patients: tuple[str, ...]
    excluded: Mapping[str, str]
    origin: Origin
    weakest: tuple[str, ...] = ()
    subject: str = ""
    declared: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    conditions: Mapping[str, str] = field(default_factory=dict)
    last_line: int = 0
    code: str = ""
    libraries: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    call: str = ""

    @property
    def definition(self) -> str:
        """What the number is, in words."""
        parts = (f"{self.subject}." if self.subject else "", self.analysis, self.declared)
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class RowsRead:
    """
    Rows of one table that a call was handed.

    Attributes:
        table: The table of the snapshot.
        columns: Its columns, as the snapshot names them.
        positions: Its rows, counted from 0.
    """

    table: str
    columns: tuple[str, ...]
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Before:
    """
    What a number was in an earlier build.

    Attributes:
        result: The number then, under an id of its own.
        build: The earlier build, in words.
        patients: Whose data moved the number, those who moved it most first.
        cause: What moved it: data, code, definitions.
    """

    result: Result
    build: str
    patients: tuple[str, ...] = ()
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """
    One number (or stated text) with its id.

    Attributes:
        id: Its only name.
        value: Full precision; fractions as fractions, times in days; None with *missing*.
        unit: What it counts or measures, and how it is printed.
        missing: What None means: NE or NR.
        n: Patients in the population it was computed on.
        trace: Where it comes from.
        operands: Ids it was computed from, by role.
        shown: What is printed instead of the formatted value, where the data are quoted.
        says: What this field of the analysis is, in a sentence.
        before: What it was in an earlier build, where it was something else.
    """

    id: str
    value: Value
    unit: Unit
    missing: str
    n: int
    trace: Trace
    operands: Mapping[str, str] = field(default_factory=dict)
    shown: str = ""
    says: str = ""
    before: Before | None = None

    @property
    def definition(self) -> str:
        """What the number is, in words: the field, then the analysis."""
        return f"{self.says} {self.trace.definition}".strip()

    @property
    def display(self) -> str:
        """The number as it is printed by default."""
        return self.shown or show(self.value, self.unit, missing=self.missing)

    @property
    def origin(self) -> Origin:
        """Weakest origin of the cells behind it."""
        return self.trace.origin

    def styled(self, style: str) -> str:
        """The number printed in a named exception to its unit's format."""
        if self.shown and not style:
            return self.shown
        return show(self.value, self.unit, style, missing=self.missing)

    def was(self, style: str = "") -> str:
        """How an earlier build printed it in this style, where that was another text."""
        if self.before is None or self.before.result.styled(style) == self.styled(style):
            return ""
        then = self.before.result
        empty = then.unit.kind == "text" and not then.value
        return EMPTY if empty else then.styled(style)


@dataclass(frozen=True)
class ListedResult:
    """
    A listed table of results; each cell is a Result with an id of its own.

    Attributes:
        id: Id of the listing, keys of its group included.
        key: Columns that tell rows apart.
        columns: Columns with label and unit.
        rows: Cells.
        shown: Printed forms that replace the formatted ones, where not empty.
        origins: Origin of each cell.
        n: Patients in the population.
        trace: Where the listing comes from.
        division: For each patient the group, where rows are told apart by group.
        before: For cells that were something else in an earlier build, by id, what they were.
    """

    id: str
    key: tuple[str, ...]
    columns: tuple[ListingColumn, ...]
    rows: tuple[tuple[Value, ...], ...]
    shown: tuple[tuple[str, ...], ...]
    origins: tuple[tuple[Origin, ...], ...]
    n: int
    trace: Trace
    division: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[str, Before] = field(default_factory=dict)

    def __getstate__(self) -> dict[str, Any]:
        """Without what is computed again where it is asked for."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @cached_property
    def _at(self) -> Mapping[str, int]:
        """Where each column stands."""
        return {one.name: at for at, one in enumerate(self.columns)}

    @cached_property
    def base(self) -> str:
        """The id without its keys."""
        return split_id(self.id)[0]

    @cached_property
    def tails(self) -> tuple[str, ...]:
        """For each row what follows the column's name in the ids of its cells."""
        parts: dict[str, Iterable[str]]
        parts = {key: repeat(key_part(key, value)) for key, value in split_id(self.id)[1].items()}
        for key in self.key:
            texts = [key_text(one) for one in self.column(key)]
            known = {one: key_part(key, one) for one in set(texts)}
            parts[key] = map(known.__getitem__, texts)
        if not parts:
            return ("",) * len(self.rows)
        told = zip(*(parts[key] for key in sorted(parts)), strict=False)
        return tuple(f"@{','.join(one)}" for one, _ in zip(told, self.rows, strict=False))

    @cached_property
    def row_of(self) -> Mapping[str, int]:
        """The row whose cells' ids end so."""
        return {tail: row for row, tail in enumerate(self.tails)}

    @cached_property
    def _patients(self) -> frozenset[str]:
        return frozenset(self.trace.patients)

    @cached_property
    def _traces(self) -> dict[tuple[str | None, str | None, Origin], Trace]:
        """Traces of cells, by patient, group and origin: those of a row are alike."""
        return {}

    def column(self, name: str) -> tuple[Value, ...]:
        """All cells of one column, in row order."""
        at = self._at[name]
        return tuple(row[at] for row in self.rows)

    def keys_of(self, row: int) -> dict[str, str]:
        """The values that tell this row from the others, as they stand in ids."""
        return {key: key_text(self.rows[row][self._at[key]]) for key in self.key}

    def id_of(self, row: int, column: str) -> str:
        """The id of one cell."""
        return f"{self.base}.{column}{self.tails[row]}"

    def displays(self, column: str) -> list[str]:
        """The cells of a column as they are printed by default, in row order."""
        unit = self.columns[self._at[column]].unit
        cells = self.column(column)
        known = {one: show(one, unit, missing=_missing(one, unit)) for one in set(cells)}
        plain = [known[one] for one in cells]
        if not self.shown:
            return plain
        at = self._at[column]
        return [row[at] or one for row, one in zip(self.shown, plain, strict=True)]

    def _quoted(self, row: int, at: int) -> str:
        return self.shown[row][at] if self.shown else ""

    def cell(self, row: int, column: str) -> Result:
        """One cell as a result."""
        at = self._at[column]
        value, unit, label = self.rows[row][at], self.columns[at].unit, self.columns[at].label
        keys = self.keys_of(row)
        trace = self._trace_of(keys.get(PATIENT), keys.get(GROUP), self.origins[row][at])
        narrow = not {GROUP, PATIENT}.isdisjoint(keys)
        n = len(trace.patients) + len(trace.excluded) if narrow else self.n
        says = f"{label}, one cell of a listing." if label else ""
        id_ = self.id_of(row, column)
        missing, shown = _missing(value, unit), self._quoted(row, at)
        return Result(
            id_, value, unit, missing, n, trace, {}, shown, says, self.before.get(id_)
        )  # fmt: skip

    def _trace_of(self, patient: str | None, group: str | None, origin: Origin) -> Trace:
        """The trace of the listing as that of one row: of its patient, or of those of its group."""
        if (known := self._traces.get((patient, group, origin))) is not None:
            return known
        trace = self.trace

        def counts(one: str) -> bool:
            return patient in (None, one) and (
                group is None or self.division.get(one, group) == group
            )

        same = origin == trace.origin
        weakest = tuple(one for one in trace.weakest if same and _about(one, counts))
        patients, excluded = trace.patients, trace.excluded
        if patient is not None:  # a listing has as many rows as there are patients
            patients = (patient,) if patient in self._patients else ()
            excluded = {patient: excluded[patient]} if patient in excluded else {}
        if group is not None:
            patients = tuple(one for one in patients if counts(one))
            excluded = {one: why for one, why in excluded.items() if counts(one)}
        found = replace(trace, origin=origin, weakest=weakest, patients=patients, excluded=excluded)
        return self._traces.setdefault((patient, group, origin), found)


def _missing(value: Value, unit: Unit) -> str:
    """What an empty cell of a listing means."""
    return "NE" if value is None and unit.kind != "text" else ""


def _about(cell: str, counts: Callable[[str], bool]) -> bool:
    """Whether a cell's name is that of a patient who counts."""
    named = _PATIENT.search(cell)
    return named is None or counts(named[1])


def _housed(result: Result, house: House) -> Result:
    """
    A number that prints in a house's format; what an earlier build had stays as it was printed.

    A share of few patients has no decimals there. Limits of an interval, estimates of survival and
    what the build states of its files are no counts over patients and keep theirs.
    """
    if not house.name or result.unit.house.name or result.id.startswith(PREVIOUS):
        return result
    unit = replace(result.unit, house=house)
    other = result.id.startswith(_OF_THE_BUILD) or split_id(result.id)[0].endswith(_LIMITS)
    if unit.kind == "fraction" and 0 < result.n < house.whole_below and not other:
        unit = replace(unit, decimals=0)
    return replace(result, unit=unit)


def _housed_cells(listing: ListedResult, house: House) -> ListedResult:
    if not house.name:
        return listing
    columns = tuple(replace(one, unit=replace(one.unit, house=house)) for one in listing.columns)
    return replace(listing, columns=columns)


class Results(Mapping[str, Result]):
    """
    Every number of a build by its id, in a fixed order.

    Cells of listings are found by id like any other number; iteration gives the plain rows.
    """

    __slots__ = ("_calls", "_columns", "_house", "_listings", "_rows")

    def __init__(
        self,
        rows: Mapping[str, Result],
        listings: Mapping[str, ListedResult],
        calls: Mapping[str, tuple[RowsRead, ...]] | None = None,
        house: House = OWN,
    ) -> None:
        self._house = house
        self._rows = {id_: _housed(one, house) for id_, one in rows.items()}
        self._listings = {id_: _housed_cells(one, house) for id_, one in listings.items()}
        self._calls = dict(calls or {})
        self._columns: dict[str, list[tuple[ListedResult, str]]] = {}
        for listing in self._listings.values():
            for column in listing.columns:
                name = f"{listing.base}.{column.name}"
                self._columns.setdefault(name, []).append((listing, column.name))

    def _cell(self, id_: str) -> tuple[ListedResult, int, str] | None:
        """Listing, row and column of a cell; None where there is none of this id."""
        name, sign, tail = id_.partition("@")
        for listing, column in reversed(self._columns.get(name, ())):
            if (row := listing.row_of.get(sign + tail)) is not None:
                return listing, row, column
        return None

    def __getitem__(self, id_: str) -> Result:
        """
        The number with this id.

        Raises:
            UnknownId: No analysis produces it.
        """
        if id_ in self._rows:
            return self._rows[id_]
        if (found := self._cell(id_)) is not None:
            listing, row, column = found
            return listing.cell(row, column)
        raise UnknownId(id_, self.near(id_))

    def __iter__(self) -> Iterator[str]:
        """Ids of the plain rows, in order."""
        return iter(self._rows)

    def __len__(self) -> int:
        """Number of plain rows."""
        return len(self._rows)

    def __contains__(self, id_: object) -> bool:
        """Whether there is such a number, listing cells included."""
        return id_ in self._rows or (isinstance(id_, str) and self._cell(id_) is not None)

    @property
    def house(self) -> House:
        """The journal in whose format the numbers are printed."""
        return self._house

    @property
    def listings(self) -> Mapping[str, ListedResult]:
        """Listed tables of results by id."""
        return self._listings

    @property
    def calls(self) -> Mapping[str, tuple[RowsRead, ...]]:
        """The rows each call of an analysis was handed, by call."""
        return self._calls

    def listing_of(self, id_: str) -> str:
        """The listing that a cell stands in; empty for any other number."""
        found = None if id_ in self._rows else self._cell(id_)
        return found[0].id if found else ""

    def place_of(self, id_: str) -> tuple[str, int] | None:
        """The listing that a cell stands in and its row, from 0; nothing for any other number."""
        found = None if id_ in self._rows else self._cell(id_)
        return (found[0].id, found[1]) if found else None

    def listing(self, id_: str) -> ListedResult:
        """
        The listed table with this id.

        Raises:
            UnknownId: No analysis produces it.
        """
        if id_ not in self._listings:
            raise UnknownId(id_, difflib.get_close_matches(id_, list(self._listings), n=3))
        return self._listings[id_]

    def since(
        self, before: Mapping[str, Before], more: Iterable[Result], calls: Iterable[str] = ()
    ) -> Results:
        """
        The same numbers, saying what they were in an earlier build.

        Args:
            before: By id, what a number or a cell was.
            more: Numbers to add: those of the earlier build, and of the changes.
            calls: Their calls, which were handed no rows of this build.
        """
        rows = {id_: replace(one, before=before.get(id_)) for id_, one in self._rows.items()}
        cells: dict[str, dict[str, Before]] = {}
        for id_, one in before.items():
            if (found := self._cell(id_)) is not None:
                cells.setdefault(found[0].id, {})[id_] = one
        listings = {
            id_: replace(one, before=cells[id_]) if id_ in cells else one
            for id_, one in self._listings.items()
        }
        handed = self._calls | dict.fromkeys(sorted(calls), ())
        return Results(rows | {one.id: one for one in more}, listings, handed, self._house)

    def near(self, id_: str) -> list[str]:
        """Ids most like this one."""
        cells = (
            f"{listing.base}.{column.name}{tail}"
            for listing in self._listings.values()
            for tail in listing.tails
            for column in listing.columns
        )
        return difflib.get_close_matches(id_, [*self._rows, *dict.fromkeys(cells)], n=3)
