"""Which columns of each table are read, and as what: the schema's and the study's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carreport.study import schema
from carreport.study.cells import NUMBER

if TYPE_CHECKING:
    from collections.abc import Collection

    from carreport.study.files import Sheet
    from carreport.study.schema import Column
    from carreport.study.settings import Settings, Where


def columns_read(name: str, sheet: Sheet, settings: Settings) -> dict[str, Column]:
    """The columns of *sheet* that are read, each with its type."""
    known = dict(schema.TABLES[name].columns)
    if name == "patients":
        known = _study_columns(settings) | known
    elif name == "infusions":
        asked = _value_columns(settings, name)
        known = {one: _inferred(sheet, one, asked[one]) for one in asked} | known
    return {column: known[column] for column in sheet.header if column in known}


def _inferred(sheet: Sheet, column: str, takes: Collection[str]) -> Column:
    """A further column of the infusions: a number if no cell is anything else and none is joined."""
    at = sheet.header.index(column) if column in sheet.header else -1
    cells = [row[at] for row in sheet.rows if row[at]] if at >= 0 else []
    numeric = "join" not in takes and all(NUMBER.match(cell) for cell in cells)
    return schema.Column("number" if numeric else "text", "")


def _study_columns(settings: Settings) -> dict[str, Column]:
    columns = {name: schema.Column("text", "") for name in sorted(referenced(settings))}
    numeric = [item.column for item in settings.summary]
    numeric += [item.column for item in settings.contrast]
    numeric += [column for item in settings.correlation for column in (item.x, item.y)]
    numeric += [item.column for item in settings.baseline if item.kind == "continuous"]
    columns |= {name: schema.Column("number", "") for name in numeric}
    columns |= {name: schema.Column(kind, "") for name, kind in settings.columns.items()}
    columns |= {item.date: schema.Column("date", "") for item in settings.companion}
    if settings.groups:
        columns[settings.groups.column] = schema.Column("text", "the group", blank=False)
    return columns


def _value_columns(settings: Settings, table: str) -> dict[str, set[str]]:
    """Columns of a table that are asked for, with how they are taken."""
    found: dict[str, set[str]] = {}
    for item in settings.derived:
        if item.source == table and item.value:
            found.setdefault(item.value, set()).add(str(item.take))
    return found


def referenced(settings: Settings) -> set[str]:
    """Every patient column study.toml speaks of, computed ones included."""
    wheres: list[Where] = [item.where for item in settings.population]
    wheres += [item.where for item in settings.proportion]
    wheres += [item.among for item in settings.derived]
    names = {column for where in wheres for column in where}
    names |= {column for item in settings.proportion for column in item.by}
    names |= {item.column for item in settings.baseline}
    names |= {item.column for item in settings.summary}
    names |= {item.column for item in settings.contrast}
    names |= {item.column for item in settings.grading}
    names |= {column for item in settings.correlation for column in (item.x, item.y)}
    names |= {c.column for item in settings.listing for c in item.columns}
    names |= {column for item in settings.listing for column in item.sort}
    names |= {column for item in settings.companion for column in (item.column, item.date)}
    names |= set(settings.columns) | ({settings.groups.column} if settings.groups else set())
    return {name for name in names if ":" not in name}


def computed(settings: Settings) -> set[str]:
    """Patient columns that are computed after the cut."""
    return {item.column for item in settings.derived} | {item.id for item in settings.analyte}


def words_read(settings: Settings) -> dict[str, set[str]]:
    """What study.toml asks of events, terms and analytes, by the column they stand in."""
    events = {schema.DEATH, schema.LAST_CONTACT}
    events |= {name for one in settings.endpoint for name in (*one.events, *one.competing)}
    events |= {name for one in settings.endpoint for name in (*one.censored_by, one.start_event)}
    events -= {""}
    moments = [one.after for one in settings.derived if one.after]
    moments += [
        end for one in settings.derived if one.days for end in (one.days.start, one.days.end)
    ]
    for moment in moments:
        kind, _, rest = moment.partition(":")
        if kind == "event":
            events |= set(rest.partition("=")[0].split("|"))
    analytes = {one.analyte for one in settings.course}
    analytes |= {one.analyte for one in settings.peaks}
    analytes |= {one.analyte for one in settings.analyte}
    analytes |= {one.analyte for one in settings.assessment if one.analyte}
    events |= {one.event for one in settings.assessment if one.event}
    terms: set[str] = set()
    if settings.adverse_events:
        terms = {term for one in settings.adverse_events.category for term in one.terms}
    found = {"event": events, "analyte": analytes, "term": terms}
    for one in settings.derived:
        for column in found.keys() & one.where.keys():
            condition = one.where[column]
            wanted = condition if isinstance(condition, list) else [condition]
            found[column] |= {str(value) for value in wanted}
    return found
