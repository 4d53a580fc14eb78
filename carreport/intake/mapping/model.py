"""A mapping file as frozen values, and everything wrong with it."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from carreport.errors import BadInput, Problem
from carreport.intake.dates import NOMINAL_START
from carreport.study import schema
from carreport.study.settings import Settings

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

Unit = Literal["date", "days", "weeks", "months", "years", "study day"]
DateOrder = Literal["day first", "month first"]
DATED = tuple(name for name in schema.TABLES if name != "patients")
UNDECIDED = "?"
"""What a proposed mapping says where only a person can: it is never imported."""
ESSENTIAL = {"events": "date", "infusions": "date", "measurements": "value",
             "adverse_events": "term"}  # fmt: skip
"""The column without which a row of a table says nothing: where it is empty, there is no row."""


class Piece(BaseModel):
    """A part of a mapping: frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Text = Annotated[str, BeforeValidator(_as_text)]


class Given(Piece):
    """
    What fills one column: a column of the sheet, one value for all rows, or a day.

    Attributes:
        column: Name of the sheet's column.
        is_: The same value in every row (`is` in the file).
        values: What each value of the column becomes.
        order: Of dates written as text with the year last.
        unit: What a date column holds: dates, a time since the start, or a study day.
        day: Days after the start; 0 is the start.
    """

    column: str | None = None
    is_: Text | None = Field(default=None, alias="is")
    values: dict[str, Text] = {}
    order: DateOrder | None = None
    unit: Unit = "date"
    day: int | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(one is not None for one in (self.column, self.is_, self.day)) != 1:
            msg = "give one of column = the sheet's column, is = one value, day = days after the start"
            raise ValueError(msg)
        return self


def _given(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


Filled = Annotated[Given, BeforeValidator(_given)]
Wanted = Annotated[list[Text], BeforeValidator(lambda one: one if isinstance(one, list) else [one])]


class Rows(Piece):
    """[[sheet.rows]]: rows of a dated table, at most one out of each row of the sheet."""

    table: Literal["events", "infusions", "adverse_events", "measurements"]
    columns: dict[str, Filled] = Field(min_length=1)
    where: dict[str, Wanted] = {}

    @model_validator(mode="after")
    def _has_what_the_table_needs(self) -> Self:
        if open_ := [column for column, values in self.where.items() if UNDECIDED in values]:
            msg = f"say which value of {open_[0]!r} it is, in the place of {UNDECIDED}"
            raise ValueError(msg)
        known = schema.TABLES[self.table].columns
        needed = set(schema.TABLES[self.table].required_columns()) - {"patient_id"}
        if self.table == "infusions":
            needed -= {"infusion"}  # numbered by date
        if lacking := sorted(needed - self.columns.keys()):
            msg = f"{self.table} needs {', '.join(lacking)}"
            raise ValueError(msg)
        if self.table != "infusions" and (more := sorted(self.columns.keys() - known.keys())):
            msg = f"{self.table} has no column {', '.join(more)}; it has {', '.join(known)}"
            raise ValueError(msg)
        return self


class Part(Piece):
    """
    [[sheet]] or [[instrument]]: what one sheet or instrument feeds.

    `patients` may be empty: its rows then say who the patients are, and nothing else of them.
    """

    name: str
    patient: str
    header_row: int | None = Field(default=None, ge=1)
    header_rows: tuple[int, int] | None = None
    skip_hidden: bool = False
    order: DateOrder | None = None
    where: dict[str, Wanted] = {}
    patients: dict[str, Filled] | None = None
    rows: list[Rows] = []

    @property
    def header(self) -> tuple[int, ...] | None:
        """The rows of the column names; None where the file does not say."""
        if self.header_rows:
            return tuple(range(self.header_rows[0], self.header_rows[1] + 1))
        return (self.header_row,) if self.header_row else None

    @model_validator(mode="after")
    def _feeds_something(self) -> Self:
        if self.patients is None and not self.rows:
            msg = "feeds nothing: give it [sheet.patients] or [[sheet.rows]], or remove it"
            raise ValueError(msg)
        if self.header_rows and (self.header_row or self.header_rows[1] < self.header_rows[0]):
            msg = "give header_row, or header_rows = [first, last]"
            raise ValueError(msg)
        if "patient_id" in (self.patients or {}):
            msg = "patient_id is what patient = names; remove it"
            raise ValueError(msg)
        return self


class Mapping(Piece):
    """
    The whole of a mapping file.

    Attributes:
        version: 1.
        missing: Words that say that there is no value, in any column.
        settings: study.toml, as far as the files do not say it.
        sheet: Sheets of a workbook (instruments of an export stand here as well).
    """

    version: Literal[1] = 1
    missing: list[Text] = []
    settings: dict[str, Any] = {}
    sheet: list[Part] = Field(default=[], alias="instrument")

    @model_validator(mode="after")
    def _names_a_patient(self) -> Self:
        if not self.sheet:
            msg = "names no sheet: nothing would be imported"
            raise ValueError(msg)
        if all(one.patients is None for one in self.sheet):
            msg = "no part has [sheet.patients]: nobody would know who the patients are"
            raise ValueError(msg)
        return self


def read_mapping(path: Path, parts: str) -> Mapping:
    """
    Read a mapping file.

    Args:
        path: The file.
        parts: What its parts are called: sheet or instrument.

    Raises:
        BadInput: Everything wrong with it, at once.
    """
    name = path.name
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        found = f"cannot be read ({reason})"
        raise BadInput([Problem(name, 0, "", found, "--guess --out FILE writes one")]) from None
    except tomllib.TOMLDecodeError as error:
        raise BadInput([Problem(name, 0, "", f"is not TOML: {error}", "correct it")]) from None
    if (other := {"sheet", "instrument"} - {parts}) & content.keys():
        found = f"has [[{other.pop()}]], which is for another kind of file"
        raise BadInput([Problem(name, 0, "", found, f"write [[{parts}]]")])
    problems = list(_settings_problems(name, content.get("settings", {})))
    try:
        mapping = Mapping.model_validate(
            {("instrument" if key == parts else key): value for key, value in content.items()}
        )
    except ValidationError as error:
        problems += [_problem(name, one, parts) for one in error.errors()]
        raise BadInput(problems) from None
    if problems:
        raise BadInput(problems)
    return mapping


def settings_of(given: dict[str, Any], cutoff: dt.date | None = None) -> Settings:
    """
    The settings of a mapping, with a title and a cutoff where it has none.

    Raises:
        ValidationError: They are not those of a study.
    """
    study = {"title": "A study", "cutoff": NOMINAL_START, **dict(given.get("study", {}))}
    if cutoff:
        study["cutoff"] = cutoff
    return Settings.model_validate({**given, "study": study})


def _settings_problems(name: str, given: object) -> list[Problem]:
    if not isinstance(given, dict):
        return [Problem(name, 0, "settings", "is no table", "write [settings.study] and so on")]
    try:
        settings_of(given)
    except (ValidationError, TypeError, ValueError) as error:
        if not isinstance(error, ValidationError):
            return [Problem(name, 0, "settings.study", "is no table", "write [settings.study]")]
        return [_problem(name, one, "sheet", ("settings",)) for one in error.errors()]
    return []


def _problem(name: str, detail: Any, parts: str, above: tuple[str, ...] = ()) -> Problem:
    steps = [*above, *detail["loc"]]
    shown = [parts if one == "instrument" else one for one in steps]
    key = ".".join(str(one + 1) if isinstance(one, int) else str(one) for one in shown)
    match detail["type"]:
        case "missing":
            return Problem(name, 0, key, "is missing", "add it")
        case "literal_error" if detail["input"] == UNDECIDED:
            expected = detail["ctx"]["expected"]
            return Problem(name, 0, key, "is still to be decided", f"write one of {expected}")
        case "extra_forbidden":
            return Problem(name, 0, key, "is not a known key", "correct its spelling or remove it")
        case _:
            message = str(detail["msg"]).removeprefix("Value error, ")
            if isinstance(detail["input"], dict):
                return Problem(name, 0, key, message, "correct it")
            shown_input = repr(detail["input"])
            short = shown_input if len(shown_input) <= 60 else f"{shown_input[:57]}…"
            return Problem(name, 0, key, f"{message} (found {short})", "correct it")
