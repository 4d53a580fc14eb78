"""The code behind a number: the function that gave it and every function of ours it calls."""

from __future__ import annotations

import ast
import dis
import hashlib
import inspect
import sys
import types
from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from carreport.analyses.declare import Analysis
from carreport.analyses.own import PRIVATE, source_name
from carreport.results.facts import LIBRARIES
from carreport.study import settings
from carreport.study.own import OwnFile, own_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PACKAGE: Final = Path(__file__).resolve().parents[1]
REPOSITORY: Final = PACKAGE.parent
OURS: Final = "carreport"
TABLES: Final = "pandas"
_LOADS: Final = frozenset({"LOAD_GLOBAL", "LOAD_NAME", "LOAD_DEREF", "LOAD_CLASSDEREF"})
_PARTS: Final = frozenset({"LOAD_ATTR", "LOAD_METHOD"})
_CONSTANT: Final = (str, int, float, tuple, frozenset)


@dataclass(frozen=True, slots=True)
class Code:
    """
    A function and what it needs.

    Attributes:
        function: Its full name.
        file: Its file, relative to the repository, or to the study folder for one of its own.
        line: Its first line there, decorators included.
        last_line: Its last.
        source: Those lines.
        calls: Full names of the functions of ours it names, in order.
        libraries: Other packages it names.
        constants: Constants of its module it names, as `name = value`.
    """

    function: str
    file: str
    line: int
    last_line: int
    source: str
    calls: tuple[str, ...]
    libraries: tuple[str, ...]
    constants: tuple[str, ...]


@cache
def code_of(function: Callable[..., Any]) -> Code:
    """
    One function's code and the names in it.

    Args:
        function: A plain function of this package, or of a file of the study's own.
    """
    code = function.__code__
    file = own_file(function) or _ours(code.co_filename)
    last = _last_lines(file).get(code.co_firstlineno, code.co_firstlineno)
    calls: dict[str, None] = {}
    libraries: dict[str, None] = {}
    constants: dict[str, None] = {}
    for name, value in _named(function):
        calls |= dict.fromkeys(full_name(one) for one in _functions(value))
        if library := _imports(file).get(name):
            libraries[library] = None
        elif isinstance(value, _CONSTANT) and (written := _stable(value)):
            constants[f"{name} = {written}"] = None
    return Code(
        function=full_name(function),
        file=file.name,
        line=code.co_firstlineno,
        last_line=last,
        source=file.lines(code.co_firstlineno, last),
        calls=tuple(calls),
        libraries=tuple(libraries),
        constants=tuple(constants),
    )


@cache
def reached(function: Callable[..., Any]) -> tuple[Code, ...]:
    """
    A function's code and that of every function of ours it comes to call, itself first.

    What is called is read off the names in the compiled code, so nothing is left out because a
    branch was not taken; of a class, every method counts, of a part of study.toml those it names.
    How the rows were made ready before they were handed over (`carreport.study`) is not part of it.
    """
    found: dict[str, Code] = {}
    waiting = [function]
    while waiting:
        one = waiting.pop(0)
        if full_name(one) not in found:
            found[full_name(one)] = code_of(one)
            waiting += [called for _, value in _named(one) for called in _functions(value)]
    return tuple(found.values())


@cache
def digest(function: Callable[..., Any]) -> str:
    """SHA-256 over the source and constants of everything a function reaches."""
    parts = sorted(f"{one.function}\n{one.source}{one.constants}" for one in reached(function))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@cache
def libraries(function: Callable[..., Any]) -> Mapping[str, str]:
    """This package and the others a function reaches, with their versions; pandas brings its rows."""
    names = {TABLES, *(name for one in reached(function) for name in one.libraries)}
    return {name: _version(name) for name in (OURS, *sorted(names))}


@cache
def _version(package: str) -> str:
    return version(package)


def _stable(value: object) -> str:
    """A constant as text that is the same in every process; none for what is no plain value."""
    if value is None or isinstance(value, (str, int, float)):
        return repr(value)
    if not isinstance(value, (tuple, frozenset)):
        return ""
    parts = [_stable(one) for one in value]
    if not all(parts):
        return ""
    return f"({', '.join(sorted(parts) if isinstance(value, frozenset) else parts)})"


def full_name(function: Callable[..., Any]) -> str:
    """Module and name; a file of the study's own goes by the name that its study gives it."""
    file = own_file(function)
    return f"{file.module if file else function.__module__}.{function.__qualname__}"


def _named(function: Callable[..., Any]) -> Iterator[tuple[str, object]]:
    """What the names in a function stand for, as far as its module says it."""
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    spaces = ChainMap({name: cell.cell_contents for name, cell in cells}, function.__globals__)
    names, parts = _words(function.__code__)
    for name in names:
        if name in spaces:
            value = spaces[name]
            yield name, value
            if isinstance(value, types.ModuleType) and _is_ours(value.__name__):
                yield from ((one, getattr(value, one)) for one in parts if hasattr(value, one))
    for kind in (getattr(settings, str(one), None) for one in function.__annotations__.values()):
        if isinstance(kind, type):
            yield from ((one, vars(kind)[one]) for one in parts if one in vars(kind))


@cache
def _words(code: types.CodeType) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names that compiled code looks up, and the attributes it asks for."""
    asked = [one for part in _codes(code) for one in dis.get_instructions(part)]
    names = dict.fromkeys(str(one.argval) for one in asked if one.opname in _LOADS)
    parts = dict.fromkeys(str(one.argval) for one in asked if one.opname in _PARTS)
    return tuple(names), tuple(parts)


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    """A code object and those inside it: comprehensions, lambdas, inner functions."""
    yield code
    for one in code.co_consts:
        if isinstance(one, types.CodeType):
            yield from _codes(one)


def _functions(value: object) -> Iterator[Callable[..., Any]]:
    """The functions of ours that a value is or holds."""
    if isinstance(value, Analysis):
        value = value.function
    value = inspect.unwrap(value) if callable(value) else value
    if isinstance(value, types.FunctionType) and _written_here(value):
        yield value
    elif isinstance(value, partial):
        yield from _functions(value.func)
    elif isinstance(value, Mapping):
        yield from (found for one in value.values() for found in _functions(one))
    elif isinstance(value, (tuple, list, set, frozenset)):
        yield from (found for one in value for found in _functions(one))
    elif isinstance(value, type) and _is_ours(value.__module__):
        for one in vars(value).values():
            plain = one.fget if isinstance(one, property) else getattr(one, "__func__", one)
            if isinstance(plain, types.FunctionType) and _written_here(plain):
                yield plain


def _written_here(function: types.FunctionType) -> bool:
    """Whether it stands in a file of ours or the study's, not made by somebody's decorator."""
    name, file = function.__code__.co_filename, own_file(function)
    return name == source_name(file) if file else name.startswith(str(PACKAGE))


def _is_ours(module: str) -> bool:
    return module.split(".", maxsplit=1)[0] == OURS or module.startswith(PRIVATE)


@cache
def _ours(name: str) -> OwnFile:
    """A file of the package with its text."""
    path = Path(name).resolve()
    inside = path.relative_to(REPOSITORY) if path.is_relative_to(REPOSITORY) else Path(path.name)
    try:
        return OwnFile(inside.as_posix(), path.read_text(encoding="utf-8"))
    except OSError:
        return OwnFile(inside.as_posix(), "")


@cache
def _statements(file: OwnFile) -> tuple[ast.stmt, ...]:
    """All statements of a file, those inside others too."""
    return tuple(_inside(ast.parse(file.text)))


def _inside(node: ast.AST) -> Iterator[ast.stmt]:
    for one in ast.iter_child_nodes(node):
        if isinstance(one, ast.stmt):
            yield one
        if isinstance(one, (ast.stmt, ast.excepthandler, ast.match_case)):
            yield from _inside(one)


@cache
def _imports(file: OwnFile) -> Mapping[str, str]:
    """The libraries behind the names a file imports."""
    found = {}
    for node in _statements(file):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for one in node.names:
                home = one.name if isinstance(node, ast.Import) else node.module or ""
                found[one.asname or one.name] = home.split(".")[0]
    return {name: named for name, one in found.items() if (named := _library(one, file))}


def _library(module: str, file: OwnFile) -> str:
    """
    A library by the name it is installed under; none for Python, and for what is ours.

    What the package itself builds on is known; a study's own file may import others.
    """
    if module in LIBRARIES:
        return module
    if "/" in file.name or module in sys.stdlib_module_names or module in ("", OURS):
        return ""
    return next(iter(_installed().get(module, ())), "")


@cache
def _installed() -> Mapping[str, list[str]]:
    return packages_distributions()


@cache
def _last_lines(file: OwnFile) -> Mapping[int, int]:
    """The last line of every function of a file by its first, decorators included."""
    return {
        min([node.lineno, *(one.lineno for one in node.decorator_list)]): node.end_lineno
        or node.lineno
        for node in _statements(file)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    }
