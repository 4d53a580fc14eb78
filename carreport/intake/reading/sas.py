"""SAS transport files of version 5 and 8, and sas7bdat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from carreport.errors import BadInput, Problem
from carreport.intake.reading.dataset import Column, made, refused
from carreport.intake.reading.moments import converted, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from carreport.intake.reading.dataset import Cell, Dataset

RECORD: Final = 80
"""A transport file consists of records of this many bytes."""
_MEMBERS: Final = (
    b"HEADER RECORD*******MEMBER  HEADER RECORD!!!!!!!",
    b"HEADER RECORD*******MEMBV8  HEADER RECORD!!!!!!!",
)
_ENCODINGS: Final = ("UTF-8", "WINDOWS-1252")
"""Tried in this order: text of the second is hardly ever valid in the first."""


def read_sas(path: Path, *, transport: bool) -> Dataset:
    """
    Read a SAS data set.

    Special missing values (.A to .Z) are missing. Text is UTF-8, otherwise Windows-1252 (which
    holds Latin-1).

    Args:
        path: The file.
        transport: Whether it is a transport file, by its first bytes.

    Raises:
        BadInput: It is damaged, holds several data sets, no rows, or a date there is not.
    """
    if transport:
        _check_records(path)
    cells, about = _parsed(path, transport=transport)
    columns, values, problems = [], [], []
    for name, found in cells.items():
        format_ = about.original_variable_types.get(name) or ""
        numeric = about.readstat_variable_types.get(name) != "string"
        kind = kind_of(name.upper(), format_) if numeric else "text"
        given: list[Cell] = []
        for row, cell in enumerate(found, start=1):
            try:
                given.append(converted(float(cell) if numeric and cell is not None else cell, kind))
            except (OverflowError, ValueError):
                given.append(None)
                said = f"{cell:g} is no {kind} ({format_ or 'by its name'})"
                problems.append(Problem(path.name, row, name, said, "correct the value"))
        label = about.column_names_to_labels.get(name) or ""
        kind = "number" if kind == "time" else kind
        columns.append(Column(name, label, kind, format_))
        values.append(given)
    if problems:
        raise BadInput(problems)
    return made(path, columns, values, name=about.table_name or "", label=about.file_label or "")


def _check_records(path: Path) -> None:
    """
    Refuse a transport file that ends within a record, or holds several data sets.

    Raises:
        BadInput: It does. What ends at the end of a record cannot be told from a whole file.
    """
    content = path.read_bytes()
    if len(content) % RECORD:
        found = f"is damaged: it ends within a record ({len(content)} bytes)"
        raise BadInput([refused(path, found, "copy or export it again")])
    members = sum(_at_records(content, one) for one in _MEMBERS)
    if members > 1:
        found = f"holds {members} data sets"
        raise BadInput([refused(path, found, "export each into a file of its own")])


def _at_records(content: bytes, header: bytes) -> int:
    return sum(at % RECORD == 0 for at in _places(content, header))


def _places(content: bytes, header: bytes) -> Iterator[int]:
    at = content.find(header)
    while at >= 0:
        yield at
        at = content.find(header, at + 1)


def _parsed(path: Path, *, transport: bool) -> tuple[Mapping[str, list[Any]], Any]:
    import pyreadstat

    read = pyreadstat.read_xport if transport else pyreadstat.read_sas7bdat
    for encoding in _ENCODINGS if transport else (None,):
        try:
            return read(
                str(path),
                output_format="dict",
                disable_datetime_conversion=True,
                encoding=encoding,
            )
        except UnicodeDecodeError:
            continue
        except Exception as error:  # noqa: BLE001 - readstat raises many kinds
            found = f"is damaged, or no SAS data set ({error})"
            raise BadInput([refused(path, found, "copy or export it again")]) from None
    found = "holds text that is neither UTF-8 nor Windows-1252"
    raise BadInput([refused(path, found, "export it in UTF-8")])
