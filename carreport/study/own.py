"""
The Python files of a study folder that study.toml names: read as text here, and run by nobody here.

Whatever holds a study holds this text, so that every command runs what was read with the data, and
work in another process needs nothing but the text.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from carreport.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

SUFFIX: Final = ".py"
MARK: Final = "__carreport_file__"
"""In the names of a module that was made from such a file: the file."""
KEY: Final = "study.analyses"
_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+\Z")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\.py")
KNOWN: Final = frozenset({
    "carreport", "lifelines", "lxml", "matplotlib", "numpy", "pandas", "pyarrow", "pydantic", "scipy",
})  # fmt: skip
"""Modules of ours and what they rest on: no file may hide them, as none may hide one of Python's."""


@dataclass(frozen=True, slots=True)
class OwnFile:
    """
    A file of the study's own analyses.

    Attributes:
        name: In the study folder.
        text: As it stands there.
    """

    name: str
    text: str

    @property
    def module(self) -> str:
        """The name under which other files of the study import it."""
        return self.name.removesuffix(SUFFIX)

    def lines(self, first: int, last: int) -> str:
        """Some lines, counted from 1, as Python counts them."""
        return "".join(_LINE.findall(self.text)[first - 1 : last])


def own_file(function: Callable[..., Any]) -> OwnFile | None:
    """The file of a study that a function was written in; None for one of this package."""
    found = getattr(function, "__globals__", {}).get(MARK)
    return found if isinstance(found, OwnFile) else None


def own_paths(folder: Path) -> list[Path]:
    """Where the named files should stand, whether or not the rest of study.toml is right."""
    try:
        text = (folder / "study.toml").read_text(encoding="utf-8-sig")
        named = tomllib.loads(text)["study"]["analyses"]
        return [folder / one for one in dict.fromkeys(named) if _NAME.fullmatch(one)]
    except (OSError, ValueError, LookupError, TypeError):
        return []


def own_of(folder: Path) -> tuple[OwnFile, ...]:
    """The files that a study names, as far as they can be read; `load` says what is wrong."""
    found = [(path.name, *_read(path)) for path in own_paths(folder) if path.is_file()]
    return tuple(OwnFile(name, text) for name, text, wrong in found if not wrong)


def read_own(folder: Path, names: Sequence[str]) -> tuple[tuple[OwnFile, ...], list[Problem]]:
    """
    Read the files that study.toml names, in its order.

    Args:
        folder: The study folder.
        names: As study.toml has them.

    Returns:
        The files that are Python, and what is wrong with the others.
    """
    found: list[OwnFile] = []
    problems: list[Problem] = []
    for name in dict.fromkeys(names):
        wrong = list(_misnamed(folder, name))
        if not wrong:
            text, wrong = _read(folder / name)
            found.append(OwnFile(name, text))
        problems += wrong
    if len(set(names)) < len(names):
        problems.append(_named("names a file twice", "name it once"))
    return tuple(found), problems


def _misnamed(folder: Path, name: str) -> Iterator[Problem]:
    if not _NAME.fullmatch(name):
        remedy = 'name a Python file that stands in the study folder itself, such as "own.py"'
        yield _named(f"{name!r} is no name of such a file", remedy)
    elif (module := name.removesuffix(SUFFIX)) in KNOWN | sys.stdlib_module_names:
        yield _named(f"{name!r} would hide the module {module}", "give the file another name")
    elif not (folder / name).is_file():
        yield _named(
            f"names {name!r}, and there is no such file in the study folder",
            "correct the name, or take it out",
        )


def _named(found: str, remedy: str) -> Problem:
    return Problem("study.toml", 0, KEY, found, remedy)


def _read(path: Path) -> tuple[str, list[Problem]]:
    """A file's text, and what keeps it from being Python."""
    try:
        text = path.read_text(encoding="utf-8-sig")  # with the line ends of Python
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text, path.name)
    except OSError as error:
        problem = Problem(path.name, 0, "", f"cannot be read ({error.strerror})", "check the file")
    except UnicodeDecodeError as error:
        problem = Problem(
            path.name, 0, "", f"is not UTF-8 (byte {error.start})", "save it as UTF-8"
        )
    except SyntaxError as error:
        said = f"is not Python: {error.msg}"
        problem = Problem(path.name, error.lineno or 0, "", said, "correct it")
    except (ValueError, RecursionError) as error:
        problem = Problem(path.name, 0, "", f"is not Python: {error}", "correct it")
    else:
        return text, []
    return "", [problem]
