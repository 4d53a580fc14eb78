"""Checks that need no data: each a function of printed strings, named in `CHECKS`."""

from __future__ import annotations

from carreport.audit.checks.answer import Answer, Word
from carreport.audit.checks.counts import (
    additive,
    exclusive,
    nested,
    partition,
    percent_partition,
    same_count,
)
from carreport.audit.checks.inversion import Inversion, invert
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
from carreport.audit.checks.registry import CHECKS, Check
from carreport.audit.checks.spread import debit, grimmer, spread
from carreport.audit.checks.survival import event_free, events_implied, greenwood, km_inversion
from carreport.audit.checks.tables import p_from_levels, p_from_table
from carreport.audit.checks.times import bounds, same_range, until_cutoff
from carreport.audit.checks.words import same_identifier, same_label

__all__ = [
    "CHECKS",
    "Answer",
    "Check",
    "Inversion",
    "Word",
    "additive",
    "bounds",
    "count_percent",
    "debit",
    "event_free",
    "events_implied",
    "exclusive",
    "greenwood",
    "grim",
    "grimmer",
    "invert",
    "km_inversion",
    "logrank_from_ratio",
    "median_grid",
    "n_from_r",
    "nested",
    "ordered",
    "p_from_chi2",
    "p_from_f",
    "p_from_levels",
    "p_from_r",
    "p_from_t",
    "p_from_table",
    "p_from_z",
    "partition",
    "percent_partition",
    "ratio_interval",
    "ratio_p",
    "rounded_difference",
    "same_count",
    "same_identifier",
    "same_label",
    "same_range",
    "spread",
    "until_cutoff",
    "wald_outside",
    "within",
]
