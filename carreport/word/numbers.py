"""
Numbers as content controls, and the record of them that a document carries.

Each control is titled and tagged `carreport:` and the number's id. Word allows 64 characters there;
a longer id has a short name, and the record says what it stands for: see
docs/reference/manuscript-formats.md, “How a document carries ids”.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import quoteattr

from carreport.word.markup import plain, run, run_properties
from carreport.word.record import LONGEST, TAG, Written

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.html import HtmlElement

    from carreport.word.markup import Look

_FIRST: Final = 100_001
"""Word's own controls have random numbers up to 2³¹; ours are counted, and so always the same."""
_NUMBERED: Final = re.compile(r'<w:id w:val="([0-9]+)"/><w:text/>')
_ORIGIN: Final = "o-"
_STATED: Final = "stated"
"""What a number's class says of one that no analysis computed, in the place of an origin."""


@dataclass(slots=True)
class Controls:
    """The numbers of a document in its order, as they are written."""

    found: list[Written] = field(default_factory=list)
    _keys: dict[str, str] = field(default_factory=dict)

    def control(self, number: HtmlElement, look: Look) -> str:
        """
        A number, inside its control.

        Args:
            number: The element of the page that carries its id.
            look: How it looks.
        """
        id_, printed = number.get("data-id") or "", said(number)
        key, at = self._key(id_), _FIRST + len(self.found)
        self.found.append(
            Written(
                id_,
                key,
                printed,
                number.get("data-style") or "",
                str(at),
                number.get("value") or "",
                _origin(number),
            )
        )
        name = quoteattr(TAG + key)
        return (
            f"<w:sdt><w:sdtPr>{run_properties(look)}<w:alias w:val={name}/><w:tag w:val={name}/>"
            f'<w:id w:val="{at}"/><w:text/></w:sdtPr>'
            f"<w:sdtContent>{run(printed, look)}</w:sdtContent></w:sdt>"
        )

    def in_order(self, parts: Iterable[str]) -> tuple[Written, ...]:
        """
        The numbers as they stand in a document: cells are not always written in their order.

        Args:
            parts: XML of the document's parts, the body first.
        """
        by_number = {one.control: one for one in self.found}
        places = (found[1] for part in parts for found in _NUMBERED.finditer(part))
        return tuple(by_number[one] for one in places)

    def _key(self, id_: str) -> str:
        if len(TAG) + len(id_) <= LONGEST:
            return id_
        return self._keys.setdefault(id_, f"a{1 + len(self._keys)}")


def said(element: HtmlElement) -> str:
    """What an element says, as a Word document can hold it."""
    return plain("".join(map(str, element.itertext()))).strip()


def _origin(number: HtmlElement) -> str:
    named = [one for one in (number.get("class") or "").split() if one.startswith(_ORIGIN)]
    origin = named[0].removeprefix(_ORIGIN) if named else ""
    return "" if origin == _STATED else origin
