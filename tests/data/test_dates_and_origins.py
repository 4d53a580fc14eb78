"""Dates of the bundled study are in order, and its origins cover what they should."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from datetime import date

    from conftest import Bundled, Row

MRD, ACTIVE = "MRD-positive", "Active disease"
DATED = {
    "infusions": ("date",),
    "events": ("date",),
    "adverse_events": ("start_date", "end_date"),
    "measurements": ("date",),
}


@pytest.mark.parametrize("table", DATED)
def test_no_row_lies_outside_its_patients_follow_up(
    study: Bundled, cutoff: date, table: str
) -> None:
    """Nothing before the first infusion, after last contact or death, or after the cutoff."""
    ends = study.event_days("last_contact")
    for row in getattr(study, table):
        for column in DATED[table]:
            assert 0 <= study.day(row, column) <= ends[row["patient_id"]]
            assert row[column] <= cutoff.isoformat()


def test_everyone_starts_once_and_is_last_seen_once(study: Bundled) -> None:
    """The dead on the day they died, the survivors of the 14 at the cutoff."""
    first = {r["patient_id"]: r["date"] for r in study.infusions if r["infusion"] == "1"}
    seen = [row["patient_id"] for row in study.events if row["event"] == "last_contact"]
    ends, deaths = study.event_days("last_contact"), study.event_days("death")

    assert first == {row["patient_id"]: row["start_date"] for row in study.patients}
    assert sorted(seen) == sorted(first)
    assert {patient: ends[patient] for patient in deaths} == deaths
    assert {patient for patient in deaths if patient.isdigit()} == {"1", "6", "9"}


def test_events_happen_in_a_possible_order(study: Bundled) -> None:
    """Infusions ascend, adverse events end after they start, relapse is before death."""
    relapses, deaths = study.event_days("relapse"), study.event_days("death")
    days = [(row["patient_id"], study.day(row)) for row in study.infusions]

    assert all(a[0] != b[0] or a[1] < b[1] for a, b in pairwise(days))
    assert all(row["start_date"] <= row["end_date"] for row in study.adverse_events)
    assert all(relapses[p] < deaths[p] for p in relapses.keys() & deaths.keys())


def test_patient_5s_courses_lie_where_the_text_puts_them(study: Bundled) -> None:
    """Reappearance of MRD, two courses, relapse, transplantation."""
    days = [study.day(r) for r in study.events if (r["patient_id"], r["event"]) == ("5", "therapy")]
    hsct, relapse = study.event_days("hsct")["5"], study.event_days("relapse")["5"]

    assert len(days) == 2
    assert 123 < days[0] < days[1] < relapse < hsct


def test_measurements_follow_the_infusion_they_name(study: Bundled) -> None:
    """On or after it, and before the next one."""
    infused = {(r["patient_id"], int(r["infusion"])): study.day(r) for r in study.infusions}
    for row in study.measurements:
        patient, infusion = row["patient_id"], int(row["infusion"])
        after_next = infused.get((patient, infusion + 1), 10_000)
        assert infused[patient, infusion] <= study.day(row) < after_next


def test_only_the_14_and_active_disease_have_events_and_measurements(study: Bundled) -> None:
    """The four patients below 0.01% were followed and nothing else."""
    with_measurements = {row["patient_id"] for row in study.measurements}

    assert with_measurements == {*study.stratum(MRD), *study.stratum(ACTIVE)}
    assert {
        row["term"] for row in study.adverse_events if row["patient_id"] in study.stratum(ACTIVE)
    } == {"Cytokine release syndrome"}
    assert len({(r["patient_id"], r["analyte"], r["date"]) for r in study.measurements}) == len(
        study.measurements
    )


def test_every_origin_rule_says_what_it_must(study: Bundled) -> None:
    """Where a published value is printed, why a derived or reconstructed one is what it is."""
    keys = {"table", "columns", "patients", "group", "where", "origin", "printed", "because"}
    tables = {"patients", *DATED}

    assert study.origins["default"] == "simulated"
    for rule in study.origins["rule"]:
        assert set(rule) <= keys
        assert rule["table"] in tables
        assert rule["origin"] in {"published", "derived", "reconstructed", "simulated"}
        assert rule["origin"] != "published" or rule["printed"]
        assert rule["origin"] not in {"derived", "reconstructed"} or rule["because"]


def origin(study: Bundled, table: str, column: str, row: Row) -> str:
    """The origin of one cell by the last rule that matches it."""
    (patient,) = (p for p in study.patients if p["patient_id"] == row["patient_id"])
    found: str = study.origins["default"]
    for rule in study.origins["rule"]:
        if rule["table"] == table and _matches(rule, column, row, patient):
            found = rule["origin"]
    return found


def _matches(rule: dict[str, Any], column: str, row: Row, patient: Row) -> bool:
    group = rule.get("group")
    return (
        column in rule.get("columns", [column])
        and row["patient_id"] in rule.get("patients", [row["patient_id"]])
        and (group is None or patient[group["column"]] == group["value"])
        and all(row.get(name) == value for name, value in rule.get("where", {}).items())
    )


@pytest.mark.parametrize(
    ("table", "column", "row", "expected"),
    [
        ("patients", "age", {"patient_id": "1"}, "published"),
        ("patients", "age", {"patient_id": "A01"}, "simulated"),
        ("patients", "sex", {"patient_id": "L01"}, "reconstructed"),
        ("patients", "blast_pct", {"patient_id": "7"}, "simulated"),
        ("patients", "start_date", {"patient_id": "7"}, "reconstructed"),
        ("patients", "time_to_relapse", {"patient_id": "7"}, "published"),
        ("infusions", "dose", {"patient_id": "9", "infusion": "1"}, "published"),
        ("infusions", "dose", {"patient_id": "9", "infusion": "2"}, "simulated"),
        ("infusions", "date", {"patient_id": "9", "infusion": "2"}, "reconstructed"),
        ("infusions", "date", {"patient_id": "1", "infusion": "2"}, "published"),
        ("events", "date", {"patient_id": "9", "event": "death"}, "reconstructed"),
        ("events", "event", {"patient_id": "9", "event": "death"}, "published"),
        ("events", "detail", {"patient_id": "9", "event": "death"}, "derived"),
        ("events", "event", {"patient_id": "1", "event": "death"}, "reconstructed"),
        ("events", "date", {"patient_id": "2", "event": "death"}, "reconstructed"),
        ("events", "date", {"patient_id": "2", "event": "relapse"}, "published"),
        ("events", "date", {"patient_id": "4", "event": "relapse"}, "reconstructed"),
        ("events", "date", {"patient_id": "A04", "event": "relapse"}, "simulated"),
        ("events", "detail", {"patient_id": "3", "event": "disease_status"}, "published"),
        (
            "adverse_events",
            "grade",
            {"patient_id": "2", "term": "Cytokine release syndrome"},
            "published",
        ),
        ("adverse_events", "grade", {"patient_id": "2", "term": "Anemia"}, "reconstructed"),
        ("adverse_events", "start_date", {"patient_id": "2", "term": "Anemia"}, "simulated"),
        ("measurements", "value", {"patient_id": "2", "analyte": "CRP"}, "simulated"),
    ],
)
def test_origins_are_what_the_readme_says(
    study: Bundled, table: str, column: str, row: Row, expected: str
) -> None:
    """Present cells and, through rules without columns, absent rows."""
    assert origin(study, table, column, row) == expected
