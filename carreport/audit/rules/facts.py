"""What claims say of single patients: the rows of a table, and patients that a sentence names."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from carreport.audit.printed import printed_numbers
from carreport.audit.rules.statements import Scope, reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from carreport.audit.claims import Claim
    from carreport.audit.knowledge import Cell, Column, Knowledge, Predicate
    from carreport.audit.rules.statements import Statement

Sources = tuple["Claim", ...]
_ROUNDS: Final = 12
"""Chains of implications are no longer than this."""


@dataclass(slots=True)
class Facts:
    """
    What is said of each patient, and by which claims.

    Attributes:
        patients: For each population, the patients whom rows or sentences name in it.
        said: By patient, predicate and truth, for each scope the claims that say so.
        values: By patient, measure and scope, the printed values with their claims.
        direct: By patient, predicate and truth, what is said and does not merely follow.
    """

    patients: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    said: dict[tuple[str, str, bool], dict[Scope, Sources]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    values: dict[tuple[str, str, Scope], list[Statement]] = field(
        default_factory=lambda: defaultdict(list)
    )
    direct: frozenset[tuple[str, str, bool]] = frozenset()

    def tell(self, patient: str, about: tuple[str, Scope], by: Sources, *, true: bool) -> bool:
        """Add a fact; whether it was new."""
        name, scope = about
        scopes = self.said[patient, name, true]
        if scope in scopes:
            return False
        scopes[scope] = by
        return True

    def repeat(self, patient: str, about: tuple[str, Scope], by: Sources, *, true: bool) -> bool:
        """Add a fact that is said outright, with everybody who says so; whether it was new."""
        name, scope = about
        before = self.said[patient, name, true].get(scope, ())
        self.said[patient, name, true][scope] = tuple(dict.fromkeys((*before, *by)))
        return not before

    def truth(self, patient: str, name: str, when: Scope, *, true: bool) -> Sources | None:
        """
        Who says that something is true, or false, of a patient.

        What is true within a narrower scope is true within a wider one; what is false within a
        wider one is false within each narrower.
        """
        for scope, by in self.said.get((patient, name, true), {}).items():
            if when <= scope if true else scope <= when:
                return by
        return None

    def contested(self, patient: str, name: str, when: Scope) -> bool:
        """Whether it is said to be true of a patient, and said to be false."""
        said = (self.truth(patient, name, when, true=true) for true in (True, False))
        return all(said)


def facts(told: Sequence[Statement], known: Knowledge) -> Facts:
    """
    Everything said of single patients, and what follows from it.

    Args:
        told: Every statement.
        known: What audit.toml says.
    """
    found = Facts()
    columns = {one.id: one for one in known.column}
    for one in told:
        for patient in one.patients:
            found.patients[one.population].setdefault(patient)
        if len(one.patients) == 1 and one.says == "value":
            found.values[one.patients[0], one.about, one.when].append(one)
            if one.about in columns:
                _read_cell(found, columns[one.about], one)
    for one in told:
        if one.patients and one.says == "count":
            _read_sentence(found, one)
    _name_the_others(found, told)
    found.direct = frozenset(found.said)
    for _ in range(_ROUNDS):
        if not _close(found, known):
            break
    return found


def _read_cell(found: Facts, column: Column, one: Statement) -> None:
    for ref in [ref for cell in column.read if _reads(cell, one.text) for ref in cell.says]:
        name, scope = reference(ref)
        true = not ref.startswith("!")
        found.repeat(one.patients[0], (name, one.when | scope), (one.claim,), true=true)


def _reads(cell: Cell, text: str) -> bool:
    plain = " ".join(text.split()).casefold()
    words = (
        cell.equals is None or plain == cell.equals.casefold(),
        cell.contains is None or cell.contains.casefold() in plain,
        cell.lacks is None or cell.lacks.casefold() not in plain,
    )
    if not all(words) or (cell.min is None and cell.max is None):
        return all(words)
    numbers = printed_numbers(text)
    if len(numbers) != 1:
        return False
    value = float(numbers[0].value)
    low, high = cell.min, cell.max
    return (low is None or value >= low) and (high is None or value <= high)


def _read_sentence(found: Facts, one: Statement) -> None:
    for patient in one.patients:
        found.repeat(patient, (one.about, one.when), (one.claim,), true=one.text != "0")


def _name_the_others(found: Facts, told: Iterable[Statement]) -> None:
    """Where as many patients are named as are counted, it is true of nobody else."""
    for one in told:
        numbers = printed_numbers(one.text)
        exact = len(numbers) == 1 and not numbers[0].relation
        counted = one.says == "count" and one.patients and exact
        if counted and numbers[0].value == len(one.patients):
            for patient in found.patients[one.population]:
                if patient not in one.patients:
                    found.repeat(patient, (one.about, one.when), (one.claim,), true=False)


def _close(found: Facts, known: Knowledge) -> bool:
    """
    Add what follows; whether anything did.

    From what is contested nothing follows: one slip would contradict everything else.
    """
    new = _said_of_opposites(found, known)
    by_name: dict[str, list[tuple[str, Scope, bool, Sources]]] = defaultdict(list)
    for (patient, name, true), scopes in found.said.items():
        by_name[name] += [
            (patient, scope, true, by)
            for scope, by in scopes.items()
            if not found.contested(patient, name, scope)
        ]
    for one in known.predicate:
        for patient, scope, true, by in by_name[one.id]:
            for name, wider, then in _follows(one, true=true):
                new |= found.tell(patient, (name, scope | wider), by, true=then)
        new |= _from_implied(found, one, by_name)
        new |= _combined(found, one)
    return new


def _said_of_opposites(found: Facts, known: Knowledge) -> bool:
    """What is said of one is said of its opposite; whether that is new."""
    new = False
    for one in known.predicate:
        pairs = ((one.id, one.opposite), (one.opposite, one.id)) if one.opposite else ()
        for name, other in pairs:
            for (patient, what, true), scopes in list(found.said.items()):
                if what == name and other is not None:
                    for scope, by in tuple(scopes.items()):
                        new |= found.repeat(patient, (other, scope), by, true=not true)
    return new


def _follows(one: Predicate, *, true: bool) -> Iterator[tuple[str, Scope, bool]]:
    if true:
        yield from ((*reference(ref), True) for ref in one.implies)
        yield from ((*reference(ref), False) for ref in one.excludes)
        yield from ((*reference(ref), True) for ref in one.all_of)
        yield from ((*reference(ref), False) for ref in one.none_of)
    else:
        yield from ((*reference(ref), False) for ref in (*one.any_of, *one.sum_of))


def _from_implied(
    found: Facts,
    one: Predicate,
    by_name: Mapping[str, list[tuple[str, Scope, bool, Sources]]],
) -> bool:
    """What implies something false is false; so is what something true excludes."""
    new = False
    for refs, then in ((one.implies, False), (one.excludes, True)):
        for ref in refs:
            name, extra = reference(ref)
            for patient, scope, true, by in by_name[name]:
                if true is then and extra <= scope:
                    new |= found.tell(patient, (one.id, scope - extra), by, true=False)
    return new


def _combined(found: Facts, one: Predicate) -> bool:
    """All of, none of, any of, sum of: what holds of the whole."""
    if not (one.all_of or one.any_of or one.none_of or one.sum_of):
        return False
    wanted = [(ref, True) for ref in one.all_of] + [(ref, False) for ref in one.none_of]
    either = (*one.any_of, *one.sum_of)
    new = False
    for patient in dict.fromkeys(who for who, *_ in found.said):
        held = [_sure(found, patient, ref, true=true) for ref, true in wanted]
        broken = [_sure(found, patient, ref, true=not true) for ref, true in wanted]
        some = [_sure(found, patient, ref, true=True) for ref in either]
        none = [_sure(found, patient, ref, true=False) for ref in either]
        about = one.id, frozenset[tuple[str, str]]()
        if (wanted and all(held)) or any(some):
            new |= found.tell(patient, about, _joined(held if wanted else some), true=True)
        if any(broken) or (either and all(none)):
            new |= found.tell(patient, about, _joined(broken if wanted else none), true=False)
    return new


def _sure(found: Facts, patient: str, ref: str, *, true: bool) -> Sources | None:
    """Who says so, if nobody says otherwise."""
    about = reference(ref)
    contested = found.contested(patient, *about)
    return None if contested else found.truth(patient, *about, true=true)


def _joined(sources: Iterable[Sources | None]) -> Sources:
    return tuple(dict.fromkeys(claim for by in sources for claim in by or ()))
