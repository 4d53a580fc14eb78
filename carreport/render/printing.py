"""
What a template may print: numbers by id, never numbers.

Each function returns markup in which every digit stands inside `<data data-id="…">`, followed
by a mark where the number rests on reconstructed or simulated cells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from markupsafe import Markup, escape

from carreport.errors import UnknownId
from carreport.house import TO
from carreport.render.appendix import STATED
from carreport.render.literals import has_digit
from carreport.results import fragment, join_id, split_id
from carreport.study.origins import Origin
from carreport.units import scaled, spoken_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from carreport.figures import Place
    from carreport.results import ListedResult, Result, Results

THIN: Final = "\N{NARROW NO-BREAK SPACE}"
JOINER: Final = "\N{WORD JOINER}"
NO_BREAK: Final = "\N{NO-BREAK SPACE}"
_LINK: Final = re.compile(r'<a class="trace" href="[^"]*">(.*?)</a>', re.DOTALL)
_ANCHOR: Final = re.compile(
    r'<a class="trace" href="#(?P<target>[^"]*)">(?P<number><data class="num )?'
)
MARKS: Final = {
    Origin.RECONSTRUCTED: "\N{WHITE UP-POINTING TRIANGLE}",
    Origin.SIMULATED: "\N{WHITE SQUARE}",
}


CHANGED: Final = "\N{BLACK DIAMOND}"
_VIEW_BOX: Final = re.compile(r'viewBox="0 0 (?P<width>[0-9.]+) (?P<height>[0-9.]+)"')
_MARK: Final = 1.05
"""Half the size of the mark in a drawing, in points."""
_MARK_INK: Final = "#1a1a1a"


def mark(origin: Origin) -> Markup:
    """The raised mark of a number that rests on weaker cells than derived ones."""
    if origin not in MARKS:
        return Markup()
    return Markup(
        '<sup class="origin origin-{0}" role="img" aria-label="{0}" title="{0}">{1}</sup>'
    ).format(origin.label, MARKS[origin])


def marked(*shown: tuple[Result, str]) -> Markup:
    """
    The raised marks after numbers that stand together: of a change, and of weak data.

    Args:
        shown: Each number with the style it is printed in.
    """
    return changed(*shown) + mark(max(one.origin for one, _ in shown))


def changed(*shown: tuple[Result, str]) -> Markup:
    """The raised mark of numbers that an earlier build printed otherwise, which says how."""
    if not (said := _change_of(shown)):
        return Markup()
    return Markup('<sup class="changed" role="img" aria-label="{0}" title="{0}">{1}</sup>').format(
        said, CHANGED
    )


def _change_of(shown: Iterable[tuple[Result, str]]) -> str:
    """What an earlier build printed instead; nothing where it printed the same."""
    found = [
        (one.before.build, was)
        for one, style in shown
        if one.before and (was := one.was(style))
    ]  # fmt: skip
    was = ", ".join(dict.fromkeys(text for _, text in found))
    return f"changed since {found[0][0]}: was {was}" if found else ""


def traced(result: Result, style: str = "") -> Markup:
    """A number inside its `<data>` element, a link to its trace, without a mark."""
    value = repr(float(result.value)) if isinstance(result.value, float) else result.value
    styled = Markup(' data-style="{}"').format(style) if style else Markup()
    return Markup(
        '<a class="trace" href="#{}"><data class="num o-{}" value="{}" data-id="{}"{}>{}</data></a>'
    ).format(
        fragment(result.id),
        result.origin.label if result.trace.call else STATED,
        "" if value is None else value,
        result.id,
        styled,
        result.styled(style),
    )


def with_changes(svg: str, places: Iterable[Place], results: Mapping[str, Result]) -> Markup:
    """
    A drawing with the raised mark of a change at each number that has one.

    Args:
        svg: As drawn.
        places: Where each number stands in it.
        results: The numbers, by id.
    """
    box = _VIEW_BOX.search(svg)
    marks = [_drawn_mark(box, one, results[one.id]) for one in places if box]
    head, end, tail = svg.rpartition("</svg>")
    whole = f"{head}{Markup().join(marks)}{end}{tail}"
    return Markup(whole)  # noqa: S704 - drawn and escaped by carreport.figures


def _drawn_mark(box: re.Match[str], place: Place, result: Result) -> Markup:
    """A diamond at the upper right of a number of a drawing."""
    if not (said := _change_of([(result, "")])):
        return Markup()
    x = (place.left + place.width) * float(box["width"]) + _MARK
    y = place.top * float(box["height"]) - _MARK
    path = f"M{x:.2f} {y - _MARK:.2f}l{_MARK} {_MARK}l-{_MARK} {_MARK}l-{_MARK} -{_MARK}z"
    return Markup('<path class="changed" d="{}" fill="{}"><title>{}</title></path>').format(
        path, _MARK_INK, said
    )


def unlinked(text: str) -> Markup:
    """Numbers without their links: for what repeats on every page, where a link leads nowhere."""
    return Markup(_LINK.sub(r"\1", str(text)))  # noqa: S704 - a page's own markup


def anchored(text: str, verdicts: Mapping[str, str]) -> str:
    """
    A page whose links to traces can be found again, and say what a paper printed.

    Args:
        text: HTML.
        verdicts: For each id, the verdict that colours it.

    Returns:
        Each link with an id of its own, in reading order, and the verdict as a class.
    """
    numbers = count(1)

    def place(found: re.Match[str]) -> str:
        link = f'<a class="trace" id="u{next(numbers)}" href="#{found["target"]}">'
        verdict = verdicts.get(unquote(found["target"]))
        number = found["number"] or ""
        if verdict and number:
            number = f"{number}v-{verdict} "
        return link + number

    return _ANCHOR.sub(place, text)


def labelled(text: str) -> Markup:
    """A word of the study; marked as one where it holds digits."""
    return Markup("<span data-label>{}</span>").format(text) if has_digit(text) else escape(text)


def quantity(result: Result, style: str = "") -> Markup:
    """A number with its unit, unbroken, and its mark."""
    name = ""
    if result.value is not None:
        name = scaled(result.unit, style).spell(result.styled(style))
    space = "" if name == "%" else NO_BREAK if name.isalpha() else THIN
    tail = space + labelled(name) if name else Markup()
    return traced(result, style) + tail + marked((result, style))


@dataclass(frozen=True, slots=True)
class ListingRow:
    """One row of a listing in a template: attributes are traced markup."""

    listing: ListedResult
    number: int

    def __getattr__(self, column: str) -> Markup:
        """
        The cell of one column.

        Raises:
            UnknownId: The listing has no such column.
        """
        names = [one.name for one in self.listing.columns]
        if column not in names:
            asked = f"{self.listing.id}.{column}"
            raise UnknownId(asked, [f"{self.listing.id}.{name}" for name in names])
        cell = self.listing.cell(self.number, column)
        return traced(cell) + (Markup() if column in self.listing.key else marked((cell, "")))

    def qty(self, column: str) -> Markup:
        """The cell with its unit, unbroken."""
        return quantity(self.listing.cell(self.number, column))

    def raw(self, column: str) -> object:
        """The cell's value, for conditions."""
        return self.listing.cell(self.number, column).value


class Numbers:
    """The functions of a template that print results."""

    def __init__(self, results: Results) -> None:
        self._results = results

    def num(self, id_: str, style: str = "") -> Markup:
        """A number with its mark."""
        result = self._results[id_]
        return traced(result, style) + marked((result, style))

    def qty(self, id_: str, style: str = "") -> Markup:
        """A number with its unit, unbroken."""
        return quantity(self._results[id_], style)

    def count(self, id_: str, one: str, many: str, none: str = "") -> Markup:
        """A count with its noun: `1 patient`, `5 patients`, and words for nobody."""
        result = self._results[id_]
        if result.value == 0 and none:
            return escape(none)
        return self.num(id_) + NO_BREAK + escape(one if result.value == 1 else many)

    def landmark(self, day: str) -> Markup:
        """A landmark as people speak of it: `2 years`, `6 months`, `100 days`."""
        result = self._results[join_id("study.landmark.days", {"day": day})]
        return quantity(result, spoken_in(float(day)))

    def plural(self, id_: str, one: str, many: str) -> str:
        """The word that fits the number."""
        return one if self._results[id_].value == 1 else many

    def ci(self, id_: str, style: str = "") -> Markup:
        """The confidence interval of the estimate *id_*: `95% CI 57.2–98.2%`."""
        lower, upper = (self._results[one] for one in self.limits(id_))
        level = traced(self._results["study.confidence.level"])
        house = self._results.house
        if lower.value is None and upper.value is None:
            between = traced(lower, style) + changed((lower, style), (upper, style))
        else:
            between = self._between(lower, upper, style, house.interval, sign=house.interval_sign)
        comma = "," if house.comma else ""
        return Markup("{0}{1}CI{2}{1}{3}").format(level, NO_BREAK, comma, between)

    def limits(self, id_: str) -> tuple[str, str]:
        """
        Ids of an estimate's confidence limits.

        Raises:
            UnknownId: There are none.
        """
        base, keys = split_id(id_)
        parent = base.rpartition(".")[0]
        for stem in (f"{base}_", f"{base}.", f"{parent}."):
            found = tuple(join_id(f"{stem}{end}", keys) for end in ("lower", "upper"))
            if all(one in self._results for one in found):
                return found[0], found[1]
        raise self._without(id_, "no confidence interval is computed for")

    def span(self, id_: str, style: str = "") -> Markup:
        """Smallest to largest value: `238–740`."""
        ends = self._pair(id_, ("min", "max"))
        return self._between(*ends, style, self._results.house.spread)

    def iqr(self, id_: str, style: str = "") -> Markup:
        """First to third quartile."""
        ends = self._pair(id_, ("q1", "q3"))
        return self._between(*ends, style, self._results.house.spread)

    def _pair(self, id_: str, ends: tuple[str, str]) -> tuple[Result, Result]:
        base, keys = split_id(id_)
        for joint in (".", "_"):
            ids = [join_id(f"{base}{joint}{end}", keys) for end in ends]
            if all(one in self._results for one in ids):
                return self._results[ids[0]], self._results[ids[1]]
        raise self._without(id_, f"neither {ends[0]} nor {ends[1]} is computed for")

    def _between(
        self, lower: Result, upper: Result, style: str, joint: str, *, sign: bool = True
    ) -> Markup:
        """Two numbers of one unit; a percent sign stands once at most, an open end is named."""
        first, last = style, style
        if not style and lower.unit.kind in ("fraction", "survival") and upper.value is not None:
            first, last = "bare", style if sign else "bare"
        dash = joint if joint == TO else f"{JOINER}{joint}{JOINER}"
        if "\N{MINUS SIGN}" in lower.display + upper.display or upper.value is None:
            dash = TO
        marks = marked((lower, first), (upper, last))
        return traced(lower, first) + dash + traced(upper, last) + marks

    def pm(self, id_: str) -> Markup:
        """An estimate and its standard error: `61.2 ± 14.0%`."""
        base, keys = split_id(id_)
        rate = self._results[id_]
        se = self._results[join_id(f"{base.rpartition('.')[0]}.se", keys)]
        if rate.value is None:
            return self.num(id_)
        marks = marked((rate, ""), (se, ""))
        house = self._results.house
        if house.error == "SE":
            comma = "," if house.comma else ""
            apart = Markup(" (SE{}{}").format(comma, NO_BREAK)
            return traced(rate) + apart + traced(se) + ")" + marks
        return traced(rate, "bare") + Markup("{0}±{0}").format(NO_BREAK) + traced(se) + marks

    def of(self, id_: str) -> Markup:
        """`12 of 14`."""
        k, n = self._k_and_n(id_)
        return traced(k) + " of " + traced(n) + marked((k, ""), (n, ""))

    def share(self, id_: str) -> Markup:
        """`12 (85.7%)`."""
        base, keys = split_id(id_)
        k, _ = self._k_and_n(id_)
        ids = [join_id(f"{base}.{field}", keys) for field in ("rate", "percent")]
        for one in ids:
            if one in self._results:
                rate = self._results[one]
                marks = changed((k, ""), (rate, "")) + mark(k.origin)
                return traced(k) + " (" + traced(rate) + ")" + marks
        raise self._without(id_, "no share is computed for")

    def _without(self, id_: str, what: str) -> UnknownId:
        """An error that tells an id that is unknown from one whose parts are."""
        if id_ in self._results:
            return UnknownId(id_, (), what)
        near = self._results.near(id_)
        return UnknownId(id_, near, what if self._begins(id_) else "no analysis produces")

    def _begins(self, id_: str) -> bool:
        """Whether ids begin so: that of an analysis without its field."""
        base, _ = split_id(id_)
        return any(one.startswith((f"{base}.", f"{base}_")) for one in self._results)

    def _k_and_n(self, id_: str) -> tuple[Result, Result]:
        base, keys = split_id(id_)
        for field in ("k", "count", "patients"):
            k = join_id(f"{base}.{field}", keys)
            if k in self._results:
                break
        return self._results[k], self._results[self._denominator(base, keys)]

    def _denominator(self, base: str, keys: Mapping[str, str]) -> str:
        """The id of n with the same keys, else without the one that tells the counts apart."""
        narrower = [
            {one: keys[one] for one in keys if one != key} for key in keys if key != "group"
        ]
        group = {key: keys[key] for key in keys if key == "group"}
        ids = [join_id(f"{base}.n", one) for one in (keys, *narrower, group)]
        return next((id_ for id_ in ids if id_ in self._results), ids[0])

    def p(self, id_: str) -> Markup:
        """`p = 0.014`, `p < 0.001`, or that it is not estimable."""
        result = self._results[id_]
        house = self._results.house
        name = escape(house.p_name)
        name = Markup("<i>{}</i>").format(name) if house.p_italic else name
        if result.value is None:
            return name + NO_BREAK + traced(result) + marked((result, ""))
        space = THIN if house.p_spaced else JOINER
        sign = "" if result.display[0] in "<>" else f"={space}"
        return name + space + sign + traced(result) + marked((result, ""))

    def value(self, id_: str) -> object:
        """The raw value, for conditions; it cannot be printed."""
        return self._results[id_].value

    def exists(self, id_: str) -> bool:
        """Whether there is such a number."""
        return id_ in self._results

    def has(self, id_: str) -> bool:
        """Whether there is such a number and it could be estimated."""
        return id_ in self._results and self._results[id_].value is not None

    def significant(self, id_: str) -> bool:
        """Whether a p-value lies below one minus the confidence level."""
        value = self._results[id_].value
        level = self._results["study.confidence.level"].value
        return isinstance(value, float) and isinstance(level, float) and value < 1 - level

    def less(self, first: str, second: str) -> bool:
        """Whether one number is smaller than another; false where one is not estimable."""
        one, other = self._results[first].value, self._results[second].value
        return isinstance(one, (int, float)) and isinstance(other, (int, float)) and one < other

    def rows(self, id_: str) -> list[ListingRow]:
        """The rows of a listing."""
        listing = self._results.listing(id_)
        return [ListingRow(listing, number) for number in range(len(listing.rows))]

    def series(self, id_: str, column: str) -> Markup:
        """One column of a listing as an enumeration: `4, 7 and 9`."""
        return enumerated([getattr(row, column) for row in self.rows(id_)])


def enumerated(parts: Sequence[Markup | str]) -> Markup:
    """`a`, `a and b`, `a, b and c`."""
    whole = [escape(part) for part in parts]
    if len(whole) < 2:
        return whole[0] if whole else Markup()
    return Markup(", ").join(whole[:-1]) + " and " + whole[-1]
