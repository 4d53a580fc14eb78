"""The shipped fonts on paper: their files, and how wide a text is in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Final

from carreport.saved.made_from import PACKAGE

FONTS: Final = PACKAGE / "fonts"


@dataclass(frozen=True, slots=True)
class Face:
    """
    One shipped font.

    Attributes:
        family: As style sheets call it.
        weight: As style sheets count it.
        style: normal or italic.
        stem: File name without its ending; there is a woff2 for the screen, a ttf for paper.
    """

    family: str
    weight: int
    style: str
    stem: str


SANS: Final = Face("Carreport Sans", 400, "normal", "CarreportSans-Regular")
SANS_ITALIC: Final = Face("Carreport Sans", 400, "italic", "CarreportSans-Italic")
SANS_BOLD: Final = Face("Carreport Sans", 600, "normal", "CarreportSans-SemiBold")
FACES: Final = (
    Face("Carreport Serif", 400, "normal", "CarreportSerif-Regular"),
    Face("Carreport Serif", 400, "italic", "CarreportSerif-Italic"),
    Face("Carreport Serif", 600, "normal", "CarreportSerif-SemiBold"),
    SANS,
    SANS_ITALIC,
    SANS_BOLD,
    Face("Carreport Code", 400, "normal", "CarreportCode-Regular"),
)


@dataclass(frozen=True, slots=True)
class Letters:
    """
    The letters of a font.

    Attributes:
        file: The font's bytes.
        glyphs: Number of each character's glyph in the file.
        advances: Width of each character, in thousandths of the type size.
        letters: The first character of each glyph; spaces of several kinds share one.
    """

    file: bytes
    glyphs: dict[str, int]
    advances: dict[str, float]
    letters: dict[int, str]
    _known: dict[str, float] = field(default_factory=dict)

    def width(self, text: str) -> float:
        """
        Width of a text in thousandths of the type size.

        Raises:
            KeyError: The font lacks one of the letters.
        """
        if text not in self._known:
            self._known[text] = sum(map(self.advances.__getitem__, text))
        return self._known[text]


@cache
def letters(face: Face) -> Letters:
    """The letters of a shipped font, read from its ttf."""
    from fontTools.ttLib import TTFont

    path = FONTS / f"{face.stem}.ttf"
    with TTFont(path, lazy=True) as font:
        names = font.getBestCmap()
        advances = font["hmtx"].metrics
        scale = 1000 / font["head"].unitsPerEm
        glyphs = {chr(code): font.getGlyphID(name) for code, name in sorted(names.items())}
        return Letters(
            path.read_bytes(),
            glyphs,
            {chr(code): advances[name][0] * scale for code, name in names.items()},
            {glyph: letter for letter, glyph in reversed(glyphs.items())},
        )
