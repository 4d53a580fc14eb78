"""Files to Study, or a list of everything wrong with them."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carreport.errors import BadInput, Problem
from carreport.study import schema
from carreport.study.cells import Cells, cell_problems, typed
from carreport.study.check import across
from carreport.study.columns import columns_read, computed
from carreport.study.files import Sheet, digest, find_table, read_sheet
from carreport.study.grouping import with_compared
from carreport.study.meaning import meanings
from carreport.study.origins import ORIGINS_FILE, Origins, located, read_rules, rule_problems
from carreport.study.own import read_own
from carreport.study.settings import SETTINGS_FILE, Settings, read_settings
from carreport.study.snapshot import Study, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from carreport.study.schema import Column


def load(folder: Path) -> Study:
    """
    Read a study folder.

    Args:
        folder: Holds study.toml, patients and events, and whichever other tables there are.

    Returns:
        The study; every cell typed, every date a date.

    Raises:
        BadInput: Everything wrong with the files, at once.
    """
    settings = read_settings(folder)
    rules = read_rules(folder)
    sheets, problems = _sheets(folder)
    own, misread = read_own(folder, settings.study.analyses)
    problems += misread
    declared = settings.group_levels()
    if "patients" in sheets:
        settings, unknown = with_compared(settings, sheets["patients"])
        problems += unknown
    tables: dict[str, Cells] = {}
    for name, sheet in sheets.items():
        columns = columns_read(name, sheet, settings)
        tables[name] = typed(sheet, columns)
        problems += cell_problems(sheet, columns, tables[name].text)
    if "patients" in sheets:
        problems += meanings(settings, sheets)
    sound = {name: tables[name] for name in sheets if not _missing_columns(name, sheets[name])}
    if {"patients", "events"} <= set(sound):
        problems += across(settings, sound, sheets)
    if "patients" in sound:
        known = {
            name: {*map(str, one.text), *_added(name, settings)} for name, one in tables.items()
        }
        problems += rule_problems(rules, known, tables["patients"].text)
    if problems:
        raise BadInput(problems)
    origins = located(rules, tables["patients"].text)
    return Study(
        settings,
        {
            name: _with_origins(name, cells, origins, sheets[name].lines)
            for name, cells in tables.items()
        },
        origins,
        _inputs(folder, sheets),
        tuple(_notices(sheets, settings)),
        tuple(one.id for one in settings.group_levels() if one not in declared),
        own,
    )


def _added(table: str, settings: Settings) -> set[str]:
    """Columns a table has beside those of its file."""
    schema_columns = set(schema.TABLES[table].columns)
    return schema_columns | computed(settings) if table == "patients" else schema_columns


def _with_origins(name: str, cells: Cells, origins: Origins, lines: tuple[int, ...]) -> Table:
    columns = [str(column) for column in cells.frame]
    ranks = {column: origins.of_cells(name, column, cells.text) for column in columns}
    return Table(
        name,
        cells.frame,
        cells.text,
        pd.DataFrame(ranks, index=cells.frame.index),
        {column: (f"{name}.{column}",) for column in columns},
        np.asarray(lines, dtype=int),
    )


def _inputs(folder: Path, sheets: Mapping[str, Sheet]) -> dict[str, str]:
    names = {sheet.file for sheet in sheets.values()} | {SETTINGS_FILE, ORIGINS_FILE}
    return {name: digest(folder / name) for name in sorted(names) if (folder / name).is_file()}


def _sheets(folder: Path) -> tuple[dict[str, Sheet], list[Problem]]:
    """Every table that can be read, and what keeps the others from it."""
    sheets: dict[str, Sheet] = {}
    problems: list[Problem] = []
    for name, table in schema.TABLES.items():
        try:
            path = find_table(folder, name)
            if path is not None:
                sheets[name] = read_sheet(path)
            elif table.required:
                remedy = f"add {name}.csv with {', '.join(table.required_columns())}"
                problems.append(Problem(f"{name}.csv", 0, "", "no such file", remedy))
        except BadInput as error:
            problems.extend(error.problems)
    for name, sheet in sheets.items():
        problems.extend(_missing_columns(name, sheet))
    return sheets, problems


def _missing_columns(name: str, sheet: Sheet) -> list[Problem]:
    table = schema.TABLES[name]
    found = f"has no such column (found {', '.join(sheet.header)})"
    problems = [
        Problem(sheet.file, 1, column, found, _add_or_rename(column, table.columns[column], sheet))
        for column in table.required_columns()
        if column not in sheet.header
    ]
    if not sheet.rows and name in schema.NEEDS_ROWS:
        remedy = f"add one row per {table.row}"
        remedy += "" if table.required else ", or remove the file"
        problems.append(Problem(sheet.file, 0, "", "has a header and no rows", remedy))
    return problems


def _add_or_rename(column: str, meaning: Column, sheet: Sheet) -> str:
    near = difflib.get_close_matches(column, sheet.header, n=1)
    add = f"add the column {column} ({meaning.meaning})"
    return f"rename {near[0]!r} to {column!r}, or {add}" if near else add


def _notices(sheets: Mapping[str, Sheet], settings: Settings) -> Iterator[str]:
    for name, sheet in sheets.items():
        read = columns_read(name, sheet, settings)
        unread = [column for column in sheet.header if column not in read]
        if unread:
            yield f"{sheet.file}: not read, as nothing names it: {', '.join(unread)}"
        if not sheet.rows:
            yield f"{sheet.file} has a header and no rows"
