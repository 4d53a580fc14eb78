"""The code behind a number: the function that gave it and every function of ours it calls."""

from __future__ import annotations

import ast
import dis
import hashlib
import inspect
import types
from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from carreport.analyses.declare import Analysis
from carreport.results.facts import LIBRARIES
from carreport.study import settings

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
        file: Its file, relative to the repository.
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
        function: A plain function of this package.
    """
    code = function.__code__
    path = Path(code.co_filename).resolve()
    inside = path.relative_to(REPOSITORY) if path.is_relative_to(REPOSITORY) else Path(path.name)
    last = _last_lines(path).get(code.co_firstlineno, code.co_firstlineno)
    lines = _lines(path)[code.co_firstlineno - 1 : last]
    calls: dict[str, None] = {}
    libraries: dict[str, None] = {}
    constants: dict[str, None] = {}
    for name, value in _named(function):
        calls |= dict.fromkeys(full_name(one) for one in _functions(value))
        if library := _imports(path).get(name):
            libraries[library] = None
        elif isinstance(value, _CONSTANT) and (written := _stable(value)):
            constants[f"{name} = {written}"] = None
    return Code(
        function=full_name(function),
        file=inside.as_posix(),
        line=code.co_firstlineno,
        last_line=last,
        source="".join(lines),
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
    """Module and name."""
    return f"{function.__module__}.{function.__qualname__}"


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
    """Whether it stands in a file of ours, not made by a decorator of somebody else."""
    return function.__code__.co_filename.startswith(str(PACKAGE))


def _is_ours(module: str) -> bool:
    return module.split(".", maxsplit=1)[0] == OURS


@cache
def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines(keepends=True)
    except OSError:
        return []


@cache
def _statements(path: Path) -> tuple[ast.stmt, ...]:
    """All statements of a file, those inside others too."""
    return tuple(_inside(ast.parse("".join(_lines(path)))))


def _inside(node: ast.AST) -> Iterator[ast.stmt]:
    for one in ast.iter_child_nodes(node):
        if isinstance(one, ast.stmt):
            yield one
        if isinstance(one, (ast.stmt, ast.excepthandler, ast.match_case)):
            yield from _inside(one)


@cache
def _imports(path: Path) -> Mapping[str, str]:
    """The libraries behind the names a file imports."""
    found = {}
    for node in _statements(path):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for one in node.names:
                home = one.name if isinstance(node, ast.Import) else node.module or ""
                found[one.asname or one.name] = home.split(".")[0]
    return {name: library for name, library in found.items() if library in LIBRARIES}


@cache
def _last_lines(path: Path) -> Mapping[int, int]:
    """The last line of every function of a file by its first, decorators included."""
    return {
        min([node.lineno, *(one.lineno for one in node.decorator_list)]): node.end_lineno
        or node.lineno
        for node in _statements(path)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    }
