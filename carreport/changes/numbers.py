"""Numbers that differ between two sides: by id, as stored and as printed, and as defined."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from carreport.changes.model import Number
from carreport.ids import join_id, split_id
from carreport.results.rows import PATIENT
from carreport.units import described, show, unit_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from carreport.changes.side import Side
    from carreport.results.rows import ListedResult, Result, Value

BY_DATE: Final = re.compile(r", by \d{4}-\d{2}-\d{2}$")
"""The end of a population in words, which says the cutoff."""
RELATIVE: Final = 1e-12
"""Beyond twelve significant digits lies the noise of binary arithmetic; see `units`."""
ABSOLUTE: Final[Mapping[str, float]] = dict.fromkeys(
    ("fraction", "survival", "p", "coefficient", "ratio", "statistic"), 1e-12
)
"""Numbers of the size of one: a zero may come out as next to nothing."""
EXACT: Final = frozenset({"count", "text", "date", "identifier", "level"})
LINE: Final = "line"
"""A column of listings that says where in a file a row stands."""
_SAID: Final = (
    "unit", "format", "definition", "method", "parameters", "conditions", "columns", "population",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sight:
    """
    One number as one side has it.

    Attributes:
        number: Value, print and words.
        here: The value by the code here, which the saved one may differ from.
        call: The call that gives it.
        said: What is said of it, by name.
    """

    number: Number
    here: Value
    call: str
    said: Mapping[str, Any]


def same(old: Value, new: Value, kind: str) -> bool:
    """
    Whether two values of a kind are one: counts and text exactly, others but for binary noise.

    >>> same(0.1 + 0.2, 0.3, "measurement"), same(14, 15, "count"), same(None, 0.5, "survival")
    (True, False, False)
    """
    if old == new:
        return True
    if kind in EXACT or not (isinstance(old, (int, float)) and isinstance(new, (int, float))):
        return False
    return math.isclose(old, new, rel_tol=RELATIVE, abs_tol=ABSOLUTE.get(kind, 0.0))


def sights(side: Side) -> dict[str, Sight]:
    """Every plain number of a side."""
    found = {id_: _of_result(side.results[id_]) for id_ in side.results}
    if not side.saved:
        return found
    kept = {}
    for id_, row in side.saved.items():
        one = found.get(id_)
        if one is not None or _is_plain(id_, side):
            kept[id_] = _of_row(row, one)
    return kept


def _is_plain(id_: str, side: Side) -> bool:
    """Whether a saved number the code here does not give is one, not the cell of a listing."""
    return id_ not in side.results and not any(
        id_.startswith((f"{split_id(one)[0]}.",)) for one in side.results.listings
    )


def _of_result(result: Result) -> Sight:
    trace = result.trace
    population = BY_DATE.sub("", trace.population)
    number = Number(
        result.value,
        result.display,
        result.unit,
        result.missing if result.value is None else "",
        result.n,
        population,
        result.definition,
        trace.method,
    )
    said = {
        "unit": (result.unit.name, result.unit.kind),
        "format": described(result.unit).get("house", ""),
        "definition": result.definition,
        "method": trace.method,
        "parameters": dict(trace.parameters),
        "conditions": dict(trace.conditions),
        "columns": list(trace.columns),
        "population": population,
    }
    return Sight(number, result.value, trace.call, said)


def _of_row(row: Mapping[str, Any], here: Sight | None) -> Sight:
    """A number as a build saved it."""
    unit = unit_of(row)
    if here is not None and (here.number.unit.name, here.number.unit.kind) == (
        unit.name,
        unit.kind,
    ):
        unit = here.number.unit
    population = BY_DATE.sub("", row["population"])
    number = Number(
        row["value"],
        row["display"],
        unit,
        row["missing"] or "",
        row["n"],
        population,
        row["definition"],
        row["method"],
    )
    said = {
        "unit": (row["unit"], row["kind"]),
        "format": described(unit).get("house", ""),
        "definition": row["definition"],
        "method": row["method"],
        "parameters": row["parameters"],
        "conditions": row["conditions"],
        "columns": row["columns"],
        "population": population,
    }
    return Sight(number, None if here is None else here.here, row["call"], said)


def redefined(old: Sight, new: Sight) -> tuple[str, ...]:
    """What is said of a number on both sides and differs."""
    return tuple(name for name in _SAID if old.said[name] != new.said[name])


@dataclass(frozen=True, slots=True)
class Listed:
    """
    How one listing differs.

    Attributes:
        added: Rows only the new has.
        removed: Rows only the old has.
        changed: Rows both have with another cell.
        cells: The cells that differ, by id: where each stands on each side.
    """

    added: int
    removed: int
    changed: int
    cells: Mapping[str, tuple[Spot | None, Spot | None]]


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell of a listing: its row and its column's name."""

    listing: ListedResult
    row: int
    name: str

    def number(self) -> Number | None:
        """What stands there; None if the listing has no such column."""
        return _cell((self.listing, self.row), self.name)


def listed(old: ListedResult | None, new: ListedResult | None) -> Listed:
    """The rows and cells of a listing that differ; rows are told apart by their keys."""
    if old and new and _look_alike(old, new):
        return Listed(0, 0, 0, {})
    before, after = _rows(old), _rows(new)
    cells: dict[str, tuple[Spot | None, Spot | None]] = {}
    changed = 0
    for key in dict.fromkeys([*before, *after]):
        differing = list(_cells(before.get(key), after.get(key)))
        changed += bool(differing) and key in before and key in after
        cells.update(differing)
    return Listed(
        sum(key not in before for key in after),
        sum(key not in after for key in before),
        changed,
        cells,
    )


def _look_alike(old: ListedResult, new: ListedResult) -> bool:
    """Whether the cells are the same one by one."""
    return (old.columns, old.rows, old.shown) == (new.columns, new.rows, new.shown)


_Row = tuple["ListedResult", int]


def _rows(listing: ListedResult | None) -> dict[tuple[object, ...], _Row]:
    """
    Rows by what tells them apart; where that is a line in a file, in the order of their cells.

    A row that stands on another line is the same row.
    """
    if listing is None:
        return {}
    names = [one.name for one in listing.columns]
    kept = [at for at, name in enumerate(names) if name != LINE]
    order: Iterable[int] = range(len(listing.rows))
    if LINE in names:
        order = sorted(order, key=lambda at: [str(listing.rows[at][one]) for one in kept])
    seen: Counter[tuple[str, ...]] = Counter()
    found: dict[tuple[object, ...], _Row] = {}
    for at in order:
        key = tuple(value for name, value in listing.keys_of(at).items() if name != LINE)
        found[*key, seen[key]] = (listing, at)
        seen[key] += 1
    return found


def _cells(
    old: _Row | None, new: _Row | None
) -> Iterator[tuple[str, tuple[Spot | None, Spot | None]]]:
    one = new or old
    if one is None or (old and new and _same_row(old, new)):
        return
    listing, at = one
    base, outer = split_id(listing.id)
    tail = join_id("", {**outer, **listing.keys_of(at)})
    columns = [column.name for side in (old, new) if side for column in side[0].columns]
    for name in (one for one in dict.fromkeys(columns) if one != LINE):
        before, after = (_plain(side, name) for side in (old, new))
        if (
            before is None
            or after is None
            or before[1:] != after[1:]
            or not same(before[0], after[0], before[2])
        ):
            then, now = (Spot(*side, name) if side else None for side in (old, new))
            yield f"{base}.{name}{tail}", (then, now)


def _plain(row: _Row | None, name: str) -> tuple[Value, str, str, str] | None:
    """The value of a cell, the text for it, and kind and name of its unit."""
    if row is None:
        return None
    listing, at = row
    for column, one in enumerate(listing.columns):
        if one.name == name:
            shown = listing.shown[at][column] if listing.shown else ""
            return listing.rows[at][column], shown, one.unit.kind, one.unit.name
    return None


def _same_row(old: _Row, new: _Row) -> bool:
    """Whether two rows of the same columns hold the same values, and the same texts for them."""
    (before, i), (after, j) = old, new
    texts = (before.shown[i] if before.shown else (), after.shown[j] if after.shown else ())
    return (
        before.columns == after.columns and before.rows[i] == after.rows[j] and texts[0] == texts[1]
    )


def _cell(row: _Row | None, name: str) -> Number | None:
    if row is None:
        return None
    listing, at = row
    names = [one.name for one in listing.columns]
    if name not in names:
        return None
    column = names.index(name)
    value, unit = listing.rows[at][column], listing.columns[column].unit
    # What is blank of a patient is not known; it is nothing that was to be estimated.
    blank = value is None and PATIENT in listing.keys_of(at)
    missing = "NE" if value is None and unit.kind != "text" and not blank else ""
    shown = listing.shown[at][column] if listing.shown else ""
    trace = listing.trace
    return Number(
        value,
        shown or ("" if blank else show(value, unit, missing=missing)),
        unit,
        missing,
        listing.n,
        BY_DATE.sub("", trace.population),
        listing.columns[column].label or trace.definition,
        trace.method,
    )
