"""What the imports with a mapping have in common: what was asked, and a mapping that is proposed."""

from __future__ import annotations

from pathlib import Path

from carreport.commands.messages import say
from carreport.errors import BadInput, Problem
from carreport.placing import put


def check_asked(
    out: Path | None, mapping: Path | None, guess_out: Path | None, *, guess: bool
) -> None:
    """
    Refuse options that do not go together, and a file that a mapping cannot be written to.

    Raises:
        BadInput: With everything that is wrong.
    """
    problems = []

    def wrong(option: str, found: str, remedy: str) -> None:
        problems.append(Problem("", 0, option, found, remedy))

    if guess and mapping is not None:
        wrong("--guess", "stands beside --mapping", "give one: a guess is never imported")
    if guess and out is not None:
        remedy = "leave OUT away; --out FILE is where a mapping is written"
        wrong("OUT", "is for an import, and --guess imports nothing", remedy)
    if not guess and mapping is None:
        wrong("--mapping", "is missing", "--guess --out mapping.toml proposes one to correct")
    if not guess and out is None:
        wrong("OUT", "is missing", "name the study folder to write")
    if not guess and guess_out is not None:
        wrong("--out", "is for what --guess proposes", "name the study folder as OUT")
    if guess and guess_out is not None and guess_out.exists():
        remedy = "name a new file, so that no corrected mapping is lost"
        wrong("--out", f"{guess_out.as_posix()!r} exists", remedy)
    if problems:
        raise BadInput(problems)


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
