"""The curves of one cause among several, along a grid of times, and their variance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from carreport.stats.samples import FollowUp

    Counts = NDArray[np.int64] | NDArray[np.float64]


_AT_ONCE: Final = 256
"""So many times are held against all earlier ones together, whatever their number."""


@dataclass(frozen=True, slots=True, eq=False)
class CauseCounts:
    """One group along a grid of times: counts, and the curves just before and at each."""

    at_risk: NDArray[np.int64]
    chosen: NDArray[np.int64]
    others: NDArray[np.int64]
    survival: NDArray[np.float64]
    survival_before: NDArray[np.float64]
    incidence: NDArray[np.float64]
    incidence_before: NDArray[np.float64]

    @classmethod
    def of(cls, sample: FollowUp, times: NDArray[np.float64], cause: int) -> CauseCounts:
        """Count *sample* at *times*; *cause* is the code of interest."""
        if cause < 1:
            message = f"a cause is a code of 1 or above, found {cause}"
            raise ValueError(message)
        at_risk, chosen = sample.at_risk(times), sample.count(times, [cause])
        others = sample.count(times, set(sample.cause.tolist()) - {0, cause})
        survival, incidence = _exact_curves(at_risk, chosen, others)
        return cls(
            at_risk,
            chosen,
            others,
            survival,
            just_before(survival, 1),
            incidence,
            just_before(incidence, 0),
        )


def _exact_curves(
    at_risk: NDArray[np.int64], chosen: NDArray[np.int64], others: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Survival and incidence, in whole numbers over one divisor so that one is one."""
    surviving, happened, below, both, curves = 1, 0, 1, (1.0, 0.0), []
    for risk, one, other in np.column_stack([at_risk, chosen, others]).tolist():
        if one or other:
            happened = happened * risk + surviving * one
            surviving *= risk - one - other
            below *= risk
            both = surviving / below, happened / below
        curves.append(both)
    survival, incidence = np.array(curves, dtype=float).reshape(-1, 2).T
    return survival, incidence


def just_before(curve: NDArray[np.float64], start: float) -> NDArray[np.float64]:
    """The left-continuous version of *curve*, whose first value is *start*."""
    return np.concatenate([[start], curve])[:-1]


def step_variance(
    survival_before: NDArray[np.float64], at_risk: Counts, events: Counts
) -> NDArray[np.float64]:
    """Variance of the step events / at_risk, sampled without replacement from those at risk."""
    spread = np.where(events > 1, (at_risk - events) / np.maximum(at_risk - 1, 1), 1)
    step: NDArray[np.float64] = survival_before**2 * spread * events / np.maximum(at_risk, 1) ** 2
    return step


def aalen_variance(counts: CauseCounts) -> NDArray[np.float64]:
    """
    Variance of the incidence at each time.

    A step at s moves the incidence at t by 1 - g for the cause of interest and by -g for
    another, where g(s, t) = (F(t) - F(s)) / S(s) is what is still to come for a survivor of s.
    """
    happened = np.flatnonzero(counts.chosen + counts.others)  # nothing moves at other times
    before, at_risk = counts.survival_before[happened], counts.at_risk[happened]
    chosen = step_variance(before, at_risk, counts.chosen[happened])
    others = step_variance(before, at_risk, counts.others[happened])
    survival, curve = counts.survival[happened], counts.incidence[happened]
    surviving = np.where(survival > 0, survival, np.inf)
    moved = np.zeros(len(happened) + 1)
    for first in range(0, len(happened), _AT_ONCE):
        block = slice(first, first + _AT_ONCE)
        past = np.arange(len(happened)) <= np.arange(len(happened))[block, None]
        to_come = np.where(past, (curve[block, None] - curve) / surviving, 0)
        moved[1:][block] = np.where(past, (1 - to_come) ** 2, 0) @ chosen + to_come**2 @ others
    steps = np.searchsorted(happened, np.arange(len(counts.incidence)), side="right")
    return moved[steps]
