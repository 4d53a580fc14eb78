"""Who entered, what they were given, how long they were followed, and each of them in a row."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from carreport.results.found import given, had
from carreport.study.settings import TableItem
from carreport.tables.baseline import baseline_table
from carreport.tables.interim.rows import Cells, Grid, Line, group_columns, laid_out, landmark
from carreport.tables.layout import Cell, Layout, Printed, Row, column_head, row_head
from carreport.tables.listing import listing_table
from carreport.tables.widths import UPRIGHT, fitted, width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from carreport.results import Results
    from carreport.results.rows import ListedResult
    from carreport.study.settings import Endpoint, Infusion, Settings
    from carreport.study.snapshot import Snapshot
    from carreport.tables.columns import Column

LISTING: Final = "listing.patients"
DAYS_OF: Final = "_days"
OUTCOME_OF: Final = "_outcome"


def disposition(results: Results, snapshot: Snapshot) -> tuple[Layout, ...]:
    """Entered, infused, dead, alive, by group."""
    cells = Cells(results, "disposition.course")
    shown = group_columns(snapshot.settings)
    lines = [Line(("Entered",), cells.number("n"))]
    if cells.there("infused", shown):
        lines.append(Line(("Infused",), cells.share("infused", "infused_share")))
        lines.append(Line(("Infused more than once",), cells.share("reinfused", "reinfused_share")))
    lines.append(Line(("Died",), cells.share("died", "died_share")))
    lines.append(Line(("Alive when last in contact",), cells.share("alive", "alive_share")))
    grid = Grid(
        "interim_disposition",
        "Disposition",
        lines,
        "carreport.analyses.disposition",
        legend="Patients, and percentage of those who entered.",
    )
    return laid_out(grid, snapshot.settings, results)


def exposure(results: Results, snapshot: Snapshot) -> tuple[Layout, ...]:
    """Infusions per patient; by infusion the patients, the dose and the days since the one before."""
    if "infusions" not in snapshot.tables:
        return ()
    lines = [Line(("Patients by number of infusions",))]
    for item in had(snapshot):
        cells = Cells(results, "exposure.infusions", (("infusions", item.id),))
        lines.append(Line((item.label,), cells.share("patients", "percent"), level=True))
    for item in given(snapshot):
        lines += _infusion(results, snapshot.settings, item)
    grid = Grid(
        "interim_exposure",
        "Exposure",
        lines,
        "carreport.analyses.exposure",
        legend="Percentages are of patients who entered.",
    )
    return laid_out(grid, snapshot.settings, results)


def _infusion(results: Results, settings: Settings, item: Infusion) -> Iterator[Line]:
    cells = Cells(results, "exposure.given", (("infusion", item.id),))
    shown = group_columns(settings)
    dose = settings.exposure
    unit = (", ", dose.unit) if dose.unit else ()
    yield Line((item.label,))
    yield Line(("Patients",), cells.number("patients"), level=True)
    if cells.there("dose_median", shown):
        median = cells.middle("dose_median", "dose_q1", "dose_q3", of="dose_n")
        yield Line((dose.label, ", median (quartiles)", *unit), median, level=True)
        ends = cells.between("dose_min", "dose_max", of="dose_n")
        yield Line((dose.label, ", range", *unit), ends, level=True)
        if any(_value(results, cells.id("dose_missing", one)) for one in shown):
            yield Line((dose.label, " not recorded"), cells.number("dose_missing"), level=True)
    if cells.there("interval_n", shown):
        days = cells.middle("interval_median", "interval_min", "interval_max", of="interval_n")
        yield Line(("Days since the one before, median (range)",), days, level=True)


def _value(results: Results, id_: str) -> float | str | None:
    return results[id_].value if id_ in results else None


def followup(results: Results, snapshot: Snapshot) -> tuple[Layout, ...]:
    """Per endpoint how long patients were followed, and of how many the state on a landmark is known."""
    lines: list[Line] = []
    for endpoint in snapshot.settings.endpoint:
        lines += _followed(results, endpoint, dated=not snapshot.settings.study.nominal_dates)
    grid = Grid(
        "interim_followup",
        "Follow-up and maturity",
        lines,
        "carreport.analyses.survival",
        legend=(
            "Median follow-up is by reverse Kaplan–Meier; the range is of all observed times. The "
            "state on a day is known of patients followed to it and of those with the event, or a "
            "competing one, before; percentages are of the patients in the analysis."
        ),
    )
    return laid_out(grid, snapshot.settings, results)


def _followed(results: Results, endpoint: Endpoint, *, dated: bool) -> Iterator[Line]:
    """How long patients were followed; without dates nobody knows how long they could have been."""
    base = f"survival.{endpoint.id}"
    cells = Cells(results, base)
    yield Line((endpoint.label,))
    yield Line(("Patients in the analysis",), cells.number("n"), level=True)
    yield Line(("Events",), cells.share("events", "event_share"), level=True)
    yield Line(("Median follow-up, days",), cells.number("followup_median"), level=True)
    yield Line(("Range, days",), cells.between("followup_min", "followup_max"), level=True)
    for day in endpoint.landmarks:
        at = Cells(results, base, (("day", str(day)),))
        when = landmark(day)
        if dated:
            yield Line(("Could be followed for ", *when), at.number("potential"), level=True)
        yield Line(("State known at ", *when), at.share("known", "mature"), level=True)
        yield Line(("At risk at ", *when), at.number("at_risk"), level=True)


def baseline(results: Results, snapshot: Snapshot) -> tuple[Layout, ...]:
    """Every baseline variable, by group."""
    settings = snapshot.settings
    if not settings.baseline:
        return ()

    def make(columns: Sequence[Column]) -> Layout:
        item = TableItem(
            id="interim_baseline",
            kind="baseline",
            title="Baseline characteristics",
            columns=[one.id for one in columns],
        )
        return baseline_table(item, results, settings)

    return fitted(make, group_columns(settings), results)


def patients(results: Results, snapshot: Snapshot) -> tuple[Layout, ...]:
    """Every patient in a row: the listing the study declares, or the usual one."""
    declared = {one.id: one for one in snapshot.settings.listing}
    if LISTING in declared:
        title = declared[LISTING].label
        item = TableItem(id="interim_patients", kind="listing", title=title, listing=LISTING)
        return (turned(listing_table(item, results), results),)
    listing = results.listing(LISTING)
    if not listing.rows:
        return ()
    endpoints = snapshot.settings.endpoint
    make = partial(_listed, listing)
    if not endpoints:
        return (turned(make(()), results),)
    return fitted(make, endpoints, results)


def turned(layout: Layout, results: Results) -> Layout:
    """The table across the page if it does not fit upright."""
    return replace(layout, wide=width(layout, results, wide=False) > UPRIGHT)


def _listed(listing: ListedResult, endpoints: Sequence[Endpoint]) -> Layout:
    """One row a patient; an endpoint's days and outcome stand in one cell."""
    names = {one.name: one for one in listing.columns}
    ends = {f"{one.id}{DAYS_OF}": f"{one.id}{OUTCOME_OF}" for one in endpoints}
    plain = [one for one in ("group", "start", "infusions") if one in names]
    shown = [*plain, *ends, "followup"]
    head = [column_head(names["patient"].label, align="left")]
    head += [_head(names[one].label, numeric=_numeric(listing, one)) for one in plain]
    head += [_head(names[one].label, ", days", numeric=False) for one in ends]
    head.append(_head("Follow-up, days", numeric=True))
    body = []
    for number in range(len(listing.rows)):
        cells = [row_head(Printed(listing.id_of(number, "patient")))]
        cells += [_cell(listing, number, one, ends.get(one)) for one in shown]
        body.append(Row(tuple(cells)))
    return Layout(
        id="interim_patients",
        title="Patients",
        head=(tuple(head),),
        body=tuple(body),
        legend=(
            "Days are counted from the start; of each endpoint the day and how it ended by the "
            "data cutoff."
        ),
        computed_by="carreport.analyses.patients",
    )


def _head(*label: str, numeric: bool) -> Cell:
    return column_head(*label, align="number" if numeric else "left")


def _numeric(listing: ListedResult, name: str) -> bool:
    return next(one.unit.kind == "count" for one in listing.columns if one.name == name)


def _cell(listing: ListedResult, number: int, name: str, outcome: str | None) -> Cell:
    names = [one.name for one in listing.columns]
    value = listing.rows[number][names.index(name)]
    shown = Printed(listing.id_of(number, name))
    if outcome is not None:
        said = Printed(listing.id_of(number, outcome))
        return Cell((shown, " ", said) if value is not None else (said,), align="left")
    numeric = name == "followup" or _numeric(listing, name)
    return Cell((shown,) if value is not None else ("–",), align="number" if numeric else "left")
