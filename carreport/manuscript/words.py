"""The words around a number and the words of a result, so that one can be held against the other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_STOP: Final = frozenset(
    {
        "a", "an", "and", "are", "as", "at", "be", "been", "being", "both", "but", "by",
        "can", "could", "did", "do", "does", "each", "for", "from", "had", "has", "have",
        "he", "her", "his", "if", "in", "into", "is", "it", "its", "may", "might", "more",
        "most", "no", "nor", "not", "of", "on", "once", "only", "or", "other", "our", "out",
        "over", "own", "same", "she", "should", "so", "some", "such", "than", "that", "the",
        "their", "them", "then", "there", "these", "they", "this", "those", "through", "to",
        "too", "under", "until", "up", "very", "was", "we", "were", "what", "when", "where",
        "which", "while", "who", "whom", "whose", "why", "will", "with", "would", "you",
        "your", "also", "one", "two", "after", "before", "during", "since", "among",
        "between", "within", "against", "cell", "listing", "any", "all", "value", "values",
        "whether",
    }
)  # fmt: skip
"""Words that say nothing of what is counted, among them what is said of thousands of results."""
_SAME: Final[Mapping[str, str]] = {
    "died": "death", "dead": "death", "deaths": "death", "die": "death", "mortality": "death",
    "averaging": "mean", "average": "mean", "yr": "year", "years": "year", "men": "male",
    "women": "female", "iqr": "quartile", "ci": "confid", "subjects": "patient",
    "participants": "patient", "toxicity": "advers", "toxicities": "advers",
}  # fmt: skip
"""Words a paper uses for each other."""
_LONG: Final = 6
_TOKEN: Final = re.compile(r"[A-Za-zµμα-ωΑ-Ω0-9]+(?:[-‑–][A-Za-z0-9µα-ω]+)*")
_GRADE: Final = re.compile(r"\b(grade|day|infusion|cycle|line)s?\s?([0-9]{1,4})\b", re.IGNORECASE)
_PATIENTS: Final = re.compile(
    r"\bpatients?\s([0-9]{1,4}(?:(?:,\s?(?:and\s)?|\sand\s)[0-9]{1,4})*)", re.IGNORECASE
)
_SPAN: Final = re.compile(
    r"\b([0-9]{1,4}|one|two|three|four|five|six|twelve)[\s-](day|week|month|year)s?\b",
    re.IGNORECASE,
)
_FEW: Final = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "twelve": 12}
_SHORT: Final = re.compile(r"\s\(([A-Z][A-Za-z-]{1,7})\)")
_BEFORE: Final = 120
"""What a short form stands for is not longer."""


def stem(word: str) -> str:
    """
    What a word has in common with its relatives: relapse, relapses, relapsed.

    >>> stem("Relapsed") == stem("relapses"), stem("leukaemia") == stem("leukemia")
    (True, True)
    """
    plain = word.casefold().replace("ae", "e").replace("our", "or")
    plain = _SAME.get(plain, plain)
    if len(plain) > _LONG:
        return plain[:_LONG]
    return (
        plain[:-1] if plain.endswith("s") and len(plain) > 3 and not plain.endswith("ss") else plain
    )


def tokens(text: str) -> Iterator[tuple[int, str]]:
    """
    Every word that says something, by its stem and where it begins.

    A word of several parts counts as its parts and, where it is a name such as IL-6, as a whole;
    "grade 2" counts as one word more.
    """
    for match in _TOKEN.finditer(text):
        at, said = match.start(), match[0]
        parts = re.split(r"[-‑–]", said)
        if len(parts) > 1 and any(map(str.isdigit, said)) and any(map(str.isalpha, said)):
            yield at, "".join(parts).casefold()
            continue
        for part in parts:
            low = part.casefold()
            if not low.isdecimal() and low not in _STOP and len(low) > 1:
                yield at, stem(part)
    for match in _GRADE.finditer(text):
        yield match.start(), f"{match[1].casefold()}{match[2]}"
    for match in _PATIENTS.finditer(text):
        for one in re.findall(r"[0-9]+", match[1]):
            yield match.start(), f"patient{one}"
    for match in _SPAN.finditer(text):
        count = _FEW.get(match[1].casefold(), match[1])
        yield match.start(), f"{match[2].casefold()}{count}"


def stems(text: str) -> frozenset[str]:
    """The words of a text that say something."""
    return frozenset(word for _, word in tokens(text))


def abbreviations(texts: Iterable[str]) -> dict[str, frozenset[str]]:
    """
    Short forms a document explains, by the stem of the short form: "event-free survival (EFS)".

    Args:
        texts: Its paragraphs.
    """
    found: dict[str, frozenset[str]] = {}
    for text in texts:
        for match in _SHORT.finditer(text):
            words = re.findall(r"[\w]+", text[max(0, match.start() - _BEFORE) : match.start()])
            letters = [one for one in match[1] if one.isalpha()]
            tail = words[-len(letters) :]
            first = "".join(one[0] for one in tail).casefold()
            if len(letters) > 1 and first == "".join(letters).casefold():
                found.setdefault(stem(match[1]), stems(" ".join(tail)))
    return found
