"""A draft becomes a study folder that loads, or nothing at all."""

from __future__ import annotations

import datetime as dt
import json
import tomllib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from carreport.errors import BadInput, Problem
from carreport.intake.draft import Assumed, Draft, Place, Report, Table, Unused, Used
from carreport.intake.folder import write_draft
from carreport.intake.toml import to_toml
from carreport.study.load import load

SETTINGS = {
    "study": {"title": 'A "study" \\ of\ttabs', "cutoff": dt.date(2020, 1, 31)},
    "groups": {
        "column": "arm",
        "compare": ["a", "b"],
        "level": [
            {"id": "a", "value": "A", "label": "Arm ä"},
            {"id": "b", "value": "B", "label": "B"},
        ],
    },
    "population": [{"id": "p", "label": "P", "where": {"arm": ["A"], "age": {"min": 18}}}],
    "endpoint": [
        {"id": "os", "label": "Overall survival", "events": ["death"], "landmarks": [365]},
        {"id": "pfs", "label": "PFS", "events": ["progression", "death"]},
    ],
}
PATIENTS = Table(
    ("patient_id", "start_date", "arm", "age"),
    (("1", "2019-01-01", "A", "40.5"), ("2", "2019-02-01", "B", "")),
    (Place("adsl.xpt", 1), Place("adsl.xpt", 2)),
)
EVENTS = Table(
    ("patient_id", "event", "date", "detail"),
    (("1", "death", "2019-06-01", 'of "a, b"'), ("2", "last_contact", "2019-12-01", "")),
    (Place("adtte.xpt", 7), Place("adtte.xpt", 9)),
)
REPORT = Report(
    used=(Used("adtte.xpt", "ADT", "Analysis Date", "events.date", 2),),
    unused=(Unused("adsl.xpt", "SITE|ID", "nothing asks for it"),),
    assumed=(Assumed("the cutoff is later", "none was given", "give --cutoff"),),
    problems=(Problem("adtte.xpt", 3, "AVAL", "is 5, the dates say 6", "the dates were used"),),
)


def draft(events=EVENTS, settings=SETTINGS):
    return Draft(settings, {"patients": PATIENTS, "events": events}, REPORT, {"study.cutoff": "c"})


def test_a_written_folder_loads_and_holds_what_the_draft_did(tmp_path):
    write_draft(draft(), tmp_path / "new" / "study")
    study = load(tmp_path / "new" / "study")
    assert study.settings.study.title == SETTINGS["study"]["title"]
    assert [one.id for one in study.settings.endpoint] == ["os", "pfs"]
    assert study.tables["events"].text["detail"].tolist() == ['of "a, b"', ""]
    account = json.loads((tmp_path / "new" / "study" / "import.json").read_text())
    assert account["unused"] == [
        {"file": "adsl.xpt", "column": "SITE|ID", "why": "nothing asks for it", "label": ""}
    ]
    page = (tmp_path / "new" / "study" / "import.md").read_text()
    assert "SITE\\|ID" in page
    assert "the dates were used" in page


def test_what_the_check_objects_to_is_said_of_the_file_it_came_from_and_nothing_is_written(
    tmp_path,
):
    early = Table(EVENTS.header, (("1", "death", "2018-06-01", ""), EVENTS.rows[1]), EVENTS.places)
    with pytest.raises(BadInput) as caught:
        write_draft(draft(early), tmp_path / "study")
    (problem,) = caught.value.problems
    assert (problem.file, problem.row, problem.column) == ("adtte.xpt", 7, "ADT")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_anything_is_refused_and_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(BadInput, match=r"holds files \(notes.txt\)"):
        write_draft(draft(), tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["notes.txt"]


_KEYS = st.text(min_size=1, max_size=8)
_PLAIN = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.text(),
)
_INLINE = st.recursive(
    _PLAIN, lambda one: st.lists(one, max_size=3) | st.dictionaries(_KEYS, one, max_size=3)
)
_TABLES = st.dictionaries(
    _KEYS,
    _INLINE | st.lists(st.dictionaries(_KEYS, _INLINE, max_size=3), max_size=3),
    max_size=4,
)


@example({"a.b": {"c.d": [{"e.f": 1}]}, "g": {"h": {"i": [{}]}}})
@given(st.dictionaries(_KEYS, _INLINE | _TABLES | st.lists(_TABLES, max_size=3), max_size=4))
def test_toml_reads_back_as_it_was_given(values):
    assert tomllib.loads(to_toml(values)) == values


def test_comments_stand_above_what_they_are_about():
    text = to_toml(
        {"study": {"title": "A"}, "endpoint": [{"id": "os"}, {"id": "pfs"}]},
        {"": "head\nof the file", "study.title": "t", "endpoint": "all", "endpoint.1.id": "second"},
    )
    assert text.splitlines() == [
        "# head", "# of the file", "", "[study]", "# t", 'title = "A"', "", "# all",
        "[[endpoint]]", 'id = "os"', "", "[[endpoint]]", "# second", 'id = "pfs"',
    ]  # fmt: skip
