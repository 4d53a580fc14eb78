"""What a call of an analysis was handed, and the same with one patient's rows from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from carreport.analyses.declare import LINE
from carreport.results.scope import frames_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from carreport.results.runner import Call
    from carreport.study.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Handed:
    """
    The frames of one call.

    Attributes:
        frames: By parameter.
        patients: For each frame that has rows of patients, whose each row is.
        item: What the call is for.
    """

    frames: Mapping[str, pd.DataFrame]
    patients: Mapping[str, np.ndarray]
    item: Any


def handed(snapshot: Snapshot, call: Call) -> Handed:
    """
    What a call is handed.

    Args:
        snapshot: The study as of its cutoff.
        call: One of its calls.
    """
    frames, patients = frames_of(snapshot, call.analysis, call.item, call.scope)
    return Handed(frames, patients, call.item)


@dataclass(frozen=True, slots=True)
class _Both:
    """
    One frame of both sides, old rows before new ones.

    Attributes:
        rows: All rows.
        size: How many of them are old.
        old: Rows of each patient in the old.
        new: The same in the new.
        content: For each row a number that is the same for rows of the same cells.
    """

    rows: pd.DataFrame
    size: int
    old: Mapping[str, np.ndarray]
    new: Mapping[str, np.ndarray]
    content: np.ndarray

    @classmethod
    def of(cls, name: str, old: Handed, new: Handed) -> _Both:
        parts = [one.frames[name] for one in (old, new)]
        filled = [one for one in parts if len(one)] or parts[:1]
        rows = pd.concat(filled, ignore_index=True) if len(filled) > 1 else filled[0]
        size = len(parts[0])
        positions = (_positions(old.patients[name], 0), _positions(new.patients[name], size))
        return cls(rows, size, *positions, _content(rows))

    def changed(self) -> Iterator[str]:
        """Patients whose rows are not the same cells in the same order."""
        none = np.empty(0, dtype=int)
        for one in dict.fromkeys([*self.old, *self.new]):
            before, after = self.old.get(one, none), self.new.get(one, none)
            if not np.array_equal(self.content[before], self.content[after]):
                yield one

    def with_new(self, patient: str) -> pd.DataFrame:
        """The old rows, those of one patient as they are in the new, in their place."""
        none = np.empty(0, dtype=int)
        before, after = self.old.get(patient, none), self.new.get(patient, none)
        order = np.arange(self.size)
        if len(before) == len(after):
            order[before] = after
        else:
            keep = np.delete(order, before)
            at = int(np.searchsorted(keep, before[0])) if len(before) else self.size
            order = np.insert(keep, at, after)
        swapped = self.rows.take(order)
        swapped.index = pd.RangeIndex(len(order))
        return swapped


def _positions(patients: np.ndarray, first: int) -> dict[str, np.ndarray]:
    """The rows of each patient, in table order."""
    codes, names = pd.factorize(patients)
    order = np.argsort(codes, kind="stable")
    bounds = np.searchsorted(codes[order], np.arange(1, len(names)))
    parts = np.split(order + first, bounds) if len(names) else []
    return {str(name): part for name, part in zip(names, parts, strict=True)}


def _content(rows: pd.DataFrame) -> np.ndarray:
    """
    A number for each row, the same for the same cells.

    Lines in a file are left out: a row that stands elsewhere is the same row.
    """
    found = np.zeros(len(rows), dtype=np.int64)
    for name in rows:
        if name != LINE:
            codes = pd.factorize(rows[name])[0].astype(np.int64) + 1
            both = found * (int(codes.max(initial=0)) + 1) + codes
            found = pd.factorize(both)[0].astype(np.int64)
    return found


@dataclass(frozen=True, slots=True)
class Swapping:
    """
    One call on both sides, ready to be handed the old with one patient's rows from the new.

    Attributes:
        changed: Patients whose handed rows differ, in the order of the tables.
        whole: Whether nothing else that is handed differs.
    """

    changed: tuple[str, ...]
    whole: bool
    _old: Handed
    _new: Handed
    _both: Mapping[str, _Both]

    @classmethod
    def between(cls, old: Handed, new: Handed) -> Swapping:
        """
        The same call on two sides.

        Args:
            old: What it is handed in the old.
            new: What it is handed in the new.
        """
        both = {name: _Both.of(name, old, new) for name in old.patients if name in new.patients}
        changed = [one for name in both for one in both[name].changed()]
        changed += [one for one in _moved(old.item, new.item) if one not in changed]
        whole = both.keys() == new.patients.keys() and all(
            name in new.frames and frame.equals(new.frames[name])
            for name, frame in old.frames.items()
            if name not in both
        )
        return cls(tuple(dict.fromkeys(changed)), whole, old, new, both)

    def given(self, patient: str) -> dict[str, Any]:
        """Frames and item: the old, with one patient as in the new."""
        frames = {
            name: self._both[name].with_new(patient) if name in self._both else frame
            for name, frame in self._old.frames.items()
        }
        return {**frames, "item": _with_patient(self._old.item, self._new.item, patient)}


def _moved(old: Any, new: Any) -> list[str]:
    """Patients an item names on one side only."""
    pairs = _parts(old, new)
    return [one for a, b in pairs for one in sorted({*a.patients} ^ {*b.patients})]


def _parts(old: Any, new: Any) -> list[tuple[Any, Any]]:
    """Items that name patients, itself or the checks in it, in pairs."""
    if isinstance(getattr(old, "patients", None), tuple):
        return [(old, new)]
    by_id = {one.id: one for one in getattr(new, "checks", ())}
    return [(one, by_id[one.id]) for one in getattr(old, "checks", ()) if one.id in by_id]


def _with_patient(old: Any, new: Any, patient: str) -> Any:
    """The old item; where it names patients, with this one as the new names them."""
    pairs = _parts(old, new)
    if not pairs or all((patient in a.patients) == (patient in b.patients) for a, b in pairs):
        return old
    swapped = {a.id: a.model_copy(update={"patients": _swapped(a, b, patient)}) for a, b in pairs}
    if isinstance(getattr(old, "patients", None), tuple):
        return swapped[old.id]
    return old.model_copy(update={"checks": tuple(swapped.get(one.id, one) for one in old.checks)})


def _swapped(old: Any, new: Any, patient: str) -> tuple[str, ...]:
    if patient in new.patients:
        return old.patients if patient in old.patients else (*old.patients, patient)
    return tuple(one for one in old.patients if one != patient)
