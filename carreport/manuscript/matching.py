"""Which result a number of a manuscript is: by its id, by our own sentences, by value and words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from carreport.manuscript.around import around, is_counted, is_of_other_things, role
from carreport.units import PATIENTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from carreport.manuscript.around import Scene
    from carreport.manuscript.entries import Entry
    from carreport.manuscript.index import Index, Telling
    from carreport.manuscript.numbers import Number

ENOUGH: Final = 0.42
"""So much of a result's words have to stand around a number that is told to be it."""
SOME: Final = 0.2
"""With less, the value agrees by chance."""
CLEAR: Final = 0.05
"""By so much the best candidate has to lead."""
_OF_DIGITS: Final = 0.1
"""So much less is enough for a value of three digits or more that few results have."""
_OF_FEW: Final = 0.03
"""And so much more of a lead is needed by a number of one or two digits, which many results have."""
_COVERED: Final = 0.5
_EXPLAINED: Final = 0.5
_ASIDE: Final = 0.5
_IN_ROLE: Final = 0.12
_OUT_OF_ROLE: Final = 0.3
_OTHER_GROUP: Final = 0.3
_COMPANY: Final = 0.1
_MOST_COMPANY: Final = 2
_NEIGHBOURS: Final = 4
_ROUGHER: Final = 0.05
_WITH_A_UNIT: Final = frozenset({"fraction", "survival", "days"})
_LARGE: Final = 100
_MOST: Final = 40
"""So many candidates are looked at together with their neighbours'."""
_STRICT: Final = frozenset({"p", "r", "ratio", "error"})
_NOT_ALONE: Final = frozenset({"p", "r", "ratio", "error", "level", "test", "gap"})
"""Roles that nothing has without words that say so, p = or ±."""
_EDGES: Final = frozenset({"low", "high", "middle"})
_OTHER_PATIENT: Final = 0.4
_STATED: Final = "study."
_DISTINCT: Final = 3
_FEW: Final = 6
_KINDS: Final[Mapping[str, frozenset[str]]] = {
    "p": frozenset({"p"}), "r": frozenset({"r"}), "ratio": frozenset({"ratio"}),
    "error": frozenset({"error"}), "low": frozenset({"low"}), "high": frozenset({"high"}),
    "whole": frozenset({"whole", "part"}), "part": frozenset({"part", "whole"}),
    "middle": frozenset({"middle"}),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidate:
    """A result with the value of a number, and how well the words go with it."""

    entry: Entry
    score: float


@dataclass(frozen=True, slots=True)
class Told:
    """
    What the words say of a number.

    Attributes:
        candidates: Results with its value, the likeliest first.
        sure: Whether the first is it: the words go with it, and with no other as well.
        likely: Whether the words go with any.
    """

    candidates: tuple[Candidate, ...]
    sure: bool
    likely: bool

    @property
    def score(self) -> float:
        """How well the words go with the likeliest."""
        return self.candidates[0].score if self.candidates else 0.0


def told(scene: Scene, numbers: Sequence[Number], index: Index) -> tuple[Told, ...]:
    """
    What the words say of each number of a block.

    Args:
        scene: The block.
        numbers: Its numbers that may be statistics, in order.
        index: The results.
    """
    first = [_alone(scene, numbers, at, index) for at in range(len(numbers))]
    return tuple(_together(scene, first, numbers, at) for at in range(len(numbers)))


def _alone(scene: Scene, numbers: Sequence[Number], at: int, index: Index) -> list[Candidate]:
    """The results with a number's value by how well the words go with each."""
    number = numbers[at]
    entries = index.having(number, in_cell=scene.in_cell)
    if not entries:
        return []
    words = around(scene, number.start)
    all_said = sum(near * index.weighs(word) for word, near in words.items()) or 1.0
    said = role(scene.text, numbers, at)
    group = _nearest_group(words, index)
    counted = is_counted(scene.text, number)
    others = is_of_other_things(scene.text, number)
    found = []
    for one in entries:
        score = _score(index.telling(one), words, all_said)
        score += _by_role(one, said) + _by_group(one, group, index)
        score += _by_precision(one, number) + _by_kind(one, number, counted=counted)
        score -= _OUT_OF_ROLE if others and one.unit.name == PATIENTS.name else 0.0
        if one.patient and f"patient{one.patient}" not in words and one.patient != scene.stub:
            score -= _OTHER_PATIENT
        found.append(Candidate(one, score))
    found.sort(key=lambda one: (-one.score, one.entry.id))
    return found[:_MOST]


def _by_kind(entry: Entry, number: Number, *, counted: bool) -> float:
    """Less where a measurement or a setting is said to be a count of patients."""
    if entry.id.startswith(_STATED):
        return -_OUT_OF_ROLE
    plain = counted or number.form == "word"
    return -_OUT_OF_ROLE if plain and entry.unit.kind != "count" and entry.unit.decimals else 0.0


def _score(telling: Telling, words: Mapping[str, float], all_said: float) -> float:
    """How much of a result's words stand around the number, and how much of those it explains."""
    have = explained = 0.0
    for word, says, weighs in telling.own:
        if word in words:
            near = words[word]
            have += says * near
            explained += weighs * near
    for word, weighs in telling.beside:
        if word in words:
            explained += _ASIDE * weighs * words[word]
    return _COVERED * have / telling.whole + _EXPLAINED * explained / all_said


def _by_role(entry: Entry, said: str) -> float:
    if not said:
        if entry.role in _EDGES:
            return -_IN_ROLE
        return -_OUT_OF_ROLE if entry.role in _NOT_ALONE else 0.0
    if entry.role in _KINDS[said]:
        return _IN_ROLE
    if said in _STRICT:
        return -1.0
    return -_OUT_OF_ROLE if entry.role else -_IN_ROLE


def _by_precision(entry: Entry, number: Number) -> float:
    """A number printed to fewer digits than ours, or without its unit, agrees more easily."""
    rougher = _ROUGHER if number.decimals < entry.unit.decimals else 0.0
    bare = not (number.percent or number.unit)
    return -rougher - (_ROUGHER if bare and entry.unit.kind in _WITH_A_UNIT else 0.0)


def _nearest_group(words: Mapping[str, float], index: Index) -> str:
    """The group that the words beside a number name, if they name one."""
    found = {}
    for group, label in index.labels.items():
        near = [words.get(word, 0.0) for word in label]
        if near and min(near) > 0:
            found[group] = sum(near) / len(near)
    ranked = sorted(found, key=lambda one: -found[one])
    if len(ranked) > 1 and found[ranked[0]] - found[ranked[1]] < CLEAR:
        return ""
    return ranked[0] if ranked else ""


def _by_group(entry: Entry, group: str, index: Index) -> float:
    """Less where the words name another group than the result is about."""
    if not group or entry.group == group:
        return 0.0
    if entry.group:
        return -_OTHER_GROUP
    label = index.labels[group]
    return 0.0 if label & entry.words.keys() else -_OTHER_GROUP / 3


def _together(
    scene: Scene, found: Sequence[list[Candidate]], numbers: Sequence[Number], at: int
) -> Told:
    """Candidates again, more for those whose call gives the numbers beside as well."""
    near = range(max(0, at - _NEIGHBOURS), min(len(found), at + _NEIGHBOURS + 1))
    close = [
        one
        for one in near
        if one != at and _beside(scene.text, numbers[min(one, at)], numbers[max(one, at)])
    ]
    calls = [{one.entry.call for one in found[other]} for other in close]
    again = []
    for one in found[at]:
        company = sum(one.entry.call in call for call in calls)
        score = one.score + _COMPANY * min(company, _MOST_COMPANY)
        again.append(Candidate(one.entry, score))
    again.sort(key=lambda one: (-one.score, one.entry.id))
    return _decided(again, numbers[at])


def _beside(text: str, left: Number, right: Number) -> bool:
    """Whether two numbers stand in one construction: a range, an interval, n of m."""
    between = text[left.end : right.start]
    return len(between) < _LARGE and ". " not in between


def _decided(candidates: Sequence[Candidate], number: Number) -> Told:
    """One candidate for sure, several, or none that the words go with."""
    digits = len(str(abs(number.value.numerator)).rstrip("0")) if number.form == "digits" else 0
    distinct = digits >= _DISTINCT and len(candidates) <= _FEW
    some, enough, clear = SOME, ENOUGH, CLEAR
    if distinct:
        some, enough = SOME / 2, ENOUGH - _OF_DIGITS
    elif digits < _DISTINCT:
        clear = CLEAR + _OF_FEW
    likely = tuple(one for one in candidates if one.score >= some)
    if not likely:
        return Told(tuple(candidates[:5]), sure=False, likely=False)
    first = likely[0]
    others = [one for one in likely[1:] if not first.entry.same_as(one.entry)]
    if len(likely) > 1 and not others:  # all of them say the same
        enough -= _OF_DIGITS
    lead = first.score - others[0].score if others else first.score
    sure = first.score >= enough and lead >= clear
    return Told(likely[:8], sure=sure, likely=True)
