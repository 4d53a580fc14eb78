"""`carreport cut`: every row beside what the cutoff made of it."""

import csv
import datetime as dt
import io
import json
import re

import pytest
from folders import write_folder
from lxml import html
from typer.testing import CliRunner

from carreport.cli import app
from carreport.study.account import account_lines

HOSTILE = "<script>alert(1)</script> {{ 1 }} =cmd"


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """The tiny study, with an adverse event that goes on beyond the cutoff below."""
    folder = write_folder(tmp_path_factory.mktemp("cut") / "study")
    return folder.append("adverse_events.csv", "P05,Rash,Skin,2,2018-12-30,2019-02-01,1")


def ran(*words):
    """What a command line gives."""
    return CliRunner().invoke(app, ["cut", *map(str, words)])


def rows(result):
    """Its CSV as dictionaries."""
    assert result.exit_code == 0, result.stderr
    return list(csv.DictReader(io.StringIO(result.stdout)))


def test_every_row_stands_there_kept_ones_too(study):
    """As many as in the files, in their order, and those the cut made."""
    found = rows(ran(study.path, "--cutoff", "2018-12-31"))

    for table in ("patients", "infusions", "events", "adverse_events", "measurements"):
        own = [row for row in found if row["table"] == table]
        lines = [int(row["line"]) for row in own if row["line"]]
        assert lines == list(range(2, len(study.text(f"{table}.csv").splitlines()) + 1))
        assert all(row["status"] == "truncated" for row in own if not row["line"])
    assert list(found[0])[:2] == ["status", "reason"]


def test_rows_are_flagged_with_a_reason(study):
    """Kept, removed, rolled back, truncated."""
    found = rows(ran(study.path, "--cutoff", "2018-12-31"))

    assert {row["status"] for row in found if not row["reason"]} == {"kept"}
    told = {
        (row["table"], row["patient_id"], row["status"]): row["reason"]
        for row in found
        if row["reason"]
    }
    assert told["patients", "P12", "removed"] == "started on 2019-02-07, after the cutoff"
    assert told["measurements", "P12", "removed"] == "the patient had not started by the cutoff"
    assert told["events", "P11", "removed"] == "dated 2019-09-30, after the cutoff"
    assert told["events", "P11", "truncated"] == "in contact after the cutoff"
    rolled = told["adverse_events", "P05", "rolled back"]
    assert rolled == "end_date: 2019-02-01 is after the cutoff"


def test_it_agrees_with_the_list_of_what_was_cut(study):
    """cutoff.csv has the same rows without those that were kept."""
    listed = account_lines(study.snapshot(dt.date(2018, 12, 31)).account)[1:]
    found = rows(ran(study.path, "--cutoff", "2018-12-31"))
    flagged = {(row["table"], row["line"], row["patient_id"], row["status"]) for row in found}

    assert {(table, line, who, action) for table, line, who, _, _, action, _ in listed} == {
        one for one in flagged if one[3] != "kept"
    }


def test_one_table_and_one_patient(study):
    """Each may be named, more than once."""
    words = ("--cutoff", "2018-12-31", "--table", "events", "--patient", "P05", "--patient", "P11")
    found = rows(ran(study.path, *words))

    assert {row["table"] for row in found} == {"events"}
    assert {row["patient_id"] for row in found} == {"P05", "P11"}
    assert "dose" not in found[0]


def test_names_nothing_goes_by_are_refused_together(study):
    """With the nearest there are."""
    result = ran(study.path, "--table", "event", "--patient", "P5")

    assert result.exit_code == 2
    assert result.stdout == ""
    assert (
        result.stderr.splitlines()
        == [
            "2 problems:",
            "  '--patient': there is no 'P5'; name one such as P05",
            "  '--table': there is no 'event'; name one such as events",
        ]
        or "P05" in result.stderr
    )


def test_json_is_for_programs(study):
    """The same rows, with the columns that were emptied."""
    result = ran(study.path, "--cutoff", "2018-12-31", "--table", "adverse_events", "--json")

    (table,) = json.loads(result.stdout)["tables"]
    (rolled,) = [row for row in table["rows"] if row["status"] == "rolled back"]
    assert rolled["emptied"] == ["end_date"]
    assert rolled["cells"]["end_date"] == "2019-02-01"
    assert table["counts"] == {"kept": 8, "removed": 0, "rolled back": 1, "truncated": 0}


def test_the_page_needs_nothing_else_and_runs_nothing(tmp_path):
    """Cells are escaped, nothing is fetched, no script is there."""
    folder = write_folder(tmp_path / "study")
    folder.replace("study.toml", 'title = "A study"', f"title = '{HOSTILE}'")
    folder.replace("events.csv", "P03,death,2018-11-30,infection", 'P03,death,2018-11-30,"& = cmd"')
    page = tmp_path / "cut.html"

    result = ran(folder.path, "--cutoff", "2018-06-30", "--html", page)

    assert result.exit_code == 0, result.stderr
    text = page.read_text(encoding="utf-8")
    tree = html.document_fromstring(text)
    assert tree.xpath("//script | //link | //img | //iframe") == []
    policy = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert "default-src 'none'" in policy
    assert "script-src 'none'" in policy
    assert not re.search(r"(?:src|href)=\"(?!#)", text)
    assert not tree.xpath("//*[@style]")
    assert tree.xpath("//h1")[0].text == HOSTILE
    statuses = {row.get("class") for row in tree.xpath("//table[@class='fates']/tbody/tr")}
    assert {"kept", "removed", "truncated"} <= statuses
    assert ran(folder.path, "--cutoff", "2018-06-30", "--html", page).exit_code == 0
    assert page.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", ["study.toml", "missing/cut.html", "cut.txt"])
def test_only_a_page_is_written(name, study):
    """What is no name of a page is left alone."""
    before = study.text("study.toml")

    result = ran(study.path, "--html", study.path / name)

    assert result.exit_code == 2
    assert "'--html'" in result.stderr
    assert study.text("study.toml") == before


def test_a_cutoff_before_the_first_start_is_refused(study):
    """One message."""
    result = ran(study.path, "--cutoff", "2017-01-01")

    assert result.exit_code == 2
    assert "no patient had started by 2017-01-01 (the first did on 2018-01-10)" in result.stderr
