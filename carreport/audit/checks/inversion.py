"""
Which numbers at risk can be behind a printed Kaplan-Meier estimate and its standard error.

One event with r patients at risk multiplies S by (r − 1)/r and adds 1/(r(r − 1)) to (SE/S)². Two
events at once with r at risk do the same as one with r and one with r − 1: both terms telescope.
So a curve is, for S and its SE, the set of its numbers at risk, and n patients have 2^n sets.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from carreport.audit.checks.answer import NotTestable
from carreport.audit.checks.estimates import estimate
from carreport.audit.checks.search import MOST_PATIENTS, Search, at_risk_of, bounds, events_of

if TYPE_CHECKING:
    from carreport.audit.checks.estimates import Estimate


@dataclass(frozen=True, slots=True)
class Inversion:
    """
    Sets of numbers at risk that give a printed S ± SE.

    Attributes:
        sets: Numbers at risk at the events, falling; fewest events first.
        count: How many sets there are; None if they were too many to count.
        complete: Whether *sets* holds all of them.
        events: Fewest and most events of any set; where *count* is None, proven bounds, which no
            set need attain. None if there is no set or nothing could be tested.
        reason: Why nothing could be tested, or empty.
    """

    sets: tuple[tuple[int, ...], ...]
    count: int | None
    complete: bool
    events: tuple[int, int] | None
    reason: str = ""

    def allows(self, events: int) -> bool:
        """Whether so many events are possible, as far as is known."""
        if self.events is None:
            return False
        if self.complete:
            return any(len(one) == events for one in self.sets)
        return self.events[0] <= events <= self.events[1]


def invert(rate: str | None, se: str | None, n: str | None, *, limit: int = 100) -> Inversion:
    """
    All sets of numbers at risk that give a printed Kaplan-Meier estimate and standard error.

    Args:
        rate: The estimate, as a percentage or a fraction.
        se: Greenwood's standard error on the same scale; None to go by the estimate alone.
        n: Patients at the start, at most 60; all under observation from then on.
        limit: How many sets are listed.

    Returns:
        The sets, how many there are and how many events they have. Where they are too many to
        follow, some of them, and proven bounds of the number of events.

    Raises:
        ValueError: *limit* is not positive.

    Source:
        S = Π (rᵢ − 1)/rᵢ, SE = S·√(Σ 1/(rᵢ(rᵢ − 1))); Kaplan & Meier, J Am Stat Assoc
        1958;53:457-481; Greenwood, Reports on Public Health 33, 1926. R: survfit.

    >>> invert("61.2%", "14.0%", "14").sets
    ((14, 13, 12, 11, 7),)
    >>> invert("61.2%", None, "14").count
    3
    """
    if limit < 1:
        message = f"at least one set must be listed, found a limit of {limit}"
        raise ValueError(message)
    try:
        printed = estimate(rate, se, n)
        _refuse(printed)
    except NotTestable as missing:
        return Inversion((), None, complete=False, events=None, reason=missing.reason)
    return _searched(printed, limit)


def _refuse(printed: Estimate) -> None:
    if printed.n > MOST_PATIENTS:
        message = f"numbers at risk are searched up to {MOST_PATIENTS} patients, not {printed.n}"
        raise NotTestable(message)
    if printed.rate[0] <= 0:
        message = f"{printed.text} may be zero, which any last patient's event gives"
        raise NotTestable(message)


@lru_cache(maxsize=64)
def _searched(printed: Estimate, limit: int) -> Inversion:
    search = Search(printed)
    masks, complete = search.run()
    number = masks.size
    kept = masks[np.lexsort((-masks, events_of(masks)))[:limit]]
    sets = tuple(at_risk_of(mask) for mask in kept.tolist())
    if not complete and (among := bounds(search)):
        return Inversion(sets, None, complete=False, events=among)
    events = events_of(masks)
    among = (int(events.min()), int(events.max())) if number else None
    return Inversion(sets, number, complete=number <= limit, events=among)
