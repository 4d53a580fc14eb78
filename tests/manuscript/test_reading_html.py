"""Pages: what a browser shows is read, with the ids our own carry."""

from __future__ import annotations

import pytest
from papers import marked, texts

from carreport.errors import BadInput
from carreport.manuscript.model import Mark
from carreport.manuscript.reading import read


def page(folder, body, head="", name="a.html"):
    path = folder / name
    path.write_text(f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>", "utf-8")
    return read(path)


def test_what_stands_apart_is_a_block_and_what_runs_on_is_not(tmp_path):
    body = "<div>One <b>14</b><i>7</i><p>Two<br>3</p>tail 4</div>5<!-- 99 -->6"

    assert texts(page(tmp_path, body).blocks) == ["One 147", "Two 3", "tail 4", "56"]


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>99</script>", "<style>p{margin:99px}</style>", "<template>99</template>",
        "<p hidden>99</p>", '<p style="color:red; display:none">99</p>', "<dialog>99</dialog>",
        "<button>99</button>", "<select><option>99</option></select>", "<noscript>99</noscript>",
        "<svg><desc>99</desc><title>99</title><defs><text>99</text></defs></svg>", "<del>99</del>",
        '<span class="katex-html">99</span>', "<?php 99 ?>",
    ],
)  # fmt: skip
def test_what_nobody_sees_is_not_read(tmp_path, hidden):
    assert texts(page(tmp_path, f"<p>before {hidden}after</p>").blocks) in (
        ["before after"], ["before", "after"]
    )  # fmt: skip


def test_raised_and_lowered_digits_stay_so(tmp_path):
    body = (
        "2 × 10<sup>6</sup>/m<sup>2</sup>, 61%<sup>3</sup> CO<sub>2</sub> 1<sup>st</sup>"
        '<span style="vertical-align: super">4</span>'
    )

    assert texts(page(tmp_path, body).blocks) == ["2 × 10⁶/m², 61%\u200a³ CO₂ 1st⁴"]


def test_formulas_are_read_once(tmp_path):
    formula = (
        "<math><semantics><mrow><msup><mn>10</mn><mn>6</mn></msup><mo>=</mo><mfrac><mn>12</mn>"
        '<mn>14</mn></mfrac></mrow><annotation encoding="application/x-tex">99</annotation>'
        "</semantics></math>"
    )

    assert texts(page(tmp_path, formula).blocks) == ["10⁶=12/14"]


def test_entities_are_characters_and_soft_hyphens_are_nothing(tmp_path):
    body = "p&nbsp;&lt;&thinsp;0.05, sur&shy;vival 61&plusmn;14 &#8722;5 &unknown; 10&#x202F;000"

    assert texts(page(tmp_path, body).blocks) == [
        "p\xa0<\u20090.05, survival 61±14 −5 &unknown; 10\u202f000"
    ]


def test_external_entities_are_never_fetched(tmp_path):
    (tmp_path / "secret").write_text("99", "utf-8")
    path = tmp_path / "a.html"
    path.write_text(
        f'<!DOCTYPE html SYSTEM "file://{tmp_path}/none.dtd" [<!ENTITY x SYSTEM "secret">]>'
        "<html><body><p>14 &x;</p></body></html>",
        "utf-8",
    )

    assert "99" not in "".join(texts(read(path).blocks))


def test_cells_have_their_heads_and_merged_ones_stand_once(tmp_path):
    body = (
        "<table><caption>Table 3. Events</caption><thead><tr><th rowspan=2>Term</th>"
        "<th colspan=2>Grade</th></tr><tr><th>1</th><th>2</th></tr></thead><tbody>"
        "<tr><th colspan=3>Blood</th></tr><tr><th>Anaemia</th><td>4 (28.6%)</td><td>1</td></tr>"
        "<tr><th rowspan=2>Fever</th><td>8</td><td><p>2</p><p>5</p></td></tr>"
        "<tr><td>0</td><td>7</td></tr></tbody></table>"
    )
    blocks = {block.text: block for block in page(tmp_path, body).blocks}

    assert blocks["4 (28.6%)"].header == "Grade · 1 · Blood · Anaemia"
    assert blocks["4 (28.6%)"].place == "Table 3, row 4, column 2"
    assert blocks["7"].header == "Grade · 2 · Blood · Fever"
    assert blocks["2 5"].header == "Grade · 2 · Blood · Fever"
    assert blocks["Blood"].header == ""


def test_tables_within_cells_are_tables(tmp_path):
    body = "<table><tr><td>a 1<table><tr><td>b 2</td></tr></table>c 3</td></tr></table>"

    assert sorted(texts(page(tmp_path, body).blocks)) == ["a 1 c 3", "b 2"]


def test_numbers_of_lists_are_marked(tmp_path):
    body = (
        '<ol start="3"><li>c</li><li value="9">i</li></ol><ol type="A"><li>a</li></ol>'
        "<ol reversed><li>two</li><li>one</li></ol><ul><li>dot</li></ul>"
        '<ol style="list-style: none"><li>none</li></ol><nav><ol><li>entry</li></ol></nav>'
    )
    blocks = page(tmp_path, body).blocks

    assert texts(blocks) == [
        "3. c", "9. i", "A. a", "2. two", "1. one", "dot", "none", "entry",
    ]  # fmt: skip
    assert blocks[0].marks == (Mark(0, 2, "", "numbering"),)
    assert blocks[-1].kind == "furniture"


def test_lettering_of_a_drawing_is_named_after_its_caption(tmp_path):
    body = (
        '<figure><svg><g data-axis="true"><text>20</text></g><g data-id="a.b"><text>14</text></g>'
        "<text>x<tspan dy='1'>y</tspan></text></svg><figcaption>Figure 2. Curves</figcaption></figure>"
    )
    blocks = page(tmp_path, body).blocks

    assert [(block.place, block.text) for block in blocks] == [
        ("Figure 2, lettering 1", "20"), ("Figure 2, lettering 2", "14"),
        ("Figure 2, lettering 3", "x y"), ("caption of Figure 2", "Figure 2. Curves"),
    ]  # fmt: skip
    assert blocks[0].marks == (Mark(0, 2, "", "axis"),)
    assert blocks[1].marks == (Mark(0, 2, "a.b"),)


def test_marks_say_whose_digits_they_are(tmp_path):
    body = (
        '<p>Of <data data-id="a.n">47</data>, <span data-ref="x">Table 1</span>, '
        '<span data-label="">CD19</span>, <span data-method="">7</span></p>'
        '<ul><li data-number="a.n">n <span data-trace="exact">47.0</span> p. 3</li></ul>'
    )
    blocks = page(tmp_path, body).blocks

    assert [(one.owner, one.id, blocks[0].text[one.start : one.end]) for one in blocks[0].marks] == [
        ("number", "a.n", "47"), ("reference", "", "Table 1"), ("label", "", "CD19"),
        ("method", "", "7"),
    ]  # fmt: skip
    assert blocks[1].marks == (Mark(0, len("n 47.0 p. 3"), "a.n", "trace"),)


def test_the_inner_of_two_marks_counts_and_links_carry_ids(tmp_path):
    body = (
        '<p><span data-label="">day <data data-id="a.day">28</data> on</span> '
        '<a href="report.html#b.c@day=730,group=x%20y">78.6%</a> <a href="#table1">1</a></p>'
    )
    manuscript = page(tmp_path, body)

    assert marked(manuscript) == {"a.day": "28", "b.c@day=730,group=x y": "78.6%"}
    assert [one.owner for one in manuscript.blocks[0].marks] == [
        "label", "number", "label", "number",
    ]  # fmt: skip


def test_headings_titles_notes_and_literature(tmp_path):
    body = (
        "<h1>A study of 14</h1><h2>Results</h2><p>Text</p><div class=footnotes><p>1 Note</p></div>"
        "<h2>References</h2><ol><li>Smith 2019;12</li></ol><h3>Online</h3><p>doi 10.1</p>"
        "<h2>Appendix</h2><p>14 patients</p><pre>x = 3</pre>"
    )

    assert [(block.kind, block.text) for block in page(tmp_path, body).blocks] == [
        ("title", "A study of 14"), ("heading", "Results"), ("prose", "Text"), ("note", "1 Note"),
        ("heading", "References"), ("reference", "1. Smith 2019;12"), ("heading", "Online"),
        ("reference", "doi 10.1"), ("heading", "Appendix"), ("prose", "14 patients"),
        ("code", "x = 3"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<html><meta charset=latin1><p>61±14 –".encode("cp1252"), "61±14 –"),
        ("\ufeff<html><p>61±14".encode("utf-16"), "61±14"),
        ("<html><p>61±14".encode(), "61±14"),
        ('<?xml version="1.0" encoding="utf-8"?><html><p>61±14</p></html>'.encode(), "61±14"),
        ("<html><meta charset=nonsense><p>61±14".encode(), "61±14"),
    ],
    ids=["latin1", "utf-16", "unnamed", "xhtml", "unknown"],
)
def test_encodings_of_pages(tmp_path, content, expected):
    (tmp_path / "a.html").write_bytes(content)

    assert texts(read(tmp_path / "a.html").blocks) == [expected]


def test_a_false_encoding_is_told(tmp_path):
    (tmp_path / "a.html").write_bytes("<html><meta charset=utf-8><p>61±14".encode("cp1252"))
    manuscript = read(tmp_path / "a.html")

    assert texts(manuscript.blocks) == ["61±14"]
    assert "Windows-1252" in manuscript.notices[0]


def test_elements_without_end_are_refused_and_a_thousand_are_not(tmp_path):
    assert texts(page(tmp_path, "<div>" * 1000 + "14").blocks) == ["14"]
    with pytest.raises(BadInput, match="2,000 deep"):
        page(tmp_path, "<div>" * 3000 + "14")
