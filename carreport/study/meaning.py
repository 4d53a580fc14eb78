"""Names in study.toml that stand for nothing, or for two things at once."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Final

from carreport.errors import Problem
from carreport.study import schema
from carreport.study.columns import columns_read, computed, referenced, words_read
from carreport.study.forms import folded
from carreport.study.settings import SETTINGS_FILE
from carreport.study.withheld import WORD_COLUMNS, named
from carreport.study.words import slug
from carreport.units import STYLES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from carreport.study.files import Sheet
    from carreport.study.settings import Baseline, Derived, Settings, TableItem, TableRow

MOMENTS: Final = "start, followup, infusion:N, event:NAME, event:NAME=DETAIL or endpoint:ID"
_INFUSION: Final = re.compile(r"^infusion:[1-9][0-9]*$")
_RESERVED: Final = ("all", "enrolled")
_DOTTED: Final = ("summary", "proportion", "correlation", "contrast", "grading", "course", "peaks",
                  "listing")  # fmt: skip
_DRAWN: Final = {
    "survival": ("endpoint",),
    "incidence": ("endpoint",),
    "distribution": ("grading", "analyte"),
    "course": ("course", "peaks"),
    "kinetics": ("analyte",),
}
"""What the panels of each kind of figure can name."""
_CHAPTERS: Final = (
    "study", "disposition", "exposure", "baseline", "survival", "biomarkers", "quality",
)  # fmt: skip
_TAKEN: Final = ("safety.ae", "safety.death", "safety.deaths", "safety.outside")


def meanings(settings: Settings, sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    """
    Everything study.toml names that cannot be meant.

    Args:
        settings: study.toml.
        sheets: The tables there are; patients among them.
    """
    yield from _columns(settings, sheets["patients"])
    yield from _names(settings)
    yield from _withheld(settings, sheets)
    yield from _ids(settings)
    for recipe in settings.derived:
        yield from _recipe("derived", recipe, settings, sheets)
    for item in settings.table:
        yield from _table(item, settings)
    yield from _panels(settings)


def _said(key: str, found: str, remedy: str) -> Problem:
    return Problem(SETTINGS_FILE, 0, key, found, remedy)


def _unknown(key: str, name: str, known: Collection[str]) -> Iterator[Problem]:
    if name not in known:
        remedy = f"name one of {', '.join(sorted(known)) or 'none: there are none'}"
        yield _said(key, f"{name!r} is not declared", remedy)


def _columns(settings: Settings, patients: Sheet) -> Iterator[Problem]:
    have = {*patients.header, *computed(settings)}
    for column in sorted(referenced(settings) - have):
        found = (
            f"study.toml reads it and there is no such column (found {', '.join(patients.header)})"
        )
        near = [one for one in sorted(have) if folded(one) == folded(column)]
        near = near or difflib.get_close_matches(column, sorted(have), n=1, cutoff=0.8)
        meant = f"; {near[0]!r} is there" if near else ""
        remedy = f"add the column or correct study.toml{meant}"
        yield Problem(patients.file, 1, column, found, remedy)
    own = {item.id: "analyte" for item in settings.analyte}
    own |= {item.column: "derived" for item in settings.derived}
    spoken_of = referenced(settings) | set(schema.TABLES["patients"].columns)
    for column in sorted(own.keys() & spoken_of & {"patient_id", *patients.header}):
        found = f"{column!r} is computed, and patients has a column of that name"
        yield _said(own[column], found, "call one of the two otherwise")


def _names(settings: Settings) -> Iterator[Problem]:
    """Populations and groups that are spoken of."""
    yield from _population_names(settings)
    groups = {level.id for level in settings.group_levels()}
    for kind in ("baseline", "analyte", "assessment", "grading"):
        for item in getattr(settings, kind):
            for name in item.groups:
                yield from _unknown(f"{kind}.{item.id}.groups", name, groups)
    if settings.adverse_events:
        for name in settings.adverse_events.groups:
            yield from _unknown("adverse_events.groups", name, groups)


def _withheld(settings: Settings, sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    """What an open session is to withhold and is not there, or cannot be done without."""
    key = "groups.withhold"
    asked = named(settings.groups.withhold if settings.groups else ())
    own = {*sheets["patients"].header, *computed(settings)} - {"start_date"}
    for column in sorted(asked.columns):
        yield from _unknown(key, column, own)
    for table, column in sorted(asked.cells):
        header = sheets[table].header if table in sheets else ()
        free = set(header) - set(schema.TABLES[table].required_columns())
        yield from _unknown(key, f"{table}.{column}", {f"{table}.{one}" for one in free})
    for table, column in WORD_COLUMNS.items():
        words = {word for kind, word in asked.words if kind == column}
        there = _cells(sheets.get(table), column) | words_read(settings)[column]
        there -= {schema.DEATH, schema.LAST_CONTACT}
        for word in sorted(words - there):
            yield from _unknown(key, f"{column}:{word}", {f"{column}:{one}" for one in there})


def _cells(sheet: Sheet | None, column: str) -> set[str]:
    """What stands in a column of a table, if there is one."""
    if sheet is None or column not in sheet.header:
        return set()
    at = sheet.header.index(column)
    return {row[at] for row in sheet.rows}


def _population_names(settings: Settings) -> Iterator[Problem]:
    populations = {item.id for item in settings.population} | {"all"}
    kinds = (
        "endpoint", "assessment", "summary", "proportion", "correlation", "course", "peaks",
        "listing",
    )  # fmt: skip
    for kind in kinds:
        for item in getattr(settings, kind):
            if item.population is not None:
                yield from _unknown(f"{kind}.{item.id}.population", item.population, populations)
    for contrast in settings.contrast:
        for name in contrast.between:
            yield from _unknown(f"contrast.{contrast.id}.between", name, populations)


def _ids(settings: Settings) -> Iterator[Problem]:
    """Ids that would be those of something else."""
    for population in settings.population:
        if population.id in _RESERVED:
            yield _said(
                f"population.{population.id}",
                f"{population.id!r} has a meaning of its own",
                "call the population otherwise",
            )
    for level in settings.group_levels():
        if level.id in _RESERVED:
            yield _said(
                "groups.level",
                f"{level.id!r} has a meaning of its own",
                "give the group another id",
            )
    for kind in _DOTTED:
        for item in getattr(settings, kind):
            chapter, _, name = item.id.partition(".")
            taken = (
                {one.id for one in getattr(settings, chapter, [])}
                if chapter == "baseline"
                else set()
            )
            reserved = chapter in _CHAPTERS and (name in taken or chapter != "baseline")
            if reserved or item.id in _TAKEN:
                yield _said(
                    f"{kind}.{item.id}",
                    f"the id {item.id} belongs to another analysis",
                    "give it a chapter of its own, such as response",
                )
    for baseline in settings.baseline:
        yield from _distinct(
            f"baseline.{baseline.id}.levels",
            [(one.value, one.id.lower()) for one in baseline.whole_levels()],
        )
    if settings.adverse_events:
        terms = [term for one in settings.adverse_events.category for term in one.terms]
        yield from _distinct("adverse_events.category", [(term, slug(term)) for term in terms])


def _distinct(key: str, named: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for name, id_ in named:
        if id_ in seen:
            found = f"{seen[id_]!r} and {name!r} are both {id_!r} in ids"
            yield _said(key, found, "remove one, or give it an id of its own")
        seen.setdefault(id_, name)


def moment_problem(name: str, endpoints: Collection[str]) -> str:
    """What is wrong with the name of a moment; empty if nothing is."""
    kind, _, rest = name.partition(":")
    good = (
        name in ("start", "followup")
        or bool(_INFUSION.match(name))
        or (kind == "event" and bool(rest))
        or (kind == "endpoint" and rest in endpoints)
    )
    return "" if good else f"{name!r} is no moment"


def _recipe(
    key: str, recipe: Derived, settings: Settings, sheets: Mapping[str, Sheet]
) -> Iterator[Problem]:
    endpoints = {item.id for item in settings.endpoint}
    moments = [recipe.after] if recipe.after else []
    moments += [recipe.days.start, recipe.days.end] if recipe.days else []
    for moment in moments:
        if found := moment_problem(moment, endpoints):
            yield _said(key, found, f"use {MOMENTS}")
    if recipe.source is None:
        return
    known = [name for name in schema.TABLES if name != "patients"]
    if recipe.source not in known:
        found = f"{recipe.column!r} reads from {recipe.source!r}, which is no table of dated rows"
        yield _said(key, found, f"name one of {', '.join(known)}")
    elif recipe.source in sheets:
        yield from _taken(key, recipe, settings, sheets[recipe.source])


def _taken(key: str, recipe: Derived, settings: Settings, sheet: Sheet) -> Iterator[Problem]:
    columns = columns_read(str(recipe.source), sheet, settings)
    asked = [*recipe.where, *([recipe.value] if recipe.value else [])]
    for column in asked:
        if column not in columns:
            found = f"{recipe.column!r} reads {recipe.source}.{column}, which is no column"
            yield _said(key, found, f"name one of {', '.join(columns)}")
    kind = columns[recipe.value].kind if recipe.value in columns else ""
    numeric = kind in ("ordinal", "number", "grade")
    if kind and recipe.take in ("max", "min") and not numeric:
        found = f"take = {recipe.take!r} of {recipe.source}.{recipe.value}, which holds {kind}"
        yield _said(key, found, "take the first, last or join of it")
    if kind and recipe.take == "join" and kind != "text":
        found = f"take = 'join' of {recipe.source}.{recipe.value}, which holds no text"
        yield _said(key, found, "take the first, last, max or min of it")


def _table(item: TableItem, settings: Settings) -> Iterator[Problem]:
    key = f"table.{item.id}"
    groups = {level.id for level in settings.group_levels()} | {"all"}
    for column in item.columns:
        yield from _unknown(f"{key}.columns", column, groups)
    if item.kind == "listing":
        listings = {one.id for one in settings.listing}
        yield from _unknown(f"{key}.listing", item.listing or "no listing", listings)
    variables = {one.id: one for one in settings.baseline}
    for row in item.rows:
        if row.variable is None:
            continue
        yield from _unknown(f"{key}.rows", row.variable, variables)
        if row.variable in variables:
            yield from _row(f"{key}.rows", row, variables[row.variable])


def _row(key: str, row: TableRow, variable: Baseline) -> Iterator[Problem]:
    if row.style not in STYLES:
        yield _said(
            key, f"{row.style!r} is no style", f"use one of {', '.join(filter(None, STYLES))}"
        )
    counted = row.show in ("count", "levels")
    if counted != (variable.kind == "categorical"):
        found = f"show = {row.show!r} does not suit {variable.id!r}, which is {variable.kind}"
        suits = "count or levels" if variable.kind == "categorical" else "median_range"
        yield _said(key, found, f"show {suits}")
    if row.show == "count" and variable.levels:
        yield from _unknown(key, str(row.level), [one.id for one in variable.whole_levels()])


def _panels(settings: Settings) -> Iterator[Problem]:
    """What the panels of a figure name: only what its kind can draw."""
    for figure in settings.figure:
        kinds = _DRAWN.get(figure.kind, ())
        known = {kind: {one.id for one in getattr(settings, kind)} for kind in kinds}
        for number, panel in enumerate(figure.panels, start=1):
            key = f"figure.{figure.id}.panels.{number}"
            asked = [(kind, getattr(panel, kind)) for kind in kinds if getattr(panel, kind)]
            if not asked:
                found = f"panels of a {figure.kind} figure draw nothing"
                yield _said(key, found, f"name one of {', '.join(kinds)}")
            for kind, name in asked:
                yield from _unknown(f"{key}.{kind}", name, known[kind])
                if figure.kind == "incidence":
                    yield from _without_competing(key, name, settings)


def _without_competing(key: str, name: str, settings: Settings) -> Iterator[Problem]:
    if any(one.id == name and not one.competing for one in settings.endpoint):
        found = f"the endpoint {name!r} has no competing event, so no cumulative incidence"
        yield _said(key, found, "give it competing = […], or draw it as kind = survival")
