"""
Before a page is made: everything its templates name, and whether there is such a thing.

Only what the main template of a document reaches is looked at. Ids are not: whether one is asked
for may depend on the data; those are gathered while the page is made (see `asking`).
"""

from __future__ import annotations

import difflib
import inspect
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from jinja2 import TemplateNotFound, TemplateSyntaxError, nodes

from carreport.errors import TemplateProblem
from carreport.render.lint import place_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from jinja2 import Environment

_OF_JINJA: Final = frozenset({"loop", "caller", "self", "super", "varargs", "kwargs"})
_NEAR: Final = 3
Spot = tuple[str, int]
"""A name and the line it stands on."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function by its name: arguments in order, and by name."""

    name: str
    line: int
    given: int
    named: tuple[str, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """
    What one template names.

    Attributes:
        read: Names it reads and does not tell whether they are defined.
        made: Names it gives a meaning to.
        filters: Filters.
        tests: Tests.
        calls: Calls of functions.
        templates: Templates it includes, imports or extends.
        imports: What it imports from which template.
        any_template: Whether it includes one whose name is not written there.
    """

    read: tuple[Spot, ...]
    made: frozenset[str]
    filters: tuple[Spot, ...]
    tests: tuple[Spot, ...]
    calls: tuple[Call, ...]
    templates: tuple[Spot, ...]
    imports: tuple[tuple[str, str, int], ...]
    any_template: bool


def unknown_names(
    environment: Environment, document: str, context: Mapping[str, Any]
) -> list[TemplateProblem]:
    """
    Names that mean nothing, and calls that cannot be made.

    Args:
        environment: Finds the templates.
        document: Whose templates are looked at.
        context: What a template may call, by name.

    Returns:
        Every problem, with its line and the nearest names there are.
    """
    found = dict(_reached(environment, document))
    made = {name for one in found.values() for name in one.made}
    known = made | context.keys() | environment.globals.keys() | _OF_JINJA
    problems: list[TemplateProblem] = []
    for name, one in found.items():
        at = _Place(place_of(environment, name))
        problems += at.unknown("function or variable", one.read, known, shown=made | set(context))
        problems += at.unknown("filter", one.filters, environment.filters.keys())
        problems += at.unknown("test", one.tests, environment.tests.keys())
        problems += at.unknown("template", one.templates, environment.list_templates())
        for wanted, source, line in one.imports:
            if source in found:
                there = found[source].made
                problems += at.unknown(f"macro in {source}", [(wanted, line)], there)
        problems += at.calls(
            one.calls, {name: context[name] for name in context if name not in made}
        )
    return problems


def near(asked: str, known: Iterable[str]) -> str:
    """A hint at the names most like one that is unknown; empty where none is."""
    found = difflib.get_close_matches(asked, sorted(set(known)), n=_NEAR)
    return f"did you mean {' or '.join(found)}?" if found else ""


@dataclass(frozen=True, slots=True)
class _Place:
    """A template, for problems found in it."""

    file: str

    def unknown(
        self,
        what: str,
        asked: Iterable[Spot],
        known: Iterable[str],
        shown: Iterable[str] | None = None,
    ) -> Iterator[TemplateProblem]:
        there = set(known)
        for name, line in dict.fromkeys(asked):
            if name not in there:
                remedy = near(name, there if shown is None else shown) or _WHERE.get(what, _ELSE)
                kind, _, where = what.partition(" in ")
                found = f"there is no {kind} {name!r}{f' in {where}' if where else ''}"
                yield TemplateProblem(self.file, line, found, remedy)

    def calls(
        self, calls: Iterable[Call], functions: Mapping[str, Any]
    ) -> Iterator[TemplateProblem]:
        for call in calls:
            function = functions.get(call.name)
            if function is not None and not callable(function):
                found = f"{call.name} is no function"
                yield TemplateProblem(
                    self.file, call.line, found, f"write {call.name} without brackets"
                )
            elif call.whole and function is not None and (why := _unfit(call, function)):
                remedy = f"write {call.name}{signature(function)}"
                yield TemplateProblem(self.file, call.line, f"{call.name}(): {why}", remedy)


_ELSE: Final = "correct the name"
_WHERE: Final = {
    "function or variable": "an id stands in quotes; docs/reference/macros.md lists all names",
    "template": "name it from the folder of the documents, as in NAME/_part.html.j2",
}


def signature(function: Callable[..., Any]) -> str:
    """
    How a function is called from a template.

    >>> def num(id_: str, style: str = "") -> str: ...
    >>> signature(num)
    '(id, style="")'
    """
    shown = []
    for one in inspect.signature(function).parameters.values():
        name = one.name.rstrip("_")
        if one.kind is one.VAR_POSITIONAL:
            shown.append(f"{name}, …")
        elif one.default is one.empty:
            shown.append(name)
        elif isinstance(one.default, str):
            shown.append(f'{name}="{one.default}"')
    return f"({', '.join(shown)})"


def _unfit(call: Call, function: Callable[..., Any]) -> str:
    """Why a function cannot be called so; empty where it can."""
    try:
        parameters = inspect.signature(function)
        parameters.bind(*[None] * call.given, **dict.fromkeys(call.named))
    except TypeError as error:
        return str(error).replace("_'", "'")
    return ""


def _reached(environment: Environment, document: str) -> Iterator[tuple[str, Asked]]:
    """The main template and whatever it includes, imports or extends, as far as it can be read."""
    todo, seen = [f"{document}/{document}.html.j2"], set[str]()
    while todo:
        name = todo.pop(0)
        if name in seen:
            continue
        seen.add(name)
        try:
            loader = environment.loader
            source = loader.get_source(environment, name)[0] if loader else ""
            asked = _asked(environment, source, name)
        except (TemplateSyntaxError, TemplateNotFound, UnicodeDecodeError):
            continue  # told by lint, or by who includes it
        yield name, asked
        todo += [one for one, _ in asked.templates]
        if asked.any_template:
            todo += [one for one in environment.list_templates() if one.startswith(f"{document}/")]


@lru_cache(maxsize=1000)
def _asked(environment: Environment, source: str, name: str) -> Asked:
    tree = environment.parse(source, name)
    names = list(tree.find_all(nodes.Name))
    tested = {
        one.node.name
        for one in tree.find_all((nodes.Test, nodes.Filter))
        if one.name in ("defined", "undefined", "default", "d") and isinstance(one.node, nodes.Name)
    }
    imported: list[Any] = list(tree.find_all(nodes.FromImport))
    made = {one.name for one in names if one.ctx in ("store", "param")} | tested
    made |= {one.name for one in tree.find_all(nodes.Macro)}
    made |= {str(one.target) for one in tree.find_all(nodes.Import)}
    made |= {alias for one in imported for _, alias in map(_both, one.names)}
    kinds = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)
    others: list[Any] = [
        one for one in tree.find_all(kinds) if not getattr(one, "ignore_missing", False)
    ]
    fixed = [one for one in others if isinstance(one.template, nodes.Const)]
    return Asked(
        read=tuple((one.name, one.lineno) for one in names if one.ctx == "load"),
        made=frozenset(made),
        filters=tuple((one.name, one.lineno) for one in tree.find_all(nodes.Filter)),
        tests=tuple((one.name, one.lineno) for one in tree.find_all(nodes.Test)),
        calls=tuple(_calls(tree)),
        templates=tuple((str(one.template.value), one.lineno) for one in fixed),
        imports=tuple(
            (wanted, str(one.template.value), one.lineno)
            for one in imported
            if isinstance(one.template, nodes.Const)
            for wanted, _ in map(_both, one.names)
        ),
        any_template=len(fixed) < len(others),
    )


def _both(name: str | tuple[str, str]) -> tuple[str, str]:
    """A name imported, and what it is called here."""
    return (name, name) if isinstance(name, str) else name


def _calls(tree: nodes.Template) -> Iterator[Call]:
    through = {id(one.call) for one in tree.find_all(nodes.CallBlock)}
    for one in tree.find_all(nodes.Call):
        if isinstance(one.node, nodes.Name):
            named = tuple(str(pair.key) for pair in one.kwargs)
            named += ("caller",) if id(one) in through else ()
            whole = one.dyn_args is None and one.dyn_kwargs is None
            yield Call(one.node.name, one.lineno, len(one.args), named, whole)
