"""A study folder that is not written yet, and the account of what it was made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carreport.errors import Problem


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where a row was read.

    Attributes:
        file: Name of somebody's file, with the sheet where it has several.
        row: Row there as its owner counts: the line of a text file, the row of a spreadsheet,
            the observation of a data set; 0 where *columns* has the addresses of cells.
        columns: Column of the study folder to what its owner calls it, where that differs from
            row to row; under "" what to name for any other column.
    """

    file: str
    row: int
    columns: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Table:
    """
    One table of a study folder.

    Attributes:
        header: Column names as the study folder has them (docs/reference/study-folder.md).
        rows: Cells as text, as many a row as the header has; an empty cell is "".
        places: Where each row was read; empty, or as many as there are rows. What the check of
            the folder objects to is then said of that place.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Used:
    """
    One column that was used.

    Attributes:
        file: Name of somebody's file.
        column: Its column.
        label: What the file calls it in words, or "".
        became: `table.column` of the study folder, or a key of study.toml.
        values: How many values it gave.
    """

    file: str
    column: str
    label: str
    became: str
    values: int


@dataclass(frozen=True, slots=True)
class Unused:
    """One column, or the rows of one kind, that were not used, and why."""

    file: str
    column: str
    why: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Assumed:
    """What was assumed, why, and how to say otherwise."""

    what: str
    why: str
    otherwise: str


@dataclass(frozen=True, slots=True)
class Report:
    """
    What was used, what was not, what was assumed.

    Attributes:
        used: Columns that were used, in the order of the study folder.
        unused: Columns and rows that were not.
        assumed: What the files do not say.
        problems: Contradictions that do not stop the import; each was decided as it says.
    """

    used: tuple[Used, ...] = ()
    unused: tuple[Unused, ...] = ()
    assumed: tuple[Assumed, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """
    A study folder not yet written.

    Attributes:
        settings: study.toml as nested plain values: str, int, float, bool, dt.date, lists, dicts.
        tables: Name of a table of the study folder to its rows.
        report: What was used, what was not, what was assumed.
        comments: Dotted key of study.toml to the comment above it: `study.cutoff`, `endpoint`
            (above the first of them), `endpoint.1` (above the second), `endpoint.1.events`, and
            "" for the head of the file. A comment may have several lines.
    """

    settings: Mapping[str, Any]
    tables: Mapping[str, Table]
    report: Report
    comments: Mapping[str, str] = field(default_factory=dict)
