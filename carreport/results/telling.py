"""One number in words: everything its trace knows, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carreport.results.rows import Result


def told(result: Result) -> Iterator[tuple[str, str]]:
    """
    A result's trace as labelled lines, top-down like a sentence.

    Args:
        result: Any number, a listing's cell included.

    Yields:
        Label and text; what there is nothing to say about is left out.
    """
    trace = result.trace
    exact = "" if result.value is None else repr(result.value)
    unit = f" {result.unit.name}" if result.unit.name else ""
    lines = {
        "number": result.id,
        "printed as": result.display,
        "value": f"{exact}{unit}" if exact else f"none ({result.missing or 'empty'})",
        "what": trace.definition,
        "who": f"{trace.population} (n = {result.n})",
        "method": trace.method,
        "source": trace.source,
        "code": f"{trace.file}:{trace.line} {trace.function.rpartition('.')[2]}",
        "columns": ", ".join(trace.columns),
        "patients": ", ".join(trace.patients),
        "left out": "; ".join(f"{who}: {why}" for who, why in trace.excluded.items()),
        "computed from": ", ".join(f"{role} {id_}" for role, id_ in result.operands.items()),
        "origin": trace.origin.label,
        "weakest cells": "; ".join(trace.weakest),
    }
    yield from ((label, text) for label, text in lines.items() if text)
