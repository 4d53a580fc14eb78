"""The cells of one column as a study folder writes them, and every cell that cannot be."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from carreport.intake.dates import DAYS, after_study_day, assumed_unit, days_of
from carreport.intake.draft import Assumed
from carreport.intake.fixing.columns import Expected, corrected
from carreport.study import schema
from carreport.study.cells import NUMBER, is_date
from carreport.study.forms import advice, folded, readings, tidy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from carreport.errors import Problem
    from carreport.intake.mapping.model import DateOrder, Given
    from carreport.intake.mapping.source import Line, Source
    from carreport.study.schema import Kind

_LIMIT: Final = re.compile(r"<\s*=?\s*(\d+(?:\.\d+)?)")
_SURE: Final = re.compile(r"write (yes|no|[1-5])")
_WHOLE: Final = re.compile(r"[+-]?\d+(\.0+)?", re.ASCII)


@dataclass(slots=True)
class Findings:
    """What reading the cells brings to light; grows while they are read."""

    problems: list[Problem] = field(default_factory=list)
    assumed: list[Assumed] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reader:
    """
    Reads the columns of one source.

    Attributes:
        source: The sheet or instrument.
        lines: Its rows that are read.
        missing: Words that say that there is no value.
        order: Of dates written as text, unless a column says otherwise.
        starts: Of each row's patient, as far as it is known.
        findings: Where problems and assumptions go.
    """

    source: Source
    lines: Sequence[Line]
    missing: frozenset[str]
    order: DateOrder | None
    starts: Sequence[dt.date | None]
    findings: Findings

    def column(self, given: Given, kind: Kind, *, wanted: Sequence[bool] = ()) -> list[str]:
        """
        One cell a row.

        Args:
            given: What fills the column.
            kind: What it should hold.
            wanted: Whether a row is made at all; of others nothing is said.
        """
        asked = wanted or [True] * len(self.lines)
        if given.is_ is not None:
            return [given.is_ if one else "" for one in asked]
        if given.day is not None:
            return self._dated([given.day if one else None for one in asked])
        name = str(given.column)
        at = self.source.names().index(name)
        cells = [
            self._plain(line.cells[at]) if one else ""
            for line, one in zip(self.lines, asked, strict=True)
        ]
        if given.values:
            cells = self._valued(name, cells, given.values)
        if kind == "date":
            if given.unit != "date":
                return self._counted(name, cells, given.unit)
            return self._dates(name, cells, given.order or self.order)
        return self._typed(name, cells, kind)

    def _plain(self, cell: str) -> str:
        plain = tidy(cell)
        return "" if plain in self.missing else plain

    def _valued(self, name: str, cells: list[str], values: Mapping[str, str]) -> list[str]:
        """What each value becomes; a value nobody named is a problem."""
        by_fold = {folded(key): new for key, new in values.items()}
        already = set(values.values())
        new = []
        for line, cell in zip(self.lines, cells, strict=True):
            became = values.get(cell, by_fold.get(folded(cell)))
            if became is None and cell and cell not in already:
                found = f"{cell!r} is none of the values of the mapping"
                remedy = f"add it to values of {name!r} (there: {', '.join(values)}), or to missing"
                self._say(name, line, found, remedy)
            new.append(cell if became is None else became)
        return new

    def _dates(self, name: str, cells: list[str], order: DateOrder | None) -> list[str]:
        if order:
            wanted = "day" if order == "day first" else "month"
            cells = [self._in_order(cell, wanted) for cell in cells]
        timed = [at for at, cell in enumerate(cells) if re.match(r"\d{4}-\d\d-\d\d[ T]\d", cell)]
        if timed:
            cells = [cell[:10] if at in set(timed) else cell for at, cell in enumerate(cells)]
            self._assume(name, f"the time of day of {len(timed)} cell(s) was left out",
                         "a study folder has dates", "")  # fmt: skip
        return self._typed(name, cells, "date")

    def _in_order(self, cell: str, order: str) -> str:
        read = {name: date for name, date in readings(cell).items() if name == order}
        return next((date.isoformat() for date in read.values()), cell)

    def _typed(self, name: str, cells: list[str], kind: Kind) -> list[str]:
        """Cells as their type is written; what is a guess, or none of it, is a problem."""
        found = corrected(cells, Expected(kind))
        for why in dict.fromkeys(why for _, why in found.cells.values()):
            at = next(at for at, one in found.cells.items() if one[1] == why)
            if "shows" in why:
                otherwise = "" if kind == "number" else 'give order = "…" in the mapping'
                self._assume(
                    name, f"{cells[at]!r} was read as {found.cells[at][0]}", why, otherwise
                )
        new = [found.cells.get(at, (cell, ""))[0] for at, cell in enumerate(cells)]
        for at, what, remedy in found.left:
            more = (
                'say order = "day first" or "month first" in the mapping'
                if kind == "date"
                else remedy
            )
            self._say(name, self.lines[at], what, more)
        if kind in ("grade", "flag"):
            new = self._spoken(name, new, kind)
        named = {at for at, _, _ in found.left}
        for at, cell in enumerate(new):
            if cell and not _fits(cell, kind) and not (named and _same_form(cell, kind)):
                instead = advice(cell, kind)
                remedy = instead or "correct the cell, or name it in missing or values"
                self._say(name, self.lines[at], f"{cell!r} is not {schema.FORMATS[kind]}", remedy)
        return new

    def _spoken(self, name: str, cells: list[str], kind: Kind) -> list[str]:
        """Grades and flags in words: "Grade 3", "Y"."""
        new = []
        read: dict[str, str] = {}
        for cell in cells:
            sure = None if _fits(cell, kind) else _SURE.fullmatch(advice(cell, kind))
            if sure:
                read[cell] = sure[1]
            new.append(sure[1] if sure else cell)
        for cell, became in read.items():
            why = "it can mean nothing else here"
            self._assume(name, f"{cell!r} was read as {became}", why, "give values in the mapping")
        return new

    def below_limit(self, given: Given, wanted: Sequence[bool]) -> tuple[list[str], list[str]]:
        """Measured values and whether each was below the limit: `<0.5` is 0.5, yes."""
        if given.column is None:
            return self.column(given, "number", wanted=wanted), []
        at = self.source.names().index(given.column)
        limits = [
            _LIMIT.fullmatch(self._plain(line.cells[at]).replace(",", ".")) if one else None
            for line, one in zip(self.lines, wanted, strict=True)
        ]
        if not any(limits):
            return self.column(given, "number", wanted=wanted), []
        count = sum(one is not None for one in limits)
        self._assume(
            given.column,
            f"{count} value(s) such as {self.lines[_first(limits)].cells[at]!r} became the limit "
            "itself, with below_lloq = yes",
            "a study folder keeps both",
            "give values in the mapping",
        )
        rest = self.column(
            given, "number", wanted=[a and b is None for a, b in zip(wanted, limits, strict=True)]
        )
        values = [one[1] if one else cell for one, cell in zip(limits, rest, strict=True)]
        return values, ["yes" if one else "no" if cell else "" for one, cell in zip(limits, rest, strict=True)]  # fmt: skip

    def _counted(self, name: str, cells: list[str], unit: str) -> list[str]:
        """Times since the start, or study days, as dates."""
        days: list[int | None] = []
        numbers = self._typed(name, cells, "number")
        for line, cell in zip(self.lines, numbers, strict=True):
            days.append(self._day(name, line, cell, unit) if NUMBER.match(cell) else None)
        if unit in DAYS and unit != "days" and any(numbers):
            assumed = assumed_unit(unit, f"{self.source.name}, column {name!r}")
            self.findings.assumed.append(assumed)
        return self._dated(days, name)

    def _day(self, name: str, line: Line, cell: str, unit: str) -> int | None:
        if unit != "study day":
            return days_of(float(cell), unit)
        if not _WHOLE.fullmatch(cell):
            self._say(name, line, f"{cell!r} is no study day", "write a whole number")
            return None
        try:
            return after_study_day(int(float(cell)))
        except ValueError as error:
            self._say(name, line, str(error), "correct the cell, or say unit = days")
            return None

    def _dated(self, days: Sequence[int | None], name: str = "") -> list[str]:
        """Days after the start as dates; of patients whose start is unknown there is none."""
        new = []
        for line, start, day in zip(self.lines, self.starts, days, strict=True):
            try:
                date = None if start is None or day is None else start + dt.timedelta(days=day)
            except OverflowError:
                self._say(name, line, f"{day} days lead to no date", "correct the cell or its unit")
                date = None
            new.append(date.isoformat() if date else "")
        return new

    def _say(self, column: str, line: Line, found: str, remedy: str) -> None:
        self.findings.problems.append(self.source.problem(column, line.number, found, remedy))

    def _assume(self, column: str, what: str, why: str, otherwise: str) -> None:
        text = f"{self.source.name}, column {column!r}: {what}"
        self.findings.assumed.append(Assumed(text, why, otherwise or "correct the file"))


def _first(found: Sequence[object]) -> int:
    return next(at for at, one in enumerate(found) if one)


def _fits(cell: str, kind: Kind) -> bool:
    match kind:
        case "date":
            return is_date(cell)
        case "number":
            return bool(NUMBER.match(cell))
        case "ordinal":
            return bool(_WHOLE.fullmatch(cell)) and float(cell) >= 1
        case "grade":
            return bool(_WHOLE.fullmatch(cell)) and 1 <= float(cell) <= 5
        case "flag":
            return cell in ("yes", "no")
        case _:
            return True


def _same_form(cell: str, kind: Kind) -> bool:
    """Whether a cell was named already with the whole of its column."""
    return bool(readings(cell)) or cell.isdigit() if kind == "date" else "," in cell


def numbered(dates: Sequence[tuple[str, str]]) -> Iterator[str]:
    """The number of each infusion by patient and date."""
    order: dict[str, list[str]] = {}
    for patient, date in sorted(set(dates)):
        order.setdefault(patient, []).append(date)
    for patient, date in dates:
        yield str(order[patient].index(date) + 1)
