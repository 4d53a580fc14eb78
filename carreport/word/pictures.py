"""Drawings of a page as pictures: SVG for those who show it, PNG for all others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lxml import etree

from carreport.word.lettering import XLINK, outlined
from carreport.word.markup import EMU_PER_MM, NAMESPACES, attribute
from carreport.word.styles import SANS

_SVG: Final = "http://www.w3.org/2000/svg"
_HREF: Final = f"{{{XLINK}}}href"
_DRAWING: Final = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_MM: Final = re.compile(r"([0-9.]+)mm")
_SVG_EXTENSION: Final = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
_LETTERING: Final = f"{SANS}, Source Sans Pro, Arial, sans-serif"
PLACE: Final = "data-drawing"
"""What stands for a drawing in a page whose drawings were taken out: an HTML parser spoils them."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """
    A drawing of a page.

    Attributes:
        svg: By itself, without links.
        alt: What it shows, in words.
        width: In print, in millimetres.
        height: The same.
    """

    svg: str
    alt: str
    width: float
    height: float


def taken_out(page: str) -> tuple[str, list[Drawing | None]]:
    """
    A page without its drawings.

    Args:
        page: HTML.

    Returns:
        The page with a mark where each was, and the drawings; None for one without a size in
        print: such are marks beside words.
    """
    found: list[Drawing | None] = []

    def place(match: re.Match[str]) -> str:
        found.append(_read(match.group()))
        return f'<span {PLACE}="{len(found) - 1}"></span>'

    return _DRAWING.sub(place, page), found


def _read(text: str) -> Drawing | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError:
        return None
    sizes = [_MM.fullmatch(root.get(name, "")) for name in ("width", "height")]
    if root.tag != f"{{{_SVG}}}svg" or not all(sizes):
        return None
    title = root.find(f"{{{_SVG}}}title")
    alt = " ".join((title.text or "").split()) if title is not None else ""
    width, height = (float(one[1]) for one in sizes if one)
    return Drawing(_by_itself(root), alt, width, height)


def _by_itself(root: etree._Element) -> str:
    """Plain SVG 1.1: no links, no data of ours, nothing that only a page understands."""
    for element in list(root.iter(f"{{{_SVG}}}*")):
        for name in list(element.attrib):
            key = str(name)
            if key == "href":
                element.set(_HREF, element.attrib.pop(name))
            elif key.startswith(("data-", "aria-")) or key in ("class", "role", "tabindex"):
                del element.attrib[name]
    for element in list(root.iter(f"{{{_SVG}}}a")):
        element.tag = f"{{{_SVG}}}g"
        for name in (_HREF, "id"):  # the id counts places of the page
            element.attrib.pop(name, "")
    for element in list(root.iter(f"{{{_SVG}}}title", f"{{{_SVG}}}desc")):
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    outlined(root)
    root.set("version", "1.1")
    root.set("font-family", _LETTERING)
    etree.cleanup_namespaces(root, top_nsmap={"xlink": XLINK})
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + etree.tostring(root, encoding="unicode")


def picture(drawing: Drawing, number: int, name: str, png: str, svg: str) -> str:
    """
    A picture in a line of text.

    Args:
        drawing: What is drawn.
        number: Of the picture, no other's.
        name: Of the figure.
        png: The relation to the bitmap.
        svg: The relation to the drawing.

    Source:
        [MS-ODRAWXML], svgBlip: the bitmap is what programs show that do not know SVG.
    """
    size = f'cx="{round(drawing.width * EMU_PER_MM)}" cy="{round(drawing.height * EMU_PER_MM)}"'
    said = f"name={attribute(name)} descr={attribute(drawing.alt)}"
    return (
        '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent {size}/><wp:effectExtent l="0" t="0" r="0" b="0"/>'
        f'<wp:docPr id="{number}" {said}/>'
        '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
        f'<a:graphic><a:graphicData uri="{NAMESPACES["pic"]}"><pic:pic>'
        f'<pic:nvPicPr><pic:cNvPr id="{number}" {said}/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{png}"><a:extLst><a:ext uri="{_SVG_EXTENSION}">'
        f'<asvg:svgBlip r:embed="{svg}"/></a:ext></a:extLst></a:blip>'
        "<a:stretch><a:fillRect/></a:stretch></pic:blipFill>"
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
        "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def scaled(drawing: Drawing, room_mm: float) -> Drawing:
    """The same, no wider than there is room."""
    if drawing.width <= room_mm:
        return drawing
    part = room_mm / drawing.width
    return Drawing(drawing.svg, drawing.alt, room_mm, drawing.height * part)
