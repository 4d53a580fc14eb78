"""Where a label fits without touching anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_OUTSIDE: Final = 100.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, in points."""

    left: float
    bottom: float
    right: float
    top: float

    def grown(self, by: float) -> Box:
        """The rectangle with a margin."""
        return Box(self.left - by, self.bottom - by, self.right + by, self.top + by)

    def holds(self, other: Box) -> bool:
        """Whether the other rectangle lies within."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.bottom <= other.bottom
            and other.top <= self.top
        )

    def meets(self, other: Box) -> bool:
        """Whether the two rectangles share more than an edge."""
        across = self.left < other.right and other.left < self.right
        return across and self.bottom < other.top and other.bottom < self.top


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where a number stands in a drawing, as shares of its width and height.

    Attributes:
        id: Of the result printed.
        left: From the left edge.
        top: From the upper edge.
        width: How far it reaches to the right.
        height: How far it reaches down.
    """

    id: str
    left: float
    top: float
    width: float
    height: float


class Obstacles:
    """Lines and labels already on the paper."""

    def __init__(self, frame: Box) -> None:
        self._frame = frame
        self._boxes = np.empty((0, 4))
        self._segments = np.empty((0, 4))
        self._weights = np.empty(0)

    def add_line(self, points: np.ndarray, weights: np.ndarray | float = 1.0) -> None:
        """Keep off a line through these points, one row each; less so where it weighs less."""
        segments = np.hstack([points[:-1], points[1:]])
        weighed = np.broadcast_to(weights, len(segments))
        finite = np.isfinite(segments).all(axis=1)
        self._segments = np.vstack([self._segments, segments[finite]])
        self._weights = np.concatenate([self._weights, weighed[finite]])

    def add_box(self, box: Box) -> None:
        """Keep off a rectangle."""
        sides = (box.left, box.bottom, box.right, box.top)
        self._boxes = np.vstack([self._boxes, sides])

    def add_marks(self, points: np.ndarray, across: float, up: float) -> None:
        """Keep off marks about these points, one row each, that reach so far from them."""
        reach = np.array([across, up])
        self._boxes = np.vstack([self._boxes, np.hstack([points - reach, points + reach])])

    def reached(self, box: Box) -> bool:
        """Whether the rectangle lies within the frame."""
        return self._frame.holds(box)

    def cost(self, box: Box) -> float:
        """How many things the rectangle would touch; leaving the frame counts for many."""
        outside = 0.0 if self._frame.holds(box) else _OUTSIDE
        return outside + 3 * self._met(box) + self._crossed(box)

    def _met(self, box: Box) -> int:
        left, bottom, right, top = self._boxes.T
        across = (box.left < right) & (left < box.right)
        return int((across & (box.bottom < top) & (bottom < box.top)).sum())

    def _crossed(self, box: Box) -> float:
        """
        Weight of the segments that enter the rectangle.

        Source:
            Liang & Barsky, ACM Trans Graph 1984;3:1-22.
        """
        near = self._near(box)
        x0, y0, x1, y1 = self._segments[near].T
        enter, leave = np.zeros(len(x0)), np.ones(len(x0))
        apart = np.zeros(len(x0), dtype=bool)
        for start, step, low, high in (
            (x0, x1 - x0, box.left, box.right),
            (y0, y1 - y0, box.bottom, box.top),
        ):
            still = step == 0
            apart |= still & ((start < low) | (start > high))
            with np.errstate(divide="ignore", invalid="ignore"):
                ends = np.sort(np.stack([(low - start) / step, (high - start) / step]), axis=0)
            enter = np.where(still, enter, np.maximum(enter, ends[0]))
            leave = np.where(still, leave, np.minimum(leave, ends[1]))
        return float(self._weights[near][(enter <= leave) & ~apart].sum())

    def _near(self, box: Box) -> np.ndarray:
        """Segments that do not lie wholly on one side of the rectangle."""
        x0, y0, x1, y1 = self._segments.T
        across = (np.maximum(x0, x1) >= box.left) & (np.minimum(x0, x1) <= box.right)
        up = (np.maximum(y0, y1) >= box.bottom) & (np.minimum(y0, y1) <= box.top)
        return np.flatnonzero(across & up)


def least_in_the_way(
    candidates: Sequence[Box], obstacles: Obstacles, *, margin: float = 1.0
) -> tuple[int, float]:
    """
    The first candidate that touches nothing, or the one that touches least.

    Args:
        candidates: In order of preference; at least one.
        obstacles: What to keep off.
        margin: Room to leave around a label, in points.

    Returns:
        Its position and how much it touches.
    """
    best, touched = 0, float("inf")
    for i, box in enumerate(candidates):
        cost = obstacles.cost(box.grown(margin))
        if cost < touched:
            best, touched = i, cost
        if cost == 0:
            break
    return best, touched


def spread(
    choices: Sequence[Sequence[Box]], obstacles: Obstacles, *, margin: float = 1.0
) -> list[tuple[Box, float]]:
    """
    Places for several labels, the one with the fewest free places first.

    Args:
        choices: For each label its candidates in order of preference; at least one.
        obstacles: What to keep off; the labels are added.
        margin: Room to leave around a label, in points.

    Returns:
        For each label its place and how much it touches there.
    """
    free = [sum(obstacles.cost(box.grown(margin)) == 0 for box in boxes) for boxes in choices]
    found: dict[int, tuple[Box, float]] = {}
    for i in sorted(range(len(choices)), key=lambda i: (free[i], i)):
        best, touched = least_in_the_way(choices[i], obstacles, margin=margin)
        found[i] = choices[i][best], touched
        obstacles.add_box(choices[i][best])
    return [found[i] for i in range(len(choices))]


def around(x: float, y: float, width: float, height: float, gap: float) -> Iterable[Box]:
    """Rectangles about a point: right, left, above, below, then the corners."""
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1)):
        near = 0.6 * gap if dx and dy else gap
        left = x + dx * near - (0.5 - dx / 2) * width
        bottom = y + dy * near - (0.5 - dy / 2) * height
        yield Box(left, bottom, left + width, bottom + height)


def apart(places: Sequence[float], gap: float) -> list[float]:
    """
    Places in ascending order, moved as little as possible until none is nearer than *gap*.

    Those that have to make room for each other stand evenly about the middle of where they were.

    >>> apart([0.0, 1.0, 9.0], 3.0)
    [-1.0, 2.0, 9.0]
    """
    # Each cluster: how many, and the middle of the places its first member would have alone.
    clusters: list[tuple[int, float]] = []
    for place in places:
        count, first = 1, place
        while clusters and first < clusters[-1][1] + clusters[-1][0] * gap:
            before, begin = clusters.pop()
            # The later ones count from where the earlier cluster begins.
            first = (before * begin + count * (first - before * gap)) / (before + count)
            count += before
        clusters.append((count, first))
    return [first + i * gap for count, first in clusters for i in range(count)]
