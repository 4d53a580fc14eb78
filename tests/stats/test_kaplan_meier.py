"""Survival curves, medians and landmarks against R, a book, and their own logic."""

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from oracles.reading import number, rows, samples, value

from carreport.stats.time_to_event import at, kaplan_meier, median, risk_table, survival

INPUT = samples("time_to_event_input.csv", "group", "days", "status")

CURVES = defaultdict(list)
for line in rows("time_to_event_curves.csv"):
    CURVES[line["dataset"], line["group"], line["interval"]].append(line)

MEDIANS = rows("time_to_event_medians.csv")

PATIENTS = st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=40)
INTERVALS = st.sampled_from(["log-log", "log", "plain"])


def days_and_status(patients):
    return [day for day, _ in patients], [status for _, status in patients]


@pytest.mark.parametrize("which", CURVES, ids="-".join)
def test_curve_is_that_of_survfit(which):
    """
    Counts, survival, Greenwood and all three kinds of limits agree with R to 1e-12.

    Where the curve is 1 R lists no log-log limits (its summary prints 1); where it is 0 R
    has no standard error, ours is 0.
    """
    dataset, group, interval = which
    curve = kaplan_meier(*INPUT[dataset][group], interval=interval)
    expected = {
        key: np.array([value(row[key]) for row in CURVES[which]])
        for key in CURVES[which][0]
        if key not in {"dataset", "group", "interval"}
    }
    begun, ended = expected["survival"] < 1, expected["survival"] == 0

    for key in ("at_risk", "events", "censored"):
        assert getattr(curve, key).tolist() == expected[key].tolist()
    assert curve.times == pytest.approx(expected["time"], rel=1e-14)
    assert curve.survival == pytest.approx(expected["survival"], abs=1e-12)
    assert curve.se == pytest.approx(np.where(ended, 0, expected["se"]), abs=1e-12)
    for key in ("lower", "upper"):
        limit = np.where(begun, expected[key], 1)
        assert getattr(curve, key) == pytest.approx(limit, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("row", MEDIANS, ids=lambda r: "-".join(list(r.values())[:3]))
def test_median_is_that_of_r(row):
    """
    Median, its limits and median follow-up are those of quantile(survfit()).

    In one data set the upper limit turns back after crossing one half; there R's quantile
    gives a later day than the first crossing, which its print gives.
    """
    patients = INPUT[row["dataset"]][row["group"]]
    found = median(kaplan_meier(*patients, interval=row["interval"]))
    turned_back = (row["dataset"], row["interval"]) == ("limit_turns_back", "log")

    assert found.day == number(row["median"])
    assert found.lower == number(row["lower"])
    assert found.upper == number(row["printed_upper" if turned_back else "upper"])
    assert survival(*patients, landmarks=[]).followup_median == number(row["followup_median"])


def test_a_competing_event_is_no_end_of_follow_up():
    """
    Days 10, 20 (competing), 30 and 40: two reached the end of follow-up, half of them by day 30.

    Counting the competing event as censored would make three, and their median 30.
    """
    days, status, ended = [10, 20, 30, 40], [1, 0, 0, 0], [1, 2, 0, 0]

    assert survival(days, status, landmarks=[], ended=ended).followup_median == 35
    assert survival(days, status, landmarks=[]).followup_median == 30


# Freireich et al., Blood 1963;21:699-716, weeks in remission; survival and Greenwood's
# standard errors as printed by Kleinbaum & Klein, Survival Analysis, 3rd ed. 2012, chapter 2.
SIX_MP = [
    (6, 0.857, 0.0764),
    (7, 0.807, 0.0869),
    (10, 0.753, 0.0963),
    (13, 0.690, 0.1068),
    (16, 0.627, 0.1141),
    (22, 0.538, 0.1282),
    (23, 0.448, 0.1346),
]


@pytest.mark.parametrize(("week", "rate", "se"), SIX_MP)
def test_freireich_curve_is_the_published_one(week, rate, se):
    """The 6-MP arm has the survival and standard errors textbooks print."""
    found = at(kaplan_meier(*INPUT["freireich"]["six_mp"]), week)

    assert found.estimate == pytest.approx(rate, abs=5e-4)
    assert found.se == pytest.approx(se, abs=5e-5)


def test_freireich_medians_are_the_published_ones():
    """Median remission is 23 weeks on 6-MP and 8 on placebo."""
    medians = [
        survival(*INPUT["freireich"][arm], landmarks=[]).median for arm in ("six_mp", "placebo")
    ]

    assert medians == [23, 8]


def test_exactly_half_is_a_median():
    """
    Seven events, then seven censored: survival is exactly one half from the seventh on.

    The median is the middle of the stretch from there to the end of follow-up, as R's
    quantile has it.
    """
    curve = kaplan_meier(*INPUT["half_then_censored"]["a"])

    assert curve.survival[6] == 0.5
    assert median(curve).day == (70 + 140) / 2


def test_lifelines_misses_a_median_at_exactly_half():
    """The reason for exact fractions: lifelines calls the same median infinite."""
    fitted = KaplanMeierFitter().fit(*INPUT["half_then_censored"]["a"])

    assert fitted.median_survival_time_ == np.inf


@pytest.mark.parametrize("half", range(1, 31))
def test_half_of_any_size_is_found(half):
    """For n = 2, 4, … 60 the first half events and the rest censored give a median."""
    days = np.arange(1, 2 * half + 1)
    curve = kaplan_meier(days, days <= half)

    assert curve.survival[-1] == 0.5
    assert median(curve).day == (half + 2 * half) / 2


def test_nothing_is_read_past_the_last_follow_up():
    """Past the last day the curve is not estimable; lifelines carries it forward."""
    days, status = INPUT["no_events"]["a"]
    found = survival(days, status, landmarks=[41, 42])
    carried = KaplanMeierFitter().fit(days, status).predict(42)

    assert (found.landmarks[0].rate, found.landmarks[0].at_risk) == (1, 1)
    assert (found.landmarks[1].rate, found.landmarks[1].se, found.landmarks[1].at_risk) == (
        None,
        None,
        0,
    )
    assert carried == 1


def test_a_curve_at_zero_stays_at_zero():
    """Once everybody has had the event, survival is 0 on every later day, without limits."""
    found = survival(*INPUT["all_events"]["a"], landmarks=[28, 5000]).landmarks

    assert [(mark.rate, mark.se, mark.lower, mark.upper) for mark in found] == [
        (0, 0, None, None)
    ] * 2
    assert [mark.at_risk for mark in found] == [1, 0]


def test_before_the_first_event_everybody_is_event_free():
    """Survival is 1, with limits of 1, from day 0 to the first event."""
    curve = kaplan_meier([5, 8, 9], [0, 1, 0])

    assert at(curve, 0) == at(curve, 6) == (1, 0, 1, 1)


def test_an_event_on_day_0_counts_on_day_0():
    """One of eight patients has the event on day 0."""
    days, status = INPUT["day_zero"]["a"]

    assert at(kaplan_meier(days, status), 0).estimate == 7 / 8


def test_without_patients_nothing_is_estimated():
    """An empty group gives zeros and None, and None at every landmark."""
    found = survival([], [], landmarks=[365])

    assert (found.n, found.events, found.censored) == (0, 0, 0)
    assert (
        found.median is found.followup_median is found.followup_max is found.observed_median is None
    )
    assert (found.landmarks[0].rate, found.landmarks[0].at_risk) == (None, 0)
    assert risk_table([], [], [0, 30]) == [(0, 0, 0, 0), (30, 0, 0, 0)]


def test_follow_up_is_of_all_patients():
    """Shortest, longest and plain median follow-up count the dead; reverse Kaplan-Meier too."""
    found = survival([10, 20, 30, 40], [1, 0, 1, 0], landmarks=[])

    assert (found.followup_min, found.followup_max, found.observed_median) == (10, 40, 25)
    assert found.followup_median == 40


def test_a_patient_is_at_risk_on_his_last_day():
    """The risk table counts T >= t at risk; lifelines' default drops those with T = t."""
    table = risk_table([5, 10, 10, 20], [1, 1, 0, 0], [0, 10, 11, 20, 21])

    assert table == [(0, 4, 0, 0), (10, 3, 1, 0), (11, 1, 2, 1), (20, 1, 2, 1), (21, 0, 2, 2)]


@pytest.mark.parametrize(
    ("days", "status"),
    [([1, 2], [1]), ([-1], [1]), ([np.nan], [1]), ([1], [np.nan]), ([1], [0.5]), ([[1]], [[1]])],
)
def test_impossible_samples_are_refused(days, status):
    """Unequal lengths, negative or missing times and unknown codes raise."""
    with pytest.raises(ValueError, match=r"needed|must be"):
        kaplan_meier(days, status)


@pytest.mark.parametrize("option", [{"interval": "log_log"}, {"confidence": 95}])
def test_unknown_options_are_refused(option):
    """A misspelt interval and a confidence in per cent raise."""
    with pytest.raises(ValueError, match="must"):
        kaplan_meier([1], [1], **option)


@given(PATIENTS, INTERVALS)
def test_curve_falls_inside_its_limits(patients, interval):
    """Survival never rises, starts at or below 1, and its limits contain it."""
    curve = kaplan_meier(*days_and_status(patients), interval=interval)
    known = ~np.isnan(curve.lower)

    assert (np.diff(curve.survival, prepend=1) <= 0).all()
    assert (curve.lower <= curve.survival + 1e-12)[known].all()
    assert (curve.upper >= curve.survival - 1e-12)[known].all()
    assert (known == (curve.survival > 0)).all()
    assert ((curve.lower >= 0) & (curve.upper <= 1))[known].all()


@given(PATIENTS, INTERVALS)
def test_median_lies_between_its_limits(patients, interval):
    """The lower limit is never after the median, the upper never before it."""
    found = median(kaplan_meier(*days_and_status(patients), interval=interval))

    assert found.lower is None or found.day is None or found.lower <= found.day
    assert found.upper is None or (found.day is not None and found.day <= found.upper)


@given(PATIENTS)
def test_curve_without_ties_to_exactness_is_that_of_lifelines(patients):
    """Survival and log-log limits are lifelines' to rounding, where it is not at fault."""
    days, status = days_and_status(patients)
    ours = kaplan_meier(days, status)
    theirs = KaplanMeierFitter().fit(days, status)

    assert theirs.survival_function_at_times(ours.times).to_numpy() == pytest.approx(ours.survival)
    inside = (ours.survival > 0) & (ours.survival < 1)
    bounds = theirs.confidence_interval_.loc[ours.times[inside]].to_numpy().T
    assert bounds == pytest.approx(np.array([ours.lower[inside], ours.upper[inside]]), abs=1e-9)


@given(PATIENTS, st.lists(st.integers(0, 40), max_size=6))
def test_risk_table_adds_up(patients, times):
    """At every time those at risk, with the event and censored are all patients."""
    for day, at_risk, events, censored in risk_table(*days_and_status(patients), times):
        assert at_risk + events + censored == len(patients)
        assert at_risk == sum(last >= day for last, _ in patients)


@given(PATIENTS.flatmap(lambda known: st.tuples(st.just(known), st.permutations(known))))
def test_row_order_is_irrelevant(orders):
    """The same patients in another order give the same numbers, to the last bit."""
    first, second = (survival(*days_and_status(order), landmarks=[0, 7, 20]) for order in orders)

    assert first == second


@given(PATIENTS)
def test_without_censoring_the_curve_is_a_proportion(patients):
    """If nobody is censored survival is the share of patients still event-free."""
    days, _ = days_and_status(patients)
    curve = kaplan_meier(days, [True] * len(days))

    assert curve.survival.tolist() == [
        sum(day > t for day in days) / len(days) for t in curve.times
    ]
    assert curve.se == pytest.approx(np.sqrt(curve.survival * (1 - curve.survival) / len(days)))
