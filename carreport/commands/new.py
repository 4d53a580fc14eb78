"""`carreport new`: a study folder to begin with."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated, Final

import typer

from carreport.commands.finding import QuietOption
from carreport.commands.messages import messages, say, say_json

_IMPORTS: Final = {
    "excel": ("excel", "registry.xlsx", ""),
    "redcap": ("redcap", "export.csv", "dictionary.csv"),
}
"""Examples that are files to import: with what, which, and its data dictionary."""


def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or an empty folder.")],
    title: Annotated[str, typer.Option(help="The study's title.", metavar="TEXT")] = "",
    example: Annotated[
        str,
        typer.Option(
            help="Another example that comes with us, e.g. lu2021; adam, excel and redcap are files to import.",
            metavar="NAME",
        ),
    ] = "new",
    as_json: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--json", help="For programs: the files that were written.")
    ] = False,
    quiet: QuietOption = False,  # noqa: FBT002 - a flag
) -> None:
    """
    Write a study folder to begin with: commented settings and a few invented patients.

    It builds at once. Refuses a folder that holds anything.
    """
    with messages():
        from carreport.intake.new import write_example

        files = write_example(folder, title, example)
    if as_json:
        say_json({"folder": folder.as_posix(), "files": list(files)})
    elif not quiet:
        say(f"{folder.as_posix()}/  {', '.join(files)}")
        if example == "adam":
            _say_adam(shlex.quote(folder.as_posix()))
        elif example in _IMPORTS:
            _say_import(shlex.quote(folder.as_posix()), *_IMPORTS[example])
        else:
            _say_next(folder, invented=example == "new")


def _say_import(name: str, kind: str, file: str, dictionary: str) -> None:
    command = f"carreport import {kind} {name}/{file}"
    more = f" --dictionary {name}/{dictionary}" if dictionary else ""
    say("The patients are invented. Next:")
    say(f"  {command}{more} --guess --out mapping.toml")
    say(f"  {command} study{more} --mapping mapping.toml")


def _say_adam(name: str) -> None:
    options = " ".join(f"--{one} {name}/{one}.csv" for one in ("adsl", "adtte", "adae"))
    say("The patients are real, and de-identified; README.md says where they come from. Next:")
    say(f"  carreport import adam {options} study")


def _say_next(folder: Path, *, invented: bool) -> None:
    name = shlex.quote(folder.as_posix())
    if invented:
        say("The patients are invented and the report marks every number that rests on them.")
    say("Next:")
    say(f"  carreport build {name}         the interim report, HTML and PDF")
    say(f"  carreport check {name}         everything wrong with the folder, after each change")
    say(f"  carreport check {name} --fix   corrections of dates, spaces and spellings, as a patch")
    if invented:
        say(f"Then write your own study into {folder.as_posix()}/study.toml; its comments say how.")
