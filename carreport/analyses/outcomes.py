"""What study.toml asks of patient columns: proportions, summaries, correlations, listings."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from carreport.analyses.biomarkers import (
    KRUSKAL_WALLIS,
    RANK_TESTS,
    RANKED,
    rank_comparison,
    rank_method,
)
from carreport.analyses.declare import Conventions, analysis
from carreport.shapes import (
    Correlation,
    Listing,
    ListingColumn,
    Proportion,
    RankTest,
    Summary,
    Undecided,
)
from carreport.stats.association import pearson
from carreport.stats.location import summary
from carreport.stats.proportions import exact_proportion
from carreport.study.populations import met, satisfies, undecided
from carreport.units import TEXT, Unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from carreport.shapes import KruskalWallis
    from carreport.study.settings import Contrast, ListingItem, ProportionItem
    from carreport.study.settings import ListingColumn as ListedColumn


HYNDMAN_FAN: Final = "Hyndman & Fan, Am Stat 1996;50:361-365"


def _summarised(_item: object, conventions: Conventions) -> str:
    return f"mean, standard deviation (n - 1), median, quartiles (type {conventions.quantile_type}), range"


def _summarised_by(_item: object, conventions: Conventions) -> dict[str, str]:
    return {
        "quartiles": conventions.quartiles,
        "standard deviation": "n - 1 in the denominator",
    }


@analysis(
    "{id}",
    each="proportion",
    by="population",
    reads=lambda item: {"patients": {column: column for column in item.where}},
    method=lambda _item, conventions: (
        f"exact (Clopper-Pearson) two-sided {100 * conventions.confidence:g}% interval"
    ),
    source="Clopper & Pearson, Biometrika 1934;26:404-413",
    told=lambda item, conventions: {
        "counted when": met(item.where),
        "interval": "exact (Clopper-Pearson)",
        "confidence": conventions.level,
    },
)
def proportion(
    patients: pd.DataFrame, item: ProportionItem, conventions: Conventions
) -> Proportion:
    """
    Patients of a population who satisfy a condition.

    A patient for whom the condition cannot be decided does not satisfy it.

    Args:
        patients: One row per patient: the condition's columns.
        item: The condition.
        conventions: Confidence level.

    Returns:
        k of n patients; rate and exact limits, as fractions.
    """
    return exact_proportion(satisfies(patients, item.where), conventions.confidence)


@analysis(
    "{id}",
    each="proportion",
    by="population",
    reads=lambda item: {"patients": {column: column for column in item.where}},
    method="count of patients with a blank cell in the condition and nothing else against it",
    told=lambda item, _conventions: {"condition": met(item.where)},
)
def unjudged(patients: pd.DataFrame, item: ProportionItem) -> Undecided:
    """
    Patients of a population of whom a condition cannot be decided, because a value is blank.

    Args:
        patients: One row per patient: the condition's columns.
        item: The condition.

    Returns:
        How many; the proportion counts them as not satisfying it.
    """
    return Undecided(int(undecided(patients, item.where).sum()))


@analysis(
    "{id}",
    each="summary",
    by="population",
    reads=lambda item: {"patients": {"value": item.column}},
    method=_summarised,
    source=HYNDMAN_FAN,
    told=_summarised_by,
)
def distribution(patients: pd.DataFrame, conventions: Conventions) -> Summary:
    """
    Distribution of a patient column among patients with a value.

    Args:
        patients: One row per patient: value.
        conventions: The quantile definition.

    Returns:
        Number with and without a value, mean, spread, quartiles and range, in the column's unit.
    """
    return summary(patients["value"].to_numpy(), conventions.quantile_type)


@analysis(
    "{id}",
    each="correlation",
    by="population",
    reads=lambda item: {"patients": {"x": item.x, "y": item.y}},
    method=lambda _item, conventions: (
        f"Pearson correlation, two-sided t test, Fisher z {100 * conventions.confidence:g}% interval"
    ),
    source="Fisher, Biometrika 1915;10:507-521",
    told=lambda _item, conventions: {
        "sides": "two",
        "interval": "Fisher z",
        "confidence": conventions.level,
    },
)
def correlation(patients: pd.DataFrame, conventions: Conventions) -> Correlation:
    """
    Linear association of two patient columns.

    Args:
        patients: One row per patient: x, y.
        conventions: Confidence level.

    Returns:
        r with limits, two-sided p and the patients with both values.
    """
    return pearson(
        patients["x"].to_numpy(), patients["y"].to_numpy(), confidence=conventions.confidence
    )


@analysis(
    "{id}",
    each="contrast",
    by="between",
    reads=lambda item: {"patients": {"value": item.column}},
    method=rank_method,
    source=f"{RANK_TESTS}; {KRUSKAL_WALLIS}",
    told=lambda _item, _conventions: RANKED,
)
def contrast(patients: pd.DataFrame, item: Contrast) -> RankTest | KruskalWallis:
    """
    Whether two or more populations differ in one patient column.

    Args:
        patients: One row per patient: value, group (the population).
        item: The populations.

    Returns:
        Statistic and two-sided p; with more than two populations, Kruskal-Wallis.
    """
    return rank_comparison(patients, list(item.between))


@analysis(
    "{id}",
    each="contrast",
    by="each",
    reads=lambda item: {"patients": {"value": item.column}},
    method=_summarised,
    source=HYNDMAN_FAN,
    told=_summarised_by,
)
def contrasted(patients: pd.DataFrame, conventions: Conventions) -> Summary:
    """
    Distribution of the column of a contrast in each of its populations.

    Args:
        patients: One row per patient: value.
        conventions: The quantile definition.

    Returns:
        Number with and without a value, mean, spread, quartiles and range, in the column's unit.
    """
    return summary(patients["value"].to_numpy(), conventions.quantile_type)


def _listed(item: ListingItem) -> Mapping[str, Mapping[str, str]]:
    columns = {one.column: one.column for one in item.columns} | {one: one for one in item.sort}
    return {
        "patients": {"patient_id": "patient_id", **columns},
        "written": {one.column: one.column for one in item.columns},
    }


@analysis("{id}", each="listing", by="population", reads=_listed, method="as recorded")
def listing(patients: pd.DataFrame, written: pd.DataFrame, item: ListingItem) -> Listing:
    """
    Patients as rows, their recorded values as columns.

    Args:
        patients: One row per patient: typed columns, for the order.
        written: The same rows as recorded.
        item: Columns and order.

    Returns:
        One row per patient.
    """
    order = (
        patients.sort_values(list(item.sort), kind="stable").index if item.sort else patients.index
    )
    columns = [one for one in item.columns if one.column != "patient_id"]
    rows = [
        (
            str(patients.at[i, "patient_id"]),
            *(_value(patients.at[i, one.column]) for one in columns),
        )
        for i in order
    ]
    shown = [
        (
            "",
            *(
                "" if one.decimals is not None else str(written.at[i, one.column])
                for one in columns
            ),
        )
        for i in order
    ]
    described = tuple(
        ListingColumn(one.column, one.label, _unit(patients[one.column], one)) for one in columns
    )
    return Listing(
        "",
        ("patient",),
        (ListingColumn("patient", "Patient", TEXT), *described),
        tuple(rows),
        tuple(shown),
    )


def _unit(cells: pd.Series, column: ListedColumn) -> Unit:
    if cells.dtype.kind != "f":
        return TEXT
    return Unit(column.unit, "measurement", column.decimals or 0)


def _value(cell: object) -> float | str | None:
    if isinstance(cell, float):
        return None if math.isnan(cell) else float(cell)
    return "" if cell is None else str(cell)


ANALYSES = (proportion, unjudged, distribution, correlation, contrast, contrasted, listing)
