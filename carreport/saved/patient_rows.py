"""The patient rows behind one number, from what a build keeps of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from carreport.errors import BadInput, Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

KEY: Final = "patient_id"
OURS: Final = ("table", "line", "origin", "left_out")


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of one table: the columns read, and each row's cells, line and weakest origin."""

    table: str
    columns: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], str, str], ...]


def patient_rows(data: Mapping[str, Any], row: Mapping[str, Any], table: str) -> list[list[str]]:
    """
    Lines of a table of the patient rows a number was computed from.

    Patient first, then exactly the columns that were read; then the table, the line in its file,
    the weakest origin of the row's cells, and why the patient was left out. Rows of several tables
    stand below each other, a column that a table does not have is blank in its rows.

    Args:
        data: What rows.json says.
        row: The number, as in results.json.
        table: The only table wanted, or nothing for all.

    Returns:
        A header and the rows; nothing where no patient rows are behind the number.

    Raises:
        BadInput: The number does not rest on that table.
    """
    blocks = list(_blocks(data, row))
    if table and table not in {one.table for one in blocks}:
        found = f"{row['id']} does not rest on {table!r}"
        names = ", ".join(one.table for one in blocks) or "no table"
        raise BadInput([Problem("", 0, "--table", found, f"it rests on {names}")])
    chosen = [one for one in blocks if table in ("", one.table)]
    if not chosen:
        return []
    columns = list(dict.fromkeys(name for one in chosen for name in one.columns))
    left_out = row.get("excluded", {})
    lines = [[*columns, *_names(columns)]]
    for block in chosen:
        for cells, line, origin in block.rows:
            own = dict(zip(block.columns, cells, strict=True))
            why = left_out.get(own[KEY], "")
            lines.append([*(own.get(c, "") for c in columns), block.table, line, origin, why])
    return lines


def _names(columns: Sequence[str]) -> list[str]:
    """The names of our own columns; the study may have columns of the same name."""
    return [f"row_{name}" if name in columns else name for name in OURS]


def _blocks(data: Mapping[str, Any], row: Mapping[str, Any]) -> Iterator[Block]:
    among = {*row["patients"], *row.get("excluded", {})}
    for name, part in data["calls"].get(row.get("call", ""), {}).items():
        table = data["tables"][name]
        columns = tuple(dict.fromkeys((KEY, *part["columns"])))
        at = [table["columns"].index(column) for column in columns]
        rows = tuple(_rows(data, table, at, data["sets"][part["rows"]], among))
        yield Block(name, columns, rows)


def _rows(
    data: Mapping[str, Any],
    table: Mapping[str, Any],
    at: Sequence[int],
    positions: Sequence[int],
    among: Collection[str],
) -> Iterator[tuple[tuple[str, ...], str, str]]:
    for position in positions:
        cells = table["rows"][position]
        if cells[at[0]] in among:
            ranks = table["origins"][position]
            # Who a row is about counts where nothing else was read of it.
            weakest = max(int(ranks[one]) for one in at[1:] or at)
            line = table["lines"][position]
            names = tuple(cells[one] for one in at)
            yield names, str(line or ""), data["origin_names"][weakest]
