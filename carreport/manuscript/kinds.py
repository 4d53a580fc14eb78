"""
What is no statistic, and why: references, dates, names of figures, patients, doses, grades.

The words are those of English papers, none is a study's.
"""

from __future__ import annotations

import re
from bisect import insort
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from carreport.manuscript.numbers import TIMES, meets, numbers_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from carreport.manuscript.model import Block, Kind, Owner
    from carreport.manuscript.numbers import Number

REFERENCE: Final = "it belongs to an entry of the list of references"
DATE: Final = "it is a date"
BOUND: Final = "it is a bound, and no result is"
HIDDEN: Final = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands in a text for what is told already, letter for letter."""
OF_BLOCKS: Final[Mapping[Kind, str]] = {
    "reference": REFERENCE,
    "furniture": "it belongs to a running head or a page number",
    "code": "it belongs to code",
}
"""Blocks in which nothing is a statistic."""
OF_OWNERS: Final[Mapping[Owner, str]] = {
    "axis": "the document says that it belongs to the axis of a figure",
    "reference": "the document says that it is the number of a reference",
    "method": "the document says that it belongs to a method",
    "label": "the document says that it belongs to a label of the study",
    "trace": "the document says that it belongs to the trace of a number",
    "numbering": "it is the number of a point in a list",
}
"""What a document of ours says of its own digits."""

_SHOWN: Final = re.compile(f"[^{HIDDEN}]+")
_MONTHS: Final = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"
)
MONTHS: Final = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip
_FULL_DATE: Final = re.compile(
    rf"""
      \b (?P<year>(?:19|20)[0-9]{{2}}) [-‑–/] (?P<month>0[1-9]|1[0-2]) [-‑–/] (?P<day>[0-3][0-9]) (?![0-9])
    | \b (?P<day2>[0-3]?[0-9]) (?:st|nd|rd|th)? \s+ (?P<name2>{_MONTHS}) \.? ,? \s+ (?P<year2>(?:19|20)[0-9]{{2}}) \b
    | \b (?P<name3>{_MONTHS}) \.? \s+ (?P<day3>[0-3]?[0-9]) (?:st|nd|rd|th)? ,? \s+ (?P<year3>(?:19|20)[0-9]{{2}}) \b
    """,
    re.VERBOSE,
)
_NUMBERS: Final = r"S?[0-9]{1,4}[A-Za-z]?(?:[–\-‑][A-Za-z0-9]{1,3}\b)?"
_LIST: Final = rf"{_NUMBERS}(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*|\s*[–‑-]\s*){_NUMBERS})*"
_PLAIN: Final = r"[0-9]{1,4}"
_PLAIN_LIST: Final = rf"{_PLAIN}(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*|\s*[–‑-]\s*){_PLAIN})*(?![\w.]*\s?[%\w]*±)"
_UNIT_BEHIND: Final = r"(?!\s*(?:%|days?|weeks?|months?|years?|of\b|\())"
_STRETCHES: Final = tuple(
    (re.compile(pattern, flags), reason)
    for pattern, flags, reason in (
        (r"https?://[^\s<>\"]+|\bwww\.[^\s<>\"]+|\bdoi:?\s?10\.[^\s<>\"]+|\b10\.[0-9]{4,9}/[^\s<>\"]+",
         re.IGNORECASE, "it belongs to an address"),
        (r"\b[\w.+-]+@[\w-]+\.[\w.-]+", 0, "it belongs to an address"),
        ((rf"\b(?:supplement(?:ary|al)\s+)?(?:Fig(?:ure|s)?s?|Tables?|Sections?|Appendix|Appendices"
         rf"|Panels?|Chapters?|Refs?|References?|Eqs?|Equations?|Box(?:es)?|Supplements?|Files?"
         rf"|Steps?|Items?|Lines?|Rows?|Columns?|Pages?|Footnotes?|Notes?)\b\.?\s*{_LIST}"
         rf"{_UNIT_BEHIND}"),
         re.IGNORECASE, "it is the number of a figure, a table or another part"),
        (rf"\bpp?\.\s?{_LIST}", 0, "it is the number of a page"),
        ((rf"\b(?:Patients?|Subjects?|Participants?|Cases?)\s+(?:no\.?\s*|#\s*)?{_PLAIN_LIST}"
         rf"{_UNIT_BEHIND}\b"), 0, "it names a patient"),
        (rf"\b(?:patient|subject|participant|case)\s+(?:no\.?\s*|#\s*)?{_PLAIN_LIST}{_UNIT_BEHIND}\b",
         0, "it names a patient"),
        ((r"\b(?:versions?|release|v)\.?\s?[0-9]+(?:\.[0-9]+)*\b|\b(?:Attribution|BY(?:-\w+)*|CTCAE|SPSS"
         r"|SAS|R|Python|Prism|Stata)\s(?:v\.?\s?)?[0-9]+(?:\.[0-9]+)+\b"),
         0, "it is the number of a version"),
        (r"\b(?:[Nn]o|Nr)\.\s?[0-9]+\b(?!\s*\()|#\s?[0-9]+\b", 0, "it is a number in a name"),
        (r"\b[0-9]{1,5}\s+(?:[A-Z]\w+\s+){1,4}(?:Road|Street|Avenue|Boulevard|Lane|Drive|Square|Rd|St|Ave)\b",
         0, "it belongs to an address"),
        (r"(?<=[A-Za-z]\s)[0-9]{5,6}(?=\s*,\s*[A-Z][A-Za-z'’ ]+$|\s*,\s*[A-Z][A-Za-z'’]+)",
         0, "it belongs to an address"),
        (r"(?<![\w.,])[0-9]{7,}(?![\w.,]*[0-9%])", 0, "it is an identifier"),
        (r"\bgrades?\s*(?:[0-9](?![0-9.])(?:\s*(?:[–‑/-]|,|to|and|or)\s*[0-9](?![0-9.]))*)",
         re.IGNORECASE, "it is a grade, the name of a category"),
        ((r"\b(?:phase|stage|cycle|line|lines|arm|cohort|level|type|class)s?\s+[0-9](?![0-9.%])"
         r"(?:\s*[–‑/-]\s*[0-9](?![0-9.%]))?"), re.IGNORECASE, "it is the name of a category"),
        ((r"\b(?<![0-9]\s)(?<![0-9])(?:days?|weeks?|months?|visits?)\s*[+\-−–]?\s*[0-9]{1,4}(?![0-9.%])"
         rf"(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s*[–‑-]\s*|\s+to\s+)[+\-−]?[0-9]{{1,4}}(?![0-9.%]))*"
         rf"{_UNIT_BEHIND}"), re.IGNORECASE, "it is a time point"),
        ((r"\b(?:[0-9]{1,4}(?:\.[0-9]+)?|\w+ty-\w+|[a-z]+)[-‑](?:years?|months?|weeks?|days?)\b"
         r"(?![-‑]\s?old)"), re.IGNORECASE, "it is a time point"),
        ((r"\b(?:[0-9]{1,2}|one|two|three|four)[-‑](?:sided|tailed|way|armed|arm|stage|samples?|step"
         r"|dimensional|factor)\b"), re.IGNORECASE, "it belongs to the name of a method"),
        ((r"\b(?:[0-9]{1,3}|one|two|three|four|five|six)\s+or\s+(?:more|fewer|less|higher|greater"
         r"|later|worse)\b"), re.IGNORECASE, BOUND),
        (r"\b9[059](?:\.[0-9])?\s?%\s?(?:\(?CIs?\b|confidence|credible|prediction)",
         re.IGNORECASE, "it is the level of an interval"),
        (r"(?<=[:;,.]\s)\(?[0-9]{1,2}\)(?=\s[a-z])|(?<=[:;,.]\s)\([0-9]{1,2}\)",
         0, "it is the number of a heading or of a point in a list"),
        (r"\^\{[0-9,\s–-]+\}|\[\^[0-9]+\]", 0, "it is a citation or a note"),
        (rf"\b(?:{_MONTHS})\.?\s+(?:19|20)[0-9]{{2}}\b", 0, DATE),
        ((r"\b[0-3]?[0-9](?:st|nd|rd|th)?\s+(?:of\s+)?(?:January|February|March|April|May|June|July"
         r"|August|September|October|November|December)\b"), 0, DATE),
        ((r"\b(?:January|February|March|April|May|June|July|August|September|October|November"
         r"|December)\s+[0-3]?[0-9](?:st|nd|rd|th)?\b(?![0-9])"), 0, DATE),
        ((r"(?<![\w.,×/])(?:19|20)[0-9]{2}(?![\w%]|\.[0-9]|,[0-9]|\s*(?:patients|cells|days|copies"
         r"|[pn]?g/|U/|mg|×))"), 0, "it is a year"),
    )
)  # fmt: skip
_CITATION: Final = re.compile(r"\[\s*([0-9]{1,3})((?:\s*[,;–‑-]\s*[0-9]{1,3})*)\s*\]")
_RANGED: Final = re.compile(r"[0-9]\s*[–‑-]\s*[0-9]")
_NUMBERED: Final = re.compile(r"\s*(?:Chapter\s+)?[0-9]{1,2}(?:\.[0-9]{1,2})*[.)]?(?=\s+[A-Z])")
_LISTED: Final = re.compile(r"\s*\(?[0-9]{1,2}[.)](?=\s+\S)")
_DOSE: Final = re.compile(r"(?:[mµμ]?g|IU|U|Gy|mCi|MBq)(?:/m²|/kg)?(?:/(?:d|day))?")
_FLAT: Final = frozenset({"mg", "g", "µg", "μg", "Gy", "IU"})
_NOUN: Final = re.compile(
    r"[\s-]+(?:[\w-]+\s+){0,3}?(?:patients?|subjects?|participants?|persons?|people|deaths?|cases"
    r"|women|men|children|adults|responders?|relapses?|events?)\b",
    re.IGNORECASE,
)
_OF: Final = re.compile(
    r"\s+of\s+(?:the|these|our|all|them|which|whom|\w+\s+patients)", re.IGNORECASE
)
_SUBJECT: Final = re.compile(
    r"\s+(?:had|has|have|was|were|died|received|relapsed|achieved|developed)\b"
)
_PER: Final = re.compile(r"\s+(?:[\w-]+\s+){0,3}per\b")
_EVERYDAY: Final = frozenset({"no", "none", "one", "zero"})


@dataclass(frozen=True, slots=True)
class Stretch:
    """
    A part of a text in which no digit is a statistic.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        reason: Why, as a clause.
        date: The day it names, as 2020-08-19, or empty.
    """

    start: int
    end: int
    reason: str
    date: str = ""


def stretches(block: Block, most_cited: int) -> tuple[Stretch, ...]:
    """
    What of a block is no statistic, whatever our numbers are.

    Args:
        block: A paragraph, a cell, a heading.
        most_cited: The highest number a citation can have.

    Returns:
        In order; none overlap. Each holds at least one digit.
    """
    text = block.text
    if block.kind in OF_BLOCKS:
        parts = (match.span() for match in _SHOWN.finditer(text))
        reason = OF_BLOCKS[block.kind]
        return tuple(Stretch(*one, reason) for one in parts if _has_digit(text[slice(*one)]))
    found: list[Stretch] = []
    taken: list[tuple[int, int]] = []
    for one in (*_dates(text), *_citations(text, most_cited), *_numbering(block), *_patterns(text)):
        said = text[one.start : one.end]
        clear = not meets(taken, one.start, one.end)
        if clear and (_has_digit(said) or _is_word(said)):
            insort(taken, (one.start, one.end))
            found.append(one)
    return tuple(sorted(found, key=lambda one: one.start))


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _is_word(text: str) -> bool:
    """Whether a stretch begins with a number in words, as two-year does."""
    return any(one.form == "word" for one in numbers_in(text))


def _dates(text: str) -> Iterator[Stretch]:
    for match in _FULL_DATE.finditer(text):
        parts = match.groupdict()
        year = parts["year"] or parts["year2"] or parts["year3"]
        day = int(parts["day"] or parts["day2"] or parts["day3"])
        name = (parts["name2"] or parts["name3"] or "")[:3].casefold()
        month = int(parts["month"]) if parts["month"] else MONTHS.index(name) + 1
        yield Stretch(*match.span(), DATE, f"{year}-{month:02d}-{day:02d}")


def _citations(text: str, most: int) -> Iterator[Stretch]:
    """Numbers in square brackets, unless they are the range of the number before."""
    for match in _CITATION.finditer(text):
        numbers = [int(one) for one in re.findall(r"[0-9]+", match[0])]
        before = text[: match.start()].rstrip()
        ranged = bool(before) and (before[-1].isdigit() or before[-1] == "%")
        if max(numbers) <= most and not (ranged and _RANGED.search(match[0])):
            yield Stretch(*match.span(), "it is a citation")


def _numbering(block: Block) -> Iterator[Stretch]:
    pattern = {"heading": _NUMBERED, "title": _NUMBERED, "prose": _LISTED}.get(block.kind)
    match = pattern.match(block.text) if pattern else None
    if match:
        yield Stretch(*match.span(), "it is the number of a heading or of a point in a list")


def _patterns(text: str) -> Iterator[Stretch]:
    for pattern, reason in _STRETCHES:
        for match in pattern.finditer(text):
            yield Stretch(*match.span(), reason)


def name_reason(text: str, start: int, end: int) -> str:
    """
    Why a name with digits is told among the numbers, or empty where it is a name and no more.

    A raised digit behind a word is a citation.
    """
    said = text[start:end]
    raised = said.rstrip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻,–-")
    plain = not any(map(str.isdigit, raised))
    unit = raised.rpartition("/")[2] in {
        "m",
        "cm",
        "mm",
        "km",
        "dm",
        "µ",
        "s",
        "L",
        "mL",
        "kg",
        "h",
    }
    return "it is a citation" if raised != said and plain and not unit else ""


def not_a_statistic(number: Number, units: Collection[str]) -> str:
    """
    Why a number is none that a result could have, told by its form and its unit.

    Args:
        number: The number.
        units: Units that results of ours have; an amount in one of them may be ours.

    Returns:
        A clause, or empty.
    """
    if number.form == "ordinal" and number.unit not in TIMES:
        return "it says which, not how many"
    if number.form == "ordinal":
        return "it is a time point"
    unit = number.unit
    known = unit in units or any(
        one.endswith(f"/{unit.rpartition('/')[2]}") for one in units if "/" in unit
    )
    if unit and _DOSE.fullmatch(unit) and (unit in _FLAT or "/" in unit) and not known:
        return "it is an amount of a drug or of radiation, and no result is one"
    return ""


def is_everyday(text: str, number: Number) -> bool:
    """
    Whether a number in words may be no count: "one of the reasons", "no longer".

    Args:
        text: The text it stands in.
        number: The number.
    """
    if number.form == "share":
        return True
    said = text[number.start : number.end].casefold()
    if number.form != "word" or said not in _EVERYDAY:
        return False
    behind = text[number.end :]
    if _PER.match(behind):
        return True
    return not any(pattern.match(behind) for pattern in (_NOUN, _OF, _SUBJECT))
