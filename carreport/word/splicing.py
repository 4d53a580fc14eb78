"""New text inside a content control, as edits of the bytes of its part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from carreport.word.controls import Control, Mark, Piece

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


def written(blob: bytes, control: Control | Mark, text: str, tracker: Tracker | None) -> list[Edit]:
    """
    The edits that give a control, or a mark, another text.

    Args:
        blob: The part it stands in.
        control: With the elements of its text.
        text: The new one.
        tracker: For a tracked change; a control that has some already is changed without.
    """
    if tracker is not None and not control.tracked:
        return _tracked(blob, control, text, tracker)
    first, *rest = control.pieces
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


def _tracked(blob: bytes, control: Control | Mark, text: str, tracker: Tracker) -> list[Edit]:
    """Each run deleted, and a new one like the first inserted behind the last."""
    w = control.prefix
    runs: dict[tuple[int, int], list[Piece]] = {}
    for one in control.pieces:
        runs.setdefault(one.run, []).append(one)
    edits = []
    for at, (run, pieces) in enumerate(runs.items()):
        gone = [_deleted(one, w) for one in pieces]
        start, end = run
        inside = [Edit(one.start - start, one.end - start, one.content) for one in gone]
        content = spliced(blob[start:end], inside).decode()
        whole = content
        if any(one.text for one in pieces):
            whole = f"<{w}del{tracker.stamp(w)}>{content}</{w}del>"
        if at == len(runs) - 1 and text:
            look = blob[slice(*control.pieces[0].properties)].decode()
            said = _escaped(text).decode()
            stamp = tracker.stamp(w)
            whole += f"<{w}ins{stamp}><{w}r>{look}<{w}t>{said}</{w}t></{w}r></{w}ins>"
        edits.append(Edit(start, end, whole.encode()))
    return edits


def _deleted(piece: Piece, w: str) -> Edit:
    """A text element as deleted text."""
    said = _escaped(piece.text).decode()
    content = f'<{w}delText xml:space="preserve">{said}</{w}delText>'
    return Edit(piece.start, piece.end, content.encode() if said else b"")


def _escaped(text: str) -> bytes:
    return escape(text).encode()
