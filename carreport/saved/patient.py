"""Which numbers of a build rest on the data of one patient."""

from __future__ import annotations

import csv
import difflib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from carreport.errors import BadInput, Problem
from carreport.names import CUT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from carreport.saved.build import Saved

STATED: Final = "study."
DIGEST: Final = ".digest"


@dataclass(frozen=True, slots=True)
class Moved:
    """
    What one patient's data can move.

    A number can move if the patient is among those it was computed on, used or left out. Of any
    other number the patient is no part, and stays none unless the cells that decide who is
    counted, such as the group, come to say otherwise.

    Attributes:
        patient: The patient.
        numbers: The numbers that count the patient, in the order of the build.
        listings: The listed tables that do.
        digests: Ids of the digests of the study's files, which any change of a cell changes.
        elsewhere: How many numbers count others only, by population; other patients' own rows
            in listings left aside.
        gone: Why the cutoff removed the patient, if it did.
    """

    patient: str
    numbers: tuple[Mapping[str, Any], ...]
    listings: tuple[Mapping[str, Any], ...]
    digests: tuple[str, ...]
    elsewhere: Mapping[str, int]
    gone: str = ""

    @property
    def printed(self) -> tuple[Mapping[str, Any], ...]:
        """Those of the numbers that a document prints."""
        return tuple(row for row in self.numbers if row["uses"])

    def chapters(self) -> dict[str, list[Mapping[str, Any]]]:
        """The printed ones by chapter, the first part of their ids."""
        found: dict[str, list[Mapping[str, Any]]] = {}
        for row in self.printed:
            found.setdefault(row["id"].split(".")[0], []).append(row)
        return found

    def told(self) -> Iterator[tuple[str, str]]:
        """The rest in words: how many, what is left, and what is no part of it."""
        if self.gone:
            yield "patient", f"{self.patient}: {self.gone}; no number counts this patient"
            return
        more = len(self.numbers) - len(self.printed)
        counted = (
            f"{len(self.printed)} printed numbers, {more} others, {len(self.listings)} listings"
        )
        yield "patient", f"{self.patient} is counted in {counted} (--json names all)"
        left_out = [row["id"] for row in self.printed if self.patient in row["excluded"]]
        if left_out:
            yield "left out of", ", ".join(left_out)
        yield "besides", "the digests of the data, which any change of a file changes"
        if self.elsewhere:
            groups = "; ".join(f"{words} ({count})" for words, count in self.elsewhere.items())
            yield "not counted in", f"{groups}: these move only if the patient comes to be one"

    def record(self) -> dict[str, Any]:
        """All of it for programs."""
        fields = ("id", "value", "unit", "display", "population", "uses")
        return {
            "patient": self.patient,
            "numbers": [
                {name: row[name] for name in fields}
                | {"left_out": row["excluded"].get(self.patient)}
                for row in self.numbers
            ],
            "listings": [listing["id"] for listing in self.listings],
            "digests": list(self.digests),
            "elsewhere": dict(self.elsewhere),
            "gone": self.gone or None,
        }


def moved_by(saved: Saved, patient: str) -> Moved:
    """
    The numbers one patient's data can move.

    Args:
        saved: The build.
        patient: As in patients.csv.

    Raises:
        BadInput: Nobody in the study is called so.
    """
    rows = list(saved.rows())
    gone = _cut(saved)
    known = {one: None for row in rows for one in (*row["patients"], *row["excluded"])}
    if patient not in known and patient not in gone:
        near = difflib.get_close_matches(patient, [*known, *gone], n=3, cutoff=0.5)
        found = f"there is no patient {patient!r}"
        raise BadInput([Problem("", 0, "--patient", found, _instead(near or list(known)[:3]))])
    numbers = tuple(row for row in rows if counts(row, patient))
    others = [row for row in rows if not (counts(row, patient) or _is_stated(row) or _quotes(row))]
    by = f", by {saved.record['cutoff']}"
    return Moved(
        patient,
        numbers,
        tuple(one for one in saved.listings() if patient in one["patients"]),
        tuple(row["id"] for row in rows if _is_stated(row) and DIGEST in row["id"]),
        Counter(row["population"].removesuffix(by) for row in others),
        gone.get(patient, ""),
    )


def counts(row: Mapping[str, Any], patient: str) -> bool:
    """Whether a number was computed on a patient, or left that patient out for want of a value."""
    return patient in row["patients"] or patient in row["excluded"]


def _is_stated(row: Mapping[str, Any]) -> bool:
    """Whether the study or the build states it, computed from nobody."""
    return row["id"].startswith(STATED) and not (row["patients"] or row["excluded"])


def _quotes(row: Mapping[str, Any]) -> bool:
    """Whether it is a cell of one patient's own row in a listing."""
    return any(key.startswith("patient=") for key in row["id"].partition("@")[2].split(","))


def _instead(names: Iterable[str]) -> str:
    return f"ask for one such as {', '.join(names)}"


def _cut(saved: Saved) -> dict[str, str]:
    """Patients the cutoff removed, with the reason."""
    return {
        row["patient_id"]: row["reason"]
        for row in _account(saved)
        if row["table"] == "patients" and row["action"] == "removed"
    }


def _account(saved: Saved) -> Iterator[Mapping[str, str]]:
    try:
        with (saved.folder / CUT).open(encoding="utf-8", newline="") as stream:
            yield from csv.DictReader(stream)
    except FileNotFoundError:
        return
