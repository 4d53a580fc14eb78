"""The folder a build is written to: what may be replaced, and how that is done in one step."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from carreport.errors import BadInput, Problem
from carreport.names import MANIFEST
from carreport.placing import PASSING, passing_name
from carreport.saved.build import CACHE, LITTER

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKER: Final = "carreport"
NAMED: Final = 3
ENTRY: Final = re.compile(r"(?:numbers|built|pdf)-[0-9a-f]{64}|\.[a-z]+-[0-9a-f]{64}-[0-9]+")
"""The names of what stands in a cache, and of what is being written there."""
_LEFT: Final = re.compile(re.escape(PASSING) + r"([0-9]+)(?:-[a-z0-9_]{8})?")
_TAKEN: Final = (errno.ENOTEMPTY, errno.EEXIST)


def target_problems(study: Path, out: Path) -> Iterator[tuple[str, str]]:
    """
    Why a folder cannot be written to.

    Args:
        study: The study folder.
        out: The folder a build is to be written to; a link is followed.

    Yields:
        What is wrong and what to do.
    """
    try:
        target = out.resolve()
        yield from _misplaced(target, study.resolve(), out)
        yield from _occupied(target, out)
        yield from _closed(target)
    except (OSError, RuntimeError) as error:
        yield f"{str(out)!r} cannot be used ({error})", "name another folder"


def _misplaced(target: Path, study: Path, out: Path) -> Iterator[tuple[str, str]]:
    outside = "name a folder outside the study"
    if target == study:
        yield f"{str(out)!r} is the study folder", outside
    elif study.is_relative_to(target):
        yield f"{str(out)!r} holds the study folder", outside
    elif Path.cwd().is_relative_to(target):
        yield f"{str(out)!r} is where you stand", "name a folder below it"


def _occupied(target: Path, out: Path) -> Iterator[tuple[str, str]]:
    if target.is_dir():
        if foreign := _foreign(target):
            more = f" and {len(foreign) - NAMED} more" if len(foreign) > NAMED else ""
            named = ", ".join(foreign[:NAMED]) + more
            yield (
                f"{out.name!r} holds files that are not a build ({named})",
                "name an empty or a new folder",
            )
    elif target.exists():
        yield f"{out.name!r} is a file", "name a folder"


def _foreign(target: Path) -> list[str]:
    """Files, links and the like below a folder that no build of ours lists; a cache is ours."""
    found = [
        (Path(folder) / name).relative_to(target).as_posix()
        for folder, folders, files in os.walk(target)
        for name in (*files, *(one for one in folders if (Path(folder) / one).is_symlink()))
        if name not in LITTER and not (Path(folder) == target / CACHE and ENTRY.fullmatch(name))
    ]
    return sorted(set(found) - _listed(target))


def _listed(target: Path) -> set[str]:
    """The files a build of ours says it made; none where there is no such build."""
    try:
        manifest = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    files = manifest.get("files") if isinstance(manifest, dict) and MARKER in manifest else None
    return {one for one in files if isinstance(one, str)} if isinstance(files, list) else set()


def _closed(target: Path) -> Iterator[tuple[str, str]]:
    above = next(one for one in target.parents if one.exists())
    if not above.is_dir():
        yield f"{above.name!r} is a file", "name a folder"
    elif not os.access(above, os.W_OK | os.X_OK):
        yield f"{str(above)!r} may not be written to", "name another folder"


@contextmanager
def fresh_folder(target: Path) -> Iterator[Path]:
    """
    A new folder that takes the place of *target* when the body is done.

    What builds that were killed left beside it goes first.

    Args:
        target: Where it ends up; what stands there stays if the body or the move fails.

    Raises:
        BadInput: Another build has put its own there meanwhile.
        OSError: The folder cannot be made or moved.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    _sweep(target.parent)
    with (
        tempfile.TemporaryDirectory(
            prefix=f"{passing_name()}-", dir=target.parent, ignore_cleanup_errors=True
        ) as folder,
        _held(Path(folder)),
    ):
        fresh = Path(folder) / "new"
        fresh.mkdir()
        yield fresh
        _replace(target, fresh, Path(folder) / "old")


def _overtaken(target: Path) -> BadInput:
    found = f"another build wrote {target.name!r} meanwhile"
    return BadInput([Problem("", 0, "--out", found, "build again")])


def _sweep(parent: Path) -> None:
    """Remove what builds of this user left that were killed; a living one's is its own."""
    if not hasattr(os, "geteuid"):
        return
    with suppress(OSError), os.scandir(parent) as entries:
        for entry in list(entries):
            named = _LEFT.fullmatch(entry.name)
            with suppress(OSError):
                if named and _is_left(entry, int(named[1])):
                    _remove(entry)


def _is_left(entry: os.DirEntry[str], process: int) -> bool:
    """Whether something is this user's own, no link, its process gone, and nothing lost with it."""
    if entry.stat(follow_symlinks=False).st_uid != os.geteuid() or _lives(process):
        return False
    if entry.is_file(follow_symlinks=False):
        return True
    if not entry.is_dir(follow_symlinks=False):
        return False
    parts = {one.name for one in Path(entry.path).iterdir()}
    if parts - {"new", "old", "kept"} or parts >= {"new", "old"}:
        return False  # killed between two moves: the last good build is in it
    with _held(Path(entry.path)) as alone:
        return alone


@contextmanager
def _held(folder: Path) -> Iterator[bool]:
    """
    Hold a folder, with every process that is forked meanwhile; whether nobody else does.

    A process may be one of another machine or container, where its number says nothing here.
    """
    try:
        import fcntl
    except ImportError:
        yield False
        return
    place = os.open(folder, os.O_RDONLY)
    try:
        alone = True
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            alone = False
        yield alone
    finally:
        os.close(place)


def _lives(process: int) -> bool:
    """Whether there is a process of this number; where the system does not say, there is."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _remove(entry: os.DirEntry[str]) -> None:
    if entry.is_dir(follow_symlinks=False):
        shutil.rmtree(entry.path, ignore_errors=True)
    else:
        os.unlink(entry.path)  # noqa: PTH108 - an entry has its path as text


def _replace(target: Path, fresh: Path, aside: Path) -> None:
    try:
        if target.exists():
            target.rename(aside)
        fresh.rename(target)
    except BaseException as error:
        if aside.exists() and not target.exists():
            aside.rename(target)
        if isinstance(error, FileNotFoundError) or getattr(error, "errno", None) in _TAKEN:
            raise _overtaken(target) from error
        raise
