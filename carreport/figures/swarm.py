"""Every patient a point, none upon another, without chance."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def swarm(heights: Sequence[float], diameter: float, widest: float) -> tuple[float, ...]:
    """
    How far each point stands aside so that no two touch.

    Points are placed from the lowest up, each as near the middle as those before it allow,
    sides taking turns.

    Args:
        heights: Where the points are, in points; in any order.
        diameter: Room one takes.
        widest: How far aside one may stand; where there is no room left they overlap there.

    Returns:
        The distances, in the order given.

    >>> swarm([1.0, 1.0, 9.0], 3.0, 20.0)
    (0.0, 3.0, 0.0)
    """
    order = sorted(range(len(heights)), key=lambda i: (heights[i], i))
    aside = [0.0] * len(heights)
    for turn, i in enumerate(order):
        near = [
            (aside[j], math.sqrt(diameter**2 - (heights[i] - heights[j]) ** 2))
            for j in order[:turn]
            if abs(heights[i] - heights[j]) < diameter
        ]
        side = 1.0 if turn % 2 else -1.0
        places = [0.0, *(at + sign * by for at, by in near for sign in (1.0, -1.0))]
        free = [
            place
            for place in places
            if abs(place) <= widest and all(abs(place - at) >= by - 1e-9 for at, by in near)
        ]
        best = min(free or [side * widest], key=lambda place: (abs(place), -side * place))
        aside[i] = best
    return tuple(aside)
