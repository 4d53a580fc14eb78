"""What a paragraph is, told by its words: a caption, a heading, an entry of the literature."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from carreport.manuscript.model import Block, Mark

_REFERENCES: Final = re.compile(
    r"(?:[0-9]{1,2}(?:\.[0-9]{1,2})*[.)]?\s+)?"
    r"(?:references?|bibliography|literature(?:\s+cited)?|works\s+cited|reference\s+list"
    r"|references\s+and\s+notes)\s*:?",
    re.IGNORECASE,
)
_CAPTION: Final = re.compile(
    r"(?P<name>(?i:supplement(?:ary|al)\s+|extended\s+data\s+|online\s+|appendix\s+)?"
    r"(?i:table|figure|fig\.?|chart|box|scheme)\s*[A-Z]?[0-9]{1,3}[A-Za-z]?)"
    r"(?:\s*[.:|–—]|\s+[^a-z\s]|\s*$)"
)
"""A name, then a mark or a capital: "Table 1 shows" begins a sentence."""
_ENDS: Final = frozenset({
    "appendix", "acknowledgements", "acknowledgments", "supplement", "supplementary material",
    "supplementary materials", "supporting information", "figure legends", "legends", "tables",
    "figures", "publisher’s note", "publisher's note", "author contributions", "funding",
    "data availability", "conflict of interest", "competing interests", "abstract", "methods",
    "results", "discussion",
})  # fmt: skip
"""Headings that end the literature whatever their level."""
_LONG: Final = 60


def is_references(text: str) -> bool:
    """
    Whether a line is the heading of the literature.

    >>> is_references("5. References"), is_references("References to earlier work")
    (True, False)
    """
    return bool(_REFERENCES.fullmatch(text.strip()))


def caption_name(text: str) -> str:
    """
    The name of the table or figure that a text is the caption of, or nothing.

    >>> caption_name("Table 1 Baseline characteristics"), caption_name("Table 1 shows the rest")
    ('Table 1', '')
    """
    found = _CAPTION.match(text)
    return " ".join(found["name"].split()) if found else ""


def with_references(blocks: Iterable[Block]) -> Iterator[Block]:
    """
    Prose below the heading of the literature is literature, up to the next chapter.

    Args:
        blocks: In reading order.
    """
    level = None
    for block in blocks:
        if block.kind == "heading":
            if is_references(_unnumbered(block)):
                level = block.level
            elif level is not None and (
                block.level <= level or block.text.casefold().strip(" .:") in _ENDS
            ):
                level = None
        below = level is not None and block.kind == "prose"
        yield replace(block, kind="reference") if below else block


def _unnumbered(block: Block) -> str:
    skip = max((one.end for one in block.marks if one.owner == "numbering"), default=0)
    return block.text[skip:]


def short(heading: str) -> str:
    """
    A heading as the name of a place.

    >>> short("Results")
    'Results'
    """
    return heading if len(heading) <= _LONG else heading[: _LONG - 1].rstrip() + "…"


class Places:
    """Names of places: the heading above, and which paragraph below it."""

    def __init__(self) -> None:
        self._heading = ""
        self._paragraph = 0
        self._tables = 0
        self._named: str = ""

    def heading(self, text: str) -> str:
        """The place of a heading; what follows stands below it."""
        self._heading, self._paragraph = short(text), 0
        return f"heading {self._heading!r}" if text else "heading"

    def paragraph(self) -> str:
        """The place of the next paragraph."""
        self._paragraph += 1
        here = f"paragraph {self._paragraph}"
        return f"{self._heading}, {here}" if self._heading else here

    def caption(self, text: str) -> str:
        """The place of a caption; a table that follows has its name."""
        self._named = caption_name(text)
        return f"caption of {self._named}" if self._named else self.paragraph()

    def table(self, caption: str = "") -> str:
        """The name of the next table."""
        self._tables += 1
        named, self._named = caption_name(caption) or self._named, ""
        return named if "able" in named else f"table {self._tables}"


def shifted(marks: Iterable[Mark], by: int) -> tuple[Mark, ...]:
    """Marks of a text that now begins further on."""
    return tuple(replace(one, start=one.start + by, end=one.end + by) for one in marks)
