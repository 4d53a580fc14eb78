"""Measurements by day after the infusion they follow: patient by patient, and by group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from carreport.analyses.declare import Conventions, analysis
from carreport.shapes import Bundle, Listing, ListingColumn
from carreport.stats.location import summary
from carreport.units import COUNT, DAYS, MEASUREMENT, PATIENTS, TEXT

if TYPE_CHECKING:
    import pandas as pd

    from carreport.study.settings import Analyte

LINES_AT_MOST: Final = 100
"""Lines of more patients than these cannot be told apart, and are not listed."""
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


ANALYSES = (analyte_course, analyte_by_day)
