"""Samples as clean arrays: checked on entry, counted by day, ranked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True, eq=False)
class FollowUp:
    """
    How long each patient was followed and how that ended.

    Attributes:
        days: One finite time >= 0 per patient, in days.
        cause: One code per patient: 0 censored, 1, 2, … the event.
    """

    days: NDArray[np.float64]
    cause: NDArray[np.int64]

    def __len__(self) -> int:
        """Number of patients."""
        return len(self.days)

    def at_risk(self, times: NDArray[np.float64]) -> NDArray[np.int64]:
        """Patients with days >= t, for each t of *times*."""
        return len(self) - np.searchsorted(np.sort(self.days), times, side="left")

    def count(self, times: NDArray[np.float64], codes: Iterable[int]) -> NDArray[np.int64]:
        """Patients with days == t and one of the *codes*, for each t of *times*."""
        wanted = np.zeros(len(self), dtype=bool)
        for code in codes:
            wanted |= self.cause == code
        chosen = np.sort(self.days[wanted])
        upto = np.searchsorted(chosen, times, side="right")
        return upto - np.searchsorted(chosen, times, side="left")


def follow_up(days: ArrayLike, cause: ArrayLike) -> FollowUp:
    """
    Check a time-to-event sample.

    Args:
        days: One time per patient, in days.
        cause: One code per patient: 0 (or False) censored, 1 (or True), 2, … events.

    Returns:
        The sample as arrays.

    Raises:
        ValueError: Lengths differ, a time is missing, infinite or negative, or a code is
            not a whole number >= 0.
    """
    times, codes = np.asarray(days, dtype=float), np.asarray(cause, dtype=float)
    if times.ndim != 1 or times.shape != codes.shape:
        found = f"{times.shape} times and {codes.shape} codes"
        message = f"one time and one code per patient are needed, found {found}"
        raise ValueError(message)
    if not (np.isfinite(times).all() and (times >= 0).all()):
        message = "times must be finite and not negative; leave out patients without one"
        raise ValueError(message)
    if not (np.isfinite(codes).all() and (codes >= 0).all() and (codes % 1 == 0).all()):
        message = "codes must be whole numbers, 0 for censored; leave out patients without one"
        raise ValueError(message)
    return FollowUp(times, codes.astype(np.int64))


def non_empty(samples: Sequence[tuple[ArrayLike, ArrayLike]]) -> list[FollowUp]:
    """The samples that have patients, checked."""
    checked = [follow_up(days, cause) for days, cause in samples]
    return [sample for sample in checked if len(sample)]


def present(values: ArrayLike) -> NDArray[np.float64]:
    """
    The values that are not missing.

    Args:
        values: Numbers, NaN or None where missing.

    Returns:
        The others, in their order.

    Raises:
        ValueError: A value is infinite, or the values are not one-dimensional.
    """
    numbers = np.asarray(values, dtype=float)
    if numbers.ndim != 1 or np.isinf(numbers).any():
        message = f"finite numbers in one dimension are needed, found shape {numbers.shape}"
        raise ValueError(message)
    kept: NDArray[np.float64] = numbers[~np.isnan(numbers)]
    return kept


@dataclass(frozen=True, slots=True, eq=False)
class Ranks:
    """
    Ranks of a sample; tied values share the mean of their ranks.

    Attributes:
        doubled: Twice the rank of each value, so that half ranks are whole numbers.
        ties: Size of each set of equal values.
    """

    doubled: NDArray[np.int64]
    ties: NDArray[np.int64]

    def tie_sum(self) -> float:
        """Sum of t³ - t over the sets of t equal values."""
        return float((self.ties.astype(float) ** 3 - self.ties).sum())


def ranks(values: NDArray[np.float64]) -> Ranks:
    """Rank *values* from 1, ties at their mean rank."""
    _, position, ties = np.unique(values, return_inverse=True, return_counts=True)
    doubled = 2 * np.cumsum(ties) - ties + 1
    return Ranks(doubled[position], ties)
