"""The keys of ids as grouping factors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from carreport.results.ars.analysed import filled
from carreport.results.ars.selection import PATIENTS, condition_json
from carreport.study.settings import BaselineLevel, Cause, Grading
from carreport.study.words import key_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from carreport.results.ars.analysed import Analysed, Json, Number
    from carreport.study.settings import Settings

_QUOTED: Final = ("patient", "term", "line")
"""Keys whose values stand in the data and in no declaration."""
_COLUMNS: Final = {
    "patient": (PATIENTS, "patient_id"),
    "term": ("adverse_events", "term"),
    "grade": ("adverse_events", "grade"),
    "cause": ("events", "event"),
}
"""Table and column behind a key."""


@dataclass(frozen=True, slots=True)
class Factor:
    """
    A key of ids as a grouping factor.

    Attributes:
        id: The key; for levels, with the analysis they are levels in.
        key: The key.
        dataset: Table of the grouping column, where there is one.
        variable: The column.
        levels: What study.toml declares, in its order; of a variable, otherwise those found.
        data_driven: Whether its values are those the data happen to hold.
    """

    id: str
    key: str
    dataset: str = ""
    variable: str = ""
    levels: tuple[BaselineLevel, ...] = ()
    data_driven: bool = False

    def group(self, value: str) -> str:
        """The id of one of its groups."""
        return f"{self.id}={value}"


def factors(settings: Settings, one: Analysed) -> dict[str, Factor]:
    """
    The grouping factors of an analysis, by key.

    Args:
        settings: For the groups and the levels it declares.
        one: The analysis.
    """
    return {key: _factor(settings, one, key) for key in (*one.keys, *_compared(one))}


def _factor(settings: Settings, one: Analysed, key: str) -> Factor:
    if key == "group" and settings.groups:
        levels = tuple(
            BaselineLevel(value=level.value, id=level.id, label=level.label)
            for level in settings.groups.level
        )
        return Factor(key, key, PATIENTS, settings.groups.column, levels)
    if key == "level":
        levels = _levels(settings, one.item)
        return Factor(f"{one.name}:{key}", key, PATIENTS, one.item.column, levels)
    if key == "cause" and isinstance(one.item, Cause):
        return Factor(f"{one.name}:{key}", key, "events", "detail", data_driven=True)
    if key in getattr(one.item, "by", ()):
        levels = _levels_of(settings, key)
        return Factor(f"{PATIENTS}:{key}", key, PATIENTS, key, levels, not levels)
    return Factor(key, key, *_COLUMNS.get(key, ("", "")), data_driven=key in _QUOTED)


def _levels(settings: Settings, item: Any) -> tuple[BaselineLevel, ...]:
    if isinstance(item, Grading):
        return tuple(BaselineLevel(value=one, id=key_of(one), label=one) for one in item.levels)
    return _levels_of(settings, item.column)


def _levels_of(settings: Settings, column: str) -> tuple[BaselineLevel, ...]:
    """The levels of a patient column that is a baseline variable; none of any other."""
    declared = (one.whole_levels() for one in settings.baseline if one.column == column)
    return next((levels for levels in declared if levels), ())


def grouping_factors(
    analyses: Sequence[Analysed], by_analysis: Mapping[str, Mapping[str, Factor]]
) -> list[Json]:
    """
    Every grouping factor, with its groups where these are declared.

    Args:
        analyses: The analyses.
        by_analysis: The factors of each, by its id and by key.
    """
    found: dict[str, Factor] = {}
    values: dict[str, dict[str, None]] = {}
    for one in analyses:
        for key, made in by_analysis[one.id].items():
            found.setdefault(made.id, made)
            seen = values.setdefault(made.id, dict.fromkeys(level.id for level in made.levels))
            if key in one.keys:
                seen |= dict.fromkeys(number.keys[key] for number in one.numbers)
    return [_factor_json(made, list(values[made.id])) for made in found.values()]


def _factor_json(made: Factor, values: Sequence[str]) -> Json:
    levels = {level.id: level for level in made.levels}
    groups = [
        filled(
            id=made.group(value),
            name=levels[value].label if value in levels else f"{made.key} {value}",
            level=1,
            order=order,
            condition=condition_json(made.dataset, made.variable, "EQ", [levels[value].value])
            if value in levels
            else None,
        )
        for order, value in enumerate(values, start=1)
    ]
    return filled(
        id=made.id,
        name=made.key.replace("_", " "),
        groupingDataset=made.dataset,
        groupingVariable=made.variable,
        dataDriven=made.data_driven,
        groups=[] if made.data_driven else groups,
    )


def ordered_groupings(one: Analysed, by_key: Mapping[str, Factor]) -> list[Json]:
    """The factors an analysis is grouped by; compared groups give no result each."""
    return [
        {"order": order, "groupingId": made.id, "resultsByGroup": key in one.keys}
        for order, (key, made) in enumerate(by_key.items(), start=1)
    ]


def result_groups(number: Number, by_key: Mapping[str, Factor]) -> list[Json]:
    """The groups one result belongs to."""
    return [
        {"groupingId": made.id, "groupValue": value}
        if (made := by_key[key]).data_driven
        else {"groupingId": made.id, "groupId": made.group(value)}
        for key, value in number.keys.items()
    ]


def _compared(one: Analysed) -> tuple[str, ...]:
    """The key of the groups that an analysis sets against each other."""
    against = one.call is not None and one.call.analysis.by == "compared" and one.call.scope.groups
    return ("group",) if against and "group" not in one.keys else ()
