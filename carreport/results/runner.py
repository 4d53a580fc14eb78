"""Snapshot to Results: every analysis for every item and group, with its trace."""

from __future__ import annotations

import inspect
import math
import traceback
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin, get_type_hints

import numpy as np

from carreport.analyses.declare import Conventions
from carreport.errors import AnalysisFailed, UndeclaredColumn
from carreport.results.facts import facts
from carreport.results.rows import ListedResult, Result, Results, Trace, join_id
from carreport.results.scope import PATIENT_ORIGIN, Reading, Scope, items, read, scopes
from carreport.shapes import Bundle, Key, Listing, NotReached, Operands
from carreport.study.origins import Origin
from carreport.units import DAYS, NOT_ESTIMABLE, NOT_REACHED, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from carreport.analyses.declare import Analysis
    from carreport.study.snapshot import Snapshot

REPOSITORY = Path(__file__).resolve().parents[2]


def run(analyses: Iterable[Analysis[Any]], snapshot: Snapshot) -> Results:
    """
    Compute everything the study asks for.

    Args:
        analyses: The analysis plan.
        snapshot: The study as of the cutoff.

    Returns:
        Every number by id, in the order of the plan.

    Raises:
        ExceptionGroup: Of AnalysisFailed, one for every analysis that raised; the others ran.
    """
    rows: dict[str, Result] = {one.id: one for one in facts(snapshot)}
    listings: dict[str, ListedResult] = {}
    failures: list[AnalysisFailed] = []
    for analysis in analyses:
        for item in items(snapshot, analysis.each):
            if not (analysis.wanted(item) and _tables_are_there(snapshot, analysis, item)):
                continue
            for scope in scopes(snapshot, analysis, item):
                try:
                    found = list(_call(snapshot, analysis, item, scope))
                except Exception as error:  # noqa: BLE001 - all are gathered, raised below
                    failures.append(_failed(analysis, item, scope, error))
                    continue
                for one in found:
                    if one.id in rows or one.id in listings:
                        failures.append(AnalysisFailed(one.id, "two analyses produce this id"))
                    elif isinstance(one, ListedResult):
                        listings[one.id] = one
                    else:
                        rows[one.id] = one
    if failures:
        message = "some analyses failed"
        raise ExceptionGroup(message, failures)
    return Results(rows, listings)


def _failed(
    analysis: Analysis[Any], item: object, scope: Scope, error: Exception
) -> AnalysisFailed:
    failure = AnalysisFailed(
        join_id(_name(analysis, item), scope.keys), f"{type(error).__name__}: {error}"
    )
    failure.__cause__ = error
    return failure


def _tables_are_there(snapshot: Snapshot, analysis: Analysis[Any], item: object) -> bool:
    wanted = set(analysis.reads(item)) - {"census", "written"}
    return wanted <= set(snapshot.tables) and all(
        column in snapshot.tables[name].frame
        for name, roles in analysis.reads(item).items()
        if name in snapshot.tables
        for column in roles.values()
    )


def _name(analysis: Analysis[Any], item: object) -> str:
    if analysis.each == "terms":
        return analysis.id
    return analysis.id.replace("{id}", str(getattr(item, "id", "")))


def _keys(analysis: Analysis[Any], item: object, scope: Scope) -> dict[str, str]:
    extra = {"term": str(getattr(item, "id", ""))} if analysis.each == "terms" else {}
    return {**scope.keys, **extra}


def _call(
    snapshot: Snapshot, analysis: Analysis[Any], item: object, scope: Scope
) -> Iterator[Result | ListedResult]:
    reading = read(snapshot, analysis, item, scope)
    conventions = _conventions(snapshot, scope)
    given: dict[str, Any] = {**reading.frames, "item": item, "conventions": conventions}
    try:
        shape = analysis(**{name: given[name] for name in analysis.parameters})
    except KeyError as error:
        if not _from_frame(error):
            raise
        declared = {name: [str(c) for c in frame] for name, frame in reading.frames.items()}
        name = next((n for n in declared if error.args and error.args[0] not in declared[n]), "")
        raise UndeclaredColumn(
            name, error.args[0] if error.args else "", declared.get(name, [])
        ) from error
    trace = _trace(snapshot, analysis, item, scope, reading, conventions)
    return _rows(_name(analysis, item), shape, _keys(analysis, item, scope), trace, item, reading)


def _from_frame(error: KeyError) -> bool:
    """Whether the key was asked of a data frame."""
    frames = [one.f_code for one, _ in traceback.walk_tb(error.__traceback__)]
    return any(one.co_name == "__getitem__" and "pandas" in one.co_filename for one in frames)


def _conventions(snapshot: Snapshot, scope: Scope) -> Conventions:
    study = snapshot.settings.study
    return Conventions(study.confidence, study.interval, study.quantile_type, scope.groups)


def _trace(
    snapshot: Snapshot,
    analysis: Analysis[Any],
    item: object,
    scope: Scope,
    reading: Reading,
    conventions: Conventions,
) -> Trace:
    function = analysis.function
    path = Path(inspect.getfile(function)).resolve()
    inside = path.relative_to(REPOSITORY) if path.is_relative_to(REPOSITORY) else Path(path.name)
    declared = getattr(item, "definition", "") or ""
    label = getattr(item, "label", "") or ""
    words = " ".join(
        part for part in (f"{label}." if label else "", analysis.definition, declared) if part
    )
    return Trace(
        population=f"{scope.words}, by {snapshot.cutoff:%Y-%m-%d}",
        method=analysis.method(item, conventions),
        source=analysis.source,
        definition=words,
        function=f"{function.__module__}.{function.__name__}",
        file=inside.as_posix(),
        line=function.__code__.co_firstlineno,
        tables=reading.tables,
        columns=reading.columns,
        patients=tuple(one for one in scope.patients if one not in reading.excluded),
        excluded=reading.excluded,
        origin=reading.origin,
        weakest=reading.weakest,
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
        yield _listed(name, shape, keys, trace, item, reading)
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
    n = len(trace.patients) + len(trace.excluded)
    for field, hint in hints.items():
        value = getattr(shape, field)
        unit = next(iter(_marks(hint, Unit)), None)
        if unit is not None:
            yield Result(
                id=join_id(f"{name}.{field}", all_keys),
                value=_finite(value, f"{name}.{field}"),
                unit=_own_unit(unit, item),
                missing=_missing(shape, field, hint, n) if value is None else "",
                n=n,
                trace=_of_count(trace, counted) if field == "n" and value == n else trace,
                operands=_operands(name, hint, hints, keys, all_keys),
            )
        elif isinstance(value, tuple):
            for part in value:
                yield from _fields(name, part, all_keys, trace, item, counted)


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


def _own_unit(unit: Unit, item: object) -> Unit:
    if unit.kind != "measurement":
        return unit
    name = getattr(item, "unit", "")
    if name == DAYS.name:
        return DAYS
    return replace(unit, name=name, decimals=getattr(item, "decimals", unit.decimals))


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


def _listed(
    name: str,
    listing: Listing,
    keys: Mapping[str, str],
    trace: Trace,
    item: object,
    reading: Reading,
) -> ListedResult:
    columns = tuple(replace(one, unit=_own_unit(one.unit, item)) for one in listing.columns)
    base = f"{name}.{listing.name}" if listing.name else name
    return ListedResult(
        id=join_id(base, keys),
        key=listing.key,
        columns=columns,
        rows=listing.rows,
        shown=listing.shown,
        origins=_cell_origins(listing, reading),
        n=len(trace.patients) + len(trace.excluded),
        trace=trace,
    )


def _cell_origins(listing: Listing, reading: Reading) -> tuple[tuple[Origin, ...], ...]:
    """Each cell's own origin where the listing quotes patients; the weakest read elsewhere."""
    names = [one.name for one in listing.columns]
    if "patient" not in listing.key or "patient_id" not in reading.cell_origins:
        return tuple(tuple(reading.origin for _ in names) for _ in listing.rows)
    ids = reading.cell_origins["patient_id"]
    ranks = {
        name: dict(zip(ids, column, strict=True))
        for name, column in reading.cell_origins.items()
        if name in names or name == PATIENT_ORIGIN
    }
    at = names.index("patient")

    def origin(name: str, patient: str) -> Origin:
        if name in ranks:
            return Origin(int(ranks[name][patient]))
        return (
            Origin(int(ranks[PATIENT_ORIGIN][patient])) if name in listing.key else reading.origin
        )

    return tuple(tuple(origin(name, str(row[at])) for name in names) for row in listing.rows)
