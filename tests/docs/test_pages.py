"""Every command and every snippet of the documentation is run; every link leads somewhere."""

from __future__ import annotations

import doctest
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from docpages import DOCS, ROOT, begins_in, blocks, named, pages
from pydantic import ValidationError
from typer.testing import CliRunner

from carreport.cli import app
from carreport.study.settings import Settings

if TYPE_CHECKING:
    from docpages import Block

COMMANDS = {"sh", "console"}
OWN_TESTS = {"jinja"}
"""Languages that other tests run: tests/docs/test_macros.py."""
SILENT = {"", "text", "md", "csv", "http", "diff", "html", "xml", "r"}
"""Languages of what a reader looks at and does not try."""
SIMPLE = re.compile(r"[|<>;&$`*]")
"""What a shell has to see to."""
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `study`, what `carreport new` writes."""
    folder = tmp_path_factory.mktemp("made")
    done = CliRunner().invoke(app, ["new", str(folder / "study")])
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, where `carreport` is on the path."""
    beside = Path(sys.executable).parent
    monkeypatch.setenv("PATH", f"{beside}:{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


def with_commands() -> list[Path]:
    return [
        page
        for page in pages()
        if any(one.language in COMMANDS and one.key != "shown" for one in blocks(page))
    ]


@pytest.mark.parametrize("page", with_commands(), ids=named)
def test_every_command_of_a_page_does_what_it_says(page, place, made):
    """In order, in the folder the page begins in, with the exit code it states."""
    begun = begins_in(page)
    assert begun in {"an empty folder", "a folder with study", "a folder with data"}, begun
    if begun == "a folder with study":
        shutil.copytree(made / "study", place / "study")
    elif begun == "a folder with data":
        shutil.copytree(ROOT / "data", place / "data")
    for block in blocks(page):
        if block.key in ("file", "append"):
            write(place / block.told, block)
        elif block.language in COMMANDS and block.key != "shown":
            run(block, named(page))


def write(path: Path, block: Block) -> None:
    """What a reader would put into a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a" if block.key == "append" else "w", encoding="utf-8") as file:
        file.write(("\n" if block.key == "append" else "") + block.text)


def run(block: Block, page: str) -> None:
    """The commands of a block; the last may end as the page says."""
    wanted = int(block.told) if block.key == "exit" else 0
    lines = commands(block)
    for at, line in enumerate(lines):
        code, said = ran(line)
        expected = wanted if at == len(lines) - 1 else 0
        assert code == expected, f"{page}, line {block.line}: {line!r} ends with {code}:\n{said}"


def commands(block: Block) -> list[str]:
    """Its commands, comments left out; lines that end in a backslash go on in the next."""
    text = block.text.replace("\\\n", " ")
    if block.language == "console":
        text = "\n".join(line[2:] for line in text.splitlines() if line.startswith("$ "))
    text = re.sub(r"(?:^|(?<=\s))#.*$", "", text, flags=re.MULTILINE)
    return [line.strip() for line in text.splitlines() if line.strip()]


def ran(line: str) -> tuple[int, str]:
    """Exit code and what was said; our own commands run in this process, as imports take long."""
    words = [] if SIMPLE.search(line) else shlex.split(line)
    if words[:1] == ["carreport"]:
        done = CliRunner().invoke(app, words[1:])
        return done.exit_code, done.output + done.stderr
    if words[:1] == ["cd"]:
        os.chdir(words[1])
        return 0, ""
    shell = subprocess.run(  # noqa: S602 - the documentation's own commands
        line, shell=True, cwd=Path.cwd(), capture_output=True, text=True, check=False
    )
    return shell.returncode, shell.stdout + shell.stderr


@pytest.mark.parametrize("page", pages(), ids=named)
def test_every_snippet_is_what_its_fence_says(page):
    """Formats can be read, examples give what they say, a piece of study.toml has no unknown key."""
    known: dict[str, object] = {}
    for block in blocks(page):
        where = f"{named(page)}, line {block.line}"
        match block.language:
            case "toml":
                assert not wrong_settings(tomllib.loads(block.text)), where
            case "json":
                assert json.loads(block.text), where
            case "yaml":
                assert yaml.safe_load(block.text), where
            case "python" if block.text.startswith(">>> "):
                examples = doctest.DocTestParser().get_doctest(block.text, known, where, None, None)
                done = doctest.DocTestRunner(verbose=False).run(examples, clear_globs=False)
                known |= examples.globs
                assert not done.failed, where
            case "python":
                assert compile(block.text, where, "exec"), where
            case language:
                assert language in COMMANDS | OWN_TESTS | SILENT, f"{where}: {language}"


def wrong_settings(told: dict[str, object]) -> list[str]:
    """Unknown keys of a piece of study.toml; whatever else it lacks stands elsewhere in the file."""
    if not set(told) <= set(Settings.model_fields):
        return []  # another file: what is wrong with it, the command that reads it says
    try:
        Settings.model_validate(told)
    except ValidationError as error:
        return [str(one["loc"]) for one in error.errors() if one["type"] == "extra_forbidden"]
    return []


@pytest.mark.parametrize("page", pages(), ids=named)
def test_every_link_leads_to_a_page_and_a_heading(page):
    """Within the repository; addresses elsewhere are not followed."""
    for link in LINK.findall(
        re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    ):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{named(page)}: {link}"
        if anchor:
            assert anchor in anchors(target), f"{named(page)}: {link}"


def anchors(page: Path) -> set[str]:
    """The headings of a page as addresses."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def test_every_page_stands_in_the_site():
    """And the site names no page that is not there; both as mkdocs would say."""
    listed = set(re.findall(r": ([\w/-]+\.md)$", (ROOT / "mkdocs.yml").read_text(), re.MULTILINE))

    assert {one.relative_to(DOCS).as_posix() for one in DOCS.rglob("*.md")} == listed


def test_the_site_is_built_and_fetches_nothing(tmp_path):
    """`make docs` without a warning; no page loads anything from elsewhere."""
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--quiet",
        "--strict",
        "--site-dir",
        tmp_path,
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - fixed words
    assert done.returncode == 0, done.stderr
    for page in tmp_path.rglob("*.html"):
        loaded = re.findall(
            r'<(?:script|img|link)[^>]*(?:src|href)="(https?:[^"]+)"', page.read_text()
        )

        assert not loaded, page.name
