"""Numbers that differ: by how much, because of whom, and what did it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from folders import write_folder
from hypothesis import given, settings
from hypothesis import strategies as st
from sides import RECORD, changes_between, side_of
from strategies import CUTOFF, cohorts, tables, write_tables

from carreport.changes import compared
from carreport.changes.compare import REORDERED
from carreport.changes.explaining import BY_CODE, BY_CUTOFF, BY_DEFINITION
from carreport.changes.flips import flips
from carreport.changes.model import FLIP_KINDS, Number
from carreport.changes.numbers import same
from carreport.errors import BadInput
from carreport.results.save import result_row
from carreport.units import COEFFICIENT, DAYS, RATIO, show

LATER = dt.date(2020, 8, 19)
AGES = (34, 51, 27, 45, 62, 38, 29, 57, 41, 19, 66)


@pytest.fixture
def other(tmp_path):
    """The tiny study once more."""
    return write_folder(tmp_path / "other")


def test_a_study_does_not_differ_from_itself(folder, other):
    found = changes_between(folder, other)
    assert not found.anything
    assert found.unchanged == len(folder.results())
    assert found.listings_unchanged == len(folder.results().listings)


def test_the_order_of_rows_is_of_no_account(folder, other):
    for file in ("patients.csv", "infusions.csv", "events.csv", "adverse_events.csv",
                 "measurements.csv"):  # fmt: skip
        head, *rows = other.text(file).splitlines()
        other.write(file, "\n".join([head, *reversed(rows)]) + "\n")
    found = changes_between(folder, other)
    assert not found.anything
    assert found.notices == (REORDERED,)


def test_one_corrected_value_moves_a_mean_by_its_share(folder, other):
    other.replace("patients.csv", "MRD-positive,27", "MRD-positive,38")
    found = changes_between(folder, other)
    mean = found.number("baseline.age.mean")
    assert mean.old.value == pytest.approx(sum(AGES) / 11)
    assert mean.difference == pytest.approx(1.0, abs=1e-12)
    assert mean.difference_shown == "+1.0 years"
    (one,) = mean.contributions
    assert (one.patient, one.rows) == ("P03", 1)
    assert one.change == mean.difference
    assert one.value == mean.new.value
    assert (mean.effects.code, mean.effects.definition, mean.effects.residual) == (0.0, 0.0, 0.0)
    assert found.number("baseline.age.mean@group=active_disease") is None
    assert found.number("survival.os.events") is None


def test_one_death_moves_a_curve_by_its_step(folder, other):
    """All six are at risk on the day of the first death; after it, one more falls of four."""
    other.replace("events.csv", "P06,last_contact,2020-05-02", "P06,death,2019-12-31")
    found = changes_between(folder, other)
    rate = found.number("survival.os.rate@day=365,group=mrd_positive")
    assert rate.old.value == pytest.approx(5 / 6)
    assert rate.new.value == pytest.approx(4 / 6)
    assert rate.difference_shown == "−16.7 points"
    assert [(one.patient, round(one.change, 9)) for one in rate.contributions] == [
        ("P06", round(-1 / 6, 9))
    ]
    deaths = found.number("survival.os.events@group=mrd_positive")
    assert (deaths.old.value, deaths.new.value, deaths.difference) == (2, 3, 1)
    listing = next(
        one for one in found.listings if one.id == "survival.os.curve@group=mrd_positive"
    )
    assert listing.patients == ("P06",)
    assert listing.changed
    assert next(one for one in found.patients if one.patient == "P06").numbers


def test_two_patients_together_leave_a_residual_that_is_named(folder, other):
    other.replace("events.csv", "P06,last_contact,2020-05-02", "P06,death,2019-12-31")
    other.replace("events.csv", "P04,last_contact,2020-08-19", "P04,death,2019-05-01")
    median = changes_between(folder, other).number("survival.os.rate@day=365,group=mrd_positive")
    total = sum(one.change for one in median.contributions)
    assert {one.patient for one in median.contributions} == {"P04", "P06"}
    assert median.effects.data == pytest.approx(total + median.effects.residual, abs=1e-15)


def test_a_patient_who_enters_counts_in_what_they_enter(folder, other):
    other.append("patients.csv", "P13,2019-01-01,Active,40,F")
    other.append("events.csv", "P13,last_contact,2020-08-19,")
    other.append("infusions.csv", "P13,1,2019-01-01,2.0")
    found = changes_between(folder, other)
    counted = found.number("disposition.enrolled.n@group=active_disease")
    assert [(one.patient, one.change) for one in counted.contributions] == [("P13", 1)]
    mean = found.number("baseline.age.mean")
    assert [one.patient for one in mean.contributions] == ["P13"]
    assert mean.effects.residual == 0.0
    (entered,) = [one.patient for one in found.patients if one.entered]
    assert entered == "P13"
    assert "P13" in found.disclosure


def test_a_patient_who_changes_group_moves_both(folder, other):
    other.replace("patients.csv", "P03,2018-04-02,MRD-positive", "P03,2018-04-02,Active")
    found = changes_between(folder, other)
    for group, change in (("mrd_positive", -1), ("active_disease", 1)):
        counted = found.number(f"disposition.enrolled.n@group={group}")
        assert [(one.patient, one.change) for one in counted.contributions] == [("P03", change)]


def test_what_becomes_estimable_says_because_of_whom(folder, other):
    folder.replace("events.csv", "P07,relapse,2018-05-06,\n", "")
    folder.replace("events.csv", "P08,relapse,2018-06-01,\n", "")
    for line in ("P02,relapse,2019-03-01,CD19-positive\n", "P05,relapse,2019-12-05,CD19-negative\n",
                 "P10,relapse,2019-04-14,\n"):  # fmt: skip
        folder.replace("events.csv", line, "")
        other.replace("events.csv", line, "")
    other.replace("events.csv", "P08,relapse,2018-06-01,\n", "")
    change = changes_between(folder, other).number("response.time_to_relapse.median")
    assert (change.old.display, change.new.value, change.difference) == ("NE", 101, None)
    assert [one.kind for one in change.flips] == ["estimable"]
    assert change.alone == ("P07",)
    assert change.effects.data is None


def test_flips_come_first(folder, other):
    for patient, followed in (("P08", "2018-12-24"), ("P09", "2018-07-04"), ("P11", "2019-09-30")):
        at = next(line for line in other.text("events.csv").splitlines()
                  if line.startswith(f"{patient},death,{followed}"))  # fmt: skip
        other.replace("events.csv", at, f"{patient},last_contact,2020-08-19,")
    other.replace("events.csv", "P07,death,2018-08-19", "P07,last_contact,2020-08-19")
    found = changes_between(folder, other)
    ratio = found.number("survival.os.hazard_ratio")
    assert [one.kind for one in ratio.flips] == ["estimable"] or ratio.flips
    assert found.numbers[0].flips
    ranks = [bool(one.flips) for one in found.numbers if not one.id.startswith("study.")]
    assert ranks == sorted(ranks, reverse=True)


def test_a_p_value_that_crosses_the_level_is_a_flip(folder, other):
    for line in other.text("events.csv").splitlines():
        patient, event, _, _ = line.split(",")
        if patient in ("P07", "P08", "P09", "P10", "P11", "P12") and event != "relapse":
            start = next(one for one in other.text("patients.csv").splitlines()
                         if one.startswith(patient)).split(",")[1]  # fmt: skip
            day = dt.date.fromisoformat(start) + dt.timedelta(days=20 + int(patient[1:]))
            other.replace("events.csv", line, f"{patient},death,{day},")
        elif patient[0] == "P" and event == "relapse" and patient > "P06":
            other.replace("events.csv", f"{line}\n", "")
    p = changes_between(folder, other).number("survival.os.logrank_p")
    assert p.old.value >= 0.05 > p.new.value
    assert [one.kind for one in p.flips] == ["significance"]
    assert "0.05" in p.flips[0].words


def test_what_only_the_digits_beneath_say_is_told_apart_from_print(folder, other):
    other.replace("patients.csv", "MRD-positive,27", "MRD-positive,27.1")
    mean = changes_between(folder, other).number("baseline.age.mean")
    assert mean.old.display == mean.new.display
    assert mean.kind == "raw"
    assert mean.difference == pytest.approx(0.1 / 11)
    assert mean.difference_shown == "+0.009 years"


def test_another_unit_is_no_difference(folder, other):
    other.replace("study.toml", 'unit = "years"', 'unit = "months"')
    mean = changes_between(folder, other).number("baseline.age.mean")
    assert "unit" in mean.redefined
    assert mean.difference is None
    assert mean.difference_shown == ""


def test_another_definition_of_the_same_value_is_said(folder, other):
    other.replace("study.toml", 'label = "Age"', 'label = "Age at the start"')
    found = changes_between(folder, other)
    mean = found.number("baseline.age.mean")
    assert (mean.kind, mean.redefined) == ("redefined", ("definition",))
    assert [(one.name, one.old, one.new) for one in found.settings] == [
        ("baseline.age.label", "Age", "Age at the start")
    ]


def test_definitions_and_data_are_told_apart(folder, other):
    """The window of the analyte and one value change; P03's peak moves with the value alone."""
    other.replace("study.toml", "window = [0, 30]", "window = [0, 90]")
    other.replace("measurements.csv", "P03,CRP,2018-04-06,55.2", "P03,CRP,2018-04-06,61.2")
    found = changes_between(folder, other)
    mean = found.number("biomarkers.crp.mean@group=mrd_positive")
    assert mean.effects.definition == pytest.approx((99.0 - 40.1) / 6)
    assert mean.effects.data == pytest.approx(1.0)
    assert mean.effects.code == 0.0
    assert [one.patient for one in mean.contributions] == ["P03"]
    assert mean.difference == pytest.approx(mean.effects.definition + mean.effects.data)
    assert found.number("biomarkers.crp.max@group=mrd_positive").unattributed == BY_DEFINITION


def test_another_column_of_the_same_cells_is_another_definition(folder, other):
    other.write("study.toml", other.text("study.toml").replace('"age"', '"years"')
                .replace('id = "years"', 'id = "age"'))  # fmt: skip
    other.write("patients.csv", other.text("patients.csv").replace("age", "years"))
    found = changes_between(folder, other)
    assert [one.name for one in found.columns] == ["patients"]
    mean = found.number("baseline.age.mean")
    assert (mean.kind, mean.redefined) == ("redefined", ("columns",))


def test_definitions_the_old_rows_cannot_follow_are_a_notice(folder, other):
    other.write("study.toml", other.text("study.toml").replace('"cohort"', '"arm"'))
    other.write("patients.csv", other.text("patients.csv").replace("cohort", "arm"))
    other.replace("patients.csv", "MRD-positive,27", "MRD-positive,38")
    found = changes_between(folder, other)
    assert "the earlier rows cannot be used under the new ones" in found.notices[0]
    mean = found.number("baseline.age.mean")
    assert mean.difference == pytest.approx(1.0)
    assert [one.patient for one in mean.contributions] == ["P03"]


def test_code_alone_is_named_as_what_did_it(folder):
    """The old build saved another value than the code here gives for its snapshot."""
    new = side_of(folder.snapshot())
    rows = {id_: result_row(new.results[id_]) for id_ in new.results}
    mean = rows["baseline.age.mean"]
    rows["baseline.age.mean"] = {**mean, "value": mean["value"] + 0.5, "display": "43.1"}
    old = replace(new, saved=rows, record={**RECORD, "package": {"stats/location.py": "0" * 64}})
    found = compared(old, new)
    assert found.rows == ()
    (change,) = found.numbers
    assert change.id == "baseline.age.mean"
    assert change.effects.code == pytest.approx(-0.5)
    assert (change.effects.definition, change.effects.data) == (0.0, 0.0)
    assert (change.contributions, change.unattributed) == ((), BY_CODE)
    assert [one.name for one in found.code] == ["carreport/stats/location.py"]


def test_code_and_data_are_told_apart(folder, other):
    other.replace("patients.csv", "MRD-positive,27", "MRD-positive,38")
    old, new = side_of(folder.snapshot()), side_of(other.snapshot())
    rows = {id_: result_row(old.results[id_]) for id_ in old.results}
    mean = rows["baseline.age.mean"]
    rows["baseline.age.mean"] = {**mean, "value": mean["value"] + 0.5}
    change = compared(replace(old, saved=rows), new).number("baseline.age.mean")
    assert change.difference == pytest.approx(0.5)
    assert change.effects.code == pytest.approx(-0.5)
    assert change.effects.data == pytest.approx(1.0)
    assert [one.patient for one in change.contributions] == ["P03"]


def test_libraries_are_shown_apart(folder):
    new = side_of(folder.snapshot())
    old = replace(new, record={**RECORD, "versions": {"numpy": "1.0"}})
    new = replace(new, record={**RECORD, "versions": {"numpy": "2.0", "pango": "1.50"}})
    found = compared(old, new)
    assert [(one.name, one.old, one.new) for one in found.environment] == [("numpy", "1.0", "2.0")]
    assert found.anything


def test_another_study_is_loud(folder, other):
    other.replace("study.toml", 'title = "A study"', 'title = "Another"')
    for file in ("patients", "infusions", "events", "adverse_events", "measurements"):
        other.write(f"{file}.csv", other.text(f"{file}.csv").replace("\nP", "\nQ"))
    found = changes_between(folder, other)
    assert "no patient of old is in new" in found.notices[0]
    assert "'A study' and 'Another'" in found.notices[1]


@settings(max_examples=6)
@given(
    before=cohorts(min_size=2, max_size=6),
    after=cohorts(min_size=2, max_size=6),
    early=st.booleans(),
)
def test_contributions_and_residual_are_the_whole(tmp_path, before, after, early):
    """Whatever changes, the parts of every difference add up to it."""
    old = write_tables(write_folder(tmp_path / "old"), tables(before))
    new = write_tables(write_folder(tmp_path / "new"), tables(after))
    try:
        found = changes_between(old, new, CUTOFF - dt.timedelta(days=300) if early else None)
    except BadInput:
        return
    for one in found.numbers:
        effects = one.effects
        if one.difference is None or effects.data is None:
            continue
        shares = [by.change for by in one.contributions if by.change is not None]
        parts = sum(shares) + effects.residual
        size = max(1.0, abs(one.old.value), abs(one.new.value), *map(abs, shares))
        assert parts == pytest.approx(effects.data, abs=1e-9 * size)
        whole = effects.code + effects.definition + effects.data
        assert whole == pytest.approx(one.difference, abs=1e-9 * size)


@settings(max_examples=4)
@given(before=cohorts(min_size=3, max_size=5), after=cohorts(min_size=3, max_size=5))
def test_a_contribution_is_what_a_study_with_that_patient_alone_changed_gives(
    tmp_path, before, after
):
    """The rows of one patient in the files themselves, and everything computed anew."""
    old = write_tables(write_folder(tmp_path / "old"), tables(before))
    new = write_tables(write_folder(tmp_path / "new"), tables(after))
    try:
        found = changes_between(old, new)
    except BadInput:
        return
    patient = "P01"
    mixed = write_folder(tmp_path / "mixed", **{
        file: "\n".join(_mixed(old.text(f"{file}.csv"), new.text(f"{file}.csv"), patient)) + "\n"
        for file in ("patients", "infusions", "events", "adverse_events", "measurements")
    }, study=old.text("study.toml"))  # fmt: skip
    try:
        results = mixed.results()
    except BadInput:
        return
    told = 0
    for change in found.numbers:
        for one in change.contributions:
            if one.patient == patient and change.id in results:
                told += 1
                value = results[change.id].value
                assert same(one.value, value, one.unit.kind), (change.id, one.value, value)
    assert told or not any(
        by.patient == patient for one in found.numbers for by in one.contributions
    )


def _mixed(old: str, new: str, patient: str) -> list[str]:
    """The lines of a table, one patient's from elsewhere."""
    head, *rows = old.splitlines()
    mine = [row for row in new.splitlines()[1:] if row.startswith(f"{patient},")]
    kept = [row for row in rows if not row.startswith(f"{patient},")]
    return [head, *kept, *mine]


def test_assumed_alive_a_later_day_alone_moves_a_number(folder):
    """Nobody's rows differ; follow-up without a contact ends on the day of the cutoff."""
    folder.replace("study.toml", "[study]", "[study]\nassume_alive = true")
    folder.replace("events.csv", "P06,last_contact,2020-05-02,\n", "")
    found = changes_between(folder, folder, LATER - dt.timedelta(days=10), LATER)
    longest = found.number("survival.os.observed_median@group=mrd_positive")
    assert longest is not None
    by = {one.patient: one.rows for one in longest.contributions}
    assert by.get("P06", 0) == 0


def test_potential_follow_up_is_moved_by_the_cutoff_and_not_by_patients(folder):
    """Those who had started could all have been followed longer, whatever their rows say."""
    found = changes_between(folder, folder, dt.date(2019, 6, 30), LATER)
    potential = [one for one in found.numbers
                 if ".potential@" in one.id and one.difference]  # fmt: skip
    assert potential
    for one in potential:
        assert one.contributions == ()
        assert one.unattributed == BY_CUTOFF
        assert one.effects.cutoff == one.effects.data == one.difference
        assert one.effects.residual == 0.0


def test_a_patient_who_started_since_moves_potential_follow_up(folder, other):
    other.append("patients.csv", "P13,2018-01-01,Active,40,F")
    other.append("events.csv", "P13,last_contact,2020-08-19,")
    found = changes_between(folder, other)
    potential = next(one for one in found.numbers if ".potential@" in one.id)
    assert [(one.patient, one.change) for one in potential.contributions] == [("P13", 1)]
    assert potential.effects.cutoff is None


def a_number(value, unit, display=""):
    """A number as flips are told of it."""
    return Number(value, display or show(value, unit), unit, "", 10, "", "", "")


@pytest.mark.parametrize(
    ("id_", "unit", "old", "new", "opposite", "said"),
    [
        ("survival.os.hazard_ratio_lower", RATIO, 0.8, 1.2, 3.0, "the interval now excludes 1"),
        ("survival.os.hazard_ratio_lower", RATIO, 1.2, 0.8, 3.0, "the interval now includes 1"),
        ("survival.os.hazard_ratio_upper", RATIO, 1.2, 0.8, 0.3, "the interval now excludes 1"),
        ("survival.os.hazard_ratio_upper", RATIO, 0.8, 1.2, 0.3, "the interval now includes 1"),
        ("survival.os.hazard_ratio_upper", RATIO, 0.8, 1.6, 1.2, "the interval now still excludes"),
        ("a.difference.lower@group=b", COEFFICIENT, -0.1, 0.1, 0.4, "the interval now excludes 0"),
        ("a.difference.upper@group=b", COEFFICIENT, -0.1, 0.1, -0.4, "the interval now includes 0"),
    ],
)  # fmt: skip
def test_a_limit_says_what_its_interval_holds(id_, unit, old, new, opposite, said):
    (one,) = flips(id_, a_number(old, unit), a_number(new, unit), 0.95, opposite)
    assert one.words.startswith(said)


def test_a_blank_cell_of_a_patient_is_newly_known():
    (one,) = flips("listing.patients.relapse@patient=P01", a_number(None, DAYS, " "),
                   a_number(14, DAYS), 0.95)  # fmt: skip
    assert (one.kind, one.words) == ("known", "newly known: 14")
    (one,) = flips("listing.patients.relapse@patient=P01", a_number(14, DAYS),
                   a_number(None, DAYS, " "), 0.95)  # fmt: skip
    assert (one.kind, one.words) == ("known", "no longer known: it was 14")
    (one,) = flips("a.median", a_number(None, DAYS), a_number(14, DAYS), 0.95)
    assert (one.kind, one.words) == ("estimable", "NE became 14")


def test_flips_are_counted_by_what_turned(folder, other):
    other.replace("events.csv", "P07,death,2018-08-19", "P07,last_contact,2020-08-19")
    found = changes_between(folder, other)
    each = [one.kind for change in found.flips for one in change.flips]
    assert found.by_flip_kind == {kind: each.count(kind) for kind in FLIP_KINDS if kind in each}
