"""The same study gives the same bytes: in every file, from every place, at every time."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from folders import tree

ROOT = Path(__file__).resolve().parents[1]
PLACES = {
    "one": {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "SOURCE_DATE_EPOCH": "1", "LANG": "C"},
    "two": {
        "PYTHONHASHSEED": "2", "TZ": "America/Anchorage", "SOURCE_DATE_EPOCH": "2000000000",
        "LC_ALL": "C.UTF-8", "COLUMNS": "40", "MPLBACKEND": "pdf",
    },
}  # fmt: skip


def begin(study, out, variables):
    """A build in a process of its own, begun."""
    plain = {k: v for k, v in os.environ.items() if k not in ("SOURCE_DATE_EPOCH", "LC_ALL")}
    call = [
        sys.executable,
        "-c",
        "from carreport.cli import app; app()",
        "build",
        study,
        "--out",
        out,
    ]
    environment = {**plain, "PYTHONPATH": str(ROOT), **variables}
    return subprocess.Popen(call, env=environment, cwd=out.parent, stdout=subprocess.DEVNULL)  # noqa: S603 - our own interpreter


@pytest.fixture(scope="module")
def builds(tiny, tmp_path_factory):
    """Two builds: from two copies of the study, into two places, in two environments."""
    places, begun = {}, []
    for name, variables in PLACES.items():
        place = tmp_path_factory.mktemp(name) / ("deep/" * len(places)) / "here"
        place.mkdir(parents=True)
        shutil.copytree(tiny.path, place / "a study")
        places[name] = place / f"out of {name}"
        begun.append(begin(place / "a study", places[name], variables))
    assert [process.wait() for process in begun] == [0, 0]
    return {name: tree(place) for name, place in places.items()}


def test_two_builds_have_the_same_files(builds):
    """HTML, PDF, SVG, PNG, JSON and CSV, none missing."""
    one, two = builds.values()

    assert list(one) == list(two)
    assert {Path(name).suffix for name in one} == {".html", ".pdf", ".svg", ".png", ".json", ".csv"}


@pytest.mark.parametrize("suffix", [".html", ".pdf", ".svg", ".png", ".json", ".csv"])
def test_two_builds_have_the_same_bytes(suffix, builds):
    """Another folder, time zone, hash seed, locale and SOURCE_DATE_EPOCH change nothing."""
    one, two = builds.values()

    files = [name for name in one if name.endswith(suffix)]
    assert files
    assert [name for name in files if one[name] != two[name]] == []


def test_a_build_in_this_process_has_the_same_bytes(builds, built):
    """After other builds, in a process that has drawn and rendered before; PNG is not drawn here."""
    assert {
        name
        for name, content in tree(built).items()
        if content != builds["one"][name] and not name.endswith((".png", "manifest.json"))
    } == set()


def test_no_output_names_the_folder_it_was_built_in(builds):
    """Nor the user, the machine or the time."""
    for name, content in builds["one"].items():
        assert b"/tmp/" not in content, name
        assert str(ROOT).encode() not in content, name
