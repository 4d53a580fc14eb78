"""
A part of a Word document read as bytes, not as a tree.

So whoever writes a number anew can leave every other byte as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from carreport.render.printing import MARKS
from carreport.word.controls import Control, Drawing, Mark, Piece, Scanned
from carreport.word.record import TAG

if TYPE_CHECKING:
    from collections.abc import Mapping

_W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MC: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_GONE: Final = frozenset({"del", "moveFrom"})
_ADDED: Final = frozenset({"ins", "moveTo"})
_GAPS: Final = frozenset({"tab", "br", "cr", "ptab"})
_PROMPT: Final = "showingPlcHdr"
"""So Word says that a control is empty, and that what stands in it asks for a text."""
_TELLING: Final = frozenset({"tag", "alias", "id", _PROMPT})
_NOTES: Final = frozenset({"footnote", "endnote"})
_HEADINGS: Final = re.compile(r"(?:Heading|Title|Subtitle)[0-9]*", re.IGNORECASE)
_LONGEST: Final = 60
MARK: Final = "OriginMark"
"""The style of the characters of a mark."""


@dataclass(slots=True)
class _Open:
    """An element that is open: its name, where it began, and what is known of it by now."""

    name: str
    start: int
    control: _Found | None = None
    properties: tuple[int, int] | None = None
    texts: list[tuple[int, int, str]] = field(default_factory=list)
    text: list[str] | None = None
    style: str = ""


@dataclass(slots=True)
class _Found:
    """A control of which all is not yet known."""

    told: dict[str, str] = field(default_factory=dict)
    pieces: list[Piece] = field(default_factory=list)
    place: str = ""
    paragraph: int = -1
    at: int = 0
    in_table: bool = False
    deleted: bool = False
    tracked: bool = False
    again: bool = False
    start: int = 0
    inline: bool = True


def scanned(part: str, blob: bytes) -> Scanned:
    """
    The controls of ours in a part.

    Args:
        part: Its name.
        blob: Its bytes: XML in UTF-8.

    Raises:
        ValueError: It is no XML in UTF-8, or declares a document type.
    """
    return _Scanner(part, blob).scanned()


class _Scanner:
    """Reads a part from its first byte to its last."""

    def __init__(self, part: str, blob: bytes) -> None:
        self._part, self._blob = part, blob
        self._open: list[_Open] = []
        self._controls: list[Control] = []
        self._paragraphs: list[list[str]] = []
        self._within: list[int] = []
        self._drawings: list[Drawing] = []
        self._marks: list[Mark] = []
        self._numbers: set[int] = set()
        self._heading, self._since, self._is_heading = "", 0, False
        self._tables: list[list[int]] = []
        """Of each table that is open: its number, row and column."""
        self._told = 0
        self._prefix = "w:"
        self._drawing = ""

    def scanned(self) -> Scanned:
        """All of it."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.namespace_prefixes = True
        parser.ordered_attributes = False
        parser.buffer_text = True
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._say
        parser.StartDoctypeDeclHandler = _refuse
        self._parser = parser
        head = self._blob[:200].split(b"?>")[0].lower()
        if b"\0" in head or (b"encoding" in head and b"utf-8" not in head):
            message = "it is not in UTF-8"
            raise ValueError(message)
        try:
            parser.Parse(self._blob, True)  # noqa: FBT003 - its own name is not allowed
        except expat.ExpatError as error:
            raise ValueError(str(error)) from error
        return Scanned(
            tuple(self._controls),
            tuple("".join(one) for one in self._paragraphs),
            tuple(self._drawings),
            tuple(self._marks),
            frozenset(self._numbers),
        )

    # What is met

    def _begin(self, said: str, attributes: Mapping[str, str]) -> None:
        name, own = _named(said)
        if own:
            self._prefix = own
        here = _Open(name, self._parser.CurrentByteIndex)
        self._open.append(here)
        of = {key.split(" ")[1]: value for key, value in attributes.items() if " " in key}
        if name in ("p", "tbl", "tr", "tc", "sdt", "t") and own:
            getattr(self, f"_begin_{name}")(here)
        elif name in _GAPS and own and not self._is_gone() and "rPr" not in self._names():
            self._add(" ")
        elif name in _TELLING and self._names()[-2:-1] == ("sdtPr",):
            self._about(name, of.get("val", "1" if name == _PROMPT else ""))
        elif name == "docPr":
            self._drawing = attributes.get("name", "")
        elif own and "val" in of:
            self._styled(name, of["val"])
        if own and name in _GONE | _ADDED and "id" in of and of["id"].isdigit():
            self._numbers.add(int(of["id"]))
            for one in self._found():
                one.tracked = True
        elif of.get("id", "").isdigit() and name.startswith(("bookmark", "comment", "move")):
            self._numbers.add(int(of["id"]))

    def _styled(self, name: str, style: str) -> None:
        """What a paragraph or a run looks like."""
        if name == "pStyle" and self._within and _HEADINGS.fullmatch(style):
            self._is_heading = True
        elif name == "rStyle" and self._names()[-3:-1] == ("r", "rPr"):
            self._open[-3].style = style

    def _end(self, said: str) -> None:
        name, own = _named(said)
        here = self._open.pop()
        end = self._behind(here)
        if name == "t" and own and here.text is not None:
            self._text(here, end, "".join(here.text))
        elif name == "rPr" and self._open and self._open[-1].name == "r":
            self._open[-1].properties = (here.start, end)
        elif name == "r" and own:
            self._run(here, end)
        elif name == "p" and own:
            self._paragraph()
        elif name == "tbl" and own:
            self._tables.pop()
        elif name == "drawing" and own:
            self._drawings.append(Drawing(self._drawing, here.start, end, self._place()))
            self._drawing = ""
        elif here.control is not None:
            self._control(here.control)

    def _say(self, text: str) -> None:
        if self._open and self._open[-1].name == "t" and self._open[-1].text is not None:
            self._open[-1].text.append(text)

    # What begins

    def _begin_p(self, _here: _Open) -> None:
        self._within.append(len(self._paragraphs))
        self._paragraphs.append([])
        if not self._tables:
            self._since += 1

    def _begin_tbl(self, _here: _Open) -> None:
        self._told += 1
        self._tables.append([self._told, 0, 0])

    def _begin_tr(self, _here: _Open) -> None:
        if self._tables:
            self._tables[-1][1:] = [self._tables[-1][1] + 1, 0]

    def _begin_tc(self, _here: _Open) -> None:
        if self._tables:
            self._tables[-1][2] += 1

    def _begin_t(self, here: _Open) -> None:
        here.text = []

    def _begin_sdt(self, here: _Open) -> None:
        here.control = _Found(
            in_table=bool(self._tables),
            deleted=self._is_gone(),
            tracked=any(one.name in _ADDED for one in self._open),
            again="Fallback" in self._names(),
            start=here.start,
            inline=bool(self._within),
        )

    # What ends

    def _text(self, here: _Open, end: int, text: str) -> None:
        """A text is known: the paragraph says it, unless it is deleted."""
        run = next((one for one in reversed(self._open) if one.name == "r"), None)
        if run is None or self._is_gone():
            return
        for one in self._found():
            if one.paragraph < 0:
                one.paragraph, one.place = self._here(), self._place()
                one.at = sum(map(len, self._paragraphs[one.paragraph]))
        run.texts.append((here.start, end, text))
        self._add(text)

    def _run(self, here: _Open, end: int) -> None:
        """A run is known, and so are the texts in it."""
        found = self._found()
        properties = here.properties or (here.start, here.start)
        pieces = [Piece(*one, (here.start, end), properties) for one in here.texts]
        if found:
            found[-1].pieces.extend(pieces)
        elif pieces and (here.style == MARK or pieces[0].text in MARKS.values()):
            at = self._here()
            before = sum(map(len, self._paragraphs[at])) - sum(len(one.text) for one in pieces)
            tracked = any(one.name in _ADDED for one in self._open)
            self._marks.append(Mark(tuple(pieces), at, before, self._prefix, tracked))

    def _paragraph(self) -> None:
        at = self._within.pop()
        text = "".join(self._paragraphs[at]).strip()
        if self._is_heading:
            self._heading = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}…"
            self._since, self._is_heading = 0, False
        elif not self._tables and not text:
            self._since -= 1

    def _control(self, found: _Found) -> None:
        """A control is known; it is ours if its tag or title says so."""
        named = (found.told.get(name, "") for name in ("tag", "alias"))
        said = next((one for one in named if one.startswith(TAG)), "")
        if not said:
            return
        if found.told.get(_PROMPT, "0") not in ("0", "false"):
            found.pieces.clear()
        if found.paragraph < 0:
            found.paragraph, found.place = self._here(), self._place()
            found.at = sum(map(len, self._paragraphs[found.paragraph])) if self._within else 0
        self._controls.append(
            Control(
                self._part,
                said.removeprefix(TAG),
                found.told.get("id", ""),
                tuple(found.pieces),
                found.place,
                found.paragraph,
                found.at,
                found.in_table,
                self._prefix,
                found.deleted,
                found.tracked,
                found.again,
                found.start,
                found.inline,
            )
        )

    # Where this is

    def _names(self) -> tuple[str, ...]:
        return tuple(one.name for one in self._open)

    def _is_gone(self) -> bool:
        return any(one.name in _GONE for one in self._open)

    def _found(self) -> list[_Found]:
        return [one.control for one in self._open if one.control is not None]

    def _about(self, name: str, value: str) -> None:
        self._found()[-1].told.setdefault(name, value)

    def _here(self) -> int:
        return self._within[-1] if self._within else 0

    def _add(self, text: str) -> None:
        if self._within:
            self._paragraphs[self._within[-1]].append(text)

    def _place(self) -> str:
        note = next((one.name for one in self._open if one.name in _NOTES), "")
        if self._tables:
            number, row, column = self._tables[-1]
            return f"{note + ', ' if note else ''}table {number}, row {row}, column {column}"
        if note:
            return note
        if self._open and self._open[0].name in ("hdr", "ftr"):
            return "head of the pages" if self._open[0].name == "hdr" else "foot of the pages"
        if self._is_heading:
            return "heading"
        here = f"paragraph {self._since}"
        return f"{self._heading}, {here}" if self._heading else here

    def _behind(self, here: _Open) -> int:
        """The byte behind the element that ends."""
        first = _tag_end(self._blob, here.start)
        if self._blob.endswith(b"/>", here.start, first):
            return first
        return self._blob.index(b">", self._parser.CurrentByteIndex) + 1


def _tag_end(blob: bytes, start: int) -> int:
    """The byte behind a tag; a value may hold what else would end it."""
    quote = 0
    for at in range(start, len(blob)):
        sign = blob[at]
        if quote:
            quote = 0 if sign == quote else quote
        elif sign in b"\"'":
            quote = sign
        elif sign == 0x3E:
            return at + 1
    return len(blob)


def _named(said: str) -> tuple[str, str]:
    """The local name, and the prefix with its colon if it is one of Word's own."""
    parts = said.split(" ")
    if len(parts) == 1:
        return said, ""
    own = parts[0] == _W
    prefix = f"{parts[2]}:" if len(parts) > 2 else ""
    if own:
        return parts[1], prefix
    return (parts[1] if parts[0] == _MC or parts[1] == "docPr" else f"{prefix}{parts[1]}"), ""


def _refuse(*_: object) -> None:
    message = "it declares a document type"
    raise ValueError(message)
