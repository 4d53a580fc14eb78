"""What differs between two builds of a study: rows, numbers, because of whom, and where it shows."""

from __future__ import annotations

from carreport.changes.compare import compared
from carreport.changes.model import (
    CellChange,
    Changes,
    Contribution,
    Differing,
    Effects,
    FigureChange,
    Flip,
    ListingChange,
    Named,
    Number,
    NumberChange,
    PatientChange,
    Place,
    RowChange,
    Said,
)
from carreport.changes.side import Drawn, Side

__all__ = [
    "CellChange",
    "Changes",
    "Contribution",
    "Differing",
    "Drawn",
    "Effects",
    "FigureChange",
    "Flip",
    "ListingChange",
    "Named",
    "Number",
    "NumberChange",
    "PatientChange",
    "Place",
    "RowChange",
    "Said",
    "Side",
    "compared",
]
