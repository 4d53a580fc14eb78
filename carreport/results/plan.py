"""The analysis plan of a study: ours, then its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from carreport.analyses import ANALYSES
from carreport.analyses.own import own_analyses
from carreport.results.scope import items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carreport.analyses.declare import Analysis
    from carreport.study.snapshot import Snapshot


def plan(snapshot: Snapshot) -> tuple[Analysis[Any], ...]:
    """
    Every analysis of a study.

    Args:
        snapshot: The study as of the cutoff, with the text of the files that study.toml names.

    Returns:
        Those of the package, then those of the study's own files.

    Raises:
        BadInput: A file cannot be run, or labels something wrongly.
    """
    return (*ANALYSES, *own_analyses(snapshot.own)) if snapshot.own else ANALYSES


def own_parts(snapshot: Snapshot) -> Iterator[tuple[str, str, Analysis[Any]]]:
    """For each of the study's own analyses, and each item it is for: its name, and what it is."""
    for analysis in own_analyses(snapshot.own) if snapshot.own else ():
        told = analysis.definition
        first = told.partition(". ")[0].removesuffix(".")
        for item in items(snapshot, analysis.each):
            name = analysis.id.replace("{id}", str(getattr(item, "id", "")))
            label = str(getattr(item, "label", "") or "") if "{id}" in analysis.id else ""
            yield name, f"{label}: {first}" if label else first, analysis
