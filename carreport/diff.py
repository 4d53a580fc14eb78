"""Two places on the disk to everything that differs: builds, study folders, or one folder twice."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from carreport.again import Asked as BuildAsked
from carreport.audit import audit
from carreport.beside import side_by_side
from carreport.changes import Drawn, Side, compared
from carreport.changes.reading import from_build
from carreport.errors import BadInput, CarreportError, Problem
from carreport.figures import draw
from carreport.names import CLOSED, MANIFEST, OPEN, Session
from carreport.pipeline import documents_of
from carreport.render import render
from carreport.results import plan, run
from carreport.results.save import build_record
from carreport.saved.build import opened as open_build
from carreport.study.load import load
from carreport.study.own import own_of
from carreport.study.session import snapshot_of
from carreport.study.settings import SETTINGS_FILE
from carreport.tables import lay_out

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from carreport.changes import Changes
    from carreport.study.own import OwnFile
    from carreport.study.settings import Settings

_TWO: Final = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """
    One side as it was asked for.

    Attributes:
        folder: A build, or a study folder.
        cutoff: The day, for a study folder; its own without one.
        name: What the command line calls it, for messages.
        session: Open for a study folder that is compared with a build of an open session.
    """

    folder: Path
    cutoff: dt.date | None = None
    name: str = ""
    session: Session = CLOSED

    @property
    def is_build(self) -> bool:
        """Whether it is an output folder."""
        return (self.folder / MANIFEST).is_file()

    @property
    def is_study(self) -> bool:
        """Whether it is a study folder."""
        return (self.folder / SETTINGS_FILE).is_file()


def asked(old: Path, new: Path | None, cutoffs: Sequence[dt.date]) -> tuple[Asked, Asked]:
    """
    The two sides that a command line names.

    Args:
        old: The first folder.
        new: The second; without one the first is compared with itself on two days.
        cutoffs: None, one for every study folder, or one for each side.

    Returns:
        Old and new.

    Raises:
        BadInput: A folder is neither a build nor a study, or the cutoffs do not go with them.
    """
    sides = [Asked(old, name="OLD"), Asked(new or old, name="NEW" if new else "OLD")]
    problems = [
        Problem("", 0, one.name, f"{one.folder.as_posix()!r} {_found(one.folder)}",
                "name a folder that `carreport build` wrote, or a study folder")
        for one in sides
        if not (one.is_build or one.is_study)
    ]  # fmt: skip
    if problems:
        raise BadInput(problems if new is not None else problems[:1])
    studies = [not one.is_build for one in sides]
    wrong = ""
    if len(cutoffs) > _TWO:
        wrong, remedy = f"is given {len(cutoffs)} times", "give one, or one for each side"
    elif new is None and (len(cutoffs) < _TWO or not studies[0]):
        wrong = "one folder is named" if studies[0] else "one build is named"
        remedy = "name two folders, or one study folder with two --cutoff DATE"
    elif cutoffs and not all(studies) and (len(cutoffs) == _TWO or not any(studies)):
        wrong = "a build has the cutoff it was built with"
        remedy = "give --cutoff for study folders only"
    if wrong:
        raise BadInput([Problem("", 0, "--cutoff", wrong, remedy)])
    days = [*cutoffs, *cutoffs][:_TWO] if cutoffs else [None, None]
    return tuple(
        replace(one, cutoff=day if study else None)
        for one, day, study in zip(sides, days, studies, strict=True)
    )  # type: ignore[return-value]  # there are two


def _found(folder: Path) -> str:
    if not folder.is_dir():
        return "is no folder"
    return "is neither a build (manifest.json) nor a study folder (study.toml)"


def diff(old: Asked, new: Asked) -> tuple[Changes, Settings]:
    """
    Everything that differs between two sides.

    Args:
        old: What the other is compared with.
        new: What the comparison is about.

    Returns:
        The changes, and the settings of the new.

    Raises:
        BadInput: A side cannot be read.
        ExceptionGroup: Of AnalysisFailed.
    """
    old, new = _of_one_session(old, new), _of_one_session(new, old)
    (then, _), (now, why) = _opened_at_once(old, new)
    if then.label == now.label:
        then, now = (_with_day(one) for one in (then, now))
    changes = compared(then, now)
    notices = (*_told(old, new, changes), *changes.notices, *([why] if why else []))
    return replace(changes, notices=notices), now.snapshot.settings


def _of_one_session(one: Asked, other: Asked) -> Asked:
    """
    A study folder for the open session where it is compared with a build of one.

    What is withheld there would otherwise stand beside it.
    """
    if one.is_build or not other.is_build:
        return one
    session = open_build(other.folder, other.name).record.get("session")
    return replace(one, session=OPEN) if session == OPEN else one


def _told(old: Asked, new: Asked, changes: Changes) -> Iterator[str]:
    """What a reader should know of what was asked."""
    for one in dict.fromkeys((old, new)):
        if one.session == OPEN:
            yield (
                f"{one.folder.as_posix()} is computed for an open session, as the build it is "
                "compared with: nothing by group, other names of patients"
            )
    then, now = changes.old.cutoff, changes.new.cutoff
    if then > now:
        yield (
            f"the old side has the later cutoff, {then} after {now}: what only it knew counts as "
            "removed"
        )


Opened = tuple[Side, str]
"""A side, and why it is not known where its numbers are printed."""


def _opened_at_once(old: Asked, new: Asked) -> tuple[Opened, Opened]:
    """
    Both sides, each in a process of its own.

    Raises:
        BadInput: One cannot be read.
        ExceptionGroup: Of AnalysisFailed.
    """
    own = next((own_of(one.folder) for one in (new, old) if not one.is_build), ())
    with TemporaryDirectory(prefix="carreport-") as folder:
        paths = [Path(folder, name) for name in ("old", "new")]
        side_by_side([
            partial(_keep, one, path, own, pages=one is new)
            for one, path in zip((old, new), paths, strict=True)
        ])  # fmt: skip
        then, now = (pickle.loads(path.read_bytes()) for path in paths)  # noqa: S301 - ours
    for one in (then, now):
        if isinstance(one, ExceptionGroup):
            raise one
    return then, now


def _keep(one: Asked, path: Path, own: tuple[OwnFile, ...], *, pages: bool) -> None:
    """A side into a file, or what kept it from being computed."""
    found: Opened | ExceptionGroup[Exception]
    try:
        side = opened(one, own)
        found = with_pages(side, one.folder) if pages and not side.uses else (side, "")
    except ExceptionGroup as error:
        found = error
    path.write_bytes(pickle.dumps(found, protocol=pickle.HIGHEST_PROTOCOL))


def opened(one: Asked, own: tuple[OwnFile, ...] = ()) -> Side:
    """
    One side.

    Args:
        one: As it was asked for.
        own: Analyses of the study's own, for a build, which keeps none.

    Raises:
        BadInput: It cannot be read.
        ExceptionGroup: Of AnalysisFailed.
    """
    if one.is_build:
        return from_build(one.folder, option=one.name, own=own)
    snapshot = snapshot_of(load(one.folder), one.cutoff, one.session)
    record = build_record(snapshot, one.folder)
    return Side(one.folder.as_posix(), record, snapshot, run(plan(snapshot), snapshot))


def _with_day(side: Side) -> Side:
    return replace(side, label=f"{side.label} on {side.snapshot.cutoff.isoformat()}")


def with_pages(side: Side, folder: Path) -> tuple[Side, str]:
    """
    A side computed just now with its documents, to know where numbers are printed.

    Args:
        side: Without pages.
        folder: Its study folder.

    Returns:
        The side; as it was where its pages cannot be made, and why.
    """
    snapshot, results = side.snapshot, side.results
    session = OPEN if snapshot.session == OPEN else CLOSED
    try:
        documents = documents_of(BuildAsked(folder, session=session), snapshot)
        tables = lay_out(results, snapshot, documents)
        figures = draw(results, snapshot.settings, documents)
        found = audit(folder, snapshot, results)
        pages = render(folder, snapshot, results, tables, figures, documents, found, appendix=False)
    except (CarreportError, ExceptionGroup, OSError) as error:
        why = str(error).splitlines()[0] or type(error).__name__
        return side, f"where numbers are printed is not known: no page of {side.label} ({why})"
    uses: dict[str, list[dict[str, str]]] = {}
    for use in (one for page in pages for one in page.uses):
        entry = {
            name: getattr(use, name) for name in ("document", "place", "anchor", "printed", "block")
        }
        uses.setdefault(use.id, []).append(entry)
    drawn = tuple(
        Drawn(one.id, one.title, tuple(dict.fromkeys((*one.ids, *one.marks))), one.listings)
        for one in figures
    )
    return replace(
        side, uses=uses, pages={one.document: one.text for one in pages}, figures=drawn
    ), ""
