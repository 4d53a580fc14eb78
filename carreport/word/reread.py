"""
After a Word document is written: it prints the numbers of its page, each under its own id.

The page was proved digit by digit before; this opens the finished file and reads what a reader
sees, and what each content control says.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lxml import etree, html

from carreport.errors import UntracedNumber
from carreport.render.reread import NUMBER
from carreport.word.inline import classes
from carreport.word.markup import NAMESPACES, plain
from carreport.word.numbers import said
from carreport.word.package import RECORD
from carreport.word.record import TAG, record_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_W: Final = f"{{{NAMESPACES['w']}}}"
_APART: Final = frozenset({_W + "tab", _W + "br", _W + "cr"})
_BETWEEN: Final = "\n"
_INLINE: Final = frozenset({
    "a", "abbr", "b", "bdi", "cite", "code", "data", "em", "i", "mark", "q", "s", "small", "span",
    "strong", "sub", "sup", "time", "u", "wbr",
})  # fmt: skip
_BLOCK_SPANS: Final = frozenset({"figure", "interval", "how", "source"})
_SILENT: Final = frozenset({"svg", "script", "style", "template", "head"})
_ELSEWHERE: Final = frozenset({
    "skip", "contents", "paper-contents", "no-print", "page-foot", "running-head", "drawn",
})  # fmt: skip
"""Classes of what a Word document has not, or in another place; said here once more, so that what
the writer leaves out by mistake is missed."""
_RUNNING: Final = re.compile(r"word/(?:header|footer)\d+\.xml")
_PAGE: Final = re.compile(r"Page \d+ of \d+$")
_HEADS: Final = ("head-left", "head-right", "standing")


@dataclass(frozen=True, slots=True)
class Read:
    """
    What a Word document says.

    Attributes:
        text: Of its body, a line a paragraph.
        running: Of the heads and feet of its pages.
        sheets: How many kinds of pages there are, each with a head and a foot.
        controls: Id and text of each number.
        entries: The same, as its record has it.
    """

    text: str
    running: str
    sheets: int
    controls: tuple[tuple[str, str], ...]
    entries: tuple[tuple[str, str], ...]


def reread(docx: bytes, page: str) -> None:
    """
    Check a Word document against the page it was made from.

    Args:
        docx: As written.
        page: HTML as printed.

    Raises:
        UntracedNumber: A number of the page is not in the document, or the reverse, or a control
            says another number than its record or the page.
    """
    unlike = [*differences(read(docx), page)]
    if unlike:
        raise UntracedNumber(unlike)


def differences(found: Read, page: str) -> Iterator[str]:
    """
    Numbers a Word document prints that are not those of its page.

    Args:
        found: What the document says.
        page: HTML as printed.

    Yields:
        Each number with what is wrong with it.
    """
    tree = html.document_fromstring(page)
    heads = [one for one in tree.iter("div") if not classes(one).isdisjoint(_HEADS)]
    yield from _apart(Counter(_numbers_of(tree)), Counter(NUMBER.findall(found.text)), "document")
    wanted = Counter([text for one in heads for text in _numbers_of(one)] * found.sheets)
    yield from _apart(wanted, Counter(NUMBER.findall(found.running)), "heads and feet")
    printed = Counter(_printed(tree))
    for one in heads:
        printed.update([*_printed(one)] * found.sheets)
    controls = Counter(found.controls)
    for id_, text in printed - controls:
        yield f"{text!r}, printed for {id_}, is in no content control of the Word document"
    for id_, text in controls - printed:
        yield f"{text!r} is in a content control for {id_}, and its page does not say so"
    if found.controls != found.entries:
        odd = Counter(found.controls) - Counter(found.entries)
        yield f"the record of the numbers differs from the content controls: {dict(odd)}"


def _apart(wanted: Counter[str], found: Counter[str], where: str) -> Iterator[str]:
    for number in wanted - found:
        yield f"{number!r} is not in the Word {where} as often as in its page"
    for number in found - wanted:
        yield f"{number!r} is in the Word {where} oftener than in its page"


def read(docx: bytes) -> Read:
    """
    What a Word document of ours says.

    Args:
        docx: The file.
    """
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        body = etree.fromstring(archive.read("word/document.xml"), _parser())
        names = sorted(name for name in archive.namelist() if _RUNNING.fullmatch(name))
        running = [etree.fromstring(archive.read(name), _parser()) for name in names]
        record = record_of(archive.read(RECORD))
    ids = record.keys if record else {}
    lines = _BETWEEN.join(_PAGE.sub("", one) for root in running for one in _lines(root))
    controls = [one for root in (body, *running) for one in _controls(root, ids)]
    return Read(
        _BETWEEN.join(_lines(body)),
        lines,
        sum("footer" in name for name in names),
        tuple(controls),
        tuple((one.id, one.printed) for one in record.numbers) if record else (),
    )


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)


def _lines(root: Any) -> Iterator[str]:
    """The text of each paragraph but those of the table of contents, which repeats headings."""
    for paragraph in root.iter(_W + "p"):
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        if style is None or not (style.get(_W + "val") or "").startswith("TOC"):
            yield _said(paragraph)


def _said(element: Any) -> str:
    return "".join(
        " " if one.tag in _APART else one.text or ""
        for one in element.iter(_W + "t", *_APART)
        if one.getparent().tag == _W + "r"
    )


def _controls(root: Any, ids: dict[str, str]) -> Iterator[tuple[str, str]]:
    for control in root.iter(_W + "sdt"):
        tag = control.find(f"{_W}sdtPr/{_W}tag")
        name = (tag.get(_W + "val") or "") if tag is not None else ""
        if name.startswith(TAG):
            key = name.removeprefix(TAG)
            yield ids.get(key, key), _said(control.find(_W + "sdtContent"))


def _numbers_of(tree: Any) -> list[str]:
    words: list[str] = []
    _read(tree, words, top=True)
    return NUMBER.findall(plain("".join(words)))


def _read(element: Any, words: list[str], *, top: bool = False) -> None:
    """The text of the page that a Word document has, what stands apart spaced apart."""
    if not top and not _of_text(element):
        return
    inline = element.tag in _INLINE and classes(element).isdisjoint(_BLOCK_SPANS)
    space = "" if inline else " "
    words.append(space)
    words.append(element.text or "")
    for child in element:
        _read(child, words)
        words.append(child.tail or "")
    words.append(space)


def _printed(tree: Any) -> Iterator[tuple[str, str]]:
    """Numbers of the text, by id; not the lettering of drawings."""
    for one in tree.iter():
        if isinstance(one.tag, str) and one.get("data-id") is not None and _in_text(one, tree):
            yield one.get("data-id"), said(one)


def _of_text(element: Any) -> bool:
    known = isinstance(element.tag, str) and element.tag not in _SILENT
    return known and _ELSEWHERE.isdisjoint(classes(element))


def _in_text(element: Any, top: Any) -> bool:
    current = element
    while current is not None and current is not top:
        if not _of_text(current):
            return False
        current = current.getparent()
    return True
