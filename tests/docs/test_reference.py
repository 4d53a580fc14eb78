"""The pages of the reference that are read off the code say what the code says."""

from __future__ import annotations

import importlib.util
import re

import pytest
from docpages import DOCS, ROOT
from typer.testing import CliRunner

from carreport.cli import app


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    """The pages as tools/reference.py writes them now."""
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return tool.pages()


@pytest.mark.parametrize("name", ["commands.md", "ids.md"])
def test_the_page_is_as_the_code_has_it(written, name):
    """Otherwise run: python tools/reference.py."""
    assert (DOCS / "reference" / name).read_text(encoding="utf-8") == written[name]


def test_every_command_of_the_program_has_a_section(written):
    """Each is registered in cli.py by name."""
    done = CliRunner().invoke(app, ["--help"])
    names = re.findall(r"^  (\w+)  ", done.output.partition("Commands:")[2], re.MULTILINE)

    assert len(names) > 8
    assert all(f"## carreport {name}\n" in written["commands.md"] for name in names)
