"""
House formats: how a journal wants numbers printed, as data.

A study says `house = "nejm"` in study.toml; every unit of its results then carries the house, so
that whatever prints a number prints it alike.

Sources:
    NEJM: statistical reporting guidelines of the Journal, as quoted by Aguinis, Vassar, Wayant,
    BMJ Evid Based Med 2021;26:39-42 (p-values); tables of the Journal (the rest).
    AMA: AMA Manual of Style, 11th ed., 17.4.3 (digits in groups of three by a thin space from five
    digits on), 18.7.1 (no zero before the point of P, α and β), 19.5 (P to two digits, three below
    .01; what rounding would carry across .05 is not rounded; <.001 and >.99); percentages after the
    guidelines of JMIR, which follow the manual.
    Lancet: formatting guidelines for authors of the Lancet journals (points on the midline, p to
    two figures down to 0·0001, thin spaces from five digits on).
    Where these are silent or at odds the choice is told in docs/reference/house-formats.md; the
    themes of gtsummary 2.0 (`theme_gtsummary_journal`) are compared there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

THIN: Final = "\N{NARROW NO-BREAK SPACE}"
DASH: Final = "–"
TO: Final = " to "
_GROUP: Final = 5
"""A number of so many digits before the point is divided in threes."""


@dataclass(frozen=True, slots=True)
class House:
    """
    What a journal asks of printed numbers.

    Attributes:
        name: As in study.toml; empty for this program's own style.
        point: The decimal point.
        thousands: Between groups of three digits, from five digits on; empty for none.
        p_least: A smaller p is printed as smaller than this.
        p_most: A larger p is printed as larger than this.
        p_one: Whether a p of exactly one is printed as such.
        p_decimals: Decimals of a p from 0.01 on; below it is one more, if this is two.
        p_figures: Significant figures of a p instead; 0 for decimals.
        p_guard: Rounding must not carry a p up to this; 0 for no such threshold.
        p_zero: Whether a p has a zero before its point.
        p_name: The letter before it.
        p_italic: Whether that letter is italic.
        p_spaced: Whether the sign after it has spaces.
        whole_below: Shares of fewer patients are printed without decimals.
        cell_percent: Whether `n (%)` in a table repeats the percent sign in every cell.
        interval: Between the limits of a confidence interval.
        interval_sign: Whether the upper limit of a percentage has a percent sign.
        comma: Whether a comma follows `95% CI`.
        spread: Between the ends of a range.
        quartiles: Between quartiles in a table.
        error: How an estimate and its standard error stand together: ± or SE.
    """

    name: str = ""
    point: str = "."
    thousands: str = ""
    p_least: str = "0.001"
    p_most: str = "0.999"
    p_one: bool = True
    p_decimals: int = 3
    p_figures: int = 0
    p_guard: float = 0.0
    p_zero: bool = True
    p_name: str = "p"
    p_italic: bool = True
    p_spaced: bool = True
    whole_below: int = 0
    cell_percent: bool = True
    interval: str = DASH
    interval_sign: bool = True
    comma: bool = False
    spread: str = DASH
    quartiles: str = ", "
    error: str = "±"

    def lettered(self, digits: str, *, probability: bool = False, grouped: bool = True) -> str:
        """
        Digits with this house's point, zero and groups.

        Args:
            digits: A decimal as Python writes it, without a sign.
            probability: Whether it is a p-value.
            grouped: Whether long numbers are divided in threes.

        >>> HOUSES["ama"].lettered("0.047", probability=True), HOUSES["lancet"].lettered("0.5")
        ('.047', '0·5')
        """
        whole, _, decimals = digits.partition(".")
        if grouped and self.thousands and len(whole) >= _GROUP:
            whole = f"{int(whole):,}".replace(",", self.thousands)
        if probability and not self.p_zero and whole == "0" and decimals:
            whole = ""
        return f"{whole}{self.point}{decimals}" if decimals else whole

    def plain(self, shown: str) -> str:
        """
        A printed number as Python would read it, but for its sign.

        >>> HOUSES["lancet"].plain("12\N{NARROW NO-BREAK SPACE}345·6")
        '12345.6'
        """
        bare = shown.replace(self.thousands, "") if self.thousands else shown
        return bare.replace(self.point, ".")


OWN: Final = House()
"""Without a house: three decimals of p, en dashes, percent signs."""
NEJM: Final = House(
    name="nejm",
    thousands=",",
    p_most="0.99",
    p_one=False,
    p_decimals=2,
    p_name="P",
    p_italic=False,
    p_spaced=False,
    whole_below=100,
    cell_percent=False,
    interval=TO,
    interval_sign=False,
    comma=True,
    quartiles=DASH,
)
AMA: Final = House(
    name="ama",
    thousands=THIN,
    p_most="0.99",
    p_one=False,
    p_decimals=2,
    p_guard=0.05,
    p_zero=False,
    p_name="P",
    whole_below=100,
    interval=TO,
    interval_sign=False,
    comma=True,
    spread="-",
    quartiles="-",
    error="SE",
)
LANCET: Final = House(
    name="lancet",
    point="·",
    thousands=THIN,
    p_least="0.0001",
    p_most="0.99",
    p_one=False,
    p_figures=2,
    p_italic=False,
    p_spaced=False,
    whole_below=100,
    interval_sign=False,
    quartiles=DASH,
    error="SE",
)
HOUSES: Final = {one.name: one for one in (OWN, NEJM, AMA, LANCET)} | {"jama": AMA}
"""By name in study.toml; JAMA follows the AMA manual."""
