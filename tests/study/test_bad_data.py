"""Bad data: file, line, column, what is wrong, what to do; all at once; nothing is changed."""

import shutil
from dataclasses import dataclass

import pytest
from folders import tree, write_folder
from typer.testing import CliRunner

from carreport.cli import app
from carreport.errors import BadInput
from carreport.study.load import load


@dataclass(frozen=True)
class Spoilt:
    """One edit of the tiny study, and what must be said about it."""

    what: str
    file: str
    old: str
    new: str
    says: str
    remedy: str


CELLS = [
    Spoilt("a word for a number", "patients.csv", "P03,2018-04-02,MRD-positive,27", "P03,2018-04-02,MRD-positive,young",
           "patients.csv, line 4, column 'age': 'young' is not a number", "correct the cell"),
    Spoilt("a decimal comma", "measurements.csv", "12.5", '"12,5"',
           "measurements.csv, line 2, column 'value': '12,5' is not a number with a point", "correct the cell"),
    Spoilt("infinity for a number", "measurements.csv", "12.5", "inf",
           "measurements.csv, line 2, column 'value': 'inf' is not a number", "correct the cell"),
    Spoilt("a grade that is none", "adverse_events.csv", "P01,Fever,General,1", "P01,Fever,General,6",
           "adverse_events.csv, line 2, column 'grade': '6' is not a whole number from 1 to 5", "correct the cell"),
    Spoilt("an unknown group", "patients.csv", "P08,2018-03-08,Active", "P08,2018-03-08,Activ",
           "patients.csv, line 9, column 'cohort': 'Activ' is not a declared level", "write one of MRD-positive, Active"),
    Spoilt("an unknown level", "patients.csv", "Active,38,F", "Active,38,W",
           "patients.csv, line 8, column 'sex': 'W' is not a declared level", "write one of F, M"),
    Spoilt("an empty group", "patients.csv", "P08,2018-03-08,Active", "P08,2018-03-08,",
           "patients.csv, line 9, column 'cohort': is empty", "give text"),
    Spoilt("a patient twice", "patients.csv", "Active,66,F\n", "Active,66,F\nP05,2018-09-11,Active,45,F\n",
           "patients.csv, line 14, column 'patient_id': patient 'P05' stands in line 6 already", "remove one of the two rows"),
    Spoilt("an infusion twice", "infusions.csv", "P02,2,2018-09-03", "P02,1,2018-09-03",
           "infusions.csv, line 4, column 'patient_id + infusion': infusion 'P02 / 1' stands in line 3 already", "remove one"),
    Spoilt("an infusion before the first", "infusions.csv", "P01,1,", "P01,0,",
           "infusions.csv, line 2, column 'infusion': '0' is not", "correct the cell"),
    Spoilt("death before the first infusion", "events.csv", "P09,death,2018-07-04", "P09,death,2018-04-04",
           "events.csv, line 14, column 'date': death of patient P09 on 2018-04-04 is before the start on 2018-05-17",
           "correct one of the dates"),
    Spoilt("relapse after death", "events.csv", "P05,relapse,2019-12-05", "P05,relapse,2020-12-05",
           "events.csv, line 7, column 'date': relapse of patient P05 is dated after the death", "correct one of the dates"),
    Spoilt("an event of nobody", "events.csv", "P12,last_contact", "P12,last_contact,2020-08-19,\nP99,last_contact",
           "events.csv, line 19, column 'patient_id': 'P99' is not in patients", "correct the id or add the patient"),
    Spoilt("a measurement of nobody", "measurements.csv", "P12,CRP", "p12,CRP",
           "measurements.csv, line 16, column 'patient_id': 'p12' is not in patients", "correct the id"),
    Spoilt("a date that is none", "patients.csv", "2018-02-14", "2018-02-30",
           "patients.csv, line 3, column 'start_date': '2018-02-30' is not a date as YYYY-MM-DD", "correct the cell"),
    Spoilt("a date the other way round", "events.csv", "2018-11-30", "30.11.2018",
           "events.csv, line 5, column 'date': '30.11.2018' is not a date as YYYY-MM-DD", "correct the cell"),
    Spoilt("a date in another calendar of digits", "events.csv", "2018-11-30", "２０18-11-30",
           "events.csv, line 5, column 'date': '２０18-11-30' is not a date", "correct the cell"),
    Spoilt("an empty date", "events.csv", "P03,death,2018-11-30", "P03,death,",
           "events.csv, line 5, column 'date': is empty", "give a date as YYYY-MM-DD"),
    Spoilt("markup", "events.csv", "CD19-positive", "<script>alert(1)</script>",
           "events.csv, line 3, column 'detail': '<script>alert(1)</script>' holds markup", "remove it"),
    Spoilt("a template expression", "adverse_events.csv", "P01,Fever", "P01,{{ 7*7 }}",
           "adverse_events.csv, line 2, column 'term': '{{ 7*7 }}' holds markup", "remove it"),
    Spoilt("a template statement", "events.csv", "CD19-negative", "{% raw %}",
           "events.csv, line 7, column 'detail': '{% raw %}' holds markup", "remove it"),
    Spoilt("a control character", "events.csv", "infection", "infec\x07tion",
           "events.csv, line 5, column 'detail': 'infec\\x07tion' holds markup or a control character", "remove it"),
    Spoilt("a ragged row", "patients.csv", "P04,2018-06-20,MRD-positive,,M", "P04,2018-06-20,MRD-positive,,M,,",
           "patients.csv, line 5: 7 cells where the header has 5", "quote cells that contain a comma"),
    Spoilt("a short row", "events.csv", "P06,last_contact,2020-05-02,", "P06,last_contact",
           "events.csv, line 9: 2 cells where the header has 4", "quote cells"),
    Spoilt("a missing column", "patients.csv", "patient_id,start_date,", "patient_id,started,",
           "patients.csv, line 1, column 'start_date': has no such column (found patient_id, started, cohort, age, sex)",
           "rename 'started' to 'start_date', or add the column start_date (time zero"),
    Spoilt("a missing baseline column", "patients.csv", "cohort,age,sex", "cohort,years,sex",
           "patients.csv, line 1, column 'age': study.toml reads it and there is no such column", "add the column or correct study.toml"),
    Spoilt("a missing group column", "patients.csv", "cohort,age,sex", "stratum,age,sex",
           "patients.csv, line 1, column 'cohort': study.toml reads it and there is no such column", "add the column"),
    Spoilt("a column twice", "events.csv", "patient_id,event,date,detail", "patient_id,event,date,date",
           "events.csv, line 1, column 'date': stands twice in the header", "rename or remove one"),
    Spoilt("nobody knows until when", "events.csv", "P02,last_contact,2020-08-19,\n", "",
           "patients.csv, line 3, column 'patient_id': patient P02 has no last_contact and no event of 'os'",
           "add a last_contact row, or set assume_alive = true"),
    Spoilt("an open quote", "events.csv", "infection", '"infection',
           "events.csv, line 5: is not CSV", "correct the quoting"),
]  # fmt: skip

SETTINGS = [
    Spoilt("an unknown key", "study.toml", "[study]\n", '[study]\ncutof = "x"\n',
           "study.toml, 'study.cutof': is not a known key", "correct its spelling or remove it"),
    Spoilt("a missing key", "study.toml", 'title = "A study"\n', "",
           "study.toml, 'study.title': is missing", "add it"),
    Spoilt("bad TOML", "study.toml", 'title = "A study"', 'title = "A study',
           "study.toml: is not TOML", "correct the syntax there"),
    Spoilt("a wrong type", "study.toml", "confidence = 0.95", 'confidence = "high"',
           "study.toml, 'study.confidence'", "correct it"),
    Spoilt("a confidence of 95", "study.toml", "confidence = 0.95", "confidence = 95",
           "study.toml, 'study.confidence': Input should be less than 1 (found 95)", "correct it"),
    Spoilt("an unknown interval", "study.toml", '"log-log" ', '"loglog" ',
           "study.toml, 'study.interval': Input should be 'log-log', 'log' or 'plain'", "correct it"),
    Spoilt("an id with capital letters", "study.toml", 'id = "os"', 'id = "OS"',
           "study.toml, 'endpoint.1.id': 'OS' cannot be an id", "use lower-case letters, digits and _"),
    Spoilt("an id twice", "study.toml", 'id = "rel"', 'id = "os"',
           "study.toml: [[endpoint]] uses the id os twice", "correct it"),
    Spoilt("a comparison with an unknown group", "study.toml", '"active_disease"]', '"active"]',
           "study.toml, 'groups.compare': compare names active, which is no level and no value of cohort; "
           "levels are active_disease, mrd_positive", "declare it with"),
    Spoilt("a comparison with itself alone", "study.toml", 'compare = ["mrd_positive", "active_disease"]', 'compare = ["mrd_positive"]',
           "study.toml, 'groups': compare needs two or more groups", "correct it"),
    Spoilt("an unknown population", "study.toml", 'population = "women"', 'population = "womenfolk"',
           "study.toml, 'proportion.response.relapsed_women.population': 'womenfolk' is not declared", "name one of all, women"),
    Spoilt("an unknown group of adverse events", "study.toml", 'groups = ["mrd_positive"]', 'groups = ["mrd"]',
           "study.toml, 'adverse_events.groups': 'mrd' is not declared", "name one of active_disease, mrd_positive"),
    Spoilt("an unknown moment", "study.toml", 'to = "event:relapse"', 'to = "relapse"',
           "study.toml, 'derived': 'relapse' is no moment", "use start, followup, infusion:N"),
    Spoilt("a derived column from no table", "study.toml", 'from = "infusions"', 'from = "infusion"',
           "study.toml, 'derived': 'n_infusions' reads from 'infusion', which is no table", "name one of"),
    Spoilt("a cutoff that is no date", "study.toml", "cutoff = 2020-08-19", 'cutoff = "soon"',
           "study.toml, 'study.cutoff': Input should be a valid date", "correct it"),
    Spoilt("a cutoff before the first patient", "study.toml", "cutoff = 2020-08-19", "cutoff = 2017-08-19",
           "study.toml, 'study.cutoff': no patient had started by 2017-08-19 (the first did on 2018-01-10)", "choose a later cutoff"),
]  # fmt: skip

CASES = [*CELLS, *SETTINGS]
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)


def spoil(folder, case):
    """The tiny study with one thing wrong."""
    return folder.replace(case.file, case.old, case.new)


def run(*arguments):
    """The command line, as a user calls it."""
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture(scope="module")
def earlier_output(built, tmp_path_factory):
    """The output of an earlier build, which every failing build below is pointed at."""
    out = tmp_path_factory.mktemp("last") / "out"
    shutil.copytree(built, out)
    return out


@pytest.fixture
def last_good(earlier_output):
    """That folder, and what it holds before the test."""
    return earlier_output, tree(earlier_output)


def assert_refused(result, last_good):
    """Exit code 2, a message and no traceback, and the last good output as it was."""
    out, before = last_good
    assert result.exit_code == 2, result.output
    assert "nothing was changed" in result.stderr
    assert "Traceback" not in result.output
    assert "unexpectedly" not in result.output
    assert result.stdout == ""
    assert tree(out) == before
    assert [one.name for one in out.parent.iterdir()] == ["out"]


@each_case
def test_build_says_what_is_wrong_and_what_to_do(case, folder, last_good):
    """One problem, with its place and remedy; exit code 2; the last good output stays."""
    result = run("build", spoil(folder, case).path, "--out", last_good[0])

    assert_refused(result, last_good)
    lines = result.stderr.splitlines()
    assert len(lines) == 2, result.stderr
    assert lines[0] == "1 problem; nothing was changed:"
    assert lines[1].strip().startswith(case.says)
    assert case.remedy in lines[1]


@each_case
def test_check_lists_the_same_problem(case, folder):
    """`carreport check` finds it too, on stdout, with exit code 1."""
    result = run("check", spoil(folder, case).path)

    assert result.exit_code == 1, result.output
    assert result.stdout.strip().startswith(case.says)
    assert "1 problem" in result.stderr


def test_everything_wrong_is_said_at_once(folder):
    """Ten mistakes in five files are ten problems, in the order of files and lines."""
    wrong = [
        case
        for case in CELLS
        if case.what
        in {
            "a word for a number", "an unknown group", "an unknown level", "a patient twice",
            "an infusion twice", "death before the first infusion", "an event of nobody",
            "a date the other way round", "markup", "a grade that is none",
        }
    ]  # fmt: skip
    for case in wrong:
        spoil(folder, case)

    with pytest.raises(BadInput) as caught:
        load(folder.path)

    said = [str(problem) for problem in caught.value.problems]
    for case in wrong:
        assert [line for line in said if line.startswith(case.says)], case.what
    places = [(problem.file, problem.row) for problem in caught.value.problems]
    assert places == sorted(places)


def test_several_wrong_keys_are_said_at_once(folder):
    """So are several mistakes in study.toml."""
    folder.replace("study.toml", 'title = "A study"\n', "")
    folder.replace("study.toml", 'id = "age"', 'id = "Age"')
    folder.replace("study.toml", 'unit = "mg/L"', 'units = "mg/L"')

    with pytest.raises(BadInput) as caught:
        load(folder.path)

    assert [one.column for one in caught.value.problems] == [
        "analyte.1.units", "baseline.1.id", "study.title"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (
            "patients.csv",
            "patients.csv: no such file; add patients.csv with patient_id, start_date",
        ),
        ("events.csv", "events.csv: no such file; add events.csv with patient_id, event, date"),
        ("study.toml", "study.toml: no such file; a study folder needs a study.toml"),
    ],
)
def test_missing_file_is_named(file, says, folder, last_good):
    """The three files without which there is no study."""
    result = run("build", folder.remove(file).path, "--out", last_good[0])

    assert_refused(result, last_good)
    assert says in result.stderr


@pytest.mark.parametrize("file", ["patients.csv", "events.csv", "measurements.csv"])
def test_empty_file_is_named(file, folder, last_good):
    """A file of no bytes has no header."""
    result = run("build", folder.write(file, "").path, "--out", last_good[0])

    assert_refused(result, last_good)
    assert f"{file}: is empty; give it a header line and rows" in result.stderr


def test_patients_without_a_row_are_refused(folder, last_good):
    """A header alone is no study."""
    folder.write("patients.csv", "patient_id,start_date,cohort,age,sex\n")

    result = run("build", folder.path, "--out", last_good[0])

    assert_refused(result, last_good)
    assert "patients.csv: has a header and no rows; add one row per patient" in result.stderr


def test_other_tables_may_have_a_header_only(folder):
    """No adverse event so far is no mistake; a notice says so."""
    folder.write("adverse_events.csv", "patient_id,term,category,grade,start_date\n")

    snapshot = folder.snapshot()

    assert "adverse_events.csv has a header and no rows" in snapshot.notices


@pytest.mark.parametrize("file", ["patients.csv", "study.toml"])
def test_text_that_is_not_utf8_is_refused(file, folder, last_good):
    """Latin-1 is named, with what to do."""
    folder.write(file, folder.text(file).encode() + "# Größe".encode("latin-1"))

    result = run("build", folder.path, "--out", last_good[0])

    assert_refused(result, last_good)
    assert file in result.stderr
    assert "UTF-8" in result.stderr


def test_byte_order_mark_is_read_over(folder):
    """Excel writes one before UTF-8."""
    folder.write("patients.csv", b"\xef\xbb\xbf" + folder.text("patients.csv").encode())

    assert len(folder.snapshot().patients) == 12


def test_line_ends_of_windows_are_read(folder):
    """CRLF files count lines as an editor does."""
    folder.write("patients.csv", folder.text("patients.csv").replace("\n", "\r\n"))
    folder.replace("patients.csv", ",27,F", ",twenty,F")

    with pytest.raises(BadInput, match=r"patients\.csv, line 4, column 'age'"):
        load(folder.path)


def test_a_cell_of_two_lines_does_not_shift_the_count(folder):
    """The line named is the one an editor shows, quoted line ends included."""
    folder.replace("events.csv", "infection", '"infection\nof the lung"')
    folder.replace("events.csv", "2020-05-02", "May 2020")

    with pytest.raises(BadInput) as caught:
        load(folder.path)

    assert folder.line_of("events.csv", "May 2020") in [p.row for p in caught.value.problems]


def test_two_files_for_one_table_are_refused(folder, last_good):
    """Which of the two would be right?"""
    folder.write("events.xlsx", b"PK")

    result = run("build", folder.path, "--out", last_good[0])

    assert_refused(result, last_good)
    assert "events.csv and events.xlsx both hold events; keep one of them" in result.stderr


@pytest.mark.parametrize("file", ["measurements.xlsx", "measurements.parquet"])
def test_damaged_binary_file_is_refused(file, folder, last_good):
    """Not a traceback of a library."""
    folder.remove("measurements.csv").write(file, b"PK\x03\x04 no")

    result = run("build", folder.path, "--out", last_good[0])

    assert_refused(result, last_good)
    assert f"{file}: is not a readable" in result.stderr


def test_a_patient_without_followup_is_named_once(folder):
    """Two endpoints that lack the same last contact are one thing to mend."""
    folder.replace("events.csv", "P06,last_contact,2020-05-02,\n", "")

    with pytest.raises(BadInput) as caught:
        load(folder.path)

    assert [(one.row, "P06" in one.found) for one in caught.value.problems] == [(7, True)]


def test_assume_alive_makes_last_contact_unnecessary(folder):
    """With assume_alive a patient nobody lost is followed to the cutoff."""
    folder.replace("events.csv", "P06,last_contact,2020-05-02,\n", "")
    folder.replace("study.toml", "[study]\n", "[study]\nassume_alive = true\n")

    snapshot = folder.snapshot()

    patients = snapshot.patients.frame.set_index("patient_id")
    assert patients.at["P06", "followup:days"] == 582  # 2019-01-15 to 2020-08-19
    assert patients.at["P06", "os:status"] == 0


def test_unread_columns_are_named_in_a_notice(folder):
    """A column nothing names is kept out, and said to be."""
    folder.replace("patients.csv", "cohort,age,sex", "cohort,age,gender")
    folder.replace("study.toml", 'column = "sex"', 'column = "gender"')
    text = folder.text("patients.csv").splitlines()
    folder.write("patients.csv", "\n".join([text[0] + ",shoe", *(f"{x},42" for x in text[1:])]))
    folder.replace("study.toml", 'where = { sex = "F" }', 'where = { gender = "F" }')
    folder.replace("study.toml", '{ column = "sex", label = "Sex" },', "")

    snapshot = folder.snapshot()

    assert "patients.csv: not read, as nothing names it: shoe" in snapshot.notices
    assert "shoe" not in snapshot.patients.frame


def test_origins_that_are_wrong_are_refused(folder, last_good):
    """A rule with a misspelt origin, and one that gives no reason."""
    folder.write(
        "origins.toml",
        '[[rule]]\ntable = "events"\norigin = "guessed"\n'
        '[[rule]]\ntable = "events"\norigin = "reconstructed"\n',
    )

    result = run("build", folder.path, "--out", last_good[0])

    assert_refused(result, last_good)
    assert result.stderr.count("origins.toml") == 2
    assert "because" in result.stderr


def test_hostile_names_in_study_toml_do_not_reach_the_page_as_markup(tmp_path):
    """A label is text wherever it comes from."""
    folder = write_folder(tmp_path / "study")
    folder.replace("study.toml", '"A study"', '"A <script>study</script> & more"')
    folder.replace("study.toml", 'label = "Age"', 'label = "<img src=x> {{ age }}"')

    result = run("build", folder.path, "--out", tmp_path / "out", "--format", "html")

    assert result.exit_code == 0, result.output
    page = (tmp_path / "out" / "interim.html").read_text(encoding="utf-8")
    assert "A &lt;script&gt;study&lt;/script&gt; &amp; more" in page
    assert "<script>study" not in page
    assert "<img src=x>" not in page
    assert "&lt;img src=x&gt; {{ age }}" in page
