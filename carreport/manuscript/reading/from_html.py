"""HTML: what a reader of the page sees, tables as cells, drawings as their lettering."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Final

from lxml import etree, html

from carreport.manuscript.model import Manuscript
from carreport.manuscript.reading.bad import bounded, refused
from carreport.manuscript.reading.decoding import decoded
from carreport.manuscript.reading.html_page import page_blocks
from carreport.manuscript.reading.sections import with_references
from carreport.manuscript.reading.words import plain

if TYPE_CHECKING:
    from pathlib import Path

    from lxml.html import HtmlElement

_CHARSET: Final = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE
)
_XML: Final = re.compile(
    rb"^\s*<\?xml[^>]{0,200}?(?:encoding\s*=\s*[\"']([\w.:-]{1,40}))?[^>]{0,200}>"
)
_HEAD: Final = 4096
_CUT: Final = ("Excessive depth", "huge")
"""What libxml2 says when it leaves the rest of a page out."""
_FLATTEN: Final = "its elements stand more than 2,000 deep in each other"


def read_html(path: Path) -> Manuscript:
    """
    Read a page; nothing it names is fetched.

    Args:
        path: The file.

    Raises:
        BadInput: It cannot be read as HTML.
    """
    text, notices = decoded(path, _said(path))
    tree = parsed(path, text)
    blocks = bounded(path, with_references(page_blocks(tree)))
    title = tree.find(".//head/title")
    ours = tree.find(".//data[@data-id]") is not None
    return Manuscript(
        path.name,
        "html",
        blocks,
        title=plain(title.text or "") if title is not None else "",
        made_by="carreport" if ours else "",
        notices=notices,
    )


def _said(path: Path) -> str:
    """The encoding a page names, if Python knows it."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    found = _CHARSET.search(head) or _XML.match(head)
    name = (found[1] or b"").decode("ascii", "replace") if found else ""
    try:
        return codecs.lookup(name).name if name else ""
    except LookupError:
        return ""


def parsed(path: Path, text: str) -> HtmlElement:
    """
    The tree of a page.

    Args:
        path: The file, for the message.
        text: HTML.

    Raises:
        BadInput: The parser would leave a part of it out.
    """
    content = text.replace("\0", "").encode("utf-8", "replace")
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True)
    try:
        tree = html.document_fromstring(content, parser=parser)
    except etree.ParserError as error:
        raise refused(path, "holds no text", "give a document with text in it") from error
    if any(one.message.startswith(_CUT) for one in parser.error_log):
        raise refused(path, f"is no page a browser writes: {_FLATTEN}", "save it as text or DOCX")
    return tree
