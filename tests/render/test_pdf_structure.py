"""What a screen reader, and a machine that reads the PDF, is told about it."""

import datetime as dt
import io
import itertools
import re

import pikepdf
import pypdf
import pytest
from pdfs import PAINTS, elements

from carreport.render.pdf import write_pdf
from carreport.saved.build import opened

HEADING = re.compile(r"H([1-6])")


@pytest.fixture(scope="module")
def pdf(built):
    """The tiny study's report."""
    with pikepdf.open(built / "interim.pdf") as opened_:
        yield opened_


@pytest.fixture(scope="module")
def structure(pdf):
    """Every element of its structure, in reading order."""
    return list(elements(pdf))


def test_it_says_what_it_is(pdf):
    """PDF/UA part 1, tagged, with a language, a title that is shown, and no suspect tags."""
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "A study"
        assert metadata["xmp:CreatorTool"].startswith("carreport ")
        assert metadata["xmp:CreateDate"] == metadata["xmp:ModifyDate"] == "2020-08-19"
    assert bool(pdf.Root.MarkInfo.Marked)
    assert "/Suspects" not in pdf.Root.MarkInfo
    assert str(pdf.Root.Lang) == "en"
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    assert str(pdf.docinfo["/Title"]) == "A study"


def test_headings_are_nested_without_a_gap(structure):
    """One first heading; none is more than one level below the one before."""
    levels = [int(found[1]) for one in structure if (found := HEADING.fullmatch(one.tag))]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_every_figure_has_a_text_alternative_and_a_place(built, structure):
    """In words; its box lies on its page."""
    figures = [one.self for one in structure if one.tag == "Figure"]

    drawn = (built / "interim.html").read_text(encoding="utf-8").count("<figure ")
    assert len(figures) == drawn > 1
    for figure in figures:
        assert str(figure.Alt).strip()
        left, lower, right, upper = (float(one) for one in figure.A.BBox)
        _, _, wide, high = (float(one) for one in figure.Pg.MediaBox)
        assert 0 <= left < right <= wide
        assert 0 <= lower < upper <= high


def test_every_table_has_head_cells_that_say_what_they_head(structure):
    """A cell names its heads; a head has a scope."""
    cells = {tag: [one.self for one in structure if one.tag == tag] for tag in ("TH", "TD")}
    ids = {str(cell.ID) for cell in cells["TH"]}

    assert sum(one.tag == "Table" for one in structure) >= 3
    assert {str(cell.A.Scope) for cell in cells["TH"]} == {"/Column", "/Row"}
    for cell in cells["TD"]:
        assert {str(one) for one in cell.A.Headers} <= ids
        assert len(cell.A.Headers) >= 1


PAGE = """<!doctype html><html lang="en"><head><title>t</title><style>
@page { @top-left { content: element(head) } @bottom-right { content: counter(page) } }
.running-head { position: running(head) } .two { columns: 2 } div { break-inside: avoid }
</style></head><body><div class="running-head">Head</div><h1>t</h1>
<dl><div><dt>MRD</dt><dd>measurable residual disease</dd></div></dl>
<dl class="two"><div><dt>OS</dt><dd>overall survival</dd></div>
<div><dt>EFS</dt><dd>event-free survival</dd></div></dl>
<dl><dt>CR</dt><dd>complete remission</dd></dl><ul><li>one</li><li>two</li></ul>
<table><thead><tr><th>a</th></tr></thead><tbody><tr><th scope="row">b</th><td>c</td></tr></tbody>
</table></body></html>"""


@pytest.fixture(scope="module")
def plain():
    """A page with lists of every kind, a head and a foot."""
    written = write_pdf(PAGE, dt.date(2020, 8, 19))
    with pikepdf.open(io.BytesIO(written)) as opened_:
        yield opened_


@pytest.mark.parametrize(
    ("tag", "parents"),
    [
        ("TR", {"Table", "THead", "TBody", "TFoot"}), ("TH", {"TR"}), ("TD", {"TR"}),
        ("THead", {"Table"}), ("TBody", {"Table"}), ("LI", {"L"}), ("Lbl", {"LI"}),
        ("LBody", {"LI"}),
    ],
)  # fmt: skip
def test_parts_of_tables_and_lists_stand_where_they_belong(plain, structure, tag, parents):
    """As ISO 32000-1, 14.8.4 has it."""
    for one in (*elements(plain), *structure):
        assert one.tag != tag or one.around[-1] in parents


def test_a_list_holds_entries_only(plain):
    """Nothing stands between a list and what it lists; a term is the label of its meaning."""
    lists = [one for one in elements(plain) if one.tag == "L"]
    entries = [kid for one in lists for kid in one.kids()]

    assert len(lists) == 4
    assert {str(one.S) for one in entries} == {"/LI"}
    for entry in entries[:3]:
        assert [str(kid.S) for kid in entry.K] == ["/Lbl", "/LBody"]
        assert all(kid.P.objgen == entry.objgen for kid in entry.K)


def test_every_link_is_told_apart_and_described(pdf, structure):
    """Each annotation belongs to one link of the structure, and says where it leads."""
    tagged = [
        kid.Obj.objgen
        for one in structure
        if one.tag == "Link"
        for kid in one.kids()
        if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR"
    ]
    drawn = [note.objgen for page in pdf.pages for note in page.get("/Annots", [])]

    assert sorted(tagged) == sorted(drawn)
    assert len(drawn) == len(set(drawn)) > 100
    assert all(str(note.Contents) for page in pdf.pages for note in page.get("/Annots", []))
    assert {str(page.Tabs) for page in pdf.pages} == {"/S"}


def test_what_is_painted_is_content_or_an_artifact(pdf, structure):
    """Nothing untagged; what is marked as content stands in the structure."""
    known = {
        (one.self.Pg.objgen, int(kid))
        for one in structure
        for kid in one.kids()
        if isinstance(kid, int)
    }
    for page in pdf.pages:
        marks = []
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) in {"BDC", "BMC"}:
                marks.append((str(operands[0]), operands[1] if len(operands) > 1 else {}))
            elif str(operator) == "EMC":
                marks.pop()
            elif str(operator) in PAINTS:
                assert marks
                tag, properties = marks[0]
                assert tag == "/Artifact" or (page.obj.objgen, int(properties.MCID)) in known


def test_heads_and_feet_are_no_content(plain):
    """They repeat on every page, and are read on none."""
    (page,) = plain.pages
    kinds = [
        str(operands[1].Type)
        for operands, operator in pikepdf.parse_content_stream(page)
        if str(operator) == "BDC" and str(operands[0]) == "/Artifact"
    ]
    known = {int(kid) for one in elements(plain) for kid in one.kids() if isinstance(kid, int)}
    parents = plain.Root.StructTreeRoot.ParentTree.Nums[1]

    assert kinds == ["/Pagination", "/Pagination"]
    assert [at for at, one in enumerate(parents) if one is not None] == sorted(known)


def test_every_font_is_inside_and_can_be_read(pdf):
    """Embedded, with the letter of each glyph."""
    fonts = [font for page in pdf.pages for font in page.Resources.Font.values()]

    assert fonts
    for font in fonts:
        (descendant,) = font.DescendantFonts
        assert "Carreport" in str(font.BaseFont)
        assert any(name in descendant.FontDescriptor for name in ("/FontFile2", "/FontFile3"))
        assert b"beginbfchar" in font.ToUnicode.read_bytes()


def test_the_numbers_and_their_making_are_inside(pdf, built):
    """As files associated with the document, the same as those beside it."""
    associated = {str(one.UF): one for one in pdf.Root.AF}
    names = {"results.json": "/Data", "manifest.json": "/Supplement"}

    assert {name: str(one.AFRelationship) for name, one in associated.items()} == names
    for name, one in associated.items():
        assert str(one.F) == name
        assert str(one.Desc)
        assert str(one.EF.F.Subtype) == "/application/json"
        assert str(one.EF.F.Params.ModDate) == "D:20200819000000Z"
    assert set(pdf.attachments) == set(names)
    inside = pdf.attachments["results.json"].get_file().read_bytes()
    assert inside == (built / "results.json").read_bytes()


def test_every_number_leads_to_its_entry_and_back(built):
    """From each number of the text to the appendix, from there to a page that prints it."""
    reader = pypdf.PdfReader(built / "interim.pdf")
    places = reader.named_destinations
    page_of = {name: reader.get_destination_page_number(one) for name, one in places.items()}
    printed = {row["id"] for row in opened(built).printed()}
    appendix = min(page_of[one] for one in printed & set(page_of))
    forth, back = set(), set()
    for at, page in enumerate(reader.pages):
        for note in page.get("/Annots", []):
            target = note.get_object().get("/Dest")
            if target in printed:
                forth.add(target)
                assert at < appendix <= page_of[target]
            elif at >= appendix:
                back.add(page_of[target])

    linked = {row["id"] for row in opened(built).printed() if any(u["anchor"] for u in row["uses"])}
    assert forth == linked
    assert back <= set(range(appendix))
    assert "Where each number comes from" in {
        one["/Title"] for one in reader.outline if "/Title" in one
    }
