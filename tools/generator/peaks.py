"""Peak biomarkers and CRS grades after the first infusion, of the 14 and of the 29."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from .arithmetic import lognormal, normal_scores, permutation, printed, printed_exactly, spread
from .tuning import cart_peaks, mrd_levels

if TYPE_CHECKING:
    from .sources import Sources

CART: Final = "CAR-T"
_ACTIVE_PATIENTS: Final = 29
_ACTIVE: Final = tuple(f"A{i:02d}" for i in range(1, _ACTIVE_PATIENTS + 1))


@dataclass(frozen=True, slots=True)
class Marker:
    """
    A serum marker and the (median, sigma) of its lognormal peaks in either group.

    Attributes:
        multiplier: Of the permutation that spreads the quantiles over the 29 patients.
    """

    analyte: str
    unit: str
    mrd: tuple[float, float]
    active: tuple[float, float]
    multiplier: int


MARKERS: Final = (
    Marker("CRP", "mg/L", (28, 0.70), (85, 0.75), 3),
    Marker("IL-2R", "U/mL", (1500, 0.60), (5200, 0.75), 4),
    Marker("IL-6", "pg/mL", (45, 1.1), (420, 1.4), 5),
    Marker("IL-8", "pg/mL", (38, 0.80), (58, 0.90), 6),
    Marker("IL-10", "pg/mL", (14, 0.90), (24, 1.0), 7),
    Marker("Ferritin", "ng/mL", (1400, 0.90), (2300, 1.0), 8),
)

# Lowest first: the four without CRS, then rising to 7 and 5, whose elevation the text singles out.
_MRD_RANKS: Final = ("10", "14", "2", "4", "13", "12", "3", "8", "1", "6", "11", "9", "7", "5")
_ACTIVE_CART: Final = (78.0, 1.0)
_ACTIVE_CRS_COUNTS: Final = (3, 10, 8, 6, 2)

# Peak after each later infusion, as a share of the first peak. Falling, as Fig. 3b is described.
_LATER_SHARES: Final = {
    "2": (Fraction("0.45"),),
    "3": (Fraction("0.40"),),
    "4": (Fraction("0.50"), Fraction("0.22")),
    "7": (Fraction("0.12"), Fraction("0.05")),
    "9": (Fraction("0.30"), Fraction("0.14")),
}

Peaks = dict[str, dict[str, str]]


def first_peaks(sources: Sources) -> Peaks:
    """Analyte to patient to the printed peak after the first infusion."""
    serum = {marker.analyte: _mrd_peaks(marker) | _active_peaks(marker) for marker in MARKERS}
    return serum | {CART: _mrd_cart_peaks(sources) | _active_cart_peaks()}


def later_peaks(sources: Sources) -> dict[tuple[str, int], str]:
    """(patient, infusion) to the CAR-T peak after it, infusions 2 and 3."""
    first = cart_peaks(mrd_levels(sources))
    return {
        (patient, infusion): printed_exactly(first[patient] * share, 1)
        for patient, shares in _LATER_SHARES.items()
        for infusion, share in enumerate(shares, start=2)
    }


def active_crs_grades() -> dict[str, int]:
    """Maximum CRS grade of each patient with active disease; 8 of 29 have grade 3 or 4."""
    grades = [grade for grade, count in enumerate(_ACTIVE_CRS_COUNTS) for _ in range(count)]
    order = permutation(_ACTIVE_PATIENTS, 5)
    return {patient: grades[order[i]] for i, patient in enumerate(_ACTIVE)}


def _mrd_peaks(marker: Marker) -> dict[str, str]:
    scores = normal_scores(len(_MRD_RANKS))
    return {
        patient: printed(lognormal(*marker.mrd, score), 1)
        for patient, score in zip(_MRD_RANKS, scores, strict=True)
    }


def _active_peaks(marker: Marker) -> dict[str, str]:
    scores = normal_scores(_ACTIVE_PATIENTS)
    values = [printed(lognormal(*marker.active, score), 1) for score in scores]
    order = permutation(_ACTIVE_PATIENTS, marker.multiplier)
    return dict(zip(_ACTIVE, spread(values, order), strict=True))


def _mrd_cart_peaks(sources: Sources) -> dict[str, str]:
    levels = cart_peaks(mrd_levels(sources))
    return {patient: f"{Decimal(peak):.1f}" for patient, peak in levels.items()}


def _active_cart_peaks() -> dict[str, str]:
    scores = normal_scores(_ACTIVE_PATIENTS)
    whole = [printed(lognormal(*_ACTIVE_CART, score), 0) for score in scores]
    values = spread(whole, permutation(_ACTIVE_PATIENTS, 13))
    return {patient: f"{value}.0" for patient, value in zip(_ACTIVE, values, strict=True)}
