"""Tables of the interim report: for any study, at any cutoff, within the page."""

import datetime as dt

import pytest
from folders import FILES, SMALLEST, write_folder

from carreport.analyses import ANALYSES
from carreport.results import run
from carreport.tables import has_long_word, lay_out, printed
from carreport.tables.widths import LANDSCAPE, PART, UPRIGHT, width

INTERIM = ["interim"]
EVERY = (
    "disposition", "exposure", "followup", "baseline", "patients", "proportions", "endpoints",
    "incidence", "adverse_events", "deaths", "deaths_listed", "markers",
    "summaries", "correlations", "quality", "quality_notes",
)  # fmt: skip


def made(folder, cutoff=None, documents=INTERIM):
    """The interim report's tables by id without its prefix, and what they print."""
    snapshot = folder.snapshot(cutoff)
    results = run(ANALYSES, snapshot)
    tables = lay_out(results, snapshot, documents)
    return {one.id.removeprefix("interim_"): one for one in tables if one.only_in}, results


def lines(table, results):
    """Body rows as a reader sees them, unbroken spaces as spaces."""
    return [
        [printed(results, cell).replace("\xa0", " ") for cell in row.cells] for row in table.body
    ]


def _said(results):
    """What a piece of a note prints."""
    return lambda one: one if isinstance(one, str) else results[one.id].styled(one.style)


def head(table, results):
    """The last head row as a reader sees it."""
    return [printed(results, cell) for cell in table.head[-1]]


def with_groups(tmp_path, number):
    """The tiny study, its patients dealt to so many groups, the last one empty."""
    names = [f"group_{one}" for one in range(1, number + 1)]
    levels = "".join(
        f'[[groups.level]]\nid = "{one}"\nvalue = "{one}"\nlabel = "{one.replace("_", " ")}"\n'
        for one in names
    )
    rows = FILES["patients.csv"].splitlines()
    dealt = [rows[0]]
    for at, row in enumerate(rows[1:]):
        cells = row.split(",")
        dealt.append(",".join([*cells[:2], names[at % max(1, number - 1)], *cells[3:]]))
    start, end = SMALLEST.index("[groups]"), SMALLEST.index("[[endpoint]]")
    compare = f'compare = ["{names[0]}", "{names[1]}"]\n' if number > 1 else ""
    study = f'{SMALLEST[:start]}[groups]\ncolumn = "cohort"\n{compare}{levels}{SMALLEST[end:]}'
    study = study.replace('groups = ["mrd_positive"]      # optional, default all\n', "")
    return write_folder(tmp_path / "study", study=study, patients="\n".join(dealt) + "\n")


@pytest.fixture(scope="module")
def tables(tiny):
    """The tables of the tiny study, with what they print."""
    return made(tiny)


def test_every_table_with_data_is_made_in_reading_order(tables):
    """One without data (no assessment is declared) is left out."""
    assert tuple(tables[0]) == EVERY


def test_disposition_by_group_and_of_everybody(tables):
    """Counts and percentages of those who entered; a zero stands alone."""
    by_id, results = tables

    assert lines(by_id["disposition"], results) == [
        ["Entered", "6", "6", "12"],
        ["Infused", "6 (100.0%)", "6 (100.0%)", "12 (100.0%)"],
        ["Infused more than once", "1 (16.7%)", "0", "1 (8.3%)"],
        ["Died", "2 (33.3%)", "4 (66.7%)", "6 (50.0%)"],
        ["Alive when last in contact", "4 (66.7%)", "2 (33.3%)", "6 (50.0%)"],
    ]


def test_exposure_has_a_dash_where_nobody_was_infused(tables):
    """Dose and interval of the second infusion: one patient of the first group."""
    by_id, results = tables

    second = lines(by_id["exposure"], results)
    assert second[second.index(["Second infusion"]) :] == [
        ["Second infusion"],
        ["Patients", "1", "0", "1"],
        ["Dose, median (quartiles)", "2.20 (2.20–2.20)", "–", "2.20 (2.20–2.20)"],
        ["Dose, range", "2.20–2.20", "–", "2.20–2.20"],
        ["Days since the one before, median (range)", "201 (201–201)", "–", "201 (201–201)"],
    ]


def test_an_endpoint_in_rows(tables):
    """Estimate, interval and number at risk below each other; tests across the groups."""
    by_id, results = tables

    rows = lines(by_id["endpoints"], results)
    assert rows[:8] == [
        ["Overall survival"],
        ["Patients in the analysis", "6", "6", "12"],
        ["Events", "2 (33.3%)", "4 (66.7%)", "6 (50.0%)"],
        ["Median, days", "NR", "302", "545"],
        ["95% CI", "242 to NR", "48 to NR", "206 to NR"],
        ["Free of the event at 1 year", "83.3%", "33.3%", "58.3%"],
        ["95% CI", "27.3–97.5%", "4.6–67.6%", "27.0–80.1%"],
        ["At risk", "5", "2", "7"],
    ]
    legend = by_id["endpoints"].legend
    assert all(one in legend for one in ("log-log", "two-sided", "Efron", "Wald", "asymptotic"))
    assert rows[11][0] == "Log-rank p, MRD-positive against Active disease"
    assert by_id["endpoints"].body[11].cells[1].span == 3


def test_what_competes_is_not_given_as_survival(tables):
    """Relapse beside death: events and cause-specific tests; the estimates stand elsewhere."""
    by_id, results = tables

    rows = lines(by_id["endpoints"], results)
    names = [row[0] for row in rows[[row[0] for row in rows].index("Relapse") :]]
    assert names == [
        "Relapse", "Patients in the analysis", "Events",
        "Cause-specific log-rank p, MRD-positive against Active disease",
        "Cause-specific hazard ratio, MRD-positive against Active disease",
    ]  # fmt: skip


def test_tests_of_few_events_say_of_how_many(tables):
    """Two and four deaths; each count is a number with its id."""
    by_id, results = tables

    said = ["".join(map(_said(results), note)) for note in by_id["endpoints"].notes]
    (note,) = said
    assert note.endswith("events by group of Overall survival, 2 and 4; Relapse, 2 and 3.")


def test_tables_say_what_is_compared_and_which_value_counts(tables):
    """Gray's test by its groups; a marker by its value, window and infusion."""
    by_id, results = tables

    said = ["".join(map(_said(results), note)) for note in by_id["incidence"].notes]
    assert said == [
        "Gray’s test, two-sided and asymptotic, compares MRD-positive and Active disease."
    ]
    said = ["".join(map(_said(results), note)) for note in by_id["markers"].notes]
    assert said[0] == (
        "C-reactive protein: the highest value, days 0 to 30 after the first infusion."
    )


def test_signs_are_explained_where_they_stand_and_nowhere_else(tables):
    """A dash, NR and NE: each under the tables that have it."""
    by_id, results = tables

    for table in by_id.values():
        cells = {cell for row in lines(table, results) for cell in row[1:]}
        for sign in ("–", "NR", "NE"):
            stands = any(sign == cell if sign == "–" else sign in cell.split() for cell in cells)
            assert (sign in table.abbreviations) == stands, (table.id, sign)
    assert "–" in by_id["exposure"].abbreviations
    assert "NR" in by_id["endpoints"].abbreviations


def test_a_grading_by_group_with_its_tests(folder):
    """Grades of the first group and of the second; a grade nobody has is there."""
    asked = (
        '[[derived]]\ncolumn = "fever"\nfrom = "adverse_events"\nwhere = { term = "Fever" }\n'
        'take = "max"\nvalue = "grade"\ndefault = 0\n'
        '[[grading]]\nid = "x.fever"\nlabel = "Fever"\ncolumn = "fever"\nlevels = ["0", "1", "2", "3"]\n'
    )
    folder.write("study.toml", folder.text("study.toml") + asked)

    by_id, results = made(folder)

    rows = lines(by_id["gradings"], results)
    assert rows[:6] == [
        ["Fever"],
        ["Patients with a grade", "6", "6", "12"],
        ["Grade 0", "3 (50.0%)", "5 (83.3%)", "8 (66.7%)"],
        ["Grade 1", "1 (16.7%)", "0", "1 (8.3%)"],
        ["Grade 2", "1 (16.7%)", "1 (16.7%)", "2 (16.7%)"],
        ["Grade 3", "1 (16.7%)", "0", "1 (8.3%)"],
    ]
    assert [row[0] for row in rows[6:]] == ["Mann–Whitney p, exact", "Fisher’s exact p"]


def test_maturity_beside_follow_up(tables):
    """Of two years: who could, of whom it is known, who is at risk."""
    by_id, results = tables

    rows = lines(by_id["followup"], results)
    assert rows[8:11] == [
        ["Could be followed for 2 years", "4", "3", "7"],
        ["State known at 2 years", "5 (83.3%)", "4 (66.7%)", "9 (75.0%)"],
        ["At risk at 2 years", "3", "0", "3"],
    ]


def test_incidence_by_cause(tables):
    """The endpoint by its label, a competing event by its name."""
    by_id, results = tables

    names = [row[0] for row in lines(by_id["incidence"], results)]
    assert names[:2] == ["Relapse", "Relapse by 1 year"]
    assert "Death by 1 year" in names
    assert "Gray’s p, Death" in names


def test_proportions_stand_under_their_population(tables):
    """k of n, share, exact interval."""
    by_id, results = tables

    assert lines(by_id["proportions"], results) == [
        ["All patients"],
        ["Relapse", "5 of 12", "41.7%", "15.2–72.3%"],
        ["Women"],
        ["Relapse of women", "3 of 6", "50.0%", "11.8–88.2%"],
    ]


def test_a_proportion_says_of_how_many_it_cannot_be_said(folder):
    """P04 has no age; whoever has a value, or is a man, is not in doubt."""
    asked = '[[proportion]]\nid = "x.young"\nlabel = "Young men"\nwhere = { sex = "M", age = { max = 40 } }\n'
    blank = (
        '[[proportion]]\nid = "x.blank"\nlabel = "No age"\nwhere = { age = { missing = true } }\n'
    )
    folder.write("study.toml", folder.text("study.toml") + asked + blank)

    by_id, results = made(folder)

    assert by_id["proportions"].title == "Proportions"
    assert "not adjusted for length of follow-up" in by_id["proportions"].legend
    rows = lines(by_id["proportions"], results)
    at = [row[0] for row in rows].index("Young men")
    assert rows[at : at + 3] == [
        ["Young men", "2 of 12", "16.7%", "2.1–48.4%"],
        ["No value so far, counted as not", "1", "", ""],
        ["No age", "1 of 12", "8.3%", "0.2–38.5%"],
    ]
    assert rows[at + 3 :] == [["Women"], ["Relapse of women", "3 of 6", "50.0%", "11.8–88.2%"]]


def test_adverse_events_keep_to_the_declared_scope(tables):
    """One group in scope: every grade; the note says which infusion counts."""
    by_id, results = tables

    table = by_id["adverse_events"]
    assert head(table, results)[1:] == [
        "Grade 1", "Grade 2", "Grade 3", "Grade 4", "Any grade", "Grade ≥3",
    ]  # fmt: skip
    assert ("Only events that follow the first infusion count.",) in table.notes


def test_adverse_events_of_several_groups(folder):
    """Any grade and grade three or higher of each group and of everybody."""
    folder.replace("study.toml", 'groups = ["mrd_positive"]      # optional, default all\n', "")

    by_id, results = made(folder)

    table = by_id["adverse_events"]
    assert head(table, results)[1:] == ["Any grade", "Grade ≥3"] * 3
    assert [printed(results, cell) for cell in table.head[0]][1:] == [
        "MRD-positive (N\xa0=\xa06)", "Active disease (N\xa0=\xa06)", "All patients (N\xa0=\xa012)",
    ]  # fmt: skip
    assert ["Fever", "3 (50.0%)", "1 (16.7%)", "1 (16.7%)", "0", "4 (33.3%)", "1 (8.3%)"] in lines(
        table, results
    )


def test_the_denominator_stands_in_the_head(folder):
    """Of adverse events after an infusion that not everybody had."""
    folder.replace("study.toml", "infusion = 1                   # optional scope", "infusion = 2")
    folder.replace("study.toml", 'groups = ["mrd_positive"]      # optional, default all\n', "")

    by_id, results = made(folder)

    heads = [printed(results, cell) for cell in by_id["adverse_events"].head[0]][1:]
    assert heads == [
        "MRD-positive (N\xa0=\xa01)", "Active disease (N\xa0=\xa00)", "All patients (N\xa0=\xa01)",
    ]  # fmt: skip


def test_a_column_that_is_empty_throughout_is_left_out(folder):
    """Markers asked of one group have the column of that group."""
    folder.replace("study.toml", 'analyte = "CRP" ', 'groups = ["mrd_positive"]\nanalyte = "CRP" ')

    by_id, results = made(folder)

    assert head(by_id["markers"], results) == ["", "MRD-positive (N\xa0=\xa06)"]


def test_notes_on_the_data_in_rows(folder):
    """Under the kind: patient, table, line, column, what was found; a line that is none is dashed."""
    folder.append(
        "study.toml", '[[assessment]]\nid = "scan"\nlabel = "Scan"\nevent = "scan"',
        "day = 1\nuntil = 900\n",
    )  # fmt: skip

    by_id, results = made(folder)

    rows = lines(by_id["quality_notes"], results)
    assert rows[:4] == [
        ["Missing values"],
        ["P04", "patients", "5", "age", "no value"],
        ["Overdue assessments"],
        ["P01", "events", "–", "scan", "not done by day 900, followed to day 952"],
    ]
    assert lines(by_id["quality"], results)[1] == [
        "Age", "1 of 6", "0 of 6", "1 of 12",
    ]  # fmt: skip
    assert lines(by_id["assessments"], results)[3] == ["Overdue", "2", "0", "2"]


def test_very_many_notes_are_cut_short_and_it_says_so(folder):
    """The first hundred of a kind; the number of all stands below."""
    rows = [f"P01,CRP,2018-01-12,{value}.5,mg/L,1" for value in range(500, 650)]
    folder.append("measurements.csv", *rows)
    folder.replace("study.toml", 'unit = "mg/L"', 'unit = "mg/L"\nplausible = [0, 400]')

    by_id, results = made(folder)

    table = by_id["quality_notes"]
    shown = [row for row in lines(table, results) if row[0] == "P01"]
    assert len(shown) == 100
    (note,) = table.notes
    assert note[1].id == "quality.notes.n@kind=implausible"
    assert results[note[1].id].value == 150


# Few, many, none


@pytest.mark.parametrize("number", [1, 3, 9, 14])
def test_any_number_of_groups_fits_the_page(tmp_path, number):
    """Every table within a page, every group in exactly one part, one group empty."""
    by_id, results = made(with_groups(tmp_path, number))

    for name, table in by_id.items():
        assert width(table, results, wide=table.wide) <= (LANDSCAPE if table.wide else UPRIGHT), (
            name
        )
        assert all(id_ in results for id_ in table.ids()), name
        spans = {sum(cell.span for cell in row.cells) for row in table.body}
        spans |= {sum(cell.span for cell in row) for row in table.head}
        assert len(spans) == 1, name
    for stem in ("baseline", "endpoints", "adverse_events", "disposition"):
        parts = [one for name, one in by_id.items() if name == stem or name.startswith(stem + PART)]
        heads = [
            piece
            for part in parts
            for cell in part.head[0]
            for piece in cell.pieces
            if isinstance(piece, str) and piece.startswith(("group", "All"))
        ]
        expected = [f"group {one}" for one in range(1, number + 1)]
        assert heads == (expected if number == 1 else [*expected, "All patients"]), stem
    assert any(PART in name for name in by_id) == (number > 3)


def test_without_groups_everybody_is_one_column(tmp_path):
    """And nothing is compared."""
    study = SMALLEST.partition("[groups]")[0] + SMALLEST[SMALLEST.index("[[endpoint]]") :]
    study = study.replace('groups = ["mrd_positive"]      # optional, default all\n', "")

    by_id, results = made(write_folder(tmp_path, study=study))

    assert head(by_id["endpoints"], results) == ["", "All patients (N\xa0=\xa012)"]
    assert not any(row[0].startswith("Log-rank") for row in lines(by_id["endpoints"], results))


@pytest.mark.parametrize("day", [dt.date(2018, 1, 10), dt.date(2018, 2, 1), dt.date(2018, 6, 25)])
def test_early_on_tables_are_there_or_left_out(tiny, day):
    """One patient, an empty group, nobody dead: nothing fails and no id is missing."""
    by_id, results = made(tiny, day)

    assert all(id_ in results for table in by_id.values() for id_ in table.ids())
    assert ("deaths" in by_id) == bool(results["safety.death.died"].value)
    assert ("deaths_listed" in by_id) == ("deaths" in by_id)


def test_a_study_of_little_has_few_tables(tmp_path):
    """Patients and events alone, without endpoints, variables or groups."""
    study = '[study]\ntitle = "A"\ncutoff = 2020-08-19\n'
    folder = write_folder(
        tmp_path, study=study, infusions=None, adverse_events=None, measurements=None
    )

    by_id, _ = made(folder)

    assert tuple(by_id) == ("disposition", "patients", "deaths", "deaths_listed")


def test_many_endpoints_divide_the_listing(tmp_path):
    """The patient heads every part."""
    more = "".join(
        f'[[endpoint]]\nid = "e{at}"\nlabel = "A long name number {at} of an endpoint"\n'
        'events = ["relapse", "death"]\n'
        for at in range(14)
    )

    by_id, results = made(write_folder(tmp_path, study=SMALLEST + more))

    parts = [table for name, table in by_id.items() if name.startswith("patients")]
    assert len(parts) > 1
    assert {head(part, results)[0] for part in parts} == {"Patient"}
    columns = [name for part in parts for name in head(part, results) if "endpoint" in name]
    assert len(columns) == len(set(columns)) == 14


def test_a_word_too_long_for_a_column_may_break(tmp_path):
    """Its cell alone; the table still fits the page."""
    long_id = "x" * 300
    tables = ("patients", "infusions", "events", "adverse_events", "measurements")
    spoilt = {name: FILES[f"{name}.csv"].replace("P01,", f"{long_id},") for name in tables}

    by_id, results = made(write_folder(tmp_path, study=SMALLEST, **spoilt))

    table = by_id["patients"]
    breaking = [row for row in table.body for cell in row.cells if has_long_word(results, cell)]
    assert breaking == [table.body[0]]
    assert width(table, results, wide=table.wide) <= LANDSCAPE


# Which document


def test_the_interim_report_does_without_the_usual_tables(tiny):
    """What nobody declared is not made beside its own; for another document it is."""
    snapshot = tiny.snapshot()
    results = run(ANALYSES, snapshot)

    alone, both = (lay_out(results, snapshot, names) for names in (INTERIM, ["interim", "other"]))

    assert all(one.is_for("interim") and not one.is_for("other") for one in alone)
    assert [one.id for one in both if one.is_for("other")] == [
        "baseline", "adverse_events", "listing_patients",
    ]  # fmt: skip
    assert [one.id for one in both if one.is_for("interim")] == [one.id for one in alone]


def test_declared_tables_are_for_every_document(bundled, bundled_snapshot):
    """The paper's three stand in the report, and may in the interim report."""
    every = lay_out(bundled, bundled_snapshot, ["report", "interim"])

    assert [one.id for one in every if one.is_for("report")] == ["table1", "table2", "table3"]
    assert len({one.id for one in every}) == len(every)
