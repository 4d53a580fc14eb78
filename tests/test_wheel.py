"""A wheel of this repository, installed with pip into an empty environment in another folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from carreport.results import Results

pytestmark = pytest.mark.skipif(
    "CARREPORT_NO_NETWORK" in os.environ, reason="pip fetches what the wheel needs"
)
PIP = ("-m", "pip", "--quiet", "--quiet", "--disable-pip-version-check", "--no-input")


def ran(*command: object, cwd: Path) -> str:
    """What a command prints; it has to end well."""
    done = subprocess.run(  # noqa: S603 - our own commands
        [*map(str, command)], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel."""
    out = tmp_path_factory.mktemp("wheel")
    ran(
        sys.executable, *PIP, "wheel", "--no-deps", "--no-build-isolation", "-w", out, ROOT, cwd=out
    )
    (made,) = out.glob("carreport-*.whl")
    return made


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that has nothing to do with the repository, with an environment of its own."""
    folder = tmp_path_factory.mktemp("elsewhere")
    venv.create(folder / "env", with_pip=True)
    python = folder / "env" / "bin" / "python"
    build, lock = ROOT / "requirements-build.lock", ROOT / "requirements.lock"
    ran(python, *PIP, "install", "--require-hashes", "--no-compile", "-r", build, cwd=folder)
    # Python compiles what it imports; pip would compile everything, which costs most of this test.
    hashed = ("--require-hashes", "--no-build-isolation", "--no-compile")
    ran(python, *PIP, "install", *hashed, "-r", lock, cwd=folder)
    ran(python, *PIP, "install", "--no-index", "--no-deps", wheel, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def carreport(elsewhere: Path) -> Callable[..., str]:
    """The command as installed there."""

    def run(*words: str) -> str:
        return ran(elsewhere / "env" / "bin" / "carreport", *words, cwd=elsewhere)

    return run


def test_the_wheel_holds_templates_fonts_licences_and_examples(wheel):
    """And no test, no cache, nothing that was built."""
    names = zipfile.ZipFile(wheel).namelist()
    wanted = (
        "carreport/templates/shared/base.html.j2",
        "carreport/templates/literals.csv",
        "carreport/fonts/CarreportSerif-Regular.woff2",
        "carreport/examples/lu2021/study.toml",
        "carreport/examples/lu2021/patients.csv",
        "carreport/examples/new/study.toml",
        "carreport/examples/pbc/study.toml",
    )

    assert set(wanted) <= set(names)
    assert any(name.endswith("/licenses/carreport/fonts/OFL-source-serif-4.txt") for name in names)
    assert any(name.endswith("/licenses/LICENSE-DATA.md") for name in names)
    assert not [one for one in names if "__pycache__" in one or one.startswith(("tests", "out"))]


def test_everything_it_needs_is_named_by_it(elsewhere):
    """Pip finds no requirement missing or at odds."""
    python = elsewhere / "env" / "bin" / "python"

    assert "No broken requirements" in ran(python, "-m", "pip", "check", cwd=elsewhere)


def test_the_new_study_builds_there(carreport, elsewhere):
    """From nothing to an interim report, on the screen and on paper."""
    carreport("new", "study")
    carreport("build", "study", "--out", "made", "--quiet")

    made = elsewhere / "made"
    assert (made / "interim.pdf").read_bytes().startswith(b"%PDF")
    assert "carreport:" not in (made / "manifest.json").read_text()
    assert str(elsewhere) not in (made / "interim.html").read_text()


def test_the_bundled_study_has_the_same_numbers_there(carreport, elsewhere, bundled: Results):
    """Built by `python -m carreport`, from the example inside the package."""
    carreport("new", "lu2021", "--example", "lu2021")
    python = elsewhere / "env" / "bin" / "python"
    words = ("-m", "carreport", "build", "lu2021", "--out", "lu", "--document", "interim")
    ran(python, *words, "--format", "html", "--quiet", cwd=elsewhere)
    rows = json.loads((elsewhere / "lu" / "results.json").read_text())["results"]
    there = {one["id"]: one["value"] for one in rows}

    assert set(bundled) <= set(there)
    assert there == {id_: bundled[id_].value for id_ in there}  # with the cells of listings
