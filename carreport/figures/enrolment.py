"""How many patients had entered, day by day, up to the cutoff."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import numpy as np

from carreport.figures.canvas import FULL_WIDTH, HIGHEST, POINTS_PER_MM, Canvas, on_paper, ticks
from carreport.figures.colours import INK
from carreport.figures.curves import step_areas
from carreport.figures.groups import Group, all_groups, everybody
from carreport.figures.pieces import CAP_HEIGHT, clean, number, quoted_lines, words
from carreport.figures.placing import apart
from carreport.figures.scales import plain
from carreport.figures.style import BODY, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.axes import Axes

    from carreport.figures.pieces import Piece
    from carreport.figures.placing import Box
    from carreport.results import ListedResult, Results
    from carreport.study.settings import FigureItem, Settings

_LEFT, _TOP, _AXES, _BELOW = 13.0, 4.0, 56.0, 10.5
_NAMES_AT_MOST: Final = 55.0
_PITCH: Final = 1.25
_LINE: Final = 3.5
"""Room of one name beside the lines, in millimetres."""
_COUNT: Final = 10.0
_MONTHS: Final = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)
_SHORT: Final = 75
"""Up to so many days the axis counts days of the month."""
_STEPS: Final = (1, 2, 3, 6, 12, 24, 60, 120, 240)
_TICKS_AT_MOST: Final = 8
_COUNTS: Final = (1, 2, 5)


def draw_enrolment(_item: FigureItem, results: Results, settings: Settings) -> tuple[Canvas, str]:
    """
    One line of steps for everybody and one for each group, from the first start to the cutoff.

    Returns:
        The drawing and what it shows, in words.
    """
    whole = Group("", everybody().label, INK, "o")
    groups = [whole, *(one for one in all_groups(settings) if one.id)]
    drawn = [
        (group, listing)
        for group in groups
        if (listing := results.listings.get(group.key("disposition.starts"))) and listing.rows
    ]
    said = [_name(group, results) for group, _ in drawn]
    lines = [line for name in said for line in name]
    longest = max(sum(width(one.text, one.face, BODY) for one in line) for line in lines)
    right = longest / POINTS_PER_MM + 3.5
    down = min(max(_AXES, len(lines) * _LINE), HIGHEST - _TOP - _BELOW)
    canvas = Canvas(FULL_WIDTH, _TOP + down + _BELOW)
    ax = canvas.axes(_LEFT, _TOP, FULL_WIDTH - _LEFT - right, down, "enrolment")
    first, last = _day(drawn[0][1].column("date")[0]), _day(results["study.cutoff.date"].value)
    _axes(canvas, ax, first, last, _entered(drawn[0][1]))
    ends = [_line(canvas, ax, group, listing, last) for group, listing in drawn]
    _names(canvas, ax, [group for group, _ in drawn], said, ends)
    entered = [
        f"{clean(group.label)} {results[group.key('disposition.enrolled.n')].display}"
        for group, _ in drawn
    ]
    alt = (
        f"Patients entered over calendar time, from {drawn[0][1].column('date')[0]} to the data "
        f"cutoff on {results['study.cutoff.date'].display}: {'; '.join(entered)}."
    )
    return canvas, alt


def _entered(listing: ListedResult) -> int:
    """How many had entered in the end."""
    return int(float(listing.column("cumulative")[-1] or 0))


def _day(value: object) -> int:
    return dt.date.fromisoformat(str(value)).toordinal()


def _name(group: Group, results: Results) -> list[list[Piece]]:
    """The group's name, in lines, and its size at the end of the last."""
    size = number(results[group.key("disposition.enrolled.n")], "semibold")
    wide = (_NAMES_AT_MOST - _COUNT) * POINTS_PER_MM
    named = (
        quoted_lines(group.label, wide, BODY, "semibold")
        if group.id
        else (group.named("semibold"),)
    )
    return [*([line] for line in named[:-1]), [named[-1], words("  "), size]]


def _line(
    canvas: Canvas, ax: Axes, group: Group, listing: ListedResult, last: int
) -> tuple[float, float]:
    """The steps of one group; where they end, in points."""
    days = [_day(one) for one in listing.column("date")]
    counts = [float(one or 0) for one in listing.column("cumulative")]
    x, y = np.array([days[0], *days, last]), np.array([0.0, *counts, counts[-1]])
    (line,) = ax.plot(
        x,
        y,
        drawstyle="steps-post",
        color=group.colour,
        linewidth=1.6 if not group.id else 1.2,
        clip_on=False,
    )
    name = f"{clean(group.label)}: values behind this line"
    corners = on_paper(ax, x[:-1], y[:-1])
    canvas.draws(line, listing, areas=step_areas(corners), name=name)
    ((right, height),) = on_paper(ax, [float(last)], [counts[-1]])
    return float(right), float(height)


def _names(
    canvas: Canvas,
    ax: Axes,
    groups: Sequence[Group],
    said: Sequence[Sequence[Sequence[Piece]]],
    ends: Sequence[tuple[float, float]],
) -> None:
    """Each line's name beside its end, moved apart where lines end together."""
    order = sorted(range(len(ends)), key=lambda i: (ends[i][1], -i))
    pitch = BODY * _PITCH
    # From below: a name in several lines stands in as many places, its last line the lowest.
    places = [ends[i][1] + (n - (len(said[i]) - 1) / 2) * pitch
              for i in order for n in range(len(said[i]))]  # fmt: skip
    heights = iter(_within(apart(places, pitch), canvas.frame(ax), pitch))
    for i in order:
        at = [next(heights) for _ in said[i]][::-1]
        for line, height in zip(said[i], at, strict=True):
            y = height - BODY * CAP_HEIGHT / 2
            canvas.write(ends[i][0] + 5, y, line, size=BODY, colour=groups[i].ink)


def _within(places: Sequence[float], frame: Box, pitch: float) -> list[float]:
    """Places from below, moved up or down until none is outside the frame."""
    raised = [max(place, frame.bottom + n * pitch) for n, place in enumerate(places)]
    below = range(len(raised) - 1, -1, -1)
    return [min(place, frame.top - n * pitch) for n, place in zip(below, raised, strict=True)]


def _axes(canvas: Canvas, ax: Axes, first: int, last: int, patients: int) -> None:
    ax.set_xlim(first, max(last, first + 1))
    ax.set_ylim(0, patients * 1.04)
    step = next(
        10**decade * count
        for decade in range(12)
        for count in _COUNTS
        if patients / (10**decade * count) <= 6
    )
    heights = list(range(0, patients + 1, step))
    ticks(ax, "y", heights, [plain(one) for one in heights])
    canvas.write_up(ax, words("Patients"))
    places = list(_dates(first, last))
    ticks(ax, "x", [at for at, _ in places], [text for _, text in places])
    frame = canvas.frame(ax)
    middle = (frame.left + frame.right) / 2
    canvas.write(middle, frame.bottom - 21, [words("Date of entry")], size=BODY, anchor=0.5)


def _dates(first: int, last: int) -> Iterable[tuple[float, str]]:
    """Ticks on days of the month for a short time, otherwise on first days of months."""
    begin, end = dt.date.fromordinal(first), dt.date.fromordinal(last)
    if last - first <= _SHORT:
        step = next(days for days in (1, 2, 7, 14) if (last - first) / days <= _TICKS_AT_MOST - 1)
        for at in range(first, last + 1, step):
            day = dt.date.fromordinal(at)
            yield at, f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
        return
    months = [begin.year * 12 + begin.month - (begin.day == 1), end.year * 12 + end.month - 1]
    step = next(one for one in _STEPS if (months[1] - months[0]) / one <= _TICKS_AT_MOST)
    for month in range(-(-months[0] // step) * step, months[1] + 1, step):
        year, index = divmod(month, 12)
        text = str(year) if step >= 12 else f"{_MONTHS[index]} {year}"
        yield dt.date(year, index + 1, 1).toordinal(), text
