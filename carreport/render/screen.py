"""A page as it is read on a screen: with code behind its numbers, rows behind its calls."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup, escape
from pygments import lex
from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String

from carreport.previous import changes_counted, earlier_numbers
from carreport.render.inside import POLICY
from carreport.render.pages import ONLY
from carreport.results.behind import listing_behind, rows_behind
from carreport.results.code import reached
from carreport.results.facts import facts
from carreport.results.plan import plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from carreport.render.pages import Page
    from carreport.results import Results
    from carreport.results.code import Code
    from carreport.study.snapshot import Snapshot

CODE: Final = "<!--code-->"
DATA: Final = "<!--data-->"
_KINDS: Final = (
    (Comment, "c"), (String.Doc, "d"), (String, "s"), (Number, "n"), (Keyword, "k"),
    (Operator.Word, "k"), (Name.Function, "f"), (Name.Class, "f"), (Name.Decorator, "f"),
)  # fmt: skip
"""Kinds of words and the class each is given, the narrower first."""
MOST_CELLS: Final = 400_000
"""A page with more cells than this would be slow to open; the command line gives them."""


def screen(page: Page, snapshot: Snapshot, results: Results) -> str:
    """
    The finished HTML file.

    Args:
        page: As rendered.
        snapshot: The study as of the cutoff.
        results: Every number.

    Returns:
        One self-contained file that states what it may load and run: nothing but itself.
    """
    text = ONLY["paper"].sub("", page.text)
    text = text.replace(CODE, _code(page, snapshot, results))
    text = text.replace(DATA, _data(page, snapshot, results))
    return text.replace(POLICY, page.inside.policy)


def _code(page: Page, snapshot: Snapshot, results: Results) -> Markup:
    """Every function that gave a number of the page, and those of ours that it calls."""
    wanted = {results[one].trace.function for one in _shown(page)}
    wanted |= {results.listing(one).trace.function for one in page.listings}
    found: dict[str, Code] = {}
    ours = (facts, earlier_numbers, changes_counted)
    for function in (*(one.function for one in plan(snapshot)), *ours):
        codes = reached(function)
        if codes[0].function in wanted:
            found |= {one.function: one for one in codes}
    return Markup("\n").join(_listed(one, found) for one in found.values())


def _shown(page: Page) -> list[str]:
    """Results it prints or draws."""
    return [*(use.id for use in page.uses), *page.marks]


def _listed(code: Code, known: Iterable[str]) -> Markup:
    """One function, its code coloured by what its words are."""
    calls = [one for one in code.calls if one in known]
    links = Markup(", ").join(Markup('<a href="#code-{0}">{0}</a>').format(one) for one in calls)
    return Markup(
        '<details class="code" id="code-{0}"><summary><code>{0}</code> {1}, lines {2}–{3}</summary>'
        '<pre tabindex="0"><code>{4}</code></pre>{5}</details>'
    ).format(
        code.function,
        code.file,
        code.line,
        code.last_line,
        _coloured(code.source),
        Markup('<p class="calls">Calls {}</p>').format(links) if calls else Markup(),
    )


@cache
def _coloured(source: str) -> Markup:
    """Python with a class on what is a comment, a word of the language, a text, a number."""
    parts = []
    for kind, text in lex(source, PythonLexer(stripnl=False)):
        name = next((name for one, name in _KINDS if kind in one), "")
        parts.append(
            Markup('<span class="{}">{}</span>').format(name, text) if name else escape(text)
        )
    return Markup().join(parts)


def _only(page: Page, results: Results, behind: Mapping[str, Any]) -> dict[str, list[str]]:
    """The patients of numbers that count fewer than their call was handed."""
    handed = {call: _handed(behind, call) for call in behind["calls"]}
    found = {}
    for id_ in dict.fromkeys(_shown(page)):
        trace = results[id_].trace
        whom = [*trace.patients, *trace.excluded]
        if whom and handed.get(trace.call, set()) - set(whom):
            found[id_] = whom
    return found


def _handed(behind: Mapping[str, Any], call: str) -> set[str]:
    """The patients of the rows that a call was handed; the first column names them."""
    return {
        behind["tables"][table]["rows"][row][0]
        for table, read in behind["calls"][call].items()
        if table in behind["tables"]
        for row in behind["sets"][read["rows"]]
    }


def _data(page: Page, snapshot: Snapshot, results: Results) -> Markup:
    calls = dict.fromkeys(results[one].trace.call for one in _shown(page))
    calls |= dict.fromkeys(results.listing(one).trace.call for one in page.listings)
    asked = [one for one in calls if one]
    behind: dict[str, Any] = rows_behind(snapshot, results, asked, MOST_CELLS)
    behind["only"] = _only(page, results, behind)
    behind["listings"] = {one: listing_behind(results.listing(one)) for one in page.listings}
    text = json.dumps(behind, ensure_ascii=False, separators=(",", ":"))
    # Inside a script element nothing is escaped; no cell may end it or begin a comment.
    safe = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup('<script type="application/json" id="trace-data">{}</script>').format(
        Markup(safe)  # noqa: S704 - JSON of ours, its signs made harmless
    )
