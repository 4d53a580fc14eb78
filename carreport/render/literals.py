"""Digits that may stand in prose without an id, each with its reason."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from carreport.errors import BadInput, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

LITERALS_FILE: Final = "literals.csv"
_DIGITS: Final = re.compile(r"[0-9\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089]+")
_LETTERS: Final = 2
"""A study's word needs so many letters to be recognised in running text."""
_TOKEN: Final = re.compile(r"[^\s\x00]*[0-9\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089][^\s\x00]*")


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
        labels = frozenset(" ".join(word.split()) for word in words if _DIGITS.search(word))
        spoken = {word for word in labels if sum(map(str.isalpha, word)) >= _LETTERS}
        tokens = sorted({*self.tokens, *spoken}, key=lambda token: (-len(token), token))
        return Literals(tuple(tokens), labels)

    def unexplained(self, text: str) -> Iterator[tuple[int, str]]:
        """Position and token of every digit no literal covers."""
        if not _DIGITS.search(text):
            return
        covered = [False] * len(text)
        for token in self.tokens:
            for match in re.finditer(rf"(?<![\w.]){re.escape(token)}(?![\w])", text):
                covered[match.start() : match.end()] = [True] * len(token)
        for match in _DIGITS.finditer(text):
            if not all(covered[match.start() : match.end()]):
                yield match.start(), _around(text, match.start())


def _around(text: str, position: int) -> str:
    for match in _TOKEN.finditer(text):
        if match.start() <= position < match.end():
            return match.group()
    return text[position]


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
