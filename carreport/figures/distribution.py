"""Grades as stacked shares, and measurements with every patient a point over a box."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from carreport.figures.canvas import FULL_WIDTH, PITCH, POINTS_PER_MM, Canvas, on_paper, ticks
from carreport.figures.colours import INK, PAPER, mixed
from carreport.figures.grades import draw_grades
from carreport.figures.groups import Group, drawn_groups, size_of
from carreport.figures.marks import Area
from carreport.figures.pieces import (
    CAP_HEIGHT,
    clean,
    estimated,
    number,
    p_value,
    quoted,
    quoted_lines,
    words,
)
from carreport.figures.scales import put, scale
from carreport.figures.style import HEADING, SMALL
from carreport.figures.swarm import packed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from carreport.figures.pieces import Piece
    from carreport.figures.scales import Scale
    from carreport.results import ListedResult, Results
    from carreport.study.settings import Analyte, FigureItem, Panel, Settings

_COLUMNS: Final = {1: 4, 2: 4, 3: 3, 4: 2, 5: 2, 6: 2}
"""Panels side by side, by how many groups each shows; with more groups one."""
_LEFT, _RIGHT, _TOP, _AXES, _BELOW = 12.5, 1.5, 6.5, 41.0, 12.5
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_LEGEND: Final = 7.0
_FOOT_LINES: Final = 2
"""Lines of a group's name that there is room for below every panel."""
# How far from the middle of its place a point may stand, and its white rim, as shares.
_SWARM: Final = 0.46
_RIM: Final = 0.35 / 3.4
# Points smaller than this lie so close that a box under them is not seen.
_SMALL_POINT: Final = 1.5
# Width of a box, as a share of its place; fewer patients than this need none.
_BOX: Final = 0.56
_BOX_FROM: Final = 3
# Of more patients than this a group's points are a sample, of so many.
_MOST_POINTS: Final = 600
_POINTS: Final = 200


def draw_distribution(item: FigureItem, results: Results, settings: Settings) -> tuple[Canvas, str]:
    """
    One panel per grading or analyte, four in a row.

    Returns:
        The drawing and what it shows, in words.
    """
    groups = drawn_groups(settings)
    abreast = panels_abreast(settings)
    columns = min(abreast, len(item.panels))
    cell = FULL_WIDTH / abreast
    lines = max([1, *(len(_title(panel, cell)) for panel in item.panels)])
    above = _TOP + (lines - 1) * HEADING * PITCH / POINTS_PER_MM
    high = above + _AXES + _BELOW + _more_feet(groups, cell)
    canvas = Canvas(cell * columns, high * -(-len(item.panels) // columns))
    told = []
    for i, panel in enumerate(item.panels):
        left, top = cell * (i % columns), high * (i // columns)
        across = cell - _LEFT - _RIGHT - (_LEGEND if panel.grading else 0)
        ax = canvas.axes(left + _LEFT, top + above, across, _AXES, _LETTERS[i % 26])
        _heading(canvas, ax, panel, lines, cell)
        told.append(_panel(canvas, ax, panel, groups, results, settings))
    return canvas, " ".join(told)


def panels_abreast(settings: Settings) -> int:
    """How many panels stand side by side: fewer where each has more groups."""
    return _COLUMNS.get(len(drawn_groups(settings)), 1)


def _more_feet(groups: Sequence[Group], cell: float) -> float:
    """Millimetres that the groups' names take beyond two lines."""
    lines = max(len(_foot(group, _slot(cell, len(groups)))) for group in groups)
    return max(lines - _FOOT_LINES, 0) * SMALL * 1.2 / POINTS_PER_MM


def _slot(cell: float, groups: int) -> float:
    """Room of one group below a panel *cell* millimetres wide, in points."""
    return (cell - _LEFT - _RIGHT - _LEGEND) * POINTS_PER_MM / groups


def _foot(group: Group, slot: float) -> tuple[Piece, ...]:
    """The lines of a group's name."""
    if not group.id:
        return (words(group.label),)
    return quoted_lines(group.label, slot - 2, SMALL)


def _title(panel: Panel, cell: float) -> tuple[Piece, ...]:
    """The title's lines, no wider than the panel's place."""
    room = (cell - 6) * POINTS_PER_MM
    return quoted_lines(panel.title, room, HEADING, "semibold") if panel.title else ()


def _heading(canvas: Canvas, ax: Axes, panel: Panel, lines: int, cell: float) -> None:
    """The letter and the title; all letters as high as the longest title needs."""
    first, more = _title(panel, cell)[:1], _title(panel, cell)[1:]
    canvas.heading(ax, first, left=(_LEFT - 1) * POINTS_PER_MM, more=more, lines=lines)


def _panel(
    canvas: Canvas,
    ax: Axes,
    panel: Panel,
    groups: Sequence[Group],
    results: Results,
    settings: Settings,
) -> str:
    grading = next((one for one in settings.grading if one.id == panel.grading), None)
    analyte = next((one for one in settings.analyte if one.id == panel.analyte), None)
    title = panel.title or (analyte.label if analyte else grading.label if grading else "")
    base = f"biomarkers.{analyte.id}" if analyte else grading.id if grading else ""
    there = [group for group in groups if _counted(results, group.key(f"{base}.n"))]
    if not there:
        canvas.empty(ax)
        return f"{clean(title)}: no data by this cutoff."
    if grading:
        told = draw_grades(canvas, ax, grading, there, results)
        canvas.write_up(ax, words("Patients (%)"))
    else:
        assert analyte is not None  # noqa: S101 - base is empty without one
        told = _analyte(canvas, ax, analyte, there, results, titled=bool(panel.title))
    _feet(canvas, ax, base, there, results)
    tests = _tests(canvas, ax, base, results, explain=grading is not None)
    return f"{clean(title)}: {told}.{tests}"


def _counted(results: Results, id_: str) -> bool:
    return id_ in results and bool(results[id_].value)


def _analyte(
    canvas: Canvas,
    ax: Axes,
    analyte: Analyte,
    groups: Sequence[Group],
    results: Results,
    *,
    titled: bool,
) -> str:
    base = f"biomarkers.{analyte.id}"
    listings = {
        group.id: results.listings[id_]
        for group in groups
        if (id_ := group.key(f"{base}.values")) in results.listings
    }
    values = [v for listing in listings.values() for v in _values(listing).values()]
    chosen = scale(values or [0.0, 1.0], logarithmic=analyte.log)
    ax.set_xlim(-0.5, len(groups) - 0.5)
    put(ax, chosen, results.house)
    name = clean(analyte.label)
    many = _patients(canvas, ax, groups, listings, chosen, name) < _SMALL_POINT
    told = []
    for at, group in enumerate(groups):
        if group.id in listings and len(listings[group.id].rows) >= _BOX_FROM:
            _box(canvas, ax, at, group, base, results, chosen, over=many)
        median = group.key(f"{base}.median")
        if median in results:
            told.append(f"{clean(group.label)}, median {results[median].display}")
    unit = clean(analyte.unit)
    unlabelled = unit if titled else clean(analyte.label) + (f" ({unit})" if unit else "")
    some = any(len(listing.rows) > _MOST_POINTS for listing in listings.values())
    canvas.write_up(ax, quoted(unlabelled))
    sampled = "; points are some of the patients, evenly by rank" if some else ""
    return "; ".join(told) + (f" ({unit})" if unit else "") + sampled


def _values(listing: ListedResult) -> dict[int, float]:
    """Values by row, where there is one."""
    values = enumerate(listing.column("value"))
    return {row: float(value) for row, value in values if value is not None}


def _drawn(listing: ListedResult) -> dict[int, float]:
    """Values that are drawn as points, by row; of very many the extremes and some, by rank."""
    values = _values(listing)
    if len(values) <= _MOST_POINTS:
        return values
    ordered = sorted(values, key=lambda row: (values[row], row))
    last, steps = len(ordered) - 1, _POINTS - 1
    chosen = {ordered[step * last // steps] for step in range(_POINTS)}
    return {row: value for row, value in values.items() if row in chosen}


def _box(
    canvas: Canvas,
    ax: Axes,
    at: int,
    group: Group,
    base: str,
    results: Results,
    chosen: Scale,
    *,
    over: bool,
) -> None:
    """
    Quartiles as a box, the median across it, whiskers to the extremes.

    Over points that lie close it is an outline without whiskers, which would hide them.
    """
    ids = [group.key(f"{base}.{name}") for name in ("min", "q1", "median", "q3", "max")]
    if any(id_ not in results or results[id_].value is None for id_ in ids):
        return
    low, q1, median, q3, high = (chosen.place(float(results[id_].value or 0)) for id_ in ids)
    edge = INK if over else mixed(group.colour, PAPER, 0.35)
    face = "none" if over else mixed(group.colour, PAPER, 0.88)
    order = 4 if over else 1
    left, right = at - _BOX / 2, at + _BOX / 2
    if not over:
        for id_, begin, end in ((ids[0], low, q1), (ids[4], q3, high)):
            whisker = ax.vlines(at, begin, end, color=edge, linewidth=0.7, zorder=order)
            area = Area(id_, on_paper(ax, (at, at), (begin, end)))
            canvas.shows(whisker, id_, areas=[area])
    (box,) = ax.bar(
        at,
        q3 - q1,
        _BOX,
        bottom=q1,
        facecolor=face,
        edgecolor=edge,
        linewidth=0.7,
        zorder=order,
    )
    halves = [
        Area(id_, on_paper(ax, (left, left, right, right), (median, end, end, median)))
        for id_, end in ((ids[1], q1), (ids[3], q3))
    ]
    canvas.shows(box, areas=halves, filled=not over)
    middle = ax.hlines(median, left, right, color=INK, linewidth=1.5, zorder=order + 1)
    area = Area(ids[2], on_paper(ax, (left, right), (median, median)))
    canvas.shows(middle, ids[2], areas=[area])


def _patients(
    canvas: Canvas,
    ax: Axes,
    groups: Sequence[Group],
    listings: Mapping[str, ListedResult],
    chosen: Scale,
    name: str,
) -> float:
    """Every patient a point over the group's place, in all groups of one size, which it returns."""
    values = [
        {row: chosen.place(value) for row, value in _drawn(listings[group.id]).items()}
        if group.id in listings
        else {}
        for group in groups
    ]
    heights = [on_paper(ax, [0.0] * len(some), some.values())[:, 1].tolist() for some in values]
    frame = canvas.frame(ax)
    slot = (frame.right - frame.left) / len(groups)
    size, aside = packed(heights, _SWARM * slot)
    for at, group in enumerate(groups):
        if not values[at]:
            continue
        (points,) = ax.plot(
            [at + offset / slot for offset in aside[at]],
            list(values[at].values()),
            linestyle="none",
            marker=group.marker,
            markersize=size,
            color=group.colour,
            markeredgecolor=PAPER,
            markeredgewidth=_RIM * size,
            zorder=3,
        )
        called = f"{name}, {clean(group.label)}: values behind these points"
        canvas.draws(points, listings[group.id], rows=values[at], name=called)
    return size


def _feet(canvas: Canvas, ax: Axes, base: str, groups: Sequence[Group], results: Results) -> None:
    """Each group's name and size under its place."""
    ticks(ax, "x", range(len(groups)), ["" for _ in groups])
    frame = canvas.frame(ax)
    slot = (frame.right - frame.left) / len(groups)
    names = [_foot(group, slot) for group in groups]
    pitch = SMALL * 1.2
    for i, (group, lines) in enumerate(zip(groups, names, strict=True)):
        x, y = frame.left + slot * (i + 0.5), frame.bottom - 4.6 - SMALL * CAP_HEIGHT
        for n, piece in enumerate(lines):
            canvas.write(x, y - pitch * n, [piece], colour=group.ink, anchor=0.5)
        below = y - pitch * max(len(one) for one in names)
        size = [words("n", "italic"), words(" = "), number(size_of(group, base, results))]
        canvas.write(x, below, size, anchor=0.5)


def _tests(canvas: Canvas, ax: Axes, base: str, results: Results, *, explain: bool) -> str:
    """The p-values over the panel; their tests by name where there is more than one."""
    found: list[tuple[str, list[Piece]]] = []
    for name, spoken in (
        ("mannwhitney_p", "Mann–Whitney"),
        ("kruskal_p", "Kruskal–Wallis"),
        ("fisher_p", "Fisher (Monte Carlo)" if f"{base}.fisher_tables" in results else "Fisher"),
    ):
        if p := estimated(results, f"{base}.{name}"):
            before = [words(f"{spoken} ")] if explain else []
            found.append((f"{spoken} p: {p.display}", [*before, *p_value(p)]))
    frame = canvas.frame(ax)
    # Named tests are wider than the bars and begin above the first; a bare p stands in the middle.
    x, anchor = (frame.left + 3, 0.0) if explain else ((frame.left + frame.right) / 2, 0.5)
    for n, (_, pieces) in enumerate(found):
        y = frame.top - SMALL * CAP_HEIGHT + 1 - n * SMALL * 1.2
        canvas.write(x, y, pieces, size=SMALL, anchor=anchor)
    return "".join(f" {told}." for told, _ in found)
