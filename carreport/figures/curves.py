"""Curves of survival and of cumulative incidence: out of the results, and onto axes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from carreport.figures.canvas import on_paper
from carreport.figures.marks import Area
from carreport.units import DAYS_PER_MONTH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes

    from carreport.figures.canvas import Canvas
    from carreport.figures.groups import Group
    from carreport.results import ListedResult, Results
    from carreport.study.settings import Panel

# Height and width of a censoring tick; finer where a curve has too many to tell them apart.
_TICK: Final = (5.2, 0.8)
_FINE_TICK: Final = (2.8, 0.4)
_TICKS_APART: Final = 100
# How far from a line, and how much before a fall, a finger still hits it; in points.
_NEAR, _BEFORE = 4.0, 2.0


@dataclass(frozen=True, slots=True)
class Curve:
    """
    One group's curve, in months: survival from 1 at time zero, or incidence from 0.

    Attributes:
        group: Whose.
        listing: Its rows.
        times: Zero, then every listed time.
        heights: Survival or incidence at those times.
        lower: Lower limit; NaN where there is none.
        upper: Upper limit; NaN where there is none.
        censored: Whether somebody was censored then.
        few_from: Position of the time after which fewer than enough are at risk, or None.
        first_row: The row of the listing the first listed time stands in.
    """

    group: Group
    listing: ListedResult
    times: np.ndarray
    heights: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    censored: np.ndarray
    few_from: int | None
    first_row: int = 0


def curves_of(
    panel: Panel, groups: Sequence[Group], results: Results, few: int
) -> tuple[Curve, ...]:
    """
    The curves of a panel's endpoint, for every group that has one.

    Args:
        panel: Names the endpoint.
        groups: Groups to look for.
        results: Where the listings are.
        few: Patients at risk below which a curve rests on too few.
    """
    ids = [(group, group.key(f"survival.{panel.endpoint}.curve")) for group in groups]
    listings = [(group, results.listings[id_]) for group, id_ in ids if id_ in results.listings]
    return tuple(_curve(group, listing, few) for group, listing in listings if listing.rows)


def incidence_curves_of(
    endpoint: str, cause: str, groups: Sequence[Group], results: Results, few: int
) -> tuple[Curve, ...]:
    """
    The curves of one cause's cumulative incidence, for every group that has one.

    Args:
        endpoint: Whose causes compete.
        cause: As the listing calls it.
        groups: Groups to look for.
        results: Where the listings are.
        few: Patients at risk below which a curve rests on too few.
    """
    found = []
    for group in groups:
        listing = results.listings.get(group.key(f"survival.{endpoint}.incidence_curve"))
        causes = list(listing.column("cause")) if listing else []
        if listing and cause in causes:
            first = causes.index(cause)
            rows = slice(first, first + causes.count(cause))
            found.append(_curve(group, listing, few, "incidence", rows))
    return tuple(found)


def _curve(
    group: Group,
    listing: ListedResult,
    few: int,
    height: str = "survival",
    rows: slice = slice(None),
) -> Curve:
    columns = ("day", "at_risk", "censored", height, "lower", "upper")
    day, at_risk, censored, heights, lower, upper = (
        np.array([np.nan if cell is None else float(cell) for cell in listing.column(name)[rows]])
        for name in columns
    )
    # Who is at risk at the next time has outlived this one; nobody is left after the last.
    remaining = np.concatenate([at_risk, [0.0]])
    below = np.flatnonzero(remaining < few)
    start = 1.0 if height == "survival" else 0.0
    return Curve(
        group,
        listing,
        np.concatenate([[0.0], day / DAYS_PER_MONTH]),
        np.concatenate([[start], heights]),
        np.concatenate([[start], lower]),
        np.concatenate([[start], upper]),
        np.concatenate([[False], censored > 0]),
        int(below[0]) if len(below) else None,
        rows.start or 0,
    )


def draw_steps(canvas: Canvas, ax: Axes, curve: Curve, name: str) -> None:
    """
    Band, steps (dashed where few remain) and a tick for every time with a censored patient.

    Args:
        canvas: The paper.
        ax: The curve's axes.
        curve: Drawn.
        name: What to call a link to its listing.
    """
    listing, colour = curve.listing, curve.group.colour
    band = ax.fill_between(
        curve.times, curve.lower, curve.upper, step="post", color=colour, alpha=0.11, linewidth=0
    )
    canvas.draws(band, listing)
    split = len(curve.times) - 1 if curve.few_from is None else curve.few_from
    lines = [
        ax.plot(
            curve.times[part],
            curve.heights[part],
            drawstyle="steps-post",
            linestyle=dash,
            color=colour,
            linewidth=1.3,
        )[0]
        for part, dash in ((slice(0, split + 1), curve.group.dash), (slice(split, None), "--"))
        if len(curve.times[part]) > 1
    ]
    for line in lines[:-1]:
        canvas.draws(line, listing, name=name)
    # The areas lie over all of the line, so they come with the last of it.
    canvas.draws(lines[-1], listing, areas=_steps(ax, curve), name=name)
    censored = int(curve.censored.sum())
    if censored:
        size, thick = _TICK if censored <= _TICKS_APART else _FINE_TICK
        (censor_ticks,) = ax.plot(
            curve.times[curve.censored],
            curve.heights[curve.censored],
            linestyle="none",
            marker="|",
            markersize=size,
            markeredgewidth=thick,
            color=colour,
        )
        rows = (curve.first_row + np.flatnonzero(curve.censored[1:])).tolist()
        canvas.draws(censor_ticks, listing, rows=rows)


def _steps(ax: Axes, curve: Curve) -> Iterator[Area]:
    return step_areas(on_paper(ax, curve.times, curve.heights), curve.first_row)


def step_areas(points: np.ndarray, first_row: int = 0) -> Iterator[Area]:
    """
    About each row's step: from shortly before its time to the next one's, and along its fall.

    Args:
        points: Where the line begins and where each row takes it, one row each, in points; all
            steps go down or all go up.
        first_row: The row of the first step.
    """
    x, y = points.T
    near = _NEAR if y[-1] <= y[0] else -_NEAR
    begins = x[1:] - np.minimum(_BEFORE, np.diff(x) / 2)
    ends = np.append(x[2:], x[-1] + _NEAR)
    for row, (at, begin, end) in enumerate(zip(x[1:], begins, ends, strict=True)):
        before, level = y[row] + near, y[row + 1]
        outline = [
            (begin, before),
            (at + _NEAR, before),
            (at + _NEAR, level + near),
            (end, level + near),
            (end, level - near),
            (begin, level - near),
        ]
        yield Area(first_row + row, np.array(outline))


def stairs(ax: Axes, curve: Curve) -> np.ndarray:
    """The curve's corners, in points."""
    x = np.repeat(curve.times, 2)[1:]
    y = np.repeat(curve.heights, 2)[:-1]
    return on_paper(ax, x, y)
