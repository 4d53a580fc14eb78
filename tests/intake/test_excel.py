"""A workbook by a mapping: what becomes of every cell, and every cell that cannot be read."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from typer.testing import CliRunner
from workbooks import MAPPING, ROWS, changed, write_book

from carreport.cli import app
from carreport.intake.excel import Workbook as Read
from carreport.study.load import load

EXAMPLE = Path(__file__).resolve().parents[2] / "carreport" / "examples" / "excel" / "registry.xlsx"


def run(*arguments):
    return CliRunner().invoke(app, ["import", "excel", *map(str, arguments)])


@pytest.fixture
def files(tmp_path):
    """A workbook, its mapping, and where the study goes."""
    (tmp_path / "map.toml").write_text(MAPPING, encoding="utf-8")
    return write_book(tmp_path / "book.xlsx"), tmp_path / "map.toml", tmp_path / "study"


def imported(files):
    book, mapping, out = files
    return run(book, out, "--mapping", mapping)


def refused(result, out, *words):
    assert result.exit_code == 2, result.output
    assert "unexpectedly" not in result.stderr
    assert not out.exists()
    for word in words:
        assert word in result.stderr


def rows(files, table):
    return (files[2] / f"{table}.csv").read_text(encoding="utf-8").splitlines()


def test_a_wide_sheet_feeds_patients_events_and_measurements(files):
    result = imported(files)

    assert result.exit_code == 0, result.output
    assert rows(files, "patients") == [
        "patient_id,start_date,sex,age",
        "1,2020-01-10,male,50", "2,2020-02-10,female,", "3,2020-03-10,female,61",
    ]  # fmt: skip
    assert rows(files, "events")[1:] == ["1,last_contact,2020-12-20", "2,death,2020-05-14", "3,last_contact,2020-12-21"]  # fmt: skip
    assert rows(files, "measurements") == [
        "patient_id,analyte,date,value,below_lloq", "1,CRP,2020-01-17,4.5,no", "2,CRP,2020-02-17,3,yes",
    ]  # fmt: skip
    assert load(files[2]).settings.study.title == "A registry"


def test_the_account_says_what_was_used_left_and_assumed(files):
    imported(files)

    account = json.loads((files[2] / "import.json").read_text(encoding="utf-8"))

    assert {"file": "book.xlsx Patients", "column": "Died", "label": "", "became": "events.date", "values": 1} in account["used"]  # fmt: skip
    assert [one["column"] for one in account["unused"]] == ["Note"]
    said = " ".join(f"{one['what']} {one['why']}" for one in account["assumed"])
    assert "'20.12.2020' was read as 2020-12-20" in said
    assert "such as '<3' became the limit itself" in said
    assert "the data cutoff is 2020-12-21" in said


@pytest.mark.parametrize(
    ("row", "column", "value", "says"),
    [
        (4, 2, 3, "book.xlsx, 'Patients!B4': '3' is none of the values of the mapping"),
        (4, 3, "old", "book.xlsx, 'Patients!C4': 'old' is not a number"),
        (5, 4, "soon", "book.xlsx, 'Patients!D5': 'soon' is not a date"),
        (4, 7, "high", "book.xlsx, 'Patients!G4': 'high' is not a number"),
        (5, 5, "14.01.2020", "book.xlsx, 'Patients!E5': death of patient 2 on 2020-01-14 is before"),
        (6, 6, None, "book.xlsx, 'Patients!A6': patient 3 has no last_contact"),
        (6, 6, "21.12.2019", "book.xlsx, 'Patients!F6': last_contact of patient 3"),
        (5, 4, None, "is empty; give a date"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_read_is_named_by_its_address(files, row, column, value, says):
    write_book(files[0], changed(ROWS, row, column, value))

    refused(imported(files), files[2], says)


def test_dates_that_may_be_read_two_ways_ask_for_an_order(files):
    two = changed(
        changed(changed(ROWS, 4, 6, "05.08.2020"), 6, 6, "06.09.2020"), 5, 5, "03.04.2020"
    )
    write_book(files[0], two)

    refused(imported(files), files[2], "'Patients!F4'", "'Patients!E5'", 'say order = "day first"')
    files[1].write_text(MAPPING.replace("header_row = 3", 'header_row = 3\norder = "day first"'))

    assert imported(files).exit_code == 0
    assert rows(files, "events")[1:] == ["1,last_contact,2020-08-05", "2,death,2020-04-03", "3,last_contact,2020-09-06"]  # fmt: skip


def test_a_formula_without_a_stored_value_and_an_error_are_named(files):
    write_book(files[0], changed(ROWS, 4, 3, "=40+10"))
    book = load_workbook(files[0])
    book["Patients"]["G5"] = "#DIV/0!"
    book.save(files[0])

    refused(imported(files), files[2], "'Patients!C4': holds a formula whose value was never stored",
            "'Patients!G5': holds the error #DIV/0!")  # fmt: skip


def test_hidden_rows_and_rows_of_nobody_are_told(files):
    write_book(files[0], [*ROWS, [None, "total"]], Codes=[["a", "b"]])
    book = load_workbook(files[0])
    book["Patients"].row_dimensions[6].hidden = True
    book.save(files[0])

    assert imported(files).exit_code == 0
    account = (files[2] / "import.md").read_text(encoding="utf-8")

    assert "Patients: 1 hidden row(s) (6) were read" in account
    assert "rows without a patient: 7" in account
    assert "the mapping does not name this sheet" in account


def test_a_merged_header_of_two_rows_gives_one_name_each(tmp_path):
    book = Workbook()
    sheet = book.active
    sheet.title = "Lab"
    for at, value in (("A1", "No"), ("B1", "CRP (mg/L)"), ("D1", "Hb"), ("B2", "day 0"), ("C2", "day 7"),
                      ("D2", "day 0"), ("A3", 1), ("B3", 2.5), ("C3", 3), ("E3", "stray")):  # fmt: skip
        sheet[at] = value
    sheet.merge_cells("A1:A2")
    sheet.merge_cells("B1:C1")
    book.save(tmp_path / "lab.xlsx")

    source = Read(tmp_path / "lab.xlsx").source("Lab")

    assert source.names() == ["No", "CRP (mg/L) day 0", "CRP (mg/L) day 7", "Hb day 0"]
    assert source.header == (1, 2)
    assert [(one.number, one.cells) for one in source.lines] == [(3, ("1", "2.5", "3", ""))]
    assert [(one.column, one.why) for one in source.unused] == [("E", "has cells and no name in the header")]  # fmt: skip


TIMES = """\
[[sheet]]
name = "Patients"
patient = "id"
[sheet.patients]
arm = "arm"
[[sheet.rows]]
table = "events"
where = { dead = "1" }
columns.event = { is = "death" }
columns.date = { column = "os", unit = "months" }
[[sheet.rows]]
table = "events"
where = { dead = ["0"] }
columns.event = { is = "last_contact" }
columns.date = { column = "os", unit = "months" }
"""


def test_times_and_status_alone_are_counted_from_a_nominal_start(tmp_path):
    book = write_book(tmp_path / "b.xlsx", [["id", "arm", "os", "dead"], ["a", "x", 12, 1], ["b", "y", "6,5", 0]])  # fmt: skip
    (tmp_path / "m.toml").write_text(TIMES)

    result = run(book, tmp_path / "study", "--mapping", tmp_path / "m.toml")

    assert result.exit_code == 0, result.output
    events = (tmp_path / "study" / "events.csv").read_text().splitlines()
    assert events[1:] == ["a,death,2000-12-31", "b,last_contact,2000-07-17"]
    assert "months were turned into days by 30.4375" in result.stdout
    assert load(tmp_path / "study").settings.study.data_statement == "nominal dates"


def test_study_days_count_from_one(tmp_path):
    book = write_book(tmp_path / "b.xlsx", [["id", "day"], ["a", 1], ["b", 15], ["c", 0]])
    text = TIMES.replace('"os", unit = "months"', '"day", unit = "study day"').replace('arm = "arm"', 'start_date = { is = "2020-01-10" }')  # fmt: skip
    text = text.replace('where = { dead = "1" }\n', "").partition('[[sheet.rows]]\ntable = "events"\nwhere')[0]  # fmt: skip
    (tmp_path / "m.toml").write_text(text)

    result = run(book, tmp_path / "study", "--mapping", tmp_path / "m.toml")

    refused(result, tmp_path / "study", "'Patients!B4': there is no study day 0")


def test_a_condition_that_is_met_without_a_date_is_a_contradiction(tmp_path):
    book = write_book(tmp_path / "b.xlsx", [["id", "arm", "os", "dead"], ["a", "x", None, 1]])
    (tmp_path / "m.toml").write_text(TIMES)

    result = run(book, tmp_path / "study", "--mapping", tmp_path / "m.toml")

    refused(
        result, tmp_path / "study", "'Patients!C2': is empty, and dead = 1 asks for a row of events"
    )


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("header_row = 3", "header_row = 1", "has no column 'No' (header in row 1: Registry of a hospital)"),
        ('columns.date = "Died"', 'columns.date = "Dead"', "has no column 'Dead'"),
        ('name = "Patients"', 'name = "Patient"', "has no sheet 'Patient'; name one of Patients"),
        ('columns.date = "Died"', 'columns.dat = "Died"', "events needs date"),
        ('{ is = "death" }', '{ is = "death", day = 3 }', "give one of column"),
        ("version = 1", "version = 1\nsheeets = 3", "'sheeets': is not a known key"),
        ('kind = "continuous"', 'kind = "contineous"', "settings.baseline.2.kind"),
        ('patient = "No"', 'patient = "No', "is not TOML"),
        ("{ day = 7 }", '{ column = "Age", unit = "fortnights" }', "'date', 'days'"),
        ('patient = "No"', 'pateint = "No"', "'sheet.1.patient': is missing"),
    ],
)  # fmt: skip
def test_a_mapping_that_cannot_be_meant_is_refused(files, old, new, says):
    assert old in MAPPING
    files[1].write_text(MAPPING.replace(old, new, 1), encoding="utf-8")

    refused(imported(files), files[2], says)


def test_nothing_is_imported_by_guess(files):
    book, mapping, out = files

    refused(run(book, out), out, "--guess --out mapping.toml proposes one to correct")
    refused(run(book, out, "--guess", "--mapping", mapping), out, "a guess is never imported")
    refused(run(book, "--guess", "--out", mapping), out, "exists; name a new file")
    nowhere = out / "mapping.toml"
    refused(run(book, "--guess", "--out", nowhere, "--json"), out, "'--json'", "cannot be written")


def test_what_is_no_workbook_is_refused(files, tmp_path):
    (tmp_path / "book.xlsx").write_text("no")

    refused(imported(files), files[2], "is not a readable .xlsx workbook")


def worksheet(path, old, new):
    """Another file of the workbook, as no spreadsheet would write it."""
    with zipfile.ZipFile(path) as book:
        parts = {one: book.read(one) for one in book.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content.replace(old, new) if "sheet1" in name else content)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (
            b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
            "merges 17,179,",
        ),
        (
            b'<row r="1048576"><c r="XFD1048576"/></row></sheetData>',
            "reaches to the cell XFD1048576",
        ),
        (b"</sheetData>" + b" " * 2**20, "unpacks to more than 1 MiB"),
    ],
    ids=["merged", "far", "bomb"],
)
def test_a_small_workbook_that_would_fill_the_memory_is_refused(files, monkeypatch, more, says):
    monkeypatch.setattr("carreport.intake.excel._UNPACKED", 2**20)
    worksheet(files[0], b"</sheetData>", more)

    refused(imported(files), files[2], says)


def test_an_out_that_holds_something_is_left(files):
    files[2].mkdir()
    (files[2] / "mine").write_text("mine")

    result = imported(files)

    assert result.exit_code == 2
    assert [one.name for one in files[2].iterdir()] == ["mine"]


def test_the_example_goes_through_its_own_guess(tmp_path):
    shutil.copy(EXAMPLE, tmp_path / "registry.xlsx")

    assert run(tmp_path / "registry.xlsx", "--guess", "--out", tmp_path / "m.toml").exit_code == 0
    result = run(tmp_path / "registry.xlsx", tmp_path / "study", "--mapping", tmp_path / "m.toml")

    assert result.exit_code == 0, result.output
    study = load(tmp_path / "study")
    counts = {name: len(table.frame) for name, table in study.tables.items()}
    assert counts == {"patients": 14, "infusions": 42, "events": 20, "adverse_events": 23, "measurements": 83}  # fmt: skip
    assert "Initials" not in (tmp_path / "study" / "patients.csv").read_text()


def test_a_text_table_is_read_as_a_sheet(files):
    book, mapping, out = files
    lines = [";".join("" if cell is None else str(cell) for cell in row) for row in ROWS]
    (book.parent / "Patients.csv").write_text("\n".join(lines), encoding="utf-8")

    result = run(book.parent / "Patients.csv", out, "--mapping", mapping)

    assert result.exit_code == 0, result.output
    assert rows(files, "events")[2] == "2,death,2020-05-14"


def test_a_text_table_in_another_encoding_is_named(files):
    (files[0].parent / "p.csv").write_bytes("No;Größe\n".encode("cp1252"))

    refused(run(files[0].parent / "p.csv", "--guess"), files[2], "p.csv: is not a table in UTF-8")
