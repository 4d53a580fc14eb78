"""The numbers of the interim report on a handful of patients, counted by hand."""

import datetime as dt

import pandas as pd
import pytest
from folders import EVENTS, INFUSIONS, MEASUREMENTS, PATIENTS, SMALLEST, write_folder

from carreport.analyses.quality import due

ASSESSMENT = """
[[assessment]]
id = "scan"
label = "First scan"
event = "scan"
day = 20
until = 40
"""
WITHOUT_GROUPS = (
    SMALLEST.partition("[groups]")[0] + SMALLEST[SMALLEST.index("[[endpoint]]") :]
).replace('groups = ["mrd_positive"]      # optional, default all\n', "")


def values(results, stem, *names, keys=""):
    """Several fields of one analysis."""
    return [results[f"{stem}.{name}{keys}"].value for name in names]


# Disposition and exposure


def test_the_course_of_everybody_and_of_each_group(tiny_results):
    """P03 and P05 of the first group died, four of the second; only P02 was infused twice."""
    fields = ("n", "died", "died_share", "alive", "alive_share")

    assert values(tiny_results, "disposition.course", *fields) == [12, 6, 0.5, 6, 0.5]
    first = values(tiny_results, "disposition.course", *fields, keys="@group=mrd_positive")
    assert first == pytest.approx([6, 2, 1 / 3, 4, 2 / 3])
    treated = ("entered", "infused", "infused_share", "reinfused", "reinfused_share")
    assert values(tiny_results, "disposition.course", *treated) == [12, 12, 1.0, 1, 1 / 12]
    second = values(tiny_results, "disposition.course", *treated, keys="@group=active_disease")
    assert second == [6, 6, 1.0, 0, 0.0]


def test_without_a_table_of_infusions_nothing_is_said_of_them(tmp_path):
    """Deaths are counted all the same, and the listings have no such column."""
    results = write_folder(tmp_path, study=SMALLEST, infusions=None).results()

    assert results["disposition.course.died"].value == 6
    assert not [id_ for id_ in results if id_.startswith("exposure.") or "infused" in id_]
    for name in ("safety.deaths", "listing.patients"):
        assert not {"infusions", "since_infusion"} & {
            one.name for one in results.listing(name).columns
        }


def test_nobody_infused_yet(folder):
    """A study that counts from consent: at an early cutoff everybody waits."""
    moved = INFUSIONS.replace("P01,1,2018-01-10", "P01,1,2018-02-01")
    folder.write("infusions.csv", moved)

    results = folder.results(dt.date(2018, 1, 20))

    assert values(results, "disposition.course", "n", "infused", "reinfused") == [1, 0, 0]
    assert values(results, "exposure.infusions", "n", "total", "most") == [1, 0, 0]
    assert results["exposure.infusions.patients@infusions=0"].value == 1
    assert not [id_ for id_ in results if id_.startswith("exposure.given.")]
    assert results["disposition.course.infused_share@group=active_disease"].value is None


def test_patients_by_how_many_infusions_they_had(tiny_results):
    """A group none of whom was infused twice counts zero, not nothing."""
    stem = "exposure.infusions.patients@group="

    assert tiny_results["exposure.infusions.total"].value == 13
    assert tiny_results[f"{stem}mrd_positive,infusions=2"].value == 1
    assert tiny_results[f"{stem}active_disease,infusions=2"].value == 0
    assert tiny_results["exposure.infusions.percent@infusions=1"].value == 11 / 12


def test_an_infusion_by_its_number(tiny_results):
    """P02: 14 February to 3 September 2018 is 201 days, at 2.2 instead of 3.1."""
    keys = "@infusion=2"
    interval = ("patients", "interval_n", "interval_median", "interval_min", "interval_max")

    assert values(tiny_results, "exposure.given", *interval, keys=keys) == [1, 1, 201, 201, 201]
    assert values(tiny_results, "exposure.given", "dose_n", "dose_median", keys=keys) == [1, 2.2]
    assert "exposure.given.interval_n@infusion=1" not in tiny_results
    nobody = "@group=active_disease,infusion=2"
    assert values(tiny_results, "exposure.given", "patients", "dose_median", keys=nobody) == [
        0, None,
    ]  # fmt: skip


def test_an_interval_is_from_the_infusion_before_even_if_a_number_is_missing(folder):
    """Infusions 1 and 3: the third is 100 days after the first."""
    folder.append("infusions.csv", "P07,3,2018-05-05,1.0")

    results = folder.results()

    assert results["exposure.given.interval_median@infusion=3"].value == 100


def test_the_dose_has_the_study_s_unit(folder):
    """As [exposure] says; a dose that is not recorded is counted."""
    folder.append("study.toml", "[exposure]", 'label = "Cells"', 'unit = "10^6/kg"', "decimals = 1")
    folder.replace("infusions.csv", "P02,2,2018-09-03,2.2", "P02,2,2018-09-03,")

    results = folder.results()

    median = results["exposure.given.dose_median@infusion=1"]
    assert (median.unit.name, median.display) == ("10^6/kg", "3.0")
    assert values(results, "exposure.given", "dose_n", "dose_missing", keys="@infusion=2") == [0, 1]


# Maturity


def test_what_is_known_on_a_landmark(tiny_results):
    """
    Day 730: P01 to P04 started by 20 August 2018, which is 730 days before the cutoff.

    Known of P01, P02, P04 (followed) and P03, P05 (dead before); P06 was last seen on day 473.
    """
    keys = "@day=730,group=mrd_positive"

    fields = ("in_analysis", "potential", "known")
    assert values(tiny_results, "survival.os", *fields, keys=keys) == [6, 4, 5]
    assert tiny_results[f"survival.os.mature{keys}"].value == 5 / 6
    assert tiny_results["survival.os.event_share@group=mrd_positive"].value == 2 / 6


def test_a_competing_event_settles_a_patient_s_state(folder):
    """P03 died without relapse on day 242: on day 365 nothing is left to be seen of relapse."""
    folder.write("patients.csv", "\n".join(PATIENTS.splitlines()[i] for i in (0, 3, 7)) + "\n")
    for name in ("infusions", "adverse_events", "measurements", "events"):
        rows = folder.text(f"{name}.csv").splitlines()
        folder.write(
            f"{name}.csv",
            "\n".join([rows[0], *(row for row in rows if row[:3] in ("P03", "P07"))]) + "\n",
        )

    results = folder.results()

    assert results["survival.rel.known@day=365,group=mrd_positive"].value == 1
    assert results["survival.rel.events@group=mrd_positive"].value == 0


def test_follow_up_is_the_same_for_relapse_or_death_and_for_relapse_before_death(
    bundled_folder,
):
    """Who died without relapse was not followed to the end, whether that counts or competes."""
    results = bundled_folder.results(dt.date(2019, 6, 30))
    fields = ("followup_median", "followup_min", "followup_max", "observed_median")

    for keys in ("", "@group=mrd_positive", "@group=active_disease"):
        relapse, efs = (
            values(results, f"survival.{one}", *fields, keys=keys) for one in ("relapse", "efs")
        )
        assert relapse == efs
    assert results["survival.relapse.followup_median@group=mrd_positive"].value == 359


def test_maturity_of_nobody_is_not_estimable(tiny):
    """On the first day one group is empty."""
    results = tiny.results(dt.date(2018, 1, 10))

    keys = "@day=365,group=active_disease"
    assert values(results, "survival.os", "in_analysis", "known", "mature", keys=keys) == [
        0, 0, None,
    ]  # fmt: skip
    assert results["survival.os.event_share@group=active_disease"].value is None


# Deaths


def test_deaths_by_cause(tiny_results):
    """Infection one, toxicity one, disease four; zero where a group has none of a cause."""
    stem = "safety.death.count@cause="

    assert values(tiny_results, "safety.death", "n", "died", "share") == [12, 6, 0.5]
    assert [tiny_results[stem + one].value for one in ("disease", "infection", "toxicity")] == [
        4, 1, 1,
    ]  # fmt: skip
    assert tiny_results[f"{stem}toxicity,group=mrd_positive"].value == 0
    assert f"{stem}not_recorded" not in tiny_results


def test_a_cause_that_is_blank_is_not_recorded(folder):
    """Causes that read alike in ids are told apart; the blank one comes last."""
    events = EVENTS.replace("P03,death,2018-11-30,infection", "P03,death,2018-11-30,Disease")
    folder.write(
        "events.csv", events.replace("P09,death,2018-07-04,toxicity", "P09,death,2018-07-04,")
    )

    results = folder.results()

    found = {id_: results[id_].value for id_ in results if id_.startswith("safety.death.count@")}
    assert {id_: n for id_, n in found.items() if "group" not in id_} == {
        "safety.death.count@cause=disease": 1,
        "safety.death.count@cause=disease_2": 4,
        "safety.death.count@cause=not_recorded": 1,
    }
    assert results["safety.deaths.cause@patient=P09"].value == "not recorded"


def test_deaths_without_any_detail(folder):
    """A study whose events say no more than what and when."""
    rows = [",".join(row.split(",")[:3]) for row in EVENTS.splitlines()]
    study = SMALLEST.replace("cutoff = 2020-08-19 ", "cutoff = 2020-08-20 ")
    folder.write("events.csv", "\n".join(rows) + "\n").write("study.toml", study)

    results = folder.results()

    assert results["safety.death.count@cause=not_recorded"].value == 6
    assert "quality.check.notes@check=missing_cause_of_death" not in results


def test_nobody_died(tiny):
    """No cause, and an empty listing."""
    results = tiny.results(dt.date(2018, 2, 1))

    assert results["safety.death.died"].value == 0
    assert results.listing("safety.deaths").rows == ()
    assert not [id_ for id_ in results if id_.startswith("safety.death.count")]


def test_each_death_is_listed_with_what_went_before(tiny_results):
    """P05 died on 9 March 2020, 545 days after the only infusion, which was the start."""
    listing = tiny_results.listing("safety.deaths")

    assert [one.name for one in listing.columns] == [
        "patient", "group", "day", "cause", "infusions", "since_infusion",
    ]  # fmt: skip
    assert listing.rows[1] == ("P05", "MRD-positive", 545.0, "disease", 1.0, 545.0)
    assert [row[0] for row in listing.rows] == ["P03", "P05", "P07", "P08", "P09", "P11"]


# Quality of the data


def test_missing_values_are_counted_and_named(tiny_results):
    """P04 has no age; nothing else is missing among those in scope."""
    (row,) = tiny_results.listing("quality.notes@kind=missing").rows

    assert row == ("missing_age", "5", "P04", "Age", "patients", "age", "no value")
    assert values(tiny_results, "quality.notes", "n", "patients", keys="@kind=missing") == [1, 1]
    assert values(tiny_results, "quality.check", "n", "notes", keys="@check=missing_age") == [12, 1]
    keys = "@check=missing_age,group=active_disease"
    assert values(tiny_results, "quality.check", "n", "notes", keys=keys) == [6, 0]


def test_a_missing_sample_is_missing_where_it_was_asked_for(folder):
    """Of an analyte asked of one group, the others miss nothing; doses and causes count too."""
    folder.replace("study.toml", 'analyte = "CRP" ', 'groups = ["mrd_positive"]\nanalyte = "CRP" ')
    rows = [row for row in MEASUREMENTS.splitlines() if row[:3] not in ("P05", "P11")]
    folder.write("measurements.csv", "\n".join(rows) + "\n")
    folder.replace("infusions.csv", "P02,2,2018-09-03,2.2", "P02,2,2018-09-03,")
    folder.replace("events.csv", "P09,death,2018-07-04,toxicity", "P09,death,2018-07-04,")

    listing = folder.results().listing("quality.notes@kind=missing")

    assert [(row[0], row[2], row[4], row[5]) for row in listing.rows] == [
        ("missing_age", "P04", "patients", "age"),
        ("missing_crp", "P05", "measurements", "CRP"),
        ("missing_dose_given", "P02", "infusions", "dose"),
        ("missing_cause_of_death", "P09", "events", "detail"),
    ]


def test_a_column_of_a_listing_is_asked_of_those_it_lists(folder):
    """Recorded columns only; what is computed is blank for a reason."""
    rows = PATIENTS.splitlines()
    kept = [
        rows[0] + ",lab",
        *(f"{row},{'' if row[:3] in ('P01', 'P02') else 'x'}" for row in rows[1:]),
    ]
    folder.write("patients.csv", "\n".join(kept) + "\n")
    folder.append(
        "study.toml",
        '[[listing]]\nid = "listing.women"\nlabel = "Women"\npopulation = "women"',
        'columns = [{ column = "lab", label = "Laboratory" },',
        '{ column = "time_to_relapse", label = "R" }]',
    )

    results = folder.results()

    found = [row[:3] for row in results.listing("quality.notes@kind=missing").rows]
    assert found == [("missing_age", "5", "P04"), ("missing_lab", "2", "P01")]
    assert results["quality.check.n@check=missing_lab"].value == 6


def test_values_out_of_range_are_noted_and_count(folder):
    """Every sample, whatever its window; the limits themselves are plausible."""
    folder.replace("study.toml", 'unit = "years"', 'unit = "years"\nplausible = [19, 62]')
    folder.replace("study.toml", 'unit = "mg/L"', 'unit = "mg/L"\nplausible = [8.4, 98.5]')

    results = folder.results()

    found = [row[1:] for row in results.listing("quality.notes@kind=implausible").rows]
    assert found == [
        ("13", "P12", "Age", "patients", "age", "66, expected 19 to 62"),
        ("4", "P01", "C-reactive protein", "measurements", "value", "99, expected 8.4 to 98.5"),
        ("11", "P07", "C-reactive protein", "measurements", "value", "130.4, expected 8.4 to 98.5"),
        ("13", "P09", "C-reactive protein", "measurements", "value", "210, expected 8.4 to 98.5"),
        ("15", "P11", "C-reactive protein", "measurements", "value", "145.5, expected 8.4 to 98.5"),
    ]
    assert results["baseline.age.max"].value == 66


def test_adverse_events_without_onset_and_against_time(folder):
    """One has no first day, one ends before it begins."""
    folder.append("adverse_events.csv", "P03,Fever,General,2,,2018-05-01,1")
    folder.append("adverse_events.csv", "P04,Anemia,Blood,1,2018-07-02,2018-07-01,1")

    results = folder.results()

    undated, unordered = (
        results.listing(f"quality.notes@kind={kind}").rows for kind in ("undated", "unordered")
    )
    assert [row[1:3] + row[-1:] for row in undated] == [("10", "P03", "Fever: no onset date")]
    assert [row[1:3] + row[-1:] for row in unordered] == [
        ("11", "P04", "Anemia: from 2018-07-02 to 2018-07-01")
    ]


DAYS = {
    # followed to, done on: where the patient stands with a window of days 20 to 40
    (300, 28): "done",
    (300, 20): "done",
    (300, 40): "done",
    (300, 41): "late",
    (300, 19): "overdue",
    (300, None): "overdue",
    (41, None): "overdue",
    (40, None): "not_due",
    (5, None): "not_due",
}


@pytest.mark.parametrize("case", DAYS, ids=str)
def test_when_an_assessment_is_overdue(case):
    """Only of a patient followed beyond the window; one before it does not count."""
    followed, done = case
    start = pd.Timestamp(2020, 1, 1)
    patients = pd.DataFrame({"patient_id": ["A"], "start": [start], "followed": [float(followed)]})
    dates = [] if done is None else [start + pd.Timedelta(days=done)]
    rows = pd.DataFrame({"patient_id": ["A"] * len(dates), "date": pd.to_datetime(dates)})

    assert due(patients, rows, (20, 40)).tolist() == [DAYS[case]]


def test_assessments_of_a_study(folder):
    """P01 in time and P02 late; P09 died on day 48, overdue; early on nobody is."""
    folder.append("study.toml", ASSESSMENT)
    folder.append("events.csv", "P01,scan,2018-02-05,clear", "P02,scan,2018-06-01,clear")
    fields = ("n", "done", "late", "overdue", "not_due")

    results = folder.results()
    early = folder.results(dt.date(2018, 2, 18))

    assert values(results, "quality.assessment", *fields, keys="@assessment=scan") == [
        12, 1, 1, 10, 0,
    ]  # fmt: skip
    assert values(early, "quality.assessment", *fields, keys="@assessment=scan") == [3, 1, 0, 0, 2]
    notes = results.listing("quality.notes@kind=overdue")
    assert notes.rows[6][1:] == (
        "0", "P09", "First scan", "events", "scan", "not done by day 40, followed to day 48",
    )  # fmt: skip
    assert early["quality.notes.n@kind=overdue"].value == 0


def test_an_assessment_may_be_a_measurement_of_one_group(folder):
    """All six have CRP within ten days."""
    folder.append(
        "study.toml", '[[assessment]]\nid = "crp_early"\nlabel = "CRP"\nanalyte = "CRP"',
        'day = 0\nuntil = 10\ngroups = ["active_disease"]',
    )  # fmt: skip

    results = folder.results()

    keys = "@assessment=crp_early,group=active_disease"
    assert values(results, "quality.assessment", "n", "done", keys=keys) == [6, 6]
    assert "quality.assessment.n@assessment=crp_early" not in results


def test_without_anything_to_check_there_is_no_number(tmp_path):
    """No plausible range, no assessment, no adverse events: no id of those kinds."""
    results = write_folder(tmp_path, study=SMALLEST, adverse_events=None).results()

    kinds = {id_.partition("kind=")[2] for id_ in results if id_.startswith("quality.notes.n")}
    assert kinds == {"missing"}


def test_hostile_cells_stay_apart(folder):
    """Patients named with signs of ids, one with every sample out of range."""
    folder.replace("study.toml", 'unit = "mg/L"', 'unit = "mg/L"\nplausible = [0, 1]')
    for name in ("patients", "infusions", "events", "adverse_events", "measurements"):
        text = (
            folder.text(f"{name}.csv").replace("P01,", '"P,line=3@x",').replace("P02,", "=P02%2C,")
        )
        folder.write(f"{name}.csv", text)

    results = folder.results()

    listing = results.listing("quality.notes@kind=implausible")
    ids = [listing.id_of(number, "found") for number in range(len(listing.rows))]
    assert len(set(ids)) == len(ids) == 15
    assert all(results[id_].value == row[-1] for id_, row in zip(ids, listing.rows, strict=True))


def test_a_check_is_as_sure_as_the_cells_it_looked_at(folder):
    """A simulated age makes the count of missing ages simulated, and no other."""
    folder.write(
        "origins.toml",
        '[[rule]]\ntable = "patients"\ncolumns = ["age"]\npatients = ["P01"]\norigin = "simulated"\n'
        '[[rule]]\ntable = "events"\npatients = ["P07"]\norigin = "simulated"\n',
    )

    results = folder.results()

    def origin(id_):
        return results[id_].origin.label

    assert origin("quality.check.notes@check=missing_age") == "simulated"
    assert origin("quality.check.notes@check=missing_age,group=active_disease") == "collected"
    assert origin("quality.check.notes@check=missing_sex") == "collected"
    assert origin("quality.notes.n@kind=undated") == "collected"
    assert origin("disposition.course.died@group=active_disease") == "simulated"
    assert origin("disposition.course.died@group=mrd_positive") == "collected"
    assert origin("disposition.course.n@group=active_disease") == "collected"


# The patients, one by one


def test_every_patient_is_listed(tmp_path):
    """Group, start, infusions, each endpoint's day and outcome, follow-up; by group and start."""
    results = write_folder(tmp_path, study=SMALLEST).results()

    listing = results.listing("listing.patients")

    assert [one.name for one in listing.columns] == [
        "patient", "group", "start", "infusions", "os_days", "os_outcome", "followup",
    ]  # fmt: skip
    assert listing.rows[1] == (
        "P02", "MRD-positive", "2018-02-14", 2.0, 917.0, "censored", 917.0
    )  # fmt: skip
    assert listing.rows[2][-3:] == (242.0, "death", 242.0)
    assert [row[0] for row in listing.rows] == [f"P{number:02}" for number in range(1, 13)]


def test_a_listing_the_study_declares_is_that_listing(tiny_results):
    """The study's own `listing.patients` is not made over."""
    names = [one.name for one in tiny_results.listing("listing.patients").columns]

    assert names == ["patient", "sex", "age", "time_to_relapse"]


def test_without_groups_there_is_one(tmp_path):
    """No group column, no id by group, the same numbers of everybody."""
    results = write_folder(tmp_path, study=WITHOUT_GROUPS).results()

    assert not [id_ for id_ in (*results, *results.listings) if "group=" in id_]
    assert values(results, "disposition.course", "n", "died", "infused") == [12, 6, 12]
    for name in ("safety.deaths", "listing.patients"):
        assert "group" not in {one.name for one in results.listing(name).columns}
