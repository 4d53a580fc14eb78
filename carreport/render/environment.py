"""The Jinja environment: strict, escaping, and unable to print a bare number."""

from __future__ import annotations

import re
from types import FunctionType, MethodType, SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from jinja2 import ChoiceLoader, FileSystemLoader, TemplateNotFound
from jinja2.bccache import BytecodeCache
from jinja2.sandbox import ImmutableSandboxedEnvironment

from carreport.errors import TemplateProblem
from carreport.render.asking import Named
from carreport.render.lint import USER_DOCUMENTS, lint
from carreport.render.naming import unknown_names
from carreport.saved.made_from import templates_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import CodeType

    from jinja2 import Environment
    from jinja2.bccache import Bucket

    from carreport.render.literals import Literals

SHARED: Final = "shared"
MOST_COMPILED: Final = 1000
_FIT: Final = re.compile(r"\{#-?\s*session:\s*open\s*-?#\}")


class _Compiled(BytecodeCache):
    """
    Templates that were compiled before, by name, file and SHA-1 of their text.

    A process that renders again and again (`--watch`) compiles only what was edited.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the code of this text, if it is known."""
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it; who has edited for hours begins anew."""
        if len(self._known) >= MOST_COMPILED:
            self._known.clear()
        if bucket.code is not None:
            self._known[bucket.key, bucket.checksum] = bucket.code


_COMPILED: Final = _Compiled()


def environment(study_folder: Path) -> Environment:
    """
    Templates of the study folder first, then ours.

    Args:
        study_folder: Its `documents/NAME/*.html.j2` win over ours of the same name.
    """
    loaders = [
        FileSystemLoader(study_folder / USER_DOCUMENTS),
        FileSystemLoader(templates_folder()),
    ]
    return ImmutableSandboxedEnvironment(
        loader=ChoiceLoader(loaders),
        autoescape=True,
        undefined=Named,
        finalize=_refuse_bare_numbers,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_COMPILED,
    )


def _refuse_bare_numbers(value: Any) -> Any:
    """What a page may hold is text; numbers, lists and functions are told apart from it."""
    found = remedy = ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        found = f"the bare number {value!r} is printed"
        remedy = "print it with num()"
    elif isinstance(value, (list, tuple, dict, SimpleNamespace)):
        found = "a list is printed" if isinstance(value, (list, tuple)) else "a record is printed"
        remedy = "go through it with {% for %}, or print one of its parts"
    elif isinstance(value, FunctionType | MethodType):
        found = f"the function {value.__name__} is printed"
        remedy = f"call it: {value.__name__}(…)"
    if found:
        raise TemplateProblem(template="", line=0, found=found, remedy=remedy)
    return value


def check_templates(
    environment: Environment, document: str, literals: Literals, context: Mapping[str, Any]
) -> None:
    """
    Lint every template of a document and the shared ones.

    Args:
        environment: Finds the templates.
        document: Whose templates.
        literals: Digits allowed in prose.
        context: What a template may call, by name.

    Raises:
        ExceptionGroup: Of TemplateProblem, one for every number, calculation, unknown name or
            error found.
    """
    names = [
        name
        for name in environment.list_templates()
        if name.split("/")[0] in (document, SHARED) and name.endswith(".j2")
    ]
    problems = [problem for name in names for problem in lint(environment, name, literals)]
    problems += unknown_names(environment, document, context)
    if problems:
        message = "some templates cannot be used"
        raise ExceptionGroup(message, problems)


def fit_for_open(environment: Environment, document: str) -> bool:
    """
    Whether a document says of itself that a committee's open session may see it.

    It says so with the comment `{# session: open #}` in `NAME/NAME.html.j2`.
    """
    loader = environment.loader
    if loader is None:
        return False
    text = loader.get_source(environment, f"{document}/{document}.html.j2")[0]
    return _FIT.search(text) is not None


def has_document(environment: Environment, document: str) -> bool:
    """Whether there is a template `NAME/NAME.html.j2`."""
    loader = environment.loader
    try:
        return loader is not None and bool(
            loader.get_source(environment, f"{document}/{document}.html.j2")
        )
    except TemplateNotFound:
        return False
    except UnicodeDecodeError:
        return True  # it is there; lint says what is wrong with it
