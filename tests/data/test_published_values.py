"""What the paper prints about single patients and whole tables holds in the bundled study."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Bundled

MRD, ACTIVE, LOW = "MRD-positive", "Active disease", "Below 0.01%"
MONTH = 30.4375


def percent(count: int, of: int) -> str:
    """One decimal, half up."""
    tenths = math.floor(Fraction(1000 * count, of) + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}"


# Table 1: column, value, printed count and percentage of 47.
TABLE_1 = [
    ("sex", "M", 27, "57.4"),
    ("stratum", LOW, 4, "8.5"),
    ("stratum", MRD, 14, "29.8"),
    ("stratum", ACTIVE, 29, "61.7"),
    ("cns", "yes", 6, "12.8"),
    ("complex_karyotype", "yes", 9, "19.1"),
    ("ph", "positive", 12, "25.5"),
]


@pytest.mark.parametrize(("column", "value", "count", "share"), TABLE_1)
def test_table_1_counts_are_the_printed_ones(
    study: Bundled, column: str, value: str, count: int, share: str
) -> None:
    """Count and percentage, of 47 patients."""
    found = sum(row[column] == value for row in study.patients)

    assert (found, percent(found, len(study.patients))) == (count, share)


@pytest.mark.parametrize(
    ("column", "median", "low", "high"), [("age", 29, 13, 66), ("blast_pct", 30, 0, 98.8)]
)
def test_table_1_medians_and_ranges_are_the_printed_ones(
    study: Bundled, column: str, median: float, low: float, high: float
) -> None:
    """Age 29 (13 to 66) years, blasts 30% (0 to 98.8%)."""
    values = [float(row[column]) for row in study.patients]

    assert (statistics.median(values), min(values), max(values)) == (median, low, high)


def test_strata_follow_from_blasts_and_extramedullary_disease(study: Bundled) -> None:
    """At least 5% or extramedullary is active; 0.01 to 5% is MRD-positive; less is the rest."""
    for row in study.patients:
        blasts, outside = float(row["blast_pct"]), row["extramedullary"] == "yes"
        active = blasts >= 5 or outside
        expected = ACTIVE if active else MRD if blasts >= 0.01 else LOW
        assert row["stratum"] == expected
        assert outside or row["cns"] == "no"


def test_table_2_columns_are_the_printed_strings(study: Bundled) -> None:
    """Typography included; the 33 others have blanks."""
    same = ("age", "sex", "malignancy", "mrd_detection", "mrd_class", "n_prior", "last_line")
    rows = study.patients

    for found, printed in zip(rows, study.table2, strict=False):
        assert found["patient_id"] == printed["patient"]
        assert [found[c] for c in same] == [printed[c] for c in same]
        assert (found["ph"] == "positive") == ("Ph+" in printed["malignancy"])
    assert {row[column] for row in rows[14:] for column in same[2:]} == {""}


def test_infusions_and_first_doses_are_table_2s(study: Bundled) -> None:
    """Number of infusions, digits of the dose, and its median of 6.775 (printed 6.78)."""
    infusions = [row for row in study.infusions if row["patient_id"].isdigit()]
    first = {row["patient_id"]: row["dose"] for row in infusions if row["infusion"] == "1"}

    assert Counter(row["patient_id"] for row in infusions) == {
        row["patient"]: int(row["n_infusions"]) for row in study.table2
    }
    assert first == {
        row["patient"]: row["dose_per_kg"].removesuffix("×10⁶") for row in study.table2
    }
    assert statistics.median(Fraction(dose) for dose in first.values()) == Fraction("6.775")
    assert min(float(row["dose"]) for row in study.infusions) >= 1


def test_disease_status_runs_from_the_day_28_evaluation_to_the_outcome(study: Bundled) -> None:
    """The first and the last disease status are Table 2's strings."""
    for row in study.table2:
        statuses = study.details(row["patient"], "disease_status")
        assert (statuses[0], statuses[-1]) == (row["mrd_day_28"], row["outcome"])
    assert set(study.event_days("disease_status").values()) == {28}


def test_therapies_joined_by_date_are_the_printed_ones(study: Bundled) -> None:
    """The word "No" stands when there are none; the donors keep their typography."""
    for row in study.table2:
        joined = "&".join(study.details(row["patient"], "therapy", "hsct")) or "No"
        assert joined == row["additional_therapy"]


def test_table_3_is_counted_from_the_rows(study: Bundled) -> None:
    """Each of the printed cells, blanks included, is k of the 14 after the first infusion."""
    mrd, cells = study.stratum(MRD), 0
    for row in study.table3:
        grades = [grade for p, grade in study.grades(row["term"]).items() if p in mrd]
        for grade in (1, 2, 3, 4):
            count = grades.count(grade)
            assert (percent(count, 14) if count else "") == row[f"grade_{grade}"]
            cells += bool(count)
    assert cells == 28
    categories = {row["term"]: row["category"] for row in study.table3}
    assert all(row["category"] == categories[row["term"]] for row in study.adverse_events)


def test_adverse_events_of_the_14_are_clinically_coherent(study: Bundled) -> None:
    """CRS is Table 2's; fever goes with CRS; febrile neutropenia with grade 3-4 neutropenia."""
    mrd = set(study.stratum(MRD))
    crs = {p: g for p, g in study.grades("Cytokine release syndrome").items() if p in mrd}
    neutropenia = study.grades("Neutropenia")
    severe = {patient for patient, grade in neutropenia.items() if grade >= 3}

    assert crs == {r["patient"]: 1 for r in study.table2 if r["crs_grade"] == "1"}
    assert set(study.grades("Fever")) == set(crs)
    assert {p for p, grade in study.grades("Fever").items() if grade == 2} == {"5", "7"}
    assert set(study.grades("Febrile neutropenia")) == severe
    assert severe <= set(study.grades("Fever"))
    assert {p for p, grade in study.grades("Leukopenia").items() if grade == 4} <= severe


def test_days_printed_in_the_text_are_kept(study: Bundled) -> None:
    """Relapse, reappearance of MRD, and patient 9's 53 days from second infusion to relapse."""
    told = {(row["statement"], row["patient"]): row["value"] for row in study.text}
    relapses = {p: day for p, day in study.event_days("relapse").items() if p.isdigit()}
    second = {r["patient_id"]: study.day(r) for r in study.infusions if r["infusion"] == "2"}

    assert relapses == {"4": 740, "5": 238, "7": 597, "9": 238}
    assert study.event_days("mrd_reappearance") == {"5": 123}
    assert relapses["9"] - second["9"] == 53
    assert study.details("5", "relapse") == ["CD19-negative"]
    assert {study.details(p, "relapse")[0] for p in ("4", "7", "9")} == {"CD19-positive"}
    assert set(study.event_days("steroids")) == {"5", "7"}
    assert {p: told["relapse_day", p] for p in relapses} == {
        p: str(day) for p, day in relapses.items()
    }
    assert study.grades("Cytokine release syndrome", "3")["9"] == 2


def test_statistics_of_the_reconstructed_days_are_the_printed_ones(study: Bundled) -> None:
    """Follow-up 647 (172-945), 409 in the Ph-positive, transplantation 51, interval 6.8 months."""
    mrd = study.stratum(MRD)
    ends = {p: day for p, day in study.event_days("last_contact").items() if p in mrd}
    ph = [row["patient_id"] for row in study.patients[:14] if row["ph"] == "positive"]
    hsct = study.event_days("hsct")
    intervals = [study.day(row) / MONTH for row in study.infusions if row["infusion"] == "2"]
    responses = [(ends[p] - 28) / MONTH for p in ("2", "3", "8", "13")]

    assert (statistics.median(ends.values()), min(ends.values()), max(ends.values())) == (
        647,
        172,
        945,
    )
    assert statistics.median(ends[p] for p in ph) == 409
    assert statistics.median(hsct[p] for p in ph) == 51
    assert f"{statistics.median(intervals):.1f}" == "6.8"
    assert (f"{min(intervals):.1f}", f"{max(intervals):.1f}") == ("5.9", "7.6")
    assert f"{statistics.mean(responses):.1f}" == "22.9"
    assert (f"{min(responses):.1f}", f"{max(responses):.1f}") == ("12.1", "28.6")


def kaplan_meier(times: list[tuple[int, bool]], at: int) -> tuple[float, float]:
    """Survival at a day and its Greenwood standard error."""
    survival, variance = 1.0, 0.0
    for day in sorted({t for t, event in times if event and t <= at}):
        risk = sum(t >= day for t, _ in times)
        events = sum(event and t == day for t, event in times)
        survival *= 1 - events / risk
        variance += events / (risk * (risk - events))
    return survival, survival * math.sqrt(variance)


def test_two_year_survival_is_the_printed_one(study: Bundled) -> None:
    """OS 78.6 ± 11.0%, EFS 61.2 ± 14.0%."""
    mrd = study.stratum(MRD)
    ends, deaths = study.event_days("last_contact"), study.event_days("death")
    relapses = study.event_days("relapse")
    os = [(ends[p], p in deaths) for p in mrd]
    efs = [(relapses.get(p, ends[p]), p in relapses or p in deaths) for p in mrd]

    for times, printed in ((os, ("78.6", "11.0")), (efs, ("61.2", "14.0"))):
        survival, error = kaplan_meier(times, 730)
        assert (f"{100 * survival:.1f}", f"{100 * error:.1f}") == printed
