"""What marks and lines mean, at the foot of a figure, in as many lines as that takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from matplotlib.lines import Line2D

from carreport.figures.canvas import POINTS_PER_MM, Canvas
from carreport.figures.colours import INK
from carreport.figures.pieces import CAP_HEIGHT, room
from carreport.figures.style import SMALL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from carreport.figures.pieces import Piece

LINE: Final = 4.4
"""From line to line, in millimetres."""
_LEFT, _LOW, _MARK, _SAMPLE, _GAP, _AFTER = 4.0, 1.2, 6.0, 14.0, 4.0, 12.0


@dataclass(frozen=True, slots=True)
class Entry:
    """
    A mark or a piece of a line, and what it means.

    Attributes:
        says: What it means; without a look of its own, a remark.
        look: How matplotlib is to draw it.
        line: Whether it is a line, with its mark in the middle.
        colour: Of the words.
    """

    says: tuple[Piece, ...]
    look: Mapping[str, Any] = field(default_factory=dict)
    line: bool = False
    colour: str = INK

    @property
    def sample(self) -> float:
        """How wide what is explained is, in points."""
        return (_SAMPLE if self.line else _MARK) if self.look else 0.0

    @property
    def width(self) -> float:
        """Room it takes in a line, in points."""
        return self.sample + _GAP * bool(self.look) + room(0, 0, self.says).right + _AFTER


def legend_lines(entries: Sequence[Entry], across: float) -> list[list[Entry]]:
    """Entries in their order, as many in a line as *across* millimetres hold."""
    lines: list[list[Entry]] = []
    for entry in entries:
        # The last of a line needs no room after it.
        taken = sum(one.width for one in lines[-1]) + entry.width - _AFTER if lines else 0.0
        if lines and taken <= across * POINTS_PER_MM - 2 * _LEFT:
            lines[-1].append(entry)
        else:
            lines.append([entry])
    return lines


def put_legend(canvas: Canvas, lines: Sequence[Sequence[Entry]]) -> None:
    """The lines at the foot of the paper, the last at its edge."""
    for n, line in enumerate(lines):
        x, y = _LEFT, (LINE * (len(lines) - n - 1) + _LOW) * POINTS_PER_MM
        for entry in line:
            if entry.look:
                _draw(canvas, entry, x, y + SMALL * CAP_HEIGHT / 2)
            at = x + entry.sample + _GAP * bool(entry.look)
            canvas.write(at, y, entry.says, colour=entry.colour)
            x += entry.width


def _draw(canvas: Canvas, entry: Entry, x: float, y: float) -> None:
    middle = x + entry.sample / 2
    places = [x, middle, x + entry.sample] if entry.line else [middle]
    look = {"markevery": [len(places) // 2], **entry.look}
    canvas.figure.add_artist(Line2D(places, [y] * len(places), transform=canvas.points, **look))
