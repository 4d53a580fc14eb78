"""`carreport history`: the builds of a study and how its headline numbers went."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from carreport.commands.finding import BUILDS, JsonOption
from carreport.commands.messages import check_page, messages, say, say_aligned, say_json
from carreport.errors import BadInput, Problem
from carreport.placing import put
from carreport.saved.charts import spark
from carreport.saved.history import EVERYBODY, histories
from carreport.saved.history_page import name, page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from carreport.saved.history import History, Series

LATEST: Final = 6
"""So many builds fit side by side on a terminal."""


def history(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FOLDER]...", help=f"Builds, or folders of them; default {BUILDS}."
        ),
    ] = None,
    study: Annotated[str, typer.Option(help="Only the study of this title.")] = "",
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a page of it.")] = None,
    as_json: JsonOption = False,  # noqa: FBT002 - a flag
) -> None:
    """
    List the builds of a study by data cutoff, with its headline numbers.

    Reads what each build saved; nothing is computed. A build that cannot be read is named and
    left out. Ends with 2 if none is left.
    """
    asked = folders or [BUILDS]
    with messages():
        _check(asked)
        check_page(html)
        found, damaged = histories(asked)
        for one in damaged:
            say(f"notice: left out: {one}", err=True)
        chosen = [one for one in found if study.casefold() in one.study.casefold()]
        if not chosen:
            raise BadInput([_nothing(asked, study, found, damaged)])
        if html is not None:
            put({html: page(chosen, damaged).encode()})
        if as_json:
            studies = [one.record() for one in chosen]
            say_json({"studies": studies, "left_out": list(damaged)})
        else:
            _tell(chosen)


def _check(folders: Sequence[Path]) -> None:
    problems = [
        Problem("", 0, "FOLDER", f"{str(one)!r} is no folder", "name a folder with builds in it")
        for one in folders
        if not one.is_dir()
    ]
    if problems:
        raise BadInput(problems)


def _nothing(
    folders: Sequence[Path], study: str, found: Sequence[History], damaged: Sequence[str]
) -> Problem:
    """Why there is nothing to list."""
    if found:
        titles = ", ".join(dict.fromkeys(repr(one.study) for one in found))
        return Problem("", 0, "--study", f"no build is of {study!r}", f"name one of {titles}")
    where = ", ".join(one.as_posix() for one in folders)
    if damaged:
        return Problem("", 0, "FOLDER", f"no build in or below {where} can be read", "build again")
    return Problem(
        "", 0, "FOLDER", f"there is no build in or below {where}", "build first, or name another"
    )


def _tell(chosen: Sequence[History]) -> None:
    for number, one in enumerate(chosen):
        if number:
            say("")
        _tell_of(one)


def _tell_of(one: History) -> None:
    session = "open session, " if one.session == "open" else ""
    count = len(one.builds)
    say(f"{one.study} ({session}{count} {'build' if count == 1 else 'builds'})")
    say("")
    say_aligned([("cutoff", "commit", "data", "printed", "folder"), *_builds(one)])
    say("")
    say_aligned(_numbers(one))
    if count > LATEST:
        say(f"the bars are of all {count} builds; --json or --html FILE has every number")


def _builds(one: History) -> Iterator[tuple[str, ...]]:
    for build in one.builds:
        yield (
            build.cutoff.isoformat(),
            build.code,
            build.data or "–",
            str(build.printed),
            build.folder.as_posix(),
        )


def _numbers(one: History) -> Iterator[tuple[str, ...]]:
    """A line for each number: what, of whom, a bar for every build, and the latest of them."""
    latest = one.builds[-LATEST:]
    yield ("", "", "", *(build.cutoff.isoformat() for build in latest))
    for series in one.series():
        whole = series.group == EVERYBODY
        points = [build.points.get(series) for build in latest]
        yield (
            name(one, series) if whole else "",
            "all" if whole else one.label(series.group),
            _bars(one, series),
            *(point.display if point else "–" for point in points),
        )


def _bars(one: History, series: Series) -> str:
    """From nought to the most of all patients, or to the whole."""
    values = [point.value if (point := build.points.get(series)) else None for build in one.builds]
    if series.what in ("rate", "incidence"):
        return spark(values, 1.0)
    top = max(
        (
            point.value or 0.0
            for build in one.builds
            for other, point in build.points.items()
            if (other.endpoint, other.what) == (series.endpoint, series.what)
        ),
        default=0.0,
    )
    return spark(values, top)
