"""Measurements by day after the infusion they follow: patient by patient, and by group."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

import numpy as np

from carreport.analyses.declare import Conventions, analysis
from carreport.shapes import Bundle, Listing, ListingColumn
from carreport.stats.location import summary
from carreport.units import COUNT, DAYS, MEASUREMENT, PATIENTS, TEXT

if TYPE_CHECKING:
    import pandas as pd

    from carreport.study.settings import Analyte

LINES_AT_MOST: Final = 100
"""Lines of more patients than these cannot be told apart, and are not listed."""
PERIODS: Final = {
    7: "a week", 14: "two weeks", 28: "four weeks", 91: "a quarter", 182: "half a year",
    365: "a year",
}  # fmt: skip
"""Periods in which samples are gathered, by their days."""
_PATIENTS_FROM: Final = 20
"""In a smaller group each patient can be followed by eye."""
_SHARED: Final = 0.2
"""A day is shared on which so much of a group has a sample."""
_HALF: Final = 0.5
"""Visits are irregular where less than this of the later samples is on shared days."""
_NEARLY: Final = 0.9
"""Periods may be so much shorter than the usual time between two samples."""
_DAY: Final = "counted from the infusion a sample follows"


def _reads(_item: Analyte) -> dict[str, dict[str, str]]:
    return {
        "patients": {"patient_id": "patient_id"},
        "measurements": {
            "patient_id": "patient_id",
            "infusion": "infusion",
            "day": "day",
            "value": "value",
        },
    }


def _samples(measurements: pd.DataFrame) -> pd.DataFrame:
    """The highest value of each patient, infusion and day, in that order."""
    known = measurements.dropna(subset=["infusion", "day", "value"])
    keys = ["patient_id", "infusion", "day"]
    return known.groupby(keys, sort=False)["value"].max().reset_index()


@analysis(
    "biomarkers.{id}",
    each="analyte",
    by="everybody",
    reads=_reads,
    rows=lambda item: {"measurements": {"analyte": item.analyte}},
    method="value by day after each infusion; below the quantification limit shown as measured; "
    f"for {LINES_AT_MOST} patients or fewer",
    told=lambda _item, _conventions: {"day": _DAY},
)
def analyte_course(
    patients: pd.DataFrame, measurements: pd.DataFrame, item: Analyte
) -> Listing | Bundle:
    """
    An analyte by day after each infusion, patient by patient.

    Args:
        patients: One row per patient: group.
        measurements: One row per sample: patient, infusion, day after it, value.
        item: The analyte; where it is restricted to groups, only their patients are listed.

    Returns:
        One row per patient, infusion and day, of two samples on one day the higher; nothing
        where there are more patients than lines could be told apart.
    """
    groups = patients.set_index("patient_id")["group"]
    found = _samples(measurements)
    found = found.assign(group=found["patient_id"].map(groups))
    if item.groups:
        found = found[found["group"].isin(item.groups)]
    if found["patient_id"].nunique() > LINES_AT_MOST:
        return Bundle()
    order = dict(zip(groups.index, range(len(groups)), strict=True))
    found = found.assign(at=found["patient_id"].map(order))
    found = found.sort_values(["at", "infusion", "day"], kind="stable")
    return Listing(
        "course",
        ("patient", "infusion", "day"),
        (
            ListingColumn("patient", "Patient", TEXT),
            ListingColumn("infusion", "Infusion", COUNT),
            ListingColumn("day", "Day", DAYS),
            ListingColumn("group", "Group", TEXT),
            ListingColumn("value", "Value", MEASUREMENT),
        ),
        tuple(
            (str(patient), float(infusion), float(day), str(group), float(value))
            for patient, infusion, day, group, value in found[
                ["patient_id", "infusion", "day", "group", "value"]
            ].itertuples(index=False, name=None)
        ),
    )


@analysis(
    "biomarkers.{id}",
    each="analyte",
    by="groups",
    reads=_reads,
    rows=lambda item: {"measurements": {"analyte": item.analyte}},
    method=lambda _item, conventions: (
        f"median and quartiles (type {conventions.quantile_type}) by day after each infusion"
    ),
    source="Hyndman & Fan, Am Stat 1996;50:361-365",
    told=lambda _item, conventions: {"day": _DAY, "quartiles": conventions.quartiles},
)
def analyte_by_day(measurements: pd.DataFrame, conventions: Conventions) -> Listing:
    """
    Distribution of an analyte on each day after each infusion.

    Args:
        measurements: One row per sample: patient, infusion, day after it, value.
        conventions: The quantile definition.

    Returns:
        One row per infusion and day: patients, median and quartiles; of two samples of one
        patient on one day the higher counts.
    """
    samples = _samples(measurements).sort_values(["infusion", "day"], kind="stable")
    days = samples.groupby(["infusion", "day"], sort=False)["value"]
    rows = []
    for infusion, day in samples[["infusion", "day"]].drop_duplicates().itertuples(index=False):
        values = days.get_group((infusion, day))
        found = summary(values.to_numpy(), conventions.quantile_type)
        rows.append((float(infusion), float(day), float(found.n), found.median, found.q1, found.q3))
    return Listing(
        "by_day",
        ("infusion", "day"),
        (
            ListingColumn("infusion", "Infusion", COUNT),
            ListingColumn("day", "Day", DAYS),
            ListingColumn("n", "Patients", PATIENTS),
            ListingColumn("median", "Median", MEASUREMENT),
            ListingColumn("q1", "First quartile", MEASUREMENT),
            ListingColumn("q3", "Third quartile", MEASUREMENT),
        ),
        tuple(rows),
    )


@analysis(
    "biomarkers.{id}",
    each="analyte",
    by="everybody",
    reads=_reads,
    rows=lambda item: {"measurements": {"analyte": item.analyte}},
    method=lambda _item, conventions: (
        f"median and quartiles (type {conventions.quantile_type}) by period after each infusion, of "
        "each patient's value nearest to the middle of the period; where patients do not share days"
    ),
    source="Hyndman & Fan, Am Stat 1996;50:361-365",
    told=lambda _item, conventions: {"day": _DAY, "quartiles": conventions.quartiles},
)
def analyte_by_period(
    patients: pd.DataFrame, measurements: pd.DataFrame, item: Analyte, conventions: Conventions
) -> Listing | Bundle:
    """
    Distribution of an analyte in periods after each infusion, where visits are irregular.

    Where patients are seen on days of their own, a day's median is of few patients and of others
    on the next day. Periods are about as long as the time between two samples of a patient.

    Args:
        patients: One row per patient: group.
        measurements: One row per sample: patient, infusion, day after it, value.
        item: The analyte; where it is restricted to groups, only their patients are listed.
        conventions: The quantile definition.

    Returns:
        One row per group, infusion and period: its middle, its first and last day, patients,
        median and quartiles; nothing where patients share their days.
    """
    found = _samples(measurements)
    found = found.assign(group=found["patient_id"].map(patients.set_index("patient_id")["group"]))
    found = found[found["group"].isin(item.groups)] if item.groups else found
    days = _period(found)
    if not days:
        return Bundle()
    at = np.floor(found["day"] / days + 0.5)
    found = found.assign(at=at, aside=(found["day"] - at * days).abs())
    keys = ["group", "infusion", "at"]
    nearest = found.sort_values(["aside", "day"], kind="stable")
    nearest = nearest.drop_duplicates(["patient_id", "infusion", "at"]).sort_values(
        keys, kind="stable"
    )
    rows = []
    periods = nearest.groupby(keys)["value"]
    for group, infusion, period in nearest[keys].drop_duplicates().itertuples(index=False):
        values = periods.get_group((group, infusion, period))
        told = summary(values.to_numpy(), conventions.quantile_type)
        middle = float(period) * days
        first, last = ceil(middle - days / 2), ceil(middle + days / 2) - 1
        rows.append((
            str(group), float(infusion), middle, float(first), float(last), PERIODS[days],
            float(told.n), told.median, told.q1, told.q3,
        ))  # fmt: skip
    return Listing(
        "by_period",
        ("group", "infusion", "day"),
        (
            ListingColumn("group", "Group", TEXT),
            ListingColumn("infusion", "Infusion", COUNT),
            ListingColumn("day", "Middle", DAYS),
            ListingColumn("first", "First day", DAYS),
            ListingColumn("last", "Last day", DAYS),
            ListingColumn("period", "Period", TEXT),
            ListingColumn("n", "Patients", PATIENTS),
            ListingColumn("median", "Median", MEASUREMENT),
            ListingColumn("q1", "First quartile", MEASUREMENT),
            ListingColumn("q3", "Third quartile", MEASUREMENT),
        ),
        tuple(rows),
    )


def _period(samples: pd.DataFrame) -> int:
    """Days of a period, where patients of a large group do not share days; zero otherwise."""
    group = samples.groupby(["group", "infusion"])
    patients = group["patient_id"].transform("nunique")
    later = (patients >= _PATIENTS_FROM) & (samples["day"] > group["day"].transform("min"))
    together = samples.groupby(["group", "infusion", "day"])["patient_id"].transform("nunique")
    shared = together >= patients * _SHARED
    if not later.any() or shared[later].mean() >= _HALF:
        return 0
    ordered = samples.sort_values(["patient_id", "infusion", "day"], kind="stable")
    apart = ordered.groupby(["patient_id", "infusion"], sort=False)["day"].diff().median()
    return next((one for one in PERIODS if one >= _NEARLY * apart), max(PERIODS))


ANALYSES = (analyte_course, analyte_by_day, analyte_by_period)
