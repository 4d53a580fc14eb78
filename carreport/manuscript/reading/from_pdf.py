"""PDF: its lines as paragraphs and tables; links to our ids as marks."""

from __future__ import annotations

import itertools
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import pypdfium2
from pypdfium2 import raw

from carreport.manuscript.model import Manuscript
from carreport.manuscript.reading.bad import bounded, refused
from carreport.manuscript.reading.pdf_blocks import Page, pdf_blocks
from carreport.manuscript.reading.pdf_links import claim_links, drawn, first_entry
from carreport.manuscript.reading.pdf_rows import rows_of
from carreport.manuscript.reading.pdf_runs import runs_of
from carreport.manuscript.reading.sections import with_references

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_MOST_PAGES: Final = 3000
_PROGRAM: Final = "carreport"
_MANIFEST: Final = "manifest.json"
_LONGEST_LIST: Final = 8


def read_pdf(path: Path) -> Manuscript:
    """
    Read a PDF.

    Args:
        path: The file.

    Raises:
        BadInput: It needs a password, is damaged, or holds no text.
    """
    with _opened(path) as document:
        about = document.get_metadata_dict()
        made_by = about["Creator"] if about["Creator"].startswith(_PROGRAM) else ""
        pages, notices = _pages(path, document, ours=bool(made_by))
        record = _record(document) if made_by else {}
    blocks = bounded(path, with_references(pdf_blocks(pages)))
    return Manuscript(path.name, "pdf", blocks, about["Title"], made_by, record, tuple(notices))


@contextmanager
def _opened(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            remedy = "save it without a password and give that"
            raise refused(path, "is encrypted with a password", remedy) from error
        remedy = "open it in a viewer and print it to a new PDF, or give the DOCX"
        raise refused(path, f"is a damaged PDF ({error})", remedy) from error
    try:
        yield document
    finally:
        document.close()


def _pages(
    path: Path, document: pypdfium2.PdfDocument, *, ours: bool
) -> tuple[list[Page], list[str]]:
    """All pages, and what a reader should know of them."""
    count = len(document)
    if count > _MOST_PAGES:
        found = f"has {count} pages, more than the {_MOST_PAGES} that are read"
        raise refused(path, found, "give the manuscript without its attachments, or split it")
    pages: list[Page] = []
    unread = 0
    empty: list[int] = []
    serial = itertools.count(1)
    entries = first_entry(document) if ours else count
    for at in range(count):
        page = _loaded(path, document, at)
        text = page.get_textpage()
        runs, odd = runs_of(text, drawn(page) if ours else {})
        claim_links(page, runs, serial)
        pages.append(Page(at + 1, tuple(rows_of(runs)), traced=at >= entries))
        unread += odd
        if not runs and _has_pictures(page):
            empty.append(at + 1)
        text.close()
        page.close()
    if not any(page.rows for page in pages):
        found = "holds no text: its pages are pictures (a scan)" if empty else "holds no text"
        remedy = "recognise its text first (OCR), or give the DOCX it was made from"
        raise refused(path, found, remedy)
    if unread > sum(len(row.text) for page in pages for row in page.rows) / 2:
        found = "does not say which characters its letters are"
        raise refused(path, found, "recognise its text (OCR), or give the DOCX it was made from")
    return pages, [*_notices(empty, unread)]


def _loaded(path: Path, document: pypdfium2.PdfDocument, at: int) -> pypdfium2.PdfPage:
    try:
        return document[at]
    except pypdfium2.PdfiumError as error:
        found = f"is a damaged PDF: page {at + 1} cannot be read"
        remedy = "open it in a viewer and print it to a new PDF, or give the DOCX"
        raise refused(path, found, remedy) from error


def _has_pictures(page: pypdfium2.PdfPage) -> bool:
    return any(True for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3))


def _notices(empty: Sequence[int], unread: int) -> Iterator[str]:
    if empty:
        some = ", ".join(map(str, empty[:_LONGEST_LIST])) + (
            ", …" if len(empty) > _LONGEST_LIST else ""
        )
        word = "page" if len(empty) == 1 else "pages"
        yield f"{word} {some} held a picture and no text: numbers in it were not read"
    if unread:
        yield f"its fonts do not say which characters {unread} of its letters are: they read �"


def _record(document: pypdfium2.PdfDocument) -> dict[str, str]:
    """What a report of ours carries of its build."""
    for at in range(document.count_attachments()):
        file = document.get_attachment(at)
        if file.get_name() == _MANIFEST:
            try:
                return dict(_told(json.loads(bytes(file.get_data()))))
            except (ValueError, RecursionError, pypdfium2.PdfiumError):
                return {}
    return {}


def _told(manifest: Any) -> Iterator[tuple[str, str]]:
    if isinstance(manifest, dict):
        for name in ("study", "cutoff", "session", "commit"):
            if isinstance(value := manifest.get(name), str):
                yield name, value
        inputs = manifest.get("inputs")
        for name, digest in inputs.items() if isinstance(inputs, dict) else ():
            yield f"inputs/{name}", str(digest)
