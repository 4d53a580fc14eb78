"""One lane per patient from time zero to death or the last contact, with what happened on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from carreport.analyses.lanes import ENDS
from carreport.figures.canvas import FULL_WIDTH, POINTS_PER_MM, Canvas, on_paper, ticks
from carreport.figures.colours import FAINT, INK, PAPER, SOFT, mixed
from carreport.figures.groups import Group, all_groups
from carreport.figures.marks import Area
from carreport.figures.pieces import AXIS, CAP_HEIGHT, Piece, clean, number, quoted, room, words
from carreport.figures.placing import apart
from carreport.figures.scales import plain
from carreport.figures.style import BODY, SMALL, width
from carreport.study import schema
from carreport.study.lanes import lane_events
from carreport.units import DAYS_PER_MONTH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from matplotlib.axes import Axes

    from carreport.results import ListedResult, Results
    from carreport.study.settings import FigureItem, Settings

HIGHEST: Final = 206.0
"""A page holds a figure so high, in millimetres, with its caption."""
_ABOVE, _BELOW, _LEGEND_LINE = 8.0, 12.5, 4.4
_PITCH_AT_MOST: Final = 4.4
_PITCH_NAMED: Final = 3.1
"""Lanes closer than this leave no room for a name of readable size."""
_HEADER: Final = 1.25
"""Room of a group's name, in lanes."""
_NAMES_AT_MOST: Final = 48.0
_RIGHT: Final = 3.0
_BAR: Final = 0.46
_MARK: Final = 4.6
_SHORT_DAYS: Final = 75
_DAY_STEPS: Final = (1, 2, 5, 7, 10, 14, 28, 30, 50, 60, 100, 200, 250, 365, 500, 1000, 2000)
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
_FACES: Final = ("#d55e00", "#56b4e9", "#009e73", "#f0e442", "#cc79a7", "#0072b2")


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
class _Plan:
    """How lanes are laid out: slots of each column, how far apart, whether names are printed."""

    columns: tuple[tuple[Group | _Lane, ...], ...]
    pitch: float
    named: bool

    @property
    def high(self) -> float:
        return max(map(_slots, self.columns)) * self.pitch


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
    lines = _wrapped(legend, FULL_WIDTH * POINTS_PER_MM)
    fixed = _ABOVE + _BELOW + _LEGEND_LINE * len(lines)
    plan = _planned(lanes, HIGHEST - fixed)
    canvas = Canvas(FULL_WIDTH, fixed + plan.high)
    last = max(max([lane.days, *(one.day for one in lane.marks)]) for lane in lanes)
    left = _names_width(listing) if plan.named else 4.0
    across = FULL_WIDTH / len(plan.columns)
    for i, column in enumerate(plan.columns):
        down = _slots(column) * plan.pitch
        box = (across * i + left, _ABOVE, across - left - _RIGHT, down)
        ax = canvas.axes(*box, f"lanes {'ab'[i]}")
        _column(canvas, ax, column, plan, last, results, settings)
    _put_legend(canvas, lines)
    return canvas, _told(lanes, legend, plan, results, settings)


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


def _slots(column: Sequence[Group | _Lane]) -> float:
    return sum(1.0 if isinstance(one, _Lane) else _HEADER for one in column)


def _planned(lanes: Sequence[_Lane], high: float) -> _Plan:
    """One column with names, or two, or two without; lanes as far apart as the room allows."""
    for columns, named in ((1, True), (2, True), (2, False)):
        split = _split(lanes, columns)
        pitch = min(_PITCH_AT_MOST, high / max(map(_slots, split)))
        if not named or pitch >= _PITCH_NAMED:
            break
    return _Plan(split, pitch, named)


def _split(lanes: Sequence[_Lane], columns: int) -> tuple[tuple[Group | _Lane, ...], ...]:
    """Lanes in columns of about one length, each group's name above its first lane in each."""
    length = -(-len(lanes) // columns)
    found = []
    for begin in range(0, len(lanes), length):
        column: list[Group | _Lane] = []
        group = None
        for lane in lanes[begin : begin + length]:
            if lane.group.id and lane.group != group:
                column.append(lane.group)
                group = lane.group
            column.append(lane)
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
    column: Sequence[Group | _Lane],
    plan: _Plan,
    last: float,
    results: Results,
    settings: Settings,
) -> None:
    ax.set_xlim(0, max(last * 1.02, 1.0))
    ax.set_ylim(_slots(column), 0)
    ax.spines["left"].set_visible(False)
    ticks(ax, "y", [], [])
    _axes(canvas, ax, last, settings)
    listing = results.listing("disposition.lanes")
    placed: list[tuple[_Lane, float]] = []
    at = 0.0
    for one in column:
        if isinstance(one, _Lane):
            placed.append((one, at + 0.5))
            at += 1.0
        else:
            _group(canvas, ax, one, at, plan.pitch, results)
            at += _HEADER
    _bars(canvas, ax, placed, listing, plan)
    _events(canvas, ax, placed, plan, results)
    if plan.named:
        _patients(canvas, ax, placed, listing)


def _group(
    canvas: Canvas, ax: Axes, group: Group, at: float, pitch: float, results: Results
) -> None:
    """The group's name and size above its lanes, clear of their first marks."""
    left = canvas.frame(ax).left + 5
    if pitch * _HEADER < SMALL / POINTS_PER_MM * 0.8:
        return
    ((_, y),) = on_paper(ax, [0.0], [at + _HEADER * 0.8])
    says = [group.named("semibold")]
    enrolled = group.key("disposition.enrolled.n")
    if enrolled in results:
        says += [words(", "), words("n", "italic"), words(" = "), number(results[enrolled])]
    canvas.write(left, float(y), says, size=BODY, colour=group.ink)


def _axes(canvas: Canvas, ax: Axes, last: float, settings: Settings) -> None:
    """Months below and days above; pale lines lead through the lanes."""
    frame = canvas.frame(ax)
    across = frame.right - frame.left
    days = _ticks(last, _DAY_STEPS, across / 34)
    in_months = last > _SHORT_DAYS
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
        areas = [_about(ax, lane, at) for lane, at in own]
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


def _about(ax: Axes, lane: _Lane, at: float) -> Area:
    """The lane's place, as high as the lanes are apart."""
    x = (0.0, lane.days, lane.days, 0.0)
    return Area(lane.row, on_paper(ax, x, (at - 0.5, at - 0.5, at + 0.5, at + 0.5)))


def _size(plan: _Plan) -> float:
    return min(_MARK, plan.pitch * POINTS_PER_MM * 0.62)


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
        x, y, rows = zip(*found, strict=True)
        above = plan.pitch * POINTS_PER_MM * 0.30 if look is INFUSION else 0.0
        scale = (ax.get_ylim()[0] - ax.get_ylim()[1]) / (
            canvas.frame(ax).top - canvas.frame(ax).bottom
        )
        (marks_drawn,) = ax.plot(
            x,
            np.array(y) - above * scale,
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


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of the legend: a mark and what it means, in words and as it is told."""

    look: Look
    says: tuple[Piece, ...]
    told: str

    @property
    def width(self) -> float:
        return 9.0 + room(0, 0, self.says).right + 12.0


def _legend(results: Results, lanes: Sequence[_Lane], chosen: Mapping[str, Look]) -> list[_Entry]:
    """Marks that are in the figure, with the number of patients who have each."""
    entries = []
    drawn = {mark.look for lane in lanes for mark in lane.marks}
    if INFUSION in drawn:
        entries.append(_Entry(INFUSION, (words("Infusion"),), ""))
    kinds = results.listings.get("disposition.lane_kinds")
    for row, kind in enumerate(kinds.column("event") if kinds else ()):
        look = chosen.get(str(kind))
        if kinds and look and look in drawn:
            label, count = kinds.cell(row, "label"), kinds.cell(row, "patients")
            says = (number(label), words(" ("), number(count), words(")"))
            told = f"{clean(label.display)} in {count.display}"
            entries.append(_Entry(look, says, told))
    ends = {lane.end for lane in lanes}
    if ENDS[1] in ends:
        entries.append(_Entry(Look(ONGOING, SOFT), (words("Alive at last contact"),), ""))
    if ENDS[2] in ends:
        entries.append(_Entry(Look("|", INK), (words("Last record, not seen since"),), ""))
    return entries


def _wrapped(entries: Sequence[_Entry], wide: float) -> list[list[_Entry]]:
    lines: list[list[_Entry]] = []
    for entry in entries:
        if lines and sum(one.width for one in lines[-1]) + entry.width <= wide:
            lines[-1].append(entry)
        else:
            lines.append([entry])
    return lines


def _put_legend(canvas: Canvas, lines: Sequence[Sequence[_Entry]]) -> None:
    """Marks with their meaning, at the foot."""
    for n, line in enumerate(lines):
        y = (_LEGEND_LINE * (len(lines) - n - 1) + 1.2) * POINTS_PER_MM
        x = 4.0
        for entry in line:
            mark = Line2D(
                [x + 3],
                [y + SMALL * CAP_HEIGHT / 2],
                linestyle="none",
                marker=entry.look.marker,
                markersize=_MARK * entry.look.size,
                markerfacecolor=entry.look.face,
                markeredgecolor=INK,
                markeredgewidth=0.45,
                transform=canvas.points,
            )
            canvas.figure.add_artist(mark)
            canvas.write(x + 9, y, entry.says)
            x += entry.width


def _told(
    lanes: Sequence[_Lane],
    legend: Sequence[_Entry],
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
    marked = [entry.told for entry in legend if entry.told]
    second = f" Patients with a mark: {'; '.join(marked)}." if marked else ""
    alive = "An arrow ends the lane of a patient who was alive at the last contact."
    return f"{first}{second} {alive}{''.join(_stated(plan))}"


def _stated(plan: _Plan) -> Iterator[str]:
    yield " Marks that would cover each other stand side by side."
    if not plan.named:
        yield " There are too many lanes to print names beside them."
