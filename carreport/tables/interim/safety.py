"""Adverse events by group, deaths and their causes, markers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from carreport.results.found import ORDINALS, causes
from carreport.results.scope import terms
from carreport.study.settings import TableItem
from carreport.study.words import key_of, strung
from carreport.tables.adverse_events import adverse_event_table
from carreport.tables.columns import Column
from carreport.tables.interim.patients import turned
from carreport.tables.interim.rows import (
    NO_BREAK,
    Cells,
    Grid,
    Line,
    across,
    compared_names,
    group_columns,
    laid_out,
)
from carreport.tables.layout import Layout, Printed
from carreport.tables.listing import listing_table
from carreport.tables.widths import fitted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from carreport.results import Results
    from carreport.study.settings import Analyte, Grading, Settings
    from carreport.study.snapshot import Snapshot
    from carreport.tables.layout import Piece

DEATHS: Final = "safety.deaths"
SAFETY: Final = "safety."
"""So begin the ids of gradings of toxicities; others are known by being of adverse events."""
SUMMARIES: Final = {"peak": "highest", "first": "first", "last": "last"}
RANKS: Final = {
    "; Kruskal–Wallis tests are by the chi-squared approximation": "Kruskal–Wallis",
    "; approximate Mann–Whitney tests are by the normal one, corrected for ties": "Mann–Whitney p, appr",
}  # fmt: skip
"""What is said of tests that are not exact, and how their rows begin."""
TESTS: Final = {"mannwhitney_p": "Mann–Whitney p", "kruskal_p": "Kruskal–Wallis p"}


def adverse_events(results: Results, snapshot: Snapshot) -> tuple[Layout, ...]:
    """Any grade and grade three or higher by group; every grade where there is one group."""
    settings = snapshot.settings
    found = terms(snapshot)
    if not found:
        return ()
    scope = settings.adverse_events
    only = scope.groups if scope else []
    labels = {one.id: one.label for one in settings.group_levels()}
    shown = [Column(one, labels[one]) for one in only] or group_columns(settings)
    number = scope.infusion if scope else None
    which = ORDINALS[number - 1] if number and number <= len(ORDINALS) else "declared"
    notes = [f"Only events that follow the {which} infusion count."] if number else []

    def make(columns: Sequence[Column]) -> Layout:
        item = TableItem(
            id="interim_adverse_events",
            kind="adverse_events",
            title="Adverse events by maximum grade",
            columns=[one.id for one in columns],
            notes=notes,
        )
        return adverse_event_table(item, results, settings, found, every=len(shown) == 1)

    return fitted(make, shown, results)


def gradings(results: Results, snapshot: Snapshot) -> tuple[Layout, ...]:
    """Gradings: those of toxicities, and in a table of their own all others."""
    settings = snapshot.settings
    events = {one.column for one in settings.derived if one.source == "adverse_events"}
    own = [one for one in settings.grading if one.id.startswith(SAFETY) or one.column in events]
    others = [one for one in settings.grading if one not in own]
    return (
        *_graded("interim_gradings", "Graded toxicities", own, results, snapshot),
        *_graded("interim_further_gradings", "Grades", others, results, snapshot),
    )


def _graded(
    id_: str, title: str, items: Sequence[Grading], results: Results, snapshot: Snapshot
) -> tuple[Layout, ...]:
    """Patients at each grade by group, and the tests of the compared."""
    shown = group_columns(snapshot.settings)
    lines: list[Line] = []
    for item in items:
        if Cells(results, item.id).there("n", shown):
            lines += _grading(results, item)
    grid = Grid(
        id_,
        title,
        lines,
        "carreport.analyses.safety",
        legend="Patients, and percentage of those with a grade.",
        notes=_compared(snapshot.settings, results, lines),
    )
    return laid_out(grid, snapshot.settings, results)


def _grading(results: Results, item: Grading) -> Iterator[Line]:
    cells = Cells(results, item.id)
    scale = (" (", item.scale, ")") if item.scale else ()
    yield Line((item.label, *scale))
    yield Line(("Patients with a grade",), cells.number("n"), level=True)
    for level in item.levels:
        at = Cells(results, item.id, (("level", key_of(level)),))
        named = (level,) if any(map(str.isalpha, level)) else ("Grade ", level)
        yield Line(named, at.share("count", "percent"), level=True)
    yield from _tests(results, item.id, TESTS)
    yield from _fisher(results, item.id)


def _compared(
    settings: Settings, results: Results, lines: Sequence[Line]
) -> tuple[tuple[Piece, ...], ...]:
    """Between which groups the tests are, where there is one."""
    if not any(line.across for line in lines):
        return ()
    names = compared_names(settings, results)
    between = "between " if len(names) == 2 else "among "
    approximate = [
        words
        for words, said in RANKS.items()
        if any(str(piece).startswith(said) for line in lines for piece in line.label)
    ]
    return (("Tests are two-sided, ", between, *strung(names), *approximate, "."),)


def deaths(results: Results, snapshot: Snapshot) -> tuple[Layout, ...]:
    """Deaths and their causes by group; nothing while nobody has died."""
    found = causes(snapshot)
    if not found:
        return ()
    lines = [Line(("Died",), Cells(results, "safety.death").share("died", "share"))]
    for one in found:
        cells = Cells(results, "safety.death", (("cause", one.id),))
        lines.append(Line((one.label,), cells.number("count"), level=True))
    grid = Grid(
        "interim_deaths",
        "Deaths",
        lines,
        "carreport.analyses.safety",
        legend="Patients, and percentage of those who entered; causes as recorded.",
    )
    return laid_out(grid, snapshot.settings, results)


def deaths_listed(results: Results, snapshot: Snapshot) -> tuple[Layout, ...]:
    """Everybody who died, in a row each."""
    del snapshot
    if DEATHS not in results.listings or not results.listing(DEATHS).rows:
        return ()
    item = TableItem(id="interim_deaths_listed", kind="listing", title="Deaths, one by one",
                     listing=DEATHS)  # fmt: skip
    table = listing_table(item, results, computed_by="carreport.analyses.safety")
    return (turned(table, results),)


def markers(results: Results, snapshot: Snapshot) -> tuple[Layout, ...]:
    """One value per patient of each marker by group, and the test between the compared groups."""
    shown = group_columns(snapshot.settings)
    lines: list[Line] = []
    for item in snapshot.settings.analyte:
        if Cells(results, f"biomarkers.{item.id}").there("n", shown):
            lines += _marker(results, item)
    grid = Grid(
        "interim_markers",
        "Markers",
        lines,
        "carreport.analyses.biomarkers",
        legend="One value per patient, as far as the days that count had passed by the cutoff.",
        notes=(*_which(results, snapshot), *_compared(snapshot.settings, results, lines)),
    )
    return laid_out(grid, snapshot.settings, results)


def _which(results: Results, snapshot: Snapshot) -> Iterator[tuple[Piece, ...]]:
    """Which value of a marker counts, said once for all markers of which it is the same."""
    shown = group_columns(snapshot.settings)
    alike: dict[tuple[object, ...], list[Analyte]] = {}
    for item in snapshot.settings.analyte:
        if Cells(results, f"biomarkers.{item.id}").there("n", shown):
            alike.setdefault((item.summary, item.window, item.infusion), []).append(item)
    for items in alike.values():
        one, rest = items[0], items[1:]
        labels = [one.label, *(piece for other in rest for piece in (", ", other.label))]
        yield (*labels, ": the ", SUMMARIES[one.summary], " value", *_window(one, snapshot), ".")


def _window(item: Analyte, snapshot: Snapshot) -> tuple[Piece, ...]:
    """The days that count, and from when they are counted."""
    if item.infusion is not None and item.infusion <= len(ORDINALS):
        start = f"the {ORDINALS[item.infusion - 1]} infusion"
    elif item.infusion is not None:
        start = "the declared infusion"
    else:
        start = "the infusion before it" if "infusions" in snapshot.tables else "the start"
    if item.window is None:
        return (" from ", start, " on")
    first, last = (f"study.window.{one}_day@analyte={item.id}" for one in ("first", "last"))
    return (", days ", Printed(first), " to ", Printed(last), " after ", start)


def _marker(results: Results, item: Analyte) -> Iterator[Line]:
    base = f"biomarkers.{item.id}"
    cells = Cells(results, base)
    unit = (", ", item.unit) if item.unit else ()
    yield Line((item.label, *unit))
    yield Line(("Patients with a value",), cells.number("n"), level=True)
    yield Line(("Median (quartiles)",), cells.middle("median", "q1", "q3", of="n"), level=True)
    yield Line(("Range",), cells.between("min", "max", of="n"), level=True)
    yield from _tests(results, base, TESTS)


def _tests(results: Results, base: str, names: Mapping[str, str]) -> Iterator[Line]:
    for field in names:
        if told := tested(results, base, field):
            name, shown = told
            yield Line((name,), across(*shown), level=True, across=True)


def tested(results: Results, base: str, field: str) -> tuple[str, tuple[Piece, ...]] | None:
    """What a rank test is called, exact or not, and its p; with many groups the statistic too."""
    p = Printed(f"{base}.{field}")
    if p.id not in results or results[p.id].value is None:
        return None
    if field == "mannwhitney_p":
        exact = results[f"{base}.attainable_p"].value is not None
        return f"{TESTS[field]}{', exact' if exact else ', approximate'}", (p,)
    h, df = Printed(f"{base}.kruskal_h"), Printed(f"{base}.kruskal_df")
    return TESTS[field], (p, " (", h, " on ", df, f"{NO_BREAK}df)")


def _fisher(results: Results, base: str) -> Iterator[Line]:
    """Fisher's test; where it was simulated, that and the interval of p are said."""
    p, lower, upper = (Printed(f"{base}.fisher_p{part}") for part in ("", "_lower", "_upper"))
    if p.id not in results or results[p.id].value is None:
        return
    if lower.id not in results:
        yield Line(("Fisher’s exact p",), across(p), level=True, across=True)
        return
    level = Printed(f"{base}.fisher_p_level")
    between = (" (", level, f"{NO_BREAK}interval ", lower, " to ", upper, ")")
    yield Line(("Fisher’s p by Monte Carlo",), across(p, *between), level=True, across=True)
