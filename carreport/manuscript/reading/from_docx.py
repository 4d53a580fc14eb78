"""
DOCX: what Word would show, insertions accepted and deletions gone.

A number of ours is told by the content control around it (`w:sdt`), whose tag and title
(`w:tag`, `w:alias`: LibreOffice keeps only the second) are `carreport:` and the id. Word allows
either 64 characters, and LibreOffice forgets controls without `w:id` and `w:text`; so a longer id
has a short name there, which the document's record explains (`carreport.word.record`). A link to a
place named by an id (in the document, or `report.html#id`) says the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from carreport.manuscript.model import Manuscript
from carreport.manuscript.reading.bad import bounded
from carreport.manuscript.reading.docx_body import Body
from carreport.manuscript.reading.docx_package import Package, W
from carreport.manuscript.reading.sections import with_references
from carreport.word.record import record_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from carreport.word.record import Record


def read_docx(path: Path) -> Manuscript:
    """
    Read a Word document.

    Args:
        path: The file.

    Raises:
        BadInput: It is damaged.
    """
    package = Package(path)
    records = [one for blob in package.custom_parts() if (one := record_of(blob))]
    keys = {key: id_ for one in records for key, id_ in one.keys.items()}
    record = next((one for one in records if one.cutoff), None)
    body = Body(package, keys)
    blocks = bounded(path, with_references(body.blocks()))
    ours = bool(keys) or any(mark.owner == "number" for block in blocks for mark in block.marks)
    return Manuscript(
        path.name,
        "docx",
        blocks,
        title=package.title,
        made_by="carreport" if ours else "",
        record=_stated(record) if record else {},
        notices=tuple(_notices(package.root, body)),
        written=record.numbers if record else (),
    )


def _stated(record: Record) -> dict[str, str]:
    told = {
        "study": record.study, "cutoff": record.cutoff, "document": record.document,
        "session": record.session,
    }  # fmt: skip
    return {name: said for name, said in told.items() if said}


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
