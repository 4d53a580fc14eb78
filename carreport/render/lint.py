"""
Before a page is made: a template's syntax tree may hold no number.

Needed beside `finalize`: under autoescape Jinja folds constants before it is asked, so
`{{ 15/148 }}` would pass.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from jinja2 import TemplateNotFound, TemplateSyntaxError, nodes

from carreport.errors import TemplateProblem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jinja2 import BaseLoader, Environment

    from carreport.render.literals import Literals

USER_DOCUMENTS: Final = "documents"
OURS: Final = "templates"
_OUTPUT: Final = "\x00"
_HIDDEN: Final = re.compile(
    r"<!--.*?-->|<style\b.*?</style>|<script\b.*?</script>|<[^>]*>|&#?\w+;", re.DOTALL
)
_UNCLOSED: Final = re.compile(r"innermost block that needs to be closed is '(\w+)'")
_STRAY: Final = re.compile(r"nknown tag '(\w+)'")
_TAG: Final = re.compile(r"\{%[-+]?\s*(\w+)(.*?)[-+]?%\}", re.DOTALL)
_PRINTABLE: Final = (nodes.Call, nodes.Getattr, nodes.Name, nodes.CondExpr)
_KINDS: Final = {
    "Filter": "what a filter gives",
    "Const": "a constant",
    "Concat": "texts put together",
    "Compare": "a comparison",
    "Getitem": "a part taken by brackets",
    "List": "a list",
    "Dict": "a table of keys",
}
"""What Jinja calls otherwise."""
_ARITHMETIC: Final = (
    nodes.Add,
    nodes.Sub,
    nodes.Mul,
    nodes.Div,
    nodes.FloorDiv,
    nodes.Mod,
    nodes.Pow,
    nodes.Neg,
)


MOST_SOUND: Final = 1000
_SOUND: Final[set[tuple[str, str, Literals]]] = set()
"""Texts found right before, with what was allowed then: `--watch` reads only what was edited."""


def lint(environment: Environment, name: str, literals: Literals) -> list[TemplateProblem]:
    """
    Numbers and arithmetic in one template.

    Args:
        environment: Finds the template.
        name: Template name.
        literals: Digits allowed in prose.

    Returns:
        Every problem, with its line.
    """
    loader, where = environment.loader, place_of(environment, name)
    try:
        source = loader.get_source(environment, name)[0] if loader else ""
        if (name, source, literals) in _SOUND:
            return []
        tree = environment.parse(source, name)
    except TemplateSyntaxError as error:
        return [unreadable(error, where, source)]
    except UnicodeDecodeError:
        return [TemplateProblem(where, 1, "is not UTF-8", "save it as UTF-8")]
    problems = [*_text_problems(tree, where, literals), *_expression_problems(tree, where)]
    if len(_SOUND) >= MOST_SOUND:
        _SOUND.clear()
    if not problems:
        _SOUND.add((name, source, literals))
    return problems


def place_of(environment: Environment, name: str) -> str:
    """
    The file of a template as its reader knows it.

    Args:
        environment: Finds the study's own templates before ours.
        name: NAME/file.

    Returns:
        `documents/NAME/file` for one of the study folder, `templates/NAME/file` for one of ours.
    """
    loaders: Sequence[BaseLoader] = getattr(environment.loader, "loaders", ())
    try:
        own = any(one.get_source(environment, name) for one in loaders[:1])
    except TemplateNotFound:
        own = False
    except UnicodeDecodeError:
        own = True
    return f"{USER_DOCUMENTS if own else OURS}/{name}"


def unreadable(error: TemplateSyntaxError, where: str, source: str = "") -> TemplateProblem:
    """
    A syntax error as a problem of the template it stands in.

    Args:
        error: Of Jinja.
        where: The file.
        source: Its text, to tell where a block that is never closed begins.
    """
    found = (error.message or "cannot be read").strip().rstrip(".")
    if (open_block := _UNCLOSED.search(found)) and (line := _opened(source, open_block[1])):
        end = f"{{% end{open_block[1]} %}}"
        return TemplateProblem(
            where, line, f"the {open_block[1]} that begins here is never closed", f"write {end}"
        )
    remedy = "correct it"
    if found.startswith(("unexpected", "expected token")):
        remedy = "look before it for a bracket or a quotation mark that is not closed"
    elif tag := _STRAY.search(found):
        remedy = (
            f"there is no {{% {tag[1][3:]} %}} before it"
            if tag[1].startswith("end")
            else ("correct the name of the tag")
        )
    return TemplateProblem(where, error.lineno, found, remedy)


def _opened(source: str, name: str) -> int:
    """The line of the last block of this name that is never closed; 0 if all are."""
    lines: list[int] = []
    for tag in _TAG.finditer(source):
        if tag[1] == name and not (name == "set" and "=" in tag[2]):
            lines.append(source.count("\n", 0, tag.start()) + 1)
        elif tag[1] == f"end{name}" and lines:
            lines.pop()
    return lines[-1] if lines else 0


def _text_problems(
    tree: nodes.Template, name: str, literals: Literals
) -> Iterator[TemplateProblem]:
    """Digits in the text a reader sees: outside tags, styles and comments."""
    pieces = [
        (part.lineno, part.data) if isinstance(part, nodes.TemplateData) else (part.lineno, _OUTPUT)
        for output in tree.find_all(nodes.Output)
        for part in output.nodes
    ]
    text = "".join(data for _, data in pieces)
    newlines = _line_of_each(pieces)
    visible = _HIDDEN.sub(lambda match: " " * len(match.group()), text)
    for start, found in literals.unexplained(visible):
        yield TemplateProblem(
            name,
            newlines[start],
            f"the number {found!r} is typed into the text",
            'print it with num("…"), or give the literal a reason in literals.csv',
        )


def _line_of_each(pieces: list[tuple[int, str]]) -> list[int]:
    lines: list[int] = []
    for line, data in pieces:
        at = line
        for character in data:
            lines.append(at)
            at += character == "\n"
    return lines


def _expression_problems(tree: nodes.Template, name: str) -> Iterator[TemplateProblem]:
    for output in tree.find_all(nodes.Output):
        for part in output.nodes:
            if isinstance(part, nodes.TemplateData):
                continue
            if (found := _unprintable(part)) is not None:
                yield TemplateProblem(name, part.lineno, *found)


def _unprintable(part: nodes.Node) -> tuple[str, str] | None:
    """What is wrong with something printed, and what to do; None where nothing is."""
    if isinstance(part, _ARITHMETIC) or next(part.find_all(_ARITHMETIC), None) is not None:
        return "calculates while printing", "compute it in an analysis and print its id"
    numbers = [one for one in (part, *part.find_all(nodes.Const)) if _is_number(one)]
    if numbers:
        return "holds a number", 'print results with num("…")'
    if not isinstance(part, _PRINTABLE):
        kind = _KINDS.get(type(part).__name__, type(part).__name__.lower())
        return f"prints {kind}", 'print results with num("…") and its kin only'
    return None


def _is_number(node: nodes.Node) -> bool:
    value = getattr(node, "value", None)
    return (
        isinstance(node, nodes.Const)
        and isinstance(value, (int, float))
        and (not isinstance(value, bool))
    )
