"""Paper of a fixed size in millimetres, and words on it that know which result they show."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from carreport.figures.colours import FAINT, INK, PAPER, SOFT
from carreport.figures.marks import ROWS_AT_MOST, Marks
from carreport.figures.pieces import AXIS, MARK, room, words
from carreport.figures.placing import Box, Place
from carreport.figures.style import BODY, HEADING, LETTER, SMALL, font, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from carreport.figures.marks import Area
    from carreport.figures.pieces import Piece
    from carreport.results import ListedResult

POINTS_PER_MM: Final = 72 / 25.4
FULL_WIDTH: Final = 174.0
HIGHEST: Final = 206.0
"""A page holds a figure so high, in millimetres, with its caption."""
PITCH: Final = 1.2
"""From line to line, as a share of the size of the type."""
NO_DATA: Final = "no data by this cutoff"


class Canvas:
    """
    A figure being drawn; positions are points from the lower left corner.

    Attributes:
        figure: What is drawn on.
        width_mm: Width in print.
        places: Where every result printed stands, in order.
        marks: What artists draw, by the names they have in the SVG.
    """

    def __init__(self, width_mm: float, height_mm: float) -> None:
        self.figure = Figure(figsize=(width_mm / 25.4, height_mm / 25.4))
        self.figure.patch.set_visible(False)
        self.width_mm = width_mm
        self._top = height_mm
        self.points = Affine2D().scale(1 / 72) + self.figure.dpi_scale_trans
        self.places: list[Place] = []
        self.marks: dict[str, Marks] = {}

    @property
    def ids(self) -> tuple[str, ...]:
        """Results printed, in order."""
        return tuple(dict.fromkeys(place.id for place in self.places))

    @property
    def listings(self) -> tuple[str, ...]:
        """Listings drawn as marks, in order."""
        return tuple(dict.fromkeys(one.listing for one in self.marks.values() if one.listing))

    @property
    def results(self) -> tuple[str, ...]:
        """Results drawn as marks, in order."""
        return tuple(dict.fromkeys(id_ for one in self.marks.values() for id_ in one.results))

    def axes(self, left: float, top: float, across: float, down: float, panel: str) -> Axes:
        """Axes at millimetres from the upper left corner, called by their panel's letter."""
        wide, high = self.width_mm, self._top
        ax = self.figure.add_axes(
            (left / wide, 1 - (top + down) / high, across / wide, down / high), label=panel
        )
        ax.patch.set_visible(False)
        return ax

    def frame(self, ax: Axes) -> Box:
        """The axes' rectangle."""
        at = ax.get_position()
        wide, high = self.width_mm * POINTS_PER_MM, self._top * POINTS_PER_MM
        return Box(at.x0 * wide, at.y0 * high, at.x1 * wide, at.y1 * high)

    def write(
        self,
        x: float,
        y: float,
        pieces: Sequence[Piece],
        *,
        size: float = SMALL,
        colour: str = INK,
        anchor: float = 0.0,
    ) -> Box:
        """
        One line on a baseline.

        Args:
            x: Where the line is anchored.
            y: Its baseline.
            pieces: What it says.
            size: Of the type, in points.
            colour: Of the words.
            anchor: 0 to begin at *x*, 0.5 to be centred on it, 1 to end there.

        Returns:
            The room it takes.
        """
        box = room(x, y, pieces, size=size, anchor=anchor)
        at = box.left
        for piece in pieces:
            inner = piece.text.lstrip()
            before = piece.text.removesuffix(inner)
            if inner:
                # Where a text starts is where its first letter stands.
                start = at + width(before, piece.face, size)
                self._text(start, y, piece, size, colour)
                if piece.shows:
                    self._place(piece.mark, room(start, y, [piece], size=size))
            at += width(piece.text, piece.face, size)
        return box

    def _place(self, id_: str, box: Box) -> None:
        wide, high = self.width_mm * POINTS_PER_MM, self._top * POINTS_PER_MM
        across, down = (box.right - box.left) / wide, (box.top - box.bottom) / high
        left, top = float(box.left / wide), float(1 - box.top / high)
        self.places.append(Place(id_, left, top, float(across), float(down)))

    def _text(
        self, x: float, y: float, piece: Piece, size: float, colour: str, **properties: Any
    ) -> None:
        text = Text(
            x,
            y,
            piece.text.lstrip() if piece.whole else piece.text.strip(),
            color=colour,
            fontproperties=font(piece.face, size),
            va="baseline",
            transform=self.points,
            **properties,
        )
        if piece.mark:
            text.set_gid(piece.mark + piece.whole)
        self.figure.add_artist(text)

    def write_up(self, ax: Axes, piece: Piece, *, size: float = BODY) -> None:
        """The y axis' label; reads upwards, clear of the tick labels. Ticks come first."""
        frame = self.frame(ax)
        labels = ax.yaxis.get_major_formatter().format_ticks(list(ax.get_yticks()))
        away = max(width(label, "regular", SMALL) for label in [*labels, "100"]) + 9.5
        x, y = frame.left - away, (frame.bottom + frame.top) / 2
        upwards = {"rotation": 90, "rotation_mode": "anchor", "ha": "center"}
        self._text(x, y, piece, size, INK, **upwards)

    def heading(
        self,
        ax: Axes,
        pieces: Sequence[Piece],
        *,
        left: float,
        more: Sequence[Piece] = (),
        lines: int = 1,
    ) -> None:
        """
        The panel's letter and title on one line above the axes, *left* points before them.

        Further lines of the title stand below the first; there is room for so many *lines*.
        """
        frame = self.frame(ax)
        y = frame.top + 8 + HEADING * PITCH * (lines - 1)
        letter = [words(str(ax.get_label()), "semibold")]
        after = self.write(frame.left - left, y, letter, size=LETTER)
        if pieces:
            self.write(after.right + 5, y, pieces, size=HEADING)
        for n, line in enumerate(more, start=1):
            self.write(after.right + 5, y - HEADING * PITCH * n, [line], size=HEADING)

    def clear(self, box: Box) -> None:
        """White paper, so that words can be read over a line."""
        across, down = box.right - box.left, box.top - box.bottom
        self.figure.add_artist(
            Rectangle(
                (box.left, box.bottom),
                across,
                down,
                facecolor=PAPER,
                linewidth=0,
                transform=self.points,
            )
        )

    def draws(
        self,
        artist: Artist,
        listing: ListedResult,
        *,
        rows: Iterable[int] = (),
        areas: Iterable[Area] = (),
        name: str = "",
    ) -> None:
        """
        Say which listing an artist draws.

        Args:
            artist: Points, or a line, or a surface.
            listing: Drawn by it.
            rows: The row of every point, in order.
            areas: Outlines within which rows are found, where there are no points.
            name: What to call a link to the listing, where this is what leads there.
        """
        marks = Marks(listing.id, filled=True, name=name)
        if len(listing.rows) <= ROWS_AT_MOST:
            marks = replace(marks, rows=tuple(rows), areas=tuple(areas))
        self._mark(artist, marks)

    def shows(
        self, artist: Artist, result: str = "", *, areas: Iterable[Area] = (), filled: bool = False
    ) -> None:
        """
        Say which result an artist draws, or which ones are found where in it.

        Args:
            artist: A bar, a line, a point.
            result: Drawn by it, if it is one.
            areas: Lines near which, or outlines within which, results are found.
            filled: Whether they are outlines.
        """
        self._mark(artist, Marks(result=result, areas=tuple(areas), filled=filled))

    def _mark(self, artist: Artist, marks: Marks) -> None:
        name = f"{MARK}{len(self.marks)}:{marks.listing or marks.result}"
        artist.set_gid(name)
        self.marks[name] = marks

    def empty(self, ax: Axes) -> None:
        """An empty frame that says why."""
        ax.set(xticks=[], yticks=[])
        for side in ax.spines.values():
            side.set(visible=True, edgecolor=FAINT)
        frame = self.frame(ax)
        middle = (frame.left + frame.right) / 2, (frame.bottom + frame.top) / 2
        self.write(*middle, [words(NO_DATA)], size=BODY, colour=SOFT, anchor=0.5)


def ticks(ax: Axes, axis: str, places: Sequence[float], labels: Iterable[str]) -> None:
    """Ticks at these places; their labels are scale values, not results."""
    chosen = ax.xaxis if axis == "x" else ax.yaxis
    chosen.set_ticks(list(places), list(labels))
    for tick in chosen.get_major_ticks():
        tick.label1.set_fontproperties(font("regular", SMALL))
        tick.label1.set_gid(AXIS)


def on_paper(ax: Axes, x: Iterable[float], y: Iterable[float]) -> np.ndarray:
    """Where values of the axes are, in points; one row each."""
    return np.asarray(ax.transData.transform(np.column_stack([list(x), list(y)])))
