"""
`study.toml` as frozen values: everything a study says about itself.

Nothing here knows a study; a key that is not listed is refused, so that a misspelling is
a message and not a default.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from carreport.errors import BadInput, Problem
from carreport.names import USUAL_DOCUMENTS
from carreport.study.words import key_of

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS_FILE = "study.toml"
ID_PATTERN = re.compile(r"^[a-z0-9][a-z0-9_]*$")
DOTTED_PATTERN = re.compile(r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")

Id = Annotated[str, Field(pattern=ID_PATTERN.pattern)]
DottedId = Annotated[str, Field(pattern=DOTTED_PATTERN.pattern)]
Scalar = bool | int | float | str


class Part(BaseModel):
    """A table of study.toml: frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Range(Part):
    """A condition on a number, or on whether there is a value at all."""

    min: float | None = None
    max: float | None = None
    missing: bool | None = None
    differs: Scalar | None = Field(default=None, alias="not")


Condition = Scalar | list[Scalar] | Range
Where = dict[str, Condition]


def _runs_upwards(id_: str, plausible: tuple[float, float] | None) -> None:
    if plausible and plausible[1] <= plausible[0]:
        msg = f"the plausible range of {id_} ends before it begins"
        raise ValueError(msg)


class StudyPart(Part):
    """[study]: what the study is called and the conventions it is reported by."""

    title: str
    cutoff: Annotated[dt.date, Field(strict=True)]
    short_title: str = ""
    citation: str = ""
    language: str = "en"
    interval: Literal["log-log", "log", "plain"] = "log-log"
    confidence: float = Field(default=0.95, gt=0.5, lt=1)
    quantile_type: Literal[2, 6, 7] = 7
    assume_alive: bool = False
    few_at_risk: int = Field(default=5, ge=1)
    documents: list[str] = list(USUAL_DOCUMENTS)
    analyses: list[str] = []
    house: Literal["", "nejm", "ama", "jama", "lancet"] = ""
    start_label: str = "start"
    data_statement: str = ""
    nominal_dates: bool = False


class GroupLevel(Part):
    """[[groups.level]]: one group of patients."""

    id: Id
    value: str
    label: str
    colour: str = Field(default="", pattern=r"^(#[0-9a-fA-F]{6})?$")


class Groups(Part):
    """[groups]: the column that divides the patients."""

    column: str
    compare: list[Id] = []
    withhold: list[str] = []
    level: list[GroupLevel] = Field(min_length=1)

    @model_validator(mode="after")
    def _levels_are_distinct(self) -> Self:
        ids = [level.id for level in self.level]
        values = [level.value for level in self.level]
        if len(set(ids)) < len(ids) or len(set(values)) < len(values):
            msg = "two levels share an id or a value"
            raise ValueError(msg)
        if len(self.compare) == 1:
            msg = "compare needs two or more groups, or none"
            raise ValueError(msg)
        return self


class Population(Part):
    """[[population]]: patients who satisfy every condition."""

    id: Id
    label: str
    where: Where


class Endpoint(Part):
    """[[endpoint]]: a time-to-event endpoint."""

    id: Id
    label: str
    events: list[str] = Field(min_length=1)
    landmarks: list[Annotated[int, Field(ge=0)]] = []
    competing: list[str] = []
    censored_by: list[str] = []
    start_event: str = ""
    first_day: Literal[0, 1] = 0
    population: Id | None = None
    definition: str = ""
    short: str = ""

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if both := [name for name in self.competing if name in self.events]:
            msg = f"{', '.join(both)} cannot end {self.id} and preclude it"
            raise ValueError(msg)
        if both := [name for name in self.censored_by if name in (*self.events, *self.competing)]:
            msg = f"{', '.join(both)} cannot be an event of {self.id} and censor it"
            raise ValueError(msg)
        if self.start_event and self.population is None:
            msg = f"{self.id} starts from {self.start_event}: name the population that has it"
            raise ValueError(msg)
        if twice := sorted({day for day in self.landmarks if self.landmarks.count(day) > 1}):
            msg = f"the landmark {', '.join(map(str, twice))} stands twice"
            raise ValueError(msg)
        return self


class BaselineLevel(Part):
    """One level of a categorical variable: as written, in ids, and as printed."""

    value: str
    id: str = Field(default="", pattern=r"^\w*$")
    label: str = ""


class Baseline(Part):
    """[[baseline]]: a variable known at the start."""

    id: Id
    column: str
    label: str
    kind: Literal["continuous", "categorical"]
    unit: str = ""
    decimals: int = Field(default=1, ge=0, le=6)
    levels: list[str | BaselineLevel] = []
    groups: list[Id] = []
    plausible: tuple[float, float] | None = None

    @model_validator(mode="after")
    def _can_be_out_of_range(self) -> Self:
        if self.plausible and self.kind == "categorical":
            msg = f"plausible is for continuous variables, {self.id} is categorical"
            raise ValueError(msg)
        _runs_upwards(self.id, self.plausible)
        return self

    def whole_levels(self) -> tuple[BaselineLevel, ...]:
        """The levels with the id and label each goes by."""
        whole = [
            one if isinstance(one, BaselineLevel) else BaselineLevel(value=one)
            for one in self.levels
        ]
        return tuple(
            BaselineLevel(
                value=one.value, id=one.id or key_of(one.value), label=one.label or one.value
            )
            for one in whole
        )


class Analyte(Part):
    """[[analyte]]: one value per patient out of dated measurements."""

    id: Id
    analyte: str
    label: str
    unit: str = ""
    summary: Literal["peak", "first", "last"] = "peak"
    window: tuple[int, int] | None = None
    infusion: int | None = None
    decimals: int = Field(default=1, ge=0, le=6)
    log: bool = False
    groups: list[Id] = []
    plausible: tuple[float, float] | None = None

    @model_validator(mode="after")
    def _window_runs_forward(self) -> Self:
        if self.window and self.window[1] < self.window[0]:
            msg = f"the window of {self.id} ends before it begins"
            raise ValueError(msg)
        _runs_upwards(self.id, self.plausible)
        return self


class Exposure(Part):
    """[exposure]: what the dose of an infusion is called and measured in."""

    label: str = "Dose"
    unit: str = ""
    decimals: int = Field(default=2, ge=0, le=6)


class Assessment(Part):
    """[[assessment]]: something that should be done within a window of days from the start."""

    id: Id
    label: str
    event: str | None = None
    analyte: str | None = None
    day: int = Field(ge=0)
    until: int
    population: Id | None = None
    groups: list[Id] = []

    @model_validator(mode="after")
    def _one_thing_in_time(self) -> Self:
        if (self.event is None) == (self.analyte is None):
            msg = "give either event = the event's name or analyte = what is measured"
            raise ValueError(msg)
        if self.until < self.day:
            msg = f"{self.id} is due until a day before it may be done"
            raise ValueError(msg)
        return self


class Category(Part):
    """[[adverse_events.category]]: terms printed together, zero rows included."""

    label: str
    terms: list[str] = []


class AdverseEvents(Part):
    """[adverse_events]: the scope of the adverse-event tables."""

    infusion: int | None = None
    groups: list[Id] = []
    scale: str = ""
    category: list[Category] = []


class Term(Part):
    """One adverse-event term in scope; made from [adverse_events] and the data."""

    id: str = Field(pattern=r"^\w+$")
    term: str
    label: str
    category: str
    where: Where
    infusion: int | None = None
    groups: list[Id] = []


class Infusion(Part):
    """Infusions of one number, or that many of them; made from the data."""

    id: str
    label: str
    number: int
    unit: str = ""
    decimals: int = 2


class Cause(Part):
    """One cause of death; made from the data."""

    id: str
    label: str
    where: Where


class Check(Part):
    """
    One question asked of the quality of the data; made from study.toml and the tables there are.

    `table` and `columns` are what is read, `place` the table and column a reader should look at.
    """

    id: str
    kind: str
    label: str
    table: str
    columns: tuple[str, ...]
    place: tuple[str, str]
    where: Where = {}
    bounds: tuple[float, float] | None = None
    population: Id | None = None
    groups: list[Id] = []
    infusion: int | None = None
    patients: tuple[str, ...] = ()
    among: tuple[str, ...] = ()


class CheckKind(Part):
    """Checks of one kind; made with them."""

    id: str
    label: str
    checks: tuple[Check, ...]


class Days(Part):
    """Whole days between two moments of a patient."""

    start: str = Field(default="start", alias="from")
    end: str = Field(alias="to")


class Derived(Part):
    """[[derived]]: one value per patient computed from dated rows after the cut."""

    column: str
    label: str = ""
    source: str | None = Field(default=None, alias="from")
    where: Where = {}
    take: Literal["count", "any", "first", "last", "max", "min", "join"] | None = None
    value: str | None = None
    after: str | None = None
    window: tuple[int, int] | None = None
    separator: str = "&"
    among: Where = {}
    default: Scalar | None = None
    days: Days | None = None

    @model_validator(mode="after")
    def _one_recipe(self) -> Self:
        if (self.days is None) == (self.source is None):
            msg = 'give either days = {…} or from = "table" with take = …'
            raise ValueError(msg)
        if self.source is not None and self.take is None:
            msg = "from = needs take = count, any, first, last, max, min or join"
            raise ValueError(msg)
        if self.take not in (None, "count", "any") and self.value is None:
            msg = f"take = {self.take!r} needs value = the column to take"
            raise ValueError(msg)
        if self.window is not None and self.after is None:
            msg = "window needs after = the moment it is counted from"
            raise ValueError(msg)
        return self


class SummaryItem(Part):
    """[[summary]]: distribution of one patient column in one population."""

    id: DottedId
    label: str
    column: str
    population: Id | None = None
    unit: str = ""
    decimals: int = Field(default=1, ge=0, le=6)


class ProportionItem(Part):
    """[[proportion]]: how many patients of a population satisfy a condition."""

    id: DottedId
    label: str
    where: Where
    population: Id | None = None
    by: list[str] = []


class CorrelationItem(Part):
    """[[correlation]]: two patient columns in one population."""

    id: DottedId
    label: str
    x: str
    y: str
    population: Id | None = None


class Contrast(Part):
    """[[contrast]]: one patient column between two or more populations."""

    id: DottedId
    label: str
    column: str
    between: list[Id] = Field(min_length=2)
    unit: str = ""
    decimals: int = Field(default=1, ge=0, le=6)


class Grading(Part):
    """[[grading]]: an ordered grade per patient, counted by group and compared."""

    id: DottedId
    label: str
    column: str
    levels: list[str] = Field(min_length=2)
    scale: str = ""
    groups: list[Id] = []


class Course(Part):
    """[[course]]: an analyte by day after one infusion, patient by patient."""

    id: DottedId
    label: str
    analyte: str
    infusion: int = 1
    population: Id | None = None
    unit: str = ""
    decimals: int = Field(default=1, ge=0, le=6)


class Peaks(Part):
    """[[peaks]]: the peak of an analyte after each infusion, patient by patient."""

    id: DottedId
    label: str
    analyte: str
    population: Id | None = None
    window: tuple[int, int] | None = None
    unit: str = ""
    decimals: int = Field(default=1, ge=0, le=6)


class ListingColumn(Part):
    """One column of a listing."""

    column: str
    label: str
    unit: str = ""
    decimals: int | None = None


class ListingItem(Part):
    """[[listing]]: patients as rows."""

    id: DottedId
    label: str
    columns: list[ListingColumn] = Field(min_length=1)
    population: Id | None = None
    sort: list[str] = []


class TableRow(Part):
    """One row of a baseline table: a heading, a variable's summary, or one level."""

    label: str = ""
    heading: str = ""
    variable: Id | None = None
    level: str | None = None
    show: Literal["median_range", "median_quartiles", "mean_sd", "count", "levels"] | None = None
    style: str = ""


class TableItem(Part):
    """[[table]]: how results are laid out as a table."""

    id: Id
    kind: Literal["baseline", "listing", "adverse_events"]
    title: str
    columns: list[str] = ["all"]
    rows: list[TableRow] = []
    listing: DottedId | None = None
    abbreviations: dict[str, str] = {}
    notes: list[str] = []
    wide: bool = False


class Panel(Part):
    """One panel of a figure."""

    endpoint: Id | None = None
    grading: DottedId | None = None
    analyte: Id | None = None
    course: DottedId | None = None
    peaks: DottedId | None = None
    title: str = ""


class LaneEvent(Part):
    """One kind of event that is marked on the patients' lanes."""

    event: str
    detail: str = ""
    label: str = ""

    @property
    def kind(self) -> str:
        """What tells it from the other kinds, as a moment of [[derived]] names it."""
        return f"{self.event}={self.detail}" if self.detail else self.event


class FigureItem(Part):
    """[[figure]]: how results are drawn."""

    id: Id
    kind: Literal[
        "survival", "incidence", "distribution", "course", "kinetics", "swimmer", "flow",
        "enrolment",
    ]  # fmt: skip
    title: str
    panels: list[Panel] = []
    events: list[LaneEvent] = []

    @model_validator(mode="after")
    def _has_what_its_kind_draws(self) -> Self:
        whole = self.kind in ("swimmer", "flow", "enrolment")
        if whole and self.panels:
            msg = f"a {self.kind} figure has no panels"
            raise ValueError(msg)
        if not (whole or self.panels):
            msg = f"a {self.kind} figure needs panels"
            raise ValueError(msg)
        if self.events and self.kind != "swimmer":
            msg = f"a {self.kind} figure marks no events"
            raise ValueError(msg)
        if twice := sorted({one.kind for one in self.events if self._marks(one.kind) > 1}):
            msg = f"{self.id} marks {', '.join(twice)} twice"
            raise ValueError(msg)
        return self

    def _marks(self, kind: str) -> int:
        return sum(one.kind == kind for one in self.events)


class Companion(Part):
    """[[companion]]: a patients.csv column known only from a date on."""

    column: str
    date: str


class Settings(Part):
    """The whole of study.toml."""

    study: StudyPart
    groups: Groups | None = None
    columns: dict[str, Literal["text", "number", "date"]] = {}
    companion: list[Companion] = []
    population: list[Population] = []
    endpoint: list[Endpoint] = []
    baseline: list[Baseline] = []
    analyte: list[Analyte] = []
    assessment: list[Assessment] = []
    exposure: Exposure = Exposure()
    adverse_events: AdverseEvents | None = None
    derived: list[Derived] = []
    summary: list[SummaryItem] = []
    proportion: list[ProportionItem] = []
    correlation: list[CorrelationItem] = []
    contrast: list[Contrast] = []
    grading: list[Grading] = []
    course: list[Course] = []
    peaks: list[Peaks] = []
    listing: list[ListingItem] = []
    table: list[TableItem] = []
    figure: list[FigureItem] = []

    @model_validator(mode="after")
    def _ids_are_distinct(self) -> Self:
        for name in (
            "population", "endpoint", "baseline", "analyte", "assessment", "table", "figure",
        ):  # fmt: skip
            ids = [item.id for item in getattr(self, name)]
            if twice := sorted({one for one in ids if ids.count(one) > 1}):
                msg = f"[[{name}]] uses the id {', '.join(twice)} twice"
                raise ValueError(msg)
        dotted = ("summary", "proportion", "correlation", "contrast", "grading", "course", "peaks")
        ids = [item.id for name in (*dotted, "listing") for item in getattr(self, name)]
        if twice := sorted({one for one in ids if ids.count(one) > 1}):
            msg = f"the id {', '.join(twice)} is used twice"
            raise ValueError(msg)
        return self

    def group_levels(self) -> tuple[GroupLevel, ...]:
        """The groups in their declared order; none without [groups]."""
        return tuple(self.groups.level) if self.groups else ()

    def compared(self) -> tuple[GroupLevel, ...]:
        """The groups that are compared, in the order of `compare`."""
        if self.groups is None:
            return ()
        by_id = {level.id: level for level in self.groups.level}
        return tuple(by_id[group] for group in self.groups.compare)


def read_settings(folder: Path) -> Settings:
    """
    Read `study.toml`.

    Raises:
        BadInput: There is none, it is not TOML, or keys are missing, unknown or wrong.
    """
    path = folder / SETTINGS_FILE
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise BadInput(
            [_problem("", "no such file", f"a study folder needs a {SETTINGS_FILE}")]
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            [_problem("", f"cannot be read ({error})", "save it as UTF-8 text")]
        ) from None
    try:
        return Settings.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise BadInput(
            [_problem("", f"is not TOML: {error}", "correct the syntax there")]
        ) from None
    except ValidationError as error:
        raise BadInput([_from_pydantic(detail) for detail in error.errors()]) from None


def _problem(key: str, found: str, remedy: str) -> Problem:
    return Problem(SETTINGS_FILE, 0, key, found, remedy)


def _from_pydantic(detail: Any) -> Problem:
    key = ".".join(str(step + 1) if isinstance(step, int) else str(step) for step in detail["loc"])
    match detail["type"]:
        case "missing":
            return _problem(key, "is missing", "add it")
        case "extra_forbidden":
            return _problem(key, "is not a known key", "correct its spelling or remove it")
        case "string_pattern_mismatch" if key.endswith("colour"):
            return _problem(key, f"{detail['input']!r} is no colour", "write it as #rrggbb")
        case "string_pattern_mismatch":
            remedy = (
                "use lower-case letters, digits and _ (general.particular where an id is dotted)"
            )
            return _problem(key, f"{detail['input']!r} cannot be an id", remedy)
        case "date_type" | "date_parsing" | "date_from_datetime_parsing":
            found = f"{detail['msg']} (found {_short(detail['input'])})"
            return _problem(key, found, "correct it: write YYYY-MM-DD, without quotes")
        case _:
            message = str(detail["msg"]).removeprefix("Value error, ")
            return _problem(key, f"{message} (found {_short(detail['input'])})", "correct it")


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
