"""No digit of a document is lost, and none is made: in every format, whatever stands in it."""

from __future__ import annotations

import html as escaping
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from papers import digit_runs, paragraph, pdf, raised, run, word

from carreport.manuscript.reading import read

WORDS = st.sampled_from([
    "patients", "survival", "CD19", "MRD-positive", "of", "and", "(", ")", "p <", "range", "≥",
    "years", "±", "Ph+", "IL-2R", "in", "after", "infusion", "grade", "n =", "Table",
])  # fmt: skip
NUMBERS = st.sampled_from([
    "14", "61.2", "61.2%", "0.05", "−0.537", "13–66", "10,000", "10\u202f000", "2020", "8 (57.1%)",
    "12/14", "4.5", "61.2 ± 14.0%", "1e-3", ".640", "2,5", "95% CI 29.4–82.1", "5\u2009%",
])  # fmt: skip
SENTENCE = st.lists(WORDS | NUMBERS, min_size=1, max_size=25).map(" ".join)
POWER = st.sampled_from(["6", "−3", "7,8", "a", "2"])


@st.composite
def documents(draw):
    """Paragraphs, each of text, a raised piece and more text; then rows of a table."""
    paragraphs = draw(st.lists(st.tuples(SENTENCE, POWER, SENTENCE), min_size=1, max_size=6))
    width = draw(st.integers(1, 4))
    cells = st.lists(NUMBERS | WORDS, min_size=width, max_size=width)
    return paragraphs, draw(st.lists(cells, max_size=5))


def said(document):
    """Its runs of digits; a raised piece is one of its own."""
    paragraphs, rows = document
    pieces = [piece for one in paragraphs for piece in one]
    return digit_runs(" ".join([*pieces, *(cell for row in rows for cell in row)]))


def heard(manuscript):
    """The runs of digits of its blocks; raised ones do not run into those before them."""
    found = Counter[str]()
    for block in manuscript.blocks:
        level = "".join(" " if one in "⁰¹²³⁴⁵⁶⁷⁸⁹" else one for one in block.text)
        high = "".join(one if one in "⁰¹²³⁴⁵⁶⁷⁸⁹" else " " for one in block.text)
        found += digit_runs(level) + digit_runs(high)
    return found


def as_html(document):
    paragraphs, rows = document
    quote = escaping.escape
    text = "".join(
        f"<p>{quote(one)}<sup>{quote(power)}</sup> {quote(two)}</p>"
        for one, power, two in paragraphs
    )
    body = "".join(f"<tr>{''.join(f'<td>{quote(c)}</td>' for c in row)}</tr>" for row in rows)
    return text + (f"<table>{body}</table>" if rows else "")


def as_word(document):
    paragraphs, rows = document
    quote = escaping.escape
    text = "".join(
        paragraph(run(quote(one)), raised(quote(power)), run(" " + quote(two)))
        for one, power, two in paragraphs
    )
    body = "".join(
        f"<w:tr>{''.join(f'<w:tc>{paragraph(run(quote(c)))}</w:tc>' for c in row)}</w:tr>"
        for row in rows
    )
    return text + (f"<w:tbl>{body}</w:tbl>" if rows else "")


def as_text(document):
    paragraphs, rows = document
    text = [f"{one} {power} {two}" for one, power, two in paragraphs]
    return "\n\n".join([*text, "\n".join("\t".join(row) for row in rows)])


@given(document=documents())
def test_pages_keep_their_digits(tmp_path, document):
    path = tmp_path / "a.html"
    path.write_text(f"<html><body>{as_html(document)}</body></html>", "utf-8")

    assert heard(read(path)) == said(document)


@given(document=documents())
def test_word_documents_keep_their_digits(tmp_path, document):
    assert heard(read(word(tmp_path, as_word(document)))) == said(document)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@given(document=documents(), data=st.data())
def test_texts_keep_their_digits_wherever_their_lines_are_broken(
    tmp_path, encoding, document, data
):
    text = as_text(document)
    broken = (
        "".join("\n" if one == " " and data.draw(st.integers(0, 9)) == 0 else one for one in text)
        if not document[1]
        else text
    )
    path = tmp_path / "a.txt"
    path.write_text(broken, encoding)

    assert heard(read(path)) == said(document)


@given(document=documents())
def test_markdown_keeps_its_digits(tmp_path, document):
    path = tmp_path / "a.md"
    path.write_text(as_html(document).replace("</p>", "</p>\n\n"), "utf-8")

    assert heard(read(path)) == said(document)


@settings(max_examples=25)
@given(document=documents(), columns=st.integers(1, 2), width=st.integers(70, 170))
def test_pdfs_keep_their_digits(tmp_path, document, columns, width):
    style = (
        f"body {{ width: {width}mm; columns: {columns}; text-align: justify }} "
        "td { padding: 0 4mm; vertical-align: top } sup { font-size: 70%; line-height: 0 }"
    )
    path = pdf(tmp_path, as_html(document), style)

    assert heard(read(path)) == said(document)
