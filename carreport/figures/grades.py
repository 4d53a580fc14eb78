"""Grades by group as stacked shares of its patients, the counts written in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from matplotlib.patches import Rectangle

from carreport.figures.canvas import ticks
from carreport.figures.colours import SOFT, ramp, text_on
from carreport.figures.pieces import AXIS, CAP_HEIGHT, Piece, clean, number
from carreport.figures.style import SMALL
from carreport.study.words import key_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from carreport.figures.canvas import Canvas
    from carreport.figures.groups import Group
    from carreport.results import Results
    from carreport.study.settings import Grading

_BAR: Final = 0.62
_QUARTERS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
# Room above 100 % for the tests.
_HEADROOM: Final = 1.19


def draw_grades(
    canvas: Canvas, ax: Axes, grading: Grading, groups: Sequence[Group], results: Results
) -> str:
    """
    One bar per group, the lowest grade at the bottom; a grade nobody has is left out.

    Returns:
        Counts by group and grade, in words.
    """
    colours = ramp(len(grading.levels))
    ax.set_xlim(-0.5, len(groups) - 0.5)
    ax.set_ylim(0, _HEADROOM)
    ax.spines["left"].set_bounds(0, 1)
    ticks(ax, "y", _QUARTERS, [f"{100 * share:.0f}" for share in _QUARTERS])
    told = []
    for at, group in enumerate(groups):
        bottom, counts = 0.0, []
        for level, colour in zip(grading.levels, colours, strict=True):
            keys = {"level": key_of(level)}
            share = results[group.key(f"{grading.id}.percent", **keys)]
            count = results[group.key(f"{grading.id}.count", **keys)]
            if not share.value:
                continue
            height = float(share.value)
            (bar,) = ax.bar(
                at, height, _BAR, bottom=bottom, facecolor=colour, edgecolor="white", linewidth=0.5
            )
            canvas.shows(bar, share.id)
            x, y = ax.transData.transform((at, bottom + height / 2))
            middle = float(y) - SMALL * CAP_HEIGHT / 2
            canvas.write(float(x), middle, [number(count)], colour=text_on(colour), anchor=0.5)
            bottom += height
            counts.append(f"grade {clean(level)} in {count.display}")
        told.append(f"{clean(group.label)}, {', '.join(counts)}")
    _legend(canvas, ax, grading.levels, colours)
    return "; ".join(told)


def _legend(canvas: Canvas, ax: Axes, levels: Sequence[str], colours: Sequence[str]) -> None:
    """The grades beside the bars, in the order they are stacked."""
    frame = canvas.frame(ax)
    side = SMALL * 0.85
    for i, (level, colour) in enumerate(zip(levels, colours, strict=True)):
        left, bottom = frame.right + 4, frame.bottom + 1 + i * SMALL * 1.45
        canvas.figure.add_artist(
            Rectangle(
                (left, bottom),
                side,
                side,
                facecolor=colour,
                edgecolor=SOFT,
                linewidth=0.4,
                transform=canvas.points,
            )
        )
        mark = Piece(clean(level), AXIS)
        middle = bottom + side / 2 - SMALL * CAP_HEIGHT / 2
        canvas.write(left + side + 3, middle, [mark])
