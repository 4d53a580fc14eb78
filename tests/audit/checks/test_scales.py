"""Numbers of one quantity in several units: compared as days, or not at all."""

import pytest

from carreport.audit.checks import median_grid, ordered, same_range, spread, within
from carreport.audit.checks.answer import NotTestable
from carreport.audit.checks.scales import on_one_scale, unit


@pytest.mark.parametrize(
    ("text", "name"),
    {
        "647": "", "647 days": "d", "21.3 months": "m", "72 h": "h", "2 yrs": "y", "3%": "%",
        "6.78×10⁶ cells/kg": "", "at least 1×10⁶/kg": "", "5 mg": "mg", "5 mg/L": "mg/L",
        "12 patients": "", "1.5×10³ pg/mL": "pg/mL",
    }.items(),
)  # fmt: skip
def test_unit_is_that_behind_the_number(text, name):
    """What cells are counted per is none."""
    assert unit(text) == name


def test_times_in_several_units_are_compared_as_days():
    """21.3 months are about 647 days, and hours are no days."""
    assert ordered(low="172 days", median="21.3 months", high="945 days").answer == "consistent"
    assert ordered(low="172 days", median="71.3 months", high="945 days").answer == "inconsistent"
    assert within(("48 hours", "2 weeks"), ("1 day", "20 days")).answer == "consistent"
    assert same_range(("1 month", "2 years"), ("1 year", "2 years")).answer == "consistent"


@pytest.mark.parametrize(
    "answer",
    [
        ordered(low="172", median="21.3 months", high="945"),
        ordered(low="5 mg", median="2 g"),
        ordered(low="0.2", median="15%"),
        within(("3 months", "9 months"), ("1", "400")),
        spread("4.1 months", "30 days", "900 days", "14"),
        median_grid("21.3 months", "14", "1"),
    ],
)
def test_what_may_be_in_another_unit_is_not_compared(answer):
    """A false alarm is worse than none."""
    assert answer.answer == "not testable"


def test_units_that_cannot_be_compared_are_told():
    """As printed."""
    with pytest.raises(NotTestable, match="“5 mg”, “2 g” are not in one unit"):
        on_one_scale([("5 mg", "the one"), ("2 g", "the other")])
