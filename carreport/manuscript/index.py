"""The results of a build by what they can be printed as, and by the words that go with them."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from carreport.audit.printed import Interval, exact
from carreport.ids import OF_EARLIER
from carreport.manuscript.entries import TEXTS, Entry, entry_of, form, labels_of, titles_of
from carreport.manuscript.words import stems
from carreport.units import DAYS_PER_MONTH, DAYS_PER_YEAR, round_half_away

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carreport.manuscript.numbers import Number
    from carreport.saved.build import Saved

PERCENT: Final = frozenset({"fraction", "survival", "level"})
WHOLE: Final = frozenset({"count"})
_DAYS_IN: Final[Mapping[str, float]] = {
    "days": 1, "weeks": 7, "months": DAYS_PER_MONTH, "years": DAYS_PER_YEAR,
}  # fmt: skip
_MOST_DECIMALS: Final = 6
_BOUNDS: Final = frozenset({"<", "≤", ">", "≥"})


@dataclass(frozen=True, slots=True)
class Telling:
    """
    What the words of a result say.

    Attributes:
        own: Each stem with what it says of this result, and of any.
        beside: Each stem that may stand beside it as well, with what it says of any.
        whole: What its own say together.
    """

    own: tuple[tuple[str, float, float], ...]
    beside: tuple[tuple[str, float], ...]
    whole: float


@dataclass(slots=True)
class Index:
    """
    Every result of a build.

    Attributes:
        entries: By id.
        labels: What groups are called: stems by their id.
        weight: How much a stem says: more, the fewer results have it.
        units: Names of the units that results have.
        names: What the study calls its groups and levels, as it compares; 0.01–5% is one.
        titles: What the study is called.
    """

    entries: Mapping[str, Entry]
    labels: Mapping[str, frozenset[str]]
    weight: Mapping[str, float]
    units: frozenset[str]
    names: frozenset[str]
    titles: tuple[str, ...] = ()
    _telling: dict[str, Telling] = field(default_factory=dict)
    _said: dict[str, list[Entry]] = field(default_factory=dict)
    _tables: dict[tuple[str, int], dict[Fraction, list[Entry]]] = field(default_factory=dict)

    def weighs(self, word: str) -> float:
        """How much a stem says; one that no result has says nothing."""
        return self.weight.get(word, 0.0)

    def telling(self, entry: Entry) -> Telling:
        """The words of a result with what each says, told once."""
        if entry.id not in self._telling:
            own = tuple((word, much * self.weighs(word), self.weighs(word))
                        for word, much in entry.words.items())  # fmt: skip
            beside = tuple((word, self.weighs(word)) for word in entry.more - entry.words.keys())
            whole = sum(much for _, much, _ in own) or 1.0
            self._telling[entry.id] = Telling(own, beside, whole)
        return self._telling[entry.id]

    def having(self, number: Number, *, in_cell: bool = False) -> tuple[Entry, ...]:
        """
        The results that print as this number, to its precision and in its unit.

        A p-value has a bound if it lies on that side of it.

        Args:
            number: As the text has it.
            in_cell: Whether its unit may stand in the head of a table.
        """
        places = number.decimals - number.power
        if places > _MOST_DECIMALS:
            return ()
        found: dict[str, Entry] = {}
        for family in _families(number, in_cell=in_cell):
            for one in self._table(family, places).get(number.value, ()):
                found.setdefault(one.id, one)
        if number.relation in _BOUNDS and not number.percent and number.value < 1:
            found |= {one.id: one for one in self.entries.values() if _is_p_within(one, number)}
        return tuple(found.values())

    def texts(self, text: str) -> tuple[Entry, ...]:
        """The results that are this text: an outcome, the name of a regimen, a date."""
        if not self._said:
            for one in self.entries.values():
                if one.unit.kind in TEXTS:
                    self._said.setdefault(form(one.display), []).append(one)
        return tuple(self._said.get(form(text), ()))

    def _table(self, family: str, places: int) -> dict[Fraction, list[Entry]]:
        key = (family, places)
        if key not in self._tables:
            table: dict[Fraction, list[Entry]] = {}
            for one in self.entries.values():
                if one.id.startswith(OF_EARLIER):
                    continue
                value = _rendered(one, family)
                if value is not None and not (places and one.unit.kind in WHOLE):
                    table.setdefault(_rounded(value, places), []).append(one)
            self._tables[key] = table
        return self._tables[key]


def has_value(entry: Entry, number: Number) -> bool:
    """Whether a result prints as a number, to its precision, in any unit that suits it."""
    places = number.decimals - number.power
    values = (_rendered(entry, one) for one in _families(number, in_cell=True))
    return any(one is not None and _rounded(one, places) == number.value for one in values)


def _is_p_within(entry: Entry, number: Number) -> bool:
    value = entry.number
    return entry.unit.kind == "p" and value is not None and exact(value) in interval_of(number)


def interval_of(number: Number) -> Interval:
    """What the relation before a number allows."""
    below = number.relation in {"<", "≤"}
    edge = number.value
    return Interval(
        None if below else edge,
        edge if below else None,
        with_low=number.relation == "≥",
        with_high=number.relation == "≤",
    )


def _families(number: Number, *, in_cell: bool) -> tuple[str, ...]:
    if number.percent:
        return ("percent",)
    if number.unit in _DAYS_IN:
        return (number.unit, f"in {number.unit}")
    if number.power:
        return ("scaled",)
    if number.unit:
        return ("bare",)
    if in_cell:
        return ("bare", "days", "months", "percent")
    return ("bare", "percent") if number.decimals else ("bare",)


def _rendered(entry: Entry, family: str) -> float | None:
    """A result as one family of units prints it, or None where it is none of it."""
    value, unit = entry.number, entry.unit
    if value is None or isinstance(value, bool):
        return None
    kind = unit.kind
    if family == "percent":
        return 100 * value if kind in PERCENT else (value if unit.name == "%" else None)
    if family in _DAYS_IN:
        return value / _DAYS_IN[family] if kind == "days" else None
    if family.startswith("in "):
        return value if kind == "measurement" and unit.name == family[3:] else None
    if family == "scaled":
        return value * float(10**entry.power)
    return None if kind in PERCENT or kind == "days" else value


def _rounded(value: float, places: int) -> Fraction:
    """Half away from zero, to so many decimals; with fewer than none to tens or hundreds."""
    if places >= 0:
        return Fraction(round_half_away(value, places))
    step = Fraction(10) ** -places
    return Fraction(round_half_away(float(exact(value) / step), 0)) * step


def index_of(saved: Saved) -> Index:
    """
    The results of a build.

    Args:
        saved: The build.

    Raises:
        BadInput: Its results are not as a build writes them.
    """
    labels, names = labels_of(saved)
    try:
        entries = {row["id"]: entry_of(row, labels) for row in saved.rows()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise saved.odd(error) from error
    seen = Counter(word for one in entries.values() for word in one.words)
    total = len(entries) + 1
    weight = {word: math.log(total / count) for word, count in seen.items()}
    groups = {key: stems(text) for key, text in labels.items()}
    units = frozenset(one.unit.name for one in entries.values() if one.unit.name)
    used = {one.group for one in entries.values() if one.group}
    own = {key: groups[key] for key in used if key in groups}
    return Index(entries, own, weight, units, names, titles_of(saved))
