"""Sheets with a row per event, measurement, infusion or adverse event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from carreport.intake.guess import words
from carreport.intake.guess.model import Guessed, GuessedPart, GuessedRows, GuessedSettings, analyte
from carreport.intake.guess.quoting import quoted, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carreport.intake.guess.looking import Column

_ROLES: Final[dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]]] = {
    "adverse_events": (
        ("grade", words.GRADE, ()),
        ("category", words.CATEGORY, ()),
        ("term", words.TERM, ("levels", "text")),
        ("serious", words.SERIOUS, ("levels",)),
        ("related", words.RELATED, ("levels", "text")),
        ("end_date", words.END, ("date", "number")),
        ("start_date", words.ONSET, ("date", "number")),
        ("infusion", words.NUMBER, ("number", "levels")),
    ),
    "measurements": (
        ("unit", words.UNIT, ()),
        ("value", words.VALUE, ("number", "levels")),
        ("analyte", words.ANALYTE, ("levels", "text")),
        ("date", words.DATE, ("date", "number")),
        ("infusion", words.NUMBER, ("number", "levels")),
    ),
    "infusions": (
        ("date", words.DATE, ("date",)),
        ("dose", words.DOSE, ("number",)),
        ("infusion", words.NUMBER, ("number", "levels")),
    ),
    "events": (
        ("date", words.DATE, ("date",)),
        ("event", words.EVENT, ("levels", "text")),
        ("detail", words.DETAIL, ("levels", "text")),
    ),
}
"""Per table: column, the words it is known by, and what its cells must be."""
_NEEDED: Final = {
    "adverse_events": {"term", "grade"},
    "measurements": {"analyte", "value", "date"},
    "infusions": {"date"},
    "events": {"event", "date"},
}
_NAMED: Final = {
    "adverse_events": words.ADVERSE,
    "measurements": words.MEASURED,
    "infusions": words.INFUSIONS,
    "events": words.HAPPENED,
}


_STAND_INS: Final = (
    ("category", "Adverse events", "no column of headings was found: all stand under this one"),
    ("start_date", "", "no day of onset was found: it stays unknown"),
)


def table_of(name: str, columns: Sequence[Column], *, repeats: bool) -> str:
    """
    The dated table a sheet is, or "".

    Args:
        name: Of the sheet.
        columns: Without the patient's.
        repeats: Whether a patient has several rows.
    """
    for one, needed in _NEEDED.items():
        found = roles(one, columns)
        named = words.is_like(_NAMED[one], name)
        enough = needed <= found.keys() and (named or repeats)
        if enough and (one != "infusions" or named or "dose" in found):
            return one
    return ""


def roles(kind: str, columns: Sequence[Column]) -> dict[str, Column]:
    """Which column fills which column of a table: the first that is like it, each once."""
    found: dict[str, Column] = {}
    taken: set[str] = set()
    for role, pattern, kinds in _ROLES[kind]:
        for column in columns:
            fits = not kinds or column.kind in kinds
            if column.name not in taken and fits and words.is_like(pattern, *column.names):
                found[role] = column
                taken.add(column.name)
                break
    return found


def guess_long(
    part: GuessedPart, kind: str, columns: Sequence[Column], settings: GuessedSettings
) -> None:
    """Write down the rows of a dated table, and what is left of its sheet."""
    found = roles(kind, columns)
    made = [
        Guessed(role, _given(role, column), _why(role, column)) for role, column in found.items()
    ]
    if kind == "adverse_events":
        made += [
            Guessed(role, table(("is", quoted(text))), why)
            for role, text, why in _STAND_INS
            if role not in found
        ]
    part.rows.append(GuessedRows(kind, made, f"one row here is one row of {kind}"))
    if kind == "infusions" and "dose" in found and (unit := words.bracketed(found["dose"].name)):
        settings.blocks.append(f"[settings.exposure]\nunit = {quoted(unit)}")
    if kind == "measurements" and found["analyte"].levels:
        settings.blocks += [analyte(one, "") for one in found["analyte"].levels]
    if kind == "events" and found["event"].levels:
        settings.named(found["event"].levels)
    used = {column.name for column in found.values()}
    part.left += [(one.name, "nothing in its name says what it is") for one in columns if one.name not in used]  # fmt: skip


def guess_visits(part: GuessedPart, columns: Sequence[Column], settings: GuessedSettings) -> bool:
    """
    Write down a sheet with a row per visit: a date, and numbers measured on it.

    Returns:
        Whether it is one.
    """
    date = next((one for one in columns if one.kind == "date"), None)
    numbers = [one for one in columns if one.kind == "number"]
    if date is None or not numbers:
        return False
    for column in numbers:
        text = column.field.label or column.name
        name, unit = text.partition(" (")[0], words.bracketed(text)
        made = [
            Guessed("analyte", table(("is", quoted(name))), ""),
            Guessed("date", quoted(date.name), _why("date", date)),
            Guessed("value", quoted(column.name), ""),
        ]
        if unit:
            made.append(Guessed("unit", table(("is", quoted(unit))), ""))
        part.rows.append(GuessedRows("measurements", made, f"{column.name}, on the day of the row"))
        settings.blocks.append(analyte(name, unit))
    used = {date.name, *(one.name for one in numbers)}
    part.left += [(one.name, "several rows a patient: no value of one") for one in columns if one.name not in used]  # fmt: skip
    return True


def _given(role: str, column: Column) -> str:
    if role.endswith("date") and column.kind == "number":
        return table(("column", quoted(column.name)), ("unit", quoted("days")))
    return quoted(column.name)


def _why(role: str, column: Column) -> str:
    if role.endswith("date") and column.kind == "number":
        return 'numbers: taken for days since the start; say unit = "study day" or "months" if not'
    return column.unsure and f'say order = "day first" or "month first": {column.unsure}'
