"""Text as CSV that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def to_csv(lines: Iterable[Sequence[str]]) -> str:
    """Lines as CSV; text a spreadsheet would take for a formula is quoted for it."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    for line in lines:
        writer.writerow([_inert(cell) for cell in line])
    return stream.getvalue()


def _inert(cell: str) -> str:
    """A cell no spreadsheet runs: a leading apostrophe before what is no number."""
    if not cell.startswith(_FORMULA):
        return cell
    try:
        float(cell)
    except ValueError:
        return f"'{cell}"
    return cell
