"""Random tables with given margins, and what they say of a table too large to enumerate."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import gammaln

from carreport.shapes import SimulatedFisherTest
from carreport.stats.proportions import clopper_pearson

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

TABLES: Final = 100_000
"""Tables that are drawn, so that the standard error of p is 0.0016 at the most."""

SEED: Final = 1951
"""Where the random numbers begin; fixed, so that the same table always has the same p."""

LEVEL: Final = 0.99
"""Confidence level of the interval of p."""

_AT_ONCE: Final = 10_000
"""Tables laid out together, which bounds the memory."""


def simulated_fisher(counts: NDArray[np.int64], as_likely: float) -> SimulatedFisherTest:
    """
    Fisher's exact test by Monte Carlo.

    Of `TABLES` random tables with the same margins those no more likely than the observed one
    are counted; p is that count and one, over their number and one, so that it is never 0.

    Args:
        counts: Patients per row and column, no row or column of zeros.
        as_likely: Relative difference below which two tables count as equally likely.

    Returns:
        p, its standard error, and its exact (Clopper-Pearson) interval for the tables drawn.

    Source:
        Besag & Clifford, Biometrika 1991;78:301-304; Phipson & Smyth, Stat Appl Genet Mol Biol
        2010;9:39. R: fisher.test(table, simulate.p.value = TRUE, B = 1e5), within the error.
    """
    observed = _unlikeliness(counts[None, :, :])[0]
    found = sum(
        int((_unlikeliness(tables) >= observed - as_likely).sum())
        for tables in random_tables(counts.sum(axis=1), counts.sum(axis=0))
    )
    p = (found + 1) / (TABLES + 1)
    return SimulatedFisherTest(
        p,
        sqrt(p * (1 - p) / TABLES),
        *clopper_pearson(found, TABLES, LEVEL),
        LEVEL,
        TABLES,
        f"Fisher's test by Monte Carlo, the table being too large to enumerate: {TABLES} random "
        f"tables with the same margins, seed {SEED}",
    )


def random_tables(
    rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> Iterator[NDArray[np.int64]]:
    """
    `TABLES` tables with these margins, each as often as chance would make it.

    Cell by cell, each drawn from the hypergeometric distribution that the cells before it leave.
    The generator is numpy's old one, whose stream no later version changes.

    Args:
        rows: Sums of the rows.
        columns: Sums of the columns.

    Yields:
        Some tables at a time: table, row, column.

    Source:
        Patefield, Appl Stat 1981;30:91-97 (algorithm AS 159). R: r2dtable.
    """
    generator = np.random.RandomState(SEED)
    for drawn in range(0, TABLES, _AT_ONCE):
        n = min(_AT_ONCE, TABLES - drawn)
        tables = np.zeros((n, rows.size, columns.size), dtype=np.int64)
        room = np.tile(rows, (n, 1))
        for at, total in enumerate(columns.tolist()):
            wanted = np.full(n, total)
            for row in range(rows.size):
                others = room[:, row + 1 :].sum(axis=1)
                cell = _hypergeometric(generator, room[:, row], others, wanted)
                tables[:, row, at] = cell
                wanted = wanted - cell
            room = room - tables[:, :, at]
        yield tables


def _hypergeometric(
    generator: np.random.RandomState,
    good: NDArray[np.int64],
    bad: NDArray[np.int64],
    drawn: NDArray[np.int64],
) -> NDArray[np.int64]:
    """How many of the good are among the drawn; the generator refuses to draw nothing."""
    cells = np.minimum(good, drawn)
    chance = (drawn > 0) & (good > 0) & (bad > 0)
    if chance.any():
        cells[chance] = generator.hypergeometric(good[chance], bad[chance], drawn[chance])
    return cells


def _unlikeliness(tables: NDArray[np.int64]) -> NDArray[np.float64]:
    """Of each table, minus the logarithm of its probability, but for a constant."""
    log_factorials: NDArray[np.float64] = gammaln(tables + 1).sum(axis=(1, 2))
    return log_factorials
