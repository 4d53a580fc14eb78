"""Paragraphs, and pages on their side: what a document's body is a sequence of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from carreport.word.markup import TWIPS_PER_MM


@dataclass(frozen=True, slots=True)
class Sheet:
    """
    A kind of page, in millimetres.

    Attributes:
        name: upright or across.
        size: Width and height.
        margins: Top, right, bottom, left.
    """

    name: str
    size: tuple[float, float]
    margins: tuple[float, float, float, float]

    @property
    def width(self) -> int:
        """Of the text, in twips."""
        return round((self.size[0] - self.margins[1] - self.margins[3]) * TWIPS_PER_MM)


UPRIGHT: Final = Sheet("upright", (210, 297), (24, 18, 21, 18))
ACROSS: Final = Sheet("across", (297, 210), (18, 18, 13, 18))
"""As style.css has the pages of print; across, with more room for the lines of a wider font."""
_RUNNING_MM: Final = 11


@dataclass(slots=True)
class Paragraph:
    """
    A paragraph.

    Attributes:
        style: Id of its style.
        inner: What stands in it, as XML.
        keep: Whether it stays with the next, where its style does not say so.
        list: Number of the list it is an item of, and how deep, from 0.
        align: right, center, or nothing.
        indent: Twips from the left, where not its style's.
        right: Twips from the right, where not its style's.
        section: Properties of the section that ends with it.
    """

    style: str
    inner: str
    keep: bool = False
    list: tuple[int, int] | None = None
    align: str = ""
    indent: int = 0
    right: int = 0
    section: str = ""

    def xml(self) -> str:
        """As it stands in a document; properties in the schema's order (ECMA-376, CT_PPr)."""
        parts = [f'<w:pStyle w:val="{self.style}"/>']
        if self.keep:
            parts.append("<w:keepNext/>")
        if self.list:
            number, level = self.list
            parts.append(f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')
        if self.indent or self.right:
            parts.append(f'<w:ind w:left="{self.indent}" w:right="{self.right}"/>')
        if self.align:
            parts.append(f'<w:jc w:val="{self.align}"/>')
        return f"<w:p><w:pPr>{''.join(parts)}{self.section}</w:pPr>{self.inner}</w:p>"


def section(sheet: Sheet, running: str, *, first: bool) -> str:
    """
    Properties of a section, in the schema's order (ECMA-376, CT_SectPr).

    Args:
        sheet: Its pages.
        running: References to heads and feet.
        first: Whether it is the document's first, whose first page has no head.
    """
    width, height = (round(one * TWIPS_PER_MM) for one in sheet.size)
    top, right, bottom, left = (round(one * TWIPS_PER_MM) for one in sheet.margins)
    turned = ' w:orient="landscape"' if sheet is ACROSS else ""
    edge = round(_RUNNING_MM * TWIPS_PER_MM)
    return (
        f'<w:sectPr>{running}<w:type w:val="nextPage"/>'
        f'<w:pgSz w:w="{width}" w:h="{height}"{turned}/>'
        f'<w:pgMar w:top="{top}" w:right="{right}" w:bottom="{bottom}" w:left="{left}"'
        f' w:header="{edge}" w:footer="{edge}" w:gutter="0"/><w:cols w:space="720"/>'
        f"{'<w:titlePg/>' if first else ''}</w:sectPr>"
    )
