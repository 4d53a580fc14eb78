"""Tables of a page as tables of Word: heads that repeat, rows that stay whole, rules as printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from carreport.word.inline import Line, classes, shown
from carreport.word.markup import Look, attribute
from carreport.word.numbers import said
from carreport.word.paragraphs import Paragraph
from carreport.word.styles import HAIR, INK, PARAGRAPHS
from carreport.word.widths import Wanted, shared_out, wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lxml.html import HtmlElement

    from carreport.word.inline import Writing

    Flow = Callable[[HtmlElement, str], list[Paragraph]]

_GAP: Final = 170
"""Twips between two columns, as the style of tables has it."""
_AFTER_NUMBER: Final = 270
"""The same after numbers, which end at the right of their column."""
_MARK: Final = 60
"""Twips of the mark behind a number: one without it ends so much earlier, below the others."""
_LEVEL: Final = 190
"""Twips that a level is indented."""
_SHORT: Final = 15
"""Rows of a table that stays on one page."""
_WHOLE: Final = 1500
"""Characters of a cell up to which its row is not broken: a longer one may not fit a page."""
_CODE: Final = "code"
"""The class of cells with names of functions, which are never broken."""
_NUMBERS: Final = frozenset({"number", "n"})
_CELL_RULE: Final = f'<w:bottom w:val="single" w:sz="5" w:space="0" w:color="{INK}"/>'
_HAIR_RULE: Final = f'<w:bottom w:val="single" w:sz="3" w:space="0" w:color="{HAIR}"/>'
_RULED: Final = frozenset({"claim-table", "check-table"})
"""Classes of tables with a thin rule under each row."""


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell of the page and where it stands: rows and columns from 0."""

    element: HtmlElement
    row: int
    column: int
    columns: int
    rows: int

    @property
    def number(self) -> bool:
        """Whether it is set to the right."""
        return not _NUMBERS.isdisjoint(classes(self.element))

    @property
    def marked(self) -> bool:
        """Whether it is a number with a mark behind it."""
        return self.number and self.element.find(".//sup") is not None

    @property
    def code(self) -> bool:
        """Whether it names a function."""
        return _CODE in classes(self.element)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row: its cells, and whether it is one of the head's or heads those after it."""

    cells: Sequence[_Cell]
    of_head: bool
    kind: frozenset[str]
    element: HtmlElement


def table(element: HtmlElement, flow: Flow, room: int, *, small: bool) -> str:
    """
    A table.

    Args:
        element: Of the page.
        flow: Gives the paragraphs of a cell.
        room: Twips there are across.
        small: Whether in small type.

    Returns:
        The table; nothing where it has no cells.
    """
    rows = list(_rows(element))
    count = max((one.column + one.columns for row in rows for one in row.cells), default=0)
    if not count:
        return ""
    text, head = ("TableSmall", "TableSmallHead") if small else ("TableText", "TableHead")
    widths = _widths(rows, count, room, PARAGRAPHS[text].size)
    stays = len(rows) <= _SHORT
    marked = {cell.column for row in rows if not row.of_head for cell in row.cells if cell.marked}
    heads = sum(row.of_head for row in rows)
    ruled = not _RULED.isdisjoint(classes(element))
    open_: dict[int, _Cell] = {}
    body = []
    for at, row in enumerate(rows):
        keep = (stays and at + 1 < len(rows)) or row.of_head or "heading" in row.kind
        keep = keep or at + 2 >= len(rows)
        style = head if row.of_head or "heading" in row.kind else text
        under = at == heads - 1
        cells = []
        column = 0
        by_column = {one.column: one for one in row.cells}
        while column < count:
            cell, goes_on = by_column.get(column), False
            if cell is None and column in open_:
                cell, goes_on = open_[column], True
            if cell is None:
                cells.append(_empty(widths[column], style))
                column += 1
                continue
            if cell.rows > 1:
                open_[column] = cell
            if goes_on and cell.row + cell.rows - 1 <= at:
                del open_[column]
            rule = _CELL_RULE if under or (row.of_head and cell.columns > 1) else ""
            rule = rule or (_HAIR_RULE if ruled and not row.of_head and at + 1 < len(rows) else "")
            paragraphs = (
                [Paragraph(style, "", keep)]
                if goes_on
                else _paragraphs(cell, row, style, flow, keep=keep)
            )
            if not row.of_head and column in marked and not cell.marked and cell.number:
                paragraphs[-1].right = _MARK
            width = sum(widths[column : column + cell.columns])
            about = _about(cell, width, rule, goes_on=goes_on, bottom=row.of_head)
            cells.append(f"<w:tc>{about}{''.join(one.xml() for one in paragraphs)}</w:tc>")
            column += cell.columns
        body.append(f"<w:tr>{_about_row(row)}{''.join(cells)}</w:tr>")
    grid = "".join(f'<w:gridCol w:w="{one}"/>' for one in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="ReportTable"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        '<w:tblLook w:val="0620" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0"'
        ' w:noHBand="1" w:noVBand="1"/>'
        f"{_alternative(element, rows)}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(body)}</w:tbl>"
    )


def side_by_side(
    rows: Sequence[Sequence[Sequence[Paragraph]]], room: int, *, ruled: bool, named: str = ""
) -> str:
    """
    Paragraphs in columns of the same width.

    Args:
        rows: For each row and column the paragraphs; all rows have as many columns.
        room: Twips there are across.
        ruled: Whether with rules above and below; the first row then heads the others.
        named: What it is, for those who do not see it.
    """
    width = room // len(rows[0])
    about = f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
    empty = Paragraph("TableText", "").xml()
    body = ""
    for at, row in enumerate(rows):
        cells = "".join(
            f"<w:tc>{about}{''.join(one.xml() for one in cell) or empty}</w:tc>" for cell in row
        )
        head = "<w:tblHeader/>" if ruled and not at else ""
        body += f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{cells}</w:tr>"
    style = "ReportTable" if ruled else "TableNormal"
    margin = "" if ruled else f'<w:tblCellMar><w:right w:w="{_GAP}" w:type="dxa"/></w:tblCellMar>'
    grid = f'<w:gridCol w:w="{width}"/>' * len(rows[0])
    caption = f"<w:tblCaption w:val={attribute(named)}/>" if named else ""
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{width * len(rows[0])}"'
        f' w:type="dxa"/><w:tblLayout w:type="fixed"/>{margin}<w:tblLook w:val="0600"'
        ' w:firstRow="0" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1"'
        f' w:noVBand="1"/>{caption}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>'
    )


def _rows(element: HtmlElement) -> Iterator[_Row]:
    taken: dict[int, int] = {}
    """By column: up to which row a cell above reaches."""
    at = 0
    for row in element.iter("tr"):
        cells, column = [], 0
        for cell in row:
            if cell.tag not in ("td", "th") or not shown(cell):
                continue
            while taken.get(column, -1) >= at:
                column += 1
            columns, rows = _whole(cell.get("colspan")), _whole(cell.get("rowspan"))
            cells.append(_Cell(cell, at, column, columns, rows))
            if rows > 1:
                taken |= dict.fromkeys(range(column, column + columns), at + rows - 1)
            column += columns
        if cells:
            parent = row.getparent()
            yield _Row(cells, parent is not None and parent.tag == "thead", classes(row), row)
            at += 1


def _whole(said: str | None) -> int:
    return max(1, min(int(said), 1000)) if said and said.isdigit() else 1


def _widths(rows: Sequence[_Row], count: int, room: int, size: float) -> list[int]:
    """Of each column, the gap after it included; the last has one, too, as the style says."""
    needs = [Wanted(0, 0)] * count
    for row in rows:
        for cell in row.cells:
            if cell.columns > 1:
                continue
            bold = row.of_head or cell.element.find(".//b") is not None
            needed = wanted(
                said(cell.element),
                size,
                bold=bold,
                whole=(cell.number and not row.of_head) or cell.code,
            )
            known = needs[cell.column]
            more = _LEVEL if "level" in row.kind and not cell.column else 0
            more += _AFTER_NUMBER - _GAP if cell.number else 0
            needs[cell.column] = Wanted(
                max(known.least, needed.least + more), max(known.most, needed.most + more)
            )
    spare = _GAP + 40  # what another font may be wider by
    return shared_out([Wanted(one.least + spare, one.most + spare) for one in needs], room)


def _paragraphs(cell: _Cell, row: _Row, style: str, flow: Flow, *, keep: bool) -> list[Paragraph]:
    style = "TableCode" if cell.code else style
    found = flow(cell.element, style) or [Paragraph(style, "")]
    indent = _LEVEL if "level" in row.kind and not cell.column else 0
    align = "right" if cell.number else ""
    if row.of_head and cell.columns > 1:
        align = "center"
    for one in found:
        one.keep, one.align, one.indent = keep, align, indent
    return found


def _about(cell: _Cell, width: int, rule: str, *, goes_on: bool, bottom: bool) -> str:
    """In the order of the schema (ECMA-376, CT_TcPr)."""
    parts = [f'<w:tcW w:w="{width}" w:type="dxa"/>']
    if cell.columns > 1:
        parts.append(f'<w:gridSpan w:val="{cell.columns}"/>')
    if cell.rows > 1:
        parts.append(f'<w:vMerge w:val="{"continue" if goes_on else "restart"}"/>')
    if rule:
        parts.append(f"<w:tcBorders>{rule}</w:tcBorders>")
    if cell.number:
        parts.append(f'<w:tcMar><w:right w:w="{_AFTER_NUMBER}" w:type="dxa"/></w:tcMar>')
    if bottom:
        parts.append('<w:vAlign w:val="bottom"/>')
    return f"<w:tcPr>{''.join(parts)}</w:tcPr>"


def _empty(width: int, style: str) -> str:
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
        f"{Paragraph(style, '').xml()}</w:tc>"
    )


def _about_row(row: _Row) -> str:
    longest = max(len(said(one.element)) for one in row.cells)
    whole = "<w:cantSplit/>" if longest <= _WHOLE else ""
    head = "<w:tblHeader/>" if row.of_head else ""
    return f"<w:trPr>{whole}{head}</w:trPr>" if whole or head else ""


def _alternative(element: HtmlElement, rows: Sequence[_Row]) -> str:
    """What a table is, for those who do not see it."""
    caption = element.find("caption")
    title = said(caption) if caption is not None else ""
    heads = [said(one.element) for row in rows if row.of_head for one in row.cells]
    columns = "; ".join(one for one in heads if one)
    named = f"<w:tblCaption w:val={attribute(title)}/>" if title else ""
    return named + (
        f"<w:tblDescription w:val={attribute(f'Columns: {columns}')}/>" if columns else ""
    )


def caption(element: HtmlElement, writing: Writing) -> Paragraph:
    """The caption of a table, above it."""
    line = Line(writing)
    line.read(element, Look(bold=True))
    return Paragraph("Caption", line.xml(), keep=True)
