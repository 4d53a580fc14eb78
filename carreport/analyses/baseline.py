"""What was known at the start: one distribution per variable and group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carreport.analyses.declare import Conventions, analysis
from carreport.analyses.levels import counted_levels
from carreport.stats.location import summary

if TYPE_CHECKING:
    import pandas as pd

    from carreport.shapes import Levels, Summary
    from carreport.study.settings import Baseline


@analysis(
    "baseline.{id}",
    each="baseline",
    by="groups",
    reads=lambda item: {"patients": {"value": item.column}},
    method=lambda _item, conventions: (
        f"mean, standard deviation (n - 1), median, quartiles (type {conventions.quantile_type}), range"
    ),
    source="Hyndman & Fan, Am Stat 1996;50:361-365",
    wanted=lambda item: item.kind == "continuous",
    told=lambda _item, conventions: {
        "quartiles": conventions.quartiles,
        "standard deviation": "n - 1 in the denominator",
    },
)
def continuous(patients: pd.DataFrame, conventions: Conventions) -> Summary:
    """
    Distribution of a continuous variable among patients with a value.

    Args:
        patients: One row per patient: value, in the variable's unit.
        conventions: The quantile definition.

    Returns:
        Number with and without a value, mean, spread, quartiles and range, in the same unit.
    """
    return summary(patients["value"].to_numpy(), conventions.quantile_type)


@analysis(
    "baseline.{id}",
    each="baseline",
    by="groups",
    reads=lambda item: {"patients": {"value": item.column}},
    method="count; percentage of patients with a value",
    wanted=lambda item: item.kind == "categorical",
    told=lambda _item, _conventions: {"denominator": "patients with a value"},
)
def categorical(patients: pd.DataFrame, item: Baseline) -> Levels:
    """
    Patients at each level of a categorical variable.

    The denominator of a percentage is the patients with a value; missing values are counted
    beside them. A declared level nobody has is counted as zero.

    Args:
        patients: One row per patient: value, as written.
        item: The variable with its levels.

    Returns:
        Counts and fractions by level.
    """
    keys = {level.value: level.id for level in item.whole_levels()}
    return counted_levels(patients["value"], keys)


ANALYSES = (continuous, categorical)
