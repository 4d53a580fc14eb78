"""A REDCap export and its dictionary: codes become labels, repeating instruments tables."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from carreport.cli import app
from carreport.errors import BadInput
from carreport.intake.redcap.dictionary import read_dictionary
from carreport.intake.redcap.export import Export
from carreport.study.load import load

EXAMPLE = Path(__file__).resolve().parents[2] / "carreport" / "examples" / "redcap"
HEAD = (
    "Variable / Field Name,Form Name,Section Header,Field Type,Field Label,"
    '"Choices, Calculations, OR Slider Labels",Field Note,'
    "Text Validation Type OR Show Slider Number,Text Validation Min,Text Validation Max,Identifier?\n"
)
DICTIONARY = (
    HEAD + "id,base,,text,Record,,,,,,y\n"
    "born,base,,text,Birth,,,date_dmy,,,y\n"
    'sex,base,,radio,<b>Sex</b> &amp; gender,"1, Male | 2, Female, or other",,,,,\n'
    'ill,base,,checkbox,Illness,"A, Gout | -1, None",,,,,\n'
    "hello,base,,descriptive,Hello,,,,,,\n"
    "date,visit,,text,Date,,,date_ymd,,,\n"
    "value,visit,,text,Value,,,number,,,\n"
)
RAW = (
    "id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,born,sex,ill___a,ill____1,"
    "base_complete,date,value,extra\n"
    "7,start_arm_1,,,1970-01-01,2,1,0,2,,,\n"
    "7,start_arm_1,visit,1,,,,,,2020-01-10,4.5,\n"
    "7,start_arm_1,visit,2,,,,,,2020-02-10,-99,\n"
)
LABELS = (
    "Record,Event Name,Repeat Instrument,Repeat Instance,Birth,Sex & gender,Illness (choice=Gout),"
    "Illness (choice=None),Complete?,Date,Value,Extra\n"
    '7,Start,,,1970-01-01,"Female, or other",Checked,Unchecked,Complete,,,\n'
    "7,Start,Visit,1,,,,,,2020-01-10,4.5,\n"
    "7,Start,Visit,2,,,,,,2020-02-10,-99,\n"
)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "dictionary.csv").write_text(DICTIONARY, encoding="utf-8")
    (tmp_path / "raw.csv").write_text(RAW, encoding="utf-8")
    (tmp_path / "labels.csv").write_text(LABELS, encoding="utf-8")
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(app, ["import", "redcap", *map(str, arguments)])


@pytest.mark.parametrize("name", ["raw.csv", "labels.csv"])
def test_raw_and_label_exports_read_alike(folder, name):
    export = Export(folder / name, read_dictionary(folder / "dictionary.csv"))

    base, visit = export.sources(["-99"])

    assert base.names() == ["id", "redcap_event_name", "sex", "ill___a", "ill____1"]
    assert base.lines[0].cells[2:] == ("Female, or other", "yes", "no")
    assert base.field("sex").label == "Sex & gender"
    assert base.field("ill___a").label == "Illness: Gout"
    assert (visit.repeats, visit.names()[2:]) == (True, ["redcap_repeat_instance", "date", "value"])
    assert [line.cells[-1] for line in visit.lines] == ["4.5", ""]
    assert [(line.number) for line in visit.lines] == [3, 4]


def test_identifiers_are_left_out_and_said_so(folder):
    items = read_dictionary(folder / "dictionary.csv")

    left = {one.column: one.why for one in Export(folder / "raw.csv", items).unused}
    asked = Export(folder / "raw.csv", items, identifiers=True)

    assert left["born"] == "marked as an identifier; --identifiers reads it"
    assert left["extra"] == "the data dictionary does not name it"
    assert "born" in asked.sources()[0].names()


def test_missing_codes_are_found_where_they_can_be_nothing_else(folder):
    export = Export(folder / "raw.csv", read_dictionary(folder / "dictionary.csv"))

    assert export.missing_codes() == ["-99"]


def test_a_code_that_is_no_choice_is_named_with_its_line(folder):
    (folder / "raw.csv").write_text(RAW.replace("1970-01-01,2,", "1970-01-01,3,"), encoding="utf-8")
    export = Export(folder / "raw.csv", read_dictionary(folder / "dictionary.csv"))

    (column, problem), *_ = export.sources()[0].problems

    assert column == "sex"
    assert str(problem).startswith(
        "raw.csv, line 2, column 'sex': '3' is none of its choices (1, 2)"
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("a,b\n1,2\n", "has no column Variable / Field Name"),
        (HEAD + "id,base,,radio,Record,1 Yes,,,,,\n", "the choice '1 Yes' has no comma"),
        (HEAD, "names no field"),
        ("", "is empty"),
    ],
)
def test_what_is_no_dictionary_is_refused(tmp_path, content, says):
    (tmp_path / "d.csv").write_text(content, encoding="utf-8")

    with pytest.raises(BadInput, match=says):
        read_dictionary(tmp_path / "d.csv")


def test_an_export_of_another_project_is_refused(folder):
    (folder / "raw.csv").write_text("study_id,a\n1,2\n", encoding="utf-8")

    result = run(folder / "raw.csv", "--dictionary", folder / "dictionary.csv", "--guess")

    assert result.exit_code == 2
    assert "has no column 'id', the first field of the data dictionary" in result.stderr


def test_the_example_goes_through_its_own_guess(tmp_path):
    shutil.copytree(EXAMPLE, tmp_path / "files")
    given = (
        tmp_path / "files" / "export.csv",
        "--dictionary",
        tmp_path / "files" / "dictionary.csv",
    )

    assert run(*given, "--guess", "--out", tmp_path / "m.toml").exit_code == 0
    export, *dictionary = given
    result = run(export, tmp_path / "study", *dictionary, "--mapping", tmp_path / "m.toml")

    assert result.exit_code == 0, result.output
    study = load(tmp_path / "study")
    counts = {name: len(table.frame) for name, table in study.tables.items()}
    assert counts == {"patients": 12, "events": 16, "adverse_events": 12, "measurements": 48}
    assert set(study.tables["patients"].text["sex"]) == {"Male", "Female"}
    assert set(study.tables["adverse_events"].text["category"]) <= {
        "Blood",
        "General",
        "Infections",
    }
    assert "full_name" in (tmp_path / "study" / "import.json").read_text(encoding="utf-8")
    assert "Alder" not in "".join(one.read_text() for one in (tmp_path / "study").iterdir())
