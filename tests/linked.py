"""Word documents with linked numbers, written for tests before anybody edits them."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from papers import NAMESPACES, word

from carreport.word.record import Record, Written, record_xml

if TYPE_CHECKING:
    from pathlib import Path

MAIN = "word/document.xml"
ITEM = "customXml/item1.xml"


class Writer:
    """
    Writes numbers of a build into paragraphs, each inside its control.

    Args:
        build: A build's folder.
    """

    def __init__(self, build: Path) -> None:
        whole = json.loads((build / "results.json").read_text(encoding="utf-8"))
        self.about = whole["build"]
        self.rows = {row["id"]: row for row in whole["results"]}
        self.numbers: list[Written] = []

    def number(self, id_: str, look: str = "", style: str = "", printed: str = "") -> str:
        """A number inside its control."""
        row = self.rows[id_]
        said = printed or row["display"]
        number = str(100_001 + len(self.numbers))
        key = id_ if len(id_) < 55 else f"a{len(self.numbers)}"
        value = repr(float(row["value"])) if isinstance(row["value"], (int, float)) else ""
        self.numbers.append(Written(id_, key, said, style, number, value, row["origin"]))
        name = quoteattr(f"carreport:{key}")
        return (
            f"<w:sdt><w:sdtPr><w:alias w:val={name}/><w:tag w:val={name}/>"
            f'<w:id w:val="{number}"/><w:text/></w:sdtPr><w:sdtContent><w:r><w:rPr>{look}</w:rPr>'
            f"<w:t>{escape(said)}</w:t></w:r></w:sdtContent></w:sdt>"
        )

    def document(self, folder: Path, body: str) -> Path:
        """The document of this body, with the record of its numbers."""
        path = word(folder, body)
        record = Record(
            self.about["study"],
            self.about["cutoff"],
            "interim",
            self.rows["study.data.digest"]["value"],
            tuple(self.numbers),
        )
        return with_files(path, {ITEM: record_xml(record)})


def with_files(path: Path, files: dict[str, bytes]) -> Path:
    """The document with some files in it that are others, or new."""
    with zipfile.ZipFile(path) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    if ITEM in files and ITEM not in held:
        rels = "word/_rels/document.xml.rels"
        held[rels] = held[rels].replace(
            b"</Relationships>",
            b'<Relationship Id="rIdIds" Target="../customXml/item1.xml" Type="http://schemas.'
            b'openxmlformats.org/officeDocument/2006/relationships/customXml"/></Relationships>',
        )
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (held | files).items():
            archive.writestr(name, content)
    return path


def main_of(path: Path) -> str:
    """The XML of a document's text."""
    with zipfile.ZipFile(path) as archive:
        return archive.read(MAIN).decode()


def edited(path: Path, *changes: tuple[str, str]) -> Path:
    """The document with some of its XML replaced; each must stand there once."""
    text = main_of(path)
    for old, new in changes:
        assert text.count(old) == 1, f"{text.count(old)} times {old!r}"
        text = text.replace(old, new)
    return with_files(path, {MAIN: text.encode()})


__all__ = ["ITEM", "MAIN", "NAMESPACES", "Writer", "edited", "main_of", "with_files"]
