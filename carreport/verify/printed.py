"""Whether the pages print what the results inside say."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from carreport.verify.verdict import Check

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from carreport.render.reread import Link, Reading
    from carreport.verify.inside import Inside

_INVISIBLE: Final = {
    **str.maketrans("", "", "\N{WORD JOINER}\N{ZERO WIDTH SPACE}\N{SOFT HYPHEN}"),
    **str.maketrans("\x02", "-"),  # pdfium's sign for a hyphen at the end of a line
}
_MOST_LINES: Final = 4
"""A number is broken over no more lines."""


def linked_numbers(reading: Reading, inside: Inside) -> Check:
    """
    Whether every number that leads to its trace is the one its trace says.

    Args:
        reading: The PDF.
        inside: What it carries.
    """
    links = list(reading.links())
    numbers: dict[str, list[Link]] = {}
    for link in links:
        if link.target in inside.numbers:
            numbers.setdefault(link.target, []).append(link)
    forms = _forms(reading, inside)
    findings = [*_wrong(numbers, forms), *_wrong_pages(links, inside)]
    count = sum(map(len, numbers.values()))
    how = "not all print" if findings else "all print"
    said = f"{count} links to {len(numbers)} numbers; {how} what the results inside say"
    return Check("numbers on the pages", said, tuple(findings))


def _forms(reading: Reading, inside: Inside) -> dict[str, Counter[str]]:
    """How each number is printed, and how often, where it leads to its trace."""
    document = inside.document
    found: dict[str, Counter[str]] = {}
    for id_, row in inside.numbers.items():
        for use in row["uses"]:
            # What stands nowhere in the PDF was for the screen; a drawing's have its own place.
            there = reading.page_of(use["anchor"]) or reading.page_of(use["place"])
            if use["document"] == document and use["anchor"] and there:
                found.setdefault(id_, Counter())[use["printed"]] += 1
    return found


def _wrong(numbers: Mapping[str, list[Link]], forms: Mapping[str, Counter[str]]) -> Iterator[str]:
    for id_ in dict.fromkeys([*forms, *numbers]):
        wanted = forms.get(id_, Counter())
        plain = {_plain(form): form for form in wanted}
        seen: Counter[str] = Counter()
        for pages, text in _whole(numbers.get(id_, ()), plain):
            if text in plain:
                seen[plain[text]] += 1
            else:
                said = " or ".join(map(repr, wanted)) or "nothing there"
                yield f"page {pages}: {text!r} leads to {id_}, which prints {said}"
        for form, count in wanted.items():
            if seen[form] < count:
                yield f"{id_}: {form!r} is printed {count} times, {seen[form]} of them are found"


def _whole(links: Iterable[Link], forms: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """What stands under links to one number; parts on consecutive lines make one."""
    left = list(links)
    while left:
        for lines in range(1, 1 + min(_MOST_LINES, len(left))):
            text = _plain("".join(link.text for link in left[:lines]))
            if text in forms:
                break
        else:
            lines, text = 1, _plain(left[0].text)
        yield left[0].page, text
        del left[:lines]


def _plain(text: str) -> str:
    return "".join(text.translate(_INVISIBLE).split())


def _wrong_pages(links: Iterable[Link], inside: Inside) -> Iterator[str]:
    """References to pages that name another page than the one they lead to."""
    for link in links:
        named = _plain(link.text)
        if link.target not in inside.numbers and named.isdecimal() and int(named) != link.leads_to:
            yield f"page {link.page}: the reference to page {named} leads to page {link.leads_to}"
