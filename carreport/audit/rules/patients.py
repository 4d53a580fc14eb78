"""One patient of whom two claims say what cannot both be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carreport.audit.checks.answer import Answer
from carreport.audit.checks.reading import listed
from carreport.audit.model import Side
from carreport.audit.rules.quantities import Quantity, Trial, subject
from carreport.audit.rules.statements import whole_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carreport.audit.claims import Claim
    from carreport.audit.rules.facts import Sources
    from carreport.audit.rules.world import World


def one_patient(world: World) -> Iterator[Trial]:
    """
    What is true of a patient by one claim and false by another.

    Two claims can differ in several things that follow from each other; the one is told that is
    said outright.
    """
    best: dict[
        tuple[str, frozenset[frozenset[Claim]]], tuple[tuple[bool, bool], str, Sources, Sources]
    ] = {}
    for patient, name, true in tuple(world.facts.said):
        for scope, by in world.facts.said[patient, name, true].items() if true else ():
            against = world.facts.truth(patient, name, scope, true=False)
            if against and set(by) != set(against):
                direct = (
                    (patient, name, False) in world.facts.direct,
                    (patient, name, True) in world.facts.direct,
                )
                key = patient, frozenset({frozenset(by), frozenset(against)})
                if key not in best or direct > best[key][0]:
                    best[key] = direct, name, by, against
    for (patient, _), (_, name, by, against) in best.items():
        yield _trial(world, patient, name, by, against)


def lists(world: World) -> Iterator[Trial]:
    """
    A count beside a list of patients: no fewer than are named.

    More are worth a question, for a list may name only some.
    """
    for one in world.told:
        named = len(dict.fromkeys(one.patients))
        read = whole_numbers(one.text)
        if named < 2 or one.says != "count" or read is None or one.text == "0":
            continue
        told = f"patients {listed(list(one.patients))}"
        quantity = Quantity(one.population, one.about, one.when)
        sides = (Side(f"{one.text} {world.label(one.about)}: {told}", (one.claim,)),)
        least, most = read
        fewer = most is not None and most < named
        answer = Answer(
            "inconsistent" if fewer or least > named else "consistent",
            f"{one.text} are counted and {named} are named: {told}",
        )
        check = "full_list" if least > named else "same_count"
        yield Trial(check, answer, sides, frozenset({subject(quantity)}))


def named_patients(world: World) -> Iterator[Trial]:
    """What a sentence says of patients whom it names, where a table's cells say the same."""
    for one in world.told:
        if not one.patients or one.says != "count" or one.text == "0":
            continue
        for name, when in sorted(world.logic.implied((one.about, one.when)), key=repr):
            beside = [world.facts.truth(who, name, when, true=True) or () for who in one.patients]
            others = [[claim for claim in by if claim != one.claim] for by in beside]
            denied = any(world.facts.contested(who, name, when) for who in one.patients)
            if all(others) and not denied:
                told = f"{listed(list(one.patients))} {world.label(name)}"
                behind = tuple(dict.fromkeys(claim for by in others for claim in by))
                answer = Answer("consistent", f"every place says so of {told}")
                sides = (
                    Side(f"{listed(list(one.patients))} {world.label(one.about)}", (one.claim,)),
                    Side(told, (), behind),
                )
                subjects = frozenset(("patient", who, name) for who in one.patients)
                yield Trial("one_patient", answer, sides, subjects)


def _trial(world: World, patient: str, name: str, by: Sources, against: Sources) -> Trial:
    told = world.label(name)
    reason = f"patient {patient} cannot be both {told} and not"
    sides = (
        Side(f"patient {patient}: {told}", by),
        Side(f"patient {patient}: not {told}", against),
    )
    return Trial(
        "one_patient",
        Answer("inconsistent", reason),
        sides,
        frozenset({("patient", patient, name)}),
    )
