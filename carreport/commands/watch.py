"""`carreport build --watch`: the HTML again whenever somebody saves what is said in it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from carreport.again import Memory, basis, inputs, memory, seen, up_to_date
from carreport.beside import held_back
from carreport.commands.messages import explained, say
from carreport.errors import BadInput, CarreportError, Problem
from carreport.placing import put

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import FrameType

    from carreport.again import Asked, Basis
    from carreport.made import Made, Numbers
    from carreport.render import Page

    Seen = Mapping[str, tuple[int, ...]]

GLANCE: Final = 0.1
"""Seconds between two looks at the files."""
SETTLED: Final = 0.02
"""Seconds in which a file that is being saved must not change any more."""
IMPORTS: Final = "import carreport.cli, carreport.pipeline"


def watch(asked: Asked, *, keep: bool, quiet: bool) -> None:
    """
    Build, then again after every change, until somebody interrupts.

    Where only words changed, they are rendered by this process, which has the numbers. Anything
    else is built by a new one: what this one has loaded is no longer what stands on the disk.

    Args:
        asked: What is built.
        keep: Whether earlier builds may be used and this one be kept.
        quiet: Whether to print errors alone.

    Raises:
        BadInput: It would be started by what it writes itself.
    """
    _check_apart(asked)
    tell: Callable[[str], None] = (lambda _text: None) if quiet else say
    watched = Watched(asked, keep, tell)
    _heed(watched)
    try:
        watched.begin()
        while True:
            watched.finish()
            watched.again(watched.change())
    except BaseException as ended:
        watched.finish(patient=True)
        if not isinstance(ended, KeyboardInterrupt):
            raise
        tell("stopped")


def _heed(watched: Watched) -> None:
    """
    Let no interruption be lost.

    Python drops what is raised while it cleans up after an object or calls back from a library;
    so the interruption is noted as well, and the next look at the files finds the note.
    """

    def end(_number: int, _frame: FrameType | None) -> None:
        watched.ended = True
        raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, end)


def _check_apart(asked: Asked) -> None:
    from carreport.again import stated_cutoff

    try:
        target = asked.target(asked.cutoff or stated_cutoff(asked.folder))
    except (OSError, LookupError, TypeError, ValueError):
        return  # the build says what is wrong
    if asked.previous and asked.previous.resolve() == target.resolve():
        found, remedy = "is the folder that is written to", "name another with --out"
        raise BadInput([Problem("", 0, "--previous", found, remedy)])


class _OvertakenError(Exception):
    """Something was saved while the last change was still being written."""


@dataclass(slots=True)
class Watched:
    """
    A study that is watched.

    Attributes:
        asked: What is built.
        keep: Whether earlier builds may be used and this one be kept.
        tell: Prints.
        numbers: What was computed; None where that failed.
        begun: What decided them.
        known: What earlier builds left.
        read: The files as they were when they were read last.
        words: Those of them that only decide what is said.
        good: What the HTML shows; None before it shows anything.
        pending: Whether the rest of the folder is still as it was before.
        ended: Whether somebody interrupted.
    """

    asked: Asked
    keep: bool
    tell: Callable[[str], None]
    numbers: Numbers | None = None
    begun: Basis | None = None
    known: Memory = field(default_factory=Memory)
    read: Seen = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    good: Made | None = None
    pending: bool = False
    ended: bool = False

    def begin(self) -> None:
        """Build once; where that fails, wait for somebody to correct it."""
        from carreport.pipeline import compute, recall, say_it
        from carreport.render import screen

        there = up_to_date(self.asked) if self.keep else None
        self.read, self.words = self._now()
        try:
            self.known = memory(self.asked) if self.keep else Memory()
            self.begun = self.known.basis or basis(self.asked)
            self.numbers = recall(self.asked, self.known) or compute(self.asked)
            self.good = say_it(self.asked, self.numbers)
            if there is None:
                self._write(self.good)
            for page in self.good.pages:  # what is slow the first time is over before anybody waits
                screen(page, self.numbers.snapshot, self.numbers.results)
        except (CarreportError, ExceptionGroup, OSError) as error:
            self._complain(error)
            return
        self.tell(f"{self._target().as_posix()}/ is up to date; watching, Ctrl-C ends it")

    def change(self) -> list[str]:
        """
        Wait until somebody has saved something; the names of what.

        Raises:
            KeyboardInterrupt: Somebody interrupted.
        """
        while True:
            if self.ended:
                raise KeyboardInterrupt
            now, _ = self._now()
            if now == self.read:
                time.sleep(GLANCE)
                continue
            time.sleep(SETTLED)
            if self._now()[0] == now:
                both = {**self.read, **now}
                return [one for one in both if self.read.get(one) != now.get(one)]

    def again(self, changed: list[str]) -> None:
        """Render anew what somebody saved, or begin anew where more than words changed."""
        from carreport.pipeline import say_it

        since = time.perf_counter()
        now, words = self._now()
        if self.numbers is None or self.asked.previous or not words | self.words >= {*changed}:
            self._begin_anew(_some(changed))
            return
        self.read, self.words = now, words
        shown: list[str] = []
        whole = ExitStack()

        def done(page: Page) -> None:
            if not shown:  # who interrupts from here on waits for the round to end
                whole.enter_context(held_back())
            shown.append(page.document)
            self._show(page)
            took = time.perf_counter() - since
            self.tell(f"{page.document}.html  {took:.2f} s after {_some(changed)} was saved")

        first = [Path(one).parent.name for one in changed]
        try:
            with whole:
                self.good = say_it(self.asked, self.numbers, first=first, done=done)
                self.pending = True
        except (CarreportError, ExceptionGroup, OSError) as error:
            for page in self.good.pages if self.good else ():
                if page.document in shown:
                    self._show(page)
            self._complain(error)

    def finish(self, *, patient: bool = False) -> None:
        """
        Bring everything else in the folder up to date with its HTML.

        Args:
            patient: Whether to go on when something is saved meanwhile.
        """
        if not self.pending or self.good is None:
            return
        try:
            self._write(self.good, look=(lambda: None) if patient else self._overtaken)
        except _OvertakenError:
            return
        except CarreportError as error:
            self._complain(error)
        self.pending = False
        if not patient and not self._runs_on_the_same(basis(self.asked)):
            self._begin_anew("what carreport runs on")

    def _overtaken(self) -> None:
        if self._now()[0] != self.read:
            raise _OvertakenError

    def _write(self, made: Made, look: Callable[[], None] = lambda: None) -> None:
        from carreport.pipeline import write

        now = basis(self.asked)
        same = self._runs_on_the_same(now) and now.seen == self.read
        remembered = replace(self.known, basis=now) if self.keep and same else Memory()
        self.numbers = write(self.asked, made, remembered, look).computed

    def _runs_on_the_same(self, now: Basis) -> bool:
        return self.begun is not None and now.number_key == self.begun.number_key

    def _show(self, page: Page) -> None:
        """One document in the folder, in one step."""
        from carreport.render import screen

        assert self.numbers is not None  # noqa: S101 - a page was made of them
        text = screen(page, self.numbers.snapshot, self.numbers.results)
        target = self._target().resolve()
        target.mkdir(parents=True, exist_ok=True)
        put({target / f"{page.document}.html": text.encode()})

    def _begin_anew(self, why: str) -> None:
        """The same command in a new process, if the package can be imported at all."""
        self.finish(patient=True)
        self.read, self.words = self._now()
        self.numbers = None
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(one for one in sys.path if one)}
        command = [sys.executable, "-c", IMPORTS]
        tried = subprocess.run(  # noqa: S603 - our own interpreter
            command, capture_output=True, text=True, check=False, env=environment
        )
        if tried.returncode:
            last = "".join(tried.stderr.strip().splitlines()[-1:])
            say(f"{why} changed; carreport cannot be imported now ({last}); watching", err=True)
            return
        self.tell(f"{why} changed: everything is built anew")
        sys.stdout.flush()
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - the same again

    def _complain(self, error: Exception) -> None:
        stands = "the last good build stands; " if self.good else ""
        if isinstance(error, (CarreportError, ExceptionGroup)):
            lines = explained(error)
        else:
            lines = [str(error)]
        say("\n".join([*lines, f"{stands}watching"]), err=True)

    def _target(self) -> Path:
        assert self.numbers is not None  # noqa: S101 - asked for where they are
        return self.asked.target(self.numbers.snapshot.cutoff)

    def _now(self) -> tuple[Seen, frozenset[str]]:
        """The files as they are now, and which of them are words."""
        try:
            files = inputs(self.asked)
        except (BadInput, OSError):
            return {}, frozenset()  # the next build says what is wrong
        words = seen(files.words)
        return {**words, **seen(files.numbers)}, frozenset(words)


def _some(changed: list[str]) -> str:
    names = sorted({Path(one).name for one in changed})
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
