"""What stands around a number: the words beside it, and what they make of it."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from carreport.manuscript.words import stems, tokens

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from carreport.manuscript.numbers import Number

_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+(?=[A-Z(])")
_CLAUSE: Final = re.compile(r"[;:()]|,(?!\d)|\s(?:and|but|while|whereas|which|versus|vs)\s")
_FARTHEST: Final = 60
_FARTHEST_SAID: Final = 100
_OF_P: Final = re.compile(r"\b[pP]\s?(?:-?values?\s?)?(?:[=<>≤≥]|was|of|is)?\s*$")
_OF_R: Final = re.compile(r"\b(?:[rRρ]|rho|coefficients?(?:\sof)?)\s?[=:]?\s*$")
_OF_RATIO: Final = re.compile(r"\b(?:[HOR]R|ratio)\s?[=:,]?\s*(?:of\s*)?$")
_ERROR: Final = re.compile(r"(?:±|\+/-|\+/−|\\pm|\bSE|\bSD)\s*[=(]?\s*$")
_N: Final = re.compile(r"\b[nN]\s?=\s?$")
_DASH: Final = re.compile(r"\s*(?:[–‑-]|−|to|and)\s*[−-]?", re.IGNORECASE)
_OF: Final = re.compile(
    r"\s+(?:out\s+)?of\s+(?:the\s+|these\s+|all\s+|our\s+)?|\s?/\s?", re.IGNORECASE
)
_MIDDLE: Final = re.compile(r"\b(?:median|mean|averag\w+)\b[^0-9]{0,90}$", re.IGNORECASE)
_INTERVAL: Final = frozenset({"confid", "interv"})
_COUNTED: Final = re.compile(
    r"\s+(?:[\w-]+\s+){0,3}?(?:patients?|subjects?|participants?|deaths?|women|men|children)\b",
    re.IGNORECASE,
)
_OTHER_THINGS: Final = re.compile(
    r"\s+(?:[\w-]+\s+){0,2}?(?:infusions?|transfusions?|cycles?|courses?|doses?|lines?|times|visits?"
    r"|centers?|centres?|sites?|trials?|studies|groups?|arms?|subgroups?|cells?|samples?|genes?"
    r"|measurements?|criteria|reasons?|points?|steps?|methods?|tests?|analyses|grades?)\b",
    re.IGNORECASE,
)
_HINTS: Final[Mapping[str, tuple[str, ...]]] = {
    "range": ("smallest", "largest", "fewest", "longest", "shortest"),
    "ranged": ("smallest", "largest"), "ranging": ("smallest", "largest"),
    "iqr": ("quartile",), "ci": ("confidence", "limit"), "confidence": ("limit",),
}  # fmt: skip
NEAR: Final = 1.0
APART: Final = 0.55
OTHERWHERE: Final = 0.12
HEADING: Final = 0.2
CAPTION: Final = 0.35
_FADES: Final = 0.035
_LEAST: Final = 0.45


@dataclass(frozen=True, slots=True)
class Scene:
    """
    A block's words, told once for all its numbers.

    Attributes:
        text: The block's text.
        words: Each stem with where it begins.
        sentences: Where sentences begin.
        clauses: Where clauses begin.
        besides: What counts for every number of it: heads of a cell, the heading above, the caption.
        stub: Of a cell, the head of its row.
        in_cell: Whether it is a cell.
    """

    text: str
    words: tuple[tuple[int, str], ...]
    sentences: tuple[int, ...]
    clauses: tuple[int, ...]
    besides: Mapping[str, float]
    stub: str = ""
    in_cell: bool = False


def scene(
    text: str, header: str, heading: str, caption: str, short: Mapping[str, frozenset[str]]
) -> Scene:
    """
    Tell a block's words.

    Args:
        text: Its text.
        header: Of a cell, the heads of its column and row.
        heading: The heading above it.
        caption: Of a cell, the caption of its table.
        short: What short forms stand for.
    """
    besides: dict[str, float] = {}
    for said, weight in ((heading, HEADING), (caption, CAPTION), (header, NEAR)):
        for word in stems(said):
            for one in (word, *short.get(word, ())):
                besides[one] = max(weight, besides.get(one, 0.0))
    words = []
    for at, word in tokens(text):
        words += [(at, one) for one in (word, *short.get(word, ()))]
    for match in re.finditer(r"[A-Za-z]+", text):
        hints = _HINTS.get(match[0].casefold(), ())
        words += [(match.start(), one) for hint in hints for one in stems(hint)]
    words.sort()
    ends = (0, *(match.end() for match in _SENTENCE.finditer(text)))
    clauses = tuple(sorted({*ends, *(match.end() for match in _CLAUSE.finditer(text))}))
    stub = header.rpartition("·")[2].strip()
    return Scene(text, tuple(words), ends, clauses, besides, stub, bool(header))


def around(scene: Scene, start: int) -> dict[str, float]:
    """
    The words around a number and how near each is.

    Args:
        scene: Its block.
        start: Where it begins.

    Returns:
        1 for a word beside it, less for one in another clause or another sentence.
    """
    found = dict(scene.besides)
    sentence, clause = bisect_right(scene.sentences, start), bisect_right(scene.clauses, start)
    here = bisect_right(scene.words, (start, ""))
    first = max(0, here - _FARTHEST)
    for at in range(first, min(len(scene.words), here + _FARTHEST)):
        where, word = scene.words[at]
        if bisect_right(scene.sentences, where) != sentence:
            weight = OTHERWHERE
        else:
            near = bisect_right(scene.clauses, where) == clause
            weight = max(_LEAST, 1 - _FADES * abs(at - here)) * (NEAR if near else APART)
        if weight > found.get(word, 0.0):
            found[word] = weight
    return found


def role(text: str, numbers: Sequence[Number], at: int) -> str:
    """
    What a number is to those beside it, or empty.

    Args:
        text: The block's text.
        numbers: Its numbers, in order.
        at: Which of them.

    Returns:
        p, r, ratio, error, whole, part, low, high or middle.
    """
    one = numbers[at]
    before = text[max(0, one.start - _FARTHEST_SAID) : one.start]
    if one.relation and before.rstrip().endswith(("<", ">", "≤", "≥")):
        before = before.rstrip().rstrip("<>≤≥")
    for pattern, said in (
        (_OF_P, "p"), (_ERROR, "error"), (_N, "whole"), (_OF_R, "r"), (_OF_RATIO, "ratio"),
    ):  # fmt: skip
        if pattern.search(before):
            return said
    if at and one.form != "share":
        between = text[numbers[at - 1].end : one.start]
        if _OF.fullmatch(between):
            return "whole"
        if _is_range(between, numbers[at - 1], one):
            return "high"
    if at + 1 < len(numbers):
        between = text[one.end : numbers[at + 1].start]
        if _OF.fullmatch(between):
            return "part"
        if _is_range(between, one, numbers[at + 1]):
            return "low"
    return "middle" if _MIDDLE.search(before) else ""


def is_counted(text: str, number: Number) -> bool:
    """Whether patients are said to be counted by a number: "12 patients", "all five"."""
    return bool(_COUNTED.match(text, number.end))


def is_of_other_things(text: str, number: Number) -> bool:
    """Whether anything but patients is said to be counted: "one infusion", "two cycles"."""
    return not is_counted(text, number) and bool(_OTHER_THINGS.match(text, number.end))


def _is_range(between: str, left: Number, right: Number) -> bool:
    said = between.strip().casefold()
    plain = said.removesuffix("days").removesuffix("months").removesuffix("years").strip()
    joined = bool(_DASH.fullmatch(f" {plain} ")) and plain not in {"and", ""}
    return joined and left.value <= right.value and left.percent == right.percent
