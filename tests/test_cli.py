"""The command line: exit codes, what goes where, and a folder that is never half written."""

import os
import shutil
import signal
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import pytest
from folders import tree, write_least
from typer.testing import CliRunner

from carreport.cli import app

ROOT = Path(__file__).resolve().parents[1]
FILES = {
    "interim.html", "interim.pdf", "results.json", "results.csv", "manifest.json", "cutoff.csv",
    "second_opinion.json", "rows.json", "ars.json", "snapshot.json",
    "tables/interim_baseline.csv", "tables/interim_adverse_events.csv", "tables/interim_patients.csv",
    "figures/interim_survival.svg", "figures/interim_survival.png",
    "figures/interim_swimmer.svg", "figures/interim_swimmer.png",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    """The least study, in a folder of its own."""
    return write_least(tmp_path / "study")


def run(*arguments):
    """The command line, as a user calls it."""
    return CliRunner().invoke(app, [str(one) for one in arguments])


def html(folder, *more):
    """A build of HTML only, which is quick."""
    return run("build", folder.path, "--format", "html", *more)


def refused(result, *words):
    """Exit code 2, a message on stderr, nothing on stdout, no traceback."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert "unexpectedly" not in result.stderr
    for word in words:
        assert word in result.stderr


def test_a_build_makes_these_files(built):
    """Documents, results as JSON and CSV, manifest, what the cutoff removed, tables, figures."""
    made = set(tree(built))

    assert made >= FILES
    extra = {name for name in made - FILES if not name.startswith(("figures/", "tables/"))}
    assert extra == set()


def test_default_folder_is_out_and_the_cutoff(folder, tmp_path, monkeypatch):
    """`out/<cutoff>` below where one stands."""
    monkeypatch.chdir(tmp_path)

    assert html(folder).exit_code == 0
    assert html(folder, "--cutoff", "2019-06-30").exit_code == 0

    assert (tmp_path / "out/2020-08-19/interim.html").is_file()
    assert (tmp_path / "out/2019-06-30/interim.html").is_file()


def test_a_given_folder_is_used_as_it_is(folder, tmp_path):
    """Also one that does not exist yet, several levels down."""
    out = tmp_path / "a" / "b" / "c"

    assert html(folder, "--out", out).exit_code == 0

    assert (out / "interim.html").is_file()
    assert sorted(one.name for one in out.parent.iterdir()) == [".carreport", "c"]


def test_a_build_replaces_the_one_before(folder, tmp_path):
    """Nothing of the earlier build stays behind."""
    out = tmp_path / "out"
    assert run("build", folder.path, "--out", out).exit_code == 0
    assert (out / "interim.pdf").is_file()

    assert html(folder, "--out", out).exit_code == 0

    assert not (out / "interim.pdf").exists()
    assert sorted(one.name for one in tmp_path.iterdir()) == [".carreport", "out", "study"]


def test_a_build_says_where_and_what(folder, tmp_path):
    """On stdout: the folder, its documents, the cutoff, how many numbers and how sure."""
    result = html(folder, "--out", tmp_path / "out")

    assert result.exit_code == 0
    assert str(tmp_path / "out") in result.stdout
    assert "interim.html" in result.stdout
    assert "cutoff 2020-08-19" in result.stdout
    assert "numbers" in result.stdout
    assert "collected" in result.stdout


def test_notices_go_to_stderr(folder, tmp_path):
    """What a reader should know is a message, not a result."""
    folder.write("adverse_events.csv", "patient_id,term,category,grade,start_date\n")

    result = html(folder, "--out", tmp_path / "out")

    assert "notice: adverse_events.csv has a header and no rows" in result.stderr
    assert "notice:" not in result.stdout


def test_quiet_prints_nothing(folder, tmp_path):
    """Neither on stdout nor on stderr."""
    result = html(folder, "--out", tmp_path / "out", "--quiet")

    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize(
    "cutoff",
    [
        "yesterday",
        "2020-13-01",
        "19.08.2020",
        "2020-08-19T00:00",
        "20200601",
        "2020-W20-1",
        "2020-6-1",
        "２０２０-06-01",
    ],
)
def test_a_cutoff_that_is_no_date_is_refused(cutoff, folder, tmp_path):
    """The message says how to write one."""
    result = html(folder, "--out", tmp_path / "out", "--cutoff", cutoff)

    refused(result, f"'--cutoff': {cutoff!r} is no date; write it as YYYY-MM-DD")


def test_a_cutoff_before_the_first_patient_is_refused(folder, tmp_path):
    """The message names the first start."""
    result = html(folder, "--out", tmp_path / "out", "--cutoff", "2017-01-01")

    refused(
        result, "'--cutoff': no patient had started by 2017-01-01 (the first did on 2018-01-10)"
    )


def test_a_study_folder_that_is_not_there_is_refused(tmp_path):
    """Or one that is a file."""
    refused(run("build", tmp_path / "nowhere"), "is no folder; name a folder that holds study.toml")
    (tmp_path / "file").write_text("x")
    refused(run("check", tmp_path / "file"), "is no folder")


def test_a_folder_of_other_files_is_never_replaced(folder, tmp_path):
    """Somebody's documents are not a build, whatever their names."""
    out = tmp_path / "thesis"
    out.mkdir()
    (out / "chapter1.docx").write_text("years of work")
    (out / "results.json").write_text("{}")

    refused(html(folder, "--out", out), "'--out': 'thesis' holds files that are not a build")
    assert tree(out) == {"chapter1.docx": b"years of work", "results.json": b"{}"}


def test_a_build_with_a_file_of_ones_own_is_not_replaced(built, folder, tmp_path):
    """Notes put beside a report must not vanish with the next build."""
    out = tmp_path / "out"
    shutil.copytree(built, out)
    (out / "my notes.txt").write_text("do not lose me")

    result = html(folder, "--out", out)

    assert (out / "my notes.txt").read_text() == "do not lose me"
    refused(result, "my notes.txt")


def test_somebody_else_s_manifest_is_not_a_build(folder, tmp_path):
    """Many things have a manifest.json."""
    out = tmp_path / "site"
    out.mkdir()
    (out / "manifest.json").write_text('{"name": "a web application"}')
    (out / "index.html").write_text("<p>mine</p>")

    result = html(folder, "--out", out)

    assert (out / "index.html").read_text() == "<p>mine</p>"
    refused(result, "holds files that are not a build")


@pytest.mark.parametrize("which", ["study", "parent", "cwd", "above", "link"])
def test_the_study_itself_is_never_replaced(which, folder, tmp_path, monkeypatch):
    """Nor a folder that holds it, nor where one stands, whatever it is called."""
    here = tmp_path / "here" / "below"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    (tmp_path / "link").symlink_to(folder.path)
    folder.write("manifest.json", '{"carreport": "1", "files": ["study.toml"]}')
    before = tree(folder.path)
    target = {
        "study": folder.path, "parent": tmp_path, "cwd": ".",
        "above": tmp_path / "here", "link": tmp_path / "link",
    }[which]  # fmt: skip

    refused(html(folder, "--out", target), "--out")
    assert tree(folder.path) == before


def test_a_new_folder_below_the_study_will_do(folder, monkeypatch):
    """`cd study; carreport build .` writes to out/ there, and again the next time."""
    monkeypatch.chdir(folder.path)

    for _ in range(2):
        assert run("build", ".", "--format", "html").exit_code == 0
    assert (folder.path / "out" / "2020-08-19" / "interim.html").is_file()
    assert (folder.path / "study.toml").is_file()


def test_a_link_is_followed(built, folder, tmp_path):
    """What it points to is replaced, the link stays."""
    real, link = tmp_path / "real", tmp_path / "link"
    shutil.copytree(built, real)
    link.symlink_to(real)

    assert html(folder, "--out", link).exit_code == 0
    assert link.is_symlink()
    assert "interim.html" in tree(real)
    assert "interim.pdf" not in tree(real)


def test_a_full_disk_is_a_message_and_leaves_the_last_build_alone(
    built, folder, tmp_path, monkeypatch
):
    """Wherever writing fails."""
    import errno

    out = tmp_path / "out"
    shutil.copytree(built, out)

    def full(*_arguments, **_more):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("carreport.writing._write_manifest", full)

    refused(html(folder, "--out", out), "(No space left on device)", "nothing was changed")
    assert tree(out) == tree(built)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["out", "study"]


def test_a_file_is_no_folder(folder, tmp_path):
    """`--out` names a folder."""
    (tmp_path / "out").write_text("x")

    refused(html(folder, "--out", tmp_path / "out"), "'--out': 'out' is a file; name a folder")
    assert (tmp_path / "out").read_text() == "x"


def test_an_empty_folder_is_used(folder, tmp_path):
    """It holds nothing to lose."""
    (tmp_path / "out").mkdir()

    assert html(folder, "--out", tmp_path / "out").exit_code == 0


def test_a_folder_one_may_not_write_is_a_message(folder, tmp_path):
    """Not a traceback; here the parent is a file."""
    (tmp_path / "file").write_text("x")

    refused(html(folder, "--out", tmp_path / "file" / "out"), "--out")


def test_an_unknown_document_is_refused(folder, tmp_path):
    """The message names those there are, the study's own among them."""
    folder.write("documents/mine/mine.html.j2", "<p>x</p>")

    result = html(folder, "--out", tmp_path / "out", "--document", "thesis")

    refused(
        result,
        "'--document': there is no document 'thesis'; name one of audit, interim, mine, report",
    )


@pytest.mark.parametrize("name", ["../interim", "shared", "", "/etc/passwd", "interim/interim"])
def test_a_document_is_a_name_not_a_path(name, folder, tmp_path):
    """Nothing outside the documents is read or written."""
    refused(html(folder, "--out", tmp_path / "out", "--document", name), "there is no document")


def test_an_unknown_format_is_refused(folder, tmp_path):
    """With a usage message."""
    result = run("build", folder.path, "--out", tmp_path / "out", "--format", "docm")

    assert result.exit_code == 2
    assert "docm" in result.stderr


def test_several_documents_are_built(folder, tmp_path):
    """Each its own file; one asked for twice is built once."""
    folder.write(
        "documents/mine/mine.html.j2",
        "<html><head><title>t</title></head><p>{{ cutoff }}</p></html>",
    )

    result = html(folder, "--out", tmp_path / "out", "--document", "mine", "--document", "interim",
                  "--document", "mine")  # fmt: skip

    assert result.exit_code == 0, result.output
    assert {one.name for one in (tmp_path / "out").glob("*.html")} == {"mine.html", "interim.html"}
    assert result.stdout.count("mine.html") == 1


def test_a_broken_template_leaves_the_last_build_alone(built, folder, tmp_path):
    """A number typed into a template stops the build, exit code 2, template and line named."""
    out = tmp_path / "out"
    shutil.copytree(built, out)
    folder.write("documents/interim/interim.html.j2", "<p>\nOf 14 patients</p>")

    refused(html(folder, "--out", out), "interim/interim.html.j2, line 2", "'14'")
    assert tree(out) == tree(built)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["out", "study"]


@pytest.mark.parametrize("text", ["{% if %}", "{{ num( }}", "{% include 'nothing.j2' %}", "{{ 1/0 }}",
                                  "{% for x in [1] %}"])  # fmt: skip
def test_a_template_that_cannot_be_read_is_a_message(text, folder, tmp_path):
    """Syntax errors and missing includes name the template."""
    folder.write("documents/interim/interim.html.j2", f"<p>\n{text}</p>")

    refused(html(folder, "--out", tmp_path / "out"), "interim.html.j2", "line 2")


def test_a_failure_while_writing_leaves_the_last_build_alone(built, folder, tmp_path):
    """A PDF that asks for a file is refused after everything else was written."""
    out = tmp_path / "out"
    shutil.copytree(built, out)
    folder.replace(
        "documents/interim/interim.html.j2", "<h1>", '<img alt="" src="file:///etc/hostname"><h1>'
    )

    refused(run("build", folder.path, "--out", out), "file:///etc/hostname")
    assert tree(out) == tree(built)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["out", "study"]


def test_check_says_nothing_is_wrong(tiny):
    """Exit code 0 and what there is."""
    result = run("check", tiny.path)

    assert result.exit_code == 0
    assert result.stdout.startswith("no problem found: ")
    assert "12 patients" in result.stdout


def test_check_finds_problems_with_exit_code_one(folder):
    """The problems are the result, on stdout."""
    folder.replace("patients.csv", "2018-02-14", "soon")

    result = run("check", folder.path)

    assert result.exit_code == 1
    assert "patients.csv, line 3, column 'start_date': 'soon' is not a date" in result.stdout


def test_check_runs_the_analyses_and_lays_out_the_tables(folder, monkeypatch):
    """What would stop the build there is a problem like any other."""
    from carreport.errors import AnalysisFailed

    def fail(*_arguments):
        message = "some analyses failed"
        raise ExceptionGroup(message, [AnalysisFailed("a.b", "one"), AnalysisFailed("c", "two")])

    monkeypatch.setattr("carreport.tables.lay_out", fail)

    result = run("check", folder.path)

    assert (result.exit_code, result.stdout) == (1, "a.b: one\nc: two\n")
    assert "2 problem(s)" in result.stderr


CLAIMS = "claim_id,reported,result_id,kind,location\n"


def test_check_reads_the_claims_as_well(folder):
    """What is wrong with them stands beside what is wrong with the data."""
    folder.write("claims.csv", f"{CLAIMS}a,12,,cuont,Abstract\n")
    folder.replace("patients.csv", "2018-02-14", "soon")

    result = run("check", folder.path)

    assert result.exit_code == 1
    assert "patients.csv, line 3, column 'start_date': 'soon' is not a date" in result.stdout
    assert "claims.csv, line 2, column 'kind': 'cuont' is no kind of claim" in result.stdout


def test_check_holds_the_claims_against_the_numbers(folder):
    """An id that nothing produces is found where the data are right."""
    folder.write("claims.csv", f"{CLAIMS}a,34,baseline.age.medain,measurement,Abstract\n")

    result = run("check", folder.path)

    assert result.exit_code == 1
    assert "claims.csv, line 2, column 'result_id'" in result.stdout
    assert "did you mean baseline.age.median" in result.stdout


def test_check_of_a_missing_folder_could_not_be_done():
    """Exit code 2."""
    assert run("check", "nowhere").exit_code == 2


def test_without_a_command_there_is_help():
    """Which names the commands."""
    result = run()

    assert "build" in result.output
    assert "check" in result.output


def test_a_process_of_its_own_has_the_same_exit_codes(tiny, tmp_path):
    """0 and 2 reach the shell, the message reaches stderr, and Python warns of nothing."""
    code = "from carreport.cli import app; app()"
    call = [sys.executable, "-W", "error", "-c", code, "check"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    good, bad = (
        subprocess.run(  # noqa: S603 - our own interpreter
            [*call, study], env=environment, capture_output=True, text=True, check=False
        )
        for study in (tiny.path, tmp_path / "nowhere")
    )

    assert (good.returncode, bad.returncode) == (0, 2)
    assert "no problem found" in good.stdout
    assert "is no folder" in bad.stderr
    assert good.stderr == ""


def process(*arguments, **more):
    """The command line in a process of its own."""
    call = [sys.executable, "-c", "from carreport.cli import app; app()", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(  # noqa: S603 - our own interpreter
        call, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True, **more
    )


def test_a_reader_that_leaves_is_no_failure(tiny, tmp_path):
    """`carreport build … | true`: the build is complete."""
    reading, writing = os.pipe()
    os.close(reading)
    begun = process(
        "build", tiny.path, "--out", tmp_path / "out", "--format", "html", stdout=writing
    )
    os.close(writing)

    _, said = begun.communicate(timeout=60)

    assert (begun.returncode, said) == (0, "")
    assert (tmp_path / "out" / "interim.html").is_file()


@pytest.mark.parametrize(
    ("number", "code", "says"), [("SIGINT", 130, "interrupted\n"), ("SIGTERM", 143, "ended")]
)
def test_an_interrupted_build_leaves_nothing_behind(number, code, says, tiny, tmp_path):
    """Both processes end, their half-written folder goes, one short line is said."""
    begun = process("build", tiny.path, "--out", tmp_path / "out", stdout=subprocess.PIPE)
    while begun.poll() is None and not list(tmp_path.glob(".carreport-*/new/*")):
        time.sleep(0.02)

    os.killpg(begun.pid, getattr(signal, number))
    _, said = begun.communicate(timeout=60)

    assert (begun.returncode, list(tmp_path.iterdir())) == (code, [])
    assert said.startswith(says)
    assert len(said.splitlines()) == 1


def test_version_is_printed():
    """Of the installed package."""
    result = run("--version")

    assert (result.exit_code, result.stdout) == (0, f"carreport {version('carreport')}\n")


def test_an_earlier_cutoff_builds_the_report_of_that_day(folder, tmp_path):
    """The page of March 2019 knows nothing of later deaths."""
    assert html(folder, "--out", tmp_path / "out", "--cutoff", "2019-03-31").exit_code == 0

    account = (tmp_path / "out" / "cutoff.csv").read_text()
    assert ",P11,death,,removed," in account
    page = (tmp_path / "out" / "interim.html").read_text()
    assert "31 March 2019" in page
    assert "2020" not in page.partition("<h1>")[2]
