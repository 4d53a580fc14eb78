"""Tables: cells are ids; what they print is what the results say."""

import csv
import io

import pytest

from carreport.analyses import ANALYSES
from carreport.results import run
from carreport.tables import Cell, Printed, lay_out, printed


def laid_out(folder):
    """Every table of a study, by id, with the results it prints."""
    snapshot = folder.snapshot()
    results = run(ANALYSES, snapshot)
    return {one.id: one for one in lay_out(results, snapshot)}, results


def lines(table, results):
    """Body rows as a reader sees them."""
    return [[printed(results, cell) for cell in row.cells] for row in table.body]


@pytest.fixture(scope="module")
def tables(tiny):
    """The tables of the tiny study, which declares none."""
    return laid_out(tiny)


def test_a_study_without_tables_has_the_usual_ones(tables):
    """Baseline by group and everybody; adverse events of the groups in scope; every listing."""
    by_id, results = tables
    head = [printed(results, cell) for cell in by_id["baseline"].head[0]]

    assert list(by_id) == ["baseline", "adverse_events", "listing_patients"]
    assert lines(by_id["listing_patients"], results)[1] == ["P02", "M", "51", "380"]
    assert head == [
        "Characteristic", "MRD-positive (N\xa0=\xa06)", "Active disease (N\xa0=\xa06)",
        "All patients (N\xa0=\xa012)",
    ]  # fmt: skip


def test_the_baseline_table_reads_as_a_reader_expects(tables):
    """Medians with range, levels as count and percentage, missing values in a row of their own."""
    by_id, results = tables

    assert lines(by_id["baseline"], results) == [
        ["Age, median (range), years", "45.0 (27.0–62.0)", "39.5 (19.0–66.0)", "41.0 (19.0–66.0)"],
        ["Missing", "1", "0", "1"],
        ["Sex, no. (%)"],
        ["F", "3 (50.0%)", "3 (50.0%)", "6 (50.0%)"],
        ["M", "3 (50.0%)", "3 (50.0%)", "6 (50.0%)"],
    ]


def test_label_and_unit_are_words_apart(folder):
    """Each is a word of the study by itself and marked as one where it holds digits."""
    folder.replace("study.toml", 'unit = "years"', 'unit = "10^9/L"')

    by_id, _ = laid_out(folder)

    assert by_id["baseline"].body[0].cells[0].pieces == ("Age", ", median (range)", ", ", "10^9/L")


def test_a_row_without_a_label_is_called_by_its_variable(folder):
    """Whatever it shows."""
    folder.append(
        "study.toml", '[[table]]\nid = "t"\nkind = "baseline"\ntitle = "T"',
        'rows = [{ variable = "age", show = "mean_sd" }, { variable = "sex", show = "levels" },',
        '{ variable = "sex", show = "count", level = "F" }]',
    )  # fmt: skip

    by_id, results = laid_out(folder)

    names = [row[0] for row in lines(by_id["t"], results)]
    assert names == ["Age, mean (SD), years", "Missing", "Sex, no. (%)", "F", "M", "Sex"]


def test_no_row_of_missing_values_where_there_are_none(folder):
    """The row stands only where somebody is missing."""
    folder.replace("patients.csv", "MRD-positive,,M", "MRD-positive,50,M")

    by_id, results = laid_out(folder)

    assert "Missing" not in [row[0] for row in lines(by_id["baseline"], results)]


def test_the_adverse_event_table_keeps_zero_rows(folder):
    """A declared term nobody had is there with zeros, a bare category with its own name."""
    folder.append(
        "study.toml",
        '[[adverse_events.category]]\nlabel = "General"\nterms = ["Fever", "Rash"]',
        '[[adverse_events.category]]\nlabel = "Nervous system"',
        '[[adverse_events.category]]\nlabel = "Blood"\nterms = ["Anemia"]',
    )

    by_id, results = laid_out(folder)

    table = by_id["adverse_events"]
    assert [printed(results, cell) for cell in table.head[1]] == [
        "Adverse event", "Grade 1", "Grade 2", "Grade 3", "Grade 4", "Any grade", "Grade ≥3"
    ]  # fmt: skip
    assert lines(table, results) == [
        ["Any adverse event", "1 (16.7%)", "1 (16.7%)", "2 (33.3%)", "0", "4 (66.7%)", "2 (33.3%)"],
        ["General"],
        ["Fever", "1 (16.7%)", "1 (16.7%)", "1 (16.7%)", "0", "3 (50.0%)", "1 (16.7%)"],
        ["Rash", "0", "0", "0", "0", "0", "0"],
        ["Nervous system"],
        ["Any nervous system", "0", "0", "0", "0", "0", "0"],
        ["Blood"],
        ["Anemia", "0", "0", "1 (16.7%)", "0", "1 (16.7%)", "1 (16.7%)"],
    ]


def test_a_column_for_deaths_only_when_there_are(folder):
    """Grade 5 appears with the first death by an adverse event."""
    folder.replace("adverse_events.csv", "P03,Anemia,Blood,3", "P03,Anemia,Blood,5")

    by_id, results = laid_out(folder)

    assert "Grade 5" in [printed(results, cell) for cell in by_id["adverse_events"].head[1]]


def test_a_death_in_a_group_outside_the_table_adds_no_column(folder):
    """What is not shown decides nothing."""
    folder.replace("adverse_events.csv", "P09,Anemia,Blood,4", "P09,Anemia,Blood,5")

    by_id, results = laid_out(folder)

    assert "Grade 5" not in [printed(results, cell) for cell in by_id["adverse_events"].head[1]]


def test_several_groups_have_any_grade_and_three_or_above_each(folder):
    """With a spanning head per group."""
    folder.replace("study.toml", 'groups = ["mrd_positive"]      # optional, default all', "")

    by_id, results = laid_out(folder)

    spans = [(printed(results, cell), cell.span) for cell in by_id["adverse_events"].head[0]]
    assert spans == [
        ("", 1), ("MRD-positive (N\xa0=\xa06)", 2), ("Active disease (N\xa0=\xa06)", 2)
    ]  # fmt: skip


def test_a_listing_has_a_row_per_patient_and_a_dash_for_nothing(folder):
    """In the order of the file, or sorted."""
    folder.append(
        "study.toml",
        '[[table]]\nid = "t"\nkind = "listing"\ntitle = "T"\nlisting = "listing.patients"',
    )

    by_id, results = laid_out(folder)

    rows = lines(by_id["t"], results)
    assert rows[0] == ["P01", "F", "34", "–"]
    assert rows[1] == ["P02", "M", "51", "380"]
    assert rows[3] == ["P04", "M", "–", "–"]
    assert len(rows) == 12


def test_a_listing_is_sorted_by_the_declared_columns(folder):
    """Numbers by size, not by their text; ties keep the order of the file."""
    folder.replace(
        "study.toml", 'label = "Patients"\n', 'label = "Patients"\nsort = ["time_to_relapse"]\n'
    )

    order = folder.results().listing("listing.patients").column("patient")

    assert order[:5] == ("P08", "P07", "P10", "P02", "P05")
    assert order[5:] == ("P01", "P03", "P04", "P06", "P09", "P11", "P12")


def test_a_listing_of_nobody_says_so(folder):
    """One row over the whole width."""
    folder.append(
        "study.toml",
        '[[population]]\nid = "none"\nlabel = "Nobody"\nwhere = { sex = "X" }',
        '[[listing]]\nid = "x.l"\nlabel = "L"\npopulation = "none"\n'
        'columns = [{ column = "age", label = "Age" }]',
        '[[table]]\nid = "t"\nkind = "listing"\ntitle = "T"\nlisting = "x.l"',
    )

    by_id, results = laid_out(folder)

    assert lines(by_id["t"], results) == [["No patient by this cutoff."]]
    assert by_id["t"].body[0].cells[0].span == 2


def test_rows_have_as_many_cells_as_the_head(tables, bundled, bundled_snapshot):
    """Spans counted, in every table of both studies."""
    for table in (*tables[0].values(), *lay_out(bundled, bundled_snapshot)):
        widths = {sum(cell.span for cell in row) for row in table.head}
        widths |= {sum(cell.span for cell in row.cells) for row in table.body}
        assert len(widths) == 1, table.id


def test_every_id_of_a_table_is_a_result(tables, bundled, bundled_snapshot):
    """No cell prints what nobody computed."""
    for layout, results in (
        *((one, tables[1]) for one in tables[0].values()),
        *((one, bundled) for one in lay_out(bundled, bundled_snapshot)),
    ):
        ids = list(layout.ids())
        assert ids
        assert [id_ for id_ in ids if id_ not in results] == []


def test_a_table_says_what_its_percentages_are_of(tables):
    """The legend names the denominator; the scale is named where the study gives one."""
    by_id, _ = tables

    assert "patients with a value" in by_id["baseline"].legend
    assert "all patients of the group" in by_id["adverse_events"].legend


def test_bundled_tables_are_the_paper_s_three(bundled, bundled_snapshot):
    """Characteristics, the wide listing of fourteen, and adverse events with their scale."""
    one, two, three = lay_out(bundled, bundled_snapshot)

    assert [len(row.cells) for row in two.body] == [14] * 14
    assert (one.wide, two.wide, three.wide) == (False, True, False)
    assert two.abbreviations["Haplo-HSCT"].startswith("haploidentical")
    assert any("CTCAE" in str(note) for note in three.notes)
    first = lines(one, bundled)
    assert first[0] == ["Age, median (range), years", "29 (13–66)"]
    assert ["0.01–5% (MRD-positive)", "14 (29.8%)"] in first


def test_saved_tables_are_what_the_page_shows(built, tiny_results, tiny_snapshot):
    """tables/*.csv repeat head and body; a spanning head fills its columns."""
    results = tiny_results
    by_id = {one.id: one for one in lay_out(results, tiny_snapshot, ["interim"])}
    assert {path.stem for path in (built / "tables").iterdir()} == set(by_id)
    for name, table in by_id.items():
        text = (built / "tables" / f"{name}.csv").read_text(encoding="utf-8")
        rows = list(csv.reader(io.StringIO(text)))
        assert rows[len(table.head) :] == lines(table, results)
        assert len(rows[0]) == sum(cell.span for cell in table.head[0])


def test_a_cell_prints_its_pieces_one_after_the_other(tiny_results):
    """Text as it is, numbers in their style."""
    cell = Cell(("n = ", Printed("baseline.age.n"), ", ", Printed("baseline.age.median", "whole")))

    assert printed(tiny_results, cell) == "n = 11, 41"
