"""A finished page, written as a Word document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from lxml import html

from carreport.word.body import Body
from carreport.word.contents import contents, foot, head, nothing
from carreport.word.inline import Names, Writing, bookmark_of, classes, shown
from carreport.word.markup import DECLARED, PROLOGUE, plain
from carreport.word.numbers import Controls
from carreport.word.package import About, Relations, settings, zipped
from carreport.word.paragraphs import ACROSS, UPRIGHT
from carreport.word.pictures import taken_out
from carreport.word.record import Record, record_xml
from carreport.word.styles import font_table, numbering, styles

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from lxml.html import HtmlElement

_LINKED: Final = (
    "<section><h2>How the numbers are linked</h2>"
    "<p>Each number that this document takes from the results stands in a content control whose "
    "title is <code>carreport:</code> and the number’s id; a record of all of them is kept inside "
    "the file. The sentences around them may be rewritten freely. What stands behind an id – the "
    "function, the patients, the columns, and how sure the data are – is told by the HTML document "
    "of the same build, by its <code>results.json</code>, and by <code>carreport trace</code>.</p>"
    "<p><code>carreport audit</code> with <code>--manuscript</code> compares every number of an "
    "edited copy with the results and names those that were changed, copied or deleted; "
    "<code>carreport refresh</code> puts the values of another cutoff into them. Numbers drawn in "
    "figures are pictures: their values stand in the CSV files beside the figures.</p></section>"
)
"""What is said instead of the appendix of traces, which is too long for a document to edit."""
_SHEETS: Final = (UPRIGHT, ACROSS)
_LANGUAGES: Final = {"en": "en-GB", "de": "de-DE", "fr": "fr-FR", "es": "es-ES", "it": "it-IT"}


@dataclass(frozen=True, slots=True)
class Stated:
    """
    What a document says of the data it rests on.

    Attributes:
        document: Its name.
        study: The study's title.
        cutoff: Of the data.
        digest: Of the data.
        session: `open` for an open session, else nothing.
    """

    document: str
    study: str
    cutoff: dt.date
    digest: str
    session: str = ""


def write_docx(
    page: str, stated: Stated, pictures: Mapping[str, bytes], *, alone: bool = False
) -> bytes:
    """
    Write a whole document.

    Args:
        page: HTML as printed, see `Page.paper`.
        stated: What it rests on.
        pictures: For each figure, by id, a bitmap.
        alone: Whether it is a part of a document by itself, with nothing said of numbers.

    Returns:
        The file's bytes, the same for the same page and pictures.
    """
    text, drawings = taken_out(page)
    tree: Any = html.document_fromstring(text)
    names = Names(_captions(tree), _places(tree))
    writing = Writing(Controls(), names, Relations(), frozenset(names.places.values()))
    running = _running(writing.relations)
    body = Body(writing, drawings, pictures, running)
    body.write(tree.body)
    if not alone:
        body.write(html.fragment_fromstring(_LINKED))
    language = _language(tree)
    document = body.xml(contents(body.headings))
    parts = {
        "document": f"{PROLOGUE}<w:document {DECLARED}><w:body>{document}</w:body></w:document>",
        "styles": styles(language),
        "settings": settings(language),
        "numbering": numbering(body.numbered),
        "fontTable": font_table(),
    }
    for at, sheet in enumerate(_SHEETS, start=1):
        if sheet.name in body.sheets:
            parts[f"header{at}"] = head(tree, writing, sheet.width)
            parts[f"footer{at}"] = foot(tree, writing, sheet.width)
        else:
            writing.relations.forget(f"header{at}.xml")
            writing.relations.forget(f"footer{at}.xml")
    parts["header3"] = nothing("hdr", "Header")
    about = About(stated.document, stated.study, language, stated.cutoff, stated.digest)
    cutoff = stated.cutoff.isoformat()
    numbers = writing.controls.in_order(parts.values())
    study, session = plain(stated.study), stated.session
    record = Record(study, cutoff, stated.document, stated.digest, numbers, session)
    return zipped(parts, writing.relations, record_xml(record), about)


def _running(relations: Relations) -> dict[str, str]:
    """References to heads and feet for each kind of page; the first page has no head."""
    found = {}
    empty = relations.to("header", "header3.xml")
    for at, sheet in enumerate(_SHEETS, start=1):
        head_, foot_ = (relations.to(kind, f"{kind}{at}.xml") for kind in ("header", "footer"))
        found[sheet.name] = (
            f'<w:headerReference w:type="default" r:id="{head_}"/>'
            f'<w:headerReference w:type="first" r:id="{empty}"/>'
            f'<w:footerReference w:type="default" r:id="{foot_}"/>'
            f'<w:footerReference w:type="first" r:id="{foot_}"/>'
        )
    return found


def _captions(tree: HtmlElement) -> dict[str, str]:
    """For each table and figure with a numbered caption, the name of its bookmark."""
    found = {}
    for label in tree.iter("span"):
        if "label" in classes(label):
            for one in label.iter("span"):
                if id_ := one.get("data-ref"):
                    found[id_] = f"_Ref_{bookmark_of(id_)}"[:40]
    return found


def _places(tree: HtmlElement) -> dict[str, str]:
    """For each place that a link of the text leads to, the name of its bookmark."""
    asked = {
        unquote((link.get("href") or "")[1:])
        for link in tree.iter("a")
        if (link.get("href") or "").startswith("#")
        and {"trace", "ref", "over", "skip"}.isdisjoint(classes(link))
        and all(shown(one) for one in (link, *link.iterancestors()) if one.tag != "html")
    }
    there = {one.get("id") for one in tree.iter() if isinstance(one.tag, str)}
    return {id_: bookmark_of(id_) for id_ in sorted(asked) if id_ in there}


def _language(tree: HtmlElement) -> str:
    said = tree.get("lang") or "en"
    return _LANGUAGES.get(said, said)
