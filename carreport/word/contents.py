"""The table of contents, filled in, and the heads and feet of the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from carreport.word.inline import Line, Writing
from carreport.word.markup import DECLARED, PROLOGUE, plain, run
from carreport.word.markup import field as word_field
from carreport.word.paragraphs import Paragraph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

_INSTRUCTION: Final = 'TOC \\o "1-{}" \\h \\z \\u'
_MOST: Final = 20
"""Lines that stand on the first page; of a longer list only the first level is given."""
_TITLE: Final = "Contents"
_BEGIN: Final = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
_SEPARATE: Final = '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
_END: Final = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
_TAB: Final = "<w:r><w:tab/></w:r>"


def contents(headings: Sequence[tuple[int, str, str]]) -> str:
    """
    A field that lists the headings; the program that opens it adds page numbers when it is updated.

    Args:
        headings: Level, bookmark and words of each.
    """
    if not headings:
        return ""
    depth = 2 if len(headings) <= _MOST else 1
    headings = [one for one in headings if one[0] <= depth]
    lines = []
    for at, (level, name, words) in enumerate(headings):
        inner = f'<w:hyperlink w:anchor="{name}" w:history="1">{run(plain(words))}</w:hyperlink>'
        if not at:
            words_ = _INSTRUCTION.format(depth)
            asked = f'<w:r><w:instrText xml:space="preserve"> {words_} </w:instrText></w:r>'
            inner = f"{_BEGIN}{asked}{_SEPARATE}{inner}"
        if at + 1 == len(headings):
            inner += _END
        lines.append(Paragraph(f"TOC{level}", inner).xml())
    title = Paragraph("TOCHeading", run(_TITLE)).xml()
    return (
        '<w:sdt><w:sdtPr><w:id w:val="100000"/><w:docPartObj>'
        '<w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent>{title}{''.join(lines)}</w:sdtContent></w:sdt>"
    )


def head(page: HtmlElement, writing: Writing, width: int) -> str:
    """The head of the pages: study on the left; cutoff and data status on the right."""
    line = Line(writing)
    for at, name in enumerate(("head-left", "head-right")):
        if at:
            line.put(_TAB, words=False)
        for one in page.iter("div"):
            if name in (one.get("class") or "").split():
                line.read(one)
    return _part("hdr", "Header", line.xml(), width)


def foot(page: HtmlElement, writing: Writing, width: int) -> str:
    """The foot of the pages: what the data are on the left, page n of N on the right."""
    line = Line(writing)
    for one in page.iter("div"):
        if "standing" in (one.get("class") or "").split():
            line.read(one)
    line.put(_TAB, words=False)
    line.say("Page ")
    line.put(word_field("PAGE", run("1")))
    line.say(" of ")
    line.put(word_field("NUMPAGES", run("1")))
    return _part("ftr", "Footer", line.xml(), width)


def nothing(kind: str, style: str) -> str:
    """An empty head or foot."""
    return f"{PROLOGUE}<w:{kind} {DECLARED}>{Paragraph(style, '').xml()}</w:{kind}>"


def _part(kind: str, style: str, inner: str, width: int) -> str:
    tabs = f'<w:tabs><w:tab w:val="right" w:pos="{width}"/></w:tabs>'
    about = f'<w:pPr><w:pStyle w:val="{style}"/>{tabs}</w:pPr>'
    return f"{PROLOGUE}<w:{kind} {DECLARED}><w:p>{about}{inner}</w:p></w:{kind}>"
