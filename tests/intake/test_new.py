"""`carreport new`: a folder that can be used at once, and nobody's files touched."""

import tomllib

from folders import tree
from typer.testing import CliRunner

from carreport.analyses import ANALYSES
from carreport.cli import app
from carreport.results import run as run_analyses
from carreport.study.cutoff import cut
from carreport.study.load import load


def new(*arguments):
    return CliRunner().invoke(app, ["new", *map(str, arguments)])


def test_the_example_is_whole_and_every_cell_of_it_is_simulated(tmp_path):
    assert new(tmp_path / "study").exit_code == 0

    snapshot = cut(load(tmp_path / "study"))
    results = run_analyses(ANALYSES, snapshot)

    assert snapshot.notices == ()
    assert 12 <= len(snapshot.tables["patients"]) <= 20
    assert results["survival.os.events"].value == 5
    assert results["survival.os.events"].origin.label == "simulated"


def test_a_title_of_ones_own_is_printed_as_written(tmp_path):
    title = 'Ünïcode "quoted" \\ trial # one'

    assert new(tmp_path / "study", "--title", title).exit_code == 0

    study = tomllib.loads((tmp_path / "study" / "study.toml").read_text(encoding="utf-8"))["study"]
    assert (study["title"], study["short_title"]) == (title, title)


def test_a_title_too_long_for_a_pages_head_leaves_the_short_one_open(tmp_path):
    assert new(tmp_path / "study", "--title", "long " * 20).exit_code == 0

    assert load(tmp_path / "study").settings.study.short_title == ""


def test_a_folder_that_holds_something_is_left_as_it_is(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")

    result = new(tmp_path)

    assert result.exit_code == 2
    assert "is not empty (it holds mine.txt); name a new or an empty folder" in result.stderr
    assert tree(tmp_path) == {"mine.txt": b"mine"}


def test_an_empty_folder_is_filled_in_place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    result = new(".")

    assert result.exit_code == 0
    assert "carreport build .  " in result.stdout
    assert (tmp_path / "README.md").is_file()


def test_what_cannot_be_a_folder_or_a_title_is_refused_at_once(tmp_path):
    (tmp_path / "file").write_text("")

    result = new(tmp_path / "file" / "study", "--title", "a\x01")

    assert result.exit_code == 2
    assert "is a file" in result.stderr
    assert "holds a sign that is not printed" in result.stderr


def test_another_example_comes_whole_under_another_title(tmp_path):
    """With the folders in it; titles of its tables stay."""
    assert new(tmp_path / "lu", "--example", "lu2021", "--title", "Mine").exit_code == 0

    settings = load(tmp_path / "lu").settings
    assert settings.study.title == "Mine"
    assert "Mine" not in {one.title for one in settings.table}
    assert (tmp_path / "lu" / "sources").is_dir()


def test_an_example_that_is_not_there_is_answered_with_those_that_are(tmp_path):
    result = new(tmp_path / "study", "--example", "lu")

    assert result.exit_code == 2
    assert "there is no example 'lu'" in result.stderr
    assert "lu2021, new" in result.stderr
