"""Analytes by day after each infusion: a line per patient, and the medians of each group."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from carreport.figures.canvas import FULL_WIDTH, POINTS_PER_MM, Canvas, ticks
from carreport.figures.colours import PAPER, mixed
from carreport.figures.groups import all_groups
from carreport.figures.pieces import CAP_HEIGHT, clean, number, quoted, room, words
from carreport.figures.scales import plain, put, scale
from carreport.figures.style import BODY, SMALL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from carreport.figures.groups import Group
    from carreport.figures.pieces import Piece
    from carreport.figures.scales import Scale
    from carreport.results import ListedResult, Results
    from carreport.study.settings import Analyte, FigureItem, Settings

COLUMNS: Final = 3
PANELS_AT_MOST: Final = 9
_LEFT, _RIGHT, _TOP, _AXES, _BELOW = 14.0, 2.0, 7.5, 42.0, 11.0
_LEGEND: Final = 5.0
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_STEPS: Final = (1, 2, 7, 14, 28, 60, 90, 180, 365, 730)
_MEDIANS_FROM: Final = 3
"""A median of fewer patients than this is one of them."""
_PATIENTS_FROM: Final = 2
"""A later infusion followed in fewer patients has no panel of its own."""


@dataclass(frozen=True, slots=True)
class Course:
    """One panel: an analyte after one infusion."""

    analyte: Analyte
    infusion: float
    letter: str


@dataclass(frozen=True, slots=True)
class _Patient:
    """One patient's values: rows of the listing, days and values, ascending."""

    rows: tuple[int, ...]
    days: tuple[float, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Medians:
    """A group's medians by day, on days with enough patients."""

    listing: ListedResult
    rows: tuple[int, ...]
    days: tuple[float, ...]
    values: tuple[float, ...]


def courses(names: Sequence[str | None], results: Results, settings: Settings) -> list[Course]:
    """
    The panels these analytes have: one for each infusion that was followed.

    A later infusion needs two patients with values; one analyte measured is drawn once, however
    many values per patient study.toml makes of it.

    Args:
        names: Ids of [[analyte]].
        results: Every number and listing of the build.
        settings: The study's settings.
    """
    by_id = {one.id: one for one in settings.analyte}
    found: dict[str, Analyte] = {}
    for name in names:
        if name in by_id:
            found.setdefault(by_id[name].analyte, by_id[name])
    followed = [
        (analyte, infusion)
        for analyte in found.values()
        for infusion in _infusions(analyte, results, settings)
    ]
    return [
        Course(analyte, infusion, _LETTERS[i % PANELS_AT_MOST])
        for i, (analyte, infusion) in enumerate(followed)
    ]


def _infusions(analyte: Analyte, results: Results, settings: Settings) -> list[float]:
    """Infusions with a panel, ascending."""
    patients: dict[float, float] = {}
    for group in all_groups(settings):
        listing = results.listings.get(group.key(f"biomarkers.{analyte.id}.by_day"))
        if listing is None:
            continue
        most: dict[float, float] = {}
        for infusion, n in zip(listing.column("infusion"), listing.column("n"), strict=True):
            number_ = float(infusion or 0)
            most[number_] = max(most.get(number_, 0.0), float(n or 0))
        for number_, n in most.items():
            patients[number_] = patients.get(number_, 0.0) + n
    first = min(patients, default=0.0)
    return [one for one in sorted(patients) if one == first or patients[one] >= _PATIENTS_FROM]


def draw_kinetics(item: FigureItem, results: Results, settings: Settings) -> tuple[Canvas, str]:
    """
    Small multiples, three in a row: analytes one after the other, their infusions in order.

    Returns:
        The drawing and what it shows, in words.
    """
    return draw_courses(
        courses([one.analyte for one in item.panels], results, settings), results, settings
    )


def draw_courses(
    panels: Sequence[Course], results: Results, settings: Settings
) -> tuple[Canvas, str]:
    """The panels of one figure; see `courses`."""
    cell = FULL_WIDTH / COLUMNS
    high = _TOP + _AXES + _BELOW
    rows = max(-(-len(panels) // COLUMNS), 1)
    canvas = Canvas(FULL_WIDTH, high * rows + _LEGEND)
    groups = all_groups(settings)
    drawn = []
    for i, panel in enumerate(panels):
        left, top = cell * (i % COLUMNS), high * (i // COLUMNS)
        box = (left + _LEFT, top + _TOP, cell - _LEFT - _RIGHT, _AXES)
        drawn.append(_Panel(canvas, canvas.axes(*box, panel.letter), panel, groups, results))
    there = {group for one in drawn for group in one.groups}
    if drawn:
        hollow = any(one.hollow for one in drawn)
        _legend(canvas, [group for group in groups if group in there], hollow=hollow)
    return canvas, " ".join(one.told for one in drawn) or "No data by this cutoff."


class _Panel:
    """One panel being drawn."""

    def __init__(
        self, canvas: Canvas, ax: Axes, panel: Course, groups: Sequence[Group], results: Results
    ) -> None:
        self._canvas, self._ax, self._panel, self._results = canvas, ax, panel, results
        self._patients = self._listed()
        medians = [(group, self._medians(group)) for group in groups]
        self._groups = [(group, one) for group, one in medians if one is not None]
        self.hollow = False
        self.told = self._draw()

    @property
    def groups(self) -> list[Group]:
        """Groups with values in the panel."""
        return [group for group, _ in self._groups]

    def _listed(self) -> dict[str, list[_Patient]]:
        """Patients' values after this infusion, by group."""
        listing = self._results.listings.get(f"biomarkers.{self._panel.analyte.id}.course")
        found: dict[str, list[_Patient]] = {}
        if listing is None:
            return found
        columns = ("patient", "infusion", "day", "group", "value")
        cells = zip(*(listing.column(name) for name in columns), strict=True)
        rows = [
            (str(patient), str(group), row, float(day or 0), float(value or 0))
            for row, (patient, infusion, day, group, value) in enumerate(cells)
            if infusion == self._panel.infusion and value is not None
        ]
        for (_, group), own in groupby(rows, key=lambda one: one[:2]):
            _, _, at, days, values = zip(*own, strict=True)
            found.setdefault(group, []).append(_Patient(at, days, values))
        return found

    def _medians(self, group: Group) -> _Medians | None:
        listing = self._results.listings.get(
            group.key(f"biomarkers.{self._panel.analyte.id}.by_day")
        )
        if listing is None:
            return None
        columns = ("infusion", "day", "n", "median")
        cells = zip(*(listing.column(name) for name in columns), strict=True)
        own = [
            (row, float(day or 0), float(median or 0), float(n or 0))
            for row, (infusion, day, n, median) in enumerate(cells)
            if infusion == self._panel.infusion and median is not None
        ]
        if not own:
            return None
        enough = [one for one in own if one[3] >= _MEDIANS_FROM] or (
            own if (group.id or "all") not in self._patients else []
        )
        rows, days, values, _ = zip(*enough, strict=True) if enough else ((), (), (), ())
        return _Medians(listing, rows, days, values)

    def _draw(self) -> str:
        ax, canvas, analyte = self._ax, self._canvas, self._panel.analyte
        self._heading()
        values = [v for some in self._patients.values() for one in some for v in one.values]
        values += [v for _, one in self._groups for v in one.values]
        days = [d for some in self._patients.values() for one in some for d in one.days]
        days += [d for _, one in self._groups for d in one.days]
        chosen = scale(values, logarithmic=analyte.log)
        self._across(days)
        put(ax, chosen)
        unit = f" ({clean(analyte.unit)})" if analyte.unit else ""
        canvas.write_up(ax, quoted(f"{analyte.analyte}{unit}"))
        for group, _ in self._groups:
            self._lines(group, chosen)
        for group, medians in self._groups:
            self._middle(group, medians, chosen)
        return self._said(unit)

    def _heading(self) -> None:
        """The analyte, and which infusion, read off the listing."""
        analyte = self._panel.analyte
        _, first = self._groups[0]
        row = first.listing.column("infusion").index(self._panel.infusion)
        infusion = number(first.listing.cell(row, "infusion"), "semibold")
        says = [quoted(analyte.analyte, "semibold"), words(", infusion ", "semibold"), infusion]
        self._canvas.heading(self._ax, says, left=(_LEFT - 1) * POINTS_PER_MM)

    def _across(self, days: Sequence[float]) -> None:
        ax, canvas = self._ax, self._canvas
        low, high = min([0.0, *days]), max(days)
        high = max(high, low + 1)
        step = next((one for one in _STEPS if (high - low) / one <= 7), 365)
        ax.set_xlim(low - (high - low) * 0.03, high + (high - low) * 0.03)
        places = [float(at) for at in range(-(-int(low) // step) * step, int(high) + 1, step)]
        ticks(ax, "x", places, [plain(at) for at in places])
        frame = canvas.frame(ax)
        middle = (frame.left + frame.right) / 2
        canvas.write(
            middle, frame.bottom - 20, [words("Days after infusion")], size=BODY, anchor=0.5
        )

    def _lines(self, group: Group, chosen: Scale) -> None:
        """A thin line and a small mark for each value of each patient; zeros hollow."""
        patients = self._patients.get(group.id or "all", [])
        listing = self._results.listings.get(f"biomarkers.{self._panel.analyte.id}.course")
        if not patients or listing is None:
            return
        colour = mixed(group.colour, PAPER, 0.45)
        lines = [
            np.column_stack([one.days, [chosen.place(value) for value in one.values]])
            for one in patients
            if len(one.days) > 1
        ]
        if lines:
            drawn = LineCollection(lines, colors=colour, linewidths=0.5, zorder=2)
            self._canvas.draws(self._ax.add_collection(drawn, autolim=False), listing)
        points = [
            (day, value, row)
            for one in patients
            for day, value, row in zip(one.days, one.values, one.rows, strict=True)
        ]
        for floor in (False, True):
            some = [one for one in points if (one[1] == 0 and chosen.zero is not None) == floor]
            if not some:
                continue
            self.hollow = self.hollow or floor
            days, values, rows = zip(*some, strict=True)
            (marks,) = self._ax.plot(
                days,
                [chosen.place(value) for value in values],
                linestyle="none",
                marker=group.marker,
                markersize=2.0,
                markerfacecolor=PAPER if floor else colour,
                markeredgecolor=colour,
                markeredgewidth=0.4 if floor else 0.0,
                zorder=2.5,
                clip_on=False,
            )
            name = f"{clean(self._panel.analyte.analyte)}, {clean(group.label)}: patients' values"
            self._canvas.draws(marks, listing, rows=rows, name=name)

    def _middle(self, group: Group, medians: _Medians, chosen: Scale) -> None:
        """The medians, thick, on days with enough patients."""
        if not medians.rows:
            return
        (line,) = self._ax.plot(
            medians.days,
            [chosen.place(value) for value in medians.values],
            color=group.colour,
            linewidth=1.4,
            marker=group.marker,
            markersize=3.2,
            markeredgecolor=PAPER,
            markeredgewidth=0.4,
            zorder=4,
            clip_on=False,
        )
        name = f"{clean(self._panel.analyte.analyte)}, {clean(group.label)}: medians by day"
        self._canvas.draws(line, medians.listing, rows=medians.rows, name=name)

    def _said(self, unit: str) -> str:
        parts = []
        for group, medians in self._groups:
            if not medians.rows:
                continue
            at = max(
                medians.rows, key=lambda row: float(medians.listing.column("median")[row] or 0)
            )
            median, day = (medians.listing.cell(at, name) for name in ("median", "day"))
            parts.append(
                f"{clean(group.label)}, highest median {median.display} on day {day.display}"
            )
        what = f"{clean(self._panel.analyte.analyte)} after infusion {plain(self._panel.infusion)}"
        lines = "one line per patient" if self._patients else "medians by day"
        return f"{what}{unit}: {'; '.join([lines, *parts])}."


def _legend(canvas: Canvas, groups: Sequence[Group], *, hollow: bool) -> None:
    """Which line is whose, and what a hollow mark is, at the foot."""
    y = 1.4 * POINTS_PER_MM
    x = 4.0
    for group in groups:
        _sample(canvas, x, y, group)
        says = [group.named()]
        canvas.write(x + 18, y, says, colour=group.ink)
        x += 18 + room(0, 0, says).right + 14
    explained: list[Piece] = [words("Thick: median of three or more patients. Thin: one patient.")]
    if hollow:
        explained.append(words(" Hollow: zero."))
    canvas.write(FULL_WIDTH * POINTS_PER_MM - 4, y, explained, anchor=1.0)


def _sample(canvas: Canvas, x: float, y: float, group: Group) -> None:
    line = Line2D(
        [x, x + 7, x + 14],
        [y + SMALL * CAP_HEIGHT / 2] * 3,
        linewidth=1.4,
        color=group.colour,
        marker=group.marker,
        markersize=3.2,
        markeredgecolor=PAPER,
        markeredgewidth=0.4,
        markevery=[1],
        transform=canvas.points,
    )
    canvas.figure.add_artist(line)
