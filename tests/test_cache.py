"""What earlier builds computed is used where it is the same, and nowhere else."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from folders import StudyFolder, tree, write_least

from carreport import cache, writing
from carreport.cache import Cache
from carreport.pipeline import build
from carreport.saved import system
from carreport.saved.system import Library, libraries

if TYPE_CHECKING:
    from carreport.made import Built

DOCUMENT = "documents/interim/interim.html.j2"
CLAIMS = """\
claim_id,reported,result_id,kind,location,quote,scope,check,note
c1,50%,survival.os.rate@day=365,percent,Abstract,,,,
"""


@pytest.fixture
def kept(tmp_path: Path) -> Cache:
    """A cache, not yet there."""
    return Cache(tmp_path / ".carreport")


def entry(kept: Cache, key: str = "a") -> Path:
    """The file of an entry."""
    assert kept.folder is not None
    return kept.folder / key


def content(kept: Cache, key: str = "a") -> bytes | None:
    """What is found."""
    found = kept.get(key)
    return found.content if found else None


# Entries


def test_what_was_kept_is_found(kept):
    """And nothing else is."""
    assert content(kept) is None

    kept.put("a", b"one")
    kept.put("b", b"two\n\0")

    assert (content(kept), content(kept, "b"), content(kept, "c")) == (b"one", b"two\n\0", None)


def test_folder_and_entries_are_closed_to_everybody_else(kept):
    """What is read with pickle must be nobody's but ours."""
    before = os.umask(0)
    try:
        kept.put("a", b"one")
    finally:
        os.umask(before)

    assert stat.S_IMODE(entry(kept).parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(entry(kept).stat().st_mode) == 0o600


def damaged(path: Path) -> None:
    """One bit is another."""
    text = bytearray(path.read_bytes())
    text[-1] ^= 1
    path.write_bytes(text)


def renamed(path: Path) -> None:
    """It is the entry of another key."""
    path.rename(path.with_name("b"))
    shutil.copyfile(path.with_name("b"), path)
    path.chmod(0o600)
    path.with_name("b").unlink()
    path.write_bytes(path.read_bytes().replace(b'"a"', b'"b"'))


def linked(path: Path) -> None:
    """It is a link to something outside."""
    other = path.parents[1] / "other"
    path.rename(other)
    path.symlink_to(other)


def linked_hard(path: Path) -> None:
    """It has a second name outside."""
    (path.parents[1] / "other").hardlink_to(path)


def piped(path: Path) -> None:
    """Whoever reads it waits for somebody to write."""
    path.unlink()
    os.mkfifo(path, 0o600)


SPOILT = {
    "damaged": damaged,
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "empty": lambda path: path.write_bytes(b""),
    "something else": lambda path: path.write_bytes(b"carreport\n\n[]\n"),
    "of another key": renamed,
    "a link": linked,
    "a second name": linked_hard,
    "a pipe": piped,
    "open to the group": lambda path: path.chmod(0o640),
    "open to all": lambda path: path.chmod(0o606),
}


@pytest.mark.parametrize("what", SPOILT)
def test_an_entry_that_is_not_ours_and_whole_is_not_there_and_is_replaced(what, kept):
    """It is no error either."""
    kept.put("a", b"one")
    SPOILT[what](entry(kept))

    assert content(kept) is None
    kept.put("a", b"two")
    assert content(kept) == b"two"


def test_a_folder_in_the_place_of_an_entry_is_no_error(kept):
    """It stays; what cannot be kept is not."""
    kept.put("b", b"one")
    entry(kept).mkdir()

    kept.put("a", b"one")

    assert content(kept) is None
    assert content(kept, "b") == b"one"


def somebody_elses(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It belongs to another user."""
    monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1)


def linked_folder(folder: Path, _: object) -> None:
    """It is a link to a folder like it."""
    folder.rename(folder.with_name("other"))
    folder.symlink_to(folder.with_name("other"))


def a_file(folder: Path, _: object) -> None:
    """It is a file."""
    shutil.rmtree(folder)
    folder.touch()


FOLDERS = {
    "somebody else's": somebody_elses,
    "open to the group": lambda folder, _: folder.chmod(0o750),
    "writable by all": lambda folder, _: folder.chmod(0o702),
    "a link": linked_folder,
    "a file": a_file,
}


@pytest.mark.parametrize("what", FOLDERS)
def test_a_folder_that_others_could_write_to_is_not_used(what, kept, monkeypatch):
    """Neither read nor written; that is no error."""
    kept.put("a", b"one")
    FOLDERS[what](kept.folder, monkeypatch)
    before = tree(kept.folder.parent)

    assert content(kept) is None
    kept.put("b", b"two")

    assert tree(kept.folder.parent) == before


def test_where_no_folder_can_be_made_nothing_is_kept(tmp_path):
    """A build does not depend on it."""
    nowhere = Cache(tmp_path / "not there" / ".carreport")

    nowhere.put("a", b"one")

    assert content(nowhere) is None
    assert content(Cache()) is None


def test_the_oldest_goes_when_there_are_too_many(kept, monkeypatch):
    """Least recently used, that is."""
    monkeypatch.setattr(cache, "MOST_ENTRIES", 3)
    for number, key in enumerate("abc"):
        kept.put(key, b"one")
        os.utime(entry(kept, key), ns=(number, number))

    assert content(kept, "a") == b"one"  # used
    kept.put("d", b"one")

    assert sorted(one.name for one in kept.folder.iterdir()) == ["a", "c", "d"]


def test_the_oldest_goes_when_they_are_too_large(kept, monkeypatch):
    """And one that is too large by itself is not kept at all."""
    monkeypatch.setattr(cache, "MOST_BYTES", 100_000)
    for number, key in enumerate("abc"):
        kept.put(key, bytes(40_000))
        if entry(kept, key).exists():
            os.utime(entry(kept, key), ns=(number, number))
    kept.put("d", bytes(60_000))

    assert "a" not in {one.name for one in kept.folder.iterdir()}
    assert content(kept, "c") == bytes(40_000)
    assert content(kept, "d") is None


def test_what_a_killed_build_left_is_forgotten_in_time(kept, monkeypatch):
    """It counts as the others do."""
    monkeypatch.setattr(cache, "MOST_ENTRIES", 1)
    kept.put("a", b"one")
    entry(kept, ".b-4711").touch()
    os.utime(entry(kept, ".b-4711"), ns=(0, 0))

    kept.put("c", b"one")

    assert [one.name for one in kept.folder.iterdir()] == ["c"]


def test_an_entry_made_with_another_library_is_not_there(kept, tmp_path, monkeypatch):
    """Each of the system's libraries that were loaded; a file that is the same again will do."""
    library = tmp_path / "libpango.so"
    library.write_bytes(b"one")
    loaded = Library(system.file_digest(str(library)), ())
    monkeypatch.setattr(cache, "libraries", lambda: {str(library): loaded})
    kept.put("a", b"content")
    assert content(kept) == b"content"

    library.write_bytes(b"two")
    assert content(kept) is None
    library.unlink()
    assert content(kept) is None
    library.write_bytes(b"one")
    assert content(kept) == b"content"


def test_libraries_of_what_it_was_made_from_count_as_well(kept, tmp_path, monkeypatch):
    """A later process need not have loaded them."""
    library = tmp_path / "libm.so"
    library.write_bytes(b"one")
    monkeypatch.setattr(cache, "libraries", dict)
    kept.put("a", b"x", {str(library): Library(system.file_digest(str(library)), ())})
    assert content(kept) == b"x"

    library.write_bytes(b"two")

    assert content(kept) is None


def test_what_this_process_has_loaded_is_known():
    """At least its mathematics."""
    loaded = libraries()

    assert loaded is not None
    assert any("libm" in Path(one).name for one in loaded)
    assert all(len(one.digest) == 64 for one in loaded.values())


def test_where_the_system_does_not_say_what_is_loaded_nothing_is_kept(kept, tmp_path, monkeypatch):
    """Another Pango might have set the text."""
    monkeypatch.setattr(system, "MAPS", tmp_path / "nowhere")

    kept.put("a", b"one")

    assert content(kept) is None


# Builds


class Telling:
    """A build, and the stages it went through."""

    def __init__(self, study: StudyFolder, out: Path, **more: object) -> None:
        self.stages: list[str] = []
        options = {"formats": ("html",), "keep": True, **more}
        self.built: Built = build(study.path, out=out, stage=self.stages.append, **options)
        self.files = tree(out)

    @property
    def computed(self) -> bool:
        """Whether it computed its numbers."""
        assert "analyse" in self.stages or "from cache" in self.stages
        return "analyse" in self.stages


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place where the tiny study was built once, HTML and PDF; read it only."""
    place = tmp_path_factory.mktemp("first") / "here"
    study = write_least(place / "study").write("claims.csv", CLAIMS)
    assert Telling(study, place / "out", formats=("html", "pdf")).computed
    return place


@pytest.fixture
def mine(first: Path, tmp_path: Path) -> Path:
    """The same, to be spoilt."""
    return shutil.copytree(first, tmp_path / "mine")


def test_a_hit_gives_the_same_bytes_as_a_build_from_nothing(mine, monkeypatch):
    """Every file, the PDF among them; nothing is drawn, laid out or computed for it."""

    def fail(*_arguments: object) -> None:
        raise AssertionError

    for name in ("write_pdf", "png", "second_opinion"):
        monkeypatch.setattr(writing, name, fail)
    study = StudyFolder(mine / "study")

    again = Telling(study, mine / "again", formats=("html", "pdf"))

    assert not again.computed
    assert again.files == tree(mine / "out")


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (DOCUMENT, "At the cutoff, ", "On the day of the cutoff, "),
        ("literals.csv", "", "literal,reason\n4G7,a name\n"),
        ("claims.csv", "50%", "75%"),
    ],
)
def test_where_only_words_changed_nothing_is_computed_again(file, old, new, mine):
    """And what comes out is what a build from nothing gives, with the new words."""
    study = StudyFolder(mine / "study")
    if old:
        study.replace(file, old, new)
    else:
        study.write(file, new)

    again = Telling(study, mine / "again")

    assert not again.computed
    assert again.files == Telling(study, mine / "cold", keep=False).files
    assert again.files["results.json"] != (mine / "out" / "results.json").read_bytes()
    if file == DOCUMENT:
        assert new.encode() in again.files["interim.html"]
    if file == "claims.csv":
        assert b'"reported": "75%"' in again.files["claims.json"]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("patients.csv", "P01,2018-01-10,MRD-positive,34", "P01,2018-01-10,MRD-positive,35"),
        ("study.toml", 'label = "Age"', 'label = "Age now"'),
    ],
)
def test_where_data_or_settings_changed_everything_is_computed(file, old, new, mine):
    """And the old numbers are found again when the change is taken back."""
    study = StudyFolder(mine / "study").replace(file, old, new)

    assert Telling(study, mine / "changed").computed
    study.replace(file, new, old)
    assert not Telling(study, mine / "back").computed


def test_a_build_that_keeps_nothing_computes_and_leaves_nothing(mine):
    """As from the first day."""
    before = tree(mine / ".carreport")

    assert build(StudyFolder(mine / "study").path, out=mine / "cold", formats=("html",)).numbers
    assert tree(mine / ".carreport") == before


def test_an_entry_that_is_no_numbers_is_computed_and_replaced(mine):
    """Whatever it is."""
    study = StudyFolder(mine / "study")
    (entry_,) = (mine / ".carreport").glob("numbers-*")
    Cache(mine / ".carreport").put(entry_.name, b"no pickle")

    assert Telling(study, mine / "one").computed
    assert not Telling(study, mine / "two").computed


def test_what_changed_while_it_was_read_is_not_kept(mine, monkeypatch):
    """The numbers may be of the one or of the other; it is said."""
    from carreport import pipeline

    study = StudyFolder(mine / "study").append("patients.csv", "")
    before = set(tree(mine / ".carreport"))

    def touching(*arguments: object) -> object:
        study.append("patients.csv", "")
        return run(*arguments)

    run = pipeline.run
    monkeypatch.setattr(pipeline, "run", touching)

    told = Telling(study, mine / "again").built.notices

    assert "patients.csv changed while the build went on: build again" in told
    assert set(tree(mine / ".carreport")) == before


def test_a_document_for_paper_is_set_anew_where_its_words_changed(mine):
    """The PDF carries the results with the places they are printed at."""
    study = StudyFolder(mine / "study").replace(DOCUMENT, "At the cutoff, ", "On that day, ")

    again = Telling(study, mine / "again", formats=("pdf",))

    assert again.files["interim.pdf"] != (mine / "out" / "interim.pdf").read_bytes()
    assert again.files == Telling(study, mine / "cold", formats=("pdf",), keep=False).files
