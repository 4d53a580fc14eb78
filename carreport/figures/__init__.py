"""Figures: results drawn, every printed number with its id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carreport.figures.course import draw_course
from carreport.figures.distribution import draw_distribution
from carreport.figures.drawing import Drawing, drawing, png
from carreport.figures.enrolment import draw_enrolment
from carreport.figures.flow import draw_flow
from carreport.figures.incidence import draw_incidence
from carreport.figures.interim import DOCUMENT, PREFIX, interim_figures
from carreport.figures.kinetics import draw_kinetics
from carreport.figures.placing import Place
from carreport.figures.style import styled
from carreport.figures.survival import draw_survival
from carreport.figures.swimmer import draw_swimmer
from carreport.study.settings import FigureItem, Panel

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from carreport.figures.canvas import Canvas
    from carreport.figures.interim import Made
    from carreport.results import Results
    from carreport.study.settings import Settings

__all__ = ["Drawing", "Place", "draw", "png"]

_KINDS: dict[str, Callable[[FigureItem, Results, Settings], tuple[Canvas, str]]] = {
    "survival": draw_survival,
    "incidence": draw_incidence,
    "distribution": draw_distribution,
    "course": draw_course,
    "kinetics": draw_kinetics,
    "swimmer": draw_swimmer,
    "flow": draw_flow,
    "enrolment": draw_enrolment,
}
_SURVIVAL_PANELS = 2


def draw(
    results: Results, settings: Settings, documents: Collection[str] = ()
) -> tuple[Drawing, ...]:
    """
    Draw the figures study.toml declares, or the usual ones where it declares none.

    The interim report has figures of its own, which are drawn where it is asked for, after the
    declared ones; one that study.toml declares by its id is drawn as declared, one whose data are
    absent not at all.

    Args:
        results: Every number and listing of the build.
        settings: The study's settings.
        documents: Names of the documents that are made; none for every other than the interim.

    Returns:
        One drawing per figure; a panel without data says so.
    """
    asked = DOCUMENT in documents
    declared = [one for one in settings.figure if asked or not one.id.startswith(PREFIX)]
    if not (settings.figure or set(documents) == {DOCUMENT}):
        declared = _usual(settings)
    drawn = [_drawn(item, results, settings) for item in declared]
    if asked:
        known = {item.id for item in declared}
        made = interim_figures(results, settings)
        drawn += [_made(one) for one in made if one.id not in known]
    return tuple(drawn)


def _drawn(item: FigureItem, results: Results, settings: Settings) -> Drawing:
    with styled(item.id):
        canvas, alt = _KINDS[item.kind](item, results, settings)
        return drawing(item.id, item.title, canvas, alt)


def _made(one: Made) -> Drawing:
    with styled(one.id):
        canvas, alt = one.draw()
        return drawing(one.id, one.title, canvas, alt)


def _usual(settings: Settings) -> list[FigureItem]:
    """Curves of the first endpoints; gradings and analytes of all."""
    curves = [Panel(endpoint=one.id) for one in settings.endpoint[:_SURVIVAL_PANELS]]
    spread = [Panel(grading=one.id, title=one.label) for one in settings.grading]
    spread += [Panel(analyte=one.id) for one in settings.analyte]
    usual = []
    if curves:
        usual.append(
            FigureItem(id="figure_survival", kind="survival", title="Survival", panels=curves)
        )
    if spread:
        title = "Distributions by group"
        usual.append(
            FigureItem(id="figure_distribution", kind="distribution", title=title, panels=spread)
        )
    return usual
