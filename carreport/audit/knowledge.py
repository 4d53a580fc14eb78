"""
`audit.toml`: what the checks among claims have to know of a study, and the claims do not say.

It says who is part of whom, what excludes, implies or adds up to what, how a table's cells are
read, which days times are counted from; never which statements conflict.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from carreport.audit.alternatives import Alternative
from carreport.errors import BadInput, Problem
from carreport.names import AUDIT_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]*$")]
Ref = Annotated[str, Field(pattern=r"^!?[a-z0-9][a-z0-9_]*(\s*;\s*[a-z0-9_]+=[^;=]+)*$")]
"""A predicate, perhaps with a scope (`neutropenia; grade=3`); in a cell `!` before it denies it."""


class Part(BaseModel):
    """A table of audit.toml: frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Population(Part):
    """[[population]]: patients that claims speak of."""

    id: Id
    label: str
    within: Id | None = None
    where: list[Ref] = []
    excludes: list[Id] = []

    @model_validator(mode="after")
    def _is_part_of_something(self) -> Self:
        if self.where and not self.within:
            msg = f"{self.id} is defined by what holds of its patients, but within nobody"
            raise ValueError(msg)
        return self


class Partition(Part):
    """[[partition]]: populations of which each patient of another is in exactly one."""

    of: Id
    parts: list[Id] = Field(min_length=2)


class ScopeKey(Part):
    """[[scope]]: a key of `when`; exclusive if a patient has one value of it at most."""

    id: Id
    label: str = ""
    exclusive: bool = False


class Predicate(Part):
    """[[predicate]]: what can be true of a patient."""

    id: Id
    label: str
    implies: list[Ref] = []
    excludes: list[Ref] = []
    opposite: Id | None = None
    sum_of: list[Ref] = []
    all_of: list[Ref] = []
    any_of: list[Ref] = []
    none_of: list[Ref] = []


class Cell(Part):
    """A condition on a cell, and what a cell that satisfies it says of the patient."""

    equals: str | None = None
    contains: str | None = None
    lacks: str | None = None
    min: float | None = None
    max: float | None = None
    says: list[Ref] = Field(min_length=1)


class Column(Part):
    """[[column]]: a column of a table with one row a patient, by the `about` of its cells."""

    id: Id
    label: str
    read: list[Cell] = Field(min_length=1)


class Measure(Part):
    """[[measure]]: something measured, dated or correlated; perhaps one sense of another."""

    id: Id
    label: str
    of: Id | None = None
    step: str | None = None
    sense_of: Id | None = None


class Endpoint(Part):
    """[[endpoint]]: a time to an event, with what its events are and who is free of them."""

    id: Id
    label: str
    event: Ref
    free: list[Ref] = []


class Origin(Part):
    """[[origin]]: a day that times are counted from, and how much later than another it is."""

    id: Id
    label: str
    after: Id | None = None
    lag: str = "0 days"
    because: str = ""


class Calendar(Part):
    """[calendar]: claims that date the study."""

    start: str
    cutoff: str
    since: Id


class Sequence(Part):
    """[[sequence]]: one dated thing that cannot come after another, by their `about`."""

    first: Id
    then: Id


class Levels(Part):
    """[[levels]]: predicates in rising order, one of which holds of each patient."""

    about: Id
    order: list[Ref] = Field(min_length=2)


class Change(Part):
    """What a reading changes: in which claims, and to what."""

    where: dict[str, str] = Field(min_length=1)
    to: dict[str, str] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_columns(self) -> Self:
        for given, known in ((self.where, WHERE), (self.to, TO)):
            if other := [key for key in given if key not in known]:
                msg = f"{', '.join(other)} cannot be named here; use one of {', '.join(known)}"
                raise ValueError(msg)
        return self


class Reading(Part):
    """[[reading]]: how a statement may be read."""

    text: str
    fills: bool
    change: list[Change] = Field(min_length=1)


WHERE: Final = ("claim_id", "location", "population", "about", "says", "when", "unstated")
TO: Final = ("population", "about", "says", "when", "means")


class Knowledge(Part):
    """The whole of audit.toml."""

    population: list[Population] = []
    partition: list[Partition] = []
    scope: list[ScopeKey] = []
    predicate: list[Predicate] = []
    column: list[Column] = []
    measure: list[Measure] = []
    endpoint: list[Endpoint] = []
    origin: list[Origin] = []
    calendar: Calendar | None = None
    sequence: list[Sequence] = []
    levels: list[Levels] = []
    reading: list[Reading] = []
    alternative: list[Alternative] = []


def read_knowledge(folder: Path) -> Knowledge:
    """
    Read `audit.toml`.

    Args:
        folder: The study folder.

    Returns:
        What it says; nothing without the file.

    Raises:
        BadInput: Everything wrong with the file, at once.
    """
    path = folder / AUDIT_FILE
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Knowledge()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            [_problem(0, "", f"cannot be read ({error})", "save it as UTF-8 text")]
        ) from None
    try:
        known = Knowledge.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise BadInput(
            [_problem(0, "", f"is not TOML: {error}", "correct the syntax there")]
        ) from None
    except ValidationError as error:
        problems = [_from_pydantic(detail, text) for detail in error.errors()]
        raise BadInput(problems) from None
    if problems := list(_unknown_names(known, text)):
        raise BadInput(problems)
    return known


def named(ref: str) -> str:
    """
    The predicate of a reference, without its scope.

    >>> named("!neutropenia; grade=3")
    'neutropenia'
    """
    return ref.partition(";")[0].strip().removeprefix("!")


def _unknown_names(known: Knowledge, text: str) -> Iterator[Problem]:
    populations = [one.id for one in known.population]
    origins = [one.id for one in known.origin]
    predicates = [one.id for one in known.predicate]
    for kind, ids in _ids(known):
        for id_ in sorted({one for one in ids if ids.count(one) > 1}):
            yield _problem(_line(text, id_), kind, f"{id_!r} is declared twice", "keep one")
    asked = [
        ("population", _asked_populations(known), populations),
        ("predicate", _asked_predicates(known), predicates),
        ("origin", [one.after for one in known.origin if one.after], origins),
        ("origin", [known.calendar.since] if known.calendar else [], origins),
    ]
    for kind, names, declared in asked:
        for name in sorted(set(names) - set(declared)):
            found = f"{name!r} is named and not declared"
            yield _problem(_line(text, name), kind, found, f"declare it as a [[{kind}]]")
    yield from _circles(known, text)


def _ids(known: Knowledge) -> Iterator[tuple[str, list[str]]]:
    for kind in ("population", "predicate", "column", "measure", "endpoint", "origin", "scope"):
        yield kind, [one.id for one in getattr(known, kind)]


def _asked_populations(known: Knowledge) -> list[str]:
    return [
        *(one.within for one in known.population if one.within),
        *(id_ for one in known.population for id_ in one.excludes),
        *(id_ for one in known.partition for id_ in (one.of, *one.parts)),
        *(one.of for one in known.measure if one.of),
    ]


def _asked_predicates(known: Knowledge) -> list[str]:
    refs: Iterable[str] = (
        *(ref for one in known.population for ref in one.where),
        *(ref for one in known.predicate for ref in _refs(one)),
        *(ref for one in known.column for cell in one.read for ref in cell.says),
        *(ref for one in known.endpoint for ref in (one.event, *one.free)),
        *(ref for one in known.levels for ref in one.order),
    )
    return [named(ref) for ref in refs]


def _refs(one: Predicate) -> tuple[str, ...]:
    opposite = [one.opposite] if one.opposite else []
    combined = (*one.sum_of, *one.all_of, *one.any_of, *one.none_of)
    return (*one.implies, *one.excludes, *opposite, *combined)


def _circles(known: Knowledge, text: str) -> Iterator[Problem]:
    for kind, after in (
        ("population", {one.id: one.within for one in known.population}),
        ("origin", {one.id: one.after for one in known.origin}),
    ):
        for id_ in after:
            seen, at = [id_], after[id_]
            while at and at in after and at not in seen:
                seen.append(at)
                at = after[at]
            if at == id_:
                found = (
                    f"{id_!r} is part of itself" if kind == "population" else "comes after itself"
                )
                yield _problem(_line(text, id_), kind, found, "break the circle")


def _line(text: str, word: str) -> int:
    """The first line that holds a word, as an editor counts."""
    whole = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])")
    lines = enumerate(text.splitlines(), start=1)
    return next((number for number, line in lines if whole.search(line)), 0)


def _problem(line: int, key: str, found: str, remedy: str) -> Problem:
    return Problem(AUDIT_FILE, line, key, found, remedy)


def _from_pydantic(detail: Any, text: str) -> Problem:
    loc = detail["loc"]
    key = ".".join(str(step + 1) if isinstance(step, int) else str(step) for step in loc)
    line = _table_line(text, loc)
    match detail["type"]:
        case "missing":
            return _problem(line, key, "is missing", "add it")
        case "extra_forbidden":
            return _problem(line, key, "is not a known key", "correct its spelling or remove it")
        case "string_pattern_mismatch":
            remedy = "use lower-case letters, digits and _; a scope follows as ; key=value"
            return _problem(line, key, f"{detail['input']!r} cannot be a name", remedy)
        case _:
            message = str(detail["msg"]).removeprefix("Value error, ")
            shown = repr(detail["input"])
            shown = shown if len(shown) <= 60 else shown[:57] + "…"
            return _problem(line, key, f"{message} (found {shown})", "correct it")


def _table_line(text: str, loc: tuple[int | str, ...]) -> int:
    """Where the table begins that something is wrong in."""
    heads = (f"[[{loc[0]}]]", f"[{loc[0]}]") if loc else ()
    lines = [
        number
        for number, line in enumerate(text.splitlines(), start=1)
        if line.partition("#")[0].strip() in heads
    ]
    at = loc[1] if len(loc) > 1 and isinstance(loc[1], int) else 0
    return lines[at] if at < len(lines) else 0
