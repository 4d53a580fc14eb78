"""The characters of a PDF's page as runs: pieces of lines without a wide gap."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from pypdfium2 import raw

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pypdfium2

    from carreport.manuscript.reading.words import Claimed, Words

_ENDS: Final = frozenset({0x0A, 0x0D})
_HYPHEN: Final = 0x02
"""What pdfium makes of a hyphen at the end of a line that it takes for one that broke a word."""
_SOFT: Final = 0xAD
"""Printed at the end of a line, it is a hyphen."""
_UNKNOWN: Final = 0xFFFD
_NONE: Final = frozenset({0x0, 0xFFFD, 0xFFFE, 0xFFFF})
_SPACES: Final = frozenset({0x20, 0x09, 0xA0})
_QUARTERS: Final = {0: (1, 0, 0, 1), 1: (0, -1, 1, 0), 2: (-1, 0, 0, -1), 3: (0, 1, -1, 0)}
"""By quarter turns of the text, with the clock: what makes its lines run from left to right."""
_QUARTER: Final = math.pi / 2
_GAP: Final = 0.75
"""So many heights of a line apart, two pieces of it are two cells."""
_LEADING: Final = 1.2
"""Lines are so much higher than their letters; boxes of letters differ from font to font."""
_SAME: Final = 0.12
_RAISED: Final = (-0.4, 0.75)
"""So far, in heights, a raised or lowered character stands from its line."""
_SMALL: Final = 0.93


@dataclass(slots=True, eq=False)
class Run:
    """
    A piece of a line.

    Attributes:
        turned: Quarter turns of its text, with the clock; the places below are as if it had none.
        left: Its left edge.
        right: Its right edge.
        base: The line its letters stand on.
        size: How high its letters are, with what they may hang below.
        characters: Its characters.
        edges: Left and right edge of each.
        bases: What each stands on.
        sizes: How high each is.
        claims: Which of them carry an id.
        flat: Whether all stand on one line.
    """

    turned: int
    left: float
    right: float
    base: float
    size: float
    characters: list[str] = field(default_factory=list)
    edges: list[tuple[float, float]] = field(default_factory=list)
    bases: list[float] = field(default_factory=list)
    sizes: list[float] = field(default_factory=list)
    claims: dict[int, Claimed] = field(default_factory=dict)
    flat: bool = False

    @property
    def text(self) -> str:
        """Its characters, as they are."""
        return "".join(self.characters)

    def say(self, words: Words, moved: int = 0) -> None:
        """
        Add it to a text.

        Args:
            words: The text.
            moved: Whether all of it is raised (1), lowered (-1) or neither (0).
        """
        if self.flat and not moved and not self.claims:
            words.add(self.text)
            return
        held: list[str] = []
        state: tuple[int, Claimed | None] = (0, None)
        for at, character in enumerate(self.characters):
            now = (moved or self._moved(at), self.claims.get(at))
            if now != state and character != " ":
                words.write("".join(held), *state)
                held, state = [], now
            held.append(character)
        words.write("".join(held), *state)

    def _moved(self, at: int) -> int:
        """Whether a character is raised, lowered or neither."""
        away = self.bases[at] - self.base
        if abs(away) < _SAME * self.size or self.sizes[at] > _SMALL * self.size:
            return 0
        return 1 if away > 0 else -1

    def finish(self) -> None:
        """Find the line that most of it stands on."""
        weights = Counter[tuple[float, float]]()
        for (base, size), times in Counter(zip(self.bases, self.sizes, strict=True)).items():
            weights[round(base, 1), round(size, 1)] += times
        if weights:
            largest = max(size for _, size in weights)
            full = {key: n for key, n in weights.items() if key[1] > _SMALL * largest}
            (self.base, self.size), _ = max(full.items(), key=lambda one: (one[1], one[0]))
        self.flat = all(abs(base - self.base) < _SAME * self.size for base in self.bases)


def runs_of(
    text: pypdfium2.PdfTextPage, drawn: Mapping[int, Claimed] = MappingProxyType({})
) -> tuple[list[Run], int]:
    """
    The runs of a page, in the order of the file, and how many characters have no meaning.

    Args:
        text: The page's text.
        drawn: What marked content, by its number, says of its text.
    """
    runs: list[Run] = []
    run: Run | None = None
    unread = 0
    letters = _Letters(text)
    page = text.raw
    for at in range(raw.FPDFText_CountChars(page)):
        code = raw.FPDFText_GetUnicode(page, at)
        if code in _ENDS:
            run = None
        elif code in _SPACES and raw.FPDFText_IsGenerated(page, at):
            if run is not None:
                _space(run)
        else:
            letter = letters.measured(at)
            if not letter.seen:
                continue
            if run is None or not _goes_on(run, letter):
                if code in _SPACES:
                    continue
                run = Run(letter.turned, letter.left, letter.right, letter.base, letter.size)
                runs.append(run)
            known = code not in _NONE and not raw.FPDFText_HasUnicodeMapError(page, at)
            unread += not known
            _add_letter(run, code if known else _UNKNOWN, letter)
            if claimed := drawn.get(letter.content):
                run.claims[len(run.characters) - 1] = claimed
    for one in runs:
        one.finish()
    return runs, unread


class _Letter(NamedTuple):
    """Where a character stands, as if its text were not turned; whether on the paper, in what."""

    seen: bool
    content: int
    turned: int
    left: float
    right: float
    base: float
    size: float


class _Letters:
    """Measures the characters of a page."""

    def __init__(self, text: pypdfium2.PdfTextPage) -> None:
        self._text = text.raw
        self._box = raw.FS_RECTF()
        self._matrix = raw.FS_MATRIX()
        self._x = ctypes.c_double()
        self._y = ctypes.c_double()
        self._paper = text.page.get_bbox()
        self._looks: dict[int | None, tuple[int, int, float]] = {}

    def measured(self, at: int) -> _Letter:
        box = self._box
        raw.FPDFText_GetLooseCharBox(self._text, at, box)
        raw.FPDFText_GetCharOrigin(self._text, at, self._x, self._y)
        content, turned, high = self._look(at)
        a, b, c, d = _QUARTERS[turned]
        one, other = a * box.left + b * box.bottom, a * box.right + b * box.top
        left, right = (one, other) if one < other else (other, one)
        west, south, east, north = self._paper
        seen = box.left < east and box.right > west and box.bottom < north and box.top > south
        return _Letter(
            seen, content, turned, left, right, c * self._x.value + d * self._y.value, high
        )

    def _look(self, at: int) -> tuple[int, int, float]:
        """What content a character stands in, how far it is turned, how high its lines are."""
        object_ = raw.FPDFText_GetTextObject(self._text, at)
        own = ctypes.addressof(object_.contents) if object_ else None
        if own is None or own not in self._looks:
            turned = round(raw.FPDFText_GetCharAngle(self._text, at) / _QUARTER) % 4
            raw.FPDFText_GetMatrix(self._text, at, self._matrix)
            scale = math.hypot(self._matrix.c, self._matrix.d)
            high = abs(_LEADING * raw.FPDFText_GetFontSize(self._text, at) * scale)
            content = raw.FPDFPageObj_GetMarkedContentID(object_)
            self._looks[own] = content, turned, high or 1.0
        return self._looks[own]


def _add_letter(run: Run, code: int, letter: _Letter) -> None:
    run.characters.append(_character(code))
    run.edges.append((letter.left, letter.right))
    run.bases.append(letter.base)
    run.sizes.append(letter.size)
    if code not in _SPACES:
        run.right = max(run.right, letter.right)
        larger = letter.size > run.size
        if larger or (letter.size > _SMALL * run.size and letter.base != run.base):
            run.base, run.size = letter.base, letter.size


def _character(code: int) -> str:
    if code in (_HYPHEN, _SOFT):
        return "-"
    return " " if code in _SPACES and code != 0xA0 else chr(code)


def _space(run: Run) -> None:
    run.characters.append(" ")
    run.edges.append((run.right, run.right))
    run.bases.append(run.base)
    run.sizes.append(run.size)


def _goes_on(run: Run, letter: _Letter) -> bool:
    """Whether a character belongs to the run before it."""
    if run.turned != letter.turned:
        return False
    high = max(run.size, letter.size)
    away = letter.base - run.base
    if abs(away) > _SAME * high:
        raised = away if letter.size <= run.size else -away
        small = min(run.size, letter.size) < _SMALL * high
        if not small or not _RAISED[0] * high < raised < _RAISED[1] * high:
            return False
    ligature = bool(run.edges) and letter.left == run.edges[-1][0]
    return ligature or -0.5 * high < letter.left - run.right < _GAP * high
