"""Every check by name, with its title, formula and source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from carreport.audit.checks.answer import Answer
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


@dataclass(frozen=True, slots=True)
class Check:
    """
    A check that needs no data.

    Attributes:
        name: As findings name it, the function's own name.
        title: For a reader.
        formula: What is compared, as plain text.
        source: Where the formula is from.
        function: Takes printed strings, returns an `Answer`.
    """

    name: str
    title: str
    formula: str
    source: str
    function: Callable[..., Answer]


_LISTED: Final = (
    Check("grim", "", "", "", grim),
    Check("count_percent", "", "", "", count_percent),
    Check("partition", "", "", "", partition),
    Check("percent_partition", "", "", "", percent_partition),
    Check("nested", "", "", "", nested),
    Check("exclusive", "", "", "", exclusive),
    Check("additive", "", "", "", additive),
    Check("same_count", "", "", "", same_count),
    Check("p_from_r", "", "", "", p_from_r),
    Check("n_from_r", "", "", "", n_from_r),
    Check("p_from_t", "", "", "", p_from_t),
    Check("p_from_z", "", "", "", p_from_z),
    Check("p_from_chi2", "", "", "", p_from_chi2),
    Check("p_from_f", "", "", "", p_from_f),
    Check("p_from_table", "", "", "", p_from_table),
    Check("p_from_levels", "", "", "", p_from_levels),
    Check("greenwood", "", "", "", greenwood),
    Check("km_inversion", "", "", "", km_inversion),
    Check("event_free", "", "", "", event_free),
    Check("events_implied", "", "", "", events_implied),
    Check("ordered", "", "", "", ordered),
    Check("median_grid", "", "", "", median_grid),
    Check("within", "", "", "", within),
    Check("rounded_difference", "", "", "", rounded_difference),
    Check("spread", "", "", "", spread),
    Check("grimmer", "", "", "", grimmer),
    Check("debit", "", "", "", debit),
    Check("bounds", "", "", "", bounds),
    Check("until_cutoff", "", "", "", until_cutoff),
    Check("same_range", "", "", "", same_range),
    Check("ratio_interval", "", "", "", ratio_interval),
    Check("ratio_p", "", "", "", ratio_p),
    Check("logrank_from_ratio", "", "", "", logrank_from_ratio),
    Check("wald_outside", "", "", "", wald_outside),
    Check("same_label", "", "", "", same_label),
    Check("same_identifier", "", "", "", same_identifier),
)
CHECKS: Final[Mapping[str, Check]] = MappingProxyType({one.name: one for one in _LISTED})
