"""Methods with their operations, and what an analysis was told beyond them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from carreport.results.ars.analysed import filled
from carreport.study.words import slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from carreport.results.ars.analysed import Analysed, Json, Number, Place, Row

ROLES: Final = ("NUMERATOR", "DENOMINATOR")
"""What the standard calls the roles it knows."""
Spoken = dict[tuple[str, str], set[str]]

_KINDS: Final = ("method", "unit", "format")
"""What belongs to an operation where it is the same everywhere, and to each analysis otherwise."""


@dataclass(frozen=True, slots=True)
class Method:
    """
    A function and everything it gives.

    Attributes:
        function: Its full name, which is the method's id.
        file: Its file.
        operations: By id, the name of each.
        source: Where the method is defined.
        description: The method in words, where they are the same for all.
    """

    function: str
    file: str
    operations: Mapping[str, str]
    source: str
    description: str


def methods(analyses: Iterable[Analysed]) -> tuple[Method, ...]:
    """Every function that gave a number, in the order of the plan."""
    operations: dict[str, dict[str, str]] = {}
    first: dict[str, Row] = {}
    words: dict[str, set[str]] = {}
    for one in analyses:
        for number in one.numbers:
            name = number.row["function"]
            operations.setdefault(name, {})[number.operation] = number.field
            first.setdefault(name, number.row)
            words.setdefault(name, set()).add(number.row["method"])
    return tuple(
        Method(
            function=name,
            file=row["file"],
            operations=operations[name],
            source=row["source"],
            description=row["method"] if len(words[name]) == 1 else "",
        )
        for name, row in first.items()
    )


def citations(source: str) -> list[str]:
    """
    The works a source names.

    >>> citations("Cox, J R Stat Soc B 1972;34:187-220; Efron, J Am Stat Assoc 1977;72:557-565")
    ['Cox, J R Stat Soc B 1972;34:187-220', 'Efron, J Am Stat Assoc 1977;72:557-565']
    """
    return source.split("; ") if source else []


def citation_id(work: str) -> str:
    """The id of a work as a reference document."""
    return f"source/{slug(work)}"


def program_id(file: str) -> str:
    """The id of a file of code as a reference document."""
    return f"program/{file}"


def spoken(analyses: Iterable[Analysed]) -> Spoken:
    """Every method, unit and format that an operation was performed with, by operation and kind."""
    found: Spoken = {}
    for one in analyses:
        for number in one.numbers:
            for kind in _KINDS:
                found.setdefault((number.operation, kind), set()).add(_spoken(number.row, kind))
    return found


def _common(said: Spoken, operation: str, kind: str) -> str:
    """What is the same wherever an operation was performed; empty where analyses differ."""
    words = said[operation, kind]
    return next(iter(words)) if len(words) == 1 else ""


def _spoken(row: Row, kind: str) -> str:
    said = row[kind]
    return (
        "; ".join(f"{name} {value}" for name, value in said.items())
        if isinstance(said, dict)
        else str(said)
    )


def own_parameters(one: Analysed, said: Spoken) -> Iterator[tuple[str, str]]:
    """What an analysis says itself of methods, units and formats, by name."""
    for kind in _KINDS:
        own = {
            number.field: _spoken(number.row, kind)
            for number in one.numbers
            if len(said[number.operation, kind]) > 1
        }
        if len(set(own.values())) == 1:
            yield kind, next(iter(own.values()))
        else:
            yield from ((f"{kind} of {name}", words) for name, words in own.items())


def relations(
    analyses: Iterable[Analysed], where: Mapping[str, Place]
) -> dict[str, dict[str, tuple[str, str]]]:
    """For every operation, its relationships by id: role, and operation that gives the operand."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for one in analyses:
        for number in one.numbers:
            known = found.setdefault(number.operation, {})
            for role, operand in number.row["operands"].items():
                known[relation_id(number, role)] = (role, where[operand].operation)
    return found


def relation_id(number: Number, role: str) -> str:
    """The id of the relationship between an operation and an operand."""
    return f"{number.operation}/{role.replace(' ', '_')}"


def term_of(role: str) -> str:
    """
    A role as a term: components are numbered, their role is one.

    >>> term_of("numerator"), term_of("component 2")
    ('NUMERATOR', 'COMPONENT')
    """
    return role.partition(" ")[0].upper()


def term_id(term: str) -> str:
    """The id of a role's term that the standard does not know."""
    return f"role/{slug(term)}"


def method_json(
    method: Method,
    said: Spoken,
    related: Mapping[str, Mapping[str, tuple[str, str]]],
    context: str,
) -> Json:
    """A method in the standard's form."""
    return filled(
        id=method.function,
        name=method.function.rpartition(".")[2].replace("_", " "),
        description=method.description,
        documentRefs=[
            {"referenceDocumentId": citation_id(work)} for work in citations(method.source)
        ],
        operations=[
            _operation_json(method, id_, order, said, related[id_])
            for order, id_ in enumerate(method.operations, start=1)
        ],
        codeTemplate={
            "context": context,
            "documentRef": {"referenceDocumentId": program_id(method.file)},
        },
    )


def _operation_json(
    method: Method,
    id_: str,
    order: int,
    said: Spoken,
    related: Mapping[str, tuple[str, str]],
) -> Json:
    words, unit = _common(said, id_, "method"), _common(said, id_, "unit")
    name = method.operations[id_].replace("_", " ")
    return filled(
        id=id_,
        name=name,
        label=f"{name} ({unit})" if unit else name,
        description="" if words == method.description else words,
        order=order,
        referencedOperationRelationships=[
            filled(
                id=relation,
                referencedOperationRole=_role(role),
                operationId=operand,
                description="" if role.upper() in ROLES else role,
            )
            for relation, (role, operand) in related.items()
        ],
        resultPattern=_common(said, id_, "format"),
    )


def _role(role: str) -> Json:
    term = term_of(role)
    return {"controlledTerm": term} if term in ROLES else {"sponsorTermId": term_id(term)}


def referenced(one: Analysed, where: Mapping[str, Place]) -> list[Json]:
    """For every relationship of an analysis, the analysis that holds the operand."""
    found = {
        relation_id(number, role): where[operand].analysis
        for number in one.numbers
        for role, operand in number.row["operands"].items()
    }
    return [
        {"referencedOperationRelationshipId": relation, "analysisId": analysis}
        for relation, analysis in found.items()
    ]


def sponsor_roles(analyses: Iterable[Analysed]) -> list[str]:
    """Terms of roles that the standard does not know."""
    roles = dict.fromkeys(
        role for one in analyses for number in one.numbers for role in number.row["operands"]
    )
    terms = dict.fromkeys(term_of(role) for role in roles)
    return [term for term in terms if term not in ROLES]
