"""Counts that belong together: parts of a whole, subgroups, one predicate counted twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carreport.audit.checks.answer import Answer, NotTestable, answers, weighed
from carreport.audit.checks.reading import Count, at_most, listed, read_count, read_number, shown

if TYPE_CHECKING:
    from collections.abc import Sequence


@answers
def partition(parts: Sequence[str | None], whole: str | None) -> Answer:
    """
    Whether categories, one of which holds for each patient, add up to all patients.

    Only for categories that are declared to exclude each other and to leave nobody out.

    Args:
        parts: Patients in each category.
        whole: All patients.

    Source:
        Σ kᵢ = N; INSPECT-SR, item 4.6.

    >>> partition(["4", "14", "29"], "47").reason
    '4 + 14 + 29 = 47'
    """
    counts, total = _counts(parts, "category"), read_count(whole, "the whole")
    return _sum(counts, total, "the categories hold")


@answers
def additive(parts: Sequence[str | None], whole: str | None) -> Answer:
    """
    Whether a count in subgroups that make up a group adds up to the count in the group.

    Only for subgroups that are declared to share nobody and to make up the group.

    Args:
        parts: The count in each subgroup.
        whole: The count in the group.

    Source:
        k(A ∪ B) = k(A) + k(B) for disjoint A and B.

    >>> additive(["8", "5"], "12").reason
    'the subgroups hold 8 + 5 = 13, the whole 12'
    """
    counts, total = _counts(parts, "subgroup"), read_count(whole, "the whole")
    return _sum(counts, total, "the subgroups hold")


@answers
def exclusive(parts: Sequence[str | None], whole: str | None) -> Answer:
    """
    Whether properties of which no patient has two hold for no more than all patients.

    Args:
        parts: Patients with each property.
        whole: All patients.

    Source:
        Σ kᵢ ≤ N for disjoint sets.

    >>> exclusive(["12", "4"], "14").answer
    'inconsistent'
    """
    counts, total = _counts(parts, "property"), read_count(whole, "the whole")
    least = sum(one.low for one in counts)
    sum_ = " + ".join(one.text for one in counts)
    formula = f"{sum_} ≤ {total.text}"
    if total.high is None or least <= total.high:
        return weighed(holds=True, reason=f"{sum_} is at most {total.text}", formula=formula)
    reason = f"{sum_} = {least} patients who exclude each other are more than {total.text}"
    return weighed(holds=False, reason=reason, formula=formula)


@answers
def percent_partition(parts: Sequence[str | None], whole: str | None = "100%") -> Answer:
    """
    Whether percentages of categories that leave nobody out add up, but for their rounding.

    Args:
        parts: The percentage of each category, with or without its sign.
        whole: What they add up to. 100 is exact, however it is printed.

    Source:
        |Σ pᵢ − 100| ≤ Σ hᵢ, with hᵢ half a unit of the last digit of pᵢ; INSPECT-SR, item 4.6.

    >>> percent_partition(["33.3%", "33.3%", "33.3%"]).answer
    'consistent'
    """
    shares = [read_number(one, f"percentage {at}") for at, one in enumerate(_some(parts), start=1)]
    total = read_number(whole, "the whole")
    edges = [one.edges("a percentage") for one in shares]
    low, high = sum(low for low, _ in edges), sum(high for _, high in edges)
    all_ = total.edges("the whole") if total.value != 100 else (total.value, total.value)
    places = max(one.decimals for one in shares)
    sum_ = f"{shown(sum(one.value for one in shares), places)}%"
    formula = f"{' + '.join(one.text for one in shares)} = {sum_}"
    allowed = f"{shown(low, places + 1)}% to {shown(high, places + 1)}%"
    reason = f"the percentages add up to {sum_}; before rounding that was {allowed}"
    holds = low <= all_[1] and all_[0] <= high
    return weighed(holds, reason if holds else f"{reason}, not {total.text}", formula)


@answers
def nested(part: str | None, whole: str | None) -> Answer:
    """
    Whether a part is no larger than what it is a part of.

    Args:
        part: Patients with the narrower property, or their percentage.
        whole: Patients with the wider one, or their percentage of the same patients.

    Source:
        A ⊆ B gives k(A) ≤ k(B).

    >>> nested("8", "8").reason
    '8 is at most 8'
    """
    inner, outer = read_number(part, "the part"), read_number(whole, "the whole")
    if inner.percent != outer.percent:
        message = f"{inner.text} and {outer.text} are a percentage and a count"
        raise NotTestable(message)
    counts = not inner.percent and inner.value.denominator == outer.value.denominator == 1
    if counts:
        least, most = read_count(part, "the part").low, read_count(whole, "the whole").high
    holds = (most is None or least <= most) if counts else at_most(inner, outer)
    relation = "at most" if holds else "more than"
    formula = f"{inner.text} ≤ {outer.text}"
    return weighed(holds, f"{inner.text} is {relation} {outer.text}", formula)


@answers
def same_count(counts: Sequence[str | None]) -> Answer:
    """
    Whether several printed counts of one thing can be the same number.

    "At least one" and "three" can, "one" and "three" cannot.

    Args:
        counts: Each as printed, in digits or words, with its relation.

    Source:
        One set has one cardinality.

    >>> same_count(["one", "3"]).reason
    'one thing is counted as 1 and 3'
    """
    stated = [one for one in counts if one is not None]
    if len(stated) < 2:
        message = "fewer than two counts are stated"
        raise NotTestable(message)
    read = [read_count(one, "the count") for one in stated]
    low = max(one.low for one in read)
    holds = all(one.may_be(low) for one in read)
    told = listed(list(dict.fromkeys(one.text for one in read)))
    formula = _compared([one.text for one in read])
    if holds:
        return weighed(holds, f"{low} agrees with {told}", formula)
    return weighed(holds, f"one thing is counted as {told}", formula)


def _compared(texts: Sequence[str]) -> str:
    """
    What is compared: "12 ≤ 10" for 12 beside at most 10.

    >>> _compared(["12", "≤10"]), _compared(["3", "3"])
    ('12 ≤ 10', '3 = 3')
    """
    exact = [one for one in texts if one[0].isdigit()]
    limits = [one for one in texts if not one[0].isdigit()]
    if len(exact) == len(limits) == 1:
        return f"{exact[0]} {limits[0][0]} {limits[0][1:]}"
    return " = ".join(texts)


def _some(parts: Sequence[str | None]) -> Sequence[str | None]:
    if not parts:
        message = "no parts are stated"
        raise NotTestable(message)
    return parts


def _counts(parts: Sequence[str | None], kind: str) -> list[Count]:
    return [read_count(one, f"{kind} {at}") for at, one in enumerate(_some(parts), start=1)]


def _sum(parts: list[Count], total: Count, hold: str) -> Answer:
    least = sum(one.low for one in parts)
    most = None if any(one.high is None for one in parts) else sum(one.high or 0 for one in parts)
    short = most is not None and most < total.low
    over = total.high is not None and least > total.high
    sum_ = " + ".join(one.text for one in parts)
    formula = f"{sum_} = {total.text}"
    if not short and not over:
        return weighed(holds=True, reason=formula, formula=formula)
    come = least if least == most else (f"at most {most}" if short else f"at least {least}")
    reason = f"{hold} {sum_} = {come}, the whole {total.text}"
    return weighed(holds=False, reason=reason, formula=formula)
