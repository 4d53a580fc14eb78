"""Listings of patients' values, patient by patient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from carreport.results import ListedResult


@dataclass(frozen=True, slots=True)
class Line:
    """
    One patient's values.

    Attributes:
        patient: As the data call the patient.
        label: Id of the cell that holds this name.
        rows: Rows of the listing, by day or infusion.
        x: Days or infusions, ascending.
        y: Values.
        highest: The highest value as it is printed.
    """

    patient: str
    label: str
    rows: tuple[int, ...]
    x: tuple[float, ...]
    y: tuple[float, ...]
    highest: str


def lines_of(listing: ListedResult) -> tuple[Line, ...]:
    """The listing's rows by patient, in its order."""
    x = listing.column("day" if "day" in listing.key else "infusion")
    y = listing.column("value")
    rows: dict[str, list[int]] = {}
    for i, name in enumerate(listing.column("patient")):
        if y[i] is not None:
            rows.setdefault(str(name), []).append(i)
    lines = []
    for patient, unordered in rows.items():
        ordered = sorted(unordered, key=lambda i: float(x[i] or 0))
        lines.append(
            Line(
                patient,
                listing.id_of(ordered[0], "patient"),
                tuple(ordered),
                tuple(float(x[i] or 0) for i in ordered),
                tuple(float(y[i] or 0) for i in ordered),
                listing.cell(max(unordered, key=lambda i: float(y[i] or 0)), "value").display,
            )
        )
    return tuple(lines)
