"""A build's results as a reporting event, the whole of the standard's JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from carreport.ids import OF_EARLIER
from carreport.results.ars.analysed import analysed, filled, places
from carreport.results.ars.groupings import (
    factors,
    grouping_factors,
    ordered_groupings,
    result_groups,
)
from carreport.results.ars.methods import (
    method_json,
    methods,
    own_parameters,
    program_id,
    referenced,
    relations,
    spoken,
)
from carreport.results.ars.outputs import list_of_analyses, list_of_displays, output_json
from carreport.results.ars.references import (
    ASKED,
    chapter_id,
    document_id,
    documents,
    labels,
    origin_id,
    origins,
    terminology,
)
from carreport.results.ars.selection import analysis_sets, data_subsets, variable
from carreport.results.save import to_json
from carreport.study.words import slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from carreport.results.ars.analysed import Analysed, Json, Number, Row
    from carreport.results.ars.groupings import Factor
    from carreport.results.ars.methods import Spoken
    from carreport.results.ars.outputs import Display
    from carreport.results.runner import Call
    from carreport.study.settings import Settings


def reporting_event(
    record: Mapping[str, Any],
    rows: Iterable[Row],
    settings: Settings,
    calls: Iterable[Call],
    displays: Sequence[Display] = (),
) -> Json:
    """
    A build's results as a reporting event of the standard.

    Args:
        record: What the build was made from: the header of results.json.
        rows: Rows of results.json.
        settings: Groups and levels with their labels and values.
        calls: Every call of an analysis that the study asked for.
        displays: Tables and figures.

    Returns:
        An object of the standard's class ReportingEvent, ready for JSON.
    """
    # What an earlier build had, and what changed since, is no analysis of these data.
    analyses = analysed((row for row in rows if not row["id"].startswith(OF_EARLIER)), calls)
    where = places(analyses)
    found = methods(analyses)
    said = spoken(analyses)
    related = relations(analyses, where)
    sets, set_of = analysis_sets(analyses)
    subsets, subset_of = data_subsets(analyses)
    by_analysis = {one.id: factors(settings, one) for one in analyses}
    context = f"Python {record['versions']['python']}"
    return filled(
        id=f"{slug(record['study'])}/{record['cutoff']}",
        name=record["study"],
        description=_made_by(record),
        version=1,
        mainListOfContents=list_of_analyses(analyses),
        otherListsOfContents=[list_of_displays(displays, analyses, where)] if displays else [],
        referenceDocuments=list(documents(record, found, analyses)),
        terminologyExtensions=terminology(analyses, displays),
        analysisOutputCategorizations=[origins(analyses)],
        analysisSets=sets,
        dataSubsets=subsets,
        analysisGroupings=grouping_factors(analyses, by_analysis),
        methods=[method_json(one, said, related, context) for one in found],
        analyses=[
            filled(
                **_what(one),
                **variable(one),
                analysisSetId=set_of.get(one.id),
                dataSubsetId=subset_of.get(one.id),
                orderedGroupings=ordered_groupings(one, by_analysis[one.id]),
                methodId=one.first["function"],
                referencedAnalysisOperations=referenced(one, where),
                programmingCode=_code(one, said, context),
                results=[_result(number, by_analysis[one.id]) for number in one.numbers],
            )
            for one in analyses
        ],
        outputs=[output_json(display) for display in displays],
    )


def ars_json(event: Json) -> str:
    """The reporting event as text, an object of its lists a line."""
    parts = []
    for name, value in event.items():
        if isinstance(value, list):
            lines = ",\n".join(to_json(one) for one in value)
            parts.append(f"{to_json(name)}: [\n{lines}\n]")
        else:
            parts.append(f"{to_json(name)}: {to_json(value)}")
    return "{" + ",\n".join(parts) + "}\n"


def _made_by(record: Mapping[str, Any]) -> str:
    commit = f", commit {record['commit']}" if record["commit"] else ""
    changed = " with changes" if record["dirty"] else ""
    return f"carreport {record['carreport']}{commit}{changed}; data cutoff {record['cutoff']}"


def _what(one: Analysed) -> Json:
    """What an analysis is, why it was done, and where it is printed."""
    by = f", by {' and '.join(one.further)}" if one.further else ""
    return {
        "id": one.id,
        "name": f"{one.subject}, {one.first['population']}{by}",
        "label": one.subject,
        "description": " ".join(dict.fromkeys(row["definition"] for row in one.rows)),
        "reason": {"sponsorTermId": ASKED},
        "purpose": {"sponsorTermId": chapter_id(one.chapter)},
        "documentRefs": _printed(one),
        "categoryIds": [origin_id(label) for label in labels([one])],
    }


def _printed(one: Analysed) -> list[Json]:
    """The documents that print a number of an analysis, with the places."""
    anchors: dict[str, dict[str, None]] = {}
    for row in one.rows:
        for use in row["uses"]:
            found = anchors.setdefault(use["document"], {})
            found |= {use["anchor"]: None} if use.get("anchor") else {}
    return [
        filled(
            referenceDocumentId=document_id(document),
            pageRefs=[{"refType": "NamedDestination", "pageNames": list(found)}] if found else [],
        )
        for document, found in anchors.items()
    ]


def _code(one: Analysed, said: Spoken, context: str) -> Json:
    """The code that was run, and everything it was told or came upon."""
    row = one.first
    parameters = [*row["parameters"].items(), *own_parameters(one, said), *_account(one)]
    return {
        "context": context,
        "documentRef": {"referenceDocumentId": program_id(row["file"])},
        "parameters": [{"name": name, "value": [value]} for name, value in parameters if value],
    }


def _account(one: Analysed) -> Iterator[tuple[str, str]]:
    """What else the trace of its numbers says."""
    row = one.first
    excluded = {who: why for each in one.rows for who, why in each["excluded"].items()}
    yield "function", row["function"]
    yield "lines", f"{row['line']}-{row['last_line']}" if row["last_line"] else str(row["line"])
    yield "sha256", row["code_sha256"]
    yield "libraries", "; ".join(f"{name} {number}" for name, number in row["libraries"].items())
    yield "columns", "; ".join(row["columns"])
    yield "excluded patients", "; ".join(f"{who}: {why}" for who, why in excluded.items())
    yield "weakest cells", "; ".join(_every(one, "weakest"))
    yield "warnings", "; ".join(_every(one, "warnings"))


def _every(one: Analysed, name: str) -> list[str]:
    return list(dict.fromkeys(text for row in one.rows for text in row[name]))


def _result(number: Number, by_key: Mapping[str, Factor]) -> Json:
    """One number; without a raw value where it is not estimable or was not reached."""
    value = number.row["value"]
    exact = {} if value is None else {"rawValue": _exact(value)}
    groups = filled(resultGroups=result_groups(number, by_key))
    return {
        "operationId": number.operation,
        **groups,
        **exact,
        "formattedValue": number.row["display"],
    }


def _exact(value: float | str) -> str:
    return value if isinstance(value, str) else repr(value)
