"""Plain text and Markdown: paragraphs, tables, encodings, what is left of LaTeX."""

from __future__ import annotations

import pytest
from papers import texts

from carreport.manuscript.reading import read
from carreport.manuscript.reading.tex import without_tex


def written(folder, text, name="a.txt"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(path)


def test_paragraphs_stand_between_empty_lines(tmp_path):
    blocks = written(tmp_path, "Of 14\npatients.\n \nOf 47.\x0cNext page 3.").blocks

    assert texts(blocks) == ["Of 14 patients.", "Of 47.", "Next page 3."]
    assert [block.place for block in blocks] == ["line 1", "line 4", "line 4"]


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        ("overall sur-\nvival", "overall survival"),
        ("MRD-\npositive", "MRD-positive"),
        ("long-\nterm; the long-term", "long-term; the long-term"),
        ("2020–\n2021", "2020–2021"),
        ("172-\n945", "172-945"),
        ("14/\n47", "14/47"),
        ("14 –\n47", "14 – 47"),
        ("CAR-\nT", "CAR-T"),
        ("14\n47", "14 47"),
    ],
)
def test_words_and_ranges_broken_at_the_end_of_a_line_are_whole_again(tmp_path, lines, whole):
    assert texts(written(tmp_path, f"So {lines}.").blocks) == [f"So {whole}."]


def test_items_of_lists_are_paragraphs(tmp_path):
    assert texts(written(tmp_path, "1. One 3\n2. Two\n   goes on\n- Three").blocks) == [
        "1. One 3", "2. Two goes on", "- Three",
    ]  # fmt: skip


def test_lines_with_tabs_are_tables(tmp_path):
    text = "Table 1 Patients\n\nTerm\tGrade 1\tGrade 2\nBlood\t\t\nFever\t8 (57.1%)\t\n\nAfter"
    blocks = {block.text: block for block in written(tmp_path, text).blocks}

    assert blocks["Table 1 Patients"].kind == "caption"
    assert blocks["8 (57.1%)"].header == "Grade 1 · Blood · Fever"
    assert blocks["8 (57.1%)"].place == "line 5, column 2"
    assert blocks["After"].kind == "heading"


def test_references_are_literature_up_to_the_next_chapter(tmp_path):
    text = "References\n\n1. Smith 2019;3:4.\n2. Jones 2020.\n\nFigure legends\n\nOf 14."

    assert [block.kind for block in written(tmp_path, text).blocks] == [
        "heading", "reference", "reference", "heading", "prose",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "notice"),
    [
        ("61±14 – µg".encode(), ""),
        ("\ufeff61±14 – µg".encode(), ""),
        ("\ufeff61±14 – µg".encode("utf-16-le"), ""),
        ("\ufeff61±14 – µg".encode("utf-16-be"), ""),
        ("61±14 – µg of a long enough text".encode("utf-16-le"), "byte order mark"),
        ("61±14 – µg".encode("cp1252"), "Windows-1252"),
    ],
    ids=["utf-8", "marked", "little", "big", "unmarked", "windows"],
)
def test_encodings(tmp_path, content, notice):
    manuscript = written(tmp_path, content)

    assert texts(manuscript.blocks)[0].startswith("61±14 – µg")
    assert notice in "".join(manuscript.notices)
    assert bool(manuscript.notices) == bool(notice)


@pytest.mark.parametrize(
    ("written_", "said"),
    [
        (r"$61.2\% \pm 14.0\%$", "61.2% ± 14.0%"),
        (r"$2.5 \times 10^{6}$/kg", "2.5 × 10⁶/kg"),
        (r"2 x 10^6 cells", "2 x 10⁶ cells"),
        (r"10^{-6}", "10⁻⁶"),
        (r"$p < 0.05$", "p < 0.05"),
        (r"$\frac{12}{14}$", "12/14"),
        (r"$\mathrm{IL}_{6}$", "IL6"),
        (r"Lu^{1,2}", "Lu¹,²"),
        (r"cost $5 and $10", "cost $5 and $10"),
        (r"\(n = 14\)", "n = 14"),
        (r"S0140-6736\(14\)61729", r"S0140-6736\(14\)61729"),
        (r"$x^{2^{3}}$", "x²\u200a³"),
        (r"60\%", "60%"),
        (r"$37^\circ$C", "37°C"),
        (r"$\unknown{14}$", r"\unknown14"),
        (r"$_{}$ 7", " 7"),
    ],
)  # fmt: skip
def test_formulas_of_latex_are_read(written_, said):
    assert without_tex(written_) == said


def test_markdown_is_read_with_its_lines(tmp_path):
    text = (
        '---\ntitle: "Of 14"\ndate: 2020\n---\n\n# A study\n\nOf *14* and $61\\% \\pm 14\\%$<br>x\n\n'
        "| Term | n |\n|---|---|\n| Fever | 8 |\n\n3. three\n\n```\ny = 5\n```\n\n"
        "<!-- 99 --> <p hidden>99</p>\n\n## References\n\n1. Smith 2019.\n"
    )
    manuscript = written(tmp_path, text, "a.md")

    assert manuscript.title == "Of 14"
    assert [(block.kind, block.text, block.place) for block in manuscript.blocks] == [
        ("title", "A study", "line 6"),
        ("prose", "Of 14 and 61% ± 14% x", "line 8"),
        ("cell", "Term", "line 10, table 1, row 1, column 1"),
        ("cell", "n", "line 10, table 1, row 1, column 2"),
        ("cell", "Fever", "line 10, table 1, row 2, column 1"),
        ("cell", "8", "line 10, table 1, row 2, column 2"),
        ("prose", "3. three", "line 14"),
        ("code", "y = 5", "line 16"),
        ("heading", "References", "line 22"),
        ("reference", "1. Smith 2019.", "line 24"),
    ]
    assert manuscript.blocks[5].header == "n · Fever"


def test_a_comparison_in_markdown_is_no_element(tmp_path):
    blocks = written(tmp_path, "p<0.05, n<14 and 3 > 2", "a.md").blocks

    assert texts(blocks) == ["p<0.05, n<14 and 3 > 2"]
