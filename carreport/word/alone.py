"""Tables by themselves, for those who need nothing else of a document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from carreport.audit import Audit
from carreport.render.environment import environment
from carreport.render.listings import LONGEST
from carreport.render.literals import LITERALS_FILE, read_literals
from carreport.render.pages import Desk, study_words
from carreport.render.printing import Numbers, labelled, unlinked
from carreport.render.scan import scan
from carreport.saved.made_from import templates_folder
from carreport.tables import own_labels
from carreport.word.reread import reread
from carreport.word.writing import write_docx

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from carreport.results import Results
    from carreport.study.snapshot import Snapshot
    from carreport.tables import Layout
    from carreport.word.writing import Stated

_DOCUMENT: Final = "table"
_LABEL: Final = re.compile(r'<span class="label">.*?</span></span>\s*', re.DOTALL)
_PAGE: Final = Markup(
    '<html lang="{language}"><head><title>{title}</title></head><body>'
    '<div class="running-head"><div class="head-left">{study}</div>'
    '<div class="head-right">Cutoff {cutoff}</div></div>{table}</body></html>'
)


def tables_alone(
    folder: Path, snapshot: Snapshot, results: Results, tables: Sequence[Layout], stated: Stated
) -> Iterator[tuple[str, bytes]]:
    """
    Write each table as a Word document, with its title, its notes and its numbers' ids.

    Args:
        folder: The study folder, for its own templates and literals.
        snapshot: The study as of the cutoff.
        results: Every number.
        tables: As laid out; one with more rows than anybody reads in a document is left out.
        stated: What they rest on.

    Yields:
        The table's id and its document.

    Raises:
        UntracedNumber: A digit reached a table without an id, or did not reach the document.
    """
    jinja = environment(folder)
    literals = read_literals([templates_folder() / LITERALS_FILE, folder / LITERALS_FILE])
    quoting = literals.quoting(study_words(snapshot) | own_labels(tables))
    study = snapshot.settings.study
    cutoff = unlinked(Numbers(results).num("study.cutoff.date"))
    for table in tables:
        if len(table.body) > LONGEST:
            continue
        name = table.only_in or _DOCUMENT
        desk = Desk(jinja, name, snapshot, results, [table], [], Audit(), frozenset())
        printed = _LABEL.sub("", desk.table(table.id), count=1)  # it has no number by itself
        page = _PAGE.format(
            language=study.language,
            title=labelled(study.title),
            study=labelled(study.short_title or study.title),
            cutoff=cutoff,
            table=Markup(printed),  # noqa: S704 - rendered from our template
        )
        scan(page, name, results, quoting)
        written = write_docx(page, stated, {}, alone=True)
        reread(written, page)
        yield table.id, written
