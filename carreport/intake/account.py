"""The account of an import, as a page for people and as JSON for programs."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from carreport.intake.draft import Report

VERSION: Final = 1
_MARKS: Final = re.compile(r"([\\`*_{}\[\]<>|#~])")


def report_json(report: Report) -> str:
    """The account for programs: `used`, `unused`, `assumed`, `problems`, each a list."""
    content = json.dumps(as_record(report), ensure_ascii=False, indent=2)
    return f"{content}\n"


def as_record(report: Report) -> dict[str, Any]:
    """The account as plain values, with the version of their form."""
    return {"version": VERSION, **dataclasses.asdict(report)}


def report_markdown(report: Report) -> str:
    """The whole account, for people."""
    return "\n".join(_page(report))


def summary(report: Report) -> Iterator[str]:
    """The account in a few lines: counts, and in full what was assumed."""
    files = [one.file for one in report.used] + [one.file for one in report.unused]
    for file in dict.fromkeys(files):
        used = {one.column for one in report.used if one.file == file}
        left = [one.column for one in report.unused if one.file == file]
        yield f"{file}: {_counted(len(used), 'column')} used, {len(left)} not"
    for one in report.assumed:
        yield f"assumed: {one.what}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _page(report: Report) -> Iterator[str]:
    yield "# What this study folder was made from"
    yield ""
    yield "## Used"
    yield ""
    rows = [(one.file, one.column, one.label, one.became, str(one.values)) for one in report.used]
    yield from _table(("file", "column", "label", "became", "values"), rows)
    yield "## Not used"
    yield ""
    left = [(one.file, one.column, one.label, one.why) for one in report.unused]
    yield from _table(("file", "column", "label", "why"), left)
    yield "## Assumed"
    yield ""
    assumed = [(one.what, one.why, one.otherwise) for one in report.assumed]
    yield from _table(("what", "why", "to say otherwise"), assumed)
    yield "## Contradictions"
    yield ""
    wrong = [
        (one.file, str(one.row) if one.row else "", one.column, one.found, one.remedy)
        for one in report.problems
    ]
    yield from _table(("file", "row", "column", "found", "what was done"), wrong)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    body = [f"| {' | '.join(map(_cell, row))} |" for row in rows]
    if body:
        yield f"| {' | '.join(header)} |"
        yield f"|{'---|' * len(header)}"
        yield from body
    else:
        yield "Nothing."
    yield ""


def _cell(text: str) -> str:
    """Somebody's words as words: no markup, no line break."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))
