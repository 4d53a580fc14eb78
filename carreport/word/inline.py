"""What stands in a paragraph: words, numbers, fields, links."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from carreport.word.markup import PLAIN, Look, plain, run
from carreport.word.markup import field as word_field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.html import HtmlElement

    from carreport.word.numbers import Controls
    from carreport.word.package import Relations

_TAGS: Final[Mapping[str, dict[str, Any]]] = {
    "b": {"bold": True}, "strong": {"bold": True}, "i": {"italic": True}, "em": {"italic": True},
    "cite": {"italic": True}, "sup": {"moved": "superscript"}, "sub": {"moved": "subscript"},
    "code": {"style": "CodeText"},
}  # fmt: skip
_CLASSES: Final[Mapping[str, dict[str, Any]]] = {
    "run-in": {"style": "RunIn"}, "label": {"bold": True}, "caption-title": {"bold": True},
    "small-caps": {"small": True}, "code": {"style": "CodeText"}, "changed": {"style": "ChangeMark"},
    "origin": {"style": "OriginMark"}, "ordinal": {"style": "Aside"}, "how-many": {"style": "Aside"},
    "to-clash": {"style": "Aside"}, "aside": {"style": "Aside"}, "where": {"style": "Aside"},
    "column": {"style": "Aside"},
}  # fmt: skip
SKIPPED: Final = frozenset({"script", "style", "svg", "template", "head"})
UNPRINTED: Final = frozenset({
    "skip", "contents", "paper-contents", "no-print", "page-foot", "running-head", "drawn",
})  # fmt: skip
"""Classes of what stands in no Word document, or in another place of it."""


def classes(element: HtmlElement) -> frozenset[str]:
    """The classes of an element."""
    return frozenset((element.get("class") or "").split())


def shown(element: HtmlElement) -> bool:
    """Whether an element is part of the text."""
    if not isinstance(element.tag, str) or element.tag in SKIPPED:
        return False
    return UNPRINTED.isdisjoint(classes(element)) and element.get("hidden") is None


@dataclass(slots=True)
class Names:
    """
    Places of a document that something leads to.

    Attributes:
        captions: For each table and figure of the page, by id, the name of its bookmark.
        places: The same for every other place that a link leads to.
        counted: How many bookmarks, and for each kind of caption how many, there are so far.
    """

    captions: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)

    def next(self, kind: str) -> int:
        """The next number of a kind."""
        self.counted[kind] = self.counted.get(kind, 0) + 1
        return self.counted[kind]

    def bookmark(self, name: str, inner: str = "") -> str:
        """A place with a name, around what stands in it."""
        id_ = self.next("bookmark")
        return (
            f'<w:bookmarkStart w:id="{id_}" w:name="{name}"/>{inner}<w:bookmarkEnd w:id="{id_}"/>'
        )

    def at(self, element: HtmlElement) -> str:
        """The bookmark of an element that a link leads to; each is set once."""
        name = self.places.pop(element.get("id") or "", "")
        return self.bookmark(name) if name else ""


@dataclass(slots=True)
class Writing:
    """What the parts of one document share: its numbers, its places, what it is related to."""

    controls: Controls
    names: Names
    relations: Relations
    linked: frozenset[str] = frozenset()
    """Names of bookmarks that there will be."""


class Line:
    """
    Collects what stands in a paragraph, with spaces as a page has them.

    Args:
        writing: The document it belongs to.
    """

    def __init__(self, writing: Writing) -> None:
        self._writing = writing
        self._parts: list[tuple[str, Look | None]] = []
        self._spaced = True

    def xml(self) -> str:
        """Everything collected."""
        parts = self._parts
        if parts and parts[-1][1] is not None:
            text, look = parts[-1]
            parts = [*parts[:-1], (text.rstrip(" "), look)]
        return "".join(one if look is None else run(one, look) for one, look in parts if one)

    @property
    def empty(self) -> bool:
        """Whether nothing was said."""
        return not self._parts

    def say(self, text: str, look: Look = PLAIN) -> None:
        """Add words."""
        text = plain(text)
        if self._spaced:
            text = text.lstrip(" ")
        if not text:
            return
        self._spaced = text[-1] == " "
        if self._parts and self._parts[-1][1] == look:
            text = self._parts.pop()[0] + text
        self._parts.append((text, look))

    def put(self, xml: str, *, words: bool = True) -> None:
        """Add something that is XML already; without words it stands between two of them."""
        if xml:
            self._parts.append((xml, None))
            self._spaced = self._spaced and not words

    def read(self, element: HtmlElement, look: Look = PLAIN) -> None:
        """Add what stands in an element."""
        self.say(element.text or "", look)
        for child in element:
            if shown(child):
                self.add(child, look)
            self.say(child.tail or "", look)

    def add(self, element: HtmlElement, look: Look = PLAIN) -> None:
        """Add an element and what stands in it, not what follows it."""
        self.put(self._writing.names.at(element), words=False)
        look = look if _explained(element) else _looks(element, look)
        if element.tag == "br":
            self._parts.append(("<w:r><w:br/></w:r>", None))
            self._spaced = True
        elif element.get("data-id") is not None and element.tag != "span":
            self.put(self._writing.controls.control(element, look))
        elif element.tag == "a":
            self._link(element, look)
        elif "label" in classes(element) and self._caption(element, look):
            return
        else:
            self.read(element, look)

    def _caption(self, element: HtmlElement, look: Look) -> bool:
        """`Table 1`: a field that counts, inside the bookmark that references lead to."""
        inner = element.find(".//*[@data-ref]")
        name = (
            self._writing.names.captions.get(inner.get("data-ref", ""))
            if inner is not None
            else None
        )
        if inner is None or not name:
            return False
        kind, space, number = _text(inner).partition("\N{NO-BREAK SPACE}")
        natural = self._writing.names.next(kind)
        reset = "" if str(natural) == number else f" \\r {number}"
        if reset and number.isdigit():
            self._writing.names.counted[kind] = int(number)
        counted = word_field(f"SEQ {kind} \\* ARABIC{reset}", run(number, look), look)
        self.put(self._writing.names.bookmark(name, run(kind + space, look) + counted))
        return True

    def _link(self, element: HtmlElement, look: Look) -> None:
        """A number's own link leads to its trace, which a Word document has not."""
        address = element.get("href") or ""
        inner = Line(self._writing)
        inner._spaced = self._spaced
        target = unquote(address.removeprefix("#")) if address.startswith("#") else ""
        captions = self._writing.names.captions
        if "ref" in classes(element) and target in captions:
            inner.say(_text(element), look)
            self.put(word_field(f"REF {captions[target]} \\h", inner.xml(), look))
            return
        bookmark = bookmark_of(target) if target else ""
        if "trace" not in classes(element) and bookmark in self._writing.linked:
            inner.read(element, look)
            self._around(f'<w:hyperlink w:anchor="{bookmark}" w:history="1">', inner)
        elif address.startswith(("http://", "https://", "mailto:")):
            inner.read(element, replace(look, style="Hyperlink"))
            id_ = self._writing.relations.external(address)
            self._around(f'<w:hyperlink r:id="{id_}" w:history="1">', inner)
        else:
            self.read(element, look)

    def _around(self, opened: str, inner: Line) -> None:
        if not inner.empty:
            self.put(f"{opened}{inner.xml()}</w:hyperlink>")


def bookmark_of(target: str) -> str:
    """
    The name of the bookmark for a place: letters, digits and underscores, at most forty.

    >>> bookmark_of("claim-abs.fu.median")
    'claim_abs_fu_median'
    """
    name = "".join(one if one.isascii() and one.isalnum() else "_" for one in target)
    if len(name) > 30 or name != target.replace("-", "_").replace(".", "_"):
        name = f"{name[:24]}_{sha256(target.encode()).hexdigest()[:8]}"
    return name if name[:1].isalpha() else f"p{name}"


def _explained(element: HtmlElement) -> bool:
    """Whether a mark stands where it is explained: there it is not raised."""
    parent = element.getparent()
    return "origin" in classes(element) and parent is not None and "source" in classes(parent)


def _looks(element: HtmlElement, look: Look) -> Look:
    changes = dict(_TAGS.get(str(element.tag), {}))
    for one in sorted(classes(element)):
        changes |= _CLASSES.get(one, {})
    if look.style == "Hyperlink":
        changes.pop("style", None)
    return replace(look, **changes) if changes else look


def _text(element: HtmlElement) -> str:
    return "".join(map(str, element.itertext()))
