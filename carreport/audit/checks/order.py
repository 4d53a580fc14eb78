"""Order and grid: minimum, quartiles, median, maximum; ranges in ranges; rounded differences."""

from __future__ import annotations

from itertools import combinations
from math import ceil
from typing import TYPE_CHECKING

from carreport.audit.checks.answer import Answer, NotTestable, answers, weighed
from carreport.audit.checks.reading import at_most, read_number, read_size, shown
from carreport.audit.checks.scales import on_one_scale, unit

if TYPE_CHECKING:
    from carreport.audit.checks.reading import Number

    Range = tuple[str | None, str | None]


@answers
def ordered(
    *,
    low: str | None = None,
    q1: str | None = None,
    median: str | None = None,
    q3: str | None = None,
    high: str | None = None,
) -> Answer:
    """
    Whether minimum, quartiles, median and maximum are in their order.

    Args:
        low: The minimum.
        q1: The first quartile.
        median: The median.
        q3: The third quartile.
        high: The maximum; any of the five may be unknown, as long as two are stated.

    Source:
        min ≤ Q1 ≤ median ≤ Q3 ≤ max, by definition.

    >>> ordered(low="172", median="647", high="945").reason
    '172 ≤ 647 ≤ 945'
    """
    names = {
        "minimum": low,
        "first quartile": q1,
        "median": median,
        "third quartile": q3,
        "maximum": high,
    }
    given = {name: text for name, text in names.items() if text is not None}
    if len(given) < 2:
        message = "fewer than two of minimum, quartiles, median and maximum are stated"
        raise NotTestable(message)
    numbers = on_one_scale([(text, f"the {name}") for name, text in given.items()])
    stated = list(zip(given, numbers, strict=True))
    formula = " ≤ ".join(one.text for _, one in stated)
    wrong = [
        f"the {one} {less.text} exceeds the {other} {more.text}"
        for (one, less), (other, more) in combinations(stated, 2)
        if not at_most(less, more)
    ]
    return weighed(not wrong, "; ".join(wrong) or formula, formula)


@answers
def median_grid(median: str | None, n: str | None, step: str | None = "1") -> Answer:
    """
    Whether n values on a grid can have a printed median.

    Args:
        median: As printed.
        n: Values, exactly: the median of an odd number is one of them, of an even number half the
            sum of two.
        step: The grid: "1" for days counted in whole days, "0.01" for doses of two decimals.

    Source:
        Definition of the median; compare GRIM.

    >>> median_grid("418.3", "4").reason
    'the median of 4 values that are multiples of 1 is a multiple of 0.5, and 418.3 is none'
    """
    values = read_size(n, "the number of values")
    middle, grid = _on_its_grid(median, step)
    if grid.value <= 0 or grid.relation:
        message = f"the step is printed as “{grid.text}”"
        raise NotTestable(message)
    low, high = middle.edges("the median")
    possible = grid.value / (1 if values % 2 else 2)
    if high - low >= possible:
        message = f"{middle.text} is too coarsely rounded: every value is possible"
        raise NotTestable(message)
    on_grid = ceil(low / possible) * possible <= high
    of = f"the median of {values} values that are multiples of {grid.text} is a multiple of {float(possible):g}"
    reason = of if on_grid else f"{of}, and {middle.text} is none"
    return weighed(on_grid, reason, f"{middle.text} = k·{float(possible):g}")


@answers
def within(part: Range, whole: Range) -> Answer:
    """
    Whether the range of some patients lies within the range of all.

    Args:
        part: Minimum and maximum among some.
        whole: Minimum and maximum among all, of the same quantity, counted from the same origin.

    Source:
        min(A) ≥ min(B) and max(A) ≤ max(B) for A ⊆ B.

    >>> within(("238", "740"), ("172", "647")).reason
    'the maximum among some, 740, exceeds the maximum among all, 647'
    """
    pairs = [_both(whole[0], part[0], "minimum"), _both(part[1], whole[1], "maximum")]
    tested = [pair for pair in pairs if pair]
    if not tested:
        message = "no limit is stated of both ranges"
        raise NotTestable(message)
    wrong = [
        f"the minimum among some, {pair[1].text}, is below the minimum among all, {pair[0].text}"
        if lower
        else f"the maximum among some, {pair[0].text}, exceeds the maximum among all, {pair[1].text}"
        for pair, lower in zip(pairs, (True, False), strict=True)
        if pair and not at_most(*pair)
    ]
    formula = ", ".join(f"{less.text} ≤ {more.text}" for less, more in tested)
    return weighed(not wrong, " and ".join(wrong) or formula, formula)


@answers
def rounded_difference(a: str | None, b: str | None, difference: str | None) -> Answer:
    """
    Whether a printed difference is that of two printed numbers, but for rounding.

    Args:
        a: The number from which is taken.
        b: The number that is taken.
        difference: As printed; computed from unrounded numbers it may be off by what they lost.

    Source:
        |a − b − d| ≤ h(a) + h(b) + h(d), with h half a unit of the last digit.

    >>> rounded_difference("57.1%", "42.9%", "14.3%").answer
    'consistent'
    """
    first, second, third = on_one_scale(
        [(a, "the first number"), (b, "the second number"), (difference, "the difference")]
    )
    (low, high), (less, more) = first.edges("the first number"), second.edges("the second number")
    least, most = third.edges("the difference")
    places = max(first.decimals, second.decimals)
    exact = shown(first.value - second.value, places)
    between = f"{shown(low - more, places + 1)} to {shown(high - less, places + 1)}"
    holds = low - more <= most and least <= high - less
    formula = f"{first.text} − {second.text} = {exact}"
    reason = f"{formula}, before rounding {between}"
    return weighed(holds, reason if holds else f"{reason}, not {third.text}", formula)


def _both(less: str | None, more: str | None, what: str) -> tuple[Number, Number] | None:
    if less is None or more is None:
        return None
    first, second = on_one_scale([(less, f"the {what}"), (more, f"the {what}")])
    return first, second


def _on_its_grid(median: str | None, step: str | None) -> tuple[Number, Number]:
    """A median with the step of its values; a step without a unit is in that of whole days."""
    alike = unit(median or "") in {unit(step or ""), "d"} or unit(step or "") == ""
    if alike and unit(median or "") not in {"h", "w", "m", "y"}:
        return read_number(median, "the median"), read_number(step, "the step")
    in_unit = step if step is None or unit(step) else f"{step} days"
    middle, grid = on_one_scale([(median, "the median"), (in_unit, "the step")])
    return middle, grid
