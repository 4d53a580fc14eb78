"""How wide the columns of a table are: by what stands in them, in the fonts of the house."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from carreport.render.lettering import SANS, SANS_BOLD, letters

if TYPE_CHECKING:
    from collections.abc import Sequence

_USUAL: Final = 540
"""Width of a letter that the font lacks, in thousandths of the type size."""
_SUBSTITUTE: Final = 1.13
"""Arial, which Word takes where the font of the house is missing, is so much wider at most."""
_LONGEST_WORD: Final = 32
"""Letters; a longer word may break anywhere."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Twips that a cell needs at least, and to stand on one line."""

    least: float
    most: float


def wanted(text: str, size: float, *, bold: bool, whole: bool) -> Wanted:
    """
    What a cell needs.

    Args:
        text: What stands in it.
        size: Of the type, in points.
        bold: Whether it is semi-bold.
        whole: Whether it is never broken.
    """
    scale = _SUBSTITUTE * size * 20 / 1000
    most = scale * max((_width(line, bold=bold) for line in text.split("\n")), default=0)
    if whole:
        return Wanted(most, most)
    least = max(
        (_width(word[:_LONGEST_WORD], bold=bold) for word in text.replace("\n", " ").split(" ")),
        default=0,
    )
    return Wanted(scale * least, most)


@cache
def _width(text: str, *, bold: bool) -> float:
    advances = letters(SANS_BOLD if bold else SANS).advances
    return sum(advances.get(one, _USUAL) for one in text)


def shared_out(columns: Sequence[Wanted], room: int) -> list[int]:
    """
    Widths of columns.

    Args:
        columns: What each needs, in twips.
        room: Twips there are.

    Returns:
        What each would like where there is room; otherwise the least, and of what is left as much
        as it lacks in proportion; where even that is too wide, all are narrowed alike.

    >>> shared_out([Wanted(10, 30), Wanted(10, 10)], 100), shared_out([Wanted(10, 30)] * 2, 40)
    ([30, 10], [20, 20])
    """
    most = sum(one.most for one in columns)
    least = sum(one.least for one in columns)
    if most <= room:
        return [round(one.most) for one in columns]
    if least >= room:
        return [max(1, int(one.least * room / least)) for one in columns]
    part = (room - least) / (most - least)
    return [int(one.least + part * (one.most - one.least)) for one in columns]
