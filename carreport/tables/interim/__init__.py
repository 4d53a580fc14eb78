"""The tables of the interim report: the same for every study, one function each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from carreport.tables.interim.declared import contrasts, correlations, summaries
from carreport.tables.interim.efficacy import endpoints, incidence, proportions
from carreport.tables.interim.own import OWN, own_labels, own_tables
from carreport.tables.interim.patients import baseline, disposition, exposure, followup, patients
from carreport.tables.interim.quality import assessments, notes, quality
from carreport.tables.interim.rows import explained
from carreport.tables.interim.safety import (
    adverse_events,
    deaths,
    deaths_listed,
    gradings,
    markers,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from carreport.results import Results
    from carreport.study.snapshot import Snapshot
    from carreport.tables.layout import Layout

__all__ = ["DOCUMENT", "OWN", "interim_tables", "own_labels"]

DOCUMENT: Final = "interim"
_TABLES: Final[tuple[Callable[[Results, Snapshot], tuple[Layout, ...]], ...]] = (
    disposition,
    exposure,
    followup,
    baseline,
    patients,
    proportions,
    endpoints,
    incidence,
    adverse_events,
    gradings,
    deaths,
    deaths_listed,
    markers,
    summaries,
    contrasts,
    correlations,
    assessments,
    quality,
    notes,
    own_tables,
)


def interim_tables(results: Results, snapshot: Snapshot) -> tuple[Layout, ...]:
    """
    Lay out what every interim report has.

    Args:
        results: Every number.
        snapshot: The study, for labels and what there is.

    Returns:
        The tables in reading order; one without data is left out, one too wide is in parts.
    """
    made = (table for one in _TABLES for table in one(results, snapshot))
    return tuple(explained(table, results) for table in made)
