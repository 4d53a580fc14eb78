"""A draft into a study folder: checked as `carreport check` does, then moved there in one step."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from carreport.errors import BadInput, Problem
from carreport.intake.account import report_json, report_markdown
from carreport.intake.toml import to_toml
from carreport.render.folder import fresh_folder
from carreport.study.cutoff import cut
from carreport.study.files import read_sheet
from carreport.study.load import load
from carreport.study.settings import SETTINGS_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from carreport.intake.draft import Draft, Place, Table

REPORT: Final = "import.md"
REPORT_DATA: Final = "import.json"


def write_draft(draft: Draft, out: Path) -> None:
    """
    Write a study folder.

    It is written beside *out*, read and cut by the code every other command uses, and moved in
    one step. What that code objects to is said of the place each row was read from.

    Args:
        draft: What is written.
        out: A folder that does not exist yet, or is empty.

    Raises:
        BadInput: *out* holds something, or the study folder could not be used; nothing is written.
        OSError: The disk does not take it.
    """
    check_out(out)
    with fresh_folder(out.resolve()) as fresh:
        files = {SETTINGS_FILE: to_toml(draft.settings, draft.comments)}
        files |= {f"{name}.csv": to_csv(table) for name, table in draft.tables.items()}
        files[REPORT] = report_markdown(draft.report)
        files[REPORT_DATA] = report_json(draft.report)
        for name, text in files.items():
            (fresh / name).write_text(text, encoding="utf-8", newline="")
        try:
            cut(load(fresh))
        except BadInput as error:
            raise BadInput(list(_traced(error.problems, draft, fresh))) from None


def check_out(out: Path) -> None:
    """
    Refuse a place that holds anything, before work is done for it.

    Raises:
        BadInput: It is a file, or a folder that is not empty.
    """
    if out.is_dir():
        found = next((one.name for one in sorted(out.iterdir())), "")
        said = f"{str(out)!r} holds files ({found})" if found else ""
    else:
        said = f"{str(out)!r} is a file" if out.exists() or out.is_symlink() else ""
    if said:
        raise BadInput([Problem("", 0, "OUT", said, "name a new or an empty folder")])


def to_csv(table: Table) -> str:
    """A table as CSV: a header, line feeds, quotes where they are needed."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.header)
    writer.writerows(table.rows)
    return text.getvalue()


def _traced(problems: Sequence[Problem], draft: Draft, folder: Path) -> Iterator[Problem]:
    """What is wrong with rows of the study folder, said of where each row was read."""
    rows: dict[str, dict[int, int]] = {}
    for problem in problems:
        name = problem.file.removesuffix(".csv")
        table = draft.tables.get(name)
        if table is None or not problem.row or not table.places:
            yield problem
            continue
        if name not in rows:
            lines = read_sheet(folder / problem.file).lines
            rows[name] = {line: at for at, line in enumerate(lines)}
        at = rows[name].get(problem.row)
        yield problem if at is None else _placed(problem, draft, name, table.places[at])


def _placed(problem: Problem, draft: Draft, name: str, place: Place) -> Problem:
    """A problem of a row, by its owner's names."""
    if own := place.columns.get(problem.column) or place.columns.get(""):
        return replace(problem, file=place.file, row=place.row, column=own)
    became = f"{name}.{problem.column}"
    columns = [
        one.column
        for one in draft.report.used
        if one.became == became and place.file.startswith(one.file)
    ]
    column = columns[0] if columns else became
    return replace(problem, file=place.file, row=place.row, column=column)
