"""Parts of a comparison as its page shows them: texts only, each made harmless."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from carreport.changes.model import NUMBER_WORDS
from carreport.changes.showing import difference_shown
from carreport.units import MINUS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from carreport.changes import CellChange, Contribution, Number, NumberChange, RowChange, Said
    from carreport.units import Unit

MOST: Final = 200
"""So much of a kind stands on the page; the rest is counted, and all of it is in the JSON."""
_LONGEST: Final = 240
_SENTENCE: Final = 1000
_BARS: Final = 6
"""So many patients of a number have a bar; the others are named behind it."""
_NAMED: Final = 60
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
"""What HTML cannot hold, or turns the direction of what follows."""
_BAR: Final = (60.0, 8.0)


@dataclass(frozen=True, slots=True)
class Capped:
    """
    The first of many.

    Attributes:
        items: Those shown.
        count: How many there are, in digits.
        more: How many are not shown, in digits; empty if all are.
    """

    items: Sequence[Any]
    count: str
    more: str


def capped(items: Sequence[Any], most: int, count: int | None = None) -> Capped:
    """
    At most so many of a kind.

    Args:
        items: The first of them, or all.
        most: How many to show.
        count: How many there are.
    """
    whole = len(items) if count is None else count
    left = whole - min(len(items), most)
    return Capped(items[:most], counted(whole), counted(left) if left else "")


def counted(number: int) -> str:
    """
    How many, in digits.

    >>> counted(12000)
    '12,000'
    """
    return f"{number:,}"


def clean(text: object, longest: int = _LONGEST) -> str:
    """A text of the data on one line: harmless signs only, and not longer than a reader reads."""
    whole = " ".join(_UNSEEN.sub("\N{REPLACEMENT CHARACTER}", str(text)).split())
    if len(whole) <= longest:
        return whole
    return f"{whole[:longest]}… ({counted(len(whole))} signs)"


def row_view(row: RowChange) -> SimpleNamespace:
    """One row that differs: whose, which, when, and its cells before and now."""
    dates = [clean(one) for one in dict.fromkeys((row.old_date, row.new_date)) if one]
    return SimpleNamespace(
        table=clean(row.table),
        patient=clean(row.patient),
        key=clean(row.key),
        kind=row.kind,
        dates=" → ".join(dates) or "–",
        line=counted(row.new_line or row.old_line) if row.new_line or row.old_line else "",
        side="new" if row.new_line else "old",
        cells=[_cell(one) for one in row.cells],
        whole=_whole(row.new or row.old) if not row.cells else [],
    )


def _cell(cell: CellChange) -> SimpleNamespace:
    return SimpleNamespace(
        column=clean(cell.column),
        old=clean(cell.old) or "empty",
        new=clean(cell.new) or "empty",
        kind=cell.kind,
    )


def _whole(cells: Mapping[str, str]) -> list[tuple[str, str]]:
    """The filled cells of a row that is on one side only; its patient is named beside."""
    return [
        (clean(name), clean(text))
        for name, text in cells.items()
        if text and name != "patient_id"
    ]  # fmt: skip


def number_view(change: NumberChange) -> SimpleNamespace:
    """One number: what it is, what it was, by how much it changed, and because of whom."""
    view = printed_view(change, exact=False)
    view.difference = clean(change.difference_shown) or "–"
    view.causes = _causes(change)
    view.flips = [(one.kind, clean(one.words)) for one in change.flips]
    view.kind = NUMBER_WORDS[change.kind]
    view.bars, view.others = _moved(change)
    view.alone = _list(change.alone)
    view.unattributed = clean(change.unattributed)
    view.redefined = ", ".join(clean(one) for one in change.redefined)
    view.places = _places(change)
    return view


def printed_view(change: NumberChange, *, exact: bool) -> SimpleNamespace:
    """One number with what it was: as printed, or to full precision."""
    known = change.new or change.old
    return SimpleNamespace(
        id=clean(change.id),
        says=_first_sentence(known.definition) if known else "",
        population=clean(known.population) if known else "",
        old=_shown(change.old, exact=exact),
        new=_shown(change.new, exact=exact),
    )


def _shown(number: Number | None, *, exact: bool) -> str:
    if number is None:
        return "–"
    if exact and isinstance(number.value, (int, float)):
        return repr(number.value).replace("-", MINUS)
    return clean(number.display) or "empty"


def _first_sentence(text: str) -> str:
    head, dot, _ = text.partition(". ")
    return clean(head + dot)


def _causes(change: NumberChange) -> list[tuple[str, str]]:
    """What moved the number and by how much: data, definitions, code."""
    effects = change.effects
    parts = (("data", effects.data), ("definitions", effects.definition), ("code", effects.code))
    return [(name, apart(value, change.unit)) for name, value in parts if value]


def apart(value: float | None, unit: Unit) -> str:
    """A difference with its sign; words where there is none to be had."""
    return "not estimable" if value is None else difference_shown(value, unit)


def _moved(change: NumberChange) -> tuple[list[SimpleNamespace], str]:
    """A bar for each of the patients who moved a number most; the others by name."""
    told = change.contributions
    sizes = [abs(one.change) for one in told if one.change is not None]
    residual = change.effects.residual
    day = change.effects.cutoff
    widest = max([*sizes, abs(residual or 0.0), abs(day or 0.0)], default=0.0)
    bars = [_bar(one, change.unit, widest) for one in told[:_BARS]]
    others = _list([one.patient for one in told[_BARS:]])
    if day:
        bars.append(
            SimpleNamespace(
                name="the cutoff",
                residual=True,
                change=apart(day, change.unit),
                svg=_drawn_bar(day, widest),
            )
        )
    if bars and residual is not None:
        said = apart(residual, change.unit) if residual else "none"
        bars.append(
            SimpleNamespace(
                name="residual", residual=True, change=said, svg=_drawn_bar(residual, widest)
            )
        )
    return bars, others


def _bar(one: Contribution, unit: Unit, widest: float) -> SimpleNamespace:
    """One patient's share in a change."""
    said = clean(f"alone: {one.display}") if one.change is None else apart(one.change, unit)
    return SimpleNamespace(
        name=clean(one.patient), residual=False, change=said, svg=_drawn_bar(one.change, widest)
    )


def _drawn_bar(change: float | None, widest: float) -> Markup:
    """A bar to the right of the middle for more, to the left for less."""
    across, tall = _BAR
    if not change or not widest:
        return Markup()
    half = across / 2
    long = half * abs(change) / widest
    left = half if change > 0 else half - long
    return Markup(
        '<svg class="bar {}" viewBox="0 0 {:g} {:g}" width="{:g}" height="{:g}" aria-hidden="true">'
        '<path class="zero" d="M{:g} 0v{:g}"/>'
        '<rect x="{:.2f}" y="1" width="{:.2f}" height="{:g}"/></svg>'
    ).format("up" if change > 0 else "down", across, tall, across, tall, half, tall, left,
             max(long, 0.6), tall - 2)  # fmt: skip


def _list(patients: Sequence[str]) -> str:
    """Patients by name, as many as a reader may want; the others counted."""
    if not patients:
        return ""
    named = ", ".join(clean(one) for one in patients[:_NAMED])
    left = len(patients) - _NAMED
    return f"{named} and {counted(left)} more" if left > 0 else named


def _places(change: NumberChange) -> str:
    """Where the number is printed, each place once; in the earlier build where nowhere else."""
    sides = {one.side for one in change.places}
    side = "new" if "new" in sides else "old"
    found = dict.fromkeys(
        clean(f"{one.document}: {one.place}") for one in change.places if one.side == side
    )
    return "; ".join(found)


def otherwise(said: Said, known: Mapping[str, NumberChange]) -> list[str]:
    """The numbers of a sentence that are printed otherwise, new or gone."""
    return [id_ for id_ in said.ids if id_ in known and known[id_].kind != "raw"]


def said_view(said: Said, known: Mapping[str, NumberChange]) -> SimpleNamespace:
    """A sentence that prints changed numbers, with what they were and are."""
    numbers = [printed_view(known[id_], exact=False) for id_ in otherwise(said, known)]
    return SimpleNamespace(
        where=clean(f"{said.document}: {said.place}"),
        sentence=clean(said.sentence, _SENTENCE),
        earlier=said.side == "old",
        numbers=capped(numbers, _BARS * 2),
    )
