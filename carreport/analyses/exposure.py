"""Infusions: how many, which, at what dose and how far apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carreport.analyses.declare import Conventions, analysis
from carreport.shapes import Dose, Exposure, Given, InfusionsHad, Interval
from carreport.stats.location import summary
from carreport.study.settings import Range

if TYPE_CHECKING:
    import pandas as pd

    from carreport.study.settings import Infusion


def _numbers(_item: object) -> dict[str, dict[str, str]]:
    return {
        "patients": {"patient_id": "patient_id"},
        "infusions": {"patient_id": "patient_id", "infusion": "infusion"},
    }


@analysis("exposure.infusions", by="groups", reads=_numbers, method="count")
def infusions(patients: pd.DataFrame, infusions: pd.DataFrame) -> Exposure:
    """
    Infusions given by the cutoff.

    Args:
        patients: One row per patient.
        infusions: One row per infusion.

    Returns:
        Patients, infusions in all, and the most of any one patient.
    """
    counts = infusions.groupby("patient_id").size()
    most = int(counts.max()) if len(counts) else 0
    return Exposure(len(patients), len(infusions), most if len(patients) else None)


@analysis(
    "exposure.infusions",
    each="had",
    by="groups",
    reads=_numbers,
    method="count; percentage of everybody who had started",
)
def infusions_had(patients: pd.DataFrame, infusions: pd.DataFrame, item: Infusion) -> InfusionsHad:
    """
    Patients by how many infusions they had had by the cutoff.

    Args:
        patients: One row per patient.
        infusions: One row per infusion.
        item: How many.

    Returns:
        Patients with exactly so many, as a count and a fraction.
    """
    counts = patients["patient_id"].map(infusions.groupby("patient_id").size()).fillna(0)
    count, n = int((counts == item.number).sum()), len(patients)
    return InfusionsHad(n, count, count / n if n else None)


@analysis(
    "exposure.given",
    each="given",
    by="groups",
    reads=_numbers,
    rows=lambda item: {"infusions": {"infusion": item.number}},
    method="count",
)
def given(infusions: pd.DataFrame) -> Given:
    """
    Patients who had had an infusion of this number by the cutoff.

    Args:
        infusions: One row per infusion of this number.

    Returns:
        How many patients.
    """
    return Given(infusions["patient_id"].nunique())


@analysis(
    "exposure.given",
    each="given",
    by="groups",
    reads=lambda _item: {
        "patients": {"patient_id": "patient_id"},
        "infusions": {"patient_id": "patient_id", "infusion": "infusion", "date": "date"},
    },
    rows=lambda item: {"infusions": {"infusion": Range(max=item.number)}},
    method="days between two infusions of one patient that follow each other; median and range",
    wanted=lambda item: item.number > 1,
)
def interval(infusions: pd.DataFrame, item: Infusion, conventions: Conventions) -> Interval:
    """
    Days from the same patient's infusion before to the infusion of this number.

    Args:
        infusions: One row per infusion up to this number: patient, number, date.
        item: The infusion.
        conventions: The quantile definition.

    Returns:
        Patients with both, and median and range of the days.
    """
    ordered = infusions.sort_values(["patient_id", "infusion"], kind="stable")
    gaps = ordered.groupby("patient_id")["date"].diff().dt.days.astype(float)
    found = gaps[ordered["infusion"] == item.number].dropna()
    days = summary(found.to_numpy(), conventions.quantile_type)
    return Interval(days.n, days.median, days.min, days.max)


@analysis(
    "exposure.given",
    each="given",
    by="groups",
    reads=lambda _item: {
        "patients": {"patient_id": "patient_id"},
        "infusions": {"patient_id": "patient_id", "infusion": "infusion", "dose": "dose"},
    },
    rows=lambda item: {"infusions": {"infusion": item.number}},
    method=lambda _item, conventions: (
        f"median, quartiles (type {conventions.quantile_type}), range"
    ),
    source="Hyndman & Fan, Am Stat 1996;50:361-365",
    told=lambda _item, conventions: {"quartiles": conventions.quartiles},
)
def dose(infusions: pd.DataFrame, conventions: Conventions) -> Dose:
    """
    Dose of the infusion of this number, among patients who had it.

    Args:
        infusions: One row per infusion of this number: dose.
        conventions: The quantile definition.

    Returns:
        Doses recorded and not, median, quartiles and range, in the unit of study.toml.
    """
    one = summary(infusions["dose"].to_numpy(dtype=float), conventions.quantile_type)
    return Dose(one.n, one.missing, one.median, one.q1, one.q3, one.min, one.max)


ANALYSES = (infusions, infusions_had, given, interval, dose)
