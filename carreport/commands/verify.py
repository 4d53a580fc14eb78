"""`carreport verify`: whether data and code still give what a report says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from carreport.commands.finding import JsonOption
from carreport.commands.messages import FOUND, check_folder, messages, say, say_json, say_own


def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE.pdf", help="A report of ours.")],
    study: Annotated[
        Path | None,
        typer.Argument(metavar="STUDY", help="Study folder, to compute every number again."),
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option(help="The earlier build the report was compared with.", metavar="DIR"),
    ] = None,
    as_json: JsonOption = False,  # noqa: FBT002 - a flag
) -> None:
    """
    Say whether a PDF report is as it was built, and whether data and code still give its numbers.

    Ends with 0 if everything agrees, 1 if something does not, 2 if it cannot be read.
    """
    with messages():
        if study is not None:
            check_folder(study)
            say_own(study)
        from carreport.verify import verify as run_verify

        verified = run_verify(file, study, previous)
        if as_json:
            say_json(verified.record())
        else:
            for line in verified.lines():
                say(line)
    if not verified.ok:
        raise typer.Exit(FOUND)
