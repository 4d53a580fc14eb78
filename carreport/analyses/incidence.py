"""Cumulative incidence along time, cause by cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from carreport.analyses.declare import Conventions, analysis
from carreport.analyses.survival import causes
from carreport.shapes import Listing, ListingColumn
from carreport.stats.competing_risks import cumulative_incidence
from carreport.units import DAYS, PATIENTS, SURVIVAL, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from carreport.stats.competing_risks import CumulativeIncidence
    from carreport.study.settings import Endpoint


@analysis(
    "survival.{id}",
    each="endpoint",
    by="groups",
    reads=lambda item: {"patients": {"days": f"{item.id}:days", "code": f"{item.id}:code"}},
    method=lambda _item, conventions: (
        f"Aalen-Johansen; Aalen variance; {100 * conventions.confidence:g}% log-log interval"
    ),
    source="Marubini & Valsecchi 1995, chapter 10; R cmprsk::cuminc",
    wanted=lambda item: bool(item.competing),
    told=lambda item, conventions: {
        "variance": "Aalen",
        "interval": "log-log, pointwise",
        "confidence": conventions.level,
        "competing": ", ".join(item.competing),
    },
)
def incidence_curve(patients: pd.DataFrame, item: Endpoint, conventions: Conventions) -> Listing:
    """
    The curves of cumulative incidence: for each cause one row per distinct time.

    Args:
        patients: One row per patient: days, code (0 censored, 1 the event, then competing).
        item: The endpoint and its competing events.
        conventions: Confidence level.

    Returns:
        Patients at risk, with the cause and censored at each time; incidence and its limits as
        fractions, the limits missing while it is zero.
    """
    days, code = patients["days"].to_numpy(), patients["code"].to_numpy().astype(int)
    rows: list[tuple[float | str | None, ...]] = []
    for number, cause in enumerate(causes(item), start=1):
        curve = cumulative_incidence(
            days, code, of=number, confidence=conventions.confidence, interval="log-log"
        )
        rows += [(cause, *row) for row in _rows(curve, days, code, number)]
    return Listing(
        "incidence_curve",
        ("cause", "day"),
        (
            ListingColumn("cause", "Cause", TEXT),
            ListingColumn("day", "Day", DAYS),
            ListingColumn("at_risk", "At risk", PATIENTS),
            ListingColumn("events", "With the cause", PATIENTS),
            ListingColumn("censored", "Censored", PATIENTS),
            ListingColumn("incidence", "Cumulative incidence", SURVIVAL),
            ListingColumn("lower", "Lower limit", SURVIVAL),
            ListingColumn("upper", "Upper limit", SURVIVAL),
        ),
        tuple(rows),
    )


def _rows(
    curve: CumulativeIncidence, days: np.ndarray, code: np.ndarray, number: int
) -> Iterator[tuple[float | None, ...]]:
    counts = [
        [float(((days == time) & (code == one)).sum()) for time in curve.times]
        for one in (number, 0)
    ]
    columns = (curve.times, curve.at_risk, *counts, curve.incidence, curve.lower, curve.upper)
    for row in zip(*columns, strict=True):
        yield tuple(float(cell) if np.isfinite(cell) else None for cell in row)


ANALYSES = (incidence_curve,)
