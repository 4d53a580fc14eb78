"""Who is in the report, and what the report itself states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carreport.analyses.declare import analysis
from carreport.shapes import Bundle, Count, Course, Share, Treated
from carreport.study import schema

if TYPE_CHECKING:
    import pandas as pd

    from carreport.study.settings import Population


@analysis(
    "disposition.enrolled",
    by="groups",
    reads=lambda _item: {"patients": {"patient_id": "patient_id"}},
    method="count",
)
def enrolled(patients: pd.DataFrame) -> Count:
    """
    Patients who had started by the cutoff.

    Args:
        patients: One row per patient.

    Returns:
        How many.
    """
    return Count(len(patients))


@analysis(
    "disposition.course",
    by="groups",
    reads=lambda _item: {
        "patients": {"patient_id": "patient_id"},
        "events": {"patient_id": "patient_id"},
    },
    rows=lambda _item: {"events": {"event": schema.DEATH}},
    method="count; percentage of everybody who had started",
)
def standing(patients: pd.DataFrame, events: pd.DataFrame) -> Course:
    """
    What had become of the patients by the cutoff.

    Who is not known to have died was alive at the last contact.

    Args:
        patients: One row per patient.
        events: One row per death.

    Returns:
        Deaths and patients alive, and their shares as fractions.
    """
    n = len(patients)
    died = events["patient_id"].nunique()
    return Course(n, died, died / n if n else None, n - died, (n - died) / n if n else None)


@analysis(
    "disposition.course",
    by="groups",
    reads=lambda _item: {
        "patients": {"patient_id": "patient_id"},
        "infusions": {"patient_id": "patient_id", "infusion": "infusion"},
    },
    method="count; percentage of everybody who had started",
)
def treated(patients: pd.DataFrame, infusions: pd.DataFrame) -> Treated:
    """
    Who had been infused by the cutoff, and who more than once.

    Args:
        patients: One row per patient.
        infusions: One row per infusion.

    Returns:
        Patients with one infusion or more, and with two or more, and their shares as fractions.
    """
    n = len(patients)
    had = infusions.groupby("patient_id").size()
    once, again = len(had), int((had > 1).sum())
    return Treated(n, once, once / n if n else None, again, again / n if n else None)


@analysis(
    "disposition.{id}",
    each="population",
    by="population",
    reads=lambda _item: {"patients": {"patient_id": "patient_id"}},
    method="count",
)
def population(patients: pd.DataFrame, item: Population) -> Count:
    """
    Patients who satisfy every condition of a declared population.

    Args:
        patients: One row per patient.
        item: The population.

    Returns:
        How many.
    """
    del item
    return Count(len(patients))


@analysis(
    "study.cells",
    reads=lambda _item: {"census": {"origin": "origin", "cells": "cells"}},
    method="count of data cells by origin",
)
def origins(census: pd.DataFrame) -> Bundle:
    """
    Share of the study's data cells of each origin.

    Cells are the non-empty cells of the patients' own columns, infusions, events, adverse
    events and measurements, identifiers left out.

    Args:
        census: One row per table and origin, with the number of cells.

    Returns:
        Cells and their share, as a fraction, per origin.
    """
    totals = census.groupby("origin", sort=False)["cells"].sum()
    whole = int(totals.sum())
    return Bundle(
        tuple(
            Share(str(name), int(count), int(count) / whole if whole else None)
            for name, count in totals.items()
        )
    )


ANALYSES = (enrolled, standing, treated, population, origins)
