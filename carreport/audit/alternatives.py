"""
Where our number differs from a printed one: what else would have given what is printed.

One thing is changed at a time: how the number was rounded, in what it is counted, by which method,
of whom, or what a study declares to be another reading of the same words (`[[alternative]]` of
audit.toml). What needs two changes at once is not told: it would be found for almost any number.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Self

from pydantic import BaseModel, ConfigDict, model_validator

from carreport.audit import methods
from carreport.audit.scale import DAYS_PER, in_its_place, on_scale, recomputed
from carreport.errors import BadInput, Problem
from carreport.ids import join_id, split_id
from carreport.units import DAYS, DAYS_PER_MONTH, DAYS_PER_YEAR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import pandas as pd

    from carreport.audit.claims import Claim
    from carreport.audit.printed import Printed
    from carreport.results import Result, Results
    from carreport.study.snapshot import Snapshot

_ROUNDINGS: Final[Mapping[str, Callable[[Fraction], int]]] = {
    "rounded half to even": round,
    "rounded down": math.trunc,
    "rounded up": lambda steps: math.ceil(steps) if steps > 0 else math.floor(steps),
}
"""Other than half away from zero; the first that gives a number is told."""
_CALENDARS: Final = {
    "months": {
        "in months of 30 days": 30.0,
        "in months of 28 days": 28.0,
        "in months of 365/12 days": 365 / 12,
    },
    "years": {"in years of 365 days": 365.0, "in years of 360 days": 360.0},
}
_COUNTED_IN: Final = {
    "days": ("in days", 1.0),
    "weeks": ("in weeks", 7.0),
    "months": ("in months", DAYS_PER_MONTH),
    "years": ("in years", DAYS_PER_YEAR),
}
_PLUS: Final = " + "


class Alternative(BaseModel):
    """
    [[alternative]]: another number that the same words may have meant.

    Attributes:
        of: What is told of: an id, or its beginning up to a dot; keys as far as they matter.
        instead: The other number, or several that are added, joined by ` + `. Where `of` is a
            beginning so is this. Keys that it gives replace those of `of`; the others are kept.
        size: For a percentage, the number of patients it may have been taken of.
        text: How the other number comes about, so that "it is" can follow.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    of: str
    instead: str = ""
    size: str = ""
    text: str

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if bool(self.instead) == bool(self.size):
            message = f"an alternative of {self.of} names either another number or another size"
            raise ValueError(message)
        return self

    def stands_for(self, id_: str) -> bool:
        """Whether it is one of the number with this id."""
        base, keys = split_id(id_)
        own, needed = split_id(self.of)
        return (base == own or base.startswith(f"{own}.")) and needed.items() <= keys.items()

    def ids(self, id_: str) -> list[str]:
        """The ids of what stands instead of the number with this id."""
        base, keys = split_id(id_)
        own, needed = split_id(self.of)
        rest = base.removeprefix(own)
        kept = {key: value for key, value in keys.items() if key not in needed}
        named = [split_id(one.strip()) for one in self.instead.split(_PLUS)]
        return [join_id(other + rest, {**kept, **given}) for other, given in named]


@dataclass(frozen=True, slots=True)
class Other:
    """
    What our number would be with one thing changed.

    Attributes:
        how: What is changed, so that "it is" can follow.
        result: Our number with the value it then has.
        days_per: Days in one of what time is counted in, where that is what is changed.
        bare: Whether the printed unit is not the one it is counted in.
    """

    how: str
    result: Result
    days_per: float | None = None
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Alternatives:
    """
    Everything that may be tried where our number differs from a printed one.

    Attributes:
        results: Every number.
        declared: What the study declares.
        snapshot: The study, for methods that need its patients; without it they are not tried.
    """

    results: Results
    declared: tuple[Alternative, ...] = ()
    snapshot: Snapshot | None = None

    def told(self, claim: Claim) -> str:
        """
        What gives the number that a claim prints, as a clause; empty if nothing does.

        Args:
            claim: A claim with which our number does not agree.
        """
        number = claim.number
        if number is None or claim.orders or claim.kind == "text":
            return ""
        ours = self.results[claim.result_id]
        hows: dict[str, list[str]] = {}
        for how, said in self._found(claim, number, ours):
            hows.setdefault(said, [])
            if how not in hows[said]:
                hows[said].append(how)
        return "; ".join(f"{', or '.join(some)}, it is {said}" for said, some in hows.items())

    def _found(self, claim: Claim, number: Printed, ours: Result) -> Iterator[tuple[str, str]]:
        told: set[str] = set()
        for other in self._others(claim, ours):
            if other.result.id in told:
                continue
            value = on_scale(other.result, claim.kind, number, other.days_per)
            if value is not None and value in number.interval:
                said = recomputed(claim, other.result, other.days_per)
                yield other.how, number.like(value) if other.bare else said
                told |= {other.result.id} - {ours.id}
        if claim.kind != "words" and not number.relation:
            yield from _rounded(claim, number, ours)

    def _others(self, claim: Claim, ours: Result) -> Iterator[Other]:
        """Ours with one thing changed; what the study declares comes first."""
        yield from self._declared(ours)
        yield from _of_others(ours, self.results)
        yield from _shares(ours, self.results, self.declared)
        for how, value in self._by_method(ours):
            if math.isfinite(value):
                yield Other(how, replace(ours, value=value, shown=""))
        if ours.unit.name == DAYS.name and claim.kind in DAYS_PER:
            yield from _in_other_units(claim.kind, ours)

    def _declared(self, ours: Result) -> Iterator[Other]:
        for one in self.declared:
            if one.instead and one.stands_for(ours.id):
                ids = one.ids(ours.id)
                if all(id_ in self.results for id_ in ids):
                    some = [self.results[id_] for id_ in ids]
                    if (other := _added(some)) is not None:
                        yield Other(f"{one.text} ({_named(some, ours)})", other)

    def _by_method(self, ours: Result) -> Iterator[methods.Way]:
        handed: Mapping[str, pd.DataFrame] = {}
        if self.snapshot is not None and methods.needs_patients(ours):
            handed = methods.frames(self.snapshot, ours)
        yield from methods.statistics(ours, self.results)
        yield from methods.spreads(ours, self.results)
        yield from methods.quantiles(ours, handed)
        yield from methods.without_event(ours, handed)
        yield from methods.p_values(ours, self.results, handed)
        yield from methods.correlations(ours, handed)


def check(declared: Iterable[Alternative], results: Results, file: str) -> None:
    """
    Refuse alternatives that name numbers nobody computes.

    Args:
        declared: What the study declares.
        results: Every number.
        file: Where it is declared.

    Raises:
        BadInput: Every name that is none, at once.
    """
    problems = [
        Problem(file, 0, "alternative", f"no analysis produces {name!r}", _near(name, results))
        for one in declared
        for name in (one.of, one.size, *one.instead.split(_PLUS))
        if name and not _is_known(name.strip(), results)
    ]
    if problems:
        raise BadInput(problems)


def _is_known(name: str, results: Results) -> bool:
    base, keys = split_id(name)
    return name in results or any(
        own.startswith(f"{base}.") and keys.items() <= given.items()
        for own, given in map(split_id, results)
    )


def _near(name: str, results: Results) -> str:
    near = results.near(name)
    return f"did you mean {' or '.join(near)}?" if near else "name a number of results.csv"


def _of_others(ours: Result, results: Results) -> Iterator[Other]:
    """The same number of other patients: of all, of another group, of everybody in a subgroup."""
    base, keys = split_id(ours.id)
    for id_ in results:
        own, given = split_id(id_)
        if own == base and given != keys and _same_but_whom(ours, results[id_], keys, given):
            other = results[id_]
            yield Other(f"for {_population(other)} ({_named([other], ours)})", other)


def _same_but_whom(
    ours: Result, other: Result, keys: Mapping[str, str], given: Mapping[str, str]
) -> bool:
    """Whether two keys differ by one, and whom they mean by that."""
    differing = {key for key in {*keys, *given} if keys.get(key) != given.get(key)}
    return len(differing) == 1 and other.trace.population != ours.trace.population


def _shares(ours: Result, results: Results, declared: Iterable[Alternative]) -> Iterator[Other]:
    """A percentage of another number of patients."""
    above, below = (ours.operands.get(role, "") for role in ("numerator", "denominator"))
    if above not in results or below not in results:
        return
    count, base = results[above].value, results[below]
    sizes = [
        (f"{one.text} ({one.size})", results[one.size])
        for one in declared
        if one.size and one.stands_for(ours.id) and one.size in results
    ]
    sizes += [
        (f"of {other.how.removeprefix('for ')}", other.result)
        for other in _of_others(base, results)
    ]
    if (missing := _with_missing(base, results)) is not None:
        sizes.append(("with those without a value in the denominator", missing))
    for how, size in sizes:
        if isinstance(count, int | float) and isinstance(size.value, int | float) and size.value:
            yield Other(how, replace(ours, value=count / size.value, shown=""))


def _with_missing(base: Result, results: Results) -> Result | None:
    beside = methods.beside(base.id, "missing")
    lacking = results[beside].value if beside in results else None
    if not isinstance(lacking, int | float) or not isinstance(base.value, int | float):
        return None
    return replace(base, value=base.value + lacking) if lacking else None


def _in_other_units(kind: str, ours: Result) -> Iterator[Other]:
    for how, days_per in _CALENDARS.get(kind, {}).items():
        yield Other(how, ours, days_per)
    for unit, (how, days_per) in _COUNTED_IN.items():
        if unit != kind:
            yield Other(how, ours, days_per, bare=True)


def _rounded(claim: Claim, number: Printed, ours: Result) -> Iterator[tuple[str, str]]:
    """The first other rounding that gives the printed digits."""
    value = on_scale(ours, claim.kind, number)
    if value is None:
        return
    step = Fraction(10) ** (number.power - number.decimals)
    for how, rounding in _ROUNDINGS.items():
        if rounding(value / step) * step == number.value:
            yield how, in_its_place(claim, number.value)
            return


def _added(some: list[Result]) -> Result | None:
    """Several numbers as one; they must be counted in one unit."""
    first = some[0]
    if len(some) == 1:
        return first
    values = [one.value for one in some if isinstance(one.value, int | float)]
    if len(values) < len(some) or len({one.unit for one in some}) > 1:
        return None
    return replace(first, value=sum(values), shown="")


def _named(some: list[Result], ours: Result) -> str:
    """The ids of what stands instead, with its origin where that is weaker than ours."""
    ids = _PLUS.join(one.id for one in some)
    weakest = max(one.origin for one in some)
    return f"{ids}, {weakest.label}" if weakest > ours.origin else ids


def _population(result: Result) -> str:
    """Whom a number is about, without the day it is as of."""
    return result.trace.population.rpartition(", by ")[0] or result.trace.population
