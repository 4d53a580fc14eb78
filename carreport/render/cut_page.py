"""Kept and removed rows next to each other, as one page that needs nothing else."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from carreport.render.environment import environment
from carreport.render.inside import POLICY, Inside
from carreport.render.pages import fonts_css
from carreport.saved.made_from import templates_folder
from carreport.study.account_rows import STATUSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carreport.study.account_rows import RowFate, TableFate
    from carreport.study.snapshot import Snapshot

TEMPLATE: Final = "cut/page.html.j2"
SHEETS: Final = ("shared/style.css", "cut/cut.css")


def cut_page(snapshot: Snapshot, tables: Sequence[TableFate]) -> str:
    """
    The page of a cut.

    Args:
        snapshot: The study at the cutoff.
        tables: Its rows, each with what became of it.

    Returns:
        One self-contained HTML file without a script; every cell is escaped.
    """
    jinja = environment(templates_folder())
    inside = Inside()
    styles = []
    for text in (fonts_css(), *(_source(name) for name in SHEETS)):
        inside = inside.with_text("style", text)
        styles.append(Markup("<style>{}</style>").format(Markup(text)))  # noqa: S704 - ours
    study = snapshot.settings.study
    text = jinja.get_template(TEMPLATE).render(
        language=study.language,
        title=study.title,
        cutoff=f"{snapshot.cutoff.day} {snapshot.cutoff:%B %Y}",
        policy=POLICY,
        styles=styles,
        tables=[_table(one) for one in tables],
        statuses=[status.capitalize() for status in STATUSES],
    )
    return text.replace(POLICY, inside.policy)


def _source(name: str) -> str:
    return (templates_folder() / name).read_text(encoding="utf-8")


def _table(table: TableFate) -> SimpleNamespace:
    counted = table.counts()
    counts = [str(counted[status]) for status in STATUSES]
    rows = [_row(row, table.columns) for row in table.rows]
    return SimpleNamespace(name=table.name, columns=table.columns, counts=counts, rows=rows)


def _row(row: RowFate, columns: Sequence[str]) -> SimpleNamespace:
    cells = [
        SimpleNamespace(text=row.cells[column], emptied=column in row.emptied) for column in columns
    ]
    return SimpleNamespace(
        status=row.status,
        key=row.status.replace(" ", "-"),
        line=str(row.line) if row.line else "–",
        reason=row.reason,
        cells=cells,
    )
