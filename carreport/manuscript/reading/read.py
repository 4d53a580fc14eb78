"""A manuscript of any format."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from carreport.manuscript.reading.bad import refused
from carreport.manuscript.reading.recognising import misnamed, recognised

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from carreport.manuscript.model import Format, Manuscript


def read(path: Path) -> Manuscript:
    """
    Read a manuscript.

    Args:
        path: DOCX, PDF, HTML, Markdown or plain text; its content decides which.

    Returns:
        All its text, in reading order.

    Raises:
        BadInput: It cannot be read, and what to do.
    """
    kind = recognised(path)
    manuscript = _reader(kind)(path)
    if not any(block.text for block in manuscript.blocks):
        raise refused(path, "holds no text", "give a document with text in it")
    if notice := misnamed(path, kind):
        manuscript = replace(manuscript, notices=(notice, *manuscript.notices))
    return manuscript


def _reader(kind: Format) -> Callable[[Path], Manuscript]:
    """The reader of a format; only its own library is loaded."""
    match kind:
        case "docx":
            from carreport.manuscript.reading.from_docx import read_docx as reader
        case "pdf":
            from carreport.manuscript.reading.from_pdf import read_pdf as reader
        case "html":
            from carreport.manuscript.reading.from_html import read_html as reader
        case "markdown":
            from carreport.manuscript.reading.from_markdown import read_markdown as reader
        case "text":
            from carreport.manuscript.reading.from_text import read_text as reader
    return reader
