"""Results as files: results.json, results.csv, manifest.json, listings as CSV."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from carreport.results.facts import versions
from carreport.saved.made_from import (
    checkout,
    package_digests,
    study_digests,
    template_digests,
)
from carreport.saved.tabular import to_csv
from carreport.units import described

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from carreport.results.rows import ListedResult, Result, Results, Trace
    from carreport.study.snapshot import Snapshot

CSV_COLUMNS: Final = (
    "id", "value", "display", "unit", "kind", "missing", "population", "n", "method", "parameters",
    "source", "definition", "function", "file", "line", "last_line", "code_sha256", "libraries",
    "tables", "columns", "conditions", "patients", "excluded", "origin", "weakest", "operands",
    "warnings", "format", "call", "uses", "claims",
)  # fmt: skip
COUNTED: Final = ("patients", "excluded")
"""Whom a number counts and whom not: next to each other in a row, alike in many."""
CLAIM_FIELDS: Final = ("claim_id", "reported", "location", "verdict", "reason")


def build_record(snapshot: Snapshot, folder: Path) -> dict[str, Any]:
    """
    What this build was made from: the header of results.json.

    Args:
        snapshot: The study as of the cutoff.
        folder: The study folder, for its own documents, literals and claims.
    """
    commit, dirty = checkout()
    return {
        "carreport": version("carreport"),
        "study": snapshot.settings.study.title,
        "cutoff": snapshot.cutoff.isoformat(),
        "session": snapshot.session,
        "commit": commit,
        "dirty": dirty,
        "inputs": dict(sorted({**study_digests(folder), **snapshot.inputs}.items())),
        "package": package_digests(),
        "templates": template_digests(),
        "versions": versions(),
        "notices": list(snapshot.notices),
    }


def result_row(
    result: Result,
    uses: Sequence[Mapping[str, str]] = (),
    claims: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """
    One number with everything known about it.

    Args:
        result: The number.
        uses: Every place it is printed at.
        claims: What a paper printed for it, with the verdict.
    """
    trace = result.trace
    return {
        "id": result.id,
        "value": result.value,
        "display": result.display,
        "unit": result.unit.name,
        "kind": result.unit.kind,
        "missing": result.missing or None if result.value is None else None,
        "n": result.n,
        **_traced(trace),
        "definition": result.definition,
        "columns": list(trace.columns),
        "operands": dict(result.operands),
        "format": {"kind": "as written"} if result.shown else described(result.unit),
        "uses": [dict(use) for use in uses],
        "claims": [dict(claim) for claim in claims],
        **_previous(result),
    }


def _previous(result: Result) -> dict[str, Any]:
    """What a number was in an earlier build; nothing where it was the same, or there was none."""
    if (before := result.before) is None:
        return {}
    then = before.result
    told = {"id": then.id, "value": then.value, "display": then.display, "build": before.build}
    return {"previous": {**told, "patients": list(before.patients), "cause": before.cause}}


def _traced(trace: Trace) -> dict[str, Any]:
    """What is known about a number and about a listing alike."""
    return {
        "population": trace.population,
        "method": trace.method,
        "parameters": dict(trace.parameters),
        "source": trace.source,
        "definition": trace.definition,
        "function": trace.function,
        "file": trace.file,
        "line": trace.line,
        "last_line": trace.last_line,
        "code_sha256": trace.code,
        "libraries": dict(trace.libraries),
        "tables": list(trace.tables),
        "conditions": dict(trace.conditions),
        "patients": list(trace.patients),
        "excluded": dict(trace.excluded),
        "origin": trace.origin.label,
        "weakest": list(trace.weakest),
        "warnings": list(trace.warnings),
        "call": trace.call,
    }


def results_rows(
    results: Results,
    uses: Mapping[str, Sequence[Mapping[str, str]]],
    claims: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> list[dict[str, Any]]:
    """
    All plain rows in order, then every listing cell that is printed or claimed.

    Args:
        results: Every number.
        uses: For each id, where it is printed.
        claims: For each id, what a paper printed for it.
    """
    said = claims or {}
    plain = set(results)
    cells = [id_ for id_ in dict.fromkeys([*uses, *said]) if id_ not in plain]
    alike: dict[Any, Any] = {}
    rows = []
    for id_ in (*results, *(one for one in cells if one in results)):
        result = results[id_]
        row = result_row(result, uses.get(id_, ()), said.get(id_, ()))
        # The numbers of a call count the same patients, who may be thousands.
        row["patients"] = alike.setdefault(result.trace.patients, row["patients"])
        left_out = (*result.trace.excluded.items(),)
        row["excluded"] = alike.setdefault((COUNTED, left_out), row["excluded"])
        rows.append(row)
    return rows


def claimed(claims: Iterable[Mapping[str, str]]) -> dict[str, list[dict[str, str]]]:
    """For each number what a paper printed, as far as a row of the results holds it."""
    found: dict[str, list[dict[str, str]]] = {}
    for one in claims:
        if id_ := one["result_id"]:
            found.setdefault(id_, []).append({name: one[name] for name in CLAIM_FIELDS})
    return found


def claims_json(claims: Iterable[Mapping[str, str]]) -> str:
    """The whole of claims.json, a claim a line."""
    return '{"claims": [\n' + ",\n".join(map(to_json, claims)) + "\n]}\n"


def listing_record(listing: ListedResult) -> dict[str, Any]:
    """A listed table of results with its columns, and the file columns it `reads`."""
    return {
        "id": listing.id,
        "key": list(listing.key),
        "columns": [
            {"name": one.name, "label": one.label, "unit": one.unit.name, "kind": one.unit.kind}
            for one in listing.columns
        ],
        "rows": [list(row) for row in listing.rows],
        "n": listing.n,
        "reads": list(listing.trace.columns),
        **_traced(listing.trace),
    }


def to_json(content: object) -> str:
    """JSON with full precision, one row a line, and no NaN."""
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(", ", ": "))


def results_json(
    build: Mapping[str, Any], rows: Iterable[Mapping[str, Any]], listings: Iterable[ListedResult]
) -> str:
    """The whole of results.json, a row a line so that two builds can be compared by eye."""
    # Joined once: of thousands of patients it is too large to be copied.
    told = _Once(to_json)
    parts = [f'{{"build": {to_json(build)},\n"results": [\n']
    for row in rows:
        parts += (*_row_json(row, told), ",\n")
    parts[1:] = [*parts[1:-1], '\n],\n"listings": [\n']
    begun = len(parts)
    for one in listings:
        parts += (to_json(listing_record(one)), ",\n")
    parts[begun:] = [*parts[begun:-1], "\n]}\n"]
    return "".join(parts)


def _row_json(row: Mapping[str, Any], told: _Once) -> Iterator[str]:
    """One row as `to_json` has it, in parts: whom it counts is told once for all rows."""
    names = list(row)
    first, last = names.index(COUNTED[0]), names.index(COUNTED[-1]) + 1
    yield to_json({one: row[one] for one in names[:first]})[:-1]
    for one in COUNTED:
        yield f', "{one}": '
        yield told(row[one])
    yield f", {to_json({one: row[one] for one in names[last:]})[1:]}"


class _Once:
    """A text of a value made once for each value, told by which object it is."""

    def __init__(self, say: Callable[[Any], str]) -> None:
        self._say = say
        self._known: dict[int, tuple[Any, str]] = {}

    def __call__(self, value: Any) -> str:
        """The text; the value is kept, so that no other takes its place."""
        if (found := self._known.get(id(value))) is None:
            found = self._known[id(value)] = (value, self._say(value))
        return found[1]


def results_csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """The same table flat, lists joined by `;`, for people and R."""
    told = _Once(lambda value: to_csv([["", _flat(value)]])[:-1])  # with a comma before it
    first, last = CSV_COLUMNS.index(COUNTED[0]), CSV_COLUMNS.index(COUNTED[-1]) + 1
    parts = [to_csv([CSV_COLUMNS])]
    for row in rows:
        before = to_csv([[_flat(row[one]) for one in CSV_COLUMNS[:first]]])[:-1]
        after = to_csv([[_flat(row[one]) for one in CSV_COLUMNS[last:]]])
        # Thousands of numbers count the same thousands of patients.
        parts += (before, *map(told, [row[one] for one in COUNTED]), ",", after)
    return "".join(parts)


def _flat(value: object) -> str:
    match value:
        case None:
            return ""
        case list():
            return ";".join(_flat(one) for one in value)
        case dict():
            return ";".join(f"{key}={_flat(one)}" for key, one in value.items())
        case float():
            return repr(float(value))
        case _:
            return str(value)


def listing_csv(listing: ListedResult) -> str:
    """A listing as CSV, the id of each row's first value column beside it."""
    value = next(one.name for one in listing.columns if one.name not in listing.key)
    names = [one.name for one in listing.columns]
    lines = [["id", *names, "origin"]]
    at = names.index(value)
    for number, row in enumerate(listing.rows):
        cells = [_flat(cell) for cell in row]
        lines.append([listing.id_of(number, value), *cells, listing.origins[number][at].label])
    return to_csv(lines)


def numbers_csv(results: Results, ids: Iterable[str]) -> str:
    """Results as CSV, each once."""
    lines = [["id", "value", "display", "unit", "origin"]]
    for id_ in dict.fromkeys(ids):
        one = results[id_]
        lines.append([id_, _flat(one.value), one.display, one.unit.name, one.origin.label])
    return to_csv(lines)
