"""
The appendix of traces on paper: laid out apart from the text whose page numbers it prints.

WeasyPrint could find page numbers itself (`target-counter`) and set columns itself, at the price
of laying every page out twice and every column several times. Here the text comes first; then its
page numbers are written into the appendix, which is set on half pages, two to a sheet.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

COLUMN_MM: Final = 90.0
"""From the left edge of the first column of a sheet to that of the second."""
_PIXELS_PER_MM: Final = 96 / 25.4
_CHECKED: Final = re.compile(r'<(?P<tag>span|i) data-trace="[^"]*">(?P<text>.*?)</(?P=tag)>')
_NOTES: Final = re.compile(r' data-(?:trace|function|call|number|listing-entry)="[^"]*"')
_PAGES: Final = re.compile(r'<span class="pages">(.*?)</span>')
_LINK: Final = re.compile(r'<a href="#([^"]*)"(?: data-in="([^"]*)")?></a>')


def appendix_sheets(
    text: Sequence[Any], appendix: str, lay_out: Callable[[str], Sequence[Any]]
) -> list[Any]:
    """
    The sheets of an appendix that follow the pages of a text.

    Args:
        text: The laid-out pages of the text (weasyprint.Page).
        appendix: HTML of the appendix, checked, without page numbers.
        lay_out: HTML to laid-out pages, of half the width.

    Returns:
        Pages, each of two columns.
    """
    numbers = {name: at for at, page in enumerate(text, start=1) for name in page.anchors}
    return _two_to_a_sheet(lay_out(_numbered(_plain(appendix), numbers)))


def _plain(appendix: str) -> str:
    """The appendix without what only its check needed: each element costs layout time."""
    return _NOTES.sub("", _CHECKED.sub(lambda found: found["text"], appendix))


def _numbered(appendix: str, numbers: Mapping[str, int]) -> str:
    """The appendix with the pages that print a number, each once, as links."""

    def pages(found: re.Match[str]) -> str:
        first: dict[int, str] = {}
        for anchor, block in _LINK.findall(found[1]):
            # Numbers of a drawing have no anchor of their own on paper; the drawing has.
            target = anchor if anchor in numbers else block
            if target in numbers:
                first.setdefault(numbers[target], target)
        links = (f'<a href="#{first[page]}">{page}</a>' for page in sorted(first))
        return f"p.&nbsp;{', '.join(links)}" if first else ""

    return _PAGES.sub(pages, appendix)


def _two_to_a_sheet(halves: Sequence[Any]) -> list[Any]:
    """Every second page moved beside the one before it."""
    sheets = []
    for left, right in zip(halves[::2], [*halves[1::2], None], strict=False):
        box = left._page_box  # noqa: SLF001 - WeasyPrint has no other way to join pages
        if right is not None:
            right._page_box.translate(COLUMN_MM * _PIXELS_PER_MM)  # noqa: SLF001 - as above
            box.children = [*box.children, *right._page_box.children]  # noqa: SLF001 - as above
        sheets.append(type(left)(box))
    return sheets
