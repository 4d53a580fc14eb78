"""Kaplan-Meier curves over a table of who is at risk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from carreport.figures.canvas import FULL_WIDTH, POINTS_PER_MM, Canvas
from carreport.figures.curve_words import (
    obstacles_of,
    percent_axes,
    put_landmarks,
    put_lines,
    put_names,
)
from carreport.figures.curves import curves_of, draw_steps
from carreport.figures.groups import drawn_groups
from carreport.figures.pieces import clean, estimated, number, p_value, quoted, words
from carreport.figures.risk_table import PITCH, lines_needed, months, risk_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from carreport.figures.curves import Curve
    from carreport.figures.groups import Group
    from carreport.figures.pieces import Piece
    from carreport.results import Results
    from carreport.study.settings import Endpoint, FigureItem, Panel, Settings

_COLUMN: Final = FULL_WIDTH / 2
_LEFT, _RIGHT, _TOP, _AXES = 17.5, 3.5, 7.0, 52.0
_BELOW_AXES: Final = 10.5
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
    high = _TOP + _AXES + _BELOW_AXES + PITCH * lines
    columns = min(len(drawn), 2)
    canvas = Canvas(_COLUMN * columns, high * -(-len(drawn) // 2))
    told = []
    for i, (panel, curves) in enumerate(drawn):
        left, top = _COLUMN * (i % 2), high * (i // 2)
        across = _COLUMN - _LEFT - _RIGHT
        ax = canvas.axes(left + _LEFT, top + _TOP, across, _AXES, _LETTERS[i % 26])
        told.append(_panel(canvas, ax, panel, curves, results, settings, last))
    return canvas, " ".join(told)


def survival_row_height(settings: Settings) -> float:
    """Height of a row of panels with the tables below them, in millimetres."""
    return _TOP + _AXES + _BELOW_AXES + PITCH * lines_needed(len(drawn_groups(settings)))


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
    percent_axes(canvas, ax, shown, last, settings)
    for curve in curves:
        name = f"{clean(title)}, {clean(curve.group.label)}: values behind this curve"
        draw_steps(canvas, ax, curve, name)
    obstacles = obstacles_of(canvas, ax, curves)
    put_lines(canvas, ax, _test_lines(f"survival.{endpoint.id}", results), obstacles)

    def id_of(group: Group, day: int) -> str:
        return group.key(f"survival.{endpoint.id}.rate", day=str(day))

    told = put_landmarks(canvas, ax, endpoint, curves, id_of, results, obstacles)
    put_names(canvas, ax, curves, obstacles)
    groups = [curve.group for curve in curves]
    below = canvas.frame(ax).bottom - (_BELOW_AXES - 0.6) * POINTS_PER_MM
    risk_table(canvas, ax, groups, results, endpoint.id, shown, top=below)
    return _told(endpoint, curves, results, told)


def _test_lines(base: str, results: Results) -> list[list[Piece]]:
    lines: list[list[Piece]] = []
    if p := estimated(results, f"{base}.logrank_p"):
        lines.append([words("Log-rank "), *p_value(p)])
    if ratio := estimated(results, f"{base}.hazard_ratio"):
        level, lower, upper = (
            number(results[f"{ratio.id}_{name}"]) for name in ("level", "lower", "upper")
        )
        lines.append([words("Hazard ratio "), number(ratio)])
        ci, joint = " CI, " if results.house.comma else " CI ", results.house.interval
        lines.append([words("("), level, words(ci), lower, words(joint), upper, words(")")])
    return lines


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
