"""Runs of words that know which result they show, and the room they take."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from carreport.figures.placing import Box
from carreport.figures.style import SMALL, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carreport.results import Result, Results

# What a mark of the SVG says it is when it is not a result's id; no id begins like this.
AXIS: Final = "axis:"
LABEL: Final = "label:"
MARK: Final = "mark:"
ELLIPSIS: Final = "\N{HORIZONTAL ELLIPSIS}"

# Heights of the face, as shares of its size.
CAP_HEIGHT: Final = 0.66
DESCENT: Final = 0.2
_NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Piece:
    """
    A run of words of one kind.

    Attributes:
        text: As printed.
        mark: Id of the result it shows; AXIS for a scale value, LABEL for words of study.toml.
        face: Regular, semibold or italic.
        whole: The words of study.toml it is a line of, where they take several.
    """

    text: str
    mark: str = ""
    face: str = "regular"
    whole: str = ""

    @property
    def shows(self) -> bool:
        """Whether it prints a result."""
        return self.mark not in ("", AXIS, LABEL)


def words(text: str, face: str = "regular") -> Piece:
    """Words of ours; they hold no digit."""
    return Piece(text, "", face)


def quoted(text: str, face: str = "regular") -> Piece:
    """Words study.toml gives; they may hold digits (IL-6)."""
    return Piece(clean(text), LABEL, face)


def number(result: Result, face: str = "regular") -> Piece:
    """A result as it is printed."""
    return Piece(clean(result.display), result.id, face)


def p_value(result: Result) -> tuple[Piece, ...]:
    """The p of the house, the sign where the number does not bring its own, and the number."""
    house = result.unit.house
    sign = "" if result.display[:1] in {"<", ">"} else "="
    apart = f" {sign} " if sign else " "
    face = "italic" if house.p_italic else "regular"
    return (words(house.p_name, face), words(apart if house.p_spaced else sign), number(result))


def estimated(results: Results, id_: str) -> Result | None:
    """A result that exists and could be estimated; what could not is left out of a figure."""
    return results[id_] if id_ in results and results[id_].value is not None else None


def clean(text: str) -> str:
    """One line of characters XML can hold; a letter and what is set upon it are one sign."""
    whole = unicodedata.normalize("NFC", text)
    return " ".join(_NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", whole).split())


def wrapped(text: str, room: float, face: str, size: float) -> tuple[str, ...]:
    """Lines no wider than *room* points: divided at spaces and hyphens, else within words."""
    lines: list[str] = []
    parts = re.findall(r"[^\s-]*-|[^\s-]+\s*|\s+", clean(text))
    for part in (short for one in parts for short in _no_wider(one, room, face, size)):
        longer = (lines[-1] if lines else "") + part
        if lines and width(longer.rstrip(), face, size) <= room:
            lines[-1] = longer
        else:
            lines.append(part)
    return tuple(line.strip() for line in lines) or ("",)


def shortened(piece: Piece, room: float, size: float) -> Piece:
    """The same words, cut off with an ellipsis where they are wider than *room* points."""
    if width(piece.text, piece.face, size) <= room:
        return piece
    text = piece.text
    while text and width(text + ELLIPSIS, piece.face, size) > room:
        text = text[:-1]
    return replace(piece, text=text.rstrip() + ELLIPSIS)


def _no_wider(part: str, room: float, face: str, size: float) -> list[str]:
    """A word in pieces that fit; a letter with the marks set on it stays whole."""
    if width(part.rstrip(), face, size) <= room:
        return [part]
    pieces = [""]
    for letter in re.findall(r".[\u0300-\u036f\s]*", part):
        if pieces[-1] and width((pieces[-1] + letter).rstrip(), face, size) > room:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def quoted_lines(text: str, room: float, size: float, face: str = "regular") -> tuple[Piece, ...]:
    """
    Words study.toml gives, in lines no wider than *room* points where they allow it.

    In the SVG the lines are one label again: each but the last ends as the words go on there.
    """
    whole = clean(text)
    lines = wrapped(text, room, face, size)
    pieces, rest = [], whole
    for line in lines:
        rest = rest.removeprefix(line)
        after = rest.removesuffix(rest.lstrip())
        rest = rest.lstrip()
        pieces.append(Piece(line + after, LABEL, face, whole if len(lines) > 1 else ""))
    return tuple(pieces)


def room(
    x: float, y: float, pieces: Sequence[Piece], *, size: float = SMALL, anchor: float = 0.0
) -> Box:
    """The rectangle a line would take."""
    across = sum(width(piece.text, piece.face, size) for piece in pieces)
    left = x - anchor * across
    return Box(left, y - DESCENT * size, left + across, y + CAP_HEIGHT * size)
