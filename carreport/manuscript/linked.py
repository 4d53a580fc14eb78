"""The linked numbers of a document of ours against what it was written with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from carreport.word.linking import There, linked, same

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carreport.manuscript.answer import Finding
    from carreport.manuscript.model import Manuscript
    from carreport.word.record import Written

Link = Literal["", "as written", "changed", "copied", "unlinked"]
"""
What became of a number's link. "changed": its text is another; "copied": there are more of it than
were written; "unlinked": a number without an id in a document whose numbers have one; empty where
the document has no record, or not of this number.
"""


@dataclass(frozen=True, slots=True)
class Linkage:
    """
    What became of the links of a document.

    Attributes:
        states: By block and start of each mark: what became of it, and what was written.
        deleted: What was written and is there no longer, in order.
        written: How many numbers were written.
        cutoff: The data cutoff it was written for.
    """

    states: Mapping[tuple[int, int], tuple[Link, str]]
    deleted: tuple[Written, ...] = ()
    written: int = 0
    cutoff: str = ""


def linkage(manuscript: Manuscript) -> Linkage:
    """
    Hold the linked numbers of a document against its record.

    Args:
        manuscript: As it was read; without a record nothing is told of any link.
    """
    known = {one.id for one in manuscript.written}
    places: list[tuple[int, int]] = []
    there: list[There] = []
    for at, block in enumerate(manuscript.blocks):
        for mark in block.marks:
            if mark.owner == "number" and mark.id in known:
                places.append((at, mark.start))
                there.append(There(mark.id, block.text[mark.start : mark.end]))
    links = linked(manuscript.written, there, lambda one: one.id)
    states: dict[tuple[int, int], tuple[Link, str]] = {}
    for place, control, link in zip(places, there, links.found, strict=True):
        if link.entry is not None:
            was = link.entry.printed
            kept: Link = "as written" if same(control.text, was) else "changed"
            states[place] = ("copied" if link.copied and kept == "as written" else kept, was)
    cutoff = manuscript.record.get("cutoff", "")
    return Linkage(states, links.deleted, len(manuscript.written), cutoff)


def is_unlinked(one: Finding) -> bool:
    """Whether a number might be a result and has no id."""
    return one.by != "id" and one.word != "not a statistic"


def since_written(one: Finding, link: Link, was: str, cutoff: str) -> Finding:
    """
    What became of a linked number, with what became of its link.

    Args:
        one: Told by its id alone.
        link: What became of its link.
        was: What was written there.
        cutoff: The data cutoff the document was written for.
    """
    if link == "changed":
        return replace(one, link=link, reason=f"{one.reason}; it was changed: {was} was written")
    if one.word in {"altered", "unmatched"}:
        reason = f"{one.reason}; the document was written with it for {cutoff}"
        return replace(one, link=link, word="stale", reason=reason)
    return replace(one, link=link)
