"""What differs between two builds, as one page that needs nothing else."""

from __future__ import annotations

import datetime as dt
import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from carreport.changes.model import FLIP_WORDS, NUMBER_KINDS, NUMBER_WORDS, ROW_CLASSES, ROW_WORDS
from carreport.figures.overlaid import described, overlaid
from carreport.render.diff_view import (
    MOST,
    Capped,
    capped,
    clean,
    counted,
    number_view,
    otherwise,
    printed_view,
    row_view,
    said_view,
)
from carreport.render.environment import environment
from carreport.render.inside import POLICY, Inside
from carreport.render.pages import fonts_css
from carreport.saved.made_from import templates_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jinja2 import Environment

    from carreport.changes import Changes, Differing, Named, NumberChange
    from carreport.changes.model import RowClass
    from carreport.study.settings import Settings

FEW: Final = 60
"""So many numbers changed in print need no folding."""
TEMPLATE: Final = "diff/page.html.j2"
_CHAPTER: Final = re.compile(r"[^.@]*")


def diff_page(changes: Changes, settings: Settings) -> str:
    """
    The page of a comparison.

    Args:
        changes: What differs.
        settings: Of the later build, for labels, colours and the language.

    Returns:
        One self-contained HTML file, the same bytes for the same changes.
    """
    jinja = environment(templates_folder())
    sheet = _Sheet(jinja)
    context = {
        "language": settings.study.language,
        "title": clean(changes.new.title),
        "policy": POLICY,
        "fonts": sheet.put("style", fonts_css()),
        "style": sheet.style,
        "script": sheet.script,
        **_head(changes),
        **_rows(changes),
        **_numbers(changes),
        **_reached(changes),
        "curves": _curves(changes, settings),
    }
    text = jinja.get_template(TEMPLATE).render(context)
    return text.replace(POLICY, sheet.inside.policy)


class _Sheet:
    """Style sheets and scripts put into the page, allowed by its policy."""

    def __init__(self, jinja: Environment) -> None:
        self._jinja = jinja
        self.inside = Inside()

    def style(self, name: str) -> Markup:
        """A style sheet of the templates."""
        return self.put("style", self._source(name))

    def script(self, name: str) -> Markup:
        """A script of the templates."""
        return self.put("script", self._source(name))

    def put(self, tag: str, text: str) -> Markup:
        """A text inside its tag."""
        self.inside = self.inside.with_text(tag, text)
        inner = Markup(text)  # noqa: S704 - a file of ours
        return Markup("<{0}>{1}</{0}>").format(tag, inner)

    def _source(self, name: str) -> str:
        loader = self._jinja.loader
        return loader.get_source(self._jinja, name)[0] if loader else ""


def _head(changes: Changes) -> dict[str, object]:
    """What was compared, and how much differs."""
    old, new = changes.old, changes.new
    kinds = changes.by_number_kind
    retroactive = sum(one.retroactive for one in changes.rows)
    return {
        "old": _side(old),
        "new": _side(new),
        "compared": [
            (label, clean(getattr(old, name)) or "not known", clean(getattr(new, name)) or "not known")
            for name, label in _NAMED
        ] + [("Patients", counted(old.patients), counted(new.patients))],
        "notices": [clean(one) for one in changes.notices],
        "disclosure": clean(changes.disclosure),
        "anything": changes.anything,
        "made": [
            (name, capped([_differing(one) for one in parts], MOST))
            for name, parts in (
                ("Definitions: study.toml and origins.toml", changes.settings),
                ("Tables and columns", changes.columns),
                ("Code of the package", changes.code),
                ("Libraries", changes.environment),
            )
            if parts
        ],
        "strip": [
            ("Rows that differ", counted(len(changes.rows)), f"of them {counted(retroactive)} retroactive"),
            ("Numbers changed in print", counted(kinds["print"]), f"{counted(kinds['raw'])} more beneath the digits"),
            ("New and gone", counted(kinds["new"] + kinds["gone"]), f"{counted(kinds['new'])} new, {counted(kinds['gone'])} gone"),
            ("Turned over", counted(len(changes.flips)), _turned(changes) or "no number"),
            ("Unchanged", counted(changes.unchanged), "numbers"),
        ],
    }  # fmt: skip


def _turned(changes: Changes) -> str:
    """How many numbers turned over in which way."""
    kinds = changes.by_flip_kind.items()
    return ", ".join(f"{counted(count)} {FLIP_WORDS[kind]}" for kind, count in kinds)


_NAMED: Final = (
    ("label", "Compared"),
    ("cutoff", "Data cutoff"),
    ("digest", "Snapshot digest, beginning"),
    ("commit", "Commit of the package"),
    ("carreport", "Version of carreport"),
)


def _side(named: Named) -> SimpleNamespace:
    """One side, for the sentences that name it."""
    return SimpleNamespace(cutoff=_day(named.cutoff), digest=clean(named.digest))


def _day(iso: str) -> str:
    """A date as a sentence has it; as it stands where it is none."""
    try:
        day = dt.date.fromisoformat(iso)
    except ValueError:
        return clean(iso)
    return f"{day.day} {day:%B %Y}"


def _differing(one: Differing) -> tuple[str, str, str]:
    return clean(one.name), clean(one.old) or "–", clean(one.new) or "–"


def _rows(changes: Changes) -> dict[str, object]:
    """Rows by class, the alarming ones by themselves."""
    by_class = {name: [one for one in changes.rows if one.class_ == name] for name in ROW_CLASSES}
    return {
        "alarming": capped([row_view(one) for one in by_class["retroactive"][:MOST]], MOST,
                           len(by_class["retroactive"])),
        "tables": [clean(one) for one in _tables(changes)],
        "counts": [
            (ROW_WORDS[name], [counted(n) if n else "–" for n in _by_table(changes, name)])
            for name in ROW_CLASSES
            if by_class[name]
        ],
        "classes": [
            SimpleNamespace(
                name=name,
                words=ROW_WORDS[name],
                count=counted(len(found)),
                rows=capped([row_view(one) for one in found[:MOST]], MOST, len(found)),
            )
            for name, found in by_class.items()
            if found and name != "retroactive"
        ],
    }  # fmt: skip


def _tables(changes: Changes) -> list[str]:
    return sorted({table for _, table in changes.by_row_class})


def _by_table(changes: Changes, name: RowClass) -> list[int]:
    """How many rows of one class each table has."""
    counts = changes.by_row_class
    return [counts.get((name, table), 0) for table in _tables(changes)]


def _numbers(changes: Changes) -> dict[str, object]:
    """Numbers by what happened to them; those changed in print by chapter."""
    of_kind = {kind: [one for one in changes.numbers if one.kind == kind] for kind in NUMBER_KINDS}
    return {
        "flips": capped([number_view(one) for one in changes.flips[:MOST]], MOST,
                        len(changes.flips)),
        "chapters": list(_chapters(of_kind["print"])),
        "few": len(of_kind["print"]) <= FEW,
        "others": [
            SimpleNamespace(
                kind=kind,
                words=NUMBER_WORDS[kind],
                count=counted(len(of_kind[kind])),
                numbers=capped([printed_view(one, exact=kind == "raw") for one in of_kind[kind][:MOST]], MOST,
                               len(of_kind[kind])),
            )
            for kind in ("gone", "new", "raw")
            if of_kind[kind]
        ],
    }  # fmt: skip


def _chapters(numbers: Sequence[NumberChange]) -> Iterator[SimpleNamespace]:
    found: dict[str, list[NumberChange]] = {}
    for one in numbers:
        match = _CHAPTER.match(one.id)
        found.setdefault(match.group() if match else "", []).append(one)
    for name, part in found.items():
        yield SimpleNamespace(
            id=name,
            name=name.replace("_", " ").capitalize(),
            count=counted(len(part)),
            numbers=capped([number_view(one) for one in part[:MOST]], MOST, len(part)),
        )


def _reached(changes: Changes) -> dict[str, object]:
    """What prints a changed number, and who moved it."""
    known = {one.id: one for one in changes.numbers}
    texts = [one for one in changes.said if one.sentence and otherwise(one, known)]
    return {
        "said": capped([said_view(one, known) for one in texts[:MOST]], MOST, len(texts)),
        "drawn": [
            SimpleNamespace(
                id=clean(one.id),
                title=clean(one.title),
                numbers=counted(len(one.numbers)),
                listings=counted(len(one.listings)),
            )
            for one in changes.figures
        ],
        "patients": _patients(changes),
    }


def _patients(changes: Changes) -> Capped:
    moved = [
        SimpleNamespace(
            patient=clean(one.patient),
            state="entered" if one.entered else "left" if one.left else "",
            rows=", ".join(f"{counted(n)} {ROW_WORDS[name]}" for name, n in one.rows.items())
            or "none; only the day of the cutoff",
            numbers=counted(len(one.numbers)),
        )
        for one in changes.patients[:MOST]
    ]
    return capped(moved, MOST, len(changes.patients))


def _curves(changes: Changes, settings: Settings) -> list[SimpleNamespace]:
    old, new = (f"the build of {_day(one.cutoff)}" for one in (changes.old, changes.new))
    return [
        SimpleNamespace(
            title=one.drawing.title,
            svg=Markup(one.drawing.svg),  # noqa: S704 - drawn and escaped by carreport.figures
            pairs=[described(pair) for pair in one.pairs],
        )
        for one in overlaid(changes.listings, settings, old, new)
    ]
