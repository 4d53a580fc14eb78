"""Printed strings as numbers with exact edges; whatever cannot be read is not testable."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING, Final

from carreport.audit.checks.answer import NotTestable
from carreport.audit.printed import printed_numbers

if TYPE_CHECKING:
    from fractions import Fraction

    from carreport.audit.printed import Printed

_LARGER: Final = re.compile(
    r"\b(hundred|thousand|million|billion|dozen|half|third|quarter|twice|both|couple)s?\b",
    re.IGNORECASE,
)
"""Words that would make another number of the one that was read."""
_PERCENT_WORD: Final = re.compile(r"\bper\s?cent\b|\bpct\b", re.IGNORECASE)
_EXPONENT: Final = re.compile(r"(?<=[0-9])[eE]([-+−–]?[0-9]{1,2})(?![0-9])")
_MOST_SHOWN: Final = 40
_LARGEST: Final = 10_000_000
"""No study has more patients, and no check walks through more."""


@dataclass(frozen=True, slots=True)
class Number:
    """
    A printed number and everything it can have been before it was rounded.

    Both edges of a rounded number belong to it, because a tie may have been rounded either way.

    Attributes:
        text: As printed, without what stood around it, for the reason.
        value: The printed value; 61.2 for "61.2%".
        low: Lower edge, None for no limit.
        high: Upper edge, None for no limit.
        with_low: Whether the lower edge belongs to it; it does not after ">".
        with_high: Whether the upper edge belongs to it; it does not after "<".
        decimals: Digits after the point.
        percent: Whether a percent sign follows.
        relation: <, ≤, >, ≥ or ≈ before it, or empty.
    """

    text: str
    value: Fraction
    low: Fraction | None
    high: Fraction | None
    with_low: bool = True
    with_high: bool = True
    decimals: int = 0
    percent: bool = False
    relation: str = ""

    def may_be(self, value: Fraction) -> bool:
        """Whether a value can have been printed so."""
        above = self.low is None or value > self.low or (self.with_low and value == self.low)
        below = self.high is None or value < self.high or (self.with_high and value == self.high)
        return above and below

    def edges(self, what: str) -> tuple[Fraction, Fraction]:
        """
        Both edges.

        Raises:
            NotTestable: It has only one.
        """
        if self.low is None or self.high is None:
            message = f"{what} is printed as “{self.text}”, which sets one limit only"
            raise NotTestable(message)
        return self.low, self.high


@dataclass(frozen=True, slots=True)
class Count:
    """
    A printed number of patients or events.

    Attributes:
        text: As printed.
        low: The smallest whole number it can stand for.
        high: The largest; None for no limit.
    """

    text: str
    low: int
    high: int | None

    def may_be(self, count: int) -> bool:
        """Whether it can stand for this whole number."""
        return self.low <= count and (self.high is None or count <= self.high)


def read_number(text: str | None, what: str) -> Number:
    """
    The one number in a string.

    Args:
        text: As printed, with its unit, relation or name ("p < 0.001", "409 days"); None where
            it is not known.
        what: What it is, for the reason.

    Returns:
        The number and its edges.

    Raises:
        NotTestable: There is none, more than one, or one that cannot be read for certain.
    """
    if text is None or not text.strip():
        message = f"{what} is not stated"
        raise NotTestable(message)
    found = printed_numbers(_EXPONENT.sub(r"×10^\1", text)[:200])
    if len(found) != 1 or _LARGER.search(text) or len(text) > 200:
        kind = "holds more than one number" if len(found) > 1 else "cannot be read as a number"
        message = f"{what} is printed as “{_shortened(text)}”, which {kind}"
        raise NotTestable(message)
    return _number(found[0], percent=bool(_PERCENT_WORD.search(text)))


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def _number(one: Printed, *, percent: bool) -> Number:
    edges = one.interval
    rounded = one.relation in {"", "≈"}
    return Number(
        text=f"{one.relation}{one}{'' if one.percent or not percent else '%'}",
        value=one.value,
        low=edges.low,
        high=edges.high,
        with_low=rounded or edges.with_low,
        with_high=rounded or edges.with_high,
        decimals=one.decimals,
        percent=one.percent or percent,
        relation=one.relation,
    )


def read_count(text: str | None, what: str) -> Count:
    """
    The whole numbers a printed count can stand for: one, unless it says "at least" or "about".

    Args:
        text: As printed: "12", "five", "at least one", "1,204 patients".
        what: What it counts, for the reason.

    Raises:
        NotTestable: It is no count.
    """
    read = read_number(text, what)
    if read.percent or read.value < 0 or read.value.denominator != 1:
        message = f"{what} is printed as “{_shortened(read.text)}”, which is no count"
        raise NotTestable(message)
    if not read.relation:
        return Count(read.text, int(read.value), int(read.value))
    low = 0 if read.low is None else ceil(read.low)
    high = None if read.high is None else floor(read.high)
    if low == read.low and not read.with_low:
        low += 1
    if high is not None and high == read.high and not read.with_high:
        high -= 1
    return Count(read.text, max(low, 0), high)


def read_size(text: str | None, what: str) -> int:
    """
    A number of patients that is known exactly and not zero.

    Raises:
        NotTestable: It is not stated, not exact, or zero.
    """
    found = read_whole(text, what)
    if found == 0:
        message = f"{what} is zero"
        raise NotTestable(message)
    return found


def read_whole(text: str | None, what: str) -> int:
    """
    A count that is known exactly, zero included.

    Raises:
        NotTestable: It is not stated or not exact.
    """
    read = read_count(text, what)
    if read.low != read.high or read.text.startswith("≈"):
        message = f"{what} is printed as “{read.text}”, which is not exact"
        raise NotTestable(message)
    if read.low > _LARGEST:
        message = f"{what} is {read.text}, more than {_LARGEST:,}"
        raise NotTestable(message)
    return read.low


def at_most(less: Number, more: Number) -> bool:
    """
    Whether the first can have been no larger than the second.

    No rounding changes the order of two numbers, so what is printed to the same place is compared
    as it is printed.
    """
    if less.low is None or more.high is None:
        return True
    if not (less.relation or more.relation) and less.high is not None and more.low is not None:
        same_place = less.high - less.low == more.high - more.low
        return less.value <= more.value if same_place else less.low <= more.high
    return less.low <= more.high


def shown(value: Fraction | float, decimals: int) -> str:
    """
    A computed value for a reason, with a true minus sign.

    >>> shown(4000 / 7, 1)
    '571.4'
    """
    return f"{float(value):.{decimals}f}".replace("-", "−")


def listed(words: list[str] | tuple[str, ...]) -> str:
    """
    Words in a sentence.

    >>> listed(["14", "13", "12"])
    '14, 13 and 12'
    """
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
