"""A study of any shape: report, trace, diff and audit."""

from __future__ import annotations

import json
import re
from shutil import copytree

import pytest
from asking import ask
from folders import StudyFolder
from lxml import html
from shapes.shapes import LONG, OS, SCRIPTS, SHAPES, Shape, cohort, grouped

from carreport.again import Asked
from carreport.figures.groups import drawn_groups
from carreport.pipeline import audited, build
from carreport.study.load import load

IDS = ("disposition.enrolled.n", "survival.os.median", "survival.os.rate@day=365")
CLAIM = "claim_id,reported,kind,location,result_id\nc1,{n},count,Results,disposition.enrolled.n\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Every shape with its interim report, made when it is asked for; read them only."""

    class Made(dict[str, StudyFolder]):
        def __missing__(self, name: str) -> StudyFolder:
            folder = self[name] = SHAPES[name]().write(tmp_path_factory.mktemp(name) / "study")
            out = folder.path.parent / "out"
            build(folder.path, out=out, formats=("html",), documents=["interim"])
            return folder

    return Made()


def page(built, name):
    """The finished page, and what a reader reads of it before the traces begin."""
    text = (built[name].path.parent / "out" / "interim.html").read_text(encoding="utf-8")
    tree = html.fromstring(text)
    main = tree.xpath("//main") or tree.xpath("//body")
    trace = main[0].xpath(".//section[@id='trace'] | .//section[@id='code'] | .//script")
    for one in trace:
        one.drop_tree()
    return tree, " ".join(main[0].text_content().split())


@pytest.mark.parametrize("name", SHAPES)
def test_the_page_says_nothing_that_a_program_would_say(built, name):
    """No None, nan or empty brackets; no section without a word; one patient is no patients."""
    tree, text = page(built, name)

    assert not re.search(r"\bNone\b(?! of)|\bnan\b|\binf\b|\(\)|\(;|\bTrue\b|\{\{| ,|\.\.", text)
    assert not re.search(r"(?<!P )\b1 (patients|events|deaths|infusions|rows)\b", text)
    for section in tree.xpath("//main//section[h2]"):
        assert len(" ".join(section.text_content().split())) > 25, section.get("id")


@pytest.mark.parametrize("name", ["one_patient", "only_what_must_be", "six_groups"])
def test_numbers_of_any_shape_are_traced(built, name):
    """A number that exists is traced to its patients; one that does not is refused with near ones."""
    study, out = str(built[name].path), str(built[name].path.parent / "out")
    for id_ in IDS:
        traced = ask("trace", id_, study, "--build", out, "--json")
        assert traced.exit_code == 0, traced.stderr
        assert json.loads(traced.stdout)["id"] == id_

    assert ask("trace", "survival.os.medain", study, "--build", out).exit_code == 2


@pytest.mark.parametrize("name", ["one_each", "only_what_must_be"])
def test_two_cutoffs_of_any_shape_are_compared(built, name):
    """The study half a year after its start against itself at its own cutoff."""
    study = str(built[name].path)
    answer = ask("diff", study, "--cutoff", "2020-07-01", "--cutoff", "2020-12-01", "--quiet")

    assert answer.exit_code in (0, 1), answer.stderr


@pytest.mark.parametrize("name", ["one_patient", "unequal_followup"])
def test_an_audit_needs_claims_and_no_more(built, name, tmp_path):
    """Without claims nothing is judged; with one it is reproduced if it is right, and differs if not."""
    study = built[name].path
    assert audited(Asked(study))["claims"] == []

    patients = (study / "patients.csv").read_text(encoding="utf-8").count("\n") - 1
    for n, verdict in ((patients, "reproduced"), (patients + 1, "differs")):
        copy = tmp_path / verdict
        copytree(study, copy)
        (copy / "claims.csv").write_text(CLAIM.format(n=n), encoding="utf-8")
        assert [one["verdict"] for one in audited(Asked(copy))["claims"]] == [verdict]


def test_an_audit_without_claims_says_what_is_missing(built, tmp_path, monkeypatch):
    """The command ends well and names the file."""
    monkeypatch.chdir(tmp_path)
    answer = ask("audit", str(built["only_what_must_be"].path), "--json")

    assert answer.exit_code == 0
    assert "claims.csv" in answer.stderr or json.loads(answer.stdout)["claims"] == []


def test_a_group_nobody_is_in_is_in_no_test(built):
    """Six groups are tested, the seventh is described as empty; there is no hazard ratio."""
    _tree, text = page(built, "six_groups")
    record = (built["six_groups"].path.parent / "out" / "results.json").read_text(encoding="utf-8")
    rows = {row["id"]: row["value"] for row in json.loads(record)["results"]}

    assert rows["survival.os.logrank_df"] == 5
    assert "Nobody yet" in text
    assert not re.search(r"[Nn]obody yet compared|and Nobody yet", text)
    assert "azard ratio of" not in text


def test_names_of_any_script_are_printed_as_written(built):
    """Chinese, Arabic, combining accents, signs HTML reads; and 200 letters without a space."""
    tree, text = page(built, "six_groups")
    drawn = " ".join("".join(one.itertext()) for one in tree.iter("{*}svg"))

    for name in (*SCRIPTS[:5], LONG):
        assert name in text
    assert LONG[:40] in drawn
    assert f"{LONG} 0" in text


def test_every_term_of_sixty_has_an_id_of_its_own(built):
    """Terms that read alike once reduced to letters are told apart."""
    record = json.loads((built["six_groups"].path.parent / "out" / "results.json").read_text())
    rows = record["results"] if isinstance(record, dict) else record
    terms = {
        match[1]
        for row in rows
        if (match := re.search(r"^safety\.ae\.n@(?!.*group).*term=([^,]+)", row["id"]))
    }

    assert len(terms) == 61  # any event, too


def test_hundreds_of_patients_are_all_listed(built):
    """The listing has a row for everybody, and for the patient whose name is of 200 letters."""
    tree, _text = page(built, "hundreds")
    table = tree.get_element_by_id("interim_patients")

    assert "listing" in table.get("class")
    assert len(table.xpath(".//tbody/tr[not(contains(@class, 'heading'))]")) == 300
    assert LONG in table.text_content()


def test_colours_and_dashes_of_six_groups_differ(built):
    """Each curve is told from the others by its colour, those beyond the fourth by dashes too."""
    groups = drawn_groups(load(built["six_groups"].path).settings)

    assert len({one.colour for one in groups}) == 7
    assert len({one.marker for one in groups}) == 7
    assert len({str(one.dash) for one in groups[4:]}) == 3


def test_a_wide_study_fits_its_paper(tmp_path):
    """Six long group names and four landmarks: tables are turned or divided, and the PDF is made."""
    labels = [f"{LONG[:90]} {n}" for n in range(6)]
    settings = OS.replace("[365]", "[100, 200, 365, 730]") + grouped(labels)
    folder = cohort(Shape(settings), labels, 2).write(tmp_path / "study")

    build(folder.path, out=tmp_path / "out", formats=("pdf",), documents=["interim"])

    assert (tmp_path / "out" / "interim.pdf").stat().st_size > 10_000
