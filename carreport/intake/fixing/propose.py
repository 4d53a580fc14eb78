"""The tables of a study folder, and what can be corrected in each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from carreport.errors import BadInput
from carreport.intake.fixing.columns import Expected, corrected
from carreport.intake.fixing.patch import unified
from carreport.intake.fixing.raw import Raw, read_raw, same_rows
from carreport.study import schema
from carreport.study.columns import columns_read, referenced, words_read
from carreport.study.files import Sheet, find_table, read_sheet
from carreport.study.forms import folded, tidy
from carreport.study.settings import SETTINGS_FILE, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from carreport.intake.fixing.raw import Cell
    from carreport.study.settings import Settings

_WORDS = {"events": "event", "measurements": "analyte", "adverse_events": "term"}


@dataclass(frozen=True, slots=True)
class Fix:
    """One cell that should be written otherwise; of a whole file where column is empty."""

    file: str
    line: int
    column: str
    old: str
    new: str
    why: str


@dataclass(frozen=True, slots=True)
class Left:
    """What is not proposed because it would be a guess."""

    file: str
    line: int
    column: str
    found: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """
    What is proposed for a study folder.

    Attributes:
        patch: Of its CSV files, for `patch -p1`; "" where nothing is proposed for them.
        fixes: Every cell of it, in the order of the tables.
        by_hand: Cells of other files, which no patch can change.
        left: What is not guessed.
    """

    patch: str
    fixes: tuple[Fix, ...]
    by_hand: tuple[Fix, ...]
    left: tuple[Left, ...]


def propose(folder: Path) -> Proposal:
    """
    What can be corrected in a study folder without a guess.

    Args:
        folder: The study folder; where study.toml cannot be read, only what every study has is
            looked at.
    """
    settings, left = _settings(folder)
    patches: list[str] = []
    fixes: list[Fix] = []
    by_hand: list[Fix] = []
    for name in schema.TABLES:
        path = _the_file(folder, name)
        if path is None:
            continue
        if path.suffix == ".csv":
            raw = read_raw(path)
            if raw is None or not raw.rows or not same_rows(raw):
                remedy = "correct it first; `carreport check` says where"
                left.append(Left(path.name, 0, "", "cannot be read as a table", remedy))
                continue
            patch, found, open_ = _of_text(name, path.name, raw, settings)
            patches.append(patch)
            fixes += found
        else:
            found, open_ = _of_other(name, path, settings)
            by_hand += found
        left += open_
    return Proposal("".join(patches), tuple(fixes), tuple(by_hand), tuple(left))


def _settings(folder: Path) -> tuple[Settings | None, list[Left]]:
    try:
        return read_settings(folder), []
    except BadInput as error:
        said = "cannot be read, so only columns that every study has are looked at"
        remedy = f"correct it first ({error.problems[0].found})"
        return None, [Left(SETTINGS_FILE, 0, "", said, remedy)]


def _the_file(folder: Path, name: str) -> Path | None:
    try:
        return find_table(folder, name)
    except BadInput:
        return None


def _of_text(
    name: str, file: str, raw: Raw, settings: Settings | None
) -> tuple[str, list[Fix], list[Left]]:
    (head_line, head), *body = raw.rows
    width = len(head)
    whole = [(line, row) for line, row in body if len(row) == width]
    header = [cell.value for cell in head]
    names = _names(name, header, settings)
    fixes = [
        Fix(file, head_line, names[at], cell.value, names[at], "the name of the column")
        for at, cell in enumerate(head)
        if cell.value != names[at]
    ]
    replaced: dict[Cell, str] = {
        cell: names[at] for at, cell in enumerate(head) if cell.value != names[at]
    }
    sign = ""
    if raw.sign != ",":
        sign = ","
        fixes.insert(0, Fix(file, head_line, "", raw.sign, ",", "commas part the cells"))
    columns = [[row[at].value for _, row in whole] for at in range(width)]
    lines = [line for line, _ in whole]
    found, left = _columns(name, file, names, columns, lines, settings, comma_file=raw.sign == ",")
    for at, position, fix in found:
        replaced[whole[position][1][at]] = fix.new
        fixes.append(fix)
    patch = unified(file, raw.text, raw.replaced(replaced, sign)) if fixes else ""
    return patch, fixes, left


def _of_other(name: str, path: Path, settings: Settings | None) -> tuple[list[Fix], list[Left]]:
    try:
        sheet = read_sheet(path)
    except BadInput:
        return [], []
    columns = [[row[at] for row in sheet.rows] for at in range(len(sheet.header))]
    found, left = _columns(name, path.name, sheet.header, columns, sheet.lines, settings)
    return [fix for _, _, fix in found], left


def _columns(
    name: str,
    file: str,
    names: Sequence[str],
    columns: Sequence[Sequence[str]],
    lines: Sequence[int],
    settings: Settings | None,
    *,
    comma_file: bool = True,
) -> tuple[list[tuple[int, int, Fix]], list[Left]]:
    rows = tuple(tuple(tidy(cell) for cell in row) for row in zip(*columns, strict=True))
    expected = _expected(name, Sheet(file, tuple(names), tuple(lines), rows), settings)
    found: list[tuple[int, int, Fix]] = []
    left: list[Left] = []
    times = Counter(names)
    for at, column in enumerate(names):
        if column not in expected or times[column] > 1:
            continue
        proposal = corrected(columns[at], expected[column], comma_file=comma_file)
        found += [
            (at, position, Fix(file, lines[position], column, columns[at][position], new, why))
            for position, (new, why) in proposal.cells.items()
        ]
        left += [
            Left(file, lines[position], column, what, remedy)
            for position, what, remedy in proposal.left
        ]
    return found, left


def _names(table: str, header: Sequence[str], settings: Settings | None) -> list[str]:
    """The header as it should be: known names where one alone is meant, otherwise as written."""
    known = set(schema.TABLES[table].columns)
    if settings and table == "patients":
        known |= referenced(settings)
    plain = [tidy(cell) for cell in header]
    alike: dict[str, list[str]] = {}
    for one in known - set(plain):
        alike.setdefault(folded(one), []).append(one)
    times = Counter(folded(one) for one in plain)
    return [
        alike[folded(one)][0]
        if one not in known and len(alike.get(folded(one), ())) == 1 and times[folded(one)] == 1
        else one
        for one in plain
    ]


def _expected(table: str, sheet: Sheet, settings: Settings | None) -> Mapping[str, Expected]:
    columns = (
        columns_read(table, sheet, settings)
        if settings
        else {
            one: what for one, what in schema.TABLES[table].columns.items() if one in sheet.header
        }
    )
    expected = {one: Expected(what.kind, what.blank) for one, what in columns.items()}
    if settings is None:
        return expected
    if table == "patients":
        for column, blank, words in _levels(settings):
            if column in expected:
                expected[column] = Expected("text", blank, words, closed=True)
    elif table in _WORDS and _WORDS[table] in expected:
        column = _WORDS[table]
        words = tuple(sorted(words_read(settings)[column]))
        expected[column] = Expected("text", columns[column].blank, words)
    return expected


def _levels(settings: Settings) -> Iterator[tuple[str, bool, tuple[str, ...]]]:
    """Columns of which study.toml lists the values, and whether a cell may be empty."""
    for item in settings.baseline:
        if item.levels:
            yield item.column, True, tuple(one.value for one in item.whole_levels())
    if settings.groups:
        yield settings.groups.column, False, tuple(one.value for one in settings.groups.level)
