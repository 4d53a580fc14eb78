"""Every row of a study beside what the cutoff made of it: kept and removed rows alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from carreport.study.account import REMOVED, ROLLED_BACK, TRUNCATED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from carreport.study.snapshot import CutRow, Snapshot, Study, Table

KEPT: Final = "kept"
STATUSES: Final = (KEPT, REMOVED, ROLLED_BACK, TRUNCATED)
"""What may have become of a row, a row made by the cut included."""


@dataclass(frozen=True, slots=True)
class RowFate:
    """
    One row and what became of it.

    Attributes:
        status: kept, removed, rolled back (some cells were emptied) or truncated (made by the cut,
            in place of a later contact).
        reason: Why, in words; empty where it was kept as it is.
        line: Its line in the file; 0 for a row the cut made.
        cells: Text by column, as it stands in the file.
        emptied: Columns whose cell was emptied.
    """

    status: str
    reason: str
    line: int
    cells: Mapping[str, str]
    emptied: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableFate:
    """One table, its columns, and its rows in the order of the file; made ones last."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[RowFate, ...] = field(default=())

    def counts(self) -> dict[str, int]:
        """How many rows there are of each status, none left out."""
        found = [row.status for row in self.rows]
        return {status: found.count(status) for status in STATUSES}


def side_by_side(
    study: Study,
    snapshot: Snapshot,
    tables: Collection[str] = (),
    patients: Collection[str] = (),
) -> tuple[TableFate, ...]:
    """
    Kept and removed rows in their order.

    Args:
        study: As read.
        snapshot: The same study at a cutoff.
        tables: Names of the tables to show; all without any.
        patients: Ids of the patients to show; all without any.

    Returns:
        A table each, rows flagged.
    """
    return tuple(
        TableFate(name, tuple(map(str, table.text)), tuple(_rows(table, snapshot, patients)))
        for name, table in study.tables.items()
        if not tables or name in tables
    )


def _rows(table: Table, snapshot: Snapshot, patients: Collection[str]) -> Iterator[RowFate]:
    told: dict[int, list[CutRow]] = {}
    for entry in snapshot.account:
        if entry.table == table.name:
            told.setdefault(entry.line, []).append(entry)
    wanted = set(patients)
    for line, cells in zip(table.lines.tolist(), _cells(table), strict=True):
        if not wanted or cells["patient_id"] in wanted:
            yield _fate(line, cells, told.get(line, []))
    made = snapshot.recorded[table.name]
    reasons = {entry.patient_id: entry.reason for entry in told.get(0, [])}
    for line, cells in zip(made.lines.tolist(), _cells(made), strict=True):
        if not line and (not wanted or cells["patient_id"] in wanted):
            yield RowFate(TRUNCATED, reasons[cells["patient_id"]], 0, cells)


def _cells(table: Table) -> Iterator[dict[str, str]]:
    columns = tuple(map(str, table.text))
    for row in table.text.itertuples(index=False, name=None):
        yield dict(zip(columns, row, strict=True))


def _fate(line: int, cells: Mapping[str, str], entries: list[CutRow]) -> RowFate:
    if not entries:
        return RowFate(KEPT, "", line, cells)
    reason = "; ".join(
        f"{entry.column}: {entry.reason}" if entry.column else entry.reason for entry in entries
    )
    emptied = tuple(entry.column for entry in entries if entry.column)
    return RowFate(entries[0].action, reason, line, cells, emptied)
