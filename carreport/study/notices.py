"""What a reader should know of the files as of the cutoff: of no row that was removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from carreport.study import schema
from carreport.study.columns import words_read

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from carreport.study.settings import Settings
    from carreport.study.snapshot import Table

_WORDS = {"events": "event", "measurements": "analyte", "adverse_events": "term"}


def row_notices(
    settings: Settings, tables: Mapping[str, Table], files: Mapping[str, str]
) -> Iterator[str]:
    """
    Events, analytes and terms that nothing asks for, and events that are asked for in vain.

    Args:
        settings: study.toml.
        tables: After the cut.
        files: The files that were read, by name.
    """
    called = {name.partition(".")[0]: name for name in files}
    yield from _unread_words(settings, tables, called)
    there = set(tables["events"].frame["event"])
    for one in settings.endpoint:
        for event in (*one.events, *one.competing):
            if event not in there and event != schema.DEATH:
                file = called.get("events", "events")
                yield f"{file} has no event {event} by the cutoff, which {one.id} asks for"


def _unread_words(
    settings: Settings, tables: Mapping[str, Table], called: Mapping[str, str]
) -> Iterator[str]:
    """Events, analytes and undeclared terms in the data: a misspelling shows up here."""
    asked = words_read(settings)
    told = {"event": "not used by any endpoint or column", "analyte": "not used"}
    if asked["term"]:
        told["term"] = "not declared, printed after the declared ones"
    for name, column in _WORDS.items():
        if name in tables and column in told:
            words = sorted(set(tables[name].text[column]) - asked[column])
            if words:
                yield f"{called.get(name, name)}: {column} {', '.join(words)}: {told[column]}"


def stand_for(settings: Settings, inferred: tuple[str, ...]) -> Iterator[str]:
    """Groups that are compared without being declared."""
    groups = settings.groups
    for level in settings.group_levels():
        if groups and level.id in inferred:
            known = f"{level.value!r} stands for it"
            yield f"group {level.id} is compared and not declared: {known}"


def ends_earlier(tables: Mapping[str, Table], day: dt.date) -> Iterator[str]:
    """The data end before the cutoff."""
    dated = [tables[name].frame[date] for name, date in schema.CUT_DATE.items() if name in tables]
    last = max((dates.max() for dates in dated if dates.notna().any()), default=None)
    if last is not None and last < pd.Timestamp(day):
        yield f"the last date in the data is {last:%Y-%m-%d}, before the cutoff: follow-up ends there"
