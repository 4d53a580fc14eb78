"""Runs of a page as rows, in the order they are read: column by column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from carreport.manuscript.reading.sections import shifted
from carreport.manuscript.reading.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from carreport.manuscript.model import Mark
    from carreport.manuscript.reading.pdf_runs import Run

_SAME_LINE: Final = 0.25
_SMALL: Final = 0.93
_ASIDE: Final = 0.88
_SHORT: Final = 12
_TOUCHING: Final = 0.6
_MIDDLE: Final = (0.3, 0.7)
_STEPS: Final = 80
_CROSSING: Final = 0.15
"""At most so many of a page's letters stand in lines that cross the gap between two columns."""
_SIDE: Final = 0.2
"""At least so many of them stand on either side of it."""
_FILLED: Final = 0.55
"""At least so wide, of its column, is a line of prose."""
_PROSE: Final = 0.6
"""At least so many letters of a column stand in such lines."""

_Split: TypeAlias = "tuple[list[_Group], list[_Group]]"
_Sides: TypeAlias = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """Runs that stand so close that they are one, each raised, lowered or neither."""

    runs: tuple[tuple[Run, int], ...]
    left: float
    right: float

    def say(self, words: Words) -> None:
        """Add it to a text."""
        last: Run | None = None
        for run, moved in self.runs:
            if last is not None and run.left - last.right > 0.15 * run.size and not moved:
                words.add(" ")
            run.say(words, moved)
            last = run


@dataclass(frozen=True, slots=True)
class Piece:
    """
    What stands together on a line: a cell of a table, or all of it.

    Attributes:
        text: What it says.
        marks: Stretches of the text that carry ids.
        left: Its left edge.
        right: Its right edge.
    """

    text: str
    marks: tuple[Mark, ...]
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Row:
    """
    A line of a page, or of one of its columns.

    Attributes:
        pieces: From left to right.
        text: All of it, the pieces apart.
        marks: Stretches of the text that carry ids.
        base: The line it stands on, from the foot of the page.
        size: How high its letters are.
        edges: Where its column begins and ends.
        column: Which column of the page it stands in: 0 for all of it, or which part.
    """

    pieces: tuple[Piece, ...]
    text: str
    marks: tuple[Mark, ...]
    base: float
    size: float
    edges: tuple[float, float]
    column: int

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.pieces[0].left

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.pieces[-1].right


def rows_of(runs: Sequence[Run]) -> Iterator[Row]:
    """
    The rows of a page in the order they are read.

    Args:
        runs: Of one page.
    """
    for turned in sorted({run.turned for run in runs}):
        lines = _lines([run for run in runs if run.turned == turned])
        yield from _ordered(lines)


def _lines(runs: Sequence[Run]) -> list[list[tuple[Run, int]]]:
    """Runs that stand on one line, from the top of the page; raised ones with their line."""
    small: list[tuple[Run, int]] = []
    lines: list[list[tuple[Run, int]]] = []
    for run in sorted(runs, key=lambda one: (-one.base, one.left)):
        last = range(max(0, len(lines) - 3), len(lines))
        same = [at for at in last if _on_line(lines[at][0][0], run)]
        if not same:
            lines.append([])
        own = same[-1] if same else len(lines) - 1
        lines[own].append((run, 0))
        if len(run.characters) < _SHORT:
            small.append((run, own))
    return _with_raised(lines, small)


def _on_line(one: Run, other: Run) -> bool:
    return abs(one.base - other.base) < _SAME_LINE * min(one.size, other.size)


def _with_raised(
    lines: list[list[tuple[Run, int]]], small: Sequence[tuple[Run, int]]
) -> list[list[tuple[Run, int]]]:
    """Short runs that touch one of larger letters, a little higher or lower, join its line."""
    for run, own in small:
        for at in (*range(own - 3, own), *range(own + 1, own + 4)):
            if 0 <= at < len(lines) and (moved := _beside(run, lines[at])):
                lines[own] = [one for one in lines[own] if one[0] is not run]
                lines[at].append((run, moved))
                break
    return [line for line in lines if line]


def _beside(run: Run, line: Sequence[tuple[Run, int]]) -> int:
    """Whether a run stands raised (1) or lowered (-1) beside one of a line, or not (0)."""
    for one, moved in line:
        away = run.base - one.base
        touching = min(abs(run.left - one.right), abs(one.left - run.right)) < 0.35 * one.size
        within = -0.4 * one.size < away < 0.75 * one.size
        if not moved and touching and within and run.size < _SMALL * one.size:
            return 1 if away > 0 else -1
    return 0


def _ordered(lines: Sequence[Sequence[tuple[Run, int]]]) -> Iterator[Row]:
    """Rows of the page, or of its columns: left before right, up to what stands across both."""
    rows = [part for line in lines for part in _apart(_pieces(line))]
    if not rows:
        return
    edges = _edges(rows)
    gutter = _gutter(rows, edges)
    if gutter is None:
        yield from (_row(line, edges, 0) for line in rows)
        return
    sides = (edges[0], gutter), (gutter, edges[1])
    held: tuple[list[Row], list[Row]] = ([], [])
    part = 1
    splits = [_split(line, gutter, sides) for line in rows]
    for at, (line, split) in enumerate(zip(rows, splits, strict=True)):
        if split is None or (_is_doubtful(split, sides) and _is_table(at, splits, sides)):
            yield from (*held[0], *held[1])
            held = ([], [])
            part += 2
            yield _row(line, edges, 0)
            continue
        for side in (0, 1):
            if split[side]:
                own = _inner(split[side], sides[side])
                held[side].append(_row(split[side], own, part + side))
    yield from (*held[0], *held[1])


def _inner(line: Sequence[_Group], side: tuple[float, float]) -> tuple[float, float]:
    return min(side[0], line[0].left), max(side[1], line[-1].right)


def _row(line: Sequence[_Group], edges: tuple[float, float], column: int) -> Row:
    runs = [one for group in line for one in group.runs]
    first, _ = max(runs, key=lambda one: (not one[1], _weight(one[0])))
    pieces = tuple(_piece(group) for group in line)
    whole = _joined(pieces)
    return Row(pieces, *whole, first.base, first.size, edges, column)


def _piece(group: _Group) -> Piece:
    words = Words()
    group.say(words)
    return Piece(words.text(), words.marks(), group.left, group.right)


def _joined(pieces: Sequence[Piece]) -> tuple[str, tuple[Mark, ...]]:
    """The text of a line, its pieces apart, and the stretches of it that carry ids."""
    texts: list[str] = []
    marks: list[Mark] = []
    length = 0
    for piece in pieces:
        marks += shifted(piece.marks, length)
        texts.append(piece.text)
        length += len(piece.text) + 1
    return " ".join(texts), tuple(marks)


def _weight(run: Run) -> int:
    return len(run.characters)


def _pieces(line: Iterable[tuple[Run, int]]) -> list[_Group]:
    """Runs of a line from left to right, those that touch as one."""
    pieces: list[_Group] = []
    for run, moved in sorted(line, key=lambda one: one[0].left):
        last = pieces[-1] if pieces else None
        if last and run.left - last.right < _TOUCHING * run.size:
            pieces[-1] = _Group((*last.runs, (run, moved)), last.left, max(last.right, run.right))
        else:
            pieces.append(_Group(((run, moved),), run.left, run.right))
    return pieces


def _apart(line: Sequence[_Group]) -> Iterator[list[_Group]]:
    """Pieces of one line; a note in the margin, in other letters, is a line of its own."""
    held: list[_Group] = []
    for piece in line:
        if held and _is_aside(held[-1], piece):
            yield held
            held = []
        held.append(piece)
    yield held


def _is_aside(left: _Group, right: _Group) -> bool:
    sizes = sorted((_size(left), _size(right)))
    return sizes[0] < _ASIDE * sizes[1] and right.left - left.right > sizes[1]


def _size(piece: _Group) -> float:
    return max((run for run, _ in piece.runs), key=_weight).size


def _edges(rows: Sequence[Sequence[_Group]]) -> tuple[float, float]:
    lefts = sorted(piece.left for line in rows for piece in line)
    rights = sorted(piece.right for line in rows for piece in line)
    return lefts[len(lefts) // 50], rights[-1 - len(rights) // 50]


def _letters(piece: _Group) -> int:
    return sum(len(run.characters) for run, _ in piece.runs)


def _gutter(rows: Sequence[Sequence[_Group]], edges: tuple[float, float]) -> float | None:
    """Where the gap between two columns of prose is, if there are two."""
    pieces = [(piece.left, piece.right, _letters(piece)) for line in rows for piece in line]
    whole = sum(letters for *_, letters in pieces)
    width = edges[1] - edges[0]
    if width <= 0 or not whole:
        return None
    best: tuple[float, float] | None = None
    for step in range(_STEPS + 1):
        at = edges[0] + width * (_MIDDLE[0] + (_MIDDLE[1] - _MIDDLE[0]) * step / _STEPS)
        crossing = sum(n for left, right, n in pieces if left < at < right)
        centred = crossing + abs(at - (edges[0] + edges[1]) / 2) / width * 0.01 * whole
        if best is None or centred < best[0]:
            best = centred, at
    if best is None or best[0] > _CROSSING * whole + 0.002 * whole:
        return None
    at = best[1]
    sides = (
        [piece for piece in pieces if piece[1] <= at],
        [piece for piece in pieces if piece[0] >= at],
    )
    for side, (low, high) in zip(sides, ((edges[0], at), (at, edges[1])), strict=True):
        letters = sum(n for *_, n in side)
        prose = sum(n for left, right, n in side if right - left > _FILLED * (high - low))
        if letters < _SIDE * whole or prose < _PROSE * letters:
            return None
    return at


def _split(line: Sequence[_Group], gutter: float, sides: _Sides) -> _Split | None:
    """A line's pieces by column, or None if it goes across both."""
    left = [piece for piece in line if piece.right <= gutter]
    right = [piece for piece in line if piece.left >= gutter]
    if len(left) + len(right) < len(line):
        return None
    if not left or not right or len(line) == 2:
        return left, right
    return (left, right) if any(map(_is_filled, (left, right), sides)) else None


def _is_filled(side: Sequence[_Group], edges: tuple[float, float]) -> bool:
    """Whether a column's part of a line is a line of prose."""
    return len(side) == 1 and side[0].right - side[0].left > _FILLED * (edges[1] - edges[0])


def _is_doubtful(split: _Split, sides: _Sides) -> bool:
    """Whether both columns have something short on a line: the ends of two paragraphs, or cells."""
    return all(split) and not any(map(_is_filled, split, sides))


def _is_table(at: int, splits: Sequence[_Split | None], sides: _Sides) -> bool:
    """Whether a line next to this one goes across both columns or is as doubtful."""
    near = [splits[one] for one in (at - 1, at + 1) if 0 <= one < len(splits)]
    return any(one is None or _is_doubtful(one, sides) for one in near)
