"""Messages about manuscripts that cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carreport.errors import BadInput, Problem

if TYPE_CHECKING:
    from pathlib import Path


def refused(path: Path, found: str, remedy: str) -> BadInput:
    """
    The message about a file that cannot be read.

    Args:
        path: The file.
        found: What is wrong with it.
        remedy: What to do.
    """
    return BadInput([Problem(path.name, 0, "", found, remedy)])
