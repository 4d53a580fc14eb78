"""Ways to look at what was drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

    from carreport.figures import Drawing

SVG = "{http://www.w3.org/2000/svg}"


def parsed(drawing: Drawing) -> etree._Element:
    """The drawing's SVG as a tree."""
    return etree.fromstring(drawing.svg)


def lines_of(ax: Axes, listing: str) -> list[Line2D]:
    """Lines and marks that say they draw a listing."""
    return [line for line in ax.lines if line.get_gid() == f"listing:{listing}"]


def steps_of(ax: Axes, listing: str) -> list[Line2D]:
    """The solid and dashed parts of a curve."""
    return [line for line in lines_of(ax, listing) if line.get_drawstyle() == "steps-post"]


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
