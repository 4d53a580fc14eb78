"""Gray's test of equal cumulative incidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtrc

from carreport.stats.aalen_johansen import CauseCounts, just_before, step_variance
from carreport.stats.samples import non_empty

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray


def gray_test(
    samples: Sequence[tuple[ArrayLike, ArrayLike]], of: int
) -> tuple[float | None, int, float | None]:
    """
    Gray's test that two or more groups have the same incidence of one cause.

    The weight is 1 (rho = 0); groups without patients are left out.

    Args:
        samples: Per group: times in days, and cause codes (0 censored).
        of: Code of the cause of interest, 1 or above.

    Returns:
        Chi-squared, degrees of freedom, p; chi-squared and p None with fewer than two
        groups, without events of the cause, or with a singular variance.

    Raises:
        ValueError: A time or a code is missing or impossible, or *of* is below 1.

    Source:
        Gray, Ann Stat 1988;16:1141-1154. R: cmprsk::cuminc(days, cause, group)$Tests.
    """
    groups = non_empty(samples)
    df = max(len(groups) - 1, 0)
    happened = [group.days[group.cause > 0] for group in groups]
    times = np.unique(np.concatenate([np.empty(0), *happened]))
    if df == 0 or not times.size:
        return None, df, None
    pooled = _Pooled.of([CauseCounts.of(group, times, of) for group in groups])
    score, variance = pooled.score()[:-1], pooled.variance()[:-1, :-1]
    if not np.isfinite(variance).all() or np.linalg.matrix_rank(variance) < df:
        return None, df, None
    chi2 = float(score @ np.linalg.solve(variance, score))
    return chi2, df, float(chdtrc(df, chi2))


@dataclass(frozen=True, slots=True, eq=False)
class _Pooled:
    """
    The groups side by side, rows groups and columns times, under one common incidence.

    `exposure` is at_risk / S(t-), `common` the pooled incidence, F0 in Gray's paper.
    """

    at_risk: NDArray[np.float64]
    chosen: NDArray[np.float64]
    others: NDArray[np.float64]
    survival: NDArray[np.float64]
    survival_before: NDArray[np.float64]
    incidence_before: NDArray[np.float64]
    exposure: NDArray[np.float64]
    common: NDArray[np.float64]

    @classmethod
    def of(cls, groups: Sequence[CauseCounts]) -> _Pooled:
        def stacked(field: str) -> NDArray[np.float64]:
            return np.array([getattr(group, field) for group in groups], dtype=float)

        at_risk, before = stacked("at_risk"), stacked("survival_before")
        exposure = np.divide(at_risk, before, out=np.zeros_like(at_risk), where=at_risk > 0)
        common = np.cumsum(stacked("chosen").sum(axis=0) / exposure.sum(axis=0))
        return cls(
            at_risk,
            stacked("chosen"),
            stacked("others"),
            stacked("survival"),
            before,
            stacked("incidence_before"),
            exposure,
            common,
        )

    def score(self) -> NDArray[np.float64]:
        """Events of the cause minus those expected, per group."""
        subdistribution = self.exposure * (1 - self.incidence_before)
        expected = self.chosen.sum(axis=0) * subdistribution / subdistribution.sum(axis=0)
        total: NDArray[np.float64] = (self.chosen - expected).sum(axis=1)
        return total

    def variance(self) -> NDArray[np.float64]:
        """
        Covariance of the scores.

        Each event moves the scores at once and, through the survival of its group, at every
        later event; the squared movements are added up, weighted by the variance of a step.
        """
        now, later = self._weights()
        direct, competing = self._movements()
        step_direct, step_competing = self._steps()
        moved = now + direct[:, None, :] * later
        shifted = competing[:, None, :] * later
        first = np.einsum("tik,tjk,tk->ij", moved, moved, step_direct)
        second = np.einsum("tik,tjk,tk->ij", shifted, shifted, step_competing)
        total: NDArray[np.float64] = first + second
        return total

    def _weights(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Per time, group scored and group of the event: weight now, and summed over later."""
        exposure = self.exposure.T
        total = exposure.sum(axis=1)[:, None, None]
        outer = exposure[:, :, None] * exposure[:, None, :]
        now = exposure[:, :, None] * np.eye(exposure.shape[1]) - outer / total
        events = self.chosen.sum(axis=0)[:, None, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            growth = np.where(events > 0, now * events / (total * self._not_yet()), 0)
        cumulated = np.cumsum(growth, axis=0)
        return now, cumulated[-1] - cumulated

    def _not_yet(self) -> NDArray[np.float64]:
        return 1 - just_before(self.common, 0)[:, None, None]

    def _movements(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """How much a step carries over to later ones: of the cause, and of another."""
        alive = self.survival > 0
        ratio = np.divide(
            1 - self.common, self.survival, out=np.zeros_like(self.survival), where=alive
        )
        return (1 - ratio).T, ratio.T

    def _steps(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Variance of one step in each group: of the cause under the null, and of another."""
        events = self.chosen.sum(axis=0)
        scaled = self.exposure.sum(axis=0) * self.survival_before
        spread = np.where(events > 1, 1 - (events - 1) / np.where(events > 1, scaled - 1, 1), 1)
        exposed = np.where(self.at_risk > 0, self.exposure, np.inf)
        direct = spread * events / (self.exposure.sum(axis=0) * exposed)
        competing = step_variance(self.survival_before, self.at_risk, self.others)
        return direct.T, competing.T
