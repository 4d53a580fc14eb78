"""Cells that tell groups of patients apart: the same division, one-sided levels, an order."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable

FEW_LEVELS: Final = 10
"""Numbers with more levels are looked at in their order."""
BY_DESIGN: Final = 0.001
"""A level that misses a group, or an order of groups, by less chance than this was meant so."""
DIVIDED: Final = 0.01
"""The same for levels that lie within one group each."""
_RUNS: Final = 3.3
"""How many standard deviations fewer runs than chance gives: about one in two thousand."""
_SPREAD: Final = 2_654_435_761
"""Takes places apart, so that ties do not stand in the order of the file."""


def tells(cells: pd.Series, groups: np.ndarray) -> bool:
    """
    Whether cells known at the start tell the groups of patients apart.

    They do if they divide the patients as the groups do; if each level lies within one group, or
    a level misses a group, more surely than chance would have it; if they were recorded in some
    groups only; or if numbers put the groups in order.

    Args:
        cells: One per patient; missing ones included.
        groups: The group of each patient, as any label.

    Returns:
        Whether a reader of the cells could know the groups, or one of them.
    """
    codes = pd.factorize(groups)[0]
    if codes.max(initial=0) < 1:
        return False
    known = cells.notna().to_numpy() & (cells.astype(object) != "").to_numpy()
    levels = pd.factorize(cells.where(known), use_na_sentinel=False)[0]
    ordered = cells.dtype.kind in "fiM" and levels.max() >= FEW_LEVELS
    return (
        one_sided(known, codes)
        or (not ordered and _divides(levels, codes))
        or (ordered and in_order(cells[known], codes[known]))
    )


def one_sided(inside: np.ndarray, groups: np.ndarray) -> bool:
    """
    Whether a set of patients, or the rest of them, misses a group by design.

    Args:
        inside: Whether each patient is in the set.
        groups: The group of each patient, as any label.
    """
    codes = pd.factorize(groups)[0]
    return any(_misses(side, codes) for side in (inside, ~inside))


def in_order(values: pd.Series, groups: np.ndarray) -> bool:
    """
    Whether the groups follow one another where patients are put in the order of a value.

    Args:
        values: One per patient, none missing.
        groups: The group of each patient, as any label.
    """
    codes = pd.factorize(groups)[0]
    if not len(codes) or codes.max() < 1:
        return False
    apart = (np.arange(len(codes)) * _SPREAD) % 2**32
    order = np.lexsort([apart, values.to_numpy()])
    runs = 1 + int((np.diff(codes[order]) != 0).sum())
    sizes = np.bincount(codes)
    if runs == len(sizes) and _chance(sizes, math.lgamma(len(sizes) + 1)) <= DIVIDED:
        return True
    expected, deviation = _runs(sizes)
    return runs <= expected - _RUNS * deviation


def _runs(sizes: np.ndarray) -> tuple[float, float]:
    """Mean and standard deviation of the number of runs in a random order (Mood 1940)."""
    n = float(sizes.sum())
    squares, cubes = float((sizes**2).sum()), float((sizes**3).sum())
    mean = (n * (n + 1) - squares) / n
    above = squares * (squares + n * (n + 1)) - 2 * n * cubes - n**3
    return mean, math.sqrt(max(0.0, above / (n * n * (n - 1)))) if n > 1 else 0.0


def _divides(levels: np.ndarray, groups: np.ndarray) -> bool:
    """Whether levels lie within the groups, or one of them misses a group by design."""
    counts = np.zeros((levels.max() + 1, groups.max() + 1), dtype=int)
    np.add.at(counts, (levels, groups), 1)
    pure = (counts > 0).sum(axis=1) == 1
    if pure.all() and len(counts) < len(levels):
        same = len(counts) == counts.shape[1]
        ways = len(counts) * math.log(counts.shape[1])
        if same or _chance(counts.sum(axis=0), ways) <= DIVIDED:
            return True
    return any(_misses(levels == one, groups) for one in range(len(counts)))


def _chance(sizes: np.ndarray, ways: float) -> float:
    """
    The chance that groups of these sizes fall into one of so many divisions.

    Args:
        sizes: Patients of each group.
        ways: Logarithm of the number of divisions.
    """
    arrangements = math.lgamma(int(sizes.sum()) + 1) - _factorials(sizes)
    return math.exp(min(0.0, ways - arrangements))


def _factorials(sizes: Iterable[int]) -> float:
    return sum(math.lgamma(int(size) + 1) for size in sizes)


def _misses(inside: np.ndarray, codes: np.ndarray) -> bool:
    """Whether a set of patients has nobody of some group, less likely than by chance."""
    size, everybody = int(inside.sum()), len(codes)
    there = np.bincount(codes[inside], minlength=int(codes.max()) + 1)
    sizes = np.bincount(codes)
    return any(
        math.comb(everybody - int(of_group), size) <= BY_DESIGN * math.comb(everybody, size)
        for of_group, found in zip(sizes, there, strict=True)
        if size and not found
    )
