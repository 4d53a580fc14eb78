"""The rows of results.json, gathered into analyses of the standard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from carreport.ids import split_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from carreport.results.runner import Call

Json = dict[str, Any]
Row = dict[str, Any]

FACTS: Final = "facts"


@dataclass(frozen=True, slots=True)
class Number:
    """
    One row of results.json.

    Attributes:
        row: The row.
        field: What it is called within its analysis.
        keys: The keys of its id.
    """

    row: Row
    field: str
    keys: Mapping[str, str]

    @property
    def operation(self) -> str:
        """The id of the operation that gave it."""
        return f"{self.row['function']}.{self.field}"


@dataclass(frozen=True, slots=True)
class Analysed:
    """
    One analysis of the standard: numbers of one call whose ids carry the same keys.

    Attributes:
        id: The call's, with the keys that only its numbers carry.
        name: Chapter and analysis, as the numbers' ids begin.
        call: The call; none where the study states a fact about itself.
        keys: Names of the keys of every number.
        further: Those of them the call does not carry.
        numbers: In their order.
    """

    id: str
    name: str
    call: Call | None
    keys: tuple[str, ...]
    further: tuple[str, ...]
    numbers: tuple[Number, ...]

    @property
    def rows(self) -> list[Row]:
        """The row of each."""
        return [number.row for number in self.numbers]

    @property
    def first(self) -> Row:
        """A row, for what all of them say."""
        return self.numbers[0].row

    @property
    def chapter(self) -> str:
        """The part of the report it belongs to."""
        return self.name.partition(".")[0]

    @property
    def item(self) -> Any:
        """The part of study.toml it was computed for."""
        return self.call.item if self.call else None

    @property
    def subject(self) -> str:
        """That part by its label, or the name where there is none."""
        return str(getattr(self.item, "label", "") or self.name)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number stands: the ids of its analysis and of its operation."""

    analysis: str
    operation: str


def analysed(rows: Iterable[Row], calls: Iterable[Call]) -> tuple[Analysed, ...]:
    """
    The analyses of a build, in the order of the plan.

    Args:
        rows: Rows of results.json.
        calls: Every call of an analysis that the study asked for.
    """
    by_id = {call.id: call for call in calls}
    gathered: dict[tuple[str, tuple[str, ...]], list[Number]] = {}
    for row in rows:
        call_id = row["call"] or f"{row['id'].partition('.')[0]}:{FACTS}"
        base, keys = split_id(row["id"])
        number = Number(row, base.removeprefix(f"{_name(call_id)}."), keys)
        gathered.setdefault((call_id, tuple(keys)), []).append(number)
    return tuple(
        _analysed(call_id, keys, found, by_id.get(call_id))
        for (call_id, keys), found in gathered.items()
    )


def _name(call_id: str) -> str:
    """
    Chapter and analysis of a call.

    >>> _name("survival.os:time_to_event@group=treated")
    'survival.os'
    """
    return call_id.partition(":")[0]


def _analysed(
    call_id: str, keys: tuple[str, ...], numbers: Sequence[Number], call: Call | None
) -> Analysed:
    further = tuple(key for key in keys if key not in split_id(call_id)[1])
    id_ = f"{call_id}/{'+'.join(further)}" if further else call_id
    return Analysed(id_, _name(call_id), call, keys, further, tuple(numbers))


def places(analyses: Iterable[Analysed]) -> Mapping[str, Place]:
    """Where each number stands, by its id."""
    return {
        number.row["id"]: Place(one.id, number.operation)
        for one in analyses
        for number in one.numbers
    }


def filled(**slots: Any) -> Json:
    """
    The slots that hold something.

    >>> filled(id="os", label="", order=0, groups=[])
    {'id': 'os', 'order': 0}
    """
    return {name: value for name, value in slots.items() if value not in (None, "", [], {})}
