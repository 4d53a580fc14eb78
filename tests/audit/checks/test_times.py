"""Times from several origins, the calendar, ranges that are the same."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carreport.audit.checks import bounds, same_range, until_cutoff
from carreport.audit.checks.answer import NotTestable
from carreport.audit.checks.calendar import read_dates

COHORT = st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900)), min_size=1, max_size=20)


@given(COHORT, st.data())
def test_true_times_never_fail(patients, data):
    """Of patients with a lag and a time from the later origin, or some of them."""
    some = data.draw(st.lists(st.sampled_from(patients), min_size=1))
    longest = max(lag + time for lag, time in patients)
    later, lag = max(time for _, time in some), min(lag for lag, _ in some)

    found = bounds(f"{later} days", f"{longest} days", f"{lag} days")

    assert found.answer == "consistent"


@given(st.dates(date(1990, 1, 1), date(2040, 1, 1)), st.integers(0, 4000), st.integers(0, 900))
def test_true_dates_never_fail(start, days, lag):
    """The longest time ends on the cutoff, by date, month or year."""
    end = date.fromordinal(start.toordinal() + days + lag)
    for first in (start.isoformat(), f"{start:%B} {start.year}", str(start.year)):
        for last in (end.isoformat(), f"{end.day} {end:%b} {end.year}", f"{end:%B %d}, {end.year}"):
            assert until_cutoff(f"{days}", first, last, f"{lag} days").answer == "consistent"


def test_a_time_that_does_not_fit():
    """From the later origin, or before the cutoff."""
    found = bounds("945 days", "945 days", "at least 29 days")

    assert found.answer == "inconsistent"
    assert bounds("940 days", "945 days", None).answer == "not testable"
    assert bounds("945", "945", "1").answer == "inconsistent"
    assert bounds("31 months", "900 days", "0").answer == "inconsistent"
    assert bounds("30 months", "905 days", "0").answer == "consistent"
    assert bounds("2 years", "24 months", "0").answer == "consistent"
    assert bounds("<500 days", "400 days", "29").answer == "consistent"
    assert (
        until_cutoff("945 days", "January 2018", "August 19, 2020", "29").answer == "inconsistent"
    )
    assert until_cutoff("945 days", "January 2018", "August 19, 2020").answer == "consistent"
    assert until_cutoff("962 days", "2018-01-01", "2020-08-19").answer == "consistent"
    assert until_cutoff("963 days", "2018-01-01", "2020-08-19").answer == "inconsistent"
    assert until_cutoff("31.6 months", "2018-01-01", "2020-08-19").answer == "consistent"
    assert until_cutoff("1 day", "2020-08-19", "2018-01-01").answer == "inconsistent"


@pytest.mark.parametrize(
    "shown", ["01/02/2018", "spring 2018", "2018-13", "2018-02-30", "", None, "Febtober 2018"]
)
def test_dates_that_are_not_clear(shown):
    """Nothing is guessed."""
    assert until_cutoff("945", shown, "2020-08-19").answer == "not testable"
    assert until_cutoff("945", "2018-01-01", shown).answer == "not testable"


@pytest.mark.parametrize(
    ("shown", "first", "last"),
    [
        ("2018", "2018-01-01", "2018-12-31"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("Sept. 2019", "2019-09-01", "2019-09-30"),
        ("August 19, 2020", "2020-08-19", "2020-08-19"),
        ("19th Aug 2020", "2020-08-19", "2020-08-19"),
        ("2020-08-19", "2020-08-19", "2020-08-19"),
    ],
)
def test_dates_as_papers_print_them(shown, first, last):
    """The first and the last day they can be."""
    assert tuple(map(str, read_dates(shown, "the date"))) == (first, last)


def test_a_date_says_what_it_is_of():
    """For the reader of the reason."""
    with pytest.raises(NotTestable, match="the start is printed as “soon”"):
        read_dates("soon", "the start")


def test_the_same_range_twice():
    """Only where both limits are the same."""
    assert same_range(("172", "945"), ("172 days", "945 days")).answer == "inconsistent"
    assert same_range(("172", "945"), ("172", "944")).answer == "consistent"
    assert same_range(("172", "945"), ("172", None)).answer == "not testable"
    assert same_range(("0", "0"), ("0", "0")).answer == "not testable"
