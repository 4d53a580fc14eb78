"""Styles of a Word document: those every Word has, looking like the printed page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from carreport.word.markup import DECLARED, PROLOGUE, attribute

if TYPE_CHECKING:
    from collections.abc import Iterator

SERIF: Final = "Source Serif 4"
SANS: Final = "Source Sans 3"
CODE: Final = "Source Code Pro"
FALLBACKS: Final = {
    SERIF: ("Georgia", "roman", "variable"),
    SANS: ("Arial", "swiss", "variable"),
    CODE: ("Consolas", "modern", "fixed"),
}
"""What Word takes where a font is not installed, and what kind of font it is."""
QUIET: Final = "565C63"
ACCENT: Final = "0B4F8A"
HAIR: Final = "C9CCD0"
INK: Final = "1B1D20"
TINT: Final = "F4F4F1"
TEXT_INDENT: Final = 1701
"""Twips that lines of running text end before the margin: 30 mm."""
LEVELS: Final = 4
"""Of headings."""


@dataclass(frozen=True, slots=True)
class Style:
    """
    A style of paragraphs.

    Attributes:
        name: As Word shows it; names of Word's own styles are in its spelling.
        based: Id of the style it is based on.
        after: Id of the style of the paragraph after it.
        font: Its font.
        size: In points.
        line: From line to line, in points.
        space: Before and after it, in points.
        indent: Left, right and hanging, in twips.
        colour: Of the letters.
        bold: Semi-bold.
        italic: Slanted.
        small: In small capitals.
        keep: Whether it stays with the next.
        whole: Whether its lines stay together.
        level: Of an outline, from 1.
        border: Inside `w:pBdr`.
        shade: Of the ground.
    """

    name: str
    based: str = "Normal"
    after: str = ""
    font: str = ""
    size: float = 0
    line: float = 0
    space: tuple[float, float] = (0, 0)
    indent: tuple[int, int, int] = (0, 0, 0)
    colour: str = ""
    bold: bool = False
    italic: bool = False
    small: bool = False
    keep: bool = False
    whole: bool = False
    level: int = 0
    border: str = ""
    shade: str = ""


_RULE: Final = f'<w:left w:val="single" w:sz="{{}}" w:space="8" w:color="{INK}"/>'
_TEXT: Final = (0, TEXT_INDENT, 0)
PARAGRAPHS: Final = {
    "BodyText": Style("Body Text", space=(0, 7), indent=_TEXT),
    "Title": Style("Title", after="Subtitle", size=21, line=25, space=(0, 8), bold=True),
    "Subtitle": Style(
        "Subtitle", after="BodyText", font=SANS, size=8.5, line=12, space=(0, 14), colour=QUIET
    ),
    "Kicker": Style("Kicker", font=SANS, size=8.5, line=11, space=(0, 18), colour=QUIET),
    "Standfirst": Style("Standfirst", size=11.5, line=16, space=(0, 14), indent=(0, 1134, 0)),
    "Heading1": Style(
        "heading 1", after="BodyText", font=SANS, size=15, line=18, space=(26, 8), bold=True,
        keep=True, level=1,
    ),
    "Heading2": Style(
        "heading 2", after="BodyText", font=SANS, size=11, line=14, space=(18, 4), bold=True,
        keep=True, level=2,
    ),
    "Heading3": Style(
        "heading 3", after="BodyText", size=10.5, line=14, space=(12, 2), italic=True, keep=True,
        level=3,
    ),
    "Heading4": Style(
        "heading 4", after="BodyText", size=10, line=14, space=(10, 2), italic=True, keep=True,
        level=4,
    ),
    "TOCHeading": Style("TOC Heading", font=SANS, size=11, line=14, space=(20, 4), bold=True, keep=True),
    "TOC1": Style("toc 1", font=SANS, size=8.5, line=11, space=(2, 0), indent=(0, TEXT_INDENT, 0)),
    "TOC2": Style("toc 2", font=SANS, size=8.5, line=11, indent=(284, TEXT_INDENT, 0)),
    "ListBullet": Style("List Bullet", space=(0, 3), indent=(284, TEXT_INDENT, 284)),
    "ListNumber": Style("List Number", space=(0, 3), indent=(284, TEXT_INDENT, 284)),
    "ListPlain": Style("List", space=(0, 3), indent=_TEXT),
    "DefinitionTerm": Style(
        "Definition Term", after="Definition", font=SANS, space=(6, 0), indent=_TEXT, bold=True,
        keep=True,
    ),
    "Definition": Style("Definition", space=(0, 3), indent=_TEXT),
    "Abbreviation": Style(
        "Abbreviation", font=SANS, size=8.5, line=12, indent=(1134, TEXT_INDENT, 1134)
    ),
    "Quote": Style("Quote", space=(2, 1), indent=(170, 0, 0)),
    "SideNote": Style(
        "Side Note", font=SANS, size=8, line=10.5, space=(0, 8), indent=(284, TEXT_INDENT, 0),
        colour=QUIET, border=_RULE.format(8),
    ),
    "Statement": Style(
        "Statement", font=SANS, size=8.5, line=11.5, space=(0, 4), indent=(170, 0, 0),
        border=_RULE.format(18), shade=TINT,
    ),
    "StatementHead": Style(
        "Statement Head", based="Statement", font=SANS, size=10, line=12, space=(0, 3),
        indent=(170, 0, 0), bold=True, small=True, keep=True, border=_RULE.format(18), shade=TINT,
    ),
    "StripLabel": Style("Strip Label", font=SANS, size=8, line=10, colour=QUIET, keep=True),
    "StripFigure": Style(
        "Strip Figure", font=SANS, size=17, line=20, space=(3, 2), bold=True, keep=True
    ),
    "StripInterval": Style(
        "Strip Interval", font=SANS, size=8, line=10.5, colour=QUIET, keep=True
    ),
    "Caption": Style(
        "caption", after="BodyText", font=SANS, size=9, line=12, space=(8, 4), whole=True
    ),
    "Picture": Style("Picture", space=(14, 0), keep=True),
    "TableText": Style("Table Text", font=SANS, size=8.5, line=11),
    "TableHead": Style("Table Head", based="TableText", font=SANS, size=8.5, line=11, bold=True),
    "TableSmall": Style("Table Text Small", based="TableText", font=SANS, size=7.8, line=9.8),
    "TableSmallHead": Style(
        "Table Head Small", based="TableHead", font=SANS, size=7.8, line=9.8, bold=True
    ),
    "TableCode": Style("Table Code", based="TableText", font=CODE, size=6.2, line=9.8),
    "TableNote": Style("Table Note", font=SANS, size=8, line=10.5, space=(3, 0), colour=QUIET),
    "SourceLine": Style(
        "Source Line", based="TableNote", font=SANS, size=7.5, line=10, space=(1, 14), colour=QUIET
    ),
    "Apart": Style("Apart", size=2, line=4),
    "Header": Style("header", font=SANS, size=8, line=10, colour=QUIET),
    "Footer": Style("footer", font=SANS, size=8, line=10, colour=QUIET),
}  # fmt: skip
"""By id. The names of those that Word knows itself are the names it knows them by."""
_CHARACTERS: Final = {
    "Hyperlink": ("Hyperlink", f'<w:color w:val="{ACCENT}"/><w:u w:val="single"/>'),
    "RunIn": ("Run-in Heading", f'<w:rFonts w:ascii="{SANS}" w:hAnsi="{SANS}"/><w:b/><w:bCs/>'),
    "CodeText": (
        "Code Text",
        f'<w:rFonts w:ascii="{CODE}" w:hAnsi="{CODE}"/><w:noProof/><w:sz w:val="16"/>',
    ),
    "OriginMark": (
        "Origin Mark",
        f'<w:rFonts w:ascii="{SANS}" w:hAnsi="{SANS}"/><w:color w:val="{QUIET}"/>',
    ),
    "ChangeMark": (
        "Change Mark",
        f'<w:rFonts w:ascii="{SANS}" w:hAnsi="{SANS}"/><w:color w:val="{ACCENT}"/>',
    ),
    "Aside": ("Aside", f'<w:color w:val="{QUIET}"/>'),
}  # fmt: skip


def styles(language: str) -> str:
    """
    The part that holds them.

    Args:
        language: Of the document: `en-GB`.
    """
    paragraphs = "".join(_paragraph(id_, one) for id_, one in PARAGRAPHS.items())
    characters = "".join(
        f'<w:style w:type="character" w:styleId="{id_}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="DefaultParagraphFont"/><w:uiPriority w:val="1"/><w:qFormat/>'
        f"<w:rPr>{properties}</w:rPr></w:style>"
        for id_, (name, properties) in _CHARACTERS.items()
    )
    return (
        f"{PROLOGUE}<w:styles {DECLARED}><w:docDefaults><w:rPrDefault><w:rPr>{_fonts(SERIF)}"
        f'<w:color w:val="{INK}"/><w:sz w:val="20"/><w:szCs w:val="20"/>'
        f"<w:lang w:val={attribute(language)} w:eastAsia={attribute(language)}"
        ' w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        '<w:qFormat/><w:pPr><w:widowControl/><w:spacing w:line="280" w:lineRule="atLeast"/></w:pPr>'
        "</w:style>"
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/>'
        "</w:style>"
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal">'
        '<w:name w:val="Normal Table"/><w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr>'
        '<w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/>'
        '<w:left w:w="0" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>'
        '<w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
        f"{paragraphs}{characters}{_table()}</w:styles>"
    )


def _table() -> str:
    """Rules above and below; the one under the head is the head's own."""
    rule = f'w:val="single" w:sz="10" w:space="0" w:color="{INK}"'
    return (
        '<w:style w:type="table" w:customStyle="1" w:styleId="ReportTable">'
        '<w:name w:val="Report Table"/><w:basedOn w:val="TableNormal"/><w:qFormat/><w:tblPr>'
        f"<w:tblBorders><w:top {rule}/><w:bottom {rule}/></w:tblBorders>"
        '<w:tblCellMar><w:top w:w="43" w:type="dxa"/><w:left w:w="0" w:type="dxa"/>'
        '<w:bottom w:w="43" w:type="dxa"/><w:right w:w="170" w:type="dxa"/></w:tblCellMar>'
        "</w:tblPr></w:style>"
    )


def _fonts(name: str) -> str:
    return (
        f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"/>'
        if name
        else ""
    )


def _paragraph(id_: str, style: Style) -> str:
    after = f'<w:next w:val="{style.after}"/>' if style.after else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{id_}"><w:name w:val="{style.name}"/>'
        f'<w:basedOn w:val="{style.based}"/>{after}<w:qFormat/>'
        f"<w:pPr>{''.join(_about_paragraph(style))}</w:pPr>"
        f"<w:rPr>{''.join(_about_letters(style))}</w:rPr></w:style>"
    )


def _about_paragraph(style: Style) -> Iterator[str]:
    """In the order of the schema (ECMA-376, CT_PPr)."""
    if style.keep:
        yield "<w:keepNext/>"
    if style.whole:
        yield "<w:keepLines/>"
    if style.border:
        yield f"<w:pBdr>{style.border}</w:pBdr>"
    if style.shade:
        yield f'<w:shd w:val="clear" w:color="auto" w:fill="{style.shade}"/>'
    before, after = (round(20 * one) for one in style.space)
    line = f' w:line="{round(20 * style.line)}" w:lineRule="atLeast"' if style.line else ""
    yield f'<w:spacing w:before="{before}" w:after="{after}"{line}/>'
    left, right, hanging = style.indent
    if any(style.indent):
        hung = f' w:hanging="{hanging}"' if hanging else ""
        yield f'<w:ind w:left="{left}" w:right="{right}"{hung}/>'
    if style.level:
        yield f'<w:outlineLvl w:val="{style.level - 1}"/>'


def _about_letters(style: Style) -> Iterator[str]:
    """In the order of the schema (ECMA-376, CT_RPr)."""
    yield _fonts(style.font)
    if style.bold:
        yield "<w:b/><w:bCs/>"
    if style.italic:
        yield "<w:i/><w:iCs/>"
    if style.small:
        yield "<w:smallCaps/>"
    if style.colour:
        yield f'<w:color w:val="{style.colour}"/>'
    if style.size:
        size = round(2 * style.size)
        yield f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'


def font_table() -> str:
    """The fonts, and what stands in for them."""
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{instead}"/><w:charset w:val="00"/>'
        f'<w:family w:val="{family}"/><w:pitch w:val="{pitch}"/></w:font>'
        for name, (instead, family, pitch) in FALLBACKS.items()
    )
    return f"{PROLOGUE}<w:fonts {DECLARED}>{fonts}</w:fonts>"


def numbering(ordered: int) -> str:
    """
    The part for automatic numbers of lists.

    Args:
        ordered: How many numbered lists there are: each counts from one.
    """

    def levels(kind: str, text: str) -> str:
        return "".join(
            f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
            f'<w:lvlText w:val="{text.replace("#", str(at + 1))}"/><w:lvlJc w:val="left"/>'
            f'<w:pPr><w:ind w:left="{284 * (at + 1)}" w:hanging="284"/></w:pPr></w:lvl>'
            for at in range(9)
        )

    lists = "".join(
        f'<w:num w:numId="{at}"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0">'
        '<w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        for at in range(2, 2 + ordered)
    )
    return (
        f"{PROLOGUE}<w:numbering {DECLARED}>"
        f'<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="hybridMultilevel"/>'
        f"{levels('bullet', '•')}</w:abstractNum>"
        f'<w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="hybridMultilevel"/>'
        f"{levels('decimal', '%#.')}</w:abstractNum>"
        f'<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>{lists}</w:numbering>'
    )
