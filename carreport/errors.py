"""
Everything carreport raises on purpose.

    CarreportError
    ├── BadInput            what a user gave cannot be used; lists every problem at once
    ├── UnknownId           a template, table or figure asks for a number nobody computed
    ├── UntracedNumber      a digit reached a page without an id
    ├── UndeclaredColumn    an analysis touched a column it did not declare
    ├── AnalysisFailed      an analysis raised; the first of possibly several
    ├── TemplateProblem     a template prints something it may not
    ├── FetchRefused        a page asked for something outside itself
    ├── MissingSystemLibrary  the PDF renderer's system libraries are not installed
    ├── WritingFailed       results could not be written
    └── Defect              something of ours failed in a process of its own
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class CarreportError(Exception):
    """Anything carreport raises on purpose."""

    def __reduce__(self) -> tuple[object, ...]:
        """From one process to another with all it knows, whatever its class asks for first."""
        return _raised_elsewhere, (type(self), self.args, dict(self.__dict__))


def _raised_elsewhere(
    kind: type[CarreportError], arguments: tuple[object, ...], known: dict[str, object]
) -> CarreportError:
    error = kind.__new__(kind, *arguments)
    error.__dict__.update(known)
    return error


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """
    One thing wrong with what a user gave, and what to do about it.

    Attributes:
        file: File name, relative to the study folder; empty for the command line.
        row: Line in the file as an editor counts it (the header is line 1), or 0.
        column: Column or key, or empty.
        found: What stands there, in words.
        remedy: What to do.
    """

    file: str
    row: int
    column: str
    found: str
    remedy: str

    def __str__(self) -> str:
        """One line: where, what, what to do."""
        place = [self.file] if self.file else []
        if self.row:
            place.append(f"line {self.row}")
        if self.column:
            place.append(f"column {self.column!r}" if self.row else f"{self.column!r}")
        where = ", ".join(place)
        return f"{where}: {self.found}; {self.remedy}" if where else f"{self.found}; {self.remedy}"


class BadInput(CarreportError):
    """What a user gave cannot be used."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__(self.problems)

    def __str__(self) -> str:
        """All problems, one a line."""
        return "\n".join(str(problem) for problem in self.problems)


class UnknownId(CarreportError, KeyError):
    """A template, table or figure asks for a number nobody computed."""

    def __init__(self, asked: str, near: Sequence[str], what: str = "no analysis produces") -> None:
        self.asked = asked
        self.near = tuple(near)
        self.what = what
        super().__init__(asked)

    def __str__(self) -> str:
        """The id that was asked for and the nearest ones that exist."""
        hint = f"; did you mean {' or '.join(self.near)}?" if self.near else ""
        return f"{self.what} {self.asked!r}{hint}"


class UntracedNumber(CarreportError):
    """A digit reached a page without an id."""

    def __init__(self, findings: Sequence[str]) -> None:
        self.findings = tuple(findings)
        super().__init__(self.findings)

    def __str__(self) -> str:
        """Every untraced digit with the words around it."""
        lines = "\n".join(f"  {finding}" for finding in self.findings)
        return f"{len(self.findings)} untraced number(s) on a finished page:\n{lines}"


class UndeclaredColumn(CarreportError, KeyError):
    """An analysis touched a column it did not declare."""

    def __init__(self, table: str, column: object, declared: Sequence[str]) -> None:
        self.table = table
        self.column = column
        self.declared = tuple(declared)
        super().__init__(table, column)

    def __str__(self) -> str:
        """The table, the column and what was declared instead."""
        return (
            f"{self.table}[{self.column!r}] is not declared; the analysis reads "
            f"{', '.join(self.declared) or 'nothing'}: name it in reads=…"
        )


class AnalysisFailed(CarreportError):
    """An analysis raised; the cause carries the reason."""

    def __init__(self, analysis: str, reason: str) -> None:
        self.analysis = analysis
        self.reason = reason
        super().__init__(analysis, reason)

    def __str__(self) -> str:
        """The analysis and its reason."""
        return f"{self.analysis}: {self.reason}"


class TemplateProblem(CarreportError):
    """A template prints something it may not, or names something unknown."""

    def __init__(self, template: str, line: int, found: str, remedy: str) -> None:
        self.template = template
        self.line = line
        self.found = found
        self.remedy = remedy
        super().__init__(template, line, found)

    def __str__(self) -> str:
        """Template, line, what stands there, what to do."""
        return f"{self.template}, line {self.line}: {self.found}; {self.remedy}"


class FetchRefused(CarreportError):
    """A page asked for something outside itself."""

    def __init__(self, urls: Sequence[str]) -> None:
        self.urls = tuple(urls)
        super().__init__(self.urls)

    def __str__(self) -> str:
        """The addresses that were refused."""
        return f"the document asks for {', '.join(self.urls)}; embed it instead, nothing is fetched"


class MissingSystemLibrary(CarreportError):
    """The PDF renderer's system libraries are not installed."""

    def __init__(self, detail: str) -> None:
        self.detail = detail
        super().__init__(detail)

    def __str__(self) -> str:
        """What is missing and the command that installs it."""
        return (
            f"WeasyPrint cannot find its system libraries ({self.detail}); on Debian: "
            "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        )


class WritingFailed(CarreportError):
    """Results could not be written."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)

    def __str__(self) -> str:
        """What went wrong."""
        return f"the results could not be written ({self.reason}); check the disk and its rights"


class Defect(CarreportError):
    """Something of ours failed in a process of its own."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)

    def __str__(self) -> str:
        """What was raised there."""
        return f"carreport failed unexpectedly: {self.reason}\nThis is a defect of carreport."
