"""
The appendix of traces on paper, set in two columns.

WeasyPrint would take longer for these few pages of small type, with their thousand anchors and
links, than for the whole text before them. They need little of what it can do: paragraphs of words
and links, one below the other. Lengths are in points, positions from the upper left corner of the
space for text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote

from lxml import html

from carreport.render.lettering import SANS, SANS_BOLD, SANS_ITALIC

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from carreport.render.lettering import Face

    Measure = Callable[[str, Face], float]
    """Width of a text in a face, in thousandths of the type size."""

SHEET: Final = (210, 297)
MARGINS: Final = (24, 18, 21, 18)
"""In millimetres: above, right, below, left, as the style sheet has them."""
MM: Final = 72 / 25.4
HEIGHT: Final = (SHEET[1] - MARGINS[0] - MARGINS[2]) * MM
_WIDTH: Final = 84 * MM
_COLUMNS: Final = (0.0, 90 * MM)
"""How wide a column is, and where each begins."""
_KEPT: Final = 2
"""So many lines of a paragraph stay together at its beginning and its end."""
_LONG: Final = 24
"""Words of more letters may be broken after what joins their parts."""
_JOINTS: Final = re.compile(r"(?<=[/;@])(?=.)|(?<=,)(?=\D)")
_SPACES: Final = re.compile(r"[ \t\r\n\f]+")
_UNKNOWN: Final = "00"
"""Holds the place of a page's number as long as nobody knows it."""

INK: Final = "#1b1d20"
QUIET: Final = "#565c63"
ACCENT: Final = "#0b4f8a"


class Look(NamedTuple):
    """How a word is written."""

    face: Face
    colour: str


class Kind(NamedTuple):
    """
    A kind of paragraph.

    Attributes:
        size: Of the type.
        leading: From one baseline to the next.
        before: Room above it, unless it begins a column.
        after: Room below it.
        look: Of its words.
        tag: What it is, for whom it is read aloud.
        joined: Whether it stays with what follows.
        level: Its level in the list of contents; 0 if it is not there.
    """

    size: float
    leading: float
    before: float
    after: float
    look: Look
    tag: str = "p"
    joined: bool = False
    level: int = 0


KINDS: Final = {
    "h2": Kind(15, 18, 0, 2 * MM, Look(SANS_BOLD, INK), "h2", joined=True, level=1),
    "h3": Kind(9.5, 12, 4 * MM, MM, Look(SANS_BOLD, INK), "h3", joined=True, level=2),
    "lead": Kind(8.5, 11.5, 0, 2 * MM, Look(SANS, INK)),
    "method": Kind(6.8, 8.6, 2.4 * MM, 0, Look(SANS, INK), joined=True),
    "call": Kind(6.8, 8.6, 1.2 * MM, 0, Look(SANS, QUIET), joined=True),
    "p": Kind(6.8, 8.6, 0, 0, Look(SANS, INK)),
}
_TAGS: Final = ("h2", "h3", "p")
_LOOKS: Final = {"b": Look(SANS_BOLD, INK), "i": Look(SANS_ITALIC, INK), "a": Look(SANS, ACCENT)}


class Piece(NamedTuple):
    """
    Some words in a row.

    Attributes:
        text: The words.
        look: How they are written.
        target: What they lead to.
        name: What leads to them.
    """

    text: str
    look: Look
    target: str = ""
    name: str = ""


class Mentions(NamedTuple):
    """Places whose pages are to be named: their anchors, and the table or figure around each."""

    places: tuple[tuple[str, str], ...]
    look: Look


class Word(NamedTuple):
    """Pieces that stay in one line, and the space after them, if there is any."""

    pieces: tuple[Piece, ...]
    after: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph as it stands in the page."""

    kind: Kind
    pieces: tuple[Piece | Mentions, ...]

    def words(self, numbers: Mapping[str, int] | None) -> list[Word]:
        """Its words; a line may end after each."""
        found: list[Word] = []
        pieces: list[Piece] = []
        name = ""
        for piece in _settled(self.pieces, numbers):
            name = piece.name or name
            for at, text in enumerate(_SPACES.sub(" ", piece.text).split(" ")):
                if at and pieces:
                    found.append(Word(tuple(pieces), " "))
                    pieces = []
                parts = _JOINTS.split(text) if len(text) > _LONG else [text]
                for nth, part in enumerate(parts):
                    if nth:
                        found.append(Word(tuple(pieces), ""))
                        pieces = []
                    if part:
                        pieces.append(piece._replace(text=part, name=name))
                        name = ""
        if pieces:
            found.append(Word(tuple(pieces), ""))
        return found


@dataclass(frozen=True, slots=True)
class Run:
    """Letters of one look in one line, from *x* on."""

    x: float
    width: float
    piece: Piece


@dataclass(frozen=True, slots=True)
class Line:
    """
    One line of a paragraph.

    Attributes:
        paragraph: Which one it belongs to.
        kind: Of the paragraph.
        runs: What stands in it, from left to right.
        before: Room above it, unless it begins a column.
        after: Room below it.
        joined: Whether it stays with the next one.
    """

    paragraph: int
    kind: Kind
    runs: tuple[Run, ...]
    before: float
    after: float
    joined: bool


class Placed(NamedTuple):
    """A line and where it begins: the left end of its baseline."""

    x: float
    y: float
    line: Line


class Appendix:
    """
    The appendix, read once and composed as often as needed.

    Args:
        html: Headings and paragraphs below a `section`, with words in `b` and `i`, links, elements
            with ids, and `span.pages` around empty links to the places whose pages are to be
            named. Empty if there is no appendix.
        measure: How wide a text is.
    """

    def __init__(self, html: str, measure: Measure) -> None:
        self._measure = measure
        self._paragraphs = list(_paragraphs(html)) if html else []
        self._composed: dict[int, list[Line]] = {}

    def sheets(
        self, numbers: Mapping[str, int] | None = None, least: int = 0
    ) -> list[list[Placed]]:
        """
        Paragraphs broken into lines, lines into columns.

        Args:
            numbers: The page of each anchor; without them room is left for each.
            least: How many sheets to fill at least.

        Returns:
            The lines of each sheet.
        """
        lines = [
            line for number in range(len(self._paragraphs)) for line in self._lines(number, numbers)
        ]
        columns = _filled(lines) if lines else []
        pairs = [columns[at : at + 2] for at in range(0, len(columns), 2)]
        while len(pairs) < least:
            pairs.append([pairs[-1].pop()] if len(pairs[-1]) > 1 else [])
        return [
            [_moved(one, x) for column, x in zip(pair, _COLUMNS, strict=False) for one in column]
            for pair in pairs
        ]

    def _lines(self, number: int, numbers: Mapping[str, int] | None) -> list[Line]:
        """The lines of a paragraph; those that name no page are always the same."""
        if number in self._composed:
            return self._composed[number]
        paragraph = self._paragraphs[number]
        lines = _lines(number, paragraph, self._measure, numbers)
        if not any(isinstance(one, Mentions) for one in paragraph.pieces):
            self._composed[number] = lines
        return lines


def _paragraphs(appendix: str) -> Iterator[Paragraph]:
    tree = html.document_fromstring(appendix)
    for element in (one for section in tree.iter("section") for one in section.iter(*_TAGS)):
        kind = KINDS.get(element.get("class") or str(element.tag), KINDS["p"])
        yield Paragraph(kind, tuple(_pieces(element, kind.look)))


def _pieces(element: html.HtmlElement, look: Look) -> Iterator[Piece | Mentions]:
    yield Piece(element.text or "", look, name=element.get("id") or "")
    for child in element:
        if child.get("class") == "pages":
            links = child.iter("a")
            places = ((_target(one), one.get("data-in") or "") for one in links)
            yield Mentions(tuple(places), look)
        elif child.tag == "a":
            yield Piece(child.text_content(), _LOOKS["a"], _target(child))
        else:
            yield from _pieces(child, _LOOKS.get(str(child.tag), look))
        yield Piece(child.tail or "", look)


def _target(link: html.HtmlElement) -> str:
    return unquote((link.get("href") or "").removeprefix("#"))


def _settled(
    pieces: Iterable[Piece | Mentions], numbers: Mapping[str, int] | None
) -> Iterator[Piece]:
    """The pieces with the pages named, each once, in order."""
    for piece in pieces:
        if isinstance(piece, Piece):
            yield piece
            continue
        named = _unnamed(piece) if numbers is None else _named(piece, numbers)
        for at, (text, target) in enumerate(named):
            yield Piece(", " if at else "p.\N{NO-BREAK SPACE}", piece.look)
            yield Piece(text, _LOOKS["a"], target)


def _unnamed(mentions: Mentions) -> list[tuple[str, str]]:
    return [(_UNKNOWN, anchor) for anchor, _ in mentions.places]


def _named(mentions: Mentions, numbers: Mapping[str, int]) -> list[tuple[str, str]]:
    first: dict[int, str] = {}
    for anchor, block in mentions.places:
        # Numbers of a drawing may have no anchor of their own on paper; the drawing has.
        target = anchor if anchor in numbers else block
        if target in numbers:
            first.setdefault(numbers[target], target)
    return [(str(page), first[page]) for page in sorted(first)]


def _moved(placed: Placed, x: float) -> Placed:
    return placed._replace(x=placed.x + x)


def _lines(
    number: int, paragraph: Paragraph, measure: Measure, numbers: Mapping[str, int] | None
) -> list[Line]:
    kind = paragraph.kind
    rows = list(_broken(paragraph.words(numbers), kind.size, measure))
    last = len(rows) - 1
    return [
        Line(
            number,
            kind,
            tuple(_runs(row, kind.size, measure)),
            0 if at else kind.before,
            kind.after if at == last else 0,
            kind.joined if at == last else at < _KEPT - 1 or at == last - _KEPT + 1,
        )
        for at, row in enumerate(rows)
    ]


def _broken(words: Iterable[Word], size: float, measure: Measure) -> Iterator[list[Word]]:
    """As many words into each line as there is room for."""
    row: list[Word] = []
    used = 0.0
    for word in (part for one in words for part in _fitting(one, size, measure)):
        wide = _width(word.pieces, size, measure)
        if row and used + wide > _WIDTH:
            yield row
            row, used = [], 0.0
        row.append(word)
        used += wide + measure(word.after, word.pieces[-1].look.face) * size / 1000
    if row:
        yield row


def _fitting(word: Word, size: float, measure: Measure) -> Iterator[Word]:
    """A word, or what of it fits into one line each."""
    if _width(word.pieces, size, measure) <= _WIDTH:
        yield word
    elif len(word.pieces) > 1:
        for piece in word.pieces:
            yield from _fitting(Word((piece,), ""), size, measure)
    else:
        (piece,) = word.pieces
        half = len(piece.text) // 2
        yield from _fitting(Word((piece._replace(text=piece.text[:half]),), ""), size, measure)
        rest = piece._replace(text=piece.text[half:], name="")
        yield from _fitting(Word((rest,), word.after), size, measure)


def _width(pieces: Iterable[Piece], size: float, measure: Measure) -> float:
    return sum(measure(piece.text, piece.look.face) for piece in pieces) * size / 1000


def _runs(row: Sequence[Word], size: float, measure: Measure) -> Iterator[Run]:
    """The words of a line, joined where they look alike and lead to the same."""
    joined: list[Piece] = []
    for piece in (one for word in row for one in _spaced(word)):
        if joined and not piece.name and joined[-1][1:3] == piece[1:3]:
            joined[-1] = joined[-1]._replace(text=joined[-1].text + piece.text)
        else:
            joined.append(piece)
    x = 0.0
    for piece in joined:
        wide = _width((piece,), size, measure)
        yield Run(x, wide, piece)
        x += wide


def _spaced(word: Word) -> Iterator[Piece]:
    """A word's pieces and the space after them; no link begins or ends with one."""
    yield from word.pieces
    if word.after:
        last = word.pieces[-1]
        look = Look(SANS, last.look.colour) if last.target else last.look
        yield Piece(word.after, look)


def _filled(lines: Iterable[Line]) -> list[list[Placed]]:
    """Columns; lines that stay together stand in one if there is one that holds them."""
    columns: list[list[Placed]] = [[]]
    used = 0.0
    for block in _blocks(lines):
        high = sum(line.before + line.kind.leading + line.after for line in block)
        if columns[-1] and used + high > HEIGHT:
            columns.append([])
            used = 0.0
        for line in block:
            if columns[-1] and used + line.kind.leading > HEIGHT:
                columns.append([])
                used = 0.0
            used += line.before if columns[-1] else 0
            columns[-1].append(Placed(0.0, used + baseline(line.kind), line))
            used += line.kind.leading + line.after
    return columns


def _blocks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    block: list[Line] = []
    for line in lines:
        block.append(line)
        if not line.joined:
            yield block
            block = []
    if block:
        yield block


def baseline(kind: Kind) -> float:
    """From the top of a line to where its letters stand; a face rises 1024 and falls 400."""
    return (kind.leading - 1.424 * kind.size) / 2 + 1.024 * kind.size


def by_paragraph(lines: Iterable[Placed]) -> Iterator[list[Placed]]:
    """The lines of one sheet, those of each paragraph together."""
    for _, group in groupby(lines, key=lambda placed: placed.line.paragraph):
        yield list(group)
