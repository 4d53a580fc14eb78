"""Colours: the groups' own, readable as text, and one ordered ramp."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from matplotlib.colors import is_color_like, to_hex, to_rgb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carreport.study.settings import GroupLevel

INK: Final = "#1a1a1a"
SOFT: Final = "#595959"
FAINT: Final = "#b9b9b9"
PALE: Final = "#f1f1f1"
PAPER: Final = "#ffffff"

# Okabe & Ito 2008, "Color Universal Design"; yellow and sky blue are too pale for lines on white.
PALETTE: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#000000")
# Where there are more groups: the pale two, darkened until they make a line on white.
MORE: Final = ("#4187af", "#908928")
MARKERS: Final = ("o", "s", "^", "D", "v", "P", "X", "p")

_RAMP: Final = ("#f1edf6", "#3a1a63")
_TEXT_CONTRAST: Final = 4.5


def group_colours(groups: Sequence[GroupLevel]) -> dict[str, str]:
    """The declared colour of every group, or one of the palette where there is none."""
    usual = (*PALETTE, *MORE)
    return {
        group.id: to_hex(group.colour) if is_color_like(group.colour) else usual[i % len(usual)]
        for i, group in enumerate(groups)
    }


def mixed(colour: str, other: str, share: float) -> str:
    """A colour with *share* of another one in it."""
    pairs = zip(to_rgb(colour), to_rgb(other), strict=True)
    red, green, blue = (one + (two - one) * share for one, two in pairs)
    return to_hex((red, green, blue))


def contrast(colour: str, other: str) -> float:
    """
    Contrast ratio of two colours.

    Source:
        WCAG 2.2, definitions of contrast ratio and relative luminance.

    >>> round(contrast("#000000", "#ffffff"), 1)
    21.0
    """
    darker, lighter = sorted((_luminance(colour), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def readable(colour: str) -> str:
    """The colour, darkened until it can be read as text on paper."""
    share = 0.0
    while contrast(mixed(colour, "#000000", share), PAPER) < _TEXT_CONTRAST:
        share += 0.05
    return mixed(colour, "#000000", share)


def text_on(colour: str) -> str:
    """Black or white, whichever is read more easily on the colour; one always reaches 4.5."""
    return max(("#000000", PAPER), key=lambda text: contrast(text, colour))


def ramp(steps: int) -> tuple[str, ...]:
    """Colours of one hue from pale to dark, for ordered levels."""
    pale, dark = _RAMP
    return tuple(mixed(pale, dark, i / max(steps - 1, 1)) for i in range(steps))
