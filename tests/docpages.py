"""
The documentation's pages, and the blocks in them that a reader would try.

A page begins in the folder that its first lines name:

    <!-- begins in: an empty folder -->         nothing there
    <!-- begins in: a folder with study -->     what `carreport new study` writes
    <!-- begins in: a folder with data -->      the bundled study

and its blocks are run in order. The line before a block may say more about it:

    <!-- exit: 1 -->            how the command ends, if not with 0
    <!-- file: own.py -->       the block is this file, to be written
    <!-- append: study.toml --> the block goes to the end of this file
    <!-- shown: a reason -->    the block is looked at, not run
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parents[1]
DOCS: Final = ROOT / "docs"
BEGINS: Final = re.compile(r"^<!-- begins in: (.+) -->$", re.MULTILINE)
BLOCK: Final = re.compile(
    r"^(?:<!-- (?P<key>exit|file|append|shown): (?P<told>.+?) -->\n\n?)?"
    r"(?P<indent> *)```(?P<language>\w*)\n(?P<text>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Block:
    """
    A fenced block of a page.

    Attributes:
        line: Its first line in the page.
        language: As the fence says.
        text: What stands in it.
        key: What the line before it says of it: exit, file, append, shown, or nothing.
        told: What follows that key.
    """

    line: int
    language: str
    text: str
    key: str = ""
    told: str = ""


def pages() -> list[Path]:
    """Every page of the documentation, and the two that stand beside it."""
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]


def named(page: Path) -> str:
    """A page by its name in the repository."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> Iterator[Block]:
    """The blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    for found in BLOCK.finditer(text):
        line = text.count("\n", 0, found.start("language")) + 1
        key, told = found["key"] or "", found["told"] or ""
        yield Block(line, found["language"], found["text"], key, told)


def begins_in(page: Path) -> str | None:
    """The folder a page's commands begin in; nothing where it does not say."""
    found = BEGINS.search(page.read_text(encoding="utf-8"))
    return found[1] if found else None
