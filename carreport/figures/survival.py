"""Kaplan-Meier curves over a table of who is at risk."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from carreport.figures.canvas import FULL_WIDTH, POINTS_PER_MM, Canvas, on_paper, ticks
from carreport.figures.colours import PAPER
from carreport.figures.curves import curves_of, draw_steps, stairs
from carreport.figures.groups import drawn_groups
from carreport.figures.marks import Area
from carreport.figures.pieces import (
    CAP_HEIGHT,
    clean,
    estimated,
    number,
    p_value,
    quoted,
    room,
    words,
)
from carreport.figures.placing import Box, Obstacles, least_in_the_way
from carreport.figures.risk_table import lines_needed, months, risk_table
from carreport.figures.style import BODY, SMALL, width
from carreport.units import DAYS_PER_MONTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from carreport.figures.curves import Curve
    from carreport.figures.pieces import Piece
    from carreport.results import Result, Results
    from carreport.study.settings import Endpoint, FigureItem, Panel, Settings

_COLUMN: Final = FULL_WIDTH / 2
_LEFT, _RIGHT, _TOP, _AXES = 17.5, 3.5, 7.0, 52.0
_BELOW_AXES: Final = 10.5
_PITCH: Final = 3.2
_LABEL_STEP: Final = 3.0
_APART: Final = 0.06
_PERCENT: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


def draw_survival(item: FigureItem, results: Results, settings: Settings) -> tuple[Canvas, str]:
    """
    One panel per endpoint, two side by side, all with the same axes.

    Returns:
        The drawing and what it shows, in words.
    """
    groups = drawn_groups(settings)
    few = settings.study.few_at_risk
    drawn = [(panel, curves_of(panel, groups, results, few)) for panel in item.panels]
    last = max((curve.times[-1] for _, curves in drawn for curve in curves), default=0.0)
    lines = max((lines_needed(len(curves)) for _, curves in drawn), default=0)
    high = _TOP + _AXES + _BELOW_AXES + _PITCH * lines
    columns = min(len(drawn), 2)
    canvas = Canvas(_COLUMN * columns, high * -(-len(drawn) // 2))
    told = []
    for i, (panel, curves) in enumerate(drawn):
        left, top = _COLUMN * (i % 2), high * (i // 2)
        across = _COLUMN - _LEFT - _RIGHT
        ax = canvas.axes(left + _LEFT, top + _TOP, across, _AXES, _LETTERS[i % 26])
        told.append(_panel(canvas, ax, panel, curves, results, settings, last))
    return canvas, " ".join(told)


def _panel(
    canvas: Canvas,
    ax: Axes,
    panel: Panel,
    curves: Sequence[Curve],
    results: Results,
    settings: Settings,
    last: float,
) -> str:
    endpoint = next((one for one in settings.endpoint if one.id == panel.endpoint), None)
    title = panel.title or (endpoint.label if endpoint else "")
    heading = [quoted(title, "semibold")]
    canvas.heading(ax, heading, left=(_LEFT - 1) * POINTS_PER_MM)
    if not curves or endpoint is None:
        canvas.empty(ax)
        return f"{clean(title)}: no data by this cutoff."
    shown = months(results, endpoint.id, last)
    _axes(canvas, ax, shown, last, settings)
    for curve in curves:
        name = f"{clean(title)}, {clean(curve.group.label)}: values behind this curve"
        draw_steps(canvas, ax, curve, name)
    obstacles = _obstacles(canvas, ax, curves)
    _tests(canvas, ax, endpoint, results, obstacles)
    told = _landmarks(canvas, ax, endpoint, curves, results, obstacles)
    _names(canvas, ax, curves, obstacles)
    groups = [curve.group for curve in curves]
    below = canvas.frame(ax).bottom - (_BELOW_AXES - 0.6) * POINTS_PER_MM
    risk_table(canvas, ax, groups, results, endpoint.id, shown, top=below, pitch=_PITCH)
    return _told(endpoint, curves, results, told)


def _axes(canvas: Canvas, ax: Axes, shown: Sequence[int], last: float, settings: Settings) -> None:
    ax.set_xlim(0, max(last * 1.02, shown[-1]))
    # Room above 100 %, so that a curve that never falls is not drawn on the edge.
    ax.set_ylim(0, 1.02)
    ticks(ax, "x", shown, [str(month) for month in shown])
    ticks(ax, "y", _PERCENT, [f"{100 * share:.0f}" for share in _PERCENT])
    canvas.write_up(ax, words("Probability (%)"))
    frame = canvas.frame(ax)
    start = [words("Months from "), quoted(settings.study.start_label)]
    middle = (frame.left + frame.right) / 2
    canvas.write(middle, frame.bottom - 21, start, size=BODY, anchor=0.5)


def _obstacles(canvas: Canvas, ax: Axes, curves: Sequence[Curve]) -> Obstacles:
    obstacles = Obstacles(canvas.frame(ax).grown(1.5))
    for curve in curves:
        obstacles.add_line(stairs(ax, curve))
        ticked = on_paper(ax, curve.times[curve.censored], curve.survival[curve.censored])
        obstacles.add_marks(ticked, 0.4, 2.6)
    return obstacles


def _tests(
    canvas: Canvas, ax: Axes, endpoint: Endpoint, results: Results, obstacles: Obstacles
) -> None:
    """Log-rank p and hazard ratio in the corner where they touch least."""
    lines = _test_lines(f"survival.{endpoint.id}", results)
    if not lines:
        return
    frame, pitch = canvas.frame(ax), SMALL * 1.25
    across = max(room(0, 0, line).right for line in lines)
    down = pitch * (len(lines) - 1) + SMALL * (CAP_HEIGHT + 0.2)
    corners = [
        Box(left, bottom, left + across, bottom + down)
        for bottom in (frame.bottom + 4, frame.top - down - 4)
        for left in (frame.left + 5, frame.right - across - 2)
    ]
    chosen, _ = least_in_the_way(corners, obstacles)
    corner = corners[chosen]
    obstacles.add_box(corner)
    for i, line in enumerate(lines):
        canvas.write(corner.left, corner.top - SMALL * CAP_HEIGHT - pitch * i, line)


def _test_lines(base: str, results: Results) -> list[list[Piece]]:
    lines: list[list[Piece]] = []
    if p := estimated(results, f"{base}.logrank_p"):
        lines.append([words("Log-rank "), *p_value(p)])
    if ratio := estimated(results, f"{base}.hazard_ratio"):
        level, lower, upper = (
            number(results[f"{ratio.id}_{name}"]) for name in ("level", "lower", "upper")
        )
        lines.append([words("Hazard ratio "), number(ratio)])
        lines.append([words("("), level, words(" CI "), lower, words("–"), upper, words(")")])
    return lines


def _landmarks(
    canvas: Canvas,
    ax: Axes,
    endpoint: Endpoint,
    curves: Sequence[Curve],
    results: Results,
    obstacles: Obstacles,
) -> dict[str, str]:
    """The estimates at the last landmark the axis reaches, printed at the curves; by group."""
    reached = [day for day in endpoint.landmarks if day / DAYS_PER_MONTH <= ax.get_xlim()[1]]
    if not reached:
        return {}
    day = max(reached)
    told: dict[str, str] = {}
    for curve in curves:
        id_ = curve.group.key(f"survival.{endpoint.id}.rate", day=str(day))
        if id_ in results:
            told[curve.group.id] = results[id_].display
            _landmark(canvas, ax, day / DAYS_PER_MONTH, curve, results[id_], obstacles)
    return told


def _landmark(
    canvas: Canvas, ax: Axes, month: float, curve: Curve, estimate: Result, obstacles: Obstacles
) -> None:
    # Not estimable past the last follow-up: said where the curve has ended.
    height = float(curve.survival[-1] if estimate.value is None else estimate.value)
    if estimate.value is not None:
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
    across, tall = width(estimate.display, "semibold", SMALL), SMALL * CAP_HEIGHT
    candidates = [
        Box(left, bottom, left + across, bottom + tall)
        for bottom in (y + 4.0, y - 4.0 - tall)
        for left in (x - across / 2, x + 2, x - across - 2)
    ]
    best, _ = least_in_the_way(candidates, obstacles, margin=0.5)
    box = candidates[best]
    obstacles.add_box(box)
    canvas.write(box.left, box.bottom, [number(estimate, "semibold")], colour=curve.group.ink)


def _names(canvas: Canvas, ax: Axes, curves: Sequence[Curve], obstacles: Obstacles) -> None:
    """
    Each group's name on its line, if the lines end apart and nothing is in the way.

    The risk table below shows every group's name with its colour, as a legend does.
    """
    ends = sorted(float(curve.survival[-1]) for curve in curves)
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


def _told(
    endpoint: Endpoint, curves: Sequence[Curve], results: Results, landmarks: dict[str, str]
) -> str:
    parts = []
    for curve in curves:
        key = curve.group.key
        patients, events = (
            results[key(f"survival.{endpoint.id}.{name}")] for name in ("n", "events")
        )
        text = (
            f"{clean(curve.group.label)}, {patients.display} {patients.unit.spell(patients.display)}"
            f", {events.display} {events.unit.spell(events.display)}"
        )
        if curve.group.id in landmarks:
            text += f", {landmarks[curve.group.id]} at the landmark marked"
        parts.append(text)
    p = estimated(results, f"survival.{endpoint.id}.logrank_p")
    test = f" Log-rank p: {p.display}." if p else ""
    return f"Kaplan–Meier curves of {clean(endpoint.label)}: {'; '.join(parts)}.{test}"
