"""Changes that turn what a sentence says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from carreport.changes.model import FLIP_KINDS, Flip
from carreport.ids import split_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carreport.changes.model import Number, NumberChange

SIGNED: Final = frozenset({"coefficient", "statistic", "measurement", "days"})
"""Kinds that may be negative; without an effect they are zero."""
RATIO: Final = "ratio"
"""Without an effect it is one."""
ATTAINABLE: Final = ".attainable_p"
"""The smallest p so many patients could give is the outcome of no test."""


def flips(id_: str, old: Number, new: Number, confidence: float) -> tuple[Flip, ...]:
    """
    What turned over from one value to the other.

    Args:
        id_: The number's id.
        old: In the old.
        new: In the new, in the same unit.
        confidence: Two-sided level; a p-value below one less it is called significant.
    """
    tested = not split_id(id_)[0].endswith(ATTAINABLE)
    return tuple(_flips(old, new, round(1 - confidence, 12), tested=tested))


def _flips(old: Number, new: Number, alpha: float, *, tested: bool) -> Iterator[Flip]:
    a, b, kind = old.value, new.value, new.unit.kind
    if (a is None) != (b is None) and kind != "text":
        yield Flip("estimable", f"{old.display} became {new.display}")
    if not (isinstance(a, (int, float)) and isinstance(b, (int, float))):
        return
    if kind in SIGNED and a * b < 0:
        yield Flip("sign", f"the sign turned: {old.display} became {new.display}")
    if kind == "p" and tested and (a < alpha) != (b < alpha):
        side = "fell below" if b < alpha else "rose to or above"
        yield Flip("significance", f"p {side} {alpha:g}: {old.display} became {new.display}")
    if kind == RATIO and (a - 1) * (b - 1) < 0:
        yield Flip(
            "null", f"crossed one, where there is no effect: {old.display} became {new.display}"
        )


def flip_rank(change: NumberChange) -> int:
    """The place of a change among the flips: the lower the more alarming."""
    kinds = [FLIP_KINDS.index(one.kind) for one in change.flips]
    return min(kinds, default=len(FLIP_KINDS))
