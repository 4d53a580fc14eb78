"""Times from several origins, against each other and against the calendar."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from carreport.audit.checks.answer import Answer, NotTestable, answers, weighed
from carreport.audit.checks.calendar import read_dates, read_duration
from carreport.audit.checks.reading import shown
from carreport.audit.checks.scales import on_one_scale, unit

if TYPE_CHECKING:
    Range = tuple[str | None, str | None]


@answers
def bounds(later: str | None, earlier: str | None, lag: str | None) -> Answer:
    """
    Whether the longest time from a later origin fits into the longest from an earlier one.

    Whoever is followed for so long from the later origin (a transplantation) was followed from
    the earlier one (the infusion) as well, and longer by the time between the two.

    Args:
        later: Longest time from the later origin; days unless a unit follows.
        earlier: Longest time from the earlier origin among patients who include those.
        lag: Shortest time between the two origins.

    Source:
        max(T from later) + min(lag) ≤ max(T from earlier), for the same patients or some of them.

    >>> bounds("945", "945", "29").reason
    '945 days from the later origin and 29 days before it are 974 days, more than 945 days'
    """
    after, before, between = (
        read_duration(later, "the time from the later origin"),
        read_duration(earlier, "the time from the earlier origin"),
        read_duration(lag, "the time between the origins"),
    )
    formula = f"{after.text} + {between.text} ≤ {before.text}"
    least = None if after.low is None else after.low + max(between.low or Fraction(0), Fraction(0))
    if least is None or before.high is None or least <= before.high:
        return weighed(holds=True, reason=formula, formula=formula)
    together = shown(after.value + between.value, 0)
    reason = (
        f"{after.text} from the later origin and {between.text} before it are {together} days, "
        f"more than {before.text}"
    )
    return weighed(holds=False, reason=reason, formula=formula)


@answers
def until_cutoff(
    longest: str | None, start: str | None, cutoff: str | None, lag: str | None = "0 days"
) -> Answer:
    """
    Whether the longest time fits between the first possible start and the cutoff.

    Args:
        longest: Days unless a unit follows.
        start: The first day on which anybody can have started; of "January 2018" the first.
        cutoff: The last day on which anybody was observed; of "August 2020" the last.
        lag: Shortest time between the start and the origin from which *longest* is counted.

    Returns:
        Counting the first day as day 1 is allowed for.

    Source:
        max(T) + min(lag) ≤ cutoff − start.

    >>> until_cutoff("945", "January 2018", "2020-08-19", "29").reason
    'from 2018-01-01 to 2020-08-19 there are 961 days, fewer than 945 days + 29 days'
    """
    time, between = read_duration(longest, "the longest time"), read_duration(lag, "the lag")
    first, last = read_dates(start, "the start")[0], read_dates(cutoff, "the cutoff")[1]
    days = (last - first).days
    least = None if time.low is None else time.low + max(between.low or Fraction(0), Fraction(0))
    sum_ = time.text if between.value == 0 else f"{time.text} + {between.text}"
    formula = f"{sum_} ≤ {days} days ({first} to {last})"
    there = f"from {first} to {last} there are {days} days"
    if days < 0:
        return weighed(holds=False, reason=f"{last} is before {first}", formula=formula)
    holds = least is None or least <= days + 1
    return weighed(holds, f"{there}, {'enough for' if holds else 'fewer than'} {sum_}", formula)


@answers
def same_range(one: Range, other: Range) -> Answer:
    """
    Whether two ranges that are of different patients or counted from different origins differ.

    The same two numbers twice are possible, and worth a question: one may have been copied.

    Args:
        one: Minimum and maximum.
        other: Minimum and maximum of other patients, or from another origin.

    Source:
        Two extremes that agree to the day by chance are rare; no theorem forbids them.

    >>> same_range(("172", "945"), ("172", "945")).reason
    'both range from 172 to 945'
    """
    texts = [
        (text if not text or unit(text) else f"{text} days", f"the {what}")
        for pair in (one, other)
        for text, what in zip(pair, ("minimum", "maximum"), strict=True)
    ]
    low, high, least, most = on_one_scale(texts)
    formula = f"{low.text} to {high.text}; {least.text} to {most.text}"
    if low.value == high.value:
        message = f"{formula} is no range"
        raise NotTestable(message)
    if (low.value, high.value) == (least.value, most.value):
        reason = f"both range from {low.text} to {high.text}"
        return weighed(holds=False, reason=reason, formula=formula)
    return weighed(holds=True, reason=f"the ranges differ: {formula}", formula=formula)
