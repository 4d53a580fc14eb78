"""One ADaM data set: its variables as what they mean, and what became of each."""

from __future__ import annotations

import datetime as dt
import difflib
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from carreport.errors import Problem
from carreport.intake.draft import Assumed, Place, Unused, Used
from carreport.study.cells import NUMBER
from carreport.study.words import slug, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from carreport.intake.reading import Cell, Dataset

_DAY: Final = re.compile(r"(\d{4}-\d\d-\d\d)([T ]\d\d.*)?")
_UNSAFE: Final = re.compile(r"[<{}\x00-\x1f\x7f]")
_BEFORE_A_NAME: Final = re.compile(r"<(?=\s*/?\s*[a-zA-Z!?])")
_BEFORE_A_SIGN: Final = re.compile(r"\{(?=[{%#])")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")
_NOT_IN_IDS: Final = re.compile(r"[^a-z0-9_]+")
_KINDS: Final = {
    r"\w*(DT|DTM|DTC|TM|DTF|TMF)": "a date or time that nothing asks for",
    r"\w*DY": "a study day, where dates are used",
    r"\w*FL": "a flag that was not asked for",
    r"STUDYID|DOMAIN|\w*SEQ|SITEID|SITEGR\d|SUBJID|INVID|INVNAM": "an identifier",
    r"(TRT\d\d|TRT|ACTARM|ARM)(A|P|CD)?": "a treatment that does not make the groups",
    r"SRC(DOM|VAR|SEQ)": "where ADTTE was made from",
}
"""What variables are by their names, as CDISC gives them."""
NAMED: Final = 10
"""So many patients are named; of more it is said how many."""


@dataclass(slots=True)
class Notes:
    """The account of an import while it grows."""

    used: list[Used] = field(default_factory=list)
    unused: list[Unused] = field(default_factory=list)
    assumed: list[Assumed] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    """What cannot be used at all: the import stops, and says all of it."""

    def assume(self, what: str, why: str, otherwise: str) -> None:
        """Say what was assumed."""
        self.assumed.append(Assumed(what, why, otherwise))


class Source:
    """One ADaM data set and what was taken from it."""

    def __init__(self, role: str, data: Dataset, notes: Notes) -> None:
        self.role = role
        self.data = data
        self.notes = notes
        self._labels = {one.name: one.label for one in data.columns}
        self._told: set[str] = set()
        self._texts: dict[str, list[str]] = {}

    def __len__(self) -> int:
        """How many rows there are."""
        return self.data.rows

    @property
    def file(self) -> str:
        """The name of the file."""
        return self.data.file

    @property
    def names(self) -> tuple[str, ...]:
        """Its variables, in order."""
        return tuple(self._labels)

    def has(self, name: str) -> bool:
        """Whether there is such a variable."""
        return name in self._labels

    def first(self, *names: str) -> str:
        """The first of some variables that is there and has a value; "" if none."""
        there = (one for one in names if self.has(one))
        return next((one for one in there if any(c is not None for c in self.data.cells[one])), "")

    def label(self, name: str) -> str:
        """What the data set calls a variable in words, or ""."""
        return self._labels.get(name, "")

    def place(self, row: int) -> Place:
        """Where a row stands in its file."""
        return Place(self.file, self.data.lines[row])

    def problem(self, row: int, column: str, found: str, remedy: str) -> Problem:
        """Something about one cell."""
        return Problem(self.file, self.data.lines[row], column, found, remedy)

    def need(self, *names: str, hint: str = "") -> None:
        """Refuse a data set without some variables."""
        for name in names:
            if not self.has(name):
                near = difflib.get_close_matches(name, self.names, n=1)
                found = f"{self.role} has no such variable (found {_listed(self.names)})"
                remedy = f"is it {near[0]}? " if near else ""
                remedy += hint or f"give the {self.role} data set with {name}"
                self.notes.refused.append(Problem(self.file, 0, name, found, remedy))

    def use(self, name: str, became: str, values: int) -> None:
        """Say what a variable became."""
        self._told.add(name)
        label = self.label(name)
        self.notes.used.append(Used(self.file, name, label, became, values))

    def leave(self, name: str, why: str) -> None:
        """Say why a variable was not used."""
        self._told.add(name)
        self.notes.unused.append(Unused(self.file, name, why, self.label(name)))

    def leave_rows(self, rows: int, why: str) -> None:
        """Say why some rows were not used."""
        if rows:
            self.notes.unused.append(Unused(self.file, f"{rows} row{'s' * (rows != 1)}", why))

    def rest(self, why: str = "a study folder has no place for it") -> None:
        """Say that all other variables were not used, and why by what their names mean."""
        for name in self.names:
            if name not in self._told:
                twin = name.endswith("N") and self.has(name[:-1])
                kinds = (said for pattern, said in _KINDS.items() if re.fullmatch(pattern, name))
                said = f"the number of {name[:-1]}" if twin else next(kinds, why)
                self.leave(name, said)

    def texts(self, name: str) -> list[str]:
        """A variable as text, one a row; "" where it is missing or there is no such variable."""
        if not self.has(name):
            return [""] * len(self)
        if name not in self._texts:
            given = [as_text(one) for one in self.data.cells[name]]
            self._texts[name] = [plain(one) for one in given]
            if count := sum(a != b for a, b in zip(given, self._texts[name], strict=True)):
                self.notes.assume(
                    f"{count} texts of {name} are written with ‹ for <, and without control signs",
                    "what reads like markup is no text of a study folder",
                    "write them otherwise in the data set",
                )
        return self._texts[name]

    def numbers(self, name: str) -> list[float | None]:
        """A variable as numbers; what is none is refused."""
        return [
            self._number(row, name, cell) if cell is not None else None
            for row, cell in enumerate(self._cells(name))
        ]

    def days(self, *names: str) -> list[dt.date | None]:
        """The first of some variables that has a value, as days; what is none is refused."""
        found: list[dt.date | None] = [None] * len(self)
        for name in names:
            for row, cell in enumerate(self._cells(name)):
                if cell is not None and found[row] is None:
                    found[row] = self._day(row, name, cell)
        return found

    def _cells(self, name: str) -> Sequence[Cell]:
        return self.data.cells[name] if self.has(name) else (None,) * len(self)

    def _number(self, row: int, name: str, cell: Cell) -> float | None:
        if isinstance(cell, float):
            return cell
        if isinstance(cell, str) and NUMBER.match(cell):
            return float(cell)
        self._refuse(row, name, cell, "number")
        return None

    def _day(self, row: int, name: str, cell: Cell) -> dt.date | None:
        if isinstance(cell, dt.datetime):
            return cell.date()
        if isinstance(cell, dt.date):
            return cell
        found = _DAY.fullmatch(cell) if isinstance(cell, str) else None
        try:
            if found:
                return dt.date.fromisoformat(found[1])
        except ValueError:
            pass
        self._refuse(row, name, cell, "date (YYYY-MM-DD)")
        return None

    def _refuse(self, row: int, name: str, cell: Cell, kind: str) -> None:
        found = f"{as_text(cell)[:60]!r} is no {kind}"
        self.notes.refused.append(self.problem(row, name, found, "correct the value"))


def plain(text: str) -> str:
    r"""
    A text as a study folder may hold it.

    >>> plain("ANC <LLN"), plain("<65"), plain("{{ x }}"), plain("a\tb\x07")
    ('ANC ‹LLN', '<65', '{ { x }}', 'a b')
    """
    if not _UNSAFE.search(text):
        return text
    shown = _BEFORE_A_SIGN.sub("{ ", _BEFORE_A_NAME.sub("‹", text))
    return _CONTROL.sub(" ", shown).strip()


def as_text(cell: Cell) -> str:
    """A value as text: whole numbers without a point, days as YYYY-MM-DD."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, dt.datetime):
        midnight = cell.time() == dt.time()
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ")
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return written(cell)


def named(who: Iterable[str]) -> str:
    """Some patients by name."""
    every = list(dict.fromkeys(who))
    more = f" and {len(every) - NAMED} more" if len(every) > NAMED else ""
    return ", ".join(every[:NAMED]) + more


def an_id(text: str, taken: set[str]) -> str:
    """
    An id of study.toml that nothing else has; it is taken from now on.

    >>> an_id("Überleben (Tage)", set()), an_id("PFS", {"pfs"})
    ('uberleben_tage', 'pfs_2')
    """
    plain = unicodedata.normalize("NFKD", slug(text)).encode("ascii", "ignore").decode()
    base = _NOT_IN_IDS.sub("_", plain).strip("_") or "item"
    found, number = base, 2
    while found in taken:
        found = f"{base}_{number}"
        number += 1
    taken.add(found)
    return found


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
