"""Everything the rules look up: statements, facts, members, sizes and counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from carreport.audit.model import Side
from carreport.audit.rules.facts import facts
from carreport.audit.rules.quantities import NOWHERE, SIZE, Count, Quantity
from carreport.audit.rules.remembered import grim
from carreport.audit.rules.statements import (
    ALL,
    VERSUS,
    Scope,
    reference,
    statements,
    whole_numbers,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from carreport.audit.claims import Claim
    from carreport.audit.knowledge import Knowledge, Population, Predicate, Reading
    from carreport.audit.rules.facts import Facts
    from carreport.audit.rules.logic import Logic
    from carreport.audit.rules.statements import Statement


@dataclass
class World:
    """
    What the rules look up.

    Attributes:
        known: What audit.toml says.
        logic: What follows from it.
        told: The statements, as a reading has them.
        facts: What is said of single patients.
        counts: By quantity, what is said and what follows from single patients, without repeats.
    """

    known: Knowledge
    logic: Logic
    told: tuple[Statement, ...]
    facts: Facts
    counts: dict[Quantity, list[Count]] = field(default_factory=dict)

    @cached_property
    def populations(self) -> dict[str, Population]:
        """By id."""
        return {one.id: one for one in self.known.population}

    @cached_property
    def predicates(self) -> dict[str, Predicate]:
        """By id."""
        return {one.id: one for one in self.known.predicate}

    @cached_property
    def lineage(self) -> dict[str, tuple[str, ...]]:
        """Each population with those it is part of, nearest first, itself included."""
        found = {}
        for id_ in self.populations:
            line, at = [id_], self.populations[id_].within
            while at:
                line.append(at)
                at = self.populations[at].within if at in self.populations else None
            found[id_] = tuple(line)
        return found

    def part_of(self, population: str, other: str) -> bool:
        """Whether a population is another, or part of it."""
        return other in self.lineage.get(population, (population,))

    def members(self, population: str) -> tuple[dict[str, bool], bool]:
        """The patients named in a population, whether each is sure; whether those are all."""
        one = self.populations.get(population)
        named = self.facts.patients.get(population, {})
        if one is None or one.within is None or not one.where:
            size = self.size(population)
            return dict.fromkeys(named, True), size is not None and size == str(len(named))
        above, complete = self.members(one.within)
        found: dict[str, bool] = dict.fromkeys(named, True)
        for patient in above:
            held = [self.facts.truth(patient, *reference(ref), true=True) for ref in one.where]
            denied = [self.facts.truth(patient, *reference(ref), true=False) for ref in one.where]
            if all(held):
                found[patient] = True
            elif not any(denied):
                complete = False
                found.setdefault(patient, False)
        whole = self.size(population) == str(sum(found.values()))
        return found, complete or whole

    def size(self, population: str) -> str | None:
        """How many patients a population has, where one number is stated most."""
        found = self.counts.get(self.of(population, SIZE, NOWHERE), [])
        exact = [one for one in found if one.least == one.most]
        stated = [one for one in exact if one.source == "stated"] or exact
        said = Counter({one.text: len(one.claims) + len(one.witnesses) for one in reversed(stated)})
        return max(said, key=said.__getitem__) if said else None

    def sizes(self, population: str) -> list[Count]:
        """What says so; other sizes that are printed are a matter of their own."""
        size = self.size(population)
        found = self.counts.get(self.of(population, SIZE, NOWHERE), [])
        return [one for one in found if one.text == size][:1]

    def of(self, population: str, about: str, when: Scope) -> Quantity:
        """A quantity by its one name: those of whom something holds are counted where they are."""
        one = self.populations.get(population)
        if about == SIZE and one is not None and one.within and len(one.where) == 1:
            name, extra = reference(one.where[0])
            return Quantity(one.within, name, when | extra)
        return Quantity(population, about, when)

    def is_size(self, quantity: Quantity) -> bool:
        """Whether a quantity is how many patients a population has."""
        return quantity.about == SIZE or quantity in self._sizes

    @cached_property
    def _sizes(self) -> frozenset[Quantity]:
        return frozenset(self.of(one.id, SIZE, NOWHERE) for one in self.known.population)

    def label(self, about: str) -> str:
        """What a predicate, measure or endpoint is called."""
        if about in self.predicates:
            return self.predicates[about].label
        return self._labels.get(about, about.replace("_", " "))

    @cached_property
    def _labels(self) -> dict[str, str]:
        known = self.known
        return {
            **{one.id: one.label for one in known.column},
            **{one.id: one.label for one in known.endpoint},
            **{one.id: one.label for one in known.measure},
        }

    def whom(self, population: str) -> str:
        """What a population is called."""
        one = self.populations.get(population)
        return one.label if one else population or "patients"

    def told_of(self, quantity: Quantity) -> str:
        """What is counted, in words: "relapsed among MRD-positive patients"."""
        whom, named = self.whom(quantity.population), self.named(quantity)
        if not named:
            return whom
        return f"{named} among {whom}" if quantity.population else named

    def named(self, quantity: Quantity) -> str:
        """What is counted and within which scope: "with fever, grade 3, first infusion"."""
        labels = {one.id: one.label for one in self.known.scope}
        origins = {one.id: one.label for one in self.known.origin}
        told = [self.label(quantity.about)] if quantity.about else []
        for key, value in sorted(quantity.when):
            shown = origins.get(value, value)
            told.append(labels[key].replace("{}", shown) if labels.get(key) else f"{key} {shown}")
        return ", ".join(told)

    def side(self, count: Count) -> Side:
        """A count as a side of a trial."""
        says = f"{count.spelled} {self.told_of(count.quantity)}"
        return Side(says, count.claims, count.witnesses)

    def whole(self, population: str, count: Count) -> Side:
        """The size of a population as a side that is not in question."""
        says = f"{count.spelled} {self.whom(population)}"
        return Side(says, (), (*count.claims, *count.witnesses))

    def best(self, quantity: Quantity) -> list[Count]:
        """What is said of a quantity; where nothing is, what follows from single patients."""
        return self.stated(quantity) or self.counts.get(quantity, [])

    def stated(self, quantity: Quantity) -> list[Count]:
        """What is said of a quantity, as a number or as a percentage."""
        found = self.counts.get(quantity, [])
        return [one for one in found if one.source in {"stated", "percent"}]


def survey(claims: Sequence[Claim], logic: Logic, reading: Reading | None = None) -> World:
    """
    Claims, read one way, ready for the rules.

    Args:
        claims: Every claim.
        logic: What audit.toml says, and what follows from it.
        reading: How they are read; None for as printed.
    """
    known = logic.known
    told = statements(claims, reading)
    world = World(known, logic, told, facts(told, known))
    for kinds in (("size",), ("count", "percent")):
        for one in told:
            if one.says in kinds and (count := _counted(world, one)):
                _add(world, count)
    for quantity in tuple(_asked(world)):
        if (count := _from_patients(world, quantity)) is not None:
            _add(world, count)
    for count in tuple(_from_parts(world)):
        _add(world, count)
    return world


def _counted(world: World, one: Statement) -> Count | None:
    about = SIZE if one.says == "size" else one.about
    quantity = world.of(one.population, about, one.when)
    if one.says == "percent":
        return _behind_percent(world, one, quantity)
    if one.text == ALL:
        size = world.size(one.population)
        return Count(quantity, int(size), int(size), (one.claim,)) if size else None
    read = whole_numbers(one.text) or ((len(one.patients), None) if one.patients else None)
    return Count(quantity, *read, (one.claim,)) if read else None


def _behind_percent(world: World, one: Statement, quantity: Quantity) -> Count | None:
    """The count a percentage can only stand for."""
    size = world.size(one.population)
    if size is None or VERSUS in one.population:
        return None
    found = grim(one.text, size)
    if found.answer != "consistent" or len(found.solutions) != 1:
        return None
    k = int(found.solutions[0].split()[0])
    return Count(quantity, k, k, (one.claim,), source="percent")


def _add(world: World, count: Count) -> None:
    listed = world.counts.setdefault(count.quantity, [])
    for at, one in enumerate(listed):
        if (one.least, one.most, one.source) == (count.least, count.most, count.source):
            claims = tuple(dict.fromkeys((*one.claims, *count.claims)))
            listed[at] = replace(one, claims=claims)
            return
    listed.append(count)


def _asked(world: World) -> Iterator[Quantity]:
    """Quantities that single patients are asked for: those stated, what they imply, events."""
    seen: dict[Quantity, None] = dict.fromkeys(world.counts)
    for one in tuple(seen):
        for name, when in sorted(world.logic.implied((one.about, one.when)), key=repr):
            seen.setdefault(Quantity(one.population, name, when))
    rates = [one for one in world.told if one.says == "rate"]
    for endpoint in world.known.endpoint:
        name, when = reference(endpoint.event)
        for rate in rates:
            if rate.about == endpoint.id:
                seen.setdefault(Quantity(rate.population, name, when))
    for population in world.known.population:
        if population.where:
            seen.setdefault(world.of(population.id, SIZE, NOWHERE))
    yield from seen


def _from_patients(world: World, quantity: Quantity) -> Count | None:
    """What single patients tell of a quantity; None where they tell nothing."""
    members, complete = world.members(quantity.population)
    if quantity.about == SIZE:
        return Count(quantity, len(members), len(members), source="patients") if complete else None
    name, when = quantity.about, quantity.when
    held = {one: world.facts.truth(one, name, when, true=True) for one in members}
    denied = {one: world.facts.truth(one, name, when, true=False) for one in members}
    sure = [one for one, certain in members.items() if certain and held[one]]
    out = [one for one in members if denied[one] and not held[one]]
    least, most = len(sure), len(members) - len(out) if complete else None
    if not least and (most is None or most == len(members)):
        return None
    likely = [one for one in out if _could_be(world, one, quantity)]
    rest = [one for one in out if one not in likely]
    for_, first, then = (
        tuple(sorted(_all(said), key=lambda claim: claim.line))
        for said in (
            (held[one] for one in sure),
            *((denied[one] for one in some) for some in (likely, rest)),
        )
    )
    against = tuple(dict.fromkeys((*first, *then)))
    told = {claim for one in world.stated(quantity) for claim in one.claims}
    if told and {*for_, *against} <= told:
        return None
    against = against if most is not None else ()
    fewer, more = (for_, against) if least <= len(out) else (against, for_)
    return Count(quantity, least, most, (), (*fewer, *more), "patients", against)


def _could_be(world: World, patient: str, quantity: Quantity) -> bool:
    """Whether what a predicate implies is said of a patient, so that its denial tells something."""
    one = world.predicates.get(quantity.about)
    told = (
        [world.facts.truth(patient, *reference(ref), true=True) for ref in one.implies]
        if one
        else []
    )
    return any(told)


def _all(sources: Iterable[tuple[Claim, ...] | None]) -> tuple[Claim, ...]:
    return tuple(dict.fromkeys(claim for some in sources for claim in some or ()))


def _from_parts(world: World) -> Iterator[Count]:
    """Wholes that are not stated, where each of their parts is."""
    for one in world.known.predicate:
        parts = [reference(ref) for ref in one.sum_of]
        for first in [found for found in world.counts if parts and found.about == parts[0][0]]:
            if not parts[0][1] <= first.when:
                continue
            when = first.when - parts[0][1]
            each = [Quantity(first.population, name, when | extra) for name, extra in parts]
            whole = Quantity(first.population, one.id, when)
            stated = [world.stated(part) for part in each]
            if all(len(said) == 1 for said in stated) and not world.stated(whole):
                most = [said[0].most for said in stated]
                highest = None if None in most else sum(filter(None, most))
                least = sum(said[0].least for said in stated)
                behind = _all(said[0].claims for said in stated)
                yield Count(whole, least, highest, (), behind, "parts")
