"""The lettering of a drawing as outlines: Word has not our fonts, and another is wider."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from carreport.render.lettering import FONTS, SANS, SANS_BOLD, SANS_ITALIC

if TYPE_CHECKING:
    from carreport.render.lettering import Face

SVG: Final = "{http://www.w3.org/2000/svg}"
XLINK: Final = "http://www.w3.org/1999/xlink"
_HREF: Final = f"{{{XLINK}}}href"
_KEPT: Final = ("fill", "fill-opacity", "opacity")
_ANCHORS: Final = {"middle": 0.5, "end": 1.0}
_BOLD: Final = frozenset({"bold", "600", "700"})


def outlined(root: etree._Element) -> None:
    """
    Put shapes in the place of letters.

    A text with a letter that the font lacks stays a text.

    Args:
        root: A drawing whose texts stand in one element each, with a place and a size.
    """
    shapes: dict[str, str] = {}
    for text in list(root.iter(f"{SVG}text")):
        face, said = _face(text), text.text or ""
        outlines = [_outline(face, letter) for letter in said]
        if len(text) or None in outlines or not _number(text, "font-size"):
            continue
        _replace(text, face, [one for one in outlines if one], shapes)
    if shapes:
        known = etree.Element(f"{SVG}defs")
        for path, name in shapes.items():
            etree.SubElement(known, f"{SVG}path", id=name, d=path)
        root.insert(0, known)


def _replace(
    text: etree._Element,
    face: Face,
    outlines: list[tuple[str, float]],
    shapes: dict[str, str],
) -> None:
    whole = sum(advance for _, advance in outlines)
    scale = _number(text, "font-size") / _units(face)
    begin = -whole * _ANCHORS.get(text.get("text-anchor", ""), 0.0)
    placed = (
        f"{text.get('transform', '')} translate({_number(text, 'x'):.6g} {_number(text, 'y'):.6g})"
        f" scale({scale:.6g} {-scale:.6g})"
    ).strip()
    kept = {name: value for name in _KEPT if (value := text.get(name)) is not None}
    group = etree.Element(f"{SVG}g", {"transform": placed, **kept})
    for path, advance in outlines:
        if path:
            name = shapes.setdefault(path, f"letter-{len(shapes) + 1}")
            etree.SubElement(group, f"{SVG}use", {_HREF: f"#{name}", "x": f"{begin:.6g}"})
        begin += advance
    group.tail = text.tail
    parent = text.getparent()
    if parent is not None:
        parent.replace(text, group)


def _face(text: etree._Element) -> Face:
    if text.get("font-weight") in _BOLD:
        return SANS_BOLD
    return SANS_ITALIC if text.get("font-style") == "italic" else SANS


def _number(text: etree._Element, name: str) -> float:
    try:
        return float(text.get(name) or 0)
    except ValueError:
        return 0.0


@cache
def _font(face: Face) -> tuple[Any, dict[int, str], Any, float]:
    from fontTools.ttLib import TTFont

    font = TTFont(FONTS / f"{face.stem}.ttf", lazy=True)
    return font, font.getBestCmap(), font.getGlyphSet(), float(font["head"].unitsPerEm)


def _units(face: Face) -> float:
    return _font(face)[3]


@cache
def _outline(face: Face, letter: str) -> tuple[str, float] | None:
    """The path of a letter and how far on the next one stands; None where the font has none."""
    from fontTools.pens.svgPathPen import SVGPathPen

    _, names, glyphs, _ = _font(face)
    if (name := names.get(ord(letter))) is None:
        return None
    pen = SVGPathPen(glyphs)
    glyphs[name].draw(pen)
    return pen.getCommands(), float(glyphs[name].width)
