"""What changed since an earlier build: the first numbers of the study, and rows by class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from carreport.changes.model import ROW_CLASSES, ROW_WORDS
from carreport.ids import PREVIOUS, join_id, split_id
from carreport.previous import DIFFERENCE, MOVED
from carreport.tables.interim.rows import landmark
from carreport.tables.layout import Cell, Layout, Printed, Row, column_head, heading, row_head

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carreport.results import Results
    from carreport.study.settings import Settings
    from carreport.tables.layout import Piece

NUMBERS: Final = "interim_changes"
ROWS: Final = "interim_changed_rows"
_ENDPOINT: Final = "survival."
_ROWS_ID: Final = "changes.rows.n"
_FIELDS: Final = {
    "disposition.enrolled.n": "Patients",
    "events": "Patients with the event",
    "median": "Median, days",
    "logrank_p": "Log-rank p",
    "hazard_ratio": "Hazard ratio",
    "died": "Patients who died",
    "safety.ae.patients": "Patients with an adverse event of grade three or higher",
}
_MOVED_NOTE: Final = (
    "Moved by: patients whose rows, alone as they are now, move the number; those who move it most "
    "come first."
)


def change_tables(results: Results, settings: Settings) -> tuple[Layout, ...]:
    """
    Lay out what changed since an earlier build.

    Args:
        results: Every number, with what it was.
        settings: Labels of groups.

    Returns:
        The table of the study's first numbers that changed in print, and that of the rows that
        differ; each only where there are any.
    """
    return tuple(one for one in (_numbers(results, settings), _rows(results)) if one)


def _numbers(results: Results, settings: Settings) -> Layout | None:
    changed = [id_.removeprefix(DIFFERENCE) for id_ in results if id_.startswith(DIFFERENCE)]
    if not changed:
        return None
    return Layout(
        id=NUMBERS,
        title="The first numbers of the study, before and now",
        head=(
            (
                column_head("Number", align="left"),
                column_head("Earlier"),
                column_head("Now"),
                column_head("Difference"),
                column_head("Moved by", align="left"),
            ),
        ),
        body=tuple(_body(changed, results, settings)),
        legend=_MOVED_NOTE,
        computed_by="carreport.changes",
    )


def _body(changed: list[str], results: Results, settings: Settings) -> Iterator[Row]:
    labels = {one.id: one.label for one in settings.group_levels()}
    above = ""
    for id_ in changed:
        subject = results[id_].trace.subject if id_.startswith(_ENDPOINT) else ""
        if subject and subject != above:
            yield heading(subject, width=5)
        above = subject
        cells = (
            row_head(*_name(id_, labels, results)),
            Cell((Printed(f"{PREVIOUS}{id_}"),)),
            Cell((Printed(id_),)),
            Cell((Printed(f"{DIFFERENCE}{id_}"),)),
            Cell((Printed(f"{MOVED}{id_}"),), align="left"),
        )
        yield Row(cells, "level" if subject else "row")


def _name(id_: str, labels: dict[str, str], results: Results) -> list[Piece]:
    """What a number is called, and whom it counts."""
    name, keys = split_id(id_)
    field = name.rpartition(".")[2]
    pieces: list[Piece] = [_FIELDS.get(name) or _FIELDS.get(field) or field.replace("_", " ")]
    if "day" in keys:
        pieces = ["Free of the event at ", *landmark(int(keys["day"]))]
    elif field == "rate":
        pieces = [results[id_].trace.subject, ", share of patients"]
    if group := keys.get("group"):
        pieces += [", ", labels.get(group, group)]
    return pieces


def _rows(results: Results) -> Layout | None:
    tables = sorted(
        {
            keys["table"]
            for name, keys in map(split_id, results)
            if name == _ROWS_ID and "table" in keys
        }
    )
    if not tables:
        return None
    body = tuple(row for name in ROW_CLASSES if (row := _class(name, tables, results)))
    return Layout(
        id=ROWS,
        title="Rows that differ from the earlier build",
        head=((column_head("Rows", align="left"), *(column_head(_table(one)) for one in tables),
               column_head("All")),),
        body=body,
        legend="Each row once. Rows changed retroactively are dated by the earlier cutoff.",
        computed_by="carreport.changes",
    )  # fmt: skip


def _table(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _class(name: str, tables: list[str], results: Results) -> Row | None:
    whole = join_id(_ROWS_ID, {"class": name})
    if not results[whole].value:
        return None
    cells = [_count({"class": name, "table": table}, results) for table in tables]
    words = ROW_WORDS[name]  # type: ignore[index]  # one of its keys
    return Row((row_head(words[0].upper() + words[1:]), *cells, Cell((Printed(whole),))))


def _count(keys: dict[str, str], results: Results) -> Cell:
    id_ = join_id(_ROWS_ID, keys)
    return Cell((Printed(id_),)) if id_ in results else Cell(("–",))
