"""A section of a paper as a picture: one mark a claim, shaped and coloured by its verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from carreport.audit import Verdict
    from carreport.audit.claims import Word

ORDER: Final[tuple[Word, ...]] = (
    "contradicted",
    "differs",
    "reproduced",
    "consistent",
    "not testable",
)
"""What a reader should see first stands first."""
COLUMNS: Final = 40
_CELL: Final = 13
_GAP: Final = 1
_LOOK: Final[Mapping[Word, tuple[str, str, str]]] = {
    "reproduced": ("M2.5 6.3 5 9 9.500 3", "#1d6b3a", "#dff0e3"),
    "consistent": ("M2 5c1.500-2 2.500-1 4-.3s2.500.8 4-1M2 8.300c1.500-2 2.500-1 4-.3s2.500.8 4-1", "#0b4f8a", "#dcebf7"),
    "differs": ("M2.300 4.500h7.400M2.300 7.700h7.400M8 2.300 4 9.800", "#a34700", "#fdebd3"),
    "contradicted": ("M3 3l6 6M9 3 3 9", "#a3202a", "#fbdfe0"),
    "not testable": ("M4 6h4", "#565c63", "#ececE8"),
}  # fmt: skip
"""For each verdict its shape, ink and ground; the shapes are those of panel.css."""


def marks(verdicts: Sequence[Verdict], anchors: Mapping[str, str], title: str) -> Markup:
    """
    Draw one mark a claim.

    Args:
        verdicts: On the claims of a section.
        anchors: Where each claim stands on the page, by its name.
        title: What the picture says, in words.

    Returns:
        An SVG without text of its own; each mark is a link to its claim.
    """
    ordered = sorted(verdicts, key=lambda one: ORDER.index(one.verdict))
    lines = -(-len(ordered) // COLUMNS)
    drawn = Markup("").join(
        _mark(one, anchors[one.claim.claim_id], _CELL * (at % COLUMNS), _CELL * (at // COLUMNS))
        for at, one in enumerate(ordered)
    )
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" height="{1}"'
        ' role="img" aria-label="{2}"><title>{2}</title>{3}</svg>'
    ).format(_CELL * COLUMNS, _CELL * lines, title, drawn)


def _mark(verdict: Verdict, anchor: str, x: int, y: int) -> Markup:
    path, ink, ground = _LOOK[verdict.verdict]
    return Markup(
        '<a href="#{0}" tabindex="-1"><g class="v-{1}" transform="translate({2} {3})">'
        '<title>{4}: {5}</title><rect width="{6}" height="{6}" rx="1" fill="{7}"/>'
        '<path d="{8}" fill="none" stroke="{9}" stroke-width="1.4"/></g></a>'
    ).format(
        anchor,
        verdict.verdict.replace(" ", "-"),
        x,
        y,
        verdict.claim.reported,
        verdict.verdict,
        _CELL - _GAP,
        ground,
        path,
        ink,
    )
