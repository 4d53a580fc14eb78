"""The numbers a paper prints: `claims.csv`."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

from carreport.audit.printed import Printed, printed_numbers
from carreport.errors import BadInput, Problem
from carreport.study.files import find_table, read_sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

CLAIMS: Final = "claims"
"""The table's name; its file is claims.csv, .xlsx or .parquet."""

Word = Literal["reproduced", "consistent", "differs", "contradicted", "not testable"]
"""What a verdict says."""
VERDICTS: Final[tuple[Word, ...]] = get_args(Word)

COPIED: Final = "copied"
"""A check: the data were copied from the claim, so that agreement tests the copy alone."""

COLUMNS: Final[Mapping[str, str]] = {
    "claim_id": "its name, once in the file",
    "reported": "the printed number, as a string",
    "result_id": "what recomputes it, or empty",
    "kind": "what sort of number it is",
    "location": "where it is printed",
    "quote": "a few words around it",
    "scope": "whom and what it is about",
    "check": f"{COPIED}, or for words the condition they set",
    "note": "a remark for the reader",
    "expected": "the verdict that is expected",
    "population": "whom it is about, a population of audit.toml",
    "about": "what is counted or measured there, a name of audit.toml or any other",
    "says": "its part in that: count, size, percent, median, rate, se, p, …",
    "when": "the scope that is stated, such as infusion=first; day=730",
    "patients": "the patients that are named, by their ids",
    "means": "the number, where what is printed is none: 0, all, ≥1",
}
REQUIRED: Final = ("claim_id", "reported", "kind", "location")

KINDS: Final[Mapping[str, frozenset[str]]] = {
    "count": frozenset({"count", "measurement"}),
    "percent": frozenset({"fraction", "survival", "level", "measurement"}),
    "days": frozenset({"days", "measurement"}),
    "months": frozenset({"days", "measurement"}),
    "years": frozenset({"days", "measurement"}),
    "p": frozenset({"p"}),
    "coefficient": frozenset({"coefficient"}),
    "ratio": frozenset({"ratio"}),
    "measurement": frozenset({"measurement", "statistic"}),
    "words": frozenset(
        {
            "count", "fraction", "survival", "level", "days", "p", "coefficient", "ratio",
            "measurement", "statistic",
        }
    ),
    "text": frozenset({"text", "date", "count", "days", "measurement"}),
}  # fmt: skip
"""Sorts of claims, and the kinds of units a result that recomputes one may have."""

_TIMES: Final = {
    "days": frozenset({"d", "day", "days"}),
    "months": frozenset({"mo", "month", "months"}),
    "years": frozenset({"y", "yr", "year", "years"}),
}
_TIMED: Final = frozenset(_TIMES)
_ORDER: Final = re.compile(r"(\S*)\s*([<>])\s*([A-Za-z]\S*\.\S+)")
"""One result below or above another: `> b.c.d` for the claim's own, or `a.b.c > b.c.d`."""


@dataclass(frozen=True, slots=True)
class Order:
    """
    Which of two results the words call the higher.

    Attributes:
        left: Id of the first, empty for the claim's own.
        relation: < or >.
        right: Id of the second.
    """

    left: str
    relation: str
    right: str


@dataclass(frozen=True, slots=True)
class Claim:
    """
    One number that a paper prints.

    Attributes:
        claim_id: Its name.
        reported: The number as it is printed.
        result_id: Id of the number of ours that recomputes it, or empty.
        kind: What sort of number it is, one of `KINDS`.
        location: Where it is printed.
        quote: A few words around it.
        scope: Whom and what it is about.
        check: `copied`, or for words the condition they set, or empty.
        note: A remark for the reader.
        expected: The verdict that is expected, or empty.
        number: The printed number, or the one that words require; None for text.
        orders: Which results words call higher or lower than which.
        file: The file it was read from.
        line: Its line there.
        population: Whom it is about, a population of audit.toml, or empty.
        about: What is counted or measured there, or empty.
        says: Its part in that, such as count, size or median, or empty.
        when: The scope that is stated, `key=value` by `key=value`.
        patients: The patients that are named.
        means: The number, where what is printed is none.
    """

    claim_id: str
    reported: str
    result_id: str
    kind: str
    location: str
    quote: str
    scope: str
    check: str
    note: str
    expected: str
    number: Printed | None
    orders: tuple[Order, ...]
    file: str
    line: int
    population: str = ""
    about: str = ""
    says: str = ""
    when: str = ""
    patients: str = ""
    means: str = ""

    def __hash__(self) -> int:
        """By its place, which no other claim has: claims are looked up very often."""
        return hash((self.claim_id, self.line))

    def problem(self, column: str, found: str, remedy: str) -> Problem:
        """Something wrong with one of its cells."""
        return Problem(self.file, self.line, column, found, remedy)


def read_claims(folder: Path) -> tuple[Claim, ...]:
    """
    Read the claims of a study folder.

    Args:
        folder: The study folder.

    Returns:
        The claims in the order of the file; none without one.

    Raises:
        BadInput: Everything wrong with the file, at once.
    """
    path = find_table(folder, CLAIMS)
    if path is None:
        return ()
    sheet = read_sheet(path)
    problems = [*_header_problems(sheet.file, sheet.header)]
    if problems:
        raise BadInput(problems)
    claims = [
        _claim(sheet.file, line, dict(zip(sheet.header, row, strict=True)))
        for line, row in zip(sheet.lines, sheet.rows, strict=True)
    ]
    problems = [*_repeated(claims), *(one for claim in claims for one in _cell_problems(claim))]
    if problems:
        raise BadInput(problems)
    return tuple(claims)


def _claim(file: str, line: int, cells: Mapping[str, str]) -> Claim:
    whole = {column: cells.get(column, "") for column in COLUMNS}
    plain, orders = _conditions(whole["check"] if whole["kind"] == "words" else "")
    said = {"text": "", "words": plain}.get(whole["kind"], whole["reported"])
    numbers = printed_numbers(said)
    number = numbers[0] if len(numbers) == 1 else None
    return Claim(**whole, number=number, orders=orders, file=file, line=line)


def _conditions(check: str) -> tuple[str, tuple[Order, ...]]:
    """What words require of the result itself, and between results; `;` stands between them."""
    parts = [part.strip() for part in check.split(";")]
    found = {part: match for part in parts if (match := _ORDER.fullmatch(part))}
    orders = tuple(Order(*match.groups()) for match in found.values())
    return "; ".join(part for part in parts if part not in found), orders


def _header_problems(file: str, header: tuple[str, ...]) -> Iterator[Problem]:
    for column in REQUIRED:
        if column not in header:
            found = f"has no such column (found {', '.join(header)})"
            yield Problem(file, 1, column, found, f"add it: {COLUMNS[column]}")
    for column in header:
        if column not in COLUMNS:
            yield Problem(file, 1, column, "is no column of claims", _one_of(column, COLUMNS))


def _repeated(claims: Iterable[Claim]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for claim in claims:
        if claim.claim_id and claim.claim_id in first:
            found = f"{claim.claim_id!r} stands in line {first[claim.claim_id]} too"
            yield claim.problem("claim_id", found, "give each claim a name of its own")
        first.setdefault(claim.claim_id, claim.line)


def _cell_problems(claim: Claim) -> Iterator[Problem]:
    for column in REQUIRED:
        if not getattr(claim, column):
            yield claim.problem(column, "is empty", f"write {COLUMNS[column]}")
    if claim.kind and claim.kind not in KINDS:
        found = f"{claim.kind!r} is no kind of claim"
        yield claim.problem("kind", found, _one_of(claim.kind, KINDS))
    elif claim.kind and claim.reported:
        yield from _words_problems(claim) if claim.kind == "words" else _number_problems(claim)
    if claim.expected and claim.expected not in VERDICTS:
        found = f"{claim.expected!r} is no verdict"
        yield claim.problem("expected", found, _one_of(claim.expected, VERDICTS))


def _words_problems(claim: Claim) -> Iterator[Problem]:
    plain = _conditions(claim.check)[0]
    understood = claim.number is not None or bool(claim.orders and not plain)
    if not understood and (claim.check or claim.result_id):
        found = f"{claim.check!r} is no condition" if claim.check else "is empty"
        remedy = "write what the words require of the result, such as < 0.05 or 100%"
        yield claim.problem("check", found, remedy)


def _number_problems(claim: Claim) -> Iterator[Problem]:
    if claim.check not in ("", COPIED):
        found = f"{claim.check!r} is no check"
        yield claim.problem("check", found, f"leave it empty or write {COPIED}")
    if claim.kind == "text":
        return
    if claim.number is None:
        yield _not_one_number(claim)
    elif claim.number.percent and claim.kind != "percent":
        found = f"{claim.reported!r} is a percentage, the kind is {claim.kind}"
        yield claim.problem("kind", found, "write percent")
    else:
        named = {word.strip(".,;").lower() for word in claim.reported.split()}
        other = [kind for kind, words in _TIMES.items() if words & named and kind != claim.kind]
        if other and claim.kind in _TIMED:
            found = f"{claim.reported!r} is in {other[0]}, the kind is {claim.kind}"
            yield claim.problem("kind", found, f"write {other[0]}")


def _not_one_number(claim: Claim) -> Problem:
    numbers = printed_numbers(claim.reported)
    if not numbers:
        remedy = "write the number as it is printed, or make the kind words or text"
        return claim.problem("reported", f"{claim.reported!r} holds no number", remedy)
    listed = " and ".join(map(str, numbers))
    found = f"{claim.reported!r} holds {len(numbers)} numbers"
    return claim.problem("reported", found, f"give each a row of its own: {listed}")


def _one_of(word: str, words: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(words), n=1)
    return f"did you mean {near[0]}?" if near else f"use one of {', '.join(words)}"
