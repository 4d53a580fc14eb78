"""`carreport import`: somebody's files to a study folder; and what an import says of itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from carreport.commands.messages import FOUND, say, say_json

if TYPE_CHECKING:
    from carreport.intake.draft import Report

importing = typer.Typer(
    name="import",
    help="Make a study folder from files of another form.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def say_imported(report: Report, out: Path, *, as_json: bool = False, quiet: bool = False) -> None:
    """
    Say what an import did: briefly on stdout, contradictions on stderr.

    Args:
        report: The account, as `import.md` in *out* has it whole.
        out: The study folder that was written.
        as_json: For programs: the account as `import.json` has it, and nothing else.
        quiet: Nothing on stdout.

    Raises:
        typer.Exit: With 1, where the files contradict themselves.
    """
    from carreport.intake.account import as_record, summary
    from carreport.intake.folder import REPORT

    if as_json:
        say_json(as_record(report))
    elif not quiet:
        for line in summary(report):
            say(line)
        say(f"wrote {out.as_posix()}; {REPORT} in it tells what became of every column")
    for problem in report.problems:
        say(str(problem), err=True)
    if report.problems:
        say(f"{len(report.problems)} contradiction(s), each decided as said", err=True)
        raise typer.Exit(FOUND)
