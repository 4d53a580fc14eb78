"""Times from several origins: how long each can be, and ranges that are printed twice."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final

from carreport.audit.checks import bounds, same_range, until_cutoff
from carreport.audit.checks.answer import Answer, NotTestable
from carreport.audit.checks.calendar import read_dates, read_duration
from carreport.audit.model import Side
from carreport.audit.rules.gathered import Gathered, gathered
from carreport.audit.rules.quantities import Trial

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from carreport.audit.knowledge import Origin
    from carreport.audit.rules.statements import Statement
    from carreport.audit.rules.world import World

SINCE: Final = "since"
"""The key of `when` that names an origin."""


def from_later_origins(world: World) -> Iterator[Trial]:
    """The longest time from a later day is the longest from an earlier one, less what lies between."""
    longest = _distinct(world, "max")
    for one in longest:
        for other in longest:
            lag = _lag(world, _since(one), _since(other))
            part = world.part_of(one.quantity.population, other.quantity.population)
            if lag is None or not part or one.quantity.about != other.quantity.about:
                continue
            answer = bounds(one.text("max"), other.text("max"), lag)
            earlier = other.side(world, "max")
            sides = one.side(world, "max"), Side(earlier.says, (), earlier.claims)
            trial = Trial("bounds", answer, sides, frozenset({one.subject, other.subject}))
            if answer.answer == "inconsistent":
                trial = trial.because(
                    f"{one.text('max')} from {_named(world, one)}, which is at least {lag} later, "
                    f"cannot be within {other.text('max')} from {_named(world, other)}"
                    f"{_possible(other.text('max'), lag)}"
                )
            yield trial


def _possible(longest: str | None, lag: str) -> str:
    """How long it can be at most, in days."""
    days, between = read_duration(longest, "the longest time"), read_duration(lag, "the lag")
    if days.high is None or between.low is None or days.high != days.low:
        return ""
    least = days.high - between.low
    return f": at most {int(least)} days ({days.high} − {between.low}) are possible"


def one_after_another(world: World) -> Iterator[Trial]:
    """Dated things of which one cannot come after another."""
    dates = [one for one in world.told if one.says == "date"]
    for sequence in world.known.sequence:
        for first in [one for one in dates if one.about == sequence.first]:
            for then in [one for one in dates if one.about == sequence.then]:
                yield _in_sequence(world, first, then)


def _in_sequence(world: World, first: Statement, then: Statement) -> Trial:
    sides = tuple(
        Side(f"{world.label(one.about)}: {one.text}", (one.claim,)) for one in (first, then)
    )
    subjects = frozenset({("date", first.about), ("date", then.about)})
    try:
        begin, end = (read_dates(one.text, "the date") for one in (first, then))
    except NotTestable as missing:
        return Trial("date_order", Answer("not testable", missing.reason), sides, subjects)
    told = f"{world.label(first.about)} ({first.text})"
    after = f"{world.label(then.about)} ({then.text})"
    if begin[0] > end[1]:
        answer = Answer("inconsistent", f"{told} cannot come after {after}")
    else:
        answer = Answer("consistent", f"{told} is not after {after}")
    return Trial("date_order", answer, sides, subjects)


def before_the_cutoff(world: World) -> Iterator[Trial]:
    """No time from an origin is longer than the study lasted since."""
    calendar = world.known.calendar
    if calendar is None:
        return
    by_id = {one.claim.claim_id: one for one in world.told}
    start, cutoff = by_id.get(calendar.start), by_id.get(calendar.cutoff)
    if start is None or cutoff is None:
        return
    for one in _distinct(world, "max"):
        since = _since(one)
        lag = "0 days" if since == calendar.since else _lag(world, since, calendar.since)
        if lag is None:
            continue
        answer = until_cutoff(one.text("max"), start.text, cutoff.text, lag)
        limit = f"from {start.text} to {cutoff.text}" + ("" if lag == "0 days" else f", less {lag}")
        sides = one.side(world, "max"), Side(limit, (), (start.claim, cutoff.claim))
        yield Trial("until_cutoff", answer, sides, frozenset({one.subject}))


def ranges_twice(world: World) -> Iterator[Trial]:
    """One range for times from different days, or for patients none of whom is among the others."""
    ranges = _distinct(world, "min", "max")
    for one, other in combinations(ranges, 2):
        if one.quantity.about != other.quantity.about or one.quantity == other.quantity:
            continue
        whom = one.quantity.population, other.quantity.population
        related = world.part_of(*whom) or world.part_of(*reversed(whom))
        same_day = _since(one) == _since(other)
        dated = _since(one) and _since(other)
        if not dated or (same_day and (related or not all(whom))):
            continue
        answer = same_range(
            (one.text("min"), one.text("max")), (other.text("min"), other.text("max"))
        )
        sides = _sides(world, one, other)
        yield Trial("same_range", answer, sides, frozenset({one.subject, other.subject}))


def _sides(world: World, one: Gathered, other: Gathered) -> tuple[Side, ...]:
    """Both ranges; that from the earlier day is only what the other is held against."""
    sides = []
    for each, against in ((one, other), (other, one)):
        side = each.side(world, "min", "max")
        earlier = _lag(world, _since(against), _since(each)) is not None
        sides.append(Side(side.says, (), side.claims) if earlier else side)
    return tuple(sides)


def _distinct(world: World, *roles: str) -> list[Gathered]:
    """What is said in these roles, once for each quantity and wording, with every claim."""
    found: dict[object, list[Gathered]] = {}
    for one in gathered(world):
        if one.has(*roles):
            key = one.quantity, tuple(one.text(role) for role in roles)
            found.setdefault(key, []).append(one)
    return [_together(several) for several in found.values()]


def _together(several: list[Gathered]) -> Gathered:
    roles: dict[str, Statement] = dict(several[0].roles)
    for at, one in enumerate(several[1:], start=2):
        roles.update({f"{role} ({at})": said for role, said in one.roles.items()})
    return Gathered(several[0].quantity, several[0].place, roles)


def _named(world: World, one: Gathered) -> str:
    since = _since(one)
    return next((origin.label for origin in world.known.origin if origin.id == since), since)


def _since(one: Gathered) -> str:
    return dict(one.quantity.when).get(SINCE, "")


def _lag(world: World, later: str, earlier: str) -> str | None:
    """How much later a day is at least; None if it is not known to be."""
    origins: Mapping[str, Origin] = {one.id: one for one in world.known.origin}
    one = origins.get(later)
    if one is None or one.after is None:
        return None
    if one.after == earlier:
        return one.lag
    return _lag(world, one.after, earlier)
