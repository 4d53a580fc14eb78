"""A page written as a Word document: what Word needs, and what a reader sees in it."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING

import docx
import pytest
from wordpages import LONG_ID, PNG, TABLE, TEXT, W, number, page, part, written

from carreport.errors import UntracedNumber
from carreport.manuscript.reading.from_docx import read_docx
from carreport.word.record import record_of
from carreport.word.reread import reread

if TYPE_CHECKING:
    from pathlib import Path


def test_the_net_holds_for_a_page_with_everything_in_it() -> None:
    reread(written(TEXT), TEXT)


def test_every_number_is_a_control_with_its_id_and_the_record_has_an_entry_for_each() -> None:
    content = written(TEXT)
    controls = [
        (one.find(f"{W}sdtPr/{W}tag").get(f"{W}val"), "".join(one.itertext(f"{W}t")))
        for one in part(content).iter(f"{W}sdt")
        if one.find(f"{W}sdtPr/{W}tag") is not None
    ]
    assert controls == [
        ("carreport:a.k", "12"),
        ("carreport:a1", "14"),
        ("carreport:a.k", "12"),
        ("carreport:a.rate", "85.7"),
        ("carreport:a.n", "14"),
    ]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        record = record_of(archive.read("customXml/item1.xml"))
    assert record is not None
    assert [one.id for one in record.numbers][:4] == ["a.k", LONG_ID, "a.k", "a.rate"]
    assert record.numbers[3].style == "bare"
    assert record.cutoff == "2020-08-19"
    assert len({one.control for one in record.numbers}) == len(record.numbers)


def test_the_reader_of_manuscripts_sees_text_heads_captions_and_ids(tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    path.write_bytes(written(TEXT))
    blocks = read_docx(path).blocks
    by_kind = {one.kind: one for one in reversed(blocks)}
    assert by_kind["title"].text == "A study"
    assert "Results" in [one.text for one in blocks if one.kind == "heading"]
    assert next(one.text for one in blocks if one.kind == "caption") == "Table\u00a01 Ages"
    cell = next(one for one in blocks if one.text.startswith("85.7"))
    assert [(mark.id, cell.text[mark.start : mark.end]) for mark in cell.marks] == [
        ("a.rate", "85.7")
    ]


def test_captions_count_in_fields_and_references_lead_to_their_bookmarks() -> None:
    root = part(written(TEXT))
    asked = [one.text.strip() for one in root.iter(f"{W}instrText")]
    assert asked == [
        'TOC \\o "1-2" \\h \\z \\u',
        "REF _Ref_table1 \\h",
        "SEQ Table \\* ARABIC",
        "SEQ Figure \\* ARABIC",
    ]
    names = [one.get(f"{W}name") for one in root.iter(f"{W}bookmarkStart")]
    assert {"_Ref_table1", "_Ref_figure1"} <= set(names)
    assert len(names) == len(set(names))


def test_a_caption_out_of_its_order_keeps_its_number_when_fields_are_updated() -> None:
    text = page(TABLE.format(wide="").replace("Table\u00a01", "Table\u00a03"))
    asked = [one.text.strip() for one in part(written(text)).iter(f"{W}instrText")]
    assert asked[-1] == "SEQ Table \\* ARABIC \\r 3"


def test_heads_of_a_table_repeat_and_rows_stay_whole() -> None:
    rows = list(part(written(TEXT)).iter(f"{W}tr"))
    assert [one.find(f"{W}trPr/{W}tblHeader") is not None for one in rows] == [
        True, True, False, False,
    ]  # fmt: skip
    assert all(one.find(f"{W}trPr/{W}cantSplit") is not None for one in rows)
    spans = [one.get(f"{W}val") for one in rows[0].iter(f"{W}gridSpan")]
    assert spans == ["2"]


def test_a_wide_table_stands_on_pages_of_its_own_on_their_side() -> None:
    content = written(page(f"<p>Before.</p>{TABLE.format(wide=' wide')}<p>After.</p>"))
    turned = [one.get(f"{W}orient") for one in part(content).iter(f"{W}pgSz")]
    assert turned == [None, "landscape", None]


def test_a_figure_is_plain_svg_over_a_bitmap_with_its_alternative() -> None:
    content = written(TEXT)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        svg = archive.read("word/media/figure1.svg").decode()
        assert archive.read("word/media/figure1.png") == PNG
    assert "data-" not in svg
    assert 'xlink:href="#p"' in svg
    assert "<a" not in svg
    assert "<text" not in svg  # letters are outlines: no font is needed to read them
    assert svg.count('xlink:href="#letter-') == len("42")
    about = next(
        one
        for one in part(content).iter()
        if isinstance(one.tag, str) and one.tag.endswith("docPr")
    )
    assert about.get("name") == "carreport:figure:figure1"
    assert about.get("descr") == "Two curves"


def test_the_same_page_gives_the_same_bytes() -> None:
    assert written(TEXT) == written(TEXT)


def test_its_properties_have_the_date_of_the_cutoff() -> None:
    about = docx.Document(io.BytesIO(written(TEXT))).core_properties
    assert about.created == dt.datetime(2020, 8, 19, tzinfo=dt.UTC)
    assert (about.title, about.language) == ("A study", "en-GB")


@pytest.mark.parametrize(
    "cell",
    ["a\x01b", "&lt;w:p&gt;&amp;amp;", "שלום \u202e12", "x" * 10_000, "]]&gt;", "\ud7ff\ufffd"],
)
def test_a_hostile_cell_is_text(cell: str, tmp_path: Path) -> None:
    text = page(f"<table><tbody><tr><td>{cell}</td><td>{number('a.k', '5')}</td></tr></table>")
    path = tmp_path / "hostile.docx"
    path.write_bytes(written(text))
    reread(path.read_bytes(), text)
    cells = [one for one in read_docx(path).blocks if one.kind == "cell"]
    assert len(cells) == 2


def test_a_number_that_is_missing_in_the_document_stops_the_build() -> None:
    with pytest.raises(UntracedNumber, match="'99' is not in the Word document"):
        reread(written(TEXT), TEXT.replace("Among", "Among 99"))


def test_a_number_that_its_page_does_not_print_stops_the_build() -> None:
    with pytest.raises(UntracedNumber, match="oftener than in its page"):
        reread(written(TEXT.replace("Among", "Among 99")), TEXT)


def test_a_control_that_says_another_number_stops_the_build() -> None:
    other = TEXT.replace('data-id="a.rate"', 'data-id="a.other"')
    with pytest.raises(UntracedNumber, match=r"a\.rate"):
        reread(written(other), TEXT)


def test_lettering_that_the_font_lacks_stays_text() -> None:
    content = written(TEXT.replace(">42</text>", ">年 42</text>"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        svg = archive.read("word/media/figure1.svg").decode()
    assert ">年 42</text>" in svg


def test_a_listing_of_very_many_rows_is_captioned_text_in_tables_that_do_not_touch() -> None:
    rows = '<table class="data-table"><tr><td><span data-cell="a.b">7</span></td></tr></table>'
    text = page(
        '<div class="table-block listing" id="table1"><p class="listing-title"><span class="label">'
        '<span data-ref="table1">Table\u00a01</span></span> All</p>'
        f"<!--listing--><div>{rows}{rows}</div><!--/listing--></div>"
    )
    content = written(text)
    reread(content, text)
    body = part(content)
    assert [one.text.strip() for one in body.iter(f"{W}instrText")] == ["SEQ Table \\* ARABIC"]
    assert len(list(body.iter(f"{W}tbl"))) == 2
    assert body.find(f".//{W}tbl").getnext().tag == f"{W}p"
