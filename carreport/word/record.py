"""
A document's record: which numbers it was written with.

It stands in a custom XML part, one entry for each content control, in document order:

    <ids xmlns="urn:carreport:ids" study="…" cutoff="2020-08-19" document="interim" digest="…">
      <id key="a1" control="1730411" style="bare" printed="61.2" value="0.612" origin="simulated">
        survival.os.rate@day=730,group=treated</id>
    </ids>

LibreOffice 7.4 keeps the part, the title of a control and the name of a drawing; it gives every
control another `w:id` and drops its tag. So an entry and its control are found by their key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lxml import etree

IDS: Final = "urn:carreport:ids"
"""The namespace of the part."""
TAG: Final = "carreport:"
"""What the tag and the title of a control of ours begin with."""
LONGEST: Final = 64
"""So many characters Word allows in a tag or a title."""
FIGURE: Final = "carreport:figure:"
"""What the name of a drawing of ours begins with (`wp:docPr`); the figure's name follows."""
_ENTRY: Final = f"{{{IDS}}}id"
_LARGEST: Final = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Written:
    """
    One number as it was written into a document.

    Attributes:
        id: The result.
        key: What follows `carreport:` in the control: the id, or a short name for it.
        printed: What stood in the control.
        style: The style it was printed in (`carreport.units.STYLES`).
        control: The control's `w:id`.
        value: The result's value as Python writes it; empty where it is none.
        origin: The label of its origin, which decides the mark beside it; empty for what a study
            states.
    """

    id: str
    key: str
    printed: str
    style: str = ""
    control: str = ""
    value: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """
    What a document was written from.

    Attributes:
        study: The study's title.
        cutoff: The data cutoff, YYYY-MM-DD.
        document: Which of the study's documents it is.
        digest: The value of `study.data.digest`: the data as known by the cutoff.
        numbers: Every linked number, in document order.
        session: `open` where it was written for an open session: nothing by group; else nothing.
    """

    study: str
    cutoff: str
    document: str
    digest: str
    numbers: tuple[Written, ...]
    session: str = ""

    @property
    def keys(self) -> dict[str, str]:
        """Ids by what stands for them in controls."""
        return {one.key: one.id for one in self.numbers}


def record_xml(record: Record) -> bytes:
    """
    The part that holds a record.

    Args:
        record: What the document was written from.

    Returns:
        UTF-8, the same bytes for the same record.

    >>> one = Written("a.rate", "a.rate", "61.2", "bare", "7", "0.612", "collected")
    >>> record_of(record_xml(Record("S", "2020-08-19", "interim", "abc", (one,)))).numbers == (one,)
    True
    """
    root = etree.fromstring(f'<ids xmlns="{IDS}"/>')
    for name in ("study", "cutoff", "document", "digest"):
        root.set(name, getattr(record, name))
    if record.session:
        root.set("session", record.session)
    for one in record.numbers:
        names = ("key", "control", "style", "printed", "value", "origin")
        etree.SubElement(root, _ENTRY, {name: getattr(one, name) for name in names}).text = one.id
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def record_of(blob: bytes) -> Record | None:
    """
    The record that a custom XML part holds.

    Args:
        blob: The part.

    Returns:
        None where it is the part of another program, or no XML. A part that only says what short
        names stand for is a record without a cutoff.
    """
    if IDS.encode() not in blob or len(blob) > _LARGEST:
        return None
    try:
        root = etree.fromstring(blob, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return None
    if root.tag != f"{{{IDS}}}ids":
        return None
    numbers = tuple(_written(one) for one in root.iterchildren(_ENTRY) if one.get("key"))
    study, cutoff, document, digest = (
        root.get(name) or "" for name in ("study", "cutoff", "document", "digest")
    )
    return Record(study, cutoff, document, digest, numbers, root.get("session") or "")


def _written(entry: etree._Element) -> Written:
    told = {name: entry.get(name) or "" for name in ("style", "control", "value", "origin")}
    id_ = (entry.text or "").strip()
    return Written(id=id_, key=entry.get("key") or "", printed=entry.get("printed") or "", **told)
