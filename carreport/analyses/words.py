"""Names as they appear in ids."""

from __future__ import annotations

import re
import unicodedata


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
