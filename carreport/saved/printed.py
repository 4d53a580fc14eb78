"""Which numbers of a build are printed in a given way, and where."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from carreport.saved.build import Saved

_DASHES: Final = dict.fromkeys(map(ord, "−–‐‑‒﹣－"), "-")
_NUMBER: Final = re.compile(
    r"""
    (?: [^\W\d_][^\d<>=≤≥:]*? (?: \s*[=:]\s* | \s | (?=[<>≤≥]) ) )?      # p =
    (?P<limit> [<>≤≥] )? \s*
    (?P<digits> [+-]? (?: \d{1,3} (?: ,\d{3} )+ | \d+ )? (?: \.\d+ )? )
    \s* (?P<unit> (?: [^\W\d] | [%°×/] ) [^\d<>=]* \d? )?
    """,
    re.VERBOSE,
)
_PERCENT: Final = frozenset({"fraction", "survival", "level"})
_OF_DAYS: Final = frozenset({"day", "month", "year"})
_DIGIT: Final = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Wording:
    """
    A printed text without what typography adds.

    Attributes:
        text: All of it, for words.
        digits: The number in it with its limit sign, or nothing.
        unit: What follows the number.
    """

    text: str
    digits: str
    unit: str


def worded(text: str) -> Wording:
    """
    A printed text without what typography adds.

    >>> worded("p = .014").digits, worded("−0.537").digits, worded("61.2 %").unit
    ('0.014', '-0.537', '%')
    >>> worded("P<0.001").digits, worded("1,204 days"), worded("not reached").digits
    ('<0.001', Wording(text='1,204 days', digits='1204', unit='day'), '')
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).translate(_DASHES).split()).casefold()
    found = _NUMBER.fullmatch(plain)
    if found is None or not _DIGIT.search(found["digits"]):
        return Wording(plain, "", "")
    number = found["digits"].replace(",", "").lstrip("+")
    sign, size = ("-", number[1:]) if number.startswith("-") else ("", number)
    whole, point, decimals = size.partition(".")
    digits = f"{found['limit'] or ''}{sign}{whole.lstrip('0') or '0'}{point}{decimals}"
    return Wording(plain, digits, (found["unit"] or "").removesuffix("s"))


def several(text: str) -> bool:
    """Whether a text holds more than one number."""
    return len(re.findall(r"\d+(?:[.,]\d+)*", text)) > 1


def printed_as(saved: Saved, text: str) -> Iterator[dict[str, Any]]:
    """
    Every place where a number is printed in this way.

    Args:
        saved: The build.
        text: As a reader sees it; minus signs, spaces, a leading `p =` and the percent sign may
            be written in any way, a unit may be there or not.

    Yields:
        Document, place, the string there, id and full value, one for each place and number.
    """
    asked = worded(text)
    seen = set()
    for row in saved.printed():
        for use in row["uses"]:
            place = (row["id"], *sorted((k, v) for k, v in use.items() if k != "anchor"))
            if place not in seen and _same(asked, worded(use["printed"]), row):
                seen.add(place)
                yield {**use, "id": row["id"], "value": row["value"], "unit": row["unit"]}


def _same(asked: Wording, there: Wording, row: Mapping[str, Any]) -> bool:
    if asked.text == there.text:
        return True
    if not asked.digits or asked.digits != there.digits:
        return False
    return not asked.unit or asked.unit == there.unit or _of_unit(asked.unit, row)


def _of_unit(unit: str, row: Mapping[str, Any]) -> bool:
    if unit == "%":
        return row["kind"] in _PERCENT or row["unit"] == "%"
    own = worded(f"1 {row['unit']}").unit
    return unit == own or (own == "day" and unit in _OF_DAYS)
