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


@dataclass(frozen=True, slots=True)
class Says:
    """
    What a field is, in a sentence for a reader.

    Attributes:
        text: The sentence; keys of the shape may stand in braces.
    """

    text: str


KEY: Final = Key()
NOT_REACHED: Final = NotReached()
OF_K_AND_N: Final = Operands((("numerator", "k"), ("denominator", "n")))


def _of(*fields: str) -> Operands:
    """Computed from these fields beside it."""
    return Operands(tuple((f"component {at}", one) for at, one in enumerate(fields, start=1)))


def _share(numerator: str, denominator: str = "n") -> Operands:
    """One field as a part of another."""
    return Operands((("numerator", numerator), ("denominator", denominator)))


@runtime_checkable
class Shape(Protocol):
    """Any of the dataclasses below."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Count:
    """How many patients."""

    n: Annotated[int, PATIENTS, Says("How many patients there are.")]


@dataclass(frozen=True, slots=True)
class Course:
    """What became of the patients who entered."""

    n: Annotated[int, PATIENTS, Says("Patients who had started.")]
    died: Annotated[int, PATIENTS, Says("Patients who had died.")]
    died_share: Annotated[
        float | None, FRACTION, _share("died"), Says("Those who had died, as a share of all.")
    ]
    alive: Annotated[
        int,
        PATIENTS,
        _of("n", "died"),
        Says("Patients not known to have died: alive when last seen."),
    ]
    alive_share: Annotated[
        float | None,
        FRACTION,
        _share("alive"),
        Says("Those not known to have died, as a share of all."),
    ]


@dataclass(frozen=True, slots=True)
class Treated:
    """Who was infused, and who more than once."""

    entered: Annotated[int, PATIENTS, Says("Patients who had started, infused or not.")]
    infused: Annotated[int, PATIENTS, Says("Patients with one infusion or more.")]
    infused_share: Annotated[
        float | None,
        FRACTION,
        _share("infused", "entered"),
        Says("Those infused, as a share of all."),
    ]
    reinfused: Annotated[int, PATIENTS, Says("Patients with two infusions or more.")]
    reinfused_share: Annotated[
        float | None,
        FRACTION,
        _share("reinfused", "entered"),
        Says("Those infused twice or more, as a share of all."),
    ]


@dataclass(frozen=True, slots=True)
class Exposure:
    """Infusions given."""

    n: Annotated[int, PATIENTS, Says("Patients, infused or not.")]
    total: Annotated[int, COUNT, Says("Infusions given.")]
    most: Annotated[int | None, COUNT, Says("Most infusions of one patient.")]


@dataclass(frozen=True, slots=True)
class InfusionsHad:
    """Patients who had so many infusions."""

    n: Annotated[int, PATIENTS, Says("Patients, infused or not.")]
    patients: Annotated[int, PATIENTS, Says("Patients who had exactly so many infusions.")]
    percent: Annotated[
        float | None,
        FRACTION,
        _share("patients"),
        Says("Patients who had exactly so many, as a share of all."),
    ]


@dataclass(frozen=True, slots=True)
class Given:
    """One infusion by its number."""

    patients: Annotated[int, PATIENTS, Says("Patients who had this infusion.")]


@dataclass(frozen=True, slots=True)
class Interval:
    """Days between an infusion and the one before it, over patients."""

    interval_n: Annotated[int, PATIENTS, Says("Patients with this infusion and another before it.")]
    interval_median: Annotated[
        float | None, DAYS, Says("Median of the days since the patient's infusion before it.")
    ]
    interval_min: Annotated[
        float | None, DAYS, Says("Fewest days since the patient's infusion before it.")
    ]
    interval_max: Annotated[
        float | None, DAYS, Says("Most days since the patient's infusion before it.")
    ]


@dataclass(frozen=True, slots=True)
class Dose:
    """The dose of one infusion, over patients."""

    dose_n: Annotated[int, PATIENTS, Says("Patients whose dose is known.")]
    dose_missing: Annotated[int, PATIENTS, Says("Patients infused whose dose is not recorded.")]
    dose_median: Annotated[float | None, MEASUREMENT, Says("Median dose.")]
    dose_q1: Annotated[float | None, MEASUREMENT, Says("First quartile of the doses.")]
    dose_q3: Annotated[float | None, MEASUREMENT, Says("Third quartile of the doses.")]
    dose_min: Annotated[float | None, MEASUREMENT, Says("Smallest dose.")]
    dose_max: Annotated[float | None, MEASUREMENT, Says("Largest dose.")]


@dataclass(frozen=True, slots=True)
class Deaths:
    """Deaths among the patients."""

    n: Annotated[int, PATIENTS, Says("Patients who had started.")]
    died: Annotated[int, PATIENTS, Says("Patients who had died.")]
    share: Annotated[
        float | None, FRACTION, _share("died"), Says("Those who had died, as a share of all.")
    ]


@dataclass(frozen=True, slots=True)
class OutOfScope:
    """Adverse events that the tables of adverse events leave out."""

    rows: Annotated[int, COUNT, Says("Adverse events outside the declared scope.")]
    patients: Annotated[int, PATIENTS, Says("Patients with an adverse event outside the scope.")]


@dataclass(frozen=True, slots=True)
class DeathsOfCause:
    """Deaths of one cause."""

    count: Annotated[int, PATIENTS, Says("Patients who had died of this cause.")]


@dataclass(frozen=True, slots=True)
class Checked:
    """One question asked of the quality of the data."""

    n: Annotated[int, COUNT, Says("Cells or rows looked at.")]
    notes: Annotated[int, COUNT, Says("How many of them call for a note.")]


@dataclass(frozen=True, slots=True)
class Notes:
    """All notes of one kind."""

    n: Annotated[int, COUNT, Says("Notes of this kind.")]
    patients: Annotated[int, PATIENTS, Says("Patients with a note of this kind.")]


@dataclass(frozen=True, slots=True)
class Assessed:
    """One assessment that is due within a window of days: in time, late, overdue, not due."""

    n: Annotated[int, PATIENTS, Says("Patients the assessment is asked of.")]
    done: Annotated[int, PATIENTS, Says("Patients assessed within the window.")]
    late: Annotated[int, PATIENTS, Says("Patients assessed only after the window.")]
    overdue: Annotated[
        int,
        PATIENTS,
        Says("Patients followed beyond the window and not assessed from its first day on."),
    ]
    not_due: Annotated[
        int,
        PATIENTS,
        Says(
            "Patients not assessed whose follow-up has not gone beyond the window, for whatever reason."
        ),
    ]


@dataclass(frozen=True, slots=True)
class Proportion:
    """k of n patients with exact limits."""

    k: Annotated[int, PATIENTS, Says("Patients of whom it is true.")]
    n: Annotated[int, PATIENTS, Says("Patients it could be true of.")]
    rate: Annotated[
        float | None, FRACTION, OF_K_AND_N, Says("Share of the patients of whom it is true.")
    ]
    lower: Annotated[
        float | None,
        FRACTION,
        OF_K_AND_N,
        Says("Lower exact (Clopper-Pearson) confidence limit of that share."),
    ]
    upper: Annotated[
        float | None,
        FRACTION,
        OF_K_AND_N,
        Says("Upper exact (Clopper-Pearson) confidence limit of that share."),
    ]
    level: Annotated[float, LEVEL, Says("Two-sided confidence level of the limits.")]


@dataclass(frozen=True, slots=True)
class Undecided:
    """Patients of whom a condition cannot be judged."""

    undecided: Annotated[
        int,
        PATIENTS,
        Says("Patients of whom it cannot be said, a value being blank; they count as not so."),
    ]


@dataclass(frozen=True, slots=True)
class Summary:
    """Distribution of one continuous variable; quartiles by the declared definition."""

    n: Annotated[int, PATIENTS, Says("Patients with a value.")]
    missing: Annotated[int, PATIENTS, Says("Patients without a value.")]
    mean: Annotated[float | None, MEASUREMENT, Says("Mean of the values.")]
    sd: Annotated[float | None, MEASUREMENT, Says("Standard deviation of the values.")]
    median: Annotated[float | None, MEASUREMENT, Says("Median of the values.")]
    q1: Annotated[float | None, MEASUREMENT, Says("First quartile of the values.")]
    q3: Annotated[float | None, MEASUREMENT, Says("Third quartile of the values.")]
    min: Annotated[float | None, MEASUREMENT, Says("Smallest value.")]
    max: Annotated[float | None, MEASUREMENT, Says("Largest value.")]


@dataclass(frozen=True, slots=True)
class PeakDays:
    """The day of the highest value, over patients."""

    n: Annotated[int, PATIENTS, Says("Patients with a measurement.")]
    day_median: Annotated[
        float | None, DAYS, Says("Median over patients of the day of the highest value.")
    ]
    day_min: Annotated[float | None, DAYS, Says("Earliest day of a highest value.")]
    day_max: Annotated[float | None, DAYS, Says("Latest day of a highest value.")]


@dataclass(frozen=True, slots=True)
class LevelCount:
    """Patients at one level of a categorical variable, of those with a value."""

    level: Annotated[str, KEY]
    count: Annotated[int, PATIENTS, Says("Patients at this level.")]
    percent: Annotated[
        float | None,
        FRACTION,
        Operands((("numerator", "count"), ("denominator", "n"))),
        Says("Patients at this level, as a share of those with a value."),
    ]


@dataclass(frozen=True, slots=True)
class Levels:
    """Distribution of one categorical variable."""

    n: Annotated[int, PATIENTS, Says("Patients with a value.")]
    missing: Annotated[int, PATIENTS, Says("Patients without a value.")]
    levels: tuple[LevelCount, ...]


@dataclass(frozen=True, slots=True)
class Landmark:
    """Kaplan-Meier estimate at one day; None past the last follow-up with patients at risk."""

    day: Annotated[int, KEY]
    rate: Annotated[
        float | None,
        SURVIVAL,
        Says(
            "Kaplan-Meier estimate of the probability that a patient is free of the event on day {day}."
        ),
    ]
    se: Annotated[
        float | None, SURVIVAL, Says("Greenwood standard error of the estimate for day {day}.")
    ]
    lower: Annotated[
        float | None,
        SURVIVAL,
        _of("rate", "se"),
        Says("Lower limit of the pointwise confidence interval for day {day}."),
    ]
    upper: Annotated[
        float | None,
        SURVIVAL,
        _of("rate", "se"),
        Says("Upper limit of the pointwise confidence interval for day {day}."),
    ]
    at_risk: Annotated[
        int, PATIENTS, Says("Patients followed for {day} days or longer without the event.")
    ]


@dataclass(frozen=True, slots=True)
class Survival:
    """One time-to-event endpoint in one group of patients."""

    n: Annotated[int, PATIENTS, Says("Patients in the analysis.")]
    events: Annotated[int, EVENTS, Says("Patients with the event in all follow-up.")]
    censored: Annotated[
        int, PATIENTS, _of("n", "events"), Says("Patients without the event when follow-up ended.")
    ]
    event_share: Annotated[
        float | None,
        FRACTION,
        _share("events"),
        Says("Patients with the event, as a share of all in the analysis."),
    ]
    median: Annotated[
        float | None,
        DAYS,
        NOT_REACHED,
        Says("The time at which the Kaplan-Meier curve falls to one half."),
    ]
    median_lower: Annotated[
        float | None,
        DAYS,
        NOT_REACHED,
        Says("The time at which the lower confidence limit of the curve falls to one half."),
    ]
    median_upper: Annotated[
        float | None,
        DAYS,
        NOT_REACHED,
        Says(
            "The time at which the upper confidence limit of the curve falls to one half; not reached where it stays above."
        ),
    ]
    followup_median: Annotated[
        float | None,
        DAYS,
        NOT_REACHED,
        Says(
            "Median follow-up by reverse Kaplan-Meier: the event ends observation, and the end of follow-up counts as the event."
        ),
    ]
    followup_min: Annotated[
        float | None, DAYS, Says("Shortest observed time, whether it ended with the event or not.")
    ]
    followup_max: Annotated[
        float | None, DAYS, Says("Longest observed time, whether it ended with the event or not.")
    ]
    observed_median: Annotated[
        float | None,
        DAYS,
        Says(
            "Middle of the observed times, whether they ended with the event or not; no Kaplan-Meier estimate."
        ),
    ]
    landmarks: tuple[Landmark, ...] = ()


@dataclass(frozen=True, slots=True)
class Maturity:
    """How much of the data on one day is in."""

    day: Annotated[int, KEY]
    in_analysis: Annotated[int, PATIENTS, Says("Patients in the analysis.")]
    potential: Annotated[
        int, PATIENTS, Says("Patients who started {day} days or longer before the data cutoff.")
    ]
    known: Annotated[
        int,
        PATIENTS,
        Says(
            "Patients whose state on day {day} is known: followed to it, or with the event or a competing one before."
        ),
    ]
    mature: Annotated[
        float | None,
        FRACTION,
        _share("known", "in_analysis"),
        Says("Patients whose state on day {day} is known, as a share of all in the analysis."),
    ]


@dataclass(frozen=True, slots=True)
class Incidence:
    """Aalen-Johansen cumulative incidence of one cause at one day."""

    cause: Annotated[str, KEY]
    day: Annotated[int, KEY]
    incidence: Annotated[
        float | None,
        SURVIVAL,
        Says("Probability of {cause} by day {day}, the other causes competing."),
    ]
    se: Annotated[
        float | None, SURVIVAL, Says("Standard error of the cumulative incidence on day {day}.")
    ]
    lower: Annotated[
        float | None,
        SURVIVAL,
        _of("incidence", "se"),
        Says("Lower limit of the pointwise confidence interval on day {day}."),
    ]
    upper: Annotated[
        float | None,
        SURVIVAL,
        _of("incidence", "se"),
        Says("Upper limit of the pointwise confidence interval on day {day}."),
    ]


@dataclass(frozen=True, slots=True)
class LogRank:
    """Log-rank comparison of two or more groups."""

    logrank_chi2: Annotated[float | None, STATISTIC, Says("Log-rank statistic.")]
    logrank_df: Annotated[int, COUNT, Says("Degrees of freedom: one less than the groups.")]
    logrank_p: Annotated[
        float | None,
        P_VALUE,
        _of("logrank_chi2", "logrank_df"),
        Says(
            "Probability of a difference between the curves at least as large if the groups shared one."
        ),
    ]


@dataclass(frozen=True, slots=True)
class HazardRatio:
    """Cox model with one two-level covariate; first group against second."""

    hazard_ratio: Annotated[
        float | None, RATIO, Says("Hazard of the first group relative to the second.")
    ]
    hazard_ratio_lower: Annotated[
        float | None, RATIO, Says("Lower confidence limit of the hazard ratio.")
    ]
    hazard_ratio_upper: Annotated[
        float | None, RATIO, Says("Upper confidence limit of the hazard ratio.")
    ]
    hazard_ratio_level: Annotated[float, LEVEL, Says("Two-sided confidence level of the limits.")]
    method: str = ""


@dataclass(frozen=True, slots=True)
class GrayTest:
    """Gray's k-sample test for one cause."""

    cause: Annotated[str, KEY]
    gray_chi2: Annotated[float | None, STATISTIC, Says("Gray's statistic for {cause}.")]
    gray_df: Annotated[int, COUNT, Says("Degrees of freedom: one less than the groups.")]
    gray_p: Annotated[
        float | None,
        P_VALUE,
        _of("gray_chi2", "gray_df"),
        Says(
            "Probability of a difference in the cumulative incidence of {cause} at least as large if the groups shared one."
        ),
    ]


@dataclass(frozen=True, slots=True)
class RankTest:
    """
    Two-sample rank-sum test, exact conditional on the ties.

    `attainable_p` is the smallest two-sided p these sample sizes and ties can give.
    """

    mannwhitney_u: Annotated[
        float | None,
        STATISTIC,
        Says("Pairs in which the value of the first group is the higher; ties count half."),
    ]
    mannwhitney_p: Annotated[
        float | None,
        P_VALUE,
        _of("mannwhitney_u"),
        Says("Probability of a rank sum at least as extreme if the groups were alike."),
    ]
    attainable_p: Annotated[
        float | None, P_VALUE, Says("The smallest p that samples of these sizes and ties can give.")
    ]
    method: str = ""


@dataclass(frozen=True, slots=True)
class KruskalWallis:
    """k-sample rank test, chi-squared approximation with tie correction."""

    kruskal_h: Annotated[
        float | None, STATISTIC, Says("Kruskal-Wallis statistic, corrected for ties.")
    ]
    kruskal_df: Annotated[
        int, COUNT, Says("Degrees of freedom: one less than the groups with a value.")
    ]
    kruskal_p: Annotated[
        float | None,
        P_VALUE,
        _of("kruskal_h", "kruskal_df"),
        Says("Probability of a statistic at least as large if the groups were alike."),
    ]
    method: str = ""


@dataclass(frozen=True, slots=True)
class SignedRank:
    """Paired signed-rank test, exact conditional on the ties; zero differences dropped."""

    pairs: Annotated[int, PATIENTS, Says("Pairs whose two values differ or not, both known.")]
    signedrank_v: Annotated[
        float | None, STATISTIC, Says("Sum of the ranks of the positive differences.")
    ]
    signedrank_p: Annotated[
        float | None,
        P_VALUE,
        _of("signedrank_v", "pairs"),
        Says(
            "Probability of a sum of ranks at least as extreme if neither value tended to be the higher."
        ),
    ]
    attainable_p: Annotated[
        float | None, P_VALUE, Says("The smallest p that so many pairs can give.")
    ]
    method: str = ""


@dataclass(frozen=True, slots=True)
class FisherTest:
    """Fisher's exact test of an r by c table."""

    fisher_p: Annotated[
        float | None,
        P_VALUE,
        Says(
            "Probability, by Fisher's exact test, of a table no more likely than this one, its margins given."
        ),
    ]
    method: str = ""


@dataclass(frozen=True, slots=True)
class SimulatedFisherTest:
    """Fisher's test of an r by c table too large to enumerate, by Monte Carlo."""

    fisher_p: Annotated[
        float | None,
        P_VALUE,
        _of("fisher_tables"),
        Says(
            "Share of random tables with the same margins that are no more likely than this one; an estimate of the exact p."
        ),
    ]
    fisher_p_se: Annotated[
        float | None,
        Unit("", "coefficient", 5),
        _of("fisher_p", "fisher_tables"),
        Says("Standard error of that share, which stems from the drawing of the tables alone."),
    ]
    fisher_p_lower: Annotated[
        float | None,
        P_VALUE,
        _of("fisher_p", "fisher_tables"),
        Says("Lower limit of the interval in which the exact p lies."),
    ]
    fisher_p_upper: Annotated[
        float | None,
        P_VALUE,
        _of("fisher_p", "fisher_tables"),
        Says("Upper limit of the interval in which the exact p lies."),
    ]
    fisher_p_level: Annotated[
        float, LEVEL, Says("Confidence level of the interval in which the exact p lies.")
    ]
    fisher_tables: Annotated[int, COUNT, Says("Random tables that were drawn.")]
    method: str = ""


@dataclass(frozen=True, slots=True)
class Correlation:
    """Product-moment correlation with Fisher's z interval."""

    r: Annotated[float | None, COEFFICIENT, Says("Product-moment correlation of the two columns.")]
    p: Annotated[
        float | None,
        P_VALUE,
        _of("r", "n"),
        Says(
            "Probability of a correlation at least as strong if there were none; t test with n - 2 degrees of freedom."
        ),
    ]
    n: Annotated[int, PATIENTS, Says("Patients with both values.")]
    lower: Annotated[
        float | None,
        COEFFICIENT,
        _of("r", "n", "level"),
        Says("Lower confidence limit of the correlation."),
    ]
    upper: Annotated[
        float | None,
        COEFFICIENT,
        _of("r", "n", "level"),
        Says("Upper confidence limit of the correlation."),
    ]
    level: Annotated[float, LEVEL, Says("Two-sided confidence level of the limits.")]


@dataclass(frozen=True, slots=True)
class GradeCount:
    """Patients with one adverse event at one maximum grade (or any, or 3 and above)."""

    grade: Annotated[str, KEY]
    patients: Annotated[
        int,
        PATIENTS,
        Says(
            "Patients whose highest grade is this (any: of any grade, ge3: three or higher); those without the event count as none."
        ),
    ]
    percent: Annotated[
        float | None,
        FRACTION,
        Operands((("numerator", "patients"), ("denominator", "n"))),
        Says("Those patients as a share of all patients in scope."),
    ]


@dataclass(frozen=True, slots=True)
class Grades:
    """One adverse-event term in one group, each patient once at the maximum grade."""

    n: Annotated[int, PATIENTS, Says("Patients in scope, with or without the event.")]
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
    cells: Annotated[int, COUNT, Says("Data cells of this origin.")]
    percent: Annotated[
        float | None,
        FRACTION,
        Says("Data cells of this origin, as a share of all data cells that are not empty."),
    ]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something stated as text."""

    value: Annotated[str, TEXT]
