"""Messages about manuscripts that cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from carreport.errors import BadInput, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from carreport.manuscript.model import Block

_MOST: Final = 400_000
"""So many blocks are eight thousand pages."""


def refused(path: Path, found: str, remedy: str) -> BadInput:
    """
    The message about a file that cannot be read.

    Args:
        path: The file.
        found: What is wrong with it.
        remedy: What to do.
    """
    return BadInput([Problem(path.name, 0, "", found, remedy)])


def bounded(path: Path, blocks: Iterable[Block]) -> tuple[Block, ...]:
    """
    The blocks of a file, if they are not more than a manuscript can have.

    Args:
        path: The file.
        blocks: In reading order.

    Raises:
        BadInput: They are.
    """
    found: list[Block] = []
    for block in blocks:
        found.append(block)
        if len(found) > _MOST:
            several = f"holds more than {_MOST:,} paragraphs and cells"
            raise refused(path, several, "leave out what is no manuscript, or split it")
    return tuple(found)
