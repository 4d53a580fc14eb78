"""Cumulative incidence and Gray's test against R, and their own logic."""

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from lifelines import AalenJohansenFitter
from oracles.reading import number, rows, samples, value

from carreport.stats.competing_risks import cumulative_incidence, gray_test, incidence_at
from carreport.stats.time_to_event import kaplan_meier

INPUT = samples("competing_risks_input.csv", "group", "days", "cause")

CURVES = defaultdict(list)
for line in rows("competing_risks_curves.csv"):
    CURVES[line["dataset"], line["group"], line["cause"], line["interval"]].append(line)

PATIENTS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 3)), min_size=1, max_size=30)


def days_and_cause(patients):
    return [day for day, _ in patients], [cause for _, cause in patients]


@pytest.mark.parametrize("which", CURVES, ids="-".join)
def test_curve_is_that_of_cuminc(which):
    """
    Incidence, Aalen's standard error and the limits agree with R's cmprsk to 1e-12.

    While the incidence is 0 we give no limits, whatever the scale.
    """
    dataset, group, cause, interval = which
    curve = cumulative_incidence(*INPUT[dataset][group], of=int(cause), interval=interval)
    expected = {
        key: np.array([value(row[key]) for row in CURVES[which]])
        for key in ("time", "incidence", "se", "lower", "upper")
    }

    assert curve.times.tolist() == expected["time"].tolist()
    assert curve.incidence == pytest.approx(expected["incidence"], abs=1e-12)
    assert curve.se == pytest.approx(expected["se"], abs=1e-12)
    for key in ("lower", "upper"):
        limit = np.where(curve.incidence > 0, expected[key], np.nan)
        assert getattr(curve, key) == pytest.approx(limit, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize(
    "row", rows("competing_risks_tests.csv"), ids=lambda r: f"{r['dataset']}-{r['cause']}"
)
def test_gray_is_that_of_cuminc(row):
    """Chi-squared, degrees of freedom and p of each cause agree with R to ten digits."""
    chi2, df, p = gray_test(list(INPUT[row["dataset"]].values()), int(row["cause"]))

    assert df == int(row["df"])
    assert chi2 == pytest.approx(number(row["chi2"]), rel=1e-10)
    assert p == pytest.approx(number(row["p"]), rel=1e-10)


@pytest.mark.parametrize(
    "groups",
    [
        [],
        [([1, 2], [1, 0])],
        [([1, 2], [1, 0]), ([], [])],
        [([1, 2], [2, 0]), ([3], [2])],
        [([1, 2], [0, 0]), ([3], [0])],
        [([4, 4], [1, 1]), ([4], [1])],
    ],
    ids=["no groups", "one group", "one empty", "cause absent", "no events", "all at once"],
)
def test_nothing_to_compare_gives_no_test(groups):
    """Fewer than two groups, no events of the cause, or no variance: no statistic, no p."""
    chi2, _, p = gray_test(groups, 1)

    assert (chi2, p) == (None, None)


def test_an_event_on_day_0_counts_on_day_0():
    """One of eight patients has the event at once; lifelines says nobody has."""
    days, cause = INPUT["day_zero"]["a"]

    assert incidence_at(cumulative_incidence(days, cause, of=1), 0).estimate == 1 / 8


def test_lifelines_jitters_ties_between_causes():
    """The reason for our own code: the same data fitted twice give lifelines two curves."""
    days, cause = (np.array(values) for values in INPUT["ties_between_causes"]["a"])
    with pytest.warns(Warning, match="Tied event times"):
        fits = [AalenJohansenFitter(seed=seed).fit(days, cause, 1) for seed in range(5)]
    finals = {round(fit.predict(3), 6) for fit in fits}

    assert len(finals) > 1


def test_nothing_is_read_past_the_last_follow_up():
    """Past the last day the incidence is not estimable, unless nobody is left event-free."""
    open_end = cumulative_incidence([1, 2, 5], [1, 2, 0], of=1)
    closed = cumulative_incidence([1, 2, 5], [1, 2, 2], of=1)

    assert incidence_at(open_end, 5).estimate == 1 / 3
    assert incidence_at(open_end, 6) is None
    assert incidence_at(closed, 6).estimate == 1 / 3


def test_before_the_first_event_nothing_has_happened():
    """The incidence is 0, its standard error 0, and it has no limits."""
    curve = cumulative_incidence([3, 5], [1, 0], of=1)

    assert incidence_at(curve, 2) == (0, 0, None, None)


def test_without_patients_nothing_is_estimated():
    """An empty group has an empty curve that cannot be read."""
    curve = cumulative_incidence([], [], of=1)

    assert curve.times.size == 0
    assert incidence_at(curve, 0) is None


def test_censoring_is_not_a_cause():
    """Asking for code 0 raises."""
    with pytest.raises(ValueError, match="1 or above"):
        cumulative_incidence([1, 2], [0, 1], of=0)


@given(PATIENTS)
def test_causes_and_survival_add_up_to_one(patients):
    """At every time the incidences of all causes and survival are everybody."""
    days, cause = days_and_cause(patients)
    curves = [cumulative_incidence(days, cause, of=one) for one in (1, 2, 3)]
    free = kaplan_meier(days, [one > 0 for one in cause]).survival

    assert sum(curve.incidence for curve in curves) + free == pytest.approx(np.ones(free.size))


@given(PATIENTS)
def test_curve_rises_inside_its_limits(patients):
    """The incidence never falls and its limits, where there are any, contain it."""
    curve = cumulative_incidence(*days_and_cause(patients), of=1)
    known = ~np.isnan(curve.lower)

    assert (np.diff(curve.incidence, prepend=0) >= 0).all()
    assert (curve.lower <= curve.incidence + 1e-12)[known].all()
    assert (curve.upper >= curve.incidence - 1e-12)[known].all()


@given(PATIENTS)
def test_without_competitors_it_is_one_minus_kaplan_meier(patients):
    """With one cause only the incidence is the complement of survival."""
    days, cause = days_and_cause(patients)
    happened = [one == 1 for one in cause]

    incidence = cumulative_incidence(days, happened, of=1).incidence
    assert incidence == pytest.approx(1 - kaplan_meier(days, happened).survival, abs=1e-15)


@given(PATIENTS, PATIENTS)
def test_gray_does_not_care_for_order(first, second):
    """Neither the order of the patients nor that of the groups changes the test."""
    chi2, _, p = gray_test([days_and_cause(first), days_and_cause(second)], 1)
    other, _, _ = gray_test([days_and_cause(second[::-1]), days_and_cause(first[::-1])], 1)
    assume(chi2 is not None and other is not None)

    assert chi2 == pytest.approx(other, rel=1e-6, abs=1e-9)
    assert 0 <= p <= 1
