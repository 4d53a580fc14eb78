"""What checks found, put together: one conflict for one quantity, and the reading that resolves it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final, get_args

from carreport.audit.knowledge import Knowledge
from carreport.audit.model import Clash, Conflict, Finding, Reading, Side
from carreport.audit.rules import Logic, changed_by, run

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from carreport.audit import knowledge
    from carreport.audit.claims import Claim
    from carreport.audit.rules import Trial

HINTS: Final = frozenset(
    {"logrank_from_ratio", "n_from_r", "ratio_interval", "ratio_p", "wald_outside"}
)
"""
Checks that suggest and do not prove: an interval may be of another kind.

What they object to is a finding; alone it is no conflict.
"""
QUESTIONS: Final = frozenset({"full_list", "same_label", "same_range"})
"""
Checks that ask: two like names may be two things, two ranges agree by chance.

What they object to contradicts nothing; beside a contradiction it bears witness, alone it is asked.
"""
FIGURES: Final = frozenset(
    {
        "count_percent", "debit", "greenwood", "grim", "grimmer", "km_inversion", "median_grid",
        "percent_partition", "spread",
    }
)  # fmt: skip
"""Checks of one figure by itself, whatever else is said."""
ORDER: Final = get_args(Clash)
"""Contradicted before explained before questions."""
Key = tuple[str, frozenset[str]]
"""What a trial is known by."""


@dataclass(frozen=True, slots=True)
class _Tried:
    """
    A reading, the objections that are left under it, and the claims it has checked and passed.

    What a check compares only with the number of all patients shows nothing of a reading.
    """

    reading: knowledge.Reading
    changed: frozenset[str]
    left: frozenset[Key]
    passed: frozenset[str]

    def resolves(self, trials: Iterable[Trial]) -> bool:
        """Whether it speaks of one of the claims, no objection is left, and a check passes it."""
        listed = list(trials)
        ids = {claim.claim_id for one in listed for claim in one.claims}
        return bool(ids & self.changed & self.passed) and not any(
            _same(one.key, left) for one in listed for left in self.left
        )


def findings_and_conflicts(
    claims: Sequence[Claim], known: Knowledge
) -> tuple[tuple[Finding, ...], tuple[Conflict, ...]]:
    """
    Everything that was checked among the claims, and what cannot all hold.

    Each reading is tried: every check is run again with the claims read so. It resolves an
    objection if that is gone, no other has come, and what was read so passes a check.

    Args:
        claims: What the paper prints.
        known: What audit.toml says.

    Returns:
        Findings in the order of the rules; conflicts, contradicted before explained.
    """
    return _remembered(tuple(claims), known.model_dump_json(by_alias=True))


@lru_cache(maxsize=4)
def _remembered(
    claims: tuple[Claim, ...], written: str
) -> tuple[tuple[Finding, ...], tuple[Conflict, ...]]:
    """The same once for the same claims and knowledge: pages are rendered again more often."""
    known = Knowledge.model_validate_json(written)
    logic = Logic(known)
    trials = run(claims, logic)
    against = [one for one in trials if one.answer.answer == "inconsistent"]
    readings = known.reading if against else []
    all_tried = [_try(claims, logic, one, against) for one in readings]
    tried = [one for one in all_tried if one is not None]
    fills = {
        one.key: reading
        for one in against
        if (reading := _resolving([one], tried, fills=True)) is not None
    }
    found = tuple(_finding(one, explained=one.key in fills) for one in trials)
    return found, _conflicts(against, fills, tried)


def _try(
    claims: Sequence[Claim], logic: Logic, reading: knowledge.Reading, against: Sequence[Trial]
) -> _Tried | None:
    """The reading with what it leaves; None where it makes an objection that was not there."""
    changed = changed_by(reading, claims)
    if not changed:
        return None
    trials = run(claims, logic, reading)
    left = {one.key for one in trials if one.answer.answer == "inconsistent"}
    new = [key for key in left if not any(_same(one.key, key) for one in against)]
    passed = [one for one in trials if one.answer.answer == "consistent" and _compares(one)]
    ids = {claim.claim_id for one in passed for claim in one.claims}
    return None if new else _Tried(reading, changed, frozenset(left), frozenset(ids))


def _compares(one: Trial) -> bool:
    """Whether a check holds something against more than the number of patients it is among."""
    stated = [side for side in one.sides if side.claims]
    alone = one.check in {"nested", "grim", "count_percent"} and len(one.subjects) == 1
    return len(one.claims) > 1 and bool(stated) and not alone


def _same(one: Key, other: Key) -> bool:
    """Whether two objections are one, though a reading brings further claims to it."""
    (check, ids), (again, found) = one, other
    return check == again and (ids <= found or found <= ids)


def _resolving(
    trials: Sequence[Trial], tried: Iterable[_Tried], *, fills: bool
) -> knowledge.Reading | None:
    return next(
        (one.reading for one in tried if one.reading.fills is fills and one.resolves(trials)), None
    )


def _finding(one: Trial, *, explained: bool) -> Finding:
    answer = one.answer
    word = "explained" if explained else answer.answer
    ids = tuple(claim.claim_id for claim in one.claims)
    return Finding(one.check, word, ids, answer.reason, answer.formula, answer.solutions)


def _conflicts(
    against: Sequence[Trial], fills: Mapping[Key, knowledge.Reading], tried: Sequence[_Tried]
) -> tuple[Conflict, ...]:
    explained: dict[int, list[Trial]] = {}
    for one in against:
        if one.key in fills:
            explained.setdefault(id(fills[one.key]), []).append(one)
    rest = _grouped([one for one in against if one.key not in fills])
    found = [
        *((group, _resolving(group, tried, fills=False)) for group in _by_reading(rest, tried)),
        *((group, fills[group[0].key]) for group in explained.values()),
    ]
    told = [_conflict(group, reading) for group, reading in found if not _only_hints(group)]
    return _named(sorted(told, key=lambda one: ORDER.index(one.answer)))


def _only_hints(trials: Iterable[Trial]) -> bool:
    return all(one.check in HINTS for one in trials)


def _answer(trials: Iterable[Trial], reading: knowledge.Reading | None) -> Clash:
    if all(one.check in QUESTIONS | HINTS for one in trials):
        return "question"
    return "explained" if reading and reading.fills else "contradicted"


def _grouped(trials: Sequence[Trial]) -> list[list[Trial]]:
    """
    Trials that speak of one error.

    A figure that cannot be by itself and statements that cannot both be are two errors, unless one
    claim stands in all of the trials: without it none would object.
    """
    alone = [one for one in trials if one.check in FIGURES]
    rest = [one for one in trials if one.check not in FIGURES]
    groups: list[list[Trial]] = []
    for group in [*_by_subject(rest), *_by_subject(alone)]:
        near = next((old for old in groups if _in_all([*old, *group])), None)
        if near is None:
            groups.append(group)
        else:
            near += group
    return groups


def _in_all(trials: Iterable[Trial]) -> frozenset[str]:
    """Ids of the claims that stand on a side of every trial."""
    return frozenset.intersection(
        *(
            frozenset(claim.claim_id for side in one.sides for claim in side.claims)
            for one in trials
        )
    )


def _by_subject(trials: Sequence[Trial]) -> list[list[Trial]]:
    """
    Trials that share a quantity, the one that most of them are about first.

    That is the statement without which most of the objections would be gone.
    """
    rest, groups = list(trials), []
    while rest:
        shared = Counter(subject for one in rest for subject in sorted(one.subjects))
        focus = max(shared, key=lambda one: (shared[one], *_rank(one, rest)))
        groups.append([one for one in rest if focus in one.subjects])
        rest = [one for one in rest if focus not in one.subjects]
    return groups


def _rank(subject: tuple[str, ...], trials: Sequence[Trial]) -> tuple[int]:
    """Of two, the one that was met first."""
    first = next(at for at, one in enumerate(trials) if subject in one.subjects)
    return (-first,)


def _by_reading(groups: list[list[Trial]], tried: Sequence[_Tried]) -> list[list[Trial]]:
    """Groups that one reading resolves together are one."""
    whole: dict[int, list[Trial]] = {}
    for at, group in enumerate(groups):
        reading = _resolving(group, tried, fills=False)
        whole.setdefault(id(reading) if reading else -1 - at, []).extend(group)
    return list(whole.values())


def _conflict(trials: Sequence[Trial], reading: knowledge.Reading | None) -> Conflict:
    answer = _answer(trials, reading)
    proofs = [one for one in trials if answer == "question" or one.check not in QUESTIONS]
    first = proofs[0]
    solutions = tuple(dict.fromkeys(text for one in proofs for text in one.answer.solutions))
    return Conflict(
        name=_slug(first),
        check=first.check,
        answer=answer,
        sides=_sides([*proofs, *(_witness(one) for one in trials if one not in proofs)]),
        reason="; ".join(dict.fromkeys(one.answer.reason for one in proofs)),
        formula="; ".join(dict.fromkeys(filter(None, map(_formula, proofs)))),
        solutions=solutions,
        reading=Reading(reading.text, reading.fills, holds=True) if reading else None,
    )


def _witness(one: Trial) -> Trial:
    """What only supports the others: it is shown beside them and puts nothing in question."""
    sides = tuple(Side(side.says, (), (*side.claims, *side.witnesses)) for side in one.sides)
    return replace(one, sides=sides)


def _formula(one: Trial) -> str:
    """What was compared; that two things are not the same needs no formula."""
    return "" if one.check.startswith(("same_", "one_")) else one.answer.formula


def _sides(trials: Iterable[Trial]) -> tuple[Side, ...]:
    """The sides of all trials; those that say the same are one."""
    found: dict[str, Side] = {}
    for side in (side for one in trials for side in one.sides):
        old = found.get(side.says, side)
        claims = tuple(dict.fromkeys((*old.claims, *side.claims)))
        witnesses = tuple(dict.fromkeys((*old.witnesses, *side.witnesses)))
        found[side.says] = Side(side.says, claims, witnesses)
    return tuple(found.values())


def _slug(one: Trial) -> str:
    subject = min(one.subjects, default=("",))
    words = re.sub(r"[^a-z0-9]+", "-", "-".join((*subject, one.check)).lower())
    return words.strip("-")


def _named(conflicts: Iterable[Conflict]) -> tuple[Conflict, ...]:
    """Each with a name of its own."""
    seen: Counter[str] = Counter()
    named = []
    for one in conflicts:
        seen[one.name] += 1
        again = f"-{seen[one.name]}" if seen[one.name] > 1 else ""
        named.append(replace(one, name=one.name + again))
    return tuple(named)
