"""What a reading may change, and whether it says what the paper leaves open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carreport.audit.printed import printed_numbers
from carreport.audit.rules.logic import Logic
from carreport.audit.rules.statements import NO_SCOPE, one_of, pairs_of, reference
from carreport.errors import Problem
from carreport.names import AUDIT_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from carreport.audit.claims import Claim
    from carreport.audit.knowledge import Knowledge, Reading
    from carreport.audit.rules.statements import Statement


def reading_problems(claims: Iterable[Claim], known: Knowledge) -> Iterator[Problem]:
    """What is wrong with the readings: claims that are not there, names nobody declared."""
    listed = tuple(claims)
    logic = Logic(known)
    ids = {claim.claim_id for claim in listed}
    kinds = known.predicate, known.column, known.measure, known.endpoint
    names = {
        "about": {one.id for some in kinds for one in some},
        "population": {one.id for one in known.population},
        "when": {one.id for one in known.scope},
    }
    for at, reading in enumerate(known.reading, start=1):
        for change in reading.change:
            asked = {part.strip() for part in change.where.get("claim_id", "").split(",")}
            for id_ in sorted(asked - ids - {""}):
                yield _problem(at, f"no claim is called {id_!r}", one_of(id_, ids))
            for key, declared in names.items():
                to = change.to.get(key, "")
                targets = {part.partition("=")[0].strip() for part in to.split(";")}
                for name in sorted(targets - declared - {""}):
                    found = f"{name!r} is nothing that audit.toml declares"
                    yield _problem(at, found, one_of(name, declared) if declared else "declare it")
        if reading.fills and (said := _replaced(listed, logic, reading)):
            remedy = "write fills = false, for it replaces what the paper says"
            yield _problem(at, said, remedy)


def _problem(at: int, found: str, remedy: str) -> Problem:
    return Problem(AUDIT_FILE, 0, f"reading.{at}", found, remedy)


def _replaced(claims: tuple[Claim, ...], logic: Logic, reading: Reading) -> str:
    """The first thing said that a reading replaces; empty where it only says what is open."""
    for one, read in pairs_of(reading, claims):
        told = f"in {one.claim.claim_id}, which the reading is said to fill"
        if one.text != read.text and printed_numbers(one.claim.reported):
            return f"a number is printed {told}"
        if not one.when <= read.when:
            return f"the scope is stated {told}"
        if not _narrows(logic, one, read):
            return f"{read.population!r} is no part of {one.population!r} {told}"
        if not _is_a_sense(logic, one.about, read.about):
            return f"{read.about!r} is no kind of {one.about!r} {told}"
    return ""


def _narrows(logic: Logic, one: Statement, read: Statement) -> bool:
    """Whether a population is open, or read as some of the patients it can be."""
    populations = {each.id: each for each in logic.known.population}
    old, new = populations.get(one.population), populations.get(read.population)
    if one.population in {"", read.population}:
        return True
    if old is None or new is None:
        return False
    line, at = [new.id], new.within
    while at:
        line.append(at)
        at = populations[at].within if at in populations else None
    if old.id in line:
        return True
    alike = old.within == new.within and len(old.where) <= len(new.where)
    senses = zip(old.where, new.where, strict=False)
    return alike and all(_is_a_sense(logic, *map(_name, pair)) for pair in senses)


def _name(ref: str) -> str:
    return reference(ref)[0]


def _is_a_sense(logic: Logic, old: str, new: str) -> bool:
    """
    Whether a word can be meant so: as a kind of it, or as what audit.toml says it implies.

    A word for the opposite narrows if the opposites do.
    """
    if old == new:
        return True
    predicates = {one.id: one for one in logic.known.predicate}
    if old in predicates and new in predicates:
        one, other = predicates[old], predicates[new]
        opposite = {each.id: each.opposite for each in logic.known.predicate if each.opposite}
        opposite |= {to: id_ for id_, to in opposite.items()}
        turned = opposite.get(other.id), opposite.get(one.id)
        return (
            _implies(logic, new, old)
            or new in map(_name, one.implies)
            or (None not in turned and _implies(logic, str(turned[0]), str(turned[1])))
        )
    return any(one.id == new and one.sense_of == old for one in logic.known.measure)


def _implies(logic: Logic, name: str, other: str) -> bool:
    return (other, NO_SCOPE) in logic.implied((name, NO_SCOPE))
