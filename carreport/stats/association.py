"""Linear association of two measurements."""

from __future__ import annotations

from math import atanh, fsum, sqrt, tanh
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtr

from carreport.shapes import Correlation
from carreport.stats.pointwise import normal_quantile

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def pearson(x: ArrayLike, y: ArrayLike, confidence: float) -> Correlation:
    """
    Product-moment correlation of the complete pairs.

    Args:
        x: One per patient, NaN is missing.
        y: The same patients, in the same order.
        confidence: Of the limits, two-sided, as a fraction.

    Returns:
        Coefficient, p (t test of no correlation), pairs and limits by Fisher's z. None for
        fewer than three pairs or if one variable does not vary; no limits for three pairs.

    Raises:
        ValueError: Lengths differ, a value is infinite, or *confidence* is not between 0
            and 1.

    Source:
        Fisher, Metron 1921;1:3-32. R: cor.test(x, y, conf.level=).
    """
    first, second = _complete(x, y)
    reach = normal_quantile(confidence)
    n = first.size
    if n < 3 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return Correlation(None, None, n, None, None, confidence)
    r = _coefficient(first, second)
    lower, upper = _fisher_limits(r, reach / sqrt(n - 3)) if n > 3 else (None, None)
    return Correlation(r, _p_value(r, n - 2), n, lower, upper, confidence)


def _complete(x: ArrayLike, y: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    first, second = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if first.ndim != 1 or first.shape != second.shape:
        message = f"x and y must pair up, found shapes {first.shape} and {second.shape}"
        raise ValueError(message)
    if np.isinf(first).any() or np.isinf(second).any():
        message = "x and y must be finite; mark missing values as NaN"
        raise ValueError(message)
    both = ~(np.isnan(first) | np.isnan(second))
    return first[both], second[both]


def _coefficient(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    across, along = x - fsum(x) / x.size, y - fsum(y) / y.size
    r = fsum(across * along) / sqrt(fsum(across**2) * fsum(along**2))
    return min(max(r, -1.0), 1.0)


def _p_value(r: float, df: int) -> float:
    t = abs(r) * sqrt(df / (1 - r * r)) if abs(r) < 1 else np.inf
    return float(2 * stdtr(df, -t))


def _fisher_limits(r: float, reach: float) -> tuple[float, float]:
    if abs(r) == 1:
        return r, r
    return tanh(atanh(r) - reach), tanh(atanh(r) + reach)
