"""
What is left of study.toml where some of its columns, words and tables are withheld.

Whatever rests on what is withheld is withheld, too: a population whose condition names a column,
an endpoint of that population, a column computed up to that endpoint, a figure that draws it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from carreport.study.columns import referenced, words_read
from carreport.study.schema import CUT_DATE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from carreport.study.settings import (
        Derived,
        FigureItem,
        ListingItem,
        Panel,
        Part,
        ProportionItem,
        Settings,
        TableItem,
        Where,
    )

WORD_COLUMNS: Final = {
    "events": "event", "measurements": "analyte", "adverse_events": "term",
}  # fmt: skip
"""For each table of dated rows that says what happened, the column that does."""
NAMED: Final = {
    "population": "populations", "endpoint": "endpoints", "assessment": "assessments",
    "baseline": "baseline variables", "analyte": "analytes", "derived": "columns",
    "summary": "summaries", "proportion": "proportions", "correlation": "correlations",
    "contrast": "contrasts", "grading": "gradings", "course": "courses", "peaks": "peaks",
    "listing": "listings", "companion": "companions", "table": "tables", "figure": "figures",
}  # fmt: skip
"""The lists of study.toml, and what a reader calls their items."""
_DRAWN: Final = ("endpoint", "grading", "analyte", "course", "peaks")
EVERYBODY: Final = "all"


@dataclass(frozen=True, slots=True)
class Withheld:
    """
    What is withheld.

    Attributes:
        columns: Patient columns, own and computed.
        cells: Columns of other tables, as table and column.
        words: Events, analytes and terms, as the column they stand in and the word.
        tables: Whole tables.
        items: Items of study.toml, as the list they stand in and their id.
    """

    columns: frozenset[str] = frozenset()
    cells: frozenset[tuple[str, str]] = frozenset()
    words: frozenset[tuple[str, str]] = frozenset()
    tables: frozenset[str] = frozenset()
    items: frozenset[tuple[str, str]] = frozenset()

    def has(self, kind: str, name: str | None) -> bool:
        """Whether an item of study.toml is withheld."""
        return name is not None and (kind, name) in self.items

    def word(self, column: str, names: Iterable[object]) -> bool:
        """Whether one of these words of a column is withheld."""
        return any((column, str(one)) in self.words for one in names)


def named(names: Iterable[str]) -> Withheld:
    """
    What `withhold` in [groups] names.

    Each name is `event:NAME`, `analyte:NAME`, `term:NAME`, `table.column`, or a column of patients.

    >>> sorted(named(["cns", "event:hsct", "infusions.dose"]).words)
    [('event', 'hsct')]
    """
    words, cells, columns = set(), set(), set()
    for name in names:
        before, _, word = name.partition(":")
        table, _, column = name.partition(".")
        if word and before in WORD_COLUMNS.values():
            words.add((before, word))
        elif column and table in CUT_DATE:
            cells.add((table, column))
        else:
            columns.add(name)
    return Withheld(frozenset(columns), frozenset(cells), frozenset(words))


def with_all_that_rests(settings: Settings, withheld: Withheld) -> Withheld:
    """
    What is withheld, and everything of study.toml that rests on it, however far.

    Args:
        settings: study.toml.
        withheld: What is withheld in the first place.
    """
    while True:
        more = _once_more(settings, withheld)
        if more == withheld:
            return withheld
        withheld = more


def without(settings: Settings, withheld: Withheld) -> Settings:
    """
    study.toml without groups and without what is withheld.

    Args:
        settings: study.toml.
        withheld: All of it, with whatever rests on it.

    Returns:
        The settings that are left; tables and figures keep the rows and panels that are left.
    """
    left: dict[str, Any] = {
        kind: [one for one in getattr(settings, kind) if not withheld.has(kind, _id(one))]
        for kind in NAMED
    }
    left["listing"] = [_listing(one, withheld) for one in left["listing"]]
    left["proportion"] = [_proportion(one, withheld) for one in left["proportion"]]
    left["table"] = [_of_everybody(_table(one, withheld)) for one in left["table"]]
    left["figure"] = [_figure(one, withheld) for one in left["figure"]]
    left["columns"] = {
        name: kind for name, kind in settings.columns.items() if name not in withheld.columns
    }
    events = settings.adverse_events
    if "adverse_events" in withheld.tables:
        left["adverse_events"] = None
    elif events is not None:
        category = [
            one.model_copy(
                update={"terms": [t for t in one.terms if not withheld.word("term", [t])]}
            )
            for one in events.category
        ]
        left["adverse_events"] = events.model_copy(update={"category": category})
    return settings.model_copy(update={"groups": None, **left})


def unread(whole: Settings, left: Settings) -> Withheld:
    """
    What the whole of study.toml reads and what is left of it does not.

    Args:
        whole: study.toml.
        left: What is left of it.

    Returns:
        Patient columns and words; analytes stay, for they are summarised unread.
    """
    before, now = words_read(whole), words_read(left)
    words = {(column, word) for column in before for word in before[column] - now[column]}
    used = referenced(left.model_copy(update={"columns": {}, "companion": []}))
    used |= {one.date for one in left.companion if one.column in used}
    analytes = {one.id for one in whole.analyte}
    return Withheld(columns=frozenset(referenced(whole) - used - analytes), words=frozenset(words))


def _once_more(settings: Settings, withheld: Withheld) -> Withheld:
    """What is withheld, and what names it."""
    gone = {
        (kind, _id(one))
        for kind in NAMED
        for one in getattr(settings, kind)
        if _rests(kind, one, withheld)
    }
    columns = {one.column for one in settings.derived if ("derived", one.column) in gone}
    columns |= {id_ for kind, id_ in gone if kind == "analyte"}
    columns |= {
        f"{id_}:{part}"
        for kind, id_ in gone
        if kind == "endpoint"
        for part in ("days", "status", "code", "potential")
    }
    return replace(withheld, columns=withheld.columns | columns, items=withheld.items | gone)


def _id(item: Part) -> str:
    """What an item goes by: its id, or the column it gives."""
    return str(getattr(item, "id", "") or getattr(item, "column", ""))


def _rests(kind: str, item: Any, withheld: Withheld) -> bool:
    match kind:
        case "derived":
            return item.column in withheld.columns or _recipe(item, withheld)
        case "table":
            return _table_rests(item, withheld)
        case "figure":
            return bool(item.panels) and not _figure(item, withheld).panels
        case "analyte" if item.id in withheld.columns:
            return True
        case "listing" if not _listing(item, withheld).columns:
            return True
        case _:
            return _plain(item, withheld)


def _plain(item: Any, withheld: Withheld) -> bool:
    """Whether an item names a withheld column, population or word, or keeps to some groups."""
    populations = [getattr(item, "population", None), *getattr(item, "between", [])]
    words = {
        "analyte": [getattr(item, "analyte", None)],
        "event": [
            *getattr(item, "events", []),
            *getattr(item, "competing", []),
            *getattr(item, "censored_by", []),
            getattr(item, "start_event", None),
            getattr(item, "event", None),
        ],
    }
    return (
        bool(getattr(item, "groups", []))
        or bool(_columns_of(item) & withheld.columns)
        or any(withheld.has("population", one) for one in populations)
        or any(withheld.word(column, names) for column, names in words.items())
        or ("measurements" in withheld.tables and any(words["analyte"]))
    )


def _columns_of(item: Any) -> set[str]:
    """The patient columns an item names."""
    one = {getattr(item, name, None) for name in ("column", "x", "y", "date")}
    return {name for name in {*one, *getattr(item, "where", {})} if isinstance(name, str)}


def _listing(item: ListingItem, withheld: Withheld) -> ListingItem:
    """A listing with the columns and the order that are left."""
    columns = [one for one in item.columns if one.column not in withheld.columns]
    sort = [one for one in item.sort if one not in withheld.columns]
    return item.model_copy(update={"columns": columns, "sort": sort})


def _proportion(item: ProportionItem, withheld: Withheld) -> ProportionItem:
    """A proportion by the columns that are left."""
    by = [one for one in item.by if one not in withheld.columns]
    return item.model_copy(update={"by": by})


def _recipe(recipe: Derived, withheld: Withheld) -> bool:
    moments = [recipe.after, *((recipe.days.start, recipe.days.end) if recipe.days else ())]
    return (
        bool(recipe.among.keys() & withheld.columns)
        or any(_moment(one, withheld) for one in moments if one)
        or (recipe.source is not None and _taken(recipe.source, recipe, withheld))
    )


def _moment(name: str, withheld: Withheld) -> bool:
    kind, _, rest = name.partition(":")
    if kind == "event":
        return withheld.word("event", rest.partition("=")[0].split("|"))
    return kind == "endpoint" and withheld.has("endpoint", rest)


def _taken(source: str, recipe: Derived, withheld: Withheld) -> bool:
    """Whether a recipe takes rows or cells that are withheld; any row if it does not say which."""
    read = {*recipe.where, *([recipe.value] if recipe.value else [])}
    if source in withheld.tables or any((source, one) in withheld.cells for one in read):
        return True
    column = WORD_COLUMNS.get(source, "")
    if column in recipe.where:
        return withheld.word(column, _wanted(recipe.where, column))
    return any(one == column for one, _ in withheld.words)


def _wanted(where: Where, column: str) -> list[object]:
    condition = where[column]
    return list(condition) if isinstance(condition, list) else [condition]


def _table_rests(item: TableItem, withheld: Withheld) -> bool:
    if item.kind == "adverse_events":
        return "adverse_events" in withheld.tables
    if item.kind == "listing":
        return withheld.has("listing", item.listing)
    return bool(item.rows) and not any(one.variable for one in _table(item, withheld).rows)


def _table(item: TableItem, withheld: Withheld) -> TableItem:
    """A table with the rows that are left; a heading goes with the row below it."""
    below = [*item.rows[1:], None] if item.rows else []
    rows = [
        row
        for row, following in zip(item.rows, below, strict=True)
        if not withheld.has("baseline", row.variable)
        and not (
            row.variable is None and following and withheld.has("baseline", following.variable)
        )
    ]
    return item.model_copy(update={"rows": rows})


def _of_everybody(item: TableItem) -> TableItem:
    """A table of all patients, with no column for a group."""
    return item.model_copy(update={"columns": [EVERYBODY]})


def _figure(item: FigureItem, withheld: Withheld) -> FigureItem:
    """A figure with the panels and the marks that are left."""
    panels = [one for one in item.panels if not _panel(one, withheld)]
    events = [one for one in item.events if not withheld.word("event", [one.event])]
    return item.model_copy(update={"panels": panels, "events": events})


def _panel(panel: Panel, withheld: Withheld) -> bool:
    return any(withheld.has(kind, getattr(panel, kind)) for kind in _DRAWN)


def kinds(items: Collection[tuple[str, str]]) -> list[str]:
    """What a reader calls the kinds of these items, in the order of study.toml."""
    return [name for kind, name in NAMED.items() if any(kind == one for one, _ in items)]
