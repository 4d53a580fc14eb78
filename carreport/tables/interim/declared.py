"""What study.toml asks of patient columns besides: summaries, comparisons of populations, correlations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from carreport.results import join_id
from carreport.study.populations import EVERYBODY
from carreport.tables.interim.patients import turned
from carreport.tables.interim.rows import INTERVAL, NOTHING, between
from carreport.tables.interim.safety import TESTS, tested
from carreport.tables.layout import Cell, Layout, Printed, Row, column_head, heading, row_head

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from carreport.results import Results
    from carreport.study.settings import Contrast, CorrelationItem, SummaryItem
    from carreport.study.snapshot import Snapshot

One = TypeVar("One", "SummaryItem", "CorrelationItem")
_ALL: Final = "All patients"
_OUTCOMES: Final = "carreport.analyses.outcomes"
_SPREAD: Final = ("Patients with a value", "Mean (SD)", "Median (quartiles)", "Range")
_LEGEND: Final = "SD is the sample standard deviation."


def summaries(results: Results, snapshot: Snapshot) -> tuple[Layout, ...]:
    """Every [[summary]] in a row, under the population it is of."""
    body: list[Row] = []
    for label, items in _by_population(snapshot, snapshot.settings.summary):
        rows = [_spread(results, one.id, {}, _named(one)) for one in items if _there(results, one)]
        body += [heading(label, width=len(_SPREAD) + 1), *rows] if rows else []
    return _table(results, "interim_summaries", "Summaries", _SPREAD, body, _LEGEND)


def contrasts(results: Results, snapshot: Snapshot) -> tuple[Layout, ...]:
    """Every [[contrast]]: its populations in a row each, and the test between them."""
    labels = {one.id: one.label for one in snapshot.settings.population}
    body: list[Row] = []
    for item in snapshot.settings.contrast:
        found = list(_contrast(results, item, labels))
        body += [heading(*_named(item), width=len(_SPREAD) + 1), *found] if found else []
    legend = (
        f"{_LEGEND} Tests are two-sided. Mann–Whitney tests are exact, given the ties, or where the "
        "samples are too large by the normal approximation; Kruskal–Wallis tests are by the "
        "chi-squared approximation. Nothing is adjusted for the number of comparisons."
    )
    return _table(results, "interim_contrasts", "Comparisons of populations", _SPREAD, body, legend)


def correlations(results: Results, snapshot: Snapshot) -> tuple[Layout, ...]:
    """Every [[correlation]] in a row, under the population it is of."""
    head = ("Patients with both", "r", INTERVAL, "p")
    body: list[Row] = []
    for label, items in _by_population(snapshot, snapshot.settings.correlation):
        rows = [_correlation(results, one) for one in items if _there(results, one)]
        body += [heading(label, width=len(head) + 1), *rows] if rows else []
    legend = (
        "Pearson’s r with an interval by Fisher’s z; two-sided t test of no correlation, which "
        "takes both to be normally distributed. Nothing is adjusted for the number of tests."
    )
    return _table(results, "interim_correlations", "Correlations", head, body, legend)


def _table(
    results: Results,
    id_: str,
    title: str,
    head: Sequence[str | tuple[Printed | str, ...]],
    body: Sequence[Row],
    legend: str,
) -> tuple[Layout, ...]:
    if not body:
        return ()
    heads = [column_head(*((one,) if isinstance(one, str) else one)) for one in head]
    table = Layout(
        id=id_,
        title=title,
        head=((column_head("", align="left"), *heads),),
        body=tuple(body),
        legend=legend,
        computed_by=_OUTCOMES,
    )
    return (turned(table, results),)


def _by_population(snapshot: Snapshot, items: Sequence[One]) -> Iterator[tuple[str, list[One]]]:
    """The items under the label of their population, in the order of the first of each."""
    labels = {one.id: one.label for one in snapshot.settings.population}
    found: dict[str, list[One]] = {}
    for item in items:
        found.setdefault(item.population or EVERYBODY, []).append(item)
    for name, own in found.items():
        yield _first(labels.get(name, _ALL)), own


def _first(words: str) -> str:
    """A label as the first words of a row; one with digits stays as study.toml has it."""
    return words if any(map(str.isdigit, words)) else words[:1].upper() + words[1:]


def _there(results: Results, item: SummaryItem | CorrelationItem) -> bool:
    """Not in an open session, where it may be withheld."""
    return f"{item.id}.n" in results


def _named(item: SummaryItem | Contrast) -> tuple[str, ...]:
    return (item.label, ", ", item.unit) if item.unit else (item.label,)


def _spread(
    results: Results, base: str, keys: Mapping[str, str], label: tuple[str, ...], kind: str = "row"
) -> Row:
    """Of how many, mean, median with quartiles, range; dashes where it is of nobody."""

    def at(name: str) -> str:
        return join_id(f"{base}.{name}", keys)

    count = Cell((Printed(at("n")),))
    if not results[at("n")].value:
        return Row((row_head(*label), count, NOTHING, NOTHING, NOTHING), kind)
    cells = (
        (Printed(at("mean")), " (", Printed(at("sd")), ")"),
        (Printed(at("median")), " (", *between(results, at("q1"), at("q3")), ")"),
        between(results, at("min"), at("max")),
    )
    return Row((row_head(*label), count, *map(Cell, cells)), kind)


def _contrast(results: Results, item: Contrast, labels: Mapping[str, str]) -> Iterator[Row]:
    for name in item.between:
        keys = {"population": name}
        if join_id(f"{item.id}.n", keys) in results:
            label = _first(labels.get(name, name))
            yield _spread(results, item.id, keys, (label,), "level")
    for field in TESTS:
        if told := tested(results, item.id, field):
            name, shown = told
            across = Cell(shown, span=len(_SPREAD), align="left")
            yield Row((row_head(name), across), "level")


def _correlation(results: Results, item: CorrelationItem) -> Row:
    r, p = Printed(f"{item.id}.r"), Printed(f"{item.id}.p")
    known = results[r.id].value is not None
    limits = between(results, f"{item.id}.lower", f"{item.id}.upper") if known else ("–",)
    cells = ((Printed(f"{item.id}.n"),), (r,), limits, (p,) if known else ("–",))
    return Row((row_head(item.label), *map(Cell, cells)))
