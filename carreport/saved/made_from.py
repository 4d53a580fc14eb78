"""What numbers and pages are made from: the study's files, the package, templates, libraries."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from carreport.names import AUDIT_FILE
from carreport.study.files import find_table
from carreport.study.own import own_paths
from carreport.study.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PACKAGE: Final = Path(__file__).resolve().parents[1]
DOCUMENTS: Final = "documents"
LITERALS: Final = "literals.csv"
CLAIMS: Final = "claims"
SETTINGS: Final = ("study.toml", "origins.toml", LITERALS)
PYTHON: Final = "python"
COMPILED: Final = "__pycache__"
APART: Final = ("templates", "examples")
"""Folders that an installed package holds and that are no part of what computes."""


def digests(folder: Path, paths: Iterable[Path]) -> dict[str, str]:
    """SHA-256 of files by their names below a folder, in order."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(paths)
        if path.is_file()
    }


def files_below(folder: Path) -> Iterator[Path]:
    """
    Every file of a folder and of those in it, in order; links are followed, each folder once.

    What Python compiled is left out: it says no more than the source beside it.
    """
    seen: set[str] = set()
    for place, folders, files in os.walk(folder, followlinks=True):
        real = os.path.realpath(place)
        folders[:] = [] if real in seen else sorted(one for one in folders if one != COMPILED)
        if real not in seen:
            yield from (Path(place, name) for name in sorted(files))
        seen.add(real)


def number_files(folder: Path) -> list[Path]:
    """
    The files of a study folder that decide its numbers.

    Raises:
        BadInput: Two files hold one table.
    """
    tables = [path for name in TABLES if (path := find_table(folder, name))]
    settings = (folder / name for name in SETTINGS if name != LITERALS)
    return [*tables, *settings, *own_paths(folder)]


def word_files(folder: Path) -> list[Path]:
    """
    The files of a study folder that only decide what is said of its numbers.

    Raises:
        BadInput: Two files hold the claims.
    """
    claims = find_table(folder, CLAIMS)
    said = [*([claims] if claims else []), folder / AUDIT_FILE, folder / LITERALS]
    return [*said, *files_below(folder / DOCUMENTS)]


def study_digests(folder: Path) -> dict[str, str]:
    """
    The files of a study folder that a build reads.

    Raises:
        BadInput: Two files hold one table.
    """
    return _named(folder, {*number_files(folder), *word_files(folder)})


def package_files() -> list[Path]:
    """This package: its source, its fonts, its style sheet; templates and examples are not it."""
    apart = [PACKAGE / one for one in APART]
    return [one for one in files_below(PACKAGE) if not any(map(one.is_relative_to, apart))]


def package_digests() -> dict[str, str]:
    """The files of this package, without what an editor keeps beside them."""
    return _named(PACKAGE, package_files())


def template_digests() -> dict[str, str]:
    """The templates that come with this package, without what an editor keeps beside them."""
    folder = templates_folder()
    return _named(folder, files_below(folder))


def templates_folder() -> Path:
    """Our templates: inside the installed package, or beside it in a checkout."""
    inside = PACKAGE / "templates"
    return inside if inside.is_dir() else PACKAGE.parent / "templates"


def of_an_editor(path: Path) -> bool:
    """Whether a file is what an editor or a file manager keeps for itself."""
    return path.name.startswith((".", "#")) or path.name.endswith("~")


def _named(folder: Path, paths: Iterable[Path]) -> dict[str, str]:
    return digests(folder, (path for path in paths if not of_an_editor(path)))


def checkout() -> tuple[str | None, bool | None]:
    """The commit and whether the package differs from it; nothing outside a checkout."""
    try:
        if not _git("ls-files", "--", "carreport/__init__.py"):
            return None, None
        differs = _git("status", "--porcelain", "--", "carreport", "templates")
        return _git("rev-parse", "HEAD"), bool(differs)
    except (OSError, subprocess.CalledProcessError):
        return None, None


def _git(*words: str) -> str:
    # Without the option `git status` would write its index anew.
    command = ["git", "--no-optional-locks", *words]
    done = subprocess.run(command, cwd=PACKAGE.parent, capture_output=True, text=True, check=True)  # noqa: S603 - fixed words
    return done.stdout.strip()


def changed(record: Mapping[str, Any], folder: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """
    What differs here and now from what a build was made from.

    Args:
        record: The header of the build's results.json.
        folder: The study folder.

    Returns:
        Names of what decides numbers (tables, settings, package, libraries), and of what only
        decides what is said of them (templates, the study's own documents, literals, claims).

    Raises:
        BadInput: Two files of the folder hold one table.
    """
    inputs = _apart(record.get("inputs", {}), study_digests(folder))
    words = [one for one in inputs if _is_said(one)]
    numbers = [one for one in inputs if one not in words]
    numbers += [f"carreport/{one}" for one in _apart(record.get("package", {}), package_digests())]
    numbers += _other_versions(record.get("versions", {}))
    words += [f"templates/{one}" for one in _apart(record.get("templates", {}), template_digests())]
    return tuple(numbers), tuple(words)


def _is_said(name: str) -> bool:
    """Whether no number rests on a file of the study: what pages may say, what was reported."""
    return name == LITERALS or name.startswith((f"{CLAIMS}.", f"{DOCUMENTS}/"))


def _apart(then: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    return sorted(name for name in {*then, *now} if then.get(name) != now.get(name))


def _other_versions(then: Mapping[str, str]) -> list[str]:
    return [
        f"{name} {now} instead of {number}"
        for name, number in sorted(then.items())
        if (now := _version(name) or number) != number
    ]


def _version(name: str) -> str:
    """The version of Python or of one of its packages; nothing for what is neither."""
    from importlib.metadata import PackageNotFoundError, version

    if name == PYTHON:
        return ".".join(str(part) for part in sys.version_info[:3])
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
