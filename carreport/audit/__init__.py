"""Audit: what a paper prints, and whether our results say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carreport.audit.alternatives import Alternatives, check
from carreport.audit.claims import Claim, read_claims
from carreport.audit.conflicts import findings_and_conflicts
from carreport.audit.knowledge import read_knowledge
from carreport.audit.model import Audit
from carreport.audit.record import records
from carreport.audit.rules import statement_problems
from carreport.audit.verdicts import Verdict, by_result, foremost, judge, weigh
from carreport.errors import BadInput
from carreport.names import AUDIT_FILE, OPEN

if TYPE_CHECKING:
    from pathlib import Path

    from carreport.audit.knowledge import Knowledge
    from carreport.results import Results
    from carreport.study.snapshot import Snapshot

__all__ = [
    "Audit",
    "Claim",
    "Verdict",
    "audit",
    "by_result",
    "foremost",
    "judge",
    "read_claims",
    "records",
    "stated",
    "weigh",
]


def audit(folder: Path, snapshot: Snapshot, results: Results) -> Audit:
    """
    A verdict on each number the study's paper prints, and which of them cannot both hold.

    The paper speaks of the study's own cutoff. At any other one its claims are read, so that a
    wrong file is noticed, and not judged; nor are they in an open session, for they quote what is
    withheld there.

    Args:
        folder: The study folder.
        snapshot: The study as of the cutoff.
        results: Every number.

    Returns:
        Verdicts in the order of the claims, every check among them, and what cannot hold
        together; nothing without claims, at another cutoff, or in an open session.

    Raises:
        BadInput: Everything wrong with the claims, or with audit.toml, at once.
    """
    claims, known = stated(folder)
    withheld = snapshot.session == OPEN or snapshot.cutoff != snapshot.settings.study.cutoff
    if withheld:
        return Audit()
    check(known.alternative, results, AUDIT_FILE)
    others = Alternatives(results, tuple(known.alternative), snapshot)
    findings, conflicts = findings_and_conflicts(claims, known)
    verdicts = weigh(judge(claims, results, others.told), conflicts)
    return Audit(verdicts, findings, conflicts)


def stated(folder: Path) -> tuple[tuple[Claim, ...], Knowledge]:
    """
    What a study's paper prints, and what is declared for checks among it.

    Raises:
        BadInput: Everything wrong with either that can be told without the study's numbers.
    """
    claims, known = read_claims(folder), read_knowledge(folder)
    if problems := list(statement_problems(claims, known)):
        raise BadInput(problems)
    return claims, known
