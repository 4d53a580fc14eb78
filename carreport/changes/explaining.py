"""One number on both sides to what changed, how much of it is due to what, and to whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from carreport.changes.flips import flips, other_limit
from carreport.changes.model import Contribution, Effects, NumberChange
from carreport.changes.numbers import redefined, same
from carreport.changes.showing import difference_shown
from carreport.ids import split_id
from carreport.results.rows import PATIENT
from carreport.units import NOT_ESTIMABLE, STYLES, show

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from carreport.changes.attribution import Attributed
    from carreport.changes.model import Number, NumberKind
    from carreport.changes.numbers import Sight
    from carreport.changes.side import Side
    from carreport.results.rows import Results, Value

STATED: Final = "stated of the study and the build, not computed from rows of patients"
BY_CODE: Final = "the code changed it, or the libraries"
NOT_HERE: Final = "its code is not here; name the study folder to know what moved it"
BY_DEFINITION: Final = "the definitions changed it"
ONLY_ONE: Final = "only one side has it"
TOGETHER: Final = "no patient alone moves it; several together do"
BY_CUTOFF: Final = "only the day of the cutoff moved it, no row of a patient"
POTENTIAL: Final = ".potential"
"""How long a patient could have been followed: from the start to the day of the cutoff."""
OF_OTHERS: Final = "the patient's own rows did not change"
_NOISE: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Explaining:
    """
    What is needed to explain a number.

    Attributes:
        old: One side.
        new: The other.
        base: What the old rows give under the settings of the new.
        redefined: Whether these settings may differ.
        attributed: What single patients do.
        rows: How many rows of each patient differ.
        started: Patients whose row of `patients` differs.
    """

    old: Side
    new: Side
    base: Results
    redefined: bool
    attributed: Attributed
    rows: Mapping[str, int]
    started: frozenset[str] = frozenset()

    def plain(self, id_: str, before: Sight | None, after: Sight | None) -> NumberChange | None:
        """A number that is no cell of a listing; None if it is the same on both sides."""
        if before is None or after is None:
            only = after or before
            kind: NumberKind = "gone" if after is None else "new"
            why = STATED if only and not only.call else ONLY_ONE
            then, now = (one.number if one else None for one in (before, after))
            return NumberChange(id_, kind, then, now, unattributed=why)
        words = redefined(before, after)
        old, new = before.number, after.number
        alike = same(old.value, new.value, new.unit.kind) and "unit" not in words
        if alike and ("format" in words or not self._printed_otherwise(id_, old, new)):
            return NumberChange(id_, "redefined", old, new, redefined=words) if words else None
        base = self.base[id_].value if id_ in self.base else None
        steps = _Steps(old.value, before.here, base, after.here, new.value)
        return self._changed(id_, old, new, words, steps, after.call, stated=not after.call)

    def cell(self, id_: str, old: Number | None, new: Number | None, call: str) -> NumberChange:
        """A printed cell of a listing that differs."""
        if old is None or new is None:
            return NumberChange(id_, "gone" if new is None else "new", old, new,
                                unattributed=ONLY_ONE)  # fmt: skip
        words = (
            () if (old.unit.name, old.unit.kind) == (new.unit.name, new.unit.kind) else ("unit",)
        )
        base = self.base[id_].value if self.redefined and id_ in self.base else old.value
        steps = _Steps(old.value, old.value, base, new.value, new.value)
        return self._changed(id_, old, new, words, steps, call)

    def _changed(
        self,
        id_: str,
        old: Number,
        new: Number,
        words: tuple[str, ...],
        steps: _Steps,
        call: str,
        *,
        stated: bool = False,
    ) -> NumberChange:
        difference = None if "unit" in words else _less(new.value, old.value)
        moved = self._contributions(id_, steps, old, new, call)
        parts: dict[bool, list[Contribution]] = {False: [], True: []}
        for one in moved:
            parts[self._is_of_the_day(id_, one)].append(one)
        found, of_the_day = tuple(parts[False]), tuple(parts[True])
        effects = Effects() if "unit" in words else steps.effects(found, of_the_day)
        opposite = self._here(other_limit(id_))
        return NumberChange(
            id_,
            "print" if self._printed_otherwise(id_, old, new) else "raw",
            old,
            new,
            difference,
            "" if difference is None else difference_shown(difference, new.unit),
            ()
            if "unit" in words
            else flips(id_, old, new, self.new.snapshot.settings.study.confidence, opposite),
            words,
            effects,
            found,
            tuple(one.patient for one in found if one.change is None and one.value == steps.new),
            STATED
            if stated
            else BY_CUTOFF
            if of_the_day and not found
            else self._why(id_, call, found, steps)
            if self._is_here(id_)
            else NOT_HERE,
        )

    def _is_here(self, id_: str) -> bool:
        """Whether any code here gives it, for either side."""
        return id_ in self.new.results or id_ in self.old.results

    def _here(self, id_: str) -> Value:
        return self.new.results[id_].value if id_ in self.new.results else None

    def _is_of_the_day(self, id_: str, one: Contribution) -> bool:
        """Whether the day of the cutoff did it, and not what is recorded of the patient."""
        if self.old.snapshot.cutoff == self.new.snapshot.cutoff:
            return False
        potential = split_id(id_)[0].endswith(POTENTIAL) and one.patient not in self.started
        return potential or not one.rows

    def _contributions(
        self, id_: str, steps: _Steps, old: Number, new: Number, call: str
    ) -> tuple[Contribution, ...]:
        """What each patient alone does, the largest first; nobody who does nothing."""
        moved = dict(self.attributed.values.get(id_, {}))
        own = split_id(id_)[1].get(PATIENT)
        if own is not None and not moved and own in self.attributed.patients.get(call, ()):
            # The row of a patient rests on the patient's own.
            moved = {own: steps.new}
        missing = new.missing or old.missing or (NOT_ESTIMABLE if new.unit.kind != "text" else "")
        found = [
            Contribution(
                one, _less(value, steps.base), value, new.unit, missing, self.rows.get(one, 0)
            )
            for one, value in moved.items()
            if not same(value, steps.base, new.unit.kind)
        ]
        return tuple(sorted(found, key=lambda one: (-abs(one.change or 0), one.patient)))

    def _why(self, id_: str, call: str, found: Iterable[Contribution], steps: _Steps) -> str:
        """Why there are no contributions, or why they are not all."""
        if same(steps.base, steps.new, ""):
            return BY_CODE if same(steps.here, steps.base, "") else BY_DEFINITION
        if reason := self.attributed.reasons.get(call):
            return reason
        if tuple(found):
            return ""
        return OF_OTHERS if PATIENT in split_id(id_)[1] else TOGETHER

    def _printed_otherwise(self, id_: str, old: Number, new: Number) -> bool:
        """Whether any form it is printed in differs, or its default form."""
        if old.display != new.display:
            return True
        forms = {
            style
            for side, number in ((self.old, old), (self.new, new))
            for use in side.uses.get(id_, ())
            for style in _styles(number, use["printed"])
        }
        return any(_shown(old, style) != _shown(new, style) for style in forms)


@dataclass(frozen=True, slots=True)
class _Steps:
    """
    A number from the old to the new, one thing changed at a time.

    Attributes:
        saved: As the old build has it.
        here: By the code here, on the old rows under their settings.
        base: The same under the settings of the new.
        new: On the new rows.
        built: As the new build has it.
    """

    saved: Value
    here: Value
    base: Value
    new: Value
    built: Value

    def effects(
        self, found: Iterable[Contribution], of_the_day: Collection[Contribution]
    ) -> Effects:
        """How much of the difference is due to what."""
        parts = (_less(self.here, self.saved), _less(self.built, self.new))
        code = None if None in parts else sum(one for one in parts if one is not None)
        data = _less(self.new, self.base)
        day = sum(one.change for one in of_the_day if one.change is not None)
        total = day + sum(one.change for one in found if one.change is not None)
        return Effects(
            code,
            _less(self.base, self.here),
            data,
            None if data is None else self._quiet(data - total, total),
            day if of_the_day and data is not None else None,
        )

    def _quiet(self, residual: float, total: float) -> float:
        """Zero where nothing but binary noise is left over."""
        sizes = [abs(one) for one in (self.base, self.new, total) if isinstance(one, (int, float))]
        return 0.0 if abs(residual) <= _NOISE * max(sizes, default=0.0) else residual


def _less(one: Value, other: Value) -> float | None:
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return one - other
    return None


def _shown(number: Number, style: str) -> str:
    return (
        show(number.value, number.unit, style, missing=number.missing) if style else number.display
    )


def _styles(number: Number, printed: str) -> tuple[str, ...]:
    """The first named form in which a number is printed so."""
    return next(((one,) for one in STYLES if _shown(number, one) == printed), ())
