"""An output folder as one side of a comparison."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from carreport.analyses import ANALYSES
from carreport.changes.side import Drawn, Side
from carreport.errors import BadInput, Problem
from carreport.ids import OF_EARLIER
from carreport.results import run
from carreport.saved.build import opened
from carreport.study.snapshot_file import restored

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from carreport.results.rows import Results
    from carreport.saved.build import Saved

FIGURE: Final = "figure"
FIGURES: Final = "figures"
ARS: Final = "ars.json"
_NUMBERS: Final = "-numbers.csv"
_SIGNS: Final = str.maketrans("@=,", "---")
"""How an id stands in the name of a file."""


def from_build(folder: Path, label: str = "") -> Side:
    """
    A build with what it saved and what the code here makes of its snapshot.

    Args:
        folder: An output folder.
        label: As messages call it; the folder's name without one.

    Raises:
        BadInput: It holds no build, or one without a snapshot, or files of it are damaged.
        ExceptionGroup: Of AnalysisFailed: the code here cannot compute it.
    """
    saved = opened(folder)
    snapshot = restored(folder)
    results = run(ANALYSES, snapshot)
    # What a build had from an even earlier one is no number of its own.
    rows = {row["id"]: row for row in saved.rows() if not row["id"].startswith(OF_EARLIER)}
    return Side(
        label=label or folder.as_posix(),
        record=saved.record,
        snapshot=snapshot,
        results=results,
        saved=rows,
        uses={id_: row["uses"] for id_, row in rows.items() if row.get("uses")},
        pages=dict(_pages(folder)),
        figures=tuple(_drawn(saved, results)),
    )


def _pages(folder: Path) -> Iterator[tuple[str, str]]:
    """Documents for the screen by name."""
    for path in sorted(folder.glob("*.html")):
        try:
            yield path.stem, path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            found = f"{str(path)!r} cannot be read ({error})"
            raise BadInput([Problem("", 0, "", found, "build again")]) from error


def _drawn(saved: Saved, results: Results) -> Iterator[Drawn]:
    """What the figures of a build show, read off the files that stand beside them."""
    listings = {id_.translate(_SIGNS): id_ for id_ in results.listings}
    for output in saved.json(ARS).get("outputs", ()):
        kind, _, name = output["id"].partition("/")
        if kind == FIGURE:
            files = [one["name"].removesuffix(".csv") for one in output["fileSpecifications"]]
            drawn = (one.removeprefix(f"{name}-") for one in files)
            known = tuple(listings[one] for one in drawn if one in listings)
            yield Drawn(name, output["name"], _printed(saved.folder, name), known)


def _printed(folder: Path, figure: str) -> tuple[str, ...]:
    """Ids of the numbers printed in a figure."""
    path = folder / FIGURES / f"{figure}{_NUMBERS}"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        found = f"{str(path)!r} cannot be read ({error})"
        raise BadInput([Problem("", 0, "", found, "build again")]) from error
    return tuple(line[0] for line in list(csv.reader(io.StringIO(text)))[1:] if line)
