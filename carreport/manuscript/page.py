"""An annotated copy of a manuscript: what became of each number, as one page that needs no other."""

from __future__ import annotations

import re
from itertools import groupby
from types import SimpleNamespace
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from carreport.manuscript.answer import CALLED, FINDINGS
from carreport.render.environment import environment
from carreport.render.inside import POLICY, Inside
from carreport.render.pages import fonts_css
from carreport.saved.made_from import templates_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from carreport.manuscript.answer import Finding, ManuscriptAudit, Word
    from carreport.manuscript.model import Block

TEMPLATE: Final = "manuscript/page.html.j2"
SHEETS: Final = ("shared/style.css", "manuscript/manuscript.css")
NOTES: Final[Mapping[Word, str]] = {
    "matches": "a result, and which",
    "stale": "an earlier build's value",
    "altered": "not what its id says",
    "unmatched": "no result of ours",
    "ambiguous": "several could be it",
    "not a statistic": "with the reason",
}
LONGEST: Final = 200
_MARKED: Final = frozenset({"changed", "copied", "unlinked"})
"""What became of a link where that is more than nothing."""
_CELL: Final = re.compile(r"(?P<table>.*?)(?:, )?(?:row|line) (?P<row>[0-9]+), column [0-9]+")
_UNSEEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
"""What HTML cannot hold, or turns the direction of what follows."""
_CLASSES: Final[Mapping[str, str]] = {
    "caption": "caption", "furniture": "furniture", "reference": "reference", "note": "block-note",
    "code": "code",
}  # fmt: skip


def manuscript_page(audit: ManuscriptAudit) -> str:
    """
    The page of an audit.

    Args:
        audit: What became of each number.

    Returns:
        One self-contained HTML file without a script; every text of the manuscript is escaped.
    """
    jinja = environment(templates_folder())
    inside, styles = Inside(), []
    for text in (fonts_css(), *(_source(name) for name in SHEETS)):
        inside = inside.with_text("style", text)
        styles.append(Markup("<style>{}</style>").format(Markup(text)))  # noqa: S704 - ours
    anchors = {one: f"n{at}" for at, one in enumerate(audit.findings, start=1)}
    page = jinja.get_template(TEMPLATE).render(
        name=_clean(audit.manuscript.name),
        coverage=audit.coverage[0].upper() + audit.coverage[1:] + ".",
        policy=POLICY,
        styles=styles,
        strip=[_counted(word, count) for word, count in audit.counts.items()],
        build=_told(audit.build),
        previous=_told(audit.previous) if audit.previous else "",
        notices=[_clean(one) for one in (*audit.manuscript.notices, *audit.notices)],
        found=_listed((one for one in audit.findings if one.found), anchors),
        accepted=_listed((one for one in audit.findings if one.accepted), anchors),
        ambiguous=_listed((one for one in audit.findings if one.word == "ambiguous"), anchors),
        links=_clean(audit.links[:1].upper() + audit.links[1:]),
        deleted=[(_clean(one.printed), _clean(one.id)) for one in audit.deleted],
        copied=_listed(audit.of_link("copied"), anchors),
        unlinked=_listed((one for one in audit.of_link("unlinked") if not one.found), anchors),
        unused=[_clean(one) for one in audit.unused],
        names=[(_clean(name), str(count)) for name, count in audit.names.items()],
        body=Markup("\n").join(_body(audit, anchors)),
        foot=f"Compared with the results of {_told(audit.build)}.",
    )
    return page.replace(POLICY, inside.policy)


def _source(name: str) -> str:
    return (templates_folder() / name).read_text(encoding="utf-8")


def _clean(text: str) -> str:
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text)


def _told(build: Mapping[str, str]) -> str:
    return _clean(f"{build['study']}, cutoff {build['cutoff']}")


def _counted(word: Word, count: int) -> SimpleNamespace:
    return SimpleNamespace(
        word=CALLED.get(word, word), count=f"{count:,}", note=NOTES[word], **{"class": _class(word)}
    )


def _class(word: Word) -> str:
    return word.replace(" ", "-")


def _style(one: Finding) -> str:
    own = "accepted" if one.accepted else _class(one.word)
    return f"{own} link-{one.link}" if one.link in _MARKED else own


def _called(one: Finding) -> str:
    """Its class; first of all that it was changed."""
    return f"changed; {one.word}" if one.link == "changed" else one.word


def _listed(findings: Iterable[Finding], anchors: Mapping[Finding, str]) -> list[SimpleNamespace]:
    return [
        SimpleNamespace(
            anchor=anchors[one],
            text=_clean(one.text[:LONGEST]),
            word=_called(one),
            reason=_clean(one.reason),
            accepted=_clean(one.accepted),
            ids=[_clean(id_) for id_ in one.ids],
            place=_clean(one.place),
            **{"class": _style(one)},
        )
        for one in findings
    ]


def _body(audit: ManuscriptAudit, anchors: Mapping[Finding, str]) -> Iterator[Markup]:
    """The blocks in order, cells of one table as a table."""
    by_block: dict[int, list[Finding]] = {}
    for one in audit.findings:
        by_block.setdefault(one.block, []).append(one)
    blocks = list(enumerate(audit.manuscript.blocks))
    for table, group in groupby(blocks, key=lambda one: _table(one[1])):
        if table is None:
            for at, block in group:
                yield _block(block, _text(block, by_block.get(at, ()), anchors))
            continue
        rows = groupby(group, key=lambda one: _row(one[1]))
        lines = [
            Markup("").join(
                Markup("<td>{}</td>").format(_text(block, by_block.get(at, ()), anchors))
                for at, block in cells
            )
            for _, cells in rows
        ]
        inner = Markup("").join(Markup("<tr>{}</tr>").format(line) for line in lines)
        yield Markup(
            '<div class="scroll" tabindex="0" role="region" aria-label="{}">'
            "<table><tbody>{}</tbody></table></div>"
        ).format(_clean(table) or "Table", inner)


def _table(block: Block) -> str | None:
    """Which table a cell stands in, by its place; None for what is no cell."""
    match = _CELL.fullmatch(block.place) if block.kind == "cell" else None
    return match["table"] if match else None


def _row(block: Block) -> str:
    match = _CELL.fullmatch(block.place)
    return match["row"] if match else ""


def _block(block: Block, text: Markup) -> Markup:
    if block.kind in {"heading", "title"}:
        return Markup("<h3>{}</h3>").format(text)
    name = _CLASSES.get(block.kind, "")
    return (
        Markup('<p class="{}">{}</p>').format(name, text)
        if name
        else Markup("<p>{}</p>").format(text)
    )


def _text(block: Block, findings: Sequence[Finding], anchors: Mapping[Finding, str]) -> Markup:
    """A block's text with its numbers marked."""
    parts: list[Markup] = []
    at = 0
    for one in findings:
        parts += (escape(_clean(block.text[at : one.start])), _number(one, anchors[one]))
        at = one.end
    parts.append(escape(_clean(block.text[at:])))
    return Markup("").join(parts)


def _number(one: Finding, anchor: str) -> Markup:
    """A number with its class, its word where it must be looked at, and why."""
    said, reason = _clean(one.text), _clean(one.reason)
    if one.word == "not a statistic":
        return Markup(
            '<span class="n not-a-statistic" title="not a statistic: {}">{}</span>'
        ).format(reason, said)
    word: Markup | str = ""
    if one.word in FINDINGS or one.link in _MARKED:
        shown: list[str] = [one.link] if one.link in _MARKED else []
        shown += [one.word] if one.word in FINDINGS else []
        word = Markup('<span class="word">{}</span>').format(", ".join(shown))
    ours = f"; ours: {one.ours}" if one.ours else ""
    accepted = f"; accepted: {one.accepted}" if one.accepted else ""
    why = _clean(f"{_called(one)}: {reason}{ours}{accepted}")
    return Markup(
        '<span class="n {}" id="{}" tabindex="0">{}{}<span class="why" role="note">{}</span></span>'
    ).format(_style(one), anchor, said, word, why)
