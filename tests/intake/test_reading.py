"""A data set is what its bytes say, and a damaged one is a message."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from intake.adam_sets import as_json, write

from carreport.errors import BadInput
from carreport.intake.reading import read_dataset

DATA = Path(__file__).parent / "data"
FRAME = pd.DataFrame(
    {
        "USUBJID": ["1", "Müller"],
        "TRTSDT": [dt.date(2020, 2, 29), None],
        "AVAL": [1.5, None],
    }
)


def transport(path, frame=FRAME, version=5, **more):
    pyreadstat.write_xport(frame, str(path), file_format_version=version, **more)
    return path


@pytest.mark.parametrize("form", ["xpt5", "xpt8", "json", "ndjson", "parquet"])
def test_a_form_is_known_by_its_content_whatever_the_file_is_called(tmp_path, form):
    path = write(FRAME, "adsl", form, tmp_path).rename(tmp_path / "somewhere.dat")
    data = read_dataset(path)
    assert dict(data.cells) == {
        "USUBJID": ("1", "Müller"), "TRTSDT": (dt.date(2020, 2, 29), None), "AVAL": (1.5, None),
    }  # fmt: skip
    assert [one.kind for one in data.columns] == ["text", "date", "number"]
    assert data.columns[1].label == "Date of First Exposure to Treatment"


def test_csv_is_text_with_the_lines_of_its_file(tmp_path):
    path = tmp_path / "adsl.txt"
    path.write_text('usubjid;aval\n\n"a\nb";1,5\nc;\n', encoding="utf-8-sig")
    data = read_dataset(path)
    assert dict(data.cells) == {"USUBJID": ("a\nb", "c"), "AVAL": ("1,5", None)}
    assert list(data.lines) == [3, 5]


def test_a_transport_file_in_latin_1_is_read(tmp_path):
    path = transport(tmp_path / "a.xpt")
    path.write_bytes(path.read_bytes().replace("ü".encode(), b"\xfc").replace(b"ller", b"ller "))
    assert read_dataset(path).cells["USUBJID"] == ("1", "Müller")


def test_a_format_makes_a_date_of_a_number_and_without_one_its_name_does(tmp_path):
    frame = pd.DataFrame(
        {"ADT": [21915.0], "ADTM": [86399.5], "X": [21915.0], "Y": [86400.0], "AVAL": [21915.0]}
    )
    formats = {"X": "E8601DA10", "Y": "DATETIME19"}
    data = read_dataset(transport(tmp_path / "a.xpt", frame, 8, variable_format=formats))
    assert {name: cells[0] for name, cells in data.cells.items()} == {
        "ADT": dt.date(2020, 1, 1),
        "ADTM": dt.datetime(1960, 1, 1, 23, 59, 59),  # noqa: DTZ001
        "X": dt.date(2020, 1, 1),
        "Y": dt.datetime(1960, 1, 2),  # noqa: DTZ001
        "AVAL": 21915.0,
    }


def test_a_sas_data_set_that_sas_wrote_is_read(tmp_path):
    path = tmp_path / "iris"
    path.write_bytes(gzip.decompress((DATA / "iris.sas7bdat.gz").read_bytes()))
    data = read_dataset(path)
    assert (data.name, data.rows, data.columns[4].name) == ("IRIS", 150, "SPECIES")
    assert next(data.records()) == (5.1, 3.5, 1.4, 0.2, "setosa")
    path.write_bytes(path.read_bytes()[:70000])
    with pytest.raises(BadInput, match="is damaged, or no SAS data set"):
        read_dataset(path)


def test_incomplete_dates_stay_text_and_missing_values_of_every_kind_are_missing(tmp_path):
    about = json.loads(as_json(FRAME, "adsl", ["a", "b", "c"]))
    about["rows"] = [["", "2020-02", None], [None, None, 2]]
    path = tmp_path / "a.json"
    path.write_text(json.dumps(about))
    assert list(read_dataset(path).records()) == [(None, "2020-02", None), (None, None, 2.0)]


def edited(**changes):
    about = json.loads(as_json(FRAME, "adsl", ["a", "b", "c"]))
    return json.dumps({**about, **changes}).encode()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty; export the data set again"),
        (b"A,B\n", "has no rows"),
        (b"A,B\n1\n", "line 2: 1 cells where the header has 2"),
        (b"A,A\n1,2\n", "stands twice among the variables"),
        (b"\xff\xfeA,B", "is neither a known form nor CSV in UTF-8"),
        (b"\x00\x01\x02", "is of an unknown form; SAS transport"),
        (b"PK\x03\x04 and so on", "is a ZIP archive or an Excel file"),
        (b"\x78\x9cabc", "is compressed (Dataset-JSON .dsjc, or zlib)"),
        (b"**COMPRESSED** **COMPRESSED** x", "is a SAS CPORT file, which only SAS reads"),
        (b"PAR1 no parquet PAR1", "is a damaged Parquet file"),
        (b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!000", "it ends within a record"),
        (b'{"a": ', "is no JSON"),
        (b'{"a": 1}', "is JSON, but no Dataset-JSON"),
        (b'{"clinicalData": {}}', "is Dataset-JSON 1.0; write it as Dataset-JSON 1.1"),
        (edited(datasetJSONVersion="1.0.0"), "'datasetJSONVersion': is '1.0.0'"),
        (edited(records=3), "says it has 3 records, and has 2"),
        (edited(rows=[["1"], ["2"]]), "line 1: is no array of 3 values"),
        (edited(rows=[[1, None, 1.0], ["1", "x", 1.0]]), "line 2, column 'TRTSDT': 'x' is no date"),
        (edited(rows=[["1", None, "a"], ["1", None, 1]]), "'a' is no float"),
        (edited(columns=[{"name": "A"}]), "'columns.1.itemOID': is missing"),
        (edited(rows=None), "'rows': is no array"),
        (edited(rows=[["\ud800", None, 1], ["1", None, 1]]), "line 1, column 'USUBJID': '\\ud800' is"),
        (edited().replace(b"1.5", b"1e999"), "is infinite; correct the value"),
        (b"[" * 100_000, "nests arrays or objects deeper than any data set"),
    ],
)  # fmt: skip
def test_what_is_no_data_set_is_one_message(tmp_path, content, message):
    path = tmp_path / "adsl"
    path.write_bytes(content)
    with pytest.raises(BadInput) as caught:
        read_dataset(path)
    assert message in str(caught.value)


def test_two_data_sets_in_one_transport_file_are_refused(tmp_path):
    one = transport(tmp_path / "a.xpt").read_bytes()
    (tmp_path / "b.xpt").write_bytes(one + one[240:])
    with pytest.raises(BadInput, match="holds 2 data sets; export each into a file of its own"):
        read_dataset(tmp_path / "b.xpt")


def test_a_folder_and_a_missing_file_are_messages(tmp_path):
    with pytest.raises(BadInput, match="no such file; correct its name"):
        read_dataset(tmp_path / "adsl.xpt")
    with pytest.raises(BadInput, match="cannot be read"):
        read_dataset(tmp_path)
