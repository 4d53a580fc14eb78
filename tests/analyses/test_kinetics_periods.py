"""Medians by period, where patients are not seen on the same days."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from carreport.analyses.declare import Conventions
from carreport.analyses.kinetics import analyte_by_period
from carreport.shapes import Bundle, Listing
from carreport.study.settings import Analyte

ANALYTE = Analyte(id="crp", analyte="CRP", label="CRP", unit="mg/L")


def samples(days_of):
    """Thirty patients' samples on the days of each; the value is the day and a hundredth of who."""
    rows = [
        (str(one), 1.0, float(day), day + one / 100) for one in range(30) for day in days_of(one)
    ]
    columns = ["patient_id", "infusion", "day", "value"]
    patients = pd.DataFrame({"patient_id": [str(one) for one in range(30)], "group": "all"})
    return patients, pd.DataFrame(rows, columns=columns)


def test_visits_on_shared_days_need_no_periods():
    found = analyte_by_period(*samples(lambda _: (0, 28, 56)), ANALYTE, Conventions())

    assert found == Bundle()


def test_of_irregular_visits_the_value_nearest_to_the_middle_of_a_period_counts():
    """Visits about a year apart: years; half a year is as near to none as to the next and later."""
    patients, measured = samples(lambda one: (0, 170 + one, 340 + 2 * one, 700 + 3 * one))
    found = analyte_by_period(patients, measured, ANALYTE, Conventions())

    assert isinstance(found, Listing)
    rows = {row[2]: row for row in found.rows}
    period = 182.0
    assert set(rows) >= {0.0, period, 2 * period}
    assert rows[period][3:6] == (91.0, 272.0, "half a year")
    assert rows[period][6] == 30
    # each patient's one value in days 91 to 272
    assert rows[period][7] == pytest.approx(np.median([170 + one + one / 100 for one in range(30)]))
    assert rows[0.0][7] == pytest.approx(np.median([one / 100 for one in range(30)]))


def test_two_values_in_a_period_count_once():
    patients, measured = samples(lambda one: (0, 300 + one, 365 + one, 760 + one))
    found = analyte_by_period(patients, measured, ANALYTE, Conventions())

    assert isinstance(found, Listing)
    assert all(row[6] <= 30 for row in found.rows)
