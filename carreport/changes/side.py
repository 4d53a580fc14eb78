"""One of the two things that are compared: a build with what it saved, or results just computed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from carreport.results.rows import Results
    from carreport.study.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Drawn:
    """
    What a figure shows.

    Attributes:
        id: The figure.
        title: Its title.
        ids: Numbers printed in it or drawn as marks.
        listings: Listings whose rows it draws.
    """

    id: str
    title: str
    ids: tuple[str, ...]
    listings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """
    One side of a comparison.

    Attributes:
        label: As messages call it: the folder, with the cutoff where that is needed.
        record: What it was made from: the header of results.json.
        snapshot: The study as of its cutoff.
        results: Every number, by the code here.
        saved: The rows of results.json by id, where a build saved them; what it printed and
            computed then, whatever the code was. Empty for what was computed just now.
        uses: For each id the places it is printed at: document, place, anchor, printed.
        pages: HTML of each document by its name, to read sentences from; as far as known.
        figures: What its figures show.
    """

    label: str
    record: Mapping[str, Any]
    snapshot: Snapshot
    results: Results
    saved: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    uses: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)
    figures: tuple[Drawn, ...] = ()
