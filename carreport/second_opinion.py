"""
A second engine over the numbers that matter most: lifelines on the same patients.

Every build computes survival probabilities and log-rank tests once more with a library that
shares no code with ours, and says where the two part. What lifelines is known to get wrong
(medians at exactly one half, estimates past the last follow-up, tied competing events) is not
asked of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from carreport.results import join_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from carreport.results import Results
    from carreport.study.settings import Endpoint
    from carreport.study.snapshot import Snapshot

TOLERANCE: Final = 1e-9
"""Absolute, on probabilities: far above rounding, far below any printed digit."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """
    What the second engine said.

    Attributes:
        compared: How many numbers it computed too.
        largest: The largest absolute difference among them.
        apart: Ids on which the two differ by more than the tolerance, with its value.
        values: Every id that was compared, with its value.
    """

    compared: int = 0
    largest: float = 0.0
    apart: dict[str, float] = field(default_factory=dict)
    values: dict[str, float] = field(default_factory=dict)


def second_opinion(snapshot: Snapshot, results: Results) -> Opinion:
    """
    Compute survival probabilities and log-rank p-values with lifelines and compare.

    Args:
        snapshot: The study as of the cutoff.
        results: Our numbers; those that are not estimable are not compared.

    Returns:
        How many were compared, and where the two differ.
    """
    theirs = {
        id_: value
        for endpoint in snapshot.settings.endpoint
        for id_, value in (*_landmarks(snapshot, endpoint), *_log_rank(snapshot, endpoint))
    }
    gaps = {
        id_: abs(value - ours)
        for id_, value in theirs.items()
        if id_ in results and isinstance(ours := results[id_].value, float)
    }
    apart = {id_: theirs[id_] for id_, gap in gaps.items() if gap > TOLERANCE}
    values = {id_: theirs[id_] for id_ in gaps}
    return Opinion(len(gaps), max(gaps.values(), default=0.0), apart, values)


def _rows(snapshot: Snapshot, endpoint: Endpoint, group: str | None) -> pd.DataFrame:
    frame = snapshot.patients.frame
    inside = snapshot.members[f"group:{group}" if group else "all"]
    if endpoint.population:
        chosen = set(snapshot.members[endpoint.population])
        inside = tuple(one for one in inside if one in chosen)
    rows = frame[frame["patient_id"].isin(inside)]
    days, status = f"{endpoint.id}:days", f"{endpoint.id}:status"
    return rows[[days, status]].set_axis(["days", "status"], axis=1)


def _landmarks(snapshot: Snapshot, endpoint: Endpoint) -> Iterator[tuple[str, float]]:
    from lifelines import KaplanMeierFitter

    for group in (None, *(one.id for one in snapshot.settings.group_levels())):
        rows = _rows(snapshot, endpoint, group)
        if rows.empty:
            continue
        curve = KaplanMeierFitter().fit(rows["days"], rows["status"])
        for day in endpoint.landmarks:
            keys = {"day": str(day)} | ({"group": group} if group else {})
            yield join_id(f"survival.{endpoint.id}.rate", keys), float(curve.predict(day))


def _log_rank(snapshot: Snapshot, endpoint: Endpoint) -> Iterator[tuple[str, float]]:
    import pandas as pd
    from lifelines.statistics import multivariate_logrank_test

    groups = [one.id for one in snapshot.settings.compared()]
    samples = [_rows(snapshot, endpoint, one).assign(group=one) for one in groups]
    rows = pd.concat(samples) if samples else pd.DataFrame()
    if rows.empty or rows["group"].nunique() < 2 or not rows["status"].any():
        return
    test = multivariate_logrank_test(rows["days"], rows["group"], rows["status"])
    yield f"survival.{endpoint.id}.logrank_p", float(test.p_value)
