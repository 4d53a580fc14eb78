"""The folder a build is written to: replaced in one step, with nothing of anybody else's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from folders import tree

from carreport.errors import BadInput
from carreport.placing import passing_name
from carreport.render.folder import fresh_folder, target_problems

HASH = "0123456789abcdef" * 4


def gone() -> int:
    """The number of a process that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def leftover(parent: Path, process: int, *parts: str) -> Path:
    """What a build of this process would have left."""
    folder = parent / f".carreport-{process}-abcd_123"
    folder.mkdir()
    for part in parts:
        (folder / part).mkdir()
        (folder / part / "x.csv").touch()
    return folder


def written(target: Path) -> None:
    """A build."""
    with fresh_folder(target) as fresh:
        (fresh / "mine").touch()


@pytest.mark.parametrize("parts", [(), ("new",), ("new", "kept"), ("old", "kept")])
def test_what_a_killed_build_left_is_swept(parts: tuple[str, ...], tmp_path: Path) -> None:
    """Its folder, and the file of a watch."""
    process = gone()
    leftover(tmp_path, process, *parts)
    (tmp_path / f".carreport-{process}").touch()

    written(tmp_path / "out")

    assert [one.name for one in tmp_path.iterdir()] == ["out"]


def test_a_build_that_is_killed_is_swept_by_the_next(tmp_path: Path) -> None:
    """Nothing can be done at the time: it is killed by force."""
    code = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from carreport.render.folder import fresh_folder\n"
        "with fresh_folder(Path(sys.argv[1])):\n"
        "    print('there', flush=True)\n"
        "    time.sleep(60)\n"
    )
    call = [sys.executable, "-c", code, str(tmp_path / "out")]
    with subprocess.Popen(call, stdout=subprocess.PIPE, text=True) as begun:  # noqa: S603 - ours
        assert begun.stdout is not None
        assert begun.stdout.readline() == "there\n"
        written(tmp_path / "other")
        assert list(tmp_path.glob(f".carreport-{begun.pid}-*")), "it still lives"
        begun.send_signal(signal.SIGKILL)

    assert list(tmp_path.glob(".carreport-*"))
    written(tmp_path / "other")
    assert [one.name for one in tmp_path.iterdir()] == ["other"]


def test_nothing_else_is_swept(tmp_path: Path) -> None:
    """What lives, what is the only copy of a build, what is a cache, a link or somebody's own."""
    process = gone()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "new").mkdir()
    here = tmp_path / "here"
    here.mkdir()
    leftover(here, os.getpid(), "new")
    leftover(here, process, "new", "old")
    leftover(here, process + 2**40, "new")
    (here / f".carreport-{process}-bbbbbbbb").symlink_to(elsewhere)
    (here / f".carreport-{process}-cccccccc").mkdir()
    (here / f".carreport-{process}-cccccccc" / "notes.txt").touch()
    for name in (".carreport", ".carreport-notes", f".carreport-{process}.txt", "new"):
        (here / name).mkdir()
    before = {one.name for one in here.iterdir()}

    written(here / "out")

    assert {one.name for one in here.iterdir()} == before | {"out"}
    assert (elsewhere / "new").is_dir()


def test_what_a_process_elsewhere_holds_is_not_swept(tmp_path: Path) -> None:
    """In another container its number says nothing here."""
    fcntl = pytest.importorskip("fcntl")
    folder = leftover(tmp_path, gone(), "new")
    place = os.open(folder, os.O_RDONLY)
    fcntl.flock(place, fcntl.LOCK_EX)

    written(tmp_path / "out")
    assert folder.is_dir()

    os.close(place)
    written(tmp_path / "out")
    assert not folder.exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root")
def test_what_another_user_left_stays(tmp_path: Path) -> None:
    """Also where we might remove it."""
    folder = leftover(tmp_path, gone(), "new")
    os.chown(folder, 12345, -1)

    written(tmp_path / "out")

    assert folder.is_dir()


def test_the_name_of_what_passes_is_known_by_its_process() -> None:
    """So that the next can tell."""
    assert passing_name() == f".carreport-{os.getpid()}"


@pytest.mark.parametrize("second", [False, True])
def test_of_two_builds_at_once_one_is_told(
    second: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder is the other's, whole; nothing is left beside it."""
    target, move = tmp_path / "out", Path.rename
    written(target)

    def meanwhile(path: Path, to: Path) -> Path:
        if second and path == target:  # the other has moved it away, and its own not yet there
            monkeypatch.setattr(Path, "rename", move)
            move(path, tmp_path / "away")
        if not second and to == target:  # the other was quicker
            target.mkdir()
            (target / "theirs").touch()
        return move(path, to)

    monkeypatch.setattr(Path, "rename", meanwhile)

    with pytest.raises(BadInput, match="another build wrote 'out' meanwhile; build again"):
        written(target)

    names = [one.name for one in tmp_path.iterdir()]
    left = {name: set(tree(tmp_path / name)) for name in names}
    assert left == ({"away": {"mine"}} if second else {"out": {"theirs"}})


def test_a_file_of_ones_own_in_a_cache_is_not_lost(tmp_path: Path) -> None:
    """Only what the cache itself writes may go with a folder."""
    cache = tmp_path / "out" / ".carreport"
    cache.mkdir(parents=True)
    for name in (f"numbers-{HASH}", f"built-{HASH}", f"pdf-{HASH}", f".pdf-{HASH}-77"):
        (cache / name).touch()
    assert list(target_problems(tmp_path / "study", tmp_path / "out")) == []

    (cache / "notes.txt").touch()

    ((found, _),) = target_problems(tmp_path / "study", tmp_path / "out")
    assert ".carreport/notes.txt" in found
