"""
What Word asks of a document's XML: children in the schema's order, numbers and names used once.

Word says that a file is damaged, or does not open it, where elements stand in another order;
LibreOffice and python-docx do not mind.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree
from wordpages import FIGURE, MARK, TABLE, TEXT, number, page, written

if TYPE_CHECKING:
    from collections.abc import Iterator

SEQUENCES = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr pBdr shd tabs"
    " spacing ind contextualSpacing jc outlineLvl rPr sectPr",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike noProof vanish color spacing w kern"
    " position sz szCs highlight u vertAlign rtl lang",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW"
    " jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption"
    " tblDescription",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection vAlign",
    "tblCellMar": "top left bottom right",
    "tblBorders": "top left bottom right insideH insideV",
    "tbl": "bookmarkStart bookmarkEnd tblPr tblGrid tr",
    "tr": "tblPrEx trPr tc",
    "sectPr": "headerReference footerReference footnotePr type pgSz pgMar pgBorders pgNumType cols"
    " vAlign titlePg docGrid",
    "sdtPr": "rPr alias tag id lock text docPartObj",
    "sdt": "sdtPr sdtEndPr sdtContent",
    "docPartObj": "docPartGallery docPartCategory docPartUnique",
    "style": "name aliases basedOn next link uiPriority semiHidden unhideWhenUsed qFormat pPr rPr"
    " tblPr trPr tcPr",
    "styles": "docDefaults latentStyles style",
    "lvl": "start numFmt lvlRestart pStyle isLgl suff lvlText lvlJc pPr rPr",
    "num": "abstractNumId lvlOverride",
    "abstractNum": "nsid multiLevelType tmpl name lvl",
    "numbering": "abstractNum num",
    "settings": "zoom defaultTabStop characterSpacingControl compat themeFontLang decimalSymbol"
    " listSeparator",
    "font": "altName panose1 charset family notTrueType pitch sig",
    "inline": "extent effectExtent docPr cNvGraphicFramePr graphic",
    "pic": "nvPicPr blipFill spPr",
    "blipFill": "blip srcRect stretch",
    "spPr": "xfrm prstGeom",
}
"""ECMA-376-1:2016, annex A: what is used here and what may come between."""
PARTS = re.compile(r"word/[a-zA-Z0-9]+\.xml")
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
EVERYTHING = page(
    '<p class="kicker">k</p><dl class="strip"><div><dt>OS</dt><dd><span class="figure">'
    f'{number("a.k", "1")}{MARK}</span><span class="interval">2<br>3</span></dd></div></dl>'
    '<section class="statement"><h2>About</h2><p><i>x</i><sub>2</sub><span class="small-caps">y'
    f"</span></p><dl><div><dt>published</dt><dd>{number('a.b', '2.0%')}</dd></div></dl></section>"
    '<h2 id="one">One</h2><h3>Two</h3><h4>Three</h4><article><h3>Four</h3></article>'
    '<ul><li>a<ul><li>b</li></ul></li></ul><ol><li><a href="#one">c</a></li></ol><ol><li>d</li></ol>'
    '<div class="noted"><aside class="note">n</aside><p><code>c</code></p></div>'
    '<div class="sides"><div class="side"><p>l</p></div></div>'
    '<table class="claim-table"><tbody><tr><td rowspan="2">a</td><td>b</td></tr><tr><td>c</td></tr>'
    "</tbody></table><table><tr><td></td></tr></table>"
    f"{TABLE.format(wide=' wide')}{TABLE.replace('table1', 'table2').format(wide=' wide')}{FIGURE}",
    '<nav class="contents"></nav>',
)


def parts(content: bytes) -> Iterator[tuple[str, Any]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if PARTS.fullmatch(name):
                yield name, etree.fromstring(archive.read(name))


def local(element: Any) -> str:
    return str(etree.QName(element).localname)


@pytest.mark.parametrize("text", [TEXT, EVERYTHING], ids=["text", "everything"])
def test_children_stand_in_the_order_of_the_schema(text: str) -> None:
    wrong = []
    for name, root in parts(written(text)):
        for element in root.iter():
            if (wanted := SEQUENCES.get(local(element))) is None:
                continue
            order = wanted.split()
            found = [order.index(local(one)) if local(one) in order else -1 for one in element]
            if found != sorted(found) or -1 in found:
                wrong.append((name, local(element), [local(one) for one in element]))
    assert wrong == []


def test_numbers_of_controls_bookmarks_and_pictures_and_names_of_places_are_used_once() -> None:
    seen: Counter[tuple[str, str]] = Counter()
    for _, root in parts(written(EVERYTHING)):
        for element in root.iter():
            if local(element) in ("bookmarkStart", "docPr"):
                seen.update(
                    (local(element), value)
                    for key, value in element.attrib.items()
                    if key.endswith(("id", "name"))
                )
            if local(element) == "sdtPr":
                seen.update(("control", one.values()[0]) for one in element if local(one) == "id")
    assert [one for one, count in seen.items() if count > 1] == []
    assert {kind for kind, _ in seen} == {"bookmarkStart", "docPr", "control"}


def test_a_cell_ends_with_a_paragraph_and_two_tables_never_touch() -> None:
    root = dict(parts(written(EVERYTHING)))["word/document.xml"]
    cells = [one for one in root.iter() if local(one) == "tc"]
    assert cells
    assert all(local(one[-1]) == "p" for one in cells)
    tables = [one for one in root.iter() if local(one) == "tbl"]
    assert all(one.getnext() is None or local(one.getnext()) != "tbl" for one in tables)
    rows = [one for table in tables for one in table if local(one) == "tr"]
    for row in rows:
        grid = next(one for one in row.getparent() if local(one) == "tblGrid")
        spans = [
            int(next((one.values()[0] for one in cell[0] if local(one) == "gridSpan"), "1"))
            for cell in row
            if local(cell) == "tc"
        ]
        assert sum(spans) == len(grid)


def test_every_relation_leads_to_a_part_and_every_part_has_a_type() -> None:
    content = written(EVERYTHING)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
        stated = etree.fromstring(archive.read("word/_rels/document.xml.rels"))
        types = archive.read("[Content_Types].xml").decode()
        document = archive.read("word/document.xml").decode()
    ids = {one.get("Id") for one in stated}
    for one in stated:
        if one.get("TargetMode") != "External":
            assert posixpath.normpath(f"word/{one.get('Target')}") in names
    assert set(re.findall(r'r:(?:id|embed)="([^"]+)"', document)) <= ids
    assert all(f'PartName="/{one}"' in types for one in names if PARTS.fullmatch(one))


def test_two_wide_tables_share_the_pages_on_their_side() -> None:
    root = dict(parts(written(EVERYTHING)))["word/document.xml"]
    turned = ["landscape" in one.values() for one in root.iter() if local(one) == "pgSz"]
    assert turned == [False, True, False]
