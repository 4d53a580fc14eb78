"""Adverse events by maximum grade, and graded toxicities between groups."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from carreport.analyses.declare import Conventions, analysis
from carreport.analyses.levels import counted_levels
from carreport.shapes import (
    Bundle,
    Deaths,
    DeathsOfCause,
    GradeCount,
    Grades,
    Levels,
    Listing,
    ListingColumn,
    OutOfScope,
)
from carreport.stats.contingency import fisher_exact
from carreport.stats.ranks import kruskal_wallis, mann_whitney
from carreport.study import schema
from carreport.study.words import key_of, written
from carreport.units import COUNT, DAYS, TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carreport.study.settings import AdverseEvents, Cause, Grading, Settings

GRADES = ("1", "2", "3", "4", "5")


@analysis(
    "safety.ae",
    each="terms",
    by="groups",
    reads=lambda _item: {
        "patients": {"patient_id": "patient_id"},
        "adverse_events": {"patient_id": "patient_id", "grade": "grade"},
    },
    rows=lambda item: {"adverse_events": item.where},
    method="each patient once, at the maximum grade; denominator: every patient in scope",
    told=lambda _item, _conventions: {
        "grade": "maximum per patient",
        "denominator": "every patient in scope",
    },
)
def adverse_events(patients: pd.DataFrame, adverse_events: pd.DataFrame) -> Grades:
    """
    Patients with an adverse event, each counted once at the maximum grade.

    Args:
        patients: One row per patient in scope.
        adverse_events: One row per event of this term in scope: patient, grade 1 to 5.

    Returns:
        Patients and their fraction at each grade, at any grade, and at grade 3 or above.
    """
    worst = adverse_events.groupby("patient_id")["grade"].max()
    n = len(patients)
    counts = {grade: int((worst == int(grade)).sum()) for grade in GRADES}
    counts["any"] = len(worst)
    counts["ge3"] = int((worst >= 3).sum())
    return Grades(
        n,
        tuple(
            GradeCount(grade, count, count / n if n else None) for grade, count in counts.items()
        ),
    )


def _of_events(item: Settings) -> dict[str, dict[str, str]]:
    scope = item.adverse_events
    infusion = {"infusion": "infusion"} if scope and scope.infusion is not None else {}
    return {
        "patients": {"patient_id": "patient_id"},
        "adverse_events": {"patient_id": "patient_id", **infusion},
    }


@analysis(
    "safety.outside",
    by="everybody",
    reads=_of_events,
    method="count of adverse events of other groups, or that follow another infusion or none",
    wanted=lambda item: bool(item.adverse_events and _scoped(item.adverse_events)),
    told=lambda item, _conventions: {"scope": _scoped(item.adverse_events)},
)
def out_of_scope(
    patients: pd.DataFrame, adverse_events: pd.DataFrame, item: Settings
) -> OutOfScope:
    """
    Adverse events by the cutoff that the declared scope leaves out.

    Args:
        patients: One row per patient: group.
        adverse_events: One row per event: patient, and the infusion it follows if that is asked.
        item: The scope.

    Returns:
        Events, and the patients who had them.
    """
    scope = item.adverse_events
    inside = pd.Series(data=True, index=adverse_events.index)
    if scope and scope.groups:
        group = patients.set_index("patient_id")["group"]
        inside &= adverse_events["patient_id"].map(group).isin(scope.groups)
    if scope and scope.infusion is not None:
        inside &= adverse_events["infusion"] == scope.infusion
    outside = adverse_events[~inside]
    return OutOfScope(len(outside), outside["patient_id"].nunique())


def _scoped(scope: AdverseEvents) -> str:
    """The declared scope in words; empty where it is everything."""
    groups = [f"groups {', '.join(scope.groups)}"] if scope.groups else []
    infusion = [f"infusion {scope.infusion}"] if scope.infusion is not None else []
    return "; ".join([*groups, *infusion])


@analysis(
    "{id}",
    each="grading",
    by="groups",
    reads=lambda item: {"patients": {"grade": item.column}},
    method="count; percentage of patients with a grade",
    told=lambda _item, _conventions: {"denominator": "patients with a grade"},
)
def grades(patients: pd.DataFrame, item: Grading) -> Levels:
    """
    Patients at each grade; a patient without the event is at the lowest.

    Args:
        patients: One row per patient: grade.
        item: The grades, in ascending order.

    Returns:
        Counts and fractions by grade.
    """
    keys = {level: key_of(level) for level in item.levels}
    return counted_levels(patients["grade"], keys)


@analysis(
    "{id}",
    each="grading",
    by="compared",
    reads=lambda item: {"patients": {"grade": item.column}},
    method=lambda _item, conventions: (
        f"{'Mann-Whitney' if len(conventions.groups) == 2 else 'Kruskal-Wallis'} on the ordered grades "
        "and Fisher's exact test of the table, two-sided"
    ),
    source=(
        "Streitberg & Roehmel, Stat Softw Newsl 1986;12:10-17; Kruskal & Wallis, J Am Stat Assoc "
        "1952;47:583-621; Fisher 1935; Besag & Clifford, Biometrika 1991;78:301-304"
    ),
    told=lambda _item, conventions: {
        "sides": "two",
        "groups": conventions.contrast,
        "table": "grades by group",
    },
)
def graded_comparison(patients: pd.DataFrame, item: Grading, conventions: Conventions) -> Bundle:
    """
    Whether the compared groups differ in grade, as an order and as a table.

    Args:
        patients: One row per patient: grade, group.
        item: The grades, in ascending order.
        conventions: The compared groups, in order.

    Returns:
        Rank-sum test (of more than two groups Kruskal-Wallis) and Fisher's exact test, each
        two-sided.
    """
    known = patients.dropna(subset=["grade"])
    rank = {level: position for position, level in enumerate(item.levels)}
    samples = [
        known.loc[known["group"] == group, "grade"].map(written).map(rank).to_numpy(dtype=float)
        for group, _ in conventions.groups
    ]
    table = [[int((sample == rank[level]).sum()) for level in item.levels] for sample in samples]
    ranked = mann_whitney(*samples) if len(samples) == 2 else kruskal_wallis(samples)
    return Bundle((ranked, fisher_exact(table)))


def _of_deaths(_item: object) -> dict[str, dict[str, str]]:
    return {"patients": {"patient_id": "patient_id"}, "events": {"patient_id": "patient_id"}}


@analysis(
    "safety.death",
    by="groups",
    reads=_of_deaths,
    rows=lambda _item: {"events": {"event": schema.DEATH}},
    method="count; percentage of everybody who had started",
)
def deaths(patients: pd.DataFrame, events: pd.DataFrame) -> Deaths:
    """
    Patients who had died by the cutoff, of any cause.

    Args:
        patients: One row per patient.
        events: One row per death.

    Returns:
        Patients, deaths, and the share of deaths as a fraction.
    """
    n, died = len(patients), events["patient_id"].nunique()
    return Deaths(n, died, died / n if n else None)


@analysis(
    "safety.death",
    each="causes",
    by="groups",
    reads=_of_deaths,
    rows=lambda item: {"events": item.where},
    method="count of deaths whose detail names the cause",
)
def cause_of_death(events: pd.DataFrame, item: Cause) -> DeathsOfCause:
    """
    Patients who had died of one cause by the cutoff.

    Args:
        events: One row per death of this cause.
        item: The cause.

    Returns:
        How many.
    """
    del item
    return DeathsOfCause(events["patient_id"].nunique())


@analysis(
    "safety.deaths",
    by="everybody",
    reads=lambda _item: {
        "patients": {
            "patient_id": "patient_id",
            "day": "death:days",
            "cause": "death:cause",
            "infusions": "infusions:count",
            "last": "infusions:last",
        }
    },
    method="as recorded; days counted from time zero and from the latest infusion",
)
def listed_deaths(patients: pd.DataFrame, conventions: Conventions) -> Listing:
    """
    Everybody who had died by the cutoff.

    Args:
        patients: One row per patient: day of death and cause if dead, infusions and the day of
            the latest where infusions are recorded, group.
        conventions: The groups with their labels.

    Returns:
        One row per death, in the order of the patients.
    """
    died = patients[patients["day"].notna()]
    labels = dict(conventions.groups)
    infused = bool(patients["infusions"].notna().any())
    columns = [ListingColumn("patient", "Patient", TEXT)]
    columns += [ListingColumn("group", "Group", TEXT)] if labels else []
    columns += [ListingColumn("day", "Day of death", DAYS), ListingColumn("cause", "Cause", TEXT)]
    if infused:
        columns.append(ListingColumn("infusions", "Infusions", COUNT))
        columns.append(ListingColumn("since_infusion", "Days since the latest infusion", DAYS))
    rows = tuple(_death(row, labels, infused=infused) for row in died.to_dict("records"))
    return Listing("", ("patient",), tuple(columns), rows)


def _death(
    row: Mapping[Any, Any], labels: Mapping[str, str], *, infused: bool
) -> tuple[float | str | None, ...]:
    """One row of the listing."""
    since = float(row["day"]) - float(row["last"])
    return (
        str(row["patient_id"]),
        *([labels[row["group"]]] if labels else []),
        float(row["day"]),
        written(row["cause"]) or "not recorded",
        *([float(row["infusions"]), None if math.isnan(since) else since] if infused else []),
    )


ANALYSES = (
    adverse_events,
    out_of_scope,
    grades,
    graded_comparison,
    deaths,
    cause_of_death,
    listed_deaths,
)
