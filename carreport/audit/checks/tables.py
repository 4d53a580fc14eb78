"""Whether a printed p follows from printed counts, and by which variant of which test."""

from __future__ import annotations

from math import comb, log, sqrt
from typing import TYPE_CHECKING, Final

from scipy.special import chdtrc, ndtr

from carreport.audit.checks.answer import Answer, NotTestable, answers
from carreport.audit.checks.rank_sums import rank_sums
from carreport.audit.checks.reading import read_whole
from carreport.audit.checks.variants import Variant, compare, exactly, read_p
from carreport.stats.contingency import fisher_exact

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Table = list[list[int]]

_AS_LIKELY: Final = 1e-7
"""Relative difference below which two tables count as equally likely, as in R."""
_MOST_EXACT: Final = 5_000
"""Patients in a table whose tails are added up table by table."""


@answers
def p_from_table(counts: Sequence[Sequence[str | None]], p: str | None) -> Answer:
    """
    Whether p follows from a table of counts by any usual test of no association.

    Args:
        counts: Patients per group (lines) and category; lines and columns of zeros are left out.
        p: As printed.

    Returns:
        Consistent if any variant gives p; the solutions name those that do. For two by two:
        Fisher's exact test (two-sided, twice the smaller tail, one-sided, mid-p), chi-squared
        with and without Yates's correction, N − 1 chi-squared, likelihood ratio. For larger
        tables Fisher, chi-squared and likelihood ratio.

    Raises:
        ValueError: The lines differ in length.

    Source:
        Fisher, J R Stat Soc 1935;98:39-82; Freeman & Halton, Biometrika 1951;38:141-149; Yates,
        J R Stat Soc Suppl 1934;1:217-235; Campbell, Stat Med 2007;26:3661-3675 (N − 1). R:
        fisher.test, chisq.test(correct=).

    >>> p_from_table([["3", "1"], ["1", "3"]], "0.49").reason
    "the table 3, 1 / 1, 3 gives p = 0.486 by Fisher's exact test, two-sided"
    """
    if len({len(line) for line in counts}) > 1:
        message = f"the lines of a table must be equally long, found {counts}"
        raise ValueError(message)
    table = _without_zeros([[read_whole(cell, "a count") for cell in line] for line in counts])
    if len(table) < 2 or len(table[0]) < 2:
        message = "fewer than two groups or categories have patients"
        raise NotTestable(message)
    shown = " / ".join(", ".join(map(str, line)) for line in table)
    given, formula = f"the table {shown}", f"no association in {shown}"
    return compare(given, read_p(p), [*_fisher(table), *_chi_squared(table)], formula)


@answers
def p_from_levels(left: Sequence[str | None], right: Sequence[str | None], p: str | None) -> Answer:
    """
    Whether p follows from the patients of two groups at each of several ordered levels.

    Args:
        left: Patients of one group per level, lowest level first.
        right: The same of the other.
        p: As printed, of a Mann-Whitney (Wilcoxon rank-sum) test.

    Returns:
        Consistent if any variant gives p: exact given the ties, or the normal approximation
        corrected for ties, with and without continuity correction; each two- and one-sided.

    Raises:
        ValueError: The groups differ in their number of levels.

    Source:
        Mann & Whitney, Ann Math Stat 1947;18:50-60; Streitberg & Röhmel, EDV Med Biol
        1987;18:12-19. R: exactRankTests::wilcox.exact; wilcox.test(exact = FALSE, correct=).

    >>> p_from_levels(["4", "0"], ["0", "4"], "0.029").reason
    'the table of levels 4, 0 / 0, 4 gives p = 0.0286 by the exact Mann-Whitney test, two-sided'
    """
    if len(left) != len(right):
        message = f"both groups need the same levels, found {len(left)} and {len(right)}"
        raise ValueError(message)
    here = [read_whole(cell, "a count") for cell in left]
    there = [read_whole(cell, "a count") for cell in right]
    if not (sum(here) and sum(there)):
        message = "one of the groups has no patients"
        raise NotTestable(message)
    if sum(1 for level in zip(here, there, strict=True) if any(level)) < 2:
        message = "all patients are at one level"
        raise NotTestable(message)
    shown = f"{', '.join(map(str, here))} / {', '.join(map(str, there))}"
    ranked = list(_ranked(here, there))
    return compare(
        f"the table of levels {shown}", read_p(p), ranked, f"equal distributions in {shown}"
    )


def _without_zeros(table: Table) -> Table:
    lines = [line for line in table if any(line)]
    columns = [column for column in zip(*lines, strict=True) if any(column)]
    return [list(line) for line in zip(*columns, strict=True)]


def _fisher(table: Table) -> Iterator[Variant]:
    name = "by Fisher's exact test"
    two_sided = fisher_exact(table).fisher_p
    if two_sided is not None:
        yield exactly(f"{name}, two-sided", two_sided)
    if len(table) == len(table[0]) == 2 and sum(map(sum, table)) <= _MOST_EXACT:
        (a, b), (c, d) = table
        chances = _hypergeometric(a + b, c + d, a + c)
        at = chances[a]
        tail = min(
            sum(p for k, p in chances.items() if k <= a),
            sum(p for k, p in chances.items() if k >= a),
        )
        likely = [p for p in chances.values() if p <= at * (1 + _AS_LIKELY)]
        equally = [p for p in likely if p >= at * (1 - _AS_LIKELY)]
        yield exactly(f"{name}, one-sided", tail)
        yield exactly(f"{name}, twice the smaller tail", min(1.0, 2 * tail))
        yield exactly(f"{name}, mid-p (twice the smaller tail)", min(1.0, 2 * tail - at))
        yield exactly(f"{name}, mid-p (tables as likely or less)", sum(likely) - sum(equally) / 2)


def _hypergeometric(first: int, second: int, having: int) -> dict[int, float]:
    """Chance of each number of patients of the first group among those having the property."""
    ways = comb(first + second, having)
    possible = range(max(0, having - second), min(first, having) + 1)
    return {k: comb(first, k) * comb(second, having - k) / ways for k in possible}


def _chi_squared(table: Table) -> Iterator[Variant]:
    n = sum(map(sum, table))
    lines, columns = [sum(line) for line in table], [sum(col) for col in zip(*table, strict=True)]
    cells = [
        (line[j], lines[i] * columns[j] / n)
        for i, line in enumerate(table)
        for j in range(len(line))
    ]
    df = (len(lines) - 1) * (len(columns) - 1)
    pearson = sum((o - e) ** 2 / e for o, e in cells)
    yield exactly("by the chi-squared test", _upper(df, pearson))
    if df == 1:
        shift = min(0.5, *(abs(o - e) for o, e in cells))
        yates = sum((abs(o - e) - shift) ** 2 / e for o, e in cells)
        yield exactly("by the chi-squared test with Yates's correction", _upper(1, yates))
        yield exactly("by the N − 1 chi-squared test", _upper(1, pearson * (n - 1) / n))
        yield exactly("by the chi-squared test, one-sided", _upper(1, pearson) / 2)
    ratio = 2 * sum(o * log(o / e) for o, e in cells if o)
    yield exactly("by the likelihood-ratio test", _upper(df, ratio))


def _upper(df: int, x: float) -> float:
    return float(chdtrc(df, max(x, 0.0)))


def _ranked(here: list[int], there: list[int]) -> Iterator[Variant]:
    found = rank_sums(here, there)
    if found.two_sided is not None and found.one_sided is not None:
        name = "by the exact Mann-Whitney test"
        yield exactly(f"{name}, two-sided", found.two_sided)
        yield exactly(f"{name}, one-sided", found.one_sided)
    for correction, how in ((0.0, "without"), (0.5, "with")):
        name = f"by the Mann-Whitney test, normal approximation {how} continuity correction"
        tail = float(ndtr(-max(abs(found.deviation) - correction, 0.0) / sqrt(found.variance)))
        yield exactly(f"{name}, two-sided", 2 * tail)
        yield exactly(f"{name}, one-sided", tail)
