"""Analytes by day after each infusion: a line per patient, and the medians of each group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.collections import LineCollection

from carreport.figures.canvas import FULL_WIDTH, POINTS_PER_MM, Canvas, ticks
from carreport.figures.colours import PAPER, SOFT, mixed
from carreport.figures.groups import all_groups
from carreport.figures.legend import LINE, Entry, legend_lines, put_legend
from carreport.figures.pieces import clean, number, quoted, shortened, words
from carreport.figures.sampled import courses
from carreport.figures.scales import plain, put, scale
from carreport.figures.style import BODY, SMALL
from carreport.house import HOUSES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes

    from carreport.figures.groups import Group
    from carreport.figures.sampled import Course, Sampled
    from carreport.figures.scales import Scale
    from carreport.house import House
    from carreport.results import ListedResult, Results
    from carreport.study.settings import FigureItem, Settings

PANELS_AT_MOST: Final = 9
_CELLS: Final = (112.0, FULL_WIDTH / 2, FULL_WIDTH / 3)
"""Width of a panel where one, two or more stand in a row, in millimetres."""
_LEFT, _RIGHT, _TOP, _AXES, _BELOW = 14.0, 2.0, 7.5, 42.0, 11.0
_LETTERS: Final = "abcdefghi"
_STEPS: Final = (1, 2, 7, 14, 28, 60, 90, 180, 365, 730)
_TICKS_AT_MOST: Final = 7
# How pale patients' lines are under a median, and how much room the axis leaves at its ends.
_PALE: Final = 0.45
_ROOM: Final = 0.03
_NAME: Final = 112.0 * POINTS_PER_MM - 40
"""Points a group's name may take in the legend, be there one panel or several."""


def draw_kinetics(item: FigureItem, results: Results, settings: Settings) -> tuple[Canvas, str]:
    """
    Small multiples, three in a row: analytes one after the other, their infusions in order.

    Returns:
        The drawing and what it shows, in words.
    """
    names = [one.analyte for one in item.panels]
    return draw_courses(courses(names, results, settings), settings)


def draw_courses(panels: Sequence[Course], settings: Settings) -> tuple[Canvas, str]:
    """The panels of one figure; see `courses`."""
    columns = min(max(len(panels), 1), len(_CELLS))
    cell, high = _CELLS[columns - 1], _TOP + _AXES + _BELOW
    rows = max(-(-len(panels) // columns), 1)
    lines = legend_lines(_legend(panels, all_groups(settings)), cell * columns)
    canvas = Canvas(cell * columns, high * rows + LINE * len(lines))
    told = []
    house = HOUSES[settings.study.house]
    for i, panel in enumerate(panels):
        left, top = cell * (i % columns), high * (i // columns)
        box = (left + _LEFT, top + _TOP, cell - _LEFT - _RIGHT, _AXES)
        told.append(_panel(canvas, canvas.axes(*box, _LETTERS[i % len(_LETTERS)]), panel, house))
    put_legend(canvas, lines)
    return canvas, " ".join(told) or "No data by this cutoff."


def _panel(canvas: Canvas, ax: Axes, panel: Course, house: House) -> str:
    analyte = panel.analyte
    _heading(canvas, ax, panel)
    chosen = _scale(panel)
    after = "Days after infusion" if panel.infused else "Days from the start"
    _across(canvas, ax, [day for one in panel.drawn for day in one.days], after)
    put(ax, chosen, house)
    unit = f" ({clean(analyte.unit)})" if analyte.unit else ""
    canvas.write_up(ax, quoted(f"{analyte.analyte}{unit}"))
    name = clean(analyte.analyte)
    for one in panel.groups:
        called = f"{name}, {clean(one.group.label)}: patients' values"
        if one.patients and one.course is not None:
            _patients(canvas, ax, one, one.course, chosen, called)
    for one in panel.groups:
        by = "period" if one.period else "day"
        _medians(canvas, ax, one, chosen, f"{name}, {clean(one.group.label)}: medians by {by}")
    return _told(panel, unit)


def _scale(panel: Course) -> Scale:
    values = [value for one in panel.drawn for value in one.values]
    return scale(values, logarithmic=panel.analyte.log)


def _heading(canvas: Canvas, ax: Axes, panel: Course) -> None:
    """The analyte, and after which infusion, if any, read off the listing."""
    name = quoted(panel.analyte.analyte, "semibold")
    if not panel.infused:
        canvas.heading(ax, [name], left=(_LEFT - 1) * POINTS_PER_MM)
        return
    listing = panel.groups[0].by_day
    row = listing.column("infusion").index(panel.infusion)
    infusion = number(listing.cell(row, "infusion"), "semibold")
    says = [name, words(", infusion ", "semibold"), infusion]
    canvas.heading(ax, says, left=(_LEFT - 1) * POINTS_PER_MM)


def _across(canvas: Canvas, ax: Axes, days: Sequence[float], after: str) -> None:
    low = min([0.0, *days])
    high = max(low + 1, *days)
    span = high - low
    step = next((one for one in _STEPS if span / one <= _TICKS_AT_MOST), _STEPS[-1])
    ax.set_xlim(low - span * _ROOM, high + span * _ROOM)
    first = -(-int(low) // step) * step
    places = [float(at) for at in range(first, int(high) + 1, step)]
    ticks(ax, "x", places, [plain(at) for at in places])
    frame = canvas.frame(ax)
    middle = (frame.left + frame.right) / 2
    canvas.write(middle, frame.bottom - 20, [words(after)], size=BODY, anchor=0.5)


def _patients(
    canvas: Canvas, ax: Axes, sampled: Sampled, course: ListedResult, chosen: Scale, name: str
) -> None:
    """A thin line and a small mark for each value of each patient; zeros hollow."""
    # Without medians over them the patients' own lines need not step back.
    behind = bool(sampled.medians.rows)
    colour = mixed(sampled.group.colour, PAPER, _PALE) if behind else sampled.group.colour
    lines = [
        np.column_stack([one.days, [chosen.place(value) for value in one.values]])
        for one in sampled.patients
        if len(one.days) > 1
    ]
    if lines:
        thick = 0.5 if behind else 0.8
        drawn = LineCollection(lines, colors=colour, linewidths=thick, zorder=2)
        canvas.draws(ax.add_collection(drawn, autolim=False), course)
    points = [
        point
        for one in sampled.patients
        for point in zip(one.days, one.values, one.rows, strict=True)
    ]
    for hollow in (False, True):
        some = [one for one in points if _on_floor(one[1], chosen) == hollow]
        if some:
            days, values, rows = zip(*some, strict=True)
            (marks,) = ax.plot(
                days,
                [chosen.place(value) for value in values],
                linestyle="none",
                marker=sampled.group.marker,
                markersize=2.0,
                markerfacecolor=PAPER if hollow else colour,
                markeredgecolor=colour,
                markeredgewidth=0.4 if hollow else 0.0,
                zorder=2.5,
                clip_on=False,
            )
            canvas.draws(marks, course, rows=rows, name=name)


def _on_floor(value: float, chosen: Scale) -> bool:
    return value == 0 and chosen.zero is not None


def _medians(canvas: Canvas, ax: Axes, sampled: Sampled, chosen: Scale, name: str) -> None:
    """The medians, thick, on days with enough patients."""
    if not sampled.medians.rows:
        return
    (line,) = ax.plot(
        sampled.medians.days,
        [chosen.place(value) for value in sampled.medians.values],
        **_thick(sampled.group),
        zorder=4,
        clip_on=False,
    )
    canvas.draws(line, sampled.by_day, rows=sampled.medians.rows, name=name)


def _thick(group: Group) -> dict[str, Any]:
    """How the medians of a group are drawn."""
    return {
        "color": group.colour,
        "linewidth": 1.4,
        "marker": group.marker,
        "markersize": 3.2,
        "markeredgecolor": PAPER,
        "markeredgewidth": 0.4,
    }


def _legend(panels: Sequence[Course], groups: Sequence[Group]) -> list[Entry]:
    """Which line is whose, and what kinds of lines and marks there are."""
    there = {one.group for panel in panels for one in panel.groups}
    entries = [
        Entry((shortened(group.named(), _NAME, SMALL),), _thick(group), line=True, colour=group.ink)
        for group in groups
        if group in there
    ]
    explained = " ".join(_explained(panels))
    return [*entries, Entry((words(explained),), colour=SOFT)] if explained else entries


def _explained(panels: Sequence[Course]) -> Iterator[str]:
    """What thick, thin and hollow mean, of those there are."""
    thick = [one.period for panel in panels for one in panel.groups if one.medians.rows]
    if "" in thick:
        yield "Thick: median of three or more patients."
    if periods := list(dict.fromkeys(one for one in thick if one)):
        yield f"Thick: median by periods of {' or '.join(periods)}, of ten or more patients."
    if any(one.patients for panel in panels for one in panel.groups):
        yield "Thin: one patient."
    if any(
        _on_floor(value, _scale(panel))
        for panel in panels
        for some in panel.groups
        for one in some.patients
        for value in one.values
    ):
        yield "Hollow: zero."


def _told(panel: Course, unit: str) -> str:
    parts = []
    for one in panel.groups:
        if one.medians.rows:
            highest = max(zip(one.medians.values, one.medians.rows, strict=True))[1]
            median, day = (one.by_day.cell(highest, name) for name in ("median", "day"))
            label = clean(one.group.label)
            parts.append(f"{label}, highest median {median.display} on day {day.display}")
    after = f"after infusion {plain(panel.infusion)}" if panel.infused else "from the start"
    what = f"{clean(panel.analyte.analyte)} {after}"
    alone = any(one.patients for one in panel.groups)
    by = "period" if any(one.period for one in panel.groups) else "day"
    lines = "one line per patient" if alone else f"medians by {by}"
    return f"{what}{unit}: {'; '.join([lines, *parts])}."
