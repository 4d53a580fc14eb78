"""The command line. Messages go to stderr, results to stdout; heavy imports wait for a command."""

from __future__ import annotations

import datetime as dt
import enum
import gc
import os
import re
import signal
import sys
import threading
import time
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console

from carreport.errors import BadInput, CarreportError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from carreport.pipeline import Built

app = typer.Typer(
    name="carreport",
    help="Patient-level study data to a report whose every number can be followed back.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
"""The one of the forms `date.fromisoformat` reads that nobody takes for another."""
FOUND: Final = 1
UNUSABLE: Final = 2
PATIENT_GC: Final = (200_000, 50, 50)
"""A build makes many objects that live until its end; looking for garbage often finds none."""
SIGNALLED: Final = 128
"""And the number of the signal, as shells have it."""


class Format(enum.StrEnum):
    """What a document is written as."""

    html = "html"
    pdf = "pdf"


def _print_version(wanted: bool) -> None:
    if wanted:
        _say(f"carreport {version('carreport')}")
        raise typer.Exit


@app.callback()
def main(
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", is_eager=True, callback=_print_version
        ),
    ] = False,
) -> None:
    """Patient-level study data to a report whose every number can be followed back."""


@app.command()
def build(
    study: Annotated[Path, typer.Argument(help="Study folder.")],
    cutoff: Annotated[str, typer.Option(help="Data cutoff, YYYY-MM-DD.", metavar="DATE")] = "",
    out: Annotated[Path | None, typer.Option(help="Folder to write; default out/<cutoff>.")] = None,
    document: Annotated[list[str] | None, typer.Option(help="Document to build.")] = None,
    format_: Annotated[
        list[Format] | None, typer.Option("--format", help="html or pdf; both without it.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Build a study's documents."""
    with _messages():
        day = _date(cutoff)
        _check_folder(study)
        gc.set_threshold(*PATIENT_GC)
        from carreport.pipeline import FORMATS
        from carreport.pipeline import build as run_build

        stages = _Stages(quiet=quiet)
        built = run_build(
            study,
            cutoff=day,
            out=out,
            documents=document or (),
            formats=[one.value for one in format_] if format_ else FORMATS,
            stage=stages.begin,
        )
        stages.end()
    if not quiet:
        _summary(built)


@app.command()
def check(study: Annotated[Path, typer.Argument(help="Study folder.")]) -> None:
    """List everything wrong with a study folder, with file, row and column."""
    with _messages():
        _check_folder(study)
        problems, notices, found = _examined(study)
    for notice in notices:
        _say(f"notice: {notice}", err=True)
    for problem in problems:
        _say(str(problem))
    if problems:
        _say(f"{len(problems)} problem(s)", err=True)
        raise typer.Exit(FOUND)
    _say(f"no problem found: {found}")


def _examined(study: Path) -> tuple[Sequence[object], tuple[str, ...], str]:
    """Everything wrong with a study up to its tables, its notices, and what it holds."""
    from carreport.analyses import ANALYSES
    from carreport.results import run
    from carreport.study.cutoff import cut
    from carreport.study.load import load
    from carreport.tables import lay_out

    notices: tuple[str, ...] = ()
    try:
        snapshot = cut(load(study))
        notices = snapshot.notices
        lay_out(run(ANALYSES, snapshot), snapshot)
    except BadInput as error:
        return error.problems, notices, ""
    except (CarreportError, ExceptionGroup) as error:
        return list(_each(error)), notices, ""
    tables = (f"{len(table)} {name}" for name, table in snapshot.tables.items())
    return (), notices, ", ".join(tables)


@app.command()
def trace(
    id_: Annotated[str, typer.Argument(metavar="ID", help="A number, as in results.csv.")],
    study: Annotated[Path, typer.Argument(help="Study folder.")] = Path("data"),
    cutoff: Annotated[str, typer.Option(help="Data cutoff, YYYY-MM-DD.", metavar="DATE")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Say everything known about one number: what, how, from whom, how sure."""
    with _messages():
        day = _date(cutoff)
        _check_folder(study)
        from carreport.analyses import ANALYSES
        from carreport.results import run
        from carreport.results.save import result_row, to_json
        from carreport.results.telling import told
        from carreport.study.cutoff import cut
        from carreport.study.load import load

        result = run(ANALYSES, cut(load(study), day))[id_]
        if as_json:
            typer.echo(to_json(result_row(result)))
            return
        for label, text in told(result):
            typer.echo(f"{label:<14} {text}")


def _date(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text if _DATE.fullmatch(text) else "")
    except ValueError:
        found = f"{text!r} is no date"
        raise BadInput([Problem("", 0, "--cutoff", found, "write it as YYYY-MM-DD")]) from None


def _check_folder(study: Path) -> None:
    if not study.is_dir():
        found = f"{str(study)!r} is no folder"
        raise BadInput([Problem("", 0, "STUDY", found, "name a folder that holds study.toml")])


class _Ended(BaseException):
    """A signal asked the program to end."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(number)


@contextmanager
def _messages() -> Iterator[None]:
    """Errors as messages with exit code 2; a traceback only for who asks for one."""
    try:
        with _ending_in_order():
            yield
    except typer.Exit:
        raise
    except (CarreportError, ExceptionGroup) as error:
        _explain(error)
        raise typer.Exit(UNUSABLE) from None
    except KeyboardInterrupt:
        _say("interrupted", err=True)
        raise typer.Exit(SIGNALLED + signal.SIGINT) from None
    except _Ended as ended:
        _say("ended from outside", err=True)
        raise typer.Exit(SIGNALLED + ended.number) from None
    except Exception as error:
        if os.environ.get("CARREPORT_DEBUG"):
            raise
        _say(
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


def _explain(error: CarreportError | ExceptionGroup[Exception]) -> None:
    if isinstance(error, ExceptionGroup):
        lines = [f"{error.message}; nothing was changed:", *(f"  {one}" for one in _each(error))]
    elif isinstance(error, BadInput):
        count = len(error.problems)
        noun = "problem" if count == 1 else "problems"
        lines = [f"{count} {noun}; nothing was changed:", *(f"  {one}" for one in error.problems)]
    else:
        lines = [str(error), "nothing was changed"]
    _say("\n".join(lines), err=True)


def _each(error: Exception) -> Iterator[Exception]:
    """The errors of a group, of its groups, and so on."""
    if isinstance(error, ExceptionGroup):
        for one in error.exceptions:
            yield from _each(one)
    else:
        yield error


def _say(text: str, *, err: bool = False) -> None:
    """Print; where nobody reads any more (`… | head`), that is no failure."""
    try:
        typer.echo(text, err=err)
    except BrokenPipeError:
        stream = sys.stderr if err else sys.stdout
        # What is still buffered would fail again when Python flushes it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


class _Stages:
    """One line a stage with its time, on a terminal; nothing where nobody watches."""

    def __init__(self, *, quiet: bool) -> None:
        self._console = Console(stderr=True, quiet=quiet or not sys.stderr.isatty())
        self._name = ""
        self._since = 0.0

    def begin(self, name: str) -> None:
        """A stage begins, and the one before has ended."""
        self.end()
        self._name, self._since = name, time.perf_counter()

    def end(self) -> None:
        """The stage has ended."""
        if self._name:
            seconds = time.perf_counter() - self._since
            self._console.print(f"  {self._name:<10}[dim]{seconds:6.2f} s[/dim]")
            self._name = ""


def _summary(built: Built) -> None:
    origins = ", ".join(f"{count} {label}" for label, count in built.origins.items())
    _say(f"{built.out.as_posix()}/  {', '.join(built.files)}")
    _say(
        f"data cutoff {built.cutoff.isoformat()}; {built.numbers} numbers and "
        f"{built.listings} listings computed"
    )
    _say(f"{built.printed} different numbers printed: {origins}")
    for notice in built.notices:
        _say(f"notice: {notice}", err=True)
