"""The same table from CSV, Excel and Parquet is the same table."""

import csv
import datetime as dt
import io

import openpyxl
import pandas as pd
import pytest
from folders import FILES, write_folder

from carreport.study.files import read_sheet

TABLES = ("patients", "infusions", "events", "adverse_events", "measurements")


def typed(cell):
    """A cell as a person would enter it in Excel: dates as dates, numbers as numbers."""
    for convert in (int, float, dt.date.fromisoformat):
        try:
            return convert(cell)
        except ValueError:
            continue
    return cell or None


def lines_of(table):
    """The CSV of one table as lists of cells."""
    return list(csv.reader(io.StringIO(FILES[f"{table}.csv"])))


def write_excel(path, table):
    """As an .xlsx with typed cells."""
    book = openpyxl.Workbook()
    sheet = book.active
    header, *rows = lines_of(table)
    sheet.append(header)
    for row in rows:
        sheet.append([typed(cell) for cell in row])
    book.save(path)


def write_parquet(path, table):
    """As a .parquet with typed columns."""
    header, *rows = lines_of(table)
    frame = pd.DataFrame([[typed(cell) for cell in row] for row in rows], columns=header)
    frame.to_parquet(path)


@pytest.fixture(params=["xlsx", "parquet"])
def other(request, tmp_path):
    """The tiny study with every table in another format."""
    write = {"xlsx": write_excel, "parquet": write_parquet}[request.param]
    folder = write_folder(tmp_path / "study", **dict.fromkeys(TABLES))
    for table in TABLES:
        write(folder.path / f"{table}.{request.param}", table)
    return folder


def test_results_do_not_depend_on_the_format_of_the_tables(other, tiny_results):
    """Every number, its printed form and its trace are those of the CSV files."""
    results = other.results()

    same = [id_ for id_ in tiny_results if "digest" not in id_]
    assert [id_ for id_ in results if "digest" not in id_] == same
    for id_ in same:
        one, two = results[id_], tiny_results[id_]
        assert (one.value, one.display, one.trace) == (two.value, two.display, two.trace), id_


def test_listings_show_the_same_cells(other, tiny_results):
    """A whole number written by Excel is not shown with a point."""
    one, two = (r.listing("listing.patients") for r in (other.results(), tiny_results))

    assert one.shown == two.shown
    assert one.rows == two.rows


def test_line_numbers_of_excel_are_its_own(tmp_path):
    """The header is line 1, and empty lines are counted and passed over."""
    book = openpyxl.Workbook()
    for row in (["patient_id", "start_date"], ["P1", dt.date(2020, 1, 1)], [], ["P2", None]):
        book.active.append(row)
    book.save(tmp_path / "patients.xlsx")

    sheet = read_sheet(tmp_path / "patients.xlsx")

    assert sheet.lines == (2, 4)
    assert sheet.rows == (("P1", "2020-01-01"), ("P2", ""))


def test_true_and_false_are_yes_and_no(tmp_path):
    """As a flag column wants them."""
    pd.DataFrame({"serious": [True, False, None]}).to_parquet(tmp_path / "flags.parquet")

    assert read_sheet(tmp_path / "flags.parquet").rows == (("yes",), ("no",))


def test_spaces_around_cells_do_not_count(tmp_path):
    """Neither in the header nor below it; spaces inside do."""
    (tmp_path / "a.csv").write_text("patient_id , name\n P1 ,  A B \n")

    sheet = read_sheet(tmp_path / "a.csv")

    assert (sheet.header, sheet.rows) == (("patient_id", "name"), (("P1", "A B"),))


def test_excel_with_columns_to_the_right_of_the_table(tmp_path):
    """Formatted but empty cells beside and below a table are no cells."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["patient_id", "start_date"], ["P1", dt.date(2020, 1, 1)]):
        sheet.append(row)
    sheet["F7"].number_format = "0.00"
    book.save(tmp_path / "patients.xlsx")

    read = read_sheet(tmp_path / "patients.xlsx")

    assert (read.header, read.rows) == (("patient_id", "start_date"), (("P1", "2020-01-01"),))
