"""The build a question is answered from: the saved one, or one made for the question."""

from __future__ import annotations

import tempfile
import tomllib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from carreport.commands.messages import say, the_date
from carreport.errors import BadInput, Problem
from carreport.saved.build import RESULTS, Saved, opened
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
JsonOption = Annotated[bool, typer.Option("--json", help="For programs.")]


def saved_build(study: Path, cutoff: str, build: Path | None) -> tuple[Saved | None, str]:
    """
    The build of a study that stands in a folder.

    Args:
        study: The study folder.
        cutoff: The day asked for; the study's own without one.
        build: The folder; `out/<cutoff>` without one.

    Returns:
        The build, or None and why there is none.

    Raises:
        BadInput: The cutoff is no date, or the folder named is not a build of this study and day.
    """
    title, day = _stated(study)
    asked = the_date(cutoff)
    folder = build or BUILDS / (asked.isoformat() if asked else day)
    if build is None and not (folder / RESULTS).is_file():
        return None, f"there is no build in {folder.as_posix()}"
    saved = opened(folder)
    wrong = ""
    if saved.record["study"] != title:
        wrong = f"{folder.as_posix()} holds a build of another study, {saved.record['study']!r}"
    elif asked and saved.record["cutoff"] != asked.isoformat():
        wrong = f"{folder.as_posix()} holds the build of {saved.record['cutoff']}"
    if wrong and build is not None:
        raise BadInput([Problem("", 0, "--build", wrong, "name the build of this study and day")])
    return (None, wrong) if wrong else (saved, "")


def fresh_build(study: Path, cutoff: str, build: Path | None) -> tuple[Saved | None, str, str]:
    """
    The saved build, if what its numbers were made from is what stands here now.

    Args:
        study: The study folder.
        cutoff: The day asked for; the study's own without one.
        build: The folder; `out/<cutoff>` without one.

    Returns:
        The build or None, why there is none, and the day to compute for instead.

    Raises:
        BadInput: As `saved_build`.
    """
    saved, why = saved_build(study, cutoff, build)
    if saved is None:
        return None, why, cutoff
    numbers, words = changed(saved.record, study)
    if numbers:
        why = f"since the build in {saved.folder.as_posix()}, {some(numbers)} changed"
        return None, why, cutoff or saved.record["cutoff"]
    if words:
        say(f"{some(words)} changed since the build: pages and claims are as of then", err=True)
    return saved, "", cutoff


@contextmanager
def whole_build(study: Path, cutoff: str, build: Path | None) -> Iterator[Saved]:
    """
    A fresh build with its pages: the saved one, or one made for the while.

    Args:
        study: The study folder.
        cutoff: The day asked for; the study's own without one.
        build: The folder; `out/<cutoff>` without one.
    """
    saved, why, cutoff = fresh_build(study, cutoff, build)
    if saved is not None:
        yield saved
        return
    say(f"{why}: built anew for this answer", err=True)
    from carreport.pipeline import build as run_build

    with tempfile.TemporaryDirectory(prefix="carreport-") as folder:
        out = Path(folder) / "out"
        run_build(study, cutoff=the_date(cutoff), out=out, formats=("html",))
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
