"""Text cells to typed cells, and everything wrong with them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from carreport.errors import Problem
from carreport.study import schema
from carreport.study.forms import advice, is_missing_word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from carreport.study.files import Sheet
    from carreport.study.schema import Column

_MARKUP: Final = re.compile(r"<\s*/?\s*[a-zA-Z!?]|\{\{|\{%|\{#|[\x00-\x08\x0b-\x1f\x7f]")
_INTEGER: Final = re.compile(r"^[+-]?\d+(\.0+)?$", re.ASCII)
NUMBER: Final = re.compile(r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$", re.ASCII)
_DATE: Final = re.compile(r"^\d{4}-\d{2}-\d{2}$", re.ASCII)
_FLAGS: Final = ("yes", "no")
_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2200


@dataclass(frozen=True, slots=True)
class Cells:
    """A table's cells, typed and as text."""

    frame: pd.DataFrame
    text: pd.DataFrame


def typed(sheet: Sheet, columns: Mapping[str, Column]) -> Cells:
    """
    The columns that are read, typed; a cell that cannot be is missing.

    Args:
        sheet: The table as written.
        columns: The columns to read.

    Returns:
        Typed cells and the same cells as text.
    """
    text = pd.DataFrame(list(sheet.rows), columns=list(sheet.header), dtype=str)[list(columns)]
    frame = pd.DataFrame(
        {name: _convert(text[name], meaning.kind) for name, meaning in columns.items()},
        index=text.index,
    )
    return Cells(frame, text)


def cell_problems(
    sheet: Sheet, columns: Mapping[str, Column], text: pd.DataFrame
) -> Iterator[Problem]:
    """Every cell that is not what its column holds."""
    for column, meaning in columns.items():
        yield from _bad_cells(sheet, column, meaning, text[column])


def _bad_cells(sheet: Sheet, column: str, meaning: Column, cells: pd.Series) -> Iterator[Problem]:
    wrong = {one: found for one in dict.fromkeys(cells) if (found := _cell_problem(one, meaning))}
    for position, cell in enumerate(cells) if wrong else ():
        if problem := wrong.get(cell):
            yield Problem(sheet.file, sheet.lines[position], column, *problem)


def _cell_problem(cell: str, meaning: Column) -> tuple[str, str] | None:
    if not cell:
        expected = f"give {schema.FORMATS[meaning.kind]}"
        return None if meaning.blank else ("is empty", f"{expected}: {meaning.meaning}")
    if _MARKUP.search(cell):
        return (
            f"{cell[:60]!r} holds markup or a control character",
            "remove it; cells are plain text",
        )
    if not _fits(cell, meaning.kind):
        instead = advice(cell, meaning.kind)
        if is_missing_word(cell) and not meaning.blank:
            instead = f"a value is needed ({meaning.meaning}), or remove the row"
        remedy = f"correct the cell: {instead}" if instead else "correct the cell"
        return f"{cell[:60]!r} is not {schema.FORMATS[meaning.kind]}", remedy
    return None


def _fits(cell: str, kind: str) -> bool:
    match kind:
        case "ordinal":
            return bool(_INTEGER.match(cell)) and float(cell) >= 1
        case "number":
            return bool(NUMBER.match(cell))
        case "grade":
            return bool(_INTEGER.match(cell)) and 1 <= float(cell) <= 5
        case "date":
            return is_date(cell)
        case "flag":
            return cell in _FLAGS
        case _:
            return True


def is_date(cell: str) -> bool:
    """Whether a cell is written as a date."""
    if not _DATE.match(cell):
        return False
    try:
        return _FIRST_YEAR <= dt.date.fromisoformat(cell).year <= _LAST_YEAR
    except ValueError:
        return False


def _convert(cells: pd.Series, kind: str) -> pd.Series:
    match kind:
        case "ordinal" | "number" | "grade":
            return pd.to_numeric(cells.where(cells != ""), errors="coerce").astype(float)
        case "date":
            return pd.to_datetime(cells, format="%Y-%m-%d", errors="coerce")
        case _:
            return cells.astype(object).mask(cells == "", None)
