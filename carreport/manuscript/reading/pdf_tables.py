"""Rows of a PDF that make a table: cells, as far as their places tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from carreport.manuscript.reading.tables import Cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carreport.manuscript.reading.pdf_rows import Row

_FIGURE: Final = re.compile(r"[<>≤≥~]?\s?[-+−–]?[0-9]")


def table_rows(rows: Sequence[Row]) -> tuple[list[Cell], int]:
    """
    The cells of a table, and how many of its rows are its head.

    Args:
        rows: From top to bottom.
    """
    columns = _columns(rows)
    cells = []
    for at, row in enumerate(rows):
        taken = -1
        for piece in row.pieces:
            covered = [
                number
                for number, (left, right) in enumerate(columns)
                if number > taken and piece.left < right and piece.right > left
            ]
            first = covered[0] if covered else taken + 1
            width = max(1, len(covered))
            taken = first + width - 1
            cells.append(Cell(at, first, piece.text, piece.marks, columns=width))
    return cells, _heads(rows)


def _columns(rows: Sequence[Row]) -> list[tuple[float, float]]:
    """Where columns are: pieces of the rows with most of them say so first; what spans several is left out."""
    columns: list[tuple[float, float]] = []
    for row in sorted(rows, key=lambda one: -len(one.pieces)):
        if columns and len(row.pieces) < 2:
            break
        for piece in row.pieces:
            over = [one for one in columns if piece.left < one[1] and piece.right > one[0]]
            if len(over) < 2:
                columns = [one for one in columns if one not in over]
                columns.append(
                    (
                        min(piece.left, *(one[0] for one in over)),
                        max(piece.right, *(one[1] for one in over)),
                    )
                    if over
                    else (piece.left, piece.right)
                )
    return sorted(columns)


def _heads(rows: Sequence[Row]) -> int:
    """Rows before the first that has a figure right of its first piece."""
    for at, row in enumerate(rows):
        if any(_FIGURE.match(piece.text) for piece in row.pieces[1:]):
            return at
    return 0
