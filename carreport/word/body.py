"""A page's blocks as those of a Word document, in its order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from carreport.word.inline import Line, classes, shown
from carreport.word.markup import PLAIN, TWIPS_PER_MM, Look
from carreport.word.paragraphs import ACROSS, UPRIGHT, Paragraph, section
from carreport.word.pictures import PLACE, picture, scaled
from carreport.word.record import FIGURE
from carreport.word.tables import caption, side_by_side, table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lxml.html import HtmlElement

    from carreport.word.inline import Writing
    from carreport.word.pictures import Drawing

_BLOCKS: Final = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "dd", "details", "div", "dl",
    "dt", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "ul",
})  # fmt: skip
_BLOCK_SPANS: Final = {
    "figure": "StripFigure", "interval": "StripInterval", "how": "TableNote", "source": "TableNote",
}  # fmt: skip
"""Classes of spans that stand on lines of their own."""
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_OF_PARAGRAPHS: Final = {
    "listing-title": "Caption", "kicker": "Kicker", "citation": "Subtitle", "standfirst": "Standfirst", "source": "SourceLine",
    "says": "TableHead", "implied": "TableNote", "more": "TableNote",
}  # fmt: skip
_WITHIN: Final = {
    "statement": "Statement", "note": "SideNote", "table-notes": "TableNote",
}  # fmt: skip
"""Classes of elements that say how paragraphs in them look."""
_SMALL: Final = frozenset({"key-table", "claim-table", "check-table", "by-section"})
_CELLS: Final = frozenset({"TableText", "TableSmall", "TableHead", "TableSmallHead"})


class Body:
    """
    Writes the blocks of a page.

    Args:
        writing: The document they belong to.
        drawings: Those of the page, by the number of their place.
        pictures: A bitmap for each figure, by its id.
        running: References to heads and feet, by the name of the sheet; none for a part alone.
    """

    def __init__(
        self,
        writing: Writing,
        drawings: Sequence[Drawing | None],
        pictures: Mapping[str, bytes],
        running: Mapping[str, str] | None = None,
    ) -> None:
        self._writing = writing
        self._drawings = drawings
        self._pictures = pictures
        self._running = running or {}
        self._out: list[Paragraph | str] = []
        self._sheet = self._open = UPRIGHT
        self._sections = 0
        self._numbered = 0
        self._depth = 0
        self._pending = ""
        self._wrote_contents = False
        self.headings: list[tuple[int, str, str]] = []
        """Level, bookmark and words of each of the first two levels."""
        self.sheets: set[str] = set()
        """Names of the kinds of pages there are."""

    @property
    def numbered(self) -> int:
        """How many numbered lists there are."""
        return self._numbered

    def write(self, root: HtmlElement) -> None:
        """Add what stands in an element."""
        self._flow(root, "BodyText")

    def xml(self, contents: str = "") -> str:
        """
        Everything added, and the last section.

        Args:
            contents: The table of contents, put where the page has its own.
        """
        last = self._end_of_section()
        parts = [one if isinstance(one, str) else one.xml() for one in self._out]
        return "".join(parts).replace(CONTENTS, contents) + last

    # Blocks

    def _flow(self, element: HtmlElement, style: str) -> None:
        """What stands in an element: its blocks, and what is between them as paragraphs."""
        line = self._line()
        line.say(element.text or "")
        for child in element:
            if isinstance(child.tag, str) and "contents" in classes(child):
                self._contents()
            elif shown(child):
                if _is_block(child):
                    self._end(line, style)
                    self._block(child, style)
                    line = self._line()
                else:
                    line.add(child)
            line.say(child.tail or "")
        self._end(line, style)

    def _line(self) -> Line:
        return Line(self._writing)

    def _end(self, line: Line, style: str) -> None:
        if not line.empty:
            self._say(style, line)

    def _say(self, style: str, line: Line, **about: object) -> None:
        inner = self._pending + line.xml()
        self._pending = ""
        self._append(Paragraph(style, inner, **about))  # type: ignore[arg-type]

    def _block(self, element: HtmlElement, style: str) -> None:
        self._pending += self._writing.names.at(element)
        known = classes(element)
        style = next((own for one, own in _WITHIN.items() if one in known), style)
        if "wide" in known:
            self._sheet = ACROSS
            self._plain(element, style)
            self._sheet = UPRIGHT
        else:
            self._writer(element, known)(element, style)

    def _writer(
        self, element: HtmlElement, known: frozenset[str]
    ) -> Callable[[HtmlElement, str], None]:
        """What writes an element, by its tag and its classes."""
        if element.tag in _HEADINGS:
            return self._heading
        by_tag = {
            "table": self._table, "ul": self._list, "ol": self._list, "dl": self._definitions,
        }  # fmt: skip
        by_class = {
            "noted": self._noted, "sides": self._columns, "manifest": self._columns,
            "figure-block": self._figure,
        }  # fmt: skip
        found = by_tag.get(str(element.tag))
        return found or next((by_class[one] for one in known if one in by_class), self._plain)

    def _plain(self, element: HtmlElement, style: str) -> None:
        """A paragraph, or an element around some."""
        known = classes(element)
        for one in sorted(known):
            style = _OF_PARAGRAPHS.get(one, style)
        if element.tag == "span":
            style = next((own for one, own in _BLOCK_SPANS.items() if one in known), style)
        elif element.tag == "blockquote":
            style = "Quote"
        elif element.tag == "figcaption":
            style = "TableNote"
        self._flow(element, style)

    def _heading(self, element: HtmlElement, around: str) -> None:
        line, level = self._line(), int(str(element.tag)[1])
        if around == "Statement":
            line.read(element)
            self._say("StatementHead", line)
            return
        if level == 1:
            line.read(element)
            self._say("Title", line)
            return
        # A heading within an article is below the contents.
        inner = any(one.tag == "article" for one in element.iterancestors())
        level = min(level - 1 + inner, 4)
        if level <= 2 and self._running:
            name = f"_Toc{len(self.headings) + 1:06d}"
            words = " ".join("".join(map(str, element.itertext())).split())
            self.headings.append((level, name, words))
            line.put(self._writing.names.bookmark(name), words=False)
        line.read(element)
        self._say(f"Heading{level}", line)

    def _list(self, element: HtmlElement, style: str) -> None:
        ordered = element.tag == "ol"
        self._numbered += ordered
        number = 1 + self._numbered if ordered else 1
        plain = not {"plain", "in-short"}.isdisjoint(classes(element))
        own = "ListPlain" if plain else "ListNumber" if ordered else "ListBullet"
        level, self._depth = self._depth, self._depth + 1
        for item in element.iterchildren("li"):
            if shown(item):
                before = len(self._out)
                self._pending += self._writing.names.at(item)
                self._flow(item, own if style not in _CELLS else style)
                first = self._out[before] if len(self._out) > before else None
                if isinstance(first, Paragraph) and not plain and first.style == own:
                    first.list = (number, min(level, 8))
        self._depth = level

    def _definitions(self, element: HtmlElement, style: str) -> None:
        """Terms and what they mean; a few figures with their names stand beside each other."""
        pairs = [one for one in element.iterchildren("div") if shown(one)]
        if pairs and "strip" in classes(element):
            self._strip(element, pairs)
            return
        if pairs and style == "Statement":
            self._shares(pairs, style)
            return
        if not pairs:
            pairs = [element]
        for pair in pairs:
            self._pending += self._writing.names.at(pair) if pair is not element else ""
            if pair is not element and _length(pair.find("dt")) <= 18:
                self._abbreviation(pair)
                continue
            for one in pair.iterchildren("dt", "dd"):
                if shown(one):
                    self._flow(one, "DefinitionTerm" if one.tag == "dt" else "Definition")

    def _abbreviation(self, pair: HtmlElement) -> None:
        line = self._line()
        for one in pair.iterchildren("dt", "dd"):
            if one.tag == "dd":
                line.put("<w:r><w:tab/></w:r>", words=False)
            line.add(one, Look(bold=True) if one.tag == "dt" else PLAIN)
        self._say("Abbreviation", line)

    def _strip(self, element: HtmlElement, pairs: Sequence[HtmlElement]) -> None:
        """A few numbers under their names, each with its interval below."""
        rows: list[list[list[Paragraph]]] = [[], [], []]
        for pair in pairs:
            parts = {str(one.tag): one for one in pair.iterchildren("dt", "dd")}
            rows[0].append(self._apart(parts["dt"], "StripLabel") if "dt" in parts else [])
            said = self._apart(parts["dd"], "StripInterval") if "dd" in parts else []
            rows[1].append([one for one in said if one.style == "StripFigure"])
            rows[2].append([one for one in said if one.style != "StripFigure"])
        named = element.get("aria-label") or ""
        self._add_table(side_by_side(rows, self._sheet.width, ruled=True, named=named))
        self._append(Paragraph("Apart", "", keep=True))

    def _shares(self, pairs: Sequence[HtmlElement], style: str) -> None:
        """Names with a number each, on one line."""
        line = self._line()
        for at, pair in enumerate(pairs):
            line.say(";  " if at else "")
            for one in pair.iterchildren("dt", "dd"):
                line.add(one, Look(bold=one.tag == "dd"))
                line.say("\N{NO-BREAK SPACE}" if one.tag == "dt" else "")
        self._say(style, line)

    def _columns(self, element: HtmlElement, style: str) -> None:
        """Blocks that stand beside each other; tables among them stand below each other."""
        parts = [one for one in element if shown(one)]
        if not parts or any(one.find(".//table") is not None for one in parts):
            self._flow(element, style)
            return
        cells = [self._apart(one, "TableText") for one in parts]
        cells += [[]] * (2 - len(cells))
        self._add_table(side_by_side([cells], self._sheet.width, ruled=False))
        self._append(Paragraph("Apart", "", keep=True))

    def _apart(self, element: HtmlElement, style: str) -> list[Paragraph]:
        """The paragraphs of an element that stands in a cell."""
        self._switch()
        kept, self._out = self._out, []
        pending, self._pending = self._pending + self._writing.names.at(element), ""
        self._flow(element, style)
        found, self._out = [one for one in self._out if isinstance(one, Paragraph)], kept
        left, self._pending = self._pending, ""
        if pending or left:
            if not found:
                found = [Paragraph(style, "")]
            found[0].inner = pending + found[0].inner
            found[-1].inner += left
        return found

    def _noted(self, element: HtmlElement, style: str) -> None:
        """A note beside a text follows it."""
        parts = [one for one in element if shown(one)]
        for one in sorted(parts, key=lambda part: "note" in classes(part)):
            self._block(one, style)

    # Tables and figures

    def _table(self, element: HtmlElement, style: str) -> None:
        del style
        known = element.find("caption")
        wide = self._sheet is ACROSS
        if known is not None and shown(known):
            self._pending += self._writing.names.at(known)
            above = caption(known, self._writing)
            above.inner, self._pending = self._pending + above.inner, ""
            self._append(above)
        small = wide or not _SMALL.isdisjoint(classes(element))
        self._add_table(table(element, self._apart, self._sheet.width, small=small))

    def _add_table(self, xml: str) -> None:
        """A table; two that follow each other would be one, and a cell may not end with one."""
        if not xml:
            return
        if self._out and isinstance(self._out[-1], str):
            self._append(Paragraph("Apart", ""))
        if self._pending:
            self._append(Paragraph("Apart", self._pending, keep=True))
            self._pending = ""
        self._append(xml)

    def _figure(self, element: HtmlElement, style: str) -> None:
        del style
        id_ = element.get("id") or ""
        drawn = element.find(f".//*[@{PLACE}]")
        drawing = self._drawings[int(drawn.get(PLACE) or 0)] if drawn is not None else None
        if drawing is not None and id_ in self._pictures:
            names, relations = self._writing.names, self._writing.relations
            fitting = scaled(drawing, self._sheet.width / TWIPS_PER_MM)
            png = relations.media(f"{id_}.png", self._pictures[id_])
            svg = relations.media(f"{id_}.svg", drawing.svg.encode())
            inner = self._pending + picture(fitting, names.next("picture"), FIGURE + id_, png, svg)
            self._pending = ""
            self._append(Paragraph("Picture", inner))
        before = len(self._out)
        for one in element.iter("figcaption"):
            if shown(one):
                self._flow(one, "Caption")
        for part in self._out[before:-1]:
            if isinstance(part, Paragraph):
                part.keep = True

    # Sections and contents

    def _append(self, part: Paragraph | str) -> None:
        self._switch()
        self._out.append(part)

    def _switch(self) -> None:
        """Pages of another kind from here on, if something is to stand there."""
        if self._open is self._sheet:
            return
        if self._out:
            last = self._out[-1]
            if not isinstance(last, Paragraph):
                last = Paragraph("Apart", "")
                self._out.append(last)
            last.section = self._end_of_section()
        self._open = self._sheet

    def _end_of_section(self) -> str:
        self._sections += 1
        self.sheets.add(self._open.name)
        running = self._running.get(self._open.name, "")
        return section(self._open, running, first=self._sections == 1)

    def _contents(self) -> None:
        if self._running and not self._wrote_contents:
            self._append(CONTENTS)
            self._wrote_contents = True


CONTENTS: Final = "<!--contents-->"
"""What stands for the table of contents until all headings are known."""


def _is_block(element: HtmlElement) -> bool:
    if element.tag == "span":
        return any(one in _BLOCK_SPANS for one in classes(element))
    return element.tag in _BLOCKS


def _length(element: HtmlElement | None) -> int:
    return len("".join(map(str, element.itertext())).strip()) if element is not None else 0
