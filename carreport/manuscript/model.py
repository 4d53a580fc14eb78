"""
A manuscript as it was read: blocks of text in reading order, and the ids that numbers in it carry.

The text of a block is what a reader sees, with the formatting that changes a number's meaning
written as characters: 10⁶ for a raised 6, µ₂ for a lowered 2, a space for every gap.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carreport.word.record import Written

Kind = Literal[
    "title", "heading", "prose", "caption", "cell", "note", "reference", "furniture", "code"
]
"""
What a block is: "note" is a footnote or endnote, "reference" an entry of the list of literature,
"furniture" a running head, a running foot or a page number.
"""
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

Format = Literal["docx", "pdf", "html", "markdown", "text"]
"""What a file is, decided by its content."""

Owner = Literal["number", "axis", "reference", "method", "label", "trace", "numbering"]
"""
Whose the digits of a mark are: a result's, as printed; a figure's axis; a numbered reference; a
method as the results state it; a label of the study; what the appendix tells of a result; or the
program's that numbers lists, headings and notes by itself.
"""
OWNERS: Final[tuple[Owner, ...]] = get_args(Owner)


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """
    A stretch of a block's text that says itself what it is.

    Attributes:
        start: Where it begins in the block's text.
        end: Where it ends there.
        id: Id of the result, as the document has it; empty where the owner is no result. No
            reader looks whether a result of that id exists.
        owner: Whose digits they are.
    """

    start: int
    end: int
    id: str
    owner: Owner = "number"


@dataclass(frozen=True, slots=True)
class Block:
    """
    A paragraph, a cell, a caption, a line.

    Attributes:
        kind: What it is.
        text: What a reader sees, without line breaks.
        place: Where it stands, in words: "page 3, line 2", "Table 1, row 2, column 3".
        marks: Stretches that carry an id, in order; two never overlap.
        header: Of a cell: the heads of its column and its row, joined by " · ". Of others, empty.
        level: Of a heading: 1 for a chapter, 2 for a section. Of others, 0.
    """

    kind: Kind
    text: str
    place: str
    marks: tuple[Mark, ...] = ()
    header: str = ""
    level: int = 0


@dataclass(frozen=True, slots=True)
class Manuscript:
    """
    A document that was read.

    Attributes:
        name: File name, without its folder.
        kind: What sort of file it is.
        blocks: All its text, in reading order.
        title: What the document says its title is, or empty.
        made_by: "carreport 0.1.0" in a document of ours that says so, or empty.
        record: What a document of ours carries of the build it was made by: `study`, `cutoff`,
            `commit` and the digests of its inputs as `inputs/<file>`; empty in others.
        notices: What a reader should know of how the file was read.
        written: The numbers that a document of ours was written with, in its order, where it says.
    """

    name: str
    kind: Format
    blocks: tuple[Block, ...]
    title: str = ""
    made_by: str = ""
    record: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    written: tuple[Written, ...] = ()

    @property
    def text(self) -> str:
        """Everything, a block a line."""
        return "\n".join(block.text for block in self.blocks)
