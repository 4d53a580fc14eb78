"""Claims as statements: who, what, in which role, within which scope; and as a reading has them."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from functools import cache
from math import ceil, floor
from typing import TYPE_CHECKING, Final

from carreport.audit.checks.scales import unit
from carreport.audit.printed import printed_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from carreport.audit.claims import Claim
    from carreport.audit.knowledge import Change, Knowledge, Reading
    from carreport.errors import Problem

ROLES: Final = frozenset(
    {
        "count", "size", "percent", "min", "q1", "median", "q3", "max", "mean", "sd", "rate", "se",
        "lower", "upper", "ratio", "r", "t", "f", "chi2", "z", "df", "df2", "p", "label",
        "identifier", "description", "value", "date", "events",
    }
)  # fmt: skip
"""What `says` may say."""
ALL: Final = "all"
"""What `means` says of a count that is everybody in the population."""
VERSUS: Final = "|"
"""Between the populations that a claim compares."""

_PAIR: Final = re.compile(r"([a-z0-9_]+)\s*=\s*([^;=]+)")

Scope = frozenset[tuple[str, str]]
"""What `when` states, key by value."""
NO_SCOPE: Final[Scope] = frozenset()


@dataclass(frozen=True, slots=True)
class Statement:
    """
    A claim that says what it is about.

    Attributes:
        claim: The claim.
        population: Whom it is about, or empty.
        about: What is counted or measured.
        says: Its role.
        when: The scope that it states.
        patients: The patients that it names.
        text: The number, as printed or as `means` has it.
    """

    claim: Claim
    population: str
    about: str
    says: str
    when: Scope
    patients: tuple[str, ...]
    text: str

    @property
    def place(self) -> str:
        """Where it is printed."""
        return self.claim.location


def scope(text: str) -> Scope:
    """
    What `when` states.

    >>> sorted(scope("infusion=first; day=730"))
    [('day', '730'), ('infusion', 'first')]
    """
    return frozenset((key, value.strip()) for key, value in _PAIR.findall(text))


def whole_numbers(text: str) -> tuple[int, int | None] | None:
    """
    The fewest and most that a printed count can stand for; None where it is no count.

    >>> whole_numbers("at least one"), whole_numbers("five"), whole_numbers("57.1%")
    ((1, None), (5, 5), None)
    """
    found = printed_numbers(text)
    if len(found) != 1 or found[0].percent or found[0].value < 0:
        return None
    one = found[0]
    if not one.relation:
        return (int(one.value),) * 2 if one.value.denominator == 1 else None
    edges = one.interval
    low = (
        0
        if edges.low is None
        else floor(edges.low) + (not edges.with_low) * (edges.low.denominator == 1)
    )
    high = (
        None
        if edges.high is None
        else ceil(edges.high) - (not edges.with_high) * (edges.high.denominator == 1)
    )
    return max(low, 0), high


@cache
def reference(ref: str) -> tuple[str, Scope]:
    """A predicate that audit.toml names, and the scope it is named with."""
    name, _, rest = ref.partition(";")
    return name.strip().removeprefix("!"), scope(rest)


def statements(claims: Iterable[Claim], reading: Reading | None = None) -> tuple[Statement, ...]:
    """
    The claims that say what they are about.

    Args:
        claims: Every claim.
        reading: Read so; None for as printed.

    Returns:
        One statement a claim, in their order.
    """
    changes = reading.change if reading else []
    found = (_statement(claim) for claim in claims if claim.says)
    return tuple(_read_as(one, changes) for one in found)


def pairs_of(reading: Reading, claims: Iterable[Claim]) -> list[tuple[Statement, Statement]]:
    """What a reading changes, as printed and as it is read."""
    listed = tuple(claims)
    pairs = zip(statements(listed), statements(listed, reading), strict=True)
    return [(one, read) for one, read in pairs if one != read]


def changed_by(reading: Reading, claims: Iterable[Claim]) -> frozenset[str]:
    """Ids of the claims that a reading changes."""
    return frozenset(one.claim.claim_id for one, _ in pairs_of(reading, claims))


def _statement(claim: Claim) -> Statement:
    return Statement(
        claim=claim,
        population=claim.population,
        about=claim.about,
        says=claim.says,
        when=scope(claim.when),
        patients=tuple(part for part in re.split(r"[\s,;]+", claim.patients) if part),
        text=_with_unit(claim),
    )


def _with_unit(claim: Claim) -> str:
    """The number with its unit, which of a time may be told by the claim's kind alone."""
    text = claim.means or claim.reported
    timed = claim.kind in {"days", "months", "years"} and not unit(text)
    return f"{text} {claim.kind}" if timed and len(printed_numbers(text)) == 1 else text


def _read_as(one: Statement, changes: Iterable[Change]) -> Statement:
    read = one
    for change in changes:
        if all(_matches(one, key, wanted) for key, wanted in change.where.items()):
            read = _changed(read, change)
    return read


def _matches(one: Statement, key: str, wanted: str) -> bool:
    match key:
        case "claim_id":
            return one.claim.claim_id in {part.strip() for part in wanted.split(",")}
        case "location":
            return one.place.startswith(wanted)
        case "when":
            return scope(wanted) <= one.when
        case "unstated":
            return wanted not in dict(one.when)
        case _:
            own = {"population": one.population, "about": one.about, "says": one.says}
            return own[key] == wanted


def _changed(one: Statement, change: Change) -> Statement:
    to = change.to
    when = frozenset({**dict(one.when), **dict(scope(to.get("when", "")))}.items())
    return replace(
        one,
        population=to.get("population", one.population),
        about=to.get("about", one.about),
        says=to.get("says", one.says),
        when=when,
        text=to.get("means", one.text),
    )


def statement_problems(claims: Iterable[Claim], known: Knowledge) -> Iterator[Problem]:
    """What is wrong with the columns that statements are read from."""
    listed = tuple(claims)
    populations = {one.id for one in known.population}
    keys = {one.id for one in known.scope}
    for claim in listed:
        if claim.says and claim.says not in ROLES:
            found = f"{claim.says!r} is no part a number can have"
            yield claim.problem("says", found, one_of(claim.says, ROLES))
        elif claim.says and not claim.about and claim.says != "size":
            remedy = "write what is counted or measured, or leave says empty"
            yield claim.problem("about", "is empty", remedy)
        if claim.about and not claim.says:
            remedy = "write what part the number has in it, such as count"
            yield claim.problem("says", "is empty", remedy)
        yield from _place_problems(claim, populations, keys)
        if claim.means and claim.means != ALL and _number_wanted(claim):
            remedy = "write one number, such as 0 or ≥1, or all"
            yield claim.problem("means", f"{claim.means!r} is no number", remedy)


def _place_problems(claim: Claim, populations: set[str], keys: set[str]) -> Iterator[Problem]:
    for name in filter(None, map(str.strip, claim.population.split(VERSUS))):
        if populations and name not in populations:
            found = f"{name!r} is no population of audit.toml"
            yield claim.problem("population", found, one_of(name, populations))
    parts = [part.strip() for part in claim.when.split(";") if part.strip()]
    for part in parts:
        if not _PAIR.fullmatch(part):
            yield claim.problem("when", f"{part!r} is no scope", "write key=value; key=value")
        elif keys and (key := part.partition("=")[0].strip()) not in keys:
            found = f"{key!r} is no [[scope]] of audit.toml"
            yield claim.problem("when", found, one_of(key, keys))


def _number_wanted(claim: Claim) -> bool:
    plain = claim.says in {"label", "identifier", "description", "value", "date"}
    return not plain and len(printed_numbers(claim.means)) != 1


def one_of(word: str, words: Iterable[str]) -> str:
    """What to write instead of a name that nobody declared."""
    listed = sorted(words)
    near = difflib.get_close_matches(word, listed, n=1)
    return f"did you mean {near[0]}?" if near else f"use one of {', '.join(listed[:40])}"
