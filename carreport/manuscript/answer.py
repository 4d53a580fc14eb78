"""What became of every number of a manuscript, for people and for programs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from carreport.manuscript.model import Manuscript

Word = Literal["matches", "stale", "altered", "unmatched", "ambiguous", "not a statistic"]
"""
What became of a number. "stale": it is what an earlier build had, and no longer so; "altered": the
document says itself which result it is, and that is another number.
"""
WORDS: Final[tuple[Word, ...]] = get_args(Word)
FINDINGS: Final[frozenset[Word]] = frozenset({"stale", "altered", "unmatched"})
"""What an author has to look at, unless it was accepted."""
CALLED: Final[Mapping[Word, str]] = {
    "matches": "matched", "not a statistic": "not statistics",
}  # fmt: skip
"""How a summary calls several of them, where it is not the word itself."""

By = Literal["", "id", "sentence", "words"]
"""How a number was told: by the id it carries, by a sentence of ours, by value and words."""

MOST: Final = 20
"""So many findings are told in words; the page and programs have all."""


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One number and what became of it.

    Attributes:
        block: Which block of the manuscript it stands in, counted from 0.
        start: Where it begins in the block's text.
        end: Where it ends there.
        text: The number as it is printed.
        place: Where it stands, in words.
        word: What became of it.
        reason: Why, as a clause that can follow "because".
        by: How it was told.
        ids: The result it is; of an ambiguous one the candidates, the likeliest first.
        ours: What the first of them is now, as it is printed.
        accepted: Why it was accepted nevertheless, or empty.
    """

    block: int
    start: int
    end: int
    text: str
    place: str
    word: Word
    reason: str
    by: By = ""
    ids: tuple[str, ...] = ()
    ours: str = ""
    accepted: str = ""

    @property
    def found(self) -> bool:
        """Whether an author has to look at it."""
        return self.word in FINDINGS and not self.accepted

    def record(self) -> dict[str, Any]:
        """For programs."""
        return {
            "block": self.block,
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "place": self.place,
            "class": self.word,
            "reason": self.reason,
            "by": self.by or None,
            "ids": list(self.ids),
            "ours": self.ours or None,
            "accepted": self.accepted or None,
        }


@dataclass(frozen=True, slots=True)
class ManuscriptAudit:
    """
    Every number of a manuscript and what became of it.

    Attributes:
        manuscript: As it was read.
        findings: Every number, in reading order.
        names: Names with digits in them, such as CD19, and how often each stands there.
        build: What it was compared with: study, cutoff, folder.
        previous: The earlier build, the same way; empty without one.
        unused: Entries of the accepted list that no number answers to.
        notices: What a reader should know of how this was done.
        files: What was written.
    """

    manuscript: Manuscript
    findings: tuple[Finding, ...]
    names: Mapping[str, int]
    build: Mapping[str, str]
    previous: Mapping[str, str]
    unused: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()

    @property
    def found(self) -> bool:
        """Whether an author has to look at any number."""
        return any(one.found for one in self.findings)

    @property
    def counts(self) -> dict[Word, int]:
        """How many numbers of each class; together, all."""
        counted = Counter(one.word for one in self.findings)
        return {word: counted[word] for word in WORDS}

    @property
    def accepted(self) -> int:
        """How many of them were accepted."""
        return sum(bool(one.accepted) for one in self.findings)

    @property
    def coverage(self) -> str:
        """
        How many numbers there are and what became of them, in a line.

        A class without any is left out, but for those that everybody looks for first.
        """
        always = ("matches", "stale", "unmatched")
        told = [
            f"{count} {CALLED.get(word, word)}{self._accepted(word)}"
            for word, count in self.counts.items()
            if count or word in always
        ]
        total = len(self.findings)
        return f"{total} {'number' if total == 1 else 'numbers'}: {', '.join(told)}"

    def _accepted(self, word: Word) -> str:
        count = sum(one.word == word and bool(one.accepted) for one in self.findings)
        return f" ({count} accepted)" if count else ""

    def lines(self) -> Iterator[str]:
        """The summary for a terminal, coverage first."""
        yield self.coverage
        yield f"{self.manuscript.name} against {_told(self.build)}"
        if self.previous:
            yield f"earlier build: {_told(self.previous)}"
        yield from (f"notice: {one}" for one in (*self.manuscript.notices, *self.notices))
        for word in FINDINGS_FIRST:
            yield from _some(word, [one for one in self.findings if one.word == word and one.found])
        yield from (f"accepted, but not found: {one}" for one in self.unused)
        yield from (f"wrote {one.as_posix()}" for one in self.files)

    def record(self) -> dict[str, Any]:
        """All of it for programs."""
        return {
            "manuscript": {
                "name": self.manuscript.name,
                "kind": self.manuscript.kind,
                "made_by": self.manuscript.made_by or None,
            },
            "build": dict(self.build),
            "previous": dict(self.previous) or None,
            "coverage": {"numbers": len(self.findings), **self.counts, "accepted": self.accepted},
            "ok": not self.found,
            "numbers": [one.record() for one in self.findings],
            "names": dict(self.names),
            "unused": list(self.unused),
            "notices": [*self.manuscript.notices, *self.notices],
        }


FINDINGS_FIRST: Final[tuple[Word, ...]] = ("stale", "altered", "unmatched")
"""What has to be looked at, in the order it is told."""


def _told(build: Mapping[str, str]) -> str:
    return f"the build of {build['cutoff']} in {build['folder']}"


def _some(word: Word, findings: Sequence[Finding]) -> Iterator[str]:
    if findings:
        yield f"{word}:"
    for one in findings[:MOST]:
        yield f"  {one.place}: {one.text!r}: {one.reason}"
    if len(findings) > MOST:
        yield f"  and {len(findings) - MOST} more"
