"""
While a page is made: every id that nothing is called by is gathered, so that all are told at once.

A function of a template that is asked for such an id gives nothing and the page goes on; it is
never finished, for what was gathered is raised at its end.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any

from jinja2 import StrictUndefined
from markupsafe import Markup

from carreport.errors import TemplateProblem, UnknownId
from carreport.render.lint import place_of
from carreport.render.naming import near

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from jinja2 import Environment


class Nothing(Markup):
    """What an unknown id gives: nothing to read, compare, count or go through."""

    __slots__ = ()

    def __getattr__(self, _name: str) -> Nothing:
        """A part of nothing."""
        return self

    def __lt__(self, _other: object) -> bool:
        """Less than nothing."""
        return False

    __le__ = __gt__ = __ge__ = __lt__


class Named(StrictUndefined):
    """What a part of study.toml has not: said with what it has."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        """What was asked for, and the nearest that there is."""
        has = vars(self._undefined_obj) if hasattr(self._undefined_obj, "__dict__") else {}
        if not (has and self._undefined_name):
            return super()._undefined_message
        name = str(self._undefined_name)
        said = f"there is no {name!r} here"
        hint = near(name, has) or f"there are {', '.join(sorted(has))}"
        return f"{said}; {hint}"


@dataclass(frozen=True, slots=True)
class Gathered:
    """
    What was asked for in vain while a page was made.

    Attributes:
        environment: Finds the templates.
        problems: Each with its template and line, in order, once.
    """

    environment: Environment
    problems: dict[str, TemplateProblem] = field(default_factory=dict)

    def forgiving(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, which gives nothing where it is asked for an unknown id or style."""

        @wraps(function)
        def called(*given: Any, **named: Any) -> Any:
            try:
                return function(*given, **named)
            except (UnknownId, ValueError) as error:
                if isinstance(error, ValueError) and "no style" not in str(error):
                    raise
                told, _, remedy = str(error).partition("; ")
                self._add(told, remedy or "correct the id")
                return Nothing()

        return called

    def _add(self, found: str, remedy: str) -> None:
        where, line = _caller(self.environment)
        problem = TemplateProblem(where, line, found, remedy)
        self.problems.setdefault(str(problem), problem)


def _caller(environment: Environment) -> tuple[str, int]:
    """The innermost template that is being rendered, and its line."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - the one way to ask who calls
    while frame is not None:
        template = frame.f_globals.get("__jinja_template__")
        if template is not None:
            line = template.get_corresponding_lineno(frame.f_lineno)
            return place_of(environment, template.name), line
        frame = frame.f_back
    return "", 0
