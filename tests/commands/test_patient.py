"""`carreport trace --patient`: the list is neither short nor everything."""

import json
import shutil

import pytest
from asking import ask, refused
from folders import StudyFolder

from carreport.results.save import result_row
from carreport.saved.build import opened
from carreport.saved.patient import counts, moved_by


def values(results):
    """Every number's row, cells of listings included, by id."""
    found = {id_: results[id_] for id_ in results}
    for listing in results.listings.values():
        for number in range(len(listing.rows)):
            for column in listing.columns:
                id_ = listing.id_of(number, column.name)
                found[id_] = results[id_]
    return {id_: result_row(result) for id_, result in found.items()}


def moved(before, after):
    """
    Ids whose value is another now, or that are there no more; digests left aside.

    A level that only one patient had goes with that patient, from other groups as well: that nobody
    of theirs had it, they say before and after.
    """
    return {
        id_
        for id_ in before
        if _value(before, id_) != _value(after, id_)
        and ".digest" not in id_
        and (id_ in after or before[id_]["value"] not in (0, None))
    }


def _value(rows, id_):
    return (rows[id_]["value"], rows[id_]["missing"]) if id_ in rows else "not there"


def counted(rows, patient):
    """Ids of the numbers that count a patient."""
    return {id_ for id_, row in rows.items() if counts(row, patient)}


def cut_rows(file, patient):
    """A change that removes a patient's rows from a table."""

    def change(folder):
        lines = folder.text(file).splitlines(keepends=True)
        folder.write(file, "".join(one for one in lines if not one.startswith(f"{patient},")))

    return change


def put(file, old, new):
    """A change of a cell."""
    return lambda folder: folder.replace(file, old, new)


TINY = {
    "age": ("P02", put("patients.csv", "MRD-positive,51,M", "MRD-positive,15,M")),
    "no age": ("P02", put("patients.csv", "MRD-positive,51,M", "MRD-positive,,M")),
    "an age": ("P04", put("patients.csv", "MRD-positive,,M", "MRD-positive,44,M")),
    "start": ("P03", put("patients.csv", "P03,2018-04-02", "P03,2018-03-02")),
    "death later": ("P05", put("events.csv", "P05,death,2020-03-09", "P05,death,2020-05-09")),
    "no death": ("P09", put("events.csv", "P09,death,2018-07-04", "P09,last_contact,2020-08-19")),
    "contact": ("P12", put("events.csv", "P12,last_contact,2020-08-19", "P12,last_contact,2019-08-19")),
    "grade": ("P01", put("adverse_events.csv", "P01,Fever,General,2", "P01,Fever,General,5")),
    "another term": ("P02", put("adverse_events.csv", "P02,Fever", "P02,Rash")),
    "no adverse events": ("P04", cut_rows("adverse_events.csv", "P04")),
    "the only one of a term": ("P03", cut_rows("adverse_events.csv", "P03")),
    "peak": ("P11", put("measurements.csv", "P11,CRP,2018-11-25,145.5", "P11,CRP,2018-11-25,3.5")),
    "no measurement": ("P07", cut_rows("measurements.csv", "P07")),
    "sex": ("P06", put("patients.csv", "MRD-positive,62,M", "MRD-positive,62,F")),
    "group": ("P06", put("patients.csv", "MRD-positive,62,M", "Active,62,M")),
}  # fmt: skip
JOINS = {"sex", "group"}
"""Changes by which a patient comes to belong to others than before."""


def check_moves(before, folder, patient, change):
    """Change, compute again: which numbers moved though they did not count the patient."""
    change(folder)
    after = values(folder.results())

    stirred = moved(before, after)
    counting = counted(before, patient)
    assert stirred
    assert stirred <= counting | counted(after, patient)
    assert len(counting) < len(before)
    return stirred - counting


@pytest.mark.parametrize("name", TINY)
def test_only_numbers_that_count_a_patient_move(name, folder, tiny_results):
    """
    Whatever is changed about the patient, or taken away.

    By another group or another condition a patient comes to be counted elsewhere, and those
    numbers move then; the list speaks of them as what the patient is not counted in.
    """
    elsewhere = check_moves(values(tiny_results), folder, *TINY[name])

    assert bool(elsewhere) == (name in JOINS)


BUNDLED = {
    "age, and no adverse events": (
        "9",
        lambda folder: (
            put("patients.csv", "MRD-positive,17,M,3.90", "MRD-positive,71,M,0.01")(folder),
            cut_rows("adverse_events.csv", "9")(folder),
        ),
    ),
    "no relapse, no death": (
        "9",
        lambda folder: (
            put("events.csv", "9,relapse,2019-06-05,CD19-positive\n", "")(folder),
            put("events.csv", "9,disease_status,2019-06-05,Relapse\n", "")(folder),
            put("events.csv", "9,disease_status,2019-09-20,Relapse (death)\n", "")(folder),
            put("events.csv", "9,death,2019-09-20,relapse\n", "")(folder),
            put("events.csv", "9,last_contact,2019-09-20", "9,last_contact,2020-08-19")(folder),
        ),
    ),
    "no measurements": ("A01", cut_rows("measurements.csv", "A01")),
}
BUNDLED_JOINS = {"no relapse, no death"}


@pytest.mark.parametrize("name", BUNDLED)
def test_the_same_is_true_of_the_bundled_study(name, bundled, bundled_folder, tmp_path):
    """With all its analyses, conditions and derived columns."""
    shutil.copytree(bundled_folder.path, tmp_path / "study")
    folder = StudyFolder(tmp_path / "study")

    elsewhere = check_moves(values(bundled), folder, *BUNDLED[name])

    assert bool(elsewhere) == (name in BUNDLED_JOINS)


def test_a_level_that_only_one_patient_has_goes_with_the_patient(folder):
    """In every group; elsewhere it was nought, and no value of the others moves."""
    folder.replace("study.toml", 'levels = ["F", "M"]', "")
    folder.replace("patients.csv", "P08,2018-03-08,Active,29,M", "P08,2018-03-08,Active,29,X")
    before = values(folder.results())
    folder.replace("patients.csv", "P08,2018-03-08,Active,29,X", "P08,2018-03-08,Active,29,M")
    after = values(folder.results())

    elsewhere = before.keys() - after.keys() - counted(before, "P08")

    assert moved(before, after) <= counted(before, "P08")
    assert elsewhere == {
        f"baseline.sex.{field}@group=mrd_positive,level=X" for field in ("count", "percent")
    }
    assert {before[id_]["value"] for id_ in elsewhere} == {0}


def test_the_list_has_what_is_printed_by_chapter(here):
    """Id, the way it is printed, and where."""
    rows = here.rows()

    result = ask("trace", "--patient", "P01")

    assert (result.exit_code, result.stderr) == (0, "")
    listed = [line.split()[0] for line in result.stdout.splitlines() if line.startswith("  ")]
    assert set(listed) == {id_ for id_, row in rows.items() if row["uses"] and counts(row, "P01")}
    chapters = [id_.split(".")[0] for id_ in listed]
    assert chapters == sorted(chapters, key=list(dict.fromkeys(chapters)).index)
    assert not any("group=active_disease" in id_ for id_ in listed if ".risk." not in id_)
    assert "\nsurvival\n  survival." in result.stdout


def test_the_rest_is_said_in_words(here):
    """How many more, that digests change, and what counts others only."""
    tail = ask("trace", "--patient", "P01").stdout.splitlines()[-4:]
    said = {line[:14].strip(): line[14:] for line in tail}

    numbers = moved_by(opened(here.out), "P01")
    assert said["patient"].strip().startswith(f"P01 is counted in {len(numbers.printed)} printed")
    assert "digests of the data" in said["besides"]
    assert "Active disease (" in said["not counted in"]


@pytest.mark.usefixtures("here")
def test_a_patient_left_out_is_counted_too():
    """A value instead of the blank would move the number."""
    result = ask("trace", "--patient", "P04")

    assert "\nleft out of" in result.stdout
    assert "baseline.age.median" in result.stdout
    record = json.loads(ask("trace", "--patient", "P04", "--json").stdout)
    reasons = {one["id"]: one["left_out"] for one in record["numbers"]}
    assert reasons["baseline.age.median"] == "no age"
    assert reasons["survival.os.n"] is None


def test_json_has_every_number(here):
    """Printed or not; with listings, digests, and what counts others."""
    record = json.loads(ask("trace", "--patient", "P01", "--json").stdout)

    rows = here.rows()
    assert [one["id"] for one in record["numbers"]] == [
        id_ for id_, row in rows.items() if counts(row, "P01")
    ]
    assert "survival.os.curve@group=mrd_positive" in record["listings"]
    assert "study.data.digest" in record["digests"]
    others = sum(record["elsewhere"].values()) + len(record["numbers"])
    own_rows = [id_ for id_ in rows if "patient=" in id_ and "patient=P01" not in id_]
    stated = [id_ for id_ in rows if id_.startswith("study.") and not rows[id_]["patients"]]
    assert others + len(own_rows) + len(stated) == len(rows)


@pytest.mark.usefixtures("here")
def test_an_unknown_patient_is_answered_with_the_nearest():
    """Exit code 2; where none is near, a few that there are."""
    refused(ask("trace", "--patient", "P1"), "there is no patient 'P1'; ask for one such as P1")
    refused(ask("trace", "--patient", "x"), "ask for one such as P01, P02, P03")
    refused(ask("trace", "--patient", "\x1b[2J"), "there is no patient")


@pytest.mark.usefixtures("here")
def test_a_patient_whom_the_cutoff_removed_moves_nothing():
    """Exit code 1, and why."""
    result = ask("trace", "--patient", "P12", "--cutoff", "2019-01-31")

    assert result.exit_code == 1
    assert "P12: started on 2019-02-07, after the cutoff" in result.stdout
