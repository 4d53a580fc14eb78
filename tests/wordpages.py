"""A page with everything in it that a Word document takes, and what was written of it."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

from lxml import etree

from carreport.word.writing import Stated, write_docx

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STATED = Stated("report", "A study", dt.date(2020, 8, 19), "abc123")
PNG = b"\x89PNG\r\n\x1a\n"
LONG_ID = "safety.ae.patients@grade=ge3,group=mrd_positive,term=cytokine_release_syndrome"
MARK = '<sup class="origin origin-simulated">□</sup>'
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 5" width="174mm" height="87mm"'
    ' role="graphics-document" font-family="Carreport Sans"><title>Two curves</title><g>'
    '<a href="#a.b"><text data-id="a.b" x="1" y="2" font-size="3">42</text></a><path id="p" d="M0 0"/>'
    '<use href="#p"/></g></svg>'
)


def number(id_: str, text: str, style: str = "") -> str:
    styled = f' data-style="{style}"' if style else ""
    return (
        f'<a class="trace" href="#{id_}"><data class="num o-simulated" value="1"'
        f' data-id="{id_}"{styled}>{text}</data></a>'
    )


def page(main: str, before: str = "") -> str:
    return (
        '<!DOCTYPE html><html lang="en"><head><title>T 1</title></head><body>'
        '<div class="running-head"><div class="head-left">A study</div><div class="head-right">'
        'Cutoff <data data-id="study.cutoff.date" class="num o-stated">19 August 2020</data></div>'
        f'</div><header><h1>A study</h1></header>{before}<main id="main">{main}</main>'
        '<footer class="page-foot"><p>7</p></footer></body></html>'
    )


TABLE = (
    '<div class="table-block{wide}" id="table1"><div class="scroll"><table class="data-table">'
    '<caption><span class="label"><span data-ref="table1">Table\u00a01</span></span> Ages</caption>'
    '<thead><tr><td class="left"></td><th class="number" colspan="2">Both</th></tr>'
    '<tr><th class="left">Group</th><th class="number">n</th><th class="number">Share</th></tr>'
    '</thead><tbody><tr class="heading"><th class="left" colspan="3">Sex</th></tr>'
    f'<tr class="level"><th class="left">Women</th><td class="number">{number("a.k", "12")}</td>'
    f'<td class="number">{number("a.rate", "85.7", "bare")}{MARK}</td></tr></tbody></table></div>'
    '<div class="table-notes"><p class="source">Data cutoff.</p></div></div>'
)
FIGURE = (
    f'<figure class="figure-block" id="figure1"><div class="scroll drawing">{SVG}'
    '<a class="over" href="#a.b"></a></div><figcaption><p><span class="label">'
    '<span data-ref="figure1">Figure\u00a01</span></span> <span class="caption-title">Curves.</span>'
    f" N = {number('a.n', '14')}.</p></figcaption></figure>"
)
TEXT = page(
    '<section id="results"><h2>Results</h2><p>Among <b>all</b>, '
    f'{number("a.k", "12")}{MARK} of {number(LONG_ID, "14")} (<a class="ref" '
    'href="#table1"><span data-ref="table1">Table\u00a01</span></a>).</p><ul><li>one</li></ul>'
    '<dl class="definitions"><dt>CR</dt><dd>complete <a href="https://x.org/?a=1&amp;b">r</a></dd>'
    f"</dl>{TABLE.format(wide='')}{FIGURE}</section>",
    '<nav class="contents"><ol><li><a href="#results">Results</a></li></ol></nav>',
)


def written(text: str) -> bytes:
    return write_docx(text, STATED, {"figure1": PNG})


def part(content: bytes, name: str = "word/document.xml") -> Any:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return etree.fromstring(archive.read(name))
