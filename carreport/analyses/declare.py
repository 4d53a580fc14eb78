"""
`@analysis`: a label on a plain function.

The label says what the function is computed for, which columns it reads, and where its method
comes from. Calling the labelled function calls the function; there is no registry.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, ParamSpec

from pydantic import ValidationError

from carreport.study.settings import Range
from carreport.study.words import set_apart

if TYPE_CHECKING:
    from carreport.shapes import Listing, Shape
    from carreport.study.settings import Where

P = ParamSpec("P")
Reads = Mapping[str, Mapping[str, str] | Sequence[str]]
"""Table to role to column, or to columns that are their own roles."""
Interval = Literal["log-log", "log", "plain"]
LINE: Final = "its line"
"""Asked for as a column: each row's line in the file."""
By = Literal["population", "groups", "everybody", "compared", "between", "each"]


@dataclass(frozen=True, slots=True)
class Conventions:
    """
    The study-wide statistical conventions an analysis may use.

    Attributes:
        confidence: Two-sided confidence level, as a fraction.
        interval: Survival interval.
        quantile_type: Quantile definition of Hyndman and Fan.
        groups: Group ids in the order of comparison, with their labels.
    """

    confidence: float = 0.95
    interval: Interval = "log-log"
    quantile_type: int = 7
    groups: tuple[tuple[str, str], ...] = ()

    @property
    def level(self) -> str:
        """The confidence level in words."""
        return f"{100 * self.confidence:g}%, two-sided"

    @property
    def quartiles(self) -> str:
        """The definition of quantiles in words."""
        return f"type {self.quantile_type} of Hyndman and Fan"

    @property
    def contrast(self) -> str:
        """The compared groups in words."""
        return set_apart([label for _, label in self.groups])


@dataclass(frozen=True, slots=True)
class Analysis(Generic[P]):
    """
    A function and what is declared about it.

    Attributes:
        id: Chapter and analysis; `{id}` stands for the item of study.toml.
        function: Tables in, shape out.
        each: The list of study.toml it is repeated over; empty for once.
        by: Which patients each call sees: `population` (the item's), `groups` (everybody, then
            each group), `everybody` with their group, `compared` groups, or the populations an
            item sets against each other: all `between` which it is, or `each` by itself.
        reads: For an item, table to role to column; the function sees roles only.
        method: For an item and the conventions, the method in words.
        told: For an item and the conventions, what the method is told, by name.
        source: Where the method is defined.
        rows: For an item, table to the condition its rows must meet.
        wanted: For an item, whether there is anything to compute.
        population: The population it is computed in, whatever the item says; empty for the item's.
    """

    id: str
    function: Callable[P, Shape | Listing]
    each: str
    by: By
    reads: Callable[[Any], Mapping[str, Mapping[str, str]]]
    method: Callable[[Any, Conventions], str]
    source: str
    rows: Callable[[Any], Mapping[str, Where]]
    wanted: Callable[[Any], bool]
    told: Callable[[Any, Conventions], Mapping[str, str]]
    population: str = ""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Shape | Listing:
        """Call the function, so that a test needs no machinery."""
        return self.function(*args, **kwargs)

    @property
    def definition(self) -> str:
        """The docstring up to its sections: the endpoint's definition."""
        text = inspect.getdoc(self.function) or ""
        return " ".join(text.split("\n\nArgs:")[0].split())

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the function's parameters."""
        return tuple(inspect.signature(self.function).parameters)


def analysis(  # noqa: PLR0913 - each is a line of the label
    id_: str,
    *,
    each: str = "",
    by: By = "population",
    reads: Reads | Callable[[Any], Mapping[str, Mapping[str, str]]],
    method: str | Callable[[Any, Conventions], str],
    source: str = "",
    rows: Mapping[str, Mapping[str, Any]] | Callable[[Any], Mapping[str, Where]] | None = None,
    wanted: Callable[[Any], bool] = lambda _item: True,
    told: Mapping[str, str] | Callable[[Any, Conventions], Mapping[str, str]] | None = None,
    population: str = "",
) -> Callable[[Callable[P, Shape | Listing]], Analysis[P]]:
    """
    Label a function as an analysis.

    Args:
        id_: `chapter.analysis`, or `{id}` for an item that carries both.
        each: The list of study.toml it is repeated over.
        by: Which patients each call sees.
        reads: Table to its columns, or to role and column, `{id}` standing for the item; or a
            function of the item that gives table to role to column.
        method: In words, or a function of the item and the conventions.
        source: Citation of the method.
        rows: Table to the condition its rows must meet, or a function of the item.
        wanted: Whether an item asks for it.
        told: What the method is told, by name: interval, ties, sides, window; or a function of
            the item and the conventions.
        population: The population it is computed in; the item's, or everybody, without one.

    Returns:
        A decorator that returns the frozen, callable Analysis.
    """

    def spoken(item: object, conventions: Conventions) -> str:
        return method if isinstance(method, str) else method(item, conventions)

    def said(item: object, conventions: Conventions) -> Mapping[str, str]:
        found = told(item, conventions) if callable(told) else told or {}
        return {str(name): str(one) for name, one in found.items()}

    def kept(item: object) -> Mapping[str, Where]:
        return rows(item) if callable(rows) else _conditions(rows or {})

    def handed(item: object) -> Mapping[str, Mapping[str, str]]:
        return reads(item) if callable(reads) else _columns(reads, item)

    def label(function: Callable[P, Shape | Listing]) -> Analysis[P]:
        return Analysis(
            id_, function, each, by, handed, spoken, source, kept, wanted, said, population
        )

    return label


def _columns(reads: Reads, item: object) -> dict[str, dict[str, str]]:
    """Table to role to column, the item's id put in."""
    id_ = str(getattr(item, "id", ""))
    roles = {
        table: named if isinstance(named, Mapping) else {one: one for one in named}
        for table, named in reads.items()
    }
    return {
        table: {role: column.replace("{id}", id_) for role, column in named.items()}
        for table, named in roles.items()
    }


def _conditions(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Where]:
    """Conditions as study.toml has them: `{"grade": {"min": 3}}`."""
    return {
        table: {
            column: _range(one) if isinstance(one, Mapping) else one
            for column, one in where.items()
        }
        for table, where in rows.items()
    }


def _range(condition: Mapping[str, Any]) -> Range:
    try:
        return Range.model_validate(condition)
    except ValidationError:
        message = f"{dict(condition)} is no condition; use min, max, missing or not"
        raise ValueError(message) from None
