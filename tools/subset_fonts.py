"""
Make the fonts in carreport/fonts from the whole upstream families.

The families come from three PyPI packages, pinned in the `fonts` dependency group of
pyproject.toml, which carry the variable fonts untouched. Each is fixed at the weights used,
given the few symbols it lacks, cut down to the characters a report prints, and renamed, because
the licence reserves the name "Source" for unmodified fonts. Nothing here depends on the clock:
the same package versions give the same bytes.

    python -m venv scratch
    scratch/bin/python -m pip install --upgrade pip
    scratch/bin/python -m pip install --group fonts
    scratch/bin/python tools/subset_fonts.py          # or --check, to compare only
"""

from __future__ import annotations

import argparse
import hashlib
import io
import sys
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

if TYPE_CHECKING:
    from collections.abc import Iterator

FONTS: Final = Path(__file__).resolve().parent.parent / "carreport" / "fonts"

# The bytes below were made with these; another version may compress or order differently.
TOOLS: Final = {"fonttools": "4.68.0", "brotli": "1.2.1"}

# The size at which Source Serif's strokes are right: the report's text is 10 pt or 17 px.
OPTICAL_SIZE: Final = 12


@dataclass(frozen=True, slots=True)
class Family:
    """
    One upstream family and the name its modified version goes by.

    Attributes:
        name: Of the modified version.
        package: PyPI distribution that carries the upstream files.
        release: Version of that distribution.
        digests: SHA-256 of each upstream file, by file name.
        licence: File name of its licence text in carreport/fonts.
    """

    name: str
    package: str
    release: str
    digests: dict[str, str]
    licence: str

    def read(self, name: str) -> bytes:
        """Return the upstream file *name*, or stop if it is not the one expected."""
        data = (files(self.package.replace("-", "_")) / "files" / name).read_bytes()
        if hashlib.sha256(data).hexdigest() != self.digests[name]:
            sys.exit(f"{name} is not the one in {self.package} {self.release}")
        return data

    def licence_text(self) -> bytes:
        """Return the upstream licence text, unchanged."""
        return (files(self.package.replace("-", "_")) / "LICENSE").read_bytes()


SANS: Final = Family(
    "Carreport Sans",
    "fontpkg-source-sans-3",
    "3.52",
    {
        "SourceSans3[wght].ttf": "042fe2cc0b933e328410d7acbd0aa6a1873dca5aef81875f4bc214b08825c7b9",
        "SourceSans3-Italic[wght].ttf": "39e3ab05ccd7cb94907c31005bb5bec1d5432f0b096a2b782976e217a540eb6c",
    },
    "OFL-source-sans-3.txt",
)
SERIF: Final = Family(
    "Carreport Serif",
    "fontpkg-source-serif-4",
    "4.4",
    {
        "SourceSerif4[opsz,wght].ttf": "97b2d4da6e3cb494b5a1e66ae176914d852ccabef49e0c02c0df25f3e39aca0b",
        "SourceSerif4-Italic[opsz,wght].ttf": "15fbc7e4679489a501998c3669272637a6646388ef7e4bd77eebb5bf967a1f42",
    },
    "OFL-source-serif-4.txt",
)
CODE: Final = Family(
    "Carreport Code",
    "fontpkg-source-code-pro",
    "1.26",
    {"SourceCodePro[wght].ttf": "b400fc584e10aff25d0e775ce181b4fc1c5ea1b5dc37b81aeb2084375b945790"},
    "OFL-source-code-pro.txt",
)


@dataclass(frozen=True, slots=True)
class Face:
    """One font to make: a family at a weight, upright or italic."""

    family: Family
    source: str
    weight: int = 400
    italic: bool = False

    @property
    def style(self) -> str:
        """Name of the style, as font menus have it."""
        weight = {400: "Regular", 600: "SemiBold"}[self.weight]
        return "Italic" if self.italic else weight

    @property
    def stem(self) -> str:
        """File name without its ending."""
        return f"{self.family.name.replace(' ', '')}-{self.style}"


FACES: Final = (
    Face(SANS, "SourceSans3[wght].ttf"),
    Face(SANS, "SourceSans3-Italic[wght].ttf", italic=True),
    Face(SANS, "SourceSans3[wght].ttf", weight=600),
    Face(SERIF, "SourceSerif4[opsz,wght].ttf"),
    Face(SERIF, "SourceSerif4-Italic[opsz,wght].ttf", italic=True),
    Face(SERIF, "SourceSerif4[opsz,wght].ttf", weight=600),
    Face(CODE, "SourceCodePro[wght].ttf"),
)

# One set of marks for text and tables: the serif takes these from the sans, even those it has.
MARKS: Final = "△▲▽▼◁▷◀▶◆○●□■◦▪▫"
# Taken from the sans only where the serif has nothing.
BORROWED: Final = "⁺⁻⁼₊₋₌↔↕✓✗✔✘▸▾"
# Drawn here from ◆, since no family has it.
DRAWN: Final = "◇"

CHARACTERS: Final = (
    "".join(map(chr, range(0x20, 0x7F)))
    + "".join(map(chr, range(0xA0, 0x180)))
    + "ȘșȚț"
    + "".join(chr(point) for point in range(0x391, 0x3CA) if point != 0x3A2)  # Greek
    + "ˆˇ˘˙˚˛˜˝"
    + "\u2002\u2003\u2007\u2008\u2009\u200a\u200b\u202f"  # spaces
    + "‐\u2011‒–—―‘’‚“”„†‡•…‰′″‹›⁄€№™ℓ℮"
    + "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼ⁿ₀₁₂₃₄₅₆₇₈₉₊₋₌"
    + "⅓⅔⅛⅜⅝⅞"
    + "←↑→↓↔↕↗↘"
    + "∂∆∏∑−√∞∫≈≠≤≥◊"
    + MARKS
    + BORROWED
    + DRAWN
)

# fmt: off
FEATURES: Final = [
    "ccmp", "locl", "kern", "mark", "mkmk", "liga", "case", "ordn", "zero",
    "lnum", "onum", "tnum", "pnum", "sups", "subs", "sinf", "frac", "numr", "dnom", "smcp", "c2sc",
]
# fmt: on


def instance(face: Face) -> TTFont:
    """Return the upstream font of *face*, fixed at its weight and optical size."""
    font = TTFont(io.BytesIO(face.family.read(face.source)), recalcTimestamp=False)
    axes = {axis.axisTag for axis in font["fvar"].axes}
    place = {"wght": face.weight, "opsz": OPTICAL_SIZE}
    return instantiateVariableFont(font, {tag: place[tag] for tag in sorted(axes)})


def add(font: TTFont, character: str, glyph: object, width: int) -> None:
    """Give *font* a glyph for *character*, replacing the one it has."""
    name = f"uni{ord(character):04X}.borrowed"
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    font["glyf"][name] = glyph
    font["hmtx"][name] = (width, glyph.xMin)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[ord(character)] = name


def borrow(font: TTFont, lender: TTFont, characters: str) -> None:
    """Copy the glyphs of *characters* from *lender*; both have 1000 units per em."""
    outlines = lender.getGlyphSet()
    names = lender.getBestCmap()
    for character in characters:
        record = DecomposingRecordingPen(outlines)
        outlines[names[ord(character)]].draw(record)
        pen = TTGlyphPen(None)
        record.replay(pen)
        glyph = pen.glyph()
        glyph.recalcBounds(font["glyf"])
        add(font, character, glyph, lender["hmtx"][names[ord(character)]][0])


def hollow_diamond(font: TTFont) -> None:
    """Draw ◇ as ◆ with a smaller ◆ cut out, the stroke as thick as that of □."""
    names = font.getBestCmap()
    box = font["glyf"][names[ord("□")]]
    stroke = min(
        abs(x - box.xMin) for x, _ in box.coordinates if abs(x - box.xMin) > 1
    )  # distance from the outer edge to the inner one
    solid = font["glyf"][names[ord("◆")]]
    cx, cy = (solid.xMin + solid.xMax) / 2, (solid.yMin + solid.yMax) / 2
    half_width, half_height = (solid.xMax - solid.xMin) / 2, (solid.yMax - solid.yMin) / 2
    edge = (half_width**2 + half_height**2) ** 0.5
    inner = 1 - stroke * edge / (half_width * half_height)
    outlines = font.getGlyphSet()
    record = DecomposingRecordingPen(outlines)
    outlines[names[ord("◆")]].draw(record)
    pen = TTGlyphPen(None)
    record.replay(pen)
    # A mirrored outline runs the other way round, which makes it a hole.
    shrink = (-inner, 0, 0, inner, cx * (1 + inner), cy * (1 - inner))
    record.replay(TransformPen(pen, shrink))
    glyph = pen.glyph()
    glyph.coordinates.toInt()
    glyph.recalcBounds(font["glyf"])
    add(font, "◇", glyph, font["hmtx"][names[ord("◆")]][0])


def complete(font: TTFont, face: Face) -> None:
    """Add the marks that *face* lacks."""
    if face.family is CODE:
        return
    if face.family is SERIF:
        source = next(
            other.source for other in FACES if (other.family, other.italic) == (SANS, face.italic)
        )
        lender = instance(Face(SANS, source, face.weight, face.italic))
        has = font.getBestCmap()
        borrow(font, lender, MARKS + "".join(c for c in BORROWED if ord(c) not in has))
    hollow_diamond(font)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap.setdefault(0x2011, table.cmap[0x2010])


def subset(font: TTFont) -> None:
    """Drop what a report does not print, and the layout features it does not use."""
    options = Options(
        layout_features=FEATURES,
        hinting=False,
        name_IDs=["*"],
        name_legacy=False,
        notdef_outline=True,
        glyph_names=False,
        drop_tables=[*Options().drop_tables, "STAT", "MVAR", "DSIG", "meta"],
        recalc_timestamp=False,
    )
    subsetter = Subsetter(options)
    subsetter.populate(text=CHARACTERS)
    subsetter.subset(font)


def rename(font: TTFont, face: Face) -> None:
    """Name the font after its modified version; keep copyright and licence."""
    table = font["name"]
    kept = {0: table.getDebugName(0), 13: table.getDebugName(13), 14: table.getDebugName(14)}
    upstream = f"{face.family.package} {face.family.release}"
    family, style = face.family.name, face.style
    plain = style in {"Regular", "Italic"}
    names = kept | {
        1: family if plain else f"{family} {style}",
        2: style if plain else "Regular",
        3: f"{face.stem};{upstream}",
        4: f"{family} {style}",
        5: table.getDebugName(5),
        6: face.stem,
        10: f"Modified version: subset and renamed from {upstream}.",
    }
    if not plain:
        names |= {16: family, 17: style}
    table.names = []
    for number, text in sorted(names.items()):
        table.setName(text, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = face.weight
    font["OS/2"].fsSelection = 1 << 7 | (1 if face.italic else 1 << 6)
    font["head"].macStyle = 2 if face.italic else 0


def make(face: Face) -> Iterator[tuple[str, bytes]]:
    """Yield file name and content of *face*: ttf for paper and figures, woff2 for the screen."""
    font = instance(face)
    complete(font, face)
    subset(font)
    rename(font, face)
    for flavor, ending in ((None, "ttf"), ("woff2", "woff2")):
        font.flavor = flavor
        buffer = io.BytesIO()
        font.save(buffer, reorderTables=True)
        yield f"{face.stem}.{ending}", buffer.getvalue()


def make_all() -> Iterator[tuple[str, bytes]]:
    """Yield every file of carreport/fonts but its README."""
    for face in FACES:
        yield from make(face)
    for family in (SANS, SERIF, CODE):
        yield family.licence, family.licence_text()


def main() -> int:
    """Write the fonts, or with --check compare them with what is there."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0].strip())
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args().check
    for name, wanted in TOOLS.items():
        if version(name) != wanted:
            sys.exit(f"{name} {wanted} needed, {version(name)} found")
    differing = []
    for name, content in make_all():
        path = FONTS / name
        if not path.exists() or path.read_bytes() != content:
            differing.append(name)
        if not check:
            path.write_bytes(content)
        print(f"{len(content):8,d}  {name}")
    if check and differing:
        print("differs:", ", ".join(differing))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
