"""What a build makes, before and after it is written."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from carreport.audit import Audit
    from carreport.figures import Drawing
    from carreport.render import Page
    from carreport.results import Results
    from carreport.study.snapshot import Snapshot
    from carreport.tables import Layout

PLACE: Final = ("document", "place", "anchor", "printed")


@dataclass(frozen=True, slots=True)
class Built:
    """
    What a build made.

    Attributes:
        out: The folder it stands in.
        cutoff: The data cutoff.
        numbers: How many numbers were computed.
        listings: How many listed tables of numbers.
        printed: How many different ones the documents print.
        origins: Numbers printed, by origin.
        notices: What a reader should know.
        files: Documents, relative to the folder.
        computed: What a build of the same with other words need not compute again.
    """

    out: Path
    cutoff: dt.date
    numbers: int
    listings: int
    printed: int
    origins: Mapping[str, int]
    notices: tuple[str, ...]
    files: tuple[str, ...]
    computed: Numbers


@dataclass(frozen=True, slots=True)
class Numbers:
    """
    What rests on the data and the code alone, and on no word of a document.

    Attributes:
        snapshot: The study as of the cutoff.
        results: Every number.
        tables: As laid out.
        figures: As drawn.
        documents: Names of the documents it was made for.
        files: The files that rest on these alone, where an earlier build kept them.
        previous: The build that they were compared with, if one was named.
    """

    snapshot: Snapshot
    results: Results
    tables: Sequence[Layout]
    figures: Sequence[Drawing]
    documents: tuple[str, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    previous: Mapping[str, Any] = field(default_factory=dict)

    def kept(self, files: Mapping[str, bytes]) -> Numbers:
        """The same for a later build, which needs no figure to be drawn on: its files are there."""
        figures = tuple(dataclasses.replace(one, figure=None) for one in self.figures)
        return dataclasses.replace(self, figures=figures, files=files)


@dataclass(frozen=True, slots=True)
class Made:
    """
    Everything that is to be written, before any of it is.

    Attributes:
        numbers: What was computed.
        audit: Of what a paper prints.
        pages: As rendered.
        record: What all of it was made from.
    """

    numbers: Numbers
    audit: Audit
    pages: Sequence[Page]
    record: Mapping[str, Any]

    @property
    def snapshot(self) -> Snapshot:
        """The study as of the cutoff."""
        return self.numbers.snapshot

    @property
    def results(self) -> Results:
        """Every number."""
        return self.numbers.results

    @property
    def tables(self) -> Sequence[Layout]:
        """As laid out."""
        return self.numbers.tables

    @property
    def figures(self) -> Sequence[Drawing]:
        """As drawn."""
        return self.numbers.figures

    def uses(self) -> dict[str, list[dict[str, str]]]:
        """For each id, every place it is printed at."""
        found: dict[str, list[dict[str, str]]] = {}
        for use in (one for page in self.pages for one in page.uses):
            entry = {name: getattr(use, name) for name in PLACE}
            found.setdefault(use.id, []).append(entry)
        return found
