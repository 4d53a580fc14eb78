"""Lines put together again: words broken at the end of a line, and ranges of numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from carreport.manuscript.reading.sections import shifted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from carreport.manuscript.model import Mark

_BROKEN: Final = re.compile(r"([^\W\d_]+)[-\N{HYPHEN}\N{SOFT HYPHEN}]$")
_GOES_ON: Final = re.compile(r"[^\W\d_]+")
_OPEN: Final = re.compile(
    r"(?:(?<=[0-9])[-\N{HYPHEN}–—−‑/]|(?<=[0-9]%)[–—−‑-]|[^\W\d_][-\N{HYPHEN}‑])$"
)
"""Ends of lines after which the next goes on without a space."""
_WORD: Final = re.compile(r"[^\W\d_]+(?:[-\N{HYPHEN}‑][^\W\d_]+)*")
_HYPHENS: Final = str.maketrans("\N{HYPHEN}‑", "--")


class Line(NamedTuple):
    """A line and the stretches of it that carry ids."""

    text: str
    marks: tuple[Mark, ...] = ()


def vocabulary(lines: Iterable[str]) -> frozenset[str]:
    """
    Words as they stand unbroken within lines, with their hyphens, in lower case.

    Args:
        lines: Of the whole document.
    """
    words: set[str] = set()
    for line in lines:
        found = _WORD.findall(line)
        last = found[-1:] if line.endswith(("-", "\N{HYPHEN}")) else []
        words.update(one.casefold().translate(_HYPHENS) for one in found[: len(found) - len(last)])
    return frozenset(words)


def joined(lines: Iterable[Line], known: Collection[str] = frozenset()) -> Line:
    """
    Lines of one paragraph as one.

    A hyphen at the end goes if the word is known without it, or if it is not known with it and
    both halves are in lower case.

    Args:
        lines: From top to bottom.
        known: Words of the document.

    >>> joined([Line("overall sur-"), Line("vival, 2020–"), Line("2021, MRD-"), Line("positive")]).text
    'overall survival, 2020–2021, MRD-positive'
    """
    parts: list[str] = []
    marks: list[Mark] = []
    length = 0
    last = ""
    for line in lines:
        text = line.text
        if last:
            glue, cut = _between(last, text, known)
            if cut:
                parts[-1] = parts[-1][:-1]
                length -= 1
                marks = [one for one in marks if one.end <= length]
            parts.append(glue)
            length += len(glue)
        marks += shifted(line.marks, length)
        parts.append(text)
        length += len(text)
        last = text or last
    return Line("".join(parts), tuple(marks))


def _between(above: str, below: str, known: Collection[str]) -> tuple[str, bool]:
    """What stands between two lines, and whether the hyphen of the upper one goes."""
    broken, goes_on = _BROKEN.search(above), _GOES_ON.match(below)
    if broken and goes_on:
        left, right = broken[1], goes_on[0]
        if above.endswith("\N{SOFT HYPHEN}") or (left + right).casefold() in known:
            return "", True
        kept = f"{left}-{right}".casefold() in known
        return "", not kept and left.islower() and right.islower() and len(left) > 1
    if _OPEN.search(above) and below[:1].isalnum():
        return "", False
    return " ", False
