"""Rows that differ between two snapshots, and which of them the earlier one should have had."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from carreport.changes.matching import matched, rows_of
from carreport.changes.model import ROW_CLASSES, CellChange, RowChange
from carreport.study import schema
from carreport.study.cells import is_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from carreport.changes.matching import Row
    from carreport.changes.model import CellKind, RowKind
    from carreport.study.snapshot import Snapshot


def rows_changed(old: Snapshot, new: Snapshot) -> tuple[RowChange, ...]:
    """
    Every row that is not the same in both.

    What only one of the cutoffs hid is no change of the past: a row dated after the earlier
    cutoff, a last contact the cut had put on its own day, a cell it had emptied. Whatever else
    differs was dated by the earlier cutoff and is `retroactive`.

    Args:
        old: What was known then.
        new: What is known now.

    Returns:
        Most alarming class first; then by table, patient and day.

    Raises:
        BadInput: Two rows of a table share its key.
    """
    since = min(old.cutoff, new.cutoff).isoformat()
    found = [
        change
        for name in schema.TABLES
        if name in old.recorded or name in new.recorded
        for change in _of_table(name, old, new, since)
    ]
    order = {name: at for at, name in enumerate(schema.TABLES)}
    return tuple(
        sorted(
            found,
            key=lambda one: (
                ROW_CLASSES.index(one.class_),
                order[one.table],
                one.patient,
                one.new_date or one.old_date,
                one.key,
                sorted(one.old.items()),
                sorted(one.new.items()),
            ),
        )
    )


def _of_table(name: str, old: Snapshot, new: Snapshot, since: str) -> Iterator[RowChange]:
    left, right = rows_of(old.recorded.get(name)), rows_of(new.recorded.get(name))
    columns = [set(rows[0].cells) for rows in (left, right) if rows]
    shared = set.intersection(*columns) if columns else set()
    seen_old, seen_new = (_seen_after(side, since) for side in (old, new))
    in_old, in_new = (_patients(side) for side in (old, new))
    companions = {one.column: one.date for side in (old, new) for one in side.settings.companion}
    for before, after in matched(left, right, shared, since):
        if after is None and before is not None:
            known, later = before.patient in in_new, before.patient in seen_new
            yield _alone(before, since, "removed", known=known, seen_later=later)
        elif before is None and after is not None:
            known, later = after.patient in in_old, after.patient in seen_old
            yield _alone(after, since, "added", known=known, seen_later=later)
        elif before is not None and after is not None:
            cells = tuple(_cells(before, after, sorted(shared), companions, since))
            if cells:
                seen_later = after.patient in seen_old | seen_new
                yield _paired(before, after, cells, since, seen_later)


def _patients(side: Snapshot) -> frozenset[str]:
    return frozenset(side.recorded["patients"].text["patient_id"])


def _seen_after(side: Snapshot, since: str) -> frozenset[str]:
    """Patients with an event, a contact among them, after a day."""
    events = side.recorded["events"].text
    return frozenset(events.loc[events["date"] > since, "patient_id"])


def _alone(row: Row, since: str, kind: RowKind, *, known: bool, seen_later: bool) -> RowChange:
    """
    A row only one side has.

    A contact that is gone because the other side saw the patient later is no change of the past.
    Of a patient the other side does not know, every row is simply one more or one less.
    """
    retroactive = bool(row.date) and row.date <= since
    becomes: RowKind = kind
    if row.contact and (seen_later or not retroactive):
        retroactive, becomes = False, "followup" if known else kind
    elif known and row.table == "events" and kind == "added" and not retroactive:
        becomes = "event"
    change = RowChange(row.table, row.patient, _key(row), becomes, retroactive)
    if kind == "removed":
        return replace(change, old_date=row.date, old_line=row.line, old=dict(row.cells))
    return replace(change, new_date=row.date, new_line=row.line, new=dict(row.cells))


def _paired(
    before: Row, after: Row, cells: tuple[CellChange, ...], since: str, seen_later: bool
) -> RowChange:
    """A row both sides have, with another cell."""
    kind: RowKind = "corrected"
    retroactive = any(one.kind != "known" for one in cells)
    if not retroactive:
        kind = "known"
    elif before.contact and [one.column for one in cells] == ["date"]:
        cut = (before.made or after.made) and seen_later
        if cut or max(before.date, after.date) > since:
            kind, retroactive = "followup", False
    return RowChange(
        before.table,
        before.patient,
        _key(before),
        kind,
        retroactive,
        before.date,
        after.date,
        before.line,
        after.line,
        cells,
        dict(before.cells),
        dict(after.cells),
    )


def _cells(
    before: Row, after: Row, shared: Iterable[str], companions: Mapping[str, str], since: str
) -> Iterator[CellChange]:
    for column in shared:
        old, new = before.cells[column], after.cells[column]
        if old != new:
            yield CellChange(column, old, new, _kind(before, after, column, companions, since))


def _kind(
    before: Row, after: Row, column: str, companions: Mapping[str, str], since: str
) -> CellKind:
    old, new = before.cells[column], after.cells[column]
    said = before.table == "patients" and (
        companions.get(column) or (column if column in companions.values() else "")
    )
    if said:
        dates = (before.cells.get(said, ""), after.cells.get(said, ""))
        if any(one > since for one in dates):
            return "known"
    given = new or old
    if not (old and new) and is_date(given) and given > since:
        return "known"
    if not new:
        return "newly missing"
    return "corrected" if old else "no longer missing"


def _key(row: Row) -> str:
    """What tells a row from the patient's others, in words."""
    if row.table == "patients":
        return ""
    if row.table == "infusions":
        return f"infusion {row.name}"
    return ", ".join(part for part in (row.name, row.date) if part)
