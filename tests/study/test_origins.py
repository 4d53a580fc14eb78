"""Origins: the weakest cell decides, and an absence or a cut has an origin too."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from carreport.errors import BadInput
from carreport.study.load import load
from carreport.study.origins import Origin, located, read_rules

SIMULATED_DATE = """
default = "collected"

[[rule]]
table = "events"
columns = ["date"]
where = { event = "relapse" }
origin = "simulated"
"""


def origin_of(folder, rules, id_, cutoff=None):
    """The origin of one number under these rules."""
    folder.write("origins.toml", rules)
    return folder.results(cutoff)[id_].origin.label


def test_without_a_file_everything_is_collected(tiny_results):
    """And nothing is marked."""
    assert {tiny_results[id_].origin for id_ in tiny_results} == {Origin.COLLECTED}


def test_strength_has_an_order():
    """Collected, published, derived, reconstructed, simulated."""
    assert [one.label for one in sorted(Origin)] == [
        "collected", "published", "derived", "reconstructed", "simulated"
    ]  # fmt: skip


def test_the_weakest_cell_decides(folder):
    """One reconstructed age among eleven collected ones makes the median reconstructed."""
    rules = (
        '[[rule]]\ntable = "patients"\ncolumns = ["age"]\npatients = ["P03"]\n'
        'origin = "reconstructed"\nbecause = "a guess"\n'
    )
    folder.write("origins.toml", rules)

    results = folder.results()

    assert results["baseline.age.median"].origin.label == "reconstructed"
    assert results["baseline.age.median@group=mrd_positive"].origin.label == "reconstructed"
    assert results["baseline.age.median@group=active_disease"].origin.label == "collected"
    assert results["baseline.sex.count@level=F"].origin.label == "collected"
    assert results["baseline.age.median"].trace.weakest == ("patients.age of patient P03",)


def test_a_listing_cell_has_its_own_origin(folder):
    """In a listing each cell speaks for itself."""
    folder.write(
        "origins.toml",
        '[[rule]]\ntable = "patients"\ncolumns = ["age"]\npatients = ["P03"]\norigin = "simulated"\n',
    )

    results = folder.results()

    origins = {
        patient: results[f"listing.patients.age@patient={patient}"].origin.label
        for patient in ("P02", "P03")
    }
    assert origins == {"P02": "collected", "P03": "simulated"}


def test_the_last_rule_that_matches_wins(folder):
    """A particular rule stands below the general one."""
    rules = (
        'default = "simulated"\n'
        '[[rule]]\ntable = "patients"\norigin = "reconstructed"\nbecause = "x"\n'
        '[[rule]]\ntable = "patients"\ncolumns = ["age"]\norigin = "published"\nprinted = "Table 2"\n'
        '[[rule]]\ntable = "patients"\ncolumns = ["age"]\npatients = ["P01"]\norigin = "simulated"\n'
    )
    folder.write("origins.toml", rules)
    table = load(folder.path).tables["patients"]

    age = [Origin(rank).label for rank in table.origins["age"]]

    assert age == ["simulated", *["published"] * 11]
    assert {Origin(rank).label for rank in table.origins["sex"]} == {"reconstructed"}


def test_a_rule_may_name_a_group_and_cells_of_a_row(folder):
    """Patients by a column of patients.csv, rows by what they say."""
    rules = (
        '[[rule]]\ntable = "events"\ngroup = { column = "cohort", value = "Active" }\n'
        'where = { event = "death" }\norigin = "simulated"\n'
    )
    folder.write("origins.toml", rules)
    table = load(folder.path).tables["events"]

    simulated = table.frame.loc[
        (table.origins["date"] == Origin.SIMULATED).to_numpy(), "patient_id"
    ]

    assert simulated.tolist() == ["P07", "P08", "P09", "P11"]


def test_an_absence_has_an_origin(folder):
    """
    Who is alive is known from there being no death.

    A rule without columns speaks for it; a rule with columns speaks of rows that exist.
    """
    whole = '[[rule]]\ntable = "events"\nwhere = { event = "death" }\norigin = "simulated"\n'
    cells = whole.replace("where", 'columns = ["date"]\nwhere')
    alive = '{ dead = "no" }'
    folder.append(
        "study.toml",
        '[[derived]]\ncolumn = "dead"\nfrom = "events"\nwhere = { event = "death" }\ntake = "any"',
        f'[[population]]\nid = "alive"\nlabel = "Alive"\nwhere = {alive}',
        '[[listing]]\nid = "x.dead"\nlabel = "D"\ncolumns = [{ column = "dead", label = "Dead" }]',
    )

    assert origin_of(folder, whole, "x.dead.dead@patient=P01") == "simulated"
    assert origin_of(folder, cells, "x.dead.dead@patient=P01") == "collected"
    assert origin_of(folder, whole, "disposition.alive.n") == "simulated"


def test_a_patient_without_adverse_events_is_as_sure_as_the_absence(folder):
    """Zero patients with fever in a group rests on there being no row."""
    rules = (
        '[[rule]]\ntable = "adverse_events"\ngroup = { column = "cohort", value = "MRD-positive" }\n'
        'where = { term = "Fever" }\norigin = "simulated"\n'
        '[[rule]]\ntable = "adverse_events"\npatients = ["P01", "P02", "P04"]\norigin = "collected"\n'
    )
    id_ = "safety.ae.patients@grade=any,group=mrd_positive,term=fever"

    assert origin_of(folder, rules, id_) == "simulated"
    assert origin_of(folder, rules.replace("Fever", "Anemia"), id_) == "collected"


def test_an_earlier_cutoff_weakens_by_the_date_that_decided(folder):
    """
    That P05 had not relapsed by a day rests on the date of the relapse, which is simulated.

    At a cutoff after all dates the number of deaths rests on deaths alone.
    """
    id_ = "survival.os.events@group=mrd_positive"

    assert origin_of(folder, SIMULATED_DATE, id_) == "collected"
    assert origin_of(folder, SIMULATED_DATE, id_, dt.date(2019, 2, 1)) == "simulated"


def test_a_cohort_cut_by_a_simulated_start_is_simulated(folder):
    """Who had started by a day rests on the dates of those who had not."""
    rules = (
        '[[rule]]\ntable = "patients"\ncolumns = ["start_date"]\npatients = ["P12"]\n'
        'origin = "simulated"\n'
    )

    assert origin_of(folder, rules, "disposition.enrolled.n") == "collected"
    assert origin_of(folder, rules, "disposition.enrolled.n", dt.date(2019, 1, 31)) == "simulated"


def test_a_difference_of_two_dates_is_as_weak_as_the_weaker(folder):
    """Computed columns keep the columns they came from, and their weakest cell."""
    folder.write("origins.toml", SIMULATED_DATE)

    result = folder.results()["response.time_to_relapse.median"]

    assert result.origin.label == "simulated"
    assert {"patients.start_date", "events.event", "events.date"} <= set(result.trace.columns)


def test_a_rule_for_a_computed_column_overrules_its_cells(folder):
    """A paper may print the days between two dates and neither date."""
    rules = SIMULATED_DATE + (
        '[[rule]]\ntable = "patients"\ncolumns = ["time_to_relapse"]\npatients = ["P02"]\n'
        'origin = "published"\nprinted = "Results"\n'
    )
    folder.write("origins.toml", rules)

    results = folder.results()

    cell = "listing.patients.time_to_relapse@patient={}"
    assert results[cell.format("P02")].origin.label == "published"
    # The rule speaks for P02 only: the others keep the origin of their dates.
    assert results[cell.format("P05")].origin.label == "simulated"


def test_a_published_cell_says_where_it_is_printed(folder):
    """And a reconstructed one says why it may be believed."""
    folder.write("origins.toml", '[[rule]]\ntable = "patients"\norigin = "published"\n')

    with pytest.raises(BadInput, match="a published cell needs printed ="):
        load(folder.path)


def test_a_rule_for_an_unknown_table_column_or_patient_is_refused(folder):
    """A misspelt rule would silently mark nothing."""
    for line in (
        'table = "event"',
        'table = "events"\ncolumns = ["datum"]',
        'table = "events"\npatients = ["P77"]',
        'table = "events"\nwhere = { evnt = "death" }',
        'table = "events"\ngroup = { column = "cohort", value = "MRD" }',
    ):
        folder.write("origins.toml", f'[[rule]]\n{line}\norigin = "simulated"\n')
        with pytest.raises(BadInput, match=r"origins\.toml"):
            load(folder.path)


def test_origins_of_cells_are_ranks(tmp_path):
    """One rank per row, the default where no rule speaks."""
    (tmp_path / "origins.toml").write_text('default = "derived"\n')
    patients = pd.DataFrame({"patient_id": ["1", "2"]})

    ranks = located(read_rules(tmp_path), patients).of_cells("patients", "age", patients)

    assert np.array_equal(ranks, [Origin.DERIVED, Origin.DERIVED])


def test_marks_are_printed_below_derived_only(folder, tmp_path):
    """A reconstructed number carries its mark on the page, for eyes and screen readers."""
    from carreport.pipeline import build

    folder.write(
        "origins.toml",
        '[[rule]]\ntable = "patients"\ncolumns = ["start_date"]\norigin = "simulated"\n'
        '[[rule]]\ntable = "patients"\ncolumns = ["age"]\norigin = "derived"\nbecause = "x"\n',
    )

    page = (
        build(folder.path, out=tmp_path / "out", formats=["html"]).out / "interim.html"
    ).read_text()

    mark = '<sup class="origin origin-simulated" role="img" aria-label="simulated"'
    assert mark in page
    assert "origin-derived" not in page
    assert 'class="num o-derived"' in page
