"""Small line charts by calendar date, as SVG: points, intervals, a label at the end of each line."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WIDTH: Final = 420
HEIGHT: Final = 230
LEFT: Final = 40
RIGHT: Final = 130
TOP: Final = 12
BOTTOM: Final = 26
APART: Final = 13
"""Least distance between two labels."""
ASIDE: Final = 3
"""How far the marks of two lines stand apart on one day, so that intervals do not cover one another."""
LETTERS: Final = 22
"""Letters a label may have beside the chart."""
TICKS: Final = 5
STEPS: Final = (1, 3, 6, 12, 24, 60, 120)
"""Months between the ticks of the calendar."""
_NICE: Final = (1, 2, 2.5, 5, 10)
_BLOCKS: Final = "▁▂▃▄▅▆▇█"
NOTHING: Final = "·"


@dataclass(frozen=True, slots=True)
class Dot:
    """One value on a day, with its interval and what it says when pointed at."""

    day: dt.date
    value: float
    lower: float | None
    upper: float | None
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """
    Values of one kind with their name and colour.

    Attributes:
        label: Its name.
        colour: As #rrggbb.
        values: In the order of their days; None where there is none, which breaks the line.
    """

    label: str
    colour: str
    values: tuple[Dot | None, ...]

    @property
    def dots(self) -> tuple[Dot, ...]:
        """The values there are."""
        return tuple(one for one in self.values if one is not None)


def spark(values: Sequence[float | None], top: float) -> str:
    """
    Values as a row of small bars, from nought to *top*.

    >>> spark([0, 5, None, 10], 10)
    '▁▅·█'
    """
    highest = len(_BLOCKS) - 1
    return "".join(
        NOTHING
        if one is None
        else _BLOCKS[min(highest, max(0, round(highest * one / top)))]
        if top > 0
        else _BLOCKS[0]
        for one in values
    )


def chart(lines: Sequence[Line], days: Sequence[dt.date], *, share: bool) -> str:
    """
    A chart as an svg element.

    Args:
        lines: What is drawn; at least one of them has a dot.
        days: Every day the axis must reach.
        share: Whether the values are shares of one, to be drawn up to 100%.
    """
    highest = max(dot.value for line in lines for dot in line.dots)
    step = 0.25 if share else _step(highest)
    ceiling = 1.0 if share else max(1, math.ceil(highest / step)) * step
    axes = _Axes(min(days), max(days), ceiling, step)
    parts = [*_grid(axes, share=share)]
    for number, line in enumerate(lines):
        aside = (number - (len(lines) - 1) / 2) * ASIDE if share else 0.0
        parts += _line(axes, line, number, aside)
    parts += _labels(axes, lines)
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'aria-hidden="true" focusable="false">{"".join(parts)}</svg>'
    )


@dataclass(frozen=True, slots=True)
class _Axes:
    first: dt.date
    last: dt.date
    ceiling: float
    step: float

    def x(self, day: dt.date) -> float:
        span = (self.last - self.first).days
        share = (day - self.first).days / span if span else 0.5
        return LEFT + 8 + share * (WIDTH - LEFT - RIGHT - 16)

    def y(self, value: float) -> float:
        share = min(1.0, max(0.0, value / self.ceiling))
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _step(highest: float) -> float:
    """
    The least round number, of whole ones, that no more than so many of reach a value.

    >>> _step(3), _step(47), _step(120), _step(1204)
    (1.0, 10.0, 25.0, 250.0)
    """
    power = 10.0 ** max(0, math.floor(math.log10(max(1.0, highest / TICKS))))
    steps = (one * power for one in _NICE if (one * power).is_integer())
    return next(one for one in steps if one * TICKS >= highest)


def _grid(axes: _Axes, *, share: bool) -> Iterator[str]:
    right = WIDTH - RIGHT
    for tick in range(round(axes.ceiling / axes.step) + 1):
        value = axes.step * tick
        y = axes.y(value)
        label = f"{100 * value:g}%" if share else f"{value:g}"
        yield f'<path class="grid" d="M{LEFT} {y:.1f}H{right}"/>'
        yield f'<text class="tick" x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{label}</text>'
    for day, label in calendar(axes.first, axes.last):
        x = axes.x(day)
        yield f'<path class="grid" d="M{x:.1f} {HEIGHT - BOTTOM}v4"/>'
        yield (
            f'<text class="tick" x="{x:.1f}" y="{HEIGHT - BOTTOM + 17}" text-anchor="middle">'
            f"{label}</text>"
        )


def calendar(first: dt.date, last: dt.date) -> list[tuple[dt.date, str]]:
    """
    Days to be marked between two days, with what stands below them.

    >>> [label for _, label in calendar(dt.date(2016, 5, 1), dt.date(2020, 8, 19))]
    ['2017', '2018', '2019', '2020']
    >>> calendar(dt.date(2020, 8, 19), dt.date(2020, 8, 19))
    [(datetime.date(2020, 8, 19), '2020-08-19')]
    """
    for step in STEPS:
        found = [
            dt.date(month // 12, month % 12 + 1, 1)
            for month in range(first.year * 12, last.year * 12 + 12, step)
            if first <= dt.date(month // 12, month % 12 + 1, 1) <= last
        ]
        if 1 < len(found) <= TICKS:
            years = all(one.month == 1 for one in found)
            return [(one, f"{one:%Y}" if years else f"{one:%Y-%m}") for one in found]
    ends = dict.fromkeys([first, last])
    return [(one, one.isoformat()) for one in ends]


def _line(axes: _Axes, line: Line, number: int, aside: float) -> Iterator[str]:
    def place(dot: Dot) -> tuple[float, float]:
        return axes.x(dot.day) + aside, axes.y(dot.value)

    for before, after in pairwise(line.values):
        if before and after:
            (x, y), (to_x, to_y) = place(before), place(after)
            path = f"M{x:.1f} {y:.1f}L{to_x:.1f} {to_y:.1f}"
            yield f'<path class="line" stroke="{line.colour}" d="{path}"/>'
    for dot in line.dots:
        x, y = place(dot)
        if dot.lower is not None and dot.upper is not None:
            ends = f"M{x:.1f} {axes.y(dot.lower):.1f}V{axes.y(dot.upper):.1f}"
            yield f'<path class="interval" stroke="{line.colour}" d="{ends}"/>'
        yield f"{_mark(x, y, line.colour, number)}<title>{escape(dot.title)}</title></path>"


def _mark(x: float, y: float, colour: str, number: int) -> str:
    """A mark that differs from line to line: round, square, pointed, then round again."""
    shape = (
        "m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z",
        "m-3.2 -3.2h6.4v6.4h-6.4z",
        "m0 -4.4l4.2 7.4h-8.4z",
        "m0 -4.6l4.6 4.6l-4.6 4.6l-4.6 -4.6z",
    )[number % 4]
    return f'<path class="mark" fill="{colour}" d="M{x:.1f} {y:.1f}{shape}">'


def _labels(axes: _Axes, lines: Sequence[Line]) -> Iterator[str]:
    """Names at the ends of the lines, moved apart where they would stand on one another."""
    drawn = [line for line in lines if line.dots]
    order = sorted(drawn, key=lambda line: axes.y(line.dots[-1].value))
    places = [axes.y(line.dots[-1].value) + 4 for line in order]
    for above, at in pairwise(range(len(places))):
        places[at] = max(places[at], places[above] + APART)
    beyond = max(0.0, places[-1] - (HEIGHT - BOTTOM + 4)) if places else 0.0
    for at in reversed(range(len(places))):
        room = places[at + 1] - APART if at + 1 < len(places) else places[at] - beyond
        places[at] = min(places[at], room)
    for line, y in zip(order, places, strict=True):
        name = line.label if len(line.label) <= LETTERS else line.label[: LETTERS - 1] + "…"
        x = WIDTH - RIGHT + 10
        yield f"{_mark(x, y - 4, line.colour, lines.index(line))}</path>"
        yield f'<text class="name" x="{x + 8}" y="{y:.1f}">{escape(name)}</text>'
