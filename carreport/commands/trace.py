"""`carreport trace`: everything known about one number, where one is printed, what a patient moves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from carreport.commands.finding import (
    STUDY,
    BuildOption,
    CutoffOption,
    JsonOption,
    SessionOption,
    StudyArgument,
    Wanted,
    fresh_build,
    saved_build,
    whole_build,
)
from carreport.commands.messages import (
    FOUND,
    check_folder,
    messages,
    say,
    say_aligned,
    say_json,
    say_labelled,
    say_own,
    say_table,
    the_date,
)
from carreport.errors import BadInput, Problem
from carreport.ids import OF_EARLIER
from carreport.names import ROWS, SECOND_OPINION
from carreport.saved.patient import moved_by
from carreport.saved.patient_rows import patient_rows
from carreport.saved.printed import printed_as, several
from carreport.saved.tabular import to_csv
from carreport.saved.telling import forms, places, told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carreport.saved.patient import Moved


def trace(  # noqa: PLR0913 - one for every option
    id_: Annotated[
        str, typer.Argument(metavar="ID", help="A number, as in results.csv.", show_default=False)
    ] = "",
    study: StudyArgument = None,
    printed: Annotated[
        str, typer.Option(help="Instead of ID: what is printed so, and where.", metavar="TEXT")
    ] = "",
    patient: Annotated[
        str, typer.Option(help="Instead of ID: what this patient's data can move.", metavar="ID")
    ] = "",
    cutoff: CutoffOption = "",
    build: BuildOption = None,
    session: SessionOption = None,
    as_rows: Annotated[bool, typer.Option("--rows", help="The patient rows, as CSV.")] = False,  # noqa: FBT002 - a flag
    table: Annotated[str, typer.Option(help="With --rows: this table only.", metavar="NAME")] = "",
    as_json: JsonOption = False,  # noqa: FBT002 - a flag
) -> None:
    """
    Say everything known about one number: what, how, from whom, how sure.

    Reads the build in out/<cutoff>; where that is not up to date, computes anew and says so.
    With --printed, ends with 1 if nothing is printed so.
    """
    with messages():
        asked = _asked(id_, study, printed, patient)
        wanted = Wanted(asked.study, cutoff, build, session or "")
        _check_form(asked, rows=as_rows, table=table, as_json=as_json)
        the_date(cutoff)
        check_folder(asked.study)
        if asked.printed:
            _where(asked, wanted, as_json=as_json)
        elif asked.patient:
            _moved(asked, wanted, as_json=as_json)
        else:
            found = _number(asked, wanted, rows=as_rows)
            if as_rows:
                _print_rows(found, table)
            elif as_json:
                say_json(found.row)
            else:
                say_labelled(told(found.row, found.opinion))


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question: an id, or a printed text, or a patient; and the study it is about."""

    id: str
    study: Path
    printed: str = ""
    patient: str = ""


@dataclass(frozen=True, slots=True)
class _Found:
    """A number's row, what the second engine says, and the patient rows if they were asked for."""

    row: Mapping[str, Any]
    opinion: Mapping[str, Any]
    rows: Mapping[str, Any]


def _asked(id_: str, study: Path | None, printed: str, patient: str) -> _Asked:
    if (printed or patient) and id_ and study is None:
        # The only word beside such an option is the study folder.
        if not Path(id_).is_dir():
            remedy = "beside --printed and --patient name the study folder only"
            raise BadInput([Problem("", 0, "STUDY", f"{id_!r} is no folder", remedy)])
        id_, study = "", Path(id_)
    questions = [one for one in (id_, printed, patient) if one.strip()]
    if len(questions) != 1:
        found = "asks for several things" if questions else "names no number"
        remedy = "give one of ID, --printed TEXT and --patient ID"
        raise BadInput([Problem("", 0, "", f"`carreport trace` {found}", remedy)])
    return _Asked(id_, study or STUDY, printed, patient)


def _check_form(asked: _Asked, *, rows: bool, table: str, as_json: bool) -> None:
    problems = []
    if rows and not asked.id:
        problems.append(Problem("", 0, "--rows", "goes with an id", "name a number by its id"))
    if rows and as_json:
        problems.append(
            Problem("", 0, "--json", "does not go with --rows, which are CSV", "leave it out")
        )
    if table and not rows:
        problems.append(Problem("", 0, "--table", "goes with --rows", "add it"))
    if problems:
        raise BadInput(problems)


def _number(asked: _Asked, wanted: Wanted, *, rows: bool) -> _Found:
    if asked.id.startswith(OF_EARLIER):
        return _of_earlier(asked, wanted)
    saved, why, wanted = fresh_build(wanted)
    if saved is not None:
        row = saved.row(asked.id)
        if row is not None:
            behind = saved.json(ROWS) if rows else {}
            return _Found(row, saved.json(SECOND_OPINION), behind)
        if saved.cell(asked.id) is None:
            raise saved.unknown(asked.id)
        why, wanted = f"no document prints {asked.id}", wanted.of(saved)
    say(f"{why}: computed anew", err=True)
    return _computed(asked, wanted, rows=rows)


def _of_earlier(asked: _Asked, wanted: Wanted) -> _Found:
    """What a build had from an earlier one stands in that build alone, whatever changed since."""
    saved, why = saved_build(wanted)
    if saved is None:
        raise BadInput([Problem("", 0, asked.id, why, "name the build with --build")])
    row = saved.row(asked.id)
    if row is None:
        raise saved.unknown(asked.id)
    return _Found(row, {}, {})


def _computed(asked: _Asked, wanted: Wanted, *, rows: bool) -> _Found:
    from carreport.results.behind import rows_behind
    from carreport.results.plan import plan
    from carreport.results.replay import replay
    from carreport.results.save import listing_record, result_row
    from carreport.study.load import load
    from carreport.study.session import snapshot_of

    say_own(asked.study)
    snapshot = snapshot_of(load(asked.study), the_date(wanted.cutoff), wanted.kind)
    results = replay(plan(snapshot), snapshot, asked.id)
    listed = asked.id in results.listings
    row = listing_record(results.listing(asked.id)) if listed else result_row(results[asked.id])
    return _Found(row, {}, rows_behind(snapshot, results) if rows else {})


def _print_rows(found: _Found, table: str) -> None:
    try:
        lines = patient_rows(found.rows, found.row, table) if found.rows else []
    except (KeyError, ValueError, IndexError, TypeError) as error:
        wrong = f"does not fit results.json ({type(error).__name__}: {error})"
        raise BadInput([Problem(ROWS, 0, "", wrong, "build again")]) from error
    if not lines:
        say(f"no patient rows are behind {found.row['id']}", err=True)
        raise typer.Exit(FOUND)
    say_table(to_csv(lines))


def _where(asked: _Asked, wanted: Wanted, *, as_json: bool) -> None:
    with whole_build(wanted) as saved:
        found = list(printed_as(saved, asked.printed))
    if as_json:
        say_json(found)
    else:
        say_aligned(
            (use["printed"], use["id"], f"{use['value']} {use['unit']}", _place(use))
            for use in found
        )
    if not found:
        hint = "; ask for one number at a time" if several(asked.printed) else ""
        say(f"nothing is printed as {asked.printed!r}{hint}", err=True)
        raise typer.Exit(FOUND)


def _moved(asked: _Asked, wanted: Wanted, *, as_json: bool) -> None:
    with whole_build(wanted) as saved:
        moved = moved_by(saved, asked.patient)
    if as_json:
        say_json(moved.record())
    else:
        _tell(moved)
    if not moved.numbers:
        raise typer.Exit(FOUND)


def _tell(moved: Moved) -> None:
    for chapter, rows in moved.chapters().items():
        say(chapter)
        say_aligned(("", row["id"], forms(row), "; ".join(places(row["uses"]))) for row in rows)
    say_labelled(moved.told())


def _place(use: Mapping[str, str]) -> str:
    return ": ".join(part for part in (use["document"], use["place"]) if part)
