"""The trace is true by construction: an analysis touches what it declared, and nothing else."""

import datetime as dt
import warnings

import pandas as pd
import pytest

from carreport.analyses import ANALYSES
from carreport.analyses.declare import analysis
from carreport.errors import AnalysisFailed, UndeclaredColumn
from carreport.results import run
from carreport.shapes import Count, Fact, Summary


def failures(analyses, snapshot):
    """What `run` raises, one reason a failure."""
    with pytest.raises(ExceptionGroup) as caught:
        run(analyses, snapshot)
    return caught.value.exceptions


def test_touching_an_undeclared_column_fails_and_names_it(tiny_snapshot):
    """The age was not declared; the message says which column, of which table, and what is."""

    @analysis("test.peek", reads=lambda _item: {"patients": {"who": "patient_id"}}, method="count")
    def peek(patients: pd.DataFrame) -> Count:
        """Count by a column nobody declared."""
        return Count(int(patients["age"].notna().sum()))

    (failure,) = failures([peek], tiny_snapshot)

    assert isinstance(failure, AnalysisFailed)
    assert isinstance(failure.__cause__, UndeclaredColumn)
    assert "patients['age'] is not declared; the analysis reads who" in str(failure)
    assert failure.analysis == "test.peek"


def test_the_role_is_the_only_name_a_column_has(tiny_snapshot):
    """Even a declared column is reached by its role alone."""

    @analysis("test.role", reads=lambda _item: {"patients": {"value": "age"}}, method="count")
    def by_column_name(patients: pd.DataFrame) -> Count:
        """Count by the column's own name."""
        return Count(len(patients["age"]))

    (failure,) = failures([by_column_name], tiny_snapshot)

    assert isinstance(failure.__cause__, UndeclaredColumn)


def test_two_undeclared_columns_at_once_are_refused(tiny_snapshot):
    """A list of columns is no way round."""

    @analysis("test.two", reads=lambda _item: {"patients": {"who": "patient_id"}}, method="count")
    def two(patients: pd.DataFrame) -> Count:
        """Count by two columns nobody declared."""
        return Count(len(patients[["age", "sex"]]))

    (failure,) = failures([two], tiny_snapshot)

    assert isinstance(failure.__cause__, UndeclaredColumn)
    assert "age" in str(failure)


def test_a_mistake_with_keys_is_not_called_an_undeclared_column(tiny_snapshot):
    """A KeyError of the analysis's own dictionary keeps its name."""

    @analysis("test.key", reads=lambda _item: {"patients": {"who": "patient_id"}}, method="count")
    def wrong_key(patients: pd.DataFrame) -> Count:
        """Look a declared column up in a dictionary that lacks it."""
        return Count({}[len(patients)])

    (failure,) = failures([wrong_key], tiny_snapshot)

    assert "is not declared" not in str(failure)
    assert "KeyError" in str(failure)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_nan_and_infinity_are_refused(bad, tiny_snapshot):
    """An analysis says None for what cannot be estimated."""

    @analysis("test.nan", reads=lambda _item: {"patients": {"value": "age"}}, method="mean")
    def nan(patients: pd.DataFrame) -> Summary:
        """Return what is no number."""
        return Summary(len(patients), 0, bad, None, None, None, None, None, None)

    (failure,) = failures([nan], tiny_snapshot)

    assert "test.nan.mean" in str(failure)
    assert "an analysis returns None" in str(failure)


def test_every_failure_is_raised_the_others_having_run(tiny_snapshot):
    """Two wrong analyses are two failures, each with its id."""

    def failing(name):
        @analysis(name, reads=lambda _item: {"patients": {"who": "patient_id"}}, method="none")
        def fail(patients: pd.DataFrame) -> Count:
            """Fail."""
            raise ValueError(len(patients))

        return fail

    found = failures([failing("test.one"), *ANALYSES, failing("test.two")], tiny_snapshot)

    assert [one.analysis for one in found] == ["test.one", "test.two"]
    assert all("ValueError: 12" in str(one) for one in found)


def test_an_id_produced_twice_is_refused(tiny_snapshot):
    """Two analyses of one name would hide one another."""

    @analysis(
        "disposition.enrolled", reads=lambda _i: {"patients": {"w": "patient_id"}}, method="x"
    )
    def again(patients: pd.DataFrame) -> Count:
        """Count once more."""
        return Count(len(patients))

    (failure,) = failures([*ANALYSES, again], tiny_snapshot)

    assert failure.analysis == "disposition.enrolled.n"


def test_text_is_a_result_too(tiny_snapshot):
    """A fact has an id and no unit."""

    @analysis("test.fact", reads=lambda _item: {"patients": {"w": "patient_id"}}, method="stated")
    def fact(patients: pd.DataFrame) -> Fact:
        """State something."""
        return Fact("x" * len(patients))

    assert run([fact], tiny_snapshot)["test.fact.value"].display == "x" * 12


def test_patients_without_a_value_are_excluded_by_name_with_the_reason(tiny_results):
    """The others are named as used; together they are the population."""
    trace = tiny_results["response.time_to_relapse.median"].trace

    assert trace.patients == ("P02", "P05", "P07", "P08", "P10")
    assert trace.excluded["P01"] == "no time_to_relapse"
    assert len(trace.patients) + len(trace.excluded) == 12


def test_a_correlation_excludes_who_lacks_either_value(tiny_results):
    """P04 has no age."""
    result = tiny_results["response.age_and_crp.n"]

    assert result.value == 11
    assert result.trace.excluded == {"P04": "no age"}


def test_columns_of_a_computed_value_are_those_of_the_files(tiny_results):
    """Survival rests on start dates and dated events; groups add the grouping column."""
    whole = tiny_results["survival.os.rate@day=365"].trace
    group = tiny_results["survival.os.rate@day=365,group=mrd_positive"].trace

    assert set(whole.columns) == {"patients.start_date", "events.event", "events.date"}
    assert set(group.columns) == {*whole.columns, "patients.cohort"}


def test_an_analyte_names_measurements(tiny_results):
    """And the columns that chose among them."""
    trace = tiny_results["biomarkers.crp.median"].trace

    assert {"measurements.analyte", "measurements.value", "measurements.date"} <= set(trace.columns)
    assert "measurements.infusion" in trace.columns
    assert "patients.start_date" in trace.columns or "infusions.date" in trace.columns


def test_tables_are_those_the_columns_come_from(tiny_results):
    """Every table of a lineage is named, not only the one the frame came from."""
    for id_ in (
        "survival.os.rate@day=365",
        "biomarkers.crp.median",
        "safety.ae.patients@grade=any,group=mrd_positive,term=fever",
    ):
        trace = tiny_results[id_].trace
        assert set(trace.tables) == {column.split(".")[0] for column in trace.columns}, id_


def test_population_is_said_in_words_with_the_cutoff(tiny):
    """Who, and by when."""
    results = tiny.results(dt.date(2019, 3, 31))

    assert results["response.relapsed_women.k"].trace.population == "Women, by 2019-03-31"
    assert (
        results["survival.os.n@group=active_disease"].trace.population
        == "Active disease, by 2019-03-31"
    )


def test_a_definition_says_what_a_reviewer_would_dispute(tiny_results):
    """The label of the item, then the docstring up to its sections."""
    definition = tiny_results["response.relapsed.rate"].trace.definition

    assert definition.startswith("Relapse. Patients of a population who satisfy a condition.")
    assert "does not satisfy it" in definition
    assert "Args" not in definition


def test_every_analysis_says_what_how_and_after_whom(tiny_results, bundled):
    """Method and definition are never empty; a test names its source."""
    for results in (tiny_results, bundled):
        for id_ in results:
            trace = results[id_].trace
            assert trace.method, id_
            assert trace.definition, id_
            if id_.partition("@")[0].endswith("_p"):
                assert trace.source, id_


def test_patients_of_a_listing_cell_are_the_one_it_is_about(tiny_results):
    """A cell of one patient was not computed from twelve."""
    cell = tiny_results["listing.patients.age@patient=P03"]

    assert cell.trace.patients == ("P03",)
    assert (cell.display, cell.value) == ("27", 27.0)


def test_conditions_on_rows_are_part_of_the_trace(tiny_results):
    """Which adverse events count is read off their term and infusion, so both are named."""
    columns = tiny_results[
        "safety.ae.patients@grade=any,group=mrd_positive,term=fever"
    ].trace.columns

    assert {"adverse_events.term", "adverse_events.infusion", "adverse_events.grade"} <= set(
        columns
    )


def test_what_was_warned_of_is_kept(tiny_snapshot):
    """A library's doubt belongs to the number it was raised for."""

    @analysis("disposition.doubtful", reads=lambda _item: {"patients": {"id": "patient_id"}},
              method="count")  # fmt: skip
    def doubtful(patients: pd.DataFrame) -> Count:
        """Counted with a warning."""
        warnings.warn("few patients", RuntimeWarning, stacklevel=1)
        return Count(len(patients))

    result = run([doubtful], tiny_snapshot)["disposition.doubtful.n"]

    assert result.trace.warnings == ("RuntimeWarning: few patients",)
