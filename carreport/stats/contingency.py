"""Fisher's exact test of a table of any shape, by counting every table while that is possible."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import gammaln

from carreport.shapes import FisherTest, SimulatedFisherTest
from carreport.stats.simulated_tables import simulated_fisher

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import ArrayLike, NDArray

    Half = tuple[NDArray[np.int64], NDArray[np.float64]]

WORK_BOUND: Final = 4_000_000
"""Partial tables that may be laid out for one half of the columns, about a second."""

_MOST_SPLITS: Final = 50_000
"""Ways to split one column that may be listed, about a quarter of a second."""

_AS_LIKELY: Final = 1e-7
"""Relative difference below which two tables count as equally likely, as in R."""

_NOISE: Final = 1e-10
"""What rounding may take from the sum of all tables, which is 1."""


def fisher_exact(table: ArrayLike) -> FisherTest | SimulatedFisherTest:
    """
    Fisher's exact test of no association, two-sided, for r rows and c columns.

    p is the probability, given the margins, of all tables that are no more likely than the
    observed one. Rows and columns of zeros are left out. Past `WORK_BOUND` p is estimated from
    random tables with a fixed seed; what is returned then holds its error, and `method` says so.

    Args:
        table: Patients per row and column, whole numbers.

    Returns:
        p; None if fewer than two rows or columns are left.

    Raises:
        ValueError: The table is not two-dimensional or a count not a whole number >= 0.

    Source:
        Fisher, J R Stat Soc 1935;98:39-82; Freeman & Halton, Biometrika 1951;38:141-149.
        R: fisher.test(table).
    """
    counts = _counts(table)
    if min(counts.shape) < 2:
        return FisherTest(None, "Fisher's exact test: fewer than two rows or columns")
    rows = counts.sum(axis=1)
    columns = sorted(counts.sum(axis=0).tolist(), reverse=True)
    left, right = _partial_tables(rows, columns[::2]), _partial_tables(rows, columns[1::2])
    if left is None or right is None:
        return simulated_fisher(counts, _AS_LIKELY)
    everything = _log_ways(rows[None, :])[0]
    observed = _log_ways(counts.T).sum()
    return FisherTest(_total_up_to(observed - everything + _AS_LIKELY, rows, left, right))


def _counts(table: ArrayLike) -> NDArray[np.int64]:
    """The table without empty rows and columns, its shorter side as rows."""
    counts = np.asarray(table, dtype=float)
    if counts.ndim != 2 or not (np.isfinite(counts) & (counts >= 0) & (counts % 1 == 0)).all():
        message = f"a table of whole numbers is needed, found {counts.tolist()}"
        raise ValueError(message)
    kept = counts[counts.any(axis=1)][:, counts.any(axis=0)].astype(np.int64)
    return kept if kept.shape[0] <= kept.shape[1] else kept.T


def _log_ways(columns: NDArray[np.int64]) -> NDArray[np.float64]:
    """Log of the ways to deal the patients of each column (one a line) to its rows."""
    ways: NDArray[np.float64] = gammaln(columns.sum(axis=1) + 1) - gammaln(columns + 1).sum(axis=1)
    return ways


def _partial_tables(rows: NDArray[np.int64], columns: Sequence[int]) -> Half | None:
    """Row sums (as one number) and log weights of all tables of these columns."""
    used, weights = np.zeros((1, rows.size), dtype=np.int64), np.zeros(1)
    for column in columns:
        splits = list(islice(_splits(column, rows.tolist()), _MOST_SPLITS + 1))
        if len(splits) > _MOST_SPLITS or len(used) * len(splits) > WORK_BOUND:
            return None
        cells = np.array(splits, dtype=np.int64)
        used = (used[:, None, :] + cells[None, :, :]).reshape(-1, rows.size)
        weights = (weights[:, None] + _log_ways(cells)[None, :]).ravel()
        fitting = (used <= rows).all(axis=1)
        used, weights = used[fitting], weights[fitting]
    return used @ _place_values(rows), weights


def _place_values(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.cumprod(np.concatenate([[1], rows[:-1] + 1]))


def _splits(total: int, room: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Every way to split *total* into cells that fit into *room*."""
    if len(room) == 1:
        if total <= room[0]:
            yield (total,)
        return
    for cell in range(max(0, total - sum(room[1:])), min(total, room[0]) + 1):
        for others in _splits(total - cell, room[1:]):
            yield (cell, *others)


def _total_up_to(bound: float, rows: NDArray[np.int64], left: Half, right: Half) -> float:
    """Probability of the tables, put together from two halves, whose log weight is <= *bound*."""
    everything = _log_ways(rows[None, :])[0]
    missing = _by_state(rows @ _place_values(rows) - left[0], left[1] - everything)
    filling = _by_state(*right)
    total = sum(_joined(bound, missing[state], filling[state]) for state in missing)
    return float(total) if total < 1 - _NOISE else 1.0


def _by_state(
    states: NDArray[np.int64], weights: NDArray[np.float64]
) -> dict[int, NDArray[np.float64]]:
    order = np.lexsort((weights, states))
    found, starts = np.unique(states[order], return_index=True)
    return dict(zip(found.tolist(), np.split(weights[order], starts[1:]), strict=True))


def _joined(bound: float, left: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    """Sum of exp(l + r) over the pairs with l + r <= *bound*; *right* ascends."""
    largest = right[-1]
    sums = np.concatenate([[0.0], np.cumsum(np.exp(right - largest))])
    return float(np.exp(left + largest) @ sums[np.searchsorted(right, bound - left, "right")])
