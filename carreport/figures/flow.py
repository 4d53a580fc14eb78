"""From entry to the last contact as boxes with counts, group by group."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle

from carreport.figures.canvas import FULL_WIDTH, POINTS_PER_MM, Canvas
from carreport.figures.colours import INK, PAPER, SOFT, mixed
from carreport.figures.groups import Group, all_groups, everybody
from carreport.figures.pieces import (
    CAP_HEIGHT,
    clean,
    estimated,
    number,
    quoted_lines,
    words,
    wrapped,
)
from carreport.figures.style import BODY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carreport.figures.pieces import Piece
    from carreport.results import Result, Results
    from carreport.study.settings import FigureItem, Settings

_COLUMNS_AT_MOST: Final = 5
_WIDEST, _BETWEEN, _TRUNK = 64.0, 4.0, 5.0
_TOP_BOX: Final = 54.0
_ARROW, _BUS, _MARGIN = 5.0, 8.0, 0.6
_LINE, _PAD_ACROSS, _PAD_DOWN = 3.7, 2.2, 1.5
_HEAD: Final = 1.5
_NOT_INFUSED: Final = "exposure.infusions.patients@infusions=0"
_COUNT_ROOM: Final = 9.0
"""Kept free for the number at the right of a box's line, in millimetres."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of a box: words, wrapped, and the number at the right of the first."""

    lines: tuple[tuple[Piece, ...], ...]
    count: Result
    strong: bool = False

    @property
    def told(self) -> str:
        says = " ".join(piece.text for line in self.lines for piece in line)
        return f"{' '.join(says.split())} {self.count.display}"


@dataclass(frozen=True, slots=True)
class _Box:
    """A box of lines; a stage every patient of the column has come to."""

    rows: tuple[_Row, ...]
    heading: str = ""

    @property
    def high(self) -> float:
        lines = sum(len(row.lines) for row in self.rows) + bool(self.heading)
        return 2 * _PAD_DOWN + _LINE * lines


@dataclass(frozen=True, slots=True)
class _Column:
    """A group's boxes from top to bottom."""

    group: Group
    boxes: tuple[_Box, ...]


def draw_flow(_item: FigureItem, results: Results, settings: Settings) -> tuple[Canvas, str]:
    """
    Everybody on top; below, a column of boxes for each group, in tiers where they are many.

    Returns:
        The drawing and what it shows, in words.
    """
    groups = [group for group in all_groups(settings) if group.id]
    return draw_groups(groups, results, settings)


def flow_pages(results: Results, settings: Settings, high: float) -> list[list[Group]]:
    """Groups, as many at a time as *high* millimetres hold; once none, where there are none."""
    groups = [group for group in all_groups(settings) if group.id]
    top = _entered(results).high + 2 * _MARGIN
    pages: list[list[Group]] = [[]]
    taken = top
    for tier in _tiers(groups):
        down = _fall(groups) + _height(_columns(tier, _width(groups), results, settings))
        if pages[-1] and taken + down > high:
            pages.append([])
            taken = top
        pages[-1] += tier
        taken += down
    return pages


def draw_groups(
    groups: Sequence[Group], results: Results, settings: Settings
) -> tuple[Canvas, str]:
    """The flow of these groups, or of everybody where there are none; see `draw_flow`."""
    across, fall, top = _width(groups), _fall(groups), _entered(results)
    tiers = [
        _columns(tier, across, results, settings) for tier in _tiers(groups) or [[everybody()]]
    ]
    high = [fall + _height(tier) for tier in tiers]
    canvas = Canvas(FULL_WIDTH, 2 * _MARGIN + top.high + sum(high))
    sheet = _Sheet(canvas, 2 * _MARGIN + top.high + sum(high))
    middle, wide, begin = FULL_WIDTH / 2, max(across, _TOP_BOX), _MARGIN + top.high
    sheet.box(top, middle - wide / 2, _MARGIN, wide, None, high=top.high)
    trunk = _TRUNK if len(tiers) > 1 else 0.0
    down = begin
    for i, tier in enumerate(tiers):
        wide = across * len(tier) + _BETWEEN * (len(tier) - 1)
        left = trunk + (FULL_WIDTH - trunk - wide) / 2
        middles = [left + across / 2 + (across + _BETWEEN) * n for n in range(len(tier))]
        _branches(sheet, middle, middles, down, fall, trunk=i > 0)
        stages = _stages(tier)
        for column, at in zip(tier, middles, strict=True):
            _stack(sheet, column, stages, at, down + fall, across)
        down += high[i]
    if trunk:
        edge, bus = _MARGIN + 1, begin + fall / 2
        sheet.line([(middle, bus), (edge, bus), (edge, begin + sum(high[:-1]) + fall / 2)])
    return canvas, _told(tiers, results)


def _tiers(groups: Sequence[Group]) -> list[Sequence[Group]]:
    return [groups[i : i + _COLUMNS_AT_MOST] for i in range(0, len(groups), _COLUMNS_AT_MOST)]


def _width(groups: Sequence[Group]) -> float:
    """Of a column, in millimetres, the widest tier and its trunk considered."""
    most = min(max(len(groups), 1), _COLUMNS_AT_MOST)
    trunk = _TRUNK if len(groups) > _COLUMNS_AT_MOST else 0.0
    return min(_WIDEST, (FULL_WIDTH - 2 * _MARGIN - trunk - _BETWEEN * (most - 1)) / most)


def _fall(groups: Sequence[Group]) -> float:
    """From what all have in common to the columns, in millimetres."""
    return _BUS if groups else _ARROW


def _columns(
    groups: Sequence[Group], across: float, results: Results, settings: Settings
) -> list[_Column]:
    return [_column(group, across, results, settings) for group in groups]


def _stages(columns: Sequence[_Column]) -> list[float]:
    """How high the boxes of one stage are in a tier, so that they stand side by side."""
    stages = zip_longest(*(column.boxes for column in columns))
    return [max(box.high for box in stage if box) for stage in stages]


def _height(columns: Sequence[_Column]) -> float:
    stages = _stages(columns)
    return sum(stages) + _ARROW * (len(stages) - 1)


def _entered(results: Results) -> _Box:
    face = "semibold"
    says = (words("Entered by ", face), number(results["study.cutoff.date"], face))
    return _Box((_Row((says,), results["disposition.enrolled.n"], strong=True),))


def _column(group: Group, across: float, results: Results, settings: Settings) -> _Column:
    """Group, treatment, events so far, last contact; a box without a number is left out."""
    room = (across - 2 * _PAD_ACROSS - _COUNT_ROOM) * POINTS_PER_MM

    def row(
        id_: str, says: str, *, own: bool = False, strong: bool = False, **keys: str
    ) -> list[_Row]:
        key = group.key(id_, **keys)
        if key not in results:
            return []
        face = "semibold" if strong else "regular"
        if own:
            pieces = quoted_lines(says, room, BODY, face)
        else:
            pieces = tuple(words(one, face) for one in wrapped(says, room, face, BODY))
        return [_Row(tuple((one,) for one in pieces), results[key], strong)]

    boxes: list[tuple[str, list[_Row]]] = []
    if group.id:
        boxes.append(("", row("disposition.enrolled.n", group.label, own=True, strong=True)))
    infused = [
        *row("disposition.course.infused", "Infused"),
        *row("disposition.course.reinfused", "Infused again"),
    ]
    if estimated(results, _NOT_INFUSED) and results[_NOT_INFUSED].value:
        infused += row("exposure.infusions.patients", "Not infused yet", infusions="0")
    boxes.append(("", infused))
    events = [
        one
        for endpoint in settings.endpoint
        for one in row(f"survival.{endpoint.id}.events", endpoint.label, own=True)
    ]
    boxes.append(("Events so far", events))
    fate = [
        *row("disposition.course.alive", "Alive at last contact"),
        *row("disposition.course.died", "Died"),
    ]
    boxes.append(("", fate))
    return _Column(group, tuple(_Box(tuple(rows), says) for says, rows in boxes if rows))


class _Sheet:
    """The canvas in millimetres from its upper left corner."""

    def __init__(self, canvas: Canvas, high: float) -> None:
        self._canvas = canvas
        self._high = high

    def _point(self, x: float, y: float) -> tuple[float, float]:
        return x * POINTS_PER_MM, (self._high - y) * POINTS_PER_MM

    def box(
        self,
        box: _Box,
        left: float,
        top: float,
        across: float,
        group: Group | None,
        *,
        high: float,
    ) -> None:
        """A box with its lines; the group's own colour marks it."""
        x, y = self._point(left, top + high)
        head = group is not None and group.id and box.rows[0].strong
        self._canvas.figure.add_artist(
            Rectangle(
                (x, y),
                across * POINTS_PER_MM,
                high * POINTS_PER_MM,
                facecolor=mixed(group.colour, PAPER, 0.88) if head and group else PAPER,
                edgecolor=group.colour if group and group.id else INK,
                linewidth=0.7,
                transform=self._canvas.points,
            )
        )
        at = top + _PAD_DOWN
        inner, outer = left + _PAD_ACROSS, left + across - _PAD_ACROSS
        if box.heading:
            self._write(inner, at, [words(box.heading)], colour=SOFT)
            at += _LINE
        for row in box.rows:
            face = "semibold" if row.strong else "regular"
            self._write(outer, at, [number(row.count, face)], anchor=1.0)
            for line in row.lines:
                self._write(inner, at, line)
                at += _LINE

    def _write(
        self,
        x: float,
        y: float,
        says: Sequence[Piece],
        *,
        anchor: float = 0.0,
        colour: str = INK,
    ) -> None:
        """Words in the middle of a line that begins at *y*."""
        at, base = self._point(x, y + _LINE / 2)
        low = base - BODY * CAP_HEIGHT / 2
        self._canvas.write(at, low, says, size=BODY, anchor=anchor, colour=colour)

    def line(self, places: Sequence[tuple[float, float]]) -> None:
        """A line through these places."""
        x, y = zip(*(self._point(*one) for one in places), strict=True)
        line = Line2D(x, y, linewidth=0.7, color=INK, transform=self._canvas.points)
        self._canvas.figure.add_artist(line)

    def arrow(self, x: float, begin: float, end: float) -> None:
        """Downwards, its tip at *end*."""
        self.line([(x, begin), (x, end - _HEAD * 0.8)])
        tip = [(x, end), (x - _HEAD / 2, end - _HEAD), (x + _HEAD / 2, end - _HEAD)]
        corners = [self._point(*one) for one in tip]
        head = Polygon(corners, facecolor=INK, linewidth=0, transform=self._canvas.points)
        self._canvas.figure.add_artist(head)


def _branches(
    sheet: _Sheet,
    middle: float,
    middles: Sequence[float],
    down: float,
    fall: float,
    *,
    trunk: bool,
) -> None:
    """From everybody to each column: down, across, down; later tiers hang on the trunk."""
    if len(middles) == 1 and not trunk and middles[0] == middle:
        sheet.arrow(middle, down, down + fall)
        return
    bus = down + fall / 2
    if not trunk:
        sheet.line([(middle, down), (middle, bus)])
    ends = [*middles, _MARGIN + 1 if trunk else middle]
    sheet.line([(min(ends), bus), (max(ends), bus)])
    for at in middles:
        sheet.arrow(at, bus, down + fall)


def _stack(
    sheet: _Sheet,
    column: _Column,
    stages: Sequence[float],
    middle: float,
    top: float,
    across: float,
) -> None:
    at = top
    for i, (box, high) in enumerate(zip(column.boxes, stages, strict=False)):
        if i:
            sheet.arrow(middle, at, at + _ARROW)
            at += _ARROW
        sheet.box(box, middle - across / 2, at, across, column.group, high=high)
        at += high


def _told(tiers: Sequence[Sequence[_Column]], results: Results) -> str:
    everybody_ = results["disposition.enrolled.n"]
    told = [f"Entered by {results['study.cutoff.date'].display}: {everybody_.display}."]
    for column in (one for tier in tiers for one in tier):
        rows = [row.told for box in column.boxes for row in box.rows if not row.strong]
        size = results[column.group.key("disposition.enrolled.n")].display
        told.append(f"{clean(column.group.label)}, {size}: {'; '.join(rows)}.")
    return " ".join(told)
