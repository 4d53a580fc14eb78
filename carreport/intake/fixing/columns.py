"""Safe corrections of one column: what the whole of it shows to be meant, and nothing else."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from carreport.study.cells import NUMBER, is_date
from carreport.study.forms import (
    NO_VALUE,
    decimal_comma,
    excel_day,
    folded,
    may_be_thousands,
    readings,
    tidy,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from carreport.study.forms import Order
    from carreport.study.schema import Kind


@dataclass(frozen=True, slots=True)
class Expected:
    """
    What a column should hold.

    Attributes:
        kind: Its type.
        blank: Whether a cell may be empty.
        words: What study.toml calls by name in it; empty where any text will do.
        closed: Whether nothing but those words may stand in it.
    """

    kind: Kind
    blank: bool = True
    words: tuple[str, ...] = ()
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Corrected:
    """
    A column's proposals.

    Attributes:
        cells: By position: what should stand there, and why.
        left: What is not guessed, by the position of a cell that shows it, and what to do.
    """

    cells: dict[int, tuple[str, str]]
    left: tuple[tuple[int, str, str], ...] = ()


def corrected(cells: Sequence[str], expected: Expected, *, comma_file: bool = True) -> Corrected:
    """
    What can be corrected in a column without a guess.

    Args:
        cells: The column as it is written.
        expected: What it should hold.
        comma_file: Whether commas part the file's cells; where semicolons do, a comma in a
            number is a decimal one.
    """
    plain = [tidy(cell) if "\n" not in cell else cell for cell in cells]
    found: dict[int, tuple[str, str]] = {
        at: (new, "stray spaces")
        for at, (cell, new) in enumerate(zip(cells, plain, strict=True))
        if cell != new
    }
    nothing = _nothing(expected)
    left: list[tuple[int, str, str]] = []
    rest: dict[int, str] = {}
    for at, cell in enumerate(plain):
        if cell and nothing(cell):
            found[at] = "", f"{cell!r} says that there is no value: an empty cell does"
        elif cell:
            rest[at] = cell
    match expected.kind:
        case "date":
            more, left = _dates(rest)
        case "number":
            more, left = _numbers(rest, comma_file=comma_file)
        case "flag":
            more = {
                at: (cell.lower(), "yes and no are written small")
                for at, cell in rest.items()
                if cell.lower() in ("yes", "no") and cell not in ("yes", "no")
            }
        case _:
            more = _words(rest, expected.words)
    return Corrected(dict(sorted((found | more).items())), tuple(left))


def _nothing(expected: Expected) -> Callable[[str], bool]:
    """Whether a cell says that there is no value, where the column can hold no such word."""
    sure = expected.blank and (expected.kind != "text" or expected.closed)
    return lambda cell: sure and cell.lower() in NO_VALUE and cell not in expected.words


Found = tuple[dict[int, tuple[str, str]], list[tuple[int, str, str]]]


def _dates(cells: dict[int, str]) -> Found:
    """Dates in the one order that all of the column allows."""
    found: dict[int, tuple[str, str]] = {}
    left: list[tuple[int, str, str]] = []
    turned: dict[int, str] = {}
    serials: list[int] = []
    for at, cell in cells.items():
        if is_date(cell):
            continue
        read = readings(cell)
        if plain := read.get("plain"):
            found[at] = plain.isoformat(), "a date is written YYYY-MM-DD"
        elif read:
            turned[at] = cell
        elif excel_day(cell):
            serials.append(at)
    if serials:
        said = (
            f"{len(serials)} cell(s) such as {cells[serials[0]]!r} look like a spreadsheet's "
            "numbers of days, of which there are two countings"
        )
        remedy = "format the column as dates in the spreadsheet and save it again"
        left.append((serials[0], said, remedy))
    if turned:
        more, unsure = _turned(turned)
        found |= more
        left += unsure
    return found, left


def _turned(cells: dict[int, str]) -> Found:
    """Dates with the year last, by the order that the column shows."""
    read = {at: readings(cell) for at, cell in cells.items()}
    days = [at for at, one in read.items() if "month" not in one]
    months = [at for at, one in read.items() if "day" not in one]
    remedy = "write the dates as YYYY-MM-DD"
    if days and months:
        said = (
            f"{cells[days[0]]!r} can only have the day first, {cells[months[0]]!r} only the "
            "month: the column is in two orders"
        )
        return {}, [(months[0], said, remedy)]
    if days or months:
        order: Order = "day" if days else "month"
        why = f"the {order} stands first, as {cells[(days or months)[0]]!r} shows"
        return {at: (one[order].isoformat(), why) for at, one in read.items()}, []
    if all(one["day"] == one["month"] for one in read.values()):
        why = "day and month are the same"
        return {at: (one["day"].isoformat(), why) for at, one in read.items()}, []
    first = next(at for at, one in read.items() if one["day"] != one["month"])
    said = (
        f"{len(cells)} date(s) such as {cells[first]!r} may have the day or the month first: none "
        "of them has a day above 12"
    )
    return {}, [(first, said, remedy)]


def _numbers(cells: dict[int, str], *, comma_file: bool) -> Found:
    """Decimal commas, where the column or the file shows that they are."""
    commas = {at: cell for at, cell in cells.items() if decimal_comma(cell)}
    if not commas:
        return {}, []
    points = [at for at, cell in cells.items() if NUMBER.match(cell) and "." in cell]
    sure = [at for at, cell in commas.items() if not may_be_thousands(cell)]
    first = next(iter(commas))
    if points:
        said = f"{cells[first]!r} has a comma and {cells[points[0]]!r} a point for decimals"
        return {}, [(first, said, "write all with a point")]
    if not sure and comma_file:
        said = f"{cells[first]!r} may have a decimal comma, or one that parts thousands"
        return {}, [(first, said, "write it with a point, or without the comma")]
    why = (
        f"a decimal comma, as {cells[sure[0]]!r} shows"
        if sure
        else "a decimal comma, as semicolons part the cells of the file"
    )
    return {at: (decimal_comma(cell), why) for at, cell in commas.items()}, []


def _words(cells: dict[int, str], words: Sequence[str]) -> dict[int, tuple[str, str]]:
    """Words that differ from one of study.toml, and from one alone, by case, space or hyphen."""
    times = Counter(map(folded, words))
    alike = {folded(word): word for word in words if times[folded(word)] == 1}
    found: dict[int, tuple[str, str]] = {}
    for at, cell in cells.items():
        word = alike.get(folded(cell))
        if word is not None and cell not in words:
            found[at] = word, f"study.toml writes it {word!r}"
    return found
