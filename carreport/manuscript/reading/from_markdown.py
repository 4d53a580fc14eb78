"""Markdown: made into HTML, and read as that."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from markdown_it import MarkdownIt

from carreport.manuscript.model import Manuscript
from carreport.manuscript.reading.bad import bounded, refused
from carreport.manuscript.reading.decoding import decoded
from carreport.manuscript.reading.from_html import parsed
from carreport.manuscript.reading.html_page import page_blocks
from carreport.manuscript.reading.sections import with_references
from carreport.manuscript.reading.tex import without_tex

if TYPE_CHECKING:
    from pathlib import Path

    from markdown_it.rules_core import StateCore

_FRONT: Final = re.compile(r"\A---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TITLE: Final = re.compile(r"^title\s*:\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)
_COMMENT: Final = re.compile(r"\A\s*\Z")


def read_markdown(path: Path) -> Manuscript:
    """
    Read Markdown; what stands before it between lines of dashes is no text.

    Args:
        path: The file.

    Raises:
        BadInput: It is no text, or holds none.
    """
    text, notices = decoded(path)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    front = _FRONT.match(text)
    if front:
        text = "\n" * front[0].count("\n") + text[front.end() :]
    page = _reader().render(text)
    if not page.strip():
        raise refused(path, "holds no text", "give a document with text in it")
    title = _TITLE.search(front[1] or "") if front else None
    return Manuscript(
        path.name,
        "markdown",
        bounded(path, with_references(page_blocks(parsed(path, page)))),
        title=title[1] if title else "",
        notices=notices,
    )


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": True}).enable("table")
    reader.core.ruler.before("inline", "formulas", _formulas)
    reader.core.ruler.push("lines", _lines)
    return reader


def _formulas(state: StateCore) -> None:
    """Formulas become text before stars and underscores in them mean anything."""
    for token in state.tokens:
        if token.type == "inline":
            token.content = without_tex(token.content)


def _lines(state: StateCore) -> None:
    """Each block says in which line it stood."""
    for token in state.tokens:
        if token.map and token.nesting >= 0 and token.type not in ("inline", "html_block"):
            token.attrSet("data-line", str(token.map[0] + 1))
