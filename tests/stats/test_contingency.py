"""Fisher's exact test against R, a book, and a plain enumeration."""

from itertools import product
from math import factorial, prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles.reading import comparable, rows
from scipy.stats import PermutationMethod
from scipy.stats import fisher_exact as scipy_fisher_exact

from carreport.stats.contingency import fisher_exact

INPUT: dict[str, dict[tuple[int, int], int]] = {}
for line in rows("contingency_input.csv"):
    cells = INPUT.setdefault(line["dataset"], {})
    cells[int(line["row"]), int(line["column"])] = int(line["count"])

SMALL = st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=2, max_size=3)


def table(name):
    filled = np.zeros(np.max(list(INPUT[name]), axis=0) + 1, dtype=int)
    for place, count in INPUT[name].items():
        filled[place] = count
    return filled


def enumerated(counts):
    """p by listing every table with the same margins."""
    ways, observed = [], prod(factorial(cell) for cell in np.ravel(counts))
    rows_, columns = np.sum(counts, axis=1), np.sum(counts, axis=0)
    for free in product(*(range(min(r, c) + 1) for r in rows_[:-1] for c in columns[:-1])):
        inner = np.reshape(free, (len(rows_) - 1, len(columns) - 1))
        wide = np.column_stack([inner, rows_[:-1] - inner.sum(axis=1)])
        full = np.vstack([wide, columns - wide.sum(axis=0)])
        if (full >= 0).all():
            ways.append(prod(factorial(int(cell)) for cell in full.ravel()))
    chances = [1 / way for way in ways]
    return sum(1 / way for way in ways if way >= observed) / sum(chances)


@pytest.mark.parametrize("row", rows("contingency_tests.csv"), ids=lambda r: r["dataset"])
def test_p_is_that_of_fisher_test(row):
    """p agrees with R's fisher.test to eleven digits, 2 by 2 to 4 by 4, empty rows dropped."""
    found = fisher_exact(table(row["dataset"]))

    assert found.fisher_p == pytest.approx(float(row["p"]), rel=1e-11)
    assert found.method == ""


def test_the_lady_tasting_tea():
    """Three of four cups right on each side: p = 34/70 (Fisher, Design of Experiments, 1935)."""
    assert fisher_exact([[3, 1], [1, 3]]).fisher_p == pytest.approx(34 / 70, rel=1e-14)


def test_scipy_resamples_beyond_2_by_2():
    """The reason for our own code: scipy's p of a 2 by 5 table changes from call to call."""
    counts = table("two_by_five_43")
    generators = (np.random.default_rng(seed) for seed in range(4))
    answers = {
        scipy_fisher_exact(counts, method=PermutationMethod(999, rng=g)).pvalue for g in generators
    }

    assert len(answers) > 1
    assert fisher_exact(counts) == fisher_exact(counts)


def test_a_table_too_large_is_not_resampled():
    """Beyond the bound there is no p, and the method says so."""
    found = fisher_exact(np.full((6, 6), 5))

    assert found.fisher_p is None
    assert found.method == "Fisher's exact test: the table is too large to enumerate"


@pytest.mark.parametrize("counts", [[[3, 4]], [[3], [4]], [[3, 4], [0, 0]], [[0, 0], [0, 0]]])
def test_one_row_or_column_gives_no_test(counts):
    """Rows and columns of zeros do not count."""
    found = fisher_exact(counts)

    assert found.fisher_p is None
    assert found.method == "Fisher's exact test: fewer than two rows or columns"


@pytest.mark.parametrize(
    "counts", [[1, 2], [[1.5, 2], [3, 4]], [[-1, 2], [3, 4]], [[np.nan, 1], [2, 3]]]
)
def test_anything_but_counts_is_refused(counts):
    """Fractions, negative numbers, missing counts and lists raise."""
    with pytest.raises(ValueError, match="whole numbers"):
        fisher_exact(counts)


@given(SMALL)
def test_p_is_the_sum_over_all_tables(counts):
    """The two halves put together are all tables, none twice."""
    kept = np.array(counts)[np.any(counts, axis=1)][:, np.any(counts, axis=0)]
    found = fisher_exact(counts).fisher_p

    if min(kept.shape) < 2:
        assert found is None
    else:
        assert found == pytest.approx(enumerated(kept), rel=1e-9)
        assert 0 < found <= 1


@given(SMALL, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_is_irrelevant(counts, random):
    """Shuffled and transposed, the table has the same p."""
    shuffled = [list(row) for row in counts]
    random.shuffle(shuffled)
    turned = np.transpose(shuffled)
    ours, expected = fisher_exact(turned[::-1]).fisher_p, fisher_exact(counts).fisher_p

    assert comparable(ours) == pytest.approx(comparable(expected), rel=1e-12, nan_ok=True)
