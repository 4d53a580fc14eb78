"""infusions.csv and events.csv: what was given, and what happened when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .arithmetic import lognormal, normal_scores, permutation, printed, spread
from .followup import MRD, Course

if TYPE_CHECKING:
    from .sources import ReconstructedRow, Sources, Table2Row

INFUSION_COLUMNS: Final = ("patient_id", "infusion", "date", "dose")
EVENT_COLUMNS: Final = ("patient_id", "event", "date", "detail")

_EVALUATION_DAY: Final = 28
_OTHER_DOSES: Final = (5.2, 0.55)
_LATER_DOSES: Final = {
    "2": ("3.10",),
    "3": ("2.85",),
    "4": ("4.20", "3.60"),
    "7": ("5.05", "4.40"),
    "9": ("6.30", "5.15"),
}
_ORDER_WITHIN_A_DAY: Final = (
    "steroids",
    "mrd_reappearance",
    "relapse",
    "disease_status",
    "therapy",
    "hsct",
    "death",
    "last_contact",
)

Row = dict[str, str]
Event = tuple[int, str, str]


def infusion_rows(sources: Sources, courses: list[Course]) -> list[Row]:
    """One row per infusion; the 14's first dose as printed, all other doses simulated."""
    doses = {row.patient: (row.dose, *_LATER_DOSES.get(row.patient, ())) for row in sources.table2}
    doses |= _other_doses([course.patient for course in courses if course.stratum != MRD])
    return [
        {
            "patient_id": course.patient,
            "infusion": str(number),
            "date": course.on(day),
            "dose": dose,
        }
        for course in courses
        for number, (day, dose) in enumerate(
            zip(course.infusions, doses[course.patient], strict=True), start=1
        )
    ]


def _other_doses(patients: list[str]) -> dict[str, tuple[str]]:
    scores = normal_scores(len(patients))
    values = [printed(lognormal(*_OTHER_DOSES, score), 2) for score in scores]
    placed = spread(values, permutation(len(patients), 10))
    return {patient: (dose,) for patient, dose in zip(patients, placed, strict=True)}


def event_rows(sources: Sources, courses: list[Course]) -> list[Row]:
    """One row per dated event, each patient's in order of time."""
    table2 = {row.patient: row for row in sources.table2}
    chosen = {row.patient: row for row in sources.reconstruction}
    rows = []
    for course in courses:
        events = _events_of_any(course, sources)
        if course.stratum == MRD:
            printed_row = table2[course.patient]
            events += _events_of_mrd(course, printed_row, chosen[course.patient], sources)
        events.sort(key=lambda event: (event[0], _ORDER_WITHIN_A_DAY.index(event[1])))
        rows += [
            {
                "patient_id": course.patient,
                "event": name,
                "date": course.on(day),
                "detail": detail,
            }
            for day, name, detail in events
        ]
    return rows


def _events_of_any(course: Course, sources: Sources) -> list[Event]:
    """Relapse, death and last contact; the dead were last seen on the day they died."""
    events = [(course.end, "last_contact", "")]
    if course.death_cause:
        events.append((course.end, "death", course.death_cause))
    if course.relapse is not None:
        detail = sources.told("relapse_cd19").get(course.patient, "")
        events.append((course.relapse, "relapse", detail))
    return events


def _events_of_mrd(
    course: Course, row: Table2Row, chosen: ReconstructedRow, sources: Sources
) -> list[Event]:
    events = [*_statuses(course, row, chosen), *_therapies(row, chosen)]
    reappearance = sources.told("mrd_reappearance_day").get(course.patient)
    if reappearance is not None:
        events.append((int(reappearance), "mrd_reappearance", ""))
    if chosen.steroids_day is not None:
        events.append((chosen.steroids_day, "steroids", "persistent high fever"))
    return events


def _statuses(course: Course, row: Table2Row, chosen: ReconstructedRow) -> list[Event]:
    """The printed day-28 evaluation first, the printed clinical outcome last."""
    name = "disease_status"
    events = [(_EVALUATION_DAY, name, row.mrd_day_28)]
    if chosen.status_after_hsct_day is not None:
        events.append((chosen.status_after_hsct_day, name, row.outcome))
    if course.relapse is not None:
        events.append((course.relapse, name, "Relapse"))
        if row.outcome != "Relapse":
            events.append((course.end, name, row.outcome))
    return events


def _therapies(row: Table2Row, chosen: ReconstructedRow) -> list[Event]:
    """Joined by date with "&", these are Table 2's additional therapy again."""
    transplants = [detail for detail in row.therapies if "HSCT" in detail]
    others = [detail for detail in row.therapies if "HSCT" not in detail]
    days = () if chosen.hsct_day is None else (chosen.hsct_day,)
    return [
        (day, name, detail)
        for name, name_days, details in (
            ("therapy", chosen.therapy_days, others),
            ("hsct", days, transplants),
        )
        for day, detail in zip(name_days, details, strict=True)
    ]
