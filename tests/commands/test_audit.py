"""`carreport audit`: a summary on a screen, the exit code, everything wrong with the claims at once."""

import json
import re

import pytest
from asking import ask, refused
from folders import tree, write_folder
from lxml import html

from carreport.commands.audit import LONGEST, with_audit

HEADER = "claim_id,reported,result_id,kind,location,note,expected"
ENROLLED = "disposition.enrolled.n"
AS_EXPECTED = (
    f"n,12,{ENROLLED},count,Abstract,,reproduced",
    f"more,14,{ENROLLED},count,Results,,differs",
    "dose,3.2,,measurement,Methods,no dose is published,",
    "cycles,14,,count,Methods,no dose is published,",
)


@pytest.fixture
def study(tmp_path, monkeypatch):
    """The tiny study with claims, in the folder one stands in."""
    monkeypatch.chdir(tmp_path)
    folder = write_folder(tmp_path / "data")
    return claims(folder, *AS_EXPECTED)


def claims(folder, *rows):
    """The same with these claims."""
    return folder.write("claims.csv", "".join(f"{line}\n" for line in (HEADER, *rows)))


def test_an_audit_that_finds_what_is_expected_ends_with_0(study):
    """It says how many of each verdict, by section, and writes nothing when told so."""
    result = ask("audit", "data", "--no-files")

    assert result.exit_code == 0, result.output
    told = {line.split()[0]: line.split()[1:] for line in result.stdout.splitlines() if line}
    assert told["Abstract"] == ["1", "–", "–", "–", "–", "1"]
    assert told["Results"] == ["–", "–", "1", "–", "–", "1"]
    assert told["together"] == ["1", "–", "1", "–", "2", "4"]
    assert "no two statements exclude each other" in result.stdout
    assert "every verdict is the expected one" in result.stdout
    assert not (study.path.parent / "out").exists()
    assert len(result.stdout.splitlines()) <= 24


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (f"n,13,{ENROLLED},count,Abstract,,reproduced", "expected reproduced, now differs"),
        (f"n,13,{ENROLLED},count,Abstract,,", "expected nothing, now differs"),
        (f"n,12,{ENROLLED},count,Abstract,,differs", "expected differs, now reproduced"),
    ],
)
def test_another_verdict_than_the_expected_one_ends_with_1(row, told, study):
    """Each with its claim, what was printed, what was expected, and why it is otherwise."""
    claims(study, row)

    result = ask("audit", "data", "--no-files")

    assert result.exit_code == 1
    assert "1 not as claims.csv expects" in result.stdout
    (line,) = [one for one in result.stdout.splitlines() if told in one]
    assert line.strip().startswith("n (1")
    assert "because" in line
    assert len(line) <= LONGEST + 2


def test_its_pdf_is_verified_where_figures_lead_to_their_pair(study, tmp_path):
    """The number of a pair is no page."""
    header = "claim_id,reported,kind,location,about,says"
    pairs = {"treated": (12, 13), "relapsed": (5, 6)}
    rows = [f"{about}{n},{n},count,Results,{about},count" for about in pairs for n in pairs[about]]
    study.write("claims.csv", "".join(f"{line}\n" for line in (header, *rows)))
    out = tmp_path / "audited"
    assert ask("build", "data", "--document", "audit", "--out", out).exit_code == 0
    page = html.document_fromstring((out / "audit.html").read_text("utf-8"))
    assert {one.text_content() for one in page.find_class("to-clash")} == {
        f"see pair\N{NO-BREAK SPACE}{number}" for number in (1, 2)
    }

    result = ask("verify", out / "audit.pdf", "data")

    assert result.exit_code == 0, result.output


def test_a_claim_without_an_expectation_may_agree_or_be_untestable(study):
    """Only what differs or is contradicted has to be expected."""
    claims(study, f"n,12,{ENROLLED},count,Abstract,,", "dose,3.2,,measurement,Methods,,")

    assert ask("audit", "data", "--no-files", "--quiet").exit_code == 0


def test_everything_stands_in_the_folder_of_the_build(study):
    """Done again, nothing is touched; a plain build of the same has nothing to do either."""
    study.replace("study.toml", "[groups]", 'documents = ["audit"]\n[groups]')
    result = ask("audit", "data")
    out = study.path.parent / "out" / "2020-08-19"
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}

    assert result.exit_code == 0, result.output
    assert {"audit.html", "audit.pdf", "audit.json"} <= set(tree(out))
    page = html.document_fromstring((out / "audit.html").read_text(encoding="utf-8"))
    assert page.get_element_by_id("claim-more").find_class("verdict")[0].text_content() == "differs"
    record = json.loads((out / "audit.json").read_text(encoding="utf-8"))
    assert [one["claim_id"] for one in record["claims"]] == ["n", "more", "dose", "cycles"]
    assert ask("verify", out / "audit.pdf").stdout.endswith(
        "not looked at: data, code and numbers\n"
    )
    assert "not all" not in ask("verify", out / "audit.pdf").stdout

    again = ask("audit", "data")

    assert again.stdout == result.stdout
    assert "is up to date" in ask("build", "data").stdout
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before


@pytest.mark.parametrize(
    ("stated", "asked"),
    [
        ("", ("interim", "audit")),
        ('documents = ["mine", "interim"]', ("mine", "interim", "audit")),
        ('documents = ["mine", "audit"]', ()),
    ],
)
def test_the_audit_comes_beside_the_study_s_own_documents(stated, asked, study):
    """Where it is one of them, the build is the one that `carreport build` makes."""
    study.replace("study.toml", "[groups]", f"{stated}\n[groups]")

    assert with_audit(study.path) == asked


@pytest.mark.usefixtures("study")
def test_programs_get_what_stands_in_the_file():
    """On stdout, JSON and nothing else; the exit code is the same."""
    result = ask("audit", "data", "--no-files", "--json")
    record = json.loads(result.stdout)

    assert result.exit_code == 0
    assert record["verdicts"]["reproduced"] == 1
    assert record["claims"][2]["reason"].endswith("(no dose is published)")
    assert {one["as_expected"] for one in record["claims"]} == {True}


@pytest.mark.usefixtures("study")
def test_at_another_cutoff_nothing_is_judged():
    """The paper speaks of the study's own; this is no failure."""
    result = ask("audit", "data", "--cutoff", "2019-06-30", "--no-files")

    assert result.exit_code == 0
    assert "at another one nothing is judged" in result.stdout


def test_a_study_without_claims_says_so(study):
    """Nothing to audit."""
    study.remove("claims.csv")

    result = ask("audit", "data", "--no-files")

    assert result.exit_code == 0
    assert "no claims.csv" in result.stdout


def test_everything_wrong_with_the_claims_is_said_at_once(study):
    """Ids that nobody computes in one message; before them what is no claim at all."""
    claims(
        study,
        "n,12,disposition.enroled.n,count,Abstract,,",
        "m,12,survival.os.rate@day=366,count,Abstract,,",
    )

    refused(
        ask("audit", "data", "--no-files"),
        "2 problems",
        "claims.csv, line 2, column 'result_id': no analysis produces 'disposition.enroled.n'",
        f"did you mean {ENROLLED}",
        "line 3",
    )

    claims(
        study,
        f"n,twelve and 13,{ENROLLED},count,Abstract,,",
        f"n,,{ENROLLED},tally,Abstract,,maybe",
    )

    refused(
        ask("audit", "data"),
        "holds 2 numbers",
        "is no kind of claim",
        "stands in line 2 too",
        "'maybe' is no verdict",
        "nothing was changed",
    )
    assert not (study.path.parent / "out").exists()


@pytest.mark.usefixtures("study")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--only", "grimm"), "did you mean grim?"),
        (("--previous", "out", "--junit", "x.xml"), "is for a manuscript"),
        (("--manuscript", "m.txt", "--only", "grim"), "is for the claims of a study"),
        (("--cutoff", "soon"), "'soon' is no date"),
        (("--manuscript", "m.txt"), "m.txt"),
    ],
)
def test_what_cannot_be_done_ends_with_2(words, told):
    """With a message, and nothing on stdout."""
    refused(ask("audit", "data", "--no-files" if words[0] == "--only" else "--quiet", *words), told)


def test_a_folder_that_is_none_ends_with_2():
    """As for every command."""
    refused(ask("audit", "nowhere"), "no folder")


def test_cells_of_claims_steer_no_terminal(study):
    """What a claim says is printed harmlessly, in one line."""
    claims(study, f'"n\x1b[2J",13,{ENROLLED},count,Abstract,,reproduced')

    result = ask("audit", "data", "--no-files")

    assert "\x1b" not in result.stdout
    assert re.search(r"n\\x1b\[2J \(13\)", result.stdout)


def test_one_check_is_told_in_detail(study, monkeypatch):
    """What it found, the conflict it is part of, and nothing of the other checks."""
    side = {"says": "12 patients", "claims": ["n"], "witnesses": []}
    other = {"says": "14 patients", "claims": ["more"], "witnesses": []}
    answers = ("consistent", "inconsistent", "explained", "not testable")
    record = {
        "standing": "judged",
        "checks": [
            {"check": "grim", **dict.fromkeys(answers, 0), "consistent": 1},
            {"check": "same_count", **dict.fromkeys(answers, 0), "inconsistent": 1},
        ],
        "claims": [
            {"claim_id": name, "reported": shown, "as_expected": name != "dose"}
            for name, shown in (("n", "12"), ("more", "14"), ("dose", "3.2"))
        ],
        "findings": [
            {"check": "grim", "answer": "consistent", "claims": ["dose"], "reason": "so"},
            {"check": "same_count", "answer": "inconsistent", "claims": ["n", "more"],
             "reason": "12 is not 14"},
        ],
        "conflicts": [
            {"check": "nested", "answer": "contradicted", "headline": "12 against 14 patients",
             "sides": [side, other]},
        ],
    }  # fmt: skip
    monkeypatch.setattr("carreport.pipeline.audited", lambda _asked: record)

    result = ask("audit", study.path, "--no-files", "--only", "same_count")

    assert result.exit_code == 0, result.output
    assert "same_count: 1 inconsistent" in result.stdout
    assert "inconsistent (12; 14): 12 is not 14" in result.stdout
    assert "12 against 14 patients" in result.stdout
    assert "grim" not in result.stdout
    told = json.loads(ask("audit", study.path, "--no-files", "--json", "--only", "grim").stdout)
    assert [one["claim_id"] for one in told["claims"]] == ["dose"]
    assert told["conflicts"] == []


def test_what_is_worth_asking_is_counted_apart(study, monkeypatch):
    """It is no contradiction, and nothing that a reading explains."""
    conflicts = [{"answer": one, "headline": f"a {one}"} for one in ("explained", "question")]
    record = {"standing": "judged", "verdicts": {}, "sections": [], "claims": []}
    monkeypatch.setattr("carreport.pipeline.audited", lambda _: {**record, "conflicts": conflicts})

    told = ask("audit", study.path, "--no-files").stdout

    assert (
        "no two statements exclude each other; 1 more is explained by a reading; 1 worth asking"
        in (told)
    )
    assert "a question" not in told


def test_a_manuscript_is_held_against_the_build(study):
    """Coverage first; 1 where a number is none of ours, and as JSON the same."""
    (study.path.parent / "m.md").write_text("Of 12 patients, 77.7% were happy.\n", encoding="utf-8")

    result = ask("audit", "data", "--manuscript", "m.md", "--junit", "m.xml")

    assert result.exit_code == 1, result.output
    assert result.stdout.startswith("2 numbers:")
    assert "1 unmatched" in result.stdout
    assert (study.path.parent / "m.xml").is_file()
