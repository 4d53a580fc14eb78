"""HTML to PDF: fetching nothing, tagged, the same bytes every time."""

from __future__ import annotations

import datetime as dt
import logging
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from carreport.errors import FetchRefused, MissingSystemLibrary

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIANT: Final = "pdf/ua-1"
_EPOCH: Final = "SOURCE_DATE_EPOCH"


def write_pdf(html: str, date: dt.date) -> bytes:
    """
    Render a self-contained page.

    Args:
        html: Everything inside; a request for anything else is refused.
        date: Printed into the file as its date, so that no clock is asked.

    Returns:
        The PDF's bytes, the same for the same page and versions.

    Raises:
        FetchRefused: The page asks for something outside itself.
        MissingSystemLibrary: Pango is not installed.
    """
    weasyprint = _weasyprint()
    from weasyprint.urls import URLFetcher

    refused: list[str] = []

    class OnlyData(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        """Refuses and remembers every address that is not data:."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.startswith("data:"):
                refused.append(url)
            return super().fetch(url, headers)

    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    with _dated(date):
        document = weasyprint.HTML(
            string=html, base_url=None, url_fetcher=OnlyData(allowed_protocols=("data",))
        )
        written: bytes = document.write_pdf(pdf_variant=VARIANT, pdf_tags=True)
    if refused:
        raise FetchRefused(sorted(set(refused)))
    return written


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
    return weasyprint


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
