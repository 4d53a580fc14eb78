"""PDF: nothing is fetched, everything is inside, the same bytes every time."""

import datetime as dt
import io
import os

import pypdf
import pytest

from carreport.errors import FetchRefused
from carreport.render.pdf import write_pdf

DAY = dt.date(2020, 8, 19)
HTML = (
    '<!doctype html><html lang="en"><head><title>t</title>{}</head><body><p>x</p>{}</body></html>'
)

REQUESTS = {
    "a remote image": ("", '<img alt="" src="http://example.org/a.png">', "http://example.org/a.png"),
    "an image by https": ("", '<img alt="" src="https://example.org/a.png">', "https://example.org/a.png"),
    "a file": ("", '<img alt="" src="file:///etc/hostname">', "file:///etc/hostname"),
    "a background": (
        "<style>p{background:url(https://example.org/b.png)}</style>", "", "https://example.org/b.png"),
    "an imported style sheet": (
        "<style>@import url(https://example.org/c.css);</style>", "", "https://example.org/c.css"),
    "a linked style sheet": (
        '<link rel="stylesheet" href="https://example.org/d.css">', "", "https://example.org/d.css"),
    "a font": (
        "<style>@font-face{font-family:F;src:url(https://example.org/e.woff2)}p{font-family:F}</style>",
        "", "https://example.org/e.woff2"),
    "an image inside a drawing": (
        "", ('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
        '<image href="https://example.org/f.png" width="9" height="9"/></svg>'), "https://example.org/f.png"),
    "an attachment": (
        '<link rel="attachment" href="file:///etc/hostname">', "", "file:///etc/hostname"),
}  # fmt: skip


@pytest.mark.parametrize("what", REQUESTS)
def test_whatever_a_page_asks_for_is_refused(what):
    """An address outside the page stops the build and is named."""
    head, body, url = REQUESTS[what]

    with pytest.raises(FetchRefused) as caught:
        write_pdf(HTML.format(head, body), DAY)

    assert caught.value.urls == (url,)
    assert "embed it instead, nothing is fetched" in str(caught.value)


def test_what_is_inside_the_page_is_used():
    """An image as data: is no request."""
    dot = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw=="

    assert write_pdf(HTML.format("", f'<img alt="" src="{dot}">'), DAY).startswith(b"%PDF-")


def test_the_same_page_gives_the_same_bytes(monkeypatch):
    """Whatever SOURCE_DATE_EPOCH and the clock say; the environment is left as it was."""
    first = write_pdf(HTML.format("", ""), DAY)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")

    assert write_pdf(HTML.format("", ""), DAY) == first
    assert os.environ["SOURCE_DATE_EPOCH"] == "1"


def test_the_pdf_is_tagged_has_a_language_and_a_title():
    """PDF/UA: a screen reader can read it."""
    reader = pypdf.PdfReader(io.BytesIO(write_pdf(HTML.format("", ""), DAY)))
    catalog = reader.trailer["/Root"]

    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "en"
    assert reader.metadata.title == "t"


def test_the_printed_numbers_are_in_the_pdf(built, tiny_results):
    """The text of the PDF holds what the page prints."""
    text = "".join(page.extract_text() for page in pypdf.PdfReader(built / "interim.pdf").pages)

    for id_ in ("survival.os.rate@day=365", "baseline.age.median", "disposition.enrolled.n"):
        assert tiny_results[id_].display in text
