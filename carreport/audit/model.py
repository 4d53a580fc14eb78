"""What an audit finds: checks with their answers, and statements that cannot all hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from carreport.audit.claims import Claim
    from carreport.audit.verdicts import Verdict

Tested = Literal["consistent", "inconsistent", "explained", "not testable"]
"""What a check found; explained is inconsistent as printed and consistent under a reading."""

Clash = Literal["contradicted", "explained", "question"]
"""
Whether statements stay in conflict, or a reading of what the text leaves open resolves it.

A question is worth asking and speaks against nothing: both statements can be true.
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One check that was run, or could not be.

    Attributes:
        check: Name of the check, as in `carreport.audit.checks.CHECKS` or of a rule.
        answer: What it found.
        claims: Ids of the claims that went into it.
        reason: Why, as a clause that can follow "because".
        formula: The formula with its numbers, or empty.
        solutions: What would give the printed numbers, readable.
    """

    check: str
    answer: Tested
    claims: tuple[str, ...]
    reason: str
    formula: str = ""
    solutions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """
    One side of a conflict.

    Attributes:
        says: What it amounts to, such as "3 deaths".
        claims: The claims that say so.
        witnesses: Claims that imply it, such as a survival rate by inversion.
    """

    says: str
    claims: tuple[Claim, ...]
    witnesses: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """
    A reading that was tried on a conflict.

    Attributes:
        text: The reading, as a sentence.
        fills: Whether it says what the paper leaves open; otherwise it replaces what it says.
        holds: Whether the check, run again under it, no longer objects.
    """

    text: str
    fills: bool
    holds: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """
    Statements that cannot all hold as they are printed.

    Attributes:
        name: Its name, the same in every build of the same claims.
        check: Name of the check that found it.
        answer: "contradicted"; "explained" by a reading of what the text leaves open; "question"
            where both can be true and one may be a slip.
        sides: The statements, by what they amount to.
        reason: What cannot both be true, as a clause that can follow "because".
        formula: The formula with its numbers, or empty.
        solutions: What would give the printed numbers, readable.
        reading: The reading that reconciles the sides, or None.
    """

    name: str
    check: str
    answer: Clash
    sides: tuple[Side, ...]
    reason: str
    formula: str = ""
    solutions: tuple[str, ...] = ()
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class Audit:
    """
    Everything an audit has to tell.

    Attributes:
        verdicts: One per claim, in the order of the claims.
        findings: Every check that was run on the claims among themselves.
        conflicts: What cannot all hold, contradicted before explained before questions.
    """

    verdicts: tuple[Verdict, ...] = ()
    findings: tuple[Finding, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
