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
        x: Days or infusions, ascending.
        y: Values.
    """

    patient: str
    label: str
    x: tuple[float, ...]
    y: tuple[float, ...]


def lines_of(listing: ListedResult) -> tuple[Line, ...]:
    """The listing's rows by patient, in its order."""
    x = listing.column("day" if "day" in listing.key else "infusion")
    y = listing.column("value")
    names = [str(name) for name in listing.column("patient")]
    lines = []
    for patient in dict.fromkeys(names):
        rows = [i for i, name in enumerate(names) if name == patient and y[i] is not None]
        rows.sort(key=lambda i: float(x[i] or 0))
        if rows:
            lines.append(
                Line(
                    patient,
                    listing.id_of(rows[0], "patient"),
                    tuple(float(x[i] or 0) for i in rows),
                    tuple(float(y[i] or 0) for i in rows),
                )
            )
    return tuple(lines)


def highest(listing: ListedResult, line: Line) -> str:
    """A patient's highest value as it is printed."""
    names, values = listing.column("patient"), listing.column("value")
    rows = [i for i, name in enumerate(names) if name == line.patient and values[i] is not None]
    return listing.cell(max(rows, key=lambda i: float(values[i] or 0)), "value").display
