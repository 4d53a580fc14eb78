"""Endpoints that are censored for themselves, that start later, or count their first day."""

from __future__ import annotations

import datetime as dt

import pytest
from folders import write_least

from carreport.errors import BadInput

STUDY = """\
[study]
title = "A study"
cutoff = 2020-12-31

[[derived]]
column = "responded"
from = "events"
where = { event = "response" }
take = "any"

[[population]]
id = "responders"
label = "Responders"
where = { responded = "yes" }

[[endpoint]]
id = "os"
label = "Overall survival"
events = ["death"]

[[endpoint]]
id = "pfs"
label = "Progression-free survival"
events = ["pfs event"]
censored_by = ["pfs censored"]
first_day = 1
landmarks = [20]

[[endpoint]]
id = "dor"
label = "Duration of response"
events = ["pfs event"]
start_event = "response"
population = "responders"
landmarks = [5]
"""
PATIENTS = "patient_id,start_date\nP1,2020-01-01\nP2,2020-01-01\nP3,2020-01-01\n"
EVENTS = """\
patient_id,event,date
P1,pfs censored,2020-01-11
P1,response,2020-01-06
P1,pfs event,2020-02-01
P1,last_contact,2020-03-01
P2,response,2020-01-11
P2,pfs event,2020-01-21
P2,pfs censored,2020-01-21
P2,death,2020-03-01
P3,last_contact,2020-01-31
"""


@pytest.fixture
def folder(tmp_path):
    return write_least(tmp_path).write("study.toml", STUDY).write("patients.csv", PATIENTS).write(
        "events.csv", EVENTS
    )  # fmt: skip


def column(snapshot, name):
    return snapshot.patients.frame[name].tolist()


def test_an_endpoint_is_censored_by_its_own_row_and_not_by_the_last_contact(folder):
    """P1 progresses after what censored it; on P2's day both stand, and the event counts."""
    snapshot = folder.snapshot()
    assert column(snapshot, "pfs:days") == [11, 21, 31]
    assert column(snapshot, "pfs:status") == [0, 1, 0]
    assert column(snapshot, "os:days") == [60, 60, 30]


def test_an_endpoint_with_a_start_of_its_own_counts_from_there_among_those_who_have_it(folder):
    results = folder.results()
    assert column(folder.snapshot(), "dor:days")[:2] == [26, 10]
    assert folder.snapshot().patients.text["dor:cause"].tolist() == ["pfs event", "pfs event", ""]
    listed = results.listings["listing.patients"].column("dor_outcome")
    assert [one or "" for one in listed] == ["pfs event", "pfs event", ""]
    told = results["survival.pfs.median"].trace.parameters
    assert told["time"] == (
        "whole days from time zero, the first day being day one; censored by pfs censored"
    )
    assert results["survival.dor.n"].trace.parameters["time"] == "whole days from response"
    assert results["survival.dor.n"].value == 2
    assert results["survival.dor.events"].value == 2
    assert results["survival.dor.potential@day=5"].value == 2


def test_at_an_earlier_cutoff_a_later_censoring_row_says_only_that_the_patient_was_followed(folder):
    snapshot = folder.snapshot(dt.date(2020, 1, 8))
    assert column(snapshot, "pfs:days") == [8, 8, 8]
    assert column(snapshot, "pfs:status") == [0, 0, 0]
    assert snapshot.members["responders"] == ("P1",)


def test_a_moment_named_after_an_endpoint_is_its_date_however_its_days_are_counted(folder):
    folder.append(
        "study.toml",
        '[[derived]]\ncolumn = "until_pfs"\ndays = { from = "start", to = "endpoint:pfs" }',
        '[[derived]]\ncolumn = "until_dor"\ndays = { from = "start", to = "endpoint:dor" }',
        '[[summary]]\nid = "x.a"\nlabel = "a"\ncolumn = "until_pfs"',
        '[[summary]]\nid = "x.b"\nlabel = "b"\ncolumn = "until_dor"',
    )
    snapshot = folder.snapshot()
    assert column(snapshot, "until_pfs") == [10, 20, 30]
    assert column(snapshot, "until_dor")[:2] == [31, 20]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"responders"\nlandmarks', '"all"\nlandmarks', "'P3'? of 'all' has no event 'response'"),
        ("P2,response,2020-01-11", "P2,response,2020-01-25", "dor of patient P2 ends before its"),
        ('["pfs censored"]', '["pfs event"]', "cannot be an event of pfs and censor it"),
        ('population = "responders"\n', "", "name the population that has it"),
    ],
)
def test_what_cannot_be_meant_is_a_message(folder, old, new, message):
    for file in ("study.toml", "events.csv"):
        text = folder.text(file)
        folder.write(file, text.replace(old, new))
    with pytest.raises(BadInput, match=message.replace("'P3'?", "P3")):
        folder.snapshot()
