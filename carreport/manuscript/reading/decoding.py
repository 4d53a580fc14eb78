"""Bytes as text."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Final

from carreport.manuscript.reading.bad import refused

if TYPE_CHECKING:
    from pathlib import Path

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"), (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
_TRIED: Final = 4096
_LATIN: Final = frozenset({"iso8859-1", "cp1252"})
"""Pages that say the first mean the second."""
_WINDOWS: Final = {
    one: bytes((one,)).decode("cp1252")
    for one in range(0x80, 0xA0)
    if one not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
}


def decoded(path: Path, said: str = "") -> tuple[str, tuple[str, ...]]:
    """
    A file's text and what should be known of its encoding.

    Args:
        path: The file.
        said: The encoding it says it has, if any.

    Raises:
        BadInput: It is no text.
    """
    content = path.read_bytes()
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strictly(path, content[len(mark) :], encoding), ()
    if guessed := _wide(content[:_TRIED]):
        return _strictly(path, content, guessed), (f"has no byte order mark, read as {guessed}",)
    if b"\0" in content:
        raise refused(path, "is no text", "give a DOCX, PDF, HTML, Markdown or text file")
    try:
        return _windows(content) if said in _LATIN else content.decode(said or "utf-8"), ()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        why = f"is not {(said or 'utf-8').upper()} (line {line}), read as Windows-1252"
        return _windows(content), (f"{why}: look at its signs",)


def _windows(content: bytes) -> str:
    return content.decode("latin-1").translate(_WINDOWS)


def _wide(head: bytes) -> str:
    """UTF-16 without a byte order mark: every other byte of Latin text is zero."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 4 < len(head) or min(even, odd) * 10 > len(head):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _strictly(path: Path, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        found = f"is damaged: byte {error.start} is no {encoding.upper()}"
        raise refused(path, found, "save it again as UTF-8") from error
