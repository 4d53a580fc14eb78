"""Names as they appear in ids."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_PLAIN: Final = re.compile(r"^[A-Za-z0-9_]+$")


def slug(text: str) -> str:
    """
    A name as an id key: lower-case letters, digits and underscores.

    >>> slug("Febrile neutropenia"), slug("CD3+ T cells"), slug("≥5%")
    ('febrile_neutropenia', 'cd3_plus_t_cells', 'ge_5_percent')
    """
    spoken = text
    for sign, word in (
        ("≥", " ge "),
        ("≤", " le "),
        (">", " gt "),
        ("<", " lt "),
        ("+", " plus "),
        ("%", " percent "),
    ):
        spoken = spoken.replace(sign, word)
    plain = unicodedata.normalize("NFKD", spoken)
    letters = re.sub(r"[^\w]+", "_", plain.lower(), flags=re.UNICODE).strip("_")
    return letters or "blank"


def key_of(level: str) -> str:
    """
    A level as an id key: itself where it is plain, its slug otherwise.

    >>> key_of("F"), key_of("Stage II")
    ('F', 'stage_ii')
    """
    return level if _PLAIN.match(level) else slug(level)
