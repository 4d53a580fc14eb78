"""Automatic numbers of a Word document: of lists and of headings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from carreport.manuscript.reading.docx_package import W, is_on, value
from carreport.manuscript.reading.html_elements import letters, roman

if TYPE_CHECKING:
    from collections.abc import Iterable

    from carreport.manuscript.reading.docx_package import Package

_PLACE: Final = re.compile(r"%([1-9])")
_SILENT: Final = frozenset({"bullet", "none"})
_LEVELS: Final = 9


class Numbers:
    """
    Counters of lists, in the order of the paragraphs.

    Args:
        package: The document.
    """

    def __init__(self, package: Package) -> None:
        self._package = package
        self._abstract: dict[str, Any] = {}
        self._lists: dict[str, Any] = {}
        root = package.part("numbering")
        for element in root if root is not None else ():
            if element.tag == W + "abstractNum":
                self._abstract[value(element, "abstractNumId")] = element
            elif element.tag == W + "num":
                self._lists[value(element, "numId")] = element
        self._counts: dict[str, list[int | None]] = {}
        self._restarted: set[tuple[str, int]] = set()

    def label(self, properties: Any, style: str) -> str:
        """
        The number before a paragraph, or nothing.

        Args:
            properties: The paragraph's, or None.
            style: Its style.
        """
        number, level = self._list_of(properties, style)
        levels = self._levels(number)
        if level not in levels:
            return ""
        counts = self._counts.setdefault(self._counter(number), [None] * _LEVELS)
        self._restart(number, level, counts)
        own = counts[level]
        counts[level] = self._start(number, level, levels) if own is None else own + 1
        counts[level + 1 :] = [None] * (_LEVELS - level - 1)
        if self._format(levels[level]) in _SILENT:
            return ""
        return self._text(number, level, levels, counts)

    def _list_of(self, properties: Any, style: str) -> tuple[str, int]:
        """The list a paragraph belongs to, and its level there, from 0."""
        own = properties.find(W + "numPr") if properties is not None else None
        holders = [] if own is None else [own]
        for one in self._package.chain(style):
            inherited = one.element.find(f"{W}pPr/{W}numPr")
            holders += [] if inherited is None else [inherited]
        number = next((n for one in holders if (n := value(one.find(W + "numId")))), "")
        level = next((n for one in holders if (n := value(one.find(W + "ilvl")))), "")
        if not level:
            level = self._level_of_style(number, style)
        return number, min(int(level), _LEVELS - 1) if level.isdigit() else 0

    def _level_of_style(self, number: str, style: str) -> str:
        names = {one.id for one in self._package.chain(style)}
        for level, element in self._levels(number).items():
            if value(element.find(W + "pStyle")) in names:
                return str(level)
        return "0"

    def _counter(self, number: str) -> str:
        return value(self._lists[number].find(W + "abstractNumId"))

    def _levels(self, number: str) -> dict[int, Any]:
        """By level: how a list numbers, with what it changes of its pattern."""
        if number not in self._lists:
            return {}
        pattern = self._abstract.get(self._counter(number))
        found = _by_level(pattern.iterchildren(W + "lvl") if pattern is not None else ())
        for one in self._lists[number].iterchildren(W + "lvlOverride"):
            found |= _by_level(one.iterchildren(W + "lvl"))
        return found

    def _restart(self, number: str, level: int, counts: list[int | None]) -> None:
        """A list of its own that begins anew does so once."""
        for one in self._lists[number].iterchildren(W + "lvlOverride"):
            begins = one.find(W + "startOverride")
            own = begins is not None and value(one, "ilvl") == str(level)
            if own and (number, level) not in self._restarted:
                self._restarted.add((number, level))
                counts[level] = None

    def _start(self, number: str, level: int, levels: dict[int, Any]) -> int:
        for one in self._lists[number].iterchildren(W + "lvlOverride"):
            if value(one, "ilvl") == str(level) and one.find(W + "startOverride") is not None:
                return _whole(value(one.find(W + "startOverride")), 1)
        return _whole(value(levels[level].find(W + "start")), 0) if level in levels else 1

    def _format(self, level: Any) -> str:
        return value(level.find(W + "numFmt")) or "decimal"

    def _text(
        self, number: str, level: int, levels: dict[int, Any], counts: list[int | None]
    ) -> str:
        legal = is_on(levels[level].find(W + "isLgl"))

        def shown(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            if at not in levels:
                return ""
            count = counts[at]
            if count is None:
                count = counts[at] = self._start(number, at, levels)
            return _written(count, "decimal" if legal else self._format(levels[at]))

        return _PLACE.sub(shown, value(levels[level].find(W + "lvlText")))


def _by_level(elements: Iterable[Any]) -> dict[int, Any]:
    return {_whole(value(one, "ilvl"), 0): one for one in elements}


def _whole(written: str, otherwise: int) -> int:
    return int(written) if written.isascii() and written.isdigit() else otherwise


def _written(count: int, kind: str) -> str:
    match kind:
        case "lowerLetter" | "upperLetter":
            return letters(count, upper=kind == "upperLetter")
        case "lowerRoman" | "upperRoman":
            return roman(count, upper=kind == "upperRoman")
        case "decimalZero":
            return f"{count:02d}"
        case "none" | "bullet":
            return ""
    return str(count)
