"""A study's own analyses held against the study: what they name, what they raise, what they return."""

from __future__ import annotations

import dataclasses
import difflib
import inspect
import math
import re
from typing import TYPE_CHECKING, Annotated, Any, Final, get_args, get_origin, get_type_hints

import numpy as np
import pandas as pd

from carreport.analyses.declare import LINE
from carreport.analyses.own import GIVEN, OTHERS, line_in, raised
from carreport.errors import BadInput, CarreportError, Problem
from carreport.names import OPEN
from carreport.results.scope import FOUND_LISTS, items
from carreport.shapes import Bundle, Key, Listing
from carreport.study import schema
from carreport.study.own import own_file
from carreport.study.settings import Settings
from carreport.units import Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from carreport.analyses.declare import Analysis
    from carreport.study.own import OwnFile
    from carreport.study.snapshot import Snapshot

BY: Final = ("population", "groups", "everybody", "compared", "between", "each")
BETWEEN: Final = ("between", "each")
"""Of these, only a contrast has what they need."""
EACH: Final = (
    "population", "endpoint", "baseline", "analyte", "assessment", "summary", "proportion",
    "correlation", "contrast", "grading", "course", "peaks", "listing", *FOUND_LISTS,
)  # fmt: skip
"""Lists of study.toml, and those made from the data, that an analysis may be repeated over."""
WORDS: Final = frozenset({"text", "date", "identifier"})
"""Kinds of units whose values are words."""
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
METHOD: Final = "method"
_REMEDY: Final = "return a dataclass whose fields carry units, a Listing, or a Bundle of them"


def sound(
    analyses: Iterable[Analysis[Any]], snapshot: Snapshot
) -> tuple[list[Analysis[Any]], list[Problem]]:
    """
    The analyses that can be asked for of a study, and what is wrong with the others.

    Those of the package fit every study. In an open session those that name what is withheld are
    left out without a word, as everything is that rests on it.

    Args:
        analyses: The analysis plan.
        snapshot: The study as of the cutoff.
    """
    good: list[Analysis[Any]] = []
    problems: list[Problem] = []
    for one in analyses:
        file = own_file(one.function)
        wrong = list(_misdeclared(file, one, snapshot)) if file else []
        problems += wrong
        good += [] if wrong else [one]
    return good, [] if snapshot.session == OPEN else problems


def _misdeclared(file: OwnFile, analysis: Analysis[Any], snapshot: Snapshot) -> Iterator[Problem]:
    """What a label names that this study does not have."""
    line = analysis.function.__code__.co_firstlineno

    def problem(found: str, remedy: str) -> Problem:
        return Problem(file.name, line, "", f"{analysis.id} {found}", remedy)

    if analysis.by not in BY or (analysis.by in BETWEEN and analysis.each != "contrast"):
        known = [one for one in BY if one not in BETWEEN or analysis.each == "contrast"]
        yield problem(f"is by {analysis.by!r}", f"use one of {', '.join(known)}")
        return
    if analysis.each and analysis.each not in EACH:
        yield problem(f"is for each {analysis.each!r}", f"use one of {', '.join(EACH)}")
        return
    if analysis.population and analysis.population not in snapshot.members:
        near = [one for one in snapshot.members if not one.startswith("group:")]
        hint = _near(analysis.population, near)
        yield problem(f"is of the population {analysis.population!r}, which is not declared", hint)
    told: dict[str, None] = {}
    for item in items(snapshot, analysis.each):
        try:
            asked = analysis.reads(item)
            where = analysis.rows(item)
            for found, remedy in _unreadable(analysis, asked, where, snapshot):
                if found not in told:
                    told[found] = None
                    yield problem(found, remedy)
        except Exception as error:  # noqa: BLE001 - a function of the study's own
            at = line_in(file, error) or line
            found = f"{analysis.id} raised {raised(error)} in reads= or rows="
            yield Problem(file.name, at, "", found, "correct it")
            return


def _unreadable(
    analysis: Analysis[Any],
    asked: Mapping[str, Mapping[str, str]],
    where: Mapping[str, Mapping[str, Any]],
    snapshot: Snapshot,
) -> Iterator[tuple[str, str]]:
    """Tables, columns and parameters that there are not."""
    every = (*schema.TABLES, *sorted(OTHERS))
    for name in dict.fromkeys((*asked, *where)):
        if name not in every:
            yield f"reads the table {name!r}, which no study has", _near(name, every)
        elif name not in asked:
            yield f"has rows= for {name}, which it does not read", f"name {name} in reads="
        elif name not in OTHERS and name not in snapshot.tables:
            remedy = f"add {name}.csv, or take the analysis out"
            yield f"reads {name}, which this study does not have", remedy
    for name, columns in _columns(asked, where):
        table = snapshot.tables.get("patients" if name == "written" else name)
        for column in columns if table else ():
            if column != LINE and table is not None and column not in table.frame:
                yield (
                    f"reads {name}.{column}, and there is no such column",
                    _remedy(name, column, [str(one) for one in table.frame]),
                )
    for name, parameter in inspect.signature(analysis.function).parameters.items():
        if name not in (*asked, *GIVEN) and parameter.default is parameter.empty:
            found = f"asks for {name!r}, which is no table that it reads"
            yield found, f"name it one of {', '.join([*asked, *sorted(GIVEN)])}"


def _columns(
    asked: Mapping[str, Mapping[str, str]], where: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, Sequence[str]]]:
    for name in asked:
        if name != "census":
            yield name, list(dict.fromkeys([*asked[name].values(), *where.get(name, {})]))


def _remedy(table: str, column: str, known: Sequence[str]) -> str:
    hint = _near(column, known)
    if table in ("patients", "written") and "did you mean" not in hint:
        return f"{hint}; a further column of patients is read once [columns] gives its type"
    return hint


def _near(name: str, known: Iterable[str]) -> str:
    names = list(known)
    near = difflib.get_close_matches(name, names, n=3)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"use one of {', '.join(names)}" if names else "declare it in study.toml"


def failed(file: OwnFile, analysis: Analysis[Any], name: str, error: BaseException) -> BadInput:
    """
    What an analysis raised, or returned, as a message that names the line.

    Args:
        file: Where it stands.
        analysis: What was called.
        name: As the ids of its results begin.
        error: What came of it.
    """
    line = line_in(file, error) or analysis.function.__code__.co_firstlineno
    if isinstance(error, _ReturnedError):
        return BadInput([
            Problem(file.name, line, "", f"{name} {found}", remedy) for found, remedy in error.wrong
        ])  # fmt: skip
    if isinstance(error, CarreportError):
        found, _, remedy = str(error).partition("; ")
        return BadInput([Problem(file.name, line, "", f"{name}: {found}", remedy or "correct it")])
    if isinstance(error, AttributeError) and isinstance(error.obj, pd.DataFrame):
        found = f"{name} asks for the column {error.name!r}, which it does not declare"
        return BadInput([Problem(file.name, line, "", found, "name it in reads=")])
    source = file.lines(line, line).strip()
    where = f", in `{source}`" if line_in(file, error) and source else ""
    return BadInput(
        [Problem(file.name, line, "", f"{name} raised {raised(error)}{where}", "correct it")]
    )


class _ReturnedError(CarreportError):
    """An analysis of a study's own returned what cannot become a result."""

    def __init__(self, wrong: Sequence[tuple[str, str]]) -> None:
        self.wrong = tuple(dict.fromkeys(wrong))
        super().__init__(self.wrong)


def returned(shape: object) -> Any:
    """
    What an analysis of a study's own returned, listings in plain values of Python.

    Args:
        shape: As it was returned.

    Raises:
        CarreportError: It is nothing that can become results.
    """
    if wrong := list(_wrong(shape)):
        raise _ReturnedError(wrong)
    return _plainly(shape)


def _plainly(shape: Any) -> Any:
    if isinstance(shape, Bundle):
        return Bundle(tuple(map(_plainly, shape.parts)))
    if isinstance(shape, Listing):
        rows = tuple(tuple(map(_plain, row)) for row in shape.rows)
        return dataclasses.replace(shape, rows=rows)
    return shape


def _wrong(shape: object) -> Iterator[tuple[str, str]]:
    """What is wrong with a shape, and what to do."""
    if isinstance(shape, Bundle):
        for one in shape.parts:
            yield from _wrong(one)
    elif isinstance(shape, Listing):
        yield from _wrong_listing(shape)
    elif not dataclasses.is_dataclass(shape) or isinstance(shape, type):
        yield f"returned {_kind(shape)}", _REMEDY
    else:
        hints = get_type_hints(type(shape), include_extras=True)
        for field in dataclasses.fields(shape):
            value, name = getattr(shape, field.name), field.name
            yield from _wrong_field(type(shape).__name__, name, value, _marks(hints.get(name)))


def _wrong_field(
    shape: str, name: str, value: object, marks: tuple[Any, ...]
) -> Iterator[tuple[str, str]]:
    unit = next((one for one in marks if isinstance(one, Unit)), None)
    if unit is not None:
        yield from _wrong_value(value, unit, f"{shape}.{name}")
    elif isinstance(value, tuple):
        for one in value:
            yield from _wrong(one)
    elif not any(isinstance(one, Key) for one in marks) and name != METHOD:
        remedy = f"write `{name}: Annotated[float | None, FRACTION]`, or another unit"
        yield f"returned {shape}.{name}, which has no unit", remedy


def _kind(value: object) -> str:
    if value is None:
        return "None"
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def _marks(hint: object) -> tuple[Any, ...]:
    return get_args(hint)[1:] if get_origin(hint) is Annotated else ()


def _wrong_value(value: Any, unit: Unit, place: str) -> Iterator[tuple[str, str]]:
    """A value that is nothing of this unit."""
    if value is None:
        return
    if unit.kind in WORDS:
        if type(value) is not str:
            yield f"returned {_kind(value)} for {place}, which is {unit.kind}", "return a str"
    elif isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.number)):
        remedy = "return an int, a float, or None where it cannot be estimated"
        yield f"returned {_kind(value)} for {place}", remedy
    elif not math.isfinite(value):
        yield f"returned {value} for {place}", "return None for what cannot be estimated"


def _wrong_listing(listing: Listing) -> Iterator[tuple[str, str]]:
    """A listing whose cells are not what its columns say."""
    names = [one.name for one in listing.columns]
    for one in [*names, *([listing.name] if listing.name else [])]:
        if not _NAME.fullmatch(one):
            said = f"returned a listing with the name {one!r}, which stands in ids"
            yield said, "use lower-case letters, digits and _"
    missing = [one for one in listing.key if one not in names]
    widths = {len(row) for row in listing.rows} - {len(names)}
    if missing or widths:
        for one in missing:
            yield f"returned a listing without its key column {one!r}", "add the column"
        for width in sorted(widths):
            yield f"returned a row of {width} cells for {len(names)} columns", "make them as many"
        return
    for row in listing.rows:
        for column, cell in zip(listing.columns, row, strict=True):
            yield from _wrong_value(cell, column.unit, f"the column {column.name}")
    at = [names.index(one) for one in listing.key]
    keys = {tuple(row[one] for one in at) for row in listing.rows}
    if len(keys) < len(listing.rows):
        yield "returned a listing with two rows of one key", "add a column to its key"


def _plain(cell: Any) -> float | str | None:
    if cell is None or isinstance(cell, str):
        return cell
    return int(cell) if isinstance(cell, (int, np.integer)) else float(cell)


def clashes(
    file: OwnFile, analysis: Analysis[Any], id_: str, said: Iterable[Problem]
) -> Iterator[Problem]:
    """An id that something else gives already; once for an analysis."""
    line = analysis.function.__code__.co_firstlineno
    if any((one.file, one.row) == (file.name, line) for one in said):
        return
    found = f"{analysis.id} gives {id_}, which another analysis gives, too"
    more = ", with {id} in it" if analysis.each and "{id}" not in analysis.id else ""
    yield Problem(file.name, line, "", found, f"choose another id{more}")


assert set(EACH) - set(FOUND_LISTS) <= set(Settings.model_fields)  # noqa: S101 - names of study.toml
