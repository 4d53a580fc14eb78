"""A listing that an analysis returned as results: units, and the origin of every cell."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from carreport.ids import join_id
from carreport.results.rows import GROUP, ListedResult
from carreport.results.scope import PATIENT_ORIGIN
from carreport.study.origins import Origin
from carreport.units import DAYS, Unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carreport.results.rows import Trace
    from carreport.results.scope import Reading
    from carreport.shapes import Listing


def listed(
    name: str,
    listing: Listing,
    keys: Mapping[str, str],
    trace: Trace,
    item: object,
    reading: Reading,
) -> ListedResult:
    """
    A listing as results.

    Args:
        name: Chapter and analysis.
        listing: As the analysis returned it.
        keys: Keys of the call.
        trace: Where it comes from.
        item: What the call is for; it knows the unit of its measurements.
        reading: What the call read, for the origin of each cell.
    """
    columns = tuple(replace(one, unit=own_unit(one.unit, item)) for one in listing.columns)
    base = f"{name}.{listing.name}" if listing.name else name
    return ListedResult(
        id=join_id(base, keys),
        key=listing.key,
        columns=columns,
        rows=listing.rows,
        shown=listing.shown,
        origins=_cell_origins(listing, reading),
        n=len(trace.patients) + len(trace.excluded),
        trace=trace,
        division=reading.division,
    )


def _cell_origins(listing: Listing, reading: Reading) -> tuple[tuple[Origin, ...], ...]:
    """Each cell's own origin where the listing quotes patients; the weakest read elsewhere."""
    names = [one.name for one in listing.columns]
    if GROUP in listing.key:
        return _group_origins(listing, reading, names)
    if "patient" not in listing.key or "patient_id" not in reading.cell_origins:
        return tuple(tuple(reading.origin for _ in names) for _ in listing.rows)
    ids = reading.cell_origins["patient_id"]
    order = tuple(Origin)
    ranks: dict[str, dict[str, Origin]] = {
        name: dict(zip(map(str, ids), (order[rank] for rank in column), strict=True))
        for name, column in reading.cell_origins.items()
        if name in names or name == PATIENT_ORIGIN
    }
    at, by_patient = names.index("patient"), reading.by_patient()

    def origin(name: str, patient: str) -> Origin:
        if name in ranks:
            return ranks[name][patient]
        if name in listing.key:
            return ranks[PATIENT_ORIGIN][patient]
        return by_patient.get(patient, reading.origin)

    return tuple(tuple(origin(name, str(row[at])) for name in names) for row in listing.rows)


def _group_origins(
    listing: Listing, reading: Reading, names: list[str]
) -> tuple[tuple[Origin, ...], ...]:
    """For the rows of a group the weakest origin among its own patients' cells."""
    worst: dict[str, Origin] = {}
    by_patient = reading.by_patient()
    for patient, group in reading.division.items():
        if (rank := by_patient.get(patient)) is not None:
            worst[group] = max(worst.get(group, rank), rank)
    at = names.index(GROUP)
    return tuple(
        tuple(worst.get(str(row[at]), reading.origin) for _ in names) for row in listing.rows
    )


def own_unit(unit: Unit, item: object) -> Unit:
    """The unit of the variable at hand, where a field stands for a measurement of it."""
    if unit.kind != "measurement":
        return unit
    name = getattr(item, "unit", "") or unit.name
    if name == DAYS.name:
        return DAYS
    return replace(unit, name=name, decimals=getattr(item, "decimals", unit.decimals))
