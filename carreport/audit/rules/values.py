"""Medians, ranges and means: their order, their grid, and the single values behind them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations, permutations
from statistics import median
from typing import TYPE_CHECKING

from carreport.audit.checks import debit, grimmer, median_grid, ordered, spread, within
from carreport.audit.checks.answer import Answer
from carreport.audit.checks.calendar import read_duration
from carreport.audit.checks.reading import at_most
from carreport.audit.checks.scales import comparable, on_one_scale, unit
from carreport.audit.model import Side
from carreport.audit.printed import printed_numbers
from carreport.audit.rules.gathered import ROLE_NAMES, Gathered, gathered, merged
from carreport.audit.rules.quantities import Trial

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from carreport.audit.claims import Claim
    from carreport.audit.rules.statements import Statement
    from carreport.audit.rules.world import World

_ORDER = ("min", "q1", "median", "q3", "max")


def in_order(world: World) -> Iterator[Trial]:
    """Minimum, quartiles, median and maximum, and whether so many patients can have the median."""
    steps = {one.id: one.step for one in world.known.measure}
    for one in gathered(world):
        about = frozenset({one.subject})
        named = [role for role in _ORDER if role in one.roles]
        if len(named) > 1:
            low, q1, middle, q3, high = (one.text(role) for role in _ORDER)
            answer = ordered(low=low, q1=q1, median=middle, q3=q3, high=high)
            yield Trial("ordered", answer, (one.side(world, *named),), about)
        if one.has("mean", "min", "max"):
            yield Trial("ordered", _mean(one), (one.side(world, "mean", "min", "max"),), about)
        step = steps.get(one.quantity.about)
        if one.has("median") and step:
            answer = median_grid(one.text("median"), world.size(one.quantity.population), step)
            yield Trial("median_grid", answer, (one.side(world, "median"),), about)


def _mean(one: Gathered) -> Answer:
    """Whether the mean lies within the range."""
    answer = ordered(low=one.text("min"), median=one.text("mean"), high=one.text("max"))
    if answer.answer != "inconsistent":
        return answer
    mean, low, high = (one.text(role) for role in ("mean", "min", "max"))
    return replace(answer, reason=f"the mean {mean} does not lie within {low} to {high}")


def spreads(world: World) -> Iterator[Trial]:
    """Standard deviations against the range, the grid of the mean, and a share."""
    steps = {one.id: one.step for one in world.known.measure}
    for one in gathered(world):
        if not one.has("sd"):
            continue
        n, about = world.size(one.quantity.population), frozenset({one.subject})
        if one.has("min", "max"):
            answer = spread(one.text("sd"), one.text("min"), one.text("max"), n)
            yield Trial("spread", answer, (one.side(world, "sd", "min", "max"),), about)
        step = steps.get(one.quantity.about)
        if one.has("mean") and step and _in_steps(one, step, "mean", "sd"):
            answer = grimmer(one.text("mean"), one.text("sd"), n, step)
            yield Trial("grimmer", answer, (one.side(world, "mean", "sd"),), about)
        elif one.has("mean") and one.quantity.about in world.predicates:
            answer = debit(one.text("mean"), one.text("sd"), n)
            yield Trial("debit", answer, (one.side(world, "mean", "sd"),), about)


def _in_steps(one: Gathered, step: str, *roles: str) -> bool:
    """Whether numbers are printed in the unit of their step, which without one is that of days."""
    units = {unit(one.text(role) or "") for role in roles}
    return units <= {unit(step), "", *("" if unit(step) else "d")}


def inside(world: World) -> Iterator[Trial]:
    """A range among some of the patients lies within the range among all of them."""
    ranges = [one for one in merged(world) if one.has("min", "max")]
    for one in ranges:
        for other in ranges:
            same = one.quantity.about == other.quantity.about
            part = world.part_of(one.quantity.population, other.quantity.population)
            if same and part and one is not other and one.quantity.when == other.quantity.when:
                answer = within(_range(one), _range(other))
                sides = one.side(world, "min", "max"), other.side(world, "min", "max")
                yield Trial("within", answer, sides, frozenset({one.subject, other.subject}))


def single_values(world: World) -> Iterator[Trial]:
    """Single patients' values lie within the range of any population they are in."""
    for one in merged(world):
        if not one.has("min", "max"):
            continue
        for whom, said in _single(world, one).items():
            if not comparable({unit(each.text) for each in said}):
                continue
            low, high = (pick(said, key=_value) for pick in (min, max))
            answer = within((low.text, high.text), _range(one))
            told = f"{low.text} to {high.text}: {world.label(low.about)} of {world.whom(whom)}"
            sides = Side(told, (), (low.claim, high.claim)), one.side(world, "min", "max")
            yield Trial("within", answer, sides, frozenset({one.subject}))


def _single(world: World, one: Gathered) -> dict[str, list[Statement]]:
    found: dict[str, list[Statement]] = {}
    for said in world.told:
        alike = said.says == "value" and said.about == one.quantity.about
        within_it = world.part_of(said.population, one.quantity.population)
        if alike and within_it and said.when == one.quantity.when and printed_numbers(said.text):
            found.setdefault(said.population, []).append(said)
    return found


def _value(one: Statement) -> Fraction:
    """In days where it is a time, for the values may be in several units."""
    if unit(one.text) in {"h", "w", "m", "y"}:
        return read_duration(one.text, "the value").value
    return printed_numbers(one.text)[0].value


def _range(one: Gathered) -> tuple[str | None, str | None]:
    return one.text("min"), one.text("max")


def one_value(world: World) -> Iterator[Trial]:
    """One figure that is printed in several places is the same everywhere."""
    found: dict[tuple[object, ...], list[Statement]] = {}
    for one in world.told:
        if one.says not in {
            "count",
            "size",
            "percent",
            "label",
            "identifier",
            "description",
            "date",
        }:
            key = one.population, one.about, one.says, one.when, one.patients
            found.setdefault(key, []).append(one)
    for (population, about, says, _, _), several in found.items():
        texts = {one.text: one for one in reversed(several)}
        if len(several) > 1:
            subjects = frozenset({(str(population), str(about), "", "measured")})
            yield _agreeing(world, several, list(texts.values()), str(says), subjects)


def _agreeing(
    world: World,
    several: Sequence[Statement],
    texts: Sequence[Statement],
    says: str,
    subjects: frozenset[tuple[str, ...]],
) -> Trial:
    told = f"{ROLE_NAMES.get(says, says)} of {world.label(several[0].about)}, {world.whom(several[0].population)}"
    if several[0].patients:
        told = f"{world.label(several[0].about)} of patient {', '.join(several[0].patients)}"
    sides = tuple(
        Side(
            f"{one.text} as {told}", tuple(same.claim for same in several if same.text == one.text)
        )
        for one in reversed(texts)
    )
    numbers = [printed_numbers(one.text) for one in texts]
    if len(texts) == 1:
        answer = Answer("consistent", f"{texts[0].text} is printed in {len(several)} places")
    elif not all(len(found) == 1 for found in numbers):
        same = len({" ".join(one.text.split()).casefold() for one in texts}) == 1
        reason = "these are words, not one number each"
        answer = Answer("consistent" if same else "not testable", reason)
    elif not comparable({unit(one.text) for one in texts}):
        answer = Answer("not testable", "they are not in one unit")
    elif all(_meet(one, other) for one, other in combinations(texts, 2)):
        answer = Answer("consistent", "each rounds to what the other may be")
    else:
        printed = " and ".join(one.text for one in reversed(texts))
        answer = Answer("inconsistent", f"{printed} are both printed as the {told}")
    return Trial("same_value", answer, sides, subjects)


def _meet(one: Statement, other: Statement) -> bool:
    """Whether one value can have been printed as both."""
    if unit(one.text) != unit(other.text):
        times = on_one_scale([(one.text, "the one"), (other.text, "the other")])
        return all(at_most(*pair) for pair in permutations(times))
    left, right = (printed_numbers(each.text)[0].interval for each in (one, other))
    low = max((edge for edge in (left.low, right.low) if edge is not None), default=None)
    high = min((edge for edge in (left.high, right.high) if edge is not None), default=None)
    return (
        low is None or high is None or low < high or (low == high and low in left and low in right)
    )


def from_patients(world: World) -> Iterator[Trial]:
    """A median or range of some patients whose values are all printed one by one."""
    for one in gathered(world):
        quantity = one.quantity
        members, complete = world.members(quantity.population)
        values = [
            world.facts.values.get((patient, quantity.about, quantity.when)) for patient in members
        ]
        if not complete or not members or not all(values) or not all(members.values()):
            continue
        found = [printed_numbers(said[0].text) for said in values if said]
        alike = {unit(said[0].text) for said in values if said}
        if len(alike) == 1 and all(len(numbers) == 1 for numbers in found):
            single = sorted(numbers[0].value for numbers in found)
            behind = tuple(said[0].claim for said in values if said)
            for role in ("min", "median", "max", "mean"):
                if role in one.roles and unit(one.roles[role].text) in {*alike, ""}:
                    yield _recomputed(world, one, role, single, behind)


def _recomputed(
    world: World, one: Gathered, role: str, values: Sequence[Fraction], behind: tuple[Claim, ...]
) -> Trial:
    said = one.roles[role]
    ours = {
        "min": min(values),
        "max": max(values),
        "median": Fraction(median(values)),
        "mean": Fraction(sum(values), len(values)),
    }[role]
    number = printed_numbers(said.text)
    about = frozenset({one.subject})
    told = f"{ROLE_NAMES.get(role, role)} of the {len(values)} printed values"
    sides = one.side(world, role), Side(f"the {told}", (), behind)
    if len(number) != 1:
        return Trial("from_patients", Answer("not testable", "it is no number"), sides, about)
    edges = number[0].interval
    holds = ours in edges or ours in {edges.low, edges.high}
    rounded = number[0].like(ours)
    shown = rounded if holds or rounded != str(number[0]) else f"{float(ours):g}"
    if number[0].relation:
        printed = [claim.reported for claim in behind]
        same = (text for text in printed if [one.value for one in printed_numbers(text)] == [ours])
        shown = next(same, shown)
    reason = f"the {told} is {shown}, and {said.text} is printed"
    formula = f"{role}({', '.join(f'{float(value):g}' for value in values)}) = {float(ours):g}"
    answer = Answer("consistent" if holds else "inconsistent", reason, formula)
    return Trial("from_patients", answer, sides, about)
