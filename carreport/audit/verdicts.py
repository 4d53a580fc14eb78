"""Whether our numbers say what the paper prints, and what that agreement is worth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from carreport.audit.claims import COPIED, KINDS, Word
from carreport.audit.scale import on_scale, recomputed, shown
from carreport.audit.tally import numbered
from carreport.errors import BadInput, Problem
from carreport.study.origins import Origin
from carreport.units import DAYS, NOT_REACHED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from carreport.audit.claims import Claim, Order
    from carreport.audit.model import Conflict
    from carreport.results import Result, Results
    from carreport.units import Unit

RANKED: Final[tuple[Word, ...]] = (
    "contradicted",
    "differs",
    "consistent",
    "reproduced",
    "not testable",
)
"""
Which of several verdicts on one number is told first.

What speaks against the paper, then the weaker of two agreements; "not testable" tells nothing
about the number and comes last.
"""
_BUT: Final = {
    Origin.DERIVED: "but some of the data behind it were derived",
    Origin.RECONSTRUCTED: (
        "but from data reconstructed to agree with what is printed, which shows that it is "
        "possible, not that it is right"
    ),
    Origin.SIMULATED: "but from simulated data, which say nothing about the paper's own",
}
"""What agreement is worth, by the weakest origin behind it."""
_WORSE: Final = {
    Origin.DERIVED: "some of the data behind ours were derived",
    Origin.RECONSTRUCTED: (
        "the data behind ours are reconstructed, so the difference may lie in a choice that was "
        "made there"
    ),
    Origin.SIMULATED: "the data behind ours are simulated, so the difference may lie there",
}
"""What a difference is worth."""
_READ_AS: Final = {"<": "lower", ">": "higher"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    What became of one claim.

    Attributes:
        claim: The claim.
        verdict: One of `VERDICTS`.
        reason: Why, as a clause that can follow "because".
        recomputed: Our number printed as the claim is, or empty.
        origin: The weakest origin of the data behind our number, or empty.
        conflicts: Names of the conflicts in which it stands on a side.
    """

    claim: Claim
    verdict: Word
    reason: str
    recomputed: str = ""
    origin: str = ""
    conflicts: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What is printed, where, and the verdict with its reason."""
        claim = self.claim
        where = f" ({claim.location})" if claim.location else ""
        quoted = f"says “{claim.quote or claim.reported}”"
        told = quoted if claim.kind == "words" else f"prints {claim.reported}"
        return f"The paper {told}{where}: {self.verdict}, because {self.reason}."


def judge(
    claims: Iterable[Claim], results: Results, others: Callable[[Claim], str] | None = None
) -> tuple[Verdict, ...]:
    """
    Compare what is printed with what is recomputed.

    A claim is reproduced only where our number lies within the rounding of the printed one and
    rests on nothing weaker than published data; the weakest cell in its trace decides.

    Args:
        claims: What the paper prints.
        results: Every number.
        others: For a claim that differs, what else would give what it prints, as a clause or
            empty; see `carreport.audit.alternatives`.

    Returns:
        One verdict per claim, in their order.

    Raises:
        BadInput: A claim names a result nobody computes, or one of another kind.
    """
    listed = tuple(claims)
    problems = [one for claim in listed for one in _map_problems(claim, results)]
    if problems:
        raise BadInput(problems)
    return tuple(
        _compared(claim, results, others) if claim.result_id else _untested(claim)
        for claim in listed
    )


def weigh(verdicts: Iterable[Verdict], conflicts: Iterable[Conflict]) -> tuple[Verdict, ...]:
    """
    The verdicts in the light of what cannot all hold.

    A claim on a side of a conflict that no reading of the open text resolves is contradicted,
    unless our number reproduces it: then the other side is the one without support. What only
    implies a side keeps its verdict. A reading that explains a conflict is told with what differs
    and with what no data test.

    Args:
        verdicts: What comparing with our numbers gave.
        conflicts: What checking the claims among themselves gave.
    """
    conflicts = tuple(conflicts)
    stated, implied = _by_claim(conflicts, "claims"), _by_claim(conflicts, "witnesses")
    pairs = numbered(conflicts)
    found = []
    for one in verdicts:
        sides = stated.get(one.claim.claim_id, [])
        copied = one.claim.check == COPIED
        beside = [] if copied else implied.get(one.claim.claim_id, [])
        found.append(_weighed(one, sides, [*sides, *beside], pairs))
    return tuple(found)


def _by_claim(
    conflicts: Iterable[Conflict], part: Literal["claims", "witnesses"]
) -> dict[str, list[Conflict]]:
    found: dict[str, dict[str, Conflict]] = {}
    for conflict in conflicts:
        for claim in (one for side in conflict.sides for one in getattr(side, part)):
            found.setdefault(claim.claim_id, {})[conflict.name] = conflict
    return {claim_id: [*some.values()] for claim_id, some in found.items()}


def _weighed(
    one: Verdict, stated: Sequence[Conflict], bearing: Sequence[Conflict], pairs: Mapping[str, int]
) -> Verdict:
    one = replace(one, conflicts=tuple(conflict.name for conflict in stated))
    against = [conflict for conflict in stated if conflict.answer == "contradicted"]
    if against and one.verdict != "reproduced":
        said = "; ".join(
            f"{each.reason.partition('; ')[0]} (pair {pairs[each.name]} of the audit)"
            for each in against
        )
        reason = f"{one.reason}; {said}" if one.verdict == "differs" else _noted(said, one.claim)
        return replace(one, verdict="contradicted", reason=reason)
    if one.verdict not in {"differs", "not testable"}:
        return one
    read = {each.name: each for each in bearing if each.answer == "explained" and each.reading}
    told = [
        f"against other printed figures it holds when read so: {each.reading.text.rstrip('.')} "
        f"(pair {pairs[each.name]} of the audit)"
        for each in read.values()
        if each.reading
    ]
    return replace(one, reason="; ".join([one.reason, *told]))


def by_result(verdicts: Iterable[Verdict]) -> Mapping[str, tuple[Verdict, ...]]:
    """The verdicts on each of our numbers, by its id, in their order."""
    found: dict[str, tuple[Verdict, ...]] = {}
    for one in verdicts:
        if one.claim.result_id:
            found[one.claim.result_id] = (*found.get(one.claim.result_id, ()), one)
    return MappingProxyType(found)


def foremost(verdicts: Sequence[Verdict]) -> Verdict:
    """
    The one that stands for several verdicts on one number; see `RANKED`.

    Where the paper prints the very number, what it says in words about it comes after: a criterion
    that the number breaks does not speak against the number.
    """
    return min(verdicts, key=_standing)


def _standing(one: Verdict) -> tuple[bool, bool, int]:
    words = one.claim.kind == "words"
    return one.verdict == "not testable", words, RANKED.index(one.verdict)


def _map_problems(claim: Claim, results: Results) -> Iterator[Problem]:
    if not claim.result_id:
        return
    if claim.result_id not in results:
        near = results.near(claim.result_id)
        remedy = f"did you mean {' or '.join(near)}?" if near else "name a number of results.csv"
        yield claim.problem("result_id", f"no analysis produces {claim.result_id!r}", remedy)
        return
    unit = results[claim.result_id].unit
    if unit.kind not in KINDS[claim.kind] or not _in_unit(claim.kind, unit):
        told = f"{unit.kind} in {unit.name}" if unit.name else unit.kind
        found = f"{claim.result_id} is a {told}, the claim is of kind {claim.kind}"
        yield claim.problem("result_id", found, "name the number that recomputes it, or none")
    for order in claim.orders:
        yield from _order_problems(claim, order, results)


def _order_problems(claim: Claim, order: Order, results: Results) -> Iterator[Problem]:
    ids = order.left or claim.result_id, order.right
    for one in ids:
        if one not in results:
            near = results.near(one)
            remedy = f"did you mean {' or '.join(near)}?" if near else "name a number"
            yield claim.problem("check", f"no analysis produces {one!r}", remedy)
            return
    left, right = (results[one].unit for one in ids)
    if (left.kind, left.name) != (right.kind, right.name):
        found = f"{ids[0]} and {ids[1]} are not in one unit"
        yield claim.problem("check", found, "compare numbers of one kind")


def _in_unit(kind: str, unit: Unit) -> bool:
    """Whether a measurement can be the kind; one without a unit is in the printed one."""
    if unit.kind != "measurement" or not unit.name:
        return True
    match kind:
        case "percent":
            return unit.name == "%"
        case "days" | "months" | "years":
            return unit.name in {DAYS.name, kind}
        case _:
            return True


def _untested(claim: Claim) -> Verdict:
    return Verdict(claim, "not testable", _noted("nothing in this build recomputes it", claim))


def _compared(claim: Claim, results: Results, others: Callable[[Claim], str] | None) -> Verdict:
    result = results[claim.result_id]
    pairs = [(order, *_pair(claim, order, results)) for order in claim.orders]
    origin = max([result.origin, *(one.origin for _, *two in pairs for one in two)])
    beside = [f"{shown(left)} against {shown(right)}" for _, left, right in pairs]
    own = [recomputed(claim, result)] if claim.number or not pairs else []
    agrees = _all_of(
        [_agrees(claim, result)] if own else [],
        [_ordered(order.relation, left, right) for order, left, right in pairs],
    )
    found = " and ".join([*own, *beside])
    other = others(claim) if others and agrees is False else ""
    word, reason = _judged(claim, result, origin, found, agrees, other)
    return Verdict(claim, word, _noted(reason, claim), found, origin.label)


def _pair(claim: Claim, order: Order, results: Results) -> tuple[Result, Result]:
    return results[order.left or claim.result_id], results[order.right]


def _all_of(*answers: Iterable[bool | None]) -> bool | None:
    """Whether every condition holds: one that fails decides, then one that is not estimable."""
    found = {one for some in answers for one in some}
    return False if False in found else None if None in found else True


def _ordered(relation: str, left: Result, right: Result) -> bool | None:
    one, other = left.value, right.value
    if not isinstance(one, int | float) or not isinstance(other, int | float):
        return None
    return one < other if relation == "<" else one > other


def _judged(
    claim: Claim, result: Result, origin: Origin, found: str, agrees: bool | None, other: str
) -> tuple[Word, str]:
    """The verdict on a claim that a result of ours is about, and why."""
    strong = origin <= Origin.PUBLISHED
    told = _told(claim, result, found, f" from {origin.label} data" if strong else "")
    if not result.trace.tables:
        return "not testable", "the study folder states it and no data were read for it"
    if agrees is None:
        return "not testable", "our number is not estimable here"
    if not agrees:
        clauses = told, other, "" if strong else _WORSE[origin]
        return "differs", "; ".join(filter(None, clauses))
    if claim.check == COPIED:
        copied = (
            "the data were transcribed from the paper's own statement of it, and agreement shows "
            "only that the copy is true"
        )
        return "not testable", copied
    return ("reproduced", told) if strong else ("consistent", f"{told}, {_BUT[origin]}")


def _noted(reason: str, claim: Claim) -> str:
    return f"{reason} ({claim.note})" if claim.note else reason


def _told(claim: Claim, result: Result, found: str, data: str) -> str:
    gives = f"recomputing it{data} gives {found}"
    if claim.kind == "words" and claim.patients and result.unit.kind in {"count", "fraction"}:
        gives += ", which tells how many, not who"
    return (
        f"it is read as {_reading(claim, result)}, and {gives}" if claim.kind == "words" else gives
    )


def _reading(claim: Claim, result: Result) -> str:
    """The conditions that words set, as a reader says them."""
    plain = [part.strip() for part in claim.check.split(";")] if claim.number else []
    own = [f"p {plain[0]}" if result.unit.kind == "p" else plain[0]] if plain else []
    orders = dict.fromkeys(_READ_AS[order.relation] for order in claim.orders)
    return " and ".join([*own, *orders])


def _agrees(claim: Claim, result: Result) -> bool | None:
    """
    Whether our number is within what was printed; None where it is not estimable.

    A printed number never agrees with one that was not reached.
    """
    if claim.number is None:
        return _plain(result.display) == _plain(claim.reported)
    value = on_scale(result, claim.kind, claim.number)
    if value is None:
        return False if result.missing == NOT_REACHED else None
    return value in claim.number.interval


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
