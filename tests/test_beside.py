"""Several pieces of work at once, each in a process of its own."""

from __future__ import annotations

import errno
import gc
import multiprocessing
import os
import pickle
import signal
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest

from carreport import errors
from carreport.beside import side_by_side, unswept
from carreport.errors import (
    BadInput,
    FetchRefused,
    Problem,
    TemplateProblem,
    UnknownId,
    WritingFailed,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def writing(path: Path, text: str = "written") -> Callable[[], None]:
    """Work that writes a file."""

    def write() -> None:
        path.write_text(text)

    return write


def raising(error: Exception) -> Callable[[], None]:
    """Work that fails."""

    def fail() -> None:
        raise error

    return fail


def too_late(path: Path) -> None:
    """Work that nobody waits for."""
    time.sleep(60)
    path.write_text("too late")


@pytest.mark.parametrize("most", [1, 2, None])
def test_files_are_there_when_it_is_done(most: int | None, tmp_path: Path) -> None:
    """What each of them writes can be read afterwards, however many run at once."""
    files = [tmp_path / str(number) for number in range(5)]

    side_by_side([writing(file, file.name) for file in files], most=most)

    assert [file.read_text() for file in files] == ["0", "1", "2", "3", "4"]


def test_no_more_run_at_once_than_may(tmp_path: Path) -> None:
    """The second begins when the first has ended."""
    first, second = tmp_path / "first", tmp_path / "second"

    def slow() -> None:
        time.sleep(0.2)
        first.write_text("")

    def after() -> None:
        second.write_text(str(first.exists()))

    side_by_side([slow, after], most=1)

    assert second.read_text() == "True"


def test_two_run_at_once(tmp_path: Path) -> None:
    """Each waits for the other."""

    def meet(mine: str, other: str) -> None:
        (tmp_path / mine).touch()
        while not (tmp_path / other).exists():
            time.sleep(0.01)

    side_by_side([partial(meet, "one", "two"), partial(meet, "two", "one")], most=2)

    assert {one.name for one in tmp_path.iterdir()} == {"one", "two"}


@pytest.mark.parametrize(
    "error",
    [
        FetchRefused(["https://example.org/x.png"]),
        TemplateProblem("report/a.j2", 7, "the bare number 3 is printed", "print it with num()"),
        UnknownId("a.b", ["a.c"]),
        BadInput([Problem("patients.csv", 3, "age", "is 'x'", "write a number")]),
        ZeroDivisionError("by zero"),
    ],
    ids=lambda one: type(one).__name__,
)
def test_a_failure_is_raised_here_as_it_was_there(error: Exception) -> None:
    """Ours with their words; any other by its name."""
    ours = isinstance(error, errors.CarreportError)
    words = str(error) if ours else "ZeroDivisionError: by zero"

    with pytest.raises(type(error) if ours else errors.Defect) as raised:
        side_by_side([raising(error)])

    assert words in str(raised.value)


def test_every_error_of_ours_goes_from_one_process_to_another() -> None:
    """With all its words, whatever its class is made from."""
    known: list[errors.CarreportError] = [
        errors.AnalysisFailed("a.b", "why"),
        errors.Defect("KeyError: 'a'"),
        errors.MissingSystemLibrary("libpango"),
        errors.UndeclaredColumn("patients", "age", ["sex"]),
        errors.UntracedNumber(["3 in 'a 3 b'"]),
        WritingFailed("full"),
    ]

    for one in known:
        again = pickle.loads(pickle.dumps(one))  # noqa: S301 - ours
        assert (type(again), str(again)) == (type(one), str(one))


def test_a_failure_ends_the_others(tmp_path: Path) -> None:
    """Nothing is left running."""
    with pytest.raises(errors.Defect):
        side_by_side([partial(too_late, tmp_path / "file"), raising(ZeroDivisionError())], most=2)

    assert not multiprocessing.active_children()
    assert not (tmp_path / "file").exists()


def test_whoever_looks_can_end_them(tmp_path: Path) -> None:
    """What `look` raises comes through, and nothing is left running."""

    def look() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        side_by_side([partial(too_late, tmp_path / "file")] * 3, most=2, look=look)

    assert not multiprocessing.active_children()
    assert not (tmp_path / "file").exists()


def test_a_process_that_is_killed_is_a_failure() -> None:
    """As where memory runs out."""

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(WritingFailed, match="exit code -9"):
        side_by_side([die])


def test_work_does_not_answer_ctrl_c(tmp_path: Path) -> None:
    """The terminal sends it to all; the first process decides."""
    file = tmp_path / "file"

    def interrupt_itself() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        file.write_text("still here")

    side_by_side([interrupt_itself])

    assert file.read_text() == "still here"


def test_a_full_disk_is_said_without_the_name_of_a_passing_file() -> None:
    """The system's own words."""
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/out/.carreport-x/new/results.csv")

    with pytest.raises(WritingFailed, match=r"\(No space left on device\)"):
        side_by_side([raising(full)])


def test_cycles_are_searched_for_again_after_a_build_and_in_its_processes(tmp_path):
    """Nothing is swept in the body; whoever called gets the collector back, even after an error."""

    def tell() -> None:
        (tmp_path / "swept").write_text(str(gc.isenabled()))

    def fail() -> None:
        with unswept():
            assert not gc.isenabled()
            side_by_side([tell])
            raise BadInput([])

    assert gc.isenabled()
    with pytest.raises(BadInput):
        fail()
    assert gc.isenabled()
    assert (tmp_path / "swept").read_text() == str(
        "fork" in multiprocessing.get_all_start_methods()
    )
