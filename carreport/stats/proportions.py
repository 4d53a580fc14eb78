"""A proportion and its exact limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import betaincinv

from carreport.shapes import Proportion

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def exact_proportion(successes: ArrayLike, confidence: float) -> Proportion:
    """
    Share of patients with a property, with exact limits.

    Args:
        successes: One per patient, True (or 1) with the property, False (or 0) without.
        confidence: Of the limits, two-sided, as a fraction.

    Returns:
        k of n; rate and limits as fractions, None without patients.

    Raises:
        ValueError: A value is neither true nor false (a missing one, for instance), or
            *confidence* is not between 0 and 1.

    Source:
        Clopper & Pearson, Biometrika 1934;26:404-413. R: binom.test(k, n)$conf.int.
    """
    flags = np.asarray(successes, dtype=float)
    if flags.ndim != 1 or not np.isin(flags, [0, 1]).all():
        message = "successes must be true or false for each patient; settle missing ones first"
        raise ValueError(message)
    k, n = int(flags.sum()), flags.size
    if n == 0:
        return Proportion(0, 0, None, None, None, confidence)
    return Proportion(k, n, k / n, *clopper_pearson(k, n, confidence), confidence)


def clopper_pearson(k: int, n: int, confidence: float) -> tuple[float, float]:
    """
    Exact limits of a binomial proportion, each tail at most half of 1 - confidence.

    Args:
        k: Patients with the property.
        n: Patients, at least one.
        confidence: Two-sided, as a fraction.

    Returns:
        Lower and upper limit, as fractions.

    Raises:
        ValueError: Not 0 <= k <= n with n >= 1, or *confidence* not between 0 and 1.

    Source:
        Clopper & Pearson, Biometrika 1934;26:404-413. R: binom.test(k, n)$conf.int.

    >>> [round(limit, 4) for limit in clopper_pearson(15, 148, 0.95)]
    [0.0578, 0.1617]
    """
    if not (0 <= k <= n and n >= 1 and 0 < confidence < 1):
        message = (
            f"0 <= k <= n >= 1 and 0 < confidence < 1 are needed, found {k}, {n}, {confidence}"
        )
        raise ValueError(message)
    tail = (1 - confidence) / 2
    lower = float(betaincinv(k, n - k + 1, tail)) if k else 0.0
    upper = float(betaincinv(k + 1, n - k, 1 - tail)) if k < n else 1.0
    return lower, upper
