"""`carreport check --fix`: what is proposed, as a patch, and why."""

from __future__ import annotations

import dataclasses
import shlex
import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from carreport.commands.messages import FOUND, say, say_json
from carreport.errors import BadInput, Problem
from carreport.placing import put

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from carreport.intake.fixing import Fix, Proposal

SHOWN: Final = 3
"""Cells that are shown of those that should be changed for one reason."""


def check_patch(out: Path | None, study: Path, *, fix: bool) -> None:
    """
    Refuse a file that a patch cannot be written to, before anything is read.

    Raises:
        BadInput: It is a folder, in no folder, or a table of the study; or no patch is asked for.
    """
    if out is None:
        return
    found = ""
    if not fix:
        raise BadInput(
            [Problem("", 0, "--out", "is for what --fix proposes", "add --fix, or leave it out")]
        )
    if out.is_dir() or not out.resolve().parent.is_dir():
        found = f"{out.as_posix()!r} cannot be written"
    elif out.exists() and out.resolve().parent == study.resolve() and out.suffix != ".patch":
        found = f"{out.as_posix()!r} is a file of the study"
    if found:
        remedy = "name a new file, such as fixes.patch, in a folder that exists"
        raise BadInput([Problem("", 0, "--out", found, remedy)])


def propose_fixes(study: Path, out: Path | None, *, as_json: bool, quiet: bool) -> None:
    """
    Propose corrections of a study folder.

    Raises:
        typer.Exit: With 1, if there is anything to say.
    """
    from carreport.intake.fixing import propose

    if say_proposal(propose(study), study, out, as_json=as_json, quiet=quiet):
        raise typer.Exit(FOUND)


def say_proposal(
    proposal: Proposal, study: Path, out: Path | None, *, as_json: bool, quiet: bool
) -> bool:
    """
    Print a patch, its reasons and what is left; write it to a file where one is named.

    Returns:
        Whether there was anything to say.
    """
    if out is not None:
        put({out: proposal.patch.encode()})
    if as_json:
        record = {"version": 1, "study": study.as_posix(), **dataclasses.asdict(proposal)}
        say_json(record)
    else:
        if out is None and proposal.patch:
            _print_patch(proposal.patch)
        if not quiet:
            for line in _reasons(proposal, study, out):
                say(line, err=True)
    return bool(proposal.fixes or proposal.by_hand or proposal.left)


def _print_patch(patch: str) -> None:
    """Byte by byte: what a terminal would be spared, `patch` needs."""
    if sys.stdout.isatty():
        say(patch.removesuffix("\n"))
    else:
        typer.echo(patch.encode(), nl=False)


def _reasons(proposal: Proposal, study: Path, out: Path | None) -> Iterator[str]:
    yield from _listed(proposal.fixes)
    if proposal.by_hand:
        yield "in files that a patch cannot change; correct them there:"
        yield from _listed(proposal.by_hand)
    for left in proposal.left:
        place = f"{left.file}, line {left.line}" if left.line else left.file
        column = f", column {left.column!r}" if left.column else ""
        yield f"not guessed: {place}{column}: {left.found}; {left.remedy}"
    if proposal.fixes:
        files = len({one.file for one in proposal.fixes})
        yield (
            f"{_counted(len(proposal.fixes), 'correction')} in {_counted(files, 'file')}; "
            "nothing was changed"
        )
        name = shlex.quote(out.as_posix()) if out else "FILE"
        made = "" if out else " (--out FILE writes it)"
        yield f"look at the patch, then: patch -p1 -d {shlex.quote(study.as_posix())} < {name}{made}"
    elif not proposal.by_hand:
        yield "nothing to propose" + ("" if proposal.left else "; no stray form was found")


def _listed(fixes: Sequence[Fix]) -> Iterator[str]:
    """One line for the cells of a column that should be changed for the same reason."""
    ordered = sorted(fixes, key=lambda one: (one.file, one.column, one.why))
    for (file, column, why), group in groupby(
        ordered, key=lambda one: (one.file, one.column, one.why)
    ):
        cells = sorted(group, key=lambda one: one.line)
        place = f"{file}, column {column!r}" if column else file
        shown = ", ".join(f"line {one.line} {one.old!r} → {one.new!r}" for one in cells[:SHOWN])
        more = f" and {len(cells) - SHOWN} more" if len(cells) > SHOWN else ""
        yield f"{place}: {shown}{more}: {why}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
