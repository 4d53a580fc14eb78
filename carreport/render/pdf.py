"""HTML to PDF: fetching nothing, tagged, the same bytes every time."""

from __future__ import annotations

import codecs
import datetime as dt
import hashlib
import logging
import os
import re
import zlib
from collections.abc import Iterable
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from carreport.errors import FetchRefused, MissingSystemLibrary
from carreport.render.columns import MARGINS, SHEET, Appendix
from carreport.render.lettering import FACES, letters
from carreport.render.listing_sheets import BLANK, taken_out
from carreport.render.tagging import tidy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

VARIANT: Final = "pdf/ua-1"
INSIDE: Final = {
    "results.json": ("Data", "Every number with its trace"),
    "manifest.json": ("Supplement", "What the report was made from"),
    "claims.json": ("Supplement", "What the original paper printed, and whether it agrees"),
}
"""Files a PDF may carry: what they are to it, and what they hold."""
_EPOCH: Final = "SOURCE_DATE_EPOCH"
_FONT: Final = "carreport-font:"
_BLANK_CSS: Final = (
    f"@page sheet {{ size: {'mm '.join(map(str, SHEET))}mm !important;"
    f" margin: {'mm '.join(map(str, MARGINS))}mm !important }}"
    ".sheet { page: sheet; break-before: page; break-after: page; height: 1px }"
)


def write_pdf(
    html: str, date: dt.date, traces: str = "", inside: Mapping[str, str] | None = None
) -> bytes:
    """
    Render a self-contained page.

    Args:
        html: Everything inside; a request for anything else is refused.
        date: Of the data; written into the file as its date, so that no clock is asked.
        traces: The appendix of traces, see `columns.Appendix`; its pages follow.
        inside: Files to carry, by name; see `INSIDE`.

    Returns:
        The PDF's bytes, the same for the same page and versions.

    Raises:
        FetchRefused: The page asks for something outside itself.
        MissingSystemLibrary: Pango is not installed.
    """
    weasyprint = _weasyprint()
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    refused: list[str] = []
    with _dated(date):
        document = _laid_out(weasyprint, html, traces, _only_data(refused))
        document.metadata.created = document.metadata.modified = date.isoformat()
        document.metadata.generator = f"carreport {version('carreport')}"
        written: bytes = document.write_pdf(
            pdf_variant=VARIANT,
            pdf_tags=True,
            finisher=partial(_finish, date=date, inside=inside or {}),
        )
    if refused:
        raise FetchRefused(sorted(set(refused)))
    return written


def _laid_out(weasyprint: Any, html: str, traces: str, fetcher: Any) -> Any:
    """The document's pages, and those of the appendix."""
    from carreport.render.overlay import Typesetter, as_pictures, attach, detach, put_sheets

    fonts, style = _fonts(weasyprint)
    typesetter = Typesetter(fonts)
    appendix = Appendix(traces, typesetter.measure)
    count = len(appendix.sheets())
    html, listed = taken_out(html, typesetter.measure)
    whole = as_pictures(_with_blanks(html, count))
    page = weasyprint.HTML(string=whole, base_url=None, url_fetcher=fetcher)
    drawn = detach(page.etree_element)
    document = page.render(font_config=fonts, stylesheets=[style])
    attach(document.pages, drawn)
    numbers: dict[str, int] = {}
    for number, one in enumerate(document.pages, start=1):
        for name in one.anchors:
            numbers.setdefault(name, number)  # what is broken over two pages begins on the first
    sheets = [*listed, *appendix.sheets(numbers, count)]
    put_sheets(document.pages, sheets, typesetter)
    return document


def _with_blanks(html: str, count: int) -> str:
    """A page with empty ones at its end."""
    blanks = BLANK * count
    head, end, tail = html.rpartition("</body>")
    return f"{head}{blanks}{end}{tail}" if end else html + blanks


def _fonts(weasyprint: Any) -> tuple[Any, Any]:
    """The shipped fonts, as files: to unpack those of the screen takes half a second."""
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    from carreport.render.overlay import PICTURE_CSS

    faces = {f"{_FONT}{face.stem}": face for face in FACES}

    class Ours(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        """Knows the shipped fonts and nothing else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            del headers
            return URLFetcherResponse(url, letters(faces[url]).file)

    rules = "".join(
        f"@font-face{{font-family:'{face.family}';font-weight:{face.weight};"
        f"font-style:{face.style};src:url({url})}}"
        for url, face in faces.items()
    )
    fonts = FontConfiguration()
    return fonts, weasyprint.CSS(
        string=rules + _BLANK_CSS + PICTURE_CSS, font_config=fonts, url_fetcher=Ours()
    )


def _only_data(refused: list[str]) -> Any:
    """A fetcher that fetches nothing, and writes down what it was asked for."""
    from weasyprint.urls import URLFetcher

    class OnlyData(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        """Refuses and remembers every address that is not data:."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.startswith("data:"):
                refused.append(url)
            return super().fetch(url, headers)

    return OnlyData(allowed_protocols=("data",))


def _finish(_document: Any, pdf: Any, *, date: dt.date, inside: Mapping[str, str]) -> None:
    """What WeasyPrint does not write of itself."""
    import pydyf

    tidy(pdf)
    names = pdf.catalog.setdefault("Names", pydyf.Dictionary())
    if "Dests" in names:
        names["Dests"]["Names"] = _in_order(names["Dests"]["Names"])
    if inside:
        stamp = pydyf.String(f"D:{date:%Y%m%d}000000Z")
        files = {name: _carried(pdf, name, text, stamp) for name, text in sorted(inside.items())}
        pairs = [part for name, file in files.items() for part in (pydyf.String(name), file)]
        names["EmbeddedFiles"] = pydyf.Dictionary({"Names": pydyf.Array(pairs)})
        pdf.catalog["AF"] = pydyf.Array(files.values())


def _in_order(names: Sequence[Any]) -> Any:
    """
    Names and places as they are written, and so looked up: by bytes.

    Source:
        ISO 32000-1:2008, 7.9.6.
    """
    import pydyf

    pairs = sorted(zip(names[::2], names[1::2], strict=True), key=lambda pair: _written(pair[0]))
    return pydyf.Array([part for pair in pairs for part in pair])


def _written(name: Any) -> bytes:
    text = str(name.string)
    return text.encode() if text.isascii() else codecs.BOM_UTF16_BE + text.encode("utf-16-be")


def _carried(pdf: Any, name: str, text: str, stamp: Any) -> bytes:
    """
    Put a file inside, associated with the whole document.

    Returns:
        What it is referred to by.

    Source:
        ISO 19005-3:2012, 6.8 and Annex E; ISO 32000-2:2020, 14.13.
    """
    import pydyf

    relationship, description = INSIDE[name]
    content = text.encode()
    stated = {
        "CheckSum": f"<{hashlib.md5(content, usedforsecurity=False).hexdigest()}>",
        "Size": len(content),
        "CreationDate": stamp,
        "ModDate": stamp,
    }
    stream = {
        "Type": "/EmbeddedFile",
        "Subtype": "/application#2fjson",
        "Params": pydyf.Dictionary(stated),
        "Filter": "/FlateDecode",
    }
    packed = pydyf.Stream([zlib.compress(content, 6)], stream)
    pdf.add_object(packed)
    specification = {
        "Type": "/Filespec",
        "F": pydyf.String(name),
        "UF": pydyf.String(name),
        "EF": pydyf.Dictionary({"F": packed.reference, "UF": packed.reference}),
        "Desc": pydyf.String(description),
        "AFRelationship": f"/{relationship}",
    }
    file = pydyf.Dictionary(specification)
    pdf.add_object(file)
    return bytes(file.reference)


def pango_version() -> str:
    """Version of the system library that sets the PDF's text."""
    _weasyprint()
    from weasyprint.text.ffi import pango

    major, rest = divmod(pango.pango_version(), 10_000)
    return f"{major}.{rest // 100}.{rest % 100}"


def _weasyprint() -> Any:
    try:
        import weasyprint
    except OSError as error:
        raise MissingSystemLibrary(str(error).split(".  ")[0]) from None
    from tinyhtml5 import inputstream

    if not isinstance(inputstream.characters_until_regex, _Compiled):
        inputstream.characters_until_regex = _Compiled()
    return weasyprint


class _Compiled(dict[tuple[Iterable[str], bool], re.Pattern[str]]):
    """
    Patterns by what they stop at.

    tinyhtml5 2.1 looks for a pattern under these letters and keeps it under the pattern itself;
    it would put each together for every word it reads, in a third of the time that parsing takes.
    """

    def __missing__(self, key: tuple[Iterable[str], bool]) -> re.Pattern[str]:
        """The pattern for these letters, or for all others."""
        letters_, opposite = key
        inner = "".join(f"\\x{ord(one):02x}" for one in letters_)
        self[key] = re.compile(f"[{'' if opposite else '^'}{inner}]+")
        return self[key]


@contextmanager
def _dated(date: dt.date) -> Iterator[None]:
    """Font subsets and metadata take their dates from SOURCE_DATE_EPOCH."""
    before = os.environ.get(_EPOCH)
    midnight = dt.datetime(date.year, date.month, date.day, tzinfo=dt.UTC)
    os.environ[_EPOCH] = str(int(midnight.timestamp()))
    try:
        yield
    finally:
        if before is None:
            del os.environ[_EPOCH]
        else:
            os.environ[_EPOCH] = before
