"""What only a look at the finished PDF catches: what happens between the page and the paper."""

import datetime as dt
import re

import pytest

from carreport.errors import UntracedNumber
from carreport.render.pdf import write_pdf
from carreport.render.reread import differences, reading, reread

DAY = dt.date(2020, 8, 19)
PAGE = """<!doctype html><html lang="en"><head><title>t 77</title><style>{}</style></head><body>
<div class="running-head"><div class="head-left">Cutoff 19 August 2020</div></div>
<p class="first">Survival was <data>61.2%</data> (29.4–82.1%) at <b>7</b>30 days, p&nbsp;=&nbsp;0.014.</p>
<ol><li>one</li><li>two</li></ul>
<svg xmlns="http://www.w3.org/2000/svg" width="90" height="40"><title>5</title>
<text class="tick" x="5" y="20" font-size="7">100</text></svg>
<p class="no-print">99</p>{}</body></html>"""
HEADS = """@page { @top-left { content: element(head) }
@bottom-right { content: "Page " counter(page) " of " counter(pages) } }
.running-head { position: running(head) } .no-print { display: none }"""
SHEETS = "<p style='break-before: page'>on</p>" * 12


def found(style="", body="", traces="", page=None):
    """What is different between a page and its PDF."""
    whole = PAGE.format(HEADS + style, body)
    with reading(write_pdf(whole, DAY, traces)) as pdf:
        return list(differences(pdf, page or whole, traces))


def test_a_page_and_its_pdf_hold_the_same_numbers():
    """Numbers of lists, of pages and in running heads come of themselves."""
    assert found(body=SHEETS) == []


def test_a_page_number_may_end_a_line_of_other_numbers():
    """A foot beside it, on one height, is one line with it; what a style sheet adds is noticed."""
    style = (
        "@page { @bottom-left { content: element(foot) } } .running-head { position: static }"
        ".head-left { position: running(head) } .foot { position: running(foot) }"
    )
    page = PAGE.replace(
        "</div></div>", '</div><div class="foot"><p>digest 42ab 7</p></div></div>', 1
    )
    whole = page.format(HEADS + style, SHEETS)
    more = page.format(HEADS + style + ".foot p::after { content: ' of 14' }", SHEETS)

    for text, wrong in ((whole, []), (more, ["14"])):
        with reading(write_pdf(text, DAY)) as pdf:
            assert [one.split("'")[1] for one in differences(pdf, whole)] == wrong


@pytest.mark.parametrize(
    "style",
    [
        ".first data { display: none }",
        ".first data { visibility: hidden }",
        ".first { position: absolute; left: -500mm }",
        "svg { display: none }",
    ],
)
def test_a_number_a_style_sheet_takes_away_is_missed(style):
    """The page has it, and every earlier net has seen it; a reader of the paper does not."""
    number = "'100'" if "svg" in style else "'61.2'"

    lost = f"{number} is not in the PDF as often as in its page"
    assert any(one.startswith(lost) for one in found(style))


def test_a_number_a_style_sheet_makes_is_noticed():
    """It stands in no page, so that no earlier net could see it."""
    style = ".first::before { content: '42 ' }"

    assert found(style) == ["'42' is in the PDF (page 1) oftener than in its page"]


def test_a_small_number_is_no_page_number():
    """What a page's own number looks like is counted, too."""
    plain = PAGE.format(HEADS, SHEETS)
    other = plain.replace("<li>two</li>", "<li>two 9</li>")

    (missed,) = found(body=SHEETS, page=other)
    assert missed.startswith("'9' is not in the PDF as often as in its page (too wide")


def test_a_head_that_goes_on_is_told_from_a_number():
    """Heads of tables stand again on the next page; cells do not."""
    rows = "".join(f"<tr><td>{one}</td></tr>" for one in range(1000, 1100))
    table = f"<table><thead><tr><th>N = 14</th></tr></thead><tbody>{rows}</tbody></table>"

    assert found(body=table) == []


def test_the_numbers_of_the_appendix_are_looked_at():
    """Ids, values and the pages it names."""
    traces = """<section><h2>Traces</h2><p><span id="x"><i>x</i>: 0.6122, <span class="pages">
    <a href="#there"></a></span></span></p></section>"""
    body = SHEETS + '<p id="there">there</p>'

    assert found(body=body, traces=traces) == []
    whole = PAGE.format(HEADS, body)
    written = write_pdf(whole, DAY, traces)
    with pytest.raises(UntracedNumber, match=re.escape("'0.6123' is not in the PDF")):
        reread(written, whole, traces.replace("0.6122", "0.6123"))


def test_the_bundled_texts_are_read_alike(built):
    """The tiny study's report holds what it holds; reading it again finds nothing."""
    with reading((built / "interim.pdf").read_bytes()) as pdf:
        assert any("Where each number comes from" in text for text in pdf.pages)
        assert set(pdf.files()) == {"results.json", "manifest.json"}
