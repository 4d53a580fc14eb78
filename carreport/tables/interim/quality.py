"""What the checks of the data found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from carreport.results.found import KINDS, kinds
from carreport.tables.interim.patients import turned
from carreport.tables.interim.rows import Cells, Grid, Line, group_columns, laid_out
from carreport.tables.layout import Cell, Layout, Printed, Row, column_head, heading, row_head

if TYPE_CHECKING:
    from carreport.results import Results
    from carreport.results.rows import ListedResult
    from carreport.study.snapshot import Snapshot
    from carreport.tables.layout import Piece

MOST: Final = 100
"""Of one kind so many notes are printed; more are for a program to read."""
STANDING: Final = {
    "done": "Done in time",
    "late": "Done late",
    "overdue": "Overdue",
    "not_due": "Not due",
}
COLUMNS: Final = ("table", "line", "column", "found")


def assessments(results: Results, snapshot: Snapshot) -> tuple[Layout, ...]:
    """Per assessment who was assessed in time, late, or not."""
    shown = group_columns(snapshot.settings)
    lines: list[Line] = []
    for item in snapshot.settings.assessment:
        cells = Cells(results, "quality.assessment", (("assessment", item.id),))
        if cells.there("n", shown):
            lines.append(Line((item.label,)))
            lines += [
                Line((name,), cells.number(key), level=True) for key, name in STANDING.items()
            ]
    grid = Grid(
        "interim_assessments",
        "Assessments",
        lines,
        "carreport.analyses.quality",
        legend=(
            "An assessment is overdue of a patient followed beyond the last day of its window and "
            "not assessed from its first day on; it is not due where follow-up ended before."
        ),
    )
    return laid_out(grid, snapshot.settings, results)


def quality(results: Results, snapshot: Snapshot) -> tuple[Layout, ...]:
    """Checks that found something, by group."""
    shown = group_columns(snapshot.settings)
    lines: list[Line] = []
    for kind in kinds(snapshot):
        found = []
        for check in kind.checks:
            cells = Cells(results, "quality.check", (("check", check.id),))
            ids = [cells.id("notes", one) for one in shown]
            if any(id_ in results and results[id_].value for id_ in ids):
                found.append(Line((check.label,), cells.part("notes", "n"), level=True))
        lines += [Line((kind.label,)), *found] if found else []
    grid = Grid(
        "interim_quality",
        "Checks of the data",
        lines,
        "carreport.analyses.quality",
        legend="Notes, and the cells or rows looked at. A check without a note is left out.",
    )
    return laid_out(grid, snapshot.settings, results)


def notes(results: Results, snapshot: Snapshot) -> tuple[Layout, ...]:
    """Every note in a row; of a kind with very many the first."""
    del snapshot
    body: list[Row] = []
    beneath: list[tuple[Piece, ...]] = []
    for kind, label in KINDS.items():
        listing = results.listings.get(f"quality.notes@kind={kind}")
        if listing is None or not listing.rows:
            continue
        body.append(heading(label, width=len(COLUMNS) + 1))
        body += [_note(listing, number) for number in range(min(len(listing.rows), MOST))]
        if len(listing.rows) > MOST:
            count = Printed(f"quality.notes.n@kind={kind}")
            beneath.append((f"{label}: the first of ", count, " notes; results.json has all."))
    if not body:
        return ()
    head = ("Patient", "Table", "Line", "Column", "Found")
    table = Layout(
        id="interim_quality_notes",
        title="Notes on the data",
        head=(tuple(column_head(one, align="left") for one in head),),
        body=tuple(body),
        legend="Line is that of the file; an assessment that was not done has none.",
        notes=tuple(beneath),
        computed_by="carreport.analyses.quality",
    )
    return (turned(table, results),)


def _note(listing: ListedResult, number: int) -> Row:
    at = [one.name for one in listing.columns].index("line")
    cells = [row_head(Printed(listing.id_of(number, "patient")))]
    for name in COLUMNS:
        absent = name == "line" and listing.rows[number][at] == "0"
        shown = "–" if absent else Printed(listing.id_of(number, name))
        cells.append(Cell((shown,), align="left"))
    return Row(tuple(cells))
