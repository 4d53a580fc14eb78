"""Elements of a page: which stand apart, which nobody sees, and what they say of their text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast

from carreport.manuscript.reading.addresses import id_of
from carreport.manuscript.reading.words import Claimed

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from carreport.manuscript.model import Kind, Owner

BLOCKS: Final = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
    "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1",
    "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "main", "menu",
    "nav", "ol", "p", "pre", "search", "section", "summary", "svg", "table", "tbody", "td", "text",
    "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
"""Elements whose text stands apart from what is around it; all others run on."""
_UNSEEN: Final = frozenset({
    "annotation", "annotation-xml", "audio", "button", "canvas", "datalist", "defs", "desc",
    "embed", "head", "iframe", "meter", "metadata", "noembed", "noframes", "noscript", "object",
    "option", "progress", "rp", "script", "select", "style", "template", "textarea", "title",
    "video", "del",
})  # fmt: skip
"""Elements that are not text, or that a reader of the document does not see."""
_CHROME: Final = frozenset({"skip", "trace-panel", "no-print", "katex-html"})
"""Classes of what a page says to whoever operates it, or says twice."""
_RUNNING: Final = frozenset({"running-head", "page-foot"})
_NOTES: Final = frozenset({"table-notes", "footnote", "footnotes", "endnote", "endnotes"})
_HIDDEN: Final = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE
)
_MOVED: Final = re.compile(r"(?:^|;)\s*vertical-align\s*:\s*(super|sub)\b", re.IGNORECASE)
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_OWNERS: Final[tuple[tuple[str, Owner], ...]] = (
    ("data-id", "number"), ("data-number", "trace"), ("data-listing-entry", "trace"),
    ("data-axis", "axis"), ("data-ref", "reference"), ("data-method", "method"),
    ("data-label", "label"), ("data-trace", "trace"),
)  # fmt: skip
_NAMED: Final = frozenset({"data-id", "data-number", "data-listing-entry"})
"""Attributes whose value is an id."""


def is_seen(element: HtmlElement) -> bool:
    """Whether a reader of the page sees what is in it."""
    tag = element.tag
    if tag in _UNSEEN or element.get("hidden") is not None:
        return False
    if tag == "dialog" and element.get("open") is None:
        return False
    classes = (element.get("class") or "").split()
    return _CHROME.isdisjoint(classes) and not _HIDDEN.search(element.get("style") or "")


def kind_of(element: HtmlElement, around: Kind) -> Kind:
    """
    What the text of an element is.

    Args:
        element: Any.
        around: What the text around it is.
    """
    tag = str(element.tag)
    classes = frozenset((element.get("class") or "").split())
    if tag == "nav" or classes & _RUNNING:
        return "furniture"
    if classes & _NOTES or element.get("role") in ("doc-footnote", "doc-endnotes"):
        return "note"
    if tag in _HEADINGS and around == "prose":
        return "heading"
    if tag in ("caption", "figcaption"):
        return "caption"
    return "code" if tag == "pre" else around


def level_of(tag: str) -> int:
    """The level of a heading, from 1; 0 of anything else."""
    return _HEADINGS.get(tag, 0)


def moved(element: HtmlElement, around: int) -> int:
    """Whether text is raised (1), lowered (-1) or neither (0)."""
    match element.tag:
        case "sup":
            return 1
        case "sub":
            return -1
    if element.tag != "span":
        return _moved_in_formula(element, around)
    style = _MOVED.search(element.get("style") or "")
    return around if style is None else 1 if style[1].lower() == "super" else -1


def _moved_in_formula(element: HtmlElement, around: int) -> int:
    """MathML: the second part of msup is its power."""
    parent = element.getparent()
    if parent is None or parent.tag not in ("msup", "msub") or parent.index(element) != 1:
        return around
    return 1 if parent.tag == "msup" else -1


def claimed(element: HtmlElement, serial: int, around: Claimed | None) -> Claimed | None:
    """
    What an element says of its text.

    Args:
        element: Any.
        serial: Tells it from all others.
        around: What the elements around it say.
    """
    if not element.attrib:
        return around
    for name, owner in _OWNERS:
        if (value := element.get(name)) is not None:
            if owner == "trace" and around and around.owner == "trace" and name == "data-trace":
                return around
            return Claimed(value if name in _NAMED else "", owner, serial)
    if element.tag == "a" and around is None and (id_ := id_of(element.get("href") or "")):
        return Claimed(id_, "number", serial)
    return around


def spanned(element: HtmlElement, name: str) -> int:
    """How many rows or columns a cell covers."""
    written = cast("str", element.get(name) or "").strip()
    number = int(written) if written.isascii() and written.isdigit() and len(written) < 5 else 1
    return min(max(number, 1), 1000)


class Lists:
    """Counts the items of ordered lists."""

    def __init__(self) -> None:
        self._last: dict[HtmlElement, int] = {}

    def label(self, item: HtmlElement) -> str:
        """
        The number before an item, or nothing.

        Args:
            item: In the order of the page.
        """
        parent = item.getparent()
        if parent is None or parent.tag != "ol" or "none" in (parent.get("style") or ""):
            return ""
        step = 1 if parent.get("reversed") is None else -1
        if parent not in self._last:
            first = 1 if step > 0 else sum(one.tag == "li" for one in parent)
            self._last[parent] = _whole(parent.get("start"), first) - step
        self._last[parent] = _whole(item.get("value"), self._last[parent] + step)
        return f"{_lettered(self._last[parent], parent.get('type') or '1')}."


def _whole(written: str | None, otherwise: int) -> int:
    try:
        return int(written or "")
    except ValueError:
        return otherwise


def _lettered(number: int, kind: str) -> str:
    if kind in ("a", "A") and number > 0:
        return letters(number, upper=kind == "A")
    if kind in ("i", "I") and 0 < number < 4000:
        return roman(number, upper=kind == "I")
    return str(number)


def letters(number: int, *, upper: bool = False) -> str:
    """
    A number of a list in letters.

    >>> letters(2), letters(27), letters(28, upper=True)
    ('b', 'aa', 'AB')
    """
    text = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("a") + rest) + text
    return text.upper() if upper else text


def roman(number: int, *, upper: bool = False) -> str:
    """
    A number of a list in Roman numerals.

    >>> roman(4), roman(1999, upper=True)
    ('iv', 'MCMXCIX')
    """
    text = ""
    for value, sign in (
        (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
        (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
    ):  # fmt: skip
        text += sign * (number // value)
        number %= value
    return text.upper() if upper else text
