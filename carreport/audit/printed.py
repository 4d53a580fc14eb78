"""
Numbers as they were printed, and what they can have been before they were rounded.

"0.50" was printed for anything from 0.495 up to, but not including, 0.505. All edges are exact.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from carreport.units import MINUS, round_half_away

if TYPE_CHECKING:
    from collections.abc import Iterable

_RELATIONS: Final = {
    "<": "<", "less than": "<", "fewer than": "<", "below": "<", "under": "<",
    "≤": "≤", "<=": "≤", "at most": "≤", "up to": "≤", "no more than": "≤", "not more than": "≤",
    ">": ">", "more than": ">", "above": ">", "over": ">",
    "≥": "≥", ">=": "≥", "at least": "≥", "no less than": "≥", "no fewer than": "≥",
    "≈": "≈", "~": "≈", "∼": "≈", "about": "≈", "around": "≈", "approximately": "≈",
}  # fmt: skip
_UNITS: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS: Final = {
    "no": 0,
    "none": 0,
    **{word: number for number, word in enumerate(_UNITS)},
    **{word: 10 * number for number, word in enumerate(_TENS, start=2)},
    **{
        f"{tens}{link}{one}": 10 * number + unit
        for number, tens in enumerate(_TENS, start=2)
        for unit, one in enumerate(_UNITS[1:10], start=1)
        for link in "- "
    },
    "a hundred": 100,
    "one hundred": 100,
}
_LINKS: Final = frozenset({"±", "–", "-", "to"})
"""Between two numbers of which only the second carries the percent sign."""
_RAISED: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_SPACES: Final = "\N{THIN SPACE}\N{NARROW NO-BREAK SPACE}\N{NO-BREAK SPACE}\N{FIGURE SPACE}"
_PLAIN: Final = str.maketrans(
    dict.fromkeys(
        "\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{SMALL HYPHEN-MINUS}"
        "\N{FULLWIDTH HYPHEN-MINUS}\N{HEAVY MINUS SIGN}",
        "-",
    )
    | {"\N{FULLWIDTH PERCENT SIGN}": "%", "\N{SMALL PERCENT SIGN}": "%"}
)
_MIDDLE: Final = re.compile(
    r"(?<![\d.])([0-9]{1,30})[·∙⋅](?!10[\^⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹])([0-9]{1,30})(?![\d.·∙⋅])"
)
"""A decimal point as The Lancet sets it; not the sign of a product with a power of ten."""
_DECIMALS: Final = 40
"""Far below any printed digit; rounding there gives the decimal a float was meant to be."""


def _any_of(words: Iterable[str]) -> str:
    ordered = sorted(words, key=len, reverse=True)
    whole = (rf"\b{one}\b" if one[0].isalpha() else re.escape(one) for one in ordered)
    return "|".join(whole).replace(" ", r"\s+")


_DIGITS: Final = "[0-9]{1,30}"
"""No printed number has more; longer runs of digits are identifiers."""
_GROUPED: Final = f"[0-9]{{1,3}} (?: [,{_SPACES}] [0-9]{{3}} ){{1,10}} (?![0-9])"
_RAISED_POWER: Final = "[⁺⁻]? [⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}"
_SIGNED_POWER: Final = f"[-+{MINUS}]? [0-9]{{1,2}}"
_LOST: Final = r"\s [0-9]{1,2} (?= \s? (?: / | cells | per\b | copies ) )"
"""A power whose raising was lost, told by the unit behind it."""
_POWER: Final = rf"\^? {_SIGNED_POWER} | \s* {_RAISED_POWER} | \( [0-9]{{1,2}} \) | {_LOST}"
_IN_A_WORD: Final = "[^\\W⁰¹²³⁴⁵⁶⁷⁸⁹]"
"""A raised digit after a number is a note, no part of it."""
_ANY_RELATION: Final = _any_of(_RELATIONS)
_ANY_WORD: Final = _any_of(_WORDS)
_NUMBER: Final = re.compile(
    rf"""
    (?: (?P<relation> {_ANY_RELATION} ) \s* )?
    (?: (?<![\w.]) (?P<ten> 10 (?: \^ {_SIGNED_POWER} | {_RAISED_POWER} ) ) (?! \w )
      | (?<![\w.]) (?<! [A-Za-z][-–{MINUS}] )
        (?P<sign> [-+–{MINUS}] )?
        (?P<digits> (?: {_GROUPED} | {_DIGITS} ) (?: \. {_DIGITS} )? | \. {_DIGITS} )
        (?P<times> \s* [×x·∙⋅*] \s* 10 (?P<power> {_POWER} )
                 | e (?P<exponent> {_SIGNED_POWER} ) )?
        (?P<percent> \s* (?: % | per\s?cent\b ) )?
        (?! {_IN_A_WORD} )
      | \b (?P<word> {_ANY_WORD} ) \b
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Interval:
    """
    Values from *low* to *high*, None standing for no limit.

    Attributes:
        low: Lower edge.
        high: Upper edge.
        with_low: Whether the lower edge belongs to it.
        with_high: Whether the upper edge belongs to it.
    """

    low: Fraction | None
    high: Fraction | None
    with_low: bool = False
    with_high: bool = False

    def __contains__(self, value: Fraction) -> bool:
        """Whether a value lies inside."""
        above = self.low is None or value > self.low or (self.with_low and value == self.low)
        below = self.high is None or value < self.high or (self.with_high and value == self.high)
        return above and below


@dataclass(frozen=True, slots=True)
class Printed:
    """
    One number as it was printed.

    Attributes:
        start: Where it begins in the text, its relation not included.
        end: Where it ends there.
        value: The printed value itself, power of ten included; 61.2 for "61.2%".
        decimals: Digits after the point.
        power: The power of ten that follows it, or 0.
        times: That power as it was written, or empty.
        percent: Whether it is a percentage.
        relation: <, ≤, >, ≥ or ≈ before it, or empty.
    """

    start: int
    end: int
    value: Fraction
    decimals: int = 0
    power: int = 0
    times: str = ""
    percent: bool = False
    relation: str = ""

    @property
    def interval(self) -> Interval:
        """
        What can have been rounded to it, half away from zero, or what its relation allows.

        "About 50" is anything that rounds to 5 tens: its last digit that is not zero counts.
        """
        match self.relation:
            case "<" | "≤":
                return Interval(None, self.value, with_high=self.relation == "≤")
            case ">" | "≥":
                return Interval(self.value, None, with_low=self.relation == "≥")
        half = Fraction(10) ** (self._last_digit() if self.relation else self._last_place()) / 2
        return Interval(
            self.value - half,
            self.value + half,
            with_low=self.value > 0,
            with_high=self.value < 0,
        )

    def like(self, value: Fraction) -> str:
        """Another value printed to the same precision, in the same way."""
        mantissa = round_half_away(float(value / Fraction(10) ** self.power), self.decimals)
        return f"{mantissa}".replace("-", MINUS) + self.times + ("%" if self.percent else "")

    def _last_place(self) -> int:
        return self.power - self.decimals

    def _last_digit(self) -> int:
        """The place of the last digit that is not zero."""
        place = self._last_place()
        while self.value and self.value % Fraction(10) ** (place + 1) == 0:
            place += 1
        return place

    def __str__(self) -> str:
        """The number without what stood around it."""
        return self.like(self.value)


@lru_cache(maxsize=4096)
def printed_numbers(text: str) -> tuple[Printed, ...]:
    """
    Every number printed in a text, in digits or in words.

    A percent sign after two numbers joined by ±, a dash or "to" belongs to both.

    Args:
        text: A few words of a paper.

    Returns:
        The numbers, in order; digits inside a word such as CD19 are none.

    >>> [str(one) for one in printed_numbers("78.6 ± 11.0% (8 of nine)")]
    ['78.6%', '11.0%', '8', '9']
    """
    found = [_number(match) for match in _NUMBER.finditer(plain(text))]
    for at, (left, right) in reversed(list(enumerate(pairwise(found)))):
        if found[at + 1].percent and text[left.end : right.start].strip() in _LINKS:
            found[at] = replace(left, percent=True)
    return tuple(found)


def _number(match: re.Match[str]) -> Printed:
    written = match["relation"]
    relation = _RELATIONS[" ".join(written.casefold().split())] if written else ""
    if match["word"]:
        value = Fraction(_WORDS[" ".join(match["word"].casefold().split())])
        return Printed(*match.span("word"), value, relation=relation)
    if match["ten"]:
        power, times = _power(match["ten"][2:]), f"×{match['ten']}"
        value = Fraction(10) ** power
        return Printed(*match.span("ten"), value, power=power, times=times, relation=relation)
    whole, _, fraction = match["digits"].partition(".")
    digits = "".join(filter(str.isdecimal, whole + fraction))
    power = _power(match["power"] or match["exponent"] or "0")
    size = int(digits) * Fraction(10) ** (power - len(fraction))
    return Printed(
        start=match.start("sign" if match["sign"] else "digits"),
        end=match.end(),
        value=-size if match["sign"] not in {None, "+"} else size,
        decimals=len(fraction),
        power=power,
        times=match["times"] or "",
        percent=bool(match["percent"]),
        relation=relation,
    )


def _power(written: str) -> int:
    return int(written.translate(_RAISED).replace(MINUS, "-").strip().strip("^()"))


def plain(text: str) -> str:
    """
    A text in which dashes that stand for a minus and points set in the middle are plain.

    Every character stays where it is.

    >>> plain("P = 0·05 (‑1·2)")
    'P = 0.05 (-1.2)'
    """
    return _MIDDLE.sub(r"\1.\2", text.translate(_PLAIN))


def exact(value: float) -> Fraction:
    """
    The decimal a computed number was meant to be, without binary noise.

    >>> exact(0.1 + 0.2)
    Fraction(3, 10)
    """
    return Fraction(round_half_away(value, _DECIMALS))
