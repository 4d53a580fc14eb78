"""Ids that links lead to: every number of a report of ours is a link to its entry."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

_ID: Final = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+(?:@[^\s#]+=[^#]*)?")
"""A name of at least two words, and keys."""


def id_of(address: str) -> str:
    """
    The id that a link leads to, or nothing.

    Args:
        address: As in the document; only what follows its # counts.

    >>> id_of("report.html#survival.os.rate@day=730,group=treated"), id_of("#table1")
    ('survival.os.rate@day=730,group=treated', '')
    """
    _, hash_, name = address.partition("#")
    return id_named(unquote(name)) if hash_ else ""


def id_named(name: str) -> str:
    """
    The id that the name of a place is, or nothing.

    Args:
        name: Of a place in a document.
    """
    return name if _ID.fullmatch(name) else ""
