"""A proposed mapping: what is known by its name, what is left, and that it can be read back."""

import re
import tomllib

import pytest
from docpages import DOCS

from carreport.errors import BadInput
from carreport.intake.guess import proposed
from carreport.intake.guess.words import DEATH, GROUP, LAST, PATIENT, START, is_like, repeated
from carreport.intake.mapping.model import read_mapping
from carreport.intake.mapping.source import Field, Line, Source


def sheet(name, header, *rows):
    fields = tuple(Field(one, letter="A") for one in header)
    lines = tuple(Line(at, tuple(row)) for at, row in enumerate(rows, start=2))
    return Source("book.xlsx", name, fields, lines)


def guess(tmp_path, *sources):
    text = proposed(sources, file="book.xlsx", parts="sheet", command="carreport", title="book")
    (tmp_path / "m.toml").write_text(text, encoding="utf-8")
    return text, read_mapping(tmp_path / "m.toml", "sheet")


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        (PATIENT, ["Patient No.", "Pat-ID", "Subject ID", "USUBJID", "record_id", "Patientennummer", "Paciente"]),
        (START, ["Date of first infusion", "Randomisation date", "Enrolment", "Datum der ersten Infusion", "Fecha de inicio"]),
        (DEATH, ["Date of death", "Died on", "death_date", "Todesdatum", "Fecha de muerte", "Verstorben am"]),
        (LAST, ["Last contact", "Date of last follow-up", "last_seen", "Letzter Kontakt", "Último contacto"]),
        (GROUP, ["Arm", "Treatment group", "Gruppe", "Grupo"]),
    ],
)  # fmt: skip
def test_columns_are_known_by_their_names(pattern, names):
    assert [name for name in names if not is_like(pattern, name)] == []


def test_other_names_are_not_taken_for_them():
    assert not is_like(PATIENT, "Patient age")
    assert not is_like(START, "Stage")
    assert not is_like(GROUP, "Blood group antigen")
    assert repeated("Age at day") is None


def test_time_and_status_become_events(tmp_path):
    header = ["ID", "OS months", "OS status", "PFS (months)", "PFS event"]
    text, mapping = guess(tmp_path, sheet("Data", header, ("1", "12", "dead", "3.5", "1"), ("2", "20", "alive", "20", "0")))  # fmt: skip

    rows = {one.columns["event"].is_: (one.where, one.columns["date"].unit) for one in mapping.sheet[0].rows}  # fmt: skip
    assert rows == {
        "death": ({"OS status": ["dead"]}, "months"),
        "last_contact": ({"OS status": ["alive"]}, "months"),
        "pfs_event": ({"PFS event": ["1"]}, "months"),
        "pfs_censored": ({"PFS event": ["0"]}, "months"),
    }
    assert mapping.settings["endpoint"][1]["censored_by"] == ["pfs_censored"]
    assert "check which value is the event" in text


def test_one_date_with_a_vital_status_is_death_or_last_contact(tmp_path):
    header = ["ID", "Vital status", "Date of last contact or death"]
    _, mapping = guess(
        tmp_path, sheet("P", header, ("1", "dead", "2020-01-02"), ("2", "alive", "2020-02-02"))
    )

    rows = {one.columns["event"].is_: one.where for one in mapping.sheet[0].rows}
    assert rows == {
        "death": {"Vital status": ["dead"]},
        "last_contact": {"Vital status": ["alive"]},
    }


def test_a_censoring_flag_is_turned(tmp_path):
    _, mapping = guess(tmp_path, sheet("Data", ["ID", "OS days", "OS censor"], ("1", "12", "1"), ("2", "20", "0")))  # fmt: skip

    death, seen = mapping.sheet[0].rows
    assert (death.where, seen.where) == ({"OS censor": ["0"]}, {"OS censor": ["1"]})


@pytest.mark.parametrize(
    ("header", "rows", "says"),
    [
        (["id", "time", "status"], [("1", "72", "1"), ("2", "411", "0")],
         "columns.date.unit': is still to be decided; write one of 'date', 'days'"),
        (["id", "OS days", "OS status"], [("1", "72", "1"), ("2", "411", "2")],
         "say which value of 'OS status' it is, in the place of ?"),
    ],
)  # fmt: skip
def test_what_only_a_person_knows_keeps_the_guess_from_being_imported(tmp_path, header, rows, says):
    with pytest.raises(BadInput) as refused:
        guess(tmp_path, sheet("P", header, *rows))

    assert says in str(refused.value)


def test_what_identifies_a_person_and_free_text_are_left_with_a_reason(tmp_path):
    header = ["ID", "Surname", "Date of birth", "Sex", "Remarks"]
    text, mapping = guess(tmp_path, sheet("P", header, ("1", "A", "1970-01-01", "1", "x y"), ("2", "B", "1980-01-01", "2", "z")))  # fmt: skip

    assert list(mapping.sheet[0].patients) == ["sex"]
    assert "# not used: Surname (seems to identify a person" in text
    assert "# not used: Date of birth (seems to identify a person" in text
    assert "# not used: Remarks (free text" in text
    assert "codes: say what they mean" in text


def test_visits_become_measurements(tmp_path):
    patients = sheet("P", ["ID", "Sex"], ("1", "m"), ("2", "f"))
    visits = sheet("Visits", ["ID", "Visit date", "CRP (mg/L)", "Weight"], *[("1", f"2020-01-{day}", str(day), "70.5") for day in range(10, 19)])  # fmt: skip

    _, mapping = guess(tmp_path, patients, visits)

    assert [one.columns["analyte"].is_ for one in mapping.sheet[1].rows] == ["CRP", "Weight"]
    assert mapping.sheet[1].rows[0].columns["unit"].is_ == "mg/L"


def test_ambiguous_dates_ask_for_an_order(tmp_path):
    text, _ = guess(
        tmp_path, sheet("P", ["ID", "Start date"], ("1", "05.08.2020"), ("2", "06.08.2020"))
    )

    assert 'say order = "day first" or "month first"' in text


def test_hostile_names_stay_names(tmp_path):
    name = 'A "quoted"\nname # ] = [['
    text, mapping = guess(
        tmp_path, sheet(name, ["ID", 'x"\n[study]', "Arm"], ("1", "5", "a"), ("2", "6", "b"))
    )

    assert mapping.sheet[0].name == name
    assert set(tomllib.loads(text)) == {"version", "settings", "sheet"}


@pytest.mark.parametrize(
    ("page", "parts"), [("import-excel", "sheet"), ("import-redcap", "instrument")]
)
def test_the_mappings_of_the_documentation_can_be_read(page, parts, tmp_path):
    text = (DOCS / "how-to" / f"{page}.md").read_text(encoding="utf-8")

    for number, snippet in enumerate(re.findall(r"```toml\n(.*?)```", text, re.DOTALL)):
        path = tmp_path / f"{number}.toml"
        path.write_text(snippet, encoding="utf-8")
        assert read_mapping(path, parts).sheet
