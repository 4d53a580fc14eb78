"""One number in words: everything its row knows, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MISSING: Final = {"NE": "not estimable", "NR": "not reached"}


def told(row: Mapping[str, Any], opinion: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """
    A row as labelled lines, top-down like a sentence.

    Args:
        row: A number or a listing, as in results.json.
        opinion: What second_opinion.json says.

    Yields:
        Label and text; what there is nothing to say about is left out.
    """
    lines = {
        "number": row["id"],
        "what": row.get("definition", ""),
        "value": _value(row),
        "printed as" if row.get("uses") else "shown as": forms(row),
        "printed in": "; ".join(places(row.get("uses", ()))),
        "before": _before(row.get("previous", {})),
        "method": row["method"],
        "parameters": _pairs(row.get("parameters", {}), ": "),
        "source": row.get("source", ""),
        "libraries": _pairs(row.get("libraries", {}), " ", ", "),
        "who": f"{row['population']} (n = {row['n']})",
        "patients": ", ".join(row["patients"]),
        "left out": _pairs(row.get("excluded", {}), ": "),
        "columns": ", ".join(row.get("reads", ()) if "rows" in row else row["columns"]),
        "conditions": _pairs(row.get("conditions", {}), ": "),
        "origin": row["origin"],
        "weakest cells": "; ".join(row.get("weakest", ())),
        "computed from": _pairs(row.get("operands", {}), " ", ", "),
        "warnings": "; ".join(row.get("warnings", ())),
        "code": _code(row),
        "the paper": "; ".join(_claims(row.get("claims", ()))),
        "second engine": _second(row, opinion),
    }
    yield from ((label, " ".join(text.split())) for label, text in lines.items() if text)


def _value(row: Mapping[str, Any]) -> str:
    if "rows" in row:
        return f"{len(row['rows'])} rows of {', '.join(one['name'] for one in row['columns'])}"
    if row["value"] is None:
        sign = row["missing"] or ""
        return f"none ({sign}: {MISSING[sign]})" if sign in MISSING else "none"
    return f"{row['value']!r} {row['unit']}"


def _before(then: Mapping[str, Any]) -> str:
    """What the number was in an earlier build, and whose rows moved it."""
    if not then:
        return ""
    moved = f"; moved by {', '.join(then['patients'])}" if then["patients"] else ""
    cause = f"; {then['cause']}" if then["cause"] else ""
    value = "none" if then["value"] is None else repr(then["value"])
    return f"{value}, printed {then['display'] or 'empty'} by {then['build']}{cause}{moved}"


def places(uses: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """Where a number is printed, a text for each document; how often, where more than once."""
    found: dict[str, dict[str, int]] = {}
    for use in uses:
        times = found.setdefault(use["document"], {})
        place = use["place"] or "title"
        times[place] = times.get(place, 0) + 1
    for document, times in found.items():
        named = (f"{place} ({n} times)" if n > 1 else place for place, n in times.items())
        yield f"{document}: {', '.join(named)}"


def forms(row: Mapping[str, Any]) -> str:
    """The ways a number is printed, its own first."""
    others = (use["printed"] for use in row.get("uses", ()))
    return ", ".join(dict.fromkeys((row.get("display", ""), *others)))


def _pairs(pairs: Mapping[str, str], between: str, after: str = "; ") -> str:
    return after.join(f"{name}{between}{text}" for name, text in pairs.items())


def _code(row: Mapping[str, Any]) -> str:
    last = row.get("last_line", 0)
    lines = f"{row['line']}-{last}" if last else str(row["line"])
    return f"{row['file']}:{lines} {row['function'].rpartition('.')[2]}"


def _claims(claims: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """What was printed before, once for all places that say the same of it."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for one in claims:
        said = one["reported"], one["verdict"], one["reason"]
        found.setdefault(said, []).append(one["location"])
    for (reported, verdict, reason), locations in found.items():
        where = "; ".join(one for one in locations if one)
        yield f"prints {reported}{where and f' ({where})'}: {verdict}{reason and f', {reason}'}"


def _second(row: Mapping[str, Any], opinion: Mapping[str, Any]) -> str:
    value = opinion.get("values", {}).get(row["id"])
    if value is None or row["value"] is None:
        return ""
    gap = abs(value - row["value"])
    return f"{opinion['engine']} gives {value!r}, " + (f"{gap:.1g} away" if gap else "the same")
