"""What analyses refer to: documents, origins as categories, and terms of our own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from carreport.results.ars.analysed import filled
from carreport.results.ars.methods import (
    citation_id,
    citations,
    program_id,
    sponsor_roles,
    term_id,
)
from carreport.results.ars.outputs import FILE_TYPES, file_type, type_id
from carreport.study.origins import Origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from carreport.results.ars.analysed import Analysed, Json
    from carreport.results.ars.methods import Method
    from carreport.results.ars.outputs import Display

ASKED: Final = "reason/asked_for_by_study_toml"


def documents(
    record: Mapping[str, Any], found: Iterable[Method], analyses: Iterable[Analysed]
) -> Iterator[Json]:
    """Documents, input files, code and literature."""
    for name in dict.fromkeys(
        use["document"] for one in analyses for row in one.rows for use in row["uses"]
    ):
        yield {"id": document_id(name), "name": name}
    for file, sha in record["inputs"].items():
        yield _file(f"input/{file}", file, sha)
    for file in dict.fromkeys(one.file for one in found):
        sha = record["package"].get(file.partition("/")[2]) or record["inputs"].get(file, "")
        yield _file(program_id(file), file, sha)
    for work in dict.fromkeys(work for one in found for work in citations(one.source)):
        yield {"id": citation_id(work), "name": work}


def _file(id_: str, file: str, sha: str) -> Json:
    return filled(
        id=id_, name=file, description=f"SHA-256 {sha}" if sha else "", location=quote(file)
    )


def document_id(name: str) -> str:
    """The id of a document of the build."""
    return f"document/{name}"


def origins(analyses: Iterable[Analysed]) -> Json:
    """How real the data are, strongest first, as categories of analyses."""
    return {
        "id": "origin",
        "label": "Weakest origin of the cells behind a number",
        "categories": [{"id": origin_id(label), "label": label} for label in labels(analyses)],
    }


def labels(analyses: Iterable[Analysed]) -> list[str]:
    """The origins that their numbers have, strongest first."""
    there = {row["origin"] for one in analyses for row in one.rows}
    return [one.label for one in Origin if one.label in there]


def origin_id(label: str) -> str:
    """The id of an origin as a category."""
    return f"origin/{label}"


def chapter_id(chapter: str) -> str:
    """The id of a chapter as a purpose."""
    return f"purpose/{chapter}"


def terminology(analyses: Sequence[Analysed], displays: Iterable[Display]) -> list[Json]:
    """The terms that the standard leaves to whoever reports."""
    chapters = dict.fromkeys(one.chapter for one in analyses)
    roles = sponsor_roles(analyses)
    types = dict.fromkeys(file_type(path) for display in displays for path in display.files)
    asked = "Asked for by study.toml, or stated by it."
    extensions = {
        "AnalysisReasonEnum": [_term(ASKED, "ASKED FOR BY STUDY.TOML", asked)],
        "AnalysisPurposeEnum": [
            _term(chapter_id(one), one.upper(), f"Chapter {one} of the report.") for one in chapters
        ],
        "OperationRoleEnum": [
            _term(term_id(one), one, "Takes part in the calculation of the result.")
            for one in roles
        ],
        "OutputFileTypeEnum": [
            _term(type_id(one), one, f"File of type {one}.")
            for one in types
            if one not in FILE_TYPES
        ],
    }
    return [
        {"id": name, "enumeration": name, "sponsorTerms": terms}
        for name, terms in extensions.items()
        if terms
    ]


def _term(id_: str, value: str, description: str) -> Json:
    return {"id": id_, "submissionValue": value, "description": description}
