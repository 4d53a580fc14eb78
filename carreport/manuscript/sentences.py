"""
Sentences and cells of our own documents, to know them again where they carry no ids.

A sentence is known by its letters alone: digits, spaces and punctuation may differ.
"""

from __future__ import annotations

import re
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
    """A sentence or cell as one of our documents has it."""

    document: str
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """
    A sentence of a block, or a cell.

    Attributes:
        start: Where it begins in the block's text.
        end: Where it ends there.
        keys: What it is known by, the surest first: letters of its own, of what stands before it,
            of the heads of a cell.
        loose: What a cell is known by when nothing else is known: heads without their digits.
        runs: Where its runs of digits stand.
    """

    start: int
    end: int
    keys: tuple[str, ...]
    loose: str
    runs: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class Sentences:
    """
    Every sentence and cell of the documents of a build.

    Attributes:
        known: By what they are known by.
    """

    known: dict[str, list[Known]] = field(default_factory=dict)

    def add(self, document: Manuscript) -> None:
        """Learn a document."""
        for block, found in zip(document.blocks, sentences(document.blocks), strict=True):
            for one in found:
                fresh = Known(document.name, tuple(_run(block, *span) for span in one.runs))
                for key in dict.fromkeys((*one.keys, one.loose)):
                    old = self.known.setdefault(key, [])
                    if all(each.runs != fresh.runs for each in old):
                        old.append(fresh)

    def like(self, one: Sentence) -> list[list[Known]]:
        """Our sentences that are known by the same, for each key of it that any are known by."""
        found = [self._with(key, one) for key in one.keys]
        return [each for each in found if each] or [
            each for each in [self._with(one.loose, one)] if each
        ]

    def _with(self, key: str, one: Sentence) -> list[Known]:
        return [each for each in self.known.get(key, ()) if len(each.runs) == len(one.runs)]


def learned(documents: Iterable[Manuscript]) -> Sentences:
    """The sentences of some documents of ours."""
    found = Sentences()
    for one in documents:
        found.add(one)
    return found


def sentences(blocks: Iterable[Block]) -> Iterator[list[Sentence]]:
    """
    The sentences of each block in turn; a cell is one with its heads.

    A long sentence is known by its letters. A cell and what is short are known by what stands
    before them: by the last two texts with some letters, and by how many without came since.
    """
    before, last, since = "", "", 0
    for block in blocks:
        found = []
        for start, end in _parts(block):
            letters = _letters(block.text[start:end])
            said = sum(map(str.isalpha, letters))
            keys = [f"{before}|{last}|{since}|{letters}"]
            loose = keys[0]
            if _is_cell(block) and _letters(block.header):
                keys.append(f"{_letters(block.header, digits=True)}|{letters}")
                loose = f"{_letters(block.header)}|{letters}"
            elif not _is_cell(block) and said >= _SHORTEST:
                keys, loose = [letters], letters
            found.append(Sentence(start, end, tuple(keys), loose, _runs(block.text, start, end)))
            if said >= _SOME:
                before, last, since = last, letters, 0
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
