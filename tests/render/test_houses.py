"""One study in the format of each journal: pages, tables, nets, manuscripts and comparisons."""

import json
import re

import pytest
from docmacros import UNSEEN
from folders import write_folder
from lxml import html
from sides import changes_between
from typer.testing import CliRunner

from carreport.cli import app
from carreport.results.save import result_row
from carreport.tables import lay_out

BODY = (
    '<p id="ci">{{ ci("survival.os.rate@day=365") }}</p><p id="p">{{ p("survival.os.logrank_p") }}</p>'
    '<p id="share">{{ share("response.relapsed") }}</p><p id="of">{{ of("response.relapsed") }}</p>'
    '<p id="span">{{ span("baseline.age") }}</p><p id="iqr">{{ iqr("baseline.age") }}</p>'
    '<p id="pm">{{ pm("survival.os.rate@day=365") }}</p>'
    '<p id="open">{{ ci("survival.os.median") }}</p><p id="rate">{{ qty("response.relapsed.rate") }}</p>'
    '<p id="rel">{{ ci("response.relapsed.rate") }}</p>{{ table("baseline") }}'
)
# 5 of 12 relapsed, 41.7%; survival at a year 58.3% with Greenwood's log-log limits.
PRINTED = {
    "": ["95% CI 27.0–80.1%", "p = 0.214", "5 (41.7%)", "5 of 12", "19.0–66.0", "31.5–54.0",
         "58.3 ± 14.2%", "95% CI 206 to NR", "41.7%", "95% CI 15.2–72.3%"],
    "nejm": ["95% CI, 27.0 to 80.1", "P=0.21", "5 (42%)", "5 of 12", "19.0–66.0", "31.5–54.0",
             "58.3 ± 14.2%", "95% CI, 206 to NR", "42%", "95% CI, 15.2 to 72.3"],
    "ama": ["95% CI, 27.0 to 80.1", "P = .21", "5 (42%)", "5 of 12", "19.0-66.0", "31.5-54.0",
            "58.3% (SE, 14.2%)", "95% CI, 206 to NR", "42%", "95% CI, 15.2 to 72.3"],
    "lancet": ["95% CI 27·0–80·1", "p=0·21", "5 (42%)", "5 of 12", "19·0–66·0", "31·5–54·0",
               "58·3% (SE 14·2%)", "95% CI 206 to NR", "42%", "95% CI 15·2–72·3"],
}  # fmt: skip
IN_TABLE = {"": "3 (50.0%)", "nejm": "3 (50)", "ama": "3 (50%)", "lancet": "3 (50%)"}


def housed(path, house):
    """The tiny study in the format of a journal."""
    study = write_folder(path)
    return study.replace("study.toml", "confidence = 0.95", f'confidence = 0.95\nhouse = "{house}"')


@pytest.mark.parametrize("house", PRINTED)
def test_a_page_prints_its_numbers_in_the_house_format(house, page, tmp_path):
    """Every macro, and the cells of a table; the nets know the same forms."""
    study = housed(tmp_path / "study", house)
    snapshot, results = study.snapshot(), study.results()

    made = page(BODY, snapshot, results, tables=lay_out(results, snapshot))
    tree = html.document_fromstring(made.text)
    seen = [" ".join(tree.get_element_by_id(name).text_content().translate(UNSEEN).split())
            for name in re.findall(r'<p id="(\w+)">', BODY)]  # fmt: skip
    cells = [" ".join(one.text_content().split()) for one in tree.xpath("//table//td")]

    assert seen == PRINTED[house]
    assert IN_TABLE[house] in cells
    assert ("Values are no. (%)" in made.text) == (house == "nejm")


def test_results_say_in_which_format_they_are_printed(tmp_path):
    """Enough for a program to print the number again."""
    results = housed(tmp_path / "study", "jama").results()

    row = result_row(results["survival.os.logrank_p"])

    assert (row["display"], row["format"]["house"], row["format"]["limit"]) == (
        ".21",
        "ama",
        "<.001",
    )


def test_an_unknown_house_is_refused(tmp_path):
    """With the names there are."""
    done = CliRunner().invoke(app, ["check", str(housed(tmp_path / "study", "bmj").path)])

    assert done.exit_code != 0
    assert re.search(r"'nejm', 'ama', 'jama'.*'lancet'", done.output + done.stderr)


def test_another_house_is_another_format_and_no_change_of_data(tmp_path):
    """Not a row, not a number in print; the key is named among the definitions."""
    changes = changes_between(housed(tmp_path / "old", ""), housed(tmp_path / "new", "lancet"))

    others = [one for one in changes.numbers if one.id != "study.input.digest@file=study_toml"]

    assert not changes.rows
    assert {(one.kind, one.redefined) for one in others} == {("redefined", ("format",))}
    assert any("house" in str(one) for one in changes.settings)


@pytest.mark.parametrize("house", ["nejm", "ama", "lancet"])
def test_a_manuscript_in_the_house_format_is_matched_to_the_last_number(house, tmp_path):
    """A report without its ids, read against the build it came from."""
    study = housed(tmp_path / "study", house)
    study.write("documents/note/note.html.j2", (
        "<!doctype html><html lang='en'><head><title>n</title></head><body><h1>Note</h1>"
        "<p>Overall survival at one year was {{ num('survival.os.rate@day=365') }} "
        "({{ ci('survival.os.rate@day=365') }}); median overall survival was "
        "{{ qty('survival.os.median') }} and log-rank {{ p('survival.os.logrank_p') }}.</p>"
        "{{ table('baseline') }}</body></html>"
    ))  # fmt: skip
    out, call = tmp_path / "out", CliRunner().invoke
    made = call(app, ["build", str(study.path), "--document", "note", "--format", "html",
                      "--out", str(out), "--quiet"])  # fmt: skip
    assert made.exit_code == 0, made.output + made.stderr
    page = (out / "note.html").read_text(encoding="utf-8")
    body = page.partition('<section id="trace"')[0]
    bare = re.sub(r"</?(?:a|data)\b[^>]*>", "", body)
    (tmp_path / "paper.html").write_text(f"{bare}</body></html>", encoding="utf-8")

    done = call(app, ["audit", str(out), "--manuscript", str(tmp_path / "paper.html"), "--json"])
    told = json.loads(done.stdout)

    assert told["coverage"]["unmatched"] == told["coverage"]["stale"] == 0
    assert sum(bool(one["ids"]) for one in told["numbers"]) > 20


def test_previous_numbers_of_another_house_are_not_marked_as_changed(tmp_path):
    """What an earlier build printed in another format is the same number."""
    old, new = housed(tmp_path / "old", ""), housed(tmp_path / "new", "nejm")
    build = CliRunner().invoke
    for study, more in ((old, []), (new, ["--previous", str(tmp_path / "first")])):
        out = tmp_path / ("second" if more else "first")
        done = build(app, ["build", str(study.path), "--document", "interim", "--format", "html",
                           "--out", str(out), "--quiet", *more])  # fmt: skip
        assert done.exit_code == 0, done.output + done.stderr

    page = (tmp_path / "second" / "interim.html").read_text(encoding="utf-8")

    assert 'aria-label="changed since' not in page
