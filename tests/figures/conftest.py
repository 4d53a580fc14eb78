"""The bundled study's figures, drawn once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carreport.figures import draw

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from carreport.figures import Drawing


@pytest.fixture(scope="session")
def drawings(bundled, bundled_snapshot) -> dict[str, Drawing]:
    """The bundled study's figures by id."""
    return {one.id: one for one in draw(bundled, bundled_snapshot.settings)}


@pytest.fixture(scope="session")
def interim(bundled, bundled_snapshot) -> dict[str, Drawing]:
    """The bundled study's figures with those of the interim report, by id."""
    return {one.id: one for one in draw(bundled, bundled_snapshot.settings, ["interim"])}


@pytest.fixture(scope="session")
def panel(drawings):
    """Axes by figure and panel letter."""

    def found(figure: str, letter: str) -> Axes:
        return next(ax for ax in drawings[figure].figure.axes if ax.get_label() == letter)

    return found
