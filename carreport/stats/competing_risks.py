"""Cumulative incidence of one cause where others compete, and Gray's test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from carreport.stats.aalen_johansen import CauseCounts, aalen_variance
from carreport.stats.gray import gray_test
from carreport.stats.pointwise import Interval, Reading, pointwise_limits, reading
from carreport.stats.samples import follow_up

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["CumulativeIncidence", "cumulative_incidence", "gray_test", "incidence_at"]


@dataclass(frozen=True, slots=True, eq=False)
class CumulativeIncidence:
    """
    A cumulative incidence curve at its distinct times, those with censoring only included.

    Attributes:
        times: Distinct times, ascending, in days; the last is the end of follow-up.
        at_risk: Patients with days >= time.
        incidence: Probability of the cause up to and including the time, as a fraction.
        se: Its standard error, on the same scale.
        lower: Lower pointwise limit; NaN while the incidence is 0.
        upper: Upper pointwise limit; NaN while the incidence is 0.
        survival: Probability of no event of any cause up to and including the time.
    """

    times: NDArray[np.float64]
    at_risk: NDArray[np.int64]
    incidence: NDArray[np.float64]
    se: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    survival: NDArray[np.float64]


def cumulative_incidence(
    days: ArrayLike,
    cause: ArrayLike,
    *,
    of: int,
    confidence: float = 0.95,
    interval: Interval = "log-log",
) -> CumulativeIncidence:
    """
    Aalen-Johansen estimate of the incidence of one cause.

    Ties between causes stay ties, and events on day 0 count on day 0. Limits are symmetric
    on the transformed incidence itself, log(-log F) for "log-log".

    Args:
        days: One time per patient, in days.
        cause: One code per patient, 0 censored, 1, 2, … the cause of the event.
        of: Code of the cause of interest, 1 or above.
        confidence: Of the pointwise limits, two-sided, as a fraction.
        interval: Scale on which the limits are symmetric: "log-log", "log" or "plain".

    Returns:
        The curve, probabilities as fractions; without times if there are no patients.

    Raises:
        ValueError: A time or a code is missing or impossible, *of* is below 1, or *interval*
            is unknown.

    Source:
        Aalen & Johansen, Scand J Stat 1978;5:141-150. Variance: Aalen, Ann Stat
        1978;6:534-545, as in R cmprsk::cuminc(days, cause) (survival::survfit gives the
        infinitesimal jackknife instead, a different number). Limits: Pintilie, Competing
        Risks, 2006, p. 62; R: tidycmprsk::cuminc; SAS: LIFETEST ERROR=AALEN.
    """
    sample = follow_up(days, cause)
    times = np.unique(sample.days)
    counts = CauseCounts.of(sample, times, of)
    se = np.sqrt(aalen_variance(counts))
    lower, upper = pointwise_limits(counts.incidence, se, confidence=confidence, interval=interval)
    return CumulativeIncidence(
        times, counts.at_risk, counts.incidence, se, lower, upper, counts.survival
    )


def incidence_at(curve: CumulativeIncidence, day: float) -> Reading | None:
    """
    The curve at one day.

    Args:
        curve: From `cumulative_incidence`.
        day: In days.

    Returns:
        Incidence, standard error and limits, as fractions; the limits None while the
        incidence is 0. None (not estimable) past the last follow-up unless every patient
        at risk had an event there, and None without patients.
    """
    if not curve.times.size or (day > curve.times[-1] and curve.survival[-1] > 0):
        return None
    index = int(np.searchsorted(curve.times, day, side="right")) - 1
    if index < 0:
        return Reading(0.0, 0.0, None, None)
    return reading(curve.incidence[index], curve.se[index], curve.lower[index], curve.upper[index])
