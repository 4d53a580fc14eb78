"""A Word document's parts, zipped: the same bytes for the same parts."""

from __future__ import annotations

import io
import uuid
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from carreport.word.markup import DECLARED, PROLOGUE, attribute, plain

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip file can state."""
_TYPES: Final = {
    "document": f"{_WORD}.document.main+xml",
    "styles": f"{_WORD}.styles+xml",
    "settings": f"{_WORD}.settings+xml",
    "numbering": f"{_WORD}.numbering+xml",
    "fontTable": f"{_WORD}.fontTable+xml",
    "header": f"{_WORD}.header+xml",
    "footer": f"{_WORD}.footer+xml",
}
_EXTERNAL: Final = ' TargetMode="External"'
RECORD: Final = "customXml/item1.xml"
"""Where the record of the numbers stands."""


@dataclass(slots=True)
class Relations:
    """
    What a part of the document refers to.

    Attributes:
        parts: For each id, the kind and the address.
        files: Pictures, by name.
        counted: How many ids were given.
    """

    parts: dict[str, tuple[str, str]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    counted: int = 0

    def to(self, kind: str, address: str) -> str:
        """The id of a relation; the same for the same address."""
        for id_, known in self.parts.items():
            if known == (kind, address):
                return id_
        self.counted += 1
        id_ = f"rId{self.counted}"
        self.parts[id_] = (kind, address)
        return id_

    def forget(self, address: str) -> None:
        """Drop the relation to a part that there is not."""
        self.parts = {id_: one for id_, one in self.parts.items() if one[1] != address}

    def external(self, address: str) -> str:
        """The id of a link that leads out of the document."""
        return self.to("hyperlink", address)

    def media(self, name: str, content: bytes) -> str:
        """The id of a picture, which is put beside the document."""
        self.files[name] = content
        return self.to("image", f"media/{name}")

    def xml(self) -> str:
        """The part that states them."""
        lines = "".join(
            f'<Relationship Id="{id_}" Type="{_OFFICE}/relationships/{kind}"'
            f" Target={attribute(address)}{_EXTERNAL if kind == 'hyperlink' else ''}/>"
            for id_, (kind, address) in self.parts.items()
        )
        return f'{PROLOGUE}<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'


@dataclass(frozen=True, slots=True)
class About:
    """
    What is said of a document.

    Attributes:
        document: Its name.
        title: Of the study.
        language: `en`, or `en-GB`.
        cutoff: Of the data: the document's date, so that no clock is asked.
        digest: Of the data.
    """

    document: str
    title: str
    language: str
    cutoff: dt.date
    digest: str


def zipped(parts: Mapping[str, str], relations: Relations, record: bytes, about: About) -> bytes:
    """
    The file.

    Args:
        parts: XML of the parts below word/, by name without its ending.
        relations: Of the document; its other parts are added to them here.
        record: Of the numbers.
        about: Its properties.
    """
    for name in parts:
        if name != "document":
            relations.to(_kind(name), f"{name}.xml")
    relations.to("customXml", f"../{RECORD}")
    files: dict[str, bytes] = {
        "[Content_Types].xml": _content_types(parts).encode(),
        "_rels/.rels": _first_relations().encode(),
        "docProps/app.xml": _application().encode(),
        "docProps/core.xml": _core(about).encode(),
        "word/_rels/document.xml.rels": relations.xml().encode(),
        **{f"word/{name}.xml": text.encode() for name, text in parts.items()},
        **{f"word/media/{name}": content for name, content in relations.files.items()},
        RECORD: record,
        "customXml/itemProps1.xml": _item(about).encode(),
        "customXml/_rels/item1.xml.rels": _item_relations().encode(),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.create_system = 0  # whatever the system, the same bytes
            entry.compress_type = zipfile.ZIP_DEFLATED
            if name.endswith(".png"):
                entry.compress_type = zipfile.ZIP_STORED
            archive.writestr(entry, content, compresslevel=6)
    return buffer.getvalue()


def _kind(name: str) -> str:
    return name.rstrip("0123456789")


def _content_types(parts: Mapping[str, str]) -> str:
    overrides = {f"/word/{name}.xml": _TYPES[_kind(name)] for name in parts}
    overrides |= {
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "/docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
        "/customXml/itemProps1.xml": (
            "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
        ),
    }
    defaults = {
        "rels": "application/vnd.openxmlformats-package.relationships+xml",
        "xml": "application/xml",
        "png": "image/png",
        "svg": "image/svg+xml",
    }
    lines = [
        f'<Default Extension="{ending}" ContentType="{kind}"/>' for ending, kind in defaults.items()
    ] + [f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in overrides.items()]
    return f'{PROLOGUE}<Types xmlns="{_PACKAGE}/content-types">{"".join(lines)}</Types>'


def _first_relations() -> str:
    known = {
        f"{_OFFICE}/relationships/officeDocument": "word/document.xml",
        f"{_PACKAGE}/relationships/metadata/core-properties": "docProps/core.xml",
        f"{_OFFICE}/relationships/extended-properties": "docProps/app.xml",
    }
    lines = "".join(
        f'<Relationship Id="rId{at}" Type="{kind}" Target="{address}"/>'
        for at, (kind, address) in enumerate(known.items(), start=1)
    )
    return f'{PROLOGUE}<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'


def _core(about: About) -> str:
    stamp = f'xsi:type="dcterms:W3CDTF">{about.cutoff.isoformat()}T00:00:00Z'
    return (
        f'{PROLOGUE}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(plain(about.title))}</dc:title><dc:creator>carreport</dc:creator>"
        "<cp:lastModifiedBy>carreport</cp:lastModifiedBy><cp:revision>1</cp:revision>"
        f"<dcterms:created {stamp}</dcterms:created><dcterms:modified {stamp}</dcterms:modified>"
        f"<dc:language>{escape(plain(about.language))}</dc:language></cp:coreProperties>"
    )


def _application() -> str:
    return (
        f'{PROLOGUE}<Properties xmlns="{_OFFICE}/extended-properties">'
        "<Application>carreport</Application></Properties>"
    )


def _item(about: About) -> str:
    """The custom part needs a number of its own; made from what the document is."""
    named = f"{about.document} {about.title} {about.cutoff.isoformat()} {about.digest}"
    number = str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:carreport:ids {named}")).upper()
    return (
        f'{PROLOGUE}<ds:datastoreItem ds:itemID="{{{number}}}"'
        f' xmlns:ds="{_OFFICE}/customXml"><ds:schemaRefs>'
        '<ds:schemaRef ds:uri="urn:carreport:ids"/></ds:schemaRefs></ds:datastoreItem>'
    )


def _item_relations() -> str:
    return (
        f'{PROLOGUE}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
        f' Type="{_OFFICE}/relationships/customXmlProps" Target="itemProps1.xml"/></Relationships>'
    )


def settings(language: str) -> str:
    """The part that says how the document is opened: as today's Word does it."""
    options = {
        "compatibilityMode": "15",
        "overrideTableStyleFontSizeAndJustification": "1",
        "enableOpenTypeFeatures": "1",
        "doNotFlipMirrorIndents": "1",
    }
    said = "".join(
        f'<w:compatSetting w:name="{name}" w:uri="http://schemas.microsoft.com/office/word"'
        f' w:val="{value}"/>'
        for name, value in options.items()
    )
    return (
        f'{PROLOGUE}<w:settings {DECLARED}><w:zoom w:percent="100"/>'
        '<w:defaultTabStop w:val="708"/><w:characterSpacingControl w:val="doNotCompress"/>'
        f"<w:compat>{said}</w:compat><w:themeFontLang w:val={attribute(language)}/>"
        '<w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>'
    )
