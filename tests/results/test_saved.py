"""results.json, results.csv and manifest.json as others read them: design.md, section 4."""

import csv
import hashlib
import json
import math
import re
from pathlib import Path

import pytest
from folders import tree, write_folder

from carreport.pipeline import build
from carreport.results.save import COUNTED, CSV_COLUMNS, results_csv, results_json, to_json
from carreport.saved.tabular import to_csv

ROOT = Path(__file__).resolve().parents[2]
PROMISED = [
    "id", "value", "display", "unit", "kind", "population", "n", "method", "source", "function",
    "file", "line", "tables", "columns", "patients", "excluded", "origin", "operands", "uses",
]  # fmt: skip


@pytest.fixture(scope="module")
def saved(built):
    """What results.json says."""
    return json.loads((built / "results.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def by_id(saved):
    """Its rows by id."""
    return {row["id"]: row for row in saved["results"]}


def refuse(constant):
    """Called by json for NaN and Infinity."""
    raise AssertionError(constant)


def test_every_row_has_the_promised_fields(saved):
    """Nineteen fields, the same in every row, in the same order."""
    assert {tuple(row) for row in saved["results"]} == {tuple(saved["results"][0])}
    assert set(PROMISED) <= set(saved["results"][0])


def test_there_is_no_nan_and_no_infinity(built):
    """What cannot be estimated is null, so that any JSON reader can read it."""
    text = (built / "results.json").read_text(encoding="utf-8")

    assert json.loads(text, parse_constant=refuse)
    assert not re.search(r"\bnan\b|\binf\b", (built / "results.csv").read_text(), re.IGNORECASE)


def test_null_says_whether_it_is_not_estimable_or_not_reached(by_id):
    """A median that was not reached is not the same as one that cannot be estimated."""
    median = by_id["survival.os.median@group=mrd_positive"]
    past = by_id["survival.os.rate@day=730,group=active_disease"]

    assert (median["value"], median["display"]) == (None, "NR")
    assert (past["value"], past["display"]) == (None, "NE")
    assert {r["missing"] for r in by_id.values() if r["value"] is None} <= {"NE", "NR"}
    assert not [r["id"] for r in by_id.values() if r["value"] is not None and r["missing"]]


def test_floats_are_written_with_full_precision(built, saved, tiny_results):
    """The text of a float is its repr: it reads back as the very same number."""
    text = (built / "results.json").read_text(encoding="utf-8")
    for row in saved["results"]:
        value = tiny_results[row["id"]].value
        assert row["value"] == value
        assert isinstance(value, type(row["value"]))
        if isinstance(value, float):
            assert f'"value": {float(value)!r},' in text


def test_rows_stand_in_the_order_of_the_plan(saved, tiny_results):
    """The order is that of the analyses, not of a hash."""
    ids = [row["id"] for row in saved["results"]]

    assert ids[: len(tiny_results)] == list(tiny_results)
    assert len(ids) == len(set(ids))


def test_a_row_traces_its_number(by_id):
    """Function, file and line exist; population, patients and exclusions add up to n."""
    row = by_id["baseline.age.median@group=mrd_positive"]
    source = (ROOT / row["file"]).read_text(encoding="utf-8").splitlines()

    assert row["function"] == "carreport.analyses.baseline.continuous"
    assert any("def continuous" in one for one in source[row["line"] - 1 : row["last_line"]])
    assert row["tables"] == ["patients"]
    assert set(row["columns"]) == {"patients.age", "patients.cohort"}
    assert row["patients"] == ["P01", "P02", "P03", "P05", "P06"]
    assert row["excluded"] == {"P04": "no age"}
    assert row["n"] == 6
    assert row["population"].startswith("MRD-positive")
    assert (row["unit"], row["kind"], row["origin"]) == ("years", "measurement", "collected")


def test_operands_are_ids_with_roles(by_id):
    """A percentage names its numerator and denominator, and is their quotient."""
    quotients = [row for row in by_id.values() if row["kind"] == "fraction" and row["operands"]]
    for row in quotients:
        assert set(row["operands"]) == {"numerator", "denominator"}, row["id"]
        assert set(row["operands"].values()) <= set(by_id), row["id"]

    rates = [row for row in quotients if re.search(r"\.(rate|percent)\b", row["id"])]
    assert rates
    for row in rates:
        numerator, denominator = (
            by_id[row["operands"][role]]["value"] for role in ("numerator", "denominator")
        )
        assert row["value"] == pytest.approx(numerator / denominator), row["id"]


def test_uses_say_where_a_number_is_printed(built, by_id):
    """Document, place and string of every print; the string is on the page."""
    page = (built / "interim.html").read_text(encoding="utf-8")
    rate = by_id["survival.os.rate@day=365"]

    assert rate["uses"][0]["document"] == "interim"
    assert rate["uses"][0]["place"] == "Title page"
    assert {use["printed"] for use in rate["uses"]} == {rate["display"]}
    assert f'data-id="{rate["id"]}">{rate["display"]}<' in page
    assert by_id["baseline.age.median"]["uses"][0]["place"] == "interim_baseline"


def test_csv_holds_the_same_rows(built, saved):
    """results.csv is results.json flat; numbers read back the same."""
    with (built / "results.csv").open(encoding="utf-8", newline="") as stream:
        flat = list(csv.DictReader(stream))

    assert [row["id"] for row in flat] == [row["id"] for row in saved["results"]]
    for row, whole in zip(flat, saved["results"], strict=True):
        assert set(PROMISED) <= set(row)
        assert row["display"].lstrip("'") == whole["display"]
        assert row["patients"] == ";".join(whole["patients"])
        if isinstance(whole["value"], (int, float)):
            assert float(row["value"]) == whole["value"]
        else:
            assert row["value"] == (whole["value"] or "")


def test_header_says_what_the_build_was_made_from(saved, tiny):
    """Title, cutoff, checkout, digests of inputs, package and templates, versions."""
    header = saved["build"]

    assert (header["study"], header["cutoff"]) == ("A study", "2020-08-19")
    assert {"commit", "dirty"} <= set(header)
    assert {path.name for path in tiny.path.glob("*.*")} <= set(header["inputs"])
    for name, sha in header["inputs"].items():
        assert sha == hashlib.sha256((tiny.path / name).read_bytes()).hexdigest()
    sources = {
        path.relative_to(ROOT / "carreport").as_posix() for path in ROOT.glob("carreport/**/*.py")
    }
    assert sources <= set(header["package"])
    assert "shared/table.html.j2" in header["templates"]
    assert {"python", "numpy", "scipy", "pandas", "matplotlib", "jinja2", "weasyprint"} <= set(
        header["versions"]
    )


def test_manifest_is_the_header(built, saved):
    """manifest.json stands alone; it adds what set the PDF, and every file with its digest."""
    manifest = json.loads((built / "manifest.json").read_text(encoding="utf-8"))

    files, digests = manifest.pop("files"), manifest.pop("digests")
    assert re.fullmatch(r"\d+\.\d+\.\d+", manifest["versions"].pop("pango"))
    assert manifest == saved["build"]
    assert sorted(files) == sorted(tree(built))
    assert digests == {
        name: hashlib.sha256(content).hexdigest()
        for name, content in tree(built).items()
        if name != "manifest.json"
    }


def test_header_names_every_library_that_reads_computes_or_renders(saved):
    """And none that does not."""
    versions = saved["build"]["versions"]

    assert {"lxml", "openpyxl", "pyarrow", "pydyf", "pydantic"} <= set(versions)
    assert "lifelines" not in versions


def test_where_nothing_was_cut_nothing_is_counted(built, by_id):
    """No row of this study lies after its cutoff: the account is empty, and the results say so."""
    account = (built / "cutoff.csv").read_text(encoding="utf-8").splitlines()
    counts = {id_: row["value"] for id_, row in by_id.items() if id_.startswith("study.cut.")}

    assert account[1:] == []
    assert counts == {"study.cut.patients": 0}


def test_own_templates_are_part_of_the_record(saved, tiny):
    """A study's own document decides what is printed, so its digest is recorded too."""
    own = (tiny.path / "documents/interim/interim.html.j2").read_bytes()
    recorded = {*saved["build"]["inputs"].values(), *saved["build"]["templates"].values()}

    assert hashlib.sha256(own).hexdigest() in recorded


def test_values_lie_where_their_kind_allows(bundled):
    """Fractions and probabilities in [0, 1], counts whole, nothing infinite."""
    for id_ in bundled:
        result = bundled[id_]
        if result.value is None or isinstance(result.value, str):
            continue
        assert math.isfinite(result.value), id_
        if result.unit.kind in ("fraction", "survival", "p"):
            assert 0 <= result.value <= 1, id_
        if result.unit.kind == "count":
            assert isinstance(result.value, int), id_
            assert result.value >= 0, id_


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1"])
def test_a_spreadsheet_runs_no_cell(cell):
    """Text a spreadsheet would take for a formula starts with an apostrophe; numbers do not."""
    assert next(csv.reader([to_csv([[cell]])]))[0] == f"'{cell}"
    assert to_csv([["-2.5", "+3", "a=b"]]) == "-2.5,+3,a=b\n"


def test_missing_table_leaves_its_section_out_and_says_so(tmp_path):
    """Without measurements there is no biomarker result, and a line says why."""
    folder = write_folder(tmp_path / "study", measurements=None)

    made = build(folder.path, out=tmp_path / "out", formats=["html"])

    rows = json.loads((made.out / "results.json").read_text(encoding="utf-8"))["results"]
    assert not [row["id"] for row in rows if row["id"].startswith("biomarkers.")]
    assert any("measurements" in notice for notice in made.notices)


def test_rows_that_share_whom_they_count_are_written_as_if_they_did_not(saved):
    """Who is counted may be told once for many rows; the text is that of each row by itself."""
    who, nobody, left_out = ["a,1", 'b"2'], [], {"c": 'no "x", no y'}
    shared = [
        {**row, "patients": who, "excluded": left_out}
        if number % 2
        else {**row, "patients": nobody}
        for number, row in enumerate(saved["results"][:6])
    ]
    text = results_json({}, shared, ())
    plain = ",\n".join(map(to_json, shared))
    lines = [*csv.reader(results_csv(shared).splitlines())]
    at = {name: CSV_COLUMNS.index(name) for name in COUNTED}

    assert text == f'{{"build": {{}},\n"results": [\n{plain}\n],\n"listings": [\n\n]}}\n'
    assert [len(line) for line in lines] == [len(CSV_COLUMNS)] * 7
    assert [line[at["patients"]] for line in lines[1:]] == ["", 'a,1;b"2'] * 3
    assert lines[2][at["excluded"]] == 'c=no "x", no y'
    assert lines[2][: at["patients"]][0] == saved["results"][1]["id"]
