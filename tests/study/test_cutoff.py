"""The cutoff: nothing later is known, nothing earlier is lost, and every change is accounted for."""

import datetime as dt
import io
import re

import pandas as pd
import pytest
from folders import StudyFolder, write_folder
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import CUTOFF, cohorts, cutoffs, tables, write_tables

from carreport.analyses import ANALYSES, survival
from carreport.errors import BadInput
from carreport.figures import draw
from carreport.render import render
from carreport.results import join_id, run, split_id
from carreport.results.facts import data_digest
from carreport.study.account import ACTIONS
from carreport.tables import lay_out

DATED = {
    "infusions": "date", "events": "date", "adverse_events": "start_date", "measurements": "date"
}  # fmt: skip


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    """A folder the generated studies are written into, one after the other."""
    return StudyFolder(tmp_path_factory.mktemp("generated"))


def numbers(results):
    """Every value by id, facts about the files left out."""
    plain = {id_: results[id_].value for id_ in results if not id_.startswith("study.")}
    listed = {id_: (one.rows, one.shown) for id_, one in results.listings.items()}
    return plain | listed


@settings(max_examples=5)
@given(cohorts(min_size=2), cutoffs(), st.randoms(use_true_random=False))
def test_order_of_rows_is_irrelevant(scratch, people, cutoff, random):
    """Shuffled files give the same number under every id."""
    lines = tables(people)
    shuffled = {name: random.sample(rows, len(rows)) for name, rows in lines.items()}

    one = plain_numbers(write_tables(scratch, lines), cutoff)
    two = plain_numbers(write_tables(scratch, shuffled), cutoff)

    assert one == two


def plain_numbers(folder, cutoff):
    """Values by id to eleven digits; None when nobody had started."""
    try:
        results = folder.results(cutoff)
    except BadInput:
        return None
    rounded = {}
    for id_ in results:
        value = results[id_].value
        if not id_.startswith("study."):
            rounded[id_] = float(f"{value:.11g}") if isinstance(value, float) else value
    return rounded


@settings(max_examples=6)
@given(cohorts(), cutoffs(), cutoffs())
def test_an_earlier_cutoff_never_has_more(scratch, people, one, two):
    """Fewer or as many patients, events, at risk, adverse events and samples."""
    folder = write_tables(scratch, tables(people))
    earlier, later = (plain_numbers(folder, day) for day in sorted((one, two)))

    for id_, value in (earlier or {}).items():
        base, keys = split_id(id_)
        # A later, higher grade moves a patient from grade to grade; "any" and "ge3" only grow.
        if base.endswith(COUNTED) and keys.get("grade") in (None, "any", "ge3"):
            assert value <= later[id_], id_


COUNTED = (
    ".at_risk",
    "disposition.enrolled.n",
    ".events",
    "safety.ae.patients",
    "biomarkers.crp.n",
)


@settings(max_examples=6)
@given(cohorts(), cutoffs())
def test_parts_add_up_to_the_whole(scratch, people, cutoff):
    """
    Groups to the cohort, risk tables to the group at every time, curves to their patients.

    A curve never rises, and its limits hold it.
    """
    folder = write_tables(scratch, tables(people))
    try:
        results = folder.results(cutoff)
    except BadInput:
        return  # nobody had started
    assert_groups_add_up(results)
    for endpoint in ("os", "efs"):
        assert_risk_adds_up(results, endpoint)
    for id_, curve in results.listings.items():
        if ".curve" in id_:
            assert_curve_adds_up(curve, results[id_.replace(".curve", ".n")].value)


SUMMED = ("n", "events", "censored", "count", "missing", "at_risk")


def assert_groups_add_up(results):
    """Counts of the two groups sum to the cohort's: patients, events, levels, at risk."""
    whole = [
        id_
        for id_ in results
        if "group=" not in id_
        and id_.startswith(("disposition.", "survival.", "baseline.", "biomarkers."))
        and id_.partition("@")[0].rpartition(".")[2] in SUMMED
    ]
    assert whole
    for id_ in whole:
        base, keys = split_id(id_)
        parts = [
            results[join_id(base, {**keys, "group": group})].value
            for group in ("mrd_positive", "active_disease")
        ]
        assert sum(parts) == results[id_].value, id_


def assert_risk_adds_up(results, endpoint):
    """At risk + events + censored is the group's number; at the last time nobody is at risk."""
    listing = results.listing(f"survival.{endpoint}.risk")
    names = [column.name for column in listing.columns]
    rows = [dict(zip(names, row, strict=True)) for row in listing.rows]
    for row in rows:
        n = results[f"survival.{endpoint}.n@group={row['group']}"].value
        assert row["at_risk"] + row["events"] + row["censored"] == n
    assert all(row["at_risk"] == 0 for row in rows if row["month"] == rows[-1]["month"])


def assert_curve_adds_up(curve, n):
    """Events and censored sum to the patients; survival does not rise; limits hold it."""
    assert sum(curve.column("events")) + sum(curve.column("censored")) == n
    survival = curve.column("survival")
    assert list(survival) == sorted(survival, reverse=True)
    limits = zip(curve.column("lower"), survival, curve.column("upper"), strict=True)
    assert all(low is None or low <= value <= high for low, value, high in limits)


@settings(max_examples=5)
@given(cohorts(max_size=5), cutoffs(), st.data())
def test_what_happens_after_the_cutoff_changes_no_result(scratch, people, cutoff, data):
    """
    Rewrite every cell of rows dated after the cutoff: no number, listing or printed cell changes.

    The dates themselves move too, as long as they stay after the cutoff.
    """
    lines = tables(people)
    before = known(write_tables(scratch, lines), cutoff)

    changed = {
        name: [rewritten(name, line, cutoff, data) for line in rows] for name, rows in lines.items()
    }

    assert known(write_tables(scratch, changed), cutoff) == before


def known(folder, cutoff):
    """Everything a report at this cutoff could print."""
    try:
        return numbers(folder.results(cutoff))
    except BadInput:
        return None


def rewritten(table, line, cutoff, data):
    """A line dated after the cutoff with other contents and another later date."""
    cells = line.split(",")
    at = {"patients": 1, "infusions": 2, "events": 2, "adverse_events": 4, "measurements": 2}[table]
    day = dt.date.fromisoformat(cells[at])
    if day <= cutoff or cells[1] in ("death", "last_contact"):
        return line
    cells[at] = (day + dt.timedelta(days=data.draw(st.integers(0, 3)))).isoformat()
    match table:
        case "patients":
            cells[1], cells[3] = str(day), str(data.draw(st.integers(14, 80)))
        case "events":
            cells[2], cells[3] = str(day), data.draw(st.sampled_from(["", "other"]))
        case "adverse_events":
            cells[3] = str(data.draw(st.integers(1, 5)))
        case "measurements":
            cells[3] = str(data.draw(st.integers(1, 9999)))
    return ",".join(cells)


def test_a_later_death_disappears_and_the_patient_is_censored_at_the_cutoff(tiny):
    """P05 relapsed on 2019-12-05 and died on 2020-03-09; in January only the relapse is known."""
    then = tiny.snapshot(dt.date(2020, 1, 31)).patients.frame.set_index("patient_id")
    now = tiny.snapshot().patients.frame.set_index("patient_id")

    assert (then.at["P05", "os:status"], then.at["P05", "os:days"]) == (0, 507)
    assert (then.at["P05", "rel:status"], then.at["P05", "rel:days"]) == (1, 450)
    assert (now.at["P05", "os:status"], now.at["P05", "os:days"]) == (1, 545)


@pytest.mark.parametrize(("day", "status"), [(dt.date(2020, 3, 8), 0), (dt.date(2020, 3, 9), 1)])
def test_what_happens_on_the_cutoff_is_known(day, status, tiny):
    """The day itself belongs to what had happened."""
    patient = tiny.snapshot(day).patients.frame.set_index("patient_id").loc["P05"]

    assert patient["os:status"] == status
    assert patient["os:days"] == (day - dt.date(2018, 9, 11)).days


def test_a_late_starter_leaves_with_all_rows(tiny):
    """P12 started in February 2019: in 2018 nothing of that patient is left."""
    snapshot = tiny.snapshot(dt.date(2018, 12, 31))

    for table in snapshot.tables.values():
        assert "P12" not in set(table.frame["patient_id"])


def test_every_removed_or_changed_row_is_accounted_for(tiny):
    """Table, line of the file, patient, what was done and why."""
    snapshot = tiny.snapshot(dt.date(2019, 9, 29))
    account = {(row.table, row.line): row for row in snapshot.account}

    death = account["events", tiny.line_of("events.csv", "P11,death")]
    assert (death.patient_id, death.action) == ("P11", "removed")
    assert "2019-09-30" in death.reason
    kept = {(row.patient_id, row.action) for row in snapshot.account if row.line == 0}
    assert ("P11", "truncated") in kept
    later = [row for row in snapshot.account if row.action == "removed"]
    assert len(later) == sum(
        line.split(",")[2] > "2019-09-29" for line in tiny.text("events.csv").splitlines()[1:]
    )


def test_lines_of_the_account_are_those_of_the_file(tmp_path):
    """Also below an empty line, which an editor counts."""
    folder = write_folder(tmp_path)
    folder.replace("events.csv", "P03,death", "\n\nP03,death")

    snapshot = folder.snapshot(dt.date(2018, 10, 1))

    (row,) = [
        one
        for one in snapshot.account
        if one.table == "events" and one.patient_id == "P03" and one.line
    ]
    assert row.line == folder.line_of("events.csv", "P03,death")


def test_an_end_after_the_cutoff_is_not_known(tmp_path):
    """An adverse event that had begun is there; its end is not."""
    folder = write_folder(tmp_path)

    events = folder.snapshot(dt.date(2018, 4, 10)).tables["adverse_events"].frame

    begun = events[events["patient_id"] == "P03"]
    assert begun["grade"].tolist() == [3]
    assert begun["end_date"].isna().all()


def test_a_companion_date_hides_what_was_not_yet_known(tmp_path):
    """A patients.csv column with a companion date is blank before it, and the account says so."""
    folder = write_folder(tmp_path)
    lines = folder.text("patients.csv").splitlines()
    rows = [f"{line},CR,2019-0{1 + i % 9}-01" for i, line in enumerate(lines[1:])]
    folder.write("patients.csv", "\n".join([lines[0] + ",best,best_date", *rows]))
    folder.append(
        "study.toml",
        '[[companion]]\ncolumn = "best"\ndate = "best_date"',
        '[[proportion]]\nid = "response.best"\nlabel = "B"\nwhere = { best = "CR" }',
    )

    early, late = (folder.results(dt.date(2019, month, 15)) for month in (3, 12))

    assert early["response.best.k"].value == 6
    assert late["response.best.k"].value == 12
    account = folder.snapshot(dt.date(2019, 3, 15)).account
    rolled = [
        (row.column, row.reason)
        for row in account
        if (row.action, row.table) == ("rolled back", "patients")
    ]
    assert sorted(column for column, _ in rolled) == ["best"] * 6 + ["best_date"] * 6
    assert {reason for column, reason in rolled if column == "best_date"} == {
        f"2019-0{month}-01 is after the cutoff" for month in range(4, 10)
    }
    assert ("best", "known only on 2019-04-01 (best_date), after the cutoff") in rolled


@pytest.mark.parametrize(
    "day", [dt.date(2018, 1, 10), dt.date(2018, 1, 11), CUTOFF, dt.date(2030, 1, 1)]
)
def test_every_cutoff_from_the_first_start_computes(day, tiny):
    """From the first patient's first day on there are results without a failure."""
    results = tiny.results(day)

    assert results["disposition.enrolled.n"].value >= 1
    assert results["study.cutoff.date"].value == day.isoformat()


def test_a_cutoff_after_the_data_end_says_so(tiny):
    """Follow-up is not made longer than it was."""
    snapshot = tiny.snapshot(dt.date(2021, 6, 1))

    assert any("2020-08-19, before the cutoff" in notice for notice in snapshot.notices)
    assert snapshot.patients.frame["followup:days"].max() == 952


def test_event_of_interest_wins_over_a_competing_one_on_the_same_day(folder):
    """And a notice names the patient."""
    folder.replace("events.csv", "P05,relapse,2019-12-05", "P05,relapse,2020-03-09")

    snapshot = folder.snapshot()

    patient = snapshot.patients.frame.set_index("patient_id").loc["P05"]
    assert (patient["rel:code"], patient["rel:cause"]) == (1, "relapse")
    assert any("P05" in notice and "on the day" in notice for notice in snapshot.notices)


def test_an_event_on_day_zero_counts_on_day_zero(folder):
    """A death on the day of the first infusion has 0 days and status 1."""
    folder.replace("events.csv", "P09,death,2018-07-04", "P09,death,2018-05-17")
    folder.replace("adverse_events.csv", "P09,Anemia,Blood,4,2018-05-20,,1\n", "")
    folder.replace("measurements.csv", "P09,CRP,2018-05-21,210.0,mg/L,1\n", "")

    results = folder.results()

    assert results["survival.os.followup_min"].value == 0
    first = results.listing("survival.os.curve").rows[0]
    assert first[:3] == (0, 12, 1)


def test_two_events_on_one_day_count_once(folder):
    """Relapse and death on one day are one event of event-free survival."""
    folder.append(
        "study.toml",
        '[[endpoint]]\nid = "efs"\nlabel = "EFS"\nevents = ["relapse", "death"]\nlandmarks = [365]',
    )
    folder.replace("events.csv", "P05,relapse,2019-12-05", "P05,relapse,2020-03-09")

    results = folder.results()

    # P02, P03, P05, P07, P08, P09, P10 and P11 relapsed, died or both.
    assert results["survival.efs.events"].value == 8


# What the cutoff tells of itself -----------------------------------------------------------------


def test_a_later_event_proves_contact_whatever_it_is(tmp_path):
    """P10 relapsed and was last seen later; P11 died later: on a day before, both were followed."""
    folder = write_folder(tmp_path)
    day = dt.date(2019, 4, 1)
    followed = {one.patient_id for one in folder.snapshot(day).account if one.action == "truncated"}

    frame = folder.snapshot(day).patients.frame.set_index("patient_id")
    for patient, start in (("P10", dt.date(2018, 8, 30)), ("P11", dt.date(2018, 11, 22))):
        assert frame.at[patient, "followup:days"] == (day - start).days
    assert {"P10", "P11"} <= followed
    # Whoever died before has no later row, and is not followed on.
    assert frame.at["P09", "followup:days"] == 48
    assert "P09" not in followed


def test_an_origin_does_not_tell_who_has_a_later_row(folder):
    """Of a table that lost rows, everybody's numbers rest on the dates there may be."""
    folder.write(
        "origins.toml",
        '[[rule]]\ntable = "infusions"\ncolumns = ["date"]\nwhere = { infusion = "2" }\n'
        'origin = "simulated"\n',
    )
    folder.append(
        "study.toml",
        '[[listing]]\nid = "x.n"\nlabel = "N"\ncolumns = [{ column = "n_infusions", label = "N" }]',
    )

    def origins(cutoff):
        results = folder.results(cutoff)
        return {
            one: results[f"x.n.n_infusions@patient={one}"].origin.label for one in ("P01", "P02")
        }

    assert origins(dt.date(2018, 9, 2)) == {"P01": "simulated", "P02": "simulated"}
    # When nothing is cut, only what there is counts: P02's second infusion is there.
    assert origins(None)["P01"] == "collected"


def test_no_id_of_who_had_not_started_leaves_the_cut(tiny):
    """Neither the origin of a start nor anything else that is handed on names them."""
    snapshot = tiny.snapshot(dt.date(2018, 12, 31))

    assert list(snapshot.dated_by["patients"]) == [""]
    for by_patient in snapshot.dated_by.values():
        assert "P12" not in by_patient
    assert snapshot.cut_counts["removed", "patients"] == 2


def test_a_group_of_which_nobody_had_started_goes_by_its_id(folder):
    """What it is called in the data is not known yet."""
    declared = (
        '[[groups.level]]\nid = "active_disease"\nvalue = "Active"\nlabel = "Active disease"\n'
    )
    folder.replace("study.toml", declared, "")

    labels = {
        day: [one.label for one in folder.snapshot(day).settings.group_levels()]
        for day in (dt.date(2018, 1, 24), dt.date(2018, 1, 25))
    }

    assert labels[dt.date(2018, 1, 24)] == ["MRD-positive", "active_disease"]
    assert labels[dt.date(2018, 1, 25)] == ["MRD-positive", "Active"]


def test_notices_speak_of_known_rows_only(tiny):
    """Before the first relapse there is none, and a word that comes later is not named."""
    early, late = (tiny.snapshot(day).notices for day in (dt.date(2018, 5, 5), None))

    assert "events.csv has no event relapse by the cutoff, which rel asks for" in early
    assert not any("relapse" in notice for notice in late)


def test_a_date_in_a_column_of_text_is_a_date(folder):
    """Nobody declared it, and it lies after the cutoff."""
    lines = folder.text("patients.csv").splitlines()
    rows = [f"{line},{'2019-07-01' if i else 'none'}" for i, line in enumerate(lines[1:])]
    folder.write("patients.csv", "\n".join([lines[0] + ",therapy", *rows]))
    folder.append(
        "study.toml",
        '[[listing]]\nid = "x.t"\nlabel = "T"\ncolumns = [{ column = "therapy", label = "T" }]',
    )

    early, late = (folder.snapshot(dt.date(2019, month, 1)) for month in (6, 7))

    assert set(early.patients.text["therapy"]) == {"none", ""}
    assert set(late.patients.text["therapy"]) == {"none", "2019-07-01"}
    assert early.cut_counts["rolled back", "patients"] == 11


def test_an_adverse_event_without_an_onset(tmp_path):
    """It stays, follows the infusion it names, and leaves while that has not been given."""
    folder = write_folder(tmp_path)
    folder.append(
        "adverse_events.csv", "P02,Rash,Skin,2,,,2", "P04,Rash,Skin,3,,,1", "P05,Rash,Skin,1,,,"
    )

    def rash(day):
        snapshot = folder.snapshot(day)
        frame = snapshot.tables["adverse_events"].frame
        rows = frame[frame["term"] == "Rash"]
        return dict(zip(rows["patient_id"], rows["infusion"].fillna(0), strict=True)), snapshot

    now, _ = rash(None)
    before, snapshot = rash(dt.date(2018, 9, 2))  # the day before P02's second infusion

    assert now == {"P02": 2, "P04": 1, "P05": 0}
    assert before == {"P04": 1}  # P05 had not started
    reasons = {one.patient_id: one.reason for one in snapshot.account if one.key == "Rash"}
    assert reasons == {
        "P02": "undated, and infusion 2 had not been given by the cutoff",
        "P05": "the patient had not started by the cutoff",
    }
    id_ = "safety.ae.patients@grade=any,group=mrd_positive,term=rash"
    assert folder.results(None)[id_].value == 1  # the scope is the first infusion


def test_an_undated_row_is_neither_first_nor_last(folder):
    """Taken by date, one that has a date comes before one that has none."""
    folder.append("adverse_events.csv", "P01,Fever,General,4,,,1")
    folder.append(
        "study.toml",
        *(
            f'[[derived]]\ncolumn = "{take}_grade"\nfrom = "adverse_events"\ntake = "{take}"\n'
            'value = "grade"'
            for take in ("first", "last")
        ),
    )

    patient = folder.snapshot().patients.frame.set_index("patient_id").loc["P01"]

    assert (patient["first_grade"], patient["last_grade"]) == (1, 2)


# Digests -----------------------------------------------------------------------------------------


def test_the_digest_is_that_of_the_cells(tmp_path):
    """Line ends, quotes and the kind of file do not count; a cell, and the order of rows, do."""
    folder = write_folder(tmp_path)
    before = data_digest(folder.snapshot())

    plain = folder.text("events.csv")
    folder.write("events.csv", plain.replace("\n", "\r\n").replace("relapse", '"relapse"'))
    assert data_digest(folder.snapshot()) == before
    for suffix in ("xlsx", "parquet"):
        frame = pd.read_csv(io.StringIO(plain), dtype=str)
        path = folder.path / f"events.{suffix}"
        (folder.path / "events.csv").unlink(missing_ok=True)
        frame.to_excel(path, index=False) if suffix == "xlsx" else frame.to_parquet(path)
        assert data_digest(folder.snapshot()) == before, suffix
        path.unlink()
    header, first, second, *rest = plain.splitlines()
    folder.write("events.csv", "\n".join([header, second, first, *rest]) + "\n")
    assert data_digest(folder.snapshot()) != before
    folder.write("events.csv", plain.replace("infection", "sepsis"))
    assert data_digest(folder.snapshot()) != before


def test_digests_stand_in_the_results(tiny, tiny_snapshot, tiny_results):
    """Of all data, of each table, of the settings; none of a data file."""
    digest = tiny_results["study.data.digest"].value

    assert data_digest(tiny_snapshot).startswith(digest)
    assert len(digest) == 12
    tables = {f"study.table.digest@table={name}" for name in tiny_snapshot.recorded}
    files = {id_ for id_ in tiny_results if id_.startswith("study.input.digest")}
    assert tables <= set(tiny_results)
    assert files == {"study.input.digest@file=study_toml"}
    assert tiny.results(dt.date(2019, 1, 1))["study.data.digest"].value != digest


def test_counts_of_the_cut_are_results(tiny):
    """As many as the account has entries, and nothing where nothing was cut."""
    day = dt.date(2018, 12, 31)
    account, results = tiny.snapshot(day).account, tiny.results(day)

    for action, key in ACTIONS.items():
        for table in ("patients", *DATED):
            n = sum((row.action, row.table) == (action, table) for row in account)
            id_ = f"study.cut.rows@action={key},table={table}"
            assert (results[id_].value if id_ in results else 0) == n, id_
    assert results["study.cut.patients"].value == 2
    now = tiny.results()
    assert not [id_ for id_ in now if id_.startswith("study.cut.rows")]
    assert now["study.cut.patients"].value == 0


# Every cutoff ------------------------------------------------------------------------------------


def days_of_interest(folder):
    """Every day on which something changes, and the days around it, from the first start on."""
    found = set()
    for file in ("patients", *DATED):
        found |= set(re.findall(r"\d{4}-\d{2}-\d{2}", folder.text(f"{file}.csv")))
    days = {
        dt.date.fromisoformat(one) + dt.timedelta(days=by) for one in found for by in (-1, 0, 1)
    }
    starts = [line.split(",")[1] for line in folder.text("patients.csv").splitlines()[1:]]
    return sorted(day for day in days if day.isoformat() >= min(starts))


def test_at_every_cutoff_those_at_risk_are_those_followed(tiny):
    """
    Counted by hand from the files, at every day on which something changes.

    Beyond follow-up nothing is estimated, unless whoever was followed longest had died.
    """
    days = days_of_interest(tiny)
    assert len(days) > 100
    fewer = {}
    for day in days[::7]:
        results = run(survival.ANALYSES, tiny.snapshot(day))
        times = by_hand(tiny, day)
        for group in ("mrd_positive", "active_disease"):
            for landmark in (365, 730):
                at = f"@day={landmark},group={group}"
                risk = sum(own == group and time >= landmark for own, time, _ in times)
                assert results[f"survival.os.at_risk{at}"].value == risk, (day, at)
                assert risk >= fewer.get(at, 0), (day, at)
                fewer[at] = risk
                rate = results[f"survival.os.rate{at}"]
                last = max((time for own, time, _ in times if own == group), default=0)
                if landmark > last:
                    ended = [died for own, time, died in times if (own, time) == (group, last)]
                    expected = 0 if ended and all(ended) else None
                    assert rate.value == expected, (day, at)
                    assert rate.display == ("0.0%" if ended and all(ended) else "NE")
        assert results["survival.os.events"].value == sum(died for _, _, died in times)


def by_hand(folder, day):
    """Group, days followed and whether they died, of who had started."""
    events = [line.split(",") for line in folder.text("events.csv").splitlines()[1:]]
    found = []
    for line in folder.text("patients.csv").splitlines()[1:]:
        patient, start, group, *_ = line.split(",")
        if start > day.isoformat():
            continue
        ends = {event: date for who, event, date, _ in events if who == patient}
        died = "death" in ends and ends["death"] <= day.isoformat()
        end = min(ends.get("death", ends.get("last_contact")), day.isoformat())
        time = (dt.date.fromisoformat(end) - dt.date.fromisoformat(start)).days
        found.append(({"MRD-positive": "mrd_positive"}.get(group, "active_disease"), time, died))
    return found


@pytest.mark.parametrize("day", ["2018-01-10", "2018-01-25", "2018-07-04", "2019-04-13"])
def test_every_cutoff_gives_a_page(day, tiny, tmp_path):
    """The interim report as it stands, of one patient, of a group still empty, before and after."""
    cutoff = dt.date.fromisoformat(day)
    snapshot = tiny.snapshot(cutoff)
    results = run(ANALYSES, snapshot)
    documents = ["interim"]
    layouts = lay_out(results, snapshot, documents)
    drawings = draw(results, snapshot.settings, documents)

    (page,) = render(tmp_path, snapshot, results, layouts, drawings, documents)

    words = re.sub(r"<[^>]+>", "", page.text)
    assert [one for one in re.findall(r"\b20\d\d-\d\d-\d\d\b", words) if one > day] == []
    assert not re.search(r"\b1\s(patients|events|rows|deaths|infusions|relapses)\b", words)
