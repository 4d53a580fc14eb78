"""Ids: a name from general to particular, then keys in alphabetical order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

PREVIOUS: Final = "previous."
CHANGES: Final = "changes."
OF_EARLIER: Final = (PREVIOUS, CHANGES)
"""So begin the ids of what an earlier build had, and of what changed since."""
_SIGN: Final = re.compile("[%,]")
_CODE: Final = re.compile("%(25|2C)")


def join_id(base: str, keys: Mapping[str, str]) -> str:
    """
    An id from its name and keys, keys in alphabetical order.

    >>> join_id("survival.os.rate", {"group": "treated", "day": "730"})
    'survival.os.rate@day=730,group=treated'

    A comma in a value would end it, so it is written as per cent and code, as is the sign itself.

    >>> join_id("listing.dose", {"patient": "A,1"})
    'listing.dose@patient=A%2C1'
    """
    tail = ",".join(key_part(key, keys[key]) for key in sorted(keys))
    return f"{base}@{tail}" if tail else base


def key_part(key: str, value: str) -> str:
    """One key with its value, as it stands in an id."""
    return f"{key}={_SIGN.sub(_coded, value)}"


def split_id(id_: str) -> tuple[str, dict[str, str]]:
    """
    An id's name and keys.

    >>> split_id("survival.os.rate@day=730,group=treated")
    ('survival.os.rate', {'day': '730', 'group': 'treated'})
    """
    base, _, tail = id_.partition("@")
    parts = (part.partition("=") for part in tail.split(",") if tail)
    return base, {key: _CODE.sub(_sign, value) for key, _, value in parts}


def _coded(found: re.Match[str]) -> str:
    return f"%{ord(found[0]):02X}"


def _sign(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))


def fragment(id_: str) -> str:
    """
    An id as the end of an address: what no address may hold is written as per cent and code.

    >>> fragment("survival.os.rate@day=730,group=treated"), fragment("listing.dose@patient=A 1")
    ('survival.os.rate@day=730,group=treated', 'listing.dose@patient=A%201')
    """
    return quote(id_, safe="@=,.:;_~/()-")


def key_text(value: float | str | None) -> str:
    """A listing's key as it stands in the ids of its cells."""
    return f"{value:g}" if isinstance(value, float) else str(value)
