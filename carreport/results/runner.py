"""Snapshot to Results: every analysis for every item and group, with its trace."""

from __future__ import annotations

import math
import re
import traceback
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Final, get_args, get_origin, get_type_hints

import numpy as np

from carreport.analyses.declare import LINE, Conventions
from carreport.errors import AnalysisFailed, BadInput, UndeclaredColumn
from carreport.house import HOUSES
from carreport.ids import join_id
from carreport.results.code import code_of, digest, libraries
from carreport.results.facts import facts
from carreport.results.listed import listed, own_unit
from carreport.results.own import clashes, failed, returned, sound
from carreport.results.rows import ListedResult, Result, Results, RowsRead, Trace
from carreport.results.scope import KEYED, Reading, Scope, items, read, scopes
from carreport.shapes import Bundle, Key, Listing, NotReached, Operands, Says
from carreport.study.own import own_file
from carreport.units import (
    DAYS,
    DAYS_PER_MONTH,
    NOT_ESTIMABLE,
    NOT_REACHED,
    PATIENTS,
    Unit,
    show,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from carreport.analyses.declare import Analysis
    from carreport.house import House
    from carreport.study.origins import Origin
    from carreport.study.snapshot import Snapshot


_OF_SEVERAL: Final = ("not in index", "are in the [columns]")
"""So end what pandas says of several columns of which some are missing."""
_QUOTED: Final = re.compile(r"'([^']*)'")


def run(analyses: Iterable[Analysis[Any]], snapshot: Snapshot, *, strict: bool = True) -> Results:
    """
    Compute everything the study asks for.

    Args:
        analyses: The analysis plan.
        snapshot: The study as of the cutoff.
        strict: Whether a study's own analysis that asks for what is not there is a problem; it is
            left out otherwise, as with rows of another day.

    Returns:
        Every number by id, in the order of the plan.

    Raises:
        BadInput: The study's own analyses ask, raise or return what they may not; every problem.
        ExceptionGroup: Of AnalysisFailed, one for every analysis that raised; the others ran.
    """
    rows: dict[str, Result] = {one.id: one for one in stated(snapshot)}
    listings: dict[str, ListedResult] = {}
    handed: dict[str, tuple[RowsRead, ...]] = {}
    failures: list[AnalysisFailed | BadInput] = []
    asked, problems = sound(analyses, snapshot)
    problems = problems if strict else []
    for call in calls(asked, snapshot):
        own = own_file(call.analysis.function)
        try:
            found, read_rows = called(snapshot, call)
        except BadInput as error:
            problems += error.problems
            continue
        except Exception as error:  # noqa: BLE001 - all are gathered, raised below
            failures.append(_failed(call, error))
            continue
        handed |= {call.id: read_rows} if found else {}
        for one in found:
            if (one.id in rows or one.id in listings) and own:
                problems += clashes(own, call.analysis, one.id, problems)
            elif one.id in rows or one.id in listings:
                failures.append(AnalysisFailed(one.id, "two analyses produce this id"))
            elif isinstance(one, ListedResult):
                listings[one.id] = one
            else:
                rows[one.id] = one
    if problems and not failures:
        raise BadInput(problems)
    if failures:
        failures += [BadInput(problems)] if problems else []
        message = "some analyses failed"
        raise ExceptionGroup(message, failures)
    return Results(rows, listings, handed, house_of(snapshot))


def house_of(snapshot: Snapshot) -> House:
    """The journal in whose format the study prints its numbers."""
    return HOUSES[snapshot.settings.study.house]


def stated(snapshot: Snapshot) -> Iterator[Result]:
    """What the study and the build state of themselves, with the code that does so."""
    code = code_of(facts)
    for one in facts(snapshot):
        trace = replace(
            one.trace,
            function=code.function,
            file=code.file,
            line=code.line,
            last_line=code.last_line,
            code=digest(facts),
            libraries=libraries(facts),
        )
        yield replace(one, trace=trace)


@dataclass(frozen=True, slots=True)
class Call:
    """
    One call of an analysis: for an item of study.toml, on some patients.

    Attributes:
        analysis: What is called.
        item: The item.
        scope: The patients.
    """

    analysis: Analysis[Any]
    item: Any
    scope: Scope

    @property
    def name(self) -> str:
        """Chapter and analysis, as the ids of its results begin."""
        if self.analysis.each in KEYED:
            return self.analysis.id
        return self.analysis.id.replace("{id}", str(getattr(self.item, "id", "")))

    @property
    def keys(self) -> dict[str, str]:
        """What tells its results from those of the analysis' other calls."""
        key = KEYED.get(self.analysis.each)
        return {**self.scope.keys, **({key: str(self.item.id)} if key else {})}

    @property
    def id(self) -> str:
        """Its own name: that of its results, and the function."""
        return join_id(f"{self.name}:{self.analysis.function.__name__}", self.keys)


def calls(analyses: Iterable[Analysis[Any]], snapshot: Snapshot) -> Iterator[Call]:
    """
    Every call the study asks for, in the order of the plan.

    Args:
        analyses: The analysis plan.
        snapshot: The study as of the cutoff.
    """
    for analysis in analyses:
        for item in items(snapshot, analysis.each):
            if analysis.wanted(item) and _tables_are_there(snapshot, analysis, item):
                for scope in scopes(snapshot, analysis, item):
                    yield Call(analysis, item, scope)


def _failed(call: Call, error: Exception) -> AnalysisFailed:
    failure = AnalysisFailed(join_id(call.name, call.keys), f"{type(error).__name__}: {error}")
    failure.__cause__ = error
    return failure


def _tables_are_there(snapshot: Snapshot, analysis: Analysis[Any], item: object) -> bool:
    wanted = set(analysis.reads(item)) - {"census", "written"}
    if analysis.population and analysis.population not in snapshot.members:
        return False
    return wanted <= set(snapshot.tables) and all(
        column == LINE or column in snapshot.tables[name].frame
        for name, roles in analysis.reads(item).items()
        if name in snapshot.tables
        for column in roles.values()
    )


def called(
    snapshot: Snapshot, call: Call
) -> tuple[list[Result | ListedResult], tuple[RowsRead, ...]]:
    """
    What one call of an analysis gives, and the rows it was handed.

    Raises:
        UndeclaredColumn: The function asked for a column it does not declare.
        BadInput: It is one of the study's own, and something is wrong with it.
    """
    own = own_file(call.analysis.function)
    if own is None:
        return _called(snapshot, call)
    try:
        return _called(snapshot, call, own=True)
    except (Exception, SystemExit) as error:
        raise failed(own, call.analysis, call.name, error) from error


def _called(
    snapshot: Snapshot, call: Call, *, own: bool = False
) -> tuple[list[Result | ListedResult], tuple[RowsRead, ...]]:
    """What a call gives, whoever wrote the analysis."""
    reading = read(snapshot, call.analysis, call.item, call.scope)
    conventions = conventions_of(snapshot, call.scope)
    given: dict[str, Any] = {**reading.frames, "item": call.item, "conventions": conventions}
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            # A parameter with a default is a table that an item may do without.
            asked = [name for name in call.analysis.parameters if name in given]
            shape = call.analysis(**{name: given[name] for name in asked})
            shape = returned(shape) if own else shape
        except KeyError as error:
            if not _from_frame(error):
                raise
            raise _undeclared(reading, error) from error
    said = tuple(dict.fromkeys(f"{one.category.__name__}: {one.message}" for one in warned))
    trace = _trace(snapshot, call, reading, conventions, said)
    return list(_rows(call.name, shape, call.keys, trace, call.item, reading)), reading.handed


def _undeclared(reading: Reading, error: KeyError) -> UndeclaredColumn:
    asked = error.args[0] if error.args else ""
    if isinstance(asked, str) and asked.endswith(_OF_SEVERAL):
        asked = next(iter(_QUOTED.findall(asked)), asked)
    declared = {name: [str(c) for c in frame] for name, frame in reading.frames.items()}
    name = next((one for one in declared if asked not in declared[one]), "")
    return UndeclaredColumn(name, asked, declared.get(name, []))


def _from_frame(error: KeyError) -> bool:
    """Whether the key was asked of a data frame."""
    frames = [one.f_code for one, _ in traceback.walk_tb(error.__traceback__)]
    return any(one.co_name == "__getitem__" and "pandas" in one.co_filename for one in frames)


def conventions_of(snapshot: Snapshot, scope: Scope) -> Conventions:
    """What a call of an analysis may use of the study's conventions."""
    study = snapshot.settings.study
    return Conventions(study.confidence, study.interval, study.quantile_type, scope.groups)


def _trace(
    snapshot: Snapshot,
    call: Call,
    reading: Reading,
    conventions: Conventions,
    warned: tuple[str, ...],
) -> Trace:
    analysis, item, scope = call.analysis, call.item, call.scope
    code = code_of(analysis.function)
    return Trace(
        population=f"{scope.words}, by {snapshot.cutoff:%Y-%m-%d}",
        method=analysis.method(item, conventions),
        source=analysis.source,
        analysis=analysis.definition,
        function=code.function,
        file=code.file,
        line=code.line,
        tables=reading.tables,
        columns=reading.columns,
        patients=tuple(one for one in scope.patients if one not in reading.excluded)
        if reading.excluded
        else scope.patients,
        excluded=reading.excluded,
        origin=reading.origin,
        weakest=reading.weakest,
        subject=getattr(item, "label", "") or "",
        declared=getattr(item, "definition", "") or "",
        parameters=analysis.told(item, conventions),
        conditions=reading.conditions,
        last_line=code.last_line,
        code=digest(analysis.function),
        libraries=libraries(analysis.function),
        warnings=warned,
        call=call.id,
    )


def _rows(
    name: str,
    shape: object,
    keys: Mapping[str, str],
    trace: Trace,
    item: object,
    reading: Reading,
) -> Iterator[Result | ListedResult]:
    if isinstance(shape, Bundle):
        for part in shape.parts:
            yield from _rows(name, part, keys, trace, item, reading)
    elif isinstance(shape, Listing):
        yield listed(name, shape, keys, trace, item, reading)
    else:
        yield from _fields(name, shape, keys, trace, item, reading.counted)


def _fields(
    name: str,
    shape: Any,
    keys: Mapping[str, str],
    trace: Trace,
    item: object,
    counted: Origin,
) -> Iterator[Result]:
    hints = get_type_hints(type(shape), include_extras=True)
    own = {f: str(getattr(shape, f)) for f, hint in hints.items() if _marks(hint, Key)}
    all_keys = {**keys, **own}
    method = getattr(shape, "method", "")
    if method:
        trace = replace(trace, method=f"{trace.method}; {method}" if trace.method else method)
    if "day" in own:
        trace = replace(trace, parameters={**trace.parameters, "landmark": _landmark(own["day"])})
    n = len(trace.patients) + len(trace.excluded)
    for field, hint in hints.items():
        value = getattr(shape, field)
        unit = next(iter(_marks(hint, Unit)), None)
        if unit is not None:
            yield Result(
                id=join_id(f"{name}.{field}", all_keys),
                value=_finite(value, f"{name}.{field}"),
                unit=own_unit(unit, item),
                missing=_missing(shape, field, hint, n) if value is None else "",
                n=n,
                trace=_of_count(trace, counted) if _is_all(field, unit, value, n) else trace,
                operands=_operands(name, hint, hints, keys, all_keys),
                says=_says(hint, own),
            )
        elif isinstance(value, tuple):
            for part in value:
                yield from _fields(name, part, all_keys, trace, item, counted)


def _is_all(field: str, unit: Unit, value: object, n: int) -> bool:
    """Whether it is the number of all patients of the population."""
    return field == "n" and unit == PATIENTS and value == n


def _landmark(day: str) -> str:
    return f"day {day} from time zero ({show(float(day), DAYS, 'months')} months of {DAYS_PER_MONTH} days)"


def _says(hint: object, keys: Mapping[str, str]) -> str:
    """What a field is, in a sentence."""
    return "".join(mark.text.format(**keys) for mark in _marks(hint, Says))


def _of_count(trace: Trace, counted: Origin) -> Trace:
    """The trace of how many there are, which no value of theirs has a part in."""
    return trace if counted == trace.origin else replace(trace, origin=counted, weakest=())


def _marks(hint: object, kind: type) -> list[Any]:
    return (
        [mark for mark in get_args(hint)[1:] if isinstance(mark, kind)]
        if (get_origin(hint) is Annotated)
        else []
    )


def _finite(value: float | str | None, name: str) -> float | str | None:
    if value is None or isinstance(value, str):
        return value
    if not math.isfinite(value):
        reason = f"{value} is no result; an analysis returns None for what cannot be estimated"
        raise AnalysisFailed(name, reason)
    return int(value) if isinstance(value, (int, np.integer)) else float(value)


def _missing(shape: object, field: str, hint: object, n: int) -> str:
    """What None means: a curve that never crossed, or nothing to estimate from."""
    if not (_marks(hint, NotReached) and n):
        return NOT_ESTIMABLE
    # A lower limit without a crossing belongs to an estimate that was not reached either;
    # where the estimate was reached, the limit is not estimable.
    estimate = getattr(shape, field.removesuffix("_lower"), None)
    return NOT_ESTIMABLE if field.endswith("_lower") and estimate is not None else NOT_REACHED


def _operands(
    name: str,
    hint: object,
    hints: Mapping[str, object],
    outer: Mapping[str, str],
    keys: Mapping[str, str],
) -> dict[str, str]:
    found: dict[str, str] = {}
    for mark in _marks(hint, Operands):
        for role, field in mark.roles:
            found[role] = join_id(f"{name}.{field}", keys if field in hints else outer)
    return found
