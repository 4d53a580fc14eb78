"""PDF: nothing is fetched, everything is inside, the same bytes every time."""

import datetime as dt
import io
import os

import pikepdf
import pypdf
import pytest

from carreport.errors import FetchRefused
from carreport.render.pdf import write_pdf
from carreport.render.reread import reading

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


TEXT = """<p><a class="trace" id="u1" href="#a.rate@day=1"><data data-id="a.rate@day=1">61.2%</data></a>,
and <a class="trace" id="u2" href="#a.n%20b"><data data-id="a.n b">{}</data></a></p>
<div id="figure1" style="position: relative; width: 200px"><svg xmlns="http://www.w3.org/2000/svg"
width="200" height="100" viewBox="0 0 200 100"><title>d</title><a class="trace" href="#a.k">
<g><text x="20" y="30" font-size="9">12</text></g></a></svg><a class="over" href="#a.k"
style="left:9.00%;top:20.00%;width:8.00%;height:12.00%"></a></div>"""
TRACES = """<section id="trace"><h2>Traces</h2><h3>A</h3><p class="numbers"><span id="a.rate@day=1">
<i>rate</i>: 0.6122, <span class="pages"><a href="#u1"></a></span></span> · <span id="a.n b"><i>n</i>:
14, <span class="pages"><a href="#u2"></a></span></span> · <span id="a.k"><i>k</i>: 12,
<span class="pages"><a href="#u3" data-in="figure1"></a></span></span> {}</p></section>"""
FILES = {"results.json": '{"results": []}', "manifest.json": "{}", "claims.json": "{}"}


def traced(text="14", more="", **files):
    """A page of three numbers with their appendix."""
    return write_pdf(HTML.format("", TEXT.format(text)), DAY, TRACES.format(more), files)


def test_the_same_page_gives_the_same_bytes(monkeypatch):
    """Whatever SOURCE_DATE_EPOCH and the clock say; the environment is left as it was."""
    first = traced(**FILES)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")

    assert traced(**FILES) == first
    assert os.environ["SOURCE_DATE_EPOCH"] == "1"


def test_a_number_leads_to_its_entry_and_the_entry_to_its_page():
    """In text and, over what is drawn, in drawings; ids of any letters."""
    with reading(traced()) as pdf:
        links = [(one.page, one.text, one.target, one.leads_to) for one in pdf.links()]

    assert links == [
        (1, "61.2%", "a.rate@day=1", 2), (1, "14", "a.n b", 2), (1, "12", "a.k", 2),
        (2, "1", "u1", 1), (2, "1", "u2", 1), (2, "1", "figure1", 1),
    ]  # fmt: skip


def test_ids_of_any_letters_are_found():
    """Names are looked up by their bytes, whatever they are."""
    page = TEXT.format("14").replace("a.n%20b", "a.n%C3%A9").replace("a.n b", "a.né")
    traces = TRACES.format("").replace("a.n b", "a.né")
    written = write_pdf(HTML.format("", page), DAY, traces)
    names = list(
        pypdf.PdfReader(io.BytesIO(written)).trailer["/Root"]["/Names"]["/Dests"]["/Names"]
    )

    with reading(written) as pdf:
        assert {one.target: one.leads_to for one in pdf.links() if one.page == 1} == {
            "a.rate@day=1": 2, "a.né": 2, "a.k": 2,
        }  # fmt: skip
    assert names[-2].original_bytes == b"\xfe\xff" + "a.né".encode("utf-16-be")


def test_a_number_broken_over_lines_leads_from_each_of_them():
    """Each part is a link of its own."""
    with reading(traced("fourteen " * 30)) as pdf:
        parts = [one.text for one in pdf.links() if one.target == "a.n b"]

    assert len(parts) > 1
    assert " ".join(parts).split() == ["fourteen"] * 30


def test_the_appendix_has_the_pages_and_heads_of_the_text():
    """Its pages are counted with the others, whatever size those have."""
    style = (
        "<style>@page { size: 100mm 100mm; @top-left { content: 'Head' }"
        "@bottom-right { content: 'Page ' counter(page) ' of ' counter(pages) } }</style>"
    )
    more = "word " * 4000
    written = write_pdf(HTML.format(style, TEXT), DAY, TRACES.format(more))
    pages = pypdf.PdfReader(io.BytesIO(written)).pages

    texts = [" ".join(page.extract_text().split()) for page in pages]
    assert len(texts) > 2
    for at, text in enumerate(texts, start=1):
        assert f"Page {at} of {len(texts)}" in text
        assert "Head" in text
    assert [round(float(page.mediabox.width)) for page in pages[:2]] == [283, 595]
    assert sum(text.count("word") for text in texts) == 4000


def test_the_appendix_writes_letters_the_shipped_fonts_lack():
    """They come from another font of the system, or are at least there to be read."""
    with reading(traced(more="白血病 in 14 patients")) as pdf:
        assert "白血病 in 14 patients" in pdf.pages[1].replace("\r\n", " ")


def test_the_list_of_contents_holds_the_appendix():
    """Its chapters below it."""
    outline = pypdf.PdfReader(io.BytesIO(traced())).outline

    assert [one["/Title"] for one in outline[:1]] == ["Traces"]
    assert [one["/Title"] for one in outline[1]] == ["A"]


def test_a_page_that_ends_without_a_body_has_an_appendix_too():
    """A template of the user's may leave out what HTML allows to be left out."""
    page = f"<!doctype html><html lang=en><title>t</title>{TEXT.format('14')}"

    with reading(write_pdf(page, DAY, TRACES.format(""))) as pdf:
        assert len(pdf.pages) == 2


def test_files_are_inside():
    """As they are given, each with what it is to the document."""
    with pikepdf.open(io.BytesIO(traced(**FILES))) as pdf:
        inside = {name: one.get_file().read_bytes() for name, one in pdf.attachments.items()}
        kinds = {str(one.UF): str(one.AFRelationship) for one in pdf.Root.AF}

    assert inside == {name: text.encode() for name, text in FILES.items()}
    assert kinds == {
        "results.json": "/Data", "manifest.json": "/Supplement", "claims.json": "/Supplement",
    }  # fmt: skip


def test_the_printed_numbers_are_in_the_pdf(built, tiny_results):
    """The text of the PDF holds what the page prints."""
    text = "".join(page.extract_text() for page in pypdf.PdfReader(built / "interim.pdf").pages)

    for id_ in ("survival.os.rate@day=365", "baseline.age.median", "disposition.enrolled.n"):
        assert tiny_results[id_].display in text
