"""
What is spared WeasyPrint, and put upon its finished layout: links, and the appendix of traces.

WeasyPrint computes a style of its own for every element with an id or an address, and for all
that stands in it; a report has thousands. So those of the traces are taken off before the layout,
and anchors and links are made from the finished boxes.
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from tinycss2.color5 import parse_color
from weasyprint.css.properties import INITIAL_VALUES
from weasyprint.draw.text import draw_first_line
from weasyprint.formatting_structure import boxes
from weasyprint.matrix import Matrix
from weasyprint.text.ffi import ffi, gobject, pango
from weasyprint.text.fonts import get_font_description
from weasyprint.text.line_break import split_first_line

from carreport.render.columns import MARGINS, MM, by_paragraph
from carreport.render.lettering import letters
from carreport.render.listing_sheets import CellRun

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from carreport.render.columns import Placed, Run
    from carreport.render.lettering import Face

    Drawn = dict[Any, list[tuple[str, tuple[float, ...]]]]
    """Links over drawings: for each drawing where they lead and what they cover."""

SHEET: Final = "data-sheet"
"""Marks what holds the place of a sheet."""
_TO: Final = "data-to"
_AT: Final = "data-at"
_AROUND: Final = "trace"
_OVER: Final = "over"
"""Classes of links to traces: around a number of the text, over one of a drawing."""
_NS: Final = "{http://www.w3.org/2000/svg}"
_DRAWINGS: Final = ("img", f"{_NS}svg")
_DRAWING: Final = re.compile(
    r'(?P<before><div class="[^"]*\bdrawing\b[^>]*>\s*)(?P<svg><svg\b.*?</svg>)', re.DOTALL
)
_PICTURE: Final = "picture"
PICTURE_CSS: Final = f".{_PICTURE} {{ display: block; max-width: 100%; height: auto }}"
""".drawing svg" in style.css."""
_SHARE: Final = re.compile(r"(left|top|width|height):([0-9.]+)%")
_PX: Final = 96 / 72
_LEFT, _ABOVE = MARGINS[3] * MM, MARGINS[0] * MM
_ELEMENT: Final = ET.Element("trace")
"""What boxes of ours belong to."""


def as_pictures(html: str) -> str:
    """
    A page whose drawings are pictures.

    What is in a picture is read by a quicker parser and asked for no style.

    Args:
        html: A page; a drawing that is no XML of its own stays as it is.
    """

    def picture(found: re.Match[str]) -> str:
        try:
            title = ET.fromstring(found["svg"]).findtext(f"{_NS}title", "")  # noqa: S314 - our page
        except ET.ParseError:
            return found[0]
        data = b64encode(found["svg"].encode()).decode()
        source = f"data:image/svg+xml;base64,{data}"
        return f'{found["before"]}<img class="{_PICTURE}" alt="{escape(title)}" src="{source}">'

    return _DRAWING.sub(picture, html)


def detach(root: ET.Element) -> Drawn:
    """
    Take address and id off every link to a trace.

    Args:
        root: Of the page, before its layout. Links over a drawing follow it; they leave the page.

    Returns:
        The links over each drawing.
    """
    for link in root.iter("a"):
        if link.get("class") == _AROUND and link.get("href", "").startswith("#"):
            link.set(_TO, _target(link))
            del link.attrib["href"]
            if "id" in link.attrib:
                link.set(_AT, link.attrib.pop("id"))
    drawn: Drawn = {}
    for block in root.iter("div"):
        links = [one for one in block.findall("a") if one.get("class") == _OVER]
        drawing = next((one for one in block if one.tag in _DRAWINGS), None)
        for one in links:
            block.remove(one)
        if links and drawing is not None:
            drawn[drawing] = [(_target(one), _shares(one.get("style", ""))) for one in links]
    return drawn


def _target(link: ET.Element) -> str:
    return unquote(link.get("href", "").removeprefix("#"))


def _shares(style: str) -> tuple[float, ...]:
    found = {name: float(number) / 100 for name, number in _SHARE.findall(style)}
    return tuple(found[name] for name in ("left", "top", "width", "height"))


def attach(pages: Iterable[Any], drawn: Drawn) -> None:
    """
    Give pages the anchors and links that were taken off.

    Args:
        pages: Laid-out pages (weasyprint.Page).
        drawn: The links over each drawing.
    """
    for page in pages:
        for box in _boxes(page):
            element = box.element
            if isinstance(box, boxes.InlineBox) and element is not None and element.get(_TO):
                x, y, wide, high = box.hit_area()
                where = (x, y, x + wide, y + high)
                page.links.append(("internal", element.get(_TO), where, box))
                if anchor := element.get(_AT):
                    page.anchors.setdefault(anchor, where)
            elif isinstance(box, boxes.ReplacedBox) and element in drawn:
                box.children = [
                    _over(page, box, target, shares) for target, shares in drawn[element]
                ]


def _boxes(page: Any) -> Iterator[Any]:
    """All boxes of a page; WeasyPrint gives no other access to what it laid out."""
    yield from page._page_box.descendants(placeholders=True)  # noqa: SLF001 - see above


def _over(page: Any, drawing: Any, target: str, shares: tuple[float, ...]) -> Any:
    left, top, wide, high = shares
    x = drawing.content_box_x() + left * drawing.width
    y = drawing.content_box_y() + top * drawing.height
    where = (x, y, x + wide * drawing.width, y + high * drawing.height)
    link = boxes.InlineBox("a", drawing.style.anonymous_style, drawing.element, ())
    page.links.append(("internal", target, where, link))
    return link


class Typesetter:
    """
    Measures and draws text in the fonts of a document.

    Args:
        fonts: WeasyPrint's font configuration, which knows the shipped fonts.
    """

    def __init__(self, fonts: Any) -> None:
        self._fonts = fonts
        self._loaded: dict[Face, Any] = {}

    def measure(self, text: str, face: Face) -> float:
        """Width in thousandths of the type size; letters the face lacks come from other fonts."""
        try:
            return letters(face).width(text)
        except KeyError:
            return float(self._shaped(text, face, 1000)[3])

    def draw(self, stream: Any, run: Run, x: float, y: float, size: float) -> None:
        """Draw a run, its baseline beginning at *x*, *y*."""
        text, look = run.piece.text, run.piece.look
        stream.set_color(_colour(look.colour))
        stream.begin_text()
        font = self._font(stream, look.face)
        if font is not None and letters(look.face).glyphs.keys() >= set(text):
            stream.set_font_size(font.hash, size)
            stream.set_text_matrix(1, 0, 0, -1, x, y)
            stream.show_text(f"<{_glyphs(font, text, look.face)}>")
        else:
            self._draw_shaped(stream, text, look.face, (x, y), size)
        stream.end_text()

    def _font(self, stream: Any, face: Face) -> Any:
        """The shipped font as the PDF has it; None if the system found another."""
        if face not in self._loaded:
            context = ffi.gc(
                pango.pango_font_map_create_context(self._fonts.font_map), gobject.g_object_unref
            )
            description = get_font_description(self._style(face, 1000))
            loaded = pango.pango_font_map_load_font(self._fonts.font_map, context, description)
            font, _ = stream.add_font(loaded)
            self._loaded[face] = font if font.file_content == letters(face).file else None
        return self._loaded[face]

    def _draw_shaped(
        self, stream: Any, text: str, face: Face, where: tuple[float, float], size: float
    ) -> None:
        style = self._style(face, size)
        layout = self._shaped(text, face, size)[0]
        layout.reactivate(style)
        box = boxes.TextBox("span", style, None, text)
        box.pango_layout, box.baseline = layout, 0
        x, y = where
        draw_first_line(stream, box, "none", "none", Matrix(d=-1, e=x, f=y))

    def _shaped(self, text: str, face: Face, size: float) -> Any:
        return split_first_line(text, self._style(face, size), None, None, 0)

    def _style(self, face: Face, size: float) -> _Style:
        style = _Style(INITIAL_VALUES)
        style.font_config = self._fonts
        style |= {
            "font_family": (face.family, "sans-serif"),
            "font_weight": face.weight,
            "font_style": face.style,
            "font_size": size,
        }
        return style


@cache
def _colour(name: str) -> Any:
    return parse_color(name)


def _glyphs(font: Any, text: str, face: Face) -> str:
    """A text as numbers of glyphs, which the PDF then keeps."""
    known = letters(face)
    for letter in dict.fromkeys(text):
        glyph = known.glyphs[letter]
        font.widths[glyph] = round(known.advances[letter])
        font.to_unicode.setdefault(glyph, known.letters[glyph])
    return "".join(f"{known.glyphs[letter]:04x}" for letter in text)


class _Style(dict[str, Any]):
    """Properties of a text, as WeasyPrint asks for them."""

    font_config: Any = None


def put_sheets(pages: Sequence[Any], sheets: Iterable[Sequence[Placed]], fonts: Typesetter) -> None:
    """
    Put the sheets of the appendix upon the empty pages made for them.

    Args:
        pages: All pages of the document (weasyprint.Page), their anchors attached.
        sheets: The lines of each sheet.
        fonts: Draws them.
    """
    filled = list(sheets)
    names = {run.piece.name for sheet in filled for placed in sheet for run in placed.line.runs}
    targets = names.union(*(page.anchors for page in pages)) - {""}
    for (page, blank), lines in zip(_blanks(pages), filled, strict=True):
        _Sheet(page, lines, fonts, targets).put(blank)


def _blanks(pages: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """The empty pages, each with what holds its place."""
    for page in pages:
        for box in _boxes(page):
            if box.element is not None and box.element.get(SHEET) is not None:
                yield page, box


class _Sheet:
    """One page of the appendix."""

    def __init__(
        self, page: Any, lines: Sequence[Placed], fonts: Typesetter, targets: Collection[str]
    ) -> None:
        self._page = page
        self._fonts = fonts
        self._targets = targets
        self._texts: list[tuple[Any, list[tuple[Placed, Run]]]] = []
        self._paragraphs = list(self._blocks(lines))

    def put(self, blank: Any) -> None:
        """Have the page draw it after all that is its own."""
        own = self._page.paint

        def paint(stream: Any, scale: float = 1) -> None:
            own(stream, scale)
            with stream.stacked():
                stream.transform(a=scale * _PX, d=scale * _PX)
                self._draw(stream)
            # Only now, or the page would be asked to draw these boxes itself.
            blank.children = [*blank.children, *self._paragraphs]

        self._page.paint = paint

    def _blocks(self, lines: Sequence[Placed]) -> Iterator[Any]:
        """Paragraphs, or the part of a listing that stands on the sheet."""
        rows: list[Any] = []
        head: list[Any] = []
        for one in by_paragraph(lines):
            match one[0].line.kind.tag:
                case "thead":
                    head.append(self._row(one, "col"))
                case "tr":
                    rows.append(self._row(one, "row"))
                case _:
                    yield self._paragraph(one)
        if rows:
            parts = [_box("thead", head), _box("tbody", rows)]
            yield _box("table", parts)

    def _row(self, lines: Sequence[Placed], scope: str) -> Any:
        """A row of a listing; all cells of its head, and the first of others, are heads."""
        cells: dict[int, list[tuple[Placed, Run]]] = {}
        for placed in lines:
            for run in placed.line.runs:
                column = run.column if isinstance(run, CellRun) else 0
                cells.setdefault(column, []).extend([(placed, run)] if run.piece.text else [])
        found = []
        for column, runs in cells.items():
            head = scope == "col" or column == 0
            cell = _box("th" if head else "td", self._text(runs), scope if head else "")
            cell.colspan = cell.rowspan = 1
            found.append(cell)
        return _box("tr", found)

    def _paragraph(self, lines: Sequence[Placed]) -> Any:
        """What reads the text aloud is told: this is a paragraph, and these are its links."""
        kind = lines[0].line.kind
        children: list[Any] = []
        plain: list[tuple[Placed, Run]] = []
        for placed in lines:
            for run in placed.line.runs:
                if run.piece.name:
                    self._page.anchors.setdefault(run.piece.name, _area(placed, run))
                if run.piece.target in self._targets:
                    children += self._text(plain)
                    plain = []
                    link = boxes.InlineBox("a", {}, _ELEMENT, self._text([(placed, run)]))
                    where = _area(placed, run)
                    self._page.links.append(("internal", run.piece.target, where, link))
                    children.append(link)
                else:
                    plain.append((placed, run))
        children += self._text(plain)
        if kind.level:
            label = "".join(run.piece.text for placed in lines for run in placed.line.runs)
            x, y, *_ = _area(lines[0], lines[0].line.runs[0])
            self._page.bookmarks.append((kind.level, label, (x, y), "open"))
        return boxes.BlockBox(kind.tag, {}, _ELEMENT, children)

    def _text(self, runs: list[tuple[Placed, Run]]) -> list[Any]:
        if not runs:
            return []
        box = boxes.TextBox("span", {}, None, "".join(run.piece.text for _, run in runs))
        self._texts.append((box, runs))
        return [box]

    def _draw(self, stream: Any) -> None:
        for box, runs in self._texts:
            with stream.marked(box, "Span"):
                for placed, run in runs:
                    x, y = _LEFT + placed.x + run.x, _ABOVE + placed.y
                    self._fonts.draw(stream, run, x, y, placed.line.kind.size)


def _box(tag: str, children: list[Any], scope: str = "") -> Any:
    """A part of a table, for whom it is read aloud."""
    return boxes.BlockBox(tag, {}, ET.Element(tag, scope=scope), children)


def _area(placed: Placed, run: Run) -> tuple[float, float, float, float]:
    """The rectangle of a run in WeasyPrint's pixels from the page's corner."""
    kind = placed.line.kind
    x, y = _LEFT + placed.x + run.x, _ABOVE + placed.y - kind.size
    return x * _PX, y * _PX, (x + run.width) * _PX, (y + kind.leading) * _PX
