"""Small workbooks and mappings, written so that a test can show the cell it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl import Workbook

if TYPE_CHECKING:
    from pathlib import Path

MAPPING = """\
version = 1
missing = ["n/a"]

[settings.study]
title = "A registry"

[[settings.baseline]]
id = "sex"
column = "sex"
label = "Sex"
kind = "categorical"
levels = ["male", "female"]

[[settings.baseline]]
id = "age"
column = "age"
label = "Age"
kind = "continuous"

[[sheet]]
name = "Patients"
patient = "No"
header_row = 3

[sheet.patients]
start_date = "Start"
sex = { column = "Sex", values = { "1" = "male", "2" = "female" } }
age = "Age"

[[sheet.rows]]
table = "events"
columns.event = { is = "death" }
columns.date = "Died"

[[sheet.rows]]
table = "events"
columns.event = { is = "last_contact" }
columns.date = "Seen"

[[sheet.rows]]
table = "measurements"
columns.analyte = { is = "CRP" }
columns.date = { day = 7 }
columns.value = "CRP day 7"
"""

ROWS = [
    ["Registry of a hospital"],
    [],
    ["No", "Sex", "Age", "Start", "Died", "Seen", "CRP day 7", "Note"],
    [1, 1, 50, "2020-01-10", None, "20.12.2020", 4.5, "x"],
    [2, 2, "n/a", "2020-02-10", "14.05.2020", None, "<3", None],
    [3, 2, 61, "2020-03-10", None, "21.12.2020", None, None],
]


def write_book(path: Path, rows=None, name: str = "Patients", **others: list[list[object]]) -> Path:
    """A workbook with one sheet, and others by name."""
    book = Workbook()
    book.remove(book.active)
    for title, cells in {name: rows or ROWS, **others}.items():
        sheet = book.create_sheet(title)
        for row in cells:
            sheet.append(row)
    book.save(path)
    return path


def changed(rows, row: int, column: int, value: object):
    """The rows with another value in one cell, counted from 1."""
    new = [list(one) for one in rows]
    new[row - 1][column - 1] = value
    return new
