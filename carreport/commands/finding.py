"""The build a question is answered from: the saved one, or one made for the question."""

from __future__ import annotations

import tempfile
import tomllib
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from carreport.commands.messages import Session, say, say_own, the_date
from carreport.errors import BadInput, Problem
from carreport.names import CLOSED, OPEN, RESULTS
from carreport.saved.build import Saved, opened
from carreport.saved.made_from import changed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BUILDS: Final = Path("out")
NAMED: Final = 3

STUDY: Final = Path("data")
StudyArgument = Annotated[
    Path | None, typer.Argument(metavar="STUDY", help=f"Study folder; default {STUDY}.")
]
CutoffOption = Annotated[str, typer.Option(help="Data cutoff, YYYY-MM-DD.", metavar="DATE")]
BuildOption = Annotated[
    Path | None,
    typer.Option(help="Folder of the build; default out/<cutoff>.", metavar="DIR"),
]
SessionOption = Annotated[
    Session | None,
    typer.Option(help="Of the build; closed without one, or that of the folder named."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="For programs.")]
QuietOption = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")]


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    The build a question is about.

    Attributes:
        study: The study folder.
        cutoff: The day asked for; the study's own without one.
        build: The folder; `out/<cutoff>`, or `out/<cutoff>-open`, without one.
        session: open or closed; empty for that of the folder named, otherwise closed.
    """

    study: Path
    cutoff: str = ""
    build: Path | None = None
    session: str = ""

    def made(self, day: str) -> Path:
        """The folder of the build."""
        return self.build or BUILDS / (day + (f"-{OPEN}" if self.session == OPEN else ""))

    @property
    def kind(self) -> Literal["open", "closed"]:
        """The session to compute for."""
        return OPEN if self.session == OPEN else CLOSED

    def of(self, saved: Saved) -> Wanted:
        """The same cutoff and session as a build, to be computed anew."""
        return replace(
            self, cutoff=self.cutoff or saved.record["cutoff"], session=session_of(saved)
        )


def session_of(saved: Saved) -> Literal["open", "closed"]:
    """The session a build was made for."""
    return OPEN if saved.record.get("session") == OPEN else CLOSED


def saved_build(wanted: Wanted) -> tuple[Saved | None, str]:
    """
    The build of a study that stands in a folder.

    Args:
        wanted: Study, cutoff, folder and session.

    Returns:
        The build, or None and why there is none.

    Raises:
        BadInput: The cutoff is no date, or the folder named is not a build of this study and day.
    """
    title, day = _stated(wanted.study)
    asked, build = the_date(wanted.cutoff), wanted.build
    folder = wanted.made(asked.isoformat() if asked else day)
    if build is None and not (folder / RESULTS).is_file():
        return None, f"there is no build in {folder.as_posix()}"
    saved = opened(folder)
    wrong = ""
    if saved.record["study"] != title:
        wrong = f"{folder.as_posix()} holds a build of another study, {saved.record['study']!r}"
    elif asked and saved.record["cutoff"] != asked.isoformat():
        wrong = f"{folder.as_posix()} holds the build of {saved.record['cutoff']}"
    elif session_of(saved) != (wanted.session or (session_of(saved) if build else CLOSED)):
        wrong = f"{folder.as_posix()} holds the build of the {session_of(saved)} session"
    if wrong and build is not None:
        remedy = "name the build of this study, day and session"
        raise BadInput([Problem("", 0, "--build", wrong, remedy)])
    return (None, wrong) if wrong else (saved, "")


def fresh_build(wanted: Wanted) -> tuple[Saved | None, str, Wanted]:
    """
    The saved build, if what its numbers were made from is what stands here now.

    Args:
        wanted: Study, cutoff, folder and session.

    Returns:
        The build or None, why there is none, and what to compute instead.

    Raises:
        BadInput: As `saved_build`.
    """
    saved, why = saved_build(wanted)
    if saved is None:
        return None, why, wanted
    numbers, words = changed(saved.record, wanted.study)
    if numbers:
        why = f"since the build in {saved.folder.as_posix()}, {some(numbers)} changed"
        return None, why, wanted.of(saved)
    if words:
        say(f"{some(words)} changed since the build: pages and claims are as of then", err=True)
    return saved, "", wanted


@contextmanager
def whole_build(wanted: Wanted) -> Iterator[Saved]:
    """
    A fresh build with its pages: the saved one, or one made for the while.

    Args:
        wanted: Study, cutoff, folder and session.
    """
    saved, why, wanted = fresh_build(wanted)
    if saved is not None:
        yield saved
        return
    say(f"{why}: built anew for this answer", err=True)
    say_own(wanted.study)
    from carreport.pipeline import build as run_build

    with tempfile.TemporaryDirectory(prefix="carreport-") as folder:
        out = Path(folder) / "out"
        run_build(
            wanted.study,
            cutoff=the_date(wanted.cutoff),
            out=out,
            formats=("html",),
            session=wanted.kind,
        )
        yield opened(out)


def _stated(study: Path) -> tuple[str, str]:
    """Title and cutoff as study.toml has them; nothing where it cannot be read."""
    try:
        text = (study / "study.toml").read_text(encoding="utf-8-sig")
        part: dict[str, Any] = tomllib.loads(text)["study"]
        return str(part["title"]), str(part["cutoff"])
    except (OSError, ValueError, KeyError, TypeError):
        return "", ""


def some(names: Sequence[str]) -> str:
    """The first few of several names, and how many more there are."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
