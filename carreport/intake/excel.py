"""A workbook's sheets, or a text table: values as stored last, with the address of every cell."""

from __future__ import annotations

import datetime as dt
import re
import warnings
import zipfile
from typing import TYPE_CHECKING, Any, Final

from openpyxl import Workbook as Empty
from openpyxl import load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter, range_boundaries

from carreport.errors import BadInput, Problem
from carreport.intake.draft import Assumed, Unused
from carreport.intake.fixing.raw import read_raw, same_rows
from carreport.intake.mapping.source import Field, Line, Source
from carreport.study.forms import tidy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from carreport.intake.mapping.model import Part

LOOKED_AT: Final = 20
"""Rows from the top among which column names are looked for."""
_NO_VALUE: Final = frozenset({"#N/A"})
_UNPACKED: Final = 512 * 2**20
"""Bytes a workbook may unpack to."""
_CELLS: Final = 5_000_000
"""Cells that a sheet, or what is merged in it, may span: each takes memory, filled or not."""
_MERGED: Final = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*["']([^"']+)""")


class Workbook:
    """
    A workbook that was read whole.

    Attributes:
        file: Its name.
        names: Of its sheets that hold cells, hidden ones too.
        hidden: Those that are hidden.
    """

    def __init__(self, path: Path) -> None:
        """
        Read a workbook.

        Raises:
            BadInput: It is none, or larger than any that a person fills.
        """
        self.file = path.name
        self._values = _load(path, data_only=True)
        if problems := list(_too_wide(path, self._values.worksheets)):
            raise BadInput(problems)
        self._formulas = _load(path, data_only=False)
        sheets = [one for one in self._values.worksheets if _filled(one)]
        self.names = tuple(one.title for one in sheets)
        self.hidden = tuple(one.title for one in sheets if one.sheet_state != "visible")

    def source(self, name: str, header: Sequence[int] | None = None, *, skip_hidden: bool = False) -> Source:  # fmt: skip
        """
        One sheet.

        Args:
            name: Of the sheet.
            header: Rows of the column names; looked for without any.
            skip_hidden: Whether hidden rows are left out.
        """
        sheet = self._values[name]
        grid = [[_text(cell.value) for cell in row] for row in sheet.iter_rows()]
        dated = [[isinstance(cell.value, dt.date) for cell in row] for row in sheet.iter_rows()]
        _fill_merged(sheet, grid)
        rows = tuple(header or header_rows(grid, _spans(sheet)))
        spread = _merged_said(sheet, rows[-1])
        fields, unnamed = _fields(sheet, grid, dated, rows)
        hidden = [
            number
            for number in range(rows[-1] + 1, len(grid) + 1)
            if sheet.row_dimensions[number].hidden and any(grid[number - 1])
        ]
        left = set(hidden) if skip_hidden else set()
        lines = tuple(
            Line(number, tuple(grid[number - 1][at] for at, _ in fields))
            for number in range(rows[-1] + 1, len(grid) + 1)
            if any(grid[number - 1][at] for at, _ in fields) and number not in left
        )
        assumed = [*spread, *_hidden_said(name, hidden, skipped=skip_hidden)]
        unused = tuple(
            Unused(f"{self.file} {name}", letter, "has cells and no name in the header")
            for letter in unnamed
        )
        named = tuple(field for _, field in fields)
        problems = tuple(self._bad_cells(name, rows[-1], dict(fields)))
        return Source(self.file, name, named, lines, rows, assumed=tuple(assumed), unused=unused,
                      problems=problems)  # fmt: skip

    def _bad_cells(
        self, name: str, header: int, fields: Mapping[int, Field]
    ) -> list[tuple[str, Problem]]:
        """Formulas without a stored value, and errors of the spreadsheet."""
        found = []
        values, formulas = self._values[name], self._formulas[name]
        for row in formulas.iter_rows(min_row=header + 1):
            for cell in row:
                if (field := fields.get(cell.column - 1)) is None:
                    continue
                shown = values.cell(cell.row, cell.column)
                place = f"{name}!{cell.coordinate}"
                if cell.data_type == "f" and shown.value is None:
                    said = "holds a formula whose value was never stored"
                    remedy = "open the workbook in a spreadsheet and save it, or write the value"
                    found.append((field.name, Problem(self.file, 0, place, said, remedy)))
                elif shown.data_type == "e" and shown.value not in _NO_VALUE:
                    said = f"holds the error {shown.value}"
                    found.append((field.name, Problem(self.file, 0, place, said, "correct the formula")))  # fmt: skip
        return found

    def sources(self, parts: Sequence[Part]) -> dict[str, Source]:
        """The sheets some parts of a mapping name, as far as there are such."""
        return {
            one.name: self.source(one.name, one.header, skip_hidden=one.skip_hidden)
            for one in parts
            if one.name in self.names
        }


def _load(path: Path, *, data_only: bool) -> Any:
    if path.suffix.lower() == ".csv":
        return _of_csv(path)
    try:
        with warnings.catch_warnings():
            # About extensions of a workbook that nothing here reads.
            warnings.simplefilter("ignore")
            _check_size(path)
            return load_workbook(path, data_only=data_only)
    except BadInput:
        raise
    except FileNotFoundError:
        raise BadInput([Problem(path.name, 0, "", "no such file", "name a workbook")]) from None
    except Exception as error:  # noqa: BLE001 - openpyxl raises many kinds
        found = f"is not a readable .xlsx workbook ({type(error).__name__})"
        remedy = "open it in a spreadsheet and save it as .xlsx, without a password"
        raise BadInput([Problem(path.name or str(path), 0, "", found, remedy)]) from None


def _check_size(path: Path) -> None:
    """
    Refuse what would fill the memory, before anything unpacks it.

    Raises:
        BadInput: It unpacks to too much, or merges too many cells.
    """
    found = ""
    with zipfile.ZipFile(path) as archive:
        if sum(one.file_size for one in archive.infolist()) > _UNPACKED:
            found = f"unpacks to more than {_UNPACKED // 2**20} MiB"
        else:
            texts = (archive.read(one) for one in archive.namelist() if one.endswith(".xml"))
            merged = sum(_area(one.decode()) for text in texts for one in _MERGED.findall(text))
            if merged > _CELLS:
                found = f"merges {merged:,} cells"
    if found:
        remedy = (
            "keep the sheets with the patients, without merged or empty parts, and save it again"
        )
        raise BadInput([Problem(path.name, 0, "", found, remedy)])


def _area(merged: str) -> int:
    """How many cells a range such as A1:C3 has."""
    first, top, last, bottom = (one or 0 for one in range_boundaries(merged))
    return (last - first + 1) * (bottom - top + 1)


def _too_wide(path: Path, sheets: Sequence[Any]) -> Iterator[Problem]:
    """Sheets with a cell so far away that all before it would not fit into memory."""
    for one in sheets:
        if one.max_row * one.max_column > _CELLS:
            last = f"{get_column_letter(one.max_column)}{one.max_row}"
            remedy = "delete the empty rows and columns behind the table, and save it again"
            yield Problem(path.name, 0, one.title, f"reaches to the cell {last}", remedy)


def _of_csv(path: Path) -> Any:
    """A text table as a workbook of one sheet, whatever parts its cells."""
    raw = read_raw(path)
    if raw is None or not same_rows(raw):
        found = "is not a table in UTF-8" if path.is_file() else "no such file"
        remedy = "save it as CSV UTF-8, or as .xlsx" if path.is_file() else "name a file"
        raise BadInput([Problem(path.name, 0, "", found, remedy)])
    book = Empty()
    sheet = book.active
    sheet.title = re.sub(r"[\\*?:/\[\]]", " ", path.stem)[:31]
    for line, row in raw.rows:
        for at, cell in enumerate(row, start=1):
            shown = sheet.cell(line, at)
            # As text, whatever it looks like: "=1+1" in a text file is no formula.
            shown.value, shown.data_type = ILLEGAL_CHARACTERS_RE.sub("", cell.value) or None, "s"
    return book


def _filled(sheet: Any) -> bool:
    return any(cell.value is not None for row in sheet.iter_rows() for cell in row)


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case dt.date():
            return str(value).removesuffix(" 00:00:00")
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case float():
            return f"{value:.15g}"
        case _:
            text = tidy(str(value))
            return "" if text in _NO_VALUE else text


def _spans(sheet: Any) -> list[tuple[int, int]]:
    """Rows in which cells are merged across columns."""
    return [(one.min_row, one.max_row) for one in sheet.merged_cells.ranges if one.max_col > one.min_col]  # fmt: skip


def _fill_merged(sheet: Any, grid: list[list[str]]) -> None:
    """Put a merged cell's value into every cell below it; across columns, only above the rows."""
    for one in sheet.merged_cells.ranges:
        value = grid[one.min_row - 1][one.min_col - 1]
        if one.min_col < one.max_col and one.min_row > LOOKED_AT:
            continue
        for row in range(one.min_row, one.max_row + 1):
            for column in range(one.min_col, one.max_col + 1):
                grid[row - 1][column - 1] = value


def _merged_said(sheet: Any, header: int) -> list[Assumed]:
    """Cells below the header that are merged over rows."""
    filled = [one for one in sheet.merged_cells.ranges if one.min_row > header and one.max_row > one.min_row]  # fmt: skip
    if not filled:
        return []
    what = f"{sheet.title}: {len(filled)} cell(s) merged over rows count for each of their rows"
    return [Assumed(what, "a merged cell has one value", "part the cells in the workbook")]


def header_rows(grid: Sequence[Sequence[str]], spans: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """
    The rows of the column names: the first with the most different words of the top rows.

    A row right above it in which cells are merged across columns belongs to it, if it names more
    than one thing; so does the row below, where its own cells are merged across columns.

    Args:
        grid: Cells as text, merged ones filled.
        spans: First and last row of cells merged across columns.

    Returns:
        Row numbers from 1.
    """
    scores = [
        len({cell for cell in row if cell and not cell[:1].isdigit()}) for row in grid[:LOOKED_AT]
    ]
    best = scores.index(max(scores)) + 1 if scores else 1
    if any(first == best for first, _ in spans) and scores[best:] and scores[best] > 1:
        return (best, best + 1)
    above = best - 1
    if any(first <= above <= last for first, last in spans) and len(set(filter(None, grid[above - 1]))) > 1:  # fmt: skip
        return (above, best)
    return (best,)


def _fields(
    sheet: Any,
    grid: Sequence[Sequence[str]],
    dated: Sequence[Sequence[bool]],
    header: Sequence[int],
) -> tuple[list[tuple[int, Field]], list[str]]:
    """Columns with a name, by position, and the letters of those that have cells and none."""
    fields: list[tuple[int, Field]] = []
    unnamed: list[str] = []
    seen: dict[str, int] = {}
    for at in range(sheet.max_column or 0):
        body = [row[at] for row in grid[header[-1] :] if at < len(row)]
        parts = [grid[row - 1][at] for row in header if row <= len(grid)]
        name = " ".join(dict.fromkeys(filter(None, parts)))
        letter = get_column_letter(at + 1)
        if not name:
            if any(body):
                unnamed.append(letter)
            continue
        seen[name] = seen.get(name, 0) + 1
        shown = name if seen[name] == 1 else f"{name} ({seen[name]})"
        dates = any(row[at] for row in dated[header[-1] :])
        fields.append((at, Field(shown, letter, kind="date" if dates else "")))
    return fields, unnamed


def _hidden_said(name: str, hidden: Sequence[int], *, skipped: bool) -> list[Assumed]:
    if not hidden:
        return []
    rows = ", ".join(map(str, hidden[:5])) + (" …" if len(hidden) > 5 else "")
    what = f"{name}: {len(hidden)} hidden row(s) ({rows}) were {'left out' if skipped else 'read'}"
    otherwise = f"say skip_hidden = {'false' if skipped else 'true'} in the mapping"
    return [Assumed(what, "a filter may have hidden them", otherwise)]
