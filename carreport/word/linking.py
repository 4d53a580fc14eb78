"""Which entry of a document's record each of its controls is: what was changed, deleted, copied."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from carreport.word.record import Written

_UNSEEN: Final = re.compile("[\\s\N{SOFT HYPHEN}\u200b-\u200f\u2060\ufeff]+")
_DASHES: Final = str.maketrans({"-": "−", "\N{NON-BREAKING HYPHEN}": "−", "–": "−"})


@dataclass(frozen=True, slots=True)
class Linked:
    """
    What became of one control.

    Attributes:
        entry: What it was written with; of a copy, what it is a copy of; None where the record has
            nothing of the kind.
        copied: Whether it came later: there are more of its kind than were written.
    """

    entry: Written | None
    copied: bool = False


@dataclass(frozen=True, slots=True)
class Links:
    """
    A document's controls against its record.

    Attributes:
        found: What became of each control, in order.
        deleted: Entries that no control answers to, in order.
    """

    found: tuple[Linked, ...]
    deleted: tuple[Written, ...]


@dataclass(frozen=True, slots=True)
class There:
    """
    A control as it stands there.

    Attributes:
        name: Its id, or its key: whatever the record is asked by.
        text: What it says.
        number: Its `w:id`, or nothing.
    """

    name: str
    text: str
    number: str = ""


def same(one: str, other: str) -> bool:
    """
    Whether two texts say the same, whatever their spaces and the kind of their minus.

    >>> same("−0.54", "-0.54"), same("1 204", "1\N{NARROW NO-BREAK SPACE}204"), same("61%", "61.2%")
    (True, True, False)
    """
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return _UNSEEN.sub("", text).translate(_DASHES)


def linked(
    written: Sequence[Written], there: Sequence[There], name: Callable[[Written], str]
) -> Links:
    """
    Find for each control the entry it was written with.

    Entries and controls of one name are paired by `w:id` where a program kept it, then by what they
    say, then by their order. An empty control is none.

    Args:
        written: The record, in document order.
        there: The controls, in document order.
        name: What an entry is called among the controls: its id, or its key.
    """
    entries: dict[str, list[int]] = {}
    for at, entry in enumerate(written):
        entries.setdefault(name(entry), []).append(at)
    controls: dict[str, list[int]] = {}
    for at, control in enumerate(there):
        if _plain(control.text):
            controls.setdefault(control.name, []).append(at)
    found = [Linked(None) for _ in there]
    left: set[int] = set()
    for key, mine in entries.items():
        here = controls.get(key, [])
        pairs = _pairs([written[at] for at in mine], [there[at] for at in here])
        for entry_at, control_at in pairs.items():
            found[here[control_at]] = Linked(written[mine[entry_at]])
        left.update(at for n, at in enumerate(mine) if n not in pairs)
        for n, at in enumerate(here):
            if n not in pairs.values():
                like = (written[one] for one in mine if same(written[one].printed, there[at].text))
                found[at] = Linked(next(like, written[mine[0]]), copied=True)
    return Links(tuple(found), tuple(written[at] for at in sorted(left)))


def _pairs(entries: Sequence[Written], controls: Sequence[There]) -> dict[int, int]:
    """By entry, its control: of one name only."""
    pairs: dict[int, int] = {}
    numbers = {one.number: at for at, one in enumerate(controls) if one.number}
    for at, entry in enumerate(entries):
        if entry.control in numbers:
            pairs[at] = numbers.pop(entry.control)
    free = [at for at in range(len(entries)) if at not in pairs]
    open_ = [at for at in range(len(controls)) if at not in pairs.values()]
    said = [_plain(entries[at].printed) for at in free]
    heard = [_plain(controls[at].text) for at in open_]
    blocks = SequenceMatcher(None, said, heard, autojunk=False).get_matching_blocks()
    pairs |= {free[a + n]: open_[b + n] for a, b, size in blocks for n in range(size)}
    rest = [at for at in open_ if at not in pairs.values()]
    pairs |= dict(zip((at for at in free if at not in pairs), rest, strict=False))
    return pairs
