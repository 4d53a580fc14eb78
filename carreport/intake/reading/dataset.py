"""A data set, whatever file it came from."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from carreport.errors import BadInput, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

Cell = str | float | dt.date | dt.datetime | None
"""One value; missing is None, whatever the file writes for it."""


@dataclass(frozen=True, slots=True)
class Column:
    """
    One variable.

    Attributes:
        name: In capitals.
        label: What the file calls it in words, or "".
        kind: As the file has it: `text`, `number`, `date`, `datetime`.
        format: The file's display format, or "".
    """

    name: str
    label: str = ""
    kind: str = "text"
    format: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    """
    A data set, column by column.

    Attributes:
        file: Name of the file.
        name: What the data set calls itself, or "".
        label: What it says it is, or "".
        columns: Its variables, in order.
        cells: Values of each variable, one a row.
        rows: How many rows there are.
        lines: The row of each observation as its owner counts: the line of a text file, the
            number of the observation otherwise.
    """

    file: str
    name: str
    label: str
    columns: tuple[Column, ...]
    cells: Mapping[str, tuple[Cell, ...]]
    rows: int
    lines: Sequence[int]

    def records(self) -> Iterator[tuple[Cell, ...]]:
        """Its rows."""
        return zip(*(self.cells[one.name] for one in self.columns), strict=True)


def made(
    path: Path,
    columns: Sequence[Column],
    values: Sequence[Sequence[Cell]],
    *,
    name: str = "",
    label: str = "",
    lines: Sequence[int] | None = None,
) -> Dataset:
    """
    A data set out of its columns.

    Args:
        path: The file.
        columns: The variables; names are put into capitals.
        values: Values of each; spaces at the end of text go, and empty text is missing.
        name: What the data set calls itself.
        label: What it says it is.
        lines: The row of each observation as its owner counts.

    Raises:
        BadInput: It has no rows, two variables of one name, or an infinite value.
    """
    named = [
        Column(one.name.strip().upper(), one.label.strip(), one.kind, one.format) for one in columns
    ]
    names = [one.name for one in named]
    twice = sorted({one for one in names if names.count(one) > 1})
    problems = [
        Problem(path.name, 0, one, "stands twice among the variables", "rename one of them")
        for one in twice
    ]
    rows = len(values[0]) if values else 0
    if not rows:
        problems.append(refused(path, "has no rows", "give a data set with observations"))
    rows_of = lines or range(1, rows + 1)
    problems += [
        Problem(path.name, row, one.name, "is infinite", "correct the value, or leave it empty")
        for one, column in zip(named, values, strict=True)
        for row, value in zip(rows_of, column, strict=True)
        if isinstance(value, float) and math.isinf(value)
    ]
    if problems:
        raise BadInput(problems)
    cells = {
        one.name: tuple(map(_plain, column)) for one, column in zip(named, values, strict=True)
    }
    return Dataset(path.name, name, label, tuple(named), cells, rows, rows_of)


def refused(path: Path, found: str, remedy: str) -> Problem:
    """A file that cannot be read, as a problem."""
    return Problem(path.name, 0, "", found, remedy)


def _plain(value: Cell) -> Cell:
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, float) and value != value:  # noqa: PLR0124 - NaN is what differs from itself
        return None
    return value
