"""Analyses on a handful of patients, counted by hand."""

import datetime as dt
import re

import pandas as pd
import pytest

from carreport.analyses.baseline import categorical, continuous
from carreport.analyses.declare import Conventions
from carreport.analyses.outcomes import proportion
from carreport.analyses.safety import adverse_events, graded_comparison, grades
from carreport.analyses.survival import hazard
from carreport.shapes import Bundle
from carreport.study.settings import Baseline, Grading, ProportionItem
from carreport.study.words import slug


def test_each_patient_counts_once_per_term_at_the_maximum_grade(tiny_results):
    """P01 had fever of grade 1 and then 2: one patient, at grade 2."""
    found = {
        grade: tiny_results[f"safety.ae.patients@grade={grade},group=mrd_positive,term=fever"].value
        for grade in ("1", "2", "3", "4", "5", "any", "ge3")
    }

    assert found == {"1": 1, "2": 1, "3": 1, "4": 0, "5": 0, "any": 3, "ge3": 1}


def test_adverse_events_of_another_infusion_are_out_of_scope(tiny_results):
    """P02's anemia followed the second infusion; the scope is the first."""
    anemia = "safety.ae.patients@grade={},group=mrd_positive,term=anemia"

    assert tiny_results[anemia.format("any")].value == 1
    assert tiny_results[anemia.format("4")].value == 0


def test_what_is_out_of_scope_is_counted(folder):
    """Of eight events two are of the other group and one follows the second infusion."""
    fields = ("safety.outside.rows", "safety.outside.patients")
    found = folder.results()
    assert [found[one].value for one in fields] == [3, 3]

    folder.replace("study.toml", 'groups = ["mrd_positive"]      # optional, default all\n', "")
    found = folder.results()
    assert [found[one].value for one in fields] == [1, 1]

    folder.replace("study.toml", "infusion = 1                   # optional scope\n", "")
    assert not set(fields) & set(folder.results())


def test_percentages_of_adverse_events_are_of_everybody_in_the_group(tiny_results):
    """Three of six with fever."""
    percent = tiny_results["safety.ae.percent@grade=any,group=mrd_positive,term=fever"]

    assert (percent.value, percent.display) == (0.5, "50.0%")


def test_any_event_counts_each_patient_once(tiny_results):
    """P01, P02, P03 and P04 had fever or anemia after the first infusion."""
    any_event = tiny_results["safety.ae.patients@grade=any,group=mrd_positive,term=any_event"]

    assert any_event.value == 4


def test_scope_of_adverse_events_may_be_everybody(folder):
    """Without infusion and groups every event of everybody counts."""
    settings = folder.text("study.toml")
    start, end = settings.index("[adverse_events]"), settings.index('[[endpoint]]\nid = "rel"')
    folder.write("study.toml", settings[:start] + "[adverse_events]\n" + settings[end:])

    results = folder.results()

    assert results["safety.ae.patients@grade=any,term=fever"].value == 4
    assert results["safety.ae.patients@grade=any,group=active_disease,term=anemia"].value == 1
    assert results["safety.ae.patients@grade=4,group=mrd_positive,term=anemia"].value == 1


def test_the_peak_is_of_the_window_and_the_infusion(tiny_results):
    """P01's 99.0 on day 79 and P02's 77.0 after the second infusion do not count."""
    values = tiny_results.listing("biomarkers.crp.values@group=mrd_positive")

    assert dict(values.rows) == {
        "P01": 40.1, "P02": 8.4, "P03": 55.2, "P04": 31.0, "P05": 18.3, "P06": 22.9
    }  # fmt: skip


@pytest.mark.parametrize(("summary", "p01"), [("peak", 99.0), ("first", 12.5), ("last", 99.0)])
def test_summary_of_an_analyte_is_the_one_asked_for(summary, p01, folder):
    """Without a window: the highest, the first, the last."""
    folder.replace("study.toml", 'summary = "peak" ', f'summary = "{summary}" ')
    folder.replace("study.toml", "window = [0, 30]", "")

    values = dict(folder.results().listing("biomarkers.crp.values").rows)

    assert values["P01"] == p01


def test_the_window_counts_from_the_infusion(folder):
    """For the second infusion from its own date."""
    folder.replace(
        "study.toml", "infusion = 1                   # optional\n\n", "infusion = 2\n\n"
    )

    values = folder.results().listing("biomarkers.crp.values@group=mrd_positive")

    assert values.rows == (("P02", 77.0),)


def test_a_group_comparison_is_of_patients_with_a_value(tiny_results):
    """R 4.2.2: wilcox.exact(c(40.1,8.4,55.2,31,18.3,22.9), c(130.4,88.8,210,64.7,145.5,35.6))."""
    assert tiny_results["biomarkers.crp.mannwhitney_u"].value == 2
    assert tiny_results["biomarkers.crp.mannwhitney_p"].value == pytest.approx(0.008658008658)


def test_categories_count_what_is_missing_beside_them():
    """Percentages are of patients with a value; a level nobody has is zero."""
    item = Baseline(id="x", column="x", label="X", kind="categorical", levels=["a", "b", "c"])

    found = categorical(pd.DataFrame({"value": ["a", "a", None, "b"]}), item)

    assert (found.n, found.missing) == (3, 1)
    assert [(one.level, one.count) for one in found.levels] == [("a", 2), ("b", 1), ("c", 0)]
    assert found.levels[0].percent == pytest.approx(2 / 3)


def test_nobody_has_no_percentage():
    """0 of 0 is not estimable."""
    item = Baseline(id="x", column="x", label="X", kind="categorical", levels=["a"])

    found = categorical(pd.DataFrame({"value": pd.Series([], dtype=object)}), item)

    assert (found.n, found.levels[0].count, found.levels[0].percent) == (0, 0, None)


@pytest.mark.parametrize(("values", "sd"), [([5.0], None), ([5.0, 7.0], 2**0.5), ([], None)])
def test_spread_needs_two_values(values, sd):
    """The standard deviation of one value is not estimable, not zero."""
    found = continuous(pd.DataFrame({"value": pd.Series(values, dtype=float)}), Conventions())

    assert found.sd == (pytest.approx(sd) if sd is not None else None)
    assert found.n == len(values)


def test_who_cannot_be_judged_does_not_satisfy_a_condition():
    """A patient without a value stays in the denominator."""
    item = ProportionItem(id="a.b", label="L", where={"value": {"min": 3}})

    found = proportion(pd.DataFrame({"value": [1.0, 3.0, None]}), item, Conventions())

    assert (found.k, found.n) == (1, 3)


def test_a_hazard_ratio_is_of_two_groups():
    """Of three there is none."""
    patients = pd.DataFrame({"days": [1.0, 2, 3], "status": [1.0, 1, 0], "group": list("abc")})
    three = Conventions(groups=(("a", "A"), ("b", "B"), ("c", "C")))

    assert hazard(patients, three) == Bundle()


def test_grades_are_compared_in_their_order():
    """Two against two grades apart: Fisher's and the rank test see all of them."""
    item = Grading(id="a.b", label="L", column="g", levels=["0", "1", "2"])
    patients = pd.DataFrame({"grade": [0.0, 0, 1, 2, 2, None], "group": ["a"] * 3 + ["b"] * 3})
    groups = Conventions(groups=(("a", "A"), ("b", "B")))

    ranks, fisher = graded_comparison(patients, item, groups).parts
    counts = grades(patients[["grade"]], item)

    assert ranks.mannwhitney_u == 0
    assert fisher.fisher_p == pytest.approx(0.2)  # R 4.2.2: fisher.test(rbind(c(2,1,0), c(0,0,2)))
    assert (counts.n, counts.missing) == (5, 1)


def test_a_death_by_adverse_event_is_grade_five():
    """Grade 5 counts among any grade and among grade 3 or above."""
    events = pd.DataFrame({"patient_id": ["1", "1", "2"], "grade": [2.0, 5.0, 1.0]})

    parts = adverse_events(pd.DataFrame({"patient_id": list("1234")}), events)
    listed = getattr(parts, "parts", None) or parts.grades
    counts = {one.grade: one.patients for one in listed}

    assert counts == {"1": 1, "2": 0, "3": 0, "4": 0, "5": 1, "any": 2, "ge3": 1}


def test_two_populations_that_overlap_are_not_silently_divided(folder):
    """A patient in both populations of a contrast would have to count twice."""
    folder.append(
        "study.toml",
        '[[population]]\nid = "early"\nlabel = "Early"\nwhere = { cohort = "MRD-positive" }',
        '[[contrast]]\nid = "x.c"\nlabel = "C"\ncolumn = "crp"\nbetween = ["women", "early"]',
    )

    with pytest.raises(Exception, match="P01"):
        folder.results()


def test_follow_up_is_to_death_or_last_contact(tiny_snapshot):
    """In whole days from the start."""
    days = tiny_snapshot.patients.frame.set_index("patient_id")["followup:days"]

    assert days["P03"] == (dt.date(2018, 11, 30) - dt.date(2018, 4, 2)).days
    assert days["P06"] == (dt.date(2020, 5, 2) - dt.date(2019, 1, 15)).days


@pytest.mark.parametrize(
    "text", ["Febrile neutropenia", "  ", "a,b=c@d", "Größe", "γ-GT", "½", "≥5%"]
)
def test_names_in_ids_have_no_signs(text):
    """Nothing that would break an id, and never nothing at all."""
    found = slug(text)

    assert re.fullmatch(r"\w+", found)
    assert slug(found) == found
