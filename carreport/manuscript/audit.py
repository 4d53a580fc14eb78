"""A manuscript against a build: every number, and what became of it."""

from __future__ import annotations

import datetime as dt
import tempfile
import tomllib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from carreport.errors import BadInput, Problem
from carreport.manuscript.accepted import accepted_of, apply
from carreport.manuscript.answer import ManuscriptAudit
from carreport.manuscript.index import index_of
from carreport.manuscript.linked import linkage
from carreport.manuscript.outputs import written
from carreport.manuscript.reading import read
from carreport.manuscript.sentences import learned
from carreport.manuscript.telling import Build, Teller
from carreport.names import AUDIT_DOCUMENT, CLOSED, MANIFEST, OPEN, RESULTS
from carreport.saved.build import Saved, opened
from carreport.saved.made_from import changed
from carreport.study.settings import SETTINGS_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from carreport.manuscript.model import Manuscript
    from carreport.names import Session

BUILDS: Final = Path("out")
BESIDE: Final = "manuscript"
_STUDY: Final = "STUDY"
_PREVIOUS: Final = "--previous"
_PAGE: Final = ".html"
_WORD: Final = ".docx"
_PAPER: Final = ".pdf"


def audit_manuscript(
    folder: Path,
    file: Path,
    *,
    cutoff: dt.date | None = None,
    previous: Path | None = None,
    accepted: Path | None = None,
    out: Path | None = None,
    junit: Path | None = None,
    building: Callable[[Path], None] = lambda _folder: None,
) -> ManuscriptAudit:
    """
    Find every number of a manuscript and say what became of it.

    Args:
        folder: A study folder, or a build.
        file: The manuscript: DOCX, PDF, HTML, Markdown or plain text.
        cutoff: For a study folder; its own without one.
        previous: An earlier build; without one, the latest earlier one beside the build.
        accepted: Numbers accepted as unmatched; without one, `accepted.toml` or `accepted.csv`
            of the study folder, where there is one.
        out: Where `<name>.audit.html` and `<name>.audit.json` go; without one, the folder
            `manuscript` beside the build, for a study folder `out/manuscript`.
        junit: Where to write JUnit XML; not at all without one.
        building: Told the study folder before it is built for this.

    Returns:
        What was found and what was written.

    Raises:
        BadInput: The folder, the manuscript, the earlier build or the list cannot be used.
        WritingFailed: The disk does not take it; nothing was changed.
    """
    manuscript = read(file)
    entries = accepted_of(accepted, folder)
    session = session_of(manuscript.record)
    with build_of(folder, cutoff, building, session) as (saved, beside, built):
        target = out or beside / BESIDE
        _check_target(target)
        earlier = _earlier(saved, beside, previous)
        now = known_build(saved, manuscript)
        then = known_build(earlier, manuscript) if earlier else None
        links = linkage(manuscript) if manuscript.written else None
        teller = Teller(manuscript, now, then, links)
        findings, unused = apply(entries, teller.findings(), manuscript)
        audit = ManuscriptAudit(
            manuscript=manuscript,
            findings=findings,
            names=dict(sorted(teller.names.items())),
            build=_said(saved, "(made for this)" if built else saved.folder.name),
            previous=_said(earlier, earlier.folder.name) if earlier else {},
            unused=unused,
            notices=tuple(_notices(manuscript.record, saved)),
            linkage=links,
        )
    return written(audit, target, junit)


def known_build(saved: Saved, manuscript: Manuscript) -> Build:
    """The results of a build and the sentences of its documents."""
    pages = _documents(saved.folder)
    if manuscript.kind == "pdf" and manuscript.made_by:  # lines of a PDF are no sentences
        named = saved.folder / manuscript.name
        more = [named] if named.is_file() else sorted(saved.folder.glob(f"*{_PAPER}"))
        pages += [one for one in more if one not in pages]
    return Build(index_of(saved), learned(read(one) for one in pages if one.is_file()))


def _documents(folder: Path) -> list[Path]:
    """A build's documents, in the form that is read best of those it wrote."""
    for kind in (_PAGE, _WORD, _PAPER):
        # The sentences of an audit are the paper's.
        found = [one for one in sorted(folder.glob(f"*{kind}")) if one.stem != AUDIT_DOCUMENT]
        if found:
            return found
    return []


def _said(saved: Saved, folder: str) -> dict[str, str]:
    """What a build is; its folder by its name alone, so that no path of a machine is written."""
    record = saved.record
    return {
        "study": record["study"],
        "cutoff": record["cutoff"],
        "folder": folder,
        "commit": record.get("commit") or "",
    }


def _notices(record: Any, saved: Saved) -> Iterator[str]:
    """What the document says of itself, where that is not this build."""
    for name, what in (("study", "study"), ("cutoff", "data cutoff")):
        then = record.get(name)
        if then and then != saved.record[name]:
            yield f"the document was made for the {what} {then}, the build for {saved.record[name]}"
    if record and session_of(record) != saved.record.get("session", CLOSED):
        yield (
            f"the document and the build are of different sessions (the document: "
            f"{session_of(record)}): compare it with a build of its own"
        )
    if record.get("document") == AUDIT_DOCUMENT:
        yield (
            "the document is an audit of a paper: its numbers without a link are quotes of that "
            "paper and what was found there, and no results"
        )


def session_of(record: Mapping[str, str]) -> Session:
    """The session that a document says it was written for."""
    return OPEN if record.get("session") == OPEN else CLOSED


@contextmanager
def build_of(
    folder: Path,
    cutoff: dt.date | None,
    building: Callable[[Path], None] = lambda _folder: None,
    session: Session = CLOSED,
) -> Iterator[tuple[Saved, Path, bool]]:
    """
    The build to compare with, where an audit goes beside it, and whether it was made for this.

    A study folder's is the one in `out/<cutoff>` if it is what the folder and the code give now.

    Args:
        folder: A study folder, or a build.
        cutoff: For a study folder; its own without one.
        building: Told the study folder before it is built for this.
        session: For a study folder: of which session the numbers are to be.

    Raises:
        BadInput: It is neither, or a build of another cutoff.
    """
    if (folder / MANIFEST).is_file():
        saved = opened(folder, _STUDY)
        if cutoff and saved.record["cutoff"] != cutoff.isoformat():
            found = f"{folder.as_posix()!r} is the build of {saved.record['cutoff']}"
            remedy = "leave the cutoff out, or name the study folder"
            raise BadInput([Problem("", 0, "--cutoff", found, remedy)])
        yield saved, folder.resolve().parent, False
        return
    if not (folder / SETTINGS_FILE).is_file():
        found = f"{folder.as_posix()!r} is neither a build (manifest.json) nor a study folder (study.toml)"
        raise BadInput([Problem("", 0, _STUDY, found, "name one of them")])
    title, day = _stated(folder)
    named = cutoff.isoformat() if cutoff else day
    made = BUILDS / (f"{named}-{OPEN}" if session == OPEN else named)
    if day and (made / RESULTS).is_file():
        saved = opened(made)
        known = (saved.record["study"], saved.record.get("session", CLOSED))
        if known == (title, session) and not any(changed(saved.record, folder)):
            yield saved, BUILDS, False
            return
    from carreport.pipeline import build

    building(folder)
    with tempfile.TemporaryDirectory(prefix="carreport-") as place:
        fresh = Path(place, "out")
        build(folder, cutoff=cutoff, out=fresh, formats=("html",), session=session)
        yield opened(fresh), BUILDS, True


def _stated(study: Path) -> tuple[str, str]:
    """Title and cutoff as study.toml has them; nothing where it cannot be read."""
    try:
        text = (study / SETTINGS_FILE).read_text(encoding="utf-8-sig")
        part: dict[str, Any] = tomllib.loads(text)["study"]
        return str(part["title"]), str(part["cutoff"])
    except (OSError, ValueError, KeyError, TypeError):
        return "", ""


def _earlier(saved: Saved, beside: Path, previous: Path | None) -> Saved | None:
    """
    The earlier build: the one named, or the latest with an earlier cutoff among its neighbours.

    Raises:
        BadInput: The one named is no build, or one of another study or session.
    """
    if previous is not None:
        found = opened(previous, _PREVIOUS)
        if not _of_one_study(found, saved):
            why = f"{previous.as_posix()!r} holds a build of another study or session"
            raise BadInput([Problem("", 0, _PREVIOUS, why, "name an earlier build of this one")])
        return found
    ranked: list[tuple[str, str, Saved]] = []
    for folder in sorted(beside.iterdir()) if beside.is_dir() else ():
        if (folder / MANIFEST).is_file() and (folder / RESULTS).is_file():
            try:
                one = opened(folder, _PREVIOUS)
            except BadInput:
                continue
            if _of_one_study(one, saved) and _is_before(one, saved):
                ranked.append((one.record["cutoff"], folder.name, one))
    return max(ranked, key=lambda one: one[:2])[2] if ranked else None


def _of_one_study(one: Saved, other: Saved) -> bool:
    return all(
        one.record.get(name, default) == other.record.get(name, default)
        for name, default in (("study", ""), ("session", "closed"))
    )


def _is_before(one: Saved, other: Saved) -> bool:
    try:
        then, now = (dt.date.fromisoformat(build.record["cutoff"]) for build in (one, other))
    except ValueError:
        return False
    return then < now


def _check_target(target: Path) -> None:
    """Refuse to write into a build: the next one would lose it."""
    whole = target.resolve()
    for folder in (whole, *whole.parents):
        if (folder / MANIFEST).is_file():
            found = f"{target.as_posix()!r} lies in a build, which the next one replaces"
            raise BadInput([Problem("", 0, "--out", found, "name a folder beside it")])
