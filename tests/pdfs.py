"""PDFs taken apart, and falsified, as text and as structure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pikepdf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PAINTS = {"Tj", "TJ", "'", '"', "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do", "EI"}
"""Operators that put something on the page."""
_PAIR = re.compile(rb"<([0-9a-fA-F]+)> <([0-9a-fA-F]+)>")


@dataclass(frozen=True)
class Element:
    """An element of the structure, and the tags around it from the outside inwards."""

    self: pikepdf.Dictionary
    around: tuple[str, ...]

    @property
    def tag(self_) -> str:  # noqa: N805 - `self` is the element
        """What it is."""
        return str(self_.self.S)[1:]

    def kids(self_) -> list[object]:  # noqa: N805 - as above
        """What stands in it."""
        kids = self_.self.get("/K", [])
        return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def elements(pdf: pikepdf.Pdf) -> Iterator[Element]:
    """Every element of the structure, in reading order."""
    yield from _elements(pdf.Root.StructTreeRoot.K[0], ())


def _elements(element: pikepdf.Dictionary, around: tuple[str, ...]) -> Iterator[Element]:
    found = Element(element, around)
    yield found
    for kid in found.kids():
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from _elements(kid, (*around, found.tag))


def falsified(source: Path, target: Path, page: int, before: str, after: str) -> Path:
    """
    The PDF with other glyphs on one page: a text of digits replaced by one of the same length.

    Args:
        source: The PDF.
        target: Where to write it.
        page: From 1.
        before: What stands there; its first occurrence is changed.
        after: What stands there then; the page's fonts have its letters.
    """
    with pikepdf.open(source) as pdf:
        _set(pdf, pdf.pages[page - 1], before, after)
        pdf.save(target)
    return target


def _set(pdf: pikepdf.Pdf, page: pikepdf.Page, before: str, after: str) -> None:
    for holder in _drawn(page):
        instructions = [list(one) for one in pikepdf.parse_content_stream(holder)]
        # A glyph may stand for several letters.
        glyphs = _glyphs(holder, instructions)
        letters = [(letter, put) for text, put in glyphs for letter in text]
        at = "".join(letter for letter, _ in letters).find(before)
        if at >= 0:
            for (letter, put), other in zip(letters[at : at + len(before)], after, strict=True):
                if letter != other:
                    put(other)
            content = pikepdf.unparse_content_stream(instructions)
            if isinstance(holder, pikepdf.Page):
                holder.Contents = pdf.make_stream(content)
            else:
                holder.write(content)
            return
    msg = f"{before!r} is not on the page"
    raise ValueError(msg)


def _drawn(holder: pikepdf.Page | pikepdf.Stream) -> Iterator[pikepdf.Page | pikepdf.Stream]:
    """A page, and the drawings it is made of."""
    yield holder
    for operands, operator in pikepdf.parse_content_stream(holder):
        if str(operator) == "Do":
            drawing = holder.Resources.XObject[str(operands[0])]
            if drawing.Subtype == "/Form":
                yield from _drawn(drawing)


def _glyphs(
    page: pikepdf.Page | pikepdf.Stream, instructions: list[list]
) -> Iterator[tuple[str, Callable]]:
    """The text of each glyph shown, and a function that puts another glyph in its place."""
    fonts = {name: _unicode(font) for name, font in page.Resources.Font.items()}
    font: dict[bytes, str] = {}
    for operands, operator in instructions:
        if str(operator) == "Tf":
            font = fonts[str(operands[0])]
        elif str(operator) == "TJ":
            array = operands[0]
            for place, item in enumerate(array):
                if isinstance(item, pikepdf.String):
                    for byte in range(0, len(bytes(item)), 2):
                        glyph = bytes(item)[byte : byte + 2]
                        yield font.get(glyph, ""), _putter(array, place, byte, font)


def _putter(array: pikepdf.Array, place: int, byte: int, font: dict[bytes, str]) -> Callable:
    def put(letter: str) -> None:
        glyph = next(code for code, text in font.items() if text == letter)
        whole = bytes(array[place])
        array[place] = pikepdf.String(whole[:byte] + glyph + whole[byte + 2 :])

    return put


def _unicode(font: pikepdf.Dictionary) -> dict[bytes, str]:
    """The letter of each glyph."""
    table = font.ToUnicode.read_bytes().partition(b"beginbfchar")[2]
    pairs = _PAIR.findall(table)
    return {
        bytes.fromhex(a.decode()): bytes.fromhex(b.decode()).decode("utf-16-be") for a, b in pairs
    }


def with_file(source: Path, target: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """
    The PDF with another file inside.

    Args:
        source: The PDF.
        target: Where to write it.
        name: The file's name.
        change: Its content to what it is to be; the PDF states the right checksum for it.
    """
    with pikepdf.open(source) as pdf:
        content = change(pdf.attachments[name].get_file().read_bytes())
        spec = pikepdf.AttachedFileSpec(pdf, content, filename=name, mime_type="application/json")
        del pdf.attachments[name]
        pdf.attachments[name] = spec
        pdf.save(target)
    return target
