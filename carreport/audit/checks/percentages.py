"""Percentages of so many patients: which whole numbers can be behind them."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Final

from carreport.audit.checks.answer import Answer, NotTestable, answers, weighed
from carreport.audit.checks.reading import listed, read_count, read_number, read_size, shown

if TYPE_CHECKING:
    from carreport.audit.checks.reading import Count, Number

_MOST_NAMED: Final = 12
"""Solutions told by name; the rest are counted."""


@answers
def grim(percent: str | None, n: str | None) -> Answer:
    """
    Whether a printed percentage can be a whole number of n patients.

    Where n reaches 10^(decimals + 2) the steps between two percentages are no larger than the
    last printed digit, every value is possible and the check says "not testable".

    Args:
        percent: As printed, with or without its sign; without one it is a percentage still.
        n: Patients, exactly.

    Returns:
        The counts that give it, or the nearest percentages that n patients can give.

    Source:
        Brown & Heathers, Soc Psychol Personal Sci 2017;8:363-369 (GRIM).

    >>> grim("57.1%", "14").solutions
    ('8 of 14',)
    >>> grim("57.2%", "14").reason
    'no whole number of 14 patients is 57.2%; the nearest are 8 (57.1%) and 9 (64.3%)'
    """
    patients = read_size(n, "the number of patients")
    share = read_number(percent, "the percentage")
    if patients >= 10 ** (share.decimals + 2):
        places = "one decimal" if share.decimals == 1 else f"{share.decimals} decimals"
        message = f"of {patients} patients every percentage with {places} is possible"
        raise NotTestable(message)
    found = _counts(share, patients)
    formula = f"100·k/{patients} = {_percent(share)} for k = {_range(found) or 'no whole number'}"
    solutions = tuple(f"{k} of {patients}" for k in found[:_MOST_NAMED])
    if found:
        reason = f"{_range(found)} of {patients} is {_percent(share)}"
        return weighed(holds=True, reason=reason, formula=formula, solutions=solutions)
    nearest = _nearest(share, patients)
    reason = f"no whole number of {patients} patients is {_percent(share)}; {nearest}"
    return weighed(holds=False, reason=reason, formula=formula)


@answers
def count_percent(count: str | None, percent: str | None, n: str | None) -> Answer:
    """
    Whether a count, its percentage and the number of patients agree.

    Args:
        count: Patients with a property.
        percent: As printed beside it, with or without its sign.
        n: All patients, exactly: the declared denominator.

    Returns:
        Where they disagree, which counts of these patients, and of how many patients this count,
        would give the percentage.

    Source:
        k/n = share, for a denominator that is declared; compare GRIM.

    >>> count_percent("8", "57.1%", "14").reason
    '8 of 14 is 57.1%'
    >>> count_percent("8", "61.5%", "14").solutions
    ('8 of 13',)
    """
    patients = read_size(n, "the number of patients")
    having = read_count(count, "the count")
    share = read_number(percent, "the percentage")
    formula = f"100·{having.text}/{patients} = {_percent(share)}"
    if having.low > patients:
        reason = f"{having.text} patients are more than {patients}"
        return weighed(holds=False, reason=reason, formula=formula)
    found = [k for k in _counts(share, patients) if having.may_be(k)]
    if found:
        reason = f"{_range(found)} of {patients} is {_percent(share)}"
        return weighed(holds=True, reason=reason, formula=formula)
    is_ = shown(Fraction(100 * having.low, patients), share.decimals)
    reason = f"{having.text} of {patients} is {is_}%, not {_percent(share)}"
    instead = _instead(having, share, patients)
    told = f"{reason}; {_percent(share)} is {listed(instead)}" if instead else reason
    return weighed(holds=False, reason=told, formula=formula, solutions=instead)


def _counts(share: Number, patients: int) -> list[int]:
    """Counts of these patients that are printed so."""
    low = 0 if share.low is None else ceil(share.low * patients / 100)
    high = patients if share.high is None else floor(share.high * patients / 100)
    among = range(max(low, 0), min(high, patients) + 1)
    return [k for k in among if share.may_be(Fraction(100 * k, patients))]


def _instead(having: Count, share: Number, patients: int) -> tuple[str, ...]:
    """Counts of these patients, and denominators of this count, that give the percentage."""
    counts = _counts(share, patients)
    found = [f"{_range(counts)} of {patients}"] if counts else []
    if having.low == having.high and having.low and share.low is not None and share.low > 0:
        least = ceil(100 * having.low / share.high) if share.high else having.low
        most = floor(100 * having.low / share.low)
        of = [n for n in range(least, min(most, 10 * patients) + 1) if n >= having.low]
        found += [f"{having.low} of {_range(of)}"] if of else []
    return tuple(found)


def _nearest(share: Number, patients: int) -> str:
    below = floor(share.value * patients / 100)
    if not 0 <= share.value <= 100:
        return "a percentage of patients lies between 0% and 100%"
    near = [
        f"{k} ({shown(Fraction(100 * k, patients), share.decimals)}%)" for k in (below, below + 1)
    ]
    cut = _cut_off(share, patients)
    return f"the nearest are {listed(near)}{cut}"


def _cut_off(share: Number, patients: int) -> str:
    """Whether cutting digits off, which is no rounding, would have given it."""
    k = ceil(share.value * patients / 100)
    cut = floor(Fraction(100 * k, patients) * 10**share.decimals)
    same = share.value * 10**share.decimals == cut
    return f"; {k} of {patients} cut off instead of rounded" if same and not share.relation else ""


def _percent(share: Number) -> str:
    return share.text if share.percent else f"{share.text}%"


def _range(numbers: list[int]) -> str:
    if len(numbers) > 2:
        return f"{numbers[0]} to {numbers[-1]}"
    return " or ".join(map(str, numbers))
