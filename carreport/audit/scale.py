"""Our numbers on the scale of a printed one, and in the form it was printed in."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from carreport.audit.printed import exact, printed_numbers
from carreport.units import DAYS, DAYS_PER_MONTH, DAYS_PER_YEAR

if TYPE_CHECKING:
    from carreport.audit.claims import Claim
    from carreport.audit.printed import Printed
    from carreport.results import Result
    from carreport.units import Unit

DAYS_PER: Final = {"days": 1.0, "months": DAYS_PER_MONTH, "years": DAYS_PER_YEAR}
"""Days in one of what a claim counts time in."""
_FRACTIONS: Final = frozenset({"fraction", "survival", "level"})


def on_scale(
    result: Result, kind: str, number: Printed, days_per: float | None = None
) -> Fraction | None:
    """
    A number of ours on the scale of a printed one.

    Args:
        result: Our number.
        kind: Sort of the claim.
        number: What it prints.
        days_per: Days in one of what it counts time in; by default as the kind says.

    Returns:
        The value in percent, months or powers of ten as printed; None for text, or where there
        is no value.
    """
    value, unit = result.value, result.unit
    if value is None or isinstance(value, str):
        return None
    if unit.kind in _FRACTIONS and (kind == "percent" or number.percent):
        value = 100 * value
    elif unit.name == DAYS.name:
        value /= DAYS_PER.get(kind, 1) if days_per is None else days_per
    return exact(value) * Fraction(10) ** (_power(unit) if unit.name else number.power)


def in_its_place(claim: Claim, value: Fraction) -> str:
    """A value with the digits, and among the words, of the number a claim prints."""
    number = claim.number
    if number is None:
        message = f"{claim.claim_id} prints no number"
        raise ValueError(message)
    return claim.reported[: number.start] + number.like(value) + claim.reported[number.end :]


def recomputed(claim: Claim, result: Result, days_per: float | None = None) -> str:
    """A number of ours in the form of the printed one, where that has digits to follow."""
    number = claim.number
    if number is not None and claim.kind != "words" and not number.relation:
        value = on_scale(result, claim.kind, number, days_per)
        if value is not None:
            return in_its_place(claim, value)
    return shown(result)


def shown(result: Result) -> str:
    """A number of ours as we print it, with its unit."""
    told = result.display
    return f"{told} {result.unit.spell(told)}".strip() if result.value is not None else told


def _power(unit: Unit) -> int:
    """The power of ten a unit's name begins with: 6 for ×10⁶/kg."""
    numbers = printed_numbers(f"1{unit.name}") if unit.name.startswith("×") else ()
    return numbers[0].power if numbers else 0
