"""Courses over time and peaks by infusion, one line per patient with the patient's name on it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from matplotlib.collections import LineCollection

from carreport.figures.canvas import FULL_WIDTH, POINTS_PER_MM, Canvas, on_paper, ticks
from carreport.figures.colours import MARKERS, PALETTE, PAPER, readable
from carreport.figures.patient_lines import lines_of
from carreport.figures.pieces import CAP_HEIGHT, clean, number, p_value, quoted, words
from carreport.figures.placing import Box, Obstacles, around, spread
from carreport.figures.scales import plain, put, scale
from carreport.figures.style import BODY, SMALL, width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from carreport.figures.patient_lines import Line
    from carreport.figures.scales import Scale
    from carreport.results import ListedResult, Results
    from carreport.study.settings import Course, FigureItem, Panel, Peaks, Settings

_LEFT, _RIGHT, _TOP, _AXES, _BELOW = 13.0, 3.0, 7.0, 58.0, 10.5
_WIDE: Final = 0.56
# Room for the points at zero, in points, and how much a dotted line is in a label's way.
_FLOOR: Final = 11.0
_DOTTED: Final = 0.2
# Names of more patients than this would cover their lines.
_NAMED_AT_MOST: Final = 40
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_FINE_DAYS: Final = (7, 14, 28, 30, 60, 90, 180, 365)


@dataclass(frozen=True, slots=True)
class _Ink:
    colour: str
    marker: str


def draw_course(item: FigureItem, results: Results, settings: Settings) -> tuple[Canvas, str]:
    """
    One panel per course or set of peaks; courses over time are wider.

    Returns:
        The drawing and what it shows, in words.
    """
    high = _TOP + _AXES + _BELOW
    rows = [item.panels[i : i + 2] for i in range(0, len(item.panels), 2)]
    canvas = Canvas(FULL_WIDTH, high * len(rows))
    found = [_listing(panel, results) for panel in item.panels]
    patients = dict.fromkeys(line.patient for one in found if one for line in lines_of(one))
    inks = {
        patient: _Ink(PALETTE[i % len(PALETTE)], MARKERS[i % len(MARKERS)])
        for i, patient in enumerate(patients)
    }
    told: list[str] = []
    for number_, row in enumerate(rows):
        left = 0.0
        for panel, across in zip(row, _widths(row), strict=True):
            at = len(told)
            box = (left + _LEFT, high * number_ + _TOP, across - _LEFT - _RIGHT, _AXES)
            ax = canvas.axes(*box, _LETTERS[at % 26])
            told.append(_panel(canvas, ax, panel, found[at], inks, results, settings))
            left += across
    return canvas, " ".join(told)


def _widths(row: Sequence[Panel]) -> list[float]:
    if len(row) == 1:
        return [FULL_WIDTH]
    shares = [_WIDE if panel.course else 1 - _WIDE for panel in row]
    return [FULL_WIDTH * share / sum(shares) for share in shares]


def _listing(panel: Panel, results: Results) -> ListedResult | None:
    id_ = f"{panel.course}.course" if panel.course else f"{panel.peaks}.peak"
    listing = results.listings.get(id_)
    return listing if listing and listing.rows else None


def _panel(
    canvas: Canvas,
    ax: Axes,
    panel: Panel,
    listing: ListedResult | None,
    inks: dict[str, _Ink],
    results: Results,
    settings: Settings,
) -> str:
    items: list[Course | Peaks] = [*settings.course, *settings.peaks]
    item = next((one for one in items if one.id in (panel.course, panel.peaks)), None)
    title = panel.title or (item.label if item else "")
    heading = [quoted(title, "semibold")]
    canvas.heading(ax, heading, left=(_LEFT - 1) * POINTS_PER_MM)
    if listing is None or item is None:
        canvas.empty(ax)
        return f"{clean(title)}: no data by this cutoff."
    lines = lines_of(listing)
    chosen = scale([value for line in lines for value in line.y], logarithmic=True)
    put(ax, chosen, results.house)
    _across(canvas, ax, lines, by_day=panel.course is not None)
    unit = f" ({clean(item.unit)})" if item.unit else ""
    canvas.write_up(ax, quoted(f"{item.analyte}{unit}"))
    name = f"{clean(title)}: values behind these points"
    drawn = []
    for i, line in enumerate(lines):
        places = _places(ax, line, chosen, (i + 0.5) / len(lines) - 0.5)
        drawn.append(places)
        for artist, rows in _draw(ax, line, inks[line.patient], places, _on_floor(line, chosen)):
            canvas.draws(artist, listing, rows=rows, name=name if rows else "")
    obstacles = Obstacles(canvas.frame(ax).grown(-1))
    tested = _paired(canvas, ax, panel, results, obstacles)
    named = lines if len(lines) <= _NAMED_AT_MOST else ()
    if named:
        by_day = panel.course is not None
        _names(canvas, named, drawn, inks, chosen, obstacles, results, by_day=by_day)
    told = [f"patient {clean(line.patient)}, highest {line.highest}" for line in named]
    return f"{clean(title)}{unit}: {'; '.join(['one line per patient', *told])}.{tested}"


def _across(canvas: Canvas, ax: Axes, lines: Sequence[Line], *, by_day: bool) -> None:
    first, last = min(line.x[0] for line in lines), max(line.x[-1] for line in lines)
    frame = canvas.frame(ax)
    if by_day:
        step = next((days for days in _FINE_DAYS if last / days <= 8), 365)
        low = min(first, 0.0)
        places = np.arange(low, last + step * 0.01, step).tolist()
        ax.set_xlim(low - (last - low) * 0.02, low + (last - low) * 1.03)
        says = "Days after infusion"
    else:
        places = np.arange(first, last + 1).tolist()
        ax.set_xlim(first - 0.8, last + 0.8)
        says = "Infusion"
    ticks(ax, "x", places, [plain(place) for place in places])
    middle = (frame.left + frame.right) / 2
    canvas.write(middle, frame.bottom - 21, [words(says)], size=BODY, anchor=0.5)


def _places(ax: Axes, line: Line, chosen: Scale, shift: float) -> np.ndarray:
    """
    Where a patient's values are, in points.

    Patients who are all at zero would hide each other, so that each has its own height there.
    """
    places = on_paper(ax, line.x, [chosen.place(value) for value in line.y])
    places[_on_floor(line, chosen), 1] += shift * _FLOOR
    return places


def _draw(
    ax: Axes, line: Line, ink: _Ink, places: np.ndarray, floor: np.ndarray
) -> Iterator[tuple[Artist, list[int]]]:
    """Line and points, with their rows; zeros hollow on their floor, reached by dotted lines."""
    heights = np.asarray(ax.transData.inverted().transform(places))[:, 1]
    for joined in _lines(ax, line.x, heights, floor, ink):
        yield joined, []
    for there, face, size in ((~floor, ink.colour, 4.0), (floor, PAPER, 3.0)):
        if there.any():
            (marks,) = ax.plot(
                np.array(line.x)[there],
                heights[there],
                linestyle="none",
                marker=ink.marker,
                markersize=size,
                markerfacecolor=face,
                markeredgecolor=ink.colour,
                markeredgewidth=0.7,
                zorder=3,
                clip_on=False,
            )
            yield marks, np.array(line.rows)[there].tolist()


def _lines(
    ax: Axes, x: Sequence[float], heights: np.ndarray, floor: np.ndarray, ink: _Ink
) -> Iterator[Artist]:
    """From each value to the next, dotted where one of them is on the floor."""
    points = np.column_stack([x, heights])
    dotted = floor[:-1] | floor[1:]
    turns = [0, *(np.flatnonzero(np.diff(dotted)) + 1).tolist(), len(dotted)]
    runs: dict[bool, list[np.ndarray]] = {False: [], True: []}
    for begin, end in pairwise(turns if len(dotted) else ()):
        runs[bool(dotted[begin])].append(points[begin : end + 1])
    for down, dash, thick in ((False, "-", 1.2), (True, (0, (0.8, 1.8)), 0.7)):
        if runs[down]:
            lines = LineCollection(
                runs[down], colors=ink.colour, linestyles=[dash], linewidths=thick, zorder=2
            )
            yield ax.add_collection(lines, autolim=False)


def _on_floor(line: Line, chosen: Scale) -> np.ndarray:
    return np.array([value == 0 and chosen.zero is not None for value in line.y])


def _names(
    canvas: Canvas,
    lines: Sequence[Line],
    drawn: Sequence[np.ndarray],
    inks: dict[str, _Ink],
    chosen: Scale,
    obstacles: Obstacles,
    results: Results,
    *,
    by_day: bool,
) -> None:
    """Each patient's name: by the peak of a course, at an end of a short line, where free."""
    choices, said = [], []
    for line, points in zip(lines, drawn, strict=True):
        floor = _on_floor(line, chosen)
        obstacles.add_line(points, np.where(floor[:-1] | floor[1:], _DOTTED, 1.0))
        for x, y in points:
            obstacles.add_box(Box(x - 2, y - 2, x + 2, y + 2))
        pieces = [words("Patient "), number(results[line.label])]
        across = sum(width(piece.text, piece.face, SMALL) for piece in pieces)
        order = sorted(range(len(line.y)), key=lambda i: -line.y[i])
        above = [i for i in order if not floor[i]] or order
        boxes = [
            [*around(points[i, 0], points[i, 1], across, SMALL * CAP_HEIGHT, 4.0)] for i in above
        ]
        last, first = above.index(max(above)), above.index(min(above))
        ends = [] if by_day else [boxes[last][0], boxes[first][1]]
        choices.append([*ends, *(box for some in boxes for box in some)])
        said.append(pieces)
    places = spread(choices, obstacles, margin=0.8)
    for line, pieces, (box, touched) in zip(lines, said, places, strict=True):
        if touched:
            canvas.clear(box.grown(0.6))
        canvas.write(box.left, box.bottom, pieces, colour=readable(inks[line.patient].colour))


def _paired(canvas: Canvas, ax: Axes, panel: Panel, results: Results, obstacles: Obstacles) -> str:
    """The signed-rank test of second against first peak, where there are pairs."""
    ids = [f"{panel.peaks}.{name}" for name in ("signedrank_p", "pairs")]
    if panel.peaks is None or any(id_ not in results for id_ in ids):
        return ""
    p, pairs = (results[id_] for id_ in ids)
    if not pairs.value:
        return ""
    frame = canvas.frame(ax)
    says = [
        words("Second against first: "),
        *p_value(p),
        words(", "),
        number(pairs),
        words(" pairs"),
    ]
    obstacles.add_box(canvas.write(frame.right - 1, frame.top - 6, says, anchor=1.0))
    return f" Second against first peak, signed-rank p: {p.display} in {pairs.display} pairs."
