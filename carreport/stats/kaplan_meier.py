"""The product-limit curve, its standard error and limits, read at a day or at one half."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from carreport.stats.pointwise import Interval, Reading, pointwise_limits, reading
from carreport.stats.samples import follow_up

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True, eq=False)
class KaplanMeier:
    """
    A survival curve at its distinct times, those with censoring only included.

    Attributes:
        times: Distinct times, ascending, in days; the last is the end of follow-up.
        at_risk: Patients with days >= time.
        events: Events at the time.
        censored: Patients censored at the time.
        survival: Probability of no event up to and including the time, as a fraction.
        se: Greenwood's standard error of it, on the same scale; 0 once the curve is 0.
        lower: Lower pointwise limit; 1 before the first event, NaN once the curve is 0.
        upper: Upper pointwise limit; 1 before the first event, NaN once the curve is 0.
    """

    times: NDArray[np.float64]
    at_risk: NDArray[np.int64]
    events: NDArray[np.int64]
    censored: NDArray[np.int64]
    survival: NDArray[np.float64]
    se: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]


class Median(NamedTuple):
    """Day at which half have had the event, and its limits; None is not reached."""

    day: float | None
    lower: float | None
    upper: float | None


def kaplan_meier(
    days: ArrayLike,
    status: ArrayLike,
    *,
    confidence: float = 0.95,
    interval: Interval = "log-log",
) -> KaplanMeier:
    """
    Product-limit estimate of survival.

    The product is taken in exact fractions, so one half is exactly one half. Patients
    censored on the day of an event are at risk of it. Events on day 0 count on day 0.

    Args:
        days: One time per patient, in days.
        status: One per patient, 1 event, 0 censored.
        confidence: Of the pointwise limits, two-sided, as a fraction.
        interval: Scale on which the limits are symmetric: "log-log", "log" or "plain".

    Returns:
        The curve, probabilities as fractions; without times if there are no patients.

    Raises:
        ValueError: A time or a status is missing or impossible, or *interval* is unknown.

    Source:
        Kaplan & Meier, J Am Stat Assoc 1958;53:457-481; Greenwood, Rep Public Health Med
        Subj 1926;33:1-26. R: survival::survfit(Surv(days, status) ~ 1, conf.type=interval).
    """
    sample = follow_up(days, status)
    times = np.unique(sample.days)
    at_risk, events = sample.at_risk(times), sample.count(times, [1])
    survival = _product_limit(at_risk, events)
    se = _greenwood(survival, at_risk, events)
    lower, upper = pointwise_limits(survival, se, confidence=confidence, interval=interval)
    lower, upper = (np.where(survival < 1, limit, 1) for limit in (lower, upper))
    censored = sample.count(times, [0])
    return KaplanMeier(times, at_risk, events, censored, survival, se, lower, upper)


def at(curve: KaplanMeier, day: float) -> Reading | None:
    """
    The curve at one day.

    Args:
        curve: From `kaplan_meier`.
        day: In days.

    Returns:
        Survival, standard error and limits, as fractions; None (not estimable) past the
        last follow-up unless the curve has reached 0, and None without patients.
    """
    if not curve.times.size or (day > curve.times[-1] and curve.survival[-1] > 0):
        return None
    index = int(np.searchsorted(curve.times, day, side="right")) - 1
    if index < 0:
        return Reading(1.0, 0.0, 1.0, 1.0)
    return reading(curve.survival[index], curve.se[index], curve.lower[index], curve.upper[index])


def median(curve: KaplanMeier) -> Median:
    """
    First day on which survival is below one half, with limits by inversion.

    Where the curve runs at exactly one half the median is the middle of that stretch, which
    ends at the next event or, without one, at the end of follow-up. The limits are the days
    on which the pointwise limits first cross one half.

    Args:
        curve: From `kaplan_meier`; its interval type is that of the limits.

    Returns:
        Days; None where a curve does not cross.

    Source:
        Brookmeyer & Crowley, Biometrics 1982;38:29-41. R: quantile(survfit(...), 0.5), except
        that where a limit turns back it does not find the first crossing, as
        print(survfit(...)) does, which in turn takes the start of a stretch at one half
        that no event ends.
    """
    return Median(
        _half(curve.times, curve.survival),
        _half(curve.times, curve.lower),
        _half(curve.times, curve.upper),
    )


def _product_limit(at_risk: NDArray[np.int64], events: NDArray[np.int64]) -> NDArray[np.float64]:
    # Whole numbers, never reduced: the quotient of two of any size is rounded once, as that of a
    # fraction is, without looking for common divisors at every step.
    above, below, survival, curve = 1, 1, 1.0, []
    for risk, event in zip(at_risk.tolist(), events.tolist(), strict=True):
        if event:
            above *= risk - event
            below *= risk
            survival = above / below
        curve.append(survival)
    return np.array(curve, dtype=float)


def _greenwood(
    survival: NDArray[np.float64], at_risk: NDArray[np.int64], events: NDArray[np.int64]
) -> NDArray[np.float64]:
    staying = np.where(survival > 0, at_risk - events, 1)
    se: NDArray[np.float64] = survival * np.sqrt(np.cumsum(events / (at_risk * staying)))
    return se


def _half(times: NDArray[np.float64], curve: NDArray[np.float64]) -> float | None:
    reached, crossed = np.flatnonzero(curve <= 0.5), np.flatnonzero(curve < 0.5)
    if not reached.size:
        return None
    if curve[reached[0]] < 0.5:
        return float(times[reached[0]])
    end = crossed[0] if crossed.size else -1
    return float(times[reached[0]] + times[end]) / 2
