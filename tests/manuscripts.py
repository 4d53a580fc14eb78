"""Copies of documents of ours as plain text, Markdown and HTML without ids, some digits altered."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from lxml import html

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from carreport.manuscript.model import Block

CELL = re.compile(r"(.*), row (\d+), column (\d+)")
SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~^$])")


def spoken(blocks: Sequence[Block]) -> list[Block]:
    """What a reader would copy: no code, no appendix of traces."""
    return [
        one
        for one in blocks
        if one.text.strip()
        and one.kind != "code"
        and not any(mark.owner == "trace" for mark in one.marks)
    ]


def alterable(blocks: Sequence[Block]) -> list[tuple[int, int]]:
    """Block and position of one digit in each number with an id, in reading order."""
    return [
        (at, max(place for place in range(mark.start, mark.end) if one.text[place] in "0123456789"))
        for at, one in enumerate(blocks)
        for mark in one.marks
        if mark.owner == "number" and re.search("[0-9]", one.text[mark.start : mark.end])
    ]


def altered(blocks: Sequence[Block], where: Sequence[tuple[int, int]]) -> list[Block]:
    """The same with another digit at some places."""
    found = list(blocks)
    for at, place in where:
        text = found[at].text
        digit = (int(text[place]) + 3) % 10
        found[at] = replace(found[at], text=f"{text[:place]}{digit}{text[place + 1 :]}")
    return found


def as_text(blocks: Sequence[Block]) -> str:
    """Paragraphs apart by empty lines, cells by tabulators."""
    parts = (
        "\n".join("\t".join(row) for row in one) if isinstance(one, list) else one.text
        for one in _tables(blocks)
    )
    return "\n\n".join(parts) + "\n"


def as_markdown(blocks: Sequence[Block]) -> str:
    """Headings with #, tables with pipes."""
    parts = []
    for one in _tables(blocks):
        if isinstance(one, list):
            rows = [f"| {' | '.join(map(_plain, row))} |" for row in one]
            rows.insert(1, f"|{'---|' * len(one[0])}")
            parts.append("\n".join(rows))
        elif one.kind in {"heading", "title"}:
            parts.append(f"{'#' * (one.level + 1)} {_plain(one.text)}")
        else:
            parts.append(re.sub(r"^(\d+)([.)])", r"\1\\\2", _plain(one.text)))
    return "\n\n".join(parts) + "\n"


def without_ids(page: str) -> str:
    """A page of ours as a word processor might save it."""
    tree = html.document_fromstring(page)
    for name in ("script", "style", "template"):
        for element in tree.xpath(f"//{name}"):
            element.drop_tree()
    for element in tree.iter():
        if isinstance(element.tag, str):
            for name in list(element.attrib):
                if name.startswith("data-") or name in {"id", "href", "value", "content", "name"}:
                    del element.attrib[name]
            if element.tag == "data":
                element.tag = "span"
    return html.tostring(tree, encoding="unicode")


def _tables(blocks: Sequence[Block]) -> Iterator[Block | list[list[str]]]:
    """Blocks, and the cells of each table as its rows."""
    rows: dict[int, dict[int, str]] = {}
    name = ""
    for one in blocks:
        match = CELL.fullmatch(one.place) if one.kind == "cell" else None
        if rows and (match is None or match[1] != name):
            yield _filled(rows)
            rows = {}
        if match is None:
            yield one
        else:
            name = match[1]
            rows.setdefault(int(match[2]), {})[int(match[3])] = one.text
    if rows:
        yield _filled(rows)


def _filled(rows: dict[int, dict[int, str]]) -> list[list[str]]:
    wide = max(max(row) for row in rows.values())
    return [
        [row.get(column, "") for column in range(1, wide + 1)] for _, row in sorted(rows.items())
    ]


def _plain(text: str) -> str:
    return SPECIAL.sub(r"\\\1", text)
