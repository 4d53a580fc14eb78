"""Reading one table from CSV, Excel or Parquet into text cells, with line numbers."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from carreport.errors import BadInput, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

SUFFIXES: Final = (".csv", ".parquet", ".xlsx")
_OTHER_SIGNS: Final = {";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """
    A table as it was written.

    Attributes:
        file: File name in the study folder.
        header: Column names, stripped of surrounding spaces.
        lines: Line in the file of each row, as an editor counts.
        rows: Cells as text, stripped; an empty cell is "".
    """

    file: str
    header: tuple[str, ...]
    lines: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def find_table(folder: Path, name: str) -> Path | None:
    """
    The file that holds table *name*, or None.

    Raises:
        BadInput: Two files hold it.
    """
    found = [
        folder / f"{name}{suffix}" for suffix in SUFFIXES if (folder / f"{name}{suffix}").is_file()
    ]
    if len(found) > 1:
        names = " and ".join(path.name for path in found)
        raise BadInput([Problem("", 0, "", f"{names} both hold {name}", "keep one of them")])
    return found[0] if found else None


def read_sheet(path: Path) -> Sheet:
    """
    Read a table as text.

    Raises:
        BadInput: The file cannot be read, is empty, repeats a column, or a row has more or
            fewer cells than the header.
    """
    lines = list(_numbered_rows(path))
    if not lines:
        raise BadInput([Problem(path.name, 0, "", "is empty", "give it a header line and rows")])
    header = tuple(cell.strip() for cell in lines[0][1])
    if apart := _parted_otherwise(path, header):
        raise BadInput([apart])
    body = [(number, row) for number, row in lines[1:] if any(map(str.strip, row))]
    problems = [
        *_header_problems(path.name, header),
        *_width_problems(path.name, len(header), body),
    ]
    if problems:
        raise BadInput(problems)
    return Sheet(
        path.name,
        header,
        tuple(number for number, _ in body),
        tuple(tuple(map(str.strip, row)) for _, row in body),
    )


def _header_problems(file: str, header: Sequence[str]) -> list[Problem]:
    repeated = sorted({name for name in header if header.count(name) > 1})
    return [
        Problem(
            file,
            1,
            name,
            "stands twice in the header" if name else "a column has no name",
            "rename or remove one" if name else "name it",
        )
        for name in repeated + ([""] if "" in header and "" not in repeated else [])
    ]


def _width_problems(
    file: str, width: int, body: Sequence[tuple[int, Sequence[str]]]
) -> list[Problem]:
    return [
        Problem(
            file,
            number,
            "",
            f"{len(row)} cells where the header has {width}",
            "quote cells that contain a comma, or remove the extra one",
        )
        for number, row in body
        if len(row) != width
    ]


def _numbered_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    match path.suffix:
        case ".csv":
            return _csv_rows(path)
        case ".xlsx":
            return _excel_rows(path)
        case _:
            return _parquet_rows(path)


def _csv_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            start = 1
            for row in reader:
                yield start, row
                start = reader.line_num + 1
    except UnicodeDecodeError:
        raise BadInput([_not_utf8(path)]) from None
    except csv.Error as error:
        raise BadInput(
            [Problem(path.name, start, "", f"is not CSV: {error}", "correct the quoting")]
        ) from None
    except OSError as error:
        raise BadInput(
            [Problem(path.name, 0, "", f"cannot be read ({error.strerror})", "check the file")]
        ) from None


def _not_utf8(path: Path) -> Problem:
    """The first line that is not UTF-8, read as the encoding spreadsheets write instead."""
    content = path.read_bytes()
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        remedy = "save it as UTF-8 (CSV UTF-8 in Excel)"
        return Problem(path.name, 0, "", "is UTF-16, not UTF-8", remedy)
    for number, line in enumerate(content.split(b"\n"), start=1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError as error:
            shown = line[max(0, error.start - 12) : error.end + 12]
            read = shown.decode("cp1252", errors="replace").strip()
            found = f"is not UTF-8; read as Windows-1252 the line says {f'…{read}…'!r}"
            remedy = (
                "save it as UTF-8 (CSV UTF-8 in Excel), or if that reads right: "
                f"iconv -f WINDOWS-1252 -t UTF-8 {path.name}"
            )
            return Problem(path.name, number, "", found, remedy)
    return Problem(path.name, 0, "", "is not UTF-8", "save it as UTF-8")


def _parted_otherwise(path: Path, header: Sequence[str]) -> Problem | None:
    """A text file whose cells something else than a comma parts."""
    if path.suffix != ".csv":
        return None
    for sign, name in _OTHER_SIGNS.items():
        if header[0].count(sign) > ",".join(header).count(","):
            found = f"its cells are parted by {name}, not by commas"
            remedy = "save it with commas, or take what `carreport check --fix` proposes"
            return Problem(path.name, 1, "", found, remedy)
    return None


def _excel_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True, data_only=True)
        try:
            rows = [
                [_as_text(cell) for cell in row]
                for row in book.worksheets[0].iter_rows(values_only=True)
            ]
        finally:
            book.close()
    except Exception as error:  # noqa: BLE001 - openpyxl raises many kinds
        found = f"is not a readable Excel file ({type(error).__name__})"
        raise BadInput(
            [Problem(path.name, 0, "", found, "open it and save it again as .xlsx")]
        ) from None
    width = max((at + 1 for row in rows for at, cell in enumerate(row) if cell), default=0)
    yield from enumerate(([*row, *[""] * width][:width] for row in rows), start=1)


def _parquet_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    import pandas as pd

    try:
        frame = pd.read_parquet(path)
    except Exception as error:  # noqa: BLE001 - pyarrow raises many kinds
        found = f"is not a readable Parquet file ({type(error).__name__})"
        raise BadInput([Problem(path.name, 0, "", found, "write it again")]) from None
    yield 1, [str(column) for column in frame.columns]
    for number, row in enumerate(frame.astype(object).itertuples(index=False), start=2):
        yield number, ["" if pd.isna(cell) else _as_text(cell) for cell in row]


def _as_text(cell: object) -> str:
    match cell:
        case None:
            return ""
        case dt.datetime():
            midnight = cell.time() == dt.time()
            return cell.date().isoformat() if midnight else cell.isoformat(sep=" ")
        case dt.date():
            return cell.isoformat()
        case bool():
            return "yes" if cell else "no"
        case float() if cell.is_integer():
            return str(int(cell))
        case _:
            return str(cell)
