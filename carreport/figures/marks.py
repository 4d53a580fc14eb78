"""What marks are drawn from, so that each can be followed to its row or its result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np

# Marks of longer listings lead to the listing, not to their row: a page must stay a page.
ROWS_AT_MOST: Final = 300


@dataclass(frozen=True, slots=True)
class Area:
    """
    Where a pointer finds one row or result in what is drawn in one piece; nothing is seen of it.

    Attributes:
        shows: Number of the row, or id of the result.
        corners: A line through these points of the paper, one row each.
    """

    shows: int | str
    corners: np.ndarray


@dataclass(frozen=True, slots=True)
class Marks:
    """
    What one artist draws.

    Attributes:
        listing: Whose rows it draws.
        result: Or which result it draws.
        rows: The row of every point, in the order drawn; empty where there are no points.
        areas: Parts of what is drawn in one piece.
        filled: Whether an area is what its line encloses, and not what is near the line.
        name: What to call a link to the listing; empty where other marks lead there already.
    """

    listing: str = ""
    result: str = ""
    rows: tuple[int, ...] = ()
    areas: tuple[Area, ...] = ()
    filled: bool = False
    name: str = ""

    @property
    def results(self) -> tuple[str, ...]:
        """Every result it draws."""
        parts = [area.shows for area in self.areas if isinstance(area.shows, str)]
        return tuple(dict.fromkeys(id_ for id_ in (self.result, *parts) if id_))
