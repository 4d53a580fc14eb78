"""Where a continuous variable lies and how far it spreads."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from statistics import mean, stdev
from typing import TYPE_CHECKING

import numpy as np

from carreport.shapes import Summary
from carreport.stats.samples import present

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def summary(values: ArrayLike, quantile_type: int = 7) -> Summary:
    """
    Mean, standard deviation, quartiles and range.

    Mean and standard deviation are computed in exact fractions and rounded once.

    Args:
        values: One per patient, in the variable's unit; NaN is missing.
        quantile_type: Definition of the quartiles: 2 (SAS), 6 (SPSS) or 7 (R, numpy).

    Returns:
        All in the variable's unit. The standard deviation has n - 1 below and is None for
        one value; everything is None for none.

    Raises:
        ValueError: A value is infinite or *quantile_type* unknown.

    Source:
        Hyndman & Fan, Am Stat 1996;50:361-365. R: mean, sd, quantile(x, type=).
    """
    known = np.sort(present(values))
    missing = np.size(np.asarray(values, dtype=float)) - known.size
    if not known.size:
        return Summary(0, missing, None, None, None, None, None, None, None)
    q1, middle, q3 = (quantile(known, p, quantile_type) for p in (0.25, 0.5, 0.75))
    return Summary(
        n=known.size,
        missing=missing,
        mean=mean(known.tolist()),
        sd=stdev(known.tolist()) if known.size > 1 else None,
        median=middle,
        q1=q1,
        q3=q3,
        min=float(known[0]),
        max=float(known[-1]),
    )


def quantile(values: ArrayLike, probability: float, quantile_type: int = 7) -> float:
    """
    Sample quantile.

    Args:
        values: Numbers, at least one; NaN is missing.
        probability: Between 0 and 1.
        quantile_type: Hyndman and Fan's 2 (inverse of the distribution function, averaged
            at its steps), 6 (position p of n + 1) or 7 (position p of n - 1).

    Returns:
        The quantile, in the unit of *values*.

    Raises:
        ValueError: No values, an infinite one, *probability* outside 0 to 1, or
            *quantile_type* not 2, 6 or 7.

    Source:
        Hyndman & Fan, Am Stat 1996;50:361-365. R: quantile(x, probability, type=).

    >>> [quantile([1, 2, 3, 4, 5, 6], 0.25, kind) for kind in (2, 6, 7)]
    [2.0, 1.75, 2.25]
    """
    known = np.sort(present(values))
    if not known.size or not 0 <= probability <= 1:
        message = f"a value and a probability are needed, found {known.size} and {probability}"
        raise ValueError(message)
    return _between(known, _position(known.size, Fraction(str(probability)), quantile_type))


def _position(n: int, probability: Fraction, quantile_type: int) -> Fraction:
    """Where the quantile lies among the sorted values, counted from 1, possibly outside."""
    match quantile_type:
        case 2:
            steps = n * probability
            return Fraction(floor(steps) + 1 + ceil(steps), 2)
        case 6:
            return (n + 1) * probability
        case 7:
            return (n - 1) * probability + 1
        case _:
            message = f"quantile type must be 2, 6 or 7, found {quantile_type}"
            raise ValueError(message)


def _between(known: NDArray[np.float64], position: Fraction) -> float:
    inside = min(max(position, Fraction(1)), Fraction(len(known)))
    below = known[floor(inside) - 1]
    above = known[ceil(inside) - 1]
    return float(below + float(inside - floor(inside)) * (above - below))
