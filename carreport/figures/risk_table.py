"""
Patients at risk, censored and with an event, under the ticks of a survival curve.

Layout after Morris et al., BMJ Open 2019;9:e030215 (KMunicate).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from matplotlib.lines import Line2D

from carreport.figures.canvas import POINTS_PER_MM, Canvas
from carreport.figures.pieces import number, shortened, words
from carreport.figures.style import SMALL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from carreport.figures.groups import Group
    from carreport.results import Results

ROWS: Final = (("at_risk", "At risk"), ("censored", "Censored"), ("events", "Events"))
_COLUMNS_AT_MOST: Final = 8
_STUB: Final = 15.5
_GAP: Final = 0.35
PITCH: Final = 3.2
"""From line to line, in millimetres."""


def lines_needed(groups: int, rows: int = len(ROWS)) -> float:
    """Lines the table takes, the gaps between groups included."""
    return groups * (rows + 1 + _GAP)


def months(results: Results, endpoint: str, last: float) -> tuple[int, ...]:
    """The listed months that lie within the data, thinned to a few columns."""
    listing = results.listings.get(f"survival.{endpoint}.risk")
    listed = listing.column("month") if listing else ()
    every = sorted({int(str(month)) for month in listed}) or [0]
    within = [month for month in every if month <= last] or every[:1]
    if len(within) == 1:
        within = every[:2]
    thinning = next(n for n in range(1, len(within) + 1) if len(within[::n]) <= _COLUMNS_AT_MOST)
    return tuple(within[::thinning])


def risk_table(
    canvas: Canvas,
    ax: Axes,
    groups: Sequence[Group],
    results: Results,
    endpoint: str,
    shown: Sequence[int],
    *,
    top: float,
    rows: Sequence[tuple[str, str]] = ROWS,
) -> None:
    """
    Rows for every group, aligned under the ticks.

    Args:
        canvas: The paper.
        ax: The curve's axes.
        groups: In order.
        results: Where the listing is.
        endpoint: Whose listing.
        shown: Months that have a tick.
        top: Where the table begins, in points.
        rows: Columns of the listing that become rows, with what they are called.
    """
    listing = results.listings.get(f"survival.{endpoint}.risk")
    if listing is None:
        return
    listed = {
        (str(group), int(str(month))): row
        for row, (group, month) in enumerate(
            zip(listing.column("group"), listing.column("month"), strict=True)
        )
    }
    left = canvas.frame(ax).left - _STUB * POINTS_PER_MM
    y, down = top, PITCH * POINTS_PER_MM
    for group in groups:
        y -= down
        _name(canvas, ax, left, y, group)
        for column, label in rows:
            y -= down
            canvas.write(left, y, [words(label)])
            for month in shown:
                row = listed.get((group.id or "all", month))
                if row is not None:
                    x = float(ax.transData.transform((month, 0))[0])
                    canvas.write(x, y, [number(listing.cell(row, column))], anchor=0.5)
        y -= down * _GAP


def _name(canvas: Canvas, ax: Axes, left: float, y: float, group: Group) -> None:
    """The group's name after a piece of its line."""
    called = shortened(group.named("semibold"), canvas.frame(ax).right - left - 10, SMALL)
    name = canvas.write(left + 10, y, [called], colour=group.ink)
    middle = (name.bottom + name.top) / 2 + 0.6
    canvas.figure.add_artist(
        Line2D(
            (left, left + 7.5),
            (middle, middle),
            linewidth=1.3,
            linestyle=group.dash,
            color=group.colour,
            transform=canvas.points,
        )
    )
