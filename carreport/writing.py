"""Everything a build made, into its folder in one step."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from carreport.analyses import ANALYSES
from carreport.audit import records
from carreport.beside import beside, reason
from carreport.errors import WritingFailed
from carreport.figures import png
from carreport.render import screen, write_pdf
from carreport.render.folder import MANIFEST, fresh_folder
from carreport.render.pdf import pango_version
from carreport.render.reread import reread
from carreport.results.ars import Display, ars_json, reporting_event
from carreport.results.behind import rows_json
from carreport.results.runner import calls
from carreport.results.save import (
    build_record,
    claimed,
    claims_json,
    listing_csv,
    numbers_csv,
    results_csv,
    results_json,
    results_rows,
    to_json,
)
from carreport.saved.tabular import to_csv
from carreport.second_opinion import second_opinion
from carreport.tables import printed
from carreport.tables.layout import Cell

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from carreport.audit import Verdict
    from carreport.figures import Drawing
    from carreport.render import Page
    from carreport.results import Results
    from carreport.study.snapshot import Snapshot
    from carreport.tables import Layout

FORMATS: Final = ("html", "pdf")
SECOND_OPINION: Final = "second_opinion.json"
PLACE: Final = ("document", "place", "anchor", "printed")
STATED: Final = "study."
"""Ids of what the study and the build state about themselves begin so."""


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
    """

    out: Path
    cutoff: dt.date
    numbers: int
    listings: int
    printed: int
    origins: Mapping[str, int]
    notices: tuple[str, ...]
    files: tuple[str, ...]


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
    """

    snapshot: Snapshot
    results: Results
    tables: Sequence[Layout]
    figures: Sequence[Drawing]
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """
    Everything that is to be written, before any of it is.

    Attributes:
        numbers: What was computed.
        verdicts: On what a paper prints.
        pages: As rendered.
    """

    numbers: Numbers
    verdicts: Sequence[Verdict]
    pages: Sequence[Page]

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


def write(folder: Path, out: Path, made: Made, formats: Sequence[str]) -> Built:
    """
    Everything into a folder beside the target, then moved there in one step.

    Args:
        folder: The study folder.
        out: The target.
        made: What is written.
        formats: html, pdf or both.

    Raises:
        WritingFailed: The disk does not take it.
        CarreportError: A document cannot be made for paper.
    """
    record = build_record(made.snapshot, folder)
    claims = records(made.verdicts)
    rows = results_rows(made.results, made.uses(), claimed(claims))
    numbers = results_json(record, rows, made.results.listings.values())
    pango = {"pango": pango_version()} if "pdf" in formats else {}
    manifest = {**record, "versions": {**record["versions"], **pango}}
    inside = {"results.json": numbers, MANIFEST: to_json(manifest) + "\n"}
    if claims:
        inside["claims.json"] = claims_json(claims)
    try:
        with fresh_folder(out.resolve()) as fresh:
            with beside(partial(_write_numbers, fresh, made, record, rows, inside, formats)):
                if "pdf" in formats:
                    _write_pdfs(fresh, made, inside)
            apart = json.loads((fresh / SECOND_OPINION).read_text(encoding="utf-8"))["apart"]
            _write_manifest(fresh, manifest)
            return _built(out, made, formats, apart)
    except OSError as error:
        raise WritingFailed(reason(error)) from error


def _built(out: Path, made: Made, formats: Sequence[str], apart: Mapping[str, float]) -> Built:
    results = made.results
    used = {use.id for page in made.pages for use in page.uses if not use.id.startswith(STATED)}
    origins: dict[str, int] = {}
    for id_ in sorted(used):
        label = results[id_].origin.label
        origins[label] = origins.get(label, 0) + 1
    return Built(
        out=out,
        cutoff=made.snapshot.cutoff,
        numbers=len(results),
        listings=len(results.listings),
        printed=len(used),
        origins=origins,
        notices=(
            *made.snapshot.notices,
            *(f"the second engine gives {value!r} for {id_}" for id_, value in apart.items()),
        ),
        files=tuple(
            f"{page.document}.{one}" for page in made.pages for one in FORMATS if one in formats
        ),
    )


def _write_manifest(fresh: Path, manifest: Mapping[str, Any]) -> None:
    """What the build was made from, and its files: no others may be replaced by the next."""
    files = sorted(
        path.relative_to(fresh).as_posix() for path in fresh.rglob("*") if path.is_file()
    )
    _text(fresh / MANIFEST, to_json({**manifest, "files": [*files, MANIFEST]}) + "\n")


def _write_pdfs(fresh: Path, made: Made, inside: Mapping[str, str]) -> None:
    """The documents for paper, with the numbers and the manifest inside."""
    manifest = json.loads(inside[MANIFEST])
    for page in made.pages:
        own = {**inside, MANIFEST: to_json({**manifest, "document": page.document}) + "\n"}
        written = write_pdf(page.paper, made.snapshot.cutoff, page.traces, own)
        reread(written, page.paper, page.traces)
        (fresh / f"{page.document}.pdf").write_bytes(written)


def _write_numbers(
    fresh: Path,
    made: Made,
    record: Mapping[str, Any],
    rows: Sequence[dict[str, Any]],
    inside: Mapping[str, str],
    formats: Sequence[str],
) -> None:
    """Everything but the documents for paper."""
    snapshot, results = made.snapshot, made.results
    for name, text in inside.items():
        if name != MANIFEST:  # written last, with the names of all files
            _text(fresh / name, text)
    if "html" in formats:
        for page in made.pages:
            _text(fresh / f"{page.document}.html", screen(page, snapshot, results))
    _text(fresh / "results.csv", results_csv(rows))
    _text(fresh / "rows.json", rows_json(snapshot, results))
    asked = calls(ANALYSES, snapshot)
    event = reporting_event(record, rows, snapshot.settings, asked, _displays(made))
    _text(fresh / "ars.json", ars_json(event))
    account = [["table", "line", "patient_id", "action", "reason"]]
    account += [
        [row.table, str(row.line or ""), row.patient_id, row.action, row.reason]
        for row in snapshot.account
    ]
    _text(fresh / "cutoff.csv", to_csv(account))
    _write_tables(fresh / "tables", results, made.tables)
    _write_figures(fresh / "figures", results, made.figures)
    opinion = {"engine": f"lifelines {version('lifelines')}"}
    opinion |= dataclasses.asdict(second_opinion(snapshot, results))
    _text(fresh / SECOND_OPINION, to_json(opinion) + "\n")


def _displays(made: Made) -> list[Display]:
    """Tables and figures with their files and what stands beside them."""
    return [
        Display(
            id=f"table/{table.id}",
            title=table.title,
            files=(f"tables/{table.id}.csv",),
            ids=tuple(table.ids()),
            sections={
                "Legend": (table.legend,) if table.legend else (),
                "Abbreviation": [f"{short}, {long}" for short, long in table.abbreviations.items()],
                "Footnote": [printed(made.results, Cell(note)) for note in table.notes],
            },
        )
        for table in made.tables
    ] + [
        Display(
            id=f"figure/{figure.id}",
            title=figure.title,
            files=tuple(
                f"figures/{name}"
                for name in (
                    f"{figure.id}.svg",
                    f"{figure.id}.png",
                    f"{figure.id}-numbers.csv",
                    *(_listing_file(figure, id_) for id_ in figure.listings),
                )
            ),
            ids=tuple(dict.fromkeys((*figure.ids, *figure.marks))),
        )
        for figure in made.figures
    ]


def _listing_file(figure: Drawing, id_: str) -> str:
    name = id_.replace("@", "-").replace("=", "-").replace(",", "-")
    return f"{figure.id}-{name}.csv"


def _write_tables(folder: Path, results: Results, tables: Sequence[Layout]) -> None:
    folder.mkdir()
    for table in tables:
        lines = [
            [printed(results, cell) for cell in row for _ in range(cell.span)] for row in table.head
        ]
        lines += [[printed(results, cell) for cell in row.cells] for row in table.body]
        _text(folder / f"{table.id}.csv", to_csv(lines))


def _write_figures(folder: Path, results: Results, figures: Sequence[Drawing]) -> None:
    """Each figure as drawn, as a bitmap, and what its numbers and marks were drawn from."""
    folder.mkdir()
    for figure in figures:
        _text(folder / f"{figure.id}.svg", figure.svg + "\n")
        (folder / f"{figure.id}.png").write_bytes(png(figure))
        numbers = numbers_csv(results, (*figure.ids, *figure.marks))
        _text(folder / f"{figure.id}-numbers.csv", numbers)
        for id_ in figure.listings:
            _text(folder / _listing_file(figure, id_), listing_csv(results.listing(id_)))


def _text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
