"""The reference of macros as data, and what each of its examples prints in a tiny study."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import html

from carreport.figures import draw
from carreport.render import render
from carreport.tables import lay_out

if TYPE_CHECKING:
    from folders import StudyFolder

ENTRY = re.compile(
    r"^### `(?P<head>[^`]+)`\n(?P<text>.*?)```jinja\n(?P<example>.*?)\n```\n\n```text\n(?P<prints>.*?)\n```$",
    re.MULTILINE | re.DOTALL,
)
PAGE = '<!doctype html><html lang="en"><head><title>Macros</title></head><body>{}</body></html>'


@dataclass(frozen=True)
class Entry:
    """One entry: how it is called, an example and what that prints; an end of … is left open."""

    head: str
    example: str
    prints: str

    @property
    def name(self) -> str:
        """What is called or included."""
        return self.head.partition("(")[0]


def entries(page: str) -> list[Entry]:
    """Every entry of the page, in its order."""
    return [Entry(one["head"], one["example"], one["prints"]) for one in ENTRY.finditer(page)]


def printed(study: StudyFolder, examples: list[str], document: str) -> list[str]:
    """What a reader sees of each example, in one document."""
    parts = "".join(f'<div class="example">{one}</div>' for one in examples)
    study.write(f"documents/{document}/{document}.html.j2", PAGE.format(parts))
    snapshot, results = study.snapshot(), study.results()
    tables = lay_out(results, snapshot, (document,))
    figures = draw(results, snapshot.settings, (document,)) if document != "interim" else ()
    (made,) = render(study.path, snapshot, results, tables, figures, [document])
    tree = html.document_fromstring(made.text)
    return [_seen(one) for one in tree.xpath('//div[@class="example"]')]


def _seen(element: html.HtmlElement) -> str:
    """The words of an element: no style, script or drawing."""
    for silent in element.xpath(".//style | .//script | .//svg"):
        silent.drop_tree()
    for block in element.xpath(".//p | .//td | .//th | .//tr | .//li | .//h2 | .//h3 | .//caption"):
        block.tail = f" {block.tail or ''}"
    return " ".join("".join(element.itertext()).translate(UNSEEN).split())


NOTHING = "(nothing that is read)"
"""What the page says of an example that a reader of the document does not see."""
UNSEEN = dict.fromkeys(map(ord, "\N{WORD JOINER}\N{ZERO WIDTH SPACE}"))
