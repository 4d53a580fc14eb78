"""Numbers that add up: what excludes each other, opposites, sums, partitions and their parts."""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING

from carreport.audit.rules.quantities import NOWHERE, SIZE, Quantity, Trial, subject
from carreport.audit.rules.remembered import additive, exclusive, partition
from carreport.audit.rules.statements import reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from carreport.audit.checks import Answer
    from carreport.audit.rules.quantities import Count
    from carreport.audit.rules.world import World

_MOST_WAYS = 64
"""Ways to combine what is said of several quantities that are tried."""


def exclude_each_other(world: World) -> Iterator[Trial]:
    """What no patient can both be cannot hold of more patients than there are."""
    by_population: dict[str, list[Quantity]] = {}
    for quantity in world.counts:
        if quantity.about != SIZE:
            by_population.setdefault(quantity.population, []).append(quantity)
    for population, quantities in by_population.items():
        size = world.sizes(population)
        stated = [one for one in quantities if world.stated(one)]
        pairs = _pairs(world, [pair for pair in combinations(stated, 2) if _apart(world, *pair)])
        for group in [*pairs, *_larger(pairs)]:
            yield from _exceeding(world, group, size)


def _pairs(
    world: World, pairs: Sequence[tuple[Quantity, Quantity]]
) -> list[tuple[Quantity, Quantity]]:
    """The pairs without those that follow from another: where one of the two implies a third."""
    apart = _apart_from(pairs)
    wider = {
        one: {other for other in apart if other != one and _implies(world, one, other)}
        for one in apart
    }
    return [
        (one, other)
        for one, other in pairs
        if wider[one].isdisjoint(apart[other]) and wider[other].isdisjoint(apart[one])
    ]


def _apart_from(pairs: Sequence[tuple[Quantity, Quantity]]) -> dict[Quantity, set[Quantity]]:
    """Every quantity, in the order of the pairs, with those it is paired with."""
    found: dict[Quantity, set[Quantity]] = {}
    for one, other in pairs:
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return found


def _implies(world: World, one: Quantity, other: Quantity) -> bool:
    return (other.about, other.when) in world.logic.implied((one.about, one.when))


def _apart(world: World, one: Quantity, other: Quantity) -> bool:
    return world.logic.exclude((one.about, one.when), (other.about, other.when))


def _larger(pairs: Sequence[tuple[Quantity, Quantity]]) -> Iterator[tuple[Quantity, ...]]:
    """Groups of three or more in which every two exclude each other, as large as they get."""
    apart = _apart_from(pairs)
    seen: set[frozenset[Quantity]] = set()
    for one, two in pairs:
        group = [one, two]
        both = apart[one] & apart[two]
        for other in apart if both else ():
            if other in both:
                group.append(other)
                both &= apart[other]
        if len(group) > 2 and frozenset(group) not in seen:
            seen.add(frozenset(group))
            yield tuple(group)


def _exceeding(
    world: World, group: tuple[Quantity, ...], sizes: Sequence[Count]
) -> Iterator[Trial]:
    for way in _ways(world, group):
        counts = [one for one in way if one.least]
        for size in sizes if len(counts) > 1 else ():
            answer = exclusive(tuple(one.texts[0] for one in counts), size.texts[-1])
            told = " and ".join(f"{one.spelled} {world.named(one.quantity)}" for one in counts)
            among = f"{size.spelled} {world.whom(group[0].population)}"
            exact = all(one.least == one.most for one in counts)
            total = f"{'' if exact else 'at least '}{sum(one.least for one in counts)}"
            reason = f"{told} exclude each other and make {total}, but there are {among}"
            subjects = frozenset(subject(one.quantity) for one in counts)
            sides = (*(world.side(one) for one in counts), world.whole(group[0].population, size))
            trial = Trial("exclusive", answer, sides, subjects)
            yield trial.because(reason) if answer.answer == "inconsistent" else trial


def opposites(world: World) -> Iterator[Trial]:
    """What holds and what does not make up the population."""
    for one in world.known.predicate:
        if one.opposite:
            for quantity in [found for found in world.counts if found.about == one.id]:
                other = Quantity(quantity.population, one.opposite, quantity.when)
                whole = world.of(quantity.population, SIZE, NOWHERE)
                yield from _adding(world, "partition", (quantity, other), whole)


def sums(world: World) -> Iterator[Trial]:
    """Parts that audit.toml says make up a whole."""
    for one in world.known.predicate:
        if not one.sum_of:
            continue
        for whole in [found for found in world.counts if found.about == one.id]:
            parts = [reference(ref) for ref in one.sum_of]
            group = tuple(Quantity(whole.population, name, whole.when | to) for name, to in parts)
            yield from _adding(world, "partition", group, whole)


def partitions(world: World) -> Iterator[Trial]:
    """Populations that make up another: their sizes, and whatever is counted in each."""
    for one in world.known.partition:
        group = tuple(world.of(part, SIZE, NOWHERE) for part in one.parts)
        yield from _adding(world, "partition", group, world.of(one.of, SIZE, NOWHERE))
        for whole in [found for found in world.counts if found.population == one.of]:
            if whole.about != SIZE:
                inside = tuple(Quantity(part, whole.about, whole.when) for part in one.parts)
                yield from _adding(world, "additive", inside, whole)


def _adding(
    world: World, check: str, group: tuple[Quantity, ...], whole: Quantity
) -> Iterator[Trial]:
    for counts in _ways(world, (*group, whole)):
        *parts, total = counts
        if not all(one.least == one.most for one in counts):
            continue
        adds_up = partition if check == "partition" else additive
        answer = adds_up(tuple(one.text for one in parts), total.text)
        told = " and ".join(f"{one.spelled} {world.told_of(one.quantity)}" for one in parts)
        reason = f"{told} do not add up to {total.spelled} {world.told_of(whole)}"
        yield _trial(world, check, answer, counts, reason)


def _ways(world: World, group: Iterable[Quantity]) -> list[tuple[Count, ...]]:
    """What is stated of each, combined in every way; nothing where one is not stated."""
    listed = list(group)
    sizes = all(world.is_size(one) for one in listed)
    ways = list(product(*(_told(world, one, sizes=sizes) for one in listed)))
    return ways[:_MOST_WAYS]


def _told(world: World, quantity: Quantity, *, sizes: bool) -> list[Count]:
    """What is stated of a quantity; of a size that is not in question what is stated most."""
    found = world.stated(quantity)
    if sizes or not world.is_size(quantity):
        return found
    return sorted(found, key=lambda one: -len(one.claims))[:1]


def _trial(world: World, check: str, answer: Answer, counts: Sequence[Count], reason: str) -> Trial:
    told = [one for one in counts if not world.is_size(one.quantity)] or counts
    subjects = frozenset(subject(one.quantity) for one in told)
    trial = Trial(check, answer, tuple(world.side(one) for one in counts), subjects)
    return trial.because(reason) if answer.answer == "inconsistent" else trial
