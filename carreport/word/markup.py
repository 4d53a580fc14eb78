"""Text as Word's XML: what is escaped, what is left out, how it looks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final
from xml.sax.saxutils import escape, quoteattr

NAMESPACES: Final = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "asvg": "http://schemas.microsoft.com/office/drawing/2016/SVG/main",
}
DECLARED: Final = " ".join(f'xmlns:{name}="{uri}"' for name, uri in NAMESPACES.items())
PROLOGUE: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TWIPS_PER_MM: Final = 1440 / 25.4
EMU_PER_MM: Final = 36_000
_UNFIT: Final = re.compile(
    "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"  # no characters of XML 1.0
    "|[\u00ad\u2060]"  # Word draws a soft hyphen or a word joiner where a font lacks it
)
_SPACES: Final = re.compile("[ \t\n\r\f]+")


def plain(text: str) -> str:
    r"""
    A text as a Word document can hold it; spaces as a page shows them.

    >>> plain("57.2\u2060–\u206098.2%\n of \x01 5")
    '57.2–98.2% of 5'
    """
    return _SPACES.sub(" ", _UNFIT.sub("", text))


def attribute(text: str) -> str:
    """A text in quotes, as the value of an attribute."""
    return quoteattr(plain(text).strip())


@dataclass(frozen=True, slots=True)
class Look:
    """
    How some words differ from those around them.

    Attributes:
        style: Id of a style of characters.
        bold: Semi-bold.
        italic: Slanted.
        small: In small capitals.
        moved: superscript, subscript, or nothing.
    """

    style: str = ""
    bold: bool = False
    italic: bool = False
    small: bool = False
    moved: str = ""


PLAIN: Final = Look()


@cache
def run_properties(look: Look) -> str:
    """Properties of a run, in the order that the schema asks for (ECMA-376, CT_RPr)."""
    parts = (
        f'<w:rStyle w:val="{look.style}"/>' if look.style else "",
        "<w:b/><w:bCs/>" if look.bold else "",
        "<w:i/><w:iCs/>" if look.italic else "",
        "<w:smallCaps/>" if look.small else "",
        f'<w:vertAlign w:val="{look.moved}"/>' if look.moved else "",
    )
    inner = "".join(parts)
    return f"<w:rPr>{inner}</w:rPr>" if inner else ""


def run(text: str, look: Look = PLAIN) -> str:
    """Words that look alike; the text is plain already."""
    return f'<w:r>{run_properties(look)}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def field(instruction: str, result: str, look: Look = PLAIN) -> str:
    """A field whose result stands in the document, so that nothing need be updated to read it."""
    about = run_properties(look)

    def mark(kind: str) -> str:
        return f'<w:r>{about}<w:fldChar w:fldCharType="{kind}"/></w:r>'

    asked = f'<w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText>'
    return f"{mark('begin')}<w:r>{about}{asked}</w:r>{mark('separate')}{result}{mark('end')}"
