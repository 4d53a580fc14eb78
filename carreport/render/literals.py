"""Digits that may stand in prose without an id, each with its reason."""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from carreport.errors import BadInput, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

LITERALS_FILE: Final = "literals.csv"
_LETTERS: Final = 2
"""A study's word needs so many letters to be recognised in running text."""
_PLAIN_DIGIT: Final = re.compile("[0-9]")
_ELLIPSIS: Final = "\N{HORIZONTAL ELLIPSIS}"
_TOKEN: Final = re.compile(r"[^\s\x00]+")


@dataclass(frozen=True, slots=True)
class Literals:
    """
    What may stand without an id.

    Attributes:
        tokens: Allowed in any text, longest first.
        labels: Words of the study, allowed where they are marked as such.
    """

    tokens: tuple[str, ...]
    labels: frozenset[str] = frozenset()

    def quoting(self, words: Iterable[str]) -> Literals:
        """
        The same, with the study's own words: titles, labels, terms.

        A word that is only a number must be marked where it stands; it allows no digit elsewhere.
        """
        # Figures have a letter and what is set upon it as one sign, whatever the study has.
        labels = frozenset(
            " ".join(form.split())
            for word in words
            if has_digit(word)
            for form in (word, unicodedata.normalize("NFC", word))
        )
        spoken = {word for word in labels if sum(map(str.isalpha, word)) >= _LETTERS}
        tokens = sorted({*self.tokens, *spoken}, key=lambda token: (-len(token), token))
        return Literals(tuple(tokens), labels)

    def begun(self, text: str) -> bool:
        """Whether it is the beginning of a word of the study, cut off with an ellipsis."""
        whole = text.removesuffix(_ELLIPSIS)
        return whole != text and any(label.startswith(whole) for label in self.labels)

    def unexplained(self, text: str) -> Iterator[tuple[int, str]]:
        """Position and text of every token with a digit that no literal covers."""
        if not has_digit(text):
            return
        covered: set[int] = set()
        for literal in self.tokens:
            for match in _pattern(literal).finditer(text):
                covered.update(range(*match.span()))
        for match in _TOKEN.finditer(text):
            for at in range(*match.span()):
                if at not in covered and is_digit(text[at]):
                    yield at, match.group()
                    break


@cache
def is_digit(character: str) -> bool:
    """Whether a character says a number: any script's digits, raised, circled, fractions."""
    return character.isdigit() or unicodedata.category(character) == "No"


def has_digit(text: str) -> bool:
    """Whether a text holds a digit."""
    if text.isascii():
        return _PLAIN_DIGIT.search(text) is not None
    return any(map(is_digit, text))


@cache
def _pattern(literal: str) -> re.Pattern[str]:
    """A literal as a whole word, its spaces of any kind and number."""
    words = r"\s+".join(map(re.escape, literal.split()))
    return re.compile(rf"(?<![\w.]){words}(?!\w)")


def read_literals(paths: Iterable[Path]) -> Literals:
    """
    Read `literals.csv` files: columns literal and reason.

    Raises:
        BadInput: A literal has no reason, or the columns are others.
    """
    tokens: set[str] = set()
    problems: list[Problem] = []
    for path in paths:
        if not path.is_file():
            continue
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            if reader.fieldnames != ["literal", "reason"]:
                problems.append(
                    Problem(
                        path.name,
                        1,
                        "",
                        f"has the columns {reader.fieldnames}",
                        "give it literal,reason",
                    )
                )
                continue
            for row in reader:
                if not (row["literal"] and row["reason"]):
                    problems.append(
                        Problem(
                            path.name,
                            reader.line_num,
                            "reason",
                            f"{row['literal']!r} has no reason",
                            "say why",
                        )
                    )
                tokens.add(row["literal"])
    if problems:
        raise BadInput(problems)
    return Literals(tuple(sorted(tokens - {""}, key=lambda token: (-len(token), token))))
