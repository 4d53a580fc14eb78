"""What the imports with a mapping have in common: what was asked, and a mapping that is proposed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from carreport.commands.messages import say
from carreport.errors import BadInput, Problem
from carreport.placing import put

OutArgument = Annotated[
    Path | None, typer.Argument(metavar="OUT", help="Study folder to write; new or empty.")
]
MappingOption = Annotated[
    Path | None, typer.Option(help="What feeds what: a mapping file.", metavar="FILE")
]
GuessOption = Annotated[
    bool, typer.Option("--guess", help="Propose a mapping, and import nothing.")
]
GuessOutOption = Annotated[
    Path | None, typer.Option("--out", help="With --guess: write it here.", metavar="FILE")
]
LastDayOption = Annotated[
    str, typer.Option(help="Data cutoff, YYYY-MM-DD; else the mapping's.", metavar="DATE")
]


def check_asked(
    out: Path | None, mapping: Path | None, guess_out: Path | None, *, guess: bool, as_json: bool
) -> None:
    """
    Refuse options that do not go together, and a file that a mapping cannot be written to.

    Args:
        out: The study folder that is to be written.
        mapping: The file that says what feeds what.
        guess_out: The file a proposed mapping is to be written to.
        guess: Whether one is to be proposed.
        as_json: Whether the account of the import is wanted for programs.

    Raises:
        BadInput: With everything that is wrong.
    """
    problems = []

    def wrong(option: str, found: str, remedy: str) -> None:
        problems.append(Problem("", 0, option, found, remedy))

    if guess and mapping is not None:
        wrong("--guess", "stands beside --mapping", "give one: a guess is never imported")
    if guess and as_json:
        wrong(
            "--json",
            "is for an import, and --guess imports nothing",
            "leave it out: TOML is printed",
        )
    if guess and out is not None:
        remedy = "leave OUT away; --out FILE is where a mapping is written"
        wrong("OUT", "is for an import, and --guess imports nothing", remedy)
    if not guess and mapping is None:
        wrong("--mapping", "is missing", "--guess --out mapping.toml proposes one to correct")
    if not guess and out is None:
        wrong("OUT", "is missing", "name the study folder to write")
    if not guess and guess_out is not None:
        wrong("--out", "is for what --guess proposes", "name the study folder as OUT")
    if guess and guess_out is not None:
        problems += _unwritable(guess_out)
    if problems:
        raise BadInput(problems)


def _unwritable(out: Path) -> list[Problem]:
    """Why a mapping cannot be written there."""
    if out.exists():
        remedy = "name a new file, so that no corrected mapping is lost"
        return [Problem("", 0, "--out", f"{out.as_posix()!r} exists", remedy)]
    if not out.resolve().parent.is_dir():
        remedy = "name a file in a folder that exists"
        return [Problem("", 0, "--out", f"{out.as_posix()!r} cannot be written", remedy)]
    return []


def say_guess(text: str, out: Path | None, *, quiet: bool) -> None:
    """Print a proposed mapping, or write it to a file and say what to do with it."""
    if out is None:
        say(text.removesuffix("\n"))
        return
    put({out: text.encode()})
    if not quiet:
        say(
            f"{out.as_posix()}: a proposal; read every line, correct it, then import with --mapping"
        )
