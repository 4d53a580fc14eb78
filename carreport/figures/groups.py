"""Groups of patients as they are drawn: who, in which colour, with which mark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from carreport.figures.colours import INK, MARKERS, PALETTE, group_colours, readable
from carreport.figures.pieces import quoted, words
from carreport.results import join_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carreport.figures.pieces import Piece
    from carreport.results import Result, Results
    from carreport.study.settings import GroupLevel, Settings

EVERYBODY: Final = "All patients"
Dash = Literal["-"] | tuple[float, tuple[float, ...]]
_DASHES: Final[tuple[Dash, ...]] = (
    *4 * ("-",), (0, (7, 1.2, 1, 1.2)), (0, (1, 0.8)), (0, (5, 0.8)), (0, (3, 1, 1, 1, 1, 1)),
)  # fmt: skip
"""Four colours are told apart at a glance; the curves of further groups differ in their dashes too."""


@dataclass(frozen=True, slots=True)
class Group:
    """
    A group of patients, or all of them.

    Attributes:
        id: As in ids; empty for all patients.
        label: As study.toml calls it.
        colour: Of its lines and marks.
        marker: Of its points.
        dash: Of its curves, as matplotlib has it.
    """

    id: str
    label: str
    colour: str
    marker: str
    dash: Dash = "-"

    @property
    def ink(self) -> str:
        """Its colour where words are set in it."""
        return readable(self.colour)

    def named(self, face: str = "regular") -> Piece:
        """Its name to be printed."""
        return quoted(self.label, face) if self.id else words(self.label, face)

    def key(self, base: str, **keys: str) -> str:
        """An id in this group."""
        return join_id(base, {**keys, "group": self.id} if self.id else keys)


def size_of(group: Group, base: str, results: Results) -> Result:
    """
    How many patients of a group an analysis counts.

    Where that is everybody enrolled, it is that number: one number, one id and one origin.
    """
    own, enrolled = results[group.key(f"{base}.n")], group.key("disposition.enrolled.n")
    same = enrolled in results and results[enrolled].value == own.value
    return results[enrolled] if same else own


def drawn_groups(settings: Settings) -> tuple[Group, ...]:
    """The compared groups; without any, every group; without groups, the whole cohort."""
    return _groups(settings.compared() or settings.group_levels())


def all_groups(settings: Settings) -> tuple[Group, ...]:
    """Every group, compared or not; without groups, the whole cohort."""
    drawn = {group.id: group for group in drawn_groups(settings)}
    return tuple(drawn.get(one.id, one) for one in _groups(settings.group_levels()))


def _groups(levels: Sequence[GroupLevel]) -> tuple[Group, ...]:
    if not levels:
        return (everybody(),)
    colours = group_colours(levels)
    return tuple(
        Group(
            level.id,
            level.label or level.id,
            colours.get(level.id, INK),
            MARKERS[i % len(MARKERS)],
            _DASHES[i % len(_DASHES)],
        )
        for i, level in enumerate(levels)
    )


def everybody() -> Group:
    """All patients as one group."""
    return Group("", EVERYBODY, PALETTE[0], MARKERS[0])
