"""Patients along time, counted by hand on the tiny study."""

import pandas as pd
import pytest
from folders import write_folder

from carreport.analyses.kinetics import LINES_AT_MOST, analyte_course
from carreport.shapes import Bundle
from carreport.study.lanes import lane_events
from carreport.study.settings import Analyte

START = "start_date,cohort\nP1,2020-01-01,Active\nP2,2020-01-01,MRD-positive\n"
ONE_ENDPOINT = """\
[study]
title = "A study"
cutoff = 2020-08-19
[[endpoint]]
id = "os"
label = "Overall survival"
events = ["death"]
"""


def cells(results, listing, *columns):
    """Rows of a listing, these columns only."""
    return list(zip(*(results.listing(listing).column(one) for one in columns), strict=True))


def small(tmp_path, events, study=ONE_ENDPOINT, infusions=None):
    """Two patients who started on one day."""
    folder = write_folder(
        tmp_path, study=study, patients=f"patient_id,{START}", events=events,
        infusions=infusions, adverse_events=None, measurements=None,
    )  # fmt: skip
    return folder.results()


def test_a_lane_ends_with_death_or_the_last_contact(tiny_results):
    """P01 was seen on day 952, P03 died on day 242; groups by their ids."""
    found = {one[0]: one[1:] for one in cells(tiny_results, "disposition.lanes", "patient", "group", "days", "end")}  # fmt: skip

    assert len(found) == 12
    assert found["P01"] == ("mrd_positive", 952, "last contact")
    assert found["P03"] == ("mrd_positive", 242, "death")
    assert found["P09"] == ("active_disease", 48, "death")


def test_a_lane_reaches_to_an_event_after_the_last_contact(tmp_path):
    """A relapse on day 100 of a patient last seen on day 40: what is known ends there."""
    study = (
        ONE_ENDPOINT
        + '[[derived]]\ncolumn = "relapsed"\nfrom = "events"\nwhere = { event = "relapse" }\ntake = "any"\n'
    )
    events = (
        "patient_id,event,date\nP1,last_contact,2020-02-10\nP1,relapse,2020-04-10\n"
        "P2,last_contact,2020-02-10\n"
    )
    found = cells(
        small(tmp_path, events, study), "disposition.lanes", "patient", "group", "days", "end"
    )

    assert found == [("P1", "all", 100, "last record"), ("P2", "all", 40, "last contact")]


def test_infusions_stand_on_their_days(tiny_results):
    """P02's second infusion was on day 201; everybody else had one, on day 0."""
    found = cells(tiny_results, "disposition.lane_infusions", "patient", "infusion", "days")

    assert [one for one in found if one[2]] == [("P02", 2, 201)]
    assert len(found) == 13


def test_events_of_endpoints_and_columns_stand_on_lanes(tiny_results):
    """P05 relapsed on day 450 and died on day 545; no last contact is an event."""
    found = cells(tiny_results, "disposition.lane_events", "patient", "event", "number", "days")

    assert [one for one in found if one[0] == "P05"] == [
        ("P05", "relapse", 1, 450), ("P05", "death", 1, 545)
    ]  # fmt: skip
    assert {one[1] for one in found} == {"relapse", "death"}


def test_kinds_count_patients_and_events(tiny_results):
    """Five relapsed, six died; death comes last."""
    found = cells(tiny_results, "disposition.lane_kinds", "event", "label", "patients", "events")

    assert found == [("relapse", "Relapse", 5, 5), ("death", "Death", 6, 6)]


def test_events_of_one_kind_are_numbered_and_those_before_the_start_left_out(tmp_path):
    """Of three relapses one was before time zero."""
    study = (
        ONE_ENDPOINT
        + '[[derived]]\ncolumn = "again"\nfrom = "events"\nwhere = { event = "relapse" }\ntake = "count"\n'
    )
    events = (
        "patient_id,event,date\nP1,relapse,2020-04-10\nP1,relapse,2020-02-10\n"
        "P1,relapse,2019-12-30\nP1,last_contact,2020-08-01\nP2,death,2020-01-01\n"
    )
    results = small(tmp_path, events, study)

    assert cells(results, "disposition.lane_events", "patient", "event", "number", "days") == [
        ("P1", "relapse", 1, 40), ("P1", "relapse", 2, 100), ("P2", "death", 1, 0)
    ]  # fmt: skip
    assert cells(results, "disposition.lane_kinds", "event", "patients", "events") == [
        ("relapse", 1, 2), ("death", 1, 1)
    ]  # fmt: skip


def test_kinds_may_differ_by_their_detail(tmp_path):
    """What study.toml names for a swimmer is what is listed, by its label."""
    study = ONE_ENDPOINT + (
        '[[figure]]\nid = "interim_swimmer"\nkind = "swimmer"\ntitle = "Lanes"\n'
        'events = [{ event = "status", detail = "CR", label = "Remission" },'
        ' { event = "status", detail = "PD" }, { event = "death" }]\n'
    )
    events = (
        "patient_id,event,date,detail\nP1,status,2020-01-31,CR\nP1,status,2020-03-01,PD\n"
        "P1,status,2020-03-11,SD\nP1,last_contact,2020-08-01,\nP2,last_contact,2020-08-01,\n"
    )
    results = small(tmp_path, events, study)

    assert cells(results, "disposition.lane_events", "event", "days") == [
        ("status=CR", 30), ("status=PD", 60)
    ]  # fmt: skip
    assert cells(results, "disposition.lane_kinds", "event", "label", "patients") == [
        ("status=CR", "Remission", 1), ("status=PD", "PD", 1), ("death", "Death", 0)
    ]  # fmt: skip


def test_kinds_of_the_bundled_study_are_those_it_names(bundled_snapshot):
    """Nothing of the study stands in Python."""
    kinds = [one.kind for one in lane_events(bundled_snapshot.settings)]

    assert kinds[:3] == ["relapse", "disease_status=MR", "disease_status=No response"]
    assert kinds[-1] == "death"


def test_enrolment_counts_months_and_days(tiny_results):
    """Two in January 2018, nobody in July; twelve in the end."""
    months = cells(tiny_results, "disposition.enrolment", "month", "entered", "cumulative")
    days = cells(tiny_results, "disposition.starts@group=active_disease", "date", "entered", "cumulative")  # fmt: skip

    assert months[0] == ("2018-01", 2, 2)
    assert ("2018-07", 0, 7) in months
    assert months[-1] == ("2019-02", 1, 12)
    assert len(months) == 14
    assert days[0] == ("2018-01-25", 1, 1)
    assert [one[2] for one in days] == [1, 2, 3, 4, 5, 6]


def test_enrolment_of_a_group_nobody_is_in(tiny):
    """No rows, no failure."""
    results = tiny.results(pd.Timestamp("2018-01-12").date())

    assert results.listing("disposition.starts@group=active_disease").rows == ()
    assert results.listing("disposition.enrolment@group=active_disease").rows == ()
    assert len(results.listing("disposition.lanes").rows) == 1


def test_incidence_curve_of_both_causes(tiny_results):
    """
    Six patients: death on day 242, relapse on 380 and 450, then three censored.

    Relapse: 5/6 · 1/5, then 4/6 · 1/4 more; death: 1/6.
    """
    listing = "survival.rel.incidence_curve@group=mrd_positive"
    columns = ("cause", "day", "at_risk", "events", "censored")
    counts = cells(tiny_results, listing, *columns)
    incidence = cells(tiny_results, listing, "incidence")

    assert counts[:6] == [
        ("relapse", 242, 6, 0, 0), ("relapse", 380, 5, 1, 0), ("relapse", 450, 4, 1, 0),
        ("relapse", 473, 3, 0, 1), ("relapse", 791, 2, 0, 1), ("relapse", 952, 1, 0, 1),
    ]  # fmt: skip
    assert [row[0] for row in counts[6:]] == ["death"] * 6
    assert [one for (one,) in incidence] == pytest.approx(
        [0, 1 / 6, 1 / 3, 1 / 3, 1 / 3, 1 / 3, *[1 / 6] * 6]
    )


def test_incidence_curve_agrees_with_the_estimate_at_a_landmark(bundled):
    """The last row by day 730 is what is printed for day 730."""
    listing = "survival.relapse.incidence_curve@group=mrd_positive"
    rows = cells(bundled, listing, "cause", "day", "incidence", "lower", "upper")
    last = [row for row in rows if row[0] == "relapse" and row[1] <= 730][-1]

    printed = [
        bundled[f"survival.relapse.{name}@cause=relapse,day=730,group=mrd_positive"].value
        for name in ("incidence", "lower", "upper")
    ]
    assert list(last[2:]) == pytest.approx(printed)


def test_values_are_listed_by_infusion_and_day(tiny_results):
    """P01 on days 2, 6 and 79 after the first infusion, P02 also on day 2 after the second."""
    found = cells(tiny_results, "biomarkers.crp.course", "patient", "infusion", "day", "value")

    assert [one[1:] for one in found if one[0] == "P01"] == [
        (1, 2, 12.5),
        (1, 6, 40.1),
        (1, 79, 99),
    ]
    assert [one[1:] for one in found if one[0] == "P02"] == [(1, 3, 8.4), (2, 2, 77)]


def test_medians_by_day_are_of_the_group(tiny_results):
    """Day 4 of the first infusion: 55.2, 31.0, 18.3 and 22.9."""
    columns = ("infusion", "day", "n", "median")
    found = cells(tiny_results, "biomarkers.crp.by_day@group=mrd_positive", *columns)

    assert (1, 4, 4, pytest.approx(26.95)) in found
    assert found[-1] == (2, 2, 1, 77)


@pytest.mark.parametrize(
    ("patients", "listed"), [(LINES_AT_MOST, True), (LINES_AT_MOST + 1, False)]
)
def test_lines_of_very_many_patients_are_not_listed(patients, listed):
    """They could not be told apart; the medians remain."""
    ids = [f"{i}" for i in range(patients)]
    who = pd.DataFrame({"patient_id": ids, "group": "all"})
    samples = pd.DataFrame({"patient_id": ids, "infusion": 1.0, "day": 1.0, "value": 2.0})
    found = analyte_course(who, samples, Analyte(id="x", analyte="X", label="X"))

    assert isinstance(found, Bundle) != listed
    assert not listed or len(found.rows) == patients


def test_an_analyte_of_some_groups_lists_their_patients_only(folder):
    """As study.toml restricts its numbers."""
    folder.replace(
        "study.toml",
        "infusion = 1                   # optional\n",
        'infusion = 1\ngroups = ["mrd_positive"]\n',
    )
    results = folder.results()

    assert set(results.listing("biomarkers.crp.course").column("group")) == {"mrd_positive"}
    assert "biomarkers.crp.by_day@group=active_disease" not in results.listings
