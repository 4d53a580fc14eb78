"""The patient listing: one patient a row, every declared column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carreport.tables.layout import Cell, Layout, Printed, Row, column_head, row_head

if TYPE_CHECKING:
    from carreport.results import Results
    from carreport.results.rows import ListedResult
    from carreport.study.settings import TableItem


def listing_table(
    item: TableItem, results: Results, *, computed_by: str = "carreport.analyses.outcomes"
) -> Layout:
    """
    Lay out a listing.

    Args:
        item: Names the listing.
        results: Holds it.
        computed_by: Module that made the listing.

    Returns:
        The table; without a patient, one row that says so.
    """
    listing = results.listing(str(item.listing))
    width = len(listing.columns)
    head = tuple(
        column_head(one.label, align="number" if one.unit.kind != "text" else "left")
        for one in listing.columns
    )
    body = tuple(_row(listing, number) for number in range(len(listing.rows)))
    nobody = Row((Cell(("No patient by this cutoff.",), span=width, align="left"),))
    return Layout(
        id=item.id,
        title=item.title,
        head=(head,),
        body=body or (nobody,),
        abbreviations=item.abbreviations,
        notes=tuple((note,) for note in item.notes),
        computed_by=computed_by,
        wide=item.wide,
    )


def _row(listing: ListedResult, number: int) -> Row:
    cells = [row_head(Printed(listing.id_of(number, listing.columns[0].name)))]
    for at, column in enumerate(listing.columns[1:], start=1):
        align = "number" if column.unit.kind != "text" else "left"
        value = listing.rows[number][at]
        shown = Printed(listing.id_of(number, column.name))
        cells.append(Cell((shown,) if value not in (None, "") else ("–",), align=align))
    return Row(tuple(cells))
