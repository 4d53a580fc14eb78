"""Everything a build made, into its folder in one step."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import pickle
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from carreport.again import FORMATS, Memory, built, steady, touched
from carreport.audit import records
from carreport.audit.record import audit_json, audit_record
from carreport.beside import reason, side_by_side
from carreport.errors import CarreportError, WritingFailed
from carreport.figures import png
from carreport.ids import OF_EARLIER
from carreport.made import Built
from carreport.names import (
    AUDIT,
    AUDIT_DOCUMENT,
    CUT,
    MANIFEST,
    OPEN,
    RESULTS,
    ROWS,
    SECOND_OPINION,
    SNAPSHOT,
)
from carreport.render import screen, write_pdf
from carreport.render.folder import fresh_folder
from carreport.render.pdf import pango_version
from carreport.render.reread import reread
from carreport.results.ars import Display, ars_json, reporting_event
from carreport.results.behind import rows_json
from carreport.results.plan import plan
from carreport.results.runner import calls
from carreport.results.save import (
    claimed,
    claims_json,
    listing_csv,
    numbers_csv,
    results_csv,
    results_json,
    results_rows,
    to_json,
)
from carreport.saved.made_from import digests, files_below
from carreport.saved.tabular import to_csv
from carreport.second_opinion import second_opinion
from carreport.study.account import account_lines
from carreport.study.snapshot_file import snapshot_json
from carreport.tables import printed
from carreport.tables.layout import Cell
from carreport.word.alone import tables_alone
from carreport.word.reread import reread as reread_docx
from carreport.word.writing import Stated, write_docx

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from carreport.again import Asked
    from carreport.figures import Drawing
    from carreport.made import Made, Numbers
    from carreport.results import Results
    from carreport.tables import Layout

NAMED: Final = 3
STATED: Final = "study."
"""Ids of what the study and the build state about themselves begin so."""


def write(
    asked: Asked,
    made: Made,
    memory: Memory | None = None,
    look: Callable[[], None] = lambda: None,
) -> Built:
    """
    Everything into a folder beside the target, then moved there in one step.

    Args:
        asked: Where to, and which formats.
        made: What is written.
        memory: What earlier builds left; this one leaves the same for later ones.
        look: Called while documents are made; when it raises, nothing is changed.

    Raises:
        WritingFailed: The disk does not take it.
        CarreportError: A document cannot be made for paper.
    """
    memory = memory or Memory()
    out = asked.target(made.snapshot.cutoff)
    text = _Text.of(asked, made)
    try:
        with fresh_folder(out.resolve()) as fresh:
            kept = fresh.with_name("kept")
            kept.mkdir()
            pages = _pages(made, text) if "pdf" in asked.formats else {}
            known = {name: one for name, page in pages.items() if (one := memory.page(*page))}
            works = [  # the longest first: the others go on beside it
                partial(_write_pdf, fresh / name, *page)
                for name, page in sorted(pages.items(), key=_length, reverse=True)
                if name not in known
            ]
            works.append(partial(_write_words, fresh, made, text, asked.formats))
            if not made.numbers.files:
                apart_from_words = (_write_drawn, _write_numbers, _write_opinion)
                works += [partial(one, kept, made) for one in apart_from_words]
            side_by_side(works, look=look)
            files = made.numbers.files or _read(kept)
            for name, content in {**files, **known}.items():
                path = fresh / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            if "docx" in asked.formats:  # with the pictures of the figures, which stand there now
                side_by_side([*_word_works(fresh, asked, made)], look=look)
            apart = json.loads(files[SECOND_OPINION])["apart"]
            _write_manifest(fresh, text.manifest)
            entries = {name: (fresh / name).read_bytes() for name in (*pages, MANIFEST)}
    except OSError as error:
        raise WritingFailed(reason(error)) from error
    computed = made.numbers.kept(files)
    changed = _remember(asked, made.numbers, computed, memory, pages, entries)
    return _built(asked, made, computed, apart, changed)


@dataclass(frozen=True, slots=True)
class _Text:
    """What is said of every build: what it was made from, each number, what a PDF carries."""

    record: Mapping[str, Any]
    rows: Sequence[dict[str, Any]]
    manifest: Mapping[str, Any]
    inside: Mapping[str, str]

    @classmethod
    def of(cls, asked: Asked, made: Made) -> _Text:
        """The text of what was made."""
        record = made.record
        claims = records(made.audit.verdicts)
        rows = results_rows(made.results, made.uses(), claimed(claims))
        pango = {"pango": pango_version()} if "pdf" in asked.formats else {}
        manifest = {**record, "versions": {**record["versions"], **pango}}
        inside = {RESULTS: results_json(record, rows, made.results.listings.values())}
        if claims:
            inside["claims.json"] = claims_json(claims)
        return cls(record, rows, manifest, inside)


def _read(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files_below(folder)}


def _remember(
    asked: Asked,
    numbers: Numbers,
    computed: Numbers,
    memory: Memory,
    pages: Mapping[str, tuple[Any, ...]],
    entries: Mapping[str, bytes],
) -> tuple[str, ...]:
    """
    Keep for later builds what this one made, if nothing it was made from changed meanwhile.

    What cannot be kept is not; the build is done. What stands in the folder by now may be another's.

    Args:
        asked: For what.
        numbers: As they were.
        computed: As they are kept.
        memory: Where.
        pages: What documents for paper were made from.
        entries: Those and the manifest, as this build wrote them.

    Returns:
        Names of what did.
    """
    if memory.basis is None:
        return ()
    try:
        if not steady(asked, memory.basis):
            return touched(asked, memory.basis)
    except (CarreportError, OSError):
        return (asked.folder.name,)
    with contextlib.suppress(OSError, pickle.PicklingError, TypeError, AttributeError):
        made_with = memory.numbers.libraries if memory.numbers else {}
        if not numbers.files:
            memory.cache.put(memory.basis.number_key, pickle.dumps(computed))
        for name, page in pages.items():
            memory.cache.put(memory.basis.page_key(*page), entries[name], made_with)
        memory.cache.put(memory.basis.key, built(entries[MANIFEST]), made_with)
    return ()


def _built(
    asked: Asked,
    made: Made,
    computed: Numbers,
    apart: Mapping[str, float],
    changed: Sequence[str],
) -> Built:
    results = made.results
    used = {use.id for page in made.pages for use in page.uses if not use.id.startswith(STATED)}
    origins: dict[str, int] = {}
    for id_ in sorted(used):
        label = results[id_].origin.label
        origins[label] = origins.get(label, 0) + 1
    return Built(
        out=asked.target(made.snapshot.cutoff),
        cutoff=made.snapshot.cutoff,
        numbers=sum(not id_.startswith(OF_EARLIER) for id_ in results),
        listings=len(results.listings),
        printed=len(used),
        origins=origins,
        notices=(
            *made.snapshot.notices,
            *(f"not in the report: {one}" for one in made.snapshot.hints),
            *(f"the second engine gives {value!r} for {id_}" for id_, value in apart.items()),
            *_changed_meanwhile(changed),
        ),
        files=tuple(
            f"{page.document}.{one}"
            for page in made.pages
            for one in FORMATS
            if one in asked.formats
        ),
        computed=computed,
    )


def _changed_meanwhile(names: Sequence[str]) -> Iterator[str]:
    """That some of what was read is not what stands there now."""
    if names:
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        yield f"{', '.join(names[:NAMED])}{more} changed while the build went on: build again"


def _write_manifest(fresh: Path, manifest: Mapping[str, Any]) -> None:
    """What the build was made from, and its files: no others may be replaced by the next."""
    found = digests(fresh, files_below(fresh))
    listed = {"files": [*sorted(found), MANIFEST], "digests": found}
    _text(fresh / MANIFEST, to_json({**manifest, **listed}) + "\n")


def _pages(made: Made, text: _Text) -> dict[str, tuple[str, dt.date, str, dict[str, str]]]:
    """For each document for paper what `write_pdf` makes it from, the numbers inside included."""
    return {
        f"{page.document}.pdf": (
            page.paper,
            made.snapshot.cutoff,
            page.traces,
            {
                **text.inside,
                MANIFEST: to_json({**text.manifest, "document": page.document}) + "\n",
            },
        )
        for page in made.pages
    }


def _length(page: tuple[str, tuple[str, dt.date, str, dict[str, str]]]) -> int:
    _, (paper, _, traces, _) = page
    return len(paper) + len(traces)


def _write_pdf(
    path: Path, paper: str, cutoff: dt.date, traces: str, inside: Mapping[str, str]
) -> None:
    """A document for paper, its digits read once more."""
    written = write_pdf(paper, cutoff, traces, inside)
    reread(written, paper, traces)
    path.write_bytes(written)


def _word_works(fresh: Path, asked: Asked, made: Made) -> Iterator[Callable[[], None]]:
    """Each document as a Word file, and each table by itself."""
    title, cutoff = made.snapshot.settings.study.title, made.snapshot.cutoff
    digest = str(made.results["study.data.digest"].value)
    session = OPEN if made.snapshot.session == OPEN else ""
    pictures = {one.id: (fresh / "figures" / f"{one.id}.png").read_bytes() for one in made.figures}
    for page in sorted(made.pages, key=lambda one: len(one.paper), reverse=True):
        stated = Stated(page.document, title, cutoff, digest, session)
        yield partial(_write_docx, fresh / f"{page.document}.docx", page.paper, stated, pictures)
    stated = Stated("", title, cutoff, digest, session)
    yield partial(_write_tables_alone, fresh, asked.folder, made, stated)


def _write_docx(path: Path, paper: str, stated: Stated, pictures: Mapping[str, bytes]) -> None:
    """A document for Word, its digits and its controls read once more."""
    written = write_docx(paper, stated, pictures)
    reread_docx(written, paper)
    path.write_bytes(written)


def _write_tables_alone(fresh: Path, folder: Path, made: Made, stated: Stated) -> None:
    found = tables_alone(folder, made.snapshot, made.results, made.tables, stated)
    for id_, content in found:
        (fresh / "tables" / f"{id_}.docx").write_bytes(content)


def _write_words(fresh: Path, made: Made, text: _Text, formats: Sequence[str]) -> None:
    """Everything in which a page or a claim has its say, but the documents for paper."""
    for name, content in text.inside.items():
        _text(fresh / name, content)
    if "html" in formats:
        for page in made.pages:
            _text(fresh / f"{page.document}.html", screen(page, made.snapshot, made.results))
    if any(page.document == AUDIT_DOCUMENT for page in made.pages):
        _text(fresh / AUDIT, audit_json(audit_record(made.audit, made.snapshot)))
    _text(fresh / "results.csv", results_csv(text.rows))
    asked = calls(plan(made.snapshot), made.snapshot)
    settings = made.snapshot.settings
    event = reporting_event(text.record, text.rows, settings, asked, _displays(made))
    _text(fresh / "ars.json", ars_json(event))


def _write_numbers(kept: Path, made: Made) -> None:
    """What rests on the numbers alone; a later build with the same does not make it again."""
    snapshot, results = made.snapshot, made.results
    _text(kept / ROWS, rows_json(snapshot, results))
    _text(kept / SNAPSHOT, snapshot_json(snapshot))
    _text(kept / CUT, to_csv(account_lines(snapshot.account)))
    _write_tables(kept / "tables", results, made.tables)


def _write_drawn(kept: Path, made: Made) -> None:
    """The figures, which rest on the numbers alone too."""
    _write_figures(kept / "figures", made.results, made.figures)


def _write_opinion(kept: Path, made: Made) -> None:
    """The second engine's numbers, which rest on ours alone as well."""
    opinion = {"engine": f"lifelines {version('lifelines')}"}
    opinion |= dataclasses.asdict(second_opinion(made.snapshot, made.results))
    _text(kept / SECOND_OPINION, to_json(opinion) + "\n")


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
