"""Tables: results laid out, one file per kind of table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from carreport.results.scope import terms
from carreport.study.settings import TableItem
from carreport.tables.adverse_events import adverse_event_table
from carreport.tables.baseline import baseline_table
from carreport.tables.interim import DOCUMENT, OWN, interim_tables, own_labels
from carreport.tables.layout import (
    Cell,
    Layout,
    Piece,
    Printed,
    Row,
    has_long_word,
    is_share,
    printed,
)
from carreport.tables.listing import listing_table

if TYPE_CHECKING:
    from collections.abc import Collection

    from carreport.results import Results
    from carreport.study.settings import ListingItem
    from carreport.study.snapshot import Snapshot

__all__ = [
    "OWN",
    "Cell",
    "Layout",
    "Piece",
    "Printed",
    "Row",
    "has_long_word",
    "lay_out",
    "own_labels",
    "printed",
]

SHARES_TOLD: Final = "Values are no. (%) where a count is followed by a share in parentheses."
"""What a table says of its cells where a house leaves their percent signs out."""
WIDE: Final = 8
"""A listing of more columns needs a landscape page."""


def lay_out(
    results: Results, snapshot: Snapshot, documents: Collection[str] = ()
) -> tuple[Layout, ...]:
    """
    Lay out every declared table; without any, baseline, adverse events and every listing.

    The interim report brings tables of its own and does without those nobody declared.

    Args:
        results: Every number.
        snapshot: The study, for labels and terms.
        documents: Names of the documents they are for.

    Returns:
        The tables in their declared order; one whose data are absent is left out.
    """
    usual = [] if set(documents) == {DOCUMENT} else _defaults(snapshot)
    items = snapshot.settings.table or usual
    not_in = "" if snapshot.settings.table else DOCUMENT
    made = [
        replace(_table(item, results, snapshot), not_in=not_in)
        for item in items
        if _has_data(item, snapshot)
    ]
    if DOCUMENT in documents:
        made += [replace(one, only_in=DOCUMENT) for one in interim_tables(results, snapshot)]
    return tuple(made if results.house.cell_percent else map(_told_of_shares, made))


def _told_of_shares(layout: Layout) -> Layout:
    """The table saying once what its cells leave out: the sign of percentages."""
    shares = any(is_share(cell) for row in layout.body for cell in row.cells)
    return replace(layout, legend=f"{SHARES_TOLD} {layout.legend}".strip()) if shares else layout


def _has_data(item: TableItem, snapshot: Snapshot) -> bool:
    return item.kind != "adverse_events" or "adverse_events" in snapshot.tables


def _table(item: TableItem, results: Results, snapshot: Snapshot) -> Layout:
    match item.kind:
        case "baseline":
            return baseline_table(item, results, snapshot.settings)
        case "listing":
            return listing_table(item, results)
        case "adverse_events":
            return adverse_event_table(item, results, snapshot.settings, terms(snapshot))


def _defaults(snapshot: Snapshot) -> list[TableItem]:
    settings = snapshot.settings
    groups = [one.id for one in settings.group_levels()]
    items = []
    if settings.baseline:
        columns = [*groups, "all"]
        items.append(
            TableItem(
                id="baseline", kind="baseline", title="Baseline characteristics", columns=columns
            )
        )
    if "adverse_events" in snapshot.tables:
        only = settings.adverse_events.groups if settings.adverse_events else []
        title = "Adverse events by maximum grade"
        items.append(
            TableItem(
                id="adverse_events",
                kind="adverse_events",
                title=title,
                columns=only or groups or ["all"],
            )
        )
    return items + [_default_listing(one) for one in settings.listing]


def _default_listing(listing: ListingItem) -> TableItem:
    return TableItem(
        id=listing.id.replace(".", "_"),
        kind="listing",
        title=listing.label,
        listing=listing.id,
        wide=len(listing.columns) > WIDE,
    )
