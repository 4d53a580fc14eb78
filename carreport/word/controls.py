"""The linked numbers of a Word document, its marks and its drawings, each with its place in the bytes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """
    Text of a control: one `w:t`, in one run.

    Attributes:
        start: Byte at which the element begins.
        end: Byte behind it.
        text: What it says.
        run: Bytes at which its run begins and behind which it ends.
        properties: Bytes of the run's `w:rPr`; the same number twice without one.
    """

    start: int
    end: int
    text: str
    run: tuple[int, int]
    properties: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Control:
    """
    A content control around a number of ours.

    Attributes:
        part: The part of the package it stands in.
        key: What follows `carreport:` in its tag or title.
        number: Its `w:id`, or nothing.
        pieces: Its text that is not deleted, in order.
        place: Where it stands, in words.
        paragraph: Which paragraph of the part it stands in, counted from 0.
        at: Where its text begins in what the paragraph says.
        in_table: Whether it stands in a cell.
        prefix: What stands for Word's namespace there, colon included.
        deleted: Whether it stands in a tracked deletion.
        tracked: Whether there are tracked changes in it, or it stands in a tracked insertion.
        again: Whether it is the second form of a thing that stands there in two.
        start: Byte at which it begins.
        inline: Whether it stands in a paragraph, and not around one.
    """

    part: str
    key: str
    number: str
    pieces: tuple[Piece, ...]
    place: str
    paragraph: int
    at: int
    in_table: bool
    prefix: str
    deleted: bool
    tracked: bool
    again: bool
    start: int
    inline: bool

    @property
    def text(self) -> str:
        """What it says."""
        return "".join(one.text for one in self.pieces)


@dataclass(frozen=True, slots=True)
class Mark:
    """
    A raised mark behind numbers, which says how sure they are.

    Attributes:
        pieces: Its text, which may be empty.
        paragraph: Which paragraph of the part it stands in, counted from 0.
        at: Where it stands in what the paragraph says.
        prefix: What stands for Word's namespace there, colon included.
        tracked: Whether it stands in a tracked insertion.
    """

    pieces: tuple[Piece, ...]
    paragraph: int
    at: int
    prefix: str
    tracked: bool

    @property
    def text(self) -> str:
        """What it says."""
        return "".join(one.text for one in self.pieces)


@dataclass(frozen=True, slots=True)
class Drawing:
    """
    A drawing, by its name.

    Attributes:
        name: As `wp:docPr` has it.
        start: Byte at which its element begins.
        end: Byte behind it.
        place: Where it stands, in words.
    """

    name: str
    start: int
    end: int
    place: str


@dataclass(frozen=True, slots=True)
class Scanned:
    """
    A part of a document.

    Attributes:
        controls: Of ours, in the order of the bytes.
        paragraphs: What each paragraph says, insertions accepted and deletions gone.
        drawings: In order.
        marks: Of origins, in order.
        numbers: Every `w:id` of what is tracked or marked, the largest of which is free above.
    """

    controls: tuple[Control, ...]
    paragraphs: tuple[str, ...]
    drawings: tuple[Drawing, ...]
    marks: tuple[Mark, ...]
    numbers: frozenset[int]
