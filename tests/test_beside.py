"""Work done in a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carreport.beside import beside
from carreport.errors import WritingFailed

if TYPE_CHECKING:
    from pathlib import Path


def test_files_are_there_when_the_body_is_done(tmp_path: Path) -> None:
    """What the work writes can be read after the block."""
    file = tmp_path / "file"

    with beside(lambda: file.write_text("written") and None):
        pass

    assert file.read_text() == "written"


def test_a_failure_beside_is_raised_here() -> None:
    """An exception of the work arrives with its name and words."""

    def fail() -> None:
        message = "the disk is full"
        raise OSError(message)

    with pytest.raises(WritingFailed, match="OSError: the disk is full"), beside(fail):
        pass


def test_a_failure_here_ends_the_work_beside(tmp_path: Path) -> None:
    """An exception of the body comes through, and nothing is left running."""
    import multiprocessing
    import time

    def wait() -> None:
        time.sleep(60)
        (tmp_path / "file").write_text("too late")

    with pytest.raises(ZeroDivisionError), beside(wait):
        raise ZeroDivisionError

    assert not multiprocessing.active_children()
    assert not (tmp_path / "file").exists()


def test_the_work_beside_does_not_answer_ctrl_c(tmp_path: Path) -> None:
    """The terminal sends it to both; this process decides."""
    import os
    import signal

    file = tmp_path / "file"

    def interrupt_itself() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        file.write_text("still here")

    with beside(interrupt_itself):
        pass

    assert file.read_text() == "still here"


def test_a_full_disk_is_said_without_the_name_of_a_passing_file() -> None:
    """The system's own words."""
    import errno
    import os

    def fail() -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/out/.carreport-x/new/results.csv")

    with pytest.raises(WritingFailed, match=r"\(No space left on device\)"), beside(fail):
        pass
