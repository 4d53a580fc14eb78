"""The history of a study's builds as a page of its own: a table, and a chart of each number."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Final

from carreport.saved.charts import Dot, Line, chart
from carreport.saved.history import EVERYBODY, Series
from carreport.units import SURVIVAL, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from carreport.saved.history import Build, History, Point

ALL: Final = "All patients"
INK: Final = "#1b1d20"
PALETTE: Final = ("#0b4f8a", "#c8500a", "#00724f", "#a8457f", "#6b6b6b", "#7a5c00")
"""For groups whose colour the builds do not say; each readable on white."""
_STYLE: Final = """
:root { --ink: #1b1d20; --quiet: #565c63; --hair: #c9ccd0; --tint: #f4f4f1; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 2.5rem 1.5rem 4rem; color: var(--ink); background: #fff;
  font: 1rem/1.5 "Source Sans 3", Helvetica, Arial, sans-serif; font-variant-numeric: lining-nums tabular-nums; }
h1, h2 { font-family: "Source Serif 4", Georgia, serif; line-height: 1.2; margin: 0; }
h1 { font-size: 1.9rem; } h2 { font-size: 1.35rem; margin-top: 3rem; border-top: 1px solid var(--ink); padding-top: 1rem; }
h3 { font-size: 1rem; margin: 0 0 .4rem; font-weight: 600; }
p { margin: .4rem 0 1rem; color: var(--quiet); max-width: 42rem; }
.scroll { overflow-x: auto; margin: 1rem 0 1.6rem; }
.scroll:focus-visible { outline: 2px solid #0b4f8a; outline-offset: 2px; }
table { border-collapse: collapse; border-top: 1px solid var(--ink); border-bottom: 1px solid var(--ink); font-size: .875rem; }
th, td { padding: .28rem .9rem .28rem 0; text-align: right; vertical-align: baseline; white-space: nowrap; }
th { font-weight: 400; } thead th { font-weight: 600; border-bottom: 1px solid var(--ink); }
tbody th, thead th:first-child { text-align: left; position: sticky; left: 0; background: #fff; padding-right: 1.4rem; }
tbody.part tr:first-child > * { border-top: 1px solid var(--hair); }
tr.group th { padding-left: 1.1rem; color: var(--quiet); }
.interval-text { color: var(--quiet); }
.charts { display: flex; flex-wrap: wrap; gap: 1.6rem 2.2rem; margin: 0; padding: 0; list-style: none; }
figure { margin: 0; } svg { display: block; max-width: 100%; height: auto; overflow: visible; }
.grid { stroke: var(--hair); stroke-width: 1; fill: none; } .tick { fill: var(--quiet); font-size: 11px; }
.line { fill: none; stroke-width: 1.8; stroke-linejoin: round; } .interval { stroke-width: 1.2; opacity: .55; fill: none; }
.name { font-size: 12px; }
@media (max-width: 40rem) { tbody th, thead th:first-child { white-space: normal; min-width: 9rem; max-width: 9rem; } }
@media print { body { padding: 0; max-width: none; } figure, tr { break-inside: avoid; } }
"""


def page(histories: Sequence[History], damaged: Sequence[str]) -> str:
    """
    The whole page, which needs nothing beside itself and runs nothing.

    Args:
        histories: The builds of each study and session.
        damaged: Messages on builds that cannot be read.
    """
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    parts = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>History of builds</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>",
        "<h1>History of builds</h1>",
        "<p>Each build as it stands in its folder, by data cutoff; nothing was computed again.</p>",
        *(_of_study(one, number) for number, one in enumerate(histories, start=1)),
        *_unread(damaged),
        "</main>\n</body>\n</html>\n",
    ]
    return "\n".join(parts)


def _unread(damaged: Sequence[str]) -> Iterator[str]:
    if damaged:
        yield "<h2>Not read</h2>\n<ul>"
        yield from (f"<li>{escape(one)}</li>" for one in damaged)
        yield "</ul>"


def _of_study(history: History, number: int) -> str:
    session = ", open session" if history.session == "open" else ""
    title = f"{history.study}{session}"
    return "\n".join([
        f'<section aria-labelledby="study-{number}">',
        f'<h2 id="study-{number}">{escape(title)}</h2>',
        f'<div class="scroll" tabindex="0" role="region" aria-label="Builds of {escape(title)}">',
        *_table(history),
        "</div>",
        *(['<ul class="charts">', *_charts(history), "</ul>"] if len(history.builds) > 1 else []),
        "</section>",
    ])  # fmt: skip


def _table(history: History) -> Iterator[str]:
    """A row for every number, a column for every build."""
    builds = history.builds
    yield "<table>\n<thead>"
    yield _row("Data cutoff", [one.cutoff.isoformat() for one in builds], column_heads=True)
    yield "</thead>\n<tbody>"
    yield _row("Data, digest begins", [one.data for one in builds])
    yield _row("Commit, + with changes", [one.code for one in builds])
    yield _row("Numbers printed", [str(one.printed) for one in builds])
    yield _row("Folder", [one.folder.as_posix() for one in builds])
    yield "</tbody>"
    for kind in dict.fromkeys(_kind(one) for one in history.series()):
        yield '<tbody class="part">'
        for one in (one for one in history.series() if _kind(one) == kind):
            cells = [_cell(build.points.get(one)) for build in builds]
            label = name(history, one) if one.group == EVERYBODY else history.label(one.group)
            yield _row(label, cells, inner=True, group=one.group != EVERYBODY)
        yield "</tbody>"
    yield "</table>"


def _row(
    head: str,
    cells: Sequence[str],
    *,
    column_heads: bool = False,
    inner: bool = False,
    group: bool = False,
) -> str:
    tag = 'th scope="col"' if column_heads else "td"
    told = "".join(f"<{tag}>{one if inner else escape(one)}</{tag[:2]}>" for one in cells)
    scope = "col" if column_heads else "row"
    kind = ' class="group"' if group else ""
    return f'<tr{kind}><th scope="{scope}">{escape(head)}</th>{told}</tr>'


def _cell(point: Point | None) -> str:
    if point is None:
        return "–"
    limits = _limits(point)
    interval = f' <span class="interval-text">({escape(limits)})</span>' if limits else ""
    return f"{escape(point.display)}{interval}"


def _limits(point: Point) -> str:
    if point.lower is None or point.upper is None:
        return ""
    unit, house = replace(SURVIVAL, house=point.house), point.house
    last = show(point.upper, unit, "" if house.interval_sign else "bare")
    return f"{show(point.lower, unit, 'bare')}{house.interval}{last}"


def name(history: History, series: Series) -> str:
    """What a number of all patients is called."""
    match series.what:
        case "patients":
            return "Patients"
        case "events":
            return f"{history.label(series.endpoint)}, events"
        case "rate":
            return f"{history.label(series.endpoint)}, free of the event on day {series.day}"
        case _:
            return f"{history.label(series.endpoint)}, incidence by day {series.day}"


def _kind(series: Series) -> Series:
    """The number whatever the group."""
    return Series(series.endpoint, series.what, series.day)


def _charts(history: History) -> Iterator[str]:
    """One for every number, with a line for all patients and for each group."""
    every = history.series()
    colours = _colours(history)
    days = [one.cutoff for one in history.builds]
    for kind in dict.fromkeys(_kind(one) for one in every):
        lines = [
            Line(
                ALL if one.group == EVERYBODY else history.label(one.group),
                colours[one.group],
                tuple(_dot(build, one) for build in history.builds),
            )
            for one in every
            if _kind(one) == kind
        ]
        if any(line.dots for line in lines):
            title = escape(name(history, kind))
            drawn = chart(lines, days, share=kind.what in ("rate", "incidence"))
            yield f"<li><figure>\n<h3>{title}</h3>\n{drawn}\n</figure></li>"


def _dot(build: Build, series: Series) -> Dot | None:
    point = build.points.get(series)
    if point is None or point.value is None:
        return None
    limits = _limits(point)
    said = f"{build.cutoff.isoformat()}: {point.display}"
    told = f"{said} ({limits})" if limits else said
    return Dot(build.cutoff, point.value, point.lower, point.upper, told)


def _colours(history: History) -> dict[str, str]:
    groups = [one for one in dict.fromkeys(one.group for one in history.series()) if one]
    found = {
        group: history.colour(group) or PALETTE[at % len(PALETTE)]
        for at, group in enumerate(groups)
    }
    return {EVERYBODY: INK, **found}
