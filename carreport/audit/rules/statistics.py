"""p-values from what they are said to be computed from; ratios with their intervals."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from carreport.audit.checks import (
    logrank_from_ratio,
    n_from_r,
    ordered,
    p_from_chi2,
    p_from_f,
    p_from_levels,
    p_from_r,
    p_from_t,
    p_from_table,
    p_from_z,
    ratio_interval,
    ratio_p,
    wald_outside,
)
from carreport.audit.rules.gathered import gathered
from carreport.audit.rules.quantities import Quantity, Trial
from carreport.audit.rules.statements import VERSUS, reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carreport.audit.checks import Answer
    from carreport.audit.model import Side
    from carreport.audit.rules.gathered import Gathered
    from carreport.audit.rules.world import World


def correlations(world: World) -> Iterator[Trial]:
    """
    A correlation and its p among so many patients, and how many patients the two would need.

    Where no population is stated, it is the one in which what is correlated is defined.
    """
    defined = {one.id: one.of or "" for one in world.known.measure}
    for one in gathered(world):
        if not one.has("r", "p"):
            continue
        about, r, p = frozenset({one.subject}), one.text("r"), one.text("p")
        whom = one.quantity.population or defined.get(one.quantity.about, "")
        n = world.size(whom) if whom else None
        among = _size(world, whom)
        answer = p_from_r(r, p, n)
        yield Trial("p_from_r", answer, (one.side(world, "r", "p"), *among), about)
        if n is not None:
            answer = n_from_r(r, p, _candidates(world, whom))
            yield Trial("n_from_r", answer, (one.side(world, "r", "p"),), about)


def _candidates(world: World, whom: str) -> list[str]:
    """How many patients a population has, and those it is part of or that are part of it."""
    related = [
        one for one in world.populations if world.part_of(one, whom) or world.part_of(whom, one)
    ]
    return list(dict.fromkeys(filter(None, map(world.size, [whom, *related]))))


def statistics(world: World) -> Iterator[Trial]:
    """t, z, chi-squared and F with their degrees of freedom and p; ratios."""
    for one in gathered(world):
        about = frozenset({one.subject})
        for name, roles, answer in (*_tests(one), *_ratios(one)):
            yield Trial(name, answer, (one.side(world, *roles),), about)


def _tests(one: Gathered) -> Iterator[tuple[str, tuple[str, ...], Answer]]:
    p, df = one.text("p"), one.text("df")
    if one.has("t", "p"):
        yield "p_from_t", ("t", "df", "p"), p_from_t(one.text("t"), df, p)
    if one.has("z", "p"):
        yield "p_from_z", ("z", "p"), p_from_z(one.text("z"), p)
    if one.has("chi2", "p"):
        yield "p_from_chi2", ("chi2", "df", "p"), p_from_chi2(one.text("chi2"), df, p)
    if one.has("f", "p"):
        answer = p_from_f(one.text("f"), df, one.text("df2"), p)
        yield "p_from_f", ("f", "df", "df2", "p"), answer


def _ratios(one: Gathered) -> Iterator[tuple[str, tuple[str, ...], Answer]]:
    ratio, lower, upper = (one.text(role) for role in ("ratio", "lower", "upper"))
    if one.has("ratio", "lower", "upper"):
        yield "ordered", ("ratio", "lower", "upper"), _inside(ratio, lower, upper)
        yield "ratio_interval", ("ratio", "lower", "upper"), ratio_interval(ratio, lower, upper)
        if one.has("p"):
            answer = ratio_p(lower, upper, one.text("p"))
            yield "ratio_p", ("lower", "upper", "p"), answer
        if one.has("events"):
            answer = logrank_from_ratio(lower, upper, one.text("events"))
            yield "logrank_from_ratio", ("lower", "upper", "events"), answer
    if one.has("percent", "lower", "upper"):
        yield "wald_outside", ("percent", "lower", "upper"), wald_outside(lower, upper)


def _inside(ratio: str | None, lower: str | None, upper: str | None) -> Answer:
    """Whatever the method, an estimate lies within its interval."""
    answer = ordered(low=lower, median=ratio, high=upper)
    if answer.answer != "inconsistent":
        return answer
    return replace(answer, reason=f"{ratio} does not lie within {lower} to {upper}")


def comparisons(world: World) -> Iterator[Trial]:
    """p-values of two or more groups whose counts are printed, by predicate or by level."""
    levels = {one.about: one.order for one in world.known.levels}
    for one in gathered(world):
        groups = [part.strip() for part in one.quantity.population.split(VERSUS)]
        if not one.has("p") or len(groups) < 2:
            continue
        order = levels.get(one.quantity.about)
        refs = order or [one.quantity.about]
        rows = [
            [_exactly(world, group, ref, one.quantity.when) for ref in refs] for group in groups
        ]
        if any(cell is None for row in rows for cell in row):
            continue
        about, p = frozenset({one.subject}), one.text("p")
        if order and len(groups) == 2:
            answer = p_from_levels(rows[0], rows[1], p)
            name = "p_from_levels"
        else:
            name, answer = "p_from_table", p_from_table(_with_rest(world, groups, rows), p)
        among = tuple(side for group in groups for side in _size(world, group))
        yield Trial(name, answer, (one.side(world, "p"), *among), about)


def _exactly(world: World, group: str, ref: str, when: frozenset[tuple[str, str]]) -> str | None:
    name, extra = reference(ref)
    found = world.best(Quantity(group, name, when | extra))
    exact = [one.text for one in found if one.least == one.most]
    return exact[0] if exact else None


def _with_rest(
    world: World, groups: list[str], rows: list[list[str | None]]
) -> list[list[str | None]]:
    """Each group's count beside the number of its other patients."""
    whole = []
    for group, row in zip(groups, rows, strict=True):
        size = world.size(group)
        counted = sum(int(cell) for cell in row if cell)
        whole.append([*row, str(int(size) - counted) if size else None])
    return whole


def _size(world: World, population: str) -> tuple[Side, ...]:
    """Who says how many patients there are."""
    return tuple(world.whole(population, one) for one in world.sizes(population))
