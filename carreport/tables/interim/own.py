"""A study's own analyses: each a table of everything it gives, whatever that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from carreport.results import join_id, split_id
from carreport.results.plan import own_parts
from carreport.study.own import own_file
from carreport.study.settings import TableItem
from carreport.tables.columns import EVERYBODY, Column
from carreport.tables.interim.rows import NOTHING, Line, group_columns
from carreport.tables.layout import Cell, Layout, Printed, Row, column_head, row_head
from carreport.tables.listing import listing_table
from carreport.tables.widths import fitted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from carreport.results import Result, Results
    from carreport.study.snapshot import Snapshot
    from carreport.tables.layout import Piece

OWN: Final = "interim_own_"
"""So begin the ids of these tables."""
GROUP: Final = "group"
_VALUE: Final = "Value"


def own_labels(tables: Iterable[Layout]) -> set[str]:
    """What the study's own analyses call themselves and their numbers: a page may quote it."""
    found: set[str] = set()
    for table in tables:
        if table.id.startswith(OWN):
            cells = [cell for row in table.head for cell in row]
            cells += [row.cells[0] for row in table.body]
            pieces = [piece for cell in cells for piece in cell.pieces]
            found |= {table.title, *(one for one in pieces if isinstance(one, str))}
    return found


def own_tables(results: Results, snapshot: Snapshot) -> tuple[Layout, ...]:
    """One table for all numbers of an analysis, one for each of its listings."""
    made: list[Layout] = []
    for name, label in {name: label for name, label, _ in own_parts(snapshot)}.items():
        analyses = [one for other, _, one in own_parts(snapshot) if other == name]
        functions = {one.function.__name__: own_file(one.function) for one in analyses}
        by = ", ".join(dict.fromkeys(file.name for file in functions.values() if file))
        calls = tuple(f"{name}:{function}" for function in functions)
        id_ = OWN + name.replace(".", "-")
        made += _of_numbers(id_, label, by, [
            one for one in results.values() if split_id(one.trace.call)[0] in calls
        ], results, snapshot)  # fmt: skip
        listings = [
            one for one, found in results.listings.items()
            if split_id(found.trace.call)[0] in calls
        ]  # fmt: skip
        for number, listing in enumerate(listings, start=1):
            item = TableItem.model_construct(
                id=f"{id_}_listing_{number}", title=_told(label, listing, snapshot), listing=listing
            )
            made.append(listing_table(item, results, computed_by=by))
    return tuple(made)


def _told(label: str, listing: str, snapshot: Snapshot) -> str:
    """The title of a listing: whose it is stands in its keys."""
    group = split_id(listing)[1].get(GROUP)
    named = {one.id: one.label for one in snapshot.settings.group_levels()}
    return f"{label}, {named[group]}" if group in named else label


def _of_numbers(
    id_: str,
    label: str,
    by: str,
    found: Sequence[Result],
    results: Results,
    snapshot: Snapshot,
) -> tuple[Layout, ...]:
    """A row for each field and key, a column for each group."""
    rows: dict[str, tuple[Piece, ...]] = {}
    for one in found:
        base, keys = split_id(one.id)
        rest = {key: value for key, value in keys.items() if key != GROUP}
        rows.setdefault(join_id(base, rest), _label(one, rest))
    lines = [Line(pieces) for pieces in rows.values()]
    ids = {one.id for one in found}
    columns = [
        one for one in _columns(snapshot) if any(_id(row, one) in ids for row in rows)
    ]  # fmt: skip
    whole = [one.id for one in columns] == [EVERYBODY]

    def make(shown: Sequence[Column]) -> Layout:
        heads = [column_head(_VALUE if whole else one.label) for one in shown]
        return Layout(
            id=id_,
            title=label,
            head=((column_head("", align="left"), *heads),),
            body=tuple(
                Row((row_head(*line.label), *(_cell(row, one, ids) for one in shown)))
                for row, line in zip(rows, lines, strict=True)
            ),
            computed_by=by,
        )

    return fitted(make, columns, results) if columns else ()


def _columns(snapshot: Snapshot) -> list[Column]:
    """Every group and everybody: an analysis may be by group where there is one group only."""
    shown = group_columns(snapshot.settings)
    return shown if len(shown) > 1 else [*shown, Column(EVERYBODY, "All patients")]


def _id(row: str, column: Column) -> str:
    base, keys = split_id(row)
    return join_id(base, {**keys, **column.keys})


def _cell(row: str, column: Column, ids: set[str]) -> Cell:
    id_ = _id(row, column)
    return Cell((Printed(id_),)) if id_ in ids else NOTHING


def _label(result: Result, keys: dict[str, str]) -> tuple[Piece, ...]:
    """What a number is, as its shape says it; otherwise the name of its field."""
    field = split_id(result.id)[0].rpartition(".")[2]
    said = result.says.partition(". ")[0].removesuffix(".")
    name = said or field.replace("_", " ").capitalize()
    unsaid = {key: value for key, value in keys.items() if value not in name.split()}
    more = ", ".join(f"{key} {value}" for key, value in unsaid.items())
    return (f"{name} ({more})" if more else name,)
