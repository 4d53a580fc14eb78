"""
A study's own analyses: files of its folder that study.toml names, run as modules of their own.

They are found by no other module and through no path: each is made from the text that was read
with the data, under a name that holds the digest of all of them, so that two versions can stand
side by side. They import the standard library, what is installed, and each other.
"""

from __future__ import annotations

import ast
import builtins
import difflib
import hashlib
import importlib.util
import json
import re
import site
import sys
import sysconfig
import traceback
import types
import warnings
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from carreport.analyses.declare import Analysis
from carreport.errors import BadInput, Problem
from carreport.study import schema
from carreport.study.own import KNOWN, MARK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from carreport.study.own import OwnFile

OTHERS: Final = frozenset({"census", "written"})
"""What an analysis may be handed beside the tables of the study."""
RESERVED: Final = frozenset({"study", "previous", "changes"})
"""Chapters that say something of the build itself."""
GIVEN: Final = frozenset({"item", "conventions"})
PRIVATE: Final = "_carreport_own_"
_ID: Final = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_ITEM: Final = "{id}"
_KNOWN: Final = 8
"""So many versions of own files stay ready in one process."""
_IMPORTING: Final = re.compile(r"cannot import name '(\w+)' from '([\w.]+)'")


@lru_cache(_KNOWN)
def own_analyses(files: tuple[OwnFile, ...]) -> tuple[Analysis[Any], ...]:
    """
    Run the files and gather what they label.

    Args:
        files: As read, in the order of study.toml.

    Returns:
        The analyses in the order of their files and definitions.

    Raises:
        BadInput: A file cannot be run, or something in it is not as it must be; every problem.
    """
    loading = _Loading(files)
    modules = {file: loading.module(file.module) for file in files}
    found = {
        file: [one for one in vars(module).values() if _is_of(one, file)]
        for file, module in modules.items()
        if module is not None
    }
    problems = [*loading.problems]
    named = _names(modules.values())
    for file, labelled in found.items():
        module = modules[file]
        problems += [problem for one in labelled for problem in _mislabelled(file, one)]
        unlabelled = list(_unlabelled(file, vars(module) if module else {}, named))
        problems += unlabelled or _unused(loading, file, labelled)
        problems += _defined_twice(file)
    if problems:
        raise BadInput(problems)
    return tuple(one for labelled in found.values() for one in labelled)


def _is_of(value: object, file: OwnFile) -> bool:
    """Whether it is an analysis that this file defines, not one it imports."""
    return isinstance(value, Analysis) and value.function.__globals__.get(MARK) == file


class _StoppedError(ImportError):
    """What is imported could not be run, which is said of it already."""


class _Loading:
    """Several files that may import each other."""

    def __init__(self, files: tuple[OwnFile, ...]) -> None:
        self.files = {file.module: file for file in files}
        self.problems: list[Problem] = []
        self.imported: set[str] = set()
        self._modules: dict[str, types.ModuleType | None] = {}
        told = json.dumps([[file.name, file.text] for file in files])
        self._digest = hashlib.sha256(told.encode()).hexdigest()[:16]

    def module(self, name: str) -> types.ModuleType | None:
        """The module made from a file; None where it cannot be run, which is a problem by then."""
        if name not in self._modules:
            file = self.files[name]
            private = f"{PRIVATE}{self._digest}_{name}"
            module = types.ModuleType(private)
            # What prints would stand amid results that another program reads.
            hooks = {"__import__": self._import, "print": partial(print, file=sys.stderr)}
            module.__dict__.update({
                "__file__": file.name, "__builtins__": {**vars(builtins), **hooks}, MARK: file,
            })  # fmt: skip
            # Dataclasses look up the words of their annotations there.
            sys.modules[private] = module
            self._modules[name] = module
            if not self._run(file, module):
                self._modules[name] = None
                del sys.modules[private]
        return self._modules[name]

    def _run(self, file: OwnFile, module: types.ModuleType) -> bool:
        name = source_name(file)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                code = compile(file.text, name, "exec", dont_inherit=True)
                exec(code, module.__dict__)  # noqa: S102 - study.toml names the file
        except _StoppedError:
            return False
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it raises is said
            line = line_in(file, error)
            self.problems.append(Problem(file.name, line, "", *_import_failed(error)))
            return False
        return True

    def _import(
        self,
        name: str,
        globals_: Mapping[str, object] | None = None,
        locals_: Mapping[str, object] | None = None,
        fromlist: tuple[str, ...] | None = (),
        level: int = 0,
    ) -> types.ModuleType:
        """`import`, with the study's files before all others, and nothing that nobody keeps track of."""
        top = name.partition(".")[0]
        if level:
            message = "files of a study import each other by name alone: `import other`"
            raise ImportError(message)
        if top in self.files:
            self.imported.add(top)
            module = self.module(top)
            if module is None:
                raise _StoppedError(top)
            return module
        if not _is_kept_track_of(top):
            message = f"{name!r} is neither installed nor named"
            raise ModuleNotFoundError(message, name=name)
        return builtins.__import__(name, globals_, locals_, fromlist or (), level)


def source_name(file: OwnFile) -> str:
    """What the code of a file calls its file; no path of any machine."""
    return f"<study>/{file.name}"


def line_in(file: OwnFile, error: BaseException) -> int:
    """The line of a file that an error, or its cause, passed through last; 0 if it did not."""
    frames = [*traceback.walk_tb(error.__traceback__)]
    name = source_name(file)
    lines = [line for frame, line in frames if frame.f_code.co_filename == name]
    if lines:
        return lines[-1]
    return line_in(file, error.__cause__) if error.__cause__ else 0


def raised(error: BaseException) -> str:
    """An error in words."""
    said = " ".join(str(error).split())
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _import_failed(error: BaseException) -> tuple[str, str]:
    """What was raised while a file was run, and what to do."""
    if isinstance(error, ModuleNotFoundError):
        remedy = "install it, or, if it is a file of the study folder, name it in analyses, too"
        return f"imports {error.name!r}, which is not installed", remedy
    if isinstance(error, ImportError) and (asked := _IMPORTING.search(str(error))):
        name, home = asked[1], asked[2].rpartition(f"{PRIVATE}")[2]
        near = difflib.get_close_matches(name, dir(sys.modules.get(asked[2])), n=3)
        home = home.partition("_")[2] if PRIVATE in asked[2] else home
        hint = f"did you mean {' or '.join(near)}?" if near else "correct the name"
        return f"imports {name!r}, which {home} does not have", hint
    return f"raised {raised(error)} while it was read", "correct it"


@cache
def _is_kept_track_of(top: str) -> bool:
    """
    Whether a module is part of Python, of this package, or of something installed.

    Any other may change without a build being made anew; what is not there at all says so itself.
    """
    if top in KNOWN | sys.stdlib_module_names:
        return True
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return True
    if spec is None:
        return True
    places = [*(spec.submodule_search_locations or ()), *([spec.origin] if spec.origin else [])]
    return any(Path(one).resolve().is_relative_to(place) for one in places for place in _sites())


@cache
def _sites() -> tuple[Path, ...]:
    """Where packages are installed."""
    names = [sysconfig.get_path(one) for one in ("purelib", "platlib")]
    return tuple(
        Path(one).resolve() for one in (*names, *site.getsitepackages(), site.getusersitepackages())
    )


def _mislabelled(file: OwnFile, one: Analysis[Any]) -> Iterator[Problem]:
    """What is wrong with a label, as far as no data are needed to say it."""
    line = one.function.__code__.co_firstlineno

    def problem(found: str, remedy: str) -> Problem:
        return Problem(file.name, line, "", found, remedy)

    id_ = str(one.id)
    plain = id_.replace(_ITEM, "item") if one.each else id_
    if id_ != _ITEM and not _ID.fullmatch(plain):
        yield problem(
            f"{id_!r} cannot be the id of an analysis",
            'write it as "chapter.analysis", in lower-case letters, digits and _',
        )
    elif id_.partition(".")[0] in RESERVED:
        yield problem(
            f"{id_!r} begins with a chapter that speaks of the build itself",
            "choose another chapter, such as own",
        )
    if not one.definition:
        remedy = "say in its docstring what it gives: the report prints that"
        yield problem(f"{one.function.__name__} has no docstring", remedy)


def _unused(loading: _Loading, file: OwnFile, labelled: list[Analysis[Any]]) -> Iterator[Problem]:
    """A file without an analysis that no other imports."""
    if not labelled and file.module not in loading.imported:
        yield Problem(
            file.name, 0, "", "has no function with @analysis, and no other file imports it",
            "label one, or take the file out of analyses of [study]",
        )  # fmt: skip


def _names(modules: Iterable[types.ModuleType | None]) -> set[str]:
    """Everything that functions of the files name."""
    found: set[str] = set()
    for module in modules:
        for value in vars(module).values() if module else ():
            function = value.function if isinstance(value, Analysis) else value
            if isinstance(function, types.FunctionType):
                found.update(_named_in(function.__code__))
    return found


def _named_in(code: types.CodeType) -> Iterator[str]:
    yield from code.co_names
    for one in code.co_consts:
        if isinstance(one, types.CodeType):
            yield from _named_in(one)


def _unlabelled(file: OwnFile, names: Mapping[str, object], named: set[str]) -> Iterator[Problem]:
    """Functions that look like an analysis, have no label and are called by nobody."""
    handed = {*schema.TABLES, *OTHERS, *GIVEN}
    for name, value in names.items():
        if not isinstance(value, types.FunctionType) or value.__globals__.get(MARK) != file:
            continue
        code = value.__code__
        takes = set(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])
        if takes and takes <= handed and not name.startswith("_") and name not in named:
            yield Problem(
                file.name, code.co_firstlineno, "",
                f"{name} takes tables, and nothing says what it gives",
                "label it with @analysis(…), or let its name begin with _",
            )  # fmt: skip


def _defined_twice(file: OwnFile) -> Iterator[Problem]:
    """Labelled functions that a later one of the same name replaces."""
    last: dict[str, int] = {}
    for node in reversed(ast.parse(file.text).body):
        if isinstance(node, ast.FunctionDef):
            if node.name in last and node.decorator_list:
                yield Problem(
                    file.name, node.decorator_list[0].lineno, "",
                    f"{node.name} is lost: another one follows in line {last[node.name]}",
                    "give one of them another name",
                )  # fmt: skip
            last.setdefault(node.name, node.lineno)
