"""`carreport diff`: what it says, and how it ends."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from asking import ask, refused
from folders import StudyFolder, tree, write_folder

from carreport.pipeline import build


@pytest.fixture(scope="session")
def pair(tmp_path_factory):
    """The tiny study, the same with one age corrected, and builds of both."""
    path = tmp_path_factory.mktemp("pair")
    write_folder(path / "old", interim=None)
    write_folder(path / "new", interim=None).replace(
        "patients.csv", "MRD-positive,27", "MRD-positive,38"
    )
    for name in ("old", "new"):
        build(path / name, out=path / f"{name}_build", formats=("html",))
    return path


@pytest.fixture(autouse=True)
def _there(pair, monkeypatch):
    """Standing where they are."""
    monkeypatch.chdir(pair)


@pytest.mark.parametrize(
    "sides",
    [("old", "new"), ("old_build", "new_build"), ("old_build", "new"), ("old", "new_build")],
)
def test_builds_and_study_folders_are_told_apart_by_what_they_hold(sides):
    answer = ask("diff", *sides)
    assert answer.exit_code == 0, answer.output
    assert "patients, patient P03  age 27 → 38" in answer.stdout
    assert re.search(r"age_and_crp.r  .* → .*\[P03 [+−]0\.\d", answer.stdout)
    assert "changed retroactively" in answer.stdout
    assert "only one patient (P03)" in answer.stderr
    assert len(answer.stdout.splitlines()) <= 40


def test_nothing_differs_from_itself():
    for sides in (("old", "old"), ("old_build", "old_build"), ("old_build", "old")):
        answer = ask("diff", *sides, "--exit-code")
        assert answer.exit_code == 0, answer.output
        assert "nothing differs" in answer.stdout


def test_one_study_on_two_days():
    answer = ask("diff", "old", "--cutoff", "2019-06-30", "--cutoff", "2020-08-19", "--json")
    found = json.loads(answer.stdout)
    assert [found[side]["cutoff"] for side in ("old", "new")] == ["2019-06-30", "2020-08-19"]
    assert found["old"]["label"] == "old on 2019-06-30"
    assert not [row for row in found["rows"] if row["retroactive"]]
    assert {row["class"] for row in found["rows"]} == {"event", "followup"}


def test_one_cutoff_holds_for_both_folders():
    found = json.loads(ask("diff", "old", "new", "--cutoff", "2019-06-30", "--json").stdout)
    assert found["old"]["cutoff"] == found["new"]["cutoff"] == "2019-06-30"


def test_json_holds_everything():
    found = json.loads(ask("diff", "old", "new", "--json").stdout)
    (row,) = found["rows"]
    assert (row["kind"], row["class"], row["cells"][0]["new"]) == ("corrected", "retroactive", "38")
    mean = next(one for one in found["numbers"] if one["id"] == "baseline.age.mean")
    assert mean["difference"] == pytest.approx(1.0)
    assert mean["contributions"] == [
        {"patient": "P03", "change": mean["difference"], "value": mean["new"]["value"], "rows": 1}
    ]
    documents = {place["document"] for one in found["numbers"] for place in one["places"]}
    assert documents == {"interim"}
    assert found["counts"]["numbers"]["print"] == sum(
        one["kind"] == "print" for one in found["numbers"]
    )


def test_the_exit_code_is_one_where_asked_for():
    assert ask("diff", "old", "new").exit_code == 0
    assert ask("diff", "old", "new", "--exit-code", "--quiet").exit_code == 1


def test_quiet_says_nothing_and_still_writes_the_page(tmp_path):
    page = tmp_path / "diff.html"
    answer = ask("diff", "old_build", "new_build", "--quiet", "--html", page)
    assert (answer.exit_code, answer.output) == (0, "")
    assert "baseline.age.mean" in page.read_text(encoding="utf-8")


def test_the_same_bytes_every_time(tmp_path):
    for name in ("one", "two"):
        assert ask("diff", "old", "new", "--quiet", "--html", tmp_path / name).exit_code == 0
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert ask("diff", "old", "new", "--json").stdout == ask("diff", "old", "new", "--json").stdout


def test_nothing_is_changed_by_looking(pair):
    before = tree(pair)
    ask("diff", "old_build", "new")
    assert tree(pair) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere", "new"), ("OLD", "'nowhere' is no folder", "carreport build")),
        (("old", "."), ("NEW", "is neither a build (manifest.json) nor a study folder")),
        (("old",), ("one folder is named", "two --cutoff DATE")),
        (("old", "--cutoff", "2019-06-30"), ("one folder is named",)),
        (
            ("old_build", "--cutoff", "2019-06-30", "--cutoff", "2020-06-30"),
            ("one build is named",),
        ),
        (("old_build", "new_build", "--cutoff", "2019-06-30"), ("the cutoff it was built with",)),
        (("old", "new", *["--cutoff", "2019-06-30"] * 3), ("is given 3 times",)),
        (("old", "new", "--cutoff", "soon"), ("'soon' is no date",)),
        (("old", "--cutoff", "2010-01-01", "--cutoff", "2020-06-30"), ("no patient had started",)),
    ],
)
def test_bad_words_are_one_message(words, said):
    refused(ask("diff", *words), *said)


def test_a_build_of_an_earlier_version_is_to_be_built_again(tmp_path):
    shutil.copytree("old_build", tmp_path / "spoilt")
    (tmp_path / "spoilt" / "snapshot.json").unlink()
    refused(ask("diff", tmp_path / "spoilt", "new"), "build again with this version")


def test_a_study_with_a_wrong_cell_is_the_message_of_that_cell(tmp_path):
    shutil.copytree("new", tmp_path / "spoilt")
    StudyFolder(tmp_path / "spoilt").replace("patients.csv", "2018-04-02", "2018-04-99")
    refused(ask("diff", "old", tmp_path / "spoilt"), "patients.csv", "is not a date")


def test_an_analysis_that_fails_is_named(monkeypatch):
    from carreport import diff as module

    def failing(*_words):
        message = "some analyses failed"
        raise ExceptionGroup(message, [ValueError("too few")])

    monkeypatch.setattr(module, "run", failing)
    answer = ask("diff", "old", "new")
    assert answer.exit_code == 2
    assert "too few" in answer.stderr


def test_pages_that_cannot_be_made_are_a_notice(tmp_path):
    shutil.copytree("new", tmp_path / "spoilt")
    StudyFolder(tmp_path / "spoilt").write("documents/interim/interim.html.j2", "{{ 1 + 1 }}")
    answer = ask("diff", "old", tmp_path / "spoilt")
    assert answer.exit_code == 0, answer.output
    assert "where numbers are printed is not known" in answer.stderr
    assert "P03" in answer.stdout
