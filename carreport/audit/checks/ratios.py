"""Hazard and odds ratios against their intervals, p and events; limits of probabilities."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import log, sqrt
from typing import TYPE_CHECKING

from scipy.special import ndtr

from carreport.audit.checks.answer import Answer, NotTestable, answers, weighed
from carreport.audit.checks.reading import read_count, read_number, shown
from carreport.audit.checks.variants import Variant, compare, read_p
from carreport.stats.pointwise import normal_quantile

if TYPE_CHECKING:
    from carreport.audit.checks.reading import Number


@answers
def ratio_interval(
    ratio: str | None, lower: str | None, upper: str | None, level: str | None = "95%"
) -> Answer:
    """
    Whether a hazard or odds ratio lies in the middle of its interval on the log scale.

    Args:
        ratio: As printed.
        lower: Lower limit.
        upper: Upper limit.
        level: Of the interval; it does not matter for symmetry, and is told.

    Returns:
        Inconsistent if the ratio lies outside, or if no Wald interval, symmetric for log ratio,
        rounds to the limits. Exact and profile intervals are not symmetric: then the check does
        not apply.

    Source:
        Wald: log ratio ± z·SE, so ratio² = lower·upper.

    >>> ratio_interval("0.60", "0.30", "1.20").answer
    'consistent'
    >>> ratio_interval("0.60", "0.30", "1.50").reason
    'the middle of 0.30 to 1.50 on the log scale is 0.671, not 0.60'
    """
    middle, low, high = (
        _positive(ratio, "the ratio"),
        _positive(lower, "the lower limit"),
        _positive(upper, "the upper limit"),
    )
    (least, most), (below, _), (_, above) = _edges(middle), _edges(low), _edges(high)
    limits = f"{low.text} to {high.text}"
    if least > above or most < below or _edges(low)[0] > above:
        reason = f"{middle.text} does not lie within {limits}"
        return weighed(
            holds=False, reason=reason, formula=f"{low.text} ≤ {middle.text} ≤ {high.text}"
        )
    smallest, largest = below * _edges(high)[0], _edges(low)[1] * above
    holds = smallest <= most**2 and least**2 <= largest
    root = shown(sqrt(low.value * high.value), middle.decimals + 1)
    formula = f"√({low.text}·{high.text}) = {root} ({_level(level)[0]} interval)"
    reason = f"the middle of {limits} on the log scale is {root}"
    return weighed(holds, reason if holds else f"{reason}, not {middle.text}", formula)


@answers
def ratio_p(
    lower: str | None, upper: str | None, p: str | None, level: str | None = "95%"
) -> Answer:
    """
    Whether p follows from the interval of a hazard or odds ratio by Wald's test.

    Only for p of the same model: a log-rank or likelihood-ratio p is near it, and not the same.

    Args:
        lower: Lower limit.
        upper: Upper limit.
        p: As printed.
        level: Of the interval.

    Source:
        SE = (ln U − ln L)/(2·z), Z = ½(ln L + ln U)/SE, p = 2·Φ(−|Z|); Altman & Bland, BMJ
        2011;343:d2304; Tierney et al., Trials 2007;8:16.

    >>> ratio_p("0.30", "0.90", "0.02").answer
    'consistent'
    """
    low, high = _positive(lower, "the lower limit"), _positive(upper, "the upper limit")
    named, quantile = _level(level)
    given, formula = (
        f"the {named} interval {low.text} to {high.text}",
        "Z = ½(ln L + ln U)/SE, SE = (ln U − ln L)/(2·z)",
    )
    if _edges(low)[0] <= 0 or low.value >= high.value or _edges(low)[1] >= _edges(high)[0]:
        message = f"{given} is too coarsely rounded"
        raise NotTestable(message)
    scores = [
        quantile * (log(a) + log(b)) / (log(b) - log(a))
        for a, b in product(_edges(low), _edges(high))
    ]
    farthest = max(map(abs, scores))
    nearest = 0.0 if min(scores) <= 0 <= max(scores) else min(map(abs, scores))
    at = abs(quantile * (log(low.value) + log(high.value)) / (log(high.value) - log(low.value)))
    tails = [float(ndtr(-score)) for score in (at, farthest, nearest)]
    two = Variant("by Wald's test, two-sided", *(2 * tail for tail in tails))
    return compare(given, read_p(p), [two, Variant("by Wald's test, one-sided", *tails)], formula)


@answers
def logrank_from_ratio(
    lower: str | None, upper: str | None, events: str | None, level: str | None = "95%"
) -> Answer:
    """
    Whether so many events can give a hazard ratio of two groups so narrow an interval.

    Each event adds p(1 − p) ≤ 1/4 to the information about log HR, where p is the weight of one
    group among those at risk. So SE is at least 2/√events.

    Args:
        lower: Lower limit of the hazard ratio.
        upper: Upper limit.
        events: In both groups together.
        level: Of the interval.

    Source:
        V = 1/SE² ≈ d·n₁n₂/(n₁ + n₂)² ≤ d/4; Tierney et al., Trials 2007;8:16.

    >>> logrank_from_ratio("0.50", "0.72", "60").reason
    'the 95% interval 0.50 to 0.72 needs at least 423 events, and 60 are stated'
    """
    low, high = _positive(lower, "the lower limit"), _positive(upper, "the upper limit")
    stated = read_count(events, "the number of events")
    named, quantile = _level(level)
    given = f"the {named} interval {low.text} to {high.text}"
    formula = "events ≥ 4·V, V = 1/SE², SE = (ln U − ln L)/(2·z)"
    if _edges(low)[0] <= 0 or low.value >= high.value:
        message = f"{given} is too coarsely rounded"
        raise NotTestable(message)
    error = (log(_edges(high)[1]) - log(_edges(low)[0])) / (2 * quantile)
    needed = 4 / error**2
    at_least = -int(-needed // 1)
    holds = stated.high is None or stated.high >= needed * (1 - 1e-9)
    reason = f"{given} needs at least {at_least} events, and {stated.text} are stated"
    return weighed(holds, reason, formula)


@answers
def wald_outside(lower: str | None, upper: str | None) -> Answer:
    """
    Whether the limits of a probability lie between 0 and 1.

    An interval S ± 1.96·SE may leave them; exact and log-log intervals do not.

    Args:
        lower: Lower limit, as a percentage or a fraction.
        upper: Upper limit, on the same scale.

    Source:
        Fay, Brittain & Proschan, Biostatistics 2013;14:723-736, on intervals that stay inside.

    >>> wald_outside("64.9%", "103.1%").reason
    'a probability lies between 0% and 100%, and 103.1% does not'
    """
    low, high = read_number(lower, "the lower limit"), read_number(upper, "the upper limit")
    percent = low.percent or high.percent
    if not percent and high.value > 1 and 0 <= low.value <= 1:
        message = f"{low.text} to {high.text} may be fractions or percentages"
        raise NotTestable(message)
    scale = 100 if percent or max(abs(low.value), high.value) > 1 else 1
    outside = [
        one.text
        for one in (low, high)
        if (one.high is not None and one.high < 0) or (one.low is not None and one.low > scale)
    ]
    sign = "%" if percent else ""
    between = f"a probability lies between 0{sign} and {scale}{sign}"
    formula = f"0 ≤ {low.text}, {high.text} ≤ {scale}{sign}"
    if low.low is not None and high.high is not None and low.low > high.high:
        reason = f"the lower limit {low.text} exceeds the upper limit {high.text}"
        return weighed(holds=False, reason=reason, formula=formula)
    told = " and ".join(outside)
    reason = (
        f"{between}, and {told} {'does' if len(outside) == 1 else 'do'} not" if outside else formula
    )
    return weighed(not outside, reason, formula)


def _positive(text: str | None, what: str) -> Number:
    read = read_number(text, what)
    if read.percent or read.relation or read.value < 0:
        message = f"{what} is printed as “{read.text}”"
        raise NotTestable(message)
    return read


def _edges(one: Number) -> tuple[Fraction, Fraction]:
    low, high = one.edges("a ratio")
    return max(low, Fraction(0)), high


def _level(level: str | None) -> tuple[str, float]:
    read = read_number(level, "the level of the interval")
    share = read.value / (100 if read.percent or read.value > 1 else 1)
    if not Fraction(1, 2) <= share <= Fraction(99999, 100000):
        message = f"the level of the interval is printed as “{read.text}”"
        raise NotTestable(message)
    return f"{shown(100 * share, 0)}%", normal_quantile(float(share))
