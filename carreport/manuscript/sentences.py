"""
Sentences and cells of our own documents, to know them again where they carry no ids.

A sentence is known by its letters alone: digits, spaces and punctuation may differ.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from carreport.manuscript.entries import form

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from carreport.manuscript.model import Block, Manuscript

RUN: Final = re.compile(r"[0-9]+(?:[.,·][0-9]+)*")
"""A run of digits, with points and commas inside."""
_END: Final = re.compile(r"(?<=[.!?])[\s)”\"]+(?=[A-Z(“\"])")
_NO_LETTER: Final = re.compile(r"[^\w#]+|[_²³¹⁰-₎]+")
"""Raised and lowered digits are no letters either."""
_SHORTEST: Final = 16
"""A sentence with fewer letters could be anybody's."""
_LONGEST: Final = 40
"""A cell with more is as good as prose."""
EVERYWHERE: Final = -1
_AHEAD: Final = 12
"""What comes next in our document is not farther on."""
_BEFORE: Final = 4
_NEAR: Final = 2
"""So many texts with letters before a short one are looked at, and so many if those are unknown."""
_MOST: Final = 0.8
_HALF: Final = 0.6
_FEW: Final = 4
_SOME: Final = 4
"""A text with so many letters tells what comes after it."""
_UNTOLD: Final = "stands there without an id"
_IN_TABLES: Final = frozenset({"cell"})


@dataclass(frozen=True, slots=True)
class Run:
    """A run of digits in one of our documents: what it says, and whose it is."""

    said: str
    id: str = ""
    why: str = ""
    whole: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """
    A sentence or cell as our documents have it.

    Attributes:
        runs: Its runs of digits.
        at: Where it stands in them, counted through all documents.
    """

    runs: tuple[Run, ...]
    at: list[int] = field(default_factory=list, compare=False)


@dataclass(frozen=True, slots=True)
class Sentence:
    """
    A sentence of a block, or a cell.

    Attributes:
        start: Where it begins in the block's text.
        end: Where it ends there.
        own: What it is known by itself: its letters, of a cell with those of its heads; or empty.
        place: What it is known by where it is short: what stands before it; or empty.
        near: The same, of less that stands before it.
        loose: What a cell is known by when nothing else is known: its heads without digits.
        runs: Where its runs of digits stand.
    """

    start: int
    end: int
    own: str
    place: str
    near: str
    loose: str
    runs: tuple[tuple[int, int], ...]

    def said(self, text: str) -> tuple[str, ...]:
        """Its runs of digits, as they compare."""
        return tuple(form(text[slice(*run)]) for run in self.runs)


@dataclass(frozen=True, slots=True)
class Met:
    """
    A sentence of a manuscript and those of ours it is known to be.

    Attributes:
        sentence: The sentence.
        now: Sentences of this build's documents, by each of its keys that is known.
        then: Those of an earlier build's.
    """

    sentence: Sentence
    now: tuple[tuple[Known, ...], ...] = ()
    then: tuple[tuple[Known, ...], ...] = ()


@dataclass(slots=True)
class Sentences:
    """
    Every sentence and cell of the documents of a build.

    Attributes:
        known: By what they are known by.
        count: How many there are.
    """

    known: dict[str, list[Known]] = field(default_factory=dict)
    count: int = 0

    def add(self, document: Manuscript) -> None:
        """Learn a document."""
        for block, found in zip(document.blocks, sentences(document.blocks), strict=True):
            for one in found:
                self.count += 1
                fresh = Known(tuple(_run(block, *span) for span in one.runs))
                for key in filter(None, dict.fromkeys((one.place, one.near, one.own, one.loose))):
                    old = self.known.setdefault(key, [])
                    same = next((each for each in old if each.runs == fresh.runs), None)
                    if same is None:
                        same = fresh
                        old.append(same)
                    same.at.append(self.count)

    def like(self, one: Sentence, *, by_place: bool) -> tuple[tuple[Known, ...], ...]:
        """
        Our sentences that are known by the same, for each key of it that any are known by.

        Args:
            one: A sentence.
            by_place: Whether what is short may be known by its place and its heads.
        """
        if one.place and not by_place:
            return ()
        before = self.by(one, one.place) or self.by(one, one.near)
        found = tuple(each for each in (before, self.by(one, one.own)) if each)
        return found or tuple(each for each in [self.by(one, one.loose)] if each)

    def by(self, one: Sentence, key: str) -> tuple[Known, ...]:
        """Our sentences that are known by one key and have as many runs of digits."""
        found = self.known.get(key, ()) if key else ()
        return tuple(each for each in found if len(each.runs) == len(one.runs))


def learned(documents: Iterable[Manuscript]) -> Sentences:
    """The sentences of some documents of ours."""
    found = Sentences()
    for one in documents:
        found.add(one)
    return found


def met(blocks: Sequence[Block], now: Sentences, then: Sentences | None) -> Iterator[list[Met]]:
    """
    The sentences of each block in turn, with those of ours they are known to be.

    What is short is known by its place and its heads only where that proves right: in a table most
    of whose cells agree, and elsewhere in a document most of whose short parts do. A table of
    somebody else's may have our heads and other numbers.

    Args:
        blocks: Of a manuscript.
        now: Sentences of this build.
        then: Those of an earlier one.
    """
    parts = list(sentences(blocks))
    tables = [*_tables(blocks)]
    right: Counter[int] = Counter()
    known: Counter[int] = Counter()
    for block, table, found in zip(blocks, tables, parts, strict=True):
        for one in found:
            if not (one.place and one.runs):
                continue
            ours = [
                each
                for build in (now, then)
                if build
                for each in (*build.by(one, one.near), *build.by(one, one.own))
            ]
            if ours:
                said = one.said(block.text)
                agrees = any(tuple(run.said for run in each.runs) == said for each in ours)
                known.update((table, EVERYWHERE))
                right.update((table, EVERYWHERE) if agrees else ())
    whole = right[EVERYWHERE] >= _MOST * known[EVERYWHERE]
    followed = _Follower()
    for table, found in zip(tables, parts, strict=True):
        enough = table != EVERYWHERE and known[table] >= _FEW
        trusted = (enough or whole) and right[table] >= _HALF * known[table]
        yield [
            Met(
                one,
                followed.narrowed(now.like(one, by_place=trusted)),
                then.like(one, by_place=trusted) if then else (),
            )
            for one in found
        ]


class _Follower:
    """Follows our documents through a manuscript: of several alike the next one is meant."""

    def __init__(self) -> None:
        self._last = 0

    def narrowed(self, known: tuple[tuple[Known, ...], ...]) -> tuple[tuple[Known, ...], ...]:
        """The same, without those that do not come next where one does."""
        if not known:
            return known
        ahead = [
            (at, one) for one in known[0] for at in one.at if self._last < at <= self._last + _AHEAD
        ]
        if ahead:
            self._last, next_ = min(ahead, key=lambda one: one[0])
            return tuple((next_,) if next_ in each else each for each in known)
        if len(known[0]) == 1 and len(known[0][0].at) == 1:
            self._last = known[0][0].at[0]
        return known


def _tables(blocks: Sequence[Block]) -> Iterator[int]:
    """Which run of cells each block belongs to, -1 for none."""
    table, inside = 0, False
    for block in blocks:
        cell = block.kind in _IN_TABLES
        table += cell and not inside
        inside = cell
        yield table if cell else EVERYWHERE


def sentences(blocks: Iterable[Block]) -> Iterator[list[Sentence]]:
    """
    The sentences of each block in turn; a cell is one with its heads.

    A long sentence is known by its letters. A cell and what is short are known by what stands
    before them: by the last texts with some letters, and by how many without came since.
    """
    before: deque[str] = deque([""] * _BEFORE, maxlen=_BEFORE)
    since = 0
    for block in blocks:
        found = []
        for start, end in _parts(block):
            letters = _letters(block.text[start:end])
            said = sum(map(str.isalpha, letters))
            own = loose = ""
            place, near = (
                "|".join((*tuple(before)[-many:], str(since), letters)) for many in (_BEFORE, _NEAR)
            )
            if _is_cell(block) and _letters(block.header):
                own = f"{_letters(block.header, digits=True)}|{letters}"
                loose = f"{_letters(block.header)}|{letters}"
            elif not _is_cell(block) and said >= _SHORTEST:
                own, place, near = letters, "", ""
            runs = _runs(block.text, start, end)
            found.append(Sentence(start, end, own, place, near, loose, runs))
            if said >= _SOME:
                before.append(letters)
                since = 0
            else:
                since += 1
        yield found


def _is_cell(block: Block) -> bool:
    """Whether a block is a cell as tables have it; one with a whole sentence in it is as prose."""
    return block.kind in _IN_TABLES and len(block.text) < _LONGEST


def _parts(block: Block) -> Iterator[tuple[int, int]]:
    """Where the sentences of a block begin and end; a cell is one."""
    text = block.text
    if not text.strip():
        return
    at = 0
    cuts = () if _is_cell(block) else (match.start() for match in _END.finditer(text))
    for end in (*cuts, len(text)):
        yield at, end
        at = end


def _runs(text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    return tuple(match.span() for match in RUN.finditer(text, start, end))


def _letters(text: str, *, digits: bool = False) -> str:
    """What is left of a text without spaces and punctuation, # for every run of digits."""
    masked = text if digits else RUN.sub("#", text)
    return _NO_LETTER.sub("", masked.casefold())


def _run(block: Block, start: int, end: int) -> Run:
    said = form(block.text[start:end])
    mark = next((one for one in block.marks if one.start < end and start < one.end), None)
    if mark is None:
        return Run(said, why=_UNTOLD)
    if mark.owner != "number":
        return Run(said, why=mark.owner)
    return Run(said, mark.id, whole=block.text[mark.start : mark.end])


def best(known: Sequence[Known], said: Sequence[str]) -> Known:
    """
    The one of several that agrees with most of the digits of a sentence.

    Args:
        known: Ours, one at least.
        said: The runs of digits of the sentence, as they compare.
    """
    return max(
        known,
        key=lambda one: sum(run.said == other for run, other in zip(one.runs, said, strict=True)),
    )
