"""A guess before it is written down: every line with the rule that made it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from carreport.intake.guess.quoting import quoted
from carreport.study import schema
from carreport.study.words import slug

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(slots=True)
class Guessed:
    """One column of a table: what fills it as TOML, and why."""

    column: str
    given: str
    why: str


@dataclass(slots=True)
class GuessedRows:
    """Rows of a dated table."""

    table: str
    columns: list[Guessed]
    why: str
    where: str = ""


@dataclass(slots=True)
class GuessedPart:
    """What one sheet or instrument would feed; nothing where it has neither patients nor rows."""

    name: str
    patient: str
    header: tuple[int, ...]
    why: str
    repeats: bool = False
    wide: bool = False
    patients: list[Guessed] = field(default_factory=list)
    rows: list[GuessedRows] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class GuessedSettings:
    """What study.toml would say: TOML blocks, each with its comment."""

    groups: list[str] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    endpoints: list[tuple[str, str, str]] = field(default_factory=list)
    timed: dict[str, str] = field(default_factory=dict)

    def named(self, events: Iterable[str]) -> None:
        """Events that the file names itself: an endpoint for each that has no meaning of its own."""
        for name in events:
            if name not in (schema.DEATH, schema.LAST_CONTACT):
                self.endpoints.append((name, name, "delete it if it is no endpoint"))


def analyte(name: str, unit: str) -> str:
    """The block of study.toml for something measured."""
    lines = ["[[settings.analyte]]", f"id = {quoted(slug(name))}", f"analyte = {quoted(name)}",
             f"label = {quoted(name)}", *([f"unit = {quoted(unit)}"] if unit else []),
             'summary = "peak"                                  # peak, first or last']  # fmt: skip
    return "\n".join(lines)
