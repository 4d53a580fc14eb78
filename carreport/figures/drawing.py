"""A figure that has been drawn."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from carreport.figures.style import styled
from carreport.figures.svg import inline_svg

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from carreport.figures.canvas import Canvas
    from carreport.figures.placing import Place


@dataclass(frozen=True, slots=True)
class Drawing:
    """
    A figure that has been drawn.

    Attributes:
        id: As study.toml calls it.
        title: Its title.
        svg: A complete svg element; the same bytes every time.
        alt: What it shows, in words.
        ids: Every result printed in it, in order.
        figure: Kept so that it can be written in another format; None where that has been done.
        width_mm: Width in print.
        listings: Listings whose rows are its marks.
        marks: Results that are marks of their own: bars, boxes, points on a curve.
        places: Where every number printed stands, in order.
    """

    id: str
    title: str
    svg: str
    alt: str
    ids: tuple[str, ...]
    figure: Figure | None
    width_mm: float
    listings: tuple[str, ...]
    marks: tuple[str, ...]
    places: tuple[Place, ...]


def drawing(id_: str, title: str, canvas: Canvas, alt: str) -> Drawing:
    """What was drawn on the canvas, as SVG; to be called under the style sheet."""
    buffer = io.BytesIO()
    canvas.figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    svg = inline_svg(buffer.getvalue(), id_, set(canvas.ids), canvas.marks, alt, canvas.width_mm)
    # An SVG lies on its page; a picture brings paper of its own.
    canvas.figure.patch.set_visible(True)
    return Drawing(
        id_,
        title,
        svg,
        alt,
        canvas.ids,
        canvas.figure,
        canvas.width_mm,
        canvas.listings,
        canvas.results,
        tuple(canvas.places),
    )


def png(drawn: Drawing, dpi: int = 300) -> bytes:
    """
    The figure as a picture, on white.

    Raises:
        ValueError: The figure was not kept.
    """
    if drawn.figure is None:
        raise ValueError(drawn.id)
    buffer = io.BytesIO()
    with styled(drawn.id):
        drawn.figure.savefig(
            buffer, format="png", dpi=dpi, facecolor="white", metadata={"Software": None}
        )
    return buffer.getvalue()
