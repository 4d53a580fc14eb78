"""`carreport refresh`: an edited Word document with the numbers of another cutoff."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from carreport.commands.finding import JsonOption, QuietOption
from carreport.commands.messages import (
    FOUND,
    check_folder,
    messages,
    say,
    say_json,
    say_own,
    the_date,
)
from carreport.errors import BadInput, Problem, WritingFailed
from carreport.names import CLOSED
from carreport.placing import put

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from carreport.names import Session
    from carreport.saved.build import Saved
    from carreport.word.refreshed import Refreshed

MOST: Final = 20
_DOCUMENT: Final = "DOCUMENT"


def refresh(  # noqa: PLR0913 - one for every option
    document: Annotated[
        Path,
        typer.Argument(metavar="DOCUMENT", help="Word document (DOCX) of ours, edited or not."),
    ],
    study: Annotated[Path | None, typer.Option(help="Study folder.", metavar="STUDY")] = None,
    cutoff: Annotated[str, typer.Option(help="Data cutoff, YYYY-MM-DD.", metavar="DATE")] = "",
    out: Annotated[
        Path | None,
        typer.Option(help="File to write; default NAME-<cutoff>.docx beside it.", metavar="FILE"),
    ] = None,
    tracked: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--tracked", help="Make each new number a tracked change.")
    ] = False,
    overwrite: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--overwrite", help="Replace numbers that were changed by hand, too.")
    ] = False,
    build: Annotated[
        Path | None,
        typer.Option(help="A build to take the numbers from, instead of a study.", metavar="DIR"),
    ] = None,
    force: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--force", help="Replace the file to write if it is there.")
    ] = False,
    as_json: JsonOption = False,  # noqa: FBT002 - a flag
    quiet: QuietOption = False,  # noqa: FBT002 - a flag
) -> None:
    """
    Write a copy of a Word document in which every linked number is that of another cutoff.

    Nothing but linked numbers, figures of ours and the record in the document changes. Ends with 0,
    with 1 if something is left to the reader, with 2 if it cannot be done.
    """
    with messages(writes=True):
        day = the_date(cutoff)
        session = _check(document)
        from carreport.word.refresh import refresh as renew

        with _numbers(study, build, day, session) as saved:
            target = out or document.with_name(f"{document.stem}-{saved.record['cutoff']}.docx")
            _check_target(target, document, force=force)
            done = renew(document, saved, tracked=tracked, overwrite=overwrite)
        _write(target, done.content)
        if as_json:
            say_json({**done.record(), "file": target.as_posix()})
        elif not quiet:
            _tell(done, target)
    if done.left:
        raise typer.Exit(FOUND)


@contextmanager
def _numbers(
    study: Path | None, build: Path | None, day: dt.date | None, session: Session
) -> Iterator[Saved]:
    """
    The build with the new numbers.

    Raises:
        BadInput: Neither a study nor a build is named, or both, or it is none, or of another session.
    """
    from carreport.manuscript.audit import build_of

    if (study is None) == (build is None):
        found = "both are given" if study else "neither is given"
        remedy = "name the study folder with --study, or a build with --build"
        raise BadInput([Problem("", 0, "--study, --build", found, remedy)])
    if build is not None:
        from carreport.saved.build import opened

        opened(build)  # says that it is no build, whatever else it is
    elif study is not None:
        check_folder(study)
    with build_of(build or study or Path(), day, say_own, session) as (saved, _, _):
        there = saved.record.get("session", CLOSED)
        if there != session:  # numbers of groups must not reach those who may not see them
            found = (
                f"holds a build of the {there} session, and the document is of the {session} one"
            )
            raise BadInput([Problem("", 0, "--build", found, "name a build of that session")])
        yield saved


def _check(document: Path) -> Session:
    """
    Refuse, before anything is computed, what is no Word document of ours.

    Returns:
        The session it was written for.

    Raises:
        BadInput: It is none.
    """
    from carreport.manuscript.audit import session_of
    from carreport.manuscript.reading.bad import refused
    from carreport.manuscript.reading.docx_package import Package
    from carreport.manuscript.reading.recognising import recognised
    from carreport.word.edited import opened

    kind = recognised(document)
    if kind != "docx":
        found = f"is no Word document ({kind})"
        raise refused(document, found, "give a DOCX file that `carreport build` wrote")
    Package(document)
    return session_of({"session": opened(document).record.session})


def _check_target(target: Path, document: Path, *, force: bool) -> None:
    """
    Refuse to write over what is there.

    Raises:
        BadInput: It would.
    """
    found = remedy = ""
    if target.exists() and target.resolve() == document.resolve():
        found, remedy = "is the document itself", "name another file with --out"
    elif target.is_dir() or not target.resolve().parent.is_dir():
        found, remedy = "cannot be written", "name a file in a folder that exists"
    elif target.exists() and not force:
        found, remedy = "is there already", "name another with --out, or replace it with --force"
    if found:
        raise BadInput([Problem("", 0, "--out", f"{target.as_posix()!r} {found}", remedy)])


def _write(target: Path, content: bytes) -> None:
    try:
        put({target: content})
    except OSError as error:
        raise WritingFailed(error.strerror or str(error)) from error


def _tell(done: Refreshed, target: Path) -> None:
    from carreport.word.refreshed import KINDS

    more = f"; {_some(done.marks, 'mark')} of origin put right" if done.marks else ""
    more += f"; {_some(len(done.figures), 'figure')} replaced" if done.figures else ""
    say(
        f"{done.refreshed} of {_some(done.refreshed + done.unchanged, 'linked number')} refreshed, "
        f"{done.unchanged} unchanged{more}; data cutoff {done.old.cutoff} → {done.new.cutoff}"
    )
    for notice in done.notices:
        say(f"notice: {notice}")
    for kind, title in KINDS.items():
        told = [one for one in done.left if one.kind == kind]
        if told:
            say(f"{title} ({len(told)}):")
        for one in told[:MOST]:
            place = f"{one.place}: " if one.place else ""
            around = f" – {one.around}" if one.around else ""
            say(f"  {place}{one.words}{around}")
        if len(told) > MOST:
            say(f"  and {len(told) - MOST} more (--json for all)")
    say(f"wrote {target.as_posix()}")


def _some(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
