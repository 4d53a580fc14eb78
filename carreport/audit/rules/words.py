"""Names: of what was measured, in several lists; of a registered trial, for several groups."""

from __future__ import annotations

import difflib
import re
from itertools import combinations
from typing import TYPE_CHECKING

from carreport.audit.checks import same_identifier, same_label
from carreport.audit.model import Side
from carreport.audit.rules.quantities import Trial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carreport.audit.claims import Claim
    from carreport.audit.rules.statements import Statement
    from carreport.audit.rules.world import World

_BETWEEN = re.compile(r"\s*(?:,|;|\band\b|\bor\b|&)\s*")
_ALIKE = 0.7


def labels(world: World) -> Iterator[Trial]:
    """
    Lists of names for one thing: a name only one list has, beside a like one only the other has.

    A list may leave names out; that says nothing.
    """
    found: dict[str, list[Statement]] = {}
    for one in world.told:
        if one.says == "label":
            found.setdefault(one.about, []).append(one)
    for about, several in found.items():
        for one, other in combinations(several, 2):
            yield _lists(world, about, one, other)


def _lists(world: World, about: str, one: Statement, other: Statement) -> Trial:
    left, right = _names(one.text), _names(other.text)
    drift = [
        (name, like)
        for name in sorted(left - right)
        for like in sorted(right - left)
        if _alike(name, like)
    ]
    names = drift[0] if drift else tuple(sorted(left & right)[:1]) * 2 or (one.text, other.text)
    answer = same_label(list(names))
    sides = tuple(
        Side(f"{world.label(about)}: {each.text}", (each.claim,)) for each in (one, other)
    )
    return Trial("same_label", answer, sides, frozenset({(about, *sorted(set(names)))}))


def _alike(name: str, other: str) -> bool:
    """Whether two names may be meant for one thing: the same digits, nearly the same letters."""
    digits = [[*filter(str.isdigit, each)] for each in (name, other)]
    ratio = difflib.SequenceMatcher(None, name.casefold(), other.casefold()).ratio()
    return digits[0] == digits[1] and ratio >= _ALIKE


def _names(text: str) -> set[str]:
    return {name for name in _BETWEEN.split(text.strip()) if name}


def identifiers(world: World) -> Iterator[Trial]:
    """One identifier for populations of which nobody is in both."""
    found: dict[str, list[Statement]] = {}
    for one in world.told:
        if one.says == "identifier":
            found.setdefault(one.text.strip(), []).append(one)
    for name, several in found.items():
        for one, other in combinations(several, 2):
            yield _described(world, name, one, other)


def _described(world: World, name: str, one: Statement, other: Statement) -> Trial:
    apart = _exclude(world, one.population, other.population)
    whom = [world.whom(each.population) for each in (one, other)]
    answer = same_identifier(whom if apart else [whom[0], whom[0]])
    sides = tuple(
        Side(f"{name}: {told}", (each.claim, *_descriptions(world, each)))
        for each, told in zip((one, other), whom, strict=True)
    )
    return Trial("same_identifier", answer, sides, frozenset({("identifier", name)}))


def _descriptions(world: World, one: Statement) -> tuple[Claim, ...]:
    """What stands beside it and describes whom it is for."""
    key = one.about, one.population, one.place
    return tuple(
        other.claim
        for other in world.told
        if other.says == "description" and (other.about, other.population, other.place) == key
    )


def _exclude(world: World, one: str, other: str) -> bool:
    lines = world.lineage.get(one, ()), world.lineage.get(other, ())
    return any(
        right in world.populations[left].excludes or left in world.populations[right].excludes
        for left in lines[0]
        for right in lines[1]
    )
