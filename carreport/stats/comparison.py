"""Two or more survival curves compared: log-rank test, hazard ratio."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtrc, expit

from carreport.shapes import HazardRatio, LogRank
from carreport.stats.pointwise import normal_quantile
from carreport.stats.samples import FollowUp, follow_up, non_empty

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray


def log_rank(samples: Sequence[tuple[ArrayLike, ArrayLike]]) -> LogRank:
    """
    Log-rank test of two or more groups.

    Groups without patients, or with nobody at risk at any event, are left out.

    Args:
        samples: Per group: times in days, and status (1 event, 0 censored).

    Returns:
        Chi-squared, degrees of freedom and p; None if fewer than two groups are left or the
        groups never differ in who could have had the events.

    Raises:
        ValueError: A time or a status is missing or impossible.

    Source:
        Mantel, Cancer Chemother Rep 1966;50:163-170; Peto & Peto, J R Stat Soc A
        1972;135:185-207. R: survival::survdiff(Surv(days, status) ~ group).
    """
    groups = non_empty(samples)
    times = _event_times(groups)
    if not times.size:
        return LogRank(None, max(len(groups) - 1, 0), None)
    at_risk = np.array([group.at_risk(times) for group in groups])
    events = np.array([group.count(times, [1]) for group in groups])
    exposed = at_risk.any(axis=1)
    return _chi_squared(at_risk[exposed], events[exposed])


def _chi_squared(at_risk: NDArray[np.int64], events: NDArray[np.int64]) -> LogRank:
    df = len(at_risk) - 1
    risk, deaths = at_risk.sum(axis=0), events.sum(axis=0)
    excess = (events - at_risk * deaths / risk).sum(axis=1)[:-1]
    weight = deaths * (risk - deaths) / (risk**2 * np.maximum(risk - 1, 1))
    variance = np.diag((at_risk * risk * weight).sum(axis=1)) - (at_risk * weight) @ at_risk.T
    reduced = variance[:-1, :-1]
    if df == 0 or np.linalg.matrix_rank(reduced) < df:
        return LogRank(None, df, None)
    chi2 = float(excess @ np.linalg.solve(reduced, excess))
    return LogRank(chi2, df, float(chdtrc(df, chi2)))


def hazard_ratio(
    first: tuple[ArrayLike, ArrayLike],
    second: tuple[ArrayLike, ArrayLike],
    *,
    confidence: float = 0.95,
) -> HazardRatio:
    """
    Hazard of the first group relative to the second, by Cox regression.

    Tied events by Efron's method, limits by Wald on the log scale. Where the partial
    likelihood has no maximum (one group without events, or complete separation) nothing is
    estimated and `method` says why.

    Args:
        first: Times in days and status (1 event, 0 censored) of the group of interest.
        second: The same of the reference group.
        confidence: Of the limits, two-sided, as a fraction.

    Returns:
        Ratio and limits; above 1 the first group has events sooner.

    Raises:
        ValueError: A time or a status is missing or impossible.

    Source:
        Cox, J R Stat Soc B 1972;34:187-220; Efron, J Am Stat Assoc 1977;72:557-565. R:
        survival::coxph(Surv(days, status) ~ group, ties = "efron").
    """
    terms = _efron_terms(follow_up(*first), follow_up(*second))
    if reason := terms.why_monotone():
        return HazardRatio(None, None, None, confidence, f"Cox regression: not estimable, {reason}")
    beta = terms.maximum()
    reach = normal_quantile(confidence) / np.sqrt(terms.information(beta))
    ratio, lower, upper = np.exp([beta, beta - reach, beta + reach])
    return HazardRatio(float(ratio), float(lower), float(upper), confidence)


@dataclass(frozen=True, slots=True, eq=False)
class _EfronTerms:
    """
    The partial likelihood, one term per event.

    With weights (a, b) of the two groups in a term its logarithm is
    beta * events - sum(log(a * exp(beta) + b)).
    """

    events: int
    total: int
    log_odds: NDArray[np.float64]

    def share(self, beta: float) -> NDArray[np.float64]:
        """Probability, per term, that the event falls in the first group."""
        probability: NDArray[np.float64] = expit(beta + self.log_odds)
        return probability

    def score(self, beta: float) -> float:
        return self.events - float(self.share(beta).sum())

    def information(self, beta: float) -> float:
        share = self.share(beta)
        return float((share * (1 - share)).sum())

    def why_monotone(self) -> str:
        """In words, why the likelihood has no maximum; empty if it has one."""
        if self.total == 0:
            return "there are no events"
        if self.events in {0, self.total}:
            return "one group has no events"
        certain = int((self.log_odds == np.inf).sum())
        possible = int((self.log_odds > -np.inf).sum())
        separated = not certain < self.events < possible
        return "the groups are completely separated in time" if separated else ""

    def maximum(self) -> float:
        """The only root of the falling score, by bisection to the last bit."""
        low, high = -1.0, 1.0
        while self.score(low) < 0:
            low *= 2
        while self.score(high) > 0:
            high *= 2
        while low < (middle := (low + high) / 2) < high:
            low, high = (middle, high) if self.score(middle) > 0 else (low, middle)
        return middle


def _efron_terms(first: FollowUp, second: FollowUp) -> _EfronTerms:
    times = _event_times([first, second])
    deaths = np.array([group.count(times, [1]) for group in (first, second)])
    at_risk = np.array([group.at_risk(times) for group in (first, second)])
    tied = deaths.sum(axis=0)
    term = np.repeat(np.arange(times.size), tied)
    passed = (np.arange(term.size) - np.repeat(np.cumsum(tied) - tied, tied)) / tied[term]
    weights = at_risk[:, term] - passed * deaths[:, term]
    with np.errstate(divide="ignore"):
        log_odds = np.log(weights[0]) - np.log(weights[1])
    return _EfronTerms(int(deaths[0].sum()), int(tied.sum()), log_odds)


def _event_times(groups: Sequence[FollowUp]) -> NDArray[np.float64]:
    happened = [group.days[group.cause == 1] for group in groups]
    times: NDArray[np.float64] = np.unique(np.concatenate([np.empty(0), *happened]))
    return times
