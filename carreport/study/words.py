"""Names as they appear in ids, and cells as a reader sees them."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

_PLAIN: Final = re.compile(r"^[A-Za-z0-9_]+$")


def slug(text: str) -> str:
    """
    A name as an id key: lower-case letters, digits and underscores.

    Letters of any script stay; what is set upon one (an accent, the dots of a vowel) is dropped.

    >>> slug("Febrile neutropenia"), slug("CD3+ T cells"), slug("≥5%"), slug("Müdigkeit")
    ('febrile_neutropenia', 'cd3_plus_t_cells', 'ge_5_percent', 'mudigkeit')
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
    apart = unicodedata.normalize("NFKD", spoken)
    plain = "".join(sign for sign in apart if not unicodedata.category(sign).startswith("M"))
    letters = re.sub(r"[^\w]+", "_", plain.lower(), flags=re.UNICODE).strip("_")
    return letters or "blank"


def key_of(level: str) -> str:
    """
    A level as an id key: itself where it is plain, its slug otherwise.

    >>> key_of("F"), key_of("Stage II")
    ('F', 'stage_ii')
    """
    return level if _PLAIN.match(level) else slug(level)


def distinct_keys(names: Sequence[str], taken: Sequence[str] = ()) -> list[str]:
    """
    Slugs that tell all names apart: those that collide are numbered in their order.

    >>> distinct_keys(["Fever", "fever", "Rash"])
    ['fever', 'fever_2', 'rash']
    """
    used = set(taken)
    keys = []
    for name in names:
        key = slug(name)
        number = 2
        while key in used:
            key = f"{slug(name)}_{number}"
            number += 1
        used.add(key)
        keys.append(key)
    return keys


def set_apart(names: Sequence[str]) -> str:
    """
    What is compared, in words; more than two are compared at once.

    >>> set_apart(["A", "B"]), set_apart(["A", "B", "C"])
    ('A against B', 'among A, B and C')
    """
    if len(names) < 3:
        return " against ".join(names)
    return f"among {', '.join(names[:-1])} and {names[-1]}"


def strung(pieces: Sequence[Any]) -> list[Any]:
    """
    Names with what stands between them when they are listed.

    >>> "".join(strung(["A", "B", "C"]))
    'A, B and C'
    """
    between = [", "] * (len(pieces) - 2) + [" and "]
    return [one for pair in zip(["", *between], pieces, strict=False) for one in pair][1:]


def written(value: object) -> str:
    """A value as a reader should see it; nothing for none."""
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:.10g}"
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d")
    return "" if value is None or value is pd.NaT else str(value)


def written_all(values: pd.Series | np.ndarray) -> np.ndarray:
    """Values as a reader should see them."""
    return np.asarray([written(one) for one in np.asarray(values, dtype=object)], dtype=object)
