"""
A snapshot as a file, `snapshot.json`, and that file as the snapshot it was.

Holds the tables as recorded by the cutoff, nothing that was computed from them and nothing dated
later, so that what was known on one day can be set beside what is known on another.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from pydantic import ValidationError

from carreport.errors import BadInput, Problem
from carreport.names import SNAPSHOT
from carreport.study import schema
from carreport.study.cells import Cells, typed
from carreport.study.cutoff import completed
from carreport.study.files import Sheet
from carreport.study.origins import ORIGINS_FILE, Origin, OriginRules, Origins
from carreport.study.settings import SETTINGS_FILE, Settings
from carreport.study.snapshot import Snapshot, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

FORM: Final = 1
"""Raised whenever an older file would be read as something it does not say."""
_KINDS: Final[Mapping[str, schema.Kind]] = {"f": "number", "M": "date", "O": "text"}
_LINED: Final = ("tables", "account")
_UNREADABLE: Final = (
    KeyError, TypeError, ValueError, IndexError, AttributeError, ValidationError, RecursionError,
)  # fmt: skip
"""What reading a file raises that somebody changed."""


def snapshot_json(snapshot: Snapshot) -> str:
    """
    The whole of snapshot.json, a row of the study a line.

    Args:
        snapshot: The study as of the cutoff.

    Returns:
        JSON; from it `restored` makes a snapshot that gives the same results, bit for bit.
    """
    parts = {
        "form": FORM,
        "cutoff": snapshot.cutoff.isoformat(),
        "settings": json.loads(snapshot.settings.model_dump_json(by_alias=True)),
        "origins": json.loads(snapshot.origins.rules.model_dump_json()),
        "members": [
            [column, value, sorted(patients)]
            for (column, value), patients in sorted(snapshot.origins.members.items())
        ],
        "dated_by": {
            table: {patient: int(rank) for patient, rank in by.items()}
            for table, by in snapshot.dated_by.items()
        },
        "cut_counts": [
            [action, table, count] for (action, table), count in snapshot.cut_counts.items()
        ],
        "inputs": {
            name: sha
            for name, sha in sorted(snapshot.inputs.items())
            if name in (SETTINGS_FILE, ORIGINS_FILE)
        },
        "notices": list(snapshot.notices),
        "session": snapshot.session,
    }
    lines = [f"{_line(name)}: {_line(part)}" for name, part in parts.items()]
    tables = (_table_json(table) for table in snapshot.recorded.values())
    lines.append('"tables": [\n' + ",\n".join(tables) + "\n]")
    return "{" + ",\n".join(lines) + "}\n"


def restored(folder: Path) -> Snapshot:
    """
    The snapshot a build was made of.

    Args:
        folder: An output folder.

    Returns:
        What was cut then, completed by the code here.

    Raises:
        BadInput: There is no snapshot.json, it is not as a build writes it, or it cannot be used.
    """
    try:
        text = (folder / SNAPSHOT).read_text(encoding="utf-8")
    except FileNotFoundError:
        found = f"{str(folder)!r} holds no {SNAPSHOT}: an earlier version built it"
        raise _bad(found, "build again with this version") from None
    except (OSError, UnicodeDecodeError) as error:
        found = f"{str(folder / SNAPSHOT)!r} cannot be read ({error})"
        raise _bad(found) from error
    try:
        parts = json.loads(text)
        form = parts["form"]
        if form != FORM:
            found = f"{SNAPSHOT} in {str(folder)!r} is of form {form!r}, this is form {FORM}"
            raise _bad(found, "build again with this version")
        bare = _bare(parts)
        whole = completed(bare)
    except _UNREADABLE as error:
        why = f"{type(error).__name__}: {error}"
        found = f"{SNAPSHOT} in {str(folder)!r} is not as a build writes it ({why})"
        raise _bad(found) from error
    return dataclasses.replace(whole, notices=tuple(parts["notices"]))


def with_settings(old: Snapshot, settings: Settings) -> Snapshot:
    """
    The rows of one snapshot under the settings of another.

    Args:
        old: Whose rows.
        settings: study.toml as it is elsewhere.

    Raises:
        BadInput: The rows cannot be used under them.
    """
    bare = dataclasses.replace(old, settings=settings, tables=old.recorded, members={}, notices=())
    return completed(bare)


def _bad(found: str, remedy: str = "build again") -> BadInput:
    return BadInput([Problem("", 0, "", found, remedy)])


_line: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def _table_json(table: Table) -> str:
    columns = [str(column) for column in table.text]
    head = {
        "name": table.name,
        "columns": columns,
        "kinds": [_KINDS[table.frame[column].dtype.kind] for column in columns],
    }
    ranks = table.origins[columns].to_numpy().tolist()
    rows = (
        _line([line, "".join(map(str, own)), *cells])
        for line, own, cells in zip(
            table.lines.tolist(), ranks, table.text.to_numpy(dtype=object).tolist(), strict=True
        )
    )
    return f'{_line(head)[:-1]},"rows":[\n' + ",\n".join(rows) + "\n]}"


def _bare(parts: Mapping[str, Any]) -> Snapshot:
    tables = {one["name"]: _table(one) for one in parts["tables"]}
    rules = OriginRules.model_validate_json(_line(parts["origins"]))
    members = {(column, value): frozenset(who) for column, value, who in parts["members"]}
    return Snapshot(
        settings=Settings.model_validate_json(_line(parts["settings"])),
        cutoff=dt.date.fromisoformat(parts["cutoff"]),
        tables=tables,
        origins=Origins(rules, members),
        members={},
        recorded=tables,
        account=(),
        cut_counts={(action, table): int(count) for action, table, count in parts["cut_counts"]},
        dated_by={
            table: {patient: Origin(rank) for patient, rank in by.items()}
            for table, by in parts["dated_by"].items()
        },
        inputs=dict(parts["inputs"]),
        session=parts["session"],
    )


def _table(part: Mapping[str, Any]) -> Table:
    """A table as it was: cells typed from their text."""
    name, columns, rows = part["name"], list(part["columns"]), part["rows"]
    lines = tuple(int(row[0]) for row in rows)
    sheet = Sheet(name, tuple(columns), lines, tuple(tuple(map(str, row[2:])) for row in rows))
    kinds = dict(zip(columns, part["kinds"], strict=True))
    cells = typed(sheet, {column: schema.Column(kinds[column], "") for column in columns})
    return Table(
        name,
        cells.frame,
        cells.text,
        _ranks(rows, columns, cells),
        {column: (f"{name}.{column}",) for column in columns},
        np.asarray(lines, dtype=int),
    )


def _ranks(rows: Sequence[Sequence[str]], columns: Sequence[str], cells: Cells) -> pd.DataFrame:
    """The origins, a digit a cell."""
    digits = [[int(Origin(int(rank))) for rank in row[1]] for row in rows]
    shaped = np.array(digits, dtype=np.int8).reshape(len(rows), len(columns))
    return pd.DataFrame(shaped, columns=list(columns), index=cells.frame.index)
