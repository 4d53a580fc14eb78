"""Survival estimates with their standard errors, and the events they require."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from carreport.audit.checks.answer import Answer
from carreport.audit.model import Side
from carreport.audit.rules.gathered import gathered
from carreport.audit.rules.quantities import Quantity, Trial, subject
from carreport.audit.rules.remembered import (
    event_free,
    events_implied,
    greenwood,
    invert,
    km_inversion,
    nested,
)
from carreport.audit.rules.statements import reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carreport.audit.checks import Inversion
    from carreport.audit.claims import Claim
    from carreport.audit.knowledge import Endpoint
    from carreport.audit.rules.quantities import Count
    from carreport.audit.rules.world import World


@dataclass(frozen=True, slots=True)
class _Estimate:
    """An estimate with its standard error, wherever it is printed."""

    quantity: Quantity
    rate: str
    se: str
    n: str | None
    claims: tuple[Claim, ...]

    @property
    def subject(self) -> tuple[str, ...]:
        return (*subject(self.quantity), "survival")

    def side(self, world: World, says: str = "") -> Side:
        told = world.told_of(self.quantity)
        implied = f"{says}, by {self.rate} ± {self.se} {told}"
        return (
            Side(implied, (), self.claims)
            if says
            else Side(f"{self.rate} ± {self.se} {told}", self.claims)
        )


def survival(world: World) -> Iterator[Trial]:
    """Each estimate by itself, and against the counts of its events."""
    endpoints = {one.id: one for one in world.known.endpoint}
    for one in _estimates(world):
        about = frozenset({one.subject})
        for check, name in ((greenwood, "greenwood"), (km_inversion, "km_inversion")):
            answer = check(one.rate, one.se, one.n)
            yield Trial(name, answer, (one.side(world),), about)
        endpoint = endpoints.get(one.quantity.about)
        if endpoint is not None and one.n is not None:
            found = invert(one.rate, one.se, one.n)
            if found.events is not None:
                yield from _events(world, one, endpoint, found)
                yield from _free(world, one, endpoint, found)


def one_endpoint_within_another(world: World) -> Iterator[Trial]:
    """Who has had no event of several kinds has had none of one of them: no higher a rate."""
    endpoints = {one.id: one for one in world.known.endpoint}
    told = [one for one in _estimates(world) if one.quantity.about in endpoints]
    for wider in told:
        for other in told:
            events = (endpoints[one.quantity.about].event for one in (other, wider))
            event, either = (reference(ref) for ref in events)
            alike = (
                wider.quantity.population == other.quantity.population
                and wider.quantity.when == other.quantity.when
            )
            if alike and event != either and either in world.logic.implied(event):
                answer = nested(wider.rate, other.rate)
                low, high = (world.label(one.quantity.about) for one in (wider, other))
                relation = "is no higher than" if answer.answer == "consistent" else "exceeds"
                reason = f"{low}, {wider.rate}, {relation} {high}, {other.rate}"
                sides = wider.side(world), other.side(world)
                subjects = frozenset({wider.subject, other.subject})
                yield Trial("nested", answer, sides, subjects).because(reason)


def _estimates(world: World) -> Iterator[_Estimate]:
    found: dict[tuple[Quantity, str, str], tuple[Claim, ...]] = {}
    for one in gathered(world):
        rate, se = one.text("rate"), one.text("se")
        if rate is not None and se is not None:
            key = one.quantity, rate, se
            found[key] = (*found.get(key, ()), *one.claims("rate", "se"))
    for (quantity, rate, se), claims in found.items():
        yield _Estimate(quantity, rate, se, world.size(quantity.population), claims)


def _events(world: World, one: _Estimate, endpoint: Endpoint, found: Inversion) -> Iterator[Trial]:
    """
    The events that are counted against those the estimate requires.

    An event may have come after the estimate's day, so more of them are no contradiction unless
    they are counted by that day.
    """
    name, extra = reference(endpoint.event)
    for when in dict.fromkeys((extra, extra | one.quantity.when)):
        for count in world.counts.get(Quantity(one.quantity.population, name, when), []):
            yield _required(world, one, count, found, same_day=when != extra)


def _required(
    world: World, one: _Estimate, count: Count, found: Inversion, *, same_day: bool
) -> Trial:
    least, most = found.events or (0, 0)
    told = f"{least}" if least == most else f"{least} to {most}"
    events = f"{told} {'event' if most == 1 else 'events'}"
    sides = world.side(count), one.side(world, events)
    about = frozenset({subject(count.quantity)})
    enough = count.most is None or count.most >= least
    beyond = same_day and count.least > most
    if enough and not beyond:
        reason = f"{count.spelled} {world.told_of(count.quantity)} leave room for {events}"
        return Trial("events_implied", Answer("consistent", reason), sides, about)
    asked = count.texts[-1] if not enough else count.texts[0]
    answer = events_implied(one.rate, one.se, one.n, asked)
    there = f"{count.spelled} {world.told_of(count.quantity)}"
    relation = "fewer" if beyond else "more"
    day = dict(one.quantity.when).get("day")
    by = f"by day {day}" if day else "by then"
    reason = f"{one.rate} ± {one.se} of {one.n} requires {events} {by}, {relation} than {there}"
    answer = Answer("inconsistent", reason, answer.formula, answer.solutions)
    return Trial("events_implied", answer, sides, about)


def _free(world: World, one: _Estimate, endpoint: Endpoint, found: Inversion) -> Iterator[Trial]:
    """Patients said to be free of the event at the end cannot have had it before."""
    least = found.events[0] if found.events else 0
    for ref in endpoint.free:
        name, extra = reference(ref)
        for count in world.stated(Quantity(one.quantity.population, name, extra)):
            if count.least:
                answer = event_free(one.rate, one.se, one.n, count.texts[0])
                about = frozenset({subject(count.quantity)})
                implied = one.side(world, f"at most {int(one.n or 0) - least} without an event")
                yield Trial("event_free", answer, (world.side(count), implied), about)
