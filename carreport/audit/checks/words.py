"""Names and identifiers that should be the same in every place."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from carreport.audit.checks.answer import Answer, NotTestable, answers, weighed
from carreport.audit.checks.reading import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_GREEK: Final = {"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "kappa": "κ"}
_BETWEEN: Final = re.compile(r"[\W_]+")


@answers
def same_label(labels: Sequence[str | None]) -> Answer:
    """
    Whether one thing has one name wherever it is named.

    Capitals, hyphens, spaces and spelled Greek letters make no difference: IL-2R is IL2R, not IL-2.

    Args:
        labels: The name in each place.

    Source:
        One thing, one term.

    >>> same_label(["IL-2R", "IL-2"]).reason
    'one thing is called “IL-2R” and “IL-2”'
    >>> same_label(["TNF-alpha", "TNFα"]).answer
    'consistent'
    """
    return _same(labels, _name, "names", "one thing is called", "it is always called")


@answers
def same_identifier(descriptions: Sequence[str | None]) -> Answer:
    """
    Whether what carries one identifier is described in one way.

    Two descriptions may be of the same thing in other words: the answer says that they differ, and
    a reader judges whether they can be of one trial.

    Args:
        descriptions: What the identifier is said to stand for in each place.

    Source:
        An identifier stands for one thing: one registration, one trial.

    >>> same_identifier(["relapsed B-ALL", "newly diagnosed B-ALL"]).answer
    'inconsistent'
    """
    told = "one identifier stands for", "the identifier always stands for"
    return _same(descriptions, _words, "descriptions", *told)


def _same(
    given: Sequence[str | None], key: Callable[[str], str], what: str, differ: str, agree: str
) -> Answer:
    stated = [" ".join(one.split()) for one in given if one is not None and key(one)]
    if len(stated) < 2:
        message = f"fewer than two {what} are stated"
        raise NotTestable(message)
    different = list({key(one): one for one in reversed(stated)}.values())[::-1]
    formula = " = ".join(f"“{one}”" for one in different)
    if len(different) == 1:
        return weighed(holds=True, reason=f"{agree} “{stated[0]}”", formula=formula)
    named = listed([f"“{one}”" for one in different])
    return weighed(holds=False, reason=f"{differ} {named}", formula=formula)


def _words(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(_BETWEEN.sub(" ", plain).split())


def _name(text: str) -> str:
    plain = _words(text)
    for spelled, letter in _GREEK.items():
        plain = re.sub(rf"\b{spelled}\b", letter, plain)
    return plain.replace(" ", "")
