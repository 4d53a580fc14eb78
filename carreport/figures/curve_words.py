"""What stands at curves: axes, tests in a corner, estimates at a landmark, the groups' names."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from carreport.figures.canvas import on_paper, ticks
from carreport.figures.colours import PAPER
from carreport.figures.curves import stairs
from carreport.figures.marks import Area
from carreport.figures.pieces import CAP_HEIGHT, number, quoted, room, words
from carreport.figures.placing import Box, Obstacles, least_in_the_way
from carreport.figures.style import BODY, SMALL, width
from carreport.units import DAYS_PER_MONTH

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes

    from carreport.figures.canvas import Canvas
    from carreport.figures.curves import Curve
    from carreport.figures.groups import Group
    from carreport.figures.pieces import Piece
    from carreport.results import Result, Results
    from carreport.study.settings import Endpoint, Settings

_LABEL_STEP: Final = 3.0
_APART: Final = 0.06
_PERCENT: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


def percent_axes(
    canvas: Canvas,
    ax: Axes,
    shown: Sequence[int],
    last: float,
    settings: Settings,
    *,
    rising: bool = False,
) -> None:
    """
    Probability in per cent over months from time zero.

    Args:
        canvas: The paper.
        ax: The axes.
        shown: Months that get a tick.
        last: The last month there are data of.
        settings: What time zero is called.
        rising: Whether curves begin at zero.
    """
    ax.set_xlim(0, max(last * 1.02, shown[-1]))
    # Room beyond the value curves begin at, so that one that stays there is not on the edge.
    ax.set_ylim(*((-0.02, 1.0) if rising else (0.0, 1.02)))
    ticks(ax, "x", shown, [str(month) for month in shown])
    ticks(ax, "y", _PERCENT, [f"{100 * share:.0f}" for share in _PERCENT])
    canvas.write_up(ax, words("Probability (%)"))
    frame = canvas.frame(ax)
    start = [words("Months from "), quoted(settings.study.start_label)]
    middle = (frame.left + frame.right) / 2
    canvas.write(middle, frame.bottom - 21, start, size=BODY, anchor=0.5)


def obstacles_of(canvas: Canvas, ax: Axes, curves: Sequence[Curve]) -> Obstacles:
    """The curves and their ticks, for words to keep off."""
    obstacles = Obstacles(canvas.frame(ax).grown(1.5))
    for curve in curves:
        obstacles.add_line(stairs(ax, curve))
        ticked = on_paper(ax, curve.times[curve.censored], curve.heights[curve.censored])
        obstacles.add_marks(ticked, 0.4, 2.6)
    return obstacles


def put_lines(
    canvas: Canvas,
    ax: Axes,
    lines: Sequence[Sequence[Piece]],
    obstacles: Obstacles,
    *,
    rising: bool = False,
) -> None:
    """Lines of words in the corner where they touch least: below falling curves, above rising."""
    if not lines:
        return
    frame, pitch = canvas.frame(ax), SMALL * 1.25
    across = max(room(0, 0, line).right for line in lines)
    down = pitch * (len(lines) - 1) + SMALL * (CAP_HEIGHT + 0.2)
    heights = (frame.bottom + 4, frame.top - down - 4)
    corners = [
        Box(left, bottom, left + across, bottom + down)
        for bottom in (heights if not rising else heights[::-1])
        for left in (frame.left + 5, frame.right - across - 2)
    ]
    chosen, _ = least_in_the_way(corners, obstacles)
    corner = corners[chosen]
    obstacles.add_box(corner)
    for i, line in enumerate(lines):
        canvas.write(corner.left, corner.top - SMALL * CAP_HEIGHT - pitch * i, line)


def put_landmarks(
    canvas: Canvas,
    ax: Axes,
    endpoint: Endpoint,
    curves: Sequence[Curve],
    id_of: Callable[[Group, int], str],
    results: Results,
    obstacles: Obstacles,
) -> dict[str, str]:
    """
    The estimates at the last landmark the axis reaches, printed at the curves.

    Args:
        canvas: The paper.
        ax: The curves' axes, in months.
        endpoint: Its landmarks.
        curves: One per group.
        id_of: The estimate's id, for a group and a landmark in days.
        results: Where the estimates are.
        obstacles: What to keep off; what is printed is added.

    Returns:
        What is printed, by group.
    """
    reached = [day for day in endpoint.landmarks if day / DAYS_PER_MONTH <= ax.get_xlim()[1]]
    if not reached:
        return {}
    day = max(reached)
    told: dict[str, str] = {}
    taken: list[Box] = []
    for curve in curves:
        id_ = id_of(curve.group, day)
        if id_ in results:
            told[curve.group.id] = results[id_].display
            x, y = _mark(canvas, ax, day / DAYS_PER_MONTH, curve, results[id_])
            box = _place(x, y, results[id_].display, obstacles, taken)
            obstacles.add_box(box)
            taken.append(box)
            said = [number(results[id_], "semibold")]
            canvas.write(box.left, box.bottom, said, colour=curve.group.ink)
    return told


def _mark(
    canvas: Canvas, ax: Axes, month: float, curve: Curve, estimate: Result
) -> tuple[float, float]:
    """A dot at the estimate; and where it is, in points."""
    # Not estimable past the last follow-up: said where the curve has ended.
    height = float(curve.heights[-1] if estimate.value is None else estimate.value)
    if estimate.value is not None:
        if month > curve.times[-1]:
            # Nobody is left at risk, so the curve stays where it has ended.
            (onward,) = ax.plot(
                [curve.times[-1], month],
                [height, height],
                linestyle=(0, (0.8, 1.8)),
                linewidth=0.9,
                color=curve.group.colour,
            )
            canvas.shows(onward, estimate.id)
        (mark,) = ax.plot(
            [month],
            [height],
            linestyle="none",
            marker="o",
            markersize=3.6,
            color=curve.group.colour,
            markeredgecolor=PAPER,
            markeredgewidth=0.6,
            zorder=5,
        )
        about = Area(estimate.id, on_paper(ax, [month, month], [height, height]))
        canvas.shows(mark, estimate.id, areas=[about])
    ((x, y),) = on_paper(ax, [month], [height])
    return float(x), float(y)


def _place(x: float, y: float, text: str, obstacles: Obstacles, taken: Sequence[Box]) -> Box:
    """
    Beside a dot; where curves end together, lines further until it is clear of the labels before.

    Two numbers one over the other could not be read, neither by people nor by programs: of equal
    texts in one place, a reader of PDFs reports one.
    """
    across, tall = width(text, "semibold", SMALL), SMALL * CAP_HEIGHT
    found: list[Box] = []
    for line in range(2 * len(taken) + 1):
        away = 4.0 + line * SMALL * 1.25
        every = [
            Box(left, bottom, left + across, bottom + tall)
            for bottom in (y + away, y - away - tall)
            for left in (x - across / 2, x + 2, x - across - 2)
        ]
        found += [one for one in every if not any(one.meets(other) for other in taken)]
        if any(obstacles.reached(one.grown(0.5)) for one in found):
            break
    best, _ = least_in_the_way(found, obstacles, margin=0.5)
    return found[best]


def put_names(canvas: Canvas, ax: Axes, curves: Sequence[Curve], obstacles: Obstacles) -> None:
    """
    Each group's name on its line, if the lines end apart and nothing is in the way.

    The risk table below shows every group's name with its colour, as a legend does.
    """
    ends = sorted(float(curve.heights[-1]) for curve in curves)
    if any(high - low < _APART for low, high in pairwise(ends)):
        return
    for curve in curves:
        name = curve.group.named("semibold")
        across = width(name.text, "semibold", BODY)
        candidates = _along(stairs(ax, curve), across, BODY * CAP_HEIGHT)
        if not candidates:
            continue
        best, touched = least_in_the_way(candidates, obstacles, margin=1.2)
        if touched == 0:
            box = candidates[best]
            obstacles.add_box(box)
            canvas.write(box.left, box.bottom, [name], size=BODY, colour=curve.group.ink)


def _along(stairs: np.ndarray, across: float, tall: float) -> list[Box]:
    """Places just above and below the line, from its end backwards."""
    times, heights = stairs[:, 0], stairs[:, 1]
    found: list[Box] = []
    for right in np.arange(times[-1], times[0] + across, -_LABEL_STEP):
        left = right - across
        ahead = heights[np.searchsorted(times, left, side="right") - 1]
        behind = heights[np.searchsorted(times, right, side="right") - 1]
        found += [
            Box(left, bottom, right, bottom + tall)
            for bottom in (float(ahead) + 4.4, float(behind) - 4.4 - tall)
        ]
    return found
