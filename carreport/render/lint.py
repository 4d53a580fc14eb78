"""
Before a page is made: a template's syntax tree may hold no number.

Needed beside `finalize`: under autoescape Jinja folds constants before it is asked, so
`{{ 15/148 }}` would pass.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from jinja2 import TemplateSyntaxError, nodes

from carreport.errors import TemplateProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinja2 import Environment

    from carreport.render.literals import Literals

_OUTPUT: Final = "\x00"
_HIDDEN: Final = re.compile(
    r"<!--.*?-->|<style\b.*?</style>|<script\b.*?</script>|<[^>]*>|&#?\w+;", re.DOTALL
)
_PRINTABLE: Final = (nodes.Call, nodes.Getattr, nodes.Name, nodes.CondExpr)
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
    loader = environment.loader
    try:
        source = loader.get_source(environment, name)[0] if loader else ""
        if (name, source, literals) in _SOUND:
            return []
        tree = environment.parse(source, name)
    except TemplateSyntaxError as error:
        return [unreadable(error, name)]
    except UnicodeDecodeError:
        return [TemplateProblem(name, 1, "is not UTF-8", "save it as UTF-8")]
    problems = [*_text_problems(tree, name, literals), *_expression_problems(tree, name)]
    if len(_SOUND) >= MOST_SOUND:
        _SOUND.clear()
    if not problems:
        _SOUND.add((name, source, literals))
    return problems


def unreadable(error: TemplateSyntaxError, name: str) -> TemplateProblem:
    """A syntax error as a problem of the template it stands in."""
    return TemplateProblem(
        error.name or name, error.lineno, error.message or "cannot be read", "correct it"
    )


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
            if not isinstance(part, _PRINTABLE):
                yield TemplateProblem(
                    name,
                    part.lineno,
                    f"prints a {type(part).__name__.lower()}",
                    'print results with num("…") and its kin only',
                )
            if next(part.find_all(_ARITHMETIC), None) is not None:
                yield TemplateProblem(
                    name,
                    part.lineno,
                    "calculates while printing",
                    "compute it in an analysis and print its id",
                )
            if any(
                isinstance(one.value, (int, float)) and not isinstance(one.value, bool)
                for one in part.find_all(nodes.Const)
            ):
                yield TemplateProblem(
                    name, part.lineno, "holds a number", 'print results with num("…")'
                )
