"""The characters of a PDF's page as runs: pieces of lines without a wide gap."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pypdfium2 import raw

from carreport.manuscript.reading.addresses import id_named
from carreport.manuscript.reading.words import Claimed, Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pypdfium2

_ENDS: Final = frozenset({0x0A, 0x0D})
_HYPHEN: Final = 0x02
"""What pdfium makes of a hyphen at the end of a line that it takes for one that broke a word."""
_SOFT: Final = 0xAD
"""Printed at the end of a line, it is a hyphen."""
_NONE: Final = frozenset({0x0, 0xFFFD, 0xFFFE, 0xFFFF})
_SPACES: Final = frozenset({0x20, 0x09, 0xA0})
_QUARTERS: Final = {0: (1, 0, 0, 1), 1: (0, -1, 1, 0), 2: (-1, 0, 0, -1), 3: (0, 1, -1, 0)}
"""By quarter turns of the text, with the clock: what makes its lines run from left to right."""
_GAP: Final = 0.75
"""So many heights of a line apart, two pieces of it are two cells."""
_SAME: Final = 0.12
_RAISED: Final = (-0.4, 0.75)
"""So far, in heights, a raised or lowered character stands from its line."""
_SMALL: Final = 0.88


@dataclass(slots=True)
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
                _add(words, held, *state)
                held, state = [], now
            held.append(character)
        _add(words, held, *state)

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


def _add(words: Words, held: Sequence[str], moved: int, claimed: Claimed | None) -> None:
    text = "".join(held)
    match moved:
        case 1:
            words.raise_(text, claimed)
        case -1:
            words.lower(text, claimed)
        case _:
            words.add(text, claimed)


def runs_of(text: pypdfium2.PdfTextPage) -> tuple[list[Run], int]:
    """
    The runs of a page, in the order of the file, and how many characters have no meaning.

    Args:
        text: The page's text.
    """
    runs: list[Run] = []
    run: Run | None = None
    unread = 0
    box, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    for at in range(raw.FPDFText_CountChars(text)):
        code = raw.FPDFText_GetUnicode(text, at)
        if code in _ENDS:
            run = None
            continue
        if code in _NONE:
            unread += 1
            continue
        if code in _SPACES and raw.FPDFText_IsGenerated(text, at):
            if run is not None:
                _space(run)
            continue
        raw.FPDFText_GetLooseCharBox(text, at, box)
        raw.FPDFText_GetCharOrigin(text, at, x, y)
        turned = round(raw.FPDFText_GetCharAngle(text, at) / (math.pi / 2)) % 4
        left, right, base, size = _straight(box, x.value, y.value, turned)
        if run is None or run.turned != turned or not _goes_on(run, left, base, size):
            if code in _SPACES:
                continue
            run = Run(turned, left, right, base, size)
            runs.append(run)
        run.characters.append(_character(code))
        run.edges.append((left, right))
        run.bases.append(base)
        run.sizes.append(size)
        if code not in _SPACES:
            run.right = max(run.right, right)
            if size > run.size or (size > _SMALL * run.size and base != run.base):
                run.base, run.size = base, size
    for one in runs:
        one.finish()
    return runs, unread


def _character(code: int) -> str:
    if code in (_HYPHEN, _SOFT):
        return "-"
    return " " if code in _SPACES and code != 0xA0 else chr(code)


def _space(run: Run) -> None:
    run.characters.append(" ")
    run.edges.append((run.right, run.right))
    run.bases.append(run.base)
    run.sizes.append(run.size)


def _straight(box: Any, x: float, y: float, turned: int) -> tuple[float, float, float, float]:
    """Left and right edge, line and height, as if the text were not turned."""
    a, b, c, d = _QUARTERS[turned]
    across = (a * box.left + b * box.bottom, a * box.right + b * box.top)
    up = (c * box.left + d * box.bottom, c * box.right + d * box.top)
    return min(across), max(across), c * x + d * y, abs(up[1] - up[0]) or 1.0


def _goes_on(run: Run, left: float, base: float, size: float) -> bool:
    """Whether a character belongs to the run before it."""
    high = max(run.size, size)
    away = base - run.base
    if abs(away) > _SAME * high:
        small, other = sorted((run.size, size))
        near = _RAISED[0] * high < away < _RAISED[1] * high
        if size > run.size:
            near = _RAISED[0] * high < -away < _RAISED[1] * high
        if not near or small > _SMALL * other:
            return False
    ligature = bool(run.edges) and left == run.edges[-1][0]
    return ligature or -0.5 * high < left - run.right < _GAP * high


def claim_links(page: pypdfium2.PdfPage, runs: Iterable[Run], serial: Iterator[int]) -> None:
    """
    Give characters the ids of the links they stand under.

    Args:
        page: The page.
        runs: Its runs; their claims change.
        serial: Tells links apart.
    """
    upright = [run for run in runs if run.turned == 0]
    for id_, area in _links(page):
        claimed = Claimed(id_, "number", next(serial))
        low, high = sorted((area.bottom, area.top))
        first, last = sorted((area.left, area.right))
        for run in upright:
            middle = run.base + 0.25 * run.size
            if low < middle < high and run.left < last and run.right > first:
                for at, (left, right) in enumerate(run.edges):
                    if first < (left + right) / 2 < last and at not in run.claims:
                        run.claims[at] = claimed


def _links(page: pypdfium2.PdfPage) -> Iterator[tuple[str, Any]]:
    """Ids that links lead to, with the area of each."""
    for at in range(raw.FPDFPage_GetAnnotCount(page)):
        note = raw.FPDFPage_GetAnnot(page, at)
        try:
            if raw.FPDFAnnot_GetSubtype(note) == raw.FPDF_ANNOT_LINK:
                if id_ := id_named(_string(note, b"Dest")):
                    area = raw.FS_RECTF()
                    raw.FPDFAnnot_GetRect(note, area)
                    yield id_, area
        finally:
            raw.FPDFPage_CloseAnnot(note)


def _string(note: Any, key: bytes) -> str:
    size = raw.FPDFAnnot_GetStringValue(note, key, None, 0)
    buffer = ctypes.create_string_buffer(size)
    raw.FPDFAnnot_GetStringValue(
        note, key, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size
    )
    return buffer.raw.decode("utf-16-le", "replace").removesuffix("\0")
