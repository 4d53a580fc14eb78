"""Proportions, endpoints and cumulative incidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from carreport.analyses.survival import causes
from carreport.results import join_id
from carreport.results.scope import levels_of
from carreport.study.words import strung
from carreport.tables.interim.patients import turned
from carreport.tables.interim.rows import (
    INTERVAL,
    NO_BREAK,
    Cells,
    Grid,
    Line,
    across,
    between,
    compared_names,
    laid_out,
    landmark,
)
from carreport.tables.layout import Cell, Layout, Printed, Row, column_head, heading, row_head

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carreport.results import Results
    from carreport.study.settings import Endpoint, ProportionItem, Settings
    from carreport.study.snapshot import Snapshot
    from carreport.tables.layout import Piece

FEW_EVENTS: Final = 10


def proportions(results: Results, snapshot: Snapshot) -> tuple[Layout, ...]:
    """Every declared proportion with its exact interval, under the population it is of."""
    settings = snapshot.settings
    labels = {one.id: one.label for one in settings.population}
    by_population: dict[str, list[ProportionItem]] = {}
    for item in settings.proportion:
        by_population.setdefault(item.population or "", []).append(item)
    body: list[Row] = []
    for population, items in by_population.items():
        if len(by_population) > 1 or population:
            body.append(heading(labels.get(population, "All patients"), width=4))
        for item in items:
            body += _proportion(results, snapshot, item)
    if not settings.proportion:
        return ()
    head = (
        column_head("", align="left"),
        column_head("Patients"),
        column_head("Share"),
        column_head(*INTERVAL),
    )
    table = Layout(
        id="interim_proportions",
        title="Proportions",
        head=(head,),
        body=tuple(body),
        legend=(
            "So far, at this cutoff; not adjusted for length of follow-up. Intervals are exact "
            "(Clopper–Pearson)."
        ),
        computed_by="carreport.analyses.outcomes",
    )
    return (turned(table, results),)


def _proportion(results: Results, snapshot: Snapshot, item: ProportionItem) -> Iterator[Row]:
    yield from _share(results, (item.label,), item.id, {})
    for column in item.by:
        named = [one.label for one in snapshot.settings.baseline if one.column == column]
        for label, key in levels_of(snapshot, column):
            keys = {column: key}
            if join_id(f"{item.id}.k", keys) in results:
                yield from _share(
                    results, (*(f"{one}: " for one in named[:1]), label), item.id, keys
                )


def _share(
    results: Results, label: tuple[str, ...], base: str, keys: dict[str, str]
) -> Iterator[Row]:
    """So many of so many with the share; below it of how many nothing can be said, if of any."""

    def at(name: str) -> str:
        return join_id(f"{base}.{name}", keys)

    cells = (
        row_head(*label),
        Cell((Printed(at("k")), f"{NO_BREAK}of{NO_BREAK}", Printed(at("n")))),
        Cell((Printed(at("rate")),)),
        Cell(between(results, at("lower"), at("upper"))),
    )
    yield Row(cells, "level" if keys else "row")
    if results[at("undecided")].value:
        blank = Cell((Printed(at("undecided")),))
        nothing = Cell(())
        yield Row((row_head("No value so far, counted as not"), blank, nothing, nothing), "level")


def endpoints(results: Results, snapshot: Snapshot) -> tuple[Layout, ...]:
    """Per endpoint events, median, and survival with its interval at every landmark."""
    lines: list[Line] = []
    for endpoint in snapshot.settings.endpoint:
        lines += _endpoint(results, snapshot.settings, endpoint)
    grid = Grid(
        "interim_endpoints",
        "Endpoints",
        lines,
        "carreport.analyses.survival",
        legend=_methods(snapshot.settings),
        notes=_few_events(results, snapshot.settings),
    )
    return laid_out(grid, snapshot.settings, results)


def _methods(settings: Settings) -> str:
    """How the numbers of the table were made."""
    competing = any(one.competing for one in settings.endpoint)
    told = [
        "Survival is the Kaplan–Meier estimate with a pointwise interval (Greenwood,",
        f"{settings.study.interval}); the interval of a median is read off those limits.",
    ]
    if settings.compared():
        told.append(
            "Log-rank tests are two-sided and unweighted; hazard ratios are of a Cox model with "
            "Efron’s treatment of ties and a Wald interval. All of these are asymptotic."
            if len(settings.compared()) == 2
            else "Log-rank tests are two-sided, unweighted and asymptotic, of all compared groups at once."
        )
    if competing:
        told.append("Cause-specific: patients are censored at a competing event.")
    return " ".join(told)


def _few_events(results: Results, settings: Settings) -> tuple[tuple[Piece, ...], ...]:
    """Comparisons that rest on too few events for what is asymptotic, with their events."""
    found: list[Piece] = []
    for one in settings.endpoint:
        ids = [f"survival.{one.id}.events@group={group.id}" for group in settings.compared()]
        events = [float(results[id_].value or 0) for id_ in ids if id_ in results]
        if _known(results, f"survival.{one.id}.logrank_p") and sum(events) < FEW_EVENTS:
            found += ["; " if found else "", one.label, ", ", *strung([*map(Printed, ids)])]
    if not found:
        return ()
    return (
        ("Tests that rest on fewer than ten events are rough: events by group of ", *found, "."),
    )


def _endpoint(results: Results, settings: Settings, endpoint: Endpoint) -> Iterator[Line]:
    base = f"survival.{endpoint.id}"
    cells = Cells(results, base)
    yield Line((endpoint.label,))
    yield Line(("Patients in the analysis",), cells.number("n"))
    yield Line(("Events",), cells.share("events", "event_share"))
    if endpoint.competing:
        yield from _compared(results, settings, base, "Cause-specific ")
        return
    yield Line(("Median, days",), cells.number("median"))
    yield Line(INTERVAL, cells.between("median_lower", "median_upper"), level=True)
    for day in endpoint.landmarks:
        at = Cells(results, base, (("day", str(day)),))
        yield Line(("Free of the event at ", *landmark(day)), at.number("rate"))
        yield Line(INTERVAL, at.between("lower", "upper"), level=True)
        yield Line(("At risk",), at.number("at_risk"), level=True)
    yield from _compared(results, settings, base)


def _compared(results: Results, settings: Settings, base: str, which: str = "") -> Iterator[Line]:
    """The tests between the compared groups, where they could be made."""
    names = [one.label for one in settings.compared()]
    contrast = (names[0], " against ", names[1]) if len(names) == 2 else ("all groups compared",)
    if _known(results, f"{base}.logrank_p"):
        cell = across(Printed(f"{base}.logrank_p"))
        yield Line((_first(f"{which}log-rank p, "), *contrast), cell, across=True)
    ratio = f"{base}.hazard_ratio"
    if _known(results, ratio):
        limits = between(results, f"{ratio}_lower", f"{ratio}_upper")
        cell = across(Printed(ratio), " (", *INTERVAL, NO_BREAK, *limits, ")")
        yield Line((_first(f"{which}hazard ratio, "), *contrast), cell, across=True)


def _first(words: str) -> str:
    return words[:1].upper() + words[1:]


def _known(results: Results, id_: str) -> bool:
    return id_ in results and results[id_].value is not None


def incidence(results: Results, snapshot: Snapshot) -> tuple[Layout, ...]:
    """Per endpoint with competing events the cumulative incidence of each at every landmark."""
    lines: list[Line] = []
    for endpoint in snapshot.settings.endpoint:
        if endpoint.competing and endpoint.landmarks:
            lines += _incidence(results, endpoint)
    names = strung(compared_names(snapshot.settings, results))
    tested = any(line.across for line in lines)
    grid = Grid(
        "interim_incidence",
        "Cumulative incidence",
        lines,
        "carreport.analyses.survival",
        legend=(
            "Aalen–Johansen estimates, the causes of an endpoint competing; pointwise log-log "
            "intervals."
        ),
        notes=(("Gray’s test, two-sided and asymptotic, compares ", *names, "."),)
        if tested
        else (),
    )
    return laid_out(grid, snapshot.settings, results)


def _incidence(results: Results, endpoint: Endpoint) -> Iterator[Line]:
    base = f"survival.{endpoint.id}"
    yield Line((endpoint.label,))
    names = [endpoint.label, *map(_worded, endpoint.competing)]
    for cause, name in zip(causes(endpoint), names, strict=True):
        for day in endpoint.landmarks:
            cells = Cells(results, base, (("cause", cause), ("day", str(day))))
            yield Line((name, " by ", *landmark(day)), cells.number("incidence"))
            yield Line(INTERVAL, cells.between("lower", "upper"), level=True)
        test = f"{base}.gray_p@cause={cause}"
        if _known(results, test):
            yield Line(("Gray’s p, ", name), across(Printed(test)), across=True)


def _worded(event: str) -> str:
    """An event's name as the first word of a row; one with digits stays as study.toml has it."""
    if any(letter.isdigit() for letter in event):
        return event
    spoken = event.replace("_", " ")
    return _first(spoken)
