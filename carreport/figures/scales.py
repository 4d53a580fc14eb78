"""Axes in plain numbers; a logarithmic one has a place for zero."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, NullFormatter

from carreport.figures.canvas import ticks
from carreport.figures.colours import INK, PALE
from carreport.house import OWN
from carreport.units import MINUS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from carreport.house import House

_ROOM: Final = 0.06
_HEADROOM: Final = 1.35
_NARROW: Final = 2.0
# Where zero stands under a logarithmic axis, and where the axis ends, as shares of its length.
_ZERO_BELOW, _END_BELOW = 0.13, 0.2
_LABELS_ENOUGH: Final = 3


@dataclass(frozen=True, slots=True)
class Scale:
    """
    How values are placed along an axis.

    Attributes:
        logarithmic: Whether equal ratios take equal room.
        low: Where the axis begins.
        high: Where it ends.
        places: Labelled ticks.
        minor: Unlabelled ticks.
        zero: Where values of zero stand on a logarithmic axis, below a break; or nowhere.
    """

    logarithmic: bool
    low: float
    high: float
    places: tuple[float, ...]
    minor: tuple[float, ...] = ()
    zero: float | None = None

    def place(self, value: float) -> float:
        """Where a value is drawn."""
        return self.zero if self.zero is not None and value == 0 else value


def plain(value: float, house: House = OWN) -> str:
    """
    A scale value in plain digits, as a house letters them.

    >>> plain(1000), plain(0.1), plain(50.0)
    ('1,000', '0.1', '50')
    """
    if not house.name:
        return f"{value:,.10g}".replace("-", MINUS)
    return (MINUS if value < 0 else "") + house.lettered(f"{abs(value):.10g}")


def scale(values: Sequence[float], *, logarithmic: bool) -> Scale:
    """An axis that holds these values; logarithmic only where none is below zero."""
    positive = [value for value in values if value > 0]
    if logarithmic and positive and min(values) >= 0:
        return _logarithmic(min(positive), max(positive), zero=min(values) == 0)
    return _linear(min(values), max(values))


def _logarithmic(smallest: float, largest: float, *, zero: bool) -> Scale:
    decades = range(math.floor(math.log10(smallest)) - 1, math.ceil(math.log10(largest)) + 1)
    low, high = smallest / 1.25, largest * _HEADROOM
    if high < low * _NARROW:
        low, high = low / _NARROW, high * _NARROW
    every = [step * 10.0**decade for decade in decades for step in range(1, 10)]
    inside = [round(value, 12) for value in every if low <= value <= high]
    shown: list[float] = []
    for steps in ((1,), (1, 3), (1, 2, 5), (1, 2, 3, 5), range(1, 10)):
        marked = {round(step * 10.0**decade, 12) for decade in decades for step in steps}
        shown = [value for value in inside if value in marked]
        if len(shown) >= _LABELS_ENOUGH:
            break
    minor = tuple(value for value in inside if value not in shown)
    if not zero:
        return Scale(logarithmic=True, low=low, high=high, places=tuple(shown), minor=minor)
    length = high / low
    floor, end = low * length**-_ZERO_BELOW, low * length**-_END_BELOW
    return Scale(logarithmic=True, low=end, high=high, places=tuple(shown), minor=minor, zero=floor)


def _linear(smallest: float, largest: float) -> Scale:
    low, high = min(0.0, smallest), max(largest, 0.0)
    span = (high - low) or 1.0
    rough = span / 4
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * factor for factor in (1, 2, 2.5, 5, 10) if unit * factor >= rough)
    first = math.ceil(low / step)
    count = math.floor((low + span * 1.001) / step) - first + 1
    places = tuple(round((first + i) * step, 12) for i in range(count))
    below = span * _ROOM if low < 0 else 0.0
    return Scale(logarithmic=False, low=low - below, high=low + span * 1.12, places=places)


def put(ax: Axes, chosen: Scale, house: House) -> None:
    """Give the y axis this scale, lettered as a house has it."""
    ax.set_yscale("log" if chosen.logarithmic else "linear")
    ax.set_ylim(chosen.low, chosen.high)
    zero = () if chosen.zero is None else (chosen.zero,)
    labels = [plain(value, house) for value in (*(0.0 for _ in zero), *chosen.places)]
    ticks(ax, "y", [*zero, *chosen.places], labels)
    ax.yaxis.set_minor_locator(FixedLocator(list(chosen.minor)))
    ax.yaxis.set_minor_formatter(NullFormatter())
    if chosen.zero is not None:
        _broken(ax)


def _broken(ax: Axes) -> None:
    """A floor where zero is, and the axis visibly broken above it."""
    length = 1 + _END_BELOW
    zero, end = (_END_BELOW - _ZERO_BELOW) / length, _END_BELOW / length
    ax.add_patch(
        Rectangle(
            (0, 0), 1, 2 * zero, transform=ax.transAxes, facecolor=PALE, linewidth=0, zorder=0
        )
    )
    at = (2 * zero + end) / 2
    down = 0.011
    for shift in (-down, down):
        ax.plot(
            (-0.013, 0.013),
            (at + shift - down / 2, at + shift + down / 2),
            color=INK,
            linewidth=0.6,
            transform=ax.transAxes,
            clip_on=False,
            zorder=6,
        )
