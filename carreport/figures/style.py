"""The one style sheet, the fonts that belong to it, and how wide words are in them."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import matplotlib as mpl
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.ft2font import LoadFlags

if TYPE_CHECKING:
    from collections.abc import Iterator

STYLE_SHEET: Final = Path(__file__).with_name("carreport.mplstyle")
FONTS: Final = Path(__file__).resolve().parents[1] / "fonts"
FAMILY: Final = "Carreport Sans"

LETTER: Final = 9.0
HEADING: Final = 8.0
BODY: Final = 7.5
SMALL: Final = 7.0

_FACES: Final[dict[str, tuple[str, int, Literal["normal", "italic"]]]] = {
    "regular": ("CarreportSans-Regular.ttf", 400, "normal"),
    "semibold": ("CarreportSans-SemiBold.ttf", 600, "normal"),
    "italic": ("CarreportSans-Italic.ttf", 400, "italic"),
}
_MEASURED_AT: Final = 100.0


@contextmanager
def styled(salt: str) -> Iterator[None]:
    """
    Draw by the style sheet and nothing else; *salt* names the figure.

    A sign the shipped fonts lack is no error: text stays text, the reader's fonts have it.
    """
    with mpl.rc_context(_parameters()), warnings.catch_warnings():
        mpl.rcParams["svg.hashsalt"] = salt
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


@lru_cache(maxsize=1)
def _parameters() -> mpl.RcParams:
    return mpl.rc_params_from_file(STYLE_SHEET, use_default_template=True)


def font(face: str, size: float) -> FontProperties:
    """A shipped face by its file, so that no font of the machine is ever asked for."""
    file, weight, slant = _FACES[face]
    return FontProperties(
        family=FAMILY, style=slant, weight=weight, size=size, fname=str(FONTS / file)
    )


@lru_cache(maxsize=4096)
def width(text: str, face: str, size: float) -> float:
    """
    How far *text* advances, in points; spaces at its ends count.

    Without kerning: WeasyPrint does not kern in SVG, browsers do, and what is kerned is narrower.
    """
    return sum(_advance(sign, face) for sign in text) * size / _MEASURED_AT


@lru_cache(maxsize=1024)
def _advance(sign: str, face: str) -> float:
    measured = get_font(str(FONTS / _FACES[face][0]))
    if not measured.get_char_index(ord(sign)):
        return _MEASURED_AT  # another font will show it; few signs are wider than a square
    measured.set_size(_MEASURED_AT, 72)
    return float(measured.load_char(ord(sign), LoadFlags.NO_HINTING).linearHoriAdvance) / 65536
