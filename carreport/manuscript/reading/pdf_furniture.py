"""
Running heads, running feet and page numbers: what stands at the edges of pages and is no text.

A number is only taken for furniture if it is the same on most pages that have the line, or goes on
with the pages: a table that happens to begin every page keeps its numbers.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from carreport.manuscript.reading.pdf_rows import Row

_DIGITS: Final = re.compile(r"[0-9]{1,18}")
_FOLIO: Final = re.compile(r"(?:page )?[-–—\[( ]*#[-–—\]) ]*(?:(?:of|/) ?#)?", re.IGNORECASE)
_OUTER: Final = 4
"""So many rows from the top or the foot of a page may be furniture."""
_PARTS: Final = 3
"""Left, middle and right; a row of more is the head of a table that goes on."""
_COUNT: Final = re.compile(r"\bn ?= ?#", re.IGNORECASE)
_REPEATED: Final = 3
_MOST: Final = 0.6
"""At least such a part of the pages with a line must agree in a number of it."""


@dataclass(frozen=True, slots=True)
class _Line:
    """
    What the lines of one shape have in common.

    Attributes:
        same: For each number in it, what it is on most pages.
        ahead: For each, how far it is ahead of the page's number on most of them.
    """

    same: tuple[int | None, ...]
    ahead: tuple[int | None, ...]

    def holds(self, page: int, numbers: Sequence[int]) -> bool:
        """Whether a line on a page is one of them."""
        pairs = zip(numbers, self.same, self.ahead, strict=True)
        return all(one == same or one - page == ahead for one, same, ahead in pairs)


def furniture(pages: Sequence[tuple[int, Sequence[Row]]]) -> list[dict[int, str]]:
    """
    Which rows of each page are furniture, and whether they stand at its head or foot.

    Args:
        pages: Their numbers from 1, and their rows.
    """
    lines = _lines(pages)
    return [dict(_from_edges(number, rows, lines, len(pages))) for number, rows in pages]


def _from_edges(
    number: int, rows: Sequence[Row], lines: Mapping[str, _Line], count: int
) -> Iterator[tuple[int, str]]:
    """From the edges of a page inwards, up to the first row that is text."""
    for edge, order in zip(("foot", "head"), reversed(_edges(rows)), strict=True):
        for at in order:
            shape, numbers = _shape(rows[at].text)
            if len(rows[at].pieces) > _PARTS or _COUNT.search(shape):
                break
            line = lines.get(shape)
            common = line is not None and line.holds(number, numbers)
            if not common and not (
                _FOLIO.fullmatch(shape) and numbers in ([number], [number, count])
            ):
                break
            yield at, edge


def _edges(rows: Sequence[Row]) -> tuple[list[int], list[int]]:
    """Rows from the top of a page, and from its foot, whichever are read first."""
    order = sorted(range(len(rows)), key=lambda at: -rows[at].base)
    return order[:_OUTER], order[::-1][:_OUTER]


def _shape(text: str) -> tuple[str, list[int]]:
    """A text but for its numbers, and those."""
    return _DIGITS.sub("#", text), [int(one) for one in _DIGITS.findall(text)]


def _lines(pages: Sequence[tuple[int, Sequence[Row]]]) -> dict[str, _Line]:
    """What stands at the edges of several pages, by its shape."""
    seen: dict[str, dict[int, list[int]]] = {}
    for number, rows in pages:
        for at in {at for order in _edges(rows) for at in order}:
            shape, numbers = _shape(rows[at].text)
            seen.setdefault(shape, {})[number] = numbers
    return {shape: _common(on) for shape, on in seen.items() if len(on) >= _REPEATED}


def _common(on: Mapping[int, Sequence[int]]) -> _Line:
    """What most lines of a shape agree in, number by number."""
    same = zip(*on.values(), strict=True)
    ahead = zip(*([one - page for one in numbers] for page, numbers in on.items()), strict=True)
    return _Line(tuple(map(_agreed, same)), tuple(map(_agreed, ahead)))


def _agreed(values: Sequence[int]) -> int | None:
    value, times = Counter(values).most_common(1)[0]
    return value if times >= _MOST * len(values) else None
