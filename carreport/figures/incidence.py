"""Cumulative incidence of the causes of an endpoint, each cause a panel, over who is at risk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from carreport.figures.canvas import FULL_WIDTH, HIGHEST, POINTS_PER_MM, Canvas
from carreport.figures.curve_words import (
    obstacles_of,
    percent_axes,
    put_landmarks,
    put_lines,
    put_names,
)
from carreport.figures.curves import draw_steps, incidence_curves_of
from carreport.figures.groups import drawn_groups
from carreport.figures.pieces import clean, estimated, p_value, quoted, words
from carreport.figures.risk_table import PITCH, ROWS, lines_needed, months, risk_table
from carreport.study.lanes import spoken
from carreport.study.words import key_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes

    from carreport.figures.curves import Curve
    from carreport.figures.groups import Group
    from carreport.figures.pieces import Piece
    from carreport.results import Results
    from carreport.study.settings import Endpoint, FigureItem, Panel, Settings

_COLUMN: Final = FULL_WIDTH / 2
_LEFT, _RIGHT, _TOP, _AXES = 17.5, 3.5, 7.0, 52.0
_BELOW_AXES: Final = 10.5
_LEAST_AXES: Final = 26.0
_AT_RISK: Final = ROWS[:1]
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class _Cause:
    """One cause of an endpoint: its key in ids, its title, and how it is spoken of."""

    endpoint: Endpoint
    key: str
    heading: tuple[Piece, ...]
    curves: tuple[Curve, ...]

    @property
    def title(self) -> str:
        return "".join(piece.text for piece in self.heading)


def draw_incidence(item: FigureItem, results: Results, settings: Settings) -> tuple[Canvas, str]:
    """
    For every endpoint its event and each competing one, two panels in a row, with the same axes.

    Returns:
        The drawing and what it shows, in words.
    """
    rows = [
        causes[i : i + 2]
        for causes in (list(_causes(panel, results, settings)) for panel in item.panels)
        for i in range(0, len(causes), 2)
    ]
    every = [curve for row in rows for cause in row for curve in cause.curves]
    last = max((float(curve.times[-1]) for curve in every), default=0.0)
    # Of many groups the tables take so much that the axes must be lower for all to stand on a page.
    high = incidence_row_height(settings)
    less = min(max(high - HIGHEST / len(rows), 0.0), _AXES - _LEAST_AXES) if rows else 0.0
    high -= less
    canvas = Canvas(FULL_WIDTH, high * len(rows))
    told: list[str] = []
    for i, row in enumerate(rows):
        for j, cause in enumerate(row):
            left, top = _COLUMN * j, high * i
            letter = _LETTERS[len(told) % len(_LETTERS)]
            box = (left + _LEFT, top + _TOP, _COLUMN - _LEFT - _RIGHT, _AXES - less)
            told.append(_panel(canvas, canvas.axes(*box, letter), cause, results, settings, last))
    return canvas, " ".join(told)


def incidence_row_height(settings: Settings) -> float:
    """Height of a row of panels with the table below it, in millimetres."""
    lines = lines_needed(len(drawn_groups(settings)), len(_AT_RISK))
    return _TOP + _AXES + _BELOW_AXES + PITCH * lines


def _causes(panel: Panel, results: Results, settings: Settings) -> Iterator[_Cause]:
    endpoint = next(one for one in settings.endpoint if one.id == panel.endpoint)
    groups, few = drawn_groups(settings), settings.study.few_at_risk
    own = (quoted(panel.title or endpoint.label, "semibold"),)
    others = [
        (words("Competing: ", "semibold"), quoted(spoken(name), "semibold"))
        for name in endpoint.competing
    ]
    names = (endpoint.events[0], *endpoint.competing)
    for name, heading in zip(names, [own, *others], strict=True):
        key = key_of(name)
        curves = incidence_curves_of(endpoint.id, key, groups, results, few)
        yield _Cause(endpoint, key, heading, curves)


def _panel(
    canvas: Canvas, ax: Axes, cause: _Cause, results: Results, settings: Settings, last: float
) -> str:
    canvas.heading(ax, cause.heading, left=(_LEFT - 1) * POINTS_PER_MM)
    if not cause.curves:
        canvas.empty(ax)
        return f"{cause.title}: no data by this cutoff."
    base = f"survival.{cause.endpoint.id}"
    shown = months(results, cause.endpoint.id, last)
    percent_axes(canvas, ax, shown, last, settings, rising=True)
    for curve in cause.curves:
        name = f"{cause.title}, {clean(curve.group.label)}: values behind this curve"
        draw_steps(canvas, ax, curve, name)
    obstacles = obstacles_of(canvas, ax, cause.curves)
    p = estimated(results, f"{base}.gray_p@cause={cause.key}")
    lines = [[words("Gray "), *p_value(p)]] if p else []
    put_lines(canvas, ax, lines, obstacles, rising=True)

    def id_of(group: Group, day: int) -> str:
        return group.key(f"{base}.incidence", cause=cause.key, day=str(day))

    landmarks = put_landmarks(canvas, ax, cause.endpoint, cause.curves, id_of, results, obstacles)
    put_names(canvas, ax, cause.curves, obstacles)
    groups = [curve.group for curve in cause.curves]
    below = canvas.frame(ax).bottom - (_BELOW_AXES - 0.6) * POINTS_PER_MM
    risk_table(
        canvas, ax, groups, results, cause.endpoint.id, shown, top=below,
        rows=_AT_RISK,
    )  # fmt: skip
    return _told(cause, landmarks, p.display if p else "")


def _told(cause: _Cause, landmarks: dict[str, str], p: str) -> str:
    parts = []
    for curve in cause.curves:
        at = curve.first_row + len(curve.times) - 2
        highest = curve.listing.cell(at, "incidence").display
        at_landmark = landmarks.get(curve.group.id)
        text = f"{clean(curve.group.label)}, {highest} at the end of follow-up"
        parts.append(text + (f", {at_landmark} at the landmark marked" if at_landmark else ""))
    test = f" Gray p: {p}." if p else ""
    return f"Cumulative incidence, {cause.title}: {'; '.join(parts)}.{test}"
