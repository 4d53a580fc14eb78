"""Curves of two builds over each other: the earlier pale and dashed, the later as it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from carreport.figures.canvas import FULL_WIDTH, POINTS_PER_MM, Canvas, ticks
from carreport.figures.colours import INK, PALETTE, PAPER, SOFT, group_colours, mixed, readable
from carreport.figures.drawing import Drawing, drawing
from carreport.figures.pieces import CAP_HEIGHT, clean, quoted, words
from carreport.figures.placing import Box, Obstacles, least_in_the_way
from carreport.figures.style import BODY, SMALL, styled, width
from carreport.results import split_id
from carreport.units import DAYS, DAYS_PER_MONTH, SURVIVAL, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from matplotlib.axes import Axes

    from carreport.changes import ListingChange
    from carreport.figures.pieces import Piece
    from carreport.results import ListedResult
    from carreport.study.settings import Settings

HEIGHTS: Final = {"survival": 1.0, "incidence": 0.0}
"""Columns that are the height of a curve, and where each begins at time zero."""
_COLUMN: Final = FULL_WIDTH / 2
_LEFT, _RIGHT, _TOP, _AXES, _BELOW = 17.5, 4.5, 7.0, 50.0, 12.0
_PALE: Final = 0.5
_SHARES: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_STEPS: Final = (1, 2, 3, 6, 12, 24, 36, 60, 120)
_TICKS_AT_MOST: Final = 7
_LETTERS: Final = "ab"
CAUSE: Final = "cause"
EVERYBODY: Final = "All patients"


@dataclass(frozen=True, slots=True)
class Pair:
    """
    One curve in the earlier and in the later build.

    Attributes:
        group: Its id; empty for everybody.
        label: What a reader calls it.
        colour: Of its line.
        old: Months and heights, one row each, from time zero; no rows where there was no curve.
        new: The same in the later build.
    """

    group: str
    label: str
    colour: str
    old: np.ndarray
    new: np.ndarray


@dataclass(frozen=True, slots=True)
class Overlaid:
    """
    The curves of one endpoint, drawn.

    Attributes:
        drawing: The figure.
        pairs: What it shows, for who cannot see it.
    """

    drawing: Drawing
    pairs: tuple[Pair, ...]


def overlaid(
    changed: Sequence[ListingChange], settings: Settings, old: str, new: str
) -> tuple[Overlaid, ...]:
    """
    Draw every curve that differs between two builds.

    Args:
        changed: Listings that differ; those that are no curve are left out.
        settings: For the labels and colours of groups.
        old: The earlier build, in words.
        new: The later one.

    Returns:
        For each endpoint (and cause) one figure, groups and everybody side by side.
    """
    families: dict[tuple[str, str], list[ListingChange]] = {}
    for one in changed:
        for cause in _causes(one):
            families.setdefault((split_id(one.id)[0], cause), []).append(one)
    return tuple(
        _drawn(f"overlaid{at}", family, cause, settings, (old, new))
        for at, ((_, cause), family) in enumerate(families.items(), start=1)
    )


def _height(listing: ListedResult) -> str:
    """The column that is the height of a curve over days; empty for what is no curve."""
    if listing.key not in (("day",), (CAUSE, "day")):
        return ""
    names = {one.name for one in listing.columns}
    return next((name for name in HEIGHTS if name in names), "")


def _causes(change: ListingChange) -> list[str]:
    """The causes a listing has a curve of; an empty one where it has one curve only."""
    sides = [one for one in (change.old, change.new) if one is not None and _height(one)]
    found = [
        str(cause) for one in sides for cause in (one.column(CAUSE) if CAUSE in one.key else [""])
    ]
    return list(dict.fromkeys(found))


def _drawn(
    id_: str,
    family: Sequence[ListingChange],
    cause: str,
    settings: Settings,
    builds: tuple[str, str],
) -> Overlaid:
    pairs = [_pair(one, cause, settings) for one in family]
    panels = [panel for panel in (_of_groups(pairs), _of_all(pairs)) if panel]
    title = _title(family[0], cause)
    ends = [float(curve[-1, 0]) for one in pairs for curve in (one.old, one.new) if len(curve)]
    with styled(id_):
        canvas = Canvas(_COLUMN * len(panels), _TOP + _AXES + _BELOW)
        for at, panel in enumerate(panels):
            across = _COLUMN - _LEFT - _RIGHT
            ax = canvas.axes(_COLUMN * at + _LEFT, _TOP, across, _AXES, _LETTERS[at])
            name = [quoted(title, "semibold"), words(", by group" if panel[0].group else "")]
            canvas.heading(ax, name, left=(_LEFT - 1) * POINTS_PER_MM)
            _panel(canvas, ax, panel, max(ends, default=0.0), settings)
        alt = " ".join((f"{clean(title)} in two builds.", *_told(pairs, *builds)))
        return Overlaid(drawing(id_, title, canvas, alt), tuple(pairs))


def _of_groups(pairs: Sequence[Pair]) -> list[Pair]:
    return [one for one in pairs if one.group]


def _of_all(pairs: Sequence[Pair]) -> list[Pair]:
    return [one for one in pairs if not one.group]


def _title(change: ListingChange, cause: str) -> str:
    """What study.toml calls the endpoint, and the cause where there are several."""
    one = change.new or change.old
    subject = (one.trace.subject if one else "") or split_id(change.id)[0]
    return f"{subject}, cumulative incidence: {cause.replace('_', ' ')}" if cause else subject


def _pair(change: ListingChange, cause: str, settings: Settings) -> Pair:
    group = split_id(change.id)[1].get("group", "")
    levels = settings.group_levels()
    labels = {one.id: one.label or one.id for one in levels}
    colour = group_colours(levels).get(group, PALETTE[-1] if group else INK)
    label = labels.get(group, group) if group else EVERYBODY
    return Pair(group, label, colour, _steps(change.old, cause), _steps(change.new, cause))


def _steps(listing: ListedResult | None, cause: str) -> np.ndarray:
    """Months and heights from time zero to the end of follow-up."""
    if listing is None or not listing.rows:
        return np.empty((0, 2))
    height = _height(listing)
    days, shares = listing.column("day"), listing.column(height)
    causes = listing.column(CAUSE) if cause else [""] * len(days)
    points = [
        (float(str(day)) / DAYS_PER_MONTH, np.nan if share is None else float(share))
        for day, share, of in zip(days, shares, causes, strict=True)
        if of == cause
    ]
    return np.array([(0.0, HEIGHTS[height]), *points]) if points else np.empty((0, 2))


def _panel(
    canvas: Canvas, ax: Axes, pairs: Sequence[Pair], last: float, settings: Settings
) -> None:
    step = next((one for one in _STEPS if last / one <= _TICKS_AT_MOST), _STEPS[-1])
    months = list(range(0, int(last) + step, step))
    ax.set_xlim(0, max(last * 1.03, months[1] if len(months) > 1 else step))
    ax.set_ylim(0, 1.02)
    ticks(ax, "x", months, [str(month) for month in months])
    ticks(ax, "y", _SHARES, [f"{100 * share:.0f}" for share in _SHARES])
    canvas.write_up(ax, words("Probability (%)"))
    frame = canvas.frame(ax)
    start = [words("Months from "), quoted(settings.study.start_label)]
    middle = (frame.left + frame.right) / 2
    canvas.write(middle, frame.bottom - 21, start, size=BODY, anchor=0.5)
    obstacles = Obstacles(frame.grown(1.5))
    for pair in pairs:
        for curve, colour, dash, wide in (
            (pair.old, mixed(pair.colour, PAPER, _PALE), (0, (3.2, 1.8)), 1.1),
            (pair.new, pair.colour, "-", 1.3),
        ):
            _line(ax, curve, colour, dash, wide, filled=curve is pair.new)
            if len(curve):
                obstacles.add_line(ax.transData.transform(np.nan_to_num(_stairs(curve))))
    for pair in pairs:
        _name(canvas, ax, pair, obstacles)


def _line(
    ax: Axes, curve: np.ndarray, colour: str, dash: object, wide: float, *, filled: bool
) -> None:
    """A step curve, and a dot where its follow-up ends: open in the earlier build."""
    if not len(curve):
        return
    ax.plot(
        curve[:, 0],
        curve[:, 1],
        drawstyle="steps-post",
        linestyle=dash,
        color=colour,
        linewidth=wide,
        zorder=3 if filled else 2,
    )
    ax.plot(
        curve[-1:, 0],
        curve[-1:, 1],
        linestyle="none",
        marker="o",
        markersize=3.6,
        markerfacecolor=colour if filled else PAPER,
        markeredgecolor=colour,
        markeredgewidth=0.9,
        clip_on=False,
        zorder=5 if filled else 4,
    )


def _stairs(curve: np.ndarray) -> np.ndarray:
    """The corners of a step curve, one row each."""
    doubled = np.repeat(curve, 2, axis=0)
    return np.column_stack([doubled[1:, 0], doubled[:-1, 1]])


def _name(canvas: Canvas, ax: Axes, pair: Pair, obstacles: Obstacles) -> None:
    """The group's name beside its later curve, else beside the earlier one."""
    curve = pair.new if len(pair.new) else pair.old
    if not len(curve):
        return
    name: Piece = quoted(pair.label, "semibold") if pair.group else words(pair.label, "semibold")
    across, tall = width(name.text, "semibold", SMALL), SMALL * CAP_HEIGHT
    boxes = [
        Box(x - across, y + up, x, y + up + tall)
        for x, y in reversed(ax.transData.transform(_stairs(np.nan_to_num(curve))).tolist())
        for up in (3.5, -3.5 - tall)
    ]
    chosen, _ = least_in_the_way(boxes, obstacles)
    obstacles.add_box(boxes[chosen])
    ink = readable(pair.colour) if pair.group else SOFT
    canvas.write(boxes[chosen].left, boxes[chosen].bottom, [name], colour=ink)


def _told(pairs: Sequence[Pair], old: str, new: str) -> Iterator[str]:
    """Each pair in words, for who cannot see it."""
    for pair in pairs:
        parts = [f"{name}, {ends_at(curve)}" for name, curve in ((old, pair.old), (new, pair.new))]
        yield f"{clean(pair.label)}: {'; '.join(parts)}."


def ends_at(curve: np.ndarray) -> str:
    """Where a curve ends, in words."""
    if not len(curve):
        return "no curve"
    month, height = (float(one) for one in curve[-1])
    shown = "not estimable" if np.isnan(height) else show(height, SURVIVAL)
    return f"{shown} at {show(month * DAYS_PER_MONTH, DAYS, 'months')} months"


def described(pair: Pair) -> Mapping[str, str]:
    """Where the two curves of a pair end, for a table beside the figure."""
    return {"label": clean(pair.label), "old": ends_at(pair.old), "new": ends_at(pair.new)}
