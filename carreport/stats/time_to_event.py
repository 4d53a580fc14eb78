"""Time-to-event endpoints: one group summarised, two or more compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from carreport.shapes import Landmark, Survival
from carreport.stats.comparison import hazard_ratio, log_rank
from carreport.stats.kaplan_meier import KaplanMeier, Median, at, kaplan_meier, median
from carreport.stats.samples import follow_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from carreport.stats.pointwise import Interval

__all__ = [
    "KaplanMeier",
    "Median",
    "at",
    "hazard_ratio",
    "kaplan_meier",
    "log_rank",
    "median",
    "risk_table",
    "survival",
]


def survival(
    days: ArrayLike,
    status: ArrayLike,
    *,
    landmarks: Sequence[int],
    confidence: float = 0.95,
    interval: Interval = "log-log",
    ended: ArrayLike | None = None,
) -> Survival:
    """
    Median, follow-up and landmark estimates of one group.

    Median follow-up is that of the Kaplan-Meier curve with events and censoring exchanged: a
    patient whose time a competing event ended was not followed to its end either. Shortest,
    longest and plain median follow-up are over all patients, the dead included.

    Args:
        days: One time per patient, in days.
        status: One per patient, 1 event, 0 censored.
        landmarks: Days at which to read the curve.
        confidence: Of all limits, two-sided, as a fraction.
        interval: Scale on which the limits are symmetric: "log-log", "log" or "plain".
        ended: One code per patient, 0 where follow-up ended the time, otherwise 1 and above for
            whatever did; the status without it.

    Returns:
        Times in days, probabilities as fractions; None where not estimable or not reached.

    Raises:
        ValueError: A time or a status is missing or impossible, or *interval* is unknown.

    Source:
        Brookmeyer & Crowley, Biometrics 1982;38:29-41; Schemper & Smith, Control Clin Trials
        1996;17:343-346 (follow-up). R: quantile(survfit(Surv(days, status) ~ 1), 0.5),
        quantile(survfit(Surv(days, ended == 0) ~ 1), 0.5), summary(survfit(...), times=).
    """
    sample = follow_up(days, status)
    curve = kaplan_meier(days, status, confidence=confidence, interval=interval)
    reached = median(curve)
    followed = sample.days
    ending = sample if ended is None else follow_up(days, ended)
    return Survival(
        n=len(sample),
        events=int(curve.events.sum()),
        censored=int(curve.censored.sum()),
        event_share=int(curve.events.sum()) / len(sample) if len(sample) else None,
        median=reached.day,
        median_lower=reached.lower,
        median_upper=reached.upper,
        followup_median=median(kaplan_meier(days, ending.cause == 0)).day,
        followup_min=float(followed.min()) if followed.size else None,
        followup_max=float(followed.max()) if followed.size else None,
        observed_median=float(np.median(followed)) if followed.size else None,
        landmarks=tuple(_landmark(curve, followed, day) for day in landmarks),
    )


def risk_table(
    days: ArrayLike, status: ArrayLike, times: Sequence[float]
) -> list[tuple[float, int, int, int]]:
    """
    Patients at risk, and those already gone, at each of *times*.

    A patient whose time is t is still at risk at t; the three counts sum to the patients.

    Args:
        days: One time per patient, in days.
        status: One per patient, 1 event, 0 censored.
        times: Days at which to count.

    Returns:
        Day, patients with time >= day, events before it, patients censored before it.

    Raises:
        ValueError: A time or a status is missing or impossible.

    Source:
        Morris et al., BMJ Open 2019;9:e030215. R: summary(survfit(...), times=)$n.risk.
    """
    sample = follow_up(days, status)
    rows = []
    for day in times:
        before = sample.cause[sample.days < day]
        events = int((before == 1).sum())
        rows.append((day, len(sample) - before.size, events, before.size - events))
    return rows


def _landmark(curve: KaplanMeier, followed: NDArray[np.float64], day: int) -> Landmark:
    value = at(curve, day)
    return Landmark(
        day=day,
        rate=value and value.estimate,
        se=value and value.se,
        lower=value and value.lower,
        upper=value and value.upper,
        at_risk=int((followed >= day).sum()),
    )
