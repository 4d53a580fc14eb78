"""The command line. Messages go to stderr, results to stdout; heavy imports wait for a command."""

from __future__ import annotations

import datetime as dt
import enum
import os
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console

from carreport.errors import BadInput, CarreportError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carreport.pipeline import Built

app = typer.Typer(
    name="carreport",
    help="Patient-level study data to a report whose every number can be followed back.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
FOUND: Final = 1
UNUSABLE: Final = 2


class Format(enum.StrEnum):
    """What a document is written as."""

    html = "html"
    pdf = "pdf"


@app.callback()
def main() -> None:
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
        from carreport.study.cutoff import cut
        from carreport.study.load import load

        try:
            snapshot = cut(load(study))
        except BadInput as error:
            for problem in error.problems:
                typer.echo(str(problem))
            typer.echo(f"{len(error.problems)} problem(s)", err=True)
            raise typer.Exit(FOUND) from None
        for notice in snapshot.notices:
            typer.echo(f"notice: {notice}", err=True)
        tables = ", ".join(f"{len(table)} {name}" for name, table in snapshot.tables.items())
        typer.echo(f"no problem found: {tables}")


def _date(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        found = f"{text!r} is no date"
        raise BadInput([Problem("", 0, "--cutoff", found, "write it as YYYY-MM-DD")]) from None


def _check_folder(study: Path) -> None:
    if not study.is_dir():
        found = f"{str(study)!r} is no folder"
        raise BadInput([Problem("", 0, "STUDY", found, "name a folder that holds study.toml")])


@contextmanager
def _messages() -> Iterator[None]:
    """Errors as messages with exit code 2; a traceback only for who asks for one."""
    try:
        yield
    except typer.Exit:
        raise
    except (CarreportError, ExceptionGroup) as error:
        _explain(error)
        raise typer.Exit(UNUSABLE) from None
    except KeyboardInterrupt:
        typer.echo("interrupted; nothing was changed", err=True)
        raise typer.Exit(130) from None
    except Exception as error:
        if os.environ.get("CARREPORT_DEBUG"):
            raise
        typer.echo(
            f"carreport failed unexpectedly: {type(error).__name__}: {error}\n"
            "Nothing was changed. This is a defect of carreport; run again with "
            "CARREPORT_DEBUG=1 for the details to report.",
            err=True,
        )
        raise typer.Exit(UNUSABLE) from None


def _explain(error: CarreportError | ExceptionGroup[Exception]) -> None:
    if isinstance(error, ExceptionGroup):
        typer.echo(f"{error.message}; nothing was changed:", err=True)
        for one in error.exceptions:
            typer.echo(f"  {one}", err=True)
        return
    if isinstance(error, BadInput):
        count = len(error.problems)
        noun = "problem" if count == 1 else "problems"
        typer.echo(f"{count} {noun}; nothing was changed:", err=True)
        for problem in error.problems:
            typer.echo(f"  {problem}", err=True)
        return
    typer.echo(f"{error}\nnothing was changed", err=True)


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
    typer.echo(f"{built.out.as_posix()}/  {', '.join(built.files)}")
    typer.echo(
        f"data cutoff {built.cutoff.isoformat()}; {built.numbers} numbers and "
        f"{built.listings} listings computed"
    )
    typer.echo(f"{built.printed} different numbers printed: {origins}")
    for notice in built.notices:
        typer.echo(f"notice: {notice}", err=True)
