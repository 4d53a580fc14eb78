"""Text under construction: gaps become spaces, raised digits stay raised, ids stay where they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from carreport.manuscript.model import Mark

if TYPE_CHECKING:
    from carreport.manuscript.model import Owner

_GAP: Final = re.compile("[ \t\n\r\f\v\x1c-\x1f\x85\u2028\u2029]+")
"""Gaps that a program may break or stretch; spaces within numbers (thin, no-break) stay."""
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f\N{SOFT HYPHEN}\N{ZERO WIDTH SPACE}\u200c-\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u2069\N{ZERO WIDTH NO-BREAK SPACE}]"
)
_RAISED: Final = str.maketrans(
    "0123456789+-−=()abcdefghijklmnoprstuvwxyz",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ",
)
_LOWERED: Final = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_ORDINAL: Final = re.compile("st|nd|rd|th", re.IGNORECASE)
_POWER: Final = re.compile(r"(?:^|[\s(×x*·⋅/])10$")
_EXPONENT: Final = re.compile(r"[-+−–]?[0-9]{1,2}")
_COUNTED: Final = re.compile(r"[0-9%]$")
_TAIL: Final = 40
"""As much of a text as is looked at to know what a raised digit stands on."""
HAIR: Final = "\N{HAIR SPACE}"
"""Between a number and a raised mark that is no power: 61.2% ⁷ is 61.2% and a citation."""
_LIGATURES: Final = {
    0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st",
    0xFB06: "st",
}  # fmt: skip


class Claimed(NamedTuple):
    """What an element of a document says of the text in it."""

    id: str
    owner: Owner
    serial: int = 0
    """Which element, so that two neighbours with one id stay two numbers."""


class Words:
    """A text that grows from left to right."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._tail = ""
        self._marks: list[tuple[int, int, Claimed]] = []

    def __bool__(self) -> bool:
        """Whether anything can be seen of it."""
        return bool(self._length)

    def add(self, text: str, claimed: Claimed | None = None) -> None:
        """
        Go on with a text.

        Args:
            text: With gaps of any kind.
            claimed: Who says what it is, if anybody.
        """
        text = _GAP.sub(" ", _UNSEEN.sub("", text)).translate(_LIGATURES)
        if not self._length or self._tail.endswith(" "):
            text = text.removeprefix(" ")
        if not text:
            return
        start = self._length + (text[0] == " ")
        self._parts.append(text)
        self._length += len(text)
        self._tail = (self._tail + text)[-_TAIL:]
        end = self._length - (text[-1] == " ")
        if claimed and start < end:
            self._claim(start, end, claimed)

    def _claim(self, start: int, end: int, claimed: Claimed) -> None:
        if self._marks and self._marks[-1][2] == claimed:
            start = self._marks.pop()[0]
        self._marks.append((start, end, claimed))

    def write(self, text: str, moved: int, claimed: Claimed | None = None) -> None:
        """Go on with a text on the line (0), above it (1) or below it (-1)."""
        match moved:
            case 1:
                self.raise_(text, claimed)
            case -1:
                self.lower(text, claimed)
            case _:
                self.add(text, claimed)

    def raise_(self, text: str, claimed: Claimed | None = None) -> None:
        """
        Go on with raised text: powers and units as characters, others set apart from a number.

        Args:
            text: As it is printed, raised.
            claimed: Who says what it is, if anybody.
        """
        raised = text.strip()
        if not raised or _ORDINAL.fullmatch(raised):
            self.add(text, claimed)
            return
        power = _POWER.search(self._tail) and _EXPONENT.fullmatch(raised)
        if not power and _COUNTED.search(self._tail) and raised[0].isalnum():
            self.add(HAIR)
        self.add(text.replace("–", "⁻").translate(_RAISED) if power else raised_text(text), claimed)

    def lower(self, text: str, claimed: Claimed | None = None) -> None:
        """
        Go on with lowered text.

        Args:
            text: As it is printed, lowered.
            claimed: Who says what it is, if anybody.
        """
        self.add(text.translate(_LOWERED), claimed)

    def text(self) -> str:
        """What a reader sees."""
        return "".join(self._parts).rstrip(" ")

    def marks(self) -> tuple[Mark, ...]:
        """The stretches that carry ids."""
        return tuple(Mark(start, end, one.id, one.owner) for start, end, one in self._marks)


def raised_text(text: str) -> str:
    """
    Raised text as characters.

    >>> raised_text("3–5"), raised_text("a,b")
    ('³–⁵', 'ᵃ,ᵇ')
    """
    return text.translate(_RAISED)


def plain(text: str) -> str:
    r"""
    A text with its gaps as single spaces.

    >>> plain("  a\n b\N{SOFT HYPHEN}c ")
    'a bc'
    """
    words = Words()
    words.add(text)
    return words.text()
