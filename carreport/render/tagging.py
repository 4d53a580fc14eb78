"""
The structure of a finished PDF put right where WeasyPrint leaves it unfinished.

Heads and feet of pages become artifacts, a list's entries stand directly in the list, a head cell
says what it heads, a figure's box is measured in the page's own units.

Source:
    ISO 14289-1:2014 (PDF/UA-1), 7.5, 7.6 and 7.8; ISO 32000-1:2008, tables 333, 336, 344 and 349.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import pydyf

if TYPE_CHECKING:
    from collections.abc import Iterator

_POINTS_PER_PIXEL: Final = 72 / 96


def tidy(pdf: pydyf.PDF) -> None:
    """
    Put the structure right.

    Args:
        pdf: As WeasyPrint made it, before it is written.
    """
    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    reached: set[bytes] = set()
    for reference in root["K"]:
        _visit(pdf, reference, reached, in_head=False)
    _set_aside(pdf, _object(pdf, root["ParentTree"])["Nums"], reached)


def _object(pdf: pydyf.PDF, reference: bytes) -> Any:
    return pdf.objects[int(reference.split(b" ", 1)[0])]


def _visit(pdf: pydyf.PDF, reference: bytes, reached: set[bytes], *, in_head: bool) -> None:
    """Put an element right, and all that stands in it."""
    element = _object(pdf, reference)
    reached.add(reference)
    match element.get("S"):
        case "/L":
            element["K"] = pydyf.Array(_entries(pdf, element))
        case "/TH":
            element["A"]["Scope"] = "/Column" if in_head else "/Row"
        case "/THead":
            in_head = True
        case "/Figure":
            _measure(pdf, element)
    for kid in element.get("K", ()):
        if isinstance(kid, bytes) and "S" in _object(pdf, kid):
            _visit(pdf, kid, reached, in_head=in_head)


def _entries(pdf: pydyf.PDF, list_: pydyf.Dictionary) -> Iterator[bytes]:
    """A list's entries; what groups a term with its meaning is one, a list split is joined."""
    for reference in list_["K"]:
        entry = _object(pdf, reference)
        if entry["S"] == "/Div":
            entry["S"] = "/LI"
            entry["K"] = pydyf.Array(_parts(pdf, entry))
        if entry["S"] == "/L":
            for inner in _entries(pdf, entry):
                _object(pdf, inner)["P"] = list_.reference
                yield inner
        else:
            yield reference


def _parts(pdf: pydyf.PDF, group: pydyf.Dictionary) -> Iterator[bytes]:
    """The term as the label, the rest as the body."""
    found = [part for one in group["K"] for part in _object(pdf, one)["K"]]
    for at, reference in enumerate(found):
        part = _object(pdf, reference)
        part["P"] = group.reference
        part["S"] = "/LBody" if at or len(found) == 1 else "/Lbl"
        yield reference


def _measure(pdf: pydyf.PDF, figure: pydyf.Dictionary) -> None:
    """The box of a figure: WeasyPrint gives pixels from the upper left corner."""
    top = _object(pdf, figure["Pg"])["MediaBox"][3]
    left, upper, right, lower = (one * _POINTS_PER_PIXEL for one in figure["A"]["BBox"])
    figure["A"]["BBox"] = pydyf.Array([left, top - lower, right, top - upper])


def _set_aside(pdf: pydyf.PDF, parents: list[Any], reached: set[bytes]) -> None:
    """What is marked as content but stands nowhere in the structure repeats on every page."""
    pages = [_object(pdf, reference) for reference in pdf.page_references]
    for page in pages:
        kept = parents[2 * page["StructParents"] + 1]
        aside = {at for at, reference in enumerate(kept) if reference not in reached}
        stream = _object(pdf, page["Contents"]).stream
        for at, (tag, properties) in enumerate(pairwise(stream)):
            if isinstance(properties, dict) and properties.get("MCID") in aside:
                del tag
                stream[at : at + 2] = ["/Artifact", pydyf.Dictionary({"Type": "/Pagination"})]
        for at in aside:
            kept[at] = "null"
