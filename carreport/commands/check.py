"""`carreport check`: everything wrong with a study folder."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from carreport.commands.finding import JsonOption
from carreport.commands.fixing import check_patch, propose_fixes
from carreport.commands.messages import FOUND, check_folder, each, messages, say, say_json, say_own
from carreport.errors import BadInput, CarreportError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def check(
    study: Annotated[Path, typer.Argument(metavar="STUDY", help="Study folder.")],
    fix: Annotated[  # noqa: FBT002 - a flag
        bool,
        typer.Option("--fix", help="Propose safe corrections of the tables, as a patch."),
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="With --fix: write the patch here.", metavar="FILE")
    ] = None,
    no_own: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--no-own", help="Do not run the study's own analyses.")
    ] = False,
    as_json: JsonOption = False,  # noqa: FBT002 - a flag
    quiet: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--quiet", help="Print the problems, or the patch, and nothing else.")
    ] = False,
) -> None:
    """
    List everything wrong with a study folder, with file, row and column.

    With --fix, proposes corrections of dates, decimal commas, stray spaces and spellings as a
    patch on stdout, with the reasons on stderr. Changes nothing. Ends with 1 if anything was found.
    """
    with messages():
        check_folder(study)
        check_patch(out, study, fix=fix)
        if fix:
            propose_fixes(study, out, as_json=as_json, quiet=quiet)
            return
        problems, notices, found = _examined(study, own=not no_own)
    if as_json:
        say_json(
            {
                "version": 1,
                "problems": [_record(problem) for problem in problems],
                "notices": list(notices),
            }
        )
        if problems:
            raise typer.Exit(FOUND)
        return
    for notice in () if quiet else notices:
        say(f"notice: {notice}", err=True)
    for problem in problems:
        say(str(problem))
    if problems:
        say(f"{len(problems)} problem(s)", err=True)
        raise typer.Exit(FOUND)
    if not quiet:
        say(f"no problem found: {found}")


def _record(problem: object) -> dict[str, object]:
    """A problem for programs; an error of another kind has only words."""
    if isinstance(problem, Problem):
        return dataclasses.asdict(problem)
    return {"file": "", "row": 0, "column": "", "found": str(problem), "remedy": ""}


def _examined(study: Path, *, own: bool) -> tuple[Sequence[object], tuple[str, ...], str]:
    """Everything wrong with a study up to its tables and claims, its notices, what it holds."""
    from carreport.audit import audit, stated
    from carreport.intake.suspicions import suspicions
    from carreport.results import plan, run
    from carreport.study.cutoff import cut
    from carreport.study.load import load
    from carreport.tables import lay_out

    if own:
        say_own(study)
    notices: tuple[str, ...] = ()
    problems = _problems(lambda: stated(study))
    try:
        notices = suspicions(study)
        snapshot = cut(load(study))
        snapshot = snapshot if own else dataclasses.replace(snapshot, own=())
        notices = (*snapshot.notices, *notices)
        results = run(plan(snapshot), snapshot)
        lay_out(results, snapshot, snapshot.settings.study.documents)
    except BadInput as error:
        return [*error.problems, *problems], notices, ""
    except (CarreportError, ExceptionGroup) as error:
        return [*each(error), *problems], notices, ""
    problems = problems or _problems(lambda: audit(study, snapshot, results))
    if problems:
        return problems, notices, ""
    tables = (f"{len(table)} {name}" for name, table in snapshot.tables.items())
    return (), notices, ", ".join(tables)


def _problems(read: Callable[[], object]) -> Sequence[object]:
    """Everything that keeps something from being read."""
    try:
        read()
    except BadInput as error:
        return error.problems
    return ()
