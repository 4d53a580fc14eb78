"""
DOCX: what Word would show, insertions accepted and deletions gone.

A number of ours is told by the content control around it (`w:sdt`), whose tag and title
(`w:tag`, `w:alias`: LibreOffice keeps only the second) are `carreport:` and the id. Word allows
either 64 characters, and LibreOffice forgets controls without `w:id` and `w:text`; so that a longer id has a short name there, and the id itself stands in a
custom XML part: `<ids xmlns="urn:carreport:ids"><id key="a1">…</id></ids>`. A link to a place
named by an id (in the document, or `report.html#id`) says the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from carreport.manuscript.model import Manuscript
from carreport.manuscript.reading.bad import bounded
from carreport.manuscript.reading.docx_body import Body
from carreport.manuscript.reading.docx_package import Package, W
from carreport.manuscript.reading.sections import with_references

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

IDS: Final = "urn:carreport:ids"
"""The namespace of the part that says what short names stand for."""
_LARGEST: Final = 8 * 2**20


def read_docx(path: Path) -> Manuscript:
    """
    Read a Word document.

    Args:
        path: The file.

    Raises:
        BadInput: It is damaged.
    """
    package = Package(path)
    keys = _keys(package)
    body = Body(package, keys)
    blocks = bounded(path, with_references(body.blocks()))
    ours = bool(keys) or any(mark.owner == "number" for block in blocks for mark in block.marks)
    return Manuscript(
        path.name,
        "docx",
        blocks,
        title=package.title,
        made_by="carreport" if ours else "",
        notices=tuple(_notices(package.root, body)),
    )


def _keys(package: Package) -> dict[str, str]:
    """Ids by the short names that stand for them."""
    found: dict[str, str] = {}
    for blob in package.custom_parts():
        if IDS.encode() in blob and len(blob) < _LARGEST:
            try:
                root = etree.fromstring(blob, etree.XMLParser(resolve_entities=False))
            except etree.XMLSyntaxError:
                continue
            for one in root.iter(f"{{{IDS}}}id"):
                found[one.get("key") or ""] = one.text or ""
    return found


def _notices(root: Any, body: Body) -> Iterator[str]:
    if pictures := body.found.pictures:
        word = "picture or chart" if pictures == 1 else "pictures or charts"
        yield f"holds {pictures} {word}: numbers drawn there were not read"
    if next(root.iter(W + "altChunk"), None) is not None:
        yield "holds another document that Word has not taken in yet: open and save it in Word"
    changed = sum(1 for tag in ("ins", "del", "moveFrom") for _ in root.iter(W + tag))
    if changed:
        yield "has tracked changes: it was read as if all were accepted"
    if next(root.iter(W + "commentReference"), None) is not None:
        yield "has comments, which were not read"
