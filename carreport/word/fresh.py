"""What the linked numbers of a document are in another build, each in the form it was printed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from carreport.units import STYLES, Unit, round_half_away, show, unit_of
from carreport.word.markup import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from carreport.results.rows import Value
    from carreport.saved.build import Saved
    from carreport.word.record import Written

_WORDS: Final = frozenset({"text", "date"})


@dataclass(frozen=True, slots=True)
class Fresh:
    """
    One result of a build.

    Attributes:
        value: Its value; None where it is not estimable.
        unit: Its unit.
        display: As it is printed by default.
        missing: What None means: NE or NR.
        origin: The label of its origin; empty where the build does not say.
    """

    value: Value
    unit: Unit
    display: str
    missing: str
    origin: str

    def printed(self, style: str) -> str:
        """As it is printed in a style; a style of another version is none."""
        if style not in STYLES or not style or self.unit.kind in _WORDS:
            return plain(self.display)
        return plain(show(self.value, self.unit, style, self.missing))

    @property
    def said(self) -> str:
        """Its value as a record has it."""
        if self.value is None:
            return ""
        return repr(self.value) if isinstance(self.value, float) else str(self.value)


def fresh_of(saved: Saved, numbers: Iterable[Written]) -> dict[str, Fresh]:
    """
    The results of a build that a document is linked to, by id.

    Args:
        saved: The build.
        numbers: The document's record.

    Raises:
        BadInput: The build is not as one is written.
    """
    asked = {one.id: one for one in numbers}
    try:
        found = {row["id"]: _of_row(row) for row in saved.rows() if row["id"] in asked}
    except (KeyError, TypeError, AttributeError) as error:
        raise saved.odd(error) from error
    for id_, one in asked.items():
        if id_ not in found and (cell := saved.cell(id_)):
            found[id_] = _of_cell(cell.value, one.printed)
    return found


def _of_row(row: Mapping[str, Any]) -> Fresh:
    missing = row["missing"] or ""
    origin = row["origin"] if row["call"] else ""  # what a study states has none
    return Fresh(row["value"], unit_of(row), row["display"], missing, origin)


def _of_cell(value: Value, printed: str) -> Fresh:
    """A cell that no document of the build prints, and that says nothing of its unit."""
    if value is None or isinstance(value, str):
        return Fresh(value, Unit("", "text"), value or "NE", "NE", "")
    decimals = len(printed.partition(".")[2].rstrip("%"))
    unit = Unit("", "measurement", decimals)
    return Fresh(value, unit, str(round_half_away(value, decimals)).replace("-", "−"), "NE", "")
