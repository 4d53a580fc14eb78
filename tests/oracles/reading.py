"""What R was given and what it answered, as Python values."""

from __future__ import annotations

import csv
from collections import defaultdict
from math import nan
from pathlib import Path

FOLDER = Path(__file__).parent
"""The R scripts, their inputs and their outputs, side by side."""


def rows(file: str) -> list[dict[str, str]]:
    """The lines of a CSV file in this folder."""
    with (FOLDER / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def number(text: str) -> float | None:
    """A printed number; empty or NA is None."""
    return None if text in {"", "NA", "NaN"} else float(text)


def value(text: str) -> float:
    """A printed number; empty or NA is NaN."""
    found = number(text)
    return nan if found is None else found


def comparable(*found: float | None) -> tuple[float, ...]:
    """The same numbers with NaN for None, which pytest.approx cannot compare."""
    return tuple(nan if one is None else one for one in found)


def samples(file: str, by: str, *columns: str) -> dict[str, dict[str, tuple[list[float], ...]]]:
    """Per data set and level of *by*: one list for each of *columns*."""
    found: dict[str, dict[str, tuple[list[float], ...]]] = defaultdict(dict)
    for row in rows(file):
        lists = found[row["dataset"]].setdefault(row[by], tuple([] for _ in columns))
        for values, column in zip(lists, columns, strict=True):
            values.append(value(row[column]))
    return found
