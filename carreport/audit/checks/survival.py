"""Kaplan-Meier estimates as printed: their standard errors and the events behind them."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt
from typing import TYPE_CHECKING, Final

from carreport.audit.checks.answer import Answer, NotTestable, answers, weighed
from carreport.audit.checks.estimates import estimate, kaplan_meier
from carreport.audit.checks.inversion import Inversion, invert
from carreport.audit.checks.reading import listed, read_count, shown

if TYPE_CHECKING:
    from carreport.audit.checks.estimates import Estimate

__all__ = ["Inversion", "event_free", "events_implied", "greenwood", "invert", "km_inversion"]

_MOST_NAMED: Final = 20
"""Sets told by name; the rest are counted."""
_FORMULA: Final = "S = Π (r − 1)/r, SE = S·√(Σ 1/(r(r − 1)))"


@answers
def greenwood(rate: str | None, se: str | None, n: str | None) -> Answer:
    """
    Whether a standard error is as large as n patients make it at least.

    Greenwood's standard error of S is √(S(1 − S)/n) if nobody is censored before, and larger if
    somebody is: then fewer than n·S are at risk, and each event weighs more.

    Args:
        rate: S, as a percentage or a fraction.
        se: Its standard error, on the same scale.
        n: Patients at the start.

    Source:
        Greenwood, Reports on Public Health 33, 1926; with nᵢ ≤ n·S(tᵢ₋₁) every term of
        Σ dᵢ/(nᵢ(nᵢ − dᵢ)) is at least what it adds to 1/S, divided by n.

    >>> greenwood("78.6%", "11.0%", "14").reason
    '√(S(1 − S)/n) is 11.0%, which ± 11.0% equals: as if nobody was censored before'
    >>> greenwood("61.2%", "10.0%", "14").answer
    'inconsistent'
    """
    printed = estimate(rate, se, n)
    if printed.se is None:
        message = "the standard error is not stated"
        raise NotTestable(message)
    variances = [edge * (1 - edge) / printed.n for edge in printed.rate]
    low, high = printed.rate
    largest = Fraction(1, 4 * printed.n) if 2 * low <= 1 <= 2 * high else max(variances)
    middle = printed.middle
    least = f"{shown(100 * sqrt(middle * (1 - middle) / printed.n), 1)}%"
    formula = f"√(S(1 − S)/n) with S = {printed.rate_text}, n = {printed.n}: {least}"
    if printed.se[1] ** 2 < min(variances):
        reason = (
            f"Greenwood's standard error of {printed.rate_text} with {printed.n} patients is at "
            f"least {least}, and ± {printed.se_text} is smaller"
        )
        return weighed(holds=False, reason=reason, formula=formula)
    equal = printed.se[0] ** 2 <= largest
    share = any(low <= Fraction(k, printed.n) <= high for k in range(printed.n + 1))
    said = "equals" if equal else "exceeds: some were censored before"
    whole = ": as if nobody was censored before" if equal and share else ""
    reason = f"√(S(1 − S)/n) is {least}, which ± {printed.se_text} {said}{whole}"
    return weighed(holds=True, reason=reason, formula=formula)


@answers
def km_inversion(rate: str | None, se: str | None, n: str | None) -> Answer:
    """
    Whether any numbers at risk give a printed survival estimate and its standard error.

    Args:
        rate: S, as a percentage or a fraction.
        se: Greenwood's standard error on the same scale; None to go by S alone.
        n: Patients at the start, at most 60, all under observation from then on.

    Returns:
        The sets of numbers at risk as solutions; inconsistent if there is none. Consistent says
        that a curve exists, not that it is the right one.

    Source:
        S = Π (rᵢ − 1)/rᵢ, SE = S·√(Σ 1/(rᵢ(rᵢ − 1))); Kaplan & Meier, J Am Stat Assoc
        1958;53:457-481; Greenwood, Reports on Public Health 33, 1926; solved by `invert`.

    >>> km_inversion("61.2%", "14.0%", "14").solutions
    ('5 events, with 14, 13, 12, 11 and 7 at risk',)
    >>> km_inversion("61.2%", "13.0%", "14").answer
    'inconsistent'
    """
    printed, found = _inverted(rate, se, n)
    if found.count == 0:
        reason = f"no numbers at risk of {printed.n} patients give {printed.text}"
        alone = _alone(rate, n) if se is not None else ""
        return weighed(holds=False, reason=reason + alone, formula=_FORMULA)
    solutions = tuple(_told(one) for one in found.sets[:_MOST_NAMED])
    hidden = None if found.count is None else found.count - len(solutions)
    if hidden != 0:
        solutions += ("more that are not counted" if hidden is None else f"{hidden:,} more",)
    return weighed(
        holds=True, reason=_how_many(printed, found), formula=_FORMULA, solutions=solutions
    )


@answers
def event_free(rate: str | None, se: str | None, n: str | None, event_free: str | None) -> Answer:
    """
    Whether so many patients can be free of events, given the events that S ± SE requires.

    Args:
        rate: S, as a percentage or a fraction.
        se: Greenwood's standard error on the same scale; None to go by S alone.
        n: Patients at the start, at most 60.
        event_free: Patients of these who are said to be without an event at that time or later.

    Returns:
        Inconsistent if with the fewest events that give S ± SE fewer patients are left.

    Source:
        k ≤ n − (fewest events that give S ± SE), by inversion as in `km_inversion`.

    >>> event_free("61.2%", "14.0%", "14", "12").reason
    '61.2% ± 14.0% of 14 patients requires 5 events, which leaves 9 without, not 12'
    """
    printed, found = _inverted(rate, se, n)
    without = read_count(event_free, "the number of patients without an event")
    least, required = _events(printed, found)
    left = printed.n - least
    holds = without.low <= left
    reason = (
        f"{printed.text} of {printed.n} patients requires {required}, which leaves {left} without"
    )
    formula = f"{without.text} ≤ {printed.n} − {least}"
    solutions = tuple(_told(one) for one in found.sets[:_MOST_NAMED])
    told = reason if holds else f"{reason}, not {without.text}"
    return weighed(holds, told, formula, () if holds else solutions)


@answers
def events_implied(rate: str | None, se: str | None, n: str | None, events: str | None) -> Answer:
    """
    Whether a stated number of events gives S ± SE.

    Args:
        rate: S, as a percentage or a fraction.
        se: Greenwood's standard error on the same scale; None to go by S alone.
        n: Patients at the start, at most 60.
        events: Events up to that time. If the number covers a longer time, "at most 5": as many
            may have come before.

    Source:
        S = Π (rᵢ − 1)/rᵢ, SE = S·√(Σ 1/(rᵢ(rᵢ − 1))); Kaplan & Meier, J Am Stat Assoc
        1958;53:457-481; Greenwood, Reports on Public Health 33, 1926; solved by `invert`.

    >>> events_implied("78.6%", "11.0%", "14", "1").reason
    '78.6% ± 11.0% of 14 patients requires 3 events, not 1'
    """
    printed, found = _inverted(rate, se, n)
    stated = read_count(events, "the number of events")
    _, required = _events(printed, found)
    most = printed.n if stated.high is None else min(stated.high, printed.n)
    possible = [k for k in range(stated.low, most + 1) if found.allows(k)]
    reason = f"{printed.text} of {printed.n} patients requires {required}"
    formula = f"{_FORMULA}; events = {stated.text}"
    solutions = tuple(_told(one) for one in found.sets[:_MOST_NAMED])
    if possible:
        return weighed(holds=True, reason=reason, formula=formula, solutions=solutions)
    told = f"{reason}, not {stated.text}"
    return weighed(holds=False, reason=told, formula=formula, solutions=solutions)


def _inverted(rate: str | None, se: str | None, n: str | None) -> tuple[Estimate, Inversion]:
    found = invert(rate, se, n)
    if found.reason:
        raise NotTestable(found.reason)
    return estimate(rate, se, n), found


def _events(printed: Estimate, found: Inversion) -> tuple[int, str]:
    """The fewest events, and in words how many there are."""
    if found.events is None:
        message = f"no numbers at risk of {printed.n} patients give {printed.text}"
        raise NotTestable(message)
    least, most = found.events
    if least == most:
        return least, f"{least} event{'' if least == 1 else 's'}"
    return least, f"{least} to {most} events"


def _how_many(printed: Estimate, found: Inversion) -> str:
    _, events = _events(printed, found)
    given = f"{printed.text} of {printed.n} patients"
    if found.count == 1:
        return f"{given} has exactly one solution: {_told(found.sets[0])}"
    if found.count is None:
        return f"{given} has too many solutions to count, all with {events}"
    return f"{given} has {found.count:,} solutions, with {events}"


def _told(at_risk: tuple[int, ...]) -> str:
    if not at_risk:
        return "no event"
    plural = "event" if len(at_risk) == 1 else "events"
    return f"{len(at_risk)} {plural}, with {listed([str(r) for r in at_risk])} at risk"


def _alone(rate: str | None, n: str | None) -> str:
    """The standard errors that the estimate alone would have."""
    alone = invert(rate, None, n)
    if alone.count == 0:
        return f", nor {rate} alone"
    if not alone.complete or len(alone.sets) > 5:
        return ""
    errors = sorted({shown(100 * sqrt(kaplan_meier(one)[1]), 1) for one in alone.sets}, key=float)
    return f"; {rate} alone would have a standard error of {' or '.join(errors)}%"
