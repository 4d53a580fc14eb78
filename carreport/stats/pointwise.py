"""Step curves of a probability: pointwise limits, and what a reading gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple, get_args

import numpy as np
from scipy.special import ndtri

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Curve = NDArray[np.float64]

Interval = Literal["log-log", "log", "plain"]


class Reading(NamedTuple):
    """
    A curve read at one day, all four as fractions.

    Attributes:
        estimate: The probability.
        se: Its standard error, on the same scale.
        lower: Lower pointwise limit; None where the interval is not defined.
        upper: Upper pointwise limit; None where the interval is not defined.
    """

    estimate: float
    se: float
    lower: float | None
    upper: float | None


def normal_quantile(confidence: float) -> float:
    """
    How many standard errors a two-sided normal interval reaches.

    Args:
        confidence: Between 0 and 1.

    Returns:
        1.96 for 0.95.

    Raises:
        ValueError: *confidence* is not between 0 and 1.

    >>> round(normal_quantile(0.95), 6)
    1.959964
    """
    if not 0 < confidence < 1:
        message = f"confidence must lie between 0 and 1, found {confidence}"
        raise ValueError(message)
    return float(ndtri((1 + confidence) / 2))


def pointwise_limits(
    estimate: Curve, se: Curve, *, confidence: float, interval: Interval
) -> tuple[Curve, Curve]:
    """
    Pointwise limits of a probability, symmetric on the scale *interval* names.

    A probability of 0 has no limits, nor has 1 on the log-log scale, as in R.

    Args:
        estimate: Probabilities, as fractions.
        se: Their standard errors, as fractions.
        confidence: Two-sided, as a fraction.
        interval: Scale: "log-log" is log(-log p), "log" is log p, "plain" is p itself.

    Returns:
        Lower and upper limits, as fractions; NaN where undefined.

    Raises:
        ValueError: *interval* is unknown or *confidence* not between 0 and 1.

    Source:
        Kalbfleisch & Prentice, The Statistical Analysis of Failure Time Data, 1980, p. 15
        (log-log); Borgan & Liestøl, Scand J Stat 1990;17:35-41. R:
        survival::survfit(conf.type=). For cumulative incidence the same transformation of
        the incidence itself: Pintilie, Competing Risks, 2006, p. 62; R: tidycmprsk::cuminc.
    """
    if interval not in _LIMITS:
        message = f"interval must be one of {', '.join(get_args(Interval))}, found {interval!r}"
        raise ValueError(message)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        lower, upper = _LIMITS[interval](estimate, normal_quantile(confidence) * se)
    return np.where(estimate > 0, lower, np.nan), np.where(estimate > 0, upper, np.nan)


def reading(estimate: float, se: float, lower: float, upper: float) -> Reading:
    """A reading whose undefined limits are None."""
    return Reading(float(estimate), float(se), _defined(lower), _defined(upper))


def _defined(limit: float) -> float | None:
    return None if np.isnan(limit) else float(limit)


def _log_log(estimate: Curve, reach: Curve) -> tuple[Curve, Curve]:
    inside = np.where(estimate < 1, estimate, np.nan)
    width = np.exp(-reach / (inside * np.log(inside)))
    return inside**width, inside ** (1 / width)


def _log(estimate: Curve, reach: Curve) -> tuple[Curve, Curve]:
    width = np.exp(reach / estimate)
    return estimate / width, np.minimum(estimate * width, 1)


def _plain(estimate: Curve, reach: Curve) -> tuple[Curve, Curve]:
    return np.maximum(estimate - reach, 0), np.minimum(estimate + reach, 1)


_LIMITS: Final[dict[str, Callable[[Curve, Curve], tuple[Curve, Curve]]]] = {
    "log-log": _log_log,
    "log": _log,
    "plain": _plain,
}
