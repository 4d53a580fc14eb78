"""One number computed anew: the only call of the only analysis that gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from carreport.errors import UnknownId
from carreport.results.rows import ListedResult, Result, Results
from carreport.results.runner import called, calls, house_of, run, stated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carreport.analyses.declare import Analysis
    from carreport.results.runner import Call
    from carreport.study.snapshot import Snapshot


def replay(analyses: Sequence[Analysis[Any]], snapshot: Snapshot, id_: str) -> Results:
    """
    What the call gives that one number or listing comes from.

    Args:
        analyses: The analysis plan.
        snapshot: The study as of the cutoff.
        id_: Of a number, a listing or a cell of one.

    Returns:
        The results of that call alone; *id_* is among them.

    Raises:
        UnknownId: No analysis produces it.
    """
    able = [call for call in calls(analyses, snapshot) if _may_give(call, id_)]
    for call in sorted(able, key=lambda one: -len(one.keys)):
        results = _results(snapshot, call)
        if id_ in results or id_ in results.listings:
            return results
    said = Results({one.id: one for one in stated(snapshot)}, {}, house=house_of(snapshot))
    if id_ in said:
        return said
    raise UnknownId(id_, run(analyses, snapshot).near(id_))


def _may_give(call: Call, id_: str) -> bool:
    """Whether an id begins with the call's name and has its keys."""
    base, _, tail = id_.partition("@")
    own = {f"{key}={value}" for key, value in call.keys.items()}
    return (base == call.name or base.startswith(f"{call.name}.")) and own <= set(tail.split(","))


def _results(snapshot: Snapshot, call: Call) -> Results:
    found, handed = called(snapshot, call)
    return Results(
        {one.id: one for one in found if isinstance(one, Result)},
        {one.id: one for one in found if isinstance(one, ListedResult)},
        {call.id: handed},
        house_of(snapshot),
    )
