"""What an audit amounts to: by section of the paper, by check, by what is missing."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from string import ascii_lowercase
from typing import TYPE_CHECKING, Final, get_args

from carreport.audit.claims import COPIED
from carreport.audit.model import Tested

if TYPE_CHECKING:
    from collections.abc import Iterable

    from carreport.audit.claims import Word
    from carreport.audit.model import Audit, Clash, Conflict, Finding
    from carreport.audit.verdicts import Verdict

SHOWN: Final[tuple[Word, ...]] = (
    "reproduced",
    "consistent",
    "differs",
    "contradicted",
    "not testable",
)
"""Verdicts in the order a summary tells them."""
TESTED: Final[tuple[Tested, ...]] = get_args(Tested)
RECURS: Final = 4
"""A reason that is given so often is told once, under a letter."""
_FEW_WORDS: Final = 3
"""A number with "at least" or the like before it; more words keep their end."""
_READ: Final = re.compile(r"it is (read as .*?), and (recomputing it .*)", re.DOTALL)
_IDS: Final = re.compile(r" \([a-z]\w*(?:\.[\w-]+)+(?:@[^\s()]+)?(?: \+ [^\s()]+)*\)")
"""Ids in brackets, which say to programs what the words before say to readers."""
_ANY: Final = "…"
"""Stands for the number in a reason that recurs."""
WORTH_TELLING: Final[frozenset[Word]] = frozenset({"contradicted", "differs"})
"""Verdicts that nobody leaves unexpected without saying so."""
SOURCE_DATA: Final = (
    "the data were transcribed from the paper’s own statement of it; the authors’ source data "
    "would test it"
)


@dataclass(frozen=True, slots=True)
class Section:
    """
    A section of the paper.

    Attributes:
        name: The first part of the claims' location.
        verdicts: On what is printed there, in the order of the claims.
    """

    name: str
    verdicts: tuple[Verdict, ...]

    @property
    def places(self) -> tuple[tuple[str, tuple[Verdict, ...]], ...]:
        """The verdicts by place within the section, which is the rest of the location."""
        found: dict[str, list[Verdict]] = {}
        for one in self.verdicts:
            found.setdefault(_split(one)[1], []).append(one)
        return tuple((name, tuple(some)) for name, some in found.items())


@dataclass(frozen=True, slots=True)
class Tally:
    """
    One check, and how often it answered what.

    Attributes:
        check: Its name.
        findings: What it found, in order.
    """

    check: str
    findings: tuple[Finding, ...]

    @property
    def counts(self) -> Counter[Tested]:
        """How often it answered what."""
        return Counter(one.answer for one in self.findings)


@dataclass(frozen=True, slots=True)
class Gap:
    """
    Something that is missing, and what could be tested with it.

    Attributes:
        missing: What is missing, as a clause.
        verdicts: On what cannot be tested without it.
    """

    missing: str
    verdicts: tuple[Verdict, ...]


def sections(verdicts: Iterable[Verdict]) -> tuple[Section, ...]:
    """The sections of the paper in the order in which the claims first name them."""
    found: dict[str, list[Verdict]] = {}
    for one in verdicts:
        found.setdefault(_split(one)[0], []).append(one)
    return tuple(Section(name, tuple(some)) for name, some in found.items())


def _split(verdict: Verdict) -> tuple[str, str]:
    """The section of a claim and the place in it."""
    name, _, place = verdict.claim.location.partition(",")
    return name.strip(), place.strip()


def counts(verdicts: Iterable[Verdict]) -> Counter[Word]:
    """How many of each verdict."""
    return Counter(one.verdict for one in verdicts)


def is_expected(verdict: Verdict) -> bool:
    """
    Whether a verdict is the one the claims expect.

    Where they expect none, a figure that differs or is contradicted is unexpected.
    """
    if verdict.claim.expected:
        return verdict.verdict == verdict.claim.expected
    return verdict.verdict not in WORTH_TELLING


def tallies(findings: Iterable[Finding]) -> tuple[Tally, ...]:
    """The checks in the order in which they were first run."""
    found: dict[str, list[Finding]] = {}
    for one in findings:
        found.setdefault(one.check, []).append(one)
    return tuple(Tally(check, tuple(some)) for check, some in found.items())


def gaps(verdicts: Iterable[Verdict]) -> tuple[Gap, ...]:
    """What is missing, that without which most cannot be tested first."""
    found: dict[str, list[Verdict]] = {}
    for one in verdicts:
        if one.verdict == "not testable":
            found.setdefault(_missing(one), []).append(one)
    ordered = sorted(found.items(), key=lambda item: -len(item[1]))
    return tuple(Gap(missing, tuple(some)) for missing, some in ordered)


def _missing(verdict: Verdict) -> str:
    if verdict.claim.check == COPIED:
        return SOURCE_DATA
    return verdict.claim.note or plain_reason(verdict)


def plain_reason(verdict: Verdict, conflicts: Iterable[Conflict] = ()) -> str:
    """
    The reason of a verdict for a reader who has the claim's note and the conflicts before him.

    Args:
        verdict: On the claim.
        conflicts: Those whose reasons are told elsewhere.

    Returns:
        The reason without the note, those reasons and ids; empty if nothing is left.
    """
    reason = verdict.reason
    for one in conflicts:
        reason = reason.replace(one.reason, "")
    if verdict.claim.note:
        reason = reason.replace(f" ({verdict.claim.note})", "")
    return _IDS.sub("", reason).strip("; ")


def told_apart(verdict: Verdict, reason: str) -> tuple[str, str]:
    """
    What of a reason is this claim's own, and what recurs.

    The condition that words are read as is the claim's own; so is our number, which stands beside.
    """
    reading = ""
    if match := _READ.fullmatch(reason):
        reading, reason = match.groups()
    own = verdict.recomputed
    return reading, reason.replace(own, _ANY, 1) if own else reason


def recurring(audit: Audit) -> dict[str, str]:
    """A letter for each reason that recurs, in the order in which they are first given."""
    conflicts = by_claim(audit.conflicts)
    found = Counter(
        told_apart(one, plain_reason(one, conflicts.get(one.claim.claim_id, ())))[1]
        for one in audit.verdicts
    )
    often = [reason for reason, times in found.items() if times >= RECURS and reason]
    return dict(zip(often, ascii_lowercase, strict=False))


def by_claim(conflicts: Iterable[Conflict]) -> dict[str, tuple[Conflict, ...]]:
    """For each claim the conflicts that it is part of, itself or as a witness, by its name."""
    found: dict[str, dict[str, Conflict]] = {}
    for one in conflicts:
        for claim in (each for side in one.sides for each in (*side.claims, *side.witnesses)):
            found.setdefault(claim.claim_id, {})[one.name] = one
    return {name: tuple(some.values()) for name, some in found.items()}


def clashes(audit: Audit, answer: Clash) -> tuple[Conflict, ...]:
    """The conflicts that stay, or those that a reading explains."""
    return tuple(one for one in audit.conflicts if one.answer == answer)


def headline(conflict: Conflict) -> str:
    """
    What stands against what: the first two sides, what they end with said once.

    >>> alike("12 relapsed among women", "at most 10 relapsed among women")
    '12 against at most 10 relapsed among women'
    """
    said = [side.says for side in conflict.sides if side.says]
    return alike(*said[:2]) if len(said) > 1 else conflict.reason


def alike(one: str, other: str) -> str:
    """Two texts against each other, their common end said once."""
    left, right = one.split(), other.split()
    while len(left) > 1 and len(right) > 1 and left[-1] == right[-1]:
        left, right = left[:-1], right[:-1]
    if max(len(left), len(right)) > _FEW_WORDS or any(word.endswith((":", ",")) for word in left):
        return f"{one} against {other}"
    return " ".join([*left, "against", *right, *other.split()[len(right) :]])
