"""What changed since an earlier build, as results like any other: with ids, and with a trace."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from carreport.changes import Side, compared
from carreport.changes.model import FLIP_WORDS, NUMBER_KINDS, NUMBER_WORDS, ROW_WORDS
from carreport.changes.numbers import same
from carreport.changes.reading import from_build
from carreport.errors import BadInput, Problem
from carreport.ids import CHANGES, OF_EARLIER, PREVIOUS, join_id
from carreport.names import RESULTS, SNAPSHOT
from carreport.results.code import code_of, digest
from carreport.results.rows import PATIENT, Before, Result, Trace
from carreport.results.save import build_record
from carreport.saved.build import opened
from carreport.study.origins import Origin
from carreport.units import COUNT, TEXT, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from carreport.changes import Changes, ListingChange, NumberChange
    from carreport.results.rows import ListedResult, Results, Value
    from carreport.saved.build import Saved
    from carreport.study.settings import Settings
    from carreport.study.snapshot import Snapshot

STATED: Final = ("study.cutoff.date", "study.data.digest")
"""What is said of an earlier build itself."""
OF_THE_BUILD: Final = "study."
"""Settings and facts of a build are no news when they change."""
DAY: Final = "day"
OPTION: Final = "--previous"
DIFFERENCE: Final = f"{CHANGES}difference."
MOVED: Final = f"{CHANGES}moved."
TOTAL: Final = "total"
_FORMAT: Final = ("format",)
"""The one difference of a number that is printed in another house's format: no change of it."""
_NAMED: Final = 8
_ORIGINS: Final = {one.label: one for one in Origin}


@dataclass(frozen=True, slots=True)
class Since:
    """
    What an earlier build was, and the results that say so.

    Attributes:
        results: Every number, those of the earlier build and of the changes among them.
        record: The earlier build, for the manifest: cutoff, commit, version and digests.
        notices: What a reader should know of the comparison.
    """

    results: Results
    record: Mapping[str, Any]
    notices: tuple[str, ...]


def usable(folder: Path, snapshot: Snapshot) -> Saved:
    """
    The earlier build in a folder.

    Args:
        folder: Where it stands.
        snapshot: What is built now.

    Raises:
        BadInput: There is none, it is of another study or session, or keeps no snapshot.
    """
    saved = opened(folder, OPTION)
    record, study = saved.record, snapshot.settings.study
    where = folder.as_posix()
    found = remedy = ""
    if record["study"] != study.title:
        found = f"{where!r} holds a build of another study, {record['study']!r}"
        remedy = "name an earlier build of this study"
    elif record.get("session", "closed") != snapshot.session:
        # It would bring into an open session what is withheld there.
        then = record.get("session", "closed")
        found = (
            f"{where!r} holds a build of the {then} session, this is one of the {snapshot.session}"
        )
        remedy = "name an earlier build of the same session"
    elif not (folder / SNAPSHOT).is_file():
        found = f"{where!r} has no {SNAPSHOT}, so its rows cannot be compared"
        remedy = "build it again with this version"
    if found:
        raise BadInput([Problem("", 0, OPTION, found, remedy)])
    return saved


def compared_with(folder: Path, study: Path, snapshot: Snapshot, results: Results) -> Since:
    """
    The results of a build with what they were in an earlier one.

    Args:
        folder: The earlier build.
        study: The study folder.
        snapshot: The study as of this build's cutoff.
        results: Every number of this build.

    Raises:
        BadInput: The folder holds no build of this study, or a damaged one.
    """
    saved = usable(folder, snapshot)
    label = f"the build of {_day(_cutoff(saved))}"
    earlier = from_build(folder, label, OPTION, snapshot.own)
    record = build_record(snapshot, study)
    changes = compared(earlier, Side("this build", record, snapshot, results))
    found = since(results, changes, earlier, snapshot.settings)
    return replace(found, record={**found.record, "results": _digest(folder)})


def _cutoff(saved: Saved) -> dt.date:
    try:
        return dt.date.fromisoformat(saved.record["cutoff"])
    except ValueError as error:
        raise saved.odd(error) from error


def _digest(folder: Path) -> str:
    return hashlib.sha256((folder / RESULTS).read_bytes()).hexdigest()


def since(results: Results, changes: Changes, earlier: Side, settings: Settings) -> Since:
    """
    The results of a build with what they were in an earlier one.

    Args:
        results: Every number of this build.
        changes: What differs.
        earlier: The earlier build.
        settings: study.toml, for what the first numbers of the study are.

    Returns:
        The results; `previous.<id>` is what a number was, `changes.…` what changed.
    """
    changes = replace(changes, numbers=tuple(filter(_is_news, changes.numbers)))
    origin = _Origin(changes, earlier)
    before: dict[str, Before] = {}
    for change in changes.numbers:
        if change.old is not None and change.redefined != _FORMAT:
            before[change.id] = _before(change, origin)
    for listing in changes.listings:
        before = {**_cells(listing, origin), **before}
    told = {f"{PREVIOUS}{id_}": origin.stated(id_) for id_ in STATED}
    told |= {one.result.id: one.result for one in before.values()}
    counts = _Counts(origin, changes)
    more = [*told.values(), *counts.rows(), *counts.numbers()]
    more += counts.headlines(headlines(settings, results))
    record = {
        "cutoff": changes.old.cutoff,
        "carreport": changes.old.carreport,
        "commit": changes.old.commit,
        "digest": changes.old.digest,
        "patients": changes.old.patients,
    }
    own = {id_: one for id_, one in before.items() if id_ in results}
    whole = results.since(own, more, {one.trace.call for one in more})
    return Since(whole, record, tuple(_notices(changes)))


def _is_news(change: NumberChange) -> bool:
    return not change.id.startswith(OF_THE_BUILD)


def _notices(changes: Changes) -> Iterator[str]:
    if changes.old.cutoff > changes.new.cutoff:
        yield (
            f"the build of {changes.old.cutoff} that this one is compared with has the later cutoff"
        )
    yield from changes.notices
    if changes.disclosure:
        yield changes.disclosure


def headlines(settings: Settings, results: Results) -> list[str]:
    """
    The first numbers of any study: patients, events, landmarks, comparisons, shares, deaths.

    Args:
        settings: Endpoints, groups and proportions.
        results: Where they are; those that are not there are left out.
    """
    groups: list[dict[str, str]] = [{}, *({"group": one.id} for one in settings.group_levels())]
    ids = [join_id("disposition.enrolled.n", keys) for keys in groups]
    for endpoint in settings.endpoint:
        base = f"survival.{endpoint.id}"
        for keys in groups:
            ids += [join_id(f"{base}.{name}", keys) for name in ("events", "median")]
            ids += [
                join_id(f"{base}.rate", {**keys, "day": str(day)}) for day in endpoint.landmarks
            ]
        ids += [f"{base}.logrank_p", f"{base}.hazard_ratio"]
    ids += [f"{one.id}.rate" for one in settings.proportion]
    for keys in groups:
        ids.append(join_id("safety.death.died", keys))
        worst = {**keys, "grade": "ge3", "term": "any_event"}
        ids.append(join_id("safety.ae.patients", worst))
    return [one for one in dict.fromkeys(ids) if one in results]


def earlier_numbers(value: Value) -> Value:
    """
    What an earlier build of the study printed.

    Nothing is computed: the number is read from the results that build saved.
    """
    return value


def changes_counted(rows: Sequence[object]) -> int:
    """
    What changed since an earlier build of the study.

    Rows are compared by their keys and numbers by their ids; a patient moves a number if it comes
    out otherwise with that patient's rows alone as they are now.
    """
    return len(rows)


class _Origin:
    """Where numbers of an earlier build come from."""

    def __init__(self, changes: Changes, earlier: Side) -> None:
        self._side = earlier
        old = changes.old
        self.build = f"the build of {_day(earlier.snapshot.cutoff)}"
        commit = f", commit {old.commit[:12]}" if old.commit else ""
        self.words = {"build": f"data cutoff {old.cutoff}, snapshot {old.digest}{commit}"}
        self._saved = {
            id_: row for id_, row in earlier.saved.items() if not id_.startswith(OF_EARLIER)
        }

    def trace(self, id_: str, population: str) -> Trace:
        """The trace of a number the earlier build saved."""
        row = self._saved.get(id_)
        if row is None and id_ in self._side.results:
            one = self._side.results[id_].trace
            return _trace(self.words, population or one.population, one.patients, one.excluded,
                          one.origin, one.tables, one.columns)  # fmt: skip
        told: Mapping[str, Any] = row or {}
        return _trace(
            self.words,
            told.get("population", population),
            tuple(told.get("patients", ())),
            told.get("excluded", {}),
            _ORIGINS.get(told.get("origin", ""), Origin.COLLECTED),
            tuple(told.get("tables", ())),
            tuple(told.get("columns", ())),
        )

    def stated(self, id_: str) -> Result:
        """What the earlier build said of itself."""
        one = self._side.results[id_]
        row = self._saved.get(id_)
        value, shown = (row["value"], row["display"]) if row else (one.value, one.display)
        trace = self.trace(id_, "the earlier build")
        says = f"In {self.build}: {one.definition}"
        return Result(f"{PREVIOUS}{id_}", value, one.unit, "", 0, trace, {}, shown, says)


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def _trace(
    told: Mapping[str, str],
    population: str,
    patients: tuple[str, ...],
    excluded: Mapping[str, str],
    origin: Origin,
    tables: tuple[str, ...],
    columns: tuple[str, ...],
) -> Trace:
    code = code_of(earlier_numbers)
    return Trace(
        population=population,
        method="read from the results the earlier build saved",
        source="",
        analysis="What an earlier build of the study printed.",
        function=code.function,
        file=code.file,
        line=code.line,
        tables=tables,
        columns=columns,
        patients=patients,
        excluded=excluded,
        origin=origin,
        parameters=told,
        last_line=code.last_line,
        code=digest(earlier_numbers),
        call="previous:earlier_numbers",
    )


def _before(change: NumberChange, origin: _Origin) -> Before:
    """What a number was, and who moved it."""
    old = change.old
    assert old is not None  # noqa: S101 - asked for those that are not new
    plain = show(old.value, old.unit, missing=old.missing)
    result = Result(
        id=f"{PREVIOUS}{change.id}",
        value=old.value,
        unit=old.unit,
        missing=old.missing,
        n=old.n,
        trace=origin.trace(change.id, old.population),
        shown="" if old.display == plain else old.display,
        says=f"In {origin.build}: {old.definition}",
    )
    return Before(result, origin.build, movers(change), _cause(change))


def movers(change: NumberChange) -> tuple[str, ...]:
    """Whose rows moved a number, those who moved it most first."""
    moved = [one.patient for one in change.contributions if one.change or one.change is None]
    return tuple(dict.fromkeys([*moved, *change.alone]))


def _cause(change: NumberChange) -> str:
    """What moved a number, in words."""
    effects = change.effects
    data = 0.0 if effects.data == effects.cutoff else effects.data
    parts = (("data", data), ("the day of the cutoff", effects.cutoff),
             ("definitions", effects.definition), ("code", effects.code))  # fmt: skip
    found = [name for name, value in parts if value]
    if found:
        return f"changed by {' and '.join(found)}"
    return change.unattributed


def _cells(change: ListingChange, origin: _Origin) -> dict[str, Before]:
    """
    What cells of a listing were that are something else now.

    Those of a curve are drawn and not printed: the listing as a whole says that it changed.
    """
    old, new = change.old, change.new
    if old is None or new is None or DAY in new.key:
        return {}
    then = {tuple(sorted(old.keys_of(row).items())): row for row in range(len(old.rows))}
    names = {one.name for one in old.columns}
    found = {}
    for row in range(len(new.rows)):
        keys = tuple(sorted(new.keys_of(row).items()))
        for column in new.columns:
            if keys in then and column.name in names and column.name not in new.key:
                was, now = _cell(old, then[keys], column.name), _cell(new, row, column.name)
                if not same(was, now, column.unit.kind):
                    one = _cell_before(old, then[keys], column.name, origin)
                    found[new.id_of(row, column.name)] = one
    return found


def _cell(listing: ListedResult, row: int, column: str) -> Value:
    return listing.rows[row][[one.name for one in listing.columns].index(column)]


def _cell_before(listing: ListedResult, row: int, column: str, origin: _Origin) -> Before:
    cell = listing.cell(row, column)
    trace = origin.trace(cell.id, cell.trace.population)
    says = f"In {origin.build}: {cell.definition}"
    then = replace(cell, id=f"{PREVIOUS}{cell.id}", trace=trace, says=says)
    patient = listing.keys_of(row).get(PATIENT)
    return Before(then, origin.build, (patient,) if patient else ())


class _Counts:
    """How much of what changed."""

    def __init__(self, origin: _Origin, changes: Changes) -> None:
        self._changes = changes
        self._told = origin.words

    def rows(self) -> Iterator[Result]:
        """Rows that differ: of each class in each table, of each class, and all."""
        rows = self._changes.rows
        for (name, table), count in self._changes.by_row_class.items():
            of = [one.patient for one in rows if (one.class_, one.table) == (name, table)]
            keys = {"class": name, "table": table}
            yield self._count("rows.n", keys, count, f"Rows of {table}: {ROW_WORDS[name]}.", of)
        for name, words in ROW_WORDS.items():
            of = [one.patient for one in rows if one.class_ == name]
            yield self._count("rows.n", {"class": name}, len(of), f"Rows: {words}.", of)
        every = [one.patient for one in rows]
        yield self._count("rows.n", {}, len(rows), "Rows that differ.", every)
        count = len(set(every))
        yield self._count("patients.n", {}, count, "Patients with a row that differs.", every)

    def numbers(self) -> Iterator[Result]:
        """Numbers that differ, by what happened to them, and those that turned over."""
        for kind in NUMBER_KINDS:
            count = self._changes.by_number_kind[kind]
            yield self._count(
                "numbers.n", {"class": kind}, count, f"Numbers: {NUMBER_WORDS[kind]}."
            )
        turned = len(self._changes.flips)
        says = f"Numbers that turned over: {', '.join(FLIP_WORDS.values())}."
        yield self._count("numbers.n", {"class": "flip"}, turned, says)
        same_ = self._changes.unchanged
        yield self._count("numbers.n", {"class": "unchanged"}, same_, "Numbers: unchanged.")

    def headlines(self, ids: Sequence[str]) -> Iterator[Result]:
        """For each of the first numbers that changed in print, by how much, and because of whom."""
        known = {one.id: one for one in self._changes.numbers if one.kind == "print"}
        for id_ in ids:
            if id_ in known:
                change = known[id_]
                says = "By how much the number changed since the earlier build."
                told = change.difference_shown or "–"
                yield self._text(f"{DIFFERENCE}{id_}", told, says, movers(change))
                whose = _some(movers(change)) or _nobody(change)
                says = "Patients whose rows moved the number, those who moved it most first."
                yield self._text(f"{MOVED}{id_}", whose, says, movers(change))

    def _count(
        self, name: str, keys: Mapping[str, str], count: int, says: str, of: Sequence[str] = ()
    ) -> Result:
        trace = self._trace(tuple(dict.fromkeys(of)))
        id_ = join_id(f"{CHANGES}{name}", keys)
        return Result(id_, count, COUNT, "", len(trace.patients), trace, says=says)

    def _text(self, id_: str, text: str, says: str, of: Sequence[str]) -> Result:
        return Result(id_, text, TEXT, "", len(of), self._trace(tuple(of)), says=says)

    def _trace(self, patients: tuple[str, ...]) -> Trace:
        code = code_of(changes_counted)
        blank = _trace(self._told, "", patients, {}, Origin.COLLECTED, (), ())
        return replace(
            blank,
            population="rows and numbers of two builds",
            method="comparison with an earlier build",
            analysis="What changed since an earlier build of the study.",
            function=code.function,
            line=code.line,
            last_line=code.last_line,
            code=digest(changes_counted),
            call="changes:changes_counted",
        )


def _nobody(change: NumberChange) -> str:
    """Why a number is moved by nobody in particular."""
    if change.effects.cutoff:
        return change.unattributed or "the cutoff"
    return "no patient alone" if change.effects.data else _cause(change) or "–"


def _some(patients: Sequence[str]) -> str:
    left = len(patients) - _NAMED
    named = ", ".join(patients[:_NAMED])
    return f"{named} and {left} more" if left > 0 else named
