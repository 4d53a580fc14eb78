"""Word documents: all that Word shows is read, and nothing that it does not."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from papers import marked, paragraph, raised, run, texts, word

from carreport.manuscript.model import Mark
from carreport.manuscript.reading import read

FIXTURES = Path(__file__).parent / "fixtures"
NOTES = (
    '<w:{kind} w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r></w:p></w:{kind}>'
    '<w:{kind} w:id="2"><w:p><w:r><w:{kind}Ref/></w:r><w:r><w:t> Of 47.</w:t></w:r></w:p></w:{kind}>'
    '<w:{kind} w:id="3"><w:p><w:r><w:t>Nobody refers to 99.</w:t></w:r></w:p></w:{kind}>'
)


def read_body(folder, body, **parts):
    return read(word(folder, body, **parts))


def test_raised_digits_are_powers_units_or_citations(tmp_path):
    body = paragraph("2.5 × 10", raised("6"), " cells/m", raised("2"), ", 61.2%", raised("7,8"))

    assert texts(read_body(tmp_path, body).blocks) == ["2.5 × 10⁶ cells/m², 61.2%\u200a⁷,⁸"]


@pytest.mark.parametrize(
    "properties",
    ['<w:position w:val="6"/>', '<w:rStyle w:val="Raised"/>'],
    ids=["position", "style"],
)
def test_raised_by_position_or_style_is_raised(tmp_path, properties):
    path = word(tmp_path, paragraph("10", run("6", properties)))
    document = docx.Document(str(path))
    style = document.styles.add_style("Raised", 2)
    style.font.superscript = True
    document.save(str(path))

    assert texts(read(path).blocks) == ["10⁶"]


def test_lowered_digits_stay_apart_from_numbers(tmp_path):
    lowered = run("2", '<w:vertAlign w:val="subscript"/>')

    assert texts(read_body(tmp_path, paragraph("CO", lowered)).blocks) == ["CO₂"]


def test_insertions_count_and_deletions_do_not(tmp_path):
    body = (
        "<w:p><w:r><w:t>Of </w:t></w:r><w:del><w:r><w:delText>13</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>14</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>9</w:t></w:r></w:moveFrom>"
        "<w:moveTo><w:r><w:t> patients</w:t></w:r></w:moveTo></w:p>"
    )
    manuscript = read_body(tmp_path, body)

    assert texts(manuscript.blocks) == ["Of 14 patients"]
    assert "tracked changes" in manuscript.notices[0]


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next(tmp_path):
    gone = '<w:rPr><w:del w:id="1" w:author="x"/></w:rPr>'
    body = paragraph("12", properties=gone) + paragraph("3 patients")

    assert texts(read_body(tmp_path, body).blocks) == ["123 patients"]


def test_deleted_rows_are_gone_and_inserted_ones_stay(tmp_path):
    rows = "".join(
        f"<w:tr><w:trPr><w:{change}/></w:trPr><w:tc>{paragraph(text)}</w:tc></w:tr>"
        for change, text in (("del", "13"), ("ins", "14"))
    )

    assert texts(read_body(tmp_path, f"<w:tbl>{rows}</w:tbl>").blocks) == ["14"]


def test_hidden_text_is_not_read(tmp_path):
    body = paragraph("14", run("99", "<w:vanish/>"), run(" of", '<w:vanish w:val="0"/>'), " 47")

    assert texts(read_body(tmp_path, body).blocks) == ["14 of 47"]


def test_fields_show_their_results(tmp_path):
    def field(kind):
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    complex_field = (
        field("begin") + "<w:r><w:instrText> SEQ Table 99 </w:instrText></w:r>"
        + field("separate") + run("2") + field("end")
    )  # fmt: skip
    simple = '<w:fldSimple w:instr="REF x99"><w:r><w:t>14</w:t></w:r></w:fldSimple>'
    body = paragraph("Table ", complex_field, ". Of ", simple)

    assert texts(read_body(tmp_path, body).blocks, "caption") == ["Table 2. Of 14"]


def test_a_field_within_a_fields_instruction_is_an_instruction(tmp_path):
    begin, middle, end = (
        f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")
    )
    nested = (
        begin + run("77") + begin + run("88") + middle + run("99") + end + middle + run("14") + end
    )

    assert texts(read_body(tmp_path, paragraph("n = ", nested)).blocks) == ["n = 14"]


def test_symbols_hyphens_tabs_and_breaks_are_characters(tmp_path):
    signs = (
        '<w:r><w:t>61</w:t><w:sym w:font="Symbol" w:char="F0B1"/><w:t>14</w:t><w:tab/>'
        "<w:t>2</w:t><w:noBreakHyphen/><w:t>3</w:t><w:br/><w:t>sur</w:t><w:softHyphen/>"
        "<w:t>vival</w:t></w:r>"
    )
    private = run("\uf0a3 5", '<w:rFonts w:ascii="Symbol"/>')

    assert texts(read_body(tmp_path, paragraph(signs, " ", private)).blocks) == [
        "61±14 2\u20113 survival ≤ 5"
    ]


def test_text_boxes_are_read_once(tmp_path):
    inner = f"<w:txbxContent>{paragraph('In the box 8')}</w:txbxContent>"
    choice = (
        '<mc:Choice Requires="wps"><w:drawing><wp:inline><a:graphic><a:graphicData><wps:wsp>'
        f"<wps:txbx>{inner}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline>"
        "</w:drawing></mc:Choice>"
    )
    fallback = (
        f"<mc:Fallback><w:pict><v:rect><v:textbox>{inner}</v:textbox></v:rect></w:pict>"
        "</mc:Fallback>"
    )
    box = f"<w:r><mc:AlternateContent>{choice}{fallback}</mc:AlternateContent></w:r>"

    assert texts(read_body(tmp_path, paragraph("Before", box)).blocks) == ["Before", "In the box 8"]


@pytest.mark.parametrize("kind", ["footnote", "endnote"])
def test_notes_that_are_referred_to_are_read(tmp_path, kind):
    reference = f'<w:r><w:{kind}Reference w:id="2"/></w:r>'
    notes = {f"{kind}s": NOTES.format(kind=kind)}
    blocks = read_body(tmp_path, paragraph("Patients", reference), **notes).blocks

    assert [(block.kind, block.text) for block in blocks] == [
        ("prose", "Patients¹"),
        ("note", "¹ Of 47."),
    ]
    assert blocks[0].marks == (Mark(8, 9, "", "numbering"),)
    assert blocks[1].place == f"{kind} 1"


def test_heads_and_feet_of_pages_are_furniture(tmp_path):
    document = docx.Document()
    document.add_paragraph("Text")
    document.sections[0].header.paragraphs[0].text = "Draft 3"
    document.sections[0].footer.paragraphs[0].text = "Page 1"
    document.save(str(tmp_path / "a.docx"))

    assert texts(read(tmp_path / "a.docx").blocks, "furniture") == ["Draft 3", "Page 1"]


def test_headings_titles_and_captions_are_told_by_their_styles(tmp_path):
    document = docx.Document()
    document.add_heading("A study of 14", 0)
    document.add_heading("Results", 1)
    document.add_heading("Survival", 2)
    document.add_paragraph("Patients by year", style="Caption")
    document.add_paragraph("14 patients.")
    document.save(str(tmp_path / "a.docx"))

    blocks = read(tmp_path / "a.docx").blocks

    assert [(block.kind, block.level) for block in blocks] == [
        ("title", 1), ("heading", 1), ("heading", 2), ("caption", 0), ("prose", 0),
    ]  # fmt: skip
    assert blocks[-1].place == "Survival, paragraph 2"


LEVELS = "".join(
    f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/>'
    f'<w:lvlText w:val="{text}"/></w:lvl>'
    for at, start, kind, text in (
        (0, 3, "decimal", "%1."),
        (1, 1, "lowerLetter", "%1.%2)"),
        (2, 1, "bullet", "•"),
    )
)
LISTS = (
    f'<w:abstractNum w:abstractNumId="7">{LEVELS}</w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0">'
    '<w:startOverride w:val="1"/></w:lvlOverride></w:num>'
)


def item(level, number, text):
    list_ = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return paragraph(text, properties=list_)


def test_automatic_numbers_are_counted_and_marked(tmp_path):
    body = "".join(
        item(*one)
        for one in (
            (0, 1, "first"), (1, 1, "inner"), (1, 1, "inner"), (2, 1, "dot"), (0, 1, "second"),
            (1, 1, "inner"), (0, 2, "anew"), (0, 2, "anew"),
        )
    )  # fmt: skip
    blocks = read_body(tmp_path, body, numbering=LISTS).blocks

    assert texts(blocks) == [
        "3. first", "3.a) inner", "3.b) inner", "dot", "4. second", "4.a) inner", "1. anew",
        "2. anew",
    ]  # fmt: skip
    assert blocks[0].marks == (Mark(0, 2, "", "numbering"),)


def test_formulas_are_written_on_a_line(tmp_path):
    def letters(text):
        return f"<m:r><m:t>{text}</m:t></m:r>"

    power = f"<m:sSup><m:e>{letters('10')}</m:e><m:sup>{letters('−6')}</m:sup></m:sSup>"
    fraction = f"<m:f><m:num>{letters('12')}</m:num><m:den>{letters('14')}</m:den></m:f>"
    root = f"<m:rad><m:deg/><m:e>{letters('47')}</m:e></m:rad>"
    bracket = f"<m:d><m:e>{letters('8')}</m:e></m:d>"
    formula = f"<m:oMath>{letters('2×')}{power}{letters('=')}{fraction}{root}{bracket}</m:oMath>"

    assert texts(read_body(tmp_path, paragraph("p = ", formula)).blocks) == [
        "p = 2×10⁻⁶=12/14√47(8)"
    ]


TABLE = """
<w:tbl>
  <w:tr><w:trPr><w:tblHeader/></w:trPr>
    <w:tc>{term}</w:tc><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{grade}</w:tc></w:tr>
  <w:tr><w:trPr><w:tblHeader/></w:trPr><w:tc>{empty}</w:tc><w:tc>{low}</w:tc><w:tc>{high}</w:tc></w:tr>
  <w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>{fever}</w:tc>
    <w:tc>{first}</w:tc><w:tc>{second}</w:tc></w:tr>
  <w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>{empty}</w:tc><w:tc>{third}</w:tc><w:tc>{inner}</w:tc></w:tr>
</w:tbl>
"""


def test_cells_are_read_once_with_their_heads(tmp_path):
    inner = f"<w:tbl><w:tr><w:tc>{paragraph('inner 5')}</w:tc></w:tr></w:tbl>" + paragraph("8")
    body = paragraph("Table 2. Events") + TABLE.format(
        term=paragraph("Term"), grade=paragraph("MRD-positive"), empty=paragraph(),
        low=paragraph("Grade 1"), high=paragraph("Grade 2"), fever=paragraph("Fever"),
        first=paragraph("8 (57.1%)"), second=paragraph("2") + paragraph("(14.3%)"),
        third=paragraph("0"), inner=inner,
    )  # fmt: skip
    blocks = {block.text: block for block in read_body(tmp_path, body).blocks}

    assert blocks["8 (57.1%)"].header == "MRD-positive · Grade 1 · Fever"
    assert blocks["8 (57.1%)"].place == "Table 2, row 3, column 2"
    assert blocks["2 (14.3%)"].header == "MRD-positive · Grade 2 · Fever"
    assert blocks["0"].header == "MRD-positive · Grade 1 · Fever"
    assert blocks["inner 5"].kind == "cell"
    assert list(blocks).count("Fever") == 1


def control(tag, text, name="tag"):
    return (
        f'<w:sdt><w:sdtPr><w:{name} w:val="{tag}"/></w:sdtPr>'
        f"<w:sdtContent>{run(text)}</w:sdtContent></w:sdt>"
    )


@pytest.mark.parametrize("name", ["tag", "alias"])
def test_content_controls_carry_ids(tmp_path, name):
    ours = control("carreport:response.mrd.k", "12", name)
    body = paragraph("In ", ours, " of ", control("other", "14", name))
    manuscript = read_body(tmp_path, body)

    assert marked(manuscript) == {"response.mrd.k": "12"}
    assert manuscript.made_by == "carreport"


def test_neighbours_with_one_id_stay_two_numbers(tmp_path):
    twice = control("carreport:a.b", "95%") + control("carreport:a.b", "95%")

    assert [
        (mark.start, mark.end) for mark in read_body(tmp_path, paragraph(twice)).blocks[0].marks
    ] == [(0, 3), (3, 6)]


def test_short_names_of_long_ids_stand_in_a_part_of_their_own(tmp_path):
    path = word(tmp_path, paragraph(control("carreport:a1", "12")))
    document = docx.Document(str(path))
    ids = b'<ids xmlns="urn:carreport:ids"><id key="a1">safety.ae.patients@grade=ge3</id></ids>'
    part = Part(PackURI("/customXml/item7.xml"), CONTENT_TYPE.XML, ids, document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_XML)
    document.save(str(path))

    assert marked(read(path)) == {"safety.ae.patients@grade=ge3": "12"}


def test_links_to_an_id_carry_it(tmp_path):
    link = f'<w:hyperlink w:anchor="survival.os.rate@day=730">{run("78.6%")}</w:hyperlink>'
    other = f'<w:hyperlink w:anchor="table1">{run("Table 1")}</w:hyperlink>'

    assert marked(read_body(tmp_path, paragraph(link, " in ", other))) == {
        "survival.os.rate@day=730": "78.6%"
    }


def test_paragraphs_below_references_are_literature(tmp_path):
    document = docx.Document()
    document.add_heading("References", 1)
    document.add_paragraph("1. Smith A. Blood 2019;12:3–4.")
    document.add_heading("Appendix", 1)
    document.add_paragraph("14 patients.")
    document.save(str(tmp_path / "a.docx"))

    assert texts(read(tmp_path / "a.docx").blocks, "reference") == [
        "1. Smith A. Blood 2019;12:3–4."
    ]


def test_block_level_controls_and_custom_xml_are_looked_into(tmp_path):
    body = (
        f"<w:sdt><w:sdtContent>{paragraph('One 1')}</w:sdtContent></w:sdt>"
        f"<w:customXml>{paragraph('Two 2')}</w:customXml>"
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>'
        f"</w:docPartObj></w:sdtPr><w:sdtContent>{paragraph('Results 7')}</w:sdtContent></w:sdt>"
    )

    assert [(block.kind, block.text) for block in read_body(tmp_path, body).blocks] == [
        ("prose", "One 1"), ("prose", "Two 2"), ("furniture", "Results 7"),
    ]  # fmt: skip


def test_a_document_saved_by_libreoffice_reads_as_before():
    """Written with Word's elements, opened and saved by LibreOffice 7.4."""
    manuscript = read(FIXTURES / "libreoffice.docx")
    said = [(block.kind, block.text) for block in manuscript.blocks]

    assert said == [
        ("heading", "Results"),
        ("prose", "Remission: 12 of 14 patients (85.7%)¹; the dose was 2.5 × 10⁶ cells/kg."),
        ("prose", "Grade three or higher in 3; alive at two years 78.6%."),
        ("prose", "Deaths: 3"),
        ("prose", "1. Fever"),
        ("prose", "2. Chills"),
        ("caption", "Table 1. Events"),
        ("cell", "Event"),
        ("cell", "Patients, no. (%)"),
        ("cell", "Fever"),
        ("cell", "8 (57.1%)"),
        ("cell", "2 (14.3%)"),
        ("cell", "0"),
        ("cell", "1 (7.1%)"),
        ("prose", "Event-free 61.2 ± 14.0%."),
        ("note", "¹ Of 14 evaluated."),
        ("furniture", "Draft 3"),
    ]
    assert marked(manuscript) == {
        "response.mrd_negative.k": "12",
        "response.mrd_negative.n": "14",
        "safety.ae.patients@grade=ge3,group=mrd_positive,term=aspartate_aminotransferase": "3",
        "survival.os.rate@day=730,group=mrd_positive": "78.6%",
    }
    assert manuscript.notices == ("has tracked changes: it was read as if all were accepted",)


def test_ids_are_kept_in_cells(tmp_path):
    cell = paragraph(
        control("carreport:a.k", "12"), " (", control("carreport:a.rate", "85.7%"), ")"
    )
    body = f"<w:tbl><w:tr><w:tc>{paragraph('Remission')}</w:tc><w:tc>{cell}</w:tc></w:tr></w:tbl>"
    manuscript = read_body(tmp_path, body)

    assert texts(manuscript.blocks) == ["Remission", "12 (85.7%)"]
    assert marked(manuscript) == {"a.k": "12", "a.rate": "85.7%"}


def test_columns_left_out_and_cells_merged_the_old_way_keep_their_places(tmp_path):
    def cell(text, properties=""):
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"

    merged = cell("Both", '<w:hMerge w:val="restart"/>') + cell("", "<w:hMerge/>")
    body = (
        f"<w:tbl><w:tr>{cell('Event')}{merged}</w:tr>"
        f'<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>{cell("8")}{cell("2")}</w:tr></w:tbl>'
    )
    places = {block.text: block.place for block in read_body(tmp_path, body).blocks}

    assert places["8"] == "table 1, row 2, column 2"
    assert places["2"] == "table 1, row 2, column 3"


def test_a_note_with_a_mark_of_its_authors_shows_that(tmp_path):
    reference = '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="2"/><w:t>*</w:t></w:r>'
    notes = NOTES.format(kind="footnote")
    blocks = read_body(tmp_path, paragraph("Patients", reference), footnotes=notes).blocks

    assert texts(blocks)[0] == "Patients*"


def test_what_was_not_read_is_told(tmp_path):
    picture = (
        "<w:r><w:drawing><wp:inline><a:graphic><a:graphicData>"
        '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"/>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
    comment = '<w:r><w:commentReference w:id="0"/></w:r>'
    chunk = '<w:altChunk r:id="rId99"/>'
    manuscript = read_body(tmp_path, paragraph("Of 14", picture, comment) + chunk)

    assert [notice.split(":")[0] for notice in manuscript.notices] == [
        "holds 1 picture or chart",
        "holds another document that Word has not taken in yet",
        "has comments, which were not read",
    ]


@pytest.mark.parametrize(
    ("kind", "labels"),
    [
        ("upperLetter", ["A", "B"]), ("lowerRoman", ["i", "ii"]), ("upperRoman", ["I", "II"]),
        ("decimalZero", ["01", "02"]), ("none", ["", ""]), ("ordinal", ["1", "2"]),
    ],
)  # fmt: skip
def test_lists_number_in_many_ways(tmp_path, kind, labels):
    level = (
        f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        '<w:lvlText w:val="%1"/></w:lvl>'
    )
    numbering = (
        f'<w:abstractNum w:abstractNumId="7">{level}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    )
    blocks = read_body(tmp_path, item(0, 1, "one") + item(0, 1, "two"), numbering=numbering).blocks

    assert texts(blocks) == [
        f"{label} {text}".strip() for label, text in zip(labels, ("one", "two"), strict=True)
    ]
