"""Two sides to everything that differs between them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from carreport.changes import definitions, impact
from carreport.changes.attribution import attribute
from carreport.changes.explaining import Explaining
from carreport.changes.flips import flip_rank
from carreport.changes.model import NUMBER_KINDS, Changes, ListingChange, Named, PatientChange
from carreport.changes.numbers import Listed, listed, same, sights
from carreport.changes.rows import rows_changed
from carreport.errors import BadInput
from carreport.ids import split_id
from carreport.results import plan, run
from carreport.results.rows import PATIENT
from carreport.results.save import result_row
from carreport.study.snapshot_file import with_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from carreport.changes.model import (
        Differing,
        NumberChange,
        RowChange,
        RowClass,
    )
    from carreport.changes.numbers import Sight
    from carreport.changes.side import Side
    from carreport.results.rows import Results
    from carreport.study.own import OwnFile
    from carreport.study.snapshot import Snapshot

REVEALING: Final = 2
"""A number shown with and without so few patients tells what they had."""
REORDERED: Final = "the same rows stand in another order: digests of the data differ, nothing else"
PATIENTS: Final = "patients"
_STATED: Final = "study."
_DIGESTS: Final = ("study.data.digest", "study.table.digest@")
_NAMED: Final = 3


def compared(old: Side, new: Side) -> Changes:
    """
    Everything that differs between two sides.

    Args:
        old: What the other is compared with.
        new: What the comparison is about.

    Returns:
        Rows, numbers and listings that differ, who moved each number, where it is printed.

    Raises:
        BadInput: Two rows of one table share its key.
    """
    old, new = _by_one_code(old, new)
    rows = rows_changed(old.snapshot, new.snapshot)
    settings = definitions.settings_changed(old.snapshot, new.snapshot)
    base, notices = _based(old, new, settings)
    numbers, listings, unchanged = _numbers(old, new, base, rows)
    columns = definitions.columns_changed(old.snapshot, new.snapshot)
    if not (rows or columns):
        kept = tuple(one for one in numbers if not one.id.startswith(_DIGESTS))
        notices = (*notices, *([REORDERED] if len(kept) < len(numbers) else []))
        numbers = kept
    drawn = impact.figures(old, new, {one.id for one in numbers}, {one.id for one in listings})
    return Changes(
        old=_named(old),
        new=_named(new),
        notices=(*_strangers(old, new), *notices),
        rows=rows,
        numbers=numbers,
        unchanged=unchanged,
        listings=tuple(
            replace(one, figures=tuple(f.id for f in drawn if one.id in f.listings))
            for one in listings
        ),
        listings_unchanged=len({*old.results.listings} & {*new.results.listings})
        - sum(one.old is not None and one.new is not None for one in listings),
        figures=drawn,
        said=impact.said(numbers),
        settings=settings,
        columns=columns,
        code=definitions.code_changed(old, new),
        environment=definitions.environment_changed(old, new),
        patients=_patients(old.snapshot, new.snapshot, rows, numbers),
        disclosure=_disclosure(old.snapshot, new.snapshot, rows),
    )


def _by_one_code(old: Side, new: Side) -> tuple[Side, Side]:
    """
    Both sides by the same analyses of the study's own: those of the new study folder.

    What a side gave by others is then what it saved. A build keeps no code; the other side's is used.
    """
    own = old.snapshot.own if new.saved else new.snapshot.own
    return _by(old, own), _by(new, own)


def _by(side: Side, own: tuple[OwnFile, ...]) -> Side:
    if side.snapshot.own == own:
        return side
    snapshot = replace(side.snapshot, own=own)
    results = run(plan(snapshot), snapshot, strict=False)
    saved = side.saved or {id_: result_row(side.results[id_]) for id_ in side.results}
    return replace(side, snapshot=snapshot, results=results, saved=saved)


@dataclass(frozen=True, slots=True)
class _Base:
    """The old rows under the settings of the new, and what they give."""

    snapshot: Snapshot
    results: Results
    redefined: bool


def _based(old: Side, new: Side, settings: Sequence[Differing]) -> tuple[_Base, tuple[str, ...]]:
    """The old rows under the new settings, where these may change a number."""
    plain = _Base(old.snapshot, old.results, redefined=False)
    if not definitions.decide_numbers(tuple(settings)):
        return plain, ()
    shared = definitions.shared_settings(new.snapshot.settings, old.snapshot)
    try:
        snapshot = with_settings(old.snapshot, shared)
        return _Base(snapshot, run(plan(snapshot), snapshot, strict=False), redefined=True), ()
    except (BadInput, ExceptionGroup, KeyError) as error:
        why = str(error).splitlines()[0] if isinstance(error, BadInput) else type(error).__name__
        notice = (
            f"the definitions differ, and the earlier rows cannot be used under the new ones ({why}): "
            "what definitions did and what data did is not told apart"
        )
        return plain, (notice,)


def _numbers(
    old: Side, new: Side, base: _Base, rows: Sequence[RowChange]
) -> tuple[tuple[NumberChange, ...], tuple[ListingChange, ...], int]:
    before, after = sights(old), sights(new)
    lists = {
        id_: listed(old.results.listings.get(id_), new.results.listings.get(id_))
        for id_ in dict.fromkeys([*new.results.listings, *old.results.listings])
    }
    printed = {*old.uses, *new.uses}
    cells = {
        id_: (listing, (then.number() if then else None, now.number() if now else None))
        for listing, one in lists.items()
        for id_, (then, now) in one.cells.items()
        if id_ in printed
    }
    attributed = attribute(
        plan(new.snapshot),
        base.snapshot,
        new.snapshot,
        _wanted(before, after, base, new, lists, cells),
    )
    counted = Counter(one.patient for one in rows)
    started = frozenset(one.patient for one in rows if one.table == PATIENTS)
    explaining = Explaining(old, new, base.results, base.redefined, attributed, counted, started)
    found = [
        change
        for id_ in dict.fromkeys([*after, *before])
        if (change := explaining.plain(id_, before.get(id_), after.get(id_))) is not None
    ]
    differing = len(found)
    found += [explaining.cell(id_, *pair, _call(old, new, listing))
              for id_, (listing, pair) in cells.items()]  # fmt: skip
    unchanged = len({*after, *before}) - differing
    listings = tuple(
        ListingChange(
            id_,
            old.results.listings.get(id_),
            new.results.listings.get(id_),
            one.added,
            one.removed,
            one.changed,
            attributed.patients.get(_call(old, new, id_), ()),
        )
        for id_, one in lists.items()
        if one.cells
    )
    return _ordered(_placed(old, new, found)), listings, unchanged


def _call(old: Side, new: Side, listing: str) -> str:
    """The call that gives a listing."""
    side = new if listing in new.results.listings else old
    return side.results.listings[listing].trace.call


def _wanted(
    before: Mapping[str, Sight],
    after: Mapping[str, Sight],
    base: _Base,
    new: Side,
    lists: Mapping[str, Listed],
    cells: Mapping[str, tuple[str, object]],
) -> dict[str, list[str]]:
    """By call, the numbers that data moved; and the calls of listings that differ."""
    wanted: dict[str, list[str]] = {}
    for id_ in before.keys() & after.keys():
        if id_ in base.results and id_ in new.results:
            then, now = base.results[id_], new.results[id_]
            if now.trace.call and not same(then.value, now.value, now.unit.kind):
                wanted.setdefault(now.trace.call, []).append(id_)
    for id_, one in lists.items():
        if one.cells and id_ in new.results.listings:
            wanted.setdefault(new.results.listings[id_].trace.call, [])
    for id_, (listing, _) in cells.items():
        if PATIENT not in split_id(id_)[1] and listing in new.results.listings:
            wanted.setdefault(new.results.listings[listing].trace.call, []).append(id_)
    return wanted


def _placed(old: Side, new: Side, found: Sequence[NumberChange]) -> Iterator[NumberChange]:
    ids = {one.id for one in found}
    now, then = impact.places(new, "new", ids), impact.places(old, "old", ids)
    for one in found:
        yield replace(one, places=(*now.get(one.id, ()), *then.get(one.id, ())))


def _ordered(found: Iterator[NumberChange]) -> tuple[NumberChange, ...]:
    """Flips first, printed ones before others; then by kind; what the build says of itself last."""
    return tuple(
        sorted(
            found,
            key=lambda one: (
                one.id.startswith(_STATED),
                flip_rank(one),
                not one.places and bool(one.flips),
                NUMBER_KINDS.index(one.kind),
            ),
        )
    )


def _named(side: Side) -> Named:
    digest = side.results["study.data.digest"].value if "study.data.digest" in side.results else ""
    return Named(
        side.label,
        side.snapshot.settings.study.title,
        side.snapshot.cutoff.isoformat(),
        str(digest or ""),
        str(side.record.get("commit") or ""),
        str(side.record.get("carreport") or ""),
        len(side.snapshot.patients),
    )


def _strangers(old: Side, new: Side) -> Iterator[str]:
    """Signs that these are two studies."""
    titles = [side.snapshot.settings.study.title for side in (old, new)]
    then, now = (set(side.snapshot.patients.frame["patient_id"]) for side in (old, new))
    if not then & now:
        yield (
            f"no patient of {old.label} is in {new.label}: these are two studies, or the patients "
            "go by other ids; every row counts as removed and added"
        )
    if titles[0] != titles[1]:
        yield f"the titles differ: {titles[0]!r} and {titles[1]!r}"
    sessions = [getattr(side.snapshot, "session", "closed") for side in (old, new)]
    if sessions[0] != sessions[1]:
        yield f"one side is of an {sessions[0]} session, the other of a {sessions[1]} one"


def _patients(
    old: Snapshot, new: Snapshot, rows: Sequence[RowChange], numbers: Sequence[NumberChange]
) -> tuple[PatientChange, ...]:
    """Patients with rows that differ or who moved a number, those who moved most first."""
    then, now = (set(side.patients.frame["patient_id"]) for side in (old, new))
    classes: dict[str, Counter[RowClass]] = {}
    for row in rows:
        classes.setdefault(row.patient, Counter())[row.class_] += 1
    moved: dict[str, list[str]] = {}
    for change in numbers:
        if change.kind == "print":
            for one in change.contributions:
                moved.setdefault(one.patient, []).append(change.id)
    found = [
        PatientChange(
            one,
            dict(classes.get(one, {})),
            tuple(moved.get(one, ())),
            one in now - then,
            one in then - now,
        )
        for one in {**classes, **moved}
    ]
    return tuple(
        sorted(found, key=lambda one: (-len(one.numbers), -sum(one.rows.values()), one.patient))
    )


def _disclosure(old: Snapshot, new: Snapshot, rows: Sequence[RowChange]) -> str:
    """A warning where so few patients make the difference that numbers tell of them."""
    then, now = (set(side.patients.frame["patient_id"]) for side in (old, new))
    for who, one, two in (
        (sorted({row.patient for row in rows}), "has other rows", "have other rows"),
        (sorted(then ^ now), "is in one of the two only", "are in one of the two only"),
    ):
        if len(who) == 1:
            return f"only one patient ({who[0]}) {one}: whoever sees both can tell what this patient had"
        if 0 < len(who) <= REVEALING:
            names = " and ".join(who)
            return f"only two patients ({names}) {two}: whoever sees both can tell what these had"
    return ""
