"""Invented values obey what the paper says about them, in words and in statistics."""

from __future__ import annotations

import itertools
import math
import statistics
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Bundled

MRD, ACTIVE = "MRD-positive", "Active disease"
APLASIA = ("3", "5", "7", "13", "14")
PERSISTENT = ("1", "2", "3", "6", "8", "10", "13", "14")
RELAPSED = ("4", "5", "7", "9")
SUBSETS = ("CD3+ T cells", "CD4+ T cells", "CD8+ T cells")
SERUM = ("CRP", "IL-2R", "IL-6", "IL-8", "IL-10", "Ferritin")


def mann_whitney_u(a: list[float], b: list[float]) -> float:
    """Pairs in which *a* is larger, ties counted half."""
    return sum((x > y) + (x == y) / 2 for x in a for y in b)


def mann_whitney_p(a: list[float], b: list[float]) -> float:
    """Two-sided, normal approximation with continuity and tie correction."""
    n = len(a) + len(b)
    ties = sum(k**3 - k for k in (sum(x == y for x in a + b) for y in set(a + b)))
    sigma = math.sqrt(len(a) * len(b) / 12 * (n + 1 - ties / (n * (n - 1))))
    distance = abs(mann_whitney_u(a, b) - len(a) * len(b) / 2) - 0.5
    return math.erfc(distance / sigma / math.sqrt(2))


def exact_mann_whitney_p(a: list[float], b: list[float]) -> float:
    """Two-sided, over every way to choose the first group."""
    pooled, centre = a + b, len(a) * len(b) / 2
    observed = abs(mann_whitney_u(a, b) - centre)
    splits = [
        abs(
            mann_whitney_u(
                [pooled[i] for i in chosen],
                [pooled[i] for i in range(len(pooled)) if i not in chosen],
            )
            - centre
        )
        for chosen in itertools.combinations(range(len(pooled)), len(a))
    ]
    return sum(distance >= observed for distance in splits) / len(splits)


def test_mrd_levels_correlate_as_printed(study: Bundled) -> None:
    """r = 0.640 with the CAR-T peak and -0.537 with the duration of response, n = 14."""
    levels = [float(row["blast_pct"]) for row in study.patients[:14]]
    relapses, ends = study.event_days("relapse"), study.event_days("last_contact")
    durations = [
        relapses.get(r["patient"], ends[r["patient"]]) - 28 if r["mrd_day_28"] == "MR" else 0
        for r in study.table2
    ]

    assert f"{statistics.correlation(levels, study.peaks('CAR-T', MRD)):.3f}" == "0.640"
    assert f"{statistics.correlation(levels, durations):.3f}" == "-0.537"
    highest = sorted(range(14), key=levels.__getitem__)[-3:]
    assert {study.patients[i]["patient_id"] for i in highest} == {"5", "7", "9"}


@pytest.mark.parametrize("analyte", [*SERUM, "CAR-T"])
def test_peaks_are_lower_in_mrd_and_significantly_so_where_said(
    study: Bundled, analyte: str
) -> None:
    """CRP, IL-2R and IL-6 differ; 5 and 7 lead the 14 in everything."""
    mrd, active = study.peaks(analyte, MRD), study.peaks(analyte, ACTIVE)

    assert (len(mrd), len(active)) == (14, 29)
    assert statistics.median(mrd) < statistics.median(active)
    assert (mann_whitney_p(mrd, active) < 0.05) == (analyte in {"CRP", "IL-2R", "IL-6"})
    assert sorted(mrd)[-2:] == sorted([mrd[4], mrd[6]])


def test_crs_is_milder_in_mrd(study: Bundled) -> None:
    """Grade 0 where there is no row; grades 3 and 4 only in active disease."""
    grades = study.grades("Cytokine release syndrome")
    mrd = [float(grades.get(p, 0)) for p in study.stratum(MRD)]
    active = [float(grades.get(p, 0)) for p in study.stratum(ACTIVE)]

    assert mann_whitney_p(mrd, active) < 0.05
    assert max(mrd) == 1
    assert [active.count(grade) for grade in range(5)] == [3, 10, 8, 6, 2]


def test_cart_cells_peak_between_day_7_and_14_and_are_few_by_day_90(study: Bundled) -> None:
    """After every infusion; at most 1 cell/µL on day 90."""
    series = {
        (row["patient_id"], row["infusion"])
        for row in study.measurements
        if row["analyte"] == "CAR-T"
    }

    assert len(series) == 43 + 5 + 3
    for patient, infusion in series:
        values = study.series(patient, "CAR-T", infusion)
        peak = max(values.values())
        assert [7 <= day <= 14 for day, value in values.items() if value == peak] == [True]
        assert values.get(90, 0) <= 1


def test_cart_peaks_fall_from_infusion_to_infusion(study: Bundled) -> None:
    """Two peaks in 2 and 3, three in 4, 7 and 9, strictly decreasing."""
    for patient, infusions in {"2": 2, "3": 2, "4": 3, "7": 3, "9": 3}.items():
        peaks = [
            max(study.series(patient, "CAR-T", str(i)).values()) for i in range(1, infusions + 1)
        ]
        assert all(later < earlier for earlier, later in itertools.pairwise(peaks))


def test_values_below_the_limit_are_marked(study: Bundled) -> None:
    """CAR-T cells under 0.1 cells/µL, and nothing else."""
    for row in study.measurements:
        low = row["analyte"] == "CAR-T" and float(row["value"]) < 0.1
        assert row["below_lloq"] == ("yes" if low else "")


def test_serum_markers_follow_fever(study: Bundled) -> None:
    """The four patients without CRS have the four lowest peaks."""
    without = {row["patient"] for row in study.table2 if row["crs_grade"] == "0"}
    for analyte in SERUM:
        peaks = dict(zip(study.stratum(MRD), study.peaks(analyte, MRD), strict=True))
        assert set(sorted(peaks, key=peaks.__getitem__)[:4]) == without


def test_patient_9_released_more_cytokines_after_the_third_infusion(study: Bundled) -> None:
    """More than after the first, in all six markers."""
    for analyte in SERUM:
        first, third = (max(study.series("9", analyte, i).values()) for i in ("1", "3"))
        assert third > first


def test_b_cells_vanish_in_the_five_named_patients_only(study: Bundled) -> None:
    """At most 1 cell/µL from day 14 to day 90; 11 and 12 only dip; the rest recover."""
    for patient in study.stratum(MRD):
        values = study.series(patient, "B cells")
        assert list(values) == [0, 14, 28, 60, 90]
        aplastic = all(values[day] <= 1 for day in (14, 28, 60, 90))
        assert aplastic == (patient in APLASIA)
        if patient not in APLASIA:
            assert 1 < values[14] < values[0] < values[90]
            assert (values[28] >= values[0]) == (patient in {"11", "12"})


@pytest.mark.parametrize("day", [0, 14, 28, 60, 90])
@pytest.mark.parametrize("analyte", [*SUBSETS, *(f"{s}, % of lymphocytes" for s in SUBSETS)])
def test_t_cell_subsets_do_not_tell_relapse_from_persistent_remission(
    study: Bundled, analyte: str, day: int
) -> None:
    """Exact two-sided p of at least 0.2 between eight patients and four."""
    groups = [
        [study.series(patient, analyte)[day] for patient in patients]
        for patients in (PERSISTENT, RELAPSED)
    ]

    assert exact_mann_whitney_p(*groups) >= 0.2


def test_cd4_and_cd8_cells_are_parts_of_cd3_cells(study: Bundled) -> None:
    """In counts and in frequencies; and CAR-T cells, being T cells, do not outnumber these."""
    for patient, suffix in itertools.product(study.stratum(MRD), ("", ", % of lymphocytes")):
        cd3, cd4, cd8 = (study.series(patient, f"{subset}{suffix}") for subset in SUBSETS)
        assert all(cd4[day] + cd8[day] <= cd3[day] for day in cd3)
        if not suffix:
            cart = study.series(patient, "CAR-T")
            assert all(cart[day] <= cd3[day] for day in cd3)


def log_rank_p(a: list[tuple[int, bool]], b: list[tuple[int, bool]]) -> float:
    """Two-sided p of the log-rank test."""
    difference = variance = 0.0
    for day in {t for t, event in a + b if event}:
        in_a, n = sum(t >= day for t, _ in a), sum(t >= day for t, _ in a + b)
        events = sum(event and t == day for t, event in a + b)
        share = in_a / n
        difference += sum(event and t == day for t, event in a) - events * share
        variance += events * share * (1 - share) * (n - events) / max(n - 1, 1)
    return math.erfc(abs(difference) / math.sqrt(2 * variance))


def test_active_disease_does_significantly_worse(study: Bundled) -> None:
    """Overall and event-free survival, log-rank."""
    ends, deaths = study.event_days("last_contact"), study.event_days("death")
    relapses = study.event_days("relapse")
    groups = study.stratum(MRD), study.stratum(ACTIVE)
    os = [[(ends[p], p in deaths) for p in group] for group in groups]
    efs = [
        [(relapses.get(p, ends[p]), p in relapses or p in deaths) for p in group]
        for group in groups
    ]

    assert log_rank_p(*os) < 0.05
    assert log_rank_p(*efs) < 0.05
