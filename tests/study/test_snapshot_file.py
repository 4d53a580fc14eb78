"""snapshot.json: a snapshot written and read again gives the same results, bit for bit."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from folders import SMALLEST, StudyFolder, write_folder
from hypothesis import given, settings
from strategies import cohorts, cutoffs, tables, write_tables

from carreport.analyses import ANALYSES
from carreport.errors import BadInput
from carreport.names import SNAPSHOT
from carreport.results import run
from carreport.results.save import listing_record, result_row, to_json
from carreport.study.snapshot_file import restored, snapshot_json

ODD = '''\
patient_id,start_date,cohort,age,sex
"a,b",2018-01-10,MRD-positive,007,F
"say ""x""",2018-02-14,MRD-positive,1e1,M
Zoë=1+1,2018-04-02,Active,51.50,F
 007 ,2018-04-02,Active,,F
7,2018-05-02,Active,.5,
'''
ODD_EVENTS = '''\
patient_id,event,date,detail
"a,b",last_contact,2019-08-19,
"say ""x""",relapse,2019-03-01,"a, ""b"" %,"
"say ""x""",last_contact,2020-08-19,
Zoë=1+1,death,2018-11-30,infection; then more
007,last_contact,2019-12-31,2019-12-31
7,last_contact,2018-06-01,
'''


def told(snapshot) -> list[str]:
    """Everything known about every number and listing."""
    results = run(ANALYSES, snapshot)
    rows = [to_json(result_row(results[id_])) for id_ in results]
    return rows + [to_json(listing_record(one)) for one in results.listings.values()]


def again(snapshot, path):
    """The same snapshot, written and read."""
    path.mkdir(parents=True, exist_ok=True)
    (path / SNAPSHOT).write_text(snapshot_json(snapshot), encoding="utf-8")
    return restored(path)


@pytest.mark.parametrize(
    "cutoff", [dt.date(2018, 4, 1), dt.date(2019, 6, 30), dt.date(2020, 8, 19)], ids=str
)
def test_the_bundled_study_comes_back_bit_for_bit(bundled_folder, tmp_path, cutoff):
    snapshot = bundled_folder.snapshot(cutoff)
    assert told(again(snapshot, tmp_path)) == told(snapshot)


@pytest.mark.parametrize(
    "instead",
    [
        {"patients": ODD, "events": ODD_EVENTS, "infusions": None, "adverse_events": None,
         "measurements": None, "study": SMALLEST},
        {"adverse_events": "patient_id,term,category,grade,start_date\n"},
        {"study": SMALLEST.replace("[study]", "[study]\nassume_alive = true")},
        {"study": '[study]\ntitle = "Alone"\ncutoff = 2020-08-19\n'},
    ],
    ids=["hostile ids and blanks", "an empty table", "assumed alive", "no more than a title"],
)  # fmt: skip
def test_an_odd_study_comes_back_bit_for_bit(tmp_path, instead):
    folder = write_folder(tmp_path / "study", **instead)
    for cutoff in (None, dt.date(2018, 12, 1)):
        snapshot = folder.snapshot(cutoff)
        back = again(snapshot, tmp_path / "out")
        assert told(back) == told(snapshot)
        assert back.settings == snapshot.settings
        assert back.notices == snapshot.notices
        for name, table in snapshot.recorded.items():
            assert back.recorded[name].text.equals(table.text)
            assert back.recorded[name].lines.tolist() == table.lines.tolist()


@settings(max_examples=8)
@given(people=cohorts(max_size=4), cutoff=cutoffs())
def test_any_study_comes_back_the_same(tmp_path, people, cutoff):
    folder = write_tables(StudyFolder(tmp_path / "study"), tables(people))
    try:
        snapshot = folder.snapshot(cutoff)
    except BadInput:
        return
    back = again(snapshot, tmp_path / "out")
    assert snapshot_json(back) == snapshot_json(snapshot)
    assert told(back) == told(snapshot)


def test_no_row_holds_a_later_day(bundled_folder):
    cutoff = dt.date(2019, 6, 30)
    parts = json.loads(snapshot_json(bundled_folder.snapshot(cutoff)))
    days = re.findall(r"\d{4}-\d{2}-\d{2}", json.dumps([parts["tables"], parts["notices"]]))
    assert days
    assert max(days) <= cutoff.isoformat()


def test_a_cell_dated_later_is_not_in_the_file(folder):
    cutoff = dt.date(2019, 1, 1)
    before = snapshot_json(folder.snapshot(cutoff))
    folder.replace("events.csv", "P05,death,2020-03-09,disease", "P05,death,2020-03-10,other")
    folder.replace("events.csv", "P10,relapse,2019-04-14,", "P10,relapse,2019-04-15,seen")
    assert snapshot_json(folder.snapshot(cutoff)) == before


def test_a_build_without_one_is_to_be_built_again(tmp_path):
    with pytest.raises(BadInput, match=r"holds no snapshot\.json.*build again with this version"):
        restored(tmp_path)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[:-40],
        lambda text: text.replace('"form": 1', '"form": 99'),
        lambda text: text.replace('"patient_id"', '"someone"'),
        lambda text: text.replace('"cutoff": "2020-08-19"', '"cutoff": "soon"'),
        lambda text: text.replace('"start_date"', '"started"'),
        lambda text: text[:1] + "[" * 100_000,
    ],
    ids=["cut off", "another form", "no patients", "no date", "no start", "deep"],
)
def test_a_spoilt_file_is_a_message(tiny_snapshot, tmp_path, spoil):
    (tmp_path / SNAPSHOT).write_text(spoil(snapshot_json(tiny_snapshot)), encoding="utf-8")
    with pytest.raises(BadInput, match="build again"):
        restored(tmp_path)
