"""`carreport trace ID`: everything known about one number, in words, as JSON and as rows."""

import csv
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from asking import CUTOFF, ask, lines, refused

ROOT = Path(__file__).resolve().parents[2]
RATE = "survival.os.rate@day=365,group=mrd_positive"
FEVER = "safety.ae.patients@grade=any,group=mrd_positive,term=fever"
HEAVY = ("numpy", "pandas", "scipy", "jinja2", "lxml", "matplotlib", "weasyprint", "rich")


def process(desk, *words, code="from carreport.cli import app; app()", **more):
    """The command line in a process of its own."""
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code, *words],
        cwd=desk.path, env={**os.environ, "PYTHONPATH": str(ROOT), **more},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def test_a_number_says_what_how_from_whom_and_how_sure(here):
    """Every line agrees with the row of results.json, top-down like a sentence."""
    row = here.rows()[RATE]

    result = ask("trace", RATE)
    said = lines(result)

    assert said["number"] == RATE
    assert said["what"] == row["definition"]
    assert float(said["value"]) == row["value"]
    assert said["printed as"].startswith(row["display"])
    assert said["method"] == row["method"]
    assert "confidence: 95%" in said["parameters"]
    assert said["source"] == row["source"]
    assert "numpy" in said["libraries"]
    assert said["who"] == f"{row['population']} (n = {row['n']})"
    assert said["patients"].split(", ") == row["patients"]
    assert said["columns"].split(", ") == row["columns"]
    assert said["origin"] == "collected"
    assert said["code"].startswith(f"{row['file']}:{row['line']}-{row['last_line']} ")
    assert list(said)[:14] == [
        "number", "what", "value", "printed as", "printed in", "method", "parameters", "source",
        "libraries", "who", "patients", "columns", "origin", "code",
    ]  # fmt: skip
    assert result.stderr == ""


def test_where_it_is_printed_is_said(here):
    """Document and place, and how often."""
    said = lines(ask("trace", "disposition.enrolled.n"))

    uses = here.rows()["disposition.enrolled.n"]["uses"]
    assert said["printed in"].startswith("interim: ")
    assert all(use["place"] in said["printed in"] for use in uses if use["place"])


@pytest.mark.usefixtures("here")
def test_patients_left_out_are_named_with_the_reason():
    """Patient P04 has no age."""
    assert lines(ask("trace", "baseline.age.median"))["left out"] == "P04: no age"


@pytest.mark.usefixtures("here")
def test_operands_and_conditions_are_named():
    """A percentage has a numerator; fever is a condition on the adverse events."""
    percent = lines(ask("trace", FEVER.replace("patients", "percent")))

    assert f"numerator {FEVER}" in percent["computed from"]
    assert "term is Fever" in percent["conditions"]


def test_what_is_not_there_says_which_kind_of_nothing_it_is(here):
    """Not reached and not estimable are different things."""
    missing = {row["missing"]: id_ for id_, row in here.rows().items() if row["missing"]}

    assert lines(ask("trace", missing["NR"]))["value"] == "none (NR: not reached)"
    assert lines(ask("trace", missing["NE"]))["value"] == "none (NE: not estimable)"


def test_what_a_paper_printed_is_said_with_its_verdict(mine):
    """And why."""
    claim = {
        "claim_id": "c1", "reported": "83.3%", "location": "Results", "verdict": "consistent",
        "reason": "the data are reconstructed",
    }  # fmt: skip
    mine.put(RATE, claims=[claim])

    said = lines(ask("trace", RATE))

    assert said["the paper"] == "prints 83.3% (Results): consistent, the data are reconstructed"


def test_the_second_engine_s_value_stands_beside_ours(mine):
    """With the distance, if there is one."""
    value = mine.rows()[RATE]["value"]
    opinion = {"engine": "lifelines 0.1", "values": {RATE: value, "survival.os.n": 11.5}}
    (mine.out / "second_opinion.json").write_text(json.dumps(opinion))

    assert lines(ask("trace", RATE))["second engine"] == f"lifelines 0.1 gives {value!r}, the same"
    assert lines(ask("trace", "survival.os.n"))["second engine"].endswith("11.5, 0.5 away")


def test_json_is_the_row_of_the_results(here):
    """A program reads the same fields."""
    assert json.loads(ask("trace", RATE, "--json").stdout) == here.rows()[RATE]


@pytest.mark.usefixtures("here")
def test_a_listing_is_traced_as_a_whole():
    """The marks of a figure lead to it."""
    said = lines(ask("trace", "survival.os.curve@group=mrd_positive"))

    assert said["value"].startswith("6 rows of day, at_risk")
    assert said["patients"] == "P01, P02, P03, P04, P05, P06"


@pytest.mark.usefixtures("here")
def test_a_cell_of_a_listing_is_a_number_too():
    """One that no document prints is computed anew; it names its one patient."""
    result = ask("trace", "biomarkers.crp.values.value@group=mrd_positive,patient=P01")

    assert lines(result)["value"] == "40.1 mg/L"
    assert lines(result)["patients"] == "P01"
    assert "computed anew" in result.stderr


def test_without_a_build_it_is_computed_anew(here, tmp_path, monkeypatch):
    """With the same value, and it is said."""
    monkeypatch.chdir(tmp_path)

    result = ask("trace", RATE, here.study.path)

    assert float(lines(result)["value"]) == here.rows()[RATE]["value"]
    assert result.stderr == f"there is no build in out/{CUTOFF}: computed anew\n"


def test_a_build_of_other_data_is_not_believed(mine):
    """The file that changed is named and the number is the one of the data as they are."""
    mine.study.replace(
        "patients.csv", "P01,2018-01-10,MRD-positive,34", "P01,2018-01-10,MRD-positive,94"
    )

    result = ask("trace", "baseline.age.max")

    assert lines(result)["value"].startswith("94.0 ")
    assert (
        result.stderr == f"since the build in out/{CUTOFF}, patients.csv changed: computed anew\n"
    )


def test_a_new_table_is_a_change_too(mine):
    """The build knew nothing of its rows."""
    mine.study.write("origins.toml", 'default = "simulated"\n')

    result = ask("trace", "baseline.age.max")

    assert lines(result)["origin"] == "simulated"
    assert "origins.toml changed" in result.stderr


@pytest.mark.parametrize(
    ("kind", "name", "told"),
    [
        ("package", "stats/location.py", "carreport/stats/location.py"),
        ("versions", "numpy", "numpy "),
    ],
)
def test_a_build_by_other_code_is_not_believed(kind, name, told, mine):
    """Neither by another package nor with other libraries."""
    record = json.loads((mine.out / "manifest.json").read_text())[kind]
    mine.rewrite(f'"{name}": "{record[name]}"', f'"{name}": "other"')

    result = ask("trace", RATE)

    assert result.exit_code == 0
    assert f", {told}" in result.stderr
    assert result.stderr.endswith("computed anew\n")


def test_other_templates_change_no_number(mine):
    """The build is used; that its pages may be others by now is said."""
    mine.study.write("documents/interim/_more.j2", "other")

    result = ask("trace", RATE)

    assert result.exit_code == 0
    assert result.stderr == (
        "documents/interim/_more.j2 changed since the build: pages and claims are as of then\n"
    )


@pytest.mark.usefixtures("here")
def test_another_cutoff_is_another_build():
    """`out/<cutoff>` of that day, or computed for it."""
    result = ask("trace", "disposition.enrolled.n", "--cutoff", "2018-06-30")

    assert lines(result)["value"] == "7 patients"
    assert "there is no build in out/2018-06-30" in result.stderr


def test_a_build_elsewhere_can_be_named(mine):
    """It brings its own cutoff."""
    elsewhere = mine.path / "elsewhere"
    assert ask("build", "data", "--cutoff", "2018-06-30", "--out", elsewhere, "--format", "html",
               "--quiet").exit_code == 0  # fmt: skip

    result = ask("trace", "disposition.enrolled.n", "--build", elsewhere)

    assert (lines(result)["value"], result.stderr) == ("7 patients", "")
    refused(
        ask("trace", RATE, "--build", elsewhere, "--cutoff", CUTOFF),
        "holds the build of 2018-06-30",
    )


def test_a_fresh_build_is_read_without_a_heavy_library(here):
    """That is what makes it quick: measured as a whole it takes a third of a second."""
    code = (
        "import sys\nfrom carreport.cli import app\n"
        "try:\n    app()\nfinally:\n    print(sorted(sys.modules), file=sys.stderr)"
    )

    done = process(here, "trace", RATE, code=code)

    assert done.returncode == 0
    modules = {one.split(".")[0] for one in done.stderr.strip("[]\n'").split("', '")}
    assert modules.isdisjoint(HEAVY)


def test_of_a_very_large_file_only_the_rows_asked_for_are_read(mine, monkeypatch):
    """However many others there are."""
    rows = mine.rows()
    line = json.dumps(rows[RATE], ensure_ascii=False)
    many = "".join(line.replace(RATE, f"a.b@n={n}") + ",\n" for n in range(30_000))
    mine.rewrite(line, many + line)
    read = []
    monkeypatch.setattr(
        "carreport.saved.build.parsed", lambda text: read.append(text) or json.loads(text)
    )

    said = lines(ask("trace", RATE))

    assert float(said["value"]) == rows[RATE]["value"]
    assert 0 < len(read) < 100


@pytest.mark.usefixtures("here")
def test_a_misspelt_id_is_answered_with_the_nearest():
    """Exit code 2, and what was probably meant; cells of listings count too."""
    refused(ask("trace", "baseline.age.medain"), "did you mean baseline.age.median")
    refused(
        ask("trace", "biomarkers.crp.values.value@group=mrd_positive,patient=P71"),
        "biomarkers.crp.values.value@group=mrd_positive,patient=P01",
    )


MANGLED = ["survival.os.rate@day", "@", ",", "=", ".@=", "survival.os.n ", "‘survival.os.n’",
           "{x}", "\x1b[2J", "a\nb", "survival.os.curve.day@day", '"', "\\", "../results", "-"]  # fmt: skip


@pytest.mark.parametrize("id_", MANGLED)
@pytest.mark.usefixtures("here")
def test_what_a_shell_made_of_an_id_is_only_unknown(id_):
    """One message, nothing that steers a terminal in it."""
    result = ask("trace", "--", id_)

    refused(result, "no analysis produces")
    assert "\x1b" not in result.stderr


@pytest.mark.parametrize("id_", ["survival.os.rate@day", ".@=", "survival.os.curve.day@day"])
def test_without_a_build_it_is_unknown_too(id_, here, tmp_path, monkeypatch):
    """What is half an id is no reason to fail."""
    monkeypatch.chdir(tmp_path)

    refused(ask("trace", id_, here.study.path), f"no analysis produces {id_!r}")


@pytest.mark.usefixtures("here")
def test_an_id_the_shell_took_apart_is_recognised():
    """PowerShell makes two words of what a comma joins."""
    refused(ask("trace", "survival.os.rate@day=365", "group=mrd_positive"), "put the id in quotes")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "names no number"),
        (("",), "names no number"),
        (("--printed", " "), "names no number"),
        (("--printed", "3", "--patient", "P01"), "asks for several things"),
        ((RATE, "data", "--printed", "3"), "asks for several things"),
        ((RATE, "--printed", "3"), "name the study folder only"),
        ((RATE, "nowhere"), "'nowhere' is no folder"),
        ((RATE, "--cutoff", "soon"), "'soon' is no date"),
        ((RATE, "--build", "data"), "'data' holds no build"),
        ((RATE, "--build", "nowhere"), "'nowhere' holds no build"),
        ((RATE, "--rows", "--json"), "does not go with --rows"),
        ((RATE, "--table", "patients"), "goes with --rows"),
        (("--patient", "P01", "--rows"), "goes with an id"),
        ((RATE, "--rows", "--table", "visits"), "it rests on patients"),
    ],
)
@pytest.mark.usefixtures("here")
def test_a_question_that_cannot_be_answered_gets_one_message(words, says):
    """Which says what to do."""
    refused(ask("trace", *words), says)


DAMAGES = {
    "cut off": lambda text: text[: len(text) // 2],
    "empty": lambda _text: "",
    "another file": lambda _text: "{}",
    "no header": lambda text: text.replace('{"build": {', '{"build": ', 1),
    "odd header": lambda text: text.replace('"inputs": {', '"inputs": 1, "x": {', 1),
    "no cutoff": lambda text: text.replace('"cutoff"', '"cut"', 1),
    "odd row": lambda text: text.replace(f'{{"id": "{RATE}", "value"', f'{{"id": "{RATE}", value'),
}


@pytest.mark.parametrize("spoil", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_build_is_a_message(spoil, mine):
    """Not a guess."""
    path = mine.out / "results.json"
    path.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8")

    refused(ask("trace", RATE), "results.json", "not as a build writes it", "build again")


def test_a_build_of_another_study_is_not_believed(mine):
    """Where it was named that is a mistake; where it only lay there it is left alone."""
    mine.study.replace("study.toml", '"A study"', '"Another study"')

    refused(ask("trace", RATE, "--build", mine.out), "a build of another study, 'A study'")
    result = ask("trace", RATE)
    assert result.exit_code == 0
    assert "holds a build of another study" in result.stderr


def test_what_steers_a_terminal_is_made_visible(mine):
    """In words and as JSON; a right-to-left override is such a sign too."""
    mine.put(RATE, definition="\x1b[31m\x9b2J\u202e")

    said, as_json = ask("trace", RATE).stdout, ask("trace", RATE, "--json").stdout

    for text in (said, as_json):
        assert not {"\x1b", "\x9b", "\u202e"} & set(text)
    assert r"\x1b[31m\x9b2J\u202e" in said
    assert json.loads(as_json)["definition"] == "\x1b[31m\x9b2J\u202e"


def test_on_a_terminal_long_lines_go_on_below_their_beginning(here):
    """And no line is wider than the terminal."""
    leader, follower = pty.openpty()
    code = "from carreport.cli import app; app()"
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code, "trace", RATE],
        cwd=here.path, stdout=follower, env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "60"},
    ) as begun:  # fmt: skip
        begun.wait(timeout=60)
    os.close(follower)
    said = os.read(leader, 1 << 16).decode().splitlines()
    os.close(leader)

    assert max(map(len, said)) <= 60
    what = next(at for at, line in enumerate(said) if line.startswith("what"))
    assert said[what + 1].startswith(" " * 15)


def table(result):
    """CSV as a list of rows."""
    assert result.exit_code == 0, result.output
    return list(csv.reader(result.stdout.splitlines()))


def test_rows_are_exactly_the_columns_read(here):
    """Patient first, then what was read; then table, line in the file, weakest origin."""
    head, *rows = table(ask("trace", RATE, "--rows"))

    assert head == [
        "patient_id", "os:days", "os:status", "cohort", "table", "line", "origin", "left_out",
    ]  # fmt: skip
    assert [row[0] for row in rows] == here.rows()[RATE]["patients"]
    assert rows[2] == ["P03", "242", "1", "MRD-positive", "patients", "4", "collected", ""]


def test_rows_of_a_patient_left_out_say_why(here):
    """So that the number can be recomputed from the file alone."""
    rows = table(ask("trace", "baseline.age.median", "--rows"))

    assert [row[-1] for row in rows if row[0] == "P04"] == ["no age"]
    ages = sorted(float(row[1]) for row in rows[1:] if not row[-1])
    assert ages[len(ages) // 2] == here.rows()["baseline.age.median"]["value"]


def test_rows_of_several_tables_stand_in_one(here):
    """Each row names its table; a column its table does not have is blank."""
    head, *rows = table(ask("trace", FEVER, "--rows"))

    events = [dict(zip(head, row, strict=True)) for row in rows]
    assert {one["table"] for one in events} == {"patients", "adverse_events"}
    assert [one["grade"] for one in events if one["table"] == "patients"] == [""] * 6
    fevers = [one for one in events if one["table"] == "adverse_events"]
    assert {one["patient_id"] for one in fevers} == {"P01", "P02", "P04"}
    assert len({one["patient_id"] for one in fevers}) == here.rows()[FEVER]["value"]


@pytest.mark.usefixtures("here")
def test_one_of_the_tables_can_be_had_alone():
    """With its own columns only."""
    head, *rows = table(ask("trace", FEVER, "--rows", "--table", "adverse_events"))

    assert head[:-4] == ["patient_id", "grade", "term", "infusion"]
    assert len(rows) == 4


@pytest.mark.usefixtures("here")
def test_rows_of_one_patient_s_cell_are_that_patient_s():
    """Not the whole listing's."""
    rows = table(ask("trace", "listing.patients.age@patient=P02", "--rows"))

    assert [row[0] for row in rows[1:]] == ["P02"]


def test_rows_computed_anew_are_the_same(here, tmp_path, monkeypatch):
    """With a build or without one."""
    saved = ask("trace", FEVER, "--rows").stdout
    monkeypatch.chdir(tmp_path)

    assert ask("trace", FEVER, here.study.path, "--rows").stdout == saved


@pytest.mark.usefixtures("here")
def test_no_rows_are_behind_what_the_study_states():
    """Exit code 1, a message, and no empty table."""
    result = ask("trace", "study.cutoff.date", "--rows")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "no patient rows are behind study.cutoff.date" in result.stderr


def test_no_cell_of_the_rows_is_a_formula(mine):
    """A spreadsheet may open them."""
    path = mine.out / "rows.json"
    path.write_text(path.read_text().replace('"MRD-positive"', '"=1+1"'))

    rows = table(ask("trace", RATE, "--rows"))

    assert {row[3] for row in rows[1:]} == {"'=1+1"}


def test_a_study_s_own_column_may_be_called_like_ours(folder, tmp_path, monkeypatch):
    """Then ours has another name."""
    folder.replace("patients.csv", ",sex", ",origin")
    settings = folder.text("study.toml")
    folder.write("study.toml", settings.replace("sex", "origin").replace("Sex", "Origin"))
    monkeypatch.chdir(tmp_path)

    head, *_ = table(ask("trace", "baseline.origin.count@level=F", folder.path, "--rows"))

    assert head == ["patient_id", "origin", "table", "line", "row_origin", "left_out"]
