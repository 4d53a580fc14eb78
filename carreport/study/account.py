"""The account of a cut: what the cutoff removed, rolled back and truncated, and why."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from carreport.study import schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from carreport.study.snapshot import CutRow

REMOVED: Final = "removed"
ROLLED_BACK: Final = "rolled back"
TRUNCATED: Final = "truncated"
ACTIONS: Final = {REMOVED: "removed", ROLLED_BACK: "rolled_back", TRUNCATED: "truncated"}
"""What may become of a row, with its key in ids."""
PATIENT: Final = "patient"
"""The key of a row of patients, whose patient_id says the rest."""
COLUMNS: Final = ("table", "line", "patient_id", "key", "column", "action", "reason")
_KEYS: Final = {
    "infusions": "infusion", "events": "event", "adverse_events": "term",
    "measurements": "analyte",
}  # fmt: skip
"""The column by which a reader knows a row of a patient again."""


def keys_of(table: str, rows: pd.DataFrame) -> list[str]:
    """
    Rows in a word or two each, beside their patient: "infusion 2", "relapse".

    Args:
        table: Table name.
        rows: Its cells as text.
    """
    if table == "patients":
        return [PATIENT] * len(rows)
    said = map(str, rows[_KEYS[table]])
    return [f"infusion {one}" for one in said] if table == "infusions" else list(said)


def account_lines(account: Iterable[CutRow]) -> list[Sequence[str]]:
    """The account as lines of cells below their header; a row the cut itself made has no line."""
    lines: list[Sequence[str]] = [COLUMNS]
    for row in account:
        line = str(row.line) if row.line else ""
        lines.append((row.table, line, row.patient_id, row.key, row.column, row.action, row.reason))
    return lines


def counted(account: Iterable[CutRow]) -> dict[tuple[str, str], int]:
    """
    How many entries there are of each action in each table.

    Args:
        account: Every entry.

    Returns:
        By action and table, in the order of the tables; nothing for none.
    """
    found = Counter((row.action, row.table) for row in account)
    wanted = ((action, table) for table in schema.TABLES for action in ACTIONS)
    return {one: found[one] for one in wanted if found[one]}
