"""A build where nothing changed touches nothing; whatever decides its outcome is noticed."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from asking import ask, refused
from folders import StudyFolder, tree, write_least

import carreport
from carreport.again import Asked, basis, touched, up_to_date
from carreport.render.folder import fresh_folder
from carreport.saved import made_from, system

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[1]
CLAIMS = "claim_id,reported,result_id,kind,location,quote,scope,check,note\n"
LITERALS = "literal,reason\n4G7,a name\n"
DOCUMENT = "documents/interim/interim.html.j2"
DATA = [
    "study.toml", "origins.toml", "patients.csv", "infusions.csv", "events.csv",
    "adverse_events.csv", "measurements.csv",
]  # fmt: skip
SAID = [DOCUMENT, "literals.csv", "claims.csv", "audit.toml"]
UP_TO_DATE = "nothing changed since the last build; "


@pytest.fixture
def study(folder: StudyFolder) -> StudyFolder:
    """The tiny study with every file that a build reads."""
    folder.write("literals.csv", LITERALS).write("claims.csv", CLAIMS)
    folder.write("audit.toml", "")
    return folder.write("origins.toml", 'default = "collected"\n')


@pytest.fixture
def asked(study: StudyFolder, tmp_path: Path) -> Asked:
    """What is asked for: its HTML."""
    return Asked(study.path, out=tmp_path / "out", formats=("html",))


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A copy of the package and of its templates, to be spoilt."""
    without = shutil.ignore_patterns("__pycache__")
    ours = shutil.copytree(made_from.PACKAGE, tmp_path / "package" / "carreport", ignore=without)
    templates = shutil.copytree(made_from.templates_folder(), ours.parent / "templates")
    monkeypatch.setattr(made_from, "PACKAGE", ours)
    monkeypatch.setattr("carreport.again.package_folder", lambda: ours)
    monkeypatch.setattr("carreport.again.checkout", lambda: (None, None))
    return ours, templates


def keys(asked: Asked) -> tuple[str, str]:
    """What the numbers and what the whole build is known by."""
    found = basis(asked)
    return found.number_key, found.key


def changes(change: Callable[[], object], asked: Asked) -> tuple[bool, bool]:
    """Whether a change is one to the numbers, and to the whole build."""
    before = keys(asked)
    change()
    after = keys(asked)
    return before[0] != after[0], before[1] != after[1]


# What is noticed


def test_the_same_is_the_same(asked):
    """Asked twice, the answer is one."""
    assert keys(asked) == keys(asked)


@pytest.mark.parametrize("file", DATA)
def test_a_byte_of_the_data_or_its_settings_changes_the_numbers(file, study, asked):
    """Each file that numbers rest on, be it a space at its end."""
    assert changes(lambda: study.write(file, study.text(file) + " "), asked) == (True, True)


@pytest.mark.parametrize("file", SAID)
def test_a_byte_of_what_is_said_changes_the_build_and_no_number(file, study, asked):
    """The study's own document, its literals, its claims."""
    assert changes(lambda: study.write(file, study.text(file) + " "), asked) == (False, True)


def test_every_file_of_the_study_is_one_or_the_other(study):
    """So that none is forgotten above."""
    assert set(tree(study.path)) == {*DATA, *SAID}


@pytest.mark.parametrize("file", ["documents/interim/_more.html.j2", "documents/report/x.css"])
def test_a_file_more_or_less_is_a_change(file, study, asked):
    """A document's part that was not there, and then is not there any more."""
    assert changes(lambda: study.write(file, "x"), asked) == (False, True)
    assert changes(lambda: study.remove(file), asked) == (False, True)
    assert changes(lambda: study.remove("measurements.csv"), asked) == (True, True)


def test_documents_behind_a_link_are_looked_at(study, asked, tmp_path):
    """Templates may be kept elsewhere."""
    other = StudyFolder(tmp_path / "elsewhere").write("letter/letter.html.j2", "one")
    (study.path / "documents" / "letter").symlink_to(other.path / "letter")

    assert changes(lambda: other.write("letter/letter.html.j2", "two"), asked) == (False, True)


def test_a_circle_of_links_ends(study, asked):
    """Each folder is looked at once."""
    (study.path / "documents" / "again").symlink_to(study.path / "documents")

    assert keys(asked) == keys(asked)


def test_every_file_of_the_package_changes_the_numbers(package, asked):
    """Source, fonts, style sheet, licences: a file of each kind in each folder, examples apart."""
    ours, _ = package
    found = {
        (path.parent, path.suffix): path
        for path in sorted(ours.rglob("*"))
        if path.is_file() and "examples" not in path.relative_to(ours).parts
    }
    files = list(found.values())
    before = keys(asked)
    assert {".py", ".ttf", ".woff2", ".mplstyle", ".txt", ".md"} <= {one.suffix for one in files}

    for file in files:
        content = file.read_bytes()
        file.write_bytes(content + b"\n")
        after = keys(asked)
        file.write_bytes(content)
        assert before[0] != after[0], file
        assert before[1] != after[1], file
    assert keys(asked) == before


def test_every_template_changes_the_build_and_no_number(package, asked):
    """All files, whatever their kind."""
    _, templates = package
    before = keys(asked)

    for file in sorted(path for path in templates.rglob("*") if path.is_file()):
        content = file.read_bytes()
        file.write_bytes(content + b"\n")
        after = keys(asked)
        file.write_bytes(content)
        assert before[0] == after[0], file
        assert before[1] != after[1], file


def test_a_new_file_in_the_package_changes_the_numbers(package, asked):
    """Of any kind; what Python compiled is none."""
    ours, templates = package

    assert changes(lambda: (ours / "stats" / "new.bin").write_bytes(b""), asked) == (True, True)
    assert changes(lambda: (templates / "report" / "new.txt").write_text(""), asked) == (
        False,
        True,
    )
    (ours / "__pycache__").mkdir()
    compiled = ours / "__pycache__" / "ids.cpython-311.pyc"
    assert changes(lambda: compiled.write_bytes(b"1"), asked) == (False, False)


OPTIONS = {
    "cutoff": {"cutoff": dt.date(2019, 6, 30)},
    "documents": {"documents": ("interim",)},
    "session": {"session": "open"},
}


@pytest.mark.parametrize("name", OPTIONS)
def test_an_option_that_numbers_depend_on_changes_them(name, asked):
    """Cutoff, documents (tables and figures are made for them), session."""
    before, after = keys(asked), keys(replace(asked, **OPTIONS[name]))

    assert (before[0] != after[0], before[1] != after[1]) == (True, True)


def test_the_formats_change_the_build_and_no_number(asked):
    """In any order they are the same."""
    both = replace(asked, formats=("html", "pdf"))

    assert keys(both) == keys(replace(asked, formats=("pdf", "html")))
    assert keys(both)[0] == keys(asked)[0]
    assert keys(both)[1] != keys(asked)[1]


def test_an_earlier_build_counts_with_all_its_files(asked, tmp_path):
    """Numbers are compared with it; what is said now may be part of that."""
    earlier = StudyFolder(tmp_path / "earlier").write("results.json", "{}").write("a/b.csv", "1")
    with_it = replace(asked, previous=earlier.path)

    assert keys(with_it)[0] != keys(asked)[0]
    for file in ("results.json", "a/b.csv"):
        assert changes(lambda file=file: earlier.write(file, "2"), with_it) == (True, True)
    study = StudyFolder(asked.folder)
    assert changes(lambda: study.write(DOCUMENT, study.text(DOCUMENT) + " "), with_it) == (
        True,
        True,
    )


def test_the_version_of_python_counts(asked, monkeypatch):
    """All of it, with the compiler it was made by."""
    changed = changes(
        lambda: monkeypatch.setattr(sys, "version", f"{sys.version} (another)"), asked
    )

    assert changed == (True, True)


def test_everything_installed_counts(asked, tmp_path, monkeypatch):
    """A distribution more, another version of it, other files in the same version, none again."""
    site = StudyFolder(tmp_path / "site").write("fake-1.0.dist-info/METADATA", "Name: fake")

    assert changes(lambda: monkeypatch.syspath_prepend(site.path), asked) == (True, True)
    for file in ("METADATA", "RECORD", "direct_url.json"):
        name = f"fake-1.0.dist-info/{file}"
        assert changes(lambda name=name: site.write(name, "other"), asked) == (True, True)
    assert changes(lambda: site.write("fake.pth", "import fake"), asked) == (True, True)
    assert changes(lambda: site.write("sitecustomize.py", ""), asked) == (True, True)
    assert changes(lambda: shutil.rmtree(site.path / "fake-1.0.dist-info"), asked) == (True, True)


@pytest.mark.parametrize(
    "name", ["PYTHONOPTIMIZE", "LD_LIBRARY_PATH", "OMP_NUM_THREADS", "OPENBLAS_CORETYPE", "LC_ALL"]
)
def test_what_steers_libraries_counts(name, asked, monkeypatch):
    """Variables on which they find each other, or choose their code."""
    monkeypatch.delenv(name, raising=False)

    assert changes(lambda: monkeypatch.setenv(name, "1"), asked) == (True, True)


def test_the_processor_and_the_loader_count(asked, tmp_path, monkeypatch):
    """A library chooses its code by the one, and is found by the other."""
    other = StudyFolder(tmp_path / "system").write("cpuinfo", "flags : sse").write("cache", "1")

    def another(name: str, file: str) -> None:
        monkeypatch.setattr(system, name, other.path / file)

    assert changes(lambda: another("PROCESSOR", "cpuinfo"), asked) == (True, True)
    assert changes(lambda: another("LOADER", "cache"), asked) == (True, True)
    assert changes(lambda: other.write("cache", "2"), asked) == (True, True)


def test_fonts_of_the_system_change_the_build_and_no_number(asked, tmp_path, monkeypatch):
    """A sign that ours lack is set in one of them."""
    fonts = StudyFolder(tmp_path / "fonts").write("a/a.ttf", "1")

    assert changes(lambda: monkeypatch.setattr(system, "FONTS", (str(fonts.path),)), asked) == (
        False,
        True,
    )
    assert changes(lambda: fonts.write("a/b.ttf", "1"), asked) == (False, True)


@pytest.mark.parametrize(
    ("variable", "file"),
    [
        ("XDG_CONFIG_HOME", "fontconfig/fonts.conf"),
        ("XDG_DATA_HOME", "fonts/a.ttf"),
        ("XDG_DATA_DIRS", "fonts/below/a.ttf"),
        ("FONTCONFIG_PATH", "own.conf"),
        ("FONTCONFIG_FILE", ""),
    ],
)
def test_fonts_that_variables_name_count(variable, file, asked, tmp_path, monkeypatch):
    """The variable changes everything; what it names, the build alone."""
    place = tmp_path / "named"
    path = place / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("1")

    assert changes(lambda: monkeypatch.setenv(variable, str(place)), asked) == (True, True)
    assert changes(lambda: path.write_text("12"), asked) == (False, True)
    assert changes(path.unlink, asked) == (False, True)


def test_folders_that_a_named_configuration_names_count(asked, tmp_path, monkeypatch):
    """Fonts may lie anywhere."""
    fonts = StudyFolder(tmp_path / "anywhere").write("a.ttf", "1")
    own = StudyFolder(tmp_path / "own").write("my.conf", f"<dir>\n {fonts.path} </dir>")
    monkeypatch.setenv("FONTCONFIG_PATH", str(own.path))
    monkeypatch.setenv("FONTCONFIG_FILE", "my.conf")

    assert changes(lambda: fonts.write("b.ttf", "1"), asked) == (False, True)


@pytest.mark.parametrize("state", [("abc", True), ("abc", False), ("abd", False)])
def test_the_commit_counts(state, asked, monkeypatch):
    """It stands in the results; and so does whether something was changed since."""
    assert changes(lambda: monkeypatch.setattr("carreport.again.checkout", lambda: state), asked) == (
        False,
        True,
    )  # fmt: skip


# What is noticed while a build goes on


def test_a_file_that_is_touched_meanwhile_is_named(study, asked, monkeypatch):
    """Even if it holds the same again."""
    monkeypatch.setattr(carreport, "BEGUN", sys.maxsize)
    before = basis(asked)
    assert touched(asked, before) == ()

    study.write("events.csv", study.text("events.csv")).write("documents/x.css", "")

    assert touched(asked, before) == ("events.csv", "x.css")


def test_a_package_younger_than_its_program_is_named(package, asked, monkeypatch):
    """What runs may be what stood there before."""
    ours, _ = package
    monkeypatch.setattr(carreport, "BEGUN", sys.maxsize)
    assert touched(asked, basis(asked)) == ()

    monkeypatch.setattr(carreport, "BEGUN", (ours / "ids.py").stat().st_ctime_ns)

    assert "ids.py" in touched(asked, basis(asked))


def test_a_package_dated_in_the_future_is_not_younger(package, asked, monkeypatch):
    """An archive may say what it likes; the system knows when the file came."""
    ours, _ = package
    later = time.time() + 10**6
    os.utime(ours / "ids.py", (later, later))
    monkeypatch.setattr(carreport, "BEGUN", (ours / "ids.py").stat().st_ctime_ns + 10**9)

    assert touched(asked, basis(asked)) == ()


def test_what_an_editor_keeps_for_itself_is_nobodys_business(study, asked, monkeypatch):
    """It disturbs no build; but since it lies there, it is part of what was there."""
    monkeypatch.setattr(carreport, "BEGUN", sys.maxsize)
    before = basis(asked)

    study.write("documents/interim/.interim.html.j2.swp", "x")

    assert touched(asked, before) == ()
    assert basis(asked).key != before.key
    assert not any("swp" in name for name in made_from.study_digests(study.path))


# A build where nothing changed


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place with the tiny study in `study` and its HTML in `out`; read it only."""
    place = tmp_path_factory.mktemp("done") / "here"
    write_least(place / "study").write("literals.csv", LITERALS)
    assert build(place).exit_code == 0
    return place


@pytest.fixture
def mine(done: Path, tmp_path: Path) -> Path:
    """The same, to be spoilt."""
    return shutil.copytree(done, tmp_path / "mine", copy_function=shutil.copy2)


def build(place: Path, *more: object):
    """HTML only, which is quick; what it prints, on a terminal that nobody watches."""
    words = ("--format", "html", "--out", place / "out", *more)
    return ask("build", place / "study", *words)


def times(place: Path) -> dict[str, int]:
    """When each file and folder was changed last."""
    return {str(path): path.lstat().st_mtime_ns for path in [place, *place.rglob("*")]}


def test_nothing_is_touched_where_nothing_changed(mine):
    """Neither in the folder nor beside it; it is said, and that is a success."""
    before = times(mine)

    result = build(mine)

    assert result.exit_code == 0
    assert result.stdout == f"{UP_TO_DATE}{(mine / 'out').as_posix()}/ is up to date\n"
    assert result.stderr == ""
    assert times(mine) == before


def test_quiet_says_nothing_about_nothing(mine):
    """As a build says nothing."""
    result = build(mine, "--quiet")

    assert (result.exit_code, result.output) == (0, "")


@pytest.mark.parametrize("option", ["--force", "--no-cache"])
def test_a_build_can_be_asked_for_all_the_same(option, mine):
    """The same bytes anew."""
    before, content = times(mine / "out"), tree(mine / "out")

    result = build(mine, option)

    assert result.exit_code == 0
    assert UP_TO_DATE not in result.stdout
    assert times(mine / "out") != before
    assert tree(mine / "out") == content


def spoilt_file(mine: Path) -> None:
    """A number was corrected by hand."""
    page = mine / "out" / "results.csv"
    page.write_bytes(page.read_bytes().replace(b"0", b"1", 1))


def spoilt_manifest(mine: Path) -> None:
    """It says what it never said."""
    StudyFolder(mine / "out").replace("manifest.json", '"carreport"', '"carreporT"')


def emptied_cache(mine: Path) -> None:
    """Nobody knows any more what the folder was made from."""
    shutil.rmtree(mine / ".carreport")


SPOILT = {
    "a file was changed": spoilt_file,
    "a file is missing": lambda mine: (mine / "out" / "rows.json").unlink(),
    "a file was added": lambda mine: (mine / "out" / "tables" / "own.csv").touch(),
    "the manifest was changed": spoilt_manifest,
    "the manifest is missing": lambda mine: (mine / "out" / "manifest.json").unlink(),
    "the folder is gone": lambda mine: shutil.rmtree(mine / "out"),
    "the cache is gone": emptied_cache,
}


@pytest.mark.parametrize("what", SPOILT)
def test_a_folder_that_is_not_as_it_was_written_is_not_up_to_date(what, mine):
    """Whatever somebody did to it."""
    SPOILT[what](mine)

    assert up_to_date(Asked(mine / "study", out=mine / "out", formats=("html",))) is None


def test_what_another_build_put_there_at_once_is_not_taken_for_ones_own(mine, monkeypatch):
    """What is kept of a build is what it wrote, not what stands there when it is kept."""

    @contextlib.contextmanager
    def overtaken(target: Path) -> Iterator[Path]:
        with fresh_folder(target) as fresh:
            yield fresh
        page = target / "interim.html"
        page.write_text("another's")
        manifest = json.loads((target / "manifest.json").read_text())
        manifest["digests"] |= made_from.digests(target, [page])
        (target / "manifest.json").write_text(json.dumps(manifest))

    monkeypatch.setattr("carreport.writing.fresh_folder", overtaken)

    assert build(mine, "--force").exit_code == 0

    assert (mine / "out" / "interim.html").read_text() == "another's"
    assert up_to_date(Asked(mine / "study", out=mine / "out", formats=("html",))) is None


def test_what_a_file_manager_leaves_behind_is_no_change(mine):
    """It is in nobody's way."""
    (mine / "out" / ".DS_Store").touch()

    assert UP_TO_DATE in build(mine).stdout


@pytest.mark.parametrize("file", ["patients.csv", "study.toml", "literals.csv", DOCUMENT])
def test_a_changed_study_is_built(file, mine):
    """And after that nothing changed."""
    study = StudyFolder(mine / "study")
    study.write(file, study.text(file) + "\n")

    assert UP_TO_DATE not in build(mine).stdout
    assert UP_TO_DATE in build(mine).stdout


@pytest.mark.parametrize("more", [("--cutoff", "2019-06-30"), ("--document", "interim")])
def test_other_options_are_built(more, mine):
    """Nobody has built them yet; afterwards somebody has."""
    assert UP_TO_DATE not in build(mine, *more).stdout
    assert UP_TO_DATE in build(mine, *more).stdout


def test_a_wrong_study_is_refused_as_ever(mine):
    """The build says what is wrong; what stands there stays."""
    (mine / "study" / "patients.xlsx").touch()
    before = tree(mine / "out")

    refused(build(mine), "patients.csv and patients.xlsx both hold patients", "nothing was changed")
    assert tree(mine / "out") == before


def test_nothing_heavy_is_imported_to_find_out_that_nothing_changed(mine):
    """It takes as long as Python takes to begin."""
    words = ["build", str(mine / "study"), "--format", "html", "--out", str(mine / "out")]
    code = (
        "import sys\n"
        "from carreport.cli import app\n"
        f"app({words}, standalone_mode=False)\n"
        "print(*sorted(sys.modules))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    call = [sys.executable, "-c", code]
    for _ in range(2):  # the first is in a process of another kind than the fixture
        done = subprocess.run(call, env=environment, check=True, capture_output=True, text=True)  # noqa: S603 - our own interpreter

    assert UP_TO_DATE in done.stdout
    heavy = {
        "numpy", "pandas", "scipy", "matplotlib", "lifelines", "weasyprint", "jinja2", "lxml",
        "pygments", "openpyxl", "pyarrow", "multiprocessing", "carreport.pipeline",
        "carreport.results", "carreport.render", "carreport.analyses", "carreport.study.load",
    }  # fmt: skip
    assert heavy & set(done.stdout.split()) == set()


def test_the_manifest_has_the_digest_of_every_file(done):
    """So that anybody can tell whether a file is as it was written."""
    manifest = json.loads((done / "out" / "manifest.json").read_text())

    names = set(tree(done / "out"))
    assert set(manifest["files"]) == names
    assert set(manifest["digests"]) == names - {"manifest.json"}
    assert manifest["digests"] == made_from.digests(
        done / "out", [done / "out" / one for one in manifest["digests"]]
    )
