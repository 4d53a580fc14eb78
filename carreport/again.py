"""What a build is asked for, what decides its outcome, and whether that stands there already."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import carreport
from carreport.cache import Cache, Found
from carreport.errors import BadInput
from carreport.names import CLOSED, MANIFEST, OPEN, Session
from carreport.saved.build import CACHE, LITTER
from carreport.saved.made_from import (
    checkout,
    digests,
    files_below,
    number_files,
    of_an_editor,
    package_files,
    templates_folder,
    word_files,
)
from carreport.saved.system import fonts, system

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMATS: Final = ("html", "pdf", "docx")
USUAL_FORMATS: Final = ("html", "pdf")
"""What a document is written as where nothing is said."""
_TICK: Final = 20_000_000
"""Nanoseconds by which a file system's clock may be behind."""


@dataclass(frozen=True, slots=True)
class Asked:
    """
    What a build is asked for.

    Attributes:
        folder: The study folder.
        cutoff: Data cutoff; the study's own without one.
        out: Where to write; `out/<cutoff>` without one.
        documents: Names of documents; the study's own without any.
        formats: html, pdf, docx or several of them.
        session: closed, or open: nothing by group.
        previous: A folder with an earlier build, to say what changed.
    """

    folder: Path
    cutoff: dt.date | None = None
    out: Path | None = None
    documents: tuple[str, ...] = ()
    formats: tuple[str, ...] = USUAL_FORMATS
    session: Session = CLOSED
    previous: Path | None = None

    def target(self, cutoff: dt.date) -> Path:
        """Where it is written for this cutoff."""
        named = cutoff.isoformat() + ("-open" if self.session == OPEN else "")
        return self.out or Path("out") / named


@dataclass(frozen=True)
class Basis:
    """
    Everything that decides what a build gives.

    Attributes:
        numbers: What decides the numbers, tables and figures: data, settings, the whole package,
            Python and everything installed for it, what was asked for.
        words: What decides what is said of them: templates, the study's own documents, literals,
            claims and what is declared for them, the commit, formats, the fonts of the system.
        seen: For each file, what changes when somebody touches it while it is read.
    """

    numbers: Mapping[str, Any]
    words: Mapping[str, Any]
    seen: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @cached_property
    def number_key(self) -> str:
        """
        What numbers, tables and figures are kept under.

        Where they are compared with an earlier build, what is said now may be part of that.
        """
        words = self.words if self.numbers["previous"] else {}
        return f"numbers-{_digest(self.numbers, words)}"

    @cached_property
    def key(self) -> str:
        """What a whole build is known by."""
        return f"built-{_digest(self.numbers, self.words)}"

    def page_key(self, *contents: object) -> str:
        """What a document for paper is kept under, made from these texts."""
        parts = {name: self.numbers[name] for name in ("package", "system")}
        return f"pdf-{_digest(parts, self.words['fonts'], contents)}"


@dataclass(frozen=True, slots=True)
class Inputs:
    """
    The files a build reads, each kind with the folder that its names start from.

    Attributes:
        numbers: Those that decide numbers.
        words: Those that only decide what is said of them.
    """

    numbers: Mapping[str, tuple[Path, tuple[Path, ...]]]
    words: Mapping[str, tuple[Path, tuple[Path, ...]]]


def inputs(asked: Asked) -> Inputs:
    """
    The files a build reads, as they are named now.

    Raises:
        BadInput: Two files hold one table.
    """
    study, earlier, templates = asked.folder, asked.previous, templates_folder()
    return Inputs(
        numbers={
            "data": (study, tuple(number_files(study))),
            "package": (package_folder(), tuple(package_files())),
            "previous": (earlier or Path(), tuple(files_below(earlier) if earlier else ())),
        },
        words={
            "said": (study, tuple(word_files(study))),
            "templates": (templates, tuple(files_below(templates))),
        },
    )


def seen(files: Mapping[str, tuple[Path, tuple[Path, ...]]]) -> dict[str, tuple[int, ...]]:
    """For each file what changes when somebody touches it; but for what editors keep beside it."""
    paths = [path for _, found in files.values() for path in found if not of_an_editor(path)]
    return {str(path): one for path in paths if (one := _seen(path))}


def basis(asked: Asked) -> Basis:
    """
    Everything that decides what a build gives, as it stands now.

    Raises:
        BadInput: Two files hold one table.
        OSError: A file cannot be read.
    """
    files = inputs(asked)
    before = {**seen(files.numbers), **seen(files.words)}
    return Basis(
        numbers={
            **{name: digests(*one) for name, one in files.numbers.items()},
            "system": system(),
            "cutoff": asked.cutoff.isoformat() if asked.cutoff else "",
            "documents": asked.documents,
            "session": asked.session,
        },
        words={
            **{name: digests(*one) for name, one in files.words.items()},
            "commit": checkout(),
            "formats": sorted(asked.formats),
            "fonts": fonts(),
        },
        seen=before,
    )


def package_folder() -> Path:
    """Where this package stands."""
    return Path(carreport.__file__).resolve().parent


def _seen(path: Path) -> tuple[int, ...]:
    try:
        known = path.stat()
    except OSError:
        return ()
    return known.st_ino, known.st_size, known.st_mtime_ns, known.st_ctime_ns


def _digest(*content: object) -> str:
    text = json.dumps(content, sort_keys=True, default=dt.date.isoformat)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Memory:
    """
    What a build may take from earlier ones and leaves for later ones.

    Attributes:
        cache: Where it stands.
        basis: What decides the build; None where nothing is taken or left.
        numbers: What an earlier build computed from the same.
    """

    cache: Cache = field(default_factory=Cache)
    basis: Basis | None = None
    numbers: Found | None = None

    def page(self, *contents: object) -> bytes | None:
        """A document for paper that was made from these texts before."""
        found = self.cache.get(self.basis.page_key(*contents)) if self.basis else None
        return found.content if found else None


def memory(asked: Asked) -> Memory:
    """
    What is known of this study, beside the folder that a build of it writes.

    An empty one where the files are not such that a build could use them; the build says why.
    """
    try:
        cache = _beside(asked.target(asked.cutoff or stated_cutoff(asked.folder)))
        before = basis(asked)
    except (BadInput, OSError, LookupError, TypeError, ValueError):
        return Memory()
    return Memory(cache, before, cache.get(before.number_key))


def steady(asked: Asked, before: Basis) -> bool:
    """Whether a build that began with these, and has ended, read and ran these and nothing else."""
    return not touched(asked, before) and basis(asked).key == before.key


def touched(asked: Asked, before: Basis) -> tuple[str, ...]:
    """
    Names of files that are not what they were when a build began, or younger than its program.

    Raises:
        BadInput: Two files hold one table.
    """
    files = inputs(asked)
    now = {**seen(files.numbers), **seen(files.words)}
    found = {one for one in {*before.seen, *now} if before.seen.get(one) != now.get(one)}
    program = seen({"package": files.numbers["package"]})
    found |= {one for one, known in program.items() if _younger(known)}
    return tuple(sorted({Path(one).name for one in found}))


def _younger(known: tuple[int, ...]) -> bool:
    """
    Whether a file was changed after this process began to load its modules.

    By when the system last changed it; the other time is whatever somebody says, even the future.
    """
    return known[-1] >= carreport.BEGUN - _TICK


def up_to_date(asked: Asked) -> Path | None:
    """
    The folder that holds already what a build would write, its files untouched.

    Nothing heavy is imported, and nothing written.
    """
    with contextlib.suppress(BadInput, OSError, LookupError, TypeError, ValueError):
        target = asked.target(asked.cutoff or stated_cutoff(asked.folder))
        manifest = (target / MANIFEST).read_bytes()
        known = _beside(target).get(basis(asked).key, used=False)
        if known and known.content == built(manifest) and _whole(target, json.loads(manifest)):
            return target
    return None


def built(manifest: bytes) -> bytes:
    """What is kept of a whole build: by its manifest all its files are known."""
    return hashlib.sha256(manifest).hexdigest().encode()


def _whole(target: Path, manifest: Mapping[str, Any]) -> bool:
    """Whether a folder has every file of its build, as it was, and no other."""
    files = [path for path in files_below(target) if path.name not in LITTER]
    found = digests(target, files)
    found.pop(MANIFEST)
    return bool(found == manifest["digests"])


def _beside(target: Path) -> Cache:
    return Cache(target.resolve().parent / CACHE)


def stated(folder: Path, key: str) -> Any:
    """
    What study.toml has under a key of [study], whether or not the rest of it is right.

    Raises:
        OSError: It cannot be read.
        ValueError: It is no TOML.
        LookupError: It has no such key.
        TypeError: Its [study] is no table.
    """
    text = (folder / "study.toml").read_text(encoding="utf-8-sig")
    return tomllib.loads(text)["study"][key]


def stated_cutoff(folder: Path) -> dt.date:
    """
    The cutoff as study.toml has it, whether or not the rest of it is right.

    Raises:
        OSError, ValueError, LookupError: As `stated` says.
        TypeError: It is no day.
    """
    found = stated(folder, "cutoff")
    if isinstance(found, dt.datetime) or not isinstance(found, dt.date):
        raise TypeError(found)
    return found
