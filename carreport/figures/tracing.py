"""
What every number and every mark of an SVG shows, and a link to it.

A number's link is a stop of the keyboard. Of the marks of a listing one link is, called by its
name; the pointer finds each mark, by data-listing and data-row or by data-mark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml import etree

from carreport.figures.elements import SVG, parent_of, say, shortened, take
from carreport.results import fragment

if TYPE_CHECKING:
    from carreport.figures.marks import Area, Marks

_LINK: Final = f"{SVG}a"
_MARKS: Final = "trace marks"
# How far from a line a finger still hits it, and what makes the line itself unseen.
_NEAR: Final = {"stroke-width": "8", "stroke-linecap": "round", "pointer-events": "stroke"}
_WITHIN: Final = {"pointer-events": "all"}
_UNSEEN: Final = {"fill": "none", "stroke": "none"}
# A link for the pointer only: another leads to the same place, or its number is printed beside.
_NO_STOP: Final = {"tabindex": "-1", "aria-hidden": "true"}


def say_marks(group: etree._Element, marks: Marks, height: float) -> None:
    """
    Say what an artist's marks show: each by itself where they are points or have areas.

    Args:
        group: What matplotlib wrote for the artist.
        marks: What it draws.
        height: Of the paper, in points; an SVG counts downwards.
    """
    shown = {"data-listing": marks.listing, "data-mark": marks.result, "aria-label": marks.name}
    say(group, shown)
    if marks.rows:
        for point, row in zip(group.iter(f"{SVG}use"), marks.rows, strict=True):
            say(point, _row(marks, row))
    if marks.areas:
        unseen = {**_UNSEEN, **(_WITHIN if marks.filled else _NEAR)}
        parts = etree.SubElement(group, f"{SVG}g", unseen)
        for area in marks.areas:
            corners = ((x, height - y) for x, y in area.corners.tolist())
            d = " ".join(shortened(at, 2) for corner in corners for at in corner)
            etree.SubElement(parts, f"{SVG}path", {**_shown(marks, area), "d": f"M{d}"})


def _row(marks: Marks, row: int) -> dict[str, str]:
    return {"data-listing": marks.listing, "data-row": str(row)}


def _shown(marks: Marks, area: Area) -> dict[str, str]:
    """A row or a result of its own; the group says what all of it shows."""
    if isinstance(area.shows, int):
        return _row(marks, area.shows)
    return {} if area.shows == marks.result else {"data-mark": area.shows}


def link(root: etree._Element) -> None:
    """Put each number and each mark into a link to what it shows."""
    for element in [one for one in root.iter() if one.get("data-row") is None]:
        if number := element.get("data-id"):
            _enclose(element, number, "trace")
        elif shown := element.get("data-listing") or element.get("data-mark"):
            _enclose(element, shown, _MARKS)
    named: set[str] = set()
    for one in root.iter(_LINK):
        if one.get("class") == _MARKS:
            _name(one, named)


def _enclose(element: etree._Element, shown: str, kind: str) -> None:
    """In a link; neighbours that draw one listing share theirs."""
    before, href = element.getprevious(), f"#{fragment(shown)}"
    if before is not None and before.get("class") == kind == _MARKS and before.get("href") == href:
        before.append(element)
        return
    enclosing = etree.Element(_LINK, {"class": kind, "href": href})
    parent_of(element).replace(element, enclosing)
    enclosing.append(element)


def _name(marks: etree._Element, named: set[str]) -> None:
    """The first that has a name is a stop; where others lead there too, they are none."""
    names = [name for one in marks if (name := take(one, "aria-label"))]
    href = marks.get("href", "")
    if names and href not in named:
        marks.set("aria-label", names[0])
        named.add(href)
    else:
        say(marks, _NO_STOP)
