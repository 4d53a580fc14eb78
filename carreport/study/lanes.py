"""Which dated events are marked on the patients' lanes, and what they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carreport.study import schema
from carreport.study.settings import LaneEvent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carreport.study.settings import Settings


def lane_events(settings: Settings) -> tuple[LaneEvent, ...]:
    """
    The kinds of event marked on lanes, each with its label.

    Those the swimmer figures of study.toml name; where none names any, the events of all
    endpoints, those a declared column is computed from, and death, which comes last.

    Args:
        settings: study.toml.

    Returns:
        Each kind once; the last contact, which ends a lane without a mark, is none.
    """
    named = [one for item in settings.figure if item.kind == "swimmer" for one in item.events]
    found = named or [LaneEvent(event=name) for name in dict.fromkeys(_names(settings))]
    distinct = {one.kind: one for one in reversed(found)}
    return tuple(
        one.model_copy(update={"label": one.label or spoken(one.detail or one.event)})
        for one in found
        if distinct.get(one.kind) is one
    )


def _names(settings: Settings) -> Iterator[str]:
    every = [*_of_endpoints(settings), *_of_columns(settings)]
    yield from (one for one in every if one not in (schema.DEATH, schema.LAST_CONTACT))
    yield schema.DEATH


def _of_endpoints(settings: Settings) -> Iterator[str]:
    for endpoint in settings.endpoint:
        yield from endpoint.events
    for endpoint in settings.endpoint:
        yield from endpoint.competing


def _of_columns(settings: Settings) -> Iterator[str]:
    for recipe in settings.derived:
        if recipe.source == "events" and "event" in recipe.where:
            condition = recipe.where["event"]
            wanted = condition if isinstance(condition, list) else [condition]
            yield from (one for one in wanted if isinstance(one, str))
        moments = [recipe.after, *((recipe.days.start, recipe.days.end) if recipe.days else ())]
        for moment in filter(None, moments):
            kind, _, rest = moment.partition(":")
            if kind == "event":
                yield from rest.partition("=")[0].split("|")


def spoken(name: str) -> str:
    """
    A name of the data as a reader should see it; one with a digit stays as it is written.

    >>> spoken("second_relapse"), spoken("grade_3_event")
    ('Second relapse', 'grade_3_event')
    """
    if any(map(str.isdigit, name)):
        return name
    words = name.replace("_", " ").strip() or name
    return words[:1].upper() + words[1:]
