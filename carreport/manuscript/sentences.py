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
_SHORTEST: Final = 16
"""A sentence with fewer letters could be anybody's."""
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
    """A sentence of a block, or a cell: where it begins and ends, and its runs of digits."""

    start: int
    end: int
    key: str
    loose: str
    runs: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class Sentences:
    """
    Every sentence and cell of the documents of a build.

    Attributes:
        known: By their letters.
    """

    known: dict[str, list[Known]] = field(default_factory=dict)

    def add(self, document: Manuscript) -> None:
        """Learn a document."""
        for block in document.blocks:
            for one in sentences(block, placed=True):
                runs = tuple(_run(block, *span) for span in one.runs)
                for key in dict.fromkeys((one.key, one.loose)):
                    found = self.known.setdefault(key, [])
                    fresh = Known(document.name, runs)
                    if all(old.runs != runs for old in found):
                        found.append(fresh)

    def like(self, one: Sentence) -> Sequence[Known]:
        """Our sentences with the same letters; of cells first those with the same digits in heads."""
        found = self.known.get(one.key) or self.known.get(one.loose) or ()
        return [known for known in found if len(known.runs) == len(one.runs)]


def learned(documents: Iterable[Manuscript]) -> Sentences:
    """The sentences of some documents of ours."""
    found = Sentences()
    for one in documents:
        found.add(one)
    return found


def sentences(block: Block, *, placed: bool = False) -> Iterator[Sentence]:
    """
    The sentences of a block; a cell is one with its heads.

    Args:
        block: A paragraph or a cell.
        placed: Whether one that is too short to be known by its letters is known by its place; it
            is left out otherwise.
    """
    text = block.text
    if block.kind in _IN_TABLES:
        letters = _letters(text)
        if _letters(block.header):
            exact = f"{_letters(block.header, digits=True)}|{letters}"
            yield Sentence(0, len(text), exact, f"{_letters(block.header)}|{letters}", _runs(text))
        elif placed:
            yield _by_place(block, 0, len(text))
        return
    at = 0
    for end in (*(match.start() for match in _END.finditer(text)), len(text)):
        part = text[at:end]
        letters = _letters(part)
        if sum(map(str.isalpha, letters)) >= _SHORTEST:
            yield Sentence(at, end, letters, letters, _runs(text, at, end))
        elif placed:
            yield _by_place(block, at, end)
        at = end


def _by_place(block: Block, start: int, end: int) -> Sentence:
    key = f"{block.place}, {start}|{_letters(block.text[start:end])}"
    return Sentence(start, end, key, key, _runs(block.text, start, end))


def _runs(text: str, start: int = 0, end: int | None = None) -> tuple[tuple[int, int], ...]:
    last = len(text) if end is None else end
    return tuple(match.span() for match in RUN.finditer(text, start, last))


def _letters(text: str, *, digits: bool = False) -> str:
    """What is left of a text without spaces and punctuation, # for every run of digits."""
    masked = text if digits else RUN.sub("#", text)
    return "".join(
        one for one in masked.casefold() if one.isalpha() or one == "#" or one.isdecimal()
    )


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
