"""Plain text: paragraphs between empty lines, and tables whose columns are set by tabs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from carreport.manuscript.model import Block, Manuscript
from carreport.manuscript.reading.bad import bounded
from carreport.manuscript.reading.decoding import decoded
from carreport.manuscript.reading.joining import Line, joined, vocabulary
from carreport.manuscript.reading.sections import caption_name, is_references, with_references
from carreport.manuscript.reading.tables import Cell, table_blocks
from carreport.manuscript.reading.tex import without_tex
from carreport.manuscript.reading.words import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_TRIED: Final = 4096
_SENTENCE: Final = (".", ",", ";", ":", "?", "!")
_LONGEST_HEADING: Final = 80
_LIST: Final = re.compile(
    r"\s*(?:[-*•·–]\s|\(?(?:[0-9]{1,3}|[a-zA-Z]|[ivx]{1,5})[.)]\s|\[[0-9]{1,3}\]\s)"
)
_NUMBERED: Final = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,2}){0,3}\.?\s+[^\W\d_]")
_BREAK: Final = re.compile(r"\r\n|\r|\n|\x0b|\x85|\u2028")


def read_text(path: Path) -> Manuscript:
    """
    Read a plain text.

    Args:
        path: The file.

    Raises:
        BadInput: It is no text, or holds none.
    """
    text, notices = decoded(path)
    if "\\documentclass" in text[:_TRIED]:
        notices = (*notices, "is LaTeX: its commands are read as text; better give the PDF")
    blocks = bounded(path, with_references(_blocks(text)))
    return Manuscript(path.name, "text", blocks, notices=notices)


def _blocks(text: str) -> Iterator[Block]:
    known = vocabulary(line.strip() for line in _BREAK.split(text))
    tables = 0
    name = ""
    for number, lines in _paragraphs(text):
        if any(_is_row(line) for line in lines) and "\t" in "\t".join(lines).strip():
            tables += 1
            yield from _table(lines, number, name or f"table {tables}")
            continue
        block = _paragraph(lines, number, known)
        if block.kind == "caption":
            name = caption_name(block.text)
        elif block.kind == "heading":
            name = ""
        yield block


def _paragraphs(text: str) -> Iterator[tuple[int, list[str]]]:
    """Lines that belong together, and the number of the first."""
    held: list[str] = []
    first = 0
    for number, line in enumerate(_BREAK.split(text), start=1):
        pieces = line.split("\f")
        for at, piece in enumerate(pieces):
            apart = not piece.strip() or (held and not _goes_on(held[-1], piece))
            if held and (apart or at):
                yield first, held
                held = []
            if piece.strip():
                first = first if held else number
                held.append(piece)
    if held:
        yield first, held


def _goes_on(above: str, below: str) -> bool:
    """Whether a line belongs to the one above: both of a table, or neither, and no new item."""
    if _is_row(above) or _is_row(below):
        return _is_row(above) == _is_row(below)
    return not _LIST.match(below)


def _is_row(line: str) -> bool:
    """Whether a line is a row of a table; a tab before its first word only indents it."""
    return "\t" in line.lstrip()


def _paragraph(lines: Sequence[str], number: int, known: frozenset[str]) -> Block:
    text = joined([Line(plain(line)) for line in lines], known).text
    text = plain(without_tex(text))
    place = f"line {number}"
    if caption_name(text):
        return Block("caption", text, place)
    if len(lines) == 1 and _is_heading(text):
        return Block("heading", text, place, level=1)
    return Block("prose", text, place)


def _is_heading(text: str) -> bool:
    if is_references(text):
        return True
    if len(text) > _LONGEST_HEADING or text.endswith(_SENTENCE):
        return False
    numbered = _NUMBERED.match(text)
    words = text[numbered.end() - 1 :] if numbered else text
    return words[:1].isupper() and not any(one.isdigit() for one in words)


def _table(lines: Sequence[str], number: int, name: str) -> Iterator[Block]:
    cells = [
        Cell(
            row, column, plain(without_tex(cell)), place=f"line {number + row}, column {column + 1}"
        )
        for row, line in enumerate(lines)
        for column, cell in enumerate(line.split("\t"))
    ]
    yield from table_blocks(cells, name)
