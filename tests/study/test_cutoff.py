"""The cutoff: nothing later is known, nothing earlier is lost, and every change is accounted for."""

import datetime as dt

import pytest
from folders import StudyFolder, write_folder
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import CUTOFF, cohorts, cutoffs, tables, write_tables

from carreport.errors import BadInput
from carreport.results import join_id, split_id

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


@settings(max_examples=8)
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


@settings(max_examples=8)
@given(cohorts(), cutoffs(), cutoffs())
def test_an_earlier_cutoff_never_has_more(scratch, people, one, two):
    """Fewer or as many patients, events, adverse events and samples."""
    folder = write_tables(scratch, tables(people))
    earlier, later = (plain_numbers(folder, day) for day in sorted((one, two)))

    for id_, value in (earlier or {}).items():
        base, keys = split_id(id_)
        # A later, higher grade moves a patient from grade to grade; "any" and "ge3" only grow.
        if base.endswith(COUNTED) and keys.get("grade") in (None, "any", "ge3"):
            assert value <= later[id_], id_


COUNTED = ("disposition.enrolled.n", ".events", "safety.ae.patients", "biomarkers.crp.n")


@settings(max_examples=10)
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


@settings(max_examples=8)
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


def next_day(written):
    """A date one day later."""
    return (dt.date.fromisoformat(written) + dt.timedelta(days=1)).isoformat()


def test_walk_every_later_cell_of_the_tiny_study(tmp_path):
    """
    Cell by cell: whatever stands in a row dated after the cutoff, the snapshot stays.

    What an analysis can read is in the snapshot, so no result can change either.
    """
    cutoff = dt.date(2019, 3, 31)
    folder = write_folder(tmp_path)
    folder.replace("study.toml", "[study]\n", "[study]\nassume_alive = true\n")
    before = content(folder.snapshot(cutoff))
    tried = 0
    for table, date in DATED.items():
        header, *rows = folder.text(f"{table}.csv").splitlines()
        columns = header.split(",")
        for number, row in enumerate(rows):
            cells = row.split(",")
            if dt.date.fromisoformat(cells[columns.index(date)]) <= cutoff:
                continue
            for at, column in enumerate(columns):
                other = OTHER.get((table, column), next_day(cells[at]) if column == date else None)
                if other is None or cells[at] == other:
                    continue
                spoilt = [*rows]
                spoilt[number] = ",".join([*cells[:at], other, *cells[at + 1 :]])
                folder.write(f"{table}.csv", "\n".join([header, *spoilt]) + "\n")
                tried += 1
                assert content(folder.snapshot(cutoff)) == before, (table, spoilt[number])
        folder.write(f"{table}.csv", "\n".join([header, *rows]) + "\n")
    assert tried == 30


def content(snapshot):
    """Everything an analysis could read: typed cells, their text and origins, who counts."""
    cells = {
        name: [part.to_csv() for part in (table.frame, table.text, table.origins)]
        for name, table in snapshot.tables.items()
    }
    return cells, dict(snapshot.members)


OTHER = {
    ("events", "event"): "hsct",
    ("events", "detail"): "changed",
    ("infusions", "dose"): "999",
    ("measurements", "value"): "9999",
    ("measurements", "analyte"): "other",
    ("adverse_events", "grade"): "5",
    ("adverse_events", "term"): "Other",
}


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
