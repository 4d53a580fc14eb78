"""
Every set of numbers at risk that gives a survival probability and its standard error.

They are searched from the smallest number at risk, whose step is the largest. Both terms are
positions in a plane, ln S and (SE/S)², and those that the remaining numbers at risk can still reach
form a convex region (a zonotope) whose lower and upper edges are known; whatever cannot reach the
printed values any more is dropped. Floating point decides only what lies clearly on one side; what
comes near an edge of a printed value is decided in whole fractions.
"""

from __future__ import annotations

from fractions import Fraction
from math import inf, log, log1p
from typing import TYPE_CHECKING, Final

import numpy as np

from carreport.audit.checks.estimates import kaplan_meier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from carreport.audit.checks.estimates import Estimate

    Reals = NDArray[np.float64]
    Masks = NDArray[np.int64]
    Flags = NDArray[np.bool_]

MOST_PATIENTS: Final = 60
"""Sets of numbers at risk are searched up to so many patients."""
_MOST_STATES: Final = 1_000_000
"""Sets that are followed at once; past it the search is no longer complete."""
_SAMPLED: Final = 20_000
"""Sets that are followed on from there, to give examples."""
_SLACK: Final = 1e-12
"""Far above what floating point loses here, far below a printed digit."""


class Search:
    """Every set, from the smallest number at risk up, that can still give the printed values."""

    def __init__(self, printed: Estimate) -> None:
        self.printed = printed
        low, high = printed.rate
        se_low, se_high = printed.se or (Fraction(0), None)
        self.fall = (-log(high), -log(low))
        self.spread = (
            float(se_low / high) ** 2,
            inf if se_high is None else float(se_high / low) ** 2,
        )

    def run(self, most_events: int = MOST_PATIENTS) -> tuple[Masks, bool]:
        """The sets of so many events as bits (r − 2 for r at risk), and whether they are all."""
        masks, fall, spread = np.zeros(1, dtype=np.int64), np.zeros(1), np.zeros(1)
        complete = True
        for r in range(2, self.printed.n + 1):
            step, more = -log1p(-1 / r), 1 / (r * (r - 1))
            masks = np.concatenate([masks, masks | (1 << (r - 2))])
            fall = np.concatenate([fall, fall + step])
            spread = np.concatenate([spread, spread + more])
            few = events_of(masks) <= most_events
            alive = np.flatnonzero(few & self._reachable(r, fall, spread))
            if alive.size > _MOST_STATES:
                complete = False
                alive = alive[:: alive.size // _SAMPLED]
            masks, fall, spread = masks[alive], fall[alive], spread[alive]
        return self._exact(masks, fall, spread), complete

    def _reachable(self, r: int, fall: Reals, spread: Reals) -> Flags:
        """Whether events at more than r at risk can lead into the printed values."""
        falls, spreads = _steps(range(self.printed.n, r, -1))
        low, high = self.fall
        fits: Flags = (fall <= high + _SLACK) & (fall + falls.sum() >= low - _SLACK)
        least = np.interp(np.maximum(low - fall, 0), *_edge(falls, spreads))
        most = np.interp(np.maximum(high - fall, 0), *_edge(falls[::-1], spreads[::-1]))
        fits &= spread + least <= self.spread[1] + _SLACK
        fits &= spread + most >= self.spread[0] - _SLACK
        return fits

    def _exact(self, masks: Masks, fall: Reals, spread: Reals) -> Masks:
        rate, se = np.exp(-fall), np.exp(-fall) * np.sqrt(spread)
        inside, near = _against(rate, self.printed.rate)
        if self.printed.se is not None:
            within, close = _against(se, self.printed.se)
            inside, near = inside & within, (near | close) & (inside | near) & (within | close)
        decided = inside & ~near
        for at in np.flatnonzero(near).tolist():
            decided[at] = self._gives(at_risk_of(int(masks[at])))
        return masks[decided]

    def _gives(self, at_risk: Sequence[int]) -> bool:
        rate, variance = kaplan_meier(at_risk)
        low, high = self.printed.rate
        if not low <= rate <= high:
            return False
        return self.printed.se is None or (
            self.printed.se[0] ** 2 <= variance <= self.printed.se[1] ** 2
        )


def _edge(falls: Reals, spreads: Reals) -> tuple[Reals, Reals]:
    """Corners of one edge of what these events reach, taken in their order."""
    start = np.zeros(1)
    return np.concatenate([start, falls.cumsum()]), np.concatenate([start, spreads.cumsum()])


def _against(values: Reals, edges: tuple[Fraction, Fraction]) -> tuple[Flags, Flags]:
    """Whether values lie inside the edges, and whether too near to one to be decided."""
    low, high = map(float, edges)
    near = (np.abs(values - low) <= _SLACK) | (np.abs(values - high) <= _SLACK)
    return (values >= low) & (values <= high), near


def bounds(search: Search) -> tuple[int, int] | None:
    """
    Proven bounds of the number of events; None if no number is possible.

    Those that `_possible` leaves; from below also by looking for sets of so few events.
    """
    found = np.flatnonzero(_possible(search))
    if not found.size:
        return None
    least, most = int(found[0]), int(found[-1])
    while least < most:
        masks, complete = search.run(least)
        if masks.size or not complete:
            break
        least += 1
    return least, most


def _possible(search: Search) -> Flags:
    """
    Whether each number of events, from none up, may give the printed values.

    For every slope, the events of a set add up to no less than the smallest, and no more than the
    largest, so many values of (SE/S)² − slope·(−ln S).
    """
    falls, spreads = _steps(range(2, search.printed.n + 1))
    across, up = falls[:, None] - falls, spreads[:, None] - spreads
    apart = np.triu_indices(falls.size, 1)
    slopes = np.unique(np.concatenate([[0.0], up[apart] / across[apart]]))
    least, most = _smallest_and_largest(spreads - slopes[:, None] * falls)
    fits: Flags = np.all(
        least <= (search.spread[1] - slopes * search.fall[0] + _SLACK)[:, None], axis=0
    )
    fits &= np.all(most >= (search.spread[0] - slopes * search.fall[1] - _SLACK)[:, None], axis=0)
    shortest, longest = _smallest_and_largest(falls[None, :])
    fits &= (shortest[0] <= search.fall[1] + _SLACK) & (longest[0] >= search.fall[0] - _SLACK)
    return fits


def _smallest_and_largest(values: Reals) -> tuple[Reals, Reals]:
    """Per line, the sum of the 0, 1, 2, … smallest and largest values."""
    ordered, start = np.sort(values, axis=1), np.zeros((len(values), 1))
    smallest = np.hstack([start, ordered.cumsum(axis=1)])
    return smallest, np.hstack([start, ordered[:, ::-1].cumsum(axis=1)])


def at_risk_of(mask: int) -> tuple[int, ...]:
    """The numbers at risk whose bits are set, falling."""
    return tuple(r for r in range(mask.bit_length() + 1, 1, -1) if mask >> (r - 2) & 1)


def events_of(masks: Masks) -> Masks:
    """How many bits are set in each."""
    found: Masks = np.bitwise_count(masks).astype(np.int64)
    return found


def _steps(at_risk: Sequence[int]) -> tuple[Reals, Reals]:
    """What an event at each number at risk adds to −ln S and to (SE/S)²."""
    fall = np.array([-log1p(-1 / r) for r in at_risk])
    spread = np.array([1 / (r * (r - 1)) for r in at_risk])
    return fall, spread
