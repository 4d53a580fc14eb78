"""A page's tree as blocks, walked once from its first element to its last."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from lxml import etree

from carreport.manuscript.model import Block
from carreport.manuscript.reading.html_elements import (
    BLOCKS,
    Lists,
    claimed,
    is_seen,
    kind_of,
    level_of,
    moved,
    spanned,
)
from carreport.manuscript.reading.sections import Places, caption_name, short
from carreport.manuscript.reading.tables import Cell, Grid, table_blocks
from carreport.manuscript.reading.words import Claimed, Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

    from carreport.manuscript.model import Kind, Mark

_CELLS: Final = frozenset({"td", "th"})
_LINE: Final = "data-line"
"""Where a block stood in the Markdown it was made from."""
_NUMBERING: Final = Claimed("", "numbering")
_FIGURES: Final = frozenset({"figure", "svg"})


@dataclass(frozen=True, slots=True)
class _Around:
    """What an element passes on to the text in it."""

    kind: Kind
    moved: int
    claimed: Claimed | None
    line: str
    level: int = 0
    cell: bool = False
    figure: bool = False
    drawn: bool = False


@dataclass(slots=True)
class _Table:
    """A table that is being read, and the text it stands in."""

    around: Words

    grid: Grid = field(default_factory=Grid)
    cells: list[Cell] = field(default_factory=list)
    open: list[tuple[HtmlElement, Words]] = field(default_factory=list)
    caption: str = ""
    heads: int = 0


def page_blocks(tree: HtmlElement) -> Iterator[Block]:
    """
    Everything a reader of a page sees.

    Args:
        tree: The page.
    """
    return _Page().read(tree)


class _Page:
    """Where the walk stands."""

    def __init__(self) -> None:
        self._stack = [_Around("prose", 0, None, "")]
        self._words = Words()
        self._tables: list[_Table] = []
        self._drawn: list[Block] = []
        self._figures = 0
        self._places = Places()
        self._lists = Lists()
        self._serial = 0
        self._titled = False

    def read(self, tree: HtmlElement) -> Iterator[Block]:
        walk = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
        skipped = None
        for event, element in walk:
            if event == "start":
                if is_seen(element):
                    yield from self._begin(element)
                    self._say(element.text)
                    continue
                walk.skip_subtree()
                skipped = element
            elif event == "end":
                if element is not skipped:
                    yield from self._end(element)
                skipped = None
                self._say(element.tail)
            else:
                self._say(element.tail)
        yield from self._flush()

    def _begin(self, element: HtmlElement) -> Iterator[Block]:
        tag = str(element.tag)
        around = self._stack[-1]
        if tag in BLOCKS:
            yield from self._flush()
        elif tag == "br" or (tag == "tspan" and (element.get("x") or element.get("dy"))):
            self._words.add(" ")
        self._serial += 1
        within = _Around(
            kind_of(element, around.kind),
            moved(element, around.moved),
            claimed(element, self._serial, around.claimed),
            element.get(_LINE) or _line_of_code(element) or around.line,
            level_of(tag) or around.level,
            tag in _CELLS or (around.cell and tag != "table"),
            around.figure or tag in _FIGURES,
            around.drawn or tag == "svg",
        )
        self._stack.append(within)
        if tag == "table":
            self._tables.append(_Table(self._words))
            self._words = Words()
        elif self._tables:
            self._begin_in_table(tag, element)
        if tag == "li" and within.kind != "furniture" and (label := self._lists.label(element)):
            self._words.add(label, _NUMBERING)
            self._words.add(" ")

    def _begin_in_table(self, tag: str, element: HtmlElement) -> None:
        table = self._tables[-1]
        if tag == "tr":
            table.grid.row()
            table.heads += str(getattr(element.getparent(), "tag", "")) == "thead"
        elif tag in _CELLS:
            table.open.append((element, self._words))
            self._words = Words()

    def _end(self, element: HtmlElement) -> Iterator[Block]:
        tag = str(element.tag)
        if tag in _CELLS and self._tables and self._tables[-1].open:
            self._end_cell()
        elif tag in BLOCKS:
            yield from self._flush()
        if tag == "table" and self._tables:
            yield from self._end_table()
        ended = self._stack.pop()
        if ended.figure and not self._stack[-1].figure:
            yield from self._end_figure()
        if _is_divided(element):
            self._say("/")

    def _end_cell(self) -> None:
        table = self._tables[-1]
        element, before = table.open.pop()
        rows, columns = spanned(element, "rowspan"), spanned(element, "colspan")
        row, column = table.grid.place(rows, columns)
        words, self._words = self._words, before
        head = element.tag == "th"
        table.cells.append(Cell(row, column, words.text(), words.marks(), rows, columns, head))

    def _end_table(self) -> Iterator[Block]:
        table = self._tables.pop()
        self._words = table.around
        line = self._stack[-1].line
        name = self._places.table(table.caption)
        yield from table_blocks(table.cells, f"line {line}, {name}" if line else name, table.heads)

    def _end_figure(self) -> Iterator[Block]:
        """Lettering is named after the caption, wherever that stands."""
        drawn, self._drawn = self._drawn, []
        caption = next((one.text for one in drawn if one.kind == "caption"), "")
        self._figures += 1
        name = caption_name(caption) or f"figure {self._figures}"
        number = 0
        for block in drawn:
            if block.kind == "cell":
                number += 1
                yield replace(block, place=f"{name}, lettering {number}", header=short(caption))
            else:
                yield block

    def _say(self, text: str | None) -> None:
        if not text:
            return
        around = self._stack[-1]
        match around.moved:
            case 1:
                self._words.raise_(text, around.claimed)
            case -1:
                self._words.lower(text, around.claimed)
            case _:
                self._words.add(text, around.claimed)

    def _flush(self) -> Iterator[Block]:
        """End a block; within a cell, a gap is enough."""
        around = self._stack[-1]
        if around.cell:
            self._words.add(" ")
            return
        words, self._words = self._words, Words()
        if text := words.text():
            block = self._block(text, words.marks(), around)
            if around.figure:
                self._drawn.append(block)
            else:
                yield block

    def _block(self, text: str, marks: tuple[Mark, ...], around: _Around) -> Block:
        kind, place = around.kind, f"line {around.line}" if around.line else ""
        if around.drawn:
            return Block("cell", text, place, marks)
        if kind == "heading":
            if around.level == 1 and not self._titled:
                self._titled, kind = True, "title"
            return Block(kind, text, place or self._places.heading(text), marks, level=around.level)
        if self._tables and kind == "caption":
            self._tables[-1].caption = text
        if kind == "caption" or (kind == "prose" and caption_name(text)):
            return Block("caption", text, place or self._places.caption(text), marks)
        return Block(kind, text, place or self._places.paragraph(), marks)


def _line_of_code(element: HtmlElement) -> str:
    """Where a block of code stood; its inner element says so."""
    inner = element[0] if element.tag == "pre" and len(element) else None
    return "" if inner is None else inner.get(_LINE) or ""


def _is_divided(element: HtmlElement) -> bool:
    """MathML: whether it is what a fraction divides."""
    parent = element.getparent()
    return parent is not None and parent.tag == "mfrac" and parent.index(element) == 0
