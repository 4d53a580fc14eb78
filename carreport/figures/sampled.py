"""Measurements by day after an infusion, as they are drawn: patients' values, groups' medians."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from carreport.figures.groups import all_groups

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from carreport.figures.groups import Group
    from carreport.results import ListedResult, Results
    from carreport.study.settings import Analyte, Settings

MEDIANS_FROM: Final = 3
"""A median of fewer patients than this is one of them."""
Median = tuple[int, float, float, float]
"""Row of a listing, day, median, patients."""
PERIODS_FROM: Final = 10
"""Medians by period are of so many: of fewer they jump with each patient who leaves."""
_PATIENTS_FROM: Final = 2
"""A later infusion followed in fewer patients has no panel of its own."""


@dataclass(frozen=True, slots=True)
class Values:
    """Rows of a listing with their days and values, by day."""

    rows: tuple[int, ...]
    days: tuple[float, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Sampled:
    """
    A group's values of an analyte after an infusion.

    Attributes:
        group: Whose.
        course: Where the patients' own values are listed, if they are.
        patients: Each patient's.
        by_day: Where the medians are listed.
        medians: On days, or at the middle of periods, for which enough patients have a value.
        period: How long the periods are, in words; empty where medians are by day.
    """

    group: Group
    course: ListedResult | None
    patients: tuple[Values, ...]
    by_day: ListedResult
    medians: Values
    period: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """An analyte after one infusion, in every group with values."""

    analyte: Analyte
    infusion: float
    groups: tuple[Sampled, ...]
    infused: bool = True
    """Whether the study has infusions; without any, days are counted from the start."""

    @property
    def drawn(self) -> list[Values]:
        """Everything that is drawn."""
        return [one for some in self.groups for one in (*some.patients, some.medians)]


def courses(names: Iterable[str | None], results: Results, settings: Settings) -> list[Course]:
    """
    What there is to draw of these analytes: the first infusion followed, and later ones.

    A later infusion needs two patients with values; what is measured is drawn once, however many
    values per patient study.toml makes of it.

    Args:
        names: Ids of [[analyte]].
        results: Every number and listing of the build.
        settings: The study's settings.
    """
    by_id = {one.id: one for one in settings.analyte}
    measured: dict[str, Analyte] = {}
    for name in names:
        if name in by_id:
            measured.setdefault(by_id[name].analyte, by_id[name])
    groups = all_groups(settings)
    infused = has_infusions(results)
    return [
        Course(analyte, infusion, tuple(_sampled(analyte, infusion, groups, results)), infused)
        for analyte in measured.values()
        for infusion in _infusions(analyte, groups, results)
    ]


def has_infusions(results: Results) -> bool:
    """Whether the study has a table of infusions."""
    return "exposure.infusions.total" in results


def _by_day(analyte: Analyte, group: Group, results: Results) -> ListedResult | None:
    return results.listings.get(group.key(f"biomarkers.{analyte.id}.by_day"))


def _infusions(analyte: Analyte, groups: Sequence[Group], results: Results) -> list[float]:
    """Infusions after which enough patients have values, ascending."""
    patients: dict[float, float] = {}
    for listing in filter(None, (_by_day(analyte, group, results) for group in groups)):
        most: dict[float, float] = {}
        for infusion, n in zip(listing.column("infusion"), listing.column("n"), strict=True):
            most[float(infusion or 0)] = max(most.get(float(infusion or 0), 0.0), float(n or 0))
        for infusion, n in most.items():
            patients[infusion] = patients.get(infusion, 0.0) + n
    first = min(patients, default=0.0)
    return [one for one in sorted(patients) if one == first or patients[one] >= _PATIENTS_FROM]


def _sampled(
    analyte: Analyte, infusion: float, groups: Sequence[Group], results: Results
) -> Iterable[Sampled]:
    course = results.listings.get(f"biomarkers.{analyte.id}.course")
    periods = results.listings.get(f"biomarkers.{analyte.id}.by_period")
    patients = _patients(course, infusion)
    for group in groups:
        by_day = _by_day(analyte, group, results)
        if by_day is None or infusion not in by_day.column("infusion"):
            continue
        own = tuple(patients.get(group.id or "all", ()))
        if periods is None:
            medians = _medians(_rows(by_day, infusion), MEDIANS_FROM, alone=not own)
            yield Sampled(group, course, own, by_day, medians)
        else:
            rows = _rows(periods, infusion, group.id or "all")
            medians = _medians(rows, PERIODS_FROM, alone=not own)
            period = str(periods.column("period")[0])
            yield Sampled(group, course, own, periods, medians, period)


def _patients(course: ListedResult | None, infusion: float) -> dict[str, list[Values]]:
    """Each patient's values after an infusion, by group."""
    found: dict[str, list[Values]] = {}
    if course is None:
        return found
    columns = ("patient", "infusion", "day", "group", "value")
    cells = enumerate(zip(*(course.column(name) for name in columns), strict=True))
    rows = [
        (str(patient), str(group), row, float(day or 0), float(value or 0))
        for row, (patient, after, day, group, value) in cells
        if after == infusion and value is not None
    ]
    for (_, group), own in groupby(rows, key=lambda one: one[:2]):
        _, _, at, days, values = zip(*own, strict=True)
        found.setdefault(group, []).append(Values(at, days, values))
    return found


def _rows(listing: ListedResult, infusion: float, group: str = "") -> list[Median]:
    """Row, day, median and patients of a listing of medians, after an infusion, of a group."""
    columns = ("infusion", "day", "n", "median")
    cells = zip(*(listing.column(name) for name in columns), strict=True)
    whose = listing.column("group") if group else [group] * len(listing.rows)
    return [
        (row, float(day or 0), float(median or 0), float(n or 0))
        for row, (who, (after, day, n, median)) in enumerate(zip(whose, cells, strict=True))
        if after == infusion and who == group and median is not None
    ]


def _medians(every: list[Median], least: int, *, alone: bool) -> Values:
    """Medians of enough patients; of any number, where they are all there is to draw."""
    enough = [one for one in every if one[3] >= least]
    chosen = enough or (every if alone else [])
    rows, days, values, _ = zip(*chosen, strict=True) if chosen else ((), (), (), ())
    return Values(rows, days, values)
