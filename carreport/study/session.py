"""
The open session of a committee: a study without its groups.

The groups are taken out of the study before the cut, so that nothing is computed that could tell
them apart, and no trace, file or figure can hold it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from carreport.names import CLOSED, OPEN, Session
from carreport.study import schema
from carreport.study.columns import computed
from carreport.study.cutoff import cut
from carreport.study.giveaways import in_order, one_sided, tells
from carreport.study.neutral import (
    impersonal,
    in_order_of_start,
    places_of,
    renamed,
    shapes_of,
    starting_order,
)
from carreport.study.withheld import (
    NAMED,
    WORD_COLUMNS,
    Withheld,
    kinds,
    named,
    unread,
    with_all_that_rests,
    without,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from carreport.study.origins import Origins
    from carreport.study.settings import Settings
    from carreport.study.snapshot import Snapshot, Study, Table

PATIENT: Final = "patient_id"
PATIENTS: Final = "patients"


def snapshot_of(study: Study, cutoff: dt.date | None = None, session: Session = CLOSED) -> Snapshot:
    """
    The study as of the cutoff, for a session.

    Args:
        study: As read.
        cutoff: The day; the study's own without one.
        session: `open` for a committee's open session, without groups.

    Raises:
        BadInput: As `cut`.
    """
    known = cut(study, cutoff)
    if session == CLOSED:
        return known
    if study.settings.groups is None:
        return replace(known, session=OPEN)
    found = cut(_opened(study, known), cutoff)
    return replace(found, session=OPEN, hints=tuple(_hints(study, known, found)))


def opened(study: Study, cutoff: dt.date | None = None) -> Study:
    """
    A study without its groups and without whatever tells them apart or rests on them.

    Args:
        study: As read.
        cutoff: The day by which it is known which columns tell the groups apart; the study's own
            without one.

    Returns:
        The study with one group: settings, columns and rows that are left, patients in the order
        of their start, origins that are the same for all of them.

    Raises:
        BadInput: As `cut`.
    """
    return _opened(study, cut(study, cutoff)) if study.settings.groups else study


def _opened(study: Study, known: Snapshot) -> Study:
    settings = _unrestricted(study.settings)
    first = _in_the_first_place(settings, known)
    withheld = _all_of_it(settings, first)
    left = without(settings, withheld)
    kept = {name: table.lines.tolist() for name, table in known.recorded.items()}
    every = {name: _left(table, withheld, kept[name]) for name, table in study.tables.items()}
    tables = {
        name: table
        for name, table in every.items()
        if name not in withheld.tables and (name not in schema.NEEDS_ROWS or len(table))
    }
    origins = impersonal(study.origins, tables, known.recorded[PATIENTS].text, computed(left))
    order = starting_order(study.tables[PATIENTS])
    tables = in_order_of_start(tables, order, kept)
    if PATIENT in first.columns:
        tables = renamed(tables, _numbers(order))
    return replace(
        study,
        settings=left,
        tables={name: _with_origins(table, origins) for name, table in tables.items()},
        origins=origins,
        notices=(*_kept(study.notices, settings), *_said(first, withheld)),
        inferred=(),
    )


def _numbers(order: Mapping[str, int]) -> dict[str, str]:
    return {one: f"P{place}" for one, place in order.items()}


def _unrestricted(settings: Settings) -> Settings:
    """study.toml whose items do not name the groups where they keep to all of them."""
    every = {level.id for level in settings.group_levels()}

    def freed(item: Any) -> Any:
        restricted = every - set(getattr(item, "groups", []) or every)
        return item if restricted or not item.groups else item.model_copy(update={"groups": []})

    update: dict[str, Any] = {
        kind: [freed(one) if hasattr(one, "groups") else one for one in getattr(settings, kind)]
        for kind in NAMED
    }
    if settings.adverse_events:
        update["adverse_events"] = freed(settings.adverse_events)
    return settings.model_copy(update=update)


def _in_the_first_place(settings: Settings, known: Snapshot) -> Withheld:
    """What no other thing's being withheld is the reason for."""
    if settings.groups is None:
        return Withheld()
    first = named(settings.groups.withhold)
    events = settings.adverse_events
    tables = {"adverse_events"} if events and events.groups else set()
    return replace(
        first,
        columns=first.columns | {settings.groups.column, *_telling(settings, known)},
        tables=frozenset(tables),
    )


def _telling(settings: Settings, known: Snapshot) -> Iterator[str]:
    """
    Columns known at the start that tell the groups apart, patient_id among them.

    What was observed later is never judged by how it differs between groups: that it were left
    out would say that it does.
    """
    patients = known.recorded[PATIENTS]
    groups = _groups(settings, patients)
    later = {one.column for one in settings.companion}
    for column in patients.frame.columns.difference([PATIENT, *later], sort=False):
        cells = patients.frame[column]
        if cells.dtype.kind != "M" and tells(cells, groups):
            yield str(column)
    ids = patients.text[PATIENT]
    if tells(shapes_of(ids), groups) or in_order(places_of(ids), groups):
        yield PATIENT


def _groups(settings: Settings, patients: Table) -> np.ndarray:
    column = settings.groups.column if settings.groups else PATIENT
    return patients.frame[column].to_numpy(dtype=object)


def _all_of_it(settings: Settings, first: Withheld) -> Withheld:
    """What is withheld, what rests on it, and what only that read."""
    withheld = with_all_that_rests(settings, first)
    while True:
        more = unread(settings, without(settings, withheld))
        wider = with_all_that_rests(
            settings,
            replace(
                withheld,
                columns=withheld.columns | more.columns,
                words=withheld.words | more.words,
            ),
        )
        if wider == withheld:
            return withheld
        withheld = wider


def _left(table: Table, withheld: Withheld, kept: Sequence[int]) -> Table:
    """
    The columns and rows of a table that are left.

    Of a row that the cutoff removes only patient and date are read, as in a closed session: what
    it says decides nothing and stands nowhere.

    Args:
        table: As read.
        withheld: What goes.
        kept: Lines of the rows that were known by the cutoff.
    """
    gone = {column for name, column in withheld.cells if name == table.name}
    gone |= withheld.columns - {PATIENT} if table.name == PATIENTS else set()
    columns = [str(one) for one in table.frame if one not in gone]
    narrow = replace(
        table,
        frame=table.frame[columns],
        text=table.text[columns],
        origins=table.origins[columns],
        lineage={one: table.lineage[one] for one in columns},
    )
    says = WORD_COLUMNS.get(table.name)
    if says not in columns:
        return narrow
    words = [word for column, word in withheld.words if column == says]
    known = np.isin(table.lines, kept)
    mute = replace(
        narrow,
        frame=narrow.frame.assign(**{says: narrow.frame[says].mask(~known)}),
        text=narrow.text.assign(**{says: narrow.text[says].where(known, "")}),
    )
    return mute.rows(~(known & table.text[says].isin(words).to_numpy()))


def _with_origins(table: Table, origins: Origins) -> Table:
    columns = [str(one) for one in table.text]
    ranks = {one: origins.of_cells(table.name, one, table.text) for one in columns}
    return replace(table, origins=pd.DataFrame(ranks, index=table.frame.index))


def _kept(notices: Iterable[str], settings: Settings) -> Iterator[str]:
    """Notices on the files that name neither the grouping column nor a group."""
    levels = settings.group_levels()
    names = {text for one in levels for text in (one.id, one.value, one.label)}
    names |= {settings.groups.column} if settings.groups else set()
    spoken = re.compile("|".join(rf"(?<!\w){re.escape(one)}(?!\w)" for one in sorted(names) if one))
    return (one for one in notices if not spoken.search(one))


def _said(first: Withheld, withheld: Withheld) -> Iterator[str]:
    """What a reader of the open session is told: no name that would tell more."""
    yield "open session: patients are not divided into groups"
    if left_out := kinds(withheld.items):
        yield f"open session: left out, as they rest on what is withheld: {', '.join(left_out)}"
    if "adverse_events" in first.tables:
        yield "open session: adverse events are left out, as they are asked for in some groups only"
    if len(first.columns - {PATIENT}) > 1 or first.cells or first.words:
        yield "open session: data that tell the groups apart are left out"
    if PATIENT in first.columns:
        yield "open session: patients are numbered in the order of their start"


def _hints(study: Study, known: Snapshot, found: Snapshot) -> Iterator[str]:
    """What whoever makes the open session should look at; it is told to nobody else."""
    groups = dict(
        zip(
            known.recorded[PATIENTS].frame[PATIENT],
            _groups(study.settings, known.recorded[PATIENTS]),
            strict=True,
        )
    )
    telling = sorted(set(_telling(study.settings, known)) - {_column(study.settings)})
    if telling:
        yield f"they tell the groups apart and are withheld: {', '.join(telling)}"
    numbers = _numbers(starting_order(study.tables[PATIENTS]))
    of = {**{numbers[one]: group for one, group in groups.items()}, **groups}
    patients = found.recorded[PATIENTS].frame
    codes = patients[PATIENT].map(of).to_numpy(dtype=object)
    if in_order(patients["start_date"], codes):
        yield "the groups began one after another: dates of start tell them apart"
    for name, who in _recorded_of(found):
        if one_sided(patients[PATIENT].isin(who).to_numpy(), codes):
            yield (
                f"{name} stands with some groups and not with others; if that was meant so, add "
                f"{name!r} to withhold in [groups]"
            )


def _column(settings: Settings) -> str:
    return settings.groups.column if settings.groups else ""


def _recorded_of(found: Snapshot) -> Iterator[tuple[str, pd.Series]]:
    """For each word and each further column of the dated tables, the patients who have it."""
    for name, table in found.recorded.items():
        says = WORD_COLUMNS.get(name)
        ids = table.frame[PATIENT]
        if says is not None:
            for word, rows in ids.groupby(table.text[says], sort=True):
                yield f"{says}:{word}", rows
        for column in table.text.columns.difference([*schema.TABLES[name].required_columns()]):
            if name != PATIENTS and column != says:
                yield f"{name}.{column}", ids[table.text[column] != ""]
