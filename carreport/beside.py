"""Work done in a process of its own while this one goes on."""

from __future__ import annotations

import multiprocessing
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from carreport.errors import WritingFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

_INTERRUPTIONS: Final = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def beside(work: Callable[[], None]) -> Iterator[None]:
    """
    Run *work* while the body runs, in a forked process where the system can fork.

    What *work* computes stays there; only what it writes to files is seen afterwards.

    Args:
        work: Takes and returns nothing.

    Raises:
        WritingFailed: *work* raised.
    """
    if "fork" not in multiprocessing.get_all_start_methods():
        work()
        yield
        return
    context = multiprocessing.get_context("fork")
    reading, writing = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(work, writing))
    with _held_back():
        process.start()
    writing.close()
    try:
        yield
    except BaseException:
        process.terminate()
        process.join()
        raise
    said = _last_word(reading)
    process.join()
    if said or process.exitcode:
        raise WritingFailed(said or f"exit code {process.exitcode}")


@contextmanager
def _held_back() -> Iterator[None]:
    """No interruption arrives here before the new process has said what it does with one."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTIONS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _run(work: Callable[[], None], writing: Connection) -> None:
    # Ctrl-C reaches both processes; the other one answers it and ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _INTERRUPTIONS)
    try:
        work()
    except Exception as error:  # noqa: BLE001 - the other process raises it
        writing.send(reason(error))


def reason(error: Exception) -> str:
    """Why writing failed; the system's own words, without the names of passing files."""
    plain = error.strerror if isinstance(error, OSError) else None
    return plain or f"{type(error).__name__}: {error}"


def _last_word(reading: Connection) -> str:
    try:
        return str(reading.recv())
    except EOFError:
        return ""
