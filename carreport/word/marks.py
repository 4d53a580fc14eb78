"""The marks behind numbers that say how sure they are, put right for other numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from carreport.render.printing import MARKS
from carreport.study.origins import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from carreport.word.controls import Mark

_ORIGINS: Final = {one.label: one for one in Origin}
_TOGETHER: Final = re.compile(r"\s*(?:[–(±/,%]|to|of|\))*\s*[–(±]?\s*|\s*(?:to|of)\s*")
"""What stands between numbers that share a mark: k of n, k (%), low–high, estimate ± error."""
_REACH: Final = re.compile(r"[^.;:,]{0,24}")
"""What stands between a number and its mark: a unit, a noun, a bracket."""


@dataclass(frozen=True, slots=True)
class Standing:
    """
    A number in a paragraph.

    Attributes:
        start: Where it begins in what the paragraph says.
        end: Where it ends there.
        old: The label of its origin when it was written; empty for what a study states.
        new: What it is now.
    """

    start: int
    end: int
    old: str
    new: str

    @property
    def turned(self) -> bool:
        """Whether its mark is another one now."""
        return _glyph(self.old) != _glyph(self.new)

    @property
    def marked(self) -> bool:
        """Whether it was weak enough for a mark; some places print none all the same."""
        return bool(_glyph(self.old))


def _glyph(*origins: str) -> str:
    """The mark of numbers that stand together: of the weakest of them."""
    known = [_ORIGINS[one] for one in origins if one in _ORIGINS]
    return MARKS.get(max(known), "") if known else ""


def remarked(
    said: str, marks: Sequence[Mark], numbers: Sequence[Standing]
) -> Iterator[tuple[Mark, str, tuple[Standing, ...]]]:
    """
    What each mark of a paragraph has to be.

    Args:
        said: What the paragraph said.
        marks: Its marks, in order.
        numbers: Its linked numbers, in order.

    Yields:
        Each mark that was found to be of some numbers, what it is now, and those numbers.
    """
    for mark in marks:
        mine = _of(said, mark, numbers)
        for some in (mine, mine[-1:], mine[:1]):
            if some and _glyph(*(one.old for one in some)) == mark.text:
                yield mark, _glyph(*(one.new for one in some)), mine
                break


def _of(said: str, mark: Mark, numbers: Sequence[Standing]) -> tuple[Standing, ...]:
    """The numbers a mark is of: the one before it, and those that stand together with it."""
    before = [one for one in numbers if one.end <= mark.at]
    if not before or not _REACH.fullmatch(said[before[-1].end : mark.at]):
        return ()
    found = [before.pop()]
    while before and _TOGETHER.fullmatch(said[before[-1].end : found[0].start]):
        found.insert(0, before.pop())
    return tuple(found)
