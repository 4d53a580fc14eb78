"""What came of a document that was given other numbers, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carreport.word.record import Record

Kind = Literal["changed", "gone", "deleted", "foreign", "read", "mark", "new", "figure"]
KINDS: Final[Mapping[Kind, str]] = {
    "changed": "changed by hand, and left as it is (--overwrite replaces it)",
    "gone": "linked to a result that this build does not have, and left as it is",
    "foreign": "linked, but not in the record of this document, and left as it is",
    "deleted": "deleted since the document was written",
    "read": "read again: what a sentence says may not hold any longer",
    "mark": "the mark of its origin beside it may be another",
    "new": "printed by this build’s document, and not in this one",
    "figure": "not renewed",
}
"""What is left to the reader, in the order it is told."""


@dataclass(frozen=True, slots=True)
class Left:
    """
    One thing that is left to the reader.

    Attributes:
        kind: What it is.
        place: Where it stands, in words.
        words: What is to be known of it.
        id: The result it is about, or nothing.
        around: What stands there now, with some of the words beside it; or nothing.
    """

    kind: Kind
    place: str
    words: str
    id: str = ""
    around: str = ""

    def record(self) -> dict[str, str | None]:
        """For programs."""
        told = {"place": self.place, "words": self.words, "id": self.id, "around": self.around}
        return {"kind": self.kind, **{name: text or None for name, text in told.items()}}


@dataclass(frozen=True, slots=True)
class Refreshed:
    """
    A document with the numbers of another build.

    Attributes:
        content: The file.
        old: What it was written with.
        new: What it is written with now.
        refreshed: How many linked numbers read otherwise now.
        unchanged: How many read the same.
        marks: How many marks of origins are others now.
        figures: Names of the figures that were replaced.
        left: What is left to the reader.
        notices: What should be known of how it was done.
    """

    content: bytes
    old: Record
    new: Record
    refreshed: int
    unchanged: int
    marks: int
    figures: tuple[str, ...]
    left: tuple[Left, ...]
    notices: tuple[str, ...]

    def record(self) -> dict[str, Any]:
        """For programs."""
        return {
            "study": self.new.study,
            "document": self.new.document,
            "from": self.old.cutoff,
            "to": self.new.cutoff,
            "refreshed": self.refreshed,
            "unchanged": self.unchanged,
            "marks": self.marks,
            "figures": list(self.figures),
            "left": [one.record() for one in self.left],
            "notices": list(self.notices),
        }
