"""A Word document that comes back: the files inside it, and a copy in which some are others."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from carreport.errors import BadInput, Problem
from carreport.word.record import record_of
from carreport.word.scanning import scanned

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from carreport.word.controls import Scanned
    from carreport.word.record import Record

_TEXTS: Final = ("document", "header", "footer", "footnotes", "endnotes")
_MAIN: Final = "word/document.xml"
_LEVEL: Final = 6
_DAMAGED: Final = (
    OSError, RuntimeError, NotImplementedError, ValueError, EOFError, LookupError, zlib.error,
    zipfile.BadZipFile,
)  # fmt: skip
"""What zipfile raises where an archive is not as it should be."""


@dataclass(frozen=True, slots=True)
class Package:
    """
    A Word document.

    Attributes:
        name: Its file name.
        files: What each file in it holds, in the order of the archive.
        record: What it was written with.
        record_files: The files that hold the record.
        texts: Its parts with text, the main one first.
    """

    name: str
    files: Mapping[str, bytes]
    record: Record
    record_files: tuple[str, ...]
    texts: Mapping[str, Scanned]


def opened(path: Path) -> Package:
    """
    A Word document of ours.

    Args:
        path: The file, of which is known that it is a Word document.

    Raises:
        BadInput: It is damaged, or none of ours: without linked numbers, or without their record.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            files = {one.filename: archive.read(one) for one in archive.infolist()}
    except _DAMAGED as error:
        found = f"is a damaged Word document ({error})"
        raise _refused(path, found, "open it in Word or LibreOffice and save it again") from error
    records = {
        name: record
        for name, blob in files.items()
        if name.startswith("customXml/") and (record := record_of(blob)) and record.cutoff
    }
    try:
        texts = {name: scanned(name, files[name]) for name in _text_parts(files)}
    except ValueError as error:
        found = f"is a damaged Word document ({error})"
        raise _refused(path, found, "open it in Word or LibreOffice and save it again") from error
    if not any(one.controls for one in texts.values()):
        found = "has no linked numbers: no content control is named carreport:<id>"
        remedy = "give a document that `carreport build --format docx` wrote, or a copy of one"
        raise _refused(path, found, remedy)
    if not records:
        found = "has linked numbers, but no record of what they were written with"
        remedy = "give a copy saved as DOCX by Word or LibreOffice; other programs leave it out"
        raise _refused(path, found, remedy)
    record = next(iter(records.values()))
    return Package(path.name, files, record, tuple(records), texts)


def _text_parts(files: Mapping[str, bytes]) -> list[str]:
    """The main part first, then heads, feet and notes."""
    found = [
        name
        for name in files
        if name.startswith("word/") and name.endswith(".xml") and name.count("/") == 1
        and name.removeprefix("word/").startswith(_TEXTS)
    ]  # fmt: skip
    return sorted(found, key=lambda name: (name != _MAIN, name))


def packed(path: Path, changed: Mapping[str, bytes]) -> bytes:
    """
    A copy of a Word document.

    Args:
        path: The document.
        changed: Files in it that hold something else in the copy.

    Returns:
        The archive: every other file, its date and its order as they are in the document.
    """
    whole = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(whole, "w") as new:
        for one in old.infolist():
            about = zipfile.ZipInfo(one.filename, one.date_time)
            about.compress_type = one.compress_type
            about.external_attr = one.external_attr
            about.create_system = one.create_system  # whatever the system, the same bytes
            content = changed.get(one.filename)
            new.writestr(about, old.read(one) if content is None else content, compresslevel=_LEVEL)
    return whole.getvalue()


def _refused(path: Path, found: str, remedy: str) -> BadInput:
    return BadInput([Problem(path.name, 0, "", found, remedy)])
