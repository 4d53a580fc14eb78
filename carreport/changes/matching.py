"""Which row of the old is which row of the new: by key, or by likeness where a table has none."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from carreport.errors import BadInput, Problem
from carreport.study import schema

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from carreport.study.snapshot import Table

NAMES: Final = {
    "infusions": "infusion", "events": "event", "adverse_events": "term",
    "measurements": "analyte",
}  # fmt: skip
"""The column by which a reader knows a row of a patient again."""
SOLE: Final = frozenset({"events"})
"""Tables where a name seldom comes twice for a patient: a row that is gone and one that came
later are one row with another date."""


@dataclass(frozen=True, slots=True)
class Row:
    """
    One recorded row.

    Attributes:
        table: Its table.
        line: Its line in the file; 0 for a row the cutoff made.
        cells: As written, by column.
    """

    table: str
    line: int
    cells: Mapping[str, str]

    @property
    def patient(self) -> str:
        """Whose row it is."""
        return self.cells["patient_id"]

    @property
    def name(self) -> str:
        """What it is about: the event, the term, the analyte; empty for patients."""
        return self.cells.get(NAMES.get(self.table, ""), "")

    @property
    def date(self) -> str:
        """The day by which a cutoff removes it."""
        return self.cells.get(schema.CUT_DATE.get(self.table, "start_date"), "")

    @property
    def contact(self) -> bool:
        """Whether it says that the patient was seen, and nothing else."""
        return self.table == "events" and self.name == schema.LAST_CONTACT

    @property
    def made(self) -> bool:
        """Whether the cutoff made it."""
        return self.line == 0


Pair = tuple[Row | None, Row | None]


def rows_of(table: Table | None) -> list[Row]:
    """The rows of a table, as recorded."""
    if table is None:
        return []
    columns = [str(column) for column in table.text]
    cells = table.text.to_numpy(dtype=object).tolist()
    return [
        Row(table.name, line, dict(zip(columns, row, strict=True)))
        for line, row in zip(table.lines.tolist(), cells, strict=True)
    ]


def matched(
    old: Sequence[Row], new: Sequence[Row], shared: Iterable[str], since: str
) -> list[Pair]:
    """
    Rows of both sides in pairs; a row without another stands alone.

    A table with a key is matched by it. Of any other, rows that are the same in every column are
    matched first, then those of one patient, name and day, then those of one patient and name by
    the nearest day. The order of the rows in their files decides nothing.

    Args:
        old: Rows of one table.
        new: Rows of the same table.
        shared: Columns both have.
        since: The earlier of the two cutoffs, as an ISO date.

    Returns:
        Every row once.

    Raises:
        BadInput: Two rows share a key.
    """
    key = schema.TABLES[(old or new)[0].table].key if old or new else ()
    if key:
        return _by_key(old, new, key)
    columns = sorted(shared)
    pairs: list[Pair] = []
    left, right = list(old), list(new)

    def take(kind: Callable[[Row], Hashable]) -> None:
        nonlocal left, right
        found, left, right = _paired(left, right, kind, columns)
        pairs.extend(found)

    take(lambda row: tuple(row.cells[column] for column in columns))
    take(lambda row: (row.patient, row.name, row.date))
    near = [row for row in right if row.contact or row.date <= since]
    far = [row for row in right if not row.contact and row.date > since]
    right = near
    take(lambda row: (row.patient, row.name))
    if (old or new) and (old or new)[0].table in SOLE:
        right = [*right, *far]
        far = []
        take(lambda row: (row.patient, row.name))
    return [*pairs, *((one, None) for one in left), *((None, one) for one in [*right, *far])]


def _by_key(old: Iterable[Row], new: Iterable[Row], key: Sequence[str]) -> list[Pair]:
    left, right = _keyed(old, key), _keyed(new, key)
    return [(left.get(one), right.get(one)) for one in dict.fromkeys([*left, *right])]


def _keyed(rows: Iterable[Row], key: Sequence[str]) -> dict[tuple[str, ...], Row]:
    found: dict[tuple[str, ...], Row] = {}
    for row in rows:
        own = tuple(_plain(row.cells[column]) for column in key)
        if own in found:
            words = ", ".join(f"{column} {row.cells[column]}" for column in key)
            twice = f"{words} stands twice in {row.table}"
            raise BadInput([Problem("", row.line, "", twice, "keep one of the rows")])
        found[own] = row
    return found


def _plain(cell: str) -> str:
    """A key as it is meant: 1 and 1.0 are one infusion."""
    try:
        return f"{float(cell):g}" if cell[:1].isdigit() and "." in cell else cell
    except ValueError:
        return cell


def _paired(
    old: Sequence[Row], new: Sequence[Row], kind: Callable[[Row], Hashable], columns: Sequence[str]
) -> tuple[list[Pair], list[Row], list[Row]]:
    """Pairs of one kind, nearest days and fewest differing cells first; and who is left over."""
    there: dict[Hashable, list[Row]] = defaultdict(list)
    for row in new:
        there[kind(row)].append(row)
    pairs: list[Pair] = []
    left: list[Row] = []
    waiting: dict[Hashable, list[Row]] = defaultdict(list)
    for row in old:
        one = kind(row)
        if one in there:
            waiting[one].append(row)
        else:
            left.append(row)
    for one, mine in waiting.items():
        found, more, rest = _nearest(mine, there[one], columns)
        pairs += found
        left += more
        there[one] = rest
    return pairs, left, [row for rows in there.values() for row in rows]


def _nearest(
    old: list[Row], new: list[Row], columns: Sequence[str]
) -> tuple[list[Pair], list[Row], list[Row]]:
    """Pairs by likeness, whatever order the rows stand in."""
    if len(old) == len(new) == 1:
        return [(old[0], new[0])], [], []
    olds, news = (sorted(rows, key=_content(columns)) for rows in (old, new))
    distances = sorted(
        (_days(a.date, b.date), _differing(a, b, columns), i, j)
        for i, a in enumerate(olds)
        for j, b in enumerate(news)
    )
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    pairs: list[Pair] = []
    for _, _, i, j in distances:
        if i not in taken_old and j not in taken_new:
            pairs.append((olds[i], news[j]))
            taken_old.add(i)
            taken_new.add(j)
    return (
        pairs,
        [row for i, row in enumerate(olds) if i not in taken_old],
        [row for j, row in enumerate(news) if j not in taken_new],
    )


def _content(columns: Sequence[str]) -> Callable[[Row], tuple[object, ...]]:
    return lambda row: (row.date, *(row.cells[column] for column in columns))


def _differing(one: Row, other: Row, columns: Sequence[str]) -> int:
    return sum(one.cells[column] != other.cells[column] for column in columns)


def _days(one: str, other: str) -> int:
    """Days apart; a row without a date is far from any other."""
    if not (one and other):
        return 0 if one == other else 10**6
    return abs((dt.date.fromisoformat(one) - dt.date.fromisoformat(other)).days)
