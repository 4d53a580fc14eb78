"""Links of a PDF of ours: every printed number leads to its entry, whose name is its id."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, Final

from pypdfium2 import raw

from carreport.manuscript.reading.addresses import id_named
from carreport.manuscript.reading.words import Claimed
from carreport.render.reread import link_notes, note_string

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pypdfium2

    from carreport.manuscript.reading.pdf_runs import Run

_UNMARKED: Final = -1


def claim_links(page: pypdfium2.PdfPage, runs: Iterable[Run], serial: Iterator[int]) -> None:
    """
    Give characters the ids of the links they stand under.

    Args:
        page: The page.
        runs: Its runs; their claims change.
        serial: Tells links apart.
    """
    upright = [run for run in runs if run.turned == 0]
    for id_, area in _links(page):
        claimed = Claimed(id_, "number", next(serial))
        low, high = sorted((area.bottom, area.top))
        first, last = sorted((area.left, area.right))
        for run in upright:
            middle = run.base + 0.25 * run.size
            if low < middle < high and run.left < last and run.right > first:
                for at, (left, right) in enumerate(run.edges):
                    if first < (left + right) / 2 < last and not _is_linked(run, at):
                        run.claims[at] = claimed


def _is_linked(run: Run, at: int) -> bool:
    claimed = run.claims.get(at)
    return claimed is not None and claimed.owner == "number"


def _links(page: pypdfium2.PdfPage) -> Iterator[tuple[str, Any]]:
    """Ids that links lead to, with the area of each."""
    for note in link_notes(page):
        if id_ := id_named(note_string(note, b"Dest")):
            area = raw.FS_RECTF()
            raw.FPDFAnnot_GetRect(note, area)
            yield id_, area


def drawn(page: pypdfium2.PdfPage) -> dict[int, Claimed]:
    """
    What the marked content of a page of ours says of its text.

    A drawing's lettering is content of its figure; its axes, like heads and feet of the page, are
    marked as no content of the text. What of it is a number of ours is a link as well.

    Args:
        page: Of a report of ours.
    """
    found = {_UNMARKED: Claimed("", "axis")}
    tree = raw.FPDF_StructTree_GetForPage(page)
    try:
        for at in range(raw.FPDF_StructTree_CountChildren(tree)):
            child = raw.FPDF_StructTree_GetChildAtIndex(tree, at)
            for content in _in_figures(child, inside=False):
                found.setdefault(content, Claimed("", "label"))
    finally:
        raw.FPDF_StructTree_Close(tree)
    return found


def _in_figures(element: Any, *, inside: bool) -> Iterator[int]:
    """Numbers of the marked content that stands in figures."""
    inside = inside or _type(element) == "Figure"
    if inside:
        for at in range(raw.FPDF_StructElement_GetMarkedContentIdCount(element)):
            yield raw.FPDF_StructElement_GetMarkedContentIdAtIndex(element, at)
    for at in range(raw.FPDF_StructElement_CountChildren(element)):
        child = raw.FPDF_StructElement_GetChildAtIndex(element, at)
        if child:
            yield from _in_figures(child, inside=inside)


def _type(element: Any) -> str:
    size = raw.FPDF_StructElement_GetType(element, None, 0)
    buffer = ctypes.create_string_buffer(size)
    raw.FPDF_StructElement_GetType(element, buffer, size)
    return buffer.raw.decode("utf-16-le", "replace").removesuffix("\0")


def first_entry(document: pypdfium2.PdfDocument) -> int:
    """
    The first page, from 0, that tells where a number comes from; the number of pages if none does.

    Args:
        document: A report of ours.
    """
    found = len(document)
    for at in range(raw.FPDF_CountNamedDests(document)):
        size = ctypes.c_long(0)
        raw.FPDF_GetNamedDest(document, at, None, size)
        buffer = ctypes.create_string_buffer(max(size.value, 0))
        place = raw.FPDF_GetNamedDest(document, at, buffer, size)
        name = buffer.raw.decode("utf-16-le", "replace").removesuffix("\0")
        page = raw.FPDFDest_GetDestPageIndex(document, place)
        if id_named(name) and 0 <= page < found:
            found = page
    return found
