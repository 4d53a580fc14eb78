"""Time-to-event endpoints: in each group, and between the compared groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from carreport.analyses.declare import Conventions, analysis
from carreport.shapes import (
    Bundle,
    GrayTest,
    HazardRatio,
    Incidence,
    Listing,
    ListingColumn,
    LogRank,
    Maturity,
    Survival,
)
from carreport.stats.competing_risks import cumulative_incidence, gray_test, incidence_at
from carreport.stats.time_to_event import (
    hazard_ratio,
    kaplan_meier,
    log_rank,
    risk_table,
    survival,
)
from carreport.study.words import key_of
from carreport.units import COUNT, DAYS, DAYS_PER_MONTH, PATIENTS, SURVIVAL, TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from carreport.study.settings import Endpoint

MONTHS_BETWEEN_TICKS: Final = 6
KAPLAN_MEIER: Final = "Kaplan & Meier, J Am Stat Assoc 1958;53:457-481"
BROOKMEYER: Final = "Brookmeyer & Crowley, Biometrics 1982;38:29-41"


def _times(item: Endpoint) -> Mapping[str, Mapping[str, str]]:
    return {"patients": {"days": f"{item.id}:days", "status": f"{item.id}:status"}}


def _times_and_ends(item: Endpoint) -> Mapping[str, Mapping[str, str]]:
    """Competing events end a patient's time too, which status alone does not tell."""
    end = {"code": f"{item.id}:code"} if item.competing else {}
    return {"patients": {**_times(item)["patients"], **end}}


def _causes(item: Endpoint) -> Mapping[str, Mapping[str, str]]:
    return {"patients": {"days": f"{item.id}:days", "code": f"{item.id}:code"}}


def _potential(item: Endpoint) -> str:
    """The column of the days to the cutoff: the endpoint's own where it counts otherwise."""
    own = bool(item.start_event or item.first_day)
    return f"{item.id}:potential" if own else "potential:days"


def _counted(item: Endpoint) -> str:
    """What the days of an endpoint count from, and what censors it alone, for the trace."""
    first = ", the first day being day one" if item.first_day else ""
    alone = f"; censored by {', '.join(item.censored_by)}" if item.censored_by else ""
    return f"whole days from {item.start_event or 'time zero'}{first}{alone}"


def _interval(_item: Any, conventions: Conventions) -> str:
    return (
        f"Kaplan-Meier; Greenwood standard error; {100 * conventions.confidence:g}% {conventions.interval} "
        "pointwise interval; median limits by inversion of it; follow-up by reverse Kaplan-Meier"
    )


def _told(item: Endpoint, conventions: Conventions) -> Mapping[str, str]:
    return {
        "interval": f"{conventions.interval}, pointwise",
        "confidence": conventions.level,
        "standard error": "Greenwood",
        "median on a plateau": "midpoint",
        "landmarks": ", ".join(f"day {day}" for day in item.landmarks) or "none",
        "time": _counted(item),
    }


@analysis(
    "survival.{id}",
    each="endpoint",
    by="groups",
    reads=_times_and_ends,
    method=_interval,
    source=f"{KAPLAN_MEIER}; {BROOKMEYER}; Schemper & Smith, Control Clin Trials 1996;17:343-346",
    told=_told,
)
def time_to_event(patients: pd.DataFrame, item: Endpoint, conventions: Conventions) -> Survival:
    """
    Probability of remaining free of the endpoint's events from time zero.

    A patient without an event is censored at the end of follow-up, or at a competing event. Past
    the longest follow-up the probability is not estimable. Follow-up ends for the patients who
    had neither; the median follow-up counts the others as not followed to its end.

    Args:
        patients: One row per patient: days from time zero, status (event or censored); with
            competing events also the code, 0 where nothing but the end of follow-up ended them.
        item: The endpoint and its landmarks, in days.
        conventions: Confidence level and interval type.

    Returns:
        Totals, landmark probabilities as fractions, median and follow-up in days.
    """
    return survival(
        patients["days"].to_numpy(),
        patients["status"].to_numpy(),
        landmarks=item.landmarks,
        confidence=conventions.confidence,
        interval=conventions.interval,
        ended=patients["code"].to_numpy() if item.competing else None,
    )


@analysis(
    "survival.{id}",
    each="endpoint",
    by="groups",
    reads=lambda item: {
        "patients": {
            "days": f"{item.id}:days",
            "code": f"{item.id}:code",
            "potential": _potential(item),
        }
    },
    method="count; share of the patients in the analysis",
    wanted=lambda item: bool(item.landmarks),
    told=lambda item, _conventions: {
        "landmarks": ", ".join(f"day {day}" for day in item.landmarks),
        "time": _counted(item),
    },
)
def maturity(patients: pd.DataFrame, item: Endpoint) -> Bundle:
    """
    Of how many patients the state on a landmark is known, and of how many it could be.

    It is known of a patient who was followed to that day, or whose time ended with the event or a
    competing one before. It could be of a patient who started that long before the cutoff.

    Args:
        patients: One row per patient: days, code (0 censored), days from the start to the cutoff.
        item: The endpoint and its landmarks, in days.

    Returns:
        Two counts and a fraction for every landmark.
    """
    n = len(patients)
    parts = []
    for day in item.landmarks:
        ended = (patients["days"] >= day) | (patients["code"] > 0)
        known = int(ended.sum())
        could = int((patients["potential"] >= day).sum())
        parts.append(Maturity(day, n, could, known, known / n if n else None))
    return Bundle(tuple(parts))


@analysis(
    "survival.{id}",
    each="endpoint",
    by="groups",
    reads=_times,
    method=_interval,
    source=KAPLAN_MEIER,
    told=_told,
)
def curve(patients: pd.DataFrame, conventions: Conventions) -> Listing:
    """
    The Kaplan-Meier curve: one row per distinct time.

    Args:
        patients: One row per patient: days from time zero, status (event or censored).
        conventions: Confidence level and interval type.

    Returns:
        At risk, events and censored at each time, survival and its limits as fractions.
    """
    km = kaplan_meier(
        patients["days"].to_numpy(),
        patients["status"].to_numpy(),
        confidence=conventions.confidence,
        interval=conventions.interval,
    )
    columns = (km.times, km.at_risk, km.events, km.censored, km.survival, km.lower, km.upper)
    return Listing(
        "curve",
        ("day",),
        (
            ListingColumn("day", "Day", DAYS),
            ListingColumn("at_risk", "At risk", PATIENTS),
            ListingColumn("events", "Events", PATIENTS),
            ListingColumn("censored", "Censored", PATIENTS),
            ListingColumn("survival", "Survival", SURVIVAL),
            ListingColumn("lower", "Lower limit", SURVIVAL),
            ListingColumn("upper", "Upper limit", SURVIVAL),
        ),
        _rows(columns),
    )


def _rows(columns: tuple[np.ndarray, ...]) -> tuple[tuple[float | None, ...], ...]:
    return tuple(
        tuple(float(cell) if np.isfinite(cell) else None for cell in row)
        for row in zip(*columns, strict=True)
    )


@analysis(
    "survival.{id}",
    each="endpoint",
    by="everybody",
    reads=_times,
    method="at risk: followed to that time or longer; events and censored: before that time",
    source="Morris et al., BMJ Open 2019;9:e030215",
    told=lambda _item, _conventions: {"month": f"{DAYS_PER_MONTH} days"},
)
def risk(patients: pd.DataFrame, conventions: Conventions) -> Listing:
    """
    Patients at risk, censored and with an event by each time, adding up to the group.

    Args:
        patients: One row per patient: days from time zero, status, group.
        conventions: The groups, in order.

    Returns:
        One row per group and time; the times are whole half-years, in months.
    """
    last = patients["days"].max() if len(patients) else 0.0
    step = MONTHS_BETWEEN_TICKS * DAYS_PER_MONTH
    months = range(0, int(last // step + 1) * MONTHS_BETWEEN_TICKS + 1, MONTHS_BETWEEN_TICKS)
    rows = [
        (group, str(month), at_risk, censored, events)
        for group, _label in conventions.groups or (("all", ""),)
        for rows_of in (patients[patients["group"] == group],)
        for month, (_, at_risk, events, censored) in zip(
            months,
            risk_table(
                rows_of["days"].to_numpy(),
                rows_of["status"].to_numpy(),
                [month * DAYS_PER_MONTH for month in months],
            ),
            strict=True,
        )
    ]
    return Listing(
        "risk",
        ("group", "month"),
        (
            ListingColumn("group", "Group", TEXT),
            ListingColumn("month", "Month", TEXT),
            ListingColumn("at_risk", "At risk", COUNT),
            ListingColumn("censored", "Censored", COUNT),
            ListingColumn("events", "Events", COUNT),
        ),
        tuple(rows),
    )


@analysis(
    "survival.{id}",
    each="endpoint",
    by="compared",
    reads=_times,
    method="log-rank test, two-sided, unweighted",
    source="Peto & Peto, J R Stat Soc A 1972;135:185-207",
    told=lambda _item, conventions: {
        "sides": "two",
        "weights": "none",
        "ties": "hypergeometric variance",
        "groups": conventions.contrast,
    },
)
def log_rank_test(patients: pd.DataFrame, conventions: Conventions) -> LogRank:
    """
    Whether the compared groups share one curve.

    Args:
        patients: One row per patient: days, status, group.
        conventions: The compared groups, in order.

    Returns:
        Chi-squared, degrees of freedom and two-sided p.
    """
    return log_rank([_sample(patients, group, "status") for group, _ in conventions.groups])


@analysis(
    "survival.{id}",
    each="endpoint",
    by="compared",
    reads=_times,
    method=lambda _item, conventions: (
        f"Cox model, Efron ties, Wald interval; {conventions.groups[0][1]} against "
        f"{conventions.groups[-1][1]}"
    ),
    source="Cox, J R Stat Soc B 1972;34:187-220; Efron, J Am Stat Assoc 1977;72:557-565",
    told=lambda _item, conventions: {
        "ratio": conventions.contrast,
        "ties": "Efron",
        "interval": "Wald, on the log scale",
        "confidence": conventions.level,
    },
)
def hazard(patients: pd.DataFrame, conventions: Conventions) -> HazardRatio | Bundle:
    """
    Hazard of the first compared group relative to the second; only for two groups.

    Args:
        patients: One row per patient: days, status, group.
        conventions: The compared groups, in order; the confidence level.

    Returns:
        The ratio and its limits.
    """
    if len(conventions.groups) != 2:
        return Bundle()
    first, second = (_sample(patients, group, "status") for group, _ in conventions.groups)
    return hazard_ratio(first, second, confidence=conventions.confidence)


def _sample(patients: pd.DataFrame, group: str, column: str) -> tuple[np.ndarray, np.ndarray]:
    rows = patients[patients["group"] == group]
    return rows["days"].to_numpy(), rows[column].to_numpy()


@analysis(
    "survival.{id}",
    each="endpoint",
    by="groups",
    reads=_causes,
    method=lambda _item, conventions: (
        f"Aalen-Johansen; Aalen variance; {100 * conventions.confidence:g}% log-log interval"
    ),
    source="Marubini & Valsecchi 1995, chapter 10; R cmprsk::cuminc",
    wanted=lambda item: bool(item.competing),
    told=lambda item, conventions: {
        "variance": "Aalen",
        "interval": "log-log, pointwise",
        "confidence": conventions.level,
        "competing": ", ".join(item.competing),
        "ties": "of one patient: the event of interest counts; between patients: all at risk just before",
    },
)
def incidence(patients: pd.DataFrame, item: Endpoint, conventions: Conventions) -> Bundle:
    """
    Cumulative incidence of the event and of each competing event.

    Args:
        patients: One row per patient: days, code (0 censored, 1 the event, then competing).
        item: The endpoint, its competing events and landmarks.
        conventions: Confidence level.

    Returns:
        Incidence at every landmark and cause, as fractions.
    """
    days, code = patients["days"].to_numpy(), patients["code"].to_numpy().astype(int)
    parts: list[Incidence] = []
    for number, cause in enumerate(causes(item), start=1):
        estimate = cumulative_incidence(
            days, code, of=number, confidence=conventions.confidence, interval="log-log"
        )
        for day in item.landmarks:
            found = incidence_at(estimate, day)
            value, se, lower, upper = found if found is not None else (None,) * 4
            parts.append(Incidence(cause, day, value, se, lower, upper))
    return Bundle(tuple(parts))


@analysis(
    "survival.{id}",
    each="endpoint",
    by="compared",
    reads=_causes,
    method="Gray's test, two-sided, rho = 0",
    source="Gray, Ann Stat 1988;16:1141-1154",
    wanted=lambda item: bool(item.competing),
    told=lambda _item, conventions: {
        "sides": "two",
        "rho": "0",
        "groups": conventions.contrast,
    },
)
def gray(patients: pd.DataFrame, item: Endpoint, conventions: Conventions) -> Bundle:
    """
    Whether the compared groups share one cumulative incidence of each cause.

    Args:
        patients: One row per patient: days, code, group.
        item: The endpoint and its competing events.
        conventions: The compared groups, in order.

    Returns:
        Chi-squared and two-sided p for every cause.
    """
    samples = [
        (days, code.astype(int))
        for days, code in (_sample(patients, group, "code") for group, _ in conventions.groups)
    ]
    parts = []
    for number, cause in enumerate(causes(item), start=1):
        parts.append(GrayTest(cause, *gray_test(samples, of=number)))
    return Bundle(tuple(parts))


def causes(item: Endpoint) -> tuple[str, ...]:
    """Causes in the order of their codes; several events of interest count as one, the first."""
    return tuple(key_of(name) for name in (item.events[0], *item.competing))


ANALYSES = (time_to_event, maturity, curve, risk, log_rank_test, hazard, incidence, gray)
