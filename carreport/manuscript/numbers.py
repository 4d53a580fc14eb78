"""Every number in a text, and every name with digits in it: no digit is left over."""

from __future__ import annotations

import re
from bisect import bisect_right, insort
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

from carreport.audit.printed import printed_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from carreport.audit.printed import Printed

Form = Literal["digits", "word", "share", "ordinal"]
"""In digits, in words ("twelve"), a share in words ("two-thirds"), or which of several ("60th")."""

_ORDINALS: Final = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
)  # fmt: skip
_PARTS: Final[Mapping[str, int]] = {
    "half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5,
    "fifths": 5,
}  # fmt: skip
_HOW_MANY: Final[Mapping[str, int]] = {"": 1, "a": 1, "one": 1, "two": 2, "three": 3, "four": 4}
_TIMES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("d", "day", "days"), "days"),
    **dict.fromkeys(("wk", "wks", "week", "weeks"), "weeks"),
    **dict.fromkeys(("mo", "mos", "month", "months"), "months"),
    **dict.fromkeys(("y", "yr", "yrs", "year", "years"), "years"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "hours"),
}
TIMES: Final = frozenset(_TIMES.values())
"""Units of time, as every spelling of them is told."""
_GLUED: Final = (
    "mg", "µg", "μg", "ng", "pg", "kg", "g", "mL", "ml", "L", "days", "day", "d", "h", "hrs", "hr",
    "weeks", "week", "wks", "wk", "months", "month", "mo", "years", "year", "yrs", "yr", "fold",
)  # fmt: skip
_ADJECTIVES: Final = frozenset(
    {
        *_TIMES, "fold", "patient", "patients", "point", "arm", "armed", "stage", "step", "part",
        "item", "sided", "tailed", "week-long", "way", "old", "to", "and", "or", "of",
    }
)  # fmt: skip
"""What may follow a number and a hyphen without making a name of both, as 6-mercaptopurine is."""
_COUNTED: Final = frozenset({"day", "days", "week", "month", "year", "grade", "grades", "patient"})
"""What may stand before a hyphen and a number without making a name of both, as VP-16 is."""
_NEVER: Final = str.maketrans("", "", "\N{WORD JOINER}\N{ZERO WIDTH SPACE}\N{SOFT HYPHEN}")

_UNIT: Final = re.compile(
    r"""
    [\s\-‑]? (?:
        (?P<time> years? | yrs? | months? | mos? | weeks? | wks? | days? | hours? | hrs? | [dhy] ) \b
        (?! / )
      | (?P<unit> (?: [mµμnpk]? (?: g | L | l | mol | U ) | IU | U | cells | copies | mg | Gy )
                  (?: \s? / \s? [A-Za-zµμ]+ [²³]? (?: \s? / \s? [A-Za-zµμ]+ )? )? ) (?! [\w-] )
    )
    """,
    re.VERBOSE,
)
_SHARE: Final = re.compile(
    rf"\b(?:(?P<many>one|two|three|four|a)[\s\-‑])?(?P<part>{'|'.join(_PARTS)})\b(?![-‑])",
    re.IGNORECASE,
)
_ORDINAL: Final = re.compile(
    rf"(?<![\w.])(?P<digits>[0-9]{{1,4}})(?:st|nd|rd|th)\b|\b(?P<word>{'|'.join(_ORDINALS)})\b",
    re.IGNORECASE,
)
_STUCK: Final = re.compile(
    rf"(?<![\w.])[-–−]?[0-9]{{1,9}}(?:[.·][0-9]{{1,9}})?(?=(?:{'|'.join(_GLUED)})\b)"
)
_NUMBERED: Final = re.compile(r"\bno\.(?=\s?[0-9])", re.IGNORECASE)
_TOKEN: Final = re.compile(r"[^\s,;()\[\]{}=<>≤≥≈~±%|\"“”\ufffc]+")
_KARYOTYPE: Final = re.compile(
    r"\b(?:t|inv|del|dup|add|der|ins|i)\([0-9XYpq;.\s]+\)(?:\([pq0-9.;]+\))?"
)
_LETTER: Final = re.compile(r"[^\W\d_]")
_WORD_AFTER: Final = re.compile(r"[-‑–]([A-Za-z]+)")
_NAME_AFTER: Final = re.compile(r"[-‑–][0-9]*[A-Z]{2,}")
_LISTED: Final = re.compile(
    r"\s*(?:,|–|-|‑|to|and|or|±|/|,\s*(?:and|or))\s*(?:the\s+)?\(?", re.IGNORECASE
)
_DECIMAL_COMMA: Final = re.compile(
    r"(?<![\w.,])([0-9]{1,3}),([0-9]{1,2}|[0-9]{4,9})(?![\w,.]|\s*\])"
)
_SURE_COMMA: Final = re.compile(r"(?<![\w.,\[])(?:0,[0-9]{1,9}(?![\w,])|[0-9]{1,3},[0-9]{1,2}\s?%)")
_POINT: Final = re.compile(r"(?<![\w.,])[0-9]{1,3}\.[0-9]{1,2}(?![\w.,])")


@dataclass(frozen=True, slots=True)
class Number:
    """
    A number as a text has it.

    Attributes:
        start: Where it begins in the text.
        end: Where it ends there, percent sign and power of ten included, unit not.
        value: Its value; 61.2 for "61.2%".
        decimals: Digits after the point.
        power: The power of ten that follows it, or 0.
        percent: Whether it is a percentage.
        relation: <, ≤, >, ≥ or ≈ before it, or empty.
        form: In digits, in words, a share in words, or which of several.
        unit: What follows it: a unit of time by its full name, another as it is written, or empty.
    """

    start: int
    end: int
    value: Fraction
    decimals: int = 0
    power: int = 0
    percent: bool = False
    relation: str = ""
    form: Form = "digits"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """A stretch of text with digits that are no number: CD19, m², ChiCTR1800015164."""

    start: int
    end: int


def decimal_comma(texts: Iterable[str]) -> bool:
    """
    Whether a document writes 61,2% for 61.2%.

    Only where it does so unmistakably, and nowhere writes a point.
    """
    sure = False
    for text in texts:
        if _POINT.search(text):
            return False
        sure = sure or bool(_SURE_COMMA.search(text))
    return sure


def numbers_in(text: str, *, comma: bool = False) -> tuple[Number, ...]:
    """
    Every number of a text.

    Args:
        text: A paragraph or a cell.
        comma: Whether a comma before the decimals is its point.

    Returns:
        In order; none overlap, and none lie inside a name.

    >>> [text.value.numerator for text in numbers_in("Eight of 9 CD19-positive (IL-6)")]
    [8, 9]
    """
    read = _with_points(text) if comma else text
    read = _NUMBERED.sub(lambda match: "#" * len(match[0]), read)
    found: dict[int, Number] = {}
    taken: list[tuple[int, int]] = []
    for one in (*_shares(read), *_ordinals(read), *_plain(read), *_stuck(read)):
        if not meets(taken, one.start, one.end):
            insort(taken, (one.start, one.end))
            found[one.start] = one
    kept = [found[at] for at in sorted(found)]
    named = [(name.start, name.end) for name in _karyotypes(read)]
    kept = [
        one
        for one in kept
        if not _in_name(read, one) and not any(at <= one.start < end for at, end in named)
    ]
    return tuple(_with_units(read, kept))


def names_in(text: str, numbers: Sequence[Number | Name]) -> tuple[Name, ...]:
    """
    What has digits and is no number.

    Args:
        text: The text.
        numbers: The stretches of it that are told already.

    Returns:
        So that every digit of the text stands in exactly one number or name.
    """
    taken = sorted((one.start, one.end) for one in numbers)
    names: list[Name] = []
    for match in _KARYOTYPE.finditer(text):
        if not meets(taken, *match.span()):
            names.append(Name(*match.span()))
            insort(taken, match.span())
    for match in _TOKEN.finditer(text):
        if any(map(str.isdigit, match[0])):
            for start, end in _gaps(taken, *match.span()):
                if any(map(str.isdigit, text[start:end])):
                    names.append(_trimmed(text, start, end))
    return tuple(sorted(names, key=lambda one: one.start))


def _gaps(taken: Sequence[tuple[int, int]], start: int, end: int) -> Iterator[tuple[int, int]]:
    """What is left of a stretch."""
    at = bisect_right(taken, (start, start))
    if at and taken[at - 1][1] > start:
        start = taken[at - 1][1]
    while start < end:
        first, last = taken[at] if at < len(taken) else (end, end)
        if start < min(first, end):
            yield start, min(first, end)
        start, at = max(start, last), at + 1


def meets(taken: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a stretch meets one that is taken."""
    at = bisect_right(taken, (start, start))
    before = at > 0 and taken[at - 1][1] > start
    return before or (at < len(taken) and taken[at][0] < end)


def _trimmed(text: str, start: int, end: int) -> Name:
    """A name without the punctuation around it."""
    while not text[start].isalnum():
        start += 1
    while not (text[end - 1].isalnum() or text[end - 1] in "+)"):
        end -= 1
    return Name(start, end)


def _with_points(text: str) -> str:
    return _DECIMAL_COMMA.sub(r"\1.\2", text)


def _plain(text: str) -> Iterator[Number]:
    for one in printed_numbers(text):
        digits = text[one.start : one.end]
        form: Form = "digits" if any(map(str.isdigit, digits)) else "word"
        yield _number(one, form)


def _number(one: Printed, form: Form) -> Number:
    return Number(
        one.start, one.end, one.value, one.decimals, one.power, one.percent, one.relation, form
    )


def _shares(text: str) -> Iterator[Number]:
    for match in _SHARE.finditer(text):
        many, part = (match["many"] or "").casefold(), match["part"].casefold()
        whole = bool(many) and (part.endswith("s") or many in {"a", "one"})
        if whole or _PARTS[part] == 2:
            share = Fraction(_HOW_MANY[many], _PARTS[part])
            if share < 1:
                yield Number(*match.span(), share, form="share")


def _ordinals(text: str) -> Iterator[Number]:
    for match in _ORDINAL.finditer(text):
        value = int(match["digits"]) if match["digits"] else _place(match["word"])
        yield Number(*match.span(), Fraction(value), form="ordinal")


def _place(word: str) -> int:
    return _ORDINALS.index(word.casefold()) + 1


def _stuck(text: str) -> Iterator[Number]:
    """Numbers with their unit stuck to them: 5mg, 28d."""
    for match in _STUCK.finditer(text):
        for one in printed_numbers(match[0]):
            at = match.start()
            moved = replace(_number(one, "digits"), start=at + one.start, end=at + one.end)
            yield moved


def _karyotypes(text: str) -> Iterator[Name]:
    return (Name(*match.span()) for match in _KARYOTYPE.finditer(text))


def _in_name(text: str, one: Number) -> bool:
    """Whether a number is part of a word: VP-16, CD19-28, 4-1BB, 6-mercaptopurine."""
    if one.form != "digits":
        return False
    start = one.start
    while start and _TOKEN.fullmatch(text[start - 1]):
        start -= 1
    before = text[start : one.start].translate(_NEVER)
    if _LETTER.search(before) and before.rstrip("-–‑−").casefold() not in _COUNTED:
        return not re.search(r"[–—/:]$", before) or not before.rstrip("–—/:").isalpha()
    if _NAME_AFTER.match(text, one.end):
        return True
    word = _WORD_AFTER.match(text, one.end)
    return word is not None and word[1].casefold() not in _ADJECTIVES and not one.percent


def _with_units(text: str, numbers: Sequence[Number]) -> list[Number]:
    """Each with the unit behind it; one behind a list belongs to all of it."""
    found = []
    for one in numbers:
        match = _UNIT.match(text, one.end)
        unit = ""
        if match and one.form != "share":
            unit = _TIMES.get(match["time"] or "", "") or str(match["unit"]).replace(" ", "")
        found.append(replace(one, unit=unit))
    for at, (left, right) in reversed(list(enumerate(pairwise(found)))):
        right = found[at + 1]  # noqa: PLW2901 - it may have got its unit just now
        if _LISTED.fullmatch(text, left.end, right.start) and not left.unit:
            percent = left.percent or (right.percent and left.form == "digits")
            unit = "" if percent else right.unit
            found[at] = replace(left, unit=unit, percent=percent)
            if right.form == "ordinal" and left.form == "digits":  # the 14, 28 and 60th days
                found[at] = replace(left, unit=unit, form="ordinal")
    return found
