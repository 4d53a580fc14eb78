"""One number of patients in several places, and numbers of which one cannot exceed another."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product
from typing import TYPE_CHECKING

from carreport.audit.rules.quantities import NOWHERE, SIZE, Trial, subject
from carreport.audit.rules.remembered import nested, same_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carreport.audit.model import Side
    from carreport.audit.rules.quantities import Count, Quantity
    from carreport.audit.rules.statements import Scope
    from carreport.audit.rules.world import World


def one_number(world: World) -> Iterator[Trial]:
    """Whatever is said of one quantity, in the text, as a percentage or patient by patient."""
    for quantity, counts in world.counts.items():
        about = frozenset({subject(quantity)})
        for count in counts:
            if len(count.claims) > 1:
                answer = same_count((count.text,) * len(count.claims))
                yield Trial("same_count", answer, (world.side(count),), about)
        for pair in combinations(counts, 2):
            one, other = _where_they_meet(*pair)
            answer = same_count((*one.texts, *other.texts))
            trial = Trial("same_count", answer, (world.side(one), world.side(other)), about)
            told = world.told_of(quantity)
            reason = f"one statement gives {one.spelled}, another {other.spelled} {told}"
            yield trial.because(reason) if answer.answer == "inconsistent" else trial


def _where_they_meet(one: Count, other: Count) -> tuple[Count, Count]:
    """Two counts, of what follows from single patients only the limit that the other is beyond."""
    return _limited(one, other), _limited(other, one)


def _limited(one: Count, other: Count) -> Count:
    if one.source != "patients":
        return one
    if one.most is not None and one.least < one.most < other.least:
        return replace(one, least=0, witnesses=one.denials)
    if other.most is not None and other.most < one.least and one.least != one.most:
        return replace(one, most=None)
    return one


def no_more_than(world: World) -> Iterator[Trial]:
    """Parts and wholes: a population's size, a larger population, a wider scope, what follows."""
    for quantity in world.counts:
        for whole in _wholes(world, quantity):
            for one, other in product(world.stated(quantity), _known(world, quantity, whole)):
                if one.least and other.most is not None:
                    yield _contained(world, one, other)


def outside_a_part(world: World) -> Iterator[Trial]:
    """What is said of nobody in a part of the patients must hold of patients outside it."""
    for one in world.counts:
        for whole in world.counts:
            alike = (one.about, one.when) == (whole.about, whole.when) and one.about != SIZE
            whom = one.population, whole.population
            if alike and whom[0] != whom[1] and world.part_of(*whom):
                for few, all_ in product(world.stated(one), world.stated(whole)):
                    if few.most == 0 and few.claims and all_.least:
                        yield from _outside(world, few, all_)


def _outside(world: World, few: Count, all_: Count) -> Iterator[Trial]:
    sizes = [world.size(one.quantity.population) for one in (few, all_)]
    if None not in sizes:
        room = int(sizes[1] or 0) - int(sizes[0] or 0)
        answer = nested(str(all_.least), str(room))
        told = f"{all_.spelled} {world.told_of(all_.quantity)}"
        reason = f"{told} are all outside {world.whom(few.quantity.population)}, who leave {room}"
        subjects = frozenset(subject(each.quantity) for each in (few, all_))
        sides = world.side(few), world.side(all_)
        yield Trial("nested", answer, sides, subjects).because(reason)


def _known(world: World, quantity: Quantity, whole: Quantity) -> list[Count]:
    """
    What a part is held against.

    Where single patients tell the part itself, that they tell the whole adds nothing.
    """
    if whole == world.of(quantity.population, SIZE, NOWHERE):
        return world.sizes(quantity.population)
    told = any(one.source == "patients" for one in world.counts[quantity])
    return world.stated(whole) if told else world.best(whole)


def _wholes(world: World, quantity: Quantity) -> Iterator[Quantity]:
    """What the number cannot exceed."""
    size = world.of(quantity.population, SIZE, NOWHERE)
    if quantity.about != SIZE and size != quantity:
        yield size
    follows: dict[str, list[Scope]] = {}
    for name, when in world.logic.implied((quantity.about, quantity.when)):
        follows.setdefault(name, []).append(when)
    for other in world.counts:
        scopes = follows.get(other.about)
        if scopes is None or not world.part_of(quantity.population, other.population):
            continue
        if other not in (quantity, size) and any(other.when <= when for when in scopes):
            yield other


def _contained(world: World, one: Count, other: Count) -> Trial:
    answer = nested(one.texts[0], other.texts[-1])
    told = [one] if world.is_size(other.quantity) else [one, other]
    subjects = frozenset(subject(each.quantity) for each in told)
    whole_side = _whole_side(world, one, other)
    trial = Trial("nested", answer, (world.side(one), whole_side), subjects)
    if answer.answer != "inconsistent":
        return trial
    part, whole = world.told_of(one.quantity), world.told_of(other.quantity)
    return trial.because(f"{one.spelled} {part} cannot be among {other.spelled} {whole}")


def _whole_side(world: World, one: Count, other: Count) -> Side:
    population = one.quantity.population
    if other.quantity == world.of(population, SIZE, NOWHERE):
        return world.whole(population, other)
    return world.side(other)
