"""Ways to look at what was drawn."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

    from carreport.figures import Drawing

SVG = "{http://www.w3.org/2000/svg}"
DEFS = f"{SVG}defs"
LINK = f"{SVG}a"


def parsed(drawing: Drawing) -> etree._Element:
    """The drawing's SVG as a tree."""
    return etree.fromstring(drawing.svg)


def is_of(artist: Artist, listing: str) -> bool:
    """Whether an artist says it draws a listing."""
    return (artist.get_gid() or "").split(":", 2)[2:] == [listing]


def lines_of(ax: Axes, listing: str) -> list[Line2D]:
    """Lines and marks that say they draw a listing."""
    return [line for line in ax.lines if is_of(line, listing)]


def steps_of(ax: Axes, listing: str) -> list[Line2D]:
    """The solid and dashed parts of a curve."""
    return [line for line in lines_of(ax, listing) if line.get_drawstyle() == "steps-post"]


def on_svg(ax: Axes, x: float, y: float) -> tuple[float, float]:
    """Where values of the axes are in the SVG."""
    across, up = ax.transData.transform((x, y))
    return float(across), float(ax.figure.bbox.height - up)


def corners_of(path: etree._Element) -> list[tuple[float, float]]:
    """The points a path goes through."""
    numbers = [float(one) for one in re.findall(r"-?[\d.]+", path.get("d", ""))]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def rows_of(drawing: Drawing, listing: str, tag: str) -> dict[int, etree._Element]:
    """The elements that say which row of a listing they are, by row; each row once."""
    found = [
        (int(element.get("data-row", "")), element)
        for element in parsed(drawing).iter(f"{SVG}{tag}")
        if element.get("data-listing") == listing and element.get("data-row")
    ]
    assert len(found) == len(dict(found))
    return dict(found)


def mark_of(drawing: Drawing, result: str) -> list[etree._Element]:
    """The paths and points of the one mark that says it shows a result."""
    (mark,) = [one for one in parsed(drawing).iter() if one.get("data-mark") == result]
    return [one for one in mark.iter(f"{SVG}path", f"{SVG}use") if one.getparent().tag != DEFS]


def marked_texts(drawing: Drawing) -> list[tuple[str, str]]:
    """Every text of the SVG with the nearest mark above it: an id, or axis, label, or nothing."""
    found = []
    for text in parsed(drawing).iter(f"{SVG}text"):
        mark = ""
        for element in [text, *text.iterancestors()]:
            if (id_ := element.get("data-id")) is not None:
                mark = id_
            elif element.get("data-axis") or element.get("data-label"):
                mark = "axis" if element.get("data-axis") else "label"
            if mark:
                break
        found.append(("".join(text.itertext()), mark))
    return found
