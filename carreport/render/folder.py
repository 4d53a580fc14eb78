"""The folder a build is written to: what may be replaced, and how that is done in one step."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from carreport.saved.build import CACHE, LITTER, MANIFEST

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKER: Final = "carreport"
NAMED: Final = 3


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
        if Path(folder) != target / CACHE
        for name in (*files, *(one for one in folders if (Path(folder) / one).is_symlink()))
        if name not in LITTER
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

    Args:
        target: Where it ends up; what stands there stays if the body or the move fails.

    Raises:
        OSError: The folder cannot be made or moved.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        prefix=".carreport-", dir=target.parent, ignore_cleanup_errors=True
    ) as folder:
        fresh = Path(folder) / "new"
        fresh.mkdir()
        yield fresh
        _replace(target, fresh, Path(folder) / "old")


def _replace(target: Path, fresh: Path, aside: Path) -> None:
    try:
        if target.exists():
            target.rename(aside)
        fresh.rename(target)
    except BaseException:
        if aside.exists() and not target.exists():
            aside.rename(target)
        raise
