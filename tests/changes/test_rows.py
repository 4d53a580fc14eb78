"""Rows that differ: what happened to each, and whether the earlier build should have had it."""

from __future__ import annotations

import datetime as dt

import pytest
from folders import write_folder
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import FIRST, cohorts, tables, write_tables

from carreport.changes.rows import rows_changed
from carreport.errors import BadInput

EARLIER = dt.date(2019, 6, 30)
LATER = dt.date(2020, 8, 19)


@pytest.fixture
def other(tmp_path):
    """The tiny study once more."""
    return write_folder(tmp_path / "other")


def between(old, new, before=EARLIER, after=LATER):
    """The rows that differ."""
    return rows_changed(old.snapshot(before), new.snapshot(after))


def only(changes):
    """The one row that differs."""
    (one,) = changes
    return one


def test_a_study_does_not_differ_from_itself(folder, other):
    assert between(folder, other, LATER, LATER) == ()


def test_the_order_of_rows_is_of_no_account(folder, other):
    for file in ("patients.csv", "infusions.csv", "events.csv", "adverse_events.csv",
                 "measurements.csv"):  # fmt: skip
        head, *rows = other.text(file).splitlines()
        other.write(file, "\n".join([head, *reversed(rows)]) + "\n")
    assert between(folder, other, LATER, LATER) == ()


def test_a_corrected_cell_names_both_values(folder, other):
    other.replace(
        "patients.csv", "P03,2018-04-02,MRD-positive,27", "P03,2018-04-02,MRD-positive,28"
    )
    one = only(between(folder, other, LATER, LATER))
    assert (one.kind, one.table, one.patient, one.retroactive) == (
        "corrected",
        "patients",
        "P03",
        True,
    )
    (cell,) = one.cells
    assert (cell.column, cell.old, cell.new, cell.kind) == ("age", "27", "28", "corrected")


@pytest.mark.parametrize(
    ("old", "new", "kind"), [("27", "", "newly missing"), ("", "27", "no longer missing")]
)
def test_a_cell_that_comes_or_goes_is_told_apart(folder, other, old, new, kind):
    folder.replace("patients.csv", "MRD-positive,27", f"MRD-positive,{old}")
    other.replace("patients.csv", "MRD-positive,27", f"MRD-positive,{new}")
    (cell,) = only(between(folder, other, LATER, LATER)).cells
    assert cell.kind == kind


def test_two_cutoffs_of_one_study_change_nothing_of_the_past(folder):
    changes = between(folder, folder)
    assert not [one for one in changes if one.retroactive]
    assert {one.class_ for one in changes} == {"event", "followup"}
    assert {one.key for one in changes if one.kind == "event"} == {
        "relapse, 2019-12-05", "death, 2020-03-09", "death, 2019-09-30",
    }  # fmt: skip


def test_two_cutoffs_the_other_way_round_change_nothing_of_the_past(folder):
    changes = between(folder, folder, LATER, EARLIER)
    assert changes
    assert not [one for one in changes if one.retroactive]


@settings(max_examples=25)
@given(people=cohorts(), days=st.tuples(st.integers(0, 1700), st.integers(0, 1700)))
def test_no_two_cutoffs_of_any_study_change_the_past(tmp_path, people, days):
    study = write_tables(write_folder(tmp_path / "any"), tables(people))
    sides = []
    for day in days:
        try:
            sides.append(study.snapshot(FIRST + dt.timedelta(days=day)))
        except BadInput:
            return
    assert not [one for one in rows_changed(*sides) if one.retroactive]


def test_follow_up_that_goes_on_is_no_correction(folder, other):
    folder.replace("events.csv", "P06,last_contact,2020-05-02", "P06,last_contact,2019-05-02")
    one = next(one for one in between(folder, other) if one.patient == "P06")
    assert (one.kind, one.retroactive) == ("followup", False)
    assert (one.old_date, one.new_date) == ("2019-05-02", "2020-05-02")


def test_a_contact_that_gave_way_to_a_later_death_is_followed_further(folder, other):
    folder.replace("events.csv", "P06,last_contact,2020-05-02", "P06,last_contact,2019-05-02")
    other.replace("events.csv", "P06,last_contact,2020-05-02", "P06,death,2020-05-02")
    found = {one.kind: one for one in between(folder, other) if one.patient == "P06"}
    assert set(found) == {"followup", "event"}
    assert not any(one.retroactive for one in found.values())


def test_a_contact_moved_within_the_past_is_retroactive(folder, other):
    folder.replace("events.csv", "P06,last_contact,2020-05-02", "P06,last_contact,2019-05-02")
    other.replace("events.csv", "P06,last_contact,2020-05-02", "P06,last_contact,2019-05-09")
    one = next(one for one in between(folder, other) if one.patient == "P06")
    assert (one.kind, one.retroactive) == ("corrected", True)


def test_follow_up_the_cut_had_made_and_nothing_bears_out_is_retroactive(folder, other):
    other.replace("events.csv", "P06,last_contact,2020-05-02", "P06,last_contact,2019-05-02")
    one = next(one for one in between(folder, other) if one.patient == "P06")
    assert (one.retroactive, one.old_date, one.new_date) == (True, "2019-06-30", "2019-05-02")


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("events.csv", "P01,relapse,2019-02-01,"),
        ("adverse_events.csv", "P05,Fever,General,2,2018-09-12,2018-09-13,1"),
        ("measurements.csv", "P05,CRP,2018-09-16,20.1,mg/L,1"),
        ("infusions.csv", "P05,2,2019-01-11,2.8"),
    ],
)
def test_a_row_of_the_past_that_is_new_or_gone_is_retroactive(folder, other, file, line):
    other.append(file, line)
    added = next(one for one in between(folder, other) if one.retroactive)
    assert (added.kind, added.table, added.class_) == ("added", file[:-4], "retroactive")
    removed = next(one for one in between(other, folder) if one.retroactive)
    assert (removed.kind, removed.old["patient_id"]) == ("removed", line[:3])


def test_what_happened_since_is_not(folder, other):
    other.append("events.csv", "P06,relapse,2019-12-01,")
    other.append("adverse_events.csv", "P06,Fever,General,2,2019-12-02,,1")
    assert [
        (one.table, one.kind) for one in between(folder, other) if one.patient == "P06" and one.new
        and one.kind != "followup"
    ] == [("events", "event"), ("adverse_events", "added")]  # fmt: skip
    assert not [one for one in between(folder, other) if one.retroactive]


def test_a_patient_who_started_since_is_added_with_all_rows(folder, other):
    other.append("patients.csv", "P13,2019-09-01,Active,40,F")
    other.append("events.csv", "P13,relapse,2020-01-19,", "P13,last_contact,2020-08-19,")
    other.append("infusions.csv", "P13,1,2019-09-01,2.0")
    mine = [one for one in between(folder, other) if one.patient == "P13"]
    assert {(one.table, one.kind, one.retroactive) for one in mine} == {
        ("patients", "added", False), ("events", "added", False), ("infusions", "added", False),
    }  # fmt: skip
    gone = [one for one in between(other, folder, LATER, EARLIER) if one.patient == "P13"]
    assert {one.class_ for one in gone} == {"removed"}


def test_a_patient_put_into_the_past_is_retroactive(folder, other):
    other.append("patients.csv", "P13,2019-01-01,Active,40,F")
    other.append("events.csv", "P13,last_contact,2020-08-19,")
    assert any(one.retroactive and one.table == "patients" for one in between(folder, other))


def test_a_cell_the_earlier_cutoff_had_emptied_is_known_now(folder):
    folder.replace("adverse_events.csv", "2018-05-20,,1", "2018-05-20,2019-12-24,1")
    one = next(one for one in between(folder, folder) if one.table == "adverse_events")
    assert (one.kind, one.retroactive, one.cells[0].kind) == ("known", False, "known")


def test_an_outcome_known_since_is_no_correction(folder, other):
    for study in (folder, other):
        study.replace("study.toml", "[groups] ", '[[companion]]\ncolumn = "answer"\n'
                      'date = "answer_date"\n\n[groups] ')  # fmt: skip
        lines = study.text("patients.csv").splitlines()
        rows = [f"{lines[0]},answer,answer_date", *(f"{one},," for one in lines[1:])]
        study.write("patients.csv", "\n".join(rows) + "\n")
    folder.replace("patients.csv", "P03,2018-04-02,MRD-positive,27,F,,",
                   "P03,2018-04-02,MRD-positive,27,F,partial,2018-06-01")  # fmt: skip
    other.replace("patients.csv", "P03,2018-04-02,MRD-positive,27,F,,",
                  "P03,2018-04-02,MRD-positive,27,F,complete,2020-01-01")  # fmt: skip
    one = next(one for one in between(folder, other) if one.table == "patients")
    assert (one.kind, {cell.kind for cell in one.cells}) == ("known", {"known"})
    assert only(between(folder, other, LATER, LATER)).retroactive


def test_a_moved_event_is_one_row_with_another_date(folder, other):
    other.replace("events.csv", "P02,relapse,2019-03-01", "P02,relapse,2019-02-01")
    one = next(one for one in between(folder, other) if one.retroactive)
    assert (one.kind, one.old_date, one.new_date) == ("corrected", "2019-03-01", "2019-02-01")


def test_an_event_moved_beyond_the_cutoff_is_retroactive(folder, other):
    other.replace("events.csv", "P02,relapse,2019-03-01", "P02,relapse,2019-12-01")
    one = next(one for one in between(folder, other) if one.retroactive)
    assert (one.kind, one.old_date, one.new_date) == ("corrected", "2019-03-01", "2019-12-01")


def test_a_later_sample_is_not_an_earlier_one_that_moved(folder, other):
    other.replace("measurements.csv", "P06,CRP,2019-01-19,22.9", "P06,CRP,2019-12-19,22.9")
    mine = [(one.kind, one.retroactive) for one in between(folder, other) if one.patient == "P06"
            and one.table == "measurements"]  # fmt: skip
    assert mine == [("removed", True), ("added", False)]


def test_of_rows_that_look_alike_as_many_differ_as_differ(folder, other):
    folder.append("measurements.csv", *["P06,CRP,2019-01-20,5.0,mg/L,1"] * 3)
    other.append("measurements.csv", *["P06,CRP,2019-01-20,5.0,mg/L,1"] * 2,
                 "P06,CRP,2019-01-20,6.0,mg/L,1")  # fmt: skip
    one = only(between(folder, other, LATER, LATER))
    assert (one.kind, one.cells[0].old, one.cells[0].new) == ("corrected", "5.0", "6.0")


def test_the_most_alarming_come_first(folder, other):
    other.append("events.csv", "P01,relapse,2019-02-01,")
    classes = [one.class_ for one in between(folder, other)]
    assert classes[0] == "retroactive"
    assert classes == sorted(classes, key=["retroactive", "event", "followup"].index)


def test_a_key_that_stands_twice_is_a_message(folder):
    from dataclasses import replace

    snapshot = folder.snapshot()
    table = snapshot.recorded["patients"]
    twice = replace(
        table,
        text=table.text.assign(patient_id=["P01", *table.text["patient_id"][:-1]]),
    )
    spoilt = replace(snapshot, recorded={**snapshot.recorded, "patients": twice})
    with pytest.raises(BadInput, match="patient_id P01 stands twice in patients"):
        rows_changed(snapshot, spoilt)
