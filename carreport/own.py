"""
What a study's own analyses may use: `from carreport.own import analysis, Proportion, …`.

The label, the shapes that have a general meaning, what is needed for shapes of one's own, the units,
and the statistics behind our own analyses, each proved against R. See docs/how-to/own-analysis.md.
"""

from __future__ import annotations

from carreport.analyses.declare import LINE, Analysis, Conventions, analysis
from carreport.shapes import (
    KEY,
    NOT_REACHED,
    OF_K_AND_N,
    Bundle,
    Correlation,
    Count,
    FisherTest,
    GrayTest,
    HazardRatio,
    Key,
    KruskalWallis,
    Landmark,
    LevelCount,
    Levels,
    Listing,
    ListingColumn,
    LogRank,
    NotReached,
    Operands,
    Proportion,
    RankTest,
    Says,
    SignedRank,
    Summary,
    Survival,
)
from carreport.stats.association import pearson
from carreport.stats.comparison import hazard_ratio, log_rank
from carreport.stats.competing_risks import cumulative_incidence, gray_test, incidence_at
from carreport.stats.contingency import fisher_exact
from carreport.stats.kaplan_meier import kaplan_meier
from carreport.stats.location import summary
from carreport.stats.pointwise import normal_quantile
from carreport.stats.proportions import exact_proportion
from carreport.stats.ranks import kruskal_wallis, mann_whitney, signed_rank
from carreport.stats.time_to_event import survival
from carreport.units import (
    COEFFICIENT,
    COUNT,
    DATE,
    DAYS,
    DAYS_PER_MONTH,
    DAYS_PER_YEAR,
    EVENTS,
    FRACTION,
    LEVEL,
    MEASUREMENT,
    P_VALUE,
    PATIENTS,
    RATIO,
    STATISTIC,
    SURVIVAL,
    TEXT,
    Unit,
)

__all__ = [
    "COEFFICIENT",
    "COUNT",
    "DATE",
    "DAYS",
    "DAYS_PER_MONTH",
    "DAYS_PER_YEAR",
    "EVENTS",
    "FRACTION",
    "KEY",
    "LEVEL",
    "LINE",
    "MEASUREMENT",
    "NOT_REACHED",
    "OF_K_AND_N",
    "PATIENTS",
    "P_VALUE",
    "RATIO",
    "STATISTIC",
    "SURVIVAL",
    "TEXT",
    "Analysis",
    "Bundle",
    "Conventions",
    "Correlation",
    "Count",
    "FisherTest",
    "GrayTest",
    "HazardRatio",
    "Key",
    "KruskalWallis",
    "Landmark",
    "LevelCount",
    "Levels",
    "Listing",
    "ListingColumn",
    "LogRank",
    "NotReached",
    "Operands",
    "Proportion",
    "RankTest",
    "Says",
    "SignedRank",
    "Summary",
    "Survival",
    "Unit",
    "analysis",
    "cumulative_incidence",
    "exact_proportion",
    "fisher_exact",
    "gray_test",
    "hazard_ratio",
    "incidence_at",
    "kaplan_meier",
    "kruskal_wallis",
    "log_rank",
    "mann_whitney",
    "normal_quantile",
    "pearson",
    "signed_rank",
    "summary",
    "survival",
]
