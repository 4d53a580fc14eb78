"""
The same patients by another method: what one of our numbers would then be.

Each function takes a result and yields, for every other method that applies to it, how a reader
would say it and the value, in the result's own unit. None knows what is printed anywhere.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy import stats

from carreport.ids import join_id, split_id
from carreport.results.plan import plan
from carreport.results.runner import calls
from carreport.results.scope import read
from carreport.stats.pointwise import normal_quantile, pointwise_limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from carreport.analyses.declare import Interval
    from carreport.results import Result, Results
    from carreport.study.snapshot import Snapshot

Way = tuple[str, float]
"""How it is done, after which "it is" can follow, and the value that gives."""

QUANTILES: Final = {
    1: "inverted_cdf", 2: "averaged_inverted_cdf", 3: "closest_observation",
    4: "interpolated_inverted_cdf", 5: "hazen", 6: "weibull", 7: "linear",
    8: "median_unbiased", 9: "normal_unbiased",
}  # fmt: skip
"""Hyndman and Fan's nine types by the names numpy gives them (Am Stat 1996;50:361-365)."""
_PROBABILITIES: Final = {"q1": 0.25, "median": 0.5, "q3": 0.75, "observed_median": 0.5}
_INTERVALS: Final[tuple[Interval, ...]] = ("log-log", "log", "plain")
_BESIDE: Final = {
    "mean": (("median", "as the median"),),
    "median": (("mean", "as the mean"),),
    "observed_median": (("followup_median", "as the median of follow-up by reverse Kaplan-Meier"),),
    "followup_median": (("observed_median", "as the middle of the observed times"),),
}
"""For a field, another field of the same analysis that is often meant by the same word."""
_OBSERVED: Final[Mapping[str, Callable[[NDArray[np.float64]], float]]] = {
    "observed_median": lambda days: float(np.median(days)),
    "followup_median": lambda days: float(np.median(days)),
    "followup_min": lambda days: float(days.min()),
    "followup_max": lambda days: float(days.max()),
}
"""How follow-up is told, by field."""
_TESTS: Final = {
    "mannwhitney_p": "by the Mann-Whitney test",
    "kruskal_p": "by the Kruskal-Wallis test",
    "fisher_p": "by Fisher's exact test",
    "logrank_p": "by the log-rank test",
    "signedrank_p": "by the signed-rank test",
}
_NOT_HALVED: Final = frozenset({"fisher_p", "kruskal_p"})
"""Two-sided p-values that are not twice a one-sided one."""


def field_of(id_: str) -> str:
    """The last part of an id's name."""
    return split_id(id_)[0].rpartition(".")[2]


def beside(id_: str, field: str) -> str:
    """The id of another field of the same analysis, with the same keys."""
    base, keys = split_id(id_)
    return join_id(f"{base.rpartition('.')[0]}.{field}", keys)


def needs_patients(result: Result) -> bool:
    """Whether another method of a number would need the patients' own values."""
    field = field_of(result.id)
    return field in {*_PROBABILITIES, *_OBSERVED, "r"} or result.unit.kind == "p"


def frames(snapshot: Snapshot, result: Result) -> Mapping[str, pd.DataFrame]:
    """The rows that the analysis was handed which gave a result, by table; none if it is gone."""
    for call in calls(plan(snapshot), snapshot):
        if call.id == result.trace.call:
            return read(snapshot, call.analysis, call.item, call.scope).frames
    return {}


def statistics(result: Result, results: Results) -> Iterator[Way]:
    """The other statistic that the same word is used for: mean and median, two follow-ups."""
    for field, how in _BESIDE.get(field_of(result.id), ()):
        if (value := _value(results, beside(result.id, field))) is not None:
            yield how, value


def quantiles(result: Result, handed: Mapping[str, pd.DataFrame]) -> Iterator[Way]:
    """
    A quartile or median by the other definitions of a quantile.

    Source:
        Hyndman & Fan, Am Stat 1996;50:361-365. R: quantile(x, probability, type=).
    """
    probability = _PROBABILITIES.get(field_of(result.id))
    values = _column(handed, "value", "days")
    if probability is None or values.size == 0 or not isinstance(result.value, int | float):
        return
    found = {
        kind: float(np.quantile(values, probability, method=name))  # type: ignore[call-overload]  # a plain str
        for kind, name in QUANTILES.items()
    }
    if not any(math.isclose(one, result.value) for one in found.values()):
        return  # it was not computed from these values as they stand
    for value in dict.fromkeys(found.values()):
        kinds = [str(kind) for kind, one in found.items() if one == value]
        yield f"with quantiles of type {_listed(kinds)}", value


def without_event(result: Result, handed: Mapping[str, pd.DataFrame]) -> Iterator[Way]:
    """Follow-up of those alone whom the event did not end."""
    patients = handed.get("patients", pd.DataFrame())
    field = field_of(result.id)
    if not {"days", "status"} <= set(patients) or field not in _OBSERVED:
        return
    rest = patients.loc[patients["status"] == 0, "days"].dropna()
    if len(rest):
        yield "of those without the event alone", _OBSERVED[field](rest.to_numpy(float))


def spreads(result: Result, results: Results) -> Iterator[Way]:
    """
    Standard error for the width of an interval and the reverse; other limits of an interval.

    Source:
        Greenwood limits on three scales: see `carreport.stats.pointwise`. Wilson, J Am Stat
        Assoc 1927;22:209-212 (R: prop.test(k, n, correct = FALSE)).
    """
    confidence = _value(results, beside(result.id, "level"), "study.confidence.level")
    names = "se", "lower", "upper", "k", "n"
    near = {name: _value(results, beside(result.id, name)) for name in names}
    near["rate"] = _value(results, beside(result.id, "rate"), beside(result.id, "incidence"))
    match field_of(result.id):
        case "se":
            yield from _widths(near, confidence)
        case "lower" | "upper" as side:
            yield from _limits(near, confidence, upper=side == "upper")
        case "sd" if isinstance(result.value, int | float) and near["n"]:
            yield "as the standard error of the mean", result.value / math.sqrt(near["n"])
            yield (
                "with n in the denominator",
                result.value * math.sqrt((near["n"] - 1) / near["n"]),
            )


def _widths(near: Mapping[str, float | None], confidence: float | None) -> Iterator[Way]:
    rate, se, lower, upper = (near[name] for name in ("rate", "se", "lower", "upper"))
    if se is not None and confidence is not None:
        reach = normal_quantile(confidence) * se
        yield (
            f"as half the width of a {100 * confidence:g}% interval, not as a standard error",
            reach,
        )
    if rate is not None and lower is not None and upper is not None:
        yield "as half the width of the interval, not as a standard error", (upper - lower) / 2
        yield "as the distance to the lower limit, not as a standard error", rate - lower
        yield "as the distance to the upper limit, not as a standard error", upper - rate


def _limits(
    near: Mapping[str, float | None], confidence: float | None, *, upper: bool
) -> Iterator[Way]:
    rate, se, k, n = (near[name] for name in ("rate", "se", "k", "n"))
    if rate is None or confidence is None:
        return
    sign = 1 if upper else -1
    if se is not None:
        yield f"one standard error {'above' if upper else 'below'} the estimate", rate + sign * se
        for interval in _INTERVALS:
            both = pointwise_limits(
                np.array(rate), np.array(se), confidence=confidence, interval=interval
            )
            if np.isfinite(both[upper]):
                yield f"by the {interval} interval", float(both[upper])
    elif k is not None and n:
        yield "by the normal approximation", _wald(k, n, confidence, sign)
        yield "by the Wilson interval", _wilson(k, n, confidence, sign)


def _wald(k: float, n: float, confidence: float, sign: int) -> float:
    share = k / n
    reach = normal_quantile(confidence) * math.sqrt(share * (1 - share) / n)
    return min(max(share + sign * reach, 0.0), 1.0)


def _wilson(k: float, n: float, confidence: float, sign: int) -> float:
    z2 = normal_quantile(confidence) ** 2
    reach = math.sqrt(z2) * math.sqrt(k * (n - k) / n + z2 / 4)
    return (k + z2 / 2 + sign * reach) / (n + z2)


def p_values(result: Result, results: Results, handed: Mapping[str, pd.DataFrame]) -> Iterator[Way]:
    """A p-value one-sided, by the approximation instead of exactly, or by a sibling test."""
    field = field_of(result.id)
    if result.unit.kind != "p" or not isinstance(result.value, int | float):
        return
    if result.trace.parameters.get("sides") == "two" and field not in _NOT_HALVED:
        yield "one-sided", result.value / 2
    for other, how in _TESTS.items():
        value = _value(results, beside(result.id, other))
        if other != field and value is not None:
            yield how, value
    patients = handed.get("patients", pd.DataFrame())
    if field == "mannwhitney_p":
        yield from _two_samples(patients)
    elif field == "fisher_p":
        yield from _tables(patients)
    elif field == "signedrank_p":
        yield from _signed_ranks(result, results)


def correlations(result: Result, handed: Mapping[str, pd.DataFrame]) -> Iterator[Way]:
    """A correlation, or its p-value, by ranks."""
    pairs = handed.get("patients", pd.DataFrame())
    at = {"r": 0, "p": 1}.get(field_of(result.id))
    if at is not None and {"x", "y"} <= set(pairs):
        known = pairs[["x", "y"]].dropna()
        if known["x"].nunique() < 2 or known["y"].nunique() < 2:
            return
        found = stats.spearmanr(known["x"], known["y"])
        yield "by Spearman's rank correlation", float(found[at])


def _two_samples(patients: pd.DataFrame) -> Iterator[Way]:
    values = next((name for name in ("value", "grade") if name in patients), None)
    if values is None or "group" not in patients:
        return
    known = patients.assign(**{values: pd.to_numeric(patients[values], errors="coerce")})
    samples = [part[values].to_numpy(float) for _, part in known.dropna().groupby("group")]
    if len(samples) != 2 or min(map(len, samples)) < 2 or not np.ptp(np.concatenate(samples)):
        return
    one, other = samples
    for continuity, how in (
        (False, "by the normal approximation"),
        (True, "by the normal approximation with continuity correction"),
    ):
        tested = stats.mannwhitneyu(one, other, use_continuity=continuity, method="asymptotic")
        yield how, float(tested.pvalue)
    if np.ptp(one) and np.ptp(other):
        yield "by Student's t test", float(stats.ttest_ind(one, other).pvalue)
        yield "by Welch's t test", float(stats.ttest_ind(one, other, equal_var=False).pvalue)


def _tables(patients: pd.DataFrame) -> Iterator[Way]:
    values = next((name for name in ("value", "grade") if name in patients), None)
    if values is None or "group" not in patients:
        return
    table = pd.crosstab(patients["group"], patients[values]).to_numpy()
    if min(table.shape) < 2:
        return
    yield "by the chi-squared test", float(stats.chi2_contingency(table, correction=False)[1])
    if table.shape == (2, 2):
        how = "by the chi-squared test with continuity correction"
        yield how, float(stats.chi2_contingency(table, correction=True)[1])


def _signed_ranks(result: Result, results: Results) -> Iterator[Way]:
    """By the normal approximation, without ties."""
    v = _value(results, beside(result.id, "signedrank_v"))
    n = _value(results, beside(result.id, "pairs"))
    if v is None or not n:
        return
    deviation = abs(v - n * (n + 1) / 4)
    spread = math.sqrt(n * (n + 1) * (2 * n + 1) / 24)
    yield "by the normal approximation", float(2 * stats.norm.sf(deviation / spread))
    how = "by the normal approximation with continuity correction"
    yield how, float(2 * stats.norm.sf(max(deviation - 0.5, 0.0) / spread))


def _column(handed: Mapping[str, pd.DataFrame], *names: str) -> NDArray[np.float64]:
    for frame in handed.values():
        for name in names:
            if name in frame and pd.api.types.is_numeric_dtype(frame[name]):
                return frame[name].dropna().to_numpy(float)
    return np.empty(0)


def _value(results: Results, *ids: str) -> float | None:
    """The first of some numbers that there is."""
    for id_ in ids:
        if id_ in results and isinstance(value := results[id_].value, int | float):
            return float(value)
    return None


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
