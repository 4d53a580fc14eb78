"""What an audit amounts to: by section of the paper, by check, by what is missing."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from string import ascii_lowercase
from typing import TYPE_CHECKING, Final, get_args

from carreport.audit.claims import COPIED
from carreport.audit.model import Clash, Tested

if TYPE_CHECKING:
    from collections.abc import Iterable

    from carreport.audit.claims import Word
    from carreport.audit.model import Audit, Conflict, Finding
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
CLASHES: Final[tuple[Clash, ...]] = get_args(Clash)
"""What conflicts come to, in the order in which they are told."""
_TWO: Final = 2
_FEW_WORDS: Final = 3
"""A number with "at least" or the like before it; more words keep their end."""
_READ: Final = re.compile(r"it is (read as .*?), and (recomputing it .*)", re.DOTALL)
_IDS: Final = re.compile(r" \([a-z]\w*(?:\.[\w-]+)+(?:@[^\s()]+)?(?: \+ [^\s()]+)*\)")
"""Ids in brackets, which say to programs what the words before say to readers."""
_PAIRS: Final = re.compile(r" \(pair \d+ of the audit\)")
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


def plain_reason(verdict: Verdict) -> str:
    """
    The reason of a verdict for a reader who has the claim's note and its pairs before him.

    Returns:
        The reason without the note, the numbers of pairs, and ids; empty if nothing is left.
    """
    reason = _PAIRS.sub("", verdict.reason)
    if verdict.claim.note:
        reason = reason.replace(f" ({verdict.claim.note})", "")
    return _IDS.sub("", reason).strip("; ")


def plain_note(verdict: Verdict) -> str:
    """The claim's note; none where it says why no data test what other statements exclude."""
    told = verdict.verdict == "contradicted" and not verdict.recomputed
    return "" if told else verdict.claim.note


def of_made_data(verdicts: Iterable[Verdict]) -> Counter[tuple[Word, str]]:
    """How many of each verdict by the weakest origin of the data behind our number."""
    return Counter((one.verdict, one.origin) for one in verdicts)


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
    found = Counter(told_apart(one, plain_reason(one))[1] for one in audit.verdicts)
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
    """The conflicts that stay, those that a reading explains, or those worth a question."""
    return tuple(one for one in audit.conflicts if one.answer == answer)


def numbered(conflicts: Iterable[Conflict]) -> dict[str, int]:
    """The number of each pair, by its name; one row of numbers for all, those that stay first."""
    ordered = sorted(conflicts, key=lambda one: CLASHES.index(one.answer))
    return {one.name: at for at, one in enumerate(ordered, start=1)}


def headline(conflict: Conflict) -> str:
    """
    What stands against what, in a line.

    The first two sides, what they share said once. Where there are more, and those two do not say
    the same of another number, the first clause of the reason: no two sides alone conflict then.
    """
    said = [side.says for side in conflict.sides if side.says]
    if len(said) < _TWO:
        return conflict.reason
    behind = conflict.sides[1]
    others = len({(one.location, one.quote) for one in (*behind.claims, *behind.witnesses)})
    if shared := alike(said[0], said[1], several=others > 1):
        return shared
    if len(said) > _TWO:
        return conflict.reason.partition("; ")[0]
    return opposed(said[0], said[1])


def alike(one: str, other: str, *, several: bool = False) -> str:
    """
    Two counts of the same, which is said once; empty where they are not.

    Args:
        one: A number with what is counted.
        other: Another number with the same.
        several: Whether several statements amount to the other one.

    >>> alike("12 relapsed among women", "at most 10 relapsed among women")
    '12 relapsed among women, but at most 10 by another statement'
    """
    left, right = one.split(), other.split()
    while len(left) > 1 and len(right) > 1 and left[-1] == right[-1]:
        left, right = left[:-1], right[:-1]
    counted = all(any(sign.isdigit() for sign in some[-1]) for some in (left, right))
    if not counted or max(len(left), len(right)) > _FEW_WORDS or len(left) == len(one.split()):
        return ""
    return (
        f"{one}, but {' '.join(right)} by {'other statements' if several else 'another statement'}"
    )


def opposed(one: str, other: str) -> str:
    """
    Two texts against each other, what they begin with said once if it ends with a colon.

    >>> opposed("patient 4: relapsed", "patient 4: in remission")
    'patient 4: relapsed against in remission'
    """
    start, colon, rest = other.partition(": ")
    return f"{one} against {rest if colon and one.startswith(start + colon) else other}"
