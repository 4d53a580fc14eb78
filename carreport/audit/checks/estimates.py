"""A printed survival probability ± its standard error, and what numbers at risk give exactly."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from carreport.audit.checks.answer import NotTestable
from carreport.audit.checks.reading import read_number, read_size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carreport.audit.checks.reading import Number


@dataclass(frozen=True, slots=True)
class Estimate:
    """
    A printed survival probability, and its standard error if there is one, as fractions.

    Attributes:
        rate_text: The probability as printed.
        se_text: The standard error as printed, or empty.
        rate: Lower and upper edge of the probability, within 0 and 1.
        se: Lower and upper edge of the standard error; None if it is not printed.
        n: Patients.
        middle: The probability itself as printed, as a fraction.
    """

    rate_text: str
    se_text: str
    rate: tuple[Fraction, Fraction]
    se: tuple[Fraction, Fraction] | None
    n: int
    middle: Fraction

    @property
    def text(self) -> str:
        """Both, as printed."""
        return f"{self.rate_text} ± {self.se_text}" if self.se_text else self.rate_text


def estimate(rate: str | None, se: str | None, n: str | None) -> Estimate:
    """
    Read S ± SE of n patients.

    S is a percentage if it has a percent sign or is above 1, otherwise a fraction; the standard
    error is on the same scale, unless it has a percent sign beside a fraction. Below 1 and without
    a sign beside a percentage it may be on either.

    Raises:
        NotTestable: Something is missing, malformed or impossible.
    """
    survival = read_number(rate, "the rate")
    error = None if se is None else read_number(se, "the standard error")
    patients = read_size(n, "the number of patients")
    percent = survival.percent or survival.value > 1
    low, high = _scaled(survival, "the rate", percent=percent)
    if not 0 <= survival.value <= (100 if percent else 1):
        message = f"the rate is printed as “{survival.text}”, which is no probability"
        raise NotTestable(message)
    if error is not None and error.value < 0:
        message = f"the standard error is printed as “{error.text}”"
        raise NotTestable(message)
    middle = survival.value / (100 if percent else 1)
    edges = (max(low, Fraction(0)), min(high, Fraction(1)))
    if error is None:
        return Estimate(survival.text, "", edges, None, patients, middle)
    if percent and not error.percent and 0 < error.value < 1:
        message = f"{survival.text} ± {error.text} may be on two scales"
        raise NotTestable(message)
    least, most = _scaled(error, "the standard error", percent=percent or error.percent)
    errors = max(least, Fraction(0)), most
    return Estimate(survival.text, error.text, edges, errors, patients, middle)


def kaplan_meier(at_risk: Sequence[int]) -> tuple[Fraction, Fraction]:
    """
    Estimate and Greenwood's variance after one event at each number at risk, exactly.

    >>> kaplan_meier([14, 13, 12])
    (Fraction(11, 14), Fraction(33, 2744))
    """
    rate = Fraction(1)
    for r in at_risk:
        rate *= Fraction(r - 1, r)
    return rate, rate**2 * sum((Fraction(1, r * (r - 1)) for r in at_risk), Fraction(0))


def _scaled(one: Number, what: str, *, percent: bool) -> tuple[Fraction, Fraction]:
    low, high = one.edges(what)
    return (low / 100, high / 100) if percent else (low, high)
