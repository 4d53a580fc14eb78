"""What stands in a paragraph of a Word document, as its reader sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from carreport.manuscript.reading.addresses import id_of
from carreport.manuscript.reading.docx_package import W, is_on, value
from carreport.manuscript.reading.docx_symbols import symbol, without_private
from carreport.manuscript.reading.words import Claimed, Words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carreport.manuscript.reading.docx_package import Package

_M: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_TAG: Final = "carreport:"
_NUMBERING: Final = Claimed("", "numbering")
_GONE: Final = frozenset({
    W + "del", W + "moveFrom", W + "rPr", W + "pPr", W + "sdtPr", W + "sdtEndPr", W + "instrText",
    W + "delText", W + "delInstrText", W + "annotationRef", W + "commentReference", W + "rt",
    W + "fldData", W + "smartTagPr", W + "customXmlPr", _M + "rPr", _M + "ctrlPr",
})  # fmt: skip
"""Deleted text, the instructions of fields, properties."""
_SPACES: Final = frozenset({W + "tab", W + "br", W + "cr", W + "ptab"})
_NOTES: Final = {W + "footnoteReference": "footnote", W + "endnoteReference": "endnote"}
_OWN_NUMBER: Final = frozenset({W + "footnoteRef", W + "endnoteRef"})
_BOXES: Final = frozenset({W + "drawing", W + "pict", W + "object"})
_PICTURES: Final = (
    "{http://schemas.openxmlformats.org/drawingml/2006/picture}pic",
    "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart",
    "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds",
    "{urn:schemas-microsoft-com:vml}imagedata",
)


@dataclass(slots=True)
class Found:
    """
    What a document's paragraphs lead to.

    Attributes:
        boxes: Text boxes of the paragraph that is read.
        notes: Notes that were referred to, in order: kind and id.
        pictures: How many pictures and charts there are.
        own_number: The number of the note that is read.
        serial: How many elements claimed text.
        fields: For each field that is open, whether its instruction is still being told.
    """

    boxes: list[Any] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    pictures: int = 0
    own_number: str = ""
    serial: int = 0
    fields: list[bool] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Look:
    """How text looks."""

    hidden: bool
    moved: int
    font: str


class Inline:
    """
    Reads paragraphs of a document.

    Args:
        package: The document.
        keys: Ids by the short names that stand for them.
        found: What the paragraphs lead to.
    """

    def __init__(self, package: Package, keys: Mapping[str, str], found: Found) -> None:
        self._package = package
        self._keys = keys
        self._found = found
        self._styled: dict[str, _Look] = {}

    def read(self, element: Any, words: Words, claimed: Claimed | None = None) -> None:
        """
        Add what stands in an element to a text.

        Args:
            element: A paragraph, or what may stand in one.
            words: The text.
            claimed: Who says what it is.
        """
        for child in element:
            tag = child.tag
            if tag in _GONE or not isinstance(tag, str):
                continue
            if tag == W + "r":
                self._run(child, words, claimed)
            elif tag == W + "hyperlink":
                self.read(child, words, claimed or self._linked(child))
            elif tag == W + "sdt" and is_on(child.find(f"{W}sdtPr/{W}showingPlcHdr")):
                continue  # an empty control, with what Word says in it
            elif tag == W + "sdt":
                self.read(child, words, self._tagged(child) or claimed)
            elif tag.startswith(_M):
                self._formula(child, words, claimed, 0)
            elif tag == _MC + "AlternateContent":
                self.read(_chosen(child), words, claimed)
            else:
                self.read(child, words, claimed)

    def _linked(self, link: Any) -> Claimed | None:
        """The id that a link leads to, within the document or in a report of ours."""
        anchor = value(link, "anchor")
        address = self._package.address(link.get(_R + "id") or "")
        id_ = id_of(f"#{anchor}" if anchor else address)
        return self._claim(id_) if id_ else None

    def _tagged(self, control: Any) -> Claimed | None:
        """The id that a content control is named after; LibreOffice keeps only its title."""
        for name in ("tag", "alias"):
            said = value(control.find(f"{W}sdtPr/{W}{name}"))
            if said.startswith(_TAG):
                short = said.removeprefix(_TAG)
                return self._claim(self._keys.get(short, short))
        return None

    def _claim(self, id_: str) -> Claimed:
        self._found.serial += 1
        return Claimed(id_, "number", self._found.serial)

    def _run(self, run: Any, words: Words, claimed: Claimed | None) -> None:
        look = self._look(run.find(W + "rPr"))
        for child in run:
            tag = child.tag
            if tag == W + "fldChar":
                self._field(value(child, "fldCharType"))
            elif look.hidden or any(self._found.fields) or tag in _GONE:
                continue
            elif tag == W + "t":
                words.write(without_private(child.text or "", look.font), look.moved, claimed)
            elif tag == W + "sym":
                code = value(child, "char")
                text = symbol(value(child, "font"), int(code, 16)) if _is_hex(code) else "□"
                words.write(text, look.moved, claimed)
            else:
                self._other(child, words, claimed)

    def _other(self, child: Any, words: Words, claimed: Claimed | None) -> None:
        tag = child.tag
        if tag in _SPACES:
            words.add(" ")
        elif tag == W + "noBreakHyphen":
            words.add("\N{NON-BREAKING HYPHEN}", claimed)
        elif tag in _NOTES:
            self._note(child, _NOTES[tag], words)
        elif tag in _OWN_NUMBER:
            words.raise_(self._found.own_number, _NUMBERING)
            words.add(" ")
        elif tag in _BOXES:
            self._boxed(child)
        elif tag == _MC + "AlternateContent":
            for one in _chosen(child):
                self._other(one, words, claimed)
        elif tag == W + "ruby":
            self.read(child, words, claimed)
        elif tag == W + "pgNum":
            return

    def _note(self, reference: Any, kind: str, words: Words) -> None:
        """The number of a note, unless its author gave it a mark."""
        self._found.notes.append((kind, value(reference, "id")))
        if value(reference, "customMarkFollows") in ("1", "true", "on"):
            return
        number = sum(one == kind for one, _ in self._found.notes)
        words.raise_(str(number), _NUMBERING)

    def _field(self, kind: str) -> None:
        """Fields tell their instruction first, and then what is printed."""
        fields = self._found.fields
        if kind == "begin":
            fields.append(True)
        elif fields and kind == "separate":
            fields[-1] = False
        elif fields and kind == "end":
            fields.pop()

    def _boxed(self, element: Any) -> None:
        self._found.boxes.extend(_outermost_boxes(element))
        self._found.pictures += any(next(element.iter(tag), None) is not None for tag in _PICTURES)

    def _look(self, properties: Any) -> _Look:
        if properties is None:
            return _Look(hidden=False, moved=0, font="")
        style = self._style_look(value(properties.find(W + "rStyle")))
        hidden = properties.find(W + "vanish")
        fonts = properties.find(W + "rFonts")
        moved = _moved(properties)
        return _Look(
            style.hidden if hidden is None else is_on(hidden),
            style.moved if moved is None else moved,
            value(fonts, "ascii") or style.font,
        )

    def _style_look(self, id_: str) -> _Look:
        """How a style of characters makes text look."""
        if id_ not in self._styled:
            look = _Look(hidden=False, moved=0, font="")
            for style in reversed(self._package.chain(id_)):
                properties = style.element.find(W + "rPr")
                if properties is not None:
                    hidden, moved = properties.find(W + "vanish"), _moved(properties)
                    look = _Look(
                        look.hidden if hidden is None else is_on(hidden),
                        look.moved if moved is None else moved,
                        value(properties.find(W + "rFonts"), "ascii") or look.font,
                    )
            self._styled[id_] = look
        return self._styled[id_]

    def _formula(self, element: Any, words: Words, claimed: Claimed | None, moved: int) -> None:
        """A formula on one line."""
        name = element.tag.removeprefix(_M)
        if name == "t":
            words.write(element.text or "", moved, claimed)
            return
        if name == "d":
            self._bracketed(element, words, claimed, moved)
            return
        if name == "rad":
            words.add("√", claimed)
        for part in element:
            if not isinstance(part.tag, str) or part.tag in _GONE:
                continue
            if not part.tag.startswith(_M):
                if part.tag == W + "r":
                    self._run(part, words, claimed)
                else:
                    self.read(part, words, claimed)
            elif not part.tag.endswith("Pr"):
                if name == "f" and part.tag == _M + "den":
                    words.add("/", claimed)
                self._formula(part, words, claimed, _raised_in(part.tag, moved))

    def _bracketed(self, element: Any, words: Words, claimed: Claimed | None, moved: int) -> None:
        about = element.find(_M + "dPr")
        signs = {"begChr": "(", "sepChr": "|", "endChr": ")"}
        for name in signs:
            sign = about.find(_M + name) if about is not None else None
            if sign is not None:
                signs[name] = sign.get(_M + "val") or ""
        words.write(signs["begChr"], moved, claimed)
        for at, part in enumerate(element.iterchildren(_M + "e")):
            if at:
                words.write(signs["sepChr"], moved, claimed)
            self._formula(part, words, claimed, moved)
        words.write(signs["endChr"], moved, claimed)


def _raised_in(tag: str, around: int) -> int:
    return {_M + "sup": 1, _M + "sub": -1}.get(tag, around)


def _moved(properties: Any) -> int | None:
    """Whether text is raised or lowered; None if nothing is said."""
    align = properties.find(W + "vertAlign")
    if align is not None:
        return {"superscript": 1, "subscript": -1}.get(value(align), 0)
    position = value(properties.find(W + "position"))
    if position.removeprefix("-").isdigit() and int(position):
        return 1 if int(position) > 0 else -1
    return None


def _chosen(alternatives: Any) -> Any:
    """Of several forms of one thing, the first that Word shows."""
    choices = [
        *alternatives.iterchildren(_MC + "Choice"),
        *alternatives.iterchildren(_MC + "Fallback"),
    ]
    return choices[0] if choices else alternatives


def _outermost_boxes(element: Any) -> list[Any]:
    """Text boxes in a drawing; of two forms of one drawing the first."""
    boxes: list[Any] = []
    for child in element:
        if child.tag == W + "txbxContent":
            boxes.append(child)
        elif child.tag == _MC + "AlternateContent":
            boxes += _outermost_boxes(_chosen(child))
        elif isinstance(child.tag, str):
            boxes += _outermost_boxes(child)
    return boxes


def _is_hex(text: str) -> bool:
    return bool(text) and all(one in "0123456789abcdefABCDEF" for one in text) and len(text) < 6
