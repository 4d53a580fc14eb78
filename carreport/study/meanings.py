"""What the columns that are computed after the cut hold, in words for a reader of their cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carreport.study.populations import met

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carreport.study.settings import Analyte, Derived, Endpoint, Settings


def meanings(settings: Settings) -> dict[str, str]:
    """
    Every computed patient column with what its cells hold.

    Args:
        settings: study.toml.

    Returns:
        Text by column name.
    """
    return {
        "followup:days": "days from time zero to the end of follow-up",
        "potential:days": "days from time zero to the data cutoff",
        "death:days": "days from time zero to death",
        "death:cause": "detail of the death",
        "infusions:count": "infusions by the cutoff",
        "infusions:last": "days from time zero to the latest infusion",
        **dict(pair for one in settings.endpoint for pair in _of_endpoint(one)),
        **{one.id: _of_analyte(one) for one in settings.analyte},
        **{one.column: _of_derived(one) for one in settings.derived},
    }


def _of_endpoint(endpoint: Endpoint) -> Iterator[tuple[str, str]]:
    events = " or ".join(endpoint.events)
    zero = endpoint.start_event or "time zero"
    day = ", the first day counted" if endpoint.first_day else ""
    censored = " or ".join([*endpoint.censored_by, "the end of follow-up"])
    yield f"{endpoint.id}:days", f"days from {zero} to {events}, or to {censored}{day}"
    yield f"{endpoint.id}:status", f"1 with {events}, 0 censored"
    if endpoint.start_event or endpoint.first_day:
        yield f"{endpoint.id}:potential", f"days from {zero} to the data cutoff{day}"
    others = "".join(f", {code} {cause}" for code, cause in enumerate(endpoint.competing, start=2))
    yield f"{endpoint.id}:code", f"0 censored, 1 {events}{others}, whichever came first"
    yield f"{endpoint.id}:cause", "the event that came first"


def _of_analyte(analyte: Analyte) -> str:
    unit = f", {analyte.unit}" if analyte.unit else ""
    infusion = "" if analyte.infusion is None else f" after infusion {analyte.infusion}"
    window = "" if analyte.window is None else f", days {analyte.window[0]} to {analyte.window[1]}"
    return f"{analyte.summary} of {analyte.analyte}{infusion}{window}{unit}"


def _of_derived(derived: Derived) -> str:
    """The label, if there is one; otherwise the recipe."""
    if derived.label:
        return derived.label
    if derived.days is not None:
        return f"days from {derived.days.start} to {derived.days.end}"
    taken = f"{derived.take} of {derived.value}" if derived.value else str(derived.take)
    where = f" where {met(derived.where)}" if derived.where else ""
    return f"{taken} among {derived.source}{where}"
