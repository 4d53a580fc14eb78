"""Skeleton of the inversion of a Kaplan-Meier estimate; to be written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Inversion:
    """
    All sets of numbers at risk that give a printed S ± SE.

    Attributes:
        sets: Numbers at risk at each event, falling; ordered by number of events.
        count: How many sets there are; None if there are too many to count.
        complete: Whether *sets* lists all of them.
        events: Fewest and most events of any set (proven bounds where *count* is None); None if
            there is no set or nothing could be tested.
        reason: Why nothing could be tested, or empty.
    """

    sets: tuple[tuple[int, ...], ...]
    count: int | None
    complete: bool
    events: tuple[int, int] | None
    reason: str = ""


def invert(rate: str | None, se: str | None, n: str | None, *, limit: int = 100) -> Inversion:  # noqa: ARG001 - skeleton
    """To be written."""
    return Inversion((), None, complete=False, events=None, reason="it is not written yet")
