"""
After a PDF is written: it prints the numbers of its page, and no others.

The page was proved digit by digit before WeasyPrint laid it out; this looks at what came out: a
number lost at a page's edge, hidden by a style sheet, made by one, or left out by a font.
"""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import pypdfium2
from lxml import html
from pypdfium2 import raw

from carreport.errors import UntracedNumber

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LOST: Final = "too wide for the paper, or hidden by a style sheet"
NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")
_GROUPED: Final = re.compile("(?<=[0-9])\N{NARROW NO-BREAK SPACE}(?=[0-9]{3})")
"""The space between thousands, which a PDF may give back or not."""
_SILENT: Final = frozenset({"script", "style", "title", "desc", "head", "template"})
_HEAD: Final = "running-head"
_ELSEWHERE: Final = frozenset({"skip", "contents", "no-print", "page-foot", _HEAD})
"""Classes of what style.css does not print, or prints on every page."""
_PAGES: Final = "pages"
"""The class around links that are made into the numbers of the pages they lead to."""
_INLINE: Final = frozenset({
    "a", "abbr", "b", "bdi", "cite", "code", "data", "em", "g", "i", "mark", "q", "s", "small",
    "span", "strong", "sub", "sup", "time", "tspan", "u", "wbr",
})  # fmt: skip
"""Elements whose words run on into the next; all others stand apart."""


@dataclass(frozen=True, slots=True)
class Link:
    """
    A link within a PDF.

    Attributes:
        page: The page it is on, from 1.
        target: The name of what it leads to.
        leads_to: The page that is on, from 1; 0 if there is none.
        text: What stands under it.
    """

    page: int
    target: str
    leads_to: int
    text: str


@dataclass(frozen=True, slots=True)
class Carried:
    """A file inside a PDF, and the MD5 the PDF states for it, in capitals."""

    content: bytes
    stated: str


class Reading:
    """
    What a PDF prints.

    Args:
        document: Opened by pypdfium2.
    """

    def __init__(self, document: pypdfium2.PdfDocument) -> None:
        self._document = document
        self._pages = [page.get_textpage() for page in document]
        self._places = dict(_places(document))
        self.pages: Sequence[str] = [page.get_text_bounded() for page in self._pages]

    def links(self) -> Iterator[Link]:
        """Links that lead to a place in the document, page by page."""
        for at, text in enumerate(self._pages):
            for note in link_notes(text.page):
                if target := note_string(note, b"Dest"):
                    area = raw.FS_RECTF()
                    raw.FPDFAnnot_GetRect(note, area)
                    words = text.get_text_bounded(area.left, area.bottom, area.right, area.top)
                    yield Link(at + 1, target, self.page_of(target), words.strip())

    def page_of(self, name: str) -> int:
        """The page, from 1, of the place with this name; 0 if there is none."""
        return self._places.get(name, 0)

    def files(self) -> dict[str, Carried]:
        """The files inside, by name."""
        found = {}
        for at in range(self._document.count_attachments()):
            file = self._document.get_attachment(at)
            stated = file.get_str_value("CheckSum")
            found[file.get_name()] = Carried(bytes(file.get_data()), stated.strip("<>").upper())
        return found


def _places(document: pypdfium2.PdfDocument) -> Iterator[tuple[str, int]]:
    """The names of places, and their pages from 1."""
    for at in range(raw.FPDF_CountNamedDests(document)):
        size = ctypes.c_long(0)
        raw.FPDF_GetNamedDest(document, at, None, size)
        buffer = ctypes.create_string_buffer(size.value)
        place = raw.FPDF_GetNamedDest(document, at, buffer, size)
        yield _decoded(buffer), raw.FPDFDest_GetDestPageIndex(document, place) + 1


def _decoded(buffer: ctypes.Array[ctypes.c_char]) -> str:
    return buffer.raw.decode("utf-16-le", "replace").removesuffix("\0")


def link_notes(page: pypdfium2.PdfPage) -> Iterator[Any]:
    """The links of a page; each is closed when the next is asked for."""
    for at in range(raw.FPDFPage_GetAnnotCount(page)):
        note = raw.FPDFPage_GetAnnot(page, at)
        try:
            if raw.FPDFAnnot_GetSubtype(note) == raw.FPDF_ANNOT_LINK:
                yield note
        finally:
            raw.FPDFPage_CloseAnnot(note)


def note_string(note: Any, key: bytes) -> str:
    """What a link says under a key, such as `Dest`; empty where it says nothing."""
    size = raw.FPDFAnnot_GetStringValue(note, key, None, 0)
    buffer = ctypes.create_string_buffer(size)
    raw.FPDFAnnot_GetStringValue(
        note, key, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size
    )
    return _decoded(buffer)


@contextmanager
def reading(content: bytes) -> Iterator[Reading]:
    """
    Open a PDF.

    Raises:
        pypdfium2.PdfiumError: It is none, or needs a password.
    """
    document = pypdfium2.PdfDocument(content)
    try:
        yield Reading(document)
    finally:
        document.close()


def numbers_of(text: str) -> list[str]:
    """The numbers in a text; thousands set apart by a thin space are one."""
    return NUMBER.findall(_GROUPED.sub("", text))


def reread(pdf: bytes, page: str, traces: str = "") -> None:
    """
    Check a PDF against what it was made from.

    Args:
        pdf: As written.
        page: The page's HTML.
        traces: The appendix' HTML.

    Raises:
        UntracedNumber: A number of the page is not in the PDF, or the reverse.
    """
    with reading(pdf) as found:
        unlike = [*differences(found, page, traces)]
    if unlike:
        raise UntracedNumber(unlike)


def differences(pdf: Reading, page: str, traces: str = "") -> Iterator[str]:
    """
    Numbers a PDF prints that are not those of its HTML.

    Args:
        pdf: The PDF.
        page: The page's HTML.
        traces: The appendix' HTML.

    Yields:
        Each number with what is wrong with it.
    """
    trees = [html.document_fromstring(one) for one in (page, traces) if one]
    wanted = Counter[str]()
    for tree in trees:
        wanted += Counter(_numbers(tree))
        wanted += Counter(_references(tree, pdf))
    wanted += Counter(_running(trees[0], pdf))
    wanted += Counter(_foots(pdf))
    on_pages = [Counter(numbers_of(text)) for text in pdf.pages]
    found = sum(on_pages, Counter[str]())
    for number in wanted - found:
        yield f"{number!r} is not in the PDF as often as in its page ({LOST})"
    for number in found - wanted - _repeated(trees, len(pdf.pages)):
        pages = ", ".join(str(at) for at, one in enumerate(on_pages, start=1) if number in one)
        yield f"{number!r} is in the PDF (page {pages}) oftener than in its page"


def _references(tree: html.HtmlElement, pdf: Reading) -> Iterator[str]:
    """Numbers of pages that the appendix names."""
    for span in tree.iter("span"):
        if span.get("class") == _PAGES:
            links = [(_name(one.get("href", "")), one.get("data-in", "")) for one in span.iter("a")]
            pages = {pdf.page_of(name) or pdf.page_of(block) for name, block in links}
            yield from (str(page) for page in pages if page)


def _name(address: str) -> str:
    return unquote(address.removeprefix("#"))


def _running(tree: html.HtmlElement, pdf: Reading) -> Iterator[str]:
    """Numbers of the heads that run over the pages, as often as the page itself lacks their words."""
    heads = [one for one in tree.iter("div") if one.get("class") == _HEAD]
    said = _close("".join(_words(tree)))
    for part in (one for head in heads for one in head):
        shown = _close("".join(_words(part)))
        times = sum(_close(text).count(shown) for text in pdf.pages) if shown else 0
        times -= said.count(shown) if times else 0
        yield from numbers_of("".join(_words(part))) * max(times, 0)


def _close(text: str) -> str:
    return "".join(text.split())


def _foots(pdf: Reading) -> Iterator[str]:
    """Numbers of lines that say which page it is, at their end: of how many, or nothing else."""
    for at, text in enumerate(pdf.pages, start=1):
        own = [str(at), str(len(pdf.pages))]
        lines, end = text.splitlines(), _close(f"{at} of {len(pdf.pages)}")
        if any(NUMBER.findall(line) == own or _ends(line, end) for line in lines):
            yield from own
        elif own[0] in (line.strip() for line in lines):
            yield own[0]


def _ends(line: str, end: str) -> bool:
    """Whether a line ends so, and not in the midst of a number."""
    before, found, after = _close(line).rpartition(end)
    return bool(found) and not after and not before[-1:].isdigit()


def _repeated(trees: Iterable[html.HtmlElement], pages: int) -> Counter[str]:
    """Numbers of lists; those in heads of tables stand again where a table goes on."""
    found = Counter[str]()
    for tree in trees:
        for head in tree.iter("thead"):
            found.update(_numbers(head) * pages)
        for list_ in tree.iter("ol"):
            found.update(str(at) for at in range(1, 1 + len(list_.findall("li"))))
    return found


def _numbers(tree: html.HtmlElement) -> list[str]:
    return numbers_of("".join(_words(tree)))


def _words(tree: html.HtmlElement) -> list[str]:
    words: list[str] = []
    _read(tree, words)
    return words


def _read(element: html.HtmlElement, words: list[str]) -> None:
    """The text a reader of the paper sees, what stands apart spaced apart."""
    tag = element.tag
    if tag in _SILENT or not _ELSEWHERE.isdisjoint((element.get("class") or "").split()):
        return
    space = "" if tag in _INLINE else " "
    words.append(space)
    words.append(element.text or "")
    for child in element:
        if isinstance(child.tag, str):
            _read(child, words)
        words.append(child.tail or "")
    words.append(space)
