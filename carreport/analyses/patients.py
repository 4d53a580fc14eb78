"""The patients, one by one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from carreport.analyses.declare import Conventions, analysis
from carreport.shapes import Listing, ListingColumn
from carreport.study.words import written
from carreport.units import COUNT, DATE, DAYS, TEXT

if TYPE_CHECKING:
    import pandas as pd

    from carreport.study.settings import Settings

LISTING: Final = "listing.patients"


def _read(settings: Settings) -> dict[str, dict[str, str]]:
    ends = {f"{one.id}_days": f"{one.id}:days" for one in settings.endpoint}
    ends |= {f"{one.id}_outcome": f"{one.id}:cause" for one in settings.endpoint}
    return {
        "patients": {
            "patient_id": "patient_id",
            "start": "start_date",
            "infusions": "infusions:count",
            "followup": "followup:days",
            **ends,
        }
    }


@analysis(
    LISTING,
    by="everybody",
    reads=_read,
    method="as recorded; days counted from time zero",
    wanted=lambda settings: all(one.id != LISTING for one in settings.listing),
)
def listed(patients: pd.DataFrame, item: Settings, conventions: Conventions) -> Listing:
    """
    Every patient with what is known by the cutoff.

    Args:
        patients: One row per patient: start, infusions where they are recorded, days and outcome
            of every endpoint, days of follow-up, group.
        item: The endpoints.
        conventions: The groups with their labels.

    Returns:
        One row per patient, in the order of the groups and of the start.
    """
    labels = dict(conventions.groups)
    infused = patients["infusions"].notna().any()
    columns = [ListingColumn("patient", "Patient", TEXT)]
    columns += [ListingColumn("group", "Group", TEXT)] if labels else []
    columns.append(ListingColumn("start", "Start", DATE))
    columns += [ListingColumn("infusions", "Infusions", COUNT)] if infused else []
    for one in item.endpoint:
        label = one.short or one.label
        columns.append(ListingColumn(f"{one.id}_days", label, DAYS))
        columns.append(ListingColumn(f"{one.id}_outcome", label, TEXT))
    columns.append(ListingColumn("followup", "Follow-up", DAYS))
    order = list(labels) or ["all"]
    ranks = patients["group"].map({group: at for at, group in enumerate(order)})
    ordered = patients.assign(rank=ranks).sort_values(["rank", "start"], kind="stable")
    cells = {
        "patient": ordered["patient_id"].map(str),
        "group": ordered["group"].map(labels),
        "start": ordered["start"].map(written),
    }
    read = [cells.get(one.name, ordered.get(one.name)) for one in columns]
    rows = tuple(tuple(_cell(cell) for cell in row) for row in zip(*read, strict=True))
    return Listing("", ("patient",), tuple(columns), rows)


def _cell(cell: object) -> float | str | None:
    if isinstance(cell, float):
        return None if math.isnan(cell) else float(cell)
    return str(cell)


ANALYSES = (listed,)
