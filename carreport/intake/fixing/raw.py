"""A text table with the place of every cell in it, so that one can be replaced and no other."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PARTED_BY: Final = (",", ";", "\t", "|")
_TOP: Final = 20
"""Lines among which the first that parts anything is looked for: titles may stand above it."""
_BOM: Final = "\ufeff"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it is written: where it begins and ends in the text, and what it says."""

    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class Raw:
    """
    A text table.

    Attributes:
        text: The whole file, its byte order mark and line ends as they are.
        sign: What parts the cells.
        rows: Line of each row, as an editor counts, and its cells; rows of nothing are left out.
    """

    text: str
    sign: str
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]

    def replaced(self, cells: Mapping[Cell, str], sign: str = "") -> str:
        """
        The text with other cells.

        Args:
            cells: What is to stand in place of each.
            sign: What is to part the cells; as it is without one.
        """
        parted = sign or self.sign
        pieces: list[str] = []
        at = 0
        for _, row in self.rows:
            for number, cell in enumerate(row):
                between = self.text[at : cell.start]
                if number and parted != self.sign:
                    between = between.replace(self.sign, parted)
                new = cells.get(cell)
                as_was = self.text[cell.start : cell.end]
                if new is None and parted != self.sign and parted in cell.value:
                    new = cell.value
                pieces += [between, as_was if new is None else _quoted(new, parted)]
                at = cell.end
        return "".join([*pieces, self.text[at:]])


def read_raw(path: Path) -> Raw | None:
    """A text table; None where it is not UTF-8 or its quotes do not close."""
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            text = stream.read()
    except (OSError, UnicodeDecodeError):
        return None
    top = text.split("\n", _TOP)[:_TOP]
    head = next((line for line in top if any(one in line for one in PARTED_BY)), "")
    sign = max(PARTED_BY, key=lambda one: (head.count(one), -PARTED_BY.index(one)))
    rows: list[tuple[int, tuple[Cell, ...]]] = []
    line = 1
    try:
        for row in _rows(text, sign):
            if any(cell.value.strip() for cell in row):
                rows.append((line, tuple(row)))
            line += text.count("\n", row[0].start, row[-1].end) + 1
    except ValueError:
        return None
    return Raw(text, sign, tuple(rows))


def _rows(text: str, sign: str) -> Iterator[list[Cell]]:
    """Rows as the csv module reads them, with the places of their cells."""
    at = len(_BOM) if text.startswith(_BOM) else 0
    row: list[Cell] = []
    while at < len(text):
        cell = _cell(text, at, sign)
        row.append(cell)
        at = cell.end
        if text[at : at + 1] == sign:
            at += 1
            if at == len(text):
                row.append(Cell(at, at, ""))
            continue
        at += 2 if text.startswith("\r\n", at) else 1
        yield row
        row = []
    if row:
        yield row


def _cell(text: str, start: int, sign: str) -> Cell:
    if not text.startswith('"', start):
        end = start
        while end < len(text) and text[end] not in (sign, "\r", "\n"):
            end += 1
        return Cell(start, end, text[start:end])
    end = start + 1
    while True:
        end = text.index('"', end)
        if text[end : end + 2] != '""':
            break
        end += 2
    value = text[start + 1 : end].replace('""', '"')
    if text[end + 1 : end + 2] not in ("", sign, "\r", "\n"):
        msg = "something stands after a closing quote"
        raise ValueError(msg)
    return Cell(start, end + 1, value)


def _quoted(value: str, sign: str) -> str:
    """A cell as CSV writes it: in quotes where it needs them."""
    if any(one in value for one in (sign, '"', "\r", "\n")):
        return '"' + value.replace('"', '""') + '"'
    return value


def same_rows(raw: Raw) -> bool:
    """Whether the csv module reads the same cells: otherwise nothing may be proposed."""
    text = raw.text.removeprefix(_BOM)
    try:
        theirs = [
            row
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=raw.sign, strict=True)
            if any(cell.strip() for cell in row)
        ]
    except csv.Error:
        return False
    return theirs == [[cell.value for cell in row] for _, row in raw.rows]
