"""`carreport cut`: what the cutoff keeps, removes and changes, row by row."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from carreport.commands.finding import STUDY, CutoffOption, JsonOption, StudyArgument
from carreport.commands.messages import (
    check_folder,
    check_page,
    messages,
    say,
    say_aligned,
    say_json,
    say_table,
    the_date,
)
from carreport.errors import BadInput, Problem
from carreport.placing import put
from carreport.saved.tabular import to_csv

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from carreport.study.account_rows import RowFate, TableFate
    from carreport.study.snapshot import Snapshot


def cut(
    study: StudyArgument = None,
    cutoff: CutoffOption = "",
    table: Annotated[
        list[str] | None, typer.Option(help="This table only; may be repeated.", metavar="NAME")
    ] = None,
    patient: Annotated[
        list[str] | None, typer.Option(help="This patient only; may be repeated.", metavar="ID")
    ] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a page of it.")] = None,
    as_json: JsonOption = False,  # noqa: FBT002 - a flag
) -> None:
    """
    Show every row beside what the cutoff made of it: kept, removed, rolled back or truncated.

    CSV, or columns on a terminal. The out folder's cutoff.csv lists only what is not kept.
    """
    with messages():
        folder = study or STUDY
        day = the_date(cutoff)
        check_folder(folder)
        check_page(html)
        from carreport.study.account_rows import side_by_side
        from carreport.study.cutoff import cut as run_cut
        from carreport.study.load import load

        read = load(folder)
        ids = read.tables["patients"].text["patient_id"]
        _check_names({"--table": (table, list(read.tables)), "--patient": (patient, list(ids))})
        snapshot = run_cut(read, day)
        tables = side_by_side(read, snapshot, table or (), patient or ())
        if html is not None:
            from carreport.render.cut_page import cut_page

            put({html: cut_page(snapshot, tables).encode()})
        if as_json:
            say_json(_record(snapshot, tables))
        elif html is not None:
            say(f"{html.as_posix()}  {_summary(tables)}")
        elif sys.stdout.isatty():
            _tell(snapshot, tables)
        else:
            say_table(to_csv(_lines(tables)))


def _check_names(asked: Mapping[str, tuple[Sequence[str] | None, Sequence[str]]]) -> None:
    """
    Refuse names nothing goes by.

    Args:
        asked: By option, what is asked for and what there is.

    Raises:
        BadInput: One problem for each such name, with the nearest there are.
    """
    problems = []
    for option, (names, known) in asked.items():
        for name in (one for one in names or () if one not in known):
            near = difflib.get_close_matches(name, known, n=3) or sorted(known)[:6]
            remedy = f"name one such as {', '.join(near)}"
            problems.append(Problem("", 0, option, f"there is no {name!r}", remedy))
    if problems:
        raise BadInput(problems)


def _lines(tables: Sequence[TableFate]) -> Iterator[Sequence[str]]:
    """Every row of every table below one header: the columns of all of them."""
    columns = list(dict.fromkeys(column for table in tables for column in table.columns))
    yield ("status", "reason", "table", "line", *columns)
    for table in tables:
        for row in table.rows:
            cells = (row.cells.get(column, "") for column in columns)
            yield (row.status, row.reason, table.name, _line(row), *cells)


def _tell(snapshot: Snapshot, tables: Sequence[TableFate]) -> None:
    say(f"data cutoff {snapshot.cutoff.isoformat()}; {_summary(tables)}")
    for table in tables:
        say("")
        say(table.name)
        header = ("status", "line", *table.columns, "reason")
        rows = (
            (row.status, _line(row), *(row.cells[one] for one in table.columns), row.reason)
            for row in table.rows
        )
        say_aligned((header, *rows))


def _line(row: RowFate) -> str:
    return str(row.line) if row.line else ""


def _summary(tables: Sequence[TableFate]) -> str:
    totals: dict[str, int] = {}
    for table in tables:
        for status, count in table.counts().items():
            totals[status] = totals.get(status, 0) + count
    return ", ".join(f"{count} {status}" for status, count in totals.items())


def _record(snapshot: Snapshot, tables: Sequence[TableFate]) -> dict[str, Any]:
    return {
        "cutoff": snapshot.cutoff.isoformat(),
        "tables": [
            {
                "table": table.name,
                "columns": list(table.columns),
                "counts": table.counts(),
                "rows": [
                    {
                        "status": row.status,
                        "reason": row.reason,
                        "line": row.line or None,
                        "cells": dict(row.cells),
                        "emptied": list(row.emptied),
                    }
                    for row in table.rows
                ],
            }
            for table in tables
        ],
    }
