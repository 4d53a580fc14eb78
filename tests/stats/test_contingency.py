"""Fisher's exact test against R, a book, and a plain enumeration."""

from collections import defaultdict
from itertools import product
from math import factorial, prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles.reading import comparable, rows
from scipy.stats import PermutationMethod
from scipy.stats import fisher_exact as scipy_fisher_exact

from carreport.shapes import SimulatedFisherTest
from carreport.stats.contingency import fisher_exact
from carreport.stats.simulated_tables import TABLES, random_tables


def tables(file):
    """The tables of an input file, by name."""
    cells = defaultdict(dict)
    for line in rows(file):
        cells[line["dataset"]][int(line["row"]), int(line["column"])] = int(line["count"])
    found = {
        name: np.zeros(np.max(list(one), axis=0) + 1, dtype=int) for name, one in cells.items()
    }
    for name, one in cells.items():
        for place, count in one.items():
            found[name][place] = count
    return found


EXACT_TABLES = tables("contingency_input.csv")
LARGE_TABLES = tables("contingency_large_input.csv")

SMALL = st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=2, max_size=3)


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
    found = fisher_exact(EXACT_TABLES[row["dataset"]])

    assert found.fisher_p == pytest.approx(float(row["p"]), rel=1e-11)
    assert found.method == ""


def test_the_lady_tasting_tea():
    """Three of four cups right on each side: p = 34/70 (Fisher, Design of Experiments, 1935)."""
    assert fisher_exact([[3, 1], [1, 3]]).fisher_p == pytest.approx(34 / 70, rel=1e-14)


def test_scipy_resamples_beyond_2_by_2():
    """The reason for our own code: scipy's p of a 2 by 5 table changes from call to call."""
    counts = EXACT_TABLES["two_by_five_43"]
    generators = (np.random.default_rng(seed) for seed in range(4))
    answers = {
        scipy_fisher_exact(counts, method=PermutationMethod(999, rng=g)).pvalue for g in generators
    }

    assert len(answers) > 1
    assert fisher_exact(counts) == fisher_exact(counts)


@pytest.mark.parametrize("row", rows("contingency_large_tests.csv"), ids=lambda r: r["dataset"])
def test_a_table_too_large_is_simulated_within_the_error_stated(row):
    """R's exact p (network algorithm) and its own simulation lie in the interval."""
    found = fisher_exact(LARGE_TABLES[row["dataset"]])

    assert isinstance(found, SimulatedFisherTest)
    assert found.fisher_p_lower <= float(row["p"]) <= found.fisher_p_upper
    assert found.fisher_p_lower <= float(row["simulated"]) <= found.fisher_p_upper
    assert abs(found.fisher_p - float(row["p"])) <= 3 * found.fisher_p_se
    assert found.fisher_p_se == pytest.approx(
        np.sqrt(found.fisher_p * (1 - found.fisher_p) / found.fisher_tables)
    )
    assert "100000 random tables" in found.method
    assert "seed 1951" in found.method


def test_a_simulated_p_is_the_same_every_time_and_never_zero():
    """The seed is fixed; a table more extreme than all drawn has p of one in as many."""
    counts = LARGE_TABLES["strong_3x4_300"]
    found = fisher_exact(counts)

    assert found == fisher_exact(counts)
    assert found.fisher_p == pytest.approx(1 / (TABLES + 1))
    assert found.fisher_p_lower == 0


def test_random_tables_have_the_margins_and_the_right_mean():
    """Of every cell the mean is what independence expects, within five standard errors."""
    sums = np.array([3, 7, 5]), np.array([6, 1, 8])
    drawn = np.concatenate(list(random_tables(*sums)))
    expected = np.outer(*sums) / 15

    assert len(drawn) == TABLES
    assert (drawn.sum(axis=2) == sums[0]).all()
    assert (drawn.sum(axis=1) == sums[1]).all()
    errors = drawn.std(axis=0) / np.sqrt(TABLES)
    assert (np.abs(drawn.mean(axis=0) - expected) < 5 * errors).all()


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
