"""One lane per patient from time zero to death or the last contact, with what happened on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from carreport.analyses.lanes import ENDS
from carreport.figures.canvas import FULL_WIDTH, HIGHEST, POINTS_PER_MM, Canvas, on_paper, ticks
from carreport.figures.colours import FAINT, INK, PAPER, SOFT, mixed
from carreport.figures.groups import Group, all_groups
from carreport.figures.legend import LINE, Entry, legend_lines, put_legend
from carreport.figures.marks import Area
from carreport.figures.pieces import (
    AXIS,
    CAP_HEIGHT,
    Piece,
    clean,
    number,
    quoted,
    room,
    shortened,
    words,
)
from carreport.figures.placing import apart
from carreport.figures.scales import plain
from carreport.figures.style import BODY, SMALL, width
from carreport.study import schema
from carreport.study.lanes import lane_events
from carreport.units import DAYS_PER_MONTH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from matplotlib.axes import Axes

    from carreport.results import ListedResult, Result, Results
    from carreport.study.settings import FigureItem, Settings

_ABOVE, _ABOVE_DAYS, _BELOW = 8.0, 1.0, 12.5
_PITCH_AT_MOST: Final = 4.4
_PITCH_NAMED: Final = 3.1
"""Lanes closer than this leave no room for a name of readable size."""
_HEADER: Final = 5.2
"""Room of a group's name, in millimetres."""
_NAMES_AT_MOST: Final = 48.0
_RIGHT: Final = 3.0
_BAR: Final = 0.46
_BESIDE_NAME: Final = 62.0
"""Points kept free beside a group's name: for its size, or that it goes on."""
_MARK, _MARK_AT_LEAST = 4.6, 1.2
_SHORT_DAYS: Final = 75
_DAY_STEPS: Final = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
_SHORT_STEPS: Final = (1, 2, 7, 14, 28)
_MONTH_STEPS: Final = (1, 2, 3, 6, 12, 24, 36, 60, 120)


@dataclass(frozen=True, slots=True)
class Look:
    """How a kind of event is marked; shape and fill alone tell all apart."""

    marker: str
    face: str
    size: float = 1.0


INFUSION: Final = Look("v", INK, 0.86)
DEATH: Final = Look("X", INK, 1.12)
ONGOING: Final = ">"
_SHAPES: Final = (("o", 1.0), ("s", 0.9), ("D", 0.84), ("^", 1.06), ("P", 1.12), ("*", 1.4))
# Okabe & Ito 2008, in an order in which neighbours differ also in lightness.
_FACES: Final = ("#d55e00", "#009e73", "#56b4e9", "#f0e442", "#cc79a7", "#0072b2")


@dataclass(frozen=True, slots=True)
class _Lane:
    """One patient: the row of the listing, the days followed, how that ended, what happened."""

    row: int
    patient: str
    group: Group
    days: float
    end: str
    marks: tuple[_Mark, ...]


@dataclass(frozen=True, slots=True)
class _Mark:
    """Something that happened on a day: its look, and the row of the listing it stands in."""

    look: Look
    listing: str
    row: int
    day: float


@dataclass(frozen=True, slots=True)
class _Head:
    """A group's name above its lanes, or above those that go on in a second column."""

    group: Group
    further: bool


@dataclass(frozen=True, slots=True)
class _Plan:
    """How lanes are laid out: slots of each column, how far apart, whether names are printed."""

    columns: tuple[tuple[_Head | _Lane, ...], ...]
    pitch: float
    named: bool
    headed: bool = True

    @property
    def high(self) -> float:
        return max(_high(column, self.pitch) for column in self.columns)


def looks(settings: Settings, item: FigureItem) -> dict[str, Look]:
    """The look of every kind of event a figure marks, by kind; filled first, then hollow."""
    kinds = [one.kind for one in item.events] or [one.kind for one in lane_events(settings)]
    living = [kind for kind in kinds if kind != schema.DEATH]
    found = {}
    for i, kind in enumerate(living):
        shape, size = _SHAPES[i % len(_SHAPES)]
        turn = i // len(_SHAPES)
        face = _FACES[i % len(_FACES)] if turn % 2 == 0 else PAPER
        found[kind] = Look(shape, face, size)
    return {kind: found.get(kind, DEATH) for kind in kinds}


def draw_swimmer(item: FigureItem, results: Results, settings: Settings) -> tuple[Canvas, str]:
    """
    Lanes by group, in each the longest on top; in two columns, then without names, where many.

    Returns:
        The drawing and what it shows, in words.
    """
    chosen = looks(settings, item)
    listing = results.listing("disposition.lanes")
    lanes = _lanes(listing, results, chosen, settings)
    legend = _legend(results, lanes, chosen)
    lines = legend_lines(legend, FULL_WIDTH)
    last = max(max([lane.days, *(one.day for one in lane.marks)]) for lane in lanes)
    above = _ABOVE if last > _SHORT_DAYS else _ABOVE_DAYS
    fixed = above + _BELOW + LINE * len(lines)
    plan = _planned(lanes, HIGHEST - fixed)
    canvas = Canvas(FULL_WIDTH, fixed + plan.high)
    left = _names_width(listing) if plan.named else 4.0
    across = FULL_WIDTH / len(plan.columns)
    for i, column in enumerate(plan.columns):
        box = (across * i + left, above, across - left - _RIGHT, plan.high)
        ax = canvas.axes(*box, f"lanes {'ab'[i]}")
        _column(canvas, ax, column, plan, last, results, settings)
    put_legend(canvas, lines)
    return canvas, _told(lanes, chosen, plan, results, settings)


def _lanes(
    listing: ListedResult, results: Results, chosen: Mapping[str, Look], settings: Settings
) -> list[_Lane]:
    """Every patient, by group in their order, the longest first."""
    groups = {group.id or "all": group for group in all_groups(settings)}
    marks = _marks(results, chosen)
    columns = [listing.column(name) for name in ("patient", "group", "days", "end")]
    lanes = [
        _Lane(row, str(patient), groups[str(group)], float(days or 0), str(end),
              tuple(marks.get(str(patient), ())))
        for row, (patient, group, days, end) in enumerate(zip(*columns, strict=True))
    ]  # fmt: skip
    order = {group.id: at for at, group in enumerate(groups.values())}
    return sorted(lanes, key=lambda lane: (order[lane.group.id], -lane.days))


def _marks(results: Results, chosen: Mapping[str, Look]) -> dict[str, list[_Mark]]:
    """What happened, by patient: infusions, then events, each kind in the figure's order."""
    found: dict[str, list[_Mark]] = {}
    sources = (("disposition.lane_infusions", ""), ("disposition.lane_events", "event"))
    for id_, column in sources:
        listing = results.listings.get(id_)
        if listing is None:
            continue
        kinds = listing.column(column) if column else [""] * len(listing.rows)
        days, patients = listing.column("days"), listing.column("patient")
        for row, kind in enumerate(kinds):
            look = chosen.get(str(kind)) if column else INFUSION
            if look is not None:
                mark = _Mark(look, id_, row, float(days[row] or 0))
                found.setdefault(str(patients[row]), []).append(mark)
    return found


def _high(column: Sequence[_Head | _Lane], pitch: float) -> float:
    """How high lanes so far apart and the groups' names above them are, in millimetres."""
    return sum(pitch if isinstance(one, _Lane) else _HEADER for one in column)


def _planned(lanes: Sequence[_Lane], high: float) -> _Plan:
    """
    One column with names, or two, or two without; lanes as far apart as the room allows.

    Where the groups' names alone would take more than half of it, they are left out.
    """
    for columns, named, headed in ((1, True, True), (2, True, True), (2, False, True)):
        split = _split(lanes, columns, headed=headed)
        pitch = _pitch(split, high)
        if named and pitch >= _PITCH_NAMED:
            return _Plan(split, pitch, named)
    headed = max(_high(column, 0.0) for column in split) <= high / 2
    split = split if headed else _split(lanes, columns, headed=False)
    return _Plan(split, _pitch(split, high), named=False, headed=headed)


def _pitch(split: Sequence[Sequence[_Head | _Lane]], high: float) -> float:
    """How far apart lanes can be so that no column is higher than that."""
    room = [(high - _high(one, 0.0), sum(isinstance(lane, _Lane) for lane in one)) for one in split]
    return min(_PITCH_AT_MOST, *(free / count for free, count in room))


def _split(
    lanes: Sequence[_Lane], columns: int, *, headed: bool
) -> tuple[tuple[_Head | _Lane, ...], ...]:
    """Lanes in columns of about one length, each group's name above its first lane in each."""
    length = -(-len(lanes) // columns)
    found = []
    for begin in range(0, len(lanes), length):
        column: list[_Head | _Lane] = []
        group = None
        for at in range(begin, min(begin + length, len(lanes))):
            if headed and lanes[at].group.id and lanes[at].group != group:
                group = lanes[at].group
                column.append(_Head(group, at > 0 and lanes[at - 1].group == group))
            column.append(lanes[at])
        found.append(tuple(column))
    return tuple(found)


def _names_width(listing: ListedResult) -> float:
    """Room for the longest name that is printed, in millimetres."""
    widths = [width(clean(str(one)), "regular", SMALL) for one in listing.column("patient")]
    longest = max(widths) / POINTS_PER_MM + 3.0
    return min(max(longest, 8.0), _NAMES_AT_MOST)


def _column(
    canvas: Canvas,
    ax: Axes,
    column: Sequence[_Head | _Lane],
    plan: _Plan,
    last: float,
    results: Results,
    settings: Settings,
) -> None:
    ax.set_xlim(0, max(last * 1.02, 1.0))
    ax.set_ylim(plan.high, 0)
    ax.spines["left"].set_visible(False)
    ticks(ax, "y", [], [])
    _axes(canvas, ax, last, settings)
    listing = results.listing("disposition.lanes")
    placed: list[tuple[_Lane, float]] = []
    at = 0.0
    for one in column:
        if isinstance(one, _Lane):
            placed.append((one, at + plan.pitch / 2))
            at += plan.pitch
        else:
            _group(canvas, ax, one, at, results)
            at += _HEADER
    _bars(canvas, ax, placed, listing, plan)
    _events(canvas, ax, placed, plan, results)
    if plan.named:
        _patients(canvas, ax, placed, listing)


def _group(canvas: Canvas, ax: Axes, head: _Head, at: float, results: Results) -> None:
    """The group's name and size above its lanes, clear of their first marks."""
    left = canvas.frame(ax).left + 5
    ((_, y),) = on_paper(ax, [0.0], [at + _HEADER - 1.2])
    group = head.group
    across = canvas.frame(ax).right - left - _BESIDE_NAME
    says = [shortened(group.named("semibold"), across, BODY)]
    enrolled = group.key("disposition.enrolled.n")
    if head.further:
        says.append(words(", continued"))
    elif enrolled in results:
        says += [words(", "), words("n", "italic"), words(" = "), number(results[enrolled])]
    canvas.write(left, float(y), says, size=BODY, colour=group.ink)


def _axes(canvas: Canvas, ax: Axes, last: float, settings: Settings) -> None:
    """Months below and days above; pale lines lead through the lanes."""
    frame = canvas.frame(ax)
    across = frame.right - frame.left
    in_months = last > _SHORT_DAYS
    days = _ticks(last, _DAY_STEPS if in_months else _SHORT_STEPS, across / 34)
    months = _ticks(last / DAYS_PER_MONTH, _MONTH_STEPS, across / 24) if in_months else []
    below = [month * DAYS_PER_MONTH for month in months] if in_months else days
    ticks(ax, "x", below, [plain(one) for one in (months if in_months else days)])
    ax.vlines(below, 0, ax.get_ylim()[0], color=FAINT, linewidth=0.35, zorder=0)
    middle = (frame.left + frame.right) / 2
    unit = "Months" if in_months else "Days"
    start = [words(f"{unit} from "), quoted(settings.study.start_label)]
    canvas.write(middle, frame.bottom - 21, start, size=BODY, anchor=0.5)
    if in_months:
        for day in days:
            x = float(ax.transData.transform((day, 0))[0])
            _rule(canvas, (x, x), (frame.top, frame.top + 2.6))
            canvas.write(x, frame.top + 5.2, [Piece(plain(day), AXIS)], anchor=0.5, colour=SOFT)
        _rule(canvas, (frame.left, frame.right), (frame.top, frame.top))
        canvas.write(middle, frame.top + 14.5, [words("Days")], colour=SOFT, anchor=0.5)


def _rule(canvas: Canvas, x: tuple[float, float], y: tuple[float, float]) -> None:
    line = Line2D(x, y, linewidth=0.5, color=SOFT, transform=canvas.points)
    canvas.figure.add_artist(line)


def _ticks(last: float, steps: Sequence[int], enough: float) -> list[float]:
    step = next((one for one in steps if last / one <= enough), 10 * steps[-1])
    return [float(at) for at in range(0, int(last) + 1, step)]


def _bars(
    canvas: Canvas,
    ax: Axes,
    placed: Sequence[tuple[_Lane, float]],
    listing: ListedResult,
    plan: _Plan,
) -> None:
    """Each lane from time zero to its end; an arrow where the patient was alive then."""
    thick = plan.pitch * POINTS_PER_MM * _BAR
    for group in dict.fromkeys(lane.group for lane, _ in placed):
        own = [(lane, at) for lane, at in placed if lane.group == group]
        bars = LineCollection(
            [[(0, at), (lane.days, at)] for lane, at in own],
            colors=mixed(group.colour, PAPER, 0.55),
            linewidths=thick,
            zorder=1,
        )
        bars.set_clip_on(False)
        ax.add_collection(bars, autolim=False)
        name = f"{clean(group.label)}: how long each patient was followed"
        areas = [_about(ax, lane, at, plan.pitch / 2) for lane, at in own]
        canvas.draws(bars, listing, areas=areas, name=name)
    for end, marker, face in ((ENDS[1], ONGOING, None), (ENDS[2], "|", INK)):
        for group in dict.fromkeys(lane.group for lane, _ in placed):
            own = [(lane, at) for lane, at in placed if lane.group == group and lane.end == end]
            if not own:
                continue
            (arrows,) = ax.plot(
                [lane.days for lane, _ in own],
                [at for _, at in own],
                linestyle="none",
                marker=marker,
                markersize=max(_size(plan) * (1.0 if face is None else 1.2), 1.0),
                markerfacecolor=face or group.colour,
                markeredgecolor=face or group.colour,
                markeredgewidth=0.3,
                zorder=2,
                clip_on=False,
            )
            canvas.draws(arrows, listing, rows=[lane.row for lane, _ in own])


def _about(ax: Axes, lane: _Lane, at: float, half: float) -> Area:
    """The lane's place, as high as the lanes are apart."""
    x = (0.0, lane.days, lane.days, 0.0)
    return Area(lane.row, on_paper(ax, x, (at - half, at - half, at + half, at + half)))


def _size(plan: _Plan) -> float:
    return max(min(_MARK, plan.pitch * POINTS_PER_MM * 0.62), _MARK_AT_LEAST)


def _events(
    canvas: Canvas,
    ax: Axes,
    placed: Sequence[tuple[_Lane, float]],
    plan: _Plan,
    results: Results,
) -> None:
    """Marks on the lanes, one artist per kind; on one lane none covers another."""
    size = _size(plan)
    points: dict[tuple[str, Look], list[tuple[float, float, int]]] = {}
    back = ax.transData.inverted()
    for lane, at in placed:
        marks = sorted(lane.marks, key=lambda one: one.day)
        if not marks:
            continue
        where = on_paper(ax, [one.day for one in marks], [at] * len(marks))
        # Infusions point from above the bar, so they share a place with what happens on it.
        for pointing in (True, False):
            some = [i for i, one in enumerate(marks) if (one.look is INFUSION) == pointing]
            spread = apart([float(where[i, 0]) for i in some], size * 0.95)
            for i, x in zip(some, spread, strict=True):
                day = float(back.transform((x, where[i, 1]))[0])
                mark = marks[i]
                points.setdefault((mark.listing, mark.look), []).append((day, at, mark.row))
    for (listing, look), found in points.items():
        days, heights, rows = zip(*found, strict=True)
        above = plan.pitch * 0.3 if look is INFUSION else 0.0
        (marks_drawn,) = ax.plot(
            days,
            np.array(heights) - above,
            linestyle="none",
            marker=look.marker,
            markersize=size * look.size,
            markerfacecolor=look.face,
            markeredgecolor=PAPER if look in (INFUSION, DEATH) else INK,
            markeredgewidth=0.45 if size > 2 else 0.15,
            zorder=4 if look is DEATH else 3,
            clip_on=False,
        )
        name = "infusions" if look is INFUSION else "what happened to each patient"
        canvas.draws(marks_drawn, results.listing(listing), rows=rows, name=f"Lanes: {name}")


def _patients(
    canvas: Canvas, ax: Axes, placed: Sequence[tuple[_Lane, float]], listing: ListedResult
) -> None:
    """Each patient's name before the lane, unless it is longer than the room for names."""
    left = canvas.frame(ax).left - 4.5
    for lane, at in placed:
        ((_, y),) = on_paper(ax, [0.0], [at])
        says = [number(listing.cell(lane.row, "patient"))]
        if room(0, 0, says).right <= _NAMES_AT_MOST * POINTS_PER_MM - 4:
            canvas.write(left, float(y) - SMALL * CAP_HEIGHT / 2, says, anchor=1.0)


def _legend(results: Results, lanes: Sequence[_Lane], chosen: Mapping[str, Look]) -> list[Entry]:
    """Marks that are in the figure, with the number of patients who have each."""
    drawn = {mark.look for lane in lanes for mark in lane.marks}
    entries = [Entry((words("Infusion"),), _sample(INFUSION))] if INFUSION in drawn else []
    for label, count, look in _kinds(results, chosen):
        if look in drawn:
            says = (number(label), words(" ("), number(count), words(")"))
            entries.append(Entry(says, _sample(look)))
    ends = {lane.end for lane in lanes}
    if ENDS[1] in ends:
        entries.append(Entry((words("Alive at last contact"),), _sample(Look(ONGOING, SOFT))))
    if ENDS[2] in ends:
        entries.append(Entry((words("Last record, not seen since"),), _sample(Look("|", INK))))
    return entries


def _kinds(results: Results, chosen: Mapping[str, Look]) -> Iterator[tuple[Result, Result, Look]]:
    """What each kind is called, how many patients have it, and its look."""
    listing = results.listings.get("disposition.lane_kinds")
    for row, kind in enumerate(listing.column("event") if listing else ()):
        if listing and (look := chosen.get(str(kind))):
            yield listing.cell(row, "label"), listing.cell(row, "patients"), look


def _sample(look: Look) -> dict[str, Any]:
    return {
        "linestyle": "none",
        "marker": look.marker,
        "markersize": _MARK * look.size,
        "markerfacecolor": look.face,
        "markeredgecolor": INK,
        "markeredgewidth": 0.45,
    }


def _told(
    lanes: Sequence[_Lane],
    chosen: Mapping[str, Look],
    plan: _Plan,
    results: Results,
    settings: Settings,
) -> str:
    everybody = results["disposition.enrolled.n"]
    start = clean(settings.study.start_label)
    size = f"{everybody.display} {everybody.unit.spell(everybody.display)}"
    parts = [f"One lane per patient from {start} to death or the last contact: {size}"]
    grouped = [group for group in dict.fromkeys(lane.group for lane in lanes) if group.id]
    if grouped:
        sizes = [
            f"{clean(one.label)} {results[one.key('disposition.enrolled.n')].display}"
            for one in grouped
        ]
        parts.append(f"by group ({', '.join(sizes)})")
    listing = results.listing("disposition.lanes")
    longest = max(lanes, key=lambda lane: lane.days)
    days = listing.cell(longest.row, "days")
    first = ", ".join(parts) + (
        f". The longest lane is on top{' of each group' if grouped else ''}; the longest of all, of "
        f"patient {clean(longest.patient)}, is {days.display} {days.unit.spell(days.display)}."
    )
    marked = [
        f"{clean(label.display)} in {count.display}"
        for label, count, _ in _kinds(results, chosen)
        if count.value
    ]
    second = f" Patients with a mark: {'; '.join(marked)}." if marked else ""
    alive = "An arrow ends the lane of a patient who was alive at the last contact."
    return f"{first}{second} {alive}{''.join(_stated(plan))}"


def _stated(plan: _Plan) -> Iterator[str]:
    yield " Marks that would cover each other stand side by side."
    if not plan.named:
        yield " There are too many lanes to print names beside them."
    if not plan.headed:
        yield " There are too many groups to print their names above their lanes."
