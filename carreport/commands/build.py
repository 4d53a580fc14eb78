"""`carreport build`: a study's documents."""

from __future__ import annotations

import enum
import gc
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from carreport.commands.messages import check_folder, messages, say, the_date

if TYPE_CHECKING:
    from carreport.pipeline import Built

PATIENT_GC: Final = (200_000, 50, 50)
"""A build makes many objects that live until its end; looking for garbage often finds none."""


class Format(enum.StrEnum):
    """What a document is written as."""

    html = "html"
    pdf = "pdf"


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
    with messages(writes=True):
        day = the_date(cutoff)
        check_folder(study)
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
    gc.freeze()  # all of it ends with the process; to look through it once more takes a second


class _Stages:
    """One line a stage with its time, on a terminal; nothing where nobody watches."""

    def __init__(self, *, quiet: bool) -> None:
        from rich.console import Console

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
    say(f"{built.out.as_posix()}/  {', '.join(built.files)}")
    say(
        f"data cutoff {built.cutoff.isoformat()}; {built.numbers} numbers and "
        f"{built.listings} listings computed"
    )
    say(f"{built.printed} different numbers printed: {origins}")
    for notice in built.notices:
        say(f"notice: {notice}", err=True)
