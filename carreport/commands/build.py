"""`carreport build`: a study's documents."""

from __future__ import annotations

import enum
import gc
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from carreport.again import USUAL_FORMATS, Asked, up_to_date
from carreport.commands.finding import QuietOption
from carreport.commands.messages import Session, check_folder, messages, say, say_own, the_date

if TYPE_CHECKING:
    from carreport.pipeline import Built

PATIENT_GC: Final = (200_000, 50, 50)
"""A build makes many objects that live until its end; looking for garbage often finds none."""


class Format(enum.StrEnum):
    """What a document is written as."""

    html = "html"
    pdf = "pdf"
    docx = "docx"


def build(  # noqa: PLR0913 - one for every option
    study: Annotated[Path, typer.Argument(metavar="STUDY", help="Study folder.")],
    cutoff: Annotated[str, typer.Option(help="Data cutoff, YYYY-MM-DD.", metavar="DATE")] = "",
    out: Annotated[
        Path | None,
        typer.Option(help="Folder to write; default out/<cutoff>, with -open for an open session."),
    ] = None,
    document: Annotated[list[str] | None, typer.Option(help="Document to build.")] = None,
    format_: Annotated[
        list[Format] | None,
        typer.Option("--format", help="html, pdf or docx; html and pdf without it."),
    ] = None,
    session: Annotated[
        Session, typer.Option(help="open: for a committee's open session, nothing by group.")
    ] = Session.closed,
    previous: Annotated[
        Path | None,
        typer.Option(help="Folder of an earlier build, to say what changed since.", metavar="DIR"),
    ] = None,
    force: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--force", help="Build even where nothing changed.")
    ] = False,
    no_cache: Annotated[  # noqa: FBT002 - a flag
        bool,
        typer.Option("--no-cache", help="Take nothing from earlier builds, and leave nothing."),
    ] = False,
    watching: Annotated[  # noqa: FBT002 - a flag
        bool,
        typer.Option("--watch", help="Build the HTML again whenever a template is saved."),
    ] = False,
    quiet: QuietOption = False,  # noqa: FBT002 - a flag
) -> None:
    """
    Build a study's documents.

    Touches nothing where everything stands already and is as it was written.
    """
    with messages(writes=True):
        day = the_date(cutoff)
        check_folder(study)
        formats = tuple(one.value for one in format_) if format_ else None
        asked = Asked(
            study,
            day,
            out,
            tuple(dict.fromkeys(document or ())),
            formats or (("html",) if watching else USUAL_FORMATS),
            session.value,
            previous,
        )
        if watching:
            from carreport.commands.watch import watch

            say_own(study)
            watch(asked, keep=not no_cache, quiet=quiet)
            return
        there = None if force or no_cache else up_to_date(asked)
        if there:
            if not quiet:
                say(f"nothing changed since the last build; {there.as_posix()}/ is up to date")
            return
        say_own(study)
        gc.set_threshold(*PATIENT_GC)
        from carreport.pipeline import build as run_build

        stages = Stages(quiet=quiet)
        built = run_build(
            study,
            cutoff=day,
            out=out,
            documents=asked.documents,
            formats=asked.formats,
            stage=stages.begin,
            keep=not no_cache,
            session=session.value,
            previous=previous,
        )
        stages.end()
    if not quiet:
        _summary(built)
    gc.freeze()  # all of it ends with the process; to look through it once more takes a second


class Stages:
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
