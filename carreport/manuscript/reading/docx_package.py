"""A Word document opened: its parts, its styles, its automatic numbers' definitions."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from docx.opc.exceptions import OpcError
from docx.opc.package import OpcPackage
from lxml import etree

from carreport.manuscript.reading.bad import refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT: Final = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_PARTS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_SAVE_AGAIN: Final = "open it in Word or LibreOffice and save it again"
_PROLOGUE: Final = 4096
_DAMAGED: Final = (
    OpcError, zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError,
    LookupError, ValueError, TypeError, AttributeError,
)  # fmt: skip
"""What zipfile and python-docx raise where a package is not as it should be."""
_OFF: Final = frozenset({"0", "false", "off", "none"})


def value(element: Any, name: str = "val") -> str:
    """An attribute of Word's own, or nothing."""
    return str(element.get(W + name) or "") if element is not None else ""


def is_on(element: Any) -> bool:
    """Whether a property stands there and is not switched off."""
    return element is not None and value(element) not in _OFF


@dataclass(frozen=True, slots=True)
class Style:
    """A style: its id, its name, what it is based on, and its element."""

    id: str
    name: str
    based_on: str
    element: Any


class Package:
    """
    A Word document.

    Args:
        path: The file.

    Raises:
        BadInput: It cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._refuse_document_types()
            package = OpcPackage.open(str(path))
            self._main: Any = package.main_document_part
            self.root = self._parsed(self._main.blob)
            self.title = str(package.core_properties.title or "")
        except etree.XMLSyntaxError as error:
            found = f"is a damaged Word document ({error.msg})"
            raise refused(path, found, _SAVE_AGAIN) from error
        except _DAMAGED as error:
            found = f"is a damaged Word document ({type(error).__name__}: {error})"
            raise refused(path, found, _SAVE_AGAIN) from error
        if _STRICT in self.root.nsmap.values():
            found = "is a Strict Open XML document"
            raise refused(path, found, "save it as DOCX (Word Document, not Strict)")

    def _parsed(self, blob: bytes) -> Any:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        try:
            return etree.fromstring(blob, parser)
        except etree.XMLSyntaxError as error:
            found = f"is a damaged Word document ({error.msg})"
            raise refused(self._path, found, _SAVE_AGAIN) from error

    def _refuse_document_types(self) -> None:
        """Text may hide in entities, which nothing here takes in."""
        with zipfile.ZipFile(self._path) as archive:
            for name in archive.namelist():
                with archive.open(name) as part:
                    if name.endswith(".xml") and b"<!DOCTYPE" in part.read(_PROLOGUE):
                        found = f"declares a document type ({name}), which no Word document does"
                        raise refused(self._path, found, _SAVE_AGAIN)

    def part(self, name: str) -> Any:
        """The part of this kind that the document is related to, or None."""
        for relation in self._main.rels.values():
            if relation.reltype == _PARTS + name and not relation.is_external:
                return self._parsed(relation.target_part.blob)
        return None

    def related(self, id_: str) -> tuple[str, Any]:
        """The part with this relation: its name and its root."""
        relation = self._main.rels.get(id_)
        if relation is None or relation.is_external:
            return "", None
        part = relation.target_part
        return posixpath.basename(str(part.partname)), self._parsed(part.blob)

    def address(self, id_: str) -> str:
        """The address that a relation leads to, or nothing."""
        relation = self._main.rels.get(id_)
        return str(relation.target_ref) if relation is not None and relation.is_external else ""

    def custom_parts(self) -> list[bytes]:
        """XML that programs keep in the document."""
        return [
            relation.target_part.blob
            for relation in self._main.rels.values()
            if relation.reltype == _PARTS + "customXml" and not relation.is_external
        ]

    @cached_property
    def styles(self) -> Mapping[str, Style]:
        """Styles by their ids."""
        root = self.part("styles")
        found: dict[str, Style] = {}
        for element in root.iterchildren(W + "style") if root is not None else ():
            name = value(element.find(W + "name")).casefold()
            based = value(element.find(W + "basedOn"))
            id_ = value(element, "styleId")
            found[id_] = Style(id_, name, based, element)
        return found

    @cached_property
    def default_style(self) -> str:
        """The style of paragraphs that name none."""
        for id_, style in self.styles.items():
            if (
                value(style.element, "type") == "paragraph"
                and value(style.element, "default") == "1"
            ):
                return id_
        return ""

    def chain(self, id_: str) -> list[Style]:
        """A style and what it is based on."""
        found: list[Style] = []
        while (style := self.styles.get(id_)) is not None and style not in found:
            found.append(style)
            id_ = style.based_on
        return found
