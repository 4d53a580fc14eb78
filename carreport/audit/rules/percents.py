"""Percentages of a population whose size is stated, alone and beside their counts."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from carreport.audit.checks import count_percent, percent_partition
from carreport.audit.model import Side
from carreport.audit.rules.quantities import NOWHERE, SIZE, Quantity, Trial, subject
from carreport.audit.rules.remembered import grim
from carreport.audit.rules.statements import ALL, VERSUS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carreport.audit.rules.statements import Statement
    from carreport.audit.rules.world import World


def percentages(world: World) -> Iterator[Trial]:
    """Each percentage of patients, and each count with the percentage that stands beside it."""
    beside: dict[tuple[Quantity, str], dict[str, list[Statement]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for one in world.told:
        if one.says in {"percent", "count"} and VERSUS not in one.population:
            quantity = Quantity(one.population, one.about, one.when)
            beside[quantity, one.place][one.says].append(one)
    for (quantity, _), roles in beside.items():
        for one in roles["percent"]:
            yield _alone(world, quantity, one)
            for count in roles["count"]:
                if count.text != ALL:
                    yield _together(world, quantity, count, one)


def parts_of_a_hundred(world: World) -> Iterator[Trial]:
    """Percentages of populations that make up another."""
    found: dict[tuple[Quantity, str], Statement] = {}
    for one in world.told:
        if one.says == "percent":
            found.setdefault((Quantity(one.population, one.about, one.when), one.place), one)
    for partition in world.known.partition:
        parts = [world.of(part, SIZE, NOWHERE) for part in partition.parts]
        for place in dict.fromkeys(place for _, place in found):
            said = [found.get((part, place)) for part in parts]
            told = [one for one in said if one is not None]
            if len(told) == len(parts):
                answer = percent_partition([one.text for one in told])
                sides = tuple(
                    Side(f"{one.text} {world.told_of(part)}", (one.claim,))
                    for part, one in zip(parts, told, strict=True)
                )
                yield Trial("percent_partition", answer, sides, frozenset(map(subject, parts)))


def _alone(world: World, quantity: Quantity, one: Statement) -> Trial:
    answer = grim(one.text, world.size(quantity.population))
    says = f"{one.text} {world.told_of(quantity)}"
    sides = Side(says, (one.claim,)), *_size(world, quantity.population)
    return Trial("grim", answer, sides, frozenset({subject(quantity)}))


def _together(world: World, quantity: Quantity, count: Statement, one: Statement) -> Trial:
    answer = count_percent(count.text, one.text, world.size(quantity.population))
    says = f"{count.text} ({one.text}) {world.told_of(quantity)}"
    sides = Side(says, (count.claim, one.claim)), *_size(world, quantity.population)
    return Trial("count_percent", answer, sides, frozenset({subject(quantity)}))


def _size(world: World, population: str) -> tuple[Side, ...]:
    """Who says how many patients there are."""
    return tuple(world.whole(population, one) for one in world.sizes(population))
