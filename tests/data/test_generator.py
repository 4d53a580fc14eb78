"""The generator rebuilds the committed tables, and says when it would not."""

from __future__ import annotations

import csv
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

TABLES = ("patients.csv", "infusions.csv", "events.csv", "adverse_events.csv", "measurements.csv")


@pytest.fixture(scope="module")
def rebuilt(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the tables were generated."""
    folder = tmp_path_factory.mktemp("rebuilt")
    assert generate(root, "--out", folder).returncode == 0
    return folder


def generate(root: Path, *options: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the generator; `-S` hides every installed package from it."""
    command = [sys.executable, "-S", "-B", root / "tools" / "generate_study.py", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own script


@pytest.mark.parametrize("table", TABLES)
def test_each_committed_table_is_what_the_generator_writes(
    root: Path, rebuilt: Path, table: str
) -> None:
    """Bytes, not values: a library upgrade cannot move a digit unnoticed."""
    assert (rebuilt / table).read_bytes() == (root / "data" / table).read_bytes()


def test_nothing_but_the_tables_is_written(rebuilt: Path) -> None:
    """Sources and origins are written by people."""
    assert sorted(path.name for path in rebuilt.iterdir()) == sorted(TABLES)


def test_check_finds_the_committed_study_unchanged(root: Path) -> None:
    """`--check` ends with 0 and says nothing."""
    outcome = generate(root, "--check")

    assert (outcome.returncode, outcome.stderr) == (0, "")


def test_check_names_a_table_that_was_edited_and_leaves_it_alone(
    root: Path, rebuilt: Path, tmp_path: Path
) -> None:
    """One digit changed and one table missing are both reported, with exit code 1."""
    for table in TABLES[:-1]:
        (tmp_path / table).write_bytes((rebuilt / table).read_bytes())
    edited = (rebuilt / "patients.csv").read_bytes().replace(b",46,", b",47,", 1)
    (tmp_path / "patients.csv").write_bytes(edited)

    outcome = generate(root, "--check", "--out", tmp_path)

    assert outcome.returncode == 1
    assert [line.split(" is not")[0] for line in outcome.stderr.splitlines()] == [
        str(tmp_path / "patients.csv"),
        str(tmp_path / "measurements.csv"),
    ]
    assert (tmp_path / "patients.csv").read_bytes() == edited


@pytest.mark.parametrize("table", TABLES)
def test_tables_are_plain_csv(rebuilt: Path, table: str) -> None:
    """UTF-8, Unix line ends, as many cells in each row as in the header."""
    content = (rebuilt / table).read_bytes()

    assert b"\r" not in content
    assert content.endswith(b"\n")
    rows = list(csv.reader(content.decode("utf-8").splitlines()))
    assert {len(row) for row in rows} == {len(rows[0])}
