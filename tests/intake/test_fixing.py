"""`carreport check --fix`: what is safe becomes a patch that applies, what is not is named."""

import json
import shutil
import subprocess

import pytest
from folders import tree, write_folder
from typer.testing import CliRunner

from carreport.cli import app
from carreport.intake.fixing import propose
from carreport.intake.fixing.columns import Expected, corrected
from carreport.intake.suspicions import suspicions
from carreport.study.forms import advice
from carreport.study.load import load


def check(*arguments):
    return CliRunner().invoke(app, ["check", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path / "study")


def spoilt(folder):
    """Everything that is corrected, in files of every form."""
    folder.replace("patients.csv", "P01,2018-01-10,MRD-positive", "P01,10.01.2018,mrd positive")
    folder.replace(
        "patients.csv", "P02,2018-02-14,MRD-positive,51", "P02,14.02.2018, MRD-positive ,n/a"
    )
    folder.replace("patients.csv", "patient_id", "Patient ID")
    folder.write(
        "patients.csv", b"\xef\xbb\xbf" + folder.text("patients.csv").replace("\n", "\r\n").encode()
    )
    folder.write(
        "events.csv", folder.text("events.csv").replace("last_contact", "Last contact").rstrip("\n")
    )
    folder.replace("events.csv", "P08,relapse,2018-06-01", "P08,relapse\u00a0,01-Jun-2018")
    folder.replace("events.csv", "CD19-positive", '"CD19  ""positive"", late"')
    folder.write(
        "measurements.csv", folder.text("measurements.csv").replace(",", ";").replace(".", ",")
    )
    folder.replace("measurements.csv", "mg/L", "a, b")
    return folder


@pytest.mark.skipif(shutil.which("patch") is None, reason="the program patch is not installed")
def test_the_patch_applies_and_leaves_nothing_to_propose(folder, tmp_path):
    before = tree(spoilt(folder).path)

    result = check(folder.path, "--fix", "--out", tmp_path / "fixes.patch")

    assert result.exit_code == 1
    assert tree(folder.path) == before
    apply = ["patch", "-p1", "-d", folder.path, "-i", tmp_path / "fixes.patch"]
    subprocess.run(apply, check=True, capture_output=True)  # noqa: S603 - our own patch
    assert propose(folder.path).fixes == ()
    assert folder.text("patients.csv").startswith("\ufeffpatient_id,start_date")
    assert b"P01,2018-01-10,MRD-positive,34,F\r\n" in tree(folder.path)["patients.csv"]
    assert 'P02,relapse,2019-03-01,"CD19 ""positive"", late"\n' in folder.text("events.csv")
    assert folder.text("events.csv").endswith("P12,last_contact,2020-08-19,")
    assert 'P01,CRP,2018-01-12,12.5,"a, b",1\n' in folder.text("measurements.csv")
    folder.replace("measurements.csv", '"a, b"', "mg/L")
    assert len(load(folder.path).tables["patients"].frame) == 12


def test_git_takes_the_same_patch(folder):
    git = shutil.which("git")
    if not git:
        pytest.skip("needs git")
    result = check(spoilt(folder).path, "--fix")

    done = subprocess.run(  # noqa: S603 - our own patch
        [git, "apply", "-"],
        input=result.stdout_bytes,
        cwd=folder.path,
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert propose(folder.path).fixes == ()


def test_every_correction_has_its_reason(folder):
    result = check(spoilt(folder).path, "--fix")

    for reason in (
        (
            "patients.csv, column 'start_date': line 2 '10.01.2018' → '2018-01-10', "
            "line 3 '14.02.2018' → '2018-02-14': the day stands first, as '14.02.2018' shows"
        ),
        "patients.csv, column 'cohort': line 2 'mrd positive' → 'MRD-positive': study.toml writes it",
        "'n/a' says that there is no value",
        "measurements.csv: line 1 ';' → ',': commas part the cells",
        "nothing was changed",
    ):
        assert reason in result.stderr


def test_a_program_reads_the_same(folder):
    record = json.loads(check(spoilt(folder).path, "--fix", "--json").stdout)

    fix = {"file": "patients.csv", "line": 2, "column": "start_date", "old": "10.01.2018",
           "new": "2018-01-10", "why": "the day stands first, as '14.02.2018' shows"}  # fmt: skip
    assert fix in record["fixes"]
    assert record["patch"] == propose(folder.path).patch


def test_a_sound_folder_has_nothing_to_propose(folder):
    result = check(folder.path, "--fix")

    assert (result.exit_code, result.stdout) == (0, "")


def test_excel_files_are_listed_and_not_patched(folder):
    from openpyxl import Workbook

    book = Workbook()
    for line in folder.text("patients.csv").splitlines():
        book.active.append(
            line.replace("2018-01-10", "10.01.2018").replace("02-14", "02-14 00:00").split(",")
        )
    book.active["B3"] = "14.02.2018"
    book.save(folder.path / "patients.xlsx")
    folder.remove("patients.csv")

    proposal = propose(folder.path)

    assert proposal.patch == ""
    assert [(one.file, one.line, one.new) for one in proposal.by_hand] == [
        ("patients.xlsx", 2, "2018-01-10"),
        ("patients.xlsx", 3, "2018-02-14"),
    ]


DATES = Expected("date", blank=False)
NUMBERS = Expected("number")


@pytest.mark.parametrize(
    ("cells", "expected", "new"),
    [
        (["05.08.2020", "13.08.2020"], DATES, ["2020-08-05", "2020-08-13"]),
        (["08/05/2020", "08/19/2020"], DATES, ["2020-08-05", "2020-08-19"]),
        (["19AUG2020", "2020/8/9", "20200819", "9. März 2020"], DATES,
         ["2020-08-19", "2020-08-09", "2020-08-19", "2020-03-09"]),
        (["2020-08-19 00:00:00", "Aug 9, 2020"], DATES, ["2020-08-19", "2020-08-09"]),
        (["8/8/2020"], DATES, ["2020-08-08"]),
        (["1,5", "1,234"], NUMBERS, ["1.5", "1.234"]),
        (["1.234,5", "-"], NUMBERS, ["1234.5", ""]),
        (["Yes", "no"], Expected("flag"), ["yes", "no"]),
        (["febrile\u00a0 neutropenia "], Expected("text"), ["febrile neutropenia"]),
        (["cd 19+", "CD-19+"], Expected("text", words=("CD19+", "CD20")), ["CD19+", "CD19+"]),
    ],
)  # fmt: skip
def test_a_form_the_column_shows_is_corrected(cells, expected, new):
    found = corrected(cells, expected)

    assert [found.cells.get(at, (cell,))[0] for at, cell in enumerate(cells)] == new
    assert found.left == ()


@pytest.mark.parametrize(
    ("cells", "expected", "says"),
    [
        (["05.08.2020", "01.02.2020"], DATES, "may have the day or the month first"),
        (["19.08.2020", "08/19/2020"], DATES, "the column is in two orders"),
        (["44062", "44063"], DATES, "of which there are two countings"),
        (["1,234"], NUMBERS, "or one that parts thousands"),
        (["1,5", "1.5"], NUMBERS, "a comma and '1.5' a point"),
    ],
)
def test_what_would_be_a_guess_is_named_and_left(cells, expected, says):
    found = corrected(cells, expected)

    assert found.cells == {}
    assert [says in what for _, what, _ in found.left] == [True]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["NA", "-"], Expected("text", words=("x",))),
        (["unknown"], Expected("number")),
        (["n/a"], Expected("text", blank=False, words=("a",), closed=True)),
        (["ab"], Expected("text", words=("A-B", "a b"))),
        (["05.08.20", "2020-08", "2020-08-19 14:30"], DATES),
        (["a\nb  c"], Expected("text")),
    ],
)
def test_what_may_be_meant_stays(cells, expected):
    assert corrected(cells, expected).cells == {}


@pytest.mark.parametrize(
    ("cell", "kind", "says"),
    [
        (
            "05/08/2020",
            "date",
            "write 2020-08-05 if the day stands first, 2020-05-08 if the month does",
        ),
        ("31.12.2019", "date", "write 2019-12-31"),
        ("44062", "date", "the number a spreadsheet has for 2020-08-19"),
        ("19.08.20", "date", "write the year with four digits"),
        ("2020-08", "date", "a day is needed"),
        ("2020-08-19 14:30", "date", "without the time"),
        ("1,234", "number", "write 1.234, or 1234 if the comma parts thousands"),
        ("<0.5", "number", "write 0.5, and in measurements say yes in below_lloq"),
        ("12,5 mg/L", "number", "write 12.5 and 'mg/L' in a column of its own"),
        ("Grade III", "grade", "write 3"),
        ("2-3", "grade", "the highest"),
        ("Y", "flag", "write yes"),
        ("unknown", "number", "leave it empty"),
        ("soon", "date", ""),
    ],
)
def test_advice_says_what_to_write(cell, kind, says):
    assert says in advice(cell, kind)
    assert bool(says) == bool(advice(cell, kind))


def test_a_file_with_other_signs_or_another_encoding_is_named(folder):
    folder.write("events.csv", folder.text("events.csv").replace(",", "\t"))
    folder.write(
        "patients.csv", folder.text("patients.csv").replace("34,F", "34,Größe").encode("cp1252")
    )

    said = check(folder.path).stdout

    assert "events.csv, line 1: its cells are parted by tabs, not by commas" in said
    assert "patients.csv, line 2: is not UTF-8; read as Windows-1252 the line says" in said
    assert "Größe" in said


def test_near_levels_and_ids_are_named(folder):
    folder.replace("patients.csv", "Active,38,F", "active,38,unknown")
    folder.replace("events.csv", "P03,death", "p3,death")

    said = check(folder.path).stdout

    assert "'active' is not a declared level; write 'Active', from which it differs in case" in said
    assert "leave it empty if it is not known, write one of F, M" in said
    assert (
        "'p3' is not in patients; correct the id or add the patient; 'P03' is the only one" in said
    )


def test_what_is_meant_is_told_beside_what_is_wrong(folder):
    folder.replace("events.csv", "P03,death,2018-11-30", "P03,died,2018-11-30")
    folder.replace("events.csv", "P09,death,2018-07-04", "P09,death,unknown")
    folder.replace("study.toml", 'column = "sex"', 'column = "Sex"')
    folder.replace("adverse_events.csv", "2018-01-11,2018-01-13", "2018-01-11,2018-01-03")

    result = check(folder.path)

    assert (
        "patient P03 has no last_contact and no event of 'os', 'rel' (there is died)"
        in result.stdout
    )
    assert (
        "'unknown' is not a date as YYYY-MM-DD; correct the cell: a value is needed"
        in result.stdout
    )
    assert "add the column or correct study.toml; 'sex' is there" in result.stdout
    assert "line 2: ends on 2018-01-03, before it begins on 2018-01-11" in result.stderr


def test_rows_twice_and_words_alike_are_suspected(folder):
    folder.append(
        "adverse_events.csv", "P09,Anemia,Blood,4,2018-05-20,,1", "P09,ANEMIA,Blood,2,2018-06-20,,1"
    )

    said = suspicions(folder.path)

    assert said[0].startswith("adverse_events.csv: line 10 is line 9 again")
    assert said[1].startswith("adverse_events.csv, column 'term': 'Anemia' (4), 'ANEMIA' (1)")


def test_a_patch_is_not_written_over_a_table(folder):
    before = tree(folder.path)

    result = check(folder.path, "--fix", "--out", folder.path / "patients.csv")

    assert result.exit_code == 2
    assert "is a file of the study" in result.stderr
    assert tree(folder.path) == before
