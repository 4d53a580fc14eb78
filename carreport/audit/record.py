"""An audit for programs: `audit.json`, and the rows of `claims.json`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from carreport.audit.tally import (
    SHOWN,
    TESTED,
    by_claim,
    counts,
    headline,
    is_expected,
    numbered,
    sections,
    tallies,
)
from carreport.names import OPEN
from carreport.results.save import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from carreport.audit.claims import Claim
    from carreport.audit.model import Audit, Conflict, Finding, Side
    from carreport.audit.tally import Tally
    from carreport.audit.verdicts import Verdict
    from carreport.study.snapshot import Snapshot

_LISTS: Final = ("claims", "conflicts", "findings")
"""Parts of the record that stand an entry a line."""


def standing(audit: Audit, snapshot: Snapshot) -> str:
    """Whether claims were judged; otherwise why not: open session, other cutoff, or no claims."""
    if audit.verdicts:
        return "judged"
    if snapshot.session == OPEN:
        return "open session"
    stated = snapshot.settings.study.cutoff
    return "no claims" if snapshot.cutoff == stated else "other cutoff"


def records(verdicts: Iterable[Verdict]) -> list[dict[str, str]]:
    """The verdicts as rows of claims.json."""
    return [
        {
            "claim_id": one.claim.claim_id,
            "reported": one.claim.reported,
            "location": one.claim.location,
            "quote": one.claim.quote,
            "result_id": one.claim.result_id,
            "verdict": one.verdict,
            "recomputed": one.recomputed,
            "reason": one.reason,
            "origin": one.origin,
            "conflicts": " ".join(one.conflicts),
        }
        for one in verdicts
    ]


def audit_record(audit: Audit, snapshot: Snapshot) -> dict[str, Any]:
    """
    Everything an audit found, in the form docs/explanation/audit.md describes.

    Args:
        audit: What it found.
        snapshot: The study as of the cutoff.
    """
    study, conflicts = snapshot.settings.study, by_claim(audit.conflicts)
    return {
        "title": study.title,
        "cutoff": snapshot.cutoff.isoformat(),
        "standing": standing(audit, snapshot),
        "verdicts": _counted(audit.verdicts),
        "sections": [
            {"name": one.name, "verdicts": _counted(one.verdicts)}
            for one in sections(audit.verdicts)
        ],
        "checks": [_tally(one) for one in tallies(audit.findings)],
        "claims": [_judged(one, audit.findings, conflicts) for one in audit.verdicts],
        "conflicts": [_conflict(one, numbered(audit.conflicts)) for one in audit.conflicts],
        "findings": [asdict(one) for one in audit.findings],
    }


def audit_json(record: Mapping[str, Any]) -> str:
    """The whole of audit.json, an entry a line so that two can be compared by eye."""
    parts = []
    for name, content in record.items():
        told = to_json(content)
        if name in _LISTS and content:
            told = "[\n" + ",\n".join(map(to_json, content)) + "\n]"
        parts.append(f"{to_json(name)}: {told}")
    return "{" + ",\n".join(parts) + "}\n"


def _counted(verdicts: Iterable[Verdict]) -> dict[str, int]:
    found = counts(verdicts)
    return {word: found[word] for word in SHOWN}


def _tally(one: Tally) -> dict[str, Any]:
    return {"check": one.check, **{answer: one.counts[answer] for answer in TESTED}}


def _judged(
    one: Verdict, findings: Iterable[Finding], conflicts: Mapping[str, Iterable[Conflict]]
) -> dict[str, Any]:
    claim = one.claim
    return {
        "claim_id": claim.claim_id,
        "reported": claim.reported,
        "kind": claim.kind,
        "location": claim.location,
        "quote": claim.quote,
        "scope": claim.scope,
        "note": claim.note,
        "line": claim.line,
        "result_id": claim.result_id,
        "verdict": one.verdict,
        "expected": claim.expected,
        "as_expected": is_expected(one),
        "recomputed": one.recomputed,
        "reason": one.reason,
        "origin": one.origin,
        "checks": _named(claim, findings),
        "conflicts": [found.name for found in conflicts.get(claim.claim_id, ())],
    }


def _named(claim: Claim, findings: Iterable[Finding]) -> list[str]:
    """The checks that a claim went into, each once."""
    return [*dict.fromkeys(one.check for one in findings if claim.claim_id in one.claims)]


def _conflict(one: Conflict, numbers: Mapping[str, int]) -> dict[str, Any]:
    return {
        "name": one.name,
        "number": numbers[one.name],
        "check": one.check,
        "answer": one.answer,
        "headline": headline(one),
        "sides": [_side(side) for side in one.sides],
        "reason": one.reason,
        "formula": one.formula,
        "solutions": list(one.solutions),
        "reading": asdict(one.reading) if one.reading else None,
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        "says": side.says,
        "claims": [one.claim_id for one in side.claims],
        "witnesses": [one.claim_id for one in side.witnesses],
    }
