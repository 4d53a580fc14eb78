"""Numbers of one quantity that are printed in several units, on one scale."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from carreport.audit.checks.answer import NotTestable
from carreport.audit.checks.calendar import UNIT, read_duration
from carreport.audit.checks.reading import Number, read_number

if TYPE_CHECKING:
    from collections.abc import Sequence

_TIME: Final = frozenset("hdwmy")
_METRIC: Final = re.compile(
    r"(?<=[\d⁰¹²³⁴⁵⁶⁷⁸⁹])\s?([kmcdµμnp]?(?:g|L|mol|m)|mcg|IU|U)\b(?:\s?/\s?([mdµμ]?[Ll]|kg|m²|m2))?"
)
"""Units of which one may be a thousand of another."""


def unit(text: str) -> str:
    """
    The unit a number is printed in: "%", "h", "d", "w", "m" or "y", a metric one, or none.

    >>> unit("21.3 months"), unit("647 days"), unit("5.84×10⁶"), unit("3%"), unit("5 mg/L")
    ('m', 'd', '', '%', 'mg/L')
    """
    if "%" in text:
        return "%"
    if (found := UNIT.search(text)) is not None:
        return found[1].lower()
    metric = _METRIC.search(text)
    return "/".join(filter(None, metric.groups())).replace("μ", "µ") if metric else ""


def on_one_scale(texts: Sequence[tuple[str | None, str]]) -> list[Number]:
    """
    Several numbers that are to be compared.

    Times in several units become days, with all that their rounding allows.

    Args:
        texts: Each as printed, with what it is.

    Raises:
        NotTestable: One is not stated or malformed, or their units cannot be compared.

    >>> [str(one.value) for one in on_one_scale([("647 days", "a"), ("2 weeks", "b")])]
    ['647', '14']
    """
    numbers = [read_number(text, what) for text, what in texts]
    units = {unit(text or "") for text, _ in texts}
    if len(units) == 1 or not comparable(units):
        if len(units) > 1:
            told = ", ".join(f"“{text}”" for text, _ in texts)
            message = f"{told} are not in one unit"
            raise NotTestable(message)
        return numbers
    if units <= _TIME:
        return [_in_days(number, *given) for number, given in zip(numbers, texts, strict=True)]
    return numbers


def comparable(units: set[str]) -> bool:
    """
    Whether numbers in these units can be compared.

    One without a unit may stand under a head that names it; of a time or a percentage it may as
    well be in another.
    """
    if len(units) == 1 or units <= _TIME:
        return True
    return len(units - {""}) == 1 and not units & (_TIME | {"%"})


def _in_days(number: Number, text: str | None, what: str) -> Number:
    time = read_duration(text, what)
    return Number(time.text, time.value, time.low, time.high, relation=number.relation)
