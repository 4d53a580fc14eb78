"""`carreport build --watch`: the HTML again when somebody saves; an error never ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from asking import ask, refused
from folders import StudyFolder, tree, write_least

from carreport import writing
from carreport.again import Asked, up_to_date
from carreport.commands import watch as watching
from carreport.commands.watch import Watched

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = "documents/interim/interim.html.j2"
PATIENCE = 120
"""Seconds after which a test gives up; none waits that long."""


@pytest.fixture
def folder(tmp_path: Path) -> StudyFolder:
    """The least study, in a folder of its own."""
    return write_least(tmp_path / "study")


@pytest.fixture
def said() -> list[str]:
    """What was said."""
    return []


@pytest.fixture
def watched(folder: StudyFolder, tmp_path: Path, said: list[str]) -> Watched:
    """The tiny study, built and watched."""
    asked = Asked(folder.path, out=tmp_path / "out", formats=("html",))
    one = Watched(asked, keep=True, tell=said.append)
    one.begin()
    return one


@pytest.fixture
def anew(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Commands that this process would have gone on as."""
    commands: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda _program, words: commands.append(words))
    return commands


def page(watched: Watched) -> str:
    """The document as it stands in the folder."""
    out = watched.asked.out
    assert out is not None
    return (out / "interim.html").read_text(encoding="utf-8")


def save(watched: Watched, old: str, new: str, file: str = DOCUMENT) -> None:
    """Somebody saves a file, and it is seen."""
    StudyFolder(watched.asked.folder).replace(file, old, new)
    watched.again(watched.change())


def test_it_builds_once_and_says_so(watched, said):
    """HTML alone, unless formats are asked for."""
    out = watched.asked.out

    assert up_to_date(watched.asked) == out
    assert said == [f"{out.as_posix()}/ is up to date; watching, Ctrl-C ends it"]
    assert not list(out.glob("*.pdf"))


def test_what_was_built_already_is_not_written_again(watched, said):
    """It begins as quickly as a build that changes nothing."""
    times = [path.stat().st_mtime_ns for path in sorted(watched.asked.out.rglob("*"))]
    said.clear()

    Watched(watched.asked, keep=True, tell=said.append).begin()

    assert [path.stat().st_mtime_ns for path in sorted(watched.asked.out.rglob("*"))] == times
    assert "watching" in said[0]


def test_a_saved_template_is_on_its_page_at_once_and_in_the_folder_afterwards(
    watched, said, monkeypatch
):
    """The HTML first; then results, manifest and all else. Nothing is computed or drawn again."""

    def fail(*_arguments: object) -> None:
        raise AssertionError

    for name in ("png", "second_opinion"):
        monkeypatch.setattr(writing, name, fail)

    save(watched, "At the cutoff, ", "On the very day, ")

    assert "On the very day, " in page(watched)
    assert said[-1].startswith("interim.html  ")
    assert said[-1].endswith(" s after interim.html.j2 was saved")
    assert up_to_date(watched.asked) is None

    watched.finish()

    assert up_to_date(watched.asked) == watched.asked.out
    results = StudyFolder(watched.asked.out).text("results.json")
    assert '"documents/interim/interim.html.j2"' in results


def test_the_folder_is_as_a_build_from_nothing_leaves_it(watched, tmp_path):
    """Every byte."""
    save(watched, "At the cutoff, ", "On the very day, ")
    watched.finish()

    words = ("--format", "html", "--no-cache", "--out", tmp_path / "cold")
    assert ask("build", watched.asked.folder, *words).exit_code == 0
    assert tree(watched.asked.out) == tree(tmp_path / "cold")


def test_the_literals_of_the_study_are_words_as_well(watched):
    """What a template may say without an id."""
    StudyFolder(watched.asked.folder).write("literals.csv", "literal,reason\n4G7,a name\n")
    watched.again(watched.change())

    save(watched, "At the cutoff, ", "With 4G7, ")

    assert "With 4G7, " in page(watched)


def test_an_error_in_a_template_is_said_and_the_page_stays(watched, capsys):
    """And the next time it is right, it is on the page."""
    before = page(watched)

    save(watched, "At the cutoff, ", "At 3, ")

    told = capsys.readouterr().err
    assert "interim/interim.html.j2, line" in told
    assert told.endswith("the last good build stands; watching\n")
    assert "Traceback" not in told
    assert page(watched) == before
    watched.finish()
    assert page(watched) == before

    save(watched, "At 3, ", "At last, ")
    assert "At last, " in page(watched)


def test_pages_of_one_round_stand_together_or_not_at_all(tmp_path, said, capsys):
    """An error in the second document takes back the first."""
    study = write_least(tmp_path / "study")
    study.write("documents/letter/letter.html.j2", study.text(DOCUMENT))
    study.write("documents/shared/word.html.j2", "said")
    for name in ("interim", "letter"):
        file = f"documents/{name}/{name}.html.j2"
        study.replace(file, "<h1>", '<h1>{% include "shared/word.html.j2" %} ')
    asked = Asked(
        study.path, out=tmp_path / "out", documents=("interim", "letter"), formats=("html",)
    )
    watched = Watched(asked, keep=True, tell=said.append)
    watched.begin()
    before = tree(tmp_path / "out")
    study.write("documents/shared/word.html.j2", "told")

    study.replace("documents/letter/letter.html.j2", "<h1>", "<h1>{{ 3 }}")
    watched.again(watched.change())
    watched.finish()

    assert "letter/letter.html.j2" in capsys.readouterr().err
    assert tree(tmp_path / "out") == before


def test_the_document_somebody_edits_is_rendered_first(tmp_path, said):
    """The others follow in the same round."""
    study = write_least(tmp_path / "study")
    study.write("documents/letter/letter.html.j2", study.text(DOCUMENT))
    asked = Asked(
        study.path, out=tmp_path / "out", documents=("interim", "letter"), formats=("html",)
    )
    watched = Watched(asked, keep=True, tell=said.append)
    watched.begin()
    said.clear()

    study.replace("documents/letter/letter.html.j2", "At the cutoff, ", "Dear reader, ")
    watched.again(watched.change())

    assert [one.split()[0] for one in said] == ["letter.html", "interim.html"]


def test_a_change_meanwhile_overtakes_what_is_still_written(watched):
    """The folder is brought up to date with the last change only."""
    save(watched, "At the cutoff, ", "First, ")
    StudyFolder(watched.asked.folder).replace(DOCUMENT, "First, ", "Second, ")

    watched.finish()

    assert watched.pending
    watched.again(watched.change())
    watched.finish()
    assert not watched.pending
    assert "Second, " in page(watched)
    assert up_to_date(watched.asked) == watched.asked.out


DATA = {
    "data": ("patients.csv", "P01,2018-01-10,MRD-positive,34", "P01,2018-01-10,MRD-positive,35"),
    "settings": ("study.toml", 'label = "Age"', 'label = "Age now"'),
}


@pytest.mark.parametrize("what", DATA)
def test_changed_numbers_are_left_to_a_new_process(what, watched, anew, said):
    """The same command: nothing that this one has loaded is used for them."""
    file, old, new = DATA[what]
    before = page(watched)

    save(watched, old, new, file)

    assert anew == [[sys.executable, *sys.orig_argv[1:]]]
    assert said[-1] == f"{file} changed: everything is built anew"
    assert page(watched) == before


def test_a_changed_package_is_left_to_a_new_process(watched, anew, monkeypatch, tmp_path):
    """Code that is loaded may not be the code that stands there."""
    (tmp_path / "package").mkdir()
    monkeypatch.setattr("carreport.again.package_files", lambda: [tmp_path / "package" / "new.py"])
    (tmp_path / "package" / "new.py").touch()

    watched.again(watched.change())

    assert len(anew) == 1


def test_other_libraries_are_left_to_a_new_process(watched, anew, monkeypatch, tmp_path):
    """They are looked at when there is time."""
    StudyFolder(tmp_path / "site").write("fake-1.0.dist-info/METADATA", "Name: fake")
    monkeypatch.syspath_prepend(tmp_path / "site")
    save(watched, "At the cutoff, ", "On the very day, ")
    assert anew == []

    watched.finish()

    assert len(anew) == 1


def test_a_package_that_cannot_be_imported_is_waited_for(watched, anew, monkeypatch, capsys):
    """Nothing is rendered with the old one meanwhile."""
    monkeypatch.setattr(watching, "IMPORTS", "import nothing_of_this_name")
    before = page(watched)
    save(watched, "34", "35", "patients.csv")
    assert anew == []
    assert "nothing_of_this_name" in capsys.readouterr().err

    save(watched, "At the cutoff, ", "On the very day, ")
    assert anew == []
    assert page(watched) == before

    monkeypatch.setattr(watching, "IMPORTS", "pass")
    save(watched, "On the very day, ", "At last, ")
    assert len(anew) == 1


def test_a_study_that_cannot_be_built_is_waited_for(folder, tmp_path, said, anew, capsys):
    """Somebody will correct it."""
    folder.replace("patients.csv", "P01,2018-01-10", "P01,sometime")
    asked = Asked(folder.path, out=tmp_path / "out", formats=("html",))
    one = Watched(asked, keep=True, tell=said.append)

    one.begin()

    told = capsys.readouterr().err
    assert "patients.csv, line 2, column 'start_date'" in told
    assert told.endswith("\nwatching\n")
    assert said == []
    save(one, "P01,sometime", "P01,2018-01-10", "patients.csv")
    assert len(anew) == 1


def test_it_cannot_be_started_by_what_it_writes_itself(folder, tmp_path):
    """It would never end."""
    out = tmp_path / "out"

    refused(
        ask("build", folder.path, "--watch", "--out", out, "--previous", out),
        "'--previous': is the folder that is written to; name another with --out",
    )


def test_an_interruption_that_was_dropped_ends_it_at_the_next_look(watched):
    """Python drops what is raised where nothing can be raised, in a finaliser say."""
    watched.ended = True

    with pytest.raises(KeyboardInterrupt):
        watched.change()


def test_an_interruption_in_a_finaliser_ends_it(folder, tmp_path, monkeypatch):
    """It is raised there, dropped, and heeded all the same."""

    class Cleaned:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGINT)

    def finish(_self: Watched, *, patient: bool = False) -> None:
        if not patient:
            Cleaned()

    monkeypatch.setattr(Watched, "finish", finish)
    monkeypatch.setattr("sys.unraisablehook", lambda _dropped: None)
    before = signal.getsignal(signal.SIGINT)
    lines: list[str] = []
    monkeypatch.setattr(watching, "say", lines.append)
    try:
        watching.watch(Asked(folder.path, out=tmp_path / "out", formats=("html",)),
                       keep=False, quiet=False)  # fmt: skip
    finally:
        signal.signal(signal.SIGINT, before)

    assert lines[-1] == "stopped"


class Running:
    """The command in a process of its own, and what it prints, a line at a time."""

    def __init__(self, study: StudyFolder, out: Path) -> None:
        code = "from carreport.cli import app; app()"
        words = ["build", str(study.path), "--watch", "--out", str(out)]
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", code, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        )

    def hear(self, words: str) -> str:
        """The next line that has these words."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if words in line:
                return line
        raise AssertionError(words)


@pytest.fixture
def running(folder: StudyFolder, tmp_path: Path) -> Iterator[Running]:
    """The tiny study, watched from outside."""
    one = Running(folder, tmp_path / "out")
    yield one
    one.process.kill()
    one.process.communicate()


@pytest.mark.usefixtures("pictures")
def test_a_whole_sitting(running, folder, tmp_path):
    """Built, a template saved, the data corrected, ended: each is said, and the folder is right."""
    html = tmp_path / "out" / "interim.html"
    running.hear("watching")

    folder.replace(DOCUMENT, "At the cutoff, ", "On the very day, ")
    running.hear("interim.html  ")
    assert "On the very day, " in html.read_text(encoding="utf-8")

    folder.replace("patients.csv", "P12,2019", "P12,2018")
    running.hear("patients.csv changed: everything is built anew")
    running.hear("watching")
    assert "On the very day, " in html.read_text(encoding="utf-8")

    folder.replace(DOCUMENT, "On the very day, ", "At last, ")
    running.hear("interim.html  ")
    running.process.send_signal(signal.SIGINT)
    running.hear("stopped")
    assert running.process.wait(PATIENCE) == 0
    words = ("--format", "html", "--no-cache", "--out", tmp_path / "cold")
    assert ask("build", folder.path, *words).exit_code == 0
    assert tree(tmp_path / "out") == tree(tmp_path / "cold")
    assert "At last, " in html.read_text(encoding="utf-8")
