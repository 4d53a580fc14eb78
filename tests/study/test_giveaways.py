"""Which cells tell groups apart."""

from itertools import pairwise, permutations

import numpy as np
import pandas as pd
import pytest

from carreport.study.giveaways import _runs, in_order, one_sided, tells

HALVES = np.repeat(["a", "b"], 20)
THIRDS = np.repeat(["a", "b", "c"], 12)


def cells(*parts):
    """One cell a patient, from (cell, times) pairs."""
    return pd.Series([one for one, times in parts for _ in range(times)])


@pytest.mark.parametrize(
    ("found", "groups"),
    [
        (cells(("x", 20), ("y", 20)), HALVES),
        (cells(("x", 10), ("y", 10), ("z", 20)), HALVES),
        (cells((None, 20), ("y", 20)), HALVES),
        (cells(("", 20), ("y", 20)), HALVES),
        (cells(("x", 15), ("y", 25)), HALVES),
        (cells((np.nan, 24), (1.5, 12)), THIRDS),
        (pd.Series(np.arange(40.0)), HALVES),
        (pd.Series(np.r_[0:18, 30:32, 18:30, 32:40].astype(float)), HALVES),
        (cells((1.0, 20), (2.0, 20)), HALVES),
        (pd.Series([f"own {one}" for one in range(20)] + [None] * 20), HALVES),
    ],
    ids=[
        "the same division", "a finer one", "recorded in one group", "blank in one group",
        "a level of one group alone", "of three groups recorded in one", "numbers one after another",
        "numbers nearly so", "a group as a number", "free text of one group",
    ],
)  # fmt: skip
def test_cells_that_tell_the_groups_apart(found, groups):
    """Whatever the group is called there."""
    assert tells(found, groups)
    assert tells(found[::-1], groups[::-1])


@pytest.mark.parametrize(
    ("found", "groups"),
    [
        (pd.Series(["x", "y"] * 20), HALVES),
        (cells(("x", 2), ("y", 38)), HALVES),
        (cells((None, 1), ("y", 39)), HALVES),
        (pd.Series(np.r_[0:40:2, 1:40:2].astype(float)), HALVES),
        (pd.Series([f"own {one}" for one in range(40)]), HALVES),
        (cells(("x", 40)), HALVES),
        (cells(("x", 20), ("y", 20)), np.repeat("a", 40)),
        (pd.Series(["x", "y"]), np.array(["a", "b"])),
        (pd.Series([], dtype=object), np.array([], dtype=object)),
    ],
    ids=[
        "one and the other by turns", "two patients", "one missing", "numbers by turns",
        "everybody's own text", "one level", "one group", "two patients in all", "nobody",
    ],
)  # fmt: skip
def test_cells_that_do_not(found, groups):
    """Nothing is left out for what chance does often."""
    assert not tells(found, groups)


def test_chance_is_seldom_taken_for_design():
    """Of cells that have nothing to do with the groups, very few are left out."""
    random = np.random.default_rng(4)
    found = 0
    for _ in range(300):
        found += tells(pd.Series(random.normal(size=40)), HALVES)
        found += tells(pd.Series(random.choice(["x", "y", "z"], size=40)), HALVES)
        found += tells(pd.Series(random.choice(["x", None], size=36, p=[0.2, 0.8])), THIRDS)

    assert found <= 5


def test_a_set_misses_a_group_by_design_or_by_chance():
    """Of twenty-four patients of two groups, three say little and none of the others' twelve much."""
    groups = np.repeat(["a", "b"], 12)

    assert one_sided(groups == "a", groups)
    assert one_sided(groups == "b", groups)
    assert not one_sided(np.arange(24) < 3, groups)
    assert not one_sided(np.ones(24, dtype=bool), groups)
    assert not one_sided(np.zeros(24, dtype=bool), groups)


def test_numbers_that_tie_are_not_in_the_order_of_the_file():
    """Everybody has the same: the order of the file is not taken for the order of the numbers."""
    assert not in_order(pd.Series(np.zeros(40)), HALVES)
    assert in_order(pd.Series(pd.date_range("2020-01-01", periods=40)), HALVES)


def test_runs_are_counted_as_mood_has_them():
    """Mean and deviation of the number of runs, against every order of six of three groups."""
    every = set(permutations("aaabbc"))
    runs = [1 + sum(a != b for a, b in pairwise(one)) for one in every]

    mean, deviation = _runs(np.array([3, 2, 1]))

    assert mean == pytest.approx(np.mean(runs))
    assert deviation == pytest.approx(np.std(runs))
