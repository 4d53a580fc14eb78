"""The numbers in what an analysis returned, by id, and nothing else of them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin, get_type_hints

import numpy as np

from carreport.ids import join_id, key_text
from carreport.shapes import Bundle, Key, Listing
from carreport.units import Unit

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterator, Mapping

    from carreport.results.rows import Value


def values(
    name: str, shape: object, keys: Mapping[str, str], wanted: Collection[str]
) -> Iterator[tuple[str, Value]]:
    """
    The wanted numbers of a shape.

    Args:
        name: Chapter and analysis, as the ids begin.
        shape: What the analysis returned.
        keys: Keys of the call.
        wanted: Ids, those of listings' cells among them.

    Yields:
        Id and value.
    """
    if isinstance(shape, Bundle):
        for part in shape.parts:
            yield from values(name, part, keys, wanted)
    elif isinstance(shape, Listing):
        yield from _cells(name, shape, keys, wanted)
    else:
        yield from _fields(name, shape, keys, wanted)


def _fields(
    name: str, shape: Any, keys: Mapping[str, str], wanted: Collection[str]
) -> Iterator[tuple[str, Value]]:
    kind: Any = type(shape)
    own, numbers = _plan(kind)
    whole = {**keys, **{field: str(getattr(shape, field)) for field in own}}
    for field, counts in numbers:
        value = getattr(shape, field)
        if counts:
            id_ = join_id(f"{name}.{field}", whole)
            if id_ in wanted:
                yield id_, _plain(value)
        elif isinstance(value, tuple):
            for part in value:
                yield from _fields(name, part, whole, wanted)


@cache
def _plan(kind: Hashable) -> tuple[tuple[str, ...], tuple[tuple[str, bool], ...]]:
    """The key fields of a shape, and its other fields with whether each is a number."""
    hints = get_type_hints(kind, include_extras=True)
    own = tuple(field for field, hint in hints.items() if _has(hint, Key))
    return own, tuple(
        (field, _has(hint, Unit)) for field, hint in hints.items() if field not in own
    )


def _has(hint: object, kind: type) -> bool:
    return get_origin(hint) is Annotated and any(
        isinstance(one, kind) for one in get_args(hint)[1:]
    )


def _cells(
    name: str, listing: Listing, keys: Mapping[str, str], wanted: Collection[str]
) -> Iterator[tuple[str, Value]]:
    base = f"{name}.{listing.name}" if listing.name else name
    names = [one.name for one in listing.columns]
    told = [names.index(one) for one in listing.key]
    asked = [at for at, one in enumerate(names) if any(f"{base}.{one}@" in id_ for id_ in wanted)]
    for row in listing.rows if asked else ():
        whole = {**keys, **{names[at]: key_text(row[at]) for at in told}}
        for at in asked:
            id_ = join_id(f"{base}.{names[at]}", whole)
            if id_ in wanted:
                yield id_, _plain(row[at])


def _plain(value: Any) -> Value:
    if value is None or isinstance(value, str):
        return value
    return int(value) if isinstance(value, (int, np.integer)) else float(value)
