"""The report of the bundled study, built once: the paper's numbers stand on its pages, traced."""

import datetime as dt
import itertools
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest
from folders import StudyFolder, tree
from lxml import html

from carreport.figures import png
from carreport.pipeline import build
from carreport.results.save import listing_record

ROOT = Path(__file__).resolve().parents[1]
MM = 72 / 25.4


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """HTML and PDF of the bundled report, its pictures as fine as a user has them."""
    out = tmp_path_factory.mktemp("report") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("carreport.writing.png", png)
        build(ROOT / "data", out=out, documents=["report"])
    return out


@pytest.fixture(scope="module")
def page(report):
    """The finished page, parsed."""
    return html.document_fromstring((report / "report.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def pdf(report):
    """The PDF."""
    return pypdf.PdfReader(report / "report.pdf")


@pytest.fixture(scope="module")
def pdf_pages(pdf):
    """Its text, page by page."""
    return [" ".join(one.extract_text().split()) for one in pdf.pages]


# Lu et al. 2021, abstract and results: what each number is printed as.
PRINTED = {
    "disposition.enrolled.n": "47",
    "disposition.mrd.n": "14",
    "response.mrd_negative.rate": "85.7%",
    "baseline.dose.median@group=mrd_positive": "6.78",
    "survival.os.observed_median@group=mrd_positive": "647",
    "response.time_to_relapse.median": "418",
    "response.time_to_hsct.median": "51",
    "kinetics.infusion_interval.median": "6.8",
    "response.mrd_and_expansion.p": "0.014",
    "response.mrd_and_duration.p": "0.048",
    "survival.efs.se@day=730,group=mrd_positive": "14.0%",
    "survival.os.se@day=730,group=mrd_positive": "11.0%",
}


@pytest.mark.parametrize("id_", PRINTED)
def test_the_paper_s_number_stands_on_the_page(id_, page):
    """Printed under its id, at least once, as the paper prints it."""
    printed = {element.text_content() for element in page.iterfind(f".//data[@data-id='{id_}']")}

    assert PRINTED[id_] in printed


def test_every_figure_and_table_of_the_paper_is_there(page):
    """Three of each, with captions, numbered as in the paper."""
    text = " ".join(page.text_content().split())

    for kind in ("Figure", "Table"):
        for number in "123":
            assert re.search(rf"{kind}\s{number}\b", text), (kind, number)
    for id_ in ("figure1", "figure2", "figure3", "table1", "table2", "table3"):
        assert page.get_element_by_id(id_) is not None


def test_the_page_opens_with_what_the_data_are(page):
    """Before the first result: partly simulated, and what share."""
    text = " ".join(page.text_content().split()).casefold()

    assert 0 <= text.find("simulated") < text.find("results")
    shares = page.xpath("//data[starts-with(@data-id, 'study.cells.percent@origin=')]")
    assert len(shares) >= 3


def test_every_id_on_the_page_has_a_row(report, page):
    """results.json explains each number the page prints."""
    rows = {row["id"] for row in json.loads((report / "results.json").read_text())["results"]}

    printed = {element.get("data-id") for element in page.iterfind(".//*[@data-id]")}
    assert len(printed) > 200
    assert printed <= rows


def test_every_number_is_used_or_listed(report):
    """The appendix lists what no sentence prints, so that nothing is computed in secret."""
    rows = json.loads((report / "results.json").read_text(encoding="utf-8"))["results"]
    unused = [row["id"] for row in rows if not row["uses"] and not row["id"].startswith("study.")]

    saved = (report / "results.csv").read_text(encoding="utf-8")
    assert all(id_ in saved for id_ in unused)


def test_every_link_on_the_page_has_a_target(page):
    """References, contents and notes lead somewhere."""
    ids = {element.get("id") for element in page.iterfind(".//*[@id]")}
    links = {link.get("href") for link in page.iterfind(".//a[@href]")}

    inside = {link[1:] for link in links if link.startswith("#")}
    assert inside
    assert inside <= ids


def test_no_id_of_an_element_stands_twice(page):
    """Also where several drawings are on one page."""
    ids = [element.get("id") for element in page.iterfind(".//*[@id]")]

    assert sorted({one for one in ids if ids.count(one) > 1}) == []


def test_every_figure_has_words_for_who_cannot_see_it(page):
    """A text alternative that says more than the title."""
    drawings = [one for one in page.iter("svg") if one.get("role") == "graphics-document"]
    words = [page.get_element_by_id(one.get("aria-labelledby")).text_content() for one in drawings]

    assert len(words) == 3
    assert all(len(alternative) > 80 for alternative in words)


def test_headings_are_nested_without_a_gap(page):
    """One first heading, and no level skipped."""
    levels = [int(element.tag[1]) for element in page.iter("h1", "h2", "h3", "h4")]

    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))


def test_the_page_fetches_nothing(report):
    """It is one file."""
    text = (report / "report.html").read_text(encoding="utf-8")

    assert not re.findall(r"""\ssrc\s*=\s*["']?(?!data:)[^"'\s>]+""", text)
    assert not re.findall(r"url\((?!\s*['\"]?(?:data:|#))", text)


def test_the_pdf_is_a4_with_the_wide_table_lying(pdf):
    """210 by 297 mm; at least one landscape page; none of another size."""
    sizes = {
        (round(float(one.mediabox.width) / MM), round(float(one.mediabox.height) / MM))
        for one in pdf.pages
    }

    assert sizes == {(210, 297), (297, 210)}


def test_the_pdf_holds_the_paper_s_numbers(pdf_pages):
    """As text that can be searched and copied."""
    text = " ".join(pdf_pages)

    for printed in ("85.7%", "61.2", "78.6", "647", "6.78", "22.9", "0.014", "0.048"):
        assert printed in text


def test_every_page_of_the_pdf_says_which_it_is(pdf_pages):
    """Page n of N."""
    for number, text in enumerate(pdf_pages, start=1):
        assert re.search(rf"\b{number}\s*(?:of|/)\s*{len(pdf_pages)}\b", text), number


def test_the_pdf_has_bookmarks_and_a_title(pdf):
    """To find one's way."""
    assert len(pdf.outline) >= 3
    assert "CAR-T" in (pdf.metadata.title or "")


# The first start; six weeks later, with one evaluation; a year later, with relapses and deaths.
CUTOFFS = ["2018-01-17", "2018-03-01", "2019-04-01"]


@pytest.mark.parametrize("cutoff", CUTOFFS)
def test_an_earlier_report_builds_and_knows_nothing_later(cutoff, tmp_path):
    """Any cutoff gives a report, without a later date, and one patient is not called patients."""
    day = dt.date.fromisoformat(cutoff)
    made = build(
        ROOT / "data", cutoff=day, out=tmp_path / "out", documents=["report"], formats=["html"]
    )

    text = html.document_fromstring((made.out / "report.html").read_text(encoding="utf-8"))
    words = spoken(text.find(".//main"))
    assert not re.search(r"\b(?<!of )1 (?:patients|infusions|events|relapses)\b", words)
    assert not re.search(r"\bof 1 (?:\S+ )?patients (?:were|had|have)\b", words)
    later = [one for one in re.findall(r"\b20\d\d-\d\d-\d\d\b", words) if one > cutoff]
    assert later == []
    years = {str(year) for year in range(int(cutoff[:4]) + 1, 2022)} - {"2021"}
    assert not years & set(re.findall(r"\b20\d\d\b", words))


def spoken(main):
    """The prose of a page: paragraphs without their marks."""
    paragraphs = []
    for paragraph in main.iter("p"):
        pieces = paragraph.xpath(".//text()[not(ancestor::sup)]")
        paragraphs.append(" ".join("".join(pieces).split()))
    return "\n".join(paragraphs)


def test_the_bundled_report_has_the_same_bytes_from_another_process(report, tmp_path):
    """Another copy, time zone, hash seed and date: not one byte differs in any file."""
    copy = StudyFolder(tmp_path / "study")
    for name, content in tree(ROOT / "data").items():
        copy.write(name, content)
    code = "from carreport.cli import app; app()"
    subprocess.run(  # noqa: S603
        [
            sys.executable,
            "-c",
            code,
            "build",
            copy.path,
            "--out",
            tmp_path / "out",
            "--document",
            "report",
        ],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "TZ": "Asia/Kathmandu",
            "PYTHONHASHSEED": "7",
            "SOURCE_DATE_EPOCH": "1000000000",
        },
        check=True,
        capture_output=True,
    )

    one, two = tree(report), tree(tmp_path / "out")
    assert list(one) == list(two)
    assert [name for name in one if one[name] != two[name]] == []


def test_listings_are_saved_beside_their_figures(report, bundled):
    """What is plotted can be read as a table, every row with its id."""
    saved = json.loads((report / "results.json").read_text(encoding="utf-8"))["listings"]

    assert [one["id"] for one in saved] == list(bundled.listings)
    curve = next(one for one in saved if one["id"] == "survival.os.curve@group=mrd_positive")
    assert curve == listing_record(bundled.listing(curve["id"]))
    assert list((report / "figures").glob("figure1-*.csv"))


def test_the_page_is_no_burden(report):
    """With its traces, code and cells inside it stays under three megabytes."""
    assert (report / "report.html").stat().st_size < 3_000_000


def test_nothing_was_warned_of(bundled):
    """A warning is kept in the trace of its number; the bundled study gives none."""
    traces = [one.trace for one in (*bundled.values(), *bundled.listings.values())]

    assert {text for trace in traces for text in trace.warnings} == set()
