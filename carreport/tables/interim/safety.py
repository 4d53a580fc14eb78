"""Adverse events by group, deaths and their causes, markers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from carreport.results.found import ORDINALS, causes
from carreport.results.scope import terms
from carreport.study.settings import TableItem
from carreport.tables.adverse_events import adverse_event_table
from carreport.tables.columns import Column
from carreport.tables.interim.patients import turned
from carreport.tables.interim.rows import Cells, Grid, Line, across, group_columns, laid_out
from carreport.tables.layout import Layout, Printed
from carreport.tables.listing import listing_table
from carreport.tables.widths import fitted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from carreport.results import Results
    from carreport.study.settings import Analyte
    from carreport.study.snapshot import Snapshot

DEATHS: Final = "safety.deaths"
TESTS: Final = {"mannwhitney_p": "Mann–Whitney p", "kruskal_p": "Kruskal–Wallis p"}


def adverse_events(results: Results, snapshot: Snapshot) -> tuple[Layout, ...]:
    """Any grade and grade three or higher by group; every grade where there is one group."""
    settings = snapshot.settings
    found = terms(snapshot)
    if not found:
        return ()
    scope = settings.adverse_events
    only = scope.groups if scope else []
    labels = {one.id: one.label for one in settings.group_levels()}
    shown = [Column(one, labels[one]) for one in only] or group_columns(settings)
    number = scope.infusion if scope else None
    which = ORDINALS[number - 1] if number and number <= len(ORDINALS) else "declared"
    notes = [f"Only events that follow the {which} infusion count."] if number else []

    def make(columns: Sequence[Column]) -> Layout:
        item = TableItem(
            id="interim_adverse_events",
            kind="adverse_events",
            title="Adverse events by maximum grade",
            columns=[one.id for one in columns],
            notes=notes,
        )
        return adverse_event_table(item, results, settings, found, every=len(shown) == 1)

    return fitted(make, shown, results)


def deaths(results: Results, snapshot: Snapshot) -> tuple[Layout, ...]:
    """Deaths and their causes by group; nothing while nobody has died."""
    found = causes(snapshot)
    if not found:
        return ()
    lines = [Line(("Died",), Cells(results, "safety.death").share("died", "share"))]
    for one in found:
        cells = Cells(results, "safety.death", (("cause", one.id),))
        lines.append(Line((one.label,), cells.number("count"), level=True))
    grid = Grid(
        "interim_deaths",
        "Deaths",
        lines,
        "carreport.analyses.safety",
        legend="Patients, and percentage of those who entered; causes as recorded.",
    )
    return laid_out(grid, snapshot.settings, results)


def deaths_listed(results: Results, snapshot: Snapshot) -> tuple[Layout, ...]:
    """Everybody who died, in a row each."""
    del snapshot
    if DEATHS not in results.listings or not results.listing(DEATHS).rows:
        return ()
    item = TableItem(id="interim_deaths_listed", kind="listing", title="Deaths, one by one",
                     listing=DEATHS)  # fmt: skip
    table = listing_table(item, results, computed_by="carreport.analyses.safety")
    return (turned(table, results),)


def markers(results: Results, snapshot: Snapshot) -> tuple[Layout, ...]:
    """One value per patient of each marker by group, and the test between the compared groups."""
    shown = group_columns(snapshot.settings)
    lines: list[Line] = []
    for item in snapshot.settings.analyte:
        if Cells(results, f"biomarkers.{item.id}").there("n", shown):
            lines += _marker(results, item)
    grid = Grid(
        "interim_markers",
        "Markers",
        lines,
        "carreport.analyses.biomarkers",
        legend="One value per patient.",
    )
    return laid_out(grid, snapshot.settings, results)


def _marker(results: Results, item: Analyte) -> Iterator[Line]:
    base = f"biomarkers.{item.id}"
    cells = Cells(results, base)
    unit = (", ", item.unit) if item.unit else ()
    yield Line((item.label, *unit))
    yield Line(("Patients with a value",), cells.number("n"), level=True)
    yield Line(("Median (quartiles)",), cells.middle("median", "q1", "q3", of="n"), level=True)
    yield Line(("Range",), cells.between("min", "max", of="n"), level=True)
    for field, name in TESTS.items():
        id_ = f"{base}.{field}"
        if id_ in results and results[id_].value is not None:
            yield Line((name,), across(Printed(id_)), level=True, across=True)
