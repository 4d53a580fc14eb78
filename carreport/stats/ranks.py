"""Rank tests: two samples, several, paired; exact where the work allows."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import chdtrc, ndtr

from carreport.shapes import KruskalWallis, RankTest, SignedRank
from carreport.stats.samples import Ranks, present, ranks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

WORK_BOUND: Final = 150_000_000
"""Additions that an exact distribution may cost, about a tenth of a second."""

_NOISE: Final = 1e-12
"""What rounding may take from the sum of a distribution, which is 1."""

_EXACT: Final = "exact, conditional on the ties (shift algorithm)"
_NORMAL: Final = (
    "normal approximation with tie and continuity corrections, "
    "the samples being too large for the exact distribution"
)


def mann_whitney(first: ArrayLike, second: ArrayLike) -> RankTest:
    """
    Mann-Whitney (Wilcoxon rank-sum) test of two samples, two-sided.

    Exact given the ties: p is the share of allocations whose rank sum lies at least as far
    from its expectation as the observed one, on either side. Past `WORK_BOUND` the normal
    approximation with tie and continuity corrections is used and `method` says so.

    Args:
        first: Measurements of one group; NaN is missing and left out.
        second: Measurements of the other, in the same unit.

    Returns:
        U of the first sample (pairs in which it is larger, ties one half), p, and the
        smallest p these sizes and ties can give (None if approximated). All None if a
        sample is empty.

    Raises:
        ValueError: A value is infinite.

    Source:
        Mann & Whitney, Ann Math Stat 1947;18:50-60; Streitberg & Röhmel, EDV Med Biol
        1987;18:12-19. R: exactRankTests::wilcox.exact(first, second); the approximation:
        wilcox.test(first, second, exact = FALSE).
    """
    here, there = present(first), present(second)
    if not (here.size and there.size):
        return RankTest(None, None, None)
    ranked = ranks(np.concatenate([here, there]))
    u = float(ranked.doubled[: here.size].sum()) / 2 - here.size * (here.size + 1) / 2
    scores = _compact(ranked.doubled)
    smaller = scores[: here.size] if here.size <= there.size else scores[here.size :]
    if _work(scores, smaller.size) > WORK_BOUND:
        return RankTest(u, _normal_rank_sum(u, here.size, there.size, ranked), None, _NORMAL)
    distribution = _sums_of_subsets(scores, smaller.size)
    expected = smaller.size * int(scores.sum())
    away = np.abs(scores.size * np.arange(distribution.size) - expected)
    p = _share(distribution, away >= away[int(smaller.sum())])
    attainable = _share(distribution, away >= away[distribution > 0].max())
    return RankTest(u, p, attainable, _EXACT)


def kruskal_wallis(samples: Sequence[ArrayLike]) -> KruskalWallis:
    """
    Kruskal-Wallis test of two or more samples.

    Args:
        samples: Measurements per group; NaN is missing, empty groups are left out.

    Returns:
        H corrected for ties, its degrees of freedom and chi-squared p; H and p None with fewer
        than two groups or if all values are equal.

    Raises:
        ValueError: A value is infinite.

    Source:
        Kruskal & Wallis, J Am Stat Assoc 1952;47:583-621. R: kruskal.test(samples).
    """
    groups = [values for values in map(present, samples) if values.size]
    pooled = np.concatenate([np.empty(0), *groups])
    ranked = ranks(pooled)
    if len(groups) < 2 or ranked.ties.size < 2:
        return KruskalWallis(None, max(len(groups) - 1, 0), None)
    n = pooled.size
    parts = np.split(ranked.doubled / 2, np.cumsum([group.size for group in groups])[:-1])
    squares = sum(float(part.sum()) ** 2 / part.size for part in parts)
    uncorrected = 12 * squares / (n * (n + 1)) - 3 * (n + 1)
    h = max(uncorrected, 0.0) / (1 - ranked.tie_sum() / (n**3 - n))
    df = len(groups) - 1
    return KruskalWallis(h, df, float(chdtrc(df, h)))


def signed_rank(differences: ArrayLike) -> SignedRank:
    """
    Wilcoxon's signed-rank test of paired measurements, two-sided.

    Zero differences are dropped. Exact given the ties: twice the smaller tail, at most 1.
    Past `WORK_BOUND` the normal approximation with tie and continuity corrections is used
    and `method` says so.

    Args:
        differences: One per pair; NaN is missing.

    Returns:
        Pairs that differ, sum of the ranks of positive differences, p, and the smallest p
        so many pairs can give. None where no pair differs.

    Raises:
        ValueError: A value is infinite.

    Source:
        Wilcoxon, Biometrics Bull 1945;1:80-83; Streitberg & Röhmel, EDV Med Biol
        1987;18:12-19. R: exactRankTests::wilcox.exact(differences); the approximation:
        wilcox.test(differences, exact = FALSE).
    """
    known = present(differences)
    differing = known[known != 0]
    n = differing.size
    if n == 0:
        return SignedRank(0, None, None, None)
    ranked = ranks(np.abs(differing))
    v = float(ranked.doubled[differing > 0].sum()) / 2
    if n * int(ranked.doubled.sum()) > WORK_BOUND:
        return SignedRank(n, v, _normal_signed_rank(v, n, ranked), None, _NORMAL)
    distribution = _sums_of_any(ranked.doubled)
    tails = distribution[: round(2 * v) + 1].sum(), distribution[round(2 * v) :].sum()
    p = min(1.0, 2 * float(min(tails)))
    return SignedRank(n, v, p, min(1.0, 2.0 ** (1 - n)), _EXACT)


def _compact(doubled: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same scores on the coarsest grid of whole numbers that starts at 0."""
    above = doubled - doubled.min()
    compact: NDArray[np.int64] = above // max(int(np.gcd.reduce(above)), 1)
    return compact


def _largest_sum(scores: NDArray[np.int64], size: int) -> int:
    return int(np.sort(scores)[-size:].sum())


def _work(scores: NDArray[np.int64], size: int) -> int:
    return scores.size * size * (_largest_sum(scores, size) + 1)


def _sums_of_subsets(scores: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    """Share of the subsets of *size* scores that have each sum."""
    counts = np.zeros((size + 1, _largest_sum(scores, size) + 1))
    counts[0, 0] = 1
    for score in scores.tolist():
        counts[1:, score:] += counts[:-1, : counts.shape[1] - score]
    shares: NDArray[np.float64] = counts[size] / counts[size].sum()
    return shares


def _sums_of_any(scores: NDArray[np.int64]) -> NDArray[np.float64]:
    """Share of the sets of scores, each in or out with equal chance, that have each sum."""
    shares = np.zeros(int(scores.sum()) + 1)
    shares[0] = 1
    for score in scores.tolist():
        shares[score:] += shares[: shares.size - score]
        shares /= 2
    return shares


def _share(distribution: NDArray[np.float64], chosen: NDArray[np.bool_]) -> float:
    share = float(distribution[chosen].sum())
    return share if share < 1 - _NOISE else 1.0


def _normal_rank_sum(u: float, here: int, there: int, ranked: Ranks) -> float:
    n = here + there
    variance = here * there / 12 * (n + 1 - ranked.tie_sum() / (n * (n - 1)))
    return _two_sided(u - here * there / 2, variance)


def _normal_signed_rank(v: float, n: int, ranked: Ranks) -> float:
    variance = n * (n + 1) * (2 * n + 1) / 24 - ranked.tie_sum() / 48
    return _two_sided(v - n * (n + 1) / 4, variance)


def _two_sided(deviation: float, variance: float) -> float:
    corrected = max(abs(deviation) - 0.5, 0.0)
    return float(2 * ndtr(-corrected / sqrt(variance)))
