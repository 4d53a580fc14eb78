"""
What an analysis may return.

A shape is a frozen dataclass. Every field carries its unit in its type and becomes one row of
the results; a field annotated with KEY distinguishes repetitions and goes into the id; a tuple
of shapes becomes the rows of each. `None` is "not estimable" unless the unit is marked
NotReached, in which case it is "not reached". NaN and infinity are refused. A plain `method` text on a shape, when not empty, says which variant of the
method the data allowed (exact or asymptotic, say) and replaces the declared one in the rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Final, Protocol, runtime_checkable

from carreport.units import (
    COEFFICIENT,
    COUNT,
    DAYS,
    EVENTS,
    FRACTION,
    LEVEL,
    MEASUREMENT,
    P_VALUE,
    PATIENTS,
    RATIO,
    STATISTIC,
    SURVIVAL,
    TEXT,
    Unit,
)


@dataclass(frozen=True, slots=True)
class Key:
    """Marks a field that distinguishes repetitions; it goes into the id, not into a row."""


@dataclass(frozen=True, slots=True)
class NotReached:
    """Marks a field whose None means the curve never crossed, not that nothing can be said."""


@dataclass(frozen=True, slots=True)
class Operands:
    """Names the sibling fields a field is computed from, with their roles."""

    roles: tuple[tuple[str, str], ...]


KEY: Final = Key()
NOT_REACHED: Final = NotReached()
OF_K_AND_N: Final = Operands((("numerator", "k"), ("denominator", "n")))


def _of(*fields: str) -> Operands:
    """Computed from these fields beside it."""
    return Operands(tuple((f"component {at}", one) for at, one in enumerate(fields, start=1)))


@runtime_checkable
class Shape(Protocol):
    """Any of the dataclasses below."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Count:
    """How many patients."""

    n: Annotated[int, PATIENTS]


@dataclass(frozen=True, slots=True)
class Proportion:
    """k of n patients with exact limits."""

    k: Annotated[int, PATIENTS]
    n: Annotated[int, PATIENTS]
    rate: Annotated[float | None, FRACTION, OF_K_AND_N]
    lower: Annotated[float | None, FRACTION, OF_K_AND_N]
    upper: Annotated[float | None, FRACTION, OF_K_AND_N]
    level: Annotated[float, LEVEL]


@dataclass(frozen=True, slots=True)
class Summary:
    """Distribution of one continuous variable; quartiles by the declared definition."""

    n: Annotated[int, PATIENTS]
    missing: Annotated[int, PATIENTS]
    mean: Annotated[float | None, MEASUREMENT]
    sd: Annotated[float | None, MEASUREMENT]
    median: Annotated[float | None, MEASUREMENT]
    q1: Annotated[float | None, MEASUREMENT]
    q3: Annotated[float | None, MEASUREMENT]
    min: Annotated[float | None, MEASUREMENT]
    max: Annotated[float | None, MEASUREMENT]


@dataclass(frozen=True, slots=True)
class PeakDays:
    """The day of the highest value, over patients."""

    n: Annotated[int, PATIENTS]
    day_median: Annotated[float | None, DAYS]
    day_min: Annotated[float | None, DAYS]
    day_max: Annotated[float | None, DAYS]


@dataclass(frozen=True, slots=True)
class LevelCount:
    """Patients at one level of a categorical variable, of those with a value."""

    level: Annotated[str, KEY]
    count: Annotated[int, PATIENTS]
    percent: Annotated[
        float | None, FRACTION, Operands((("numerator", "count"), ("denominator", "n")))
    ]


@dataclass(frozen=True, slots=True)
class Levels:
    """Distribution of one categorical variable."""

    n: Annotated[int, PATIENTS]
    missing: Annotated[int, PATIENTS]
    levels: tuple[LevelCount, ...]


@dataclass(frozen=True, slots=True)
class Landmark:
    """Kaplan-Meier estimate at one day; None past the last follow-up with patients at risk."""

    day: Annotated[int, KEY]
    rate: Annotated[float | None, SURVIVAL]
    se: Annotated[float | None, SURVIVAL]
    lower: Annotated[float | None, SURVIVAL, _of("rate", "se")]
    upper: Annotated[float | None, SURVIVAL, _of("rate", "se")]
    at_risk: Annotated[int, PATIENTS]


@dataclass(frozen=True, slots=True)
class Survival:
    """One time-to-event endpoint in one group of patients."""

    n: Annotated[int, PATIENTS]
    events: Annotated[int, EVENTS]
    censored: Annotated[int, PATIENTS, _of("n", "events")]
    median: Annotated[float | None, DAYS, NOT_REACHED]
    median_lower: Annotated[float | None, DAYS, NOT_REACHED]
    median_upper: Annotated[float | None, DAYS, NOT_REACHED]
    followup_median: Annotated[float | None, DAYS, NOT_REACHED]
    followup_min: Annotated[float | None, DAYS]
    followup_max: Annotated[float | None, DAYS]
    observed_median: Annotated[float | None, DAYS]
    landmarks: tuple[Landmark, ...] = ()


@dataclass(frozen=True, slots=True)
class Incidence:
    """Aalen-Johansen cumulative incidence of one cause at one day."""

    cause: Annotated[str, KEY]
    day: Annotated[int, KEY]
    incidence: Annotated[float | None, SURVIVAL]
    se: Annotated[float | None, SURVIVAL]
    lower: Annotated[float | None, SURVIVAL, _of("incidence", "se")]
    upper: Annotated[float | None, SURVIVAL, _of("incidence", "se")]


@dataclass(frozen=True, slots=True)
class LogRank:
    """Log-rank comparison of two or more groups."""

    logrank_chi2: Annotated[float | None, STATISTIC]
    logrank_df: Annotated[int, COUNT]
    logrank_p: Annotated[float | None, P_VALUE, _of("logrank_chi2", "logrank_df")]


@dataclass(frozen=True, slots=True)
class HazardRatio:
    """Cox model with one two-level covariate; first group against second."""

    hazard_ratio: Annotated[float | None, RATIO]
    hazard_ratio_lower: Annotated[float | None, RATIO]
    hazard_ratio_upper: Annotated[float | None, RATIO]
    hazard_ratio_level: Annotated[float, LEVEL]
    method: str = ""


@dataclass(frozen=True, slots=True)
class GrayTest:
    """Gray's k-sample test for one cause."""

    cause: Annotated[str, KEY]
    gray_chi2: Annotated[float | None, STATISTIC]
    gray_df: Annotated[int, COUNT]
    gray_p: Annotated[float | None, P_VALUE, _of("gray_chi2", "gray_df")]


@dataclass(frozen=True, slots=True)
class RankTest:
    """
    Two-sample rank-sum test, exact conditional on the ties.

    `attainable_p` is the smallest two-sided p these sample sizes and ties can give.
    """

    mannwhitney_u: Annotated[float | None, STATISTIC]
    mannwhitney_p: Annotated[float | None, P_VALUE, _of("mannwhitney_u")]
    attainable_p: Annotated[float | None, P_VALUE]
    method: str = ""


@dataclass(frozen=True, slots=True)
class KruskalWallis:
    """k-sample rank test, chi-squared approximation with tie correction."""

    kruskal_h: Annotated[float | None, STATISTIC]
    kruskal_p: Annotated[float | None, P_VALUE, _of("kruskal_h")]
    method: str = ""


@dataclass(frozen=True, slots=True)
class SignedRank:
    """Paired signed-rank test, exact conditional on the ties; zero differences dropped."""

    pairs: Annotated[int, PATIENTS]
    signedrank_v: Annotated[float | None, STATISTIC]
    signedrank_p: Annotated[float | None, P_VALUE, _of("signedrank_v", "pairs")]
    attainable_p: Annotated[float | None, P_VALUE]
    method: str = ""


@dataclass(frozen=True, slots=True)
class FisherTest:
    """Fisher's exact test of an r by c table."""

    fisher_p: Annotated[float | None, P_VALUE]
    method: str = ""


@dataclass(frozen=True, slots=True)
class Correlation:
    """Product-moment correlation with Fisher's z interval."""

    r: Annotated[float | None, COEFFICIENT]
    p: Annotated[float | None, P_VALUE, _of("r", "n")]
    n: Annotated[int, PATIENTS]
    lower: Annotated[float | None, COEFFICIENT, _of("r", "n", "level")]
    upper: Annotated[float | None, COEFFICIENT, _of("r", "n", "level")]
    level: Annotated[float, LEVEL]


@dataclass(frozen=True, slots=True)
class GradeCount:
    """Patients with one adverse event at one maximum grade (or any, or 3 and above)."""

    grade: Annotated[str, KEY]
    patients: Annotated[int, PATIENTS]
    percent: Annotated[
        float | None, FRACTION, Operands((("numerator", "patients"), ("denominator", "n")))
    ]


@dataclass(frozen=True, slots=True)
class Grades:
    """One adverse-event term in one group, each patient once at the maximum grade."""

    n: Annotated[int, PATIENTS]
    grades: tuple[GradeCount, ...]


@dataclass(frozen=True, slots=True)
class Bundle:
    """Several shapes of one analysis, their rows side by side."""

    parts: tuple[Shape, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class ListingColumn:
    """One column of a listing; its cells are numbers in *unit*, or text."""

    name: str
    label: str
    unit: Unit


@dataclass(frozen=True, slots=True)
class Listing:
    """
    A listed table of results: curves, courses, patients.

    A cell's id is the listing's id, the column, and the values of the key columns.

    Attributes:
        name: Field name in the id; empty when the analysis is the listing.
        key: Names of the columns that tell rows apart.
        columns: In order, the key columns first.
        rows: Cells; None is "not estimable" in a number column, empty in a text column.
        shown: What a reader sees instead of the formatted cell, where not empty; or no rows.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[ListingColumn, ...]
    rows: tuple[tuple[float | str | None, ...], ...]
    shown: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """Cells of the data by origin."""

    origin: Annotated[str, KEY]
    cells: Annotated[int, COUNT]
    percent: Annotated[float | None, FRACTION]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something stated as text."""

    value: Annotated[str, TEXT]
