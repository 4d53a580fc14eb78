"""What a verification found, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST: Final = 20
"""So many findings of a check are told in words; programs are given all."""


@dataclass(frozen=True, slots=True)
class Check:
    """
    One question asked.

    Attributes:
        name: What was looked at.
        said: The answer in a few words.
        findings: Everything that is not as it should be.
        done: Whether it could be looked at.
    """

    name: str
    said: str
    findings: tuple[str, ...] = ()
    done: bool = True


@dataclass(frozen=True, slots=True)
class Verified:
    """
    The answers to all questions.

    Attributes:
        report: What the report says of itself: study, cutoff, document, version, commit.
        checks: In the order they were asked.
    """

    report: dict[str, Any]
    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not any(one.findings for one in self.checks)

    def lines(self) -> Iterator[str]:
        """The answers in words."""
        session = ", open session" if self.report.get("session") == "open" else ""
        yield f"{self.report['study']}, data cutoff {self.report['cutoff']}{session}"
        commit = f", commit {self.report['commit'][:12]}" if self.report["commit"] else ""
        changed = " with changes" if self.report["dirty"] else ""
        yield f"built by carreport {self.report['carreport']}{commit}{changed}"
        for one in self.checks:
            yield f"{one.name}: {one.said}"
            yield from _some(one.findings)
        left = [one.name for one in self.checks if not one.done]
        limits = f"; not looked at: {', '.join(left)}" if left else ""
        yield ("verified" if self.ok else "not verified") + limits

    def record(self) -> dict[str, Any]:
        """The answers for programs."""
        return {
            "ok": self.ok,
            "report": self.report,
            "checks": [
                {
                    "name": one.name,
                    "done": one.done,
                    "said": one.said,
                    "findings": list(one.findings),
                }
                for one in self.checks
            ],
        }


def _some(findings: Sequence[str]) -> Iterator[str]:
    yield from (f"  {one}" for one in findings[:MOST])
    if len(findings) > MOST:
        yield f"  and {len(findings) - MOST} more"
