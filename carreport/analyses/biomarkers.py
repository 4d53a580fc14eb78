"""Measurements: one value per patient by group, and courses patient by patient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from carreport.analyses.declare import Conventions, analysis
from carreport.shapes import (
    Listing,
    ListingColumn,
    PeakDays,
    Proportion,
    RankTest,
    SignedRank,
    Summary,
)
from carreport.stats.location import summary
from carreport.stats.proportions import exact_proportion
from carreport.stats.ranks import kruskal_wallis, mann_whitney, signed_rank
from carreport.study.settings import Range
from carreport.units import COUNT, DAYS, MEASUREMENT, TEXT

if TYPE_CHECKING:
    import pandas as pd

    from carreport.shapes import KruskalWallis
    from carreport.study.settings import Analyte, Peaks, Where

RANK_TESTS = "Streitberg & Roehmel, Stat Softw Newsl 1986;12:10-17; Mann & Whitney, Ann Math Stat 1947;18:50-60"

KRUSKAL_WALLIS: Final = "Kruskal & Wallis, J Am Stat Assoc 1952;47:583-621"
RANKED: Final = {"sides": "two", "ties": "mean ranks"}
"""What every test of samples by their ranks is told."""


def rank_method(_item: object, conventions: Conventions) -> str:
    """What samples are compared by: two by Mann and Whitney's test, more by Kruskal and Wallis'."""
    if len(conventions.groups) == 2:
        return "Mann-Whitney test, two-sided"
    return "Kruskal-Wallis test, corrected for ties, chi-squared approximation"


def _per_patient(item: Analyte) -> dict[str, str]:
    return {"value": item.summary, **_window(item)}


def _window(item: Analyte | Peaks) -> dict[str, str]:
    """The days that count after an infusion, or after time zero."""
    infusion = getattr(item, "infusion", None)
    start = f"infusion {infusion}" if infusion is not None else "the infusion it follows"
    if item.window is None:
        return {"window": f"from {start} on"}
    first, last = item.window
    return {"window": f"days {first} to {last} after {start}"}


@analysis(
    "biomarkers.{id}",
    each="analyte",
    by="groups",
    reads=lambda item: {"patients": {"value": item.id}},
    method=lambda item, conventions: (
        f"{item.summary} value per patient; median, quartiles (type {conventions.quantile_type}), range"
    ),
    source="Hyndman & Fan, Am Stat 1996;50:361-365",
    told=lambda item, conventions: {
        **_per_patient(item),
        "quartiles": conventions.quartiles,
    },
)
def analyte(patients: pd.DataFrame, conventions: Conventions) -> Summary:
    """
    Distribution of an analyte, one value per patient.

    Args:
        patients: One row per patient: value, in the analyte's unit.
        conventions: The quantile definition.

    Returns:
        Number with and without a value, median, quartiles and range, in the same unit.
    """
    return summary(patients["value"].to_numpy(), conventions.quantile_type)


@analysis(
    "biomarkers.{id}",
    each="analyte",
    by="groups",
    reads=lambda item: {"patients": {"patient_id": "patient_id", "value": item.id}},
    method=lambda item, _conventions: f"{item.summary} value per patient",
    told=lambda item, _conventions: _per_patient(item),
)
def analyte_values(patients: pd.DataFrame, item: Analyte) -> Listing:
    """
    The analyte's value of every patient who has one.

    Args:
        patients: One row per patient: value, in the analyte's unit.
        item: The analyte.

    Returns:
        One row per patient.
    """
    known = patients.dropna(subset=["value"])
    return Listing(
        "values",
        ("patient",),
        (
            ListingColumn("patient", "Patient", TEXT),
            ListingColumn("value", item.label, MEASUREMENT),
        ),
        tuple(zip(known["patient_id"], known["value"].astype(float), strict=True)),
    )


@analysis(
    "biomarkers.{id}",
    each="analyte",
    by="compared",
    reads=lambda item: {"patients": {"value": item.id}},
    method=rank_method,
    source=f"{RANK_TESTS}; {KRUSKAL_WALLIS}",
    told=lambda item, _conventions: {**_per_patient(item), **RANKED},
)
def analyte_test(patients: pd.DataFrame, conventions: Conventions) -> RankTest | KruskalWallis:
    """
    Whether the compared groups differ in location.

    Args:
        patients: One row per patient: value, group.
        conventions: The compared groups, in order.

    Returns:
        Statistic and two-sided p; with more than two groups, Kruskal-Wallis.
    """
    return rank_comparison(patients, [group for group, _ in conventions.groups])


def rank_comparison(patients: pd.DataFrame, groups: list[str]) -> RankTest | KruskalWallis:
    """Mann-Whitney for two groups, Kruskal-Wallis for more."""
    known = patients.dropna(subset=["value"])
    samples = [
        known.loc[known["group"] == group, "value"].to_numpy(dtype=float) for group in groups
    ]
    return mann_whitney(*samples) if len(samples) == 2 else kruskal_wallis(samples)


@analysis(
    "{id}",
    each="course",
    by="population",
    reads=lambda _item: {
        "patients": {"patient_id": "patient_id"},
        "measurements": {"patient_id": "patient_id", "day": "day", "value": "value"},
    },
    rows=lambda item: {"measurements": {"analyte": item.analyte, "infusion": item.infusion}},
    method="value by day after the infusion; below the quantification limit shown as measured",
    told=lambda item, _conventions: {"day": f"counted from infusion {item.infusion}"},
)
def course(measurements: pd.DataFrame) -> Listing:
    """
    An analyte by day after one infusion, patient by patient.

    Args:
        measurements: One row per sample in scope: patient, day after the infusion, value.

    Returns:
        One row per patient and day; of two samples on one day the higher.
    """
    rows = (
        measurements.dropna(subset=["day"])
        .groupby(["patient_id", "day"], sort=False)["value"]
        .max()
    )
    return Listing(
        "course",
        ("patient", "day"),
        (
            ListingColumn("patient", "Patient", TEXT),
            ListingColumn("day", "Day", DAYS),
            ListingColumn("value", "Value", MEASUREMENT),
        ),
        tuple(
            (str(patient), float(day), float(value))
            for patient, day, value in rows.reset_index().itertuples(index=False)
        ),
    )


@analysis(
    "{id}",
    each="course",
    by="population",
    reads=lambda _item: {
        "patients": {"patient_id": "patient_id"},
        "measurements": {"patient_id": "patient_id", "day": "day", "value": "value"},
    },
    rows=lambda item: {"measurements": {"analyte": item.analyte, "infusion": item.infusion}},
    method="day of the highest value per patient; median and range",
    told=lambda item, _conventions: {
        "day": f"counted from infusion {item.infusion}",
        "ties": "the first day of the highest value",
    },
)
def course_summary(measurements: pd.DataFrame, conventions: Conventions) -> PeakDays:
    """
    On which day after the infusion the highest value was measured; the first of ties.

    Args:
        measurements: One row per sample in scope: patient, day after the infusion, value.
        conventions: The quantile definition.

    Returns:
        Patients with a value, and median and range of their days.
    """
    known = measurements.dropna(subset=["day", "value"]).sort_values("day", kind="stable")
    highest = known.groupby("patient_id", sort=False)["value"].idxmax()
    days = summary(known.loc[highest, "day"].to_numpy(), conventions.quantile_type)
    return PeakDays(days.n, days.median, days.min, days.max)


def _peak_rows(item: Peaks) -> dict[str, Where]:
    where: Where = {"analyte": item.analyte}
    if item.window:
        where["day"] = Range(min=item.window[0], max=item.window[1])
    return {"measurements": where}


def _peak_columns(_item: Peaks) -> dict[str, dict[str, str]]:
    return {
        "patients": {"patient_id": "patient_id"},
        "measurements": {"patient_id": "patient_id", "infusion": "infusion", "value": "value"},
    }


@analysis(
    "{id}",
    each="peaks",
    by="population",
    reads=_peak_columns,
    rows=_peak_rows,
    method="highest value after each infusion",
    told=lambda item, _conventions: _window(item),
)
def peaks(measurements: pd.DataFrame) -> Listing:
    """
    The peak of an analyte after each infusion, patient by patient.

    Args:
        measurements: One row per sample in scope: patient, infusion, value.

    Returns:
        One row per patient and infusion.
    """
    highest = _highest(measurements)
    return Listing(
        "peak",
        ("patient", "infusion"),
        (
            ListingColumn("patient", "Patient", TEXT),
            ListingColumn("infusion", "Infusion", COUNT),
            ListingColumn("value", "Peak", MEASUREMENT),
        ),
        tuple(
            (str(patient), float(number), float(value))
            for patient, number, value in highest.reset_index().itertuples(index=False)
        ),
    )


def _highest(measurements: pd.DataFrame) -> pd.Series:
    known = measurements.dropna(subset=["infusion", "value"])
    order = known["patient_id"].drop_duplicates().tolist()
    found = known.groupby(["patient_id", "infusion"])["value"].max()
    return found.reindex(sorted(found.index, key=lambda one: (order.index(one[0]), one[1])))


@analysis(
    "{id}",
    each="peaks",
    by="population",
    reads=_peak_columns,
    rows=_peak_rows,
    method="patients whose peak falls with every further infusion, of those with two or more; "
    "Clopper-Pearson interval",
    source="Clopper & Pearson, Biometrika 1934;26:404-413",
    told=lambda item, conventions: {
        **_window(item),
        "interval": "exact (Clopper-Pearson)",
        "confidence": conventions.level,
    },
)
def falling_peaks(measurements: pd.DataFrame, conventions: Conventions) -> Proportion:
    """
    Patients whose peak is lower after every further infusion.

    Args:
        measurements: One row per sample in scope: patient, infusion, value.
        conventions: Confidence level.

    Returns:
        k of the patients with two or more infusions measured, rate and limits as fractions.
    """
    courses = [rows.to_numpy() for _, rows in _highest(measurements).groupby(level=0, sort=False)]
    repeated = [values for values in courses if len(values) > 1]
    falls = [bool((values[1:] < values[:-1]).all()) for values in repeated]
    return exact_proportion(falls, conventions.confidence)


@analysis(
    "{id}",
    each="peaks",
    by="population",
    reads=_peak_columns,
    rows=_peak_rows,
    method="Wilcoxon signed-rank test of second minus first, two-sided",
    source="Wilcoxon, Biometrics Bull 1945;1:80-83",
    told=lambda item, _conventions: {
        **_window(item),
        "sides": "two",
        "ties": "exact, conditional on the ties; zero differences dropped",
    },
)
def second_peak(measurements: pd.DataFrame) -> SignedRank:
    """
    Whether the peak changes from the first to the second infusion, in pairs.

    Args:
        measurements: One row per sample in scope: patient, infusion, value.

    Returns:
        Pairs, statistic, two-sided p and the smallest p so many pairs can give.
    """
    highest = _highest(measurements).reset_index()
    first, second = (
        highest[highest["infusion"] == number].set_index("patient_id")["value"] for number in (1, 2)
    )
    return signed_rank((second - first).dropna().to_numpy())


ANALYSES = (
    analyte,
    analyte_values,
    analyte_test,
    course,
    course_summary,
    peaks,
    falling_peaks,
    second_peak,
)
