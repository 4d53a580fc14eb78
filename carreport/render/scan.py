"""
After a page is made: every digit has a known id.

The proof. Each digit on the page stands inside an element whose id the results know and whose
text is what that result prints, or on a figure's axis, or in a numbered reference, or in a
method as the results state it, or in what an audit quotes or counts, or in a label of the study,
or in the short list of literals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lxml import html

from carreport.errors import UntracedNumber
from carreport.render.appendix import STATED, ranges
from carreport.render.literals import has_digit
from carreport.results.rows import EMPTY
from carreport.units import STYLES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from carreport.render.literals import Literals
    from carreport.results import Result, Results

_OWNERS: Final = (
    "data-id",
    "data-cell",
    "data-axis",
    "data-ref",
    "data-method",
    "data-label",
    "data-audit",
    "data-part",
)
_SAID: Final = ("data-trace", "data-id", "data-label")
_CONTAINERS: Final = ("data-number", "data-listing-entry", "data-whom", "data-function")
_SILENT: Final = {"script", "style"}
_HEADINGS: Final = {"h2", "h3", "h4"}
TOP: Final = "Title page"
"""The place of what stands before the first heading below the title."""
_BLOCKS: Final = {"figure", "table", "figure-block", "table-block"}
"""Elements, and classes of the elements around them, whose id is the place of their numbers."""


@dataclass(frozen=True, slots=True)
class Use:
    """
    One place a number is printed at.

    Attributes:
        id: The number.
        document: The document.
        place: The table or figure it stands in, by id; otherwise the heading above it.
        printed: What is printed.
        anchor: The id of the link around it.
        block: The table or figure, if it stands in one.
    """

    id: str
    document: str
    place: str
    printed: str
    anchor: str = ""
    block: str = ""


def scan(
    page: str,
    document: str,
    results: Results,
    literals: Literals,
    quoted: Mapping[str, str] | None = None,
) -> tuple[Use, ...]:
    """
    Check a finished page.

    Args:
        page: HTML.
        document: Name of the document, for the uses.
        results: Every number.
        literals: Digits allowed without an id.
        quoted: What an audit quotes and counts, by key.

    Returns:
        Every place a number is printed at, in reading order.

    Raises:
        UntracedNumber: A digit has no id, an unknown one, or another number's text.
    """
    tree = html.document_fromstring(page)
    findings: list[str] = []
    uses: list[Use] = []
    stated = _stated(results)
    under = TOP
    for element in tree.iter():
        if element.tag in _HEADINGS:
            under = _text(element)
        if _speaks(element):
            if (id_ := element.get("data-id")) is not None:
                block, printed = _block(element), _text(element)
                uses.append(Use(id_, document, block or under, printed, _anchor(element), block))
                findings.extend(_wrong(element, id_, results))
            if (id_ := element.get("data-cell")) is not None:
                findings.extend(_wrong(element, id_, results))
            if element.get("data-method") is not None and _text(element) not in stated:
                findings.append(f"{_text(element)!r} is no method or source of any result")
            if (key := element.get("data-audit")) is not None:
                findings.extend(_unsaid(_text(element), (quoted or {}).get(key), key))
            if (key := element.get("data-part")) is not None:
                findings.extend(_no_part(_text(element), (quoted or {}).get(key, ""), key))
            findings.extend(_unknown_label(element, literals))
            findings.extend(_wrong_title(element, literals))
        findings.extend(
            f"{one} ({_block(element) or under})" for one in _untraced(element, literals)
        )
    if findings:
        raise UntracedNumber(findings)
    return tuple(uses)


def _anchor(element: html.HtmlElement) -> str:
    """The id of the link a number stands in."""
    parent = element.getparent()
    return "" if parent is None or parent.tag != "a" else str(parent.get("id") or "")


def scan_appendix(
    page: str,
    said: Mapping[tuple[str, str], str],
    printed: Collection[str],
    results: Results,
    literals: Literals,
) -> None:
    """
    Check the appendix: each text says what the traces say.

    Args:
        page: HTML of the appendix.
        said: Text by the name of a method, call or number, and of the field.
        printed: Ids that need an entry.
        results: Every number.
        literals: Digits allowed without an owner.

    Raises:
        UntracedNumber: A text differs from the trace, or a digit has no owner.
    """
    findings: list[str] = []
    told: dict[str, dict[str, str]] = {}
    entries: dict[str, str] = {}
    for element in html.document_fromstring(page).iter():
        if _speaks(element):
            if (field := element.get("data-trace")) is not None:
                text, whose = _text(element), _container(element)
                told.setdefault(whose, {})[field] = text
                findings.extend(_unsaid(text, said.get((whose, field)), f"{field} of {whose!r}"))
            if (id_ := element.get("data-number")) is not None:
                entries[id_] = _container(element.getparent())
            findings.extend(_unknown_label(element, literals))
            if (id_ := element.get("data-id")) is not None:
                findings.extend(_wrong(element, id_, results))
        findings.extend(f"{one} (the appendix)" for one in _untraced(element, literals, _SAID))
    for id_, call in entries.items():
        findings.extend(_false_entry({**told.get(call, {}), **told[id_]}, results[id_]))
    findings.extend(f"{id_} has no entry in the appendix" for id_ in printed if id_ not in entries)
    if findings:
        raise UntracedNumber(findings)


def _unsaid(text: str, wanted: str | None, what: str) -> Iterator[str]:
    """A text of the appendix that is not what the trace says."""
    if wanted is None or text != " ".join(wanted.split()):
        yield f"{text!r} stands for the {what}: {wanted!r}"


def _no_part(text: str, whole: str, what: str) -> Iterator[str]:
    """A text that is said to be part of another and is not."""
    if text not in whole:
        yield f"{text!r} is no part of the {what}: {whole!r}"


def _false_entry(told: Mapping[str, str], result: Result) -> Iterator[str]:
    """What an entry says otherwise than the result itself: value, origin, patients."""
    value = result.value
    if isinstance(value, (int, float)) and float(told["exact"].split()[0]) != value:
        yield f"{result.id} is said to be {told['exact']!r}, and is {value!r}"
    if not told.get("origin", result.origin.label).startswith((result.origin.label, STATED)):
        yield f"{result.id} is said to be {told['origin']!r}, and is {result.origin.label}"
    if not _as_before(told.get("before", ""), result):
        yield f"{result.id} is said to have been {told.get('before', 'the same')!r} before"
    if told.get("patients", wanted := ranges(result.trace.patients)) != wanted:
        yield f"{result.id} is said to count patients {told['patients']!r}, and counts {wanted!r}"


def _as_before(told: str, result: Result) -> bool:
    """Whether an entry says what an earlier build printed, if that was something else."""
    if result.before is None:
        return not told
    printed = f"printed {result.before.result.display or EMPTY} by "
    return " ".join(printed.split()) in told


def _container(element: html.HtmlElement | None) -> str:
    """The method, call or number that an element of the appendix says something of."""
    current = element
    while current is not None:
        for name in _CONTAINERS:
            if (key := current.get(name)) is not None:
                return str(key)
        current = current.getparent()
    return ""


def _speaks(element: html.HtmlElement) -> bool:
    """Whether a reader sees its text: no comment, script or style."""
    return isinstance(element.tag, str) and element.tag not in _SILENT


def _stated(results: Results) -> set[str]:
    """Methods and sources as the results state them."""
    traces = [one.trace for one in results.values()]
    traces += [one.trace for one in results.listings.values()]
    texts = {text for trace in traces for text in (trace.method, trace.source)}
    return {" ".join(text.split()) for text in texts}


def _block(element: html.HtmlElement) -> str:
    """The id of the table or figure around an element; empty in running text."""
    current: html.HtmlElement | None = element
    while current is not None:
        names = {current.tag, *(current.get("class") or "").split()}
        if current.get("id") and names & _BLOCKS:
            return str(current.get("id"))
        current = current.getparent()
    return ""


def _text(element: html.HtmlElement) -> str:
    pieces: list[str] = list(element.itertext())
    return " ".join("".join(pieces).split())


def _wrong(element: html.HtmlElement, id_: str, results: Results) -> Iterator[str]:
    printed = _text(element)
    if id_ not in results:
        yield f"{printed!r} carries the id {id_!r}, which no analysis produces"
    elif printed != " ".join(results[id_].display.split()) and printed not in _forms(results[id_]):
        yield f"{printed!r} carries the id {id_!r}, which prints {results[id_].display!r}"


def _forms(result: Result) -> set[str]:
    """Everything a number may be printed as."""
    forms = {" ".join(result.styled(style).split()) for style in STYLES}
    return forms | {" ".join(result.display.split())}


def _unknown_label(element: html.HtmlElement, literals: Literals) -> Iterator[str]:
    if element.get("data-label") is None:
        return
    text = _text(element)
    if text not in literals.labels and not literals.begun(text):
        for _, token in literals.unexplained(text):
            yield f"{token!r} in {text!r} is marked as a label, and the study has no such word"


def _wrong_title(element: html.HtmlElement, literals: Literals) -> Iterator[str]:
    """The page's own title may quote the study; a drawing's describes what is checked in it."""
    parent = element.getparent()
    if element.tag == "title" and parent is not None and parent.tag == "head":
        text = _text(element)
        for _, token in literals.unexplained(text) if text not in literals.labels else ():
            yield f"{token!r} in {_context(text)!r} (title of the page)"


def _untraced(
    element: html.HtmlElement, literals: Literals, owners: Iterable[str] = _OWNERS
) -> Iterator[str]:
    """Digits directly in an element or right after it that nobody owns."""
    text, tail = element.text or "", element.tail or ""
    if has_digit(text) and _speaks(element) and not _owned(element, owners):
        for _, token in literals.unexplained(text):
            yield f"{token!r} in {_context(text)!r}"
    parent = element.getparent()
    if has_digit(tail) and parent is not None and not _owned(parent, owners):
        for _, token in literals.unexplained(tail):
            yield f"{token!r} in {_context(tail)!r}"


def _owned(element: html.HtmlElement, owners: Iterable[str]) -> bool:
    """Whether the element or one around it says whose the digits are."""
    current: html.HtmlElement | None = element
    while current is not None:
        if any(current.get(name) is not None for name in owners):
            return True
        if current.tag in ("desc", "title") or current.tag in _SILENT:
            return True
        current = current.getparent()
    return False


def _context(text: str) -> str:
    whole = " ".join(text.split())
    return whole if len(whole) <= 80 else whole[:77] + "…"
