"""Rows of a PDF as blocks: running heads, headings, paragraphs and tables."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from carreport.manuscript.model import Block, Mark
from carreport.manuscript.reading.joining import Line, joined, vocabulary
from carreport.manuscript.reading.pdf_furniture import furniture
from carreport.manuscript.reading.pdf_tables import table_rows
from carreport.manuscript.reading.sections import caption_name, is_references
from carreport.manuscript.reading.tables import table_blocks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from carreport.manuscript.model import Kind
    from carreport.manuscript.reading.pdf_rows import Row

_SECTIONS: Final = frozenset({
    "abstract", "background", "introduction", "methods", "materials and methods",
    "patients and methods", "results", "discussion", "conclusion", "conclusions",
    "acknowledgements", "acknowledgments", "appendix", "funding", "supplementary material",
})  # fmt: skip
_HEADS: Final = 3
_FLUSH: Final = 1.5
"""Lines of one justified paragraph end so many points from each other at most."""
_LARGER: Final = 1.12
_LONGEST_HEADING: Final = 160
_APART: Final = 1.55
"""Lines further apart than so many heights are two paragraphs."""
_WIDER: Final = 1.25
_OTHER: Final = 0.04
"""Letters that differ so much in height are of another font."""
_INDENT: Final = 0.8
_SHORT: Final = 0.85
_TITLE: Final = 1.4
_SENTENCE_ENDS: Final = (".", "?", "!", ".”", '."', ".)")


@dataclass(frozen=True, slots=True)
class _Sizes:
    """How high letters are: of running text on a page, and of the title if it is there."""

    body: float
    title: float


@dataclass(frozen=True, slots=True)
class Page:
    """
    A page.

    Attributes:
        number: From 1.
        rows: In the order they are read.
        traced: Whether it is one of those on which a report of ours tells where numbers come from.
    """

    number: int
    rows: tuple[Row, ...]
    traced: bool = False


def pdf_blocks(pages: Sequence[Page]) -> Iterator[Block]:
    """
    All text of a PDF.

    Args:
        pages: With their rows in reading order.
    """
    edges = furniture([(page.number, page.rows) for page in pages])
    known = vocabulary(row.text for page in pages for row in page.rows)
    body = _body(row for page in pages for row in page.rows)
    body = body or max((row.size for page in pages for row in page.rows), default=0.0)
    titles = max((row.size for row in pages[0].rows), default=0.0)
    for page, outer in zip(pages, edges, strict=True):
        for at in sorted(outer):
            row = page.rows[at]
            marks = tuple(mark for mark in row.marks if mark.owner != "axis")
            yield Block("furniture", row.text, f"page {page.number}, {outer[at]}", marks)
        rest = [row for at, row in enumerate(page.rows) if at not in outer]
        sizes = _Sizes(_body(rest) or body, titles if page.number == 1 else 0.0)
        blocks = _page_blocks(page.number, rest, sizes, known)
        yield from map(_traced, blocks) if page.traced else blocks


def _traced(block: Block) -> Block:
    """All of its text tells of results, where it does not lead to one."""
    edges = [0, *(edge for mark in block.marks for edge in (mark.start, mark.end)), len(block.text)]
    gaps = zip(edges[::2], edges[1::2], strict=True)
    own = [Mark(start, end, "", "trace") for start, end in gaps if start < end]
    return replace(block, marks=tuple(sorted((*block.marks, *own))))


def _body(rows: Iterable[Row]) -> float:
    """How high the letters of running text are; 0 if there is none."""
    sizes = Counter(round(row.size, 1) for row in rows if len(row.pieces) == 1 and _is_wide(row))
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _page_blocks(
    number: int, rows: Sequence[Row], sizes: _Sizes, known: Collection[str]
) -> Iterator[Block]:
    paragraph, named = 0, ""
    for part in _parts(rows):
        first = part.rows[0]
        if part.table:
            lines = f"lines {part.line}–{part.line + len(part.rows) - 1}"
            name, named = f"page {number}, {named if 'able' in named else lines}", ""
            cells, heads = table_rows(part.rows)
            yield from table_blocks(cells, name, heads)
            continue
        paragraph += 1
        place = f"page {number}, paragraph {paragraph}"
        text, marks = joined((Line(row.text, row.marks) for row in part.rows), known)
        kind, level = _kind(text, first.size, sizes)
        named = caption_name(text) or named
        yield Block(kind, text, place, marks, level=level)


@dataclass(slots=True)
class _Part:
    """Rows that are a paragraph, or a table; its first line on the page, from 1."""

    rows: list[Row]
    line: int
    table: bool = False


def _parts(rows: Sequence[Row]) -> list[_Part]:
    """
    Paragraphs and tables in the order they begin.

    A row goes on with any paragraph that ends right above it, so that a note in the margin does
    not break the text beside it.
    """
    tables = dict(_tables(rows))
    parts: list[_Part] = []
    open_: list[_Part] = []
    at = 0
    while at < len(rows):
        if end := tables.get(at):
            parts.append(_Part([*rows[at:end]], at + 1, table=True))
            open_, at = [], end
            continue
        row = rows[at]
        near = [part for part in open_ if _goes_on(part.rows, row)]
        if near:
            near[-1].rows.append(row)
        else:
            part = _Part([row], at + 1)
            parts.append(part)
            open_ = [*(one for one in open_ if _is_aside(one.rows[-1], row)), part]
        at += 1
    return parts


def _is_aside(last: Row, row: Row) -> bool:
    """Whether a row stands beside another, neither above nor below it."""
    return row.left > last.right or row.right < last.left


def _tables(rows: Sequence[Row]) -> Iterator[tuple[int, int]]:
    """Where tables begin and end: rows of several cells, with at most two others between."""
    cells = [_has_cells(at, rows) for at in range(len(rows))]
    at = 0
    while at < len(rows):
        if not cells[at]:
            at += 1
            continue
        end, last, several = at + 1, at + 1, 1
        while end < len(rows) and end - last < 3 and _same_part(rows[end - 1], rows[end]):
            if cells[end]:
                last, several = end + 1, several + 1
            elif _is_wide(rows[end]) or caption_name(rows[end].text):
                break
            end += 1
        if several > 1 or len(rows[at].pieces) > 2:
            yield _with_heads(rows, at), last
            at = last
        else:
            at += 1


def _has_cells(at: int, rows: Sequence[Row]) -> bool:
    """Whether the pieces of a row are cells, and not the words of a justified line."""
    row = rows[at]
    if len(row.pieces) < 2:
        return False
    gaps = [right.left - left.right for left, right in pairwise(row.pieces)]
    if max(gaps) > 1.25 * min(gaps) + 0.5 or any(" " in piece.text for piece in row.pieces):
        return True
    near = [rows[one] for one in (at - 1, at + 1) if 0 <= one < len(rows)]
    return not any(
        abs(one.left - row.left) < _FLUSH and abs(one.right - row.right) < _FLUSH for one in near
    )


def _with_heads(rows: Sequence[Row], at: int) -> int:
    """Where a table begins: short rows between its caption and its first row are its head, too."""
    start = at
    while start and at - start < _HEADS and _same_part(rows[start - 1], rows[start]):
        above = rows[start - 1]
        if caption_name(above.text) or caption_name(rows[max(0, start - 2)].text):
            return start if caption_name(above.text) else start - 1
        if _is_wide(above):
            break
        start -= 1
    return at


def _same_part(above: Row, below: Row) -> bool:
    high = max(above.size, below.size)
    return above.column == below.column and abs(above.base - below.base) < 4 * high


def _is_wide(row: Row) -> bool:
    return row.right - row.left > 0.7 * (row.edges[1] - row.edges[0])


def _goes_on(held: Sequence[Row], row: Row) -> bool:
    """Whether a row belongs to the paragraph that ends above it."""
    last = held[-1]
    high = max(last.size, row.size)
    if last.column != row.column or abs(last.size - row.size) > _OTHER * high:
        return False
    if _is_aside(last, row) or caption_name(row.text):
        return False
    drop = last.base - row.base
    usual = held[-2].base - last.base if len(held) > 1 else _APART * high
    if not 0 <= drop < min(_APART * high, _WIDER * usual):
        return False
    left = min(one.left for one in held)
    width = max(one.right for one in (*held, row)) - left
    ends = last.text.endswith(_SENTENCE_ENDS)
    indented = row.left - left > _INDENT * row.size
    if indented and len(held) > 1 and ends:
        return False
    return not (ends and last.right < left + _SHORT * width and row.left <= last.left + 1)


def _kind(text: str, size: float, sizes: _Sizes) -> tuple[Kind, int]:
    if caption_name(text):
        return "caption", 0
    if size > 0.95 * sizes.title > _TITLE * sizes.body:
        return "title", 1
    if is_references(text) or text.casefold() in _SECTIONS:
        return "heading", 2 if size > _LARGER * sizes.body else 3
    large = size > _LARGER * sizes.body and len(text) < _LONGEST_HEADING
    if large and not text.endswith(_SENTENCE_ENDS) and any(map(str.isalpha, text)):
        return "heading", 1 if size > _TITLE * sizes.body else 2
    return "prose", 0
