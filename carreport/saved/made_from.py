"""What numbers and pages are made from: the study's files, the package, templates, libraries."""

from __future__ import annotations

import hashlib
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from carreport.study.files import find_table
from carreport.study.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PACKAGE: Final = Path(__file__).resolve().parents[1]
DOCUMENTS: Final = "documents"
LITERALS: Final = "literals.csv"
CLAIMS: Final = "claims"
SETTINGS: Final = ("study.toml", "origins.toml", LITERALS)
CODE: Final = (".py", ".mplstyle")
TEMPLATES: Final = (".j2", ".css", ".js", ".csv")
PYTHON: Final = "python"


def digests(folder: Path, paths: Iterable[Path]) -> dict[str, str]:
    """SHA-256 of files by their names below a folder, in order."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(paths)
        if path.is_file()
    }


def study_digests(folder: Path) -> dict[str, str]:
    """
    The files of a study folder that a build reads.

    Raises:
        BadInput: Two files hold one table.
    """
    tables = [path for name in (*TABLES, CLAIMS) if (path := find_table(folder, name))]
    own = [folder / name for name in SETTINGS]
    return digests(folder, {*tables, *own, *(folder / DOCUMENTS).rglob("*")})


def package_digests() -> dict[str, str]:
    """The source of this package."""
    return _of_kinds(PACKAGE, CODE)


def template_digests() -> dict[str, str]:
    """The templates that come with this package."""
    return _of_kinds(templates_folder(), TEMPLATES)


def templates_folder() -> Path:
    """Our templates: inside the installed package, or beside it in a checkout."""
    inside = PACKAGE / "templates"
    return inside if inside.is_dir() else PACKAGE.parent / "templates"


def _of_kinds(folder: Path, suffixes: tuple[str, ...]) -> dict[str, str]:
    return digests(folder, (path for path in folder.rglob("*") if path.suffix in suffixes))


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
    if name == PYTHON:
        return ".".join(str(part) for part in sys.version_info[:3])
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
