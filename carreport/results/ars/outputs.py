"""Tables and figures as outputs, and the lists of contents."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from carreport.results.ars.analysed import filled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from carreport.results.ars.analysed import Analysed, Json, Place

FILE_TYPES: Final = ("pdf", "rtf", "txt")
"""The types of file the standard knows."""


@dataclass(frozen=True, slots=True)
class Display:
    """
    A table or figure of the build.

    Attributes:
        id: As study.toml calls it.
        title: Its title.
        files: Where it stands, relative to the build's folder.
        ids: Results it prints, in reading order.
        sections: Texts beside it, by the standard's type of section (Legend, Footnote, …).
    """

    id: str
    title: str
    files: tuple[str, ...]
    ids: tuple[str, ...]
    sections: Mapping[str, Sequence[str]] = field(default_factory=dict)


def output_json(display: Display) -> Json:
    """A table or figure in the standard's form."""
    sections = {"Title": (display.title,), **display.sections}
    return filled(
        id=display.id,
        name=display.title,
        fileSpecifications=[_file(path) for path in display.files],
        displays=[
            {
                "order": 1,
                "display": filled(
                    id=f"{display.id}/display",
                    name=display.title,
                    displayTitle=display.title,
                    displaySections=[
                        _section(display.id, kind, texts)
                        for kind, texts in sections.items()
                        if texts
                    ],
                ),
            }
        ],
    )


def _file(path: str) -> Json:
    suffix = file_type(path)
    own = {"controlledTerm": suffix} if suffix in FILE_TYPES else {"sponsorTermId": type_id(suffix)}
    return {"name": PurePosixPath(path).name, "fileType": own, "location": quote(path)}


def _section(display: str, kind: str, texts: Sequence[str]) -> Json:
    parts = [
        {"order": order, "subSection": {"id": f"{display}/{kind.lower()}/{order}", "text": text}}
        for order, text in enumerate(texts, start=1)
    ]
    return {"sectionType": kind, "orderedSubSections": parts}


def file_type(path: str) -> str:
    """
    A file's type by its name.

    >>> file_type("figures/figure1.svg")
    'svg'
    """
    return PurePosixPath(path).suffix.removeprefix(".").lower()


def type_id(suffix: str) -> str:
    """The id of the term for a type of file that the standard does not know."""
    return f"file_type/{suffix}"


def list_of_analyses(analyses: Iterable[Analysed]) -> Json:
    """The main list of contents: analyses by chapter."""
    chapters: dict[str, list[Analysed]] = {}
    for one in analyses:
        chapters.setdefault(one.chapter, []).append(one)
    items = [
        {
            "name": chapter.replace("_", " ").capitalize(),
            "level": 1,
            "order": order,
            "sublist": {
                "listItems": [
                    _item(one.subject, one.id, at) for at, one in enumerate(part, start=1)
                ]
            },
        }
        for order, (chapter, part) in enumerate(chapters.items(), start=1)
    ]
    return {"name": "Analyses by chapter", "contentsList": {"listItems": items}}


def list_of_displays(
    displays: Iterable[Display], analyses: Iterable[Analysed], where: Mapping[str, Place]
) -> Json:
    """The list of tables and figures, each with the analyses it shows."""
    subjects = {one.id: one.subject for one in analyses}
    items = []
    for order, display in enumerate(displays, start=1):
        shown = dict.fromkeys(where[id_].analysis for id_ in display.ids if id_ in where)
        listed = [_item(subjects[one], one, at) for at, one in enumerate(shown, start=1)]
        items.append(
            {
                "name": display.title,
                "level": 1,
                "order": order,
                "outputId": display.id,
                "sublist": {"listItems": listed},
            }
        )
    return {"name": "Tables and figures", "contentsList": {"listItems": items}}


def _item(name: str, analysis: str, order: int) -> Json:
    return {"name": name, "level": 2, "order": order, "analysisId": analysis}
