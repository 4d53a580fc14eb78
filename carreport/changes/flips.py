"""Changes that turn what a sentence says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from carreport.changes.model import FLIP_KINDS, Flip
from carreport.ids import split_id
from carreport.results.rows import PATIENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carreport.changes.model import FlipKind, Number, NumberChange
    from carreport.results.rows import Value

SIGNED: Final = frozenset({"coefficient", "statistic", "measurement", "days"})
"""Kinds that may be negative; without an effect they are zero."""
RATIO: Final = "ratio"
"""Without an effect it is one."""
ATTAINABLE: Final = ".attainable_p"
"""The smallest p so many patients could give is the outcome of no test."""


_LOWER: Final = "lower"
_UPPER: Final = "upper"
_ZERO: Final = 0.0
_ONE: Final = 1.0


def other_limit(id_: str) -> str:
    """
    The id of the other limit of an interval; empty for what is no limit.

    >>> other_limit("survival.os.hazard_ratio_lower"), other_limit("a.upper@group=b"), other_limit("a.r")
    ('survival.os.hazard_ratio_upper', 'a.lower@group=b', '')
    """
    base, at, keys = id_.partition("@")
    for one, other in ((_LOWER, _UPPER), (_UPPER, _LOWER)):
        if base.endswith((f".{one}", f"_{one}")):
            return f"{base.removesuffix(one)}{other}{at}{keys}"
    return ""


def flips(
    id_: str, old: Number, new: Number, confidence: float, opposite: Value = None
) -> tuple[Flip, ...]:
    """
    What turned over from one value to the other.

    Args:
        id_: The number's id.
        old: In the old.
        new: In the new, in the same unit.
        confidence: Two-sided level; a p-value below one less it is called significant.
        opposite: For a limit of an interval, the other one in the new.
    """
    base, keys = split_id(id_)
    if (old.value is None) != (new.value is None) and new.unit.kind != "text":
        return (_given(old, new, of_patient=PATIENT in keys),)
    if other_limit(id_):
        return tuple(_of_limit(base, old, new, opposite))
    return tuple(_flips(old, new, round(1 - confidence, 12), tested=not base.endswith(ATTAINABLE)))


def _given(old: Number, new: Number, *, of_patient: bool) -> Flip:
    """A value that came, or went."""
    if not of_patient:
        return Flip("estimable", f"{old.display} became {new.display}")
    if old.value is None:
        return Flip("known", f"newly known: {new.display}")
    return Flip("known", f"no longer known: it was {old.display}")


def _of_limit(base: str, old: Number, new: Number, opposite: Value) -> Iterator[Flip]:
    """A limit that went to the other side of no effect: what the interval holds now."""
    a, b, kind = old.value, new.value, new.unit.kind
    if not (isinstance(a, (int, float)) and isinstance(b, (int, float))):
        return
    null = _ONE if kind == RATIO else _ZERO
    if (kind == RATIO or kind in SIGNED) and (a - null) * (b - null) < 0:
        outwards = (b < null) == base.endswith(_LOWER)
        whole = not isinstance(opposite, (int, float)) or (b - null) * (opposite - null) <= 0
        holds = "includes" if whole else "still excludes"
        says = f"the interval now {holds if outwards else 'excludes'} {null:g}"
        turned: FlipKind = "null" if kind == RATIO else "sign"
        yield Flip(turned, f"{says}: {old.display} became {new.display}")


def _flips(old: Number, new: Number, alpha: float, *, tested: bool) -> Iterator[Flip]:
    a, b, kind = old.value, new.value, new.unit.kind
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
