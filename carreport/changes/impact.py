"""Where changed numbers are printed: sentences, rows of tables, figures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Literal

from lxml import html

from carreport.changes.model import FigureChange, Place, Said

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from carreport.changes.model import NumberChange
    from carreport.changes.side import Side

SideName = Literal["old", "new"]

_ROW: Final = "tr"
_BLOCKS: Final = frozenset({"p", "li", "dd", "dt", "caption", "figcaption", "h1", "h2", "h3", "h4",
                            "div", "section", "figure"})  # fmt: skip
_SILENT: Final = frozenset({"script", "style"})
_END: Final = re.compile(r"(?<=[.!?])\s+(?=[^a-z\s])")
"""A sentence ends before what does not begin small; a decimal point has no space behind it."""
_BETWEEN: Final = " | "
_JOINER: Final = "\N{WORD JOINER}"
"""Stands around a dash so that a line does not end there; nobody reads it."""


def places(side: Side, name: SideName, ids: Collection[str]) -> dict[str, list[Place]]:
    """
    Every place of one side's pages that prints one of the numbers, with the sentence around it.

    Args:
        side: Its uses and pages.
        name: Which side that is.
        ids: Of the numbers.

    Returns:
        By id, in the order of the pages.
    """
    uses = {id_: side.uses[id_] for id_ in ids if id_ in side.uses}
    anchors: dict[str, set[str]] = {}
    for use in (one for many in uses.values() for one in many):
        anchors.setdefault(use["document"], set()).add(use.get("anchor", ""))
    sentences = {
        document: _sentences(side.pages[document], wanted)
        for document, wanted in anchors.items()
        if document in side.pages
    }
    figures = {one.id for one in side.figures}
    return {
        id_: [_place(use, name, sentences.get(use["document"], {}), figures) for use in many]
        for id_, many in uses.items()
    }


def _place(
    use: Mapping[str, Any], name: SideName, sentences: Mapping[str, str], figures: Collection[str]
) -> Place:
    anchor = use.get("anchor", "")
    drawn = use["place"] in figures
    return Place(
        name,
        use["document"],
        use["place"],
        anchor,
        use["printed"],
        "" if drawn else sentences.get(anchor, ""),
        drawn or bool(use.get("block")),
    )


def _sentences(page: str, anchors: Collection[str]) -> dict[str, str]:
    """For each anchor on a page the sentence it stands in, or the row of its table."""
    tree = html.document_fromstring(page)
    found: dict[str, str] = {}
    blocks: dict[Any, list[str]] = {}
    for element in tree.iter("a"):
        anchor = element.get("id")
        if anchor and anchor in anchors and (block := _block(element)) is not None:
            blocks.setdefault(block, []).append(anchor)
    for block, inside in blocks.items():
        found |= _row(block, inside) if block.tag == _ROW else _text(block, inside)
    return found


def _block(element: Any) -> Any:
    """The row of a table an element stands in, otherwise the paragraph."""
    around = [one for one in element.iterancestors() if one.tag == _ROW or one.tag in _BLOCKS]
    rows = [one for one in around if one.tag == _ROW]
    return rows[0] if rows else next(iter(around), None)


def _row(row: Any, anchors: Iterable[str]) -> dict[str, str]:
    cells = (_plain("".join(_pieces(cell))) for cell in row)
    return dict.fromkeys(anchors, _BETWEEN.join(cell for cell in cells if cell))


def _text(block: Any, anchors: Collection[str]) -> dict[str, str]:
    """For each anchor its sentence out of a paragraph."""
    text, starts = "", {}
    for piece, anchor in _marked(block):
        if anchor in anchors:
            starts[anchor] = len(text)
        text += piece
    bounds = [0, *(found.end() for found in _END.finditer(text)), len(text)]
    return {
        anchor: _plain(text[max(one for one in bounds if one <= at) :
                            min((one for one in bounds if one > at), default=len(text))])
        for anchor, at in starts.items()
    }  # fmt: skip


def _pieces(element: Any) -> Iterator[str]:
    return (piece for piece, _ in _marked(element))


def _marked(element: Any) -> Iterator[tuple[str, str]]:
    """The text below an element in pieces, each link's first with the id of the link."""
    if not isinstance(element.tag, str) or element.tag in _SILENT:
        return
    yield element.text or "", (element.get("id") or "") if element.tag == "a" else ""
    for child in element:
        yield from _marked(child)
        yield child.tail or "", ""


def _plain(text: str) -> str:
    return " ".join(text.replace(_JOINER, "").split())


def said(numbers: Iterable[NumberChange]) -> tuple[Said, ...]:
    """
    Sentences and rows of tables that print changed numbers, each once.

    Args:
        numbers: With their places.
    """
    found: dict[tuple[SideName, str, str, str], tuple[str, dict[str, None]]] = {}
    for change in numbers:
        there = {one.side for one in change.places}
        for one in change.places:
            if one.sentence and (one.side == "new" or "new" not in there):
                key = (one.side, one.document, one.place, one.sentence)
                found.setdefault(key, (one.anchor, {}))[1][change.id] = None
    return tuple(
        Said(side, document, place, anchor, sentence, tuple(ids))
        for (side, document, place, sentence), (anchor, ids) in found.items()
    )


def figures(
    old: Side, new: Side, numbers: Collection[str], listings: Collection[str]
) -> tuple[FigureChange, ...]:
    """
    Figures that print or draw something that changed.

    Args:
        old: Its figures count where the new side's are not known.
        new: The side it is about.
        numbers: Ids of changed numbers.
        listings: Ids of changed listings.
    """
    return tuple(
        FigureChange(one.id, one.title, ids, drawn)
        for one in new.figures or old.figures
        if (ids := tuple(dict.fromkeys(id_ for id_ in one.ids if id_ in numbers)))
        + (drawn := tuple(dict.fromkeys(id_ for id_ in one.listings if id_ in listings)))
    )
