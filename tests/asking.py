"""A study and its build, with the commands that ask them."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from folders import StudyFolder
from typer.testing import CliRunner

from carreport.cli import app

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

CUTOFF = "2020-08-19"


@dataclass(frozen=True, slots=True)
class Desk:
    """A folder to stand in: the study in `data`, its build in `out/<cutoff>`."""

    path: Path

    @property
    def study(self) -> StudyFolder:
        """The study, which a test may spoil."""
        return StudyFolder(self.path / "data")

    @property
    def out(self) -> Path:
        """The build."""
        return self.path / "out" / CUTOFF

    def rows(self) -> dict[str, dict[str, Any]]:
        """The numbers of the build by id."""
        content = json.loads((self.out / "results.json").read_text(encoding="utf-8"))
        return {row["id"]: row for row in content["results"]}

    def rewrite(self, old: str, new: str) -> None:
        """Put *new* in the place of *old* in results.json."""
        StudyFolder(self.out).replace("results.json", old, new)

    def put(self, id_: str, **fields: object) -> None:
        """Change fields of one number of the build."""
        row = self.rows()[id_]
        before, after = (json.dumps(one, ensure_ascii=False) for one in (row, {**row, **fields}))
        self.rewrite(before, after)

    def copy_to(self, target: Path) -> Desk:
        """The same in a folder of its own."""
        shutil.copytree(self.path, target)
        return Desk(target)


def ask(*words: object) -> Result:
    """A command, as a user calls it where they stand."""
    return CliRunner().invoke(app, [str(one) for one in words])


def lines(result: Result) -> dict[str, str]:
    """Labelled lines by their labels."""
    assert result.exit_code in (0, 1), result.output
    return {line[:15].strip(): line[15:] for line in result.stdout.splitlines()}


def refused(result: Result, *words: str) -> None:
    """Exit code 2, one message on stderr, nothing on stdout, no traceback."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert "unexpectedly" not in result.stderr
    for word in words:
        assert word in result.stderr
