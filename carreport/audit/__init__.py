"""Audit: what a paper prints, and whether our results say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carreport.audit.alternatives import Alternatives
from carreport.audit.claims import Claim, read_claims
from carreport.audit.model import Audit
from carreport.audit.verdicts import Verdict, by_result, foremost, judge, records
from carreport.names import OPEN

if TYPE_CHECKING:
    from pathlib import Path

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
]


def audit(folder: Path, snapshot: Snapshot, results: Results) -> Audit:
    """
    A verdict on each number the study's paper prints.

    The paper speaks of the study's own cutoff. At any other one its claims are read, so that a
    wrong file is noticed, and not judged; nor are they in an open session, for they quote what is
    withheld there.

    Args:
        folder: The study folder.
        snapshot: The study as of the cutoff.
        results: Every number.

    Returns:
        Verdicts in the order of the claims; nothing without claims, at another cutoff, or in an
        open session.

    Raises:
        BadInput: Everything wrong with the claims, at once.
    """
    claims = read_claims(folder)
    withheld = snapshot.session == OPEN or snapshot.cutoff != snapshot.settings.study.cutoff
    if withheld:
        return Audit()
    others = Alternatives(results, snapshot=snapshot)
    return Audit(judge(claims, results, others.told))
