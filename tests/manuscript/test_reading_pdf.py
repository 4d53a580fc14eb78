"""PDFs: lines become paragraphs again, columns are read one after the other, tables have heads."""

from __future__ import annotations

import pikepdf
import pytest
from papers import marked, pdf, texts

from carreport.errors import BadInput
from carreport.manuscript.reading import read

PROSE = (
    "Of the fourteen patients with residual disease twelve were in remission after one infusion, "
    "and six of them went on to transplantation within three months, as had been planned before. "
)


def test_lines_are_joined_to_paragraphs(tmp_path):
    blocks = read(pdf(tmp_path, f"<p>{PROSE}It was 61.2 ± 14.0%.</p><p>{PROSE * 2}</p>")).blocks

    assert texts(blocks) == [f"{PROSE}It was 61.2 ± 14.0%.", (PROSE * 2).strip()]
    assert [block.place for block in blocks] == ["page 1, paragraph 1", "page 1, paragraph 2"]


def test_words_broken_at_the_end_of_a_line_are_whole_again(tmp_path):
    style = "p { width: 40mm; hyphens: auto; text-align: justify }"
    (block,) = read(pdf(tmp_path, f"<p>{PROSE * 3}</p>", style)).blocks

    assert block.text == (PROSE * 3).strip()


@pytest.mark.parametrize("joint", ["–", "-", "/"])
def test_ranges_broken_at_the_end_of_a_line_are_whole_again(tmp_path, joint):
    (block,) = read(pdf(tmp_path, f"<p>It was 2020{joint}<br>2021 then.</p>")).blocks

    assert block.text == f"It was 2020{joint}2021 then."


def test_columns_are_read_one_after_the_other(tmp_path):
    style = "div { columns: 2; column-gap: 8mm } h1 { font-size: 20pt }"
    body = f"<h1>A study</h1><div><p>{PROSE * 5}Left 11.</p><p>{PROSE * 6}Right 22.</p></div>"
    blocks = read(pdf(tmp_path, body, style)).blocks

    assert blocks[0].kind == "title"
    whole = " ".join(texts(blocks, "prose"))
    assert whole == f"{PROSE * 5}Left 11. {PROSE * 6}Right 22."


def test_what_stands_across_both_columns_parts_them(tmp_path):
    style = "div { columns: 2; column-gap: 8mm } td { padding: 0 9mm }"
    cells = "".join(f"<td>{at} ({at * 7}%)</td>" for at in range(1, 6))
    body = (
        f"<div><p>{PROSE * 4}One 11.</p><p>{PROSE * 4}Two 22.</p></div>"
        f"<p>Table 7. Events</p><table><tr>{cells}</tr><tr>{cells}</tr></table>"
        f"<div><p>{PROSE * 4}Three 33.</p><p>{PROSE * 4}Four 44.</p></div>"
    )
    blocks = read(pdf(tmp_path, body, style)).blocks

    assert " ".join(texts(blocks, "prose")) == " ".join(
        f"{PROSE * 4}{word}." for word in ("One 11", "Two 22", "Three 33", "Four 44")
    )
    assert texts(blocks, "cell") == [f"{at} ({at * 7}%)" for at in range(1, 6)] * 2


def test_notes_in_the_margin_do_not_break_the_text_beside_them(tmp_path):
    style = (
        "section { position: relative } p { width: 110mm; margin: 0 } "
        "aside { position: absolute; left: 120mm; top: 3mm; width: 45mm; font-size: 7.5pt }"
    )
    body = f"<section><p>{PROSE * 4}</p><aside>A note of 33 words. {PROSE}</aside></section>"

    assert sorted(texts(read(pdf(tmp_path, body, style)).blocks)) == [
        f"A note of 33 words. {PROSE}".strip(), (PROSE * 4).strip(),
    ]  # fmt: skip


def test_raised_and_lowered_digits_stay_so(tmp_path):
    body = (
        "<p>2.5 × 10<sup>6</sup> cells/m<sup>2</sup>, 61.2%<sup>7</sup>, "
        "10<sup>−3</sup> and H<sub>2</sub>O.</p>"
    )

    assert texts(read(pdf(tmp_path, body)).blocks) == [
        "2.5 × 10⁶ cells/m², 61.2%\u200a⁷, 10⁻³ and H₂O."
    ]


def test_turned_text_is_read_along_its_lines(tmp_path):
    style = "b { position: absolute; top: 90mm; transform: rotate(%s) }"

    for angle in ("90deg", "-90deg", "180deg"):
        blocks = read(pdf(tmp_path, "<p>Up 12.</p><b>Down 345 (67%)</b>", style % angle)).blocks
        assert sorted(texts(blocks)) == ["Down 345 (67%)", "Up 12."]


TABLE = (
    "<p>Table 2. Events of 14 patients</p><table><tr><th>Event</th><th>Grade 1</th><th>Grade 2</th>"
    "</tr><tr><td>Fever</td><td>8 (57.1%)</td><td>2</td></tr><tr><td>Anaemia</td><td>4</td>"
    "<td>10<sup>a</sup></td></tr></table><p>After it, some prose of one line.</p>"
)


def test_cells_have_the_heads_of_their_columns_and_rows(tmp_path):
    style = "td, th { padding: 1mm 8mm; text-align: left } p { margin: 4mm 0 }"
    blocks = {block.text: block for block in read(pdf(tmp_path, TABLE, style)).blocks}

    assert blocks["Table 2. Events of 14 patients"].kind == "caption"
    assert blocks["8 (57.1%)"].header == "Grade 1 · Fever"
    assert blocks["8 (57.1%)"].place == "page 1, Table 2, row 2, column 2"
    assert blocks["10\u200aᵃ"].header == "Grade 2 · Anaemia"
    assert blocks["After it, some prose of one line."].kind == "prose"


def test_running_heads_and_page_numbers_are_furniture(tmp_path):
    style = (
        "@page { @top-left { content: 'A trial of 14' } "
        "@bottom-center { content: counter(page) ' of ' counter(pages) } } p { break-after: page }"
    )
    words = ("one", "two", "three", "four")
    pages = "".join(f"<p>Now {word}, {word} and {word}. {PROSE}{word}.</p>" for word in words)
    blocks = read(pdf(tmp_path, pages, style)).blocks

    assert texts(blocks, "furniture")[:4] == ["A trial of 14", "1 of 4", "A trial of 14", "2 of 4"]
    assert len(texts(blocks, "prose")) == 4


def test_rows_at_the_edges_of_pages_that_differ_in_their_numbers_are_text(tmp_path):
    rows = [f"Event {at} was seen in {at * at} of 47" for at in range(1, 6)]
    body = "".join(f"<p style='break-after: page'>{row}</p>" for row in rows)

    assert texts(read(pdf(tmp_path, body)).blocks) == rows


def test_heads_of_tables_that_go_on_keep_their_counts(tmp_path):
    rows = "".join(f"<tr><td>Event {at}</td><td>{at * 7}</td></tr>" for at in range(200))
    body = f"<table><thead><tr><th>Event<th>All (N = 47)</thead>{rows}</table>"
    blocks = read(pdf(tmp_path, body, "td, th { padding: 0 9mm }")).blocks

    assert "All (N = 47)" in texts(blocks, "cell")


def test_what_stands_beside_the_paper_is_not_read(tmp_path):
    style = "b { position: absolute; left: 300mm } i { position: absolute; top: -40mm }"

    assert texts(read(pdf(tmp_path, "<p>14</p><b>99</b><i>98</i>", style)).blocks) == ["14"]


def test_headings_and_the_literature_are_told_by_size_and_words(tmp_path):
    body = (
        f"<h1>A study of 14</h1><h2>Results</h2><p>{PROSE}</p><h2>References</h2>"
        "<p>1. Smith 2019;12:3–4, with a title that is long enough to be a line of prose here.</p>"
        f"<h2>Appendix</h2><p>{PROSE}</p>"
    )

    assert [block.kind for block in read(pdf(tmp_path, body)).blocks] == [
        "title", "heading", "prose", "heading", "reference", "heading", "prose",
    ]  # fmt: skip


def test_links_to_ids_are_marks_and_others_are_not(tmp_path):
    body = (
        '<p>Of <a href="#a.n@x=1">47</a> patients in <a href="#table1">Table 1</a>, '
        '<a href="#a.n@x=1">47</a><a href="#b.c">8</a>.</p>'
        '<p id="a.n@x=1">one</p><p id="b.c">two</p><p id="table1">three</p>'
    )
    manuscript = read(pdf(tmp_path, body))

    assert marked(manuscript) == {"a.n@x=1": "47", "b.c": "8"}
    assert len(manuscript.blocks[0].marks) == 3
    assert manuscript.made_by == ""


@pytest.mark.parametrize("fonts", [1, 2], ids=["one font", "all fonts"])
def test_what_fonts_do_not_say_is_no_number(tmp_path, fonts):
    style = "i { font-family: monospace }"
    path = pdf(tmp_path, f"<p>{PROSE}Of 47 <i>14</i></p>", style)
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        found = document.pages[0].Resources.Font.values()
        for font in sorted(found, key=lambda one: "Mono" not in str(one.BaseFont))[:fonts]:
            del font.ToUnicode
            font.DescendantFonts[0].CIDSystemInfo.Ordering = pikepdf.String("Identity")
        document.save(path)
    if fonts == 2:
        with pytest.raises(BadInput, match="does not say which characters"):
            read(path)
        return
    manuscript = read(path)

    assert texts(manuscript.blocks) == [f"{PROSE}Of 47 ��"]
    assert "2 of its letters" in manuscript.notices[0]
