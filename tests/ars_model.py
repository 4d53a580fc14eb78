"""Checks a reporting event against the published model: tests/data/ars/model.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MODEL = tomllib.loads(
    (Path(__file__).parent / "data" / "ars" / "model.toml").read_text(encoding="utf-8")
)
CLASSES = MODEL["classes"]
ENUMS = MODEL["enums"]
PLAIN = {"string": str, "uri": str, "integer": int, "boolean": bool}
ONE = {"EQ", "NE", "LT", "LE", "GT", "GE"}
SEVERAL = {"IN", "NOTIN"}


@dataclass
class Seen:
    """What was met on the way through an event."""

    problems: list[str] = field(default_factory=list)
    ids: dict[str, list[str]] = field(default_factory=dict)
    references: list[tuple[str, str, str]] = field(default_factory=list)


def problems(event: dict[str, Any]) -> list[str]:
    """Everything in an event that the model does not allow."""
    seen = Seen()
    _object(event, "ReportingEvent", "", seen)
    for cls, ids in seen.ids.items():
        seen.problems += [
            f"two objects of {cls} are called {one}" for one in set(ids) if ids.count(one) > 1
        ]
    seen.problems += [
        f"{path}: there is no {cls} {target}"
        for path, cls, target in seen.references
        if target not in seen.ids.get(cls, [])
    ]
    for one in event.get("analyses", []):
        seen.problems += _grouped(one)
    return seen.problems


def _grouped(analysis: dict[str, Any]) -> list[str]:
    """A result group for every grouping whose results are by group, and no other."""
    asked = [g["groupingId"] for g in analysis.get("orderedGroupings", []) if g["resultsByGroup"]]
    return [
        f"{analysis['id']}: a result is not of its groupings"
        for result in analysis.get("results", [])
        if [g["groupingId"] for g in result.get("resultGroups", [])] != asked
    ]


def _object(value: object, cls: str, path: str, seen: Seen) -> None:
    if not isinstance(value, dict):
        seen.problems.append(f"{path}: no object of {cls}")
        return
    slots = CLASSES[cls]
    seen.problems += [f"{path}: {cls} has no slot {name}" for name in value.keys() - slots.keys()]
    seen.problems += [
        f"{path}: {cls} needs {name}"
        for name, slot in slots.items()
        if slot.endswith("!") and name not in value
    ]
    for name, slot in slots.items():
        if name in value:
            _slot(value[name], slot.removesuffix("!"), f"{path}/{name}", seen)
    if "id" in slots and "id" in value:
        seen.ids.setdefault(cls, []).append(value["id"])
    seen.problems += [f"{path}: {found}" for found in _in_words(cls, value)]


def _slot(value: object, slot: str, path: str, seen: Seen) -> None:
    if slot.endswith("*"):
        if not isinstance(value, list) or not value:
            seen.problems.append(f"{path}: not a list with something in it")
            return
        for at, one in enumerate(value):
            _slot(one, slot.removesuffix("*"), f"{path}/{at}", seen)
    elif slot.startswith("&"):
        _plain(value, "string", path, seen)
        seen.references.append((path, slot.removeprefix("&"), str(value)))
    elif slot in ENUMS:
        if value not in ENUMS[slot]:
            seen.problems.append(f"{path}: {value!r} is not in {slot}")
    elif slot in PLAIN:
        _plain(value, slot, path, seen)
    else:
        _any_of(value, slot.split("|"), path, seen)


def _plain(value: object, kind: str, path: str, seen: Seen) -> None:
    if type(value) is not PLAIN[kind] or (kind == "uri" and " " in str(value)):
        seen.problems.append(f"{path}: {value!r} is no {kind}")


def _any_of(value: object, classes: list[str], path: str, seen: Seen) -> None:
    """The first class the object is right for; what is wrong with it as the last, otherwise."""
    for cls in classes:
        tried = Seen()
        _object(value, cls, path, tried)
        if not tried.problems:
            break
    seen.problems += tried.problems
    seen.references += tried.references
    for name, ids in tried.ids.items():
        seen.ids.setdefault(name, []).extend(ids)


def _in_words(cls: str, value: dict[str, Any]) -> list[str]:
    """Rules that the model states in words."""
    values = value.get("value", [])
    rules = {
        "more than one value": (cls == "AnalysisOutputCodeParameter" and len(values) > 1)
        or (value.get("comparator") in ONE and len(values) > 1),
        "fewer than two values": value.get("comparator") in SEVERAL and len(values) < 2,
        "fewer than two clauses": value.get("logicalOperator") in {"AND", "OR"}
        and len(value.get("whereClauses", [])) < 2,
        "a condition and a compound expression": {"condition", "compoundExpression"} <= set(value),
    }
    return [rule for rule, broken in rules.items() if broken]
