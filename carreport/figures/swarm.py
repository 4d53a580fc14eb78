"""Every patient a point, none upon another as long as there is room, without chance."""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Diameters of a point, and how far apart their middles are, as a share of them.
_POINTS: Final = (3.4, 2.8, 2.3, 1.9, 1.5, 1.2, 1.0)
_AIR: Final = 4.1 / 3.4
_TOUCH: Final = 1e-9
_GOLDEN: Final = 0.618


def packed(
    groups: Sequence[Sequence[float]], widest: float
) -> tuple[float, list[tuple[float, ...]]]:
    """
    The largest points with which no two of a group touch, and how far each stands aside.

    Where even the smallest find no room, each group becomes rows of points as wide as they are
    many, and points in the longest rows overlap.

    Args:
        groups: Where each group's points are, in points; in any order.
        widest: How far aside one may stand.

    Returns:
        The points' diameter; each group's distances, in the order given.
    """
    for point in _POINTS:
        found = [swarm(heights, point * _AIR, widest) for heights in groups]
        fitting = [aside for aside in found if aside is not None]
        if len(fitting) == len(groups):
            return point, fitting
    return _POINTS[-1], [rows(heights, _POINTS[-1] * _AIR, widest) for heights in groups]


def swarm(heights: Sequence[float], diameter: float, widest: float) -> tuple[float, ...] | None:
    """
    How far each point stands aside so that no two touch.

    Points are placed from the lowest up, each as near the middle as those before it allow,
    sides taking turns.

    Args:
        heights: Where the points are, in points; in any order.
        diameter: Room one takes.
        widest: How far aside one may stand.

    Returns:
        The distances, in the order given; None where there is no room for all.

    >>> swarm([1.0, 1.0, 9.0], 3.0, 20.0)
    (0.0, 3.0, 0.0)
    >>> swarm([1.0, 1.0], 3.0, 2.0)
    """
    aside = [0.0] * len(heights)
    # Those not yet a diameter below; as none of them touch, their number is bounded by the room.
    near: deque[tuple[float, float]] = deque()
    for turn, i in enumerate(_upwards(heights)):
        while near and heights[i] - near[0][0] >= diameter:
            near.popleft()
        taken = [(at, math.sqrt(diameter**2 - (heights[i] - y) ** 2)) for y, at in near]
        right = _nearest((at - by, at + by) for at, by in taken)
        left = -_nearest((-at - by, by - at) for at, by in taken)
        side = 1.0 if turn % 2 else -1.0
        place = min(right, left, key=lambda place: (abs(place), -side * place))
        if abs(place) > widest:
            return None
        aside[i] = place
        near.append((heights[i], place))
    return tuple(aside)


def rows(heights: Sequence[float], pitch: float, widest: float) -> tuple[float, ...]:
    """
    How far aside points stand in rows, spread evenly so that the longest row just fits.

    Args:
        heights: Where the points are, in points; in any order.
        pitch: Height of a row, and the most two neighbours in it are apart.
        widest: How far aside one may stand.

    Returns:
        The distances, in the order given.

    >>> rows([1.0, 1.1, 1.2, 9.0], 3.0, 2.0)
    (-2.0, 2.0, 0.0, 0.0)
    """
    members: dict[int, list[int]] = {}
    for i in _upwards(heights):
        members.setdefault(math.floor(heights[i] / pitch), []).append(i)
    longest = max(map(len, members.values()), default=0)
    step = min(pitch, 2 * widest / max(longest - 1, 1))
    aside = [0.0] * len(heights)
    for row in members.values():
        stride = _stride(len(row))
        for rank, i in enumerate(row):
            aside[i] = step * (rank * stride % len(row) - (len(row) - 1) / 2)
    return tuple(aside)


def _stride(length: int) -> int:
    """Steps through a row that leave no pattern: near the golden section, reaching every place."""
    near = round(length * _GOLDEN)
    return next(stride for stride in range(near, length + 1) if math.gcd(stride, length) == 1)


def _upwards(heights: Sequence[float]) -> list[int]:
    return sorted(range(len(heights)), key=lambda i: (heights[i], i))


def _nearest(taken: Iterable[tuple[float, float]]) -> float:
    """The first free place from zero to the right."""
    place = 0.0
    for begin, end in sorted(taken):
        if place <= begin + _TOUCH:
            break
        if place < end - _TOUCH:
            place = end
    return place
