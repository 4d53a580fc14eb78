"""What the cells of a column are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from carreport.intake.fixing.columns import Expected, corrected
from carreport.study.cells import NUMBER, is_date
from carreport.study.forms import decimal_comma, is_missing_word, readings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from carreport.intake.mapping.source import Field, Source

FEW = 8
"""Different values a variable with levels has at most, unless the file lists its choices."""
MOST = 0.8
"""Share of the cells that must be dates or numbers."""


@dataclass(frozen=True, slots=True)
class Column:
    """
    A column as the guess sees it.

    Attributes:
        field: Its name, label and so on.
        cells: Those that are not empty.
        kind: date, number, levels, text or empty.
        levels: Different values in the order of the file's choices, or of the alphabet.
        unsure: What cannot be told of its dates, or "".
    """

    field: Field
    cells: tuple[str, ...]
    kind: str
    levels: tuple[str, ...]
    unsure: str = ""

    @property
    def name(self) -> str:
        """The name a mapping uses."""
        return self.field.name

    @property
    def names(self) -> tuple[str, str]:
        """Name and label."""
        return self.field.name, self.field.label


def columns_of(source: Source) -> list[Column]:
    """Every column of a source, looked at."""
    return [_looked(one, source.column(one.name)) for one in source.fields]


def _looked(field: Field, column: list[str]) -> Column:
    cells = tuple(cell for cell in column if cell)
    told = [cell for cell in cells if not is_missing_word(cell)]
    different = sorted(set(told))
    if field.choices:
        return Column(field, cells, "levels", field.choices)
    if not told:
        return Column(field, cells, "date" if field.kind == "date" else "empty", ())
    if field.kind == "date" or _most(is_date(one[:10]) or bool(readings(one)) for one in told):
        left = corrected(told, Expected("date")).left
        return Column(field, cells, "date", (), left[0][1] if left else "")
    numbers = _most(
        bool(NUMBER.match(one) or decimal_comma(one) or one[:1] in "<>") for one in told
    )
    codes = all(one.isdigit() and len(one) == 1 for one in different) and len(different) <= 4
    if numbers and not codes:
        return Column(field, cells, "number", ())
    if len(different) <= FEW and (len(different) < len(told) or len(told) <= FEW):
        return Column(field, cells, "levels", tuple(different))
    return Column(field, cells, "text", ())


def _most(found: Iterable[bool]) -> bool:
    answers = list(found)
    return sum(answers) >= MOST * len(answers)
