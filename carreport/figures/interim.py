"""The figures of the generic interim report: those the data of a study allow."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from carreport.figures.canvas import HIGHEST
from carreport.figures.distribution import draw_distribution, panels_abreast
from carreport.figures.enrolment import draw_enrolment
from carreport.figures.flow import draw_groups, flow_pages
from carreport.figures.groups import drawn_groups
from carreport.figures.incidence import draw_incidence, incidence_row_height
from carreport.figures.kinetics import PANELS_AT_MOST, draw_courses
from carreport.figures.sampled import courses, has_infusions
from carreport.figures.survival import draw_survival, survival_row_height
from carreport.figures.swimmer import draw_swimmer
from carreport.study.settings import FigureItem, Panel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from carreport.figures.canvas import Canvas
    from carreport.figures.groups import Group
    from carreport.results import Results
    from carreport.study.settings import Endpoint, Settings

DOCUMENT: Final = "interim"
PREFIX: Final = f"{DOCUMENT}_"
_DISTRIBUTIONS: Final = 3
"""Rows of distributions a page holds."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Made:
    """A figure nobody declared: what it is called, and how it is drawn."""

    id: str
    title: str
    draw: Callable[[], tuple[Canvas, str]]


def interim_figures(results: Results, settings: Settings) -> Iterator[Made]:
    """
    What an interim report shows of any study; a figure whose data are absent is left out.

    One that has more panels than a page holds goes on in parts, whose ids end in `_part_2` and
    so on.

    Args:
        results: Every number and listing of the build.
        settings: The study's settings.
    """
    yield from _whole(results, settings)
    yield from _curves(results, settings)
    yield from _values(results, settings)


def _whole(results: Results, settings: Settings) -> Iterator[Made]:
    pages = flow_pages(results, settings, HIGHEST)
    title = "From entry to the last contact"
    for id_, name, (groups,) in _parts("flow", title, pages, 1):
        yield Made(id_, name, partial(draw_groups, groups, results, settings))
    for kind, name, draw, listing in (
        ("enrolment", "Enrolment", draw_enrolment, "disposition.starts"),
        ("swimmer", "The course of every patient", draw_swimmer, "disposition.lanes"),
    ):
        if kind == "enrolment" and settings.study.nominal_dates:
            continue
        if listing in results.listings and results.listings[listing].rows:
            item = FigureItem.model_validate({"id": f"{PREFIX}{kind}", "kind": kind, "title": name})
            yield Made(item.id, name, partial(draw, item, results, settings))


def _curves(results: Results, settings: Settings) -> Iterator[Made]:
    single = [one for one in settings.endpoint if not one.competing]
    rows = max(int(HIGHEST / survival_row_height(settings)), 1)
    yield from _panelled("survival", "Survival", draw_survival, single, 2 * rows, results, settings)
    several = [one for one in settings.endpoint if one.competing]
    rows = max(int(HIGHEST / incidence_row_height(settings)), 1)
    most = max(rows // max((len(one.competing) // 2 + 1 for one in several), default=1), 1)
    title = "Cumulative incidence"
    yield from _panelled("incidence", title, draw_incidence, several, most, results, settings)


def _panelled(
    kind: str,
    title: str,
    draw: Callable[[FigureItem, Results, Settings], tuple[Canvas, str]],
    endpoints: Sequence[Endpoint],
    most: int,
    results: Results,
    settings: Settings,
) -> Iterator[Made]:
    """Endpoints, as many in a figure as a page holds."""
    # There is a table of the incidences, and an id stands for one thing in a document.
    called = f"{kind}_curves" if kind == "incidence" else kind
    for id_, name, some in _parts(called, title, endpoints, most):
        panels = [Panel(endpoint=one.id) for one in some]
        item = FigureItem.model_validate({"id": id_, "kind": kind, "title": name, "panels": panels})
        yield Made(id_, name, partial(draw, item, results, settings))


def _values(results: Results, settings: Settings) -> Iterator[Made]:
    names = [one.id for one in settings.analyte]
    followed = courses(names, results, settings)
    infused = has_infusions(results)
    title = f"Measurements by day {'after infusion' if infused else 'from the start'}"
    for id_, name, some in _parts("kinetics", title, followed, PANELS_AT_MOST):
        yield Made(id_, name, partial(draw_courses, some, settings))
    groups = drawn_groups(settings)
    spread = [
        Panel(grading=one.id, title=one.label)
        for one in settings.grading
        if _measured(one.id, groups, results)
    ]
    spread += [
        Panel(analyte=one.id)
        for one in settings.analyte
        if _measured(f"biomarkers.{one.id}", groups, results)
    ]
    most = _DISTRIBUTIONS * panels_abreast(settings)
    for id_, name, those in _parts("distribution", "Distributions by group", spread, most):
        item = FigureItem(id=id_, kind="distribution", title=name, panels=list(those))
        yield Made(id_, name, partial(draw_distribution, item, results, settings))


def _measured(base: str, groups: Sequence[Group], results: Results) -> bool:
    """Whether any group has anybody with a value."""
    ids = [group.key(f"{base}.n") for group in groups]
    return any(id_ in results and results[id_].value for id_ in ids)


def _parts(
    kind: str, title: str, items: Sequence[T], most: int
) -> Iterator[tuple[str, str, Sequence[T]]]:
    """Items, as many at a time as a figure holds, with the id and the title of each figure."""
    for part, begin in enumerate(range(0, len(items), most), start=1):
        further = part > 1
        id_ = f"{PREFIX}{kind}" + (f"_part_{part}" if further else "")
        yield id_, f"{title}, continued" if further else title, items[begin : begin + most]
