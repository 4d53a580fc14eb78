"""Whether a printed p follows from the printed test statistic."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import inf, sqrt
from typing import TYPE_CHECKING

from scipy.special import chdtrc, fdtrc, ndtr, stdtr

from carreport.audit.checks.answer import Answer, NotTestable, answers, weighed
from carreport.audit.checks.reading import listed, read_number, read_size, shown
from carreport.audit.checks.variants import Variant, compare, read_p

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from carreport.audit.checks.reading import Number


@answers
def p_from_r(r: str | None, p: str | None, n: str | None) -> Answer:
    """
    Whether p follows from a correlation of n pairs.

    Args:
        r: Pearson's product-moment correlation, as printed.
        p: Of the test of no correlation, as printed.
        n: Pairs, exactly.

    Returns:
        The p of every r that rounds to the printed one, two- and one-sided.

    Source:
        t = r√((n − 2)/(1 − r²)) on n − 2 degrees of freedom; Fisher, Metron 1921;1:3-32;
        statcheck (Nuijten et al., Behav Res Methods 2016;48:1205-1226). R: cor.test.

    >>> p_from_r("−0.537", "0.048", "14").reason
    'r = −0.537 with n = 14 gives p = 0.0477 (0.0474 to 0.0479) two-sided'
    """
    coefficient, pairs = _coefficient(r), read_size(n, "the number of pairs")
    if pairs < 3:
        message = f"{pairs} pairs allow no test of a correlation"
        raise NotTestable(message)
    given = f"r = {coefficient.text} with n = {pairs}"
    t = _t_of_r(float(coefficient.value), pairs)
    formula = f"t = r·√((n − 2)/(1 − r²)) = {_shown(t)}, df = {pairs - 2}"
    if not -1 <= coefficient.value <= 1:
        reason = f"a correlation lies between −1 and 1, and {coefficient.text} does not"
        return weighed(holds=False, reason=reason)
    return compare(given, read_p(p), _of_r(coefficient, pairs), formula)


@answers
def n_from_r(r: str | None, p: str | None, candidates: Sequence[str | None]) -> Answer:
    """
    From how many pairs a printed correlation and its p can come.

    Args:
        r: As printed.
        p: As printed.
        candidates: Numbers of pairs that come into question.

    Returns:
        Consistent if any number of pairs gives p; the solutions are those that do.

    Source:
        As `p_from_r`, at each n: t = r√((n − 2)/(1 − r²)) on n − 2 degrees of freedom.

    >>> n_from_r("0.640", "0.014", ["12", "14"]).reason
    'p = 0.014 follows from r = 0.640 with n = 14 and not with n = 12'
    """
    coefficient, printed = _coefficient(r), read_p(p)
    sizes = [read_size(one, "the number of pairs") for one in candidates]
    found = {n: p_from_r(r, p, str(n)) for n in sizes if n > 2}
    if not found:
        message = "no number of pairs above two is stated"
        raise NotTestable(message)
    agreeing = [n for n in found if found[n].answer == "consistent"]
    others = [n for n in sizes if n not in agreeing]
    what = f"p {printed.text[0]} {printed.text[1:]}" if printed.relation else f"p = {printed.text}"
    formula = "t = r·√((n − 2)/(1 − r²)), df = n − 2"
    if not agreeing:
        reason = f"{what} follows from r = {coefficient.text} with none of n = {_names(sizes)}"
        return weighed(holds=False, reason=reason, formula=formula)
    not_with = f" and not with n = {_names(others)}" if others else ""
    reason = f"{what} follows from r = {coefficient.text} with n = {_names(agreeing)}{not_with}"
    solutions = tuple(f"n = {n}: {one}" for n in agreeing for one in found[n].solutions)
    return weighed(holds=True, reason=reason, formula=formula, solutions=solutions)


@answers
def p_from_t(t: str | None, df: str | None, p: str | None) -> Answer:
    """
    Whether p follows from Student's t.

    Args:
        t: As printed.
        df: Degrees of freedom; they may be fractional (Welch).
        p: As printed.

    Source:
        Two-sided 2·P(T > |t|). R: 2 * pt(-abs(t), df).

    >>> p_from_t("2.20", "12", "0.048").answer
    'consistent'
    """
    statistic, degrees = read_number(t, "t"), _degrees(df)
    given = f"t = {statistic.text} on {degrees.text} degrees of freedom"
    variants = _sided(lambda size, on: float(stdtr(on, -size)), statistic, degrees)
    return compare(given, read_p(p), variants, f"2·P(T > |{statistic.text}|), df = {degrees.text}")


@answers
def p_from_z(z: str | None, p: str | None) -> Answer:
    """
    Whether p follows from a standard normal statistic.

    Args:
        z: As printed.
        p: As printed.

    Source:
        Two-sided 2·Φ(−|z|). R: 2 * pnorm(-abs(z)).

    >>> p_from_z("1.96", "0.05").answer
    'consistent'
    """
    statistic = read_number(z, "z")
    variants = _sided(lambda size: float(ndtr(-size)), statistic)
    return compare(f"z = {statistic.text}", read_p(p), variants, f"2·Φ(−|{statistic.text}|)")


@answers
def p_from_chi2(x: str | None, df: str | None, p: str | None) -> Answer:
    """
    Whether p follows from a chi-squared statistic.

    Args:
        x: As printed.
        df: Degrees of freedom.
        p: As printed.

    Returns:
        The upper tail; on one degree of freedom also its half, the one-sided test.

    Source:
        P(χ² > x). R: pchisq(x, df, lower.tail = FALSE).

    >>> p_from_chi2("3.84", "1", "0.05").answer
    'consistent'
    """
    statistic, degrees = _not_negative(x, "χ²"), _degrees(df)
    upper = _variant("two-sided", lambda size, on: float(chdtrc(on, size)), statistic, degrees)
    half = Variant("one-sided", upper.p / 2, upper.low / 2, upper.high / 2)
    given = f"χ² = {statistic.text} on {degrees.text} degrees of freedom"
    one = degrees.value == 1
    variants = [upper, half] if one else [Variant("", upper.p, upper.low, upper.high)]
    return compare(given, read_p(p), variants, f"P(χ² > {statistic.text}), df = {degrees.text}")


@answers
def p_from_f(f: str | None, df1: str | None, df2: str | None, p: str | None) -> Answer:
    """
    Whether p follows from an F statistic.

    Args:
        f: As printed.
        df1: Degrees of freedom above.
        df2: Degrees of freedom below.
        p: As printed.

    Source:
        P(F > f). R: pf(f, df1, df2, lower.tail = FALSE).

    >>> p_from_f("4.75", "1", "12", "0.05").answer
    'consistent'
    """
    statistic, above, below = _not_negative(f, "F"), _degrees(df1), _degrees(df2)
    tail = _variant(
        "", lambda size, one, two: float(fdtrc(one, two, size)), statistic, above, below
    )
    given = f"F = {statistic.text} on {above.text} and {below.text} degrees of freedom"
    formula = f"P(F > {statistic.text}), df = {above.text}, {below.text}"
    return compare(given, read_p(p), [tail], formula)


def _coefficient(r: str | None) -> Number:
    read = read_number(r, "r")
    if read.percent:
        message = f"r is printed as “{read.text}”, a percentage"
        raise NotTestable(message)
    return read


def _of_r(coefficient: Number, pairs: int) -> list[Variant]:
    def tail(size: float) -> float:
        return float(stdtr(pairs - 2, -_t_of_r(min(size, 1.0), pairs)))

    return _sided(tail, coefficient)


def _t_of_r(r: float, pairs: int) -> float:
    return r * sqrt((pairs - 2) / (1 - r * r)) if abs(r) < 1 else inf * r


def _degrees(df: str | None) -> Number:
    read = read_number(df, "the degrees of freedom")
    if read.relation or read.percent or read.value <= 0:
        message = f"the degrees of freedom are printed as “{read.text}”"
        raise NotTestable(message)
    return read


def _not_negative(text: str | None, name: str) -> Number:
    read = read_number(text, name)
    if read.value < 0:
        message = f"{name} is printed as “{read.text}”, and it is never negative"
        raise NotTestable(message)
    return replace(read, low=max(read.low or Fraction(0), Fraction(0)))


def _sided(tail: Callable[..., float], statistic: Number, *degrees: Number) -> list[Variant]:
    """Both sides and one, in the direction observed."""
    one = _variant("one-sided", tail, statistic, *degrees)
    two = Variant("two-sided", 2 * one.p, 2 * one.low, 2 * one.high)
    return [two, one]


def _variant(name: str, tail: Callable[..., float], statistic: Number, *degrees: Number) -> Variant:
    """The tail beyond the statistic's size, at what it and the degrees of freedom can have been."""
    low = -inf if statistic.low is None else float(statistic.low)
    high = inf if statistic.high is None else float(statistic.high)
    sizes = [0.0 if low <= 0 <= high else min(abs(low), abs(high)), max(abs(low), abs(high))]
    on = [_edges(one) for one in degrees]
    found = [tail(size, *among) for size in sizes for among in product(*on)]
    at = tail(abs(float(statistic.value)), *(float(one.value) for one in degrees))
    return Variant(name, at, min(found), max(found))


def _edges(one: Number) -> tuple[float, ...]:
    """Degrees of freedom are exact where they are whole."""
    if one.decimals == 0:
        return (float(one.value),)
    low, high = one.edges("the degrees of freedom")
    return float(low), float(high)


def _shown(value: float) -> str:
    return shown(value, 3) if abs(value) < inf else "±∞"


def _names(sizes: Sequence[int]) -> str:
    return listed([str(n) for n in sizes])
