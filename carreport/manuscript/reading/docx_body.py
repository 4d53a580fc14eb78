"""The body of a Word document as blocks: paragraphs, tables, boxes, notes, heads and feet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from carreport.manuscript.model import Block
from carreport.manuscript.reading.docx_numbers import Numbers
from carreport.manuscript.reading.docx_package import W, is_on, value
from carreport.manuscript.reading.docx_runs import Found, Inline
from carreport.manuscript.reading.sections import Places, caption_name
from carreport.manuscript.reading.tables import Cell, Grid, table_blocks
from carreport.manuscript.reading.words import Claimed, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from carreport.manuscript.model import Kind
    from carreport.manuscript.reading.docx_package import Package

_NUMBERING: Final = Claimed("", "numbering")
_WRAPPERS: Final = frozenset(
    {W + "sdt", W + "sdtContent", W + "customXml", W + "ins", W + "moveTo"}
)
_CONTENTS: Final = "Table of Contents"
_STYLES: Final[tuple[tuple[str, Kind], ...]] = (
    ("title", "title"), ("caption", "caption"), ("toc", "furniture"), ("footnote text", "note"),
    ("endnote text", "note"), ("bibliography", "reference"), ("references", "reference"),
    ("html preformatted", "code"), ("preformatted text", "code"), ("source code", "code"),
)  # fmt: skip
_CAPTIONS: Final = frozenset({"table", "illustration", "figure", "drawing", "text"})
"""What LibreOffice calls the styles of captions; "text" is a style of many other things, too."""
_BODY_LEVEL: Final = 9


class Body:
    """
    Reads a document.

    Args:
        package: The document.
        keys: Ids by the short names that stand for them.
    """

    def __init__(self, package: Package, keys: Mapping[str, str]) -> None:
        self._package = package
        self.found = Found()
        self._inline = Inline(package, keys, self.found)
        self._numbers = Numbers(package)
        self._places = Places()
        self._open: Words | None = None
        """A paragraph whose end was deleted, and that goes on in the next."""

    def blocks(self) -> Iterator[Block]:
        """Everything, the text first, then notes, then heads and feet."""
        body = self._package.root.find(W + "body")
        if body is not None:
            yield from self._all(body, "prose")
        yield from self._notes()
        yield from self._running()

    def _all(self, container: Any, kind: Kind) -> Iterator[Block]:
        for child in container:
            if child.tag == W + "p":
                yield from self._paragraph(child, kind)
            elif child.tag == W + "tbl":
                yield from self._table(child)
            elif child.tag in _WRAPPERS:
                gallery = child.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
                contents = value(gallery) == _CONTENTS
                yield from self._all(child, "furniture" if contents else kind)

    def _paragraph(self, paragraph: Any, kind: Kind) -> Iterator[Block]:
        properties = paragraph.find(W + "pPr")
        words = self._words(paragraph, properties)
        boxes, self.found.boxes = self.found.boxes, []
        if _end_deleted(properties):
            self._open = words
        elif text := words.text():
            own, level = self._kind(properties, text)
            kind = own if kind == "prose" else kind
            yield Block(kind, text, self._place(kind, text), words.marks(), level=level)
        for box in boxes:
            yield from self._all(box, kind if kind == "furniture" else "prose")

    def _words(self, paragraph: Any, properties: Any) -> Words:
        """What a paragraph says, its automatic number first."""
        words, self._open = self._open or Words(), None
        style = value(properties.find(W + "pStyle")) if properties is not None else ""
        if label := self._numbers.label(properties, style or self._package.default_style):
            words.add(label, _NUMBERING)
            words.add(" ")
        self._inline.read(paragraph, words)
        self.found.fields = [telling for telling in self.found.fields if not telling]
        return words

    def _kind(self, properties: Any, text: str) -> tuple[Kind, int]:
        """What a paragraph is, by its style, its level, or its words."""
        style = value(properties.find(W + "pStyle")) if properties is not None else ""
        level = _outline(properties)
        for one in self._package.chain(style):
            for name, kind in _STYLES:
                if one.name == name or one.name.startswith(f"{name} "):
                    return kind, 1 if kind == "title" else 0
            if one.name in _CAPTIONS and caption_name(text):
                return "caption", 0
            if one.name.startswith("heading "):
                number = one.name.removeprefix("heading ")
                return "heading", int(number) if number.isdigit() else 1
            if level is None:
                level = _outline(one.element.find(W + "pPr"))
        if level is not None and level < _BODY_LEVEL:
            return "heading", level + 1
        return ("caption", 0) if caption_name(text) else ("prose", 0)

    def _place(self, kind: Kind, text: str) -> str:
        if kind in ("heading", "title"):
            return self._places.heading(text)
        return self._places.caption(text) if kind == "caption" else self._places.paragraph()

    def _table(self, table: Any) -> Iterator[Block]:
        name = self._places.table()
        grid, cells, inner = Grid(), list[Cell](), list[Any]()
        above: dict[int, int] = {}
        """By column: which cell goes on downwards."""
        heads = 0
        rows = [row for row in _within(table, W + "tr") if not _row_deleted(row)]
        for at, row in enumerate(rows):
            about = row.find(W + "trPr")
            heads += at == heads and about is not None and is_on(about.find(W + "tblHeader"))
            grid.row()
            grid.skip(_whole(value(about.find(W + "gridBefore"))) if about is not None else 0)
            for cell in _within(row, W + "tc"):
                self._cell(cell, grid, cells, above, inner)
        yield from table_blocks(cells, name, heads)
        for one in inner:
            yield from self._all(one, "prose") if one.tag != W + "tbl" else self._table(one)

    def _cell(
        self, cell: Any, grid: Grid, cells: list[Cell], above: dict[int, int], inner: list[Any]
    ) -> None:
        about = cell.find(W + "tcPr")
        columns = max(1, _whole(value(about.find(W + "gridSpan")))) if about is not None else 1
        row, column = grid.place(1, columns)
        merged = about.find(W + "vMerge") if about is not None else None
        across = about.find(W + "hMerge") if about is not None else None
        words = Words()
        self._say(cell, words, inner)
        text, marks = words.text(), words.marks()
        goes_on = merged is not None and value(merged) in ("", "continue")
        if goes_on and not text and column in above:
            first = cells[above[column]]
            cells[above[column]] = Cell(
                first.row, first.column, first.text, first.marks, row - first.row + 1, first.columns
            )
            return
        if across is not None and value(across) in ("", "continue") and not text:
            return
        above[column] = len(cells)
        cells.append(Cell(row, column, text, marks, 1, columns))

    def _say(self, container: Any, words: Words, inner: list[Any]) -> None:
        """The paragraphs of a cell, apart; tables and boxes in it come later."""
        for child in container:
            if child.tag == W + "p":
                words.add(" ")
                own = self._words(child, child.find(W + "pPr"))
                _append(words, own)
                inner.extend(self.found.boxes)
                self.found.boxes = []
            elif child.tag == W + "tbl":
                inner.append(child)
            elif child.tag in _WRAPPERS:
                self._say(child, words, inner)

    def _notes(self) -> Iterator[Block]:
        """Footnotes and endnotes that the text refers to, in its order."""
        parts = {kind: self._package.part(f"{kind}s") for kind in ("footnote", "endnote")}
        told: set[tuple[str, str]] = set()
        counts = {"footnote": 0, "endnote": 0}
        at = 0
        while at < len(self.found.notes):
            kind, id_ = self.found.notes[at]
            at += 1
            counts[kind] += 1
            root = parts[kind]
            if root is None or (kind, id_) in told:
                continue
            told.add((kind, id_))
            for note in root.iterchildren(W + kind):
                if value(note, "id") == id_:
                    self.found.own_number = str(counts[kind])
                    for block in self._all(note, "note"):
                        place = f"{kind} {counts[kind]}"
                        if block.kind == "cell":
                            place = f"{place}, {block.place}"
                        yield Block(block.kind, block.text, place, block.marks, block.header)

    def _running(self) -> Iterator[Block]:
        """Heads and feet of the pages, each once."""
        told: set[str] = set()
        for tag, word in (("headerReference", "head"), ("footerReference", "foot")):
            for reference in self._package.root.iter(W + tag):
                id_ = reference.get(
                    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
                )
                name, root = self._package.related(id_ or "")
                if root is None or name in told:
                    continue
                told.add(name)
                for block in self._all(root, "furniture"):
                    place = f"{word} of the pages"
                    yield Block("furniture", block.text, place, block.marks, block.header)


def _within(container: Any, tag: str) -> Iterator[Any]:
    """Rows of a table, or cells of a row, whatever stands around them."""
    for child in container:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _within(child, tag)


def _append(words: Words, own: Words) -> None:
    """Add a text that is complete, with its marks."""
    text, at = own.text(), 0
    for serial, mark in enumerate(own.marks()):
        words.add(text[at : mark.start])
        words.add(text[mark.start : mark.end], Claimed(mark.id, mark.owner, -1 - serial))
        at = mark.end
    words.add(text[at:])


def _outline(properties: Any) -> int | None:
    level = value(properties.find(W + "outlineLvl")) if properties is not None else ""
    return int(level) if level.isdigit() else None


def _end_deleted(properties: Any) -> bool:
    """Whether the end of a paragraph was deleted, so that the next goes on with it."""
    return properties is not None and properties.find(f"{W}rPr/{W}del") is not None


def _row_deleted(row: Any) -> bool:
    return row.find(f"{W}trPr/{W}del") is not None


def _whole(written: str) -> int:
    return min(int(written), 1000) if written.isascii() and written.isdigit() else 0
