"""Counting levels: of a categorical variable, of a grade."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carreport.shapes import LevelCount, Levels
from carreport.study.words import written

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


def counted_levels(cells: pd.Series, keys: Mapping[str, str]) -> Levels:
    """
    Patients at each level, of those with a value.

    Args:
        cells: One value per patient, missing ones included.
        keys: For each level as written, its key in ids; in printing order.

    Returns:
        Counts and fractions by level, zeros kept.
    """
    known = cells.dropna().map(written)
    n = len(known)
    counts = {level: int((known == level).sum()) for level in keys}
    return Levels(
        n=n,
        missing=len(cells) - n,
        levels=tuple(
            LevelCount(keys[level], count, count / n if n else None)
            for level, count in counts.items()
        ),
    )
