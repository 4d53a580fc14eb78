"""Where points of a swarm stand: beside each other, at once, however many there are."""

from itertools import combinations
from math import hypot

from hypothesis import given
from hypothesis import strategies as st

from carreport.figures.swarm import packed, rows, swarm

HEIGHTS = st.lists(st.integers(0, 40).map(float) | st.floats(0, 40), max_size=40)
WIDEST = 19.0


@given(HEIGHTS)
def test_no_two_points_of_a_swarm_touch(heights):
    """Middles are at least a diameter apart."""
    aside = swarm(heights, 4.0, float("inf"))

    for (x, y), (other_x, other_y) in combinations(zip(aside, heights, strict=True), 2):
        assert hypot(x - other_x, y - other_y) >= 4.0 - 1e-6


@given(HEIGHTS)
def test_a_point_alone_at_its_height_stands_in_the_middle(heights):
    """Nobody steps aside without need."""
    aside = swarm(heights, 4.0, float("inf"))

    for i, height in enumerate(heights):
        if all(abs(height - other) >= 4.0 for j, other in enumerate(heights) if j != i):
            assert aside[i] == 0.0


@given(st.lists(HEIGHTS, min_size=1, max_size=3))
def test_points_stay_in_the_place_of_their_group(groups):
    """All groups have points of one size, and none leaves its place."""
    size, aside = packed(groups, WIDEST)

    assert [len(one) for one in aside] == [len(heights) for heights in groups]
    assert 1.0 <= size <= 3.4
    assert all(abs(x) <= WIDEST for one in aside for x in one)


def test_points_shrink_before_they_overlap():
    """Few are large, more are smaller, too many share rows as wide as the group's place."""
    sizes = []
    for n in (30, 300, 20_000):
        heights = [100 * (i / n) ** 2 for i in range(n)]
        size, (aside,) = packed([heights], WIDEST)
        sizes.append(size)
        assert max(map(abs, aside)) <= WIDEST

    assert sizes[0] == 3.4
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] == 1.0


def test_a_row_is_spread_evenly_and_used_once():
    """Points of one height take every place of their row."""
    places = sorted(rows([7.0] * 999, 1.2, WIDEST))

    assert len(set(places)) == 999
    assert places[0] == -WIDEST
    assert places[-1] == WIDEST
