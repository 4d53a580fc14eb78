"""Manuscripts written for tests: Word documents from their XML, PDFs from pages of HTML."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

import docx
import weasyprint
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from carreport.manuscript.model import Block, Manuscript

NAMESPACES = " ".join(
    f'xmlns:{name}="{address}"'
    for name, address in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "v": "urn:schemas-microsoft-com:vml",
    }.items()
)
_RUN = re.compile(r"\d+")


def word(folder: Path, body: str, **parts: str) -> Path:
    """
    A Word document with this body.

    Args:
        folder: Where it is written.
        body: XML of its paragraphs and tables; prefixes are declared.
        parts: XML of further parts: footnotes, endnotes, numbering.
    """
    document = docx.Document()
    element = document.element.body
    section = element[-1]
    wrapped = parse_xml(f"<w:body {NAMESPACES}>{body}</w:body>")
    for child in list(wrapped):
        section.addprevious(child)
    for name, xml in parts.items():
        _add_part(document, name, xml)
    path = folder / "manuscript.docx"
    document.save(str(path))
    return path


def _add_part(document: docx.document.Document, name: str, xml: str) -> None:
    kind = {"footnotes": "FOOTNOTES", "endnotes": "ENDNOTES", "numbering": "NUMBERING"}[name]
    content_type = getattr(CONTENT_TYPE, f"WML_{kind}")
    relation = getattr(RELATIONSHIP_TYPE, kind)
    whole = f"<w:{name} {NAMESPACES}>{xml}</w:{name}>".encode()
    main = document.part
    for id_, one in list(main.rels.items()):
        if one.reltype == relation:
            del main.rels[id_]
    package = main.package
    main.relate_to(Part(PackURI(f"/word/{name}.xml"), content_type, whole, package), relation)


def paragraph(*runs: str, properties: str = "") -> str:
    """A paragraph of runs, or of texts that become runs."""
    inner = "".join(one if one.startswith("<") else run(one) for one in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def run(text: str, properties: str = "") -> str:
    """A run of text."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def raised(text: str) -> str:
    """A raised run."""
    return run(text, '<w:vertAlign w:val="superscript"/>')


def pdf(folder: Path, body: str, style: str = "", **options: object) -> Path:
    """A PDF of a page of HTML."""
    path = folder / "manuscript.pdf"
    sheet = "@page { size: A4; margin: 2cm } body { font: 10pt/1.3 serif }"
    page = f"<html lang=en><head><title>A manuscript</title><style>{sheet}{style}</style></head>"
    html = weasyprint.HTML(string=f"{page}<body>{body}</body></html>")
    html.write_pdf(path, **options)
    return path


def texts(blocks: Iterable[Block], *kinds: str) -> list[str]:
    """The texts of blocks, of some kinds only if any are named."""
    return [block.text for block in blocks if not kinds or block.kind in kinds]


def marked(manuscript: Manuscript) -> dict[str, str]:
    """What stands under each id."""
    return {
        mark.id: block.text[mark.start : mark.end]
        for block in manuscript.blocks
        for mark in block.marks
        if mark.owner == "number"
    }


def digit_runs(text: str) -> Counter[str]:
    """How often each run of digits stands in a text, raised and lowered ones included."""
    return Counter(_RUN.findall(unicodedata.normalize("NFKC", text)))
