"""One table at the cutoff: which rows and cells were known, and what became of the others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carreport.study import schema
from carreport.study.account import REMOVED, ROLLED_BACK, TRUNCATED, keys_of
from carreport.study.cells import is_date, typed
from carreport.study.columns import columns_read
from carreport.study.files import Sheet
from carreport.study.snapshot import CutRow, Table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from carreport.study.settings import Companion, Settings


@dataclass(frozen=True, slots=True)
class Blanked:
    """
    Cells that were not known yet.

    Attributes:
        column: Their column.
        mask: Their rows.
        date: The column whose dates decided that; itself for a date.
    """

    column: str
    mask: np.ndarray
    date: str


@dataclass(frozen=True, slots=True)
class Cut:
    """
    One table after the cut.

    Attributes:
        table: The rows that stay; cells that were not known are empty.
        account: What happened to the others.
        late: Whether any row was dated after the cutoff.
        blanked: The cells that were emptied.
        followed: Patients who were in contact after the cutoff, in the order of their table.
    """

    table: Table
    account: tuple[CutRow, ...] = ()
    late: bool = False
    blanked: tuple[Blanked, ...] = ()
    followed: tuple[str, ...] = ()


def cut_patients(table: Table, companions: Iterable[Companion], moment: pd.Timestamp) -> Cut:
    """
    The patients who had started.

    Args:
        table: patients as read.
        companions: Columns that were known only from a date on.
        moment: The cutoff.
    """
    started = (table.frame["start_date"] <= moment).to_numpy()
    clerk, dates = _clerk(table), table.text["start_date"].to_numpy()
    account = [
        clerk.entry(i, REMOVED, f"started on {dates[i]}, after the cutoff")
        for i in np.flatnonzero(~started).tolist()
    ]
    kept = table.rows(started)
    blanked: list[Blanked] = []
    for one in companions:
        later = ~(kept.frame[one.date] <= moment).to_numpy()
        undated = kept.frame[one.date].isna().to_numpy()
        empty = kept.frame[one.column].isna().to_numpy()
        blanked.append(Blanked(one.column, later & ~(undated & empty), one.date))
    blanked += _later_cells(kept, moment)
    return Cut(
        _emptied(kept, blanked),
        (*account, *_rolled_back(kept, blanked)),
        not started.all(),
        tuple(blanked),
    )


def cut_rows(table: Table, cuts: Mapping[str, Cut], moment: pd.Timestamp) -> Cut:
    """
    The rows of one table that were known.

    Args:
        table: As read; not the patients.
        cuts: The patients after the cut, and the infusions before the adverse events.
        moment: The cutoff.
    """
    date = schema.CUT_DATE[table.name]
    here = table.frame["patient_id"].isin(cuts["patients"].table.frame["patient_id"]).to_numpy()
    later = (table.frame[date] > moment).to_numpy()
    waiting = _waiting(table, cuts.get("infusions")) & here
    kept = table.rows(here & ~later & ~waiting)
    blanked = _later_cells(kept, moment)
    followed: tuple[str, ...] = ()
    if table.name == "events":
        order = cuts["patients"].table.frame["patient_id"]
        followed = tuple(order[order.isin(table.frame.loc[here & later, "patient_id"])])
    truncated = [
        CutRow(
            table.name, 0, one, schema.LAST_CONTACT, "", TRUNCATED, "in contact after the cutoff"
        )
        for one in followed
    ]
    account = (
        *_removed(table, here, later, waiting),
        *truncated,
        *_rolled_back(kept, blanked),
    )
    return Cut(_emptied(kept, blanked), account, bool(later.any()), tuple(blanked), followed)


def _waiting(table: Table, infusions: Cut | None) -> np.ndarray:
    """Adverse events without a date that name an infusion nobody knew of yet."""
    none = np.zeros(len(table), dtype=bool)
    if table.name != "adverse_events" or infusions is None or "infusion" not in table.frame:
        return none
    given = infusions.table.frame
    known = set(zip(given["patient_id"], given["infusion"], strict=True))
    named = zip(table.frame["patient_id"], table.frame["infusion"], strict=True)
    unknown = np.array([one not in known for one in named], dtype=bool)
    undated = table.frame[schema.CUT_DATE[table.name]].isna() & table.frame["infusion"].notna()
    return unknown & undated.to_numpy()


def _removed(
    table: Table, here: np.ndarray, later: np.ndarray, waiting: np.ndarray
) -> Iterator[CutRow]:
    clerk, dates = _clerk(table), table.text[schema.CUT_DATE[table.name]].to_numpy()
    for i in np.flatnonzero(~here | later | waiting).tolist():
        if not here[i]:
            reason = "the patient had not started by the cutoff"
        elif later[i]:
            reason = f"dated {dates[i]}, after the cutoff"
        else:
            number = table.frame["infusion"].iloc[i]
            reason = f"undated, and infusion {number:g} had not been given by the cutoff"
        yield clerk.entry(i, REMOVED, reason)


def _later_cells(table: Table, moment: pd.Timestamp) -> list[Blanked]:
    """Dates after the cutoff in the cells of rows that stay, in columns of text as well."""
    day = _iso(moment)
    found = []
    for column in _optional(table):
        if table.frame[column].dtype.kind == "M":
            later = (table.frame[column] > moment).to_numpy()
        elif table.frame[column].dtype.kind == "O":
            later = np.array([one > day and is_date(one) for one in table.text[column]], bool)
        else:
            continue
        if later.any():
            found.append(Blanked(column, later, column))
    return found


def _optional(table: Table) -> list[str]:
    """Columns a row can do without."""
    known = schema.TABLES[table.name].columns
    return [one for one in map(str, table.frame) if one not in known or not known[one].required]


def _emptied(table: Table, blanked: Collection[Blanked]) -> Table:
    """The table without the cells that were not known yet."""
    if not any(one.mask.any() for one in blanked):
        return table
    frame, text = table.frame.copy(), table.text.copy()
    for one in blanked:
        frame[one.column] = frame[one.column].mask(one.mask)
        text.loc[one.mask, one.column] = ""
    return replace(table, frame=frame, text=text)


def _rolled_back(table: Table, blanked: Iterable[Blanked]) -> Iterator[CutRow]:
    clerk = _clerk(table)
    for one in blanked:
        dates = table.text[one.date].to_numpy()
        for i in np.flatnonzero(one.mask).tolist():
            if not dates[i]:
                reason = f"no {one.date} says that it was known by the cutoff"
            elif one.date == one.column:
                reason = f"{dates[i]} is after the cutoff"
            else:
                reason = f"known only on {dates[i]} ({one.date}), after the cutoff"
            yield clerk.entry(i, ROLLED_BACK, reason, one.column)


@dataclass(frozen=True, slots=True)
class _Clerk:
    """Writes entries of the account about one table."""

    table: str
    lines: list[int]
    patients: list[str]
    keys: list[str]

    def entry(self, position: int, action: str, reason: str, column: str = "") -> CutRow:
        """What became of one row, or of one of its cells."""
        line, patient, key = self.lines[position], self.patients[position], self.keys[position]
        return CutRow(self.table, line, patient, key, column, action, reason)


def _clerk(table: Table) -> _Clerk:
    patients = list(map(str, table.text["patient_id"]))
    return _Clerk(table.name, table.lines.tolist(), patients, keys_of(table.name, table.text))


def _iso(day: pd.Timestamp) -> str:
    return day.strftime("%Y-%m-%d")


def with_contacts(
    events: Table, patients: Collection[str], ranks: np.ndarray, moment: pd.Timestamp
) -> Table:
    """
    The events with a last contact on the cutoff for those who were in contact later.

    Args:
        events: After the cut.
        patients: Ids.
        ranks: For each, the origin of what proves the contact.
        moment: The cutoff.
    """
    if not patients:
        return events
    made = _contacts(events, patients, ranks, moment)
    frame = pd.concat([events.frame, made.frame], ignore_index=True) if len(events) else made.frame
    return replace(
        events,
        frame=frame,
        text=pd.concat([events.text, made.text], ignore_index=True),
        origins=pd.concat([events.origins, made.origins], ignore_index=True).astype(np.int8),
        lines=np.concatenate([events.lines, made.lines]),
    )


def _contacts(
    like: Table, patients: Collection[str], ranks: np.ndarray, moment: pd.Timestamp
) -> Table:
    rows = pd.DataFrame(
        {"patient_id": list(patients), "event": schema.LAST_CONTACT, "date": moment}, dtype=object
    )
    for column in like.frame.columns.difference(rows.columns):
        rows[column] = pd.Series([None] * len(rows), dtype=object)
    frame = rows[list(like.frame)].astype(like.frame.dtypes.to_dict())
    text = rows.assign(date=_iso(moment))[list(like.text)].fillna("")
    origins = pd.DataFrame(dict.fromkeys(like.origins, ranks)).astype(np.int8)
    return replace(like, frame=frame, text=text, origins=origins, lines=np.zeros(len(rows), int))


def retyped(table: Table, settings: Settings) -> Table:
    """The table with columns whose type is read off their cells typed by the rows that stay."""
    rows = tuple(table.text.itertuples(index=False, name=None))
    header = tuple(map(str, table.text))
    sheet = Sheet(table.name, header, tuple(map(int, table.lines)), rows)
    return replace(table, frame=typed(sheet, columns_read(table.name, sheet, settings)).frame)
