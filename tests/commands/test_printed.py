"""`carreport trace --printed`: which numbers stand on a page in a given way, and where."""

import json

import pytest
from asking import ask, refused

from carreport.saved.build import opened
from carreport.saved.printed import printed_as

RATE = "survival.os.rate@day=365,group=mrd_positive"


@pytest.fixture
def page(mine):
    """A build in which each of these ids is printed so, in the abstract."""

    def put(**printed):
        for number, (text, fields) in enumerate(printed.values()):
            id_ = list(mine.rows())[number]
            use = {"document": "interim", "place": "Abstract", "printed": text}
            mine.put(id_, uses=[use], **{"kind": "count", "unit": "", **fields})
        return opened(mine.out)

    return put


def test_every_place_is_named(here):
    """Document and place, the string there, id and full value: a line each."""
    row = here.rows()[RATE]

    result = ask("trace", "--printed", row["display"])

    assert result.exit_code == 0
    found = [line for line in result.stdout.splitlines() if RATE in line]
    assert len(found) == len({(use["place"], use["printed"]) for use in row["uses"]})
    for use in row["uses"]:
        assert any(use["place"] in line and repr(row["value"]) in line for line in found)


def test_every_printed_number_is_found_by_what_is_printed(here):
    """Whatever it is, a text or a number."""
    saved = opened(here.out)

    for id_, row in here.rows().items():
        for use in row["uses"]:
            assert id_ in {one["id"] for one in printed_as(saved, use["printed"])}


@pytest.mark.parametrize(
    ("asked", "printed", "fields"),
    [
        ("61.2", "61.2%", {"kind": "survival"}),
        ("61.2%", "61.2", {"kind": "survival"}),
        ("61.2 %", "61.2%", {"kind": "fraction"}),
        ("61.2\u2009%", "61.2", {"unit": "%"}),
        ("-0.537", "−0.537", {"kind": "coefficient"}),
        ("–0.537", "−0.537", {"kind": "coefficient"}),
        ("p = 0.014", "0.014", {"kind": "p"}),
        ("P=.014", "0.014", {"kind": "p"}),
        ("p < 0.001", "<0.001", {"kind": "p"}),
        ("p=<0.001", "<0.001", {"kind": "p"}),
        ("n = 14", "14", {}),
        ("14 patients", "14", {"unit": "patients"}),
        ("1 patient", "1", {"unit": "patients"}),
        ("698 days", "698", {"unit": "days"}),
        ("698\u00a0d", "698 d", {}),
        ("22.9 months", "22.9", {"unit": "days"}),
        ("28.2 cells/μL", "28.2", {"unit": "cells/µL"}),
        ("1,204", "1204", {}),
        ("1204", "1,204", {}),
        ("hazard ratio 0.36", "0.36", {}),
        ("not reached", "Not reached", {}),
        ("19 August 2020", "19 August 2020", {"kind": "date"}),
        ("CD19-positive", "CD19\u2011positive", {"kind": "text"}),
    ],
)  # fmt: skip
def test_typography_makes_no_difference(asked, printed, fields, page):
    """Minus signs, thin spaces, percent signs, `p =`, a missing nought, units."""
    assert [use["printed"] for use in printed_as(page(one=(printed, fields)), asked)][:1] == [
        printed
    ]


@pytest.mark.parametrize(
    ("asked", "printed", "fields"),
    [
        ("61.2", "61.20", {}),
        ("61.2", "61.25%", {"kind": "survival"}),
        ("61.2", "−61.2", {}),
        ("61.2%", "61.2", {"unit": "days"}),
        ("p < 0.001", "0.001", {"kind": "p"}),
        ("0.001", "<0.001", {"kind": "p"}),
        ("14 days", "14", {"unit": "patients"}),
        ("14 patients", "14", {}),
        ("22.9 months", "22.9", {"unit": "mg/L"}),
        ("19", "CD19-positive", {"kind": "text"}),
        ("20", "19 August 2020", {"kind": "date"}),
    ],
)
def test_what_makes_a_difference_does(asked, printed, fields, page):
    """Digits, sign, limit, and a unit that is asked for."""
    found = printed_as(page(one=(printed, fields)), asked)

    assert printed not in [use["printed"] for use in found if use["place"] == "Abstract"]


@pytest.mark.usefixtures("here")
def test_nothing_found_is_exit_code_one():
    """And nothing on stdout."""
    result = ask("trace", "--printed", "61.2345")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "nothing is printed as '61.2345'\n"


@pytest.mark.usefixtures("here")
def test_several_numbers_at_once_are_not_a_number():
    """The message says so."""
    result = ask("trace", "--printed", "78.6 ± 11.0")

    assert result.exit_code == 1
    assert "ask for one number at a time" in result.stderr


def test_json_is_for_programs(here):
    """A list, empty where nothing is found."""
    row = here.rows()[RATE]

    found = json.loads(ask("trace", "--printed", row["display"], "--json").stdout)
    nothing = ask("trace", "--printed", "61.2345", "--json")

    use = next(use for use in found if use["id"] == RATE)
    assert use["value"] == row["value"]
    assert {"document", "place", "printed"} <= set(use)
    assert (nothing.stdout, nothing.exit_code) == ("[]\n", 1)


def test_the_study_folder_may_stand_beside_it(here, tmp_path, monkeypatch):
    """Without a build its pages are made for the answer; nothing stays behind."""
    monkeypatch.chdir(tmp_path)

    result = ask("trace", "--printed", here.rows()[RATE]["display"], here.study.path)

    assert RATE in result.stdout
    assert "there is no build in out/2020-08-19: built anew for this answer" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("here")
def test_a_negative_number_is_no_option():
    """However it is written."""
    assert ask("trace", "--printed", "-0.5371").exit_code == 1
    assert ask("trace", "--printed=-0.5371").exit_code == 1


@pytest.mark.usefixtures("here")
def test_a_misspelt_folder_is_a_message():
    """Not an id."""
    refused(ask("trace", "--printed", "3", "dta"), "'dta' is no folder")
