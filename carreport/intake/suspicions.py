"""What can be meant as it stands and probably is not: said by `carreport check`, refused by none."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from carreport.errors import BadInput
from carreport.study import schema
from carreport.study.cells import is_date
from carreport.study.files import find_table, read_sheet
from carreport.study.forms import folded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from carreport.study.files import Sheet

_WORDS: Final = {
    "events": ("event", "detail"),
    "adverse_events": ("term", "category"),
    "measurements": ("analyte", "unit"),
}
_SHOWN: Final = 3


def suspicions(folder: Path) -> tuple[str, ...]:
    """
    What nobody is likely to have meant.

    Rows that stand twice, words of one column that differ in case, spaces or hyphens only, and
    adverse events that end before they begin.

    Args:
        folder: A study folder; tables that cannot be read are passed over.
    """
    said: list[str] = []
    for name in schema.TABLES:
        try:
            path = find_table(folder, name)
            sheet = read_sheet(path) if path else None
        except BadInput:
            continue
        if sheet is not None:
            said += [*_twice(name, sheet), *_alike(name, sheet), *_backwards(sheet)]
    return tuple(said)


def _twice(name: str, sheet: Sheet) -> Iterator[str]:
    """Rows that are the same in every cell; where a key tells rows apart, `load` refuses them."""
    if schema.TABLES[name].key:
        return
    first: dict[tuple[str, ...], int] = {}
    again: list[tuple[int, int]] = []
    for line, row in zip(sheet.lines, sheet.rows, strict=True):
        if row in first:
            again.append((line, first[row]))
        first.setdefault(row, line)
    if again:
        shown = ", ".join(f"line {line} is line {was} again" for line, was in again[:_SHOWN])
        more = f" and {len(again) - _SHOWN} more" if len(again) > _SHOWN else ""
        yield f"{sheet.file}: {shown}{more}; remove what was entered twice, both are counted"


def _alike(name: str, sheet: Sheet) -> Iterator[str]:
    for column in _WORDS.get(name, ()):
        if column not in sheet.header:
            continue
        at = sheet.header.index(column)
        times = Counter(row[at] for row in sheet.rows if row[at])
        groups: dict[str, list[str]] = {}
        for word in times:
            groups.setdefault(folded(word), []).append(word)
        for words in groups.values():
            if len(words) > 1:
                shown = ", ".join(f"{word!r} ({times[word]})" for word in words)
                yield f"{sheet.file}, column {column!r}: {shown} are different words here; write one"


def _backwards(sheet: Sheet) -> Iterator[str]:
    """Rows whose end is dated before their start."""
    if not {"start_date", "end_date"} <= set(sheet.header):
        return
    start, end = sheet.header.index("start_date"), sheet.header.index("end_date")
    for line, row in zip(sheet.lines, sheet.rows, strict=True):
        if is_date(row[start]) and is_date(row[end]) and row[end] < row[start]:
            yield f"{sheet.file}, line {line}: ends on {row[end]}, before it begins on {row[start]}"
