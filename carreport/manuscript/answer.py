"""What became of every number of a manuscript, for people and for programs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from carreport.manuscript.linked import Link, Linkage
    from carreport.manuscript.model import Manuscript
    from carreport.word.record import Written

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
        link: What became of its link, in a document that says what it was written with.
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
    link: Link = ""

    @property
    def found(self) -> bool:
        """Whether an author has to look at it."""
        return (self.word in FINDINGS and not self.accepted) or self.link == "changed"

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
            "link": self.link or None,
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
        linkage: What became of the links of a document of ours, where it has a record.
    """

    manuscript: Manuscript
    findings: tuple[Finding, ...]
    names: Mapping[str, int]
    build: Mapping[str, str]
    previous: Mapping[str, str]
    unused: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()
    linkage: Linkage | None = None

    @property
    def found(self) -> bool:
        """Whether an author has to look at any number, or one was deleted."""
        return any(one.found for one in self.findings) or bool(self.deleted)

    @property
    def deleted(self) -> tuple[Written, ...]:
        """Linked numbers that are there no longer."""
        return self.linkage.deleted if self.linkage else ()

    def of_link(self, link: Link) -> list[Finding]:
        """The numbers whose link became this."""
        return [one for one in self.findings if one.link == link]

    @property
    def links(self) -> str:
        """What became of the links, in a line; empty where the document has no record of them."""
        if self.linkage is None or not self.linkage.written:
            return ""
        states = Counter(state for state, _ in self.linkage.states.values())
        told = [f"{states['as written']} as written", f"{states['changed']} changed"]
        told += [f"{len(self.deleted)} deleted", f"{states['copied']} copied"]
        new = len(self.of_link("unlinked"))
        return (
            f"{self.linkage.written} linked numbers written for {self.linkage.cutoff}: "
            f"{', '.join(told)}; {new} {'number has' if new == 1 else 'numbers have'} no link"
        )

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
        if self.links:
            yield self.links
        if self.previous:
            yield f"earlier build: {_told(self.previous)}"
        yield from (f"notice: {one}" for one in (*self.manuscript.notices, *self.notices))
        yield from _some("changed", self.of_link("changed"))
        yield from _listed("deleted", [f"{one.printed!r}: {one.id}" for one in self.deleted])
        yield from _some("copied, and still linked", self.of_link("copied"))
        for word in FINDINGS_FIRST:
            found = (one for one in self.findings if one.word == word and one.found)
            yield from _some(word, [one for one in found if one.link != "changed"])
        unlinked = [one for one in self.of_link("unlinked") if not one.found]
        yield from _some("without a link, and so not refreshed", unlinked)
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
            "links": self._links(),
            "numbers": [one.record() for one in self.findings],
            "names": dict(self.names),
            "unused": list(self.unused),
            "notices": [*self.manuscript.notices, *self.notices],
        }

    def _links(self) -> dict[str, Any] | None:
        if self.linkage is None or not self.linkage.written:
            return None
        states = Counter(state for state, _ in self.linkage.states.values())
        return {
            "cutoff": self.linkage.cutoff,
            "written": self.linkage.written,
            **{state: states[state] for state in ("as written", "changed", "copied")},
            "unlinked": len(self.of_link("unlinked")),
            "deleted": [
                {"id": one.id, "printed": one.printed, "style": one.style} for one in self.deleted
            ],
        }


FINDINGS_FIRST: Final[tuple[Word, ...]] = ("stale", "altered", "unmatched")
"""What has to be looked at, in the order it is told."""


def _told(build: Mapping[str, str]) -> str:
    return f"the build of {build['cutoff']} in {build['folder']}"


def _some(title: str, findings: Sequence[Finding]) -> Iterator[str]:
    yield from _listed(title, [f"{one.place}: {one.text!r}: {one.reason}" for one in findings])


def _listed(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield f"{title}:"
    for one in lines[:MOST]:
        yield f"  {one}"
    if len(lines) > MOST:
        yield f"  and {len(lines) - MOST} more"
