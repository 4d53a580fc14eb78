"""Who and what was analysed: populations, conditions on rows, the variable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from carreport.results.ars.analysed import filled
from carreport.results.scope import VALUE_ROLES
from carreport.study.populations import met
from carreport.study.settings import Range
from carreport.study.words import distinct_keys, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from carreport.results.ars.analysed import Analysed, Json
    from carreport.study.settings import Condition, Where

PATIENTS: Final = "patients"
NO_TABLE: Final = "census"
"""What an analysis may read that is no table of the study."""


def analysis_sets(analyses: Sequence[Analysed]) -> tuple[list[Json], dict[str, str]]:
    """
    The populations, each by the patients it holds.

    Returns:
        The analysis sets, and for each analysis the id of its own.
    """
    sets = {
        one.id: (str(one.first["population"]), one.call.scope.patients)
        for one in analyses
        if one.call is not None
    }
    distinct = list(dict.fromkeys(sets.values()))
    keys = distinct_keys([words for words, _ in distinct])
    ids = {one: f"population/{key}" for one, key in zip(distinct, keys, strict=True)}
    listed = [
        filled(
            id=ids[words, members],
            name=words,
            label=f"N={len(members)}",
            level=1,
            order=order,
            condition=condition_json(
                PATIENTS, "patient_id", "IN" if len(members) > 1 else "EQ", members
            )
            if members
            else None,
        )
        for order, (words, members) in enumerate(distinct, start=1)
    ]
    return listed, {analysis: ids[one] for analysis, one in sets.items()}


def data_subsets(analyses: Sequence[Analysed]) -> tuple[list[Json], dict[str, str]]:
    """
    The conditions that rows had to meet.

    Returns:
        The data subsets, and for each analysis with a condition the id of its own.
    """
    subsets = {one.id: words for one in analyses if (words := _subset_words(one))}
    wheres = {_subset_words(one): _wheres(one) for one in analyses}
    distinct = list(dict.fromkeys(subsets.values()))
    keys = distinct_keys(distinct)
    ids = {words: f"rows/{key}" for words, key in zip(distinct, keys, strict=True)}
    listed = [
        {
            "id": ids[words],
            "name": words,
            "level": 1,
            "order": order,
            **_clause([one for table, where in wheres[words] for one in _clauses(table, where)]),
        }
        for order, words in enumerate(distinct, start=1)
    ]
    return listed, {analysis: ids[words] for analysis, words in subsets.items()}


def _wheres(one: Analysed) -> list[tuple[str, Where]]:
    if one.call is None:
        return []
    return [(name, where) for name, where in one.call.analysis.rows(one.item).items() if where]


def _subset_words(one: Analysed) -> str:
    return "; ".join(f"{table}: {met(where)}" for table, where in _wheres(one))


def _clause(conditions: Sequence[Json]) -> Json:
    """One condition, or all of them together."""
    if len(conditions) == 1:
        return {"condition": conditions[0]}
    whole = [
        {"level": 2, "order": order, "condition": one}
        for order, one in enumerate(conditions, start=1)
    ]
    return {"compoundExpression": {"logicalOperator": "AND", "whereClauses": whole}}


def _clauses(table: str, where: Where) -> Iterator[Json]:
    for column, condition in where.items():
        for comparator, values in _comparisons(condition):
            yield condition_json(table, column, comparator, values)


def _comparisons(condition: Condition) -> Iterator[tuple[str, list[str]]]:
    """A condition as comparisons; that a cell is empty is equality with no value."""
    if isinstance(condition, list):
        yield ("IN" if len(condition) > 1 else "EQ"), [_text(one) for one in condition]
    elif not isinstance(condition, Range):
        yield "EQ", [_text(condition)]
    else:
        if condition.missing is not None:
            yield ("EQ" if condition.missing else "NE"), []
        for comparator, bound in (
            ("NE", condition.differs),
            ("GE", condition.min),
            ("LE", condition.max),
        ):
            if bound is not None:
                yield comparator, [_text(bound)]


def _text(value: bool | float | str) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else written(value)


def condition_json(table: str, column: str, comparator: str, values: Sequence[str]) -> Json:
    """One comparison of a column; with no value, that the cell is empty or is not."""
    return filled(dataset=table, variable=column, comparator=comparator, value=list(values))


def variable(one: Analysed) -> Json:
    """The table and the column that an analysis is about."""
    cells = _read(one.call.analysis.reads(one.item)) if one.call else []
    chosen = next((cell for cell in cells if cell[1] in VALUE_ROLES), None)
    chosen = chosen or next((cell for cell in cells if cell[1] != "patient_id"), None)
    chosen = chosen or next(iter(cells), None)
    return {"dataset": chosen[0], "variable": chosen[2]} if chosen else {}


def _read(reads: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str, str]]:
    """Table, role and column of everything read; cells as written are the patients' own."""
    return [
        (PATIENTS if name == "written" else name, role, column)
        for name, roles in reads.items()
        if name != NO_TABLE
        for role, column in roles.items()
    ]
