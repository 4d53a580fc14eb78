"""Sentences whose words may not hold any longer, because a number in them turned over."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

from carreport.changes.flips import flips, other_limit
from carreport.changes.model import Number
from carreport.ids import split_id
from carreport.units import DAYS_PER_MONTH, DAYS_PER_YEAR

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from carreport.results.rows import Value
    from carreport.word.controls import Control
    from carreport.word.fresh import Fresh
    from carreport.word.record import Written

_PERCENT: Final = frozenset({"fraction", "survival", "level"})
_LENGTHS: Final[Mapping[str, float]] = {
    "months": DAYS_PER_MONTH, "whole_months": DAYS_PER_MONTH,
    "years": DAYS_PER_YEAR, "whole_years": DAYS_PER_YEAR,
}  # fmt: skip
_DIGITS: Final = re.compile(r"-?\d*\.?\d+")
_NOUN: Final = re.compile(
    r"[\s△□◆]*(?!(?:and|or|of|to|in|at|with|by|vs|versus|were|was|had|have|has|against)\b)[^\W\d]"
)
_EQUALS: Final = re.compile(r"[=<>≤≥]\s*$")
_HALF: Final = 0.5


@dataclass(frozen=True, slots=True)
class Renewed:
    """
    A number that was printed anew.

    Attributes:
        control: Its control.
        entry: What it was written with.
        fresh: What it is now.
        old: What stood there.
        new: What stands there now.
    """

    control: Control
    entry: Written
    fresh: Fresh
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Turned:
    """Why a paragraph should be read again, and the number it is because of."""

    control: Control
    id: str
    why: str


def turned(
    paragraph: str,
    numbers: Sequence[Renewed],
    known: Mapping[str, Fresh],
    confidence: float,
) -> Iterator[Turned]:
    """
    What turned over in a paragraph.

    Args:
        paragraph: What it said.
        numbers: Its linked numbers, in order; those that read the same among them.
        known: Every linked result of the document, by id.
        confidence: Two-sided level of the study.
    """
    for one in numbers:
        if one.old != one.new:
            yield from (
                Turned(one.control, one.entry.id, why) for why in _of(one, known, confidence)
            )
            yield from (Turned(one.control, one.entry.id, why) for why in _beside(paragraph, one))
    yield from _order(numbers)


def value_of(entry: Written, fresh: Fresh) -> Value:
    """
    What a number was: as its record has it, else as it was printed; None where it was NE or NR.

    Args:
        entry: What it was written with.
        fresh: What it is now, for its unit.
    """
    if fresh.unit.kind in ("text", "date") or isinstance(fresh.value, str):
        return entry.printed
    if entry.value:
        with contextlib.suppress(ValueError):
            return float(entry.value)
    plain = entry.printed.replace("−", "-").replace("·", ".").replace(",", "")
    found = _DIGITS.search(plain)
    if found is None:
        return None
    number = float(found[0])
    if fresh.unit.kind == "p" and plain.startswith("<"):
        number *= _HALF
    if fresh.unit.kind in _PERCENT:
        return number / 100
    return number * _LENGTHS.get(entry.style, 1) if fresh.unit.kind == "days" else number


def _of(one: Renewed, known: Mapping[str, Fresh], confidence: float) -> Iterator[str]:
    """What the change of one number turns."""
    then = value_of(one.entry, one.fresh)
    limit = known.get(other_limit(one.entry.id))
    old, new = (
        Number(value, shown, one.fresh.unit, one.fresh.missing, 0, "", "", "")
        for value, shown in ((then, one.old), (one.fresh.value, one.new))
    )
    opposite = limit.value if limit else None
    yield from (flip.words for flip in flips(one.entry.id, old, new, confidence, opposite))


def _beside(paragraph: str, one: Renewed) -> Iterator[str]:
    """What stands beside a number and fitted only the old one: a noun, a sign."""
    before = paragraph[: one.control.at]
    after = paragraph[one.control.at + len(one.control.text) :]
    counted = one.fresh.unit.kind in ("count", "days")
    if counted and (one.old == "1") != (one.new == "1") and _NOUN.match(after):
        yield f"{one.old} became {one.new}: the word after it may be of the other number"
    signs = [text[:1] in "<>" for text in (one.old, one.new)]
    if signs[0] != signs[1]:
        sign = _EQUALS.search(before)
        if sign or signs[0]:
            yield f"{one.old} became {one.new}: look at the sign before it"


def _order(numbers: Sequence[Renewed]) -> Iterator[Turned]:
    """Two groups of which the other one has the larger value now."""
    grouped: dict[str, list[Renewed]] = {}
    for one in numbers:
        base, keys = split_id(one.entry.id)
        if "group" in keys:
            rest = ",".join(f"{key}={keys[key]}" for key in sorted(keys) if key != "group")
            grouped.setdefault(f"{base}@{rest}", []).append(one)
    for several in grouped.values():
        for a, b in combinations({one.entry.id: one for one in several}.values(), 2):
            then = _difference(value_of(a.entry, a.fresh), value_of(b.entry, b.fresh))
            now = _difference(a.fresh.value, b.fresh.value)
            if then * now < 0 or (
                then != 0 and now == 0 and None not in (a.fresh.value, b.fresh.value)
            ):
                larger = "are equal" if now == 0 else "have changed places"
                why = f"{a.old} and {b.old} became {a.new} and {b.new}: the two groups {larger}"
                yield Turned(b.control, b.entry.id, why)


def _difference(one: object, other: object) -> float:
    """One number less another; 0 where either is none."""
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return float(one) - float(other)
    return 0.0
