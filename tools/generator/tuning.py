"""
MRD levels and CAR-T peaks of the 14 patients, moved until two printed correlations hold.

The paper prints r of the MRD level with the duration of response and with the CAR-T peak, but no
level and no peak. Twelve values of each are free choices; the other two walk over a grid, and
the point nearest the first choice whose r rounds to the printed one is taken.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .sources import Sources

Levels = dict[str, int]

_RESPONSE_DAY: Final = 28

# Hundredths of a percent of the marrow; 5, 7 and 9 above all others, as the text says.
_FIRST_LEVELS: Final[Levels] = dict(
    zip(
        map(str, range(1, 15)),
        (110, 25, 18, 40, 430, 80, 260, 55, 390, 6, 160, 185, 9, 30),
        strict=True,
    )
)
_LEVEL_GRID: Final = {"7": range(200, 400, 2), "12": range(20, 195)}
_R_LEVEL_RESPONSE: Final = Fraction("-0.537")

# Cells/µL; 5 and 7 the largest, as the text says.
_FIRST_PEAKS: Final[Levels] = dict(
    zip(
        map(str, range(1, 15)),
        (30, 18, 46, 24, 310, 52, 265, 28, 95, 40, 22, 15, 88, 70),
        strict=True,
    )
)
_PEAK_GRID: Final = {"9": range(20, 260), "14": range(20, 150)}
_R_LEVEL_PEAK: Final = Fraction("0.640")

# Closer than half of the third decimal, so that r rounds to the printed value.
_TOLERANCE: Final = Fraction("0.0002")


class NoSolutionError(ValueError):
    """No point of the grid gives the printed correlation."""


def response_days(sources: Sources) -> Levels:
    """
    Days from the day-28 evaluation to relapse, death or last contact; 0 for non-responders.

    The printed p-values follow from r only with all 14 patients, so the two non-responders must
    have been given a duration.
    """
    relapses = sources.told("relapse_day")
    responders = {row.patient for row in sources.table2 if row.responder}
    return {
        row.patient: int(relapses.get(row.patient, row.follow_up)) - _RESPONSE_DAY
        if row.patient in responders
        else 0
        for row in sources.reconstruction
    }


def mrd_levels(sources: Sources) -> Levels:
    """MRD before infusion, in hundredths of a percent of the marrow."""
    return _tuned(_FIRST_LEVELS, _LEVEL_GRID, response_days(sources), _R_LEVEL_RESPONSE)


def cart_peaks(levels: Levels) -> Levels:
    """Peak of CAR-T cells after the first infusion, in cells/µL."""
    return _tuned(_FIRST_PEAKS, _PEAK_GRID, levels, _R_LEVEL_PEAK)


def _tuned(first: Levels, grid: dict[str, range], other: Levels, target: Fraction) -> Levels:
    """The admissible grid point whose relative moves from *first* add up to the least."""
    reference = list(other.values())
    admissible = [
        moved
        for moved in _grid_points(first, grid)
        if _correlates(list(moved.values()), reference, target)
    ]
    if not admissible:
        message = f"no grid point gives r = {float(target)}; widen the grid"
        raise NoSolutionError(message)
    return min(
        admissible,
        key=lambda moved: sum(Fraction(abs(moved[p] - first[p]), first[p]) for p in grid),
    )


def _grid_points(first: Levels, grid: dict[str, range]) -> Iterable[Levels]:
    (one, ones), (two, twos) = grid.items()
    return (first | {one: a, two: b} for a in ones for b in twos)


def _correlates(x: Sequence[int], y: Sequence[int], target: Fraction) -> bool:
    """Whether Pearson's r is within the tolerance of *target*, in exact arithmetic."""
    n = len(x)
    covariance = n * sum(a * b for a, b in zip(x, y, strict=True)) - sum(x) * sum(y)
    spread = _scaled_variance(x) * _scaled_variance(y)
    r_squared = Fraction(covariance * abs(covariance), spread)
    low, high = target - _TOLERANCE, target + _TOLERANCE
    return low * abs(low) < r_squared < high * abs(high)


def _scaled_variance(x: Sequence[int]) -> int:
    return len(x) * sum(a * a for a in x) - sum(x) ** 2
