"""The frozen values that travel: a Table, a Study as read, a Snapshot as of the cutoff."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from carreport.study.origins import Origin, Origins
    from carreport.study.own import OwnFile
    from carreport.study.settings import Settings


@dataclass(frozen=True)
class Table:
    """
    Rows with, beside each cell, its origin and the columns it was read from.

    Attributes:
        name: Table name.
        frame: Typed cells; RangeIndex; `patient_id` among the columns.
        text: The same cells as a reader should see them.
        origins: The same cells' origins, as ranks.
        lineage: For each column, the file columns behind it ("events.date").
        lines: For each row, its line in the file; 0 for a row the cutoff made.
    """

    name: str
    frame: pd.DataFrame
    text: pd.DataFrame
    origins: pd.DataFrame
    lineage: Mapping[str, tuple[str, ...]]
    lines: np.ndarray

    def __getstate__(self) -> dict[str, Any]:
        """Without what is computed again where it is asked for."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @cached_property
    def whose(self) -> tuple[np.ndarray, Mapping[str, int]]:
        """For each row the number of its patient, and the numbers by id."""
        codes: np.ndarray
        codes, ids = pd.factorize(self.frame["patient_id"].to_numpy())
        return codes, {str(one): at for at, one in enumerate(ids)}

    @cached_property
    def known(self) -> dict[object, Any]:
        """What was found out about the rows and is asked for again, by what was asked."""
        return {}

    def of(self, patients: tuple[str, ...]) -> np.ndarray:
        """Whether each row is one of these patients'; many calls ask for the same."""
        found: np.ndarray | None = self.known.get(patients)
        if found is None:
            codes, numbers = self.whose
            inside = np.zeros(len(numbers) + 1, dtype=bool)
            inside[[numbers[one] for one in patients if one in numbers]] = True
            found = self.known[patients] = inside[codes]
        return found

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.frame)

    def rows(self, keep: np.ndarray) -> Table:
        """The rows where *keep* is true, in their order."""
        if keep.all():
            return self
        return replace(
            self,
            frame=self.frame.loc[keep].reset_index(drop=True),
            text=self.text.loc[keep].reset_index(drop=True),
            origins=self.origins.loc[keep].reset_index(drop=True),
            lines=self.lines[keep],
        )

    def at(self, positions: np.ndarray) -> Table:
        """The rows at these positions, in table order."""
        keep = np.zeros(len(self), dtype=bool)
        keep[positions] = True
        return self.rows(keep)

    def part(self, positions: np.ndarray, columns: Iterable[str], *, typed: bool = True) -> Table:
        """
        Some columns of the rows at these positions, the patient's id always among them.

        Where cells are wanted *typed*, their text is left out, and the other way round.
        """
        kept = list(dict.fromkeys(["patient_id", *columns]))
        frame = _taken(self.frame, kept if typed else kept[:1], positions)
        text = self.text.iloc[:0] if typed else _taken(self.text, kept, positions)
        origins = _taken(self.origins, kept, positions)
        return replace(self, frame=frame, text=text, origins=origins, lines=self.lines[positions])

    def settled(self) -> Table:
        """The same table, its columns laid together: many were added one by one."""
        return replace(
            self, frame=self.frame.copy(), text=self.text.copy(), origins=self.origins.copy()
        )

    def with_columns(self, columns: Sequence[PatientColumn]) -> Table:
        """The table with computed columns added on the right; one value per row."""
        if not columns:
            return self
        names = [column.name for column in columns]
        return replace(
            self,
            frame=_beside(self.frame, {c.name: c.cells for c in columns}, names),
            text=_beside(self.text, {c.name: c.text for c in columns}, names),
            origins=_beside(self.origins, {c.name: c.ranks for c in columns}, names),
            lineage={**self.lineage, **{c.name: c.lineage for c in columns}},
        )


def _taken(frame: pd.DataFrame, columns: list[str], positions: np.ndarray) -> pd.DataFrame:
    """Some rows of some columns, numbered anew."""
    if len(positions) == len(frame):
        return frame[columns]
    cells = {name: frame[name].to_numpy()[positions] for name in columns}
    return pd.DataFrame(cells, columns=columns, index=pd.RangeIndex(len(positions)))


def _beside(
    frame: pd.DataFrame, columns: Mapping[str, object], names: Sequence[str]
) -> pd.DataFrame:
    added = pd.DataFrame(columns, index=frame.index)
    return pd.concat([frame.drop(columns=list(names), errors="ignore"), added], axis=1)


@dataclass(frozen=True, slots=True)
class PatientColumn:
    """
    One value per patient, computed after the cut.

    Attributes:
        name: Column name.
        cells: Typed values, one per row of the patients table.
        text: The values as a reader should see them.
        ranks: Their origins.
        lineage: File columns they were computed from.
    """

    name: str
    cells: np.ndarray
    text: np.ndarray
    ranks: np.ndarray
    lineage: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Study:
    """
    A study folder as read and found right.

    Attributes:
        settings: study.toml.
        tables: By name; patients and events are always there.
        origins: origins.toml.
        inputs: SHA-256 of every file that was read, by file name.
        notices: What a reader of the report should know about the files, whatever their rows say.
        inferred: Groups that are compared without being declared; a value of the data stands for
            each.
        own: The study's own analyses, as text.
    """

    settings: Settings
    tables: Mapping[str, Table]
    origins: Origins
    inputs: Mapping[str, str]
    notices: tuple[str, ...] = ()
    inferred: tuple[str, ...] = ()
    own: tuple[OwnFile, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class CutRow:
    """
    One row the cutoff removed or changed, and why.

    Attributes:
        table: Table name.
        line: Its line in the file; 0 for a row the cut made.
        patient_id: Whose row it is.
        key: The row in a word or two: "infusion 2", "relapse".
        column: The cell that was rolled back; empty where the whole row is meant.
        action: removed, rolled back or truncated.
        reason: Why, in words.
    """

    table: str
    line: int
    patient_id: str
    key: str
    column: str
    action: str
    reason: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """
    The study as it was known on the cutoff.

    Attributes:
        settings: study.toml.
        cutoff: The day.
        tables: Rows known by then; the patients table has the computed columns beside its own.
        recorded: The same rows with their own columns only, before any column was computed.
        origins: origins.toml.
        members: For each population and group, the patients in it, in table order.
        account: What the cutoff removed and changed; not known of a snapshot read from a file.
        cut_counts: How many entries of the account there are, by action and table.
        dated_by: For each table of which the cutoff removed rows, per patient the weakest
            origin a date of it may have: by such dates it was decided who had what. For the
            patients table, one entry for all who had not started.
        inputs: SHA-256 of every file that was read.
        notices: What a reader of the report should know.
        session: `closed`, or `open` for a committee's open session, without groups.
        hints: What whoever builds an open session should look at; they stand in no file.
        own: The study's own analyses, as text; not known of a snapshot read from a file.
    """

    settings: Settings
    cutoff: dt.date
    tables: Mapping[str, Table]
    origins: Origins
    members: Mapping[str, tuple[str, ...]]
    recorded: Mapping[str, Table] = field(default_factory=dict)
    account: tuple[CutRow, ...] = ()
    cut_counts: Mapping[tuple[str, str], int] = field(default_factory=dict)
    dated_by: Mapping[str, Mapping[str, Origin]] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    session: str = "closed"
    hints: tuple[str, ...] = ()
    own: tuple[OwnFile, ...] = ()

    @property
    def patients(self) -> Table:
        """One row per patient."""
        return self.tables["patients"]
