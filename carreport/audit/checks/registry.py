"""Every check by name, with its title, formula and source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from inspect import getdoc
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from carreport.audit.checks.counts import (
    additive,
    exclusive,
    nested,
    partition,
    percent_partition,
    same_count,
)
from carreport.audit.checks.order import median_grid, ordered, rounded_difference, within
from carreport.audit.checks.percentages import count_percent, grim
from carreport.audit.checks.pvalues import (
    n_from_r,
    p_from_chi2,
    p_from_f,
    p_from_r,
    p_from_t,
    p_from_z,
)
from carreport.audit.checks.ratios import logrank_from_ratio, ratio_interval, ratio_p, wald_outside
from carreport.audit.checks.spread import debit, grimmer, spread
from carreport.audit.checks.survival import event_free, events_implied, greenwood, km_inversion
from carreport.audit.checks.tables import p_from_levels, p_from_table
from carreport.audit.checks.times import bounds, same_range, until_cutoff
from carreport.audit.checks.words import same_identifier, same_label

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from carreport.audit.checks.answer import Answer

_SOURCE: Final = re.compile(r"^Source:\n((?:    .*\n?)+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Check:
    """
    A check that needs no data.

    Attributes:
        name: As findings name it, the function's own name.
        title: For a reader.
        formula: What is compared, as plain text.
        function: Takes printed strings, returns an `Answer`.
    """

    name: str
    title: str
    formula: str
    function: Callable[..., Answer]

    @property
    def source(self) -> str:
        """Where the formula is from, as the function's docstring has it."""
        found = _SOURCE.search(getdoc(self.function) or "")
        return " ".join(found[1].split()) if found else ""


_LISTED: Final = (
    Check(
        "grim",
        "Percentage of n patients",
        "100·k/n rounds to the percentage for some whole k",
        grim,
    ),
    Check(
        "count_percent",
        "Count, percentage and denominator",
        "100·k/n rounds to the percentage",
        count_percent,
    ),
    Check("partition", "Categories that add up", "Σ kᵢ = N", partition),
    Check(
        "percent_partition",
        "Percentages that add up",
        "|Σ pᵢ − 100| ≤ Σ hᵢ, hᵢ half a unit of the last digit",
        percent_partition,
    ),
    Check("nested", "Part and whole", "k(part) ≤ k(whole)", nested),
    Check("exclusive", "Properties that exclude each other", "Σ kᵢ ≤ N", exclusive),
    Check("additive", "Subgroups that make up a group", "Σ k(subgroup) = k(group)", additive),
    Check("same_count", "One thing, several counts", "all counts can be one number", same_count),
    Check("p_from_r", "p of a correlation", "t = r√((n − 2)/(1 − r²)), df = n − 2", p_from_r),
    Check(
        "n_from_r",
        "Pairs behind a correlation and its p",
        "t = r√((n − 2)/(1 − r²)), df = n − 2, for each n",
        n_from_r,
    ),
    Check("p_from_t", "p of Student's t", "p = 2·P(T > |t|), or half of it", p_from_t),
    Check("p_from_z", "p of a normal statistic", "p = 2·Φ(−|z|), or half of it", p_from_z),
    Check("p_from_chi2", "p of a chi-squared statistic", "p = P(χ² > x)", p_from_chi2),
    Check("p_from_f", "p of an F statistic", "p = P(F > f)", p_from_f),
    Check(
        "p_from_table",
        "p of a table of counts",
        "Fisher, mid-p, chi-squared, Yates, N − 1, likelihood ratio",
        p_from_table,
    ),
    Check(
        "p_from_levels",
        "p of counts at ordered levels",
        "Mann-Whitney: exact given the ties, or normal approximation",
        p_from_levels,
    ),
    Check(
        "greenwood",
        "Smallest standard error of a survival estimate",
        "SE ≥ √(S(1 − S)/n)",
        greenwood,
    ),
    Check(
        "km_inversion",
        "Numbers at risk behind a survival estimate",
        "S = Π (r − 1)/r, SE = S·√(Σ 1/(r(r − 1)))",
        km_inversion,
    ),
    Check(
        "event_free",
        "Patients without an event against a survival estimate",
        "k ≤ n − fewest events that give S ± SE",
        event_free,
    ),
    Check(
        "events_implied",
        "Stated events against a survival estimate",
        "events among those that give S ± SE",
        events_implied,
    ),
    Check(
        "ordered",
        "Order of minimum, quartiles, median, maximum",
        "min ≤ Q1 ≤ median ≤ Q3 ≤ max",
        ordered,
    ),
    Check(
        "median_grid",
        "Median of values on a grid",
        "median = k·step (odd n) or k·step/2 (even n)",
        median_grid,
    ),
    Check(
        "within",
        "Range of some within the range of all",
        "min(all) ≤ min(some), max(some) ≤ max(all)",
        within,
    ),
    Check(
        "rounded_difference",
        "Difference of two printed numbers",
        "|a − b − d| ≤ h(a) + h(b) + h(d)",
        rounded_difference,
    ),
    Check(
        "spread",
        "Standard deviation within a range",
        "range/√(2(n − 1)) ≤ SD ≤ range/2·√(n/(n − 1))",
        spread,
    ),
    Check(
        "grimmer",
        "Mean and standard deviation of whole numbers",
        "SD² = (Q − T²/n)/(n − 1), T and Q whole, Q − T even",
        grimmer,
    ),
    Check(
        "debit",
        "Mean and standard deviation of zeros and ones",
        "SD = √(n/(n − 1)·p(1 − p)), p = k/n",
        debit,
    ),
    Check(
        "bounds", "Times from two origins", "max(T from later) + lag ≤ max(T from earlier)", bounds
    ),
    Check(
        "until_cutoff",
        "Longest time against the calendar",
        "max(T) + lag ≤ cutoff − start",
        until_cutoff,
    ),
    Check("same_range", "One range for different things", "(min, max) differ", same_range),
    Check(
        "ratio_interval",
        "Ratio in the middle of its interval",
        "ratio² = lower·upper",
        ratio_interval,
    ),
    Check(
        "ratio_p",
        "p of a ratio from its interval",
        "Z = ½(ln L + ln U)/SE, SE = (ln U − ln L)/(2·z), p = 2·Φ(−|Z|)",
        ratio_p,
    ),
    Check(
        "logrank_from_ratio",
        "Events behind a hazard ratio's interval",
        "events ≥ 4/SE², SE = (ln U − ln L)/(2·z)",
        logrank_from_ratio,
    ),
    Check("wald_outside", "Limits of a probability", "0 ≤ lower, upper ≤ 1", wald_outside),
    Check(
        "same_label",
        "One thing, one name",
        "names equal but for capitals, hyphens and spaces",
        same_label,
    ),
    Check(
        "same_identifier",
        "One identifier, one thing",
        "descriptions equal but for capitals, hyphens and spaces",
        same_identifier,
    ),
)
CHECKS: Final[Mapping[str, Check]] = MappingProxyType({one.name: one for one in _LISTED})
"""By name, in the order of the documentation."""
