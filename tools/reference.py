"""
Write the pages of the reference that are read off the code: every command, every id.

    python tools/reference.py            docs/reference/commands.md and ids.md anew
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from carreport.analyses import ANALYSES
from carreport.cli import app
from carreport.ids import split_id
from carreport.results import run
from carreport.study.load import load
from carreport.study.session import snapshot_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from carreport.results import Result

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "docs" / "reference"
MADE = "<!-- Written by tools/reference.py from the code; do not edit. -->\n"
COMMANDS = f"""{MADE}
# Commands

Every command ends with 0 when it is done, 1 when it is done and something was found (`audit`, `check`,
`verify`, `replay`, `diff --exit-code`, `refresh`), and 2 when it could not be done; then one message says
why, and nothing that was built before is touched. Results are printed to standard output, everything else
to standard error. `python -m carreport` is the same program.
"""
IDS = f"""{MADE}
# Ids

A number has an id, the same in templates, files, pages and on the command line:

    <chapter>.<analysis>.<field>[@key=value[,key=value]]

Keys stand in alphabetical order. Without `group` a number is about everybody. A comma or a per cent sign in
a value is written `%2C` or `%25`. Where an analysis is asked for in `study.toml`, its own id is the name:
`survival.os…` belongs to the endpoint `os`, `biomarkers.crp…` to the analyte `crp`, and a `[[proportion]]`
or `[[summary]]` states the whole name.

The tables below name one number of each kind, as the bundled study has it; `results.csv` of a build lists
all of them, and `carreport trace ID` tells everything about one. A fraction is stored as a fraction and
printed as a percentage, a time is stored in days. *Nothing* is NE (not estimable) or NR (not reached).
"""
FACTS = "facts"
"""The function behind what study and build state about themselves, each with a sentence of its own."""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def commands(command: Any, name: str = "carreport") -> Iterator[str]:
    """
    A section for every command and the commands below it, in the order of `--help`.

    Args:
        command: As typer makes it (its click is its own, so types of click would not fit).
        name: What is typed to call it.
    """
    context = command.make_context(name, [], resilient_parsing=True)
    if hasattr(command, "list_commands"):
        if name != "carreport":
            yield f"\n## {name}\n\n{command.help or ''}\n"
        for one in command.list_commands(context):
            below = command.get_command(context, one)
            if below is not None:
                yield from commands(below, f"{name} {one}")
        return
    usage = " ".join(command.collect_usage_pieces(context))
    told = re.sub(r"(?<!\n)\n(?!\n)", " ", command.help or "")
    yield f"\n## {name}\n\n```text\n{name} {usage}\n```\n\n{told}\n"
    rows = [row for one in command.get_params(context) if (row := _parameter(one, context))]
    if rows:
        yield "\n| | |\n|---|---|\n" + "".join(rows)


def _parameter(one: Any, context: Any) -> str:
    record = one.get_help_record(context)
    if record is None or "--help" in one.opts:
        return ""
    return f"| `{_cell(record[0])}` | {_cell(record[1])} |\n"


def ids(results: Mapping[str, Result]) -> Iterator[str]:
    """A section for every chapter, a table for every analysis, a row for every kind of number."""
    order = [one.function.__qualname__ for one in ANALYSES]
    found: dict[str, dict[tuple[str, str], Result]] = {}
    for id_, result in results.items():
        function = result.trace.function.rpartition(".")[2]
        field = split_id(id_)[0].rpartition(".")[2]
        kinds = found.setdefault(_chapter(result), {})
        known = kinds.get((function, field))
        # The number with most keys says most; of several the first.
        if known is None or len(split_id(known.id)[1]) < len(split_id(id_)[1]):
            kinds[function, field] = result
    for chapter, kinds in found.items():
        yield f"\n## {chapter}\n"
        functions = list(dict.fromkeys(function for function, _ in kinds))
        for function in sorted(functions, key=lambda one: _place(order, one)):
            rows = [result for (name, _), result in kinds.items() if name == function]
            yield _analysis(function, rows)


def _chapter(result: Result) -> str:
    stated = result.trace.function.endswith(f".{FACTS}")
    return "study" if stated else result.id.partition(".")[0]


def _place(order: list[str], function: str) -> int:
    return order.index(function) if function in order else -1


def _analysis(function: str, rows: list[Result]) -> str:
    trace = rows[0].trace
    lines = [f"\n### {function.replace('_', ' ')}\n"]
    if trace.analysis and function != FACTS:
        lines.append(f"\n{' '.join(trace.analysis.split())}\n")
    if trace.source:
        lines.append(f"\nSource: {trace.source}.\n")
    lines.append("\n| for example | what it is | unit |\n|---|---|---|\n")
    lines += [f"| `{_cell(one.id)}` | {_cell(_says(one))} | {_unit(one)} |\n" for one in rows]
    return "".join(lines)


def _says(result: Result) -> str:
    return result.says or result.trace.analysis or result.trace.subject


def _unit(result: Result) -> str:
    return _cell(result.unit.name or result.unit.kind)


def pages() -> dict[str, str]:
    """Each page's name and text."""
    results = run(ANALYSES, snapshot_of(load(ROOT / "data")))
    return {
        "commands.md": COMMANDS + "".join(commands(typer.main.get_command(app))),
        "ids.md": IDS + "".join(ids(results)),
    }


def main() -> None:
    """Write the pages."""
    PAGES.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (PAGES / name).write_text(text, encoding="utf-8")
        print(f"docs/reference/{name}: {len(text.splitlines())} lines", file=sys.stderr)


if __name__ == "__main__":
    main()
