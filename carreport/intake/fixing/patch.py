"""Two texts as a unified patch that `git apply` and `patch -p1` take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CONTEXT: Final = 3
"""Unchanged lines shown around a change."""


def unified(name: str, old: str, new: str) -> str:
    r"""
    What turns a file into another of as many lines; "" where nothing does.

    Line by line, for corrections of cells move none: a general comparison of a hundred thousand
    lines would take minutes where each of them changes.

    Raises:
        ValueError: The texts have not the same number of lines.

    >>> print(unified("a.csv", "x\ny", "x\nz"))
    --- a/a.csv
    +++ b/a.csv
    @@ -1,2 +1,2 @@
     x
    -y
    \ No newline at end of file
    +z
    \ No newline at end of file
    <BLANKLINE>
    """
    before, after = _split(old), _split(new)
    changed = [at for at, (one, two) in enumerate(zip(before, after, strict=True)) if one != two]
    if not changed:
        return ""
    return "".join(
        [f"--- a/{name}\n+++ b/{name}\n", *(_hunk(one, before, after) for one in _groups(changed))]
    )


def _split(text: str) -> list[str]:
    """Lines with their line feeds: a patch knows no other line end."""
    *lines, last = text.split("\n")
    whole = [f"{line}\n" for line in lines]
    return [*whole, last] if last else whole


def _groups(changed: Sequence[int]) -> Iterator[list[int]]:
    """Changed lines whose contexts touch."""
    group = [changed[0]]
    for at in changed[1:]:
        if at - group[-1] > 2 * CONTEXT:
            yield group
            group = []
        group.append(at)
    yield group


def _hunk(group: Sequence[int], before: Sequence[str], after: Sequence[str]) -> str:
    first = max(0, group[0] - CONTEXT)
    last = min(len(before), group[-1] + CONTEXT + 1)
    changed = set(group)
    pieces = [f"@@ -{first + 1},{last - first} +{first + 1},{last - first} @@\n"]
    at = first
    while at < last:
        end = at
        while end < last and end in changed:
            end += 1
        pieces += [_line("-", before[one]) for one in range(at, end)]
        pieces += [_line("+", after[one]) for one in range(at, end)]
        if end < last and end == at:
            pieces.append(_line(" ", before[at]))
            end += 1
        at = end
    return "".join(pieces)


def _line(sign: str, text: str) -> str:
    return (
        f"{sign}{text}" if text.endswith("\n") else f"{sign}{text}\n\\ No newline at end of file\n"
    )
