"""
matplotlib's SVG made fit to stand inside a page.

Gone: prolog, metadata, comments, style element, ids nobody refers to. Ids that are referred to
begin with the figure's own, so that two figures in one page never share one. Style properties
become attributes, because not every renderer reads the font shorthand or a style element.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lxml import etree

from carreport.figures.elements import SVG, attributes, parent_of, shortened, take
from carreport.figures.pieces import AXIS, LABEL
from carreport.figures.style import FAMILY
from carreport.figures.tracing import link, say_marks

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from carreport.figures.marks import Marks

_HREF: Final = "{http://www.w3.org/1999/xlink}href"
_URL: Final = re.compile(r"url\(#([^)]*)\)")
_LONG_NUMBER: Final = re.compile(r"-?\d+\.\d{3,}")
_NO_TURN: Final = re.compile(r"rotate\(-?0( [^)]*)?\)")
_DRAWN: Final = ("d", "x", "y", "points", "transform", "width", "height", "font-size")
# What matplotlib's style element says of every element, inherited from the root instead.
_ROOT_STYLE: Final = {"stroke-linejoin": "round", "stroke-linecap": "butt"}


def inline_svg(
    drawn: bytes,
    figure: str,
    ids: Collection[str],
    marks: Mapping[str, Marks],
    alt: str,
    width_mm: float,
) -> str:
    """
    A complete svg element to be put into a page as it is.

    Args:
        drawn: What matplotlib wrote.
        figure: The figure's id.
        ids: Results printed in it; groups called by one of them show it.
        marks: What is drawn in the groups called like that.
        alt: The text alternative.
        width_mm: Width in print.

    Returns:
        The element. A printed number is in a group with data-id, a tick label or word of the study
        in one with data-axis or data-label; a mark has data-listing and data-row, or data-mark.
    """
    parser = etree.XMLParser(remove_comments=True, remove_pis=True, resolve_entities=False)
    root = etree.fromstring(drawn, parser)
    for tag in ("metadata", "style"):
        for element in root.findall(f".//{SVG}{tag}"):
            parent_of(element).remove(element)
    for element in root.iter(f"{SVG}*"):
        _style_to_attributes(element)
        _shorter_numbers(element)
    _say_once(root)
    height = float(root.attrib["viewBox"].split()[3])
    for element in root.iter(f"{SVG}g"):
        if (drawn_by := marks.get(element.get("id", ""))) is not None:
            say_marks(element, drawn_by, height)
    _rename_ids(root, figure, ids)
    _unwrap(root)
    _join_lines(root)
    link(root)
    _describe(root, figure, alt, width_mm)
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="unicode")


def _style_to_attributes(element: etree._Element) -> None:
    for part in take(element, "style").split(";"):
        name, _, value = part.partition(":")
        if name.strip():
            element.set(name.strip(), value.strip())
    # One family for all, said once at the root.
    take(element, "font-family")
    if size := element.get("font-size"):
        element.set("font-size", size.removesuffix("px"))
    if href := take(element, _HREF):
        element.set("href", href)


def _shorter_numbers(element: etree._Element) -> None:
    """A thousandth of a point is finer than any printer."""
    for name in _DRAWN:
        if (value := element.get(name)) is not None:
            element.set(name, _LONG_NUMBER.sub(_rounded, value))
    if (turned := element.get("transform")) is not None:
        kept = _NO_TURN.sub("", turned).strip()
        if kept:
            element.set("transform", kept)
        else:
            del element.attrib["transform"]


def _rounded(found: re.Match[str]) -> str:
    text = f"{float(found[0]):.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _rename_ids(root: etree._Element, figure: str, ids: Collection[str]) -> None:
    used = {element.get("href", "").removeprefix("#") for element in root.iter(f"{SVG}use")}
    for element in root.iter():
        used |= {name for value in attributes(element).values() for name in _URL.findall(value)}
    new: dict[str, str] = {}
    for element in root.iter():
        mark = take(element, "id")
        if mark in used and element.tag != f"{SVG}g":
            element.set("id", new.setdefault(mark, f"{figure}-{len(new) + 1}"))
        elif mark:
            _say(element, mark, ids)
    for element in root.iter():
        for name, value in attributes(element).items():
            if name == "href" and value.startswith("#"):
                element.set(name, f"#{new[value[1:]]}")
            elif "url(#" in value:
                element.set(name, _URL.sub(lambda found: f"url(#{new[found[1]]})", value))


def _say(element: etree._Element, mark: str, ids: Collection[str]) -> None:
    """What words show, as data; what matplotlib called them is nobody's business."""
    if mark in ids:
        element.set("data-id", mark)
    elif mark.startswith((AXIS, LABEL)):
        kind, _, whole = mark.partition(":")
        element.set(f"data-{kind}", whole or "true")


def _join_lines(root: etree._Element) -> None:
    """The lines of one label, which follow each other, in one group: they are read as one."""
    for element in list(root.iter(f"{SVG}g")):
        whole = element.get("data-label", "true")
        before = element.getprevious()
        if whole != "true" and before is not None and before.get("data-label") == whole:
            read = "".join(map(str, before.itertext()))
            # The same label may stand there twice: where it is complete, another begins.
            if " ".join(read.split()) != whole:
                before.extend(list(element))
                parent_of(element).remove(element)
    for element in root.iter(f"{SVG}g"):
        if element.get("data-label") is not None:
            element.set("data-label", "true")


def _say_once(root: etree._Element) -> None:
    """What a shape says of its line, those who use it need not say again."""
    shapes = {f"#{one.get('id')}": one for one in root.iter(f"{SVG}path")}
    for use in root.iter(f"{SVG}use"):
        shape = attributes(shapes[use.get("href", "")])
        for name, value in attributes(use).items():
            if name.startswith("stroke") and shape.get(name) == value:
                del use.attrib[name]


def _unwrap(root: etree._Element) -> None:
    """Groups that say nothing give way to what they hold; empty ones go."""
    # From the innermost outwards, each parent at once: taking out one by one is quadratic.
    for parent in [element for element in root.iter() if len(element)][::-1]:
        parent[:] = [kept for child in parent for kept in _unwrapped(child)]
    for element in root.iter():
        if element.tag != f"{SVG}text":
            element.text = None
        element.tail = None


def _unwrapped(element: etree._Element) -> list[etree._Element]:
    if element.tag == f"{SVG}g" and not element.attrib:
        return list(element)
    return [] if element.tag in (f"{SVG}g", f"{SVG}defs") and not len(element) else [element]


def _describe(root: etree._Element, figure: str, alt: str, width_mm: float) -> None:
    across, down = (float(size) for size in root.attrib["viewBox"].split()[2:])
    title = etree.Element(f"{SVG}title", id=f"{figure}-title")
    title.text = alt
    drawing = etree.Element(f"{SVG}g", _ROOT_STYLE)
    # An empty title keeps browsers from showing the long one wherever the pointer is.
    etree.SubElement(drawing, f"{SVG}title").text = ""
    drawing.extend(list(root))
    root.extend([title, drawing])
    root.attrib.clear()
    root.attrib.update(
        {
            "viewBox": f"0 0 {shortened(across)} {shortened(down)}",
            "width": f"{shortened(width_mm)}mm",
            "height": f"{shortened(width_mm * down / across)}mm",
            # Unlike what is in an image, its links stay open to those who cannot see it.
            "role": "graphics-document",
            "aria-labelledby": f"{figure}-title",
            "font-family": f"{FAMILY}, sans-serif",
        }
    )
