"""What commands say, and how they end: messages on stderr, results on stdout, three exit codes."""

from __future__ import annotations

import datetime as dt
import enum
import json
import os
import re
import shutil
import signal
import sys
import textwrap
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import typer

from carreport.errors import BadInput, CarreportError, Problem
from carreport.study.own import own_paths

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path


class Session(enum.StrEnum):
    """Which session of a committee a document is for."""

    open = "open"
    closed = "closed"


FOUND: Final = 1
UNUSABLE: Final = 2
SIGNALLED: Final = 128
"""And the number of the signal, as shells have it."""
LABELS: Final = 13
"""Width of the labels: the longest of those that are said of a number."""
NARROWEST: Final = 40
INDENT: Final = 4
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
"""The one of the forms `date.fromisoformat` reads that nobody takes for another."""
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
"""What steers a terminal, or turns the direction of what follows."""


def say(text: str, *, err: bool = False) -> None:
    """Print; where nobody reads any more (`… | head`), that is no failure."""
    _write(harmless(text), err=err)


def say_json(content: object) -> None:
    """Print for programs: signs that steer a terminal stand as JSON writes them."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(", ", ": "))
    _write(_UNSEEN.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text))


def say_table(text: str) -> None:
    """Print CSV: as it is into a file or a pipe, harmless on a terminal."""
    _write((harmless(text) if sys.stdout.isatty() else text).removesuffix("\n"))


def say_labelled(lines: Iterable[tuple[str, str]]) -> None:
    """Print labelled lines; on a terminal a long text goes on below its own beginning."""
    say_aligned(lines, first=LABELS)


def say_aligned(lines: Iterable[Sequence[str]], *, first: int = 0) -> None:
    """
    Print cells in columns; on a terminal a long last one goes on below its own beginning.

    Args:
        lines: Cells; every line has as many.
        first: The least width of the first column.
    """
    table = [[" ".join(harmless(cell).split()) for cell in line] for line in lines]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    if widths:
        widths[0] = max(first, widths[0])
    for *cells, last in table:
        begin = "".join(f"{cell:<{width}}  " for cell, width in zip(cells, widths, strict=False))
        say(_wrapped(begin, last))


def _wrapped(begin: str, text: str) -> str:
    """A line, on a terminal broken at its width."""
    if not sys.stdout.isatty():
        return (begin + text).rstrip()
    width = max(NARROWEST, shutil.get_terminal_size().columns)
    indent = len(begin) if len(begin) <= width // 2 else INDENT
    return textwrap.fill(
        text,
        width,
        initial_indent=begin,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def harmless(text: str) -> str:
    r"""
    Text without what steers a terminal.

    >>> harmless("a\x1b[2Jb\u202e")
    'a\\x1b[2Jb\\u202e'
    """
    return _UNSEEN.sub(lambda sign: ascii(sign[0])[1:-1], text)


def _write(text: str, *, err: bool = False) -> None:
    try:
        typer.echo(text, err=err)
    except BrokenPipeError:
        stream = sys.stderr if err else sys.stdout
        # What is still buffered would fail again when Python flushes it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def the_date(text: str) -> dt.date | None:
    """
    The day an option names, or None without one.

    Raises:
        BadInput: It is no date.
    """
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text if _DATE.fullmatch(text) else "")
    except ValueError:
        found = f"{text!r} is no date"
        raise BadInput([Problem("", 0, "--cutoff", found, "write it as YYYY-MM-DD")]) from None


def check_folder(study: Path) -> None:
    """
    Refuse what is no folder.

    Raises:
        BadInput: It is none.
    """
    if not study.is_dir():
        found = f"{str(study)!r} is no folder"
        remedy = "name a folder that holds study.toml"
        if "=" in str(study):
            remedy = "put the id in quotes, the shell took it apart"
        raise BadInput([Problem("", 0, "STUDY", found, remedy)])


def say_own(study: Path) -> None:
    """Say, before they are run, which Python files of a study folder are."""
    if names := [path.name for path in own_paths(study)]:
        say(f"runs {', '.join(names)} of {study.as_posix()} with your rights", err=True)


def check_page(html: Path | None) -> None:
    """
    Refuse, before anything is computed, a page that could not be written.

    Raises:
        BadInput: It is no name of a page, or in no folder, or in one that takes none.
    """
    if html is None:
        return
    found = ""
    folder = html.resolve().parent
    if html.suffix.lower() not in (".html", ".htm"):
        found = f"{html.as_posix()!r} is no name of a page"
    elif html.is_dir() or not os.access(html if html.exists() else folder, os.W_OK):
        found = f"{html.as_posix()!r} cannot be written"
    if found:
        remedy = "name a .html file in a folder that exists"
        raise BadInput([Problem("", 0, "--html", found, remedy)])


class _Ended(BaseException):
    """A signal asked the program to end."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(number)


@contextmanager
def messages(*, writes: bool = False) -> Iterator[None]:
    """
    Errors as messages with exit code 2; a traceback only for who asks for one.

    Args:
        writes: Whether what is done would have changed files, so that it is said that none were.
    """
    try:
        with _ending_in_order():
            yield
    except typer.Exit:
        raise
    except (CarreportError, ExceptionGroup) as error:
        say("\n".join(explained(error, writes=writes)), err=True)
        raise typer.Exit(UNUSABLE) from None
    except OSError as error:
        say(f"{error.filename or 'a file'} cannot be used ({error.strerror})", err=True)
        raise typer.Exit(UNUSABLE) from None
    except KeyboardInterrupt:
        say("interrupted", err=True)
        raise typer.Exit(SIGNALLED + signal.SIGINT) from None
    except _Ended as ended:
        say("ended from outside", err=True)
        raise typer.Exit(SIGNALLED + ended.number) from None
    except Exception as error:
        if os.environ.get("CARREPORT_DEBUG"):
            raise
        say(
            f"carreport failed unexpectedly: {type(error).__name__}: {error}\n"
            "Nothing was changed. This is a defect of carreport; run again with "
            "CARREPORT_DEBUG=1 for the details to report.",
            err=True,
        )
        raise typer.Exit(UNUSABLE) from None


@contextmanager
def _ending_in_order() -> Iterator[None]:
    """Whoever ends the program from outside finds no half-written folder afterwards."""

    def end(number: int, _frame: object) -> None:
        raise _Ended(number)

    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    numbers = [getattr(signal, name) for name in names]
    ours = [number for number in numbers if signal.getsignal(number) == signal.SIG_DFL]
    if threading.current_thread() is not threading.main_thread():
        ours = []
    for number in ours:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def explained(
    error: CarreportError | ExceptionGroup[Exception], *, writes: bool = False
) -> list[str]:
    """An error as lines: what is wrong, where, what to do."""
    unchanged = "; nothing was changed" if writes else ""
    if isinstance(error, ExceptionGroup):
        return [f"{error.message}{unchanged}:", *(f"  {one}" for one in each(error))]
    if isinstance(error, BadInput):
        count = len(error.problems)
        noun = "problem" if count == 1 else "problems"
        return [f"{count} {noun}{unchanged}:", *(f"  {one}" for one in error.problems)]
    return [str(error), *(["nothing was changed"] if writes else [])]


def each(error: Exception) -> Iterator[Exception]:
    """The errors of a group, of its groups, and so on."""
    if isinstance(error, ExceptionGroup):
        for one in error.exceptions:
            yield from each(one)
    else:
        yield error
