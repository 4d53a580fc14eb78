"""A sheet of a workbook or an instrument of an export: columns, and rows of text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from carreport.errors import Problem
from carreport.intake.draft import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carreport.intake.draft import Assumed, Unused


@dataclass(frozen=True, slots=True)
class Field:
    """
    A column.

    Attributes:
        name: What a mapping calls it.
        letter: Its letter in a spreadsheet, or "".
        label: What it is called in words, or "".
        choices: The labels of its choices in their order, where it has any.
        kind: date, number or text where the file says so, or "".
    """

    name: str
    letter: str = ""
    label: str = ""
    choices: tuple[str, ...] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row: its number as its owner counts, and its cells; an empty one is ""."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """
    A sheet or an instrument.

    Attributes:
        file: Name of the file.
        name: Of the sheet or instrument.
        fields: Its columns.
        lines: Its rows, without empty ones.
        header: Rows its column names were read from, as its owner counts.
        repeats: Whether a patient may have several rows.
        assumed: What was decided in reading it.
        unused: What was not read of it.
        problems: What keeps it from being read; of cells, by column name.
    """

    file: str
    name: str
    fields: tuple[Field, ...]
    lines: tuple[Line, ...]
    header: tuple[int, ...] = (1,)
    repeats: bool = False
    assumed: tuple[Assumed, ...] = ()
    unused: tuple[Unused, ...] = ()
    problems: tuple[tuple[str, Problem], ...] = ()

    @property
    def title(self) -> str:
        """File and sheet, as an account of an import has them."""
        return f"{self.file} {self.name}"

    def names(self) -> list[str]:
        """The names of its columns."""
        return [one.name for one in self.fields]

    def column(self, name: str) -> list[str]:
        """The cells of a column."""
        at = self.names().index(name)
        return [line.cells[at] for line in self.lines]

    def field(self, name: str) -> Field:
        """A column by its name."""
        return self.fields[self.names().index(name)]

    def problem(self, column: str, number: int, found: str, remedy: str) -> Problem:
        """Something wrong with a cell, by its address in a spreadsheet or by line and column."""
        letter = self.field(column).letter if column in self.names() else ""
        if letter:
            return Problem(self.file, 0, f"{self.name}!{letter}{number}", found, remedy)
        return Problem(self.file, number, column, found, remedy)

    def place(self, line: Line, columns: Mapping[str, str]) -> Place:
        """
        Where a row was read.

        Args:
            line: The row.
            columns: Column of the study folder to the one that fills it.
        """
        if not self.fields[0].letter:
            return Place(self.title, line.number, dict(columns))
        cells = {
            became: f"{self.name}!{self.field(column).letter}{line.number}"
            for became, column in columns.items()
        }
        first = f"{self.name}!{self.fields[0].letter}{line.number}"
        return Place(self.file, 0, {"": first, **cells})
