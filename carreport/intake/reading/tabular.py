"""Parquet and CSV."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from carreport.errors import BadInput, Problem
from carreport.intake.reading.dataset import Column, made, refused

if TYPE_CHECKING:
    from pathlib import Path

    from carreport.intake.reading.dataset import Cell, Dataset

_SEPARATORS: Final = (",", ";", "\t")
_LABELS: Final = (b"label", b"LABEL", b"comment")
"""Where writers of Parquet put the label of a variable."""


def read_parquet(path: Path) -> Dataset:
    """
    Read a Parquet file; labels stand in the metadata of its fields.

    Raises:
        BadInput: It is damaged, has no rows, or holds lists or the like.
    """
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except Exception as error:  # noqa: BLE001 - pyarrow raises many kinds
        found = f"is a damaged Parquet file ({type(error).__name__})"
        raise BadInput([refused(path, found, "write it again")]) from None
    columns, values, problems = [], [], []
    for field, column in zip(table.schema, table.columns, strict=True):
        about = field.metadata or {}
        label = next((about[key] for key in _LABELS if key in about), b"")
        try:
            given = [_cell(one) for one in column.to_pylist()]
        except (TypeError, ValueError, OverflowError) as error:
            remedy = "write it as text, a number or a date"
            problems.append(Problem(path.name, 0, field.name, f"cannot be used: {error}", remedy))
            continue
        kind = _kind(given)
        columns.append(Column(field.name, label.decode("utf-8", "replace"), kind))
        values.append(given)
    if problems:
        raise BadInput(problems)
    return made(path, columns, values)


def _cell(value: Any) -> Cell:
    match value:
        case None | str():
            return value
        case bool():
            return "Y" if value else "N"
        case int() | float() | Decimal():
            return float(value)
        case dt.datetime():
            return value.replace(tzinfo=None)
        case dt.date() | dt.time():
            return value if isinstance(value, dt.date) else value.isoformat()
        case _:
            msg = f"a value is a {type(value).__name__}"
            raise TypeError(msg)


def _kind(values: list[Cell]) -> str:
    first = next((one for one in values if one is not None), None)
    match first:
        case float():
            return "number"
        case dt.datetime():
            return "datetime"
        case dt.date():
            return "date"
        case _:
            return "text"


def read_csv(path: Path) -> Dataset:
    """
    Read a CSV file: UTF-8 with a header; separated by commas, semicolons or tabs; every value text.

    Raises:
        BadInput: It is not, or a row has more or fewer cells than the header.
    """
    lines: list[int] = []
    rows: list[list[str]] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            first = stream.readline()
            stream.seek(0)
            separator = max(_SEPARATORS, key=first.count)
            reader = csv.reader(stream, delimiter=separator, strict=True)
            start = 1
            for row in reader:
                if any(cell.strip() for cell in row):
                    lines.append(start)
                    rows.append(row)
                start = reader.line_num + 1
    except UnicodeDecodeError as error:
        found = f"is neither a known form nor CSV in UTF-8 (byte {error.start})"
        raise BadInput([refused(path, found, "save it as UTF-8")]) from None
    except csv.Error as error:
        raise BadInput([refused(path, f"is not CSV: {error}", "correct the quoting")]) from None
    if not rows:
        raise BadInput([refused(path, "is empty", "export the data set again")])
    header, *body = rows
    if problems := _widths(path, header, body, lines[1:]):
        raise BadInput(problems)
    values: list[list[Cell]] = [list(column) for column in zip(*body, strict=True)]
    columns = [Column(name) for name in header]
    return made(path, columns, values or [[] for _ in header], lines=lines[1:])


def _widths(
    path: Path, header: list[str], body: list[list[str]], lines: list[int]
) -> list[Problem]:
    problems = [
        Problem(path.name, 1, "", "a column has no name", "name it")
        for name in header
        if not name.strip()
    ]
    problems += [
        Problem(path.name, line, "", f"{len(row)} cells where the header has {len(header)}",
                "quote cells that contain the separator, or remove the extra one")
        for line, row in zip(lines, body, strict=True)
        if len(row) != len(header)
    ]  # fmt: skip
    return problems
