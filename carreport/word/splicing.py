"""New text inside a content control, as edits of the bytes of its part."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from carreport.word.controls import Control

if TYPE_CHECKING:
    from collections.abc import Iterable

    from carreport.word.controls import Mark, Piece

AUTHOR: Final = "carreport"


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Bytes that stand in the place of others."""

    start: int
    end: int
    content: bytes


@dataclass(slots=True)
class Tracker:
    """
    Tracked changes, numbered.

    Attributes:
        date: When they were made, as Word writes it.
        last: The largest number that is taken.
    """

    date: str
    last: int = 0

    def stamp(self, prefix: str) -> str:
        """What a tracked change says of itself."""
        self.last += 1
        told = {"id": str(self.last), "author": AUTHOR, "date": self.date}
        return "".join(f' {prefix}{name}="{value}"' for name, value in told.items())


def spliced(blob: bytes, edits: Iterable[Edit]) -> bytes:
    """
    Bytes with some of them changed.

    Args:
        blob: What they are.
        edits: None overlaps another.
    """
    parts: list[bytes] = []
    at = 0
    for one in sorted(edits):
        parts += (blob[at : one.start], one.content)
        at = one.end
    return b"".join((*parts, blob[at:]))


def written(blob: bytes, place: Control | Mark, text: str, tracker: Tracker | None) -> list[Edit]:
    """
    The edits that give a control, or a mark, another text.

    Args:
        blob: The part it stands in.
        place: With the elements of its text.
        text: The new one.
        tracker: For a tracked change; a control that has some already is changed without.
    """
    if tracker is not None and not place.tracked:
        return _tracked(blob, place, text, tracker)
    first, *rest = place.pieces
    return [_said(blob, first, text), *(_said(blob, one, "") for one in rest)]


def _said(blob: bytes, piece: Piece, text: str) -> Edit:
    """One text element with another text; its tags stay as they are."""
    whole = blob[piece.start : piece.end]
    if whole.endswith(b"/>"):
        name = whole[1:-2].split()[0]
        content = b"<%b>%b</%b>" % (whole[1:-2].rstrip(), _escaped(text), name)
        return Edit(piece.start, piece.end, content)
    inner = piece.start + whole.index(b">") + 1
    return Edit(inner, piece.start + whole.rindex(b"</"), _escaped(text))


def _tracked(blob: bytes, place: Control | Mark, text: str, tracker: Tracker) -> list[Edit]:
    """
    What stands there deleted, and a run like the first inserted.

    What is deleted stands before a control, not in it: LibreOffice 7.4 forgets that changes in a
    control are tracked, and would show both numbers as one.
    """
    w = place.prefix
    runs: dict[tuple[int, int], list[Piece]] = {}
    for one in place.pieces:
        runs.setdefault(one.run, []).append(one)
    gone = ""
    for (start, end), pieces in runs.items():
        if any(one.text for one in pieces):
            edits = [_deleted(one, w) for one in pieces]
            inside = [Edit(one.start - start, one.end - start, one.content) for one in edits]
            content = spliced(blob[start:end], inside).decode()
            gone += f"<{w}del{tracker.stamp(w)}>{content}</{w}del>"
    new = ""
    if text:
        look = blob[slice(*place.pieces[0].properties)].decode()
        said = f"<{w}r>{look}<{w}t>{_escaped(text).decode()}</{w}t></{w}r>"
        new = f"<{w}ins{tracker.stamp(w)}>{said}</{w}ins>"
    first, *rest = [Edit(start, end, b"") for start, end in runs]
    if isinstance(place, Control) and place.inline:
        before = Edit(place.start, place.start, gone.encode())
        return [before, replace(first, content=new.encode()), *rest]
    return [replace(first, content=(gone + new).encode()), *rest]


def _deleted(piece: Piece, w: str) -> Edit:
    """A text element as deleted text."""
    said = _escaped(piece.text).decode()
    content = f'<{w}delText xml:space="preserve">{said}</{w}delText>'
    return Edit(piece.start, piece.end, content.encode() if said else b"")


def _escaped(text: str) -> bytes:
    return escape(text).encode()
