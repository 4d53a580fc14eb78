"""The rank sum of one group among two, from their patients at each ordered level."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import accumulate
from math import comb
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_WORK: Final = 2_000_000
"""Steps that the exact distribution may cost, about a second."""

_MOST_PATIENTS: Final = 2_000


@dataclass(frozen=True, slots=True)
class RankSum:
    """
    What a rank-sum test of two groups is computed from.

    Attributes:
        deviation: Rank sum of the first group less its expectation.
        variance: Of the rank sum, corrected for ties.
        two_sided: Exact p: the share of allocations that lie at least as far from expectation;
            None where counting them would take too long.
        one_sided: Exact p: the smaller tail.
    """

    deviation: float
    variance: float
    two_sided: float | None
    one_sided: float | None


def rank_sums(here: Sequence[int], there: Sequence[int]) -> RankSum:
    """
    The rank sum of the patients *here* among all, and its distribution given the ties.

    `carreport.stats.ranks.mann_whitney` has the two-sided p only, from single values.

    Args:
        here: Patients of one group at each level, lowest first; at least one in all.
        there: The same of the other group; two levels at least are taken.

    Source:
        Midranks; Var W = mn/12·(N + 1 − Σ(t³ − t)/(N(N − 1))). R: wilcox.test.

    >>> rank_sums([4, 0], [0, 4]).one_sided
    0.014285714285714285
    """
    ties = [a + b for a, b in zip(here, there, strict=True)]
    ranks = [2 * before - t + 1 for before, t in zip(accumulate(ties), ties, strict=True)]
    m, n = sum(here), sum(ties)
    found = sum(k * rank for k, rank in zip(here, ranks, strict=True))
    away = found - m * (n + 1)
    tied = sum(t**3 - t for t in ties) / (n * (n - 1))
    variance = m * (n - m) / 12 * (n + 1 - tied)
    ways = _distribution(ties, ranks, m) if n <= _MOST_PATIENTS else None
    if ways is None:
        return RankSum(away / 2, variance, None, None)
    all_ = comb(n, m)
    as_far = sum(w for total, w in ways.items() if abs(total - m * (n + 1)) >= abs(away))
    lower = sum(w for total, w in ways.items() if total <= found)
    upper = sum(w for total, w in ways.items() if total >= found)
    return RankSum(away / 2, variance, as_far / all_, min(lower, upper) / all_)


def _distribution(ties: Sequence[int], ranks: Sequence[int], m: int) -> dict[int, int] | None:
    """In how many ways m patients can have each (doubled) rank sum."""
    work = 0
    reached: dict[tuple[int, int], int] = {(0, 0): 1}
    for t, rank in zip(ties, ranks, strict=True):
        further: dict[tuple[int, int], int] = defaultdict(int)
        for (taken, total), ways in reached.items():
            most = min(t, m - taken)
            work += most + 1
            if work > _MOST_WORK:
                return None
            for k in range(most + 1):
                further[taken + k, total + k * rank] += ways * comb(t, k)
        reached = further
    return {total: ways for (taken, total), ways in reached.items() if taken == m}
