"""The patient rows behind every number: `rows.json`, and the same inside a page."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from carreport.study.meanings import meanings
from carreport.study.origins import Origin

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from carreport.results.rows import ListedResult, Results, RowsRead
    from carreport.study.snapshot import Snapshot, Table

ID: Final = "patient_id"


def rows_behind(
    snapshot: Snapshot,
    results: Results,
    calls: Collection[str] | None = None,
    most: float = math.inf,
) -> dict[str, Any]:
    """
    The rows each call of an analysis was handed, each cell once.

    Args:
        snapshot: The study as of the cutoff.
        results: Every number.
        calls: The calls wanted; all of them without any.
        most: So many cells are told; where there are more, none are.

    Returns:
        `tables` with the columns that any of the calls read, cells as a reader sees them, the line
        in the file and the origin of each cell as a digit of `origin_names`; `sets` of row
        positions; `calls` with, for each table, the columns read and the set; `notes` on what
        computed columns hold. Where there are too many cells, no tables and sets, and `too_large`.
    """
    wanted = results.calls if calls is None else {one: results.calls[one] for one in calls}
    columns: dict[str, dict[str, None]] = {}
    sets: dict[tuple[int, ...], str] = {}
    told: dict[str, dict[str, Any]] = {}
    for call, read in wanted.items():
        told[call] = {}
        for one in _merged(read):
            columns.setdefault(one.table, {ID: None}).update(dict.fromkeys(one.columns))
            name = sets.setdefault(one.positions, f"s{len(sets) + 1}")
            told[call][one.table] = {"columns": list(one.columns), "rows": name}
    cells = sum(len(snapshot.tables[name]) * len(kept) for name, kept in columns.items())
    told_cells = columns if cells <= most else {}
    return {
        "origin_names": [one.label for one in Origin],
        "tables": {
            name: _cells(snapshot.tables[name], list(kept)) for name, kept in told_cells.items()
        },
        "sets": {name: list(positions) for positions, name in sets.items() if told_cells},
        "calls": told,
        "notes": {
            name: text
            for name, text in meanings(snapshot.settings).items()
            if any(name in kept for kept in columns.values())
        },
        **({"too_large": True} if cells > most else {}),
    }


def _merged(read: Iterable[RowsRead]) -> list[RowsRead]:
    """One reading a table: the same cells may be handed over typed and as written."""
    found: dict[tuple[str, tuple[int, ...]], RowsRead] = {}
    for one in read:
        before = found.get((one.table, one.positions))
        columns = (*(before.columns if before else ()), *one.columns)
        found[one.table, one.positions] = type(one)(
            one.table, tuple(dict.fromkeys(columns)), one.positions
        )
    return list(found.values())


def _cells(table: Table, columns: list[str]) -> dict[str, Any]:
    digits = np.array([ord(str(at)) for at in range(len(Origin))], dtype=np.uint8)
    ranks = np.ascontiguousarray(digits[table.origins[columns].to_numpy()])
    told, width = ranks.tobytes().decode("ascii"), len(columns)
    return {
        "columns": columns,
        "lines": table.lines.tolist(),
        "rows": table.text[columns].to_numpy(dtype=object).tolist(),
        "origins": [told[at : at + width] for at in range(0, len(told), width)],
    }


def listing_behind(listing: ListedResult) -> dict[str, Any]:
    """A listing as a reader sees it, for the marks of a figure."""
    columns = [listing.displays(one.name) for one in listing.columns]
    return {
        "key": list(listing.key),
        "columns": [{"name": one.name, "label": one.label} for one in listing.columns],
        "rows": [list(row) for row in zip(*columns, strict=True)],
        "tails": list(listing.tails),
        "call": listing.trace.call,
    }


def rows_json(snapshot: Snapshot, results: Results) -> str:
    """The whole of rows.json, a table, a set, a call and a listing a line."""
    behind = rows_behind(snapshot, results)
    behind["listings"] = {id_: listing_behind(one) for id_, one in results.listings.items()}
    parts = [
        f"{json.dumps(name)}: {_by_line(part)}"
        if isinstance(part, dict)
        else f"{json.dumps(name)}: {json.dumps(part)}"
        for name, part in behind.items()
    ]
    return "{" + ",\n".join(parts) + "}\n"


def _by_line(part: Mapping[str, Any]) -> str:
    lines = (
        f"{json.dumps(name, ensure_ascii=False)}: "
        f"{json.dumps(one, ensure_ascii=False, separators=(',', ':'))}"
        for name, one in part.items()
    )
    return "{\n" + ",\n".join(lines) + "\n}"
