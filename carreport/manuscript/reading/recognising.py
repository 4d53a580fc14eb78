"""What sort of file a manuscript is, by its content: an extension is only a word."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Final

from carreport.manuscript.reading.bad import refused

if TYPE_CHECKING:
    from pathlib import Path

    from carreport.manuscript.model import Format

_HEAD: Final = 4096
_PDF_WITHIN: Final = 1024
"""Readers of PDF look so far for its first line."""
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PACKAGE: Final = "EncryptedPackage".encode("utf-16-le")
_LARGEST: Final = 256 * 2**20
_UNPACKED: Final = 1024 * 2**20
_MARKUP: Final = re.compile(rb"<!doctype html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_TAG: Final = re.compile(rb"<(?:p|div|h[1-6]|table|ul|ol|section|article|span)[\s>]", re.IGNORECASE)
_XML: Final = re.compile(rb"\s*<\?xml")
_PICTURES: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"RIFF")
_MARKDOWN: Final = frozenset({".md", ".markdown", ".mdown", ".mkd", ".qmd", ".rmd"})
_HTML: Final = frozenset({".html", ".htm", ".xhtml"})
_NAMES: Final[dict[Format, str]] = {
    "docx": "a Word document", "pdf": "a PDF", "html": "HTML", "markdown": "Markdown",
    "text": "plain text",
}  # fmt: skip
_EXTENSIONS: Final[dict[str, Format]] = {
    ".docx": "docx", ".docm": "docx", ".pdf": "pdf", **dict.fromkeys(_HTML, "html")
}  # fmt: skip
AS_DOCX: Final = "save it as DOCX or PDF and give that"
_ACCEPTED: Final = "give a DOCX, PDF, HTML, Markdown or text file"


def recognised(path: Path) -> Format:
    """
    What sort of file this is.

    Args:
        path: The file.

    Raises:
        BadInput: None that can be read.
    """
    try:
        size = path.stat().st_size
        head = b""
        if path.is_file():
            with path.open("rb") as file:
                head = file.read(_HEAD)
    except OSError as error:
        raise refused(
            path, f"cannot be opened ({error.strerror})", "check its name and rights"
        ) from error
    if not path.is_file():
        raise refused(path, "is no file", _ACCEPTED)
    if size == 0:
        raise refused(path, "is empty (no bytes)", _ACCEPTED)
    if size > _LARGEST:
        found = f"has {size // 2**20} MB, more than the {_LARGEST // 2**20} MB that are read"
        raise refused(path, found, "leave its pictures out, or split it")
    return _by_content(path, head)


def _by_content(path: Path, head: bytes) -> Format:
    if b"%PDF-" in head[:_PDF_WITHIN]:
        return "pdf"
    if head.startswith(b"PK"):
        return _zipped(path)
    if head.startswith(_OLE):
        raise _old_word(path)
    if head.lstrip().startswith(b"{\\rtf"):
        raise refused(path, "is a rich-text file (RTF)", AS_DOCX)
    if head.startswith(_PICTURES):
        found = "is a picture"
        raise refused(path, found, "give the document itself; numbers in pictures are not read")
    return _written(path, head)


def _written(path: Path, head: bytes) -> Format:
    suffix = path.suffix.lower()
    plain = head.replace(b"\0", b"")  # UTF-16
    if suffix in _MARKDOWN:
        return "markdown"
    if _MARKUP.search(plain) and plain.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<"):
        return "html"
    if _XML.match(plain.lstrip(b"\xef\xbb\xbf\xff\xfe")):
        raise refused(path, "is XML, but not HTML", _ACCEPTED)
    return "html" if suffix in _HTML and _TAG.search(plain) else "text"


def _zipped(path: Path) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {one.filename: one.file_size for one in archive.infolist()}
            kind = (
                archive.read("mimetype")[:100].decode("ascii", "replace")
                if (names.get("mimetype", _HEAD) < _HEAD)
                else ""
            )
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        found = f"is damaged: it begins like a Word document and cannot be unpacked ({error})"
        raise refused(
            path, found, "open it in the program that wrote it and save it again"
        ) from error
    if sum(names.values()) > _UNPACKED:
        found = f"unpacks to {sum(names.values()) // 2**20} MB"
        raise refused(path, found, "open it in a word processor and save it without its pictures")
    if "[Content_Types].xml" in names and any(one.startswith("word/") for one in names):
        return "docx"
    if "opendocument" in kind:
        raise refused(path, "is an OpenDocument file (ODT)", AS_DOCX)
    for folder, what in (
        ("xl/", "a workbook"),
        ("ppt/", "a presentation"),
        ("Index/", "a Pages file"),
    ):
        if any(one.startswith(folder) for one in names):
            raise refused(path, f"is {what}", AS_DOCX)
    raise refused(path, "is an archive, but no Word document", _ACCEPTED)


def _old_word(path: Path) -> Exception:
    if _PACKAGE in path.read_bytes():
        return refused(path, "is encrypted with a password", "save it without one and give that")
    return refused(path, "is a document of Word 97–2003 (DOC) or another old Office file", AS_DOCX)


def misnamed(path: Path, kind: Format) -> str:
    """
    A notice if the extension says another format than the content.

    Args:
        path: The file.
        kind: What it is.
    """
    said = _EXTENSIONS.get(path.suffix.lower(), kind)
    return (
        ""
        if said == kind
        else f"is named {path.suffix}, and was read as what it is: {_NAMES[kind]}"
    )
