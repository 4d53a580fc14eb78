"""
CDISC Dataset-JSON 1.1, as one JSON object or line by line (NDJSON).

Source:
    CDISC Dataset-JSON Specification, version 1.1 (2024-12-05).
"""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any, Final

from carreport.errors import BadInput, Problem
from carreport.intake.reading.dataset import Column, made, refused
from carreport.intake.reading.moments import converted, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from carreport.intake.reading.dataset import Cell, Dataset

VERSION: Final = re.compile(r"1\.1(\.(0|[1-9][0-9]*))?")
TYPES: Final = (
    "string", "integer", "decimal", "float", "double", "boolean", "datetime", "date", "time", "URI",
)  # fmt: skip
_NUMBERS: Final = ("integer", "float", "double")
_DECIMAL: Final = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_HALF: Final = re.compile("[\ud800-\udfff]")
_MOST: Final = 5
"""That many wrong cells of a variable are named; more would hide the others."""


def read_dataset_json(path: Path) -> Dataset:
    """
    Read a Dataset-JSON file.

    Raises:
        BadInput: It is no Dataset-JSON 1.1: another version, metadata or values that do not fit,
            fewer or more rows than it says.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"is not UTF-8 (byte {error.start})"
        raise BadInput([refused(path, found, "write Dataset-JSON in UTF-8")]) from None
    about, rows, lines = _parts(path, text)
    problems = list(_about_problems(path, about))
    if problems:
        raise BadInput(problems)
    records, width = about["records"], len(about["columns"])
    if records != len(rows):
        found = f"says it has {records} records, and has {len(rows)}"
        problems.append(Problem(path.name, 0, "records", found, "write it again: rows are missing"))
    for row, line in zip(rows, lines, strict=True):
        if not isinstance(row, list) or len(row) != width:
            found = f"is no array of {width} values, as there are columns"
            problems.append(Problem(path.name, line, "", found, "write it again"))
    if problems:
        raise BadInput(problems)
    columns, values = [], []
    for at, column in enumerate(about["columns"]):
        one, given, wrong = _column(path, column, [row[at] for row in rows], lines)
        columns.append(one)
        values.append(given)
        problems += wrong
    if problems:
        raise BadInput(problems)
    return made(path, columns, values, name=about["name"], label=about["label"], lines=lines)


def _parts(path: Path, text: str) -> tuple[dict[str, Any], list[Any], Sequence[int]]:
    """Metadata, rows, and where each row stands: its number, or its line in NDJSON."""
    try:
        whole = json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        found = "nests arrays or objects deeper than any data set"
        raise BadInput([refused(path, found, "write it as Dataset-JSON 1.1")]) from None
    except ValueError as error:
        whole = None
        said = str(error)
    if isinstance(whole, dict) and "rows" in whole:
        rows = whole["rows"]
        if not isinstance(rows, list):
            raise BadInput([Problem(path.name, 0, "rows", "is no array", "write it again")])
        return whole, rows, range(1, len(rows) + 1)
    if isinstance(whole, dict) and ("columns" in whole or "datasetJSONVersion" in whole):
        return whole, [], range(0)
    if whole is not None:
        raise BadInput([_other_json(path, whole)])
    return _lines(path, text, said)


def _other_json(path: Path, whole: Any) -> Problem:
    old = isinstance(whole, dict) and {"clinicalData", "referenceData"} & whole.keys()
    found = "is Dataset-JSON 1.0" if old else "is JSON, but no Dataset-JSON"
    return refused(path, found, "write it as Dataset-JSON 1.1")


def _no_constant(name: str) -> float:
    msg = f"{name} is no JSON"
    raise ValueError(msg)


def _lines(path: Path, text: str, said: str) -> tuple[dict[str, Any], list[Any], list[int]]:
    parsed, lines = [], []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            parsed.append(json.loads(line, parse_constant=_no_constant))
        except (ValueError, RecursionError) as error:
            one_object = number == 1 or not isinstance(parsed[0], dict)
            found = f"is no JSON: {said if one_object else error}"
            row = 0 if one_object else number
            raise BadInput(
                [Problem(path.name, row, "", found, "write it again, or copy it whole")]
            ) from None
        lines.append(number)
    first, *rows = parsed
    if not isinstance(first, dict):
        raise BadInput([_other_json(path, first)])
    return first, rows, lines[1:]


def _about_problems(path: Path, about: Mapping[str, Any]) -> Iterator[Problem]:
    version = about.get("datasetJSONVersion")
    if not (isinstance(version, str) and VERSION.fullmatch(version)):
        found = f"is {version!r}" if version is not None else "is missing"
        remedy = "write the file as Dataset-JSON 1.1"
        yield Problem(path.name, 0, "datasetJSONVersion", found, remedy)
        return
    for key in ("name", "label", "itemGroupOID"):
        if not _is_text(about.get(key)):
            yield Problem(path.name, 0, key, "is missing, or no text", "add it")
    records = about.get("records")
    if not isinstance(records, int) or isinstance(records, bool) or records < 0:
        yield Problem(path.name, 0, "records", "is missing, or no count", "add it")
    columns = about.get("columns")
    if not isinstance(columns, list) or not columns:
        yield Problem(path.name, 0, "columns", "is missing, or no array", "describe the variables")
        return
    for number, column in enumerate(columns, start=1):
        yield from _column_problems(path, f"columns.{number}", column)


def _column_problems(path: Path, key: str, column: Any) -> Iterator[Problem]:
    if not isinstance(column, dict):
        yield Problem(path.name, 0, key, "is no object", "describe the variable")
        return
    for name in ("itemOID", "name", "label", "dataType"):
        if not _is_text(column.get(name)) or (name == "name" and not column[name].strip()):
            yield Problem(path.name, 0, f"{key}.{name}", "is missing, or no text", "add it")
    kind = column.get("dataType")
    if isinstance(kind, str) and kind not in TYPES:
        found = f"{kind!r} is no data type"
        yield Problem(path.name, 0, f"{key}.dataType", found, f"write one of {', '.join(TYPES)}")
    if column.get("targetDataType", "integer") not in ("integer", "decimal"):
        found = f"{column['targetDataType']!r} is no target"
        yield Problem(path.name, 0, f"{key}.targetDataType", found, "write integer or decimal")


def _column(
    path: Path, about: Mapping[str, Any], cells: Sequence[Any], lines: Sequence[int]
) -> tuple[Column, list[Cell], list[Problem]]:
    name, kind = str(about["name"]), str(about["dataType"])
    format_ = str(about.get("displayFormat") or "")
    if kind in _NUMBERS:
        kind = kind_of(name.upper(), format_)
        kind = "number" if kind == "time" else kind
    values: list[Cell] = []
    problems = []
    for cell, line in zip(cells, lines, strict=True):
        try:
            values.append(_value(cell, str(about["dataType"]), kind))
        except (ValueError, OverflowError):
            values.append(None)
            found = f"{str(cell)[:60]!r} is no {about['dataType']}"
            problems.append(Problem(path.name, line, name, found, "correct the value"))
    told = "text" if kind in ("string", "boolean", "time", "URI") else kind
    told = "number" if told == "decimal" else told
    return Column(name, str(about["label"]), told, format_), values, problems[:_MOST]


def _value(cell: Any, written: str, kind: str) -> Cell:
    """One value of the type its column says."""
    if cell is None or cell == "":
        return None
    if written == "boolean":
        if not isinstance(cell, bool):
            raise ValueError
        return "Y" if cell else "N"
    if written in _NUMBERS:
        if isinstance(cell, bool) or not isinstance(cell, (int, float)):
            raise ValueError
        if written == "integer" and float(cell) != int(cell):
            raise ValueError
        return converted(float(cell), kind)
    if not _is_text(cell):
        raise ValueError
    return _from_text(cell, written)


def _is_text(value: Any) -> bool:
    """Whether it is a string that can be written anywhere: JSON may hold halves of characters."""
    return isinstance(value, str) and not _HALF.search(value)


def _from_text(cell: str, written: str) -> Cell:
    match written:
        case "decimal":
            if not _DECIMAL.fullmatch(cell):  # a comma may part thousands, or decimals
                raise ValueError
            return float(cell)
        case "date" | "datetime":
            # Dates collected in part (2014-01) are text: nobody may complete them here.
            return _moment(cell)
        case _:
            return cell


def _moment(cell: str) -> Cell:
    if re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", cell):
        return dt.date.fromisoformat(cell) if len(cell) == 10 else cell
    if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d(:\d\d(:\d\d(\.\d+)?)?)?(Z|[+-]\d\d:\d\d)?", cell):
        return dt.datetime.fromisoformat(cell).replace(tzinfo=None)
    raise ValueError
