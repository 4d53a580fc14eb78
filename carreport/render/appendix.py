"""
The appendix: for every number printed, what it is, who computed it how, and from whom.

Grouped by chapter, function and call, so that nothing is said twice; within each in the order in
which the document first prints something of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from carreport.results import join_id, split_id
from carreport.results.rows import EMPTY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from carreport.render.scan import Use
    from carreport.results import ListedResult, Result, Results
    from carreport.results.rows import Before, Trace, Value
    from carreport.units import Unit


class Fact(NamedTuple):
    """One thing known: the name of the field, its label for a reader, the text."""

    name: str
    label: str
    text: str


Facts = tuple[Fact, ...]
"""What is known; what there is nothing to say about is left out."""

STATED: Final = "stated"
_NUMBERED: Final = re.compile(r"(\D*)([0-9]+)")
_RUN: Final = 3
"""So many patients in a row are written as a range."""
_MOST: Final = 300
"""Patients, or ranges of them, that an entry names; of a longer list it names the first."""
_FIRST: Final = 40
_REMEMBERED: Final = 4096
"""So many lists of patients are kept as text; the same one is told of many numbers."""


@dataclass(frozen=True, slots=True)
class Printed:
    """What a paper printed for a number: the verdict, and a sentence that says it with its reason."""

    verdict: str
    sentence: str


Reported = Mapping[str, Sequence[Printed]]
"""For each id what a paper printed, the worst verdict first."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number is printed: the anchor there, the table or figure, and the place in words."""

    anchor: str
    block: str
    words: str


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One number, or one listing whose rows are marks of a figure.

    Attributes:
        id: Its id.
        name: The id as far as its call does not say it already.
        facts: What is known of it alone.
        operands: Role and id of what it was computed from.
        places: Where it is printed.
        reported: What a paper printed for it.
        listing: Whether it is a listing.
    """

    id: str
    name: str
    facts: Facts
    operands: tuple[tuple[str, str], ...] = ()
    places: tuple[Place, ...] = ()
    reported: tuple[Printed, ...] = ()
    listing: bool = False

    @property
    def claims(self) -> tuple[tuple[str, str, str], ...]:
        """For each claim its own name here, the verdict as a class name, and the sentence."""
        return tuple(
            (f"claim-{at}", one.verdict.replace(" ", "-"), one.sentence)
            for at, one in enumerate(self.reported)
        )

    @property
    def computed_from(self) -> str:
        """Roles and ids of the operands."""
        return ", ".join(f"{role} {id_}" for role, id_ in self.operands)

    @property
    def printed_in(self) -> str:
        """The places in words."""
        return ", ".join(place.words for place in self.places)


@dataclass(frozen=True, slots=True)
class CallEntry:
    """
    Numbers that one call of an analysis gave of the same patients' cells.

    Attributes:
        id: The call.
        key: What tells it from the same call's numbers of other patients or cells.
        title: Whom it is about, in words.
        facts: What is known of all of them.
        entries: The numbers.
    """

    id: str
    key: str
    title: str
    facts: Facts
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MethodEntry:
    """One function with one method, and its calls."""

    function: str
    name: str
    facts: Facts
    code: str
    calls: dict[tuple[str, Facts], CallEntry] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What tells it from other methods of the same function."""
        return (
            f"{self.function}: {next((one.text for one in self.facts if one.name == 'method'), '')}"
        )


@dataclass(frozen=True, slots=True)
class Chapter:
    """The numbers whose ids begin alike."""

    name: str
    methods: dict[tuple[str, str], MethodEntry] = field(default_factory=dict)

    def entries(self) -> Iterator[Entry]:
        """Its numbers and listings, in order."""
        for method in self.methods.values():
            for call in method.calls.values():
                yield from call.entries

    @property
    def title(self) -> str:
        """Its name for a reader."""
        return self.name.replace("_", " ").capitalize()


def chapters(
    results: Results,
    uses: Sequence[Use],
    marks: Iterable[str],
    listings: Iterable[str],
    names: Mapping[str, str],
    reported: Reported,
) -> tuple[Chapter, ...]:
    """
    Everything a document prints or draws, in order.

    Args:
        results: Every number.
        uses: Every place a number is printed at, in reading order.
        marks: Results the document draws.
        listings: Listings whose rows it draws.
        names: Tables and figures by id, as a reader knows them: "Table" and its number.
        reported: For each id, what a paper printed for it.
    """
    places: dict[str, dict[str, Place]] = {}
    for use in uses:
        seen = places.setdefault(use.id, {})
        if use.anchor:
            words = names.get(use.block, use.place)
            seen.setdefault(use.place, Place(use.anchor, use.block, words))
    for id_ in marks:
        places.setdefault(id_, {})
    found: dict[str, Chapter] = {}
    for id_, where in places.items():
        result = results[id_]
        entry = Entry(
            id=id_,
            name=_short(id_, result.trace.call),
            facts=_of_number(result),
            operands=tuple(result.operands.items()),
            places=tuple(where.values()),
            reported=tuple(reported.get(id_, ())),
        )
        _file(found, entry, result.trace)
    for id_ in listings:
        listing = results.listing(id_)
        facts = _said(("rows", "Rows", _rows_of(listing)))
        entry = Entry(id_, _short(id_, listing.trace.call), facts, listing=True)
        _file(found, entry, listing.trace)
    return tuple(found.values())


def _file(found: dict[str, Chapter], entry: Entry, trace: Trace) -> None:
    name = entry.id.partition(".")[0]
    chapter = found.setdefault(name, Chapter(name))
    function = trace.function
    method = chapter.methods.setdefault(
        (function, trace.method),
        MethodEntry(function, _spoken(function), _of_method(trace), code_place(trace)),
    )
    id_ = trace.call or f"{name}:{STATED}"
    whom = _of_call(trace)
    key = f"{method.key}; {id_}; {len(method.calls)}"
    call = method.calls.setdefault((id_, whom), CallEntry(id_, key, _title(trace), whom))
    call.entries.append(entry)


def _spoken(function: str) -> str:
    return function.rpartition(".")[2].replace("_", " ")


def _title(trace: Trace) -> str:
    said = trace.population.startswith(f"{trace.subject},")
    return ", ".join(part for part in ("" if said else trace.subject, trace.population) if part)


def _short(id_: str, call: str) -> str:
    """What of an id its call does not say already."""
    name, keys = split_id(id_)
    told, shared = split_id(call)
    stem = f"{told.partition(':')[0]}."
    rest = {key: value for key, value in keys.items() if shared.get(key) != value}
    return join_id(name.removeprefix(stem), rest)


def _of_number(result: Result) -> Facts:
    return _said(
        ("says", "What", result.says),
        ("display", "Printed", result.display),
        ("exact", "Value", exact(result.value, result.unit, result.missing)),
        ("before", "Before", _of_before(result.before)),
        ("landmark", "Landmark", result.trace.parameters.get("landmark", "")),
        ("weakest", "Weakest", "" if result.trace.call else "; ".join(result.trace.weakest)),
    )


def _of_before(before: Before | None) -> str:
    """What a number was in an earlier build, and whose data moved it."""
    if before is None:
        return ""
    then = before.result
    moved = f"; {before.cause}" if before.cause else ""
    if before.patients:
        moved += f"; moved by {ranges(before.patients)}"
    value = exact(then.value, then.unit, then.missing)
    return f"before: {value}, printed {then.display or EMPTY} by {before.build}{moved}"


def exact(value: Value, unit: Unit, missing: str) -> str:
    """A value to full precision with its unit, or why there is none."""
    if value is None:
        return {"NR": "not reached", "NE": "not estimable"}.get(missing, "empty")
    text = value if isinstance(value, str) else repr(value)
    return f"{text} {unit.spell(text)}".strip()


def _rows_of(listing: ListedResult) -> str:
    noun = "row" if len(listing.rows) == 1 else "rows"
    columns = ", ".join(one.label for one in listing.columns)
    return f"{len(listing.rows)} {noun}: {columns}"


def _of_method(trace: Trace) -> Facts:
    libraries = ", ".join(f"{name} {number}" for name, number in trace.libraries.items())
    return _said(
        ("analysis", "", trace.analysis if trace.call else ""),
        ("method", "Method", trace.method),
        ("source", "Source", trace.source),
        ("libraries", "Computed with", libraries),
    )


def code_place(trace: Trace) -> str:
    """File and lines of the function."""
    lines = f"lines {trace.line}–{trace.last_line}" if trace.last_line else f"line {trace.line}"
    return f"{trace.file}, {lines}"


def _of_call(trace: Trace) -> Facts:
    told = {name: text for name, text in trace.parameters.items() if name != "landmark"}
    n = len(trace.patients) + len(trace.excluded)
    return _said(
        ("declared", "Defined as", trace.declared),
        ("parameters", "With", "; ".join(f"{name}: {text}" for name, text in told.items())),
        ("patients", f"Patients (n = {n})" if n else "Patients", ranges(trace.patients)),
        (
            "excluded",
            "Left out",
            _left_out(trace.excluded),
        ),
        (
            "conditions",
            "Rows",
            "; ".join(f"{table} where {what}" for table, what in trace.conditions.items()),
        ),
        ("columns", "Columns", ", ".join(trace.columns)),
        ("origin", "Origin", _origin(trace)),
        ("warnings", "Warnings", "; ".join(trace.warnings)),
    )


def _left_out(excluded: Mapping[str, str]) -> str:
    told = [f"{who}: {why}" for who, why in excluded.items()]
    shown = told[: _FIRST if len(told) > _MOST else None]
    return "; ".join(shown) + _and_more(len(told) - len(shown))


def _origin(trace: Trace) -> str:
    if not trace.call:
        return f"{STATED} by the study or by the build"
    cells = "; ".join(trace.weakest)
    return f"{trace.origin.label} (among them {cells})" if cells else trace.origin.label


def _said(*facts: tuple[str, str, str]) -> Facts:
    return tuple(Fact(*one) for one in facts if one[2])


def ranges(patients: Sequence[str]) -> str:
    """
    Patients, three or more consecutive numbers as a range.

    >>> ranges(["8", "9", "10", "12", "13", "A01", "A02", "A03"])
    '8–10, 12, 13, A01–A03'
    """
    return _ranges(tuple(patients))


@lru_cache(maxsize=_REMEMBERED)
def _ranges(patients: tuple[str, ...]) -> str:
    runs = list(_runs(patients))
    shown = runs[: _FIRST if len(runs) > _MOST else None]
    told = ", ".join(f"{run[0]}–{run[-1]}" if len(run) >= _RUN else ", ".join(run) for run in shown)
    return told + _and_more(sum(map(len, runs)) - sum(map(len, shown)))


def _and_more(left: int) -> str:
    """That a document leaves some of a long list to the file beside it."""
    return f" and {left} more; results.json names all" if left else ""


def _runs(patients: Sequence[str]) -> Iterator[list[str]]:
    run: list[str] = []
    for one in patients:
        if run and not _follows(run[-1], one):
            yield run
            run = []
        run.append(one)
    if run:
        yield run


def _follows(before: str, one: str) -> bool:
    """Whether one differs from the other by a number that is greater by one."""
    stem, number = _NUMBERED.fullmatch(before), _NUMBERED.fullmatch(one)
    if stem is None or number is None or stem[1] != number[1]:
        return False
    return number[2] == f"{int(stem[2]) + 1:0{len(stem[2])}}"


def expected(found: Iterable[Chapter]) -> dict[tuple[str, str], str]:
    """
    What the appendix has to say, for the check of what it says.

    Returns:
        Text by the name of the function's method, call or number and the name of the field.
    """
    texts: dict[tuple[str, str], str] = {}
    for method in (one for chapter in found for one in chapter.methods.values()):
        texts |= {(method.key, fact.name): fact.text for fact in method.facts}
        texts[method.key, "code"] = f"{method.function}, {method.code}"
        for call in method.calls.values():
            texts |= {(call.key, fact.name): fact.text for fact in call.facts}
            texts |= {(call.key, f"{fact.name}-label"): fact.label for fact in call.facts}
            texts[call.key, "title"] = call.title
            for entry in call.entries:
                texts |= {(entry.id, fact.name): fact.text for fact in entry.facts}
                texts |= {(entry.id, name): sentence for name, _, sentence in entry.claims}
                texts[entry.id, "name"] = entry.name
                texts[entry.id, "operands"] = entry.computed_from
                texts[entry.id, "places"] = entry.printed_in
    return texts
