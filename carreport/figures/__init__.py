"""Figures: results drawn, every printed number with its id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carreport.figures.course import draw_course
from carreport.figures.distribution import draw_distribution
from carreport.figures.drawing import Drawing, drawing, png
from carreport.figures.placing import Place
from carreport.figures.style import styled
from carreport.figures.survival import draw_survival
from carreport.study.settings import FigureItem, Panel

if TYPE_CHECKING:
    from collections.abc import Callable

    from carreport.figures.canvas import Canvas
    from carreport.results import Results
    from carreport.study.settings import Settings

__all__ = ["Drawing", "Place", "draw", "png"]

_KINDS: dict[str, Callable[[FigureItem, Results, Settings], tuple[Canvas, str]]] = {
    "survival": draw_survival,
    "distribution": draw_distribution,
    "course": draw_course,
}
_SURVIVAL_PANELS = 2


def draw(results: Results, settings: Settings) -> tuple[Drawing, ...]:
    """
    Draw the figures study.toml declares, or the usual ones where it declares none.

    Args:
        results: Every number and listing of the build.
        settings: The study's settings.

    Returns:
        One drawing per figure; a panel without data says so.
    """
    return tuple(_drawn(item, results, settings) for item in settings.figure or _usual(settings))


def _drawn(item: FigureItem, results: Results, settings: Settings) -> Drawing:
    with styled(item.id):
        canvas, alt = _KINDS[item.kind](item, results, settings)
        return drawing(item.id, item.title, canvas, alt)


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
