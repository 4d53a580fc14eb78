"""Several pieces of work at once, each in a process of its own."""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import signal
import traceback
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Final

from carreport.errors import CarreportError, Defect, WritingFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

_INTERRUPTIONS: Final = (signal.SIGINT, signal.SIGTERM)
_GLANCE: Final = 0.05
"""Seconds between two looks at whether the work is still wanted."""


def side_by_side(
    works: Sequence[Callable[[], None]],
    *,
    most: int | None = None,
    look: Callable[[], None] = lambda: None,
) -> None:
    """
    Do several pieces of work, as many at once as there are processors.

    Each runs in a forked process where the system can fork. What it computes stays there; only
    what it writes to files is seen afterwards.

    Args:
        works: Take and return nothing; begun in their order.
        most: How many at once; as many as there are processors without it.
        look: Called while they run; when it raises, they are ended and it comes through.

    Raises:
        CarreportError: As one of them raised it; the others are ended.
        WritingFailed: The disk does not take what one of them writes, or it was ended from outside.
        Defect: One of them raised something else.
    """
    if "fork" not in multiprocessing.get_all_start_methods():
        for work in works:
            work()
        return
    waiting = list(works)
    running: dict[Connection, BaseProcess] = {}
    try:
        while waiting or running:
            while waiting and len(running) < (most or processors()):
                with held_back():
                    reading, process = _begun(waiting.pop(0))
                    running[reading] = process
            said = wait([*running], _GLANCE)
            for reading in [one for one in running if one in said]:
                _finish(reading, running.pop(reading))
            look()
    finally:
        for process in running.values():
            process.terminate()
        for process in running.values():
            process.join()


@contextmanager
def unswept() -> Iterator[None]:
    """
    No search for cycles that nothing refers to, while the body runs.

    A build makes millions of objects and keeps nearly all: to look through them again and again
    takes a sixth of its time and finds little.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def processors() -> int:
    """How many this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _begun(work: Callable[[], None]) -> tuple[Connection, BaseProcess]:
    context = multiprocessing.get_context("fork")
    reading, writing = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(work, writing))
    process.start()
    writing.close()
    return reading, process


@contextmanager
def held_back() -> Iterator[None]:
    """No interruption arrives before the body is done, nor in a process that it begins."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTIONS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _run(work: Callable[[], None], writing: Connection) -> None:
    # Ctrl-C reaches all processes; the first one answers it and ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _INTERRUPTIONS)
    # What is there belongs to both processes; to look through it would copy it.
    gc.freeze()
    gc.enable()
    try:
        work()
    except CarreportError as error:
        writing.send_bytes(pickle.dumps(error))
    except OSError as error:
        writing.send_bytes(pickle.dumps(WritingFailed(reason(error))))
    except Exception as error:  # noqa: BLE001 - the other process raises it
        told = traceback.format_exc() if os.environ.get("CARREPORT_DEBUG") else reason(error)
        writing.send_bytes(pickle.dumps(Defect(told)))


def _finish(reading: Connection, process: BaseProcess) -> None:
    """
    Wait for a process that has said its last word.

    Raises:
        CarreportError: What it raised.
        WritingFailed: It ended without a word.
    """
    said = _last_word(reading)
    reading.close()
    process.join()
    if said is not None:
        raise said
    if process.exitcode:
        ended = f"exit code {process.exitcode}"
        raise WritingFailed(ended)


def reason(error: Exception) -> str:
    """Why writing failed; the system's own words, without the names of passing files."""
    plain = error.strerror if isinstance(error, OSError) else None
    return plain or f"{type(error).__name__}: {error}"


def _last_word(reading: Connection) -> Any:
    try:
        return pickle.loads(reading.recv_bytes())  # noqa: S301 - from a process of our own
    except EOFError:
        return None
