"""`carreport diff`: what it says, and how it ends."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from asking import ask, refused
from folders import SMALLEST, StudyFolder, tree, write_folder

from carreport.pipeline import build

CORRELATED = """
[[correlation]]
id = "response.age_and_crp"
label = "Age and peak CRP"
x = "age"
y = "crp"
"""


def small(path, **instead):
    """The tiny study with fewer numbers: commands are asked often here."""
    study = SMALLEST[: SMALLEST.index("[adverse_events]")] + CORRELATED
    return write_folder(path, study=study, adverse_events=None, **instead)


@pytest.fixture(scope="session")
def pair(tmp_path_factory):
    """The small study, the same with one age corrected, and builds of both."""
    path = tmp_path_factory.mktemp("pair")
    small(path / "old")
    small(path / "new").replace("patients.csv", "MRD-positive,27", "MRD-positive,38")
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


def test_the_later_day_first_is_said():
    answer = ask("diff", "old", "--cutoff", "2020-08-19", "--cutoff", "2019-06-30", "--json")
    found = json.loads(answer.stdout)
    assert "the old side has the later cutoff, 2020-08-19 after 2019-06-30" in found["notices"][0]
    assert not [row for row in found["rows"] if row["retroactive"]]


def test_a_study_folder_is_opened_where_it_is_compared_with_an_open_build(tmp_path):
    small(tmp_path / "study", interim=None)
    small(tmp_path / "other", interim=None)
    build(tmp_path / "study", out=tmp_path / "open", formats=("html",), session="open")
    for sides in ((tmp_path / "open", tmp_path / "study"), (tmp_path / "study", tmp_path / "open")):
        found = json.loads(ask("diff", *sides, "--json").stdout)
        assert (found["rows"], found["numbers"]) == ([], [])
        (notice,) = found["notices"]
        assert "is computed for an open session" in notice
    StudyFolder(tmp_path / "other").replace("patients.csv", "MRD-positive,27", "MRD-positive,38")
    found = json.loads(ask("diff", tmp_path / "open", tmp_path / "other", "--json").stdout)
    assert "mrd_positive" not in json.dumps(found["numbers"])
    assert {place["document"] for one in found["numbers"] for place in one["places"]} == {"interim"}


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
    for words in (("--quiet",), ("--json",), ()):
        answer = ask("diff", "old", "new", "--exit-code", *words)
        assert answer.exit_code == 1
        assert "--quiet" not in words or answer.output == ""
        assert "--json" not in words or json.loads(answer.stdout)["anything"]


def test_quiet_says_nothing_and_still_writes_the_page(tmp_path):
    page = tmp_path / "diff.html"
    answer = ask("diff", "old_build", "new_build", "--quiet", "--html", page)
    assert (answer.exit_code, answer.output) == (0, "")
    assert "baseline.age.mean" in page.read_text(encoding="utf-8")


def test_the_same_bytes_every_time(tmp_path):
    for name in ("one.html", "two.html"):
        assert ask("diff", "old", "new", "--quiet", "--html", tmp_path / name).exit_code == 0
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()
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
        (("old", "new", "--html", "no/page.html"), ("'--html'", "cannot be written")),
        (("old", "new", "--html", "page.txt"), ("'--html'", "is no name of a page")),
        (("old", "--cutoff", "2010-01-01", "--cutoff", "2020-06-30"), ("no patient had started",)),
    ],
)
def test_bad_words_are_one_message(words, said):
    refused(ask("diff", *words), *said)


def test_a_build_of_an_earlier_version_is_to_be_built_again(tmp_path):
    shutil.copytree("old_build", tmp_path / "spoilt")
    (tmp_path / "spoilt" / "snapshot.json").unlink()
    refused(ask("diff", tmp_path / "spoilt", "new_build"), "build again with this version")


def spoilt(tmp_path, *, undigested=True):
    """The build of the new to be spoilt, by default as if an older version had made it."""
    shutil.copytree("new_build", tmp_path / "spoilt")
    folder = StudyFolder(tmp_path / "spoilt")
    if undigested:
        manifest = json.loads(folder.text("manifest.json"))
        del manifest["digests"]
        folder.write("manifest.json", json.dumps(manifest))
    return folder


def put(folder, change):
    """Change the first number that is printed."""
    line = next(one for one in folder.text("results.json").splitlines() if '"uses": [{' in one)
    row = json.loads(line.rstrip(","))
    change(row)
    folder.replace("results.json", line.rstrip(","), json.dumps(row, ensure_ascii=False))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda row: row.update(uses=[1]), "the uses of"),
        (lambda row: row.pop("display"), "no display of"),
        (lambda row: row.pop("value"), "no value of"),
        (lambda row: row.update(value=[1]), "the value of"),
        (lambda row: row.update(n="12"), "the n of"),
        (lambda row: row.update(parameters=1), "the parameters of"),
        (lambda row: row.update(columns={"a": 1}), "the columns of"),
    ],
)
def test_a_number_no_build_would_write_is_one_message(change, said, tmp_path):
    folder = spoilt(tmp_path)
    put(folder, change)
    refused(ask("diff", "old_build", folder.path), "'NEW': results.json in", said, "build again")
    refused(ask("diff", folder.path, "old_build"), "'OLD': results.json in", said)


def test_nor_is_one_of_the_earlier_build(tmp_path):
    folder = spoilt(tmp_path)
    put(folder, lambda row: row.pop("value"))
    refused(ask("build", "new", "--out", tmp_path / "out", "--previous", folder.path),
            "'--previous': results.json in", "no value of")  # fmt: skip


@pytest.mark.parametrize(
    "output",
    [
        1,
        {"id": 1},
        {"id": "figure/a"},
        {"id": "figure/a", "name": "A", "fileSpecifications": [1]},
        {"id": "figure/../../secret", "name": "A", "fileSpecifications": []},
        {"id": "figure//etc/passwd", "name": "A", "fileSpecifications": []},
        {"id": "figure/a", "name": 1, "fileSpecifications": []},
    ],
)
def test_outputs_no_build_would_list_are_one_message(output, tmp_path):
    folder = spoilt(tmp_path)
    ars = json.loads(folder.text("ars.json"))
    folder.write("ars.json", json.dumps({**ars, "outputs": [output]}))
    refused(
        ask("diff", "old_build", folder.path), "'NEW': ars.json in", "is not as a build writes it"
    )


@pytest.mark.parametrize(
    "name", ["results.json", "snapshot.json", "ars.json", "figures/*-numbers.csv", "*.html"]
)
def test_a_file_that_was_changed_since_is_named(name, tmp_path):
    folder = spoilt(tmp_path, undigested=False)
    path = min(folder.path.glob(name))
    content = path.read_bytes()
    path.write_bytes(content[:-60] + content[-60:].swapcase())
    found = f"{path.relative_to(folder.path).as_posix()!r} in {folder.path.as_posix()!r}"
    refused(ask("diff", folder.path, "new_build"), f"'OLD': {found} is not as the build wrote it",
            "build again")  # fmt: skip


def test_a_page_put_beside_a_build_is_none_of_it(tmp_path):
    folder = spoilt(tmp_path, undigested=False).write("notes.html", b"\xff")
    assert ask("diff", "old_build", folder.path).exit_code == 0


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
