"""The open session: a study without its groups and whatever tells them apart or rests on them."""

import datetime as dt
import re

import pandas as pd
import pytest
from folders import ADVERSE_EVENTS, MORE, PATIENTS, SMALLEST, write_folder

from carreport.analyses import ANALYSES
from carreport.errors import BadInput
from carreport.results import run
from carreport.study.load import load
from carreport.study.neutral import impersonal
from carreport.study.origins import Origin
from carreport.study.session import opened, snapshot_of
from carreport.study.withheld import NAMED

EVERY_GROUP = 'groups = ["mrd_positive"]      # optional, default all\n'
UNRESTRICTED = (SMALLEST + MORE).replace(EVERY_GROUP, "")

RESTING = """
[[population]]
id = "arm"
label = "One arm"
where = { cohort = "Active" }

[[endpoint]]
id = "arm_os"
label = "Survival in one arm"
events = ["death"]
population = "arm"

[[derived]]
column = "to_arm_os"
days = { from = "start", to = "endpoint:arm_os" }

[[derived]]
column = "relapse_of_arm"
from = "events"
where = { event = "relapse" }
among = { cohort = "Active" }
take = "count"

[[population]]
id = "late"
label = "Late"
where = { to_arm_os = { min = 300 } }

[[population]]
id = "late_women"
label = "Late women"
where = { to_arm_os = { min = 300 }, sex = "F" }

[[population]]
id = "men"
label = "Men"
where = { sex = "M" }

[[population]]
id = "relapsing"
label = "With a relapse"
where = { relapse_of_arm = { min = 1 } }

[[proportion]]
id = "response.late"
label = "Late relapse"
population = "late"
where = { relapsed = "yes" }

[[proportion]]
id = "response.in_arm"
label = "Relapse by arm"
where = { cohort = "Active", relapsed = "yes" }

[[proportion]]
id = "response.by"
label = "Relapse by sex and arm"
where = { relapsed = "yes" }
by = ["sex", "cohort"]

[[contrast]]
id = "response.between"
label = "Age"
column = "age"
between = ["late_women", "men"]

[[correlation]]
id = "response.age_and_time"
label = "Age and time"
x = "age"
y = "to_arm_os"

[[summary]]
id = "response.to_arm_os"
label = "Time"
column = "to_arm_os"

[[course]]
id = "kinetics.arm"
label = "CRP"
analyte = "CRP"
population = "relapsing"

[[peaks]]
id = "kinetics.peaks"
label = "CRP"
analyte = "CRP"
population = "relapsing"

[[baseline]]
id = "arm"
column = "cohort"
label = "Arm"
kind = "categorical"

[[baseline]]
id = "age_of_arm"
column = "age"
label = "Age"
kind = "continuous"
groups = ["mrd_positive"]

[[baseline]]
id = "age_of_both"
column = "age"
label = "Age"
kind = "continuous"
groups = ["mrd_positive", "active_disease"]

[[listing]]
id = "listing.arms"
label = "Who"
columns = [{ column = "cohort", label = "Arm" }, { column = "age", label = "Age" }]
sort = ["cohort", "age"]

[[listing]]
id = "listing.arm_only"
label = "Who"
columns = [{ column = "cohort", label = "Arm" }]

[[table]]
id = "baseline"
kind = "baseline"
title = "Baseline"
columns = ["mrd_positive", "active_disease", "all"]
rows = [
    { heading = "Who they are" },
    { variable = "age", show = "median_range" },
    { heading = "Where they are" },
    { variable = "arm", show = "levels" },
]

[[table]]
id = "every_variable"
kind = "baseline"
title = "Without rows it has one for every variable"

[[table]]
id = "arm_only"
kind = "listing"
title = "Arms"
listing = "listing.arm_only"

[[figure]]
id = "curves"
kind = "survival"
title = "Curves"
panels = [{ endpoint = "os" }, { endpoint = "arm_os" }]

[[figure]]
id = "curve"
kind = "survival"
title = "Curve"
panels = [{ endpoint = "arm_os" }]
"""
"""Everything that can name the grouping column, directly or through something else."""


@pytest.fixture(scope="module")
def resting(tmp_path_factory):
    """The tiny study with all that rests on its groups."""
    return load(write_folder(tmp_path_factory.mktemp("resting"), study=UNRESTRICTED + RESTING).path)


@pytest.fixture(scope="module")
def open_study(resting):
    """The same in the open session."""
    return opened(resting)


def ids(study, kind):
    """What items of a list of study.toml go by."""
    return {getattr(one, "id", "") or one.column for one in getattr(study.settings, kind)}


@pytest.mark.parametrize(
    ("kind", "gone", "left"),
    [
        ("population", {"arm", "late", "late_women", "relapsing"}, {"women", "men"}),
        ("endpoint", {"arm_os"}, {"os", "rel"}),
        ("derived", {"to_arm_os", "relapse_of_arm"}, {"relapsed", "time_to_relapse"}),
        ("proportion", {"response.late", "response.in_arm"}, {"response.by", "response.relapsed"}),
        ("contrast", {"response.between"}, set()),
        ("correlation", {"response.age_and_time"}, {"response.age_and_crp"}),
        ("summary", {"response.to_arm_os"}, {"response.time_to_relapse"}),
        ("course", {"kinetics.arm"}, set()),
        ("peaks", {"kinetics.peaks"}, set()),
        ("baseline", {"arm", "age_of_arm"}, {"age", "sex", "age_of_both"}),
        ("listing", {"listing.arm_only"}, {"listing.arms", "listing.patients"}),
        ("table", {"arm_only"}, {"baseline", "every_variable"}),
        ("figure", {"curve"}, {"curves"}),
        ("analyte", set(), {"crp"}),
    ],
)
def test_what_rests_on_the_groups_goes_with_them(kind, gone, left, resting, open_study):
    """Directly or through a population, an endpoint, a column; nothing else goes."""
    assert gone | left <= ids(resting, kind)
    assert not gone & ids(open_study, kind)
    assert left <= ids(open_study, kind)


def test_what_names_the_groups_beside_other_things_keeps_those(open_study):
    """A listing its other columns, a table its other rows, a figure its other panels."""
    settings = open_study.settings
    by_id = {one.id: one for kind in ("listing", "table", "figure", "proportion", "baseline")
             for one in getattr(settings, kind)}  # fmt: skip

    assert [one.column for one in by_id["listing.arms"].columns] == ["age"]
    assert by_id["listing.arms"].sort == ["age"]
    assert by_id["response.by"].by == ["sex"]
    assert by_id["baseline"].columns == ["all"]
    assert [row.variable or row.heading for row in by_id["baseline"].rows] == [
        "Who they are",
        "age",
    ]
    assert [panel.endpoint for panel in by_id["curves"].panels] == ["os"]
    assert by_id["age_of_both"].groups == []


def test_no_group_is_left_anywhere(open_study):
    """Not in the settings, the tables, the rules of origin or the notices."""
    assert open_study.settings.groups is None
    assert "cohort" not in open_study.tables["patients"].text
    said = f"{open_study.settings.model_dump_json()} {open_study.notices} {open_study.origins}"
    assert not re.search("cohort|mrd_positive|MRD-positive|active_disease|Active", said)


def test_numbers_are_those_of_all_patients(resting):
    """Whatever the open session gives, the closed one gives for everybody, to the last bit."""
    closed = run(ANALYSES, snapshot_of(resting))
    pooled = run(ANALYSES, snapshot_of(resting, session="open"))

    both = [
        id_
        for id_ in pooled
        if "digest" not in id_ and not id_.startswith(("study.cells", "baseline.age_of_both"))
    ]
    assert len(both) > 100
    assert set(both) <= set(closed)
    assert [pooled[id_].value for id_ in both] == [closed[id_].value for id_ in both]
    assert "survival.os.rate@day=365" in both
    assert not [id_ for id_ in both if "group=" in id_]
    left_out = set(closed) - set(pooled)
    assert {"survival.os.hazard_ratio", "survival.os.logrank_p"} <= left_out


def test_adverse_events_of_some_groups_are_left_out(tmp_path):
    """Counted over everybody they would be wrong; a notice says that they are left out."""
    study = load(write_folder(tmp_path).path)

    found = snapshot_of(study, session="open")

    assert "adverse_events" not in found.tables
    assert any("adverse events are left out" in one for one in found.notices)
    assert "adverse_events" in snapshot_of(study).tables


def test_adverse_events_of_all_groups_stay(resting):
    """They are counted over everybody."""
    found = snapshot_of(resting, session="open")

    assert len(found.tables["adverse_events"]) == len(ADVERSE_EVENTS.splitlines()) - 1


def test_ids_that_give_the_groups_away_are_replaced(resting):
    """P01 to P06 are of one group: patients are numbered by their start instead."""
    closed, found = snapshot_of(resting), snapshot_of(resting, session="open")

    by_start = closed.patients.frame.sort_values("start_date")["start_date"].tolist()
    assert found.patients.frame["patient_id"].tolist() == [f"P{i}" for i in range(1, 13)]
    assert found.patients.frame["start_date"].tolist() == by_start
    assert any("numbered" in one for one in found.notices)
    old, new = (one.tables["measurements"].text for one in (closed, found))
    for before, after in {"P01": "P1", "P07": "P2", "P02": "P3", "P08": "P4"}.items():
        assert _of(old, before) == _of(new, after) != []


def _of(rows, patient):
    """The cells of one patient, without the id."""
    return rows[rows["patient_id"] == patient].drop(columns="patient_id").to_numpy().tolist()


def test_ids_that_do_not_are_kept(tmp_path):
    """Two arms by turns: the ids stay, and nothing says otherwise."""
    arms = iter(["MRD-positive", "Active"] * 6)
    turns = re.sub("(?<=,)(MRD-positive|Active)", lambda _: next(arms), PATIENTS)

    found = snapshot_of(load(write_folder(tmp_path, patients=turns).path), session="open")

    assert set(found.patients.frame["patient_id"]) == {f"P{i:02}" for i in range(1, 13)}
    assert not any("numbered" in one for one in found.notices)


def test_rows_stand_in_the_order_of_start_not_of_the_file(resting):
    """And their lines count them there, so that no line says where a patient stands in the file."""
    found = snapshot_of(resting, session="open")

    place = {one: at for at, one in enumerate(found.patients.frame["patient_id"])}
    for table in found.recorded.values():
        places = table.frame["patient_id"].map(place).tolist()
        assert places == sorted(places)
        assert table.lines.tolist() == list(range(1, len(table) + 1))


def test_patients_of_one_day_do_not_stand_in_the_order_of_the_file(tmp_path):
    """Nor of their ids: in either, a file sorted by group would show it."""
    same = re.sub(r"20\d\d-\d\d-\d\d", "2018-01-01", PATIENTS)
    infusions = "patient_id,infusion,date\nP01,1,2018-01-01\n"
    folder = write_folder(tmp_path, patients=same, infusions=infusions)

    study = opened(load(folder.path))
    back = load(folder.write("patients.csv", "\n".join([
        same.splitlines()[0], *reversed(same.splitlines()[1:])]) + "\n").path)  # fmt: skip

    ages = study.tables["patients"].text["age"].tolist()
    assert ages != [line.split(",")[3] for line in same.splitlines()[1:]]
    assert ages == opened(back).tables["patients"].text["age"].tolist()


BASELINE = """
[[baseline]]
id = "{0}"
column = "{0}"
label = "A column"
kind = "categorical"
"""


def with_columns(path, withhold="", **columns):
    """The tiny study with further columns of its patients, each a declared baseline variable."""
    lines = PATIENTS.splitlines()
    head = ",".join([lines[0], *columns])
    rows = [",".join([line, *(str(cells[at]) for cells in columns.values())])
            for at, line in enumerate(lines[1:])]  # fmt: skip
    study = UNRESTRICTED.replace('column = "cohort"', f'column = "cohort"\nwithhold = [{withhold}]')
    study += "".join(BASELINE.format(name) for name in columns)
    return write_folder(path, patients="\n".join([head, *rows]) + "\n", study=study)


def test_a_column_that_divides_the_patients_as_the_groups_do_is_withheld(tmp_path):
    """By whatever names; whoever builds is told which, the reader only that there are such."""
    folder = with_columns(tmp_path, code=["x"] * 6 + ["y"] * 6, other=["x", "y"] * 6)

    found = snapshot_of(load(folder.path), session="open")

    assert {one.id for one in found.settings.baseline} == {"age", "sex", "other"}
    assert "code" not in found.patients.text
    assert any("tell the groups apart are left out" in one for one in found.notices)
    assert not any("code" in one for one in found.notices)
    assert any(re.search(r"withheld: code, patient_id$", one) for one in found.hints)


def test_what_the_user_names_is_withheld(tmp_path):
    """A column, a column of another table, an event, an analyte and a term."""
    named = '"other", "infusions.dose", "event:relapse", "analyte:CRP", "term:Fever"'
    folder = with_columns(tmp_path, named, other=["x", "y"] * 6)

    found = snapshot_of(load(folder.path), session="open")

    assert "other" not in found.patients.text
    assert "dose" not in found.tables["infusions"].text
    assert "relapse" not in set(found.tables["events"].text["event"])
    assert "measurements" not in found.tables
    assert set(found.tables["adverse_events"].text["term"]) == {"Anemia"}
    assert {one.id for one in found.settings.endpoint} == {"os"}
    assert not found.settings.analyte
    assert {one.column for one in found.settings.derived} == {"n_infusions"}
    assert not found.settings.proportion
    run(ANALYSES, found)


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("no_such", "age"),
        ("start_date", "age"),
        ("event:death", "event:relapse"),
        ("event:last_contact", "event:relapse"),
        ("event:nothing", "event:relapse"),
        ("infusions.date", "infusions.dose"),
        ("infusions.nothing", "infusions.dose"),
        ("term:Cough", "term:Fever"),
    ],
)
def test_what_cannot_be_withheld_is_a_message(name, instead, tmp_path):
    """It says what can be."""
    folder = with_columns(tmp_path, f'"{name}"')

    with pytest.raises(BadInput, match=rf"groups\.withhold.*{re.escape(name)}.*{instead}"):
        load(folder.path)


def test_a_column_computed_without_groups_is_kept_though_it_differs_between_them(tmp_path):
    """An outcome is never judged by how it differs: its absence would say that it does."""
    events = "patient_id,event,date,detail\n" + "".join(
        f"P{i:02},{'relapse' if i > 6 else 'last_contact'},2020-01-01,\n"
        f"P{i:02},last_contact,2020-02-01,\n"
        for i in range(1, 13)
    )
    study = load(write_folder(tmp_path, events=events).path)

    found = snapshot_of(study, session="open")

    assert "relapsed" in {one.column for one in found.settings.derived}
    assert found.patients.text["relapsed"].tolist().count("yes") == 6
    assert not any("relapse" in one for one in found.notices)


def test_whoever_builds_is_told_what_stands_with_some_groups_only(tmp_path):
    """Not the reader: that the groups differ is what is withheld."""
    events = "patient_id,event,date,detail\n" + "".join(
        f"P{i:02},last_contact,2020-02-01,\n" for i in range(1, 13)
    )
    more = "".join(f"P{i:02},relapse,2019-12-01,\n" for i in range(7, 13))
    patients = PATIENTS + "".join(
        f"P{i},2019-0{i % 9 + 1}-01,{'Active' if i % 2 else 'MRD-positive'},40,F\n"
        for i in range(13, 33)
    )
    events += "".join(f"P{i},last_contact,2020-02-01,\n" for i in range(13, 33))
    more += "".join(f"P{i},relapse,2019-12-01,\n" for i in range(13, 33) if i % 2)
    study = load(write_folder(tmp_path, events=events + more, patients=patients).path)

    found = snapshot_of(study, session="open")

    assert [one for one in found.hints if "event:relapse" in one]
    assert not any("event:relapse" in one for one in found.notices)
    assert not snapshot_of(study).hints


def test_groups_that_began_one_after_another_are_told_of(tmp_path):
    """No order and no id can hide that."""
    starts = iter(f"201{7 + (i >= 6)}-0{i % 6 + 1}-01" for i in range(12))
    patients = re.sub(r"20\d\d-\d\d-\d\d", lambda _: next(starts), PATIENTS)
    found = snapshot_of(load(write_folder(tmp_path, patients=patients,
                                          infusions=None, study=UNRESTRICTED.split("[[analyte]]")[0]
                                          ).path), session="open")  # fmt: skip

    assert any("one after another" in one for one in found.hints)


def test_a_study_without_groups_is_open_as_it_is(tmp_path):
    """Nothing is to be withheld: rows, ids and lines stay."""
    text = re.sub(r"\[groups\].*?(?=\[\[endpoint)", "", UNRESTRICTED, count=1, flags=re.DOTALL)
    study = load(write_folder(tmp_path, study=text).path)

    found = snapshot_of(study, session="open")

    assert (found.session, found.hints) == ("open", ())
    assert found.patients.text.equals(snapshot_of(study).patients.text)


# Origins ------------------------------------------------------------------------------------------

ORIGINS = """
default = "simulated"
[[rule]]
table = "patients"
group = { column = "cohort", value = "MRD-positive" }
origin = "published"
printed = "Table 2"
[[rule]]
table = "patients"
columns = ["sex"]
group = { column = "cohort", value = "Active" }
origin = "reconstructed"
because = "Active, as it must be"
[[rule]]
table = "events"
group = { column = "cohort", value = "MRD-positive" }
origin = "published"
printed = "Table 2"
[[rule]]
table = "events"
where = { event = "relapse" }
origin = "derived"
because = "of relapse"
[[rule]]
table = "events"
where = { event = "relapse" }
columns = ["date"]
patients = ["P02"]
origin = "reconstructed"
because = "of P02"
[[rule]]
table = "patients"
columns = ["time_to_relapse"]
where = { cohort = "Active" }
origin = "published"
printed = "the text"
"""


@pytest.fixture(scope="module")
def sure(tmp_path_factory):
    """The tiny study with origins that follow the groups."""
    folder = write_folder(tmp_path_factory.mktemp("sure"), study=UNRESTRICTED)
    return load(folder.write("origins.toml", ORIGINS).path)


def test_a_cell_s_origin_does_not_tell_whose_it_is(sure):
    """The weakest of any patient's, for the same content of a row; computed columns likewise."""
    closed, found = snapshot_of(sure), snapshot_of(sure, session="open")

    for name, table in found.recorded.items():
        says = {"events": "event", "measurements": "analyte"}.get(name, "patient_id")
        kinds = table.text[says] if says != "patient_id" else pd.Series("", index=table.text.index)
        assert (table.origins.groupby(kinds.to_numpy()).agg(lambda one: len(set(one))) == 1).all(
            axis=None
        )
    age, sex = closed.patients.origins["age"], found.patients.origins
    assert set(age) == {Origin.PUBLISHED, Origin.SIMULATED}
    assert set(sex["age"]) == {Origin.SIMULATED}
    assert set(sex["sex"]) == {Origin.RECONSTRUCTED}
    relapses = found.tables["events"]
    relapses = relapses.rows((relapses.text["event"] == "relapse").to_numpy())
    assert set(relapses.origins["date"]) == {Origin.RECONSTRUCTED}
    assert set(relapses.origins["detail"]) == {Origin.DERIVED}


def test_numbers_of_all_patients_rest_on_the_same_origins(sure):
    """
    What is weakest among everybody's cells is so in either session.

    But where a rule speaks for a computed column of some patients it counts for nobody.
    """
    closed = run(ANALYSES, snapshot_of(sure))
    pooled = run(ANALYSES, snapshot_of(sure, session="open"))

    shared = [id_ for id_ in pooled if not id_.startswith("study.")]
    weaker = [id_ for id_ in shared if pooled[id_].origin > closed[id_].origin]
    assert {id_.rpartition(".")[0] for id_ in weaker} == {"response.time_to_relapse"}
    assert all(pooled[id_].origin >= closed[id_].origin for id_ in shared)


def test_rules_of_an_open_session_name_nobody(sure):
    """No patient, no group, and none of the reasons, which speak of groups."""
    found = snapshot_of(sure, session="open")

    assert not found.origins.members
    assert all(not rule.patients and rule.group is None for rule in found.origins.rules.rule)
    assert not re.search("cohort|Active|MRD|Table 2|P02", str(found.origins))


def test_what_rules_say_of_an_absence_is_the_weakest_of_what_they_say_of_anyone(sure):
    """Whether an event is absent: published for one group, simulated for the other."""
    tables = opened(sure).tables
    rules = impersonal(sure.origins, tables, sure.tables["patients"].text, ["time_to_relapse"])
    ids_ = sure.tables["patients"].text["patient_id"]

    for where in ({"event": "death"}, {"event": "relapse"}, {"event": "relapse", "detail": "x"}):
        before = sure.origins.of_absence("events", where, ids_)
        assert set(rules.of_absence("events", where, ids_)) == {before.max()}
    told, _ = rules.named("patients", "time_to_relapse", sure.tables["patients"].text)
    assert not told.any()  # it is told of some only


# The cutoff ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", ["2018-01-10", "2018-03-20", "2018-07-01", "2019-03-01"])
def test_an_open_session_rests_on_nothing_later(day, resting, tmp_path):
    """Without a single later row or patient, it is the same to the last cell, line and notice."""
    cutoff = dt.date.fromisoformat(day)
    folder = write_folder(tmp_path, study=UNRESTRICTED + RESTING)
    for name, at in (("patients", 1), ("infusions", 2), ("events", 2), ("adverse_events", 4),
                     ("measurements", 2)):  # fmt: skip
        head, *rows = folder.text(f"{name}.csv").splitlines()
        kept = [row for row in rows if row.split(",")[at] <= day]
        if name == "events":  # somebody must be known to be alive
            kept += [f"P{i:02},last_contact,2020-08-19," for i in range(1, 13)]
            here = {row.split(",")[0] for row in folder.text("patients.csv").splitlines()}
            dead = {row.split(",")[0] for row in kept if ",death," in row}
            kept = [
                row
                for row in kept
                if row.split(",")[0] in here - dead or ",last_contact" not in row
            ]
        folder.write(f"{name}.csv", "\n".join([head, *kept]) + "\n")
    if not folder.text("measurements.csv").count("\n") > 1:
        folder.remove("measurements.csv")

    whole = snapshot_of(resting, cutoff, "open")
    early = snapshot_of(load(folder.path), cutoff, "open")

    for name in early.recorded:
        assert whole.recorded[name].text.equals(early.recorded[name].text), name
        assert whole.recorded[name].lines.tolist() == early.recorded[name].lines.tolist()
    assert whole.hints == early.hints
    assert {kind: ids(whole, kind) for kind in NAMED} == {kind: ids(early, kind) for kind in NAMED}
