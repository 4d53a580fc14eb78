"""`carreport check`: everything wrong with a study folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from carreport.commands.messages import FOUND, check_folder, each, messages, say
from carreport.errors import BadInput, CarreportError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def check(study: Annotated[Path, typer.Argument(help="Study folder.")]) -> None:
    """List everything wrong with a study folder, with file, row and column."""
    with messages():
        check_folder(study)
        problems, notices, found = _examined(study)
    for notice in notices:
        say(f"notice: {notice}", err=True)
    for problem in problems:
        say(str(problem))
    if problems:
        say(f"{len(problems)} problem(s)", err=True)
        raise typer.Exit(FOUND)
    say(f"no problem found: {found}")


def _examined(study: Path) -> tuple[Sequence[object], tuple[str, ...], str]:
    """Everything wrong with a study up to its tables and claims, its notices, what it holds."""
    from carreport.analyses import ANALYSES
    from carreport.audit import audit, stated
    from carreport.results import run
    from carreport.study.cutoff import cut
    from carreport.study.load import load
    from carreport.tables import lay_out

    notices: tuple[str, ...] = ()
    problems = _problems(lambda: stated(study))
    try:
        snapshot = cut(load(study))
        notices = snapshot.notices
        results = run(ANALYSES, snapshot)
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
