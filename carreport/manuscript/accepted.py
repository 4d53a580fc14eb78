"""Numbers that were accepted although no result has them: `accepted.toml` or `accepted.csv`."""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from carreport.errors import BadInput, Problem
from carreport.manuscript.entries import form

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from carreport.manuscript.answer import Finding
    from carreport.manuscript.model import Manuscript

NAMES: Final = ("accepted.toml", "accepted.csv")
FIELDS: Final = ("text", "context", "reason")
KEY: Final = "accepted"
MEANING: Final = {
    "text": "the number as the manuscript prints it",
    "context": "a few words of the paragraph it stands in",
    "reason": "why it is right although no result has it",
}
_OPTION: Final = "--accepted"


@dataclass(frozen=True, slots=True)
class Accepted:
    """
    A number that was accepted.

    Attributes:
        text: As the manuscript prints it.
        context: Some words of the paragraph it stands in.
        reason: Why it was accepted.
        file: The list.
        line: Its line there, or which entry it is.
    """

    text: str
    context: str
    reason: str
    file: str
    line: int

    def __str__(self) -> str:
        """Number, words and where it is listed."""
        return f"{self.text!r} in {self.context!r} ({self.file}, {self.line})"


def accepted_of(path: Path | None, folder: Path) -> tuple[Accepted, ...]:
    """
    The accepted list.

    Args:
        path: The file that was named, if one was.
        folder: The study folder, whose own list counts otherwise.

    Returns:
        Its entries; none where there is no list.

    Raises:
        BadInput: Everything wrong with it, at once.
    """
    own = [folder / name for name in NAMES if (folder / name).is_file()]
    if path is None and len(own) > 1:
        found = f"there are two lists, {' and '.join(NAMES)}"
        raise BadInput([Problem(NAMES[0], 0, "", found, "keep one of them")])
    chosen = path or next(iter(own), None)
    if chosen is None:
        return ()
    try:
        text = chosen.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        found = f"{chosen.as_posix()!r} cannot be read ({why})"
        raise BadInput([Problem("", 0, _OPTION, found, "name a TOML or CSV file")]) from error
    read = _from_csv if chosen.suffix.casefold() == ".csv" else _from_toml
    rows = list(read(text, chosen.name))
    problems = [problem for one in rows for problem in _problems(*one, chosen.name)]
    if problems:
        raise BadInput(problems)
    return tuple(
        Accepted(**{name: str(row[name]).strip() for name in FIELDS}, file=chosen.name, line=line)
        for line, row in rows
    )


def _from_csv(text: str, file: str) -> Iterator[tuple[int, dict[str, Any]]]:
    reader = csv.DictReader(text.splitlines())
    header = reader.fieldnames or []
    if missing := [name for name in FIELDS if name not in header]:
        raise BadInput([
            Problem(file, 1, name, "there is no such column", f"add it: {MEANING[name]}")
            for name in missing
        ])  # fmt: skip
    try:
        yield from ((reader.line_num, row) for row in reader)
    except csv.Error as error:
        found = f"it is no CSV ({error})"
        raise BadInput([Problem(file, reader.line_num, "", found, "correct the line")]) from error


def _from_toml(text: str, file: str) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        rows = tomllib.loads(text).get(KEY, [])
    except ValueError as error:
        found = f"it is no TOML ({error})"
        raise BadInput([Problem(file, 0, "", found, f"write it as [[{KEY}]]")]) from error
    if not (isinstance(rows, list) and all(isinstance(one, dict) for one in rows)):
        found = f"{KEY!r} is no list of tables"
        raise BadInput([Problem(file, 0, KEY, found, f"write each entry under [[{KEY}]]")])
    yield from enumerate(rows, start=1)


def _problems(line: int, row: dict[str, Any], file: str) -> Iterator[Problem]:
    for name in FIELDS:
        if not str(row.get(name) or "").strip():
            yield Problem(file, line, name, "is empty", f"write {MEANING[name]}")
    for name in row:
        if name not in FIELDS:
            remedy = f"use {', '.join(FIELDS)}"
            yield Problem(file, line, str(name), "is nothing an entry says", remedy)


def apply(
    entries: Sequence[Accepted], findings: Iterable[Finding], manuscript: Manuscript
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """
    Findings with the accepted ones marked.

    Only a number no result has can be accepted: one that is stale or altered never is.

    Args:
        entries: The accepted list.
        findings: What became of each number.
        manuscript: Whose.

    Returns:
        The findings, and the entries that no number answers to.
    """
    by_text: dict[str, list[Accepted]] = {}
    for one in entries:
        by_text.setdefault(form(one.text), []).append(one)
    used: Counter[Accepted] = Counter()
    told: list[Finding] = []
    for finding in findings:
        entry: Accepted | None = None
        if finding.word == "unmatched" and (listed := by_text.get(form(finding.text))):
            block = manuscript.blocks[finding.block]
            said = _plain(f"{block.header} {block.text}")
            entry = next((each for each in listed if _plain(each.context) in said), None)
        if entry is not None:
            used[entry] += 1
        told.append(replace(finding, accepted=entry.reason) if entry else finding)
    return tuple(told), tuple(str(one) for one in entries if not used[one])


def _plain(text: str) -> str:
    return "".join(one for one in text.casefold() if one.isalnum())
