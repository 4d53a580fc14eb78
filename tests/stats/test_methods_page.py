"""docs/explanation/statistical-methods.md against the code and the oracles."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = " ".join(
    (ROOT / "docs" / "explanation" / "statistical-methods.md").read_text(encoding="utf-8").split()
)
CITED = re.compile(r"\d{4};\d+:(?:e?\d+)(?:-\d+)?")


@pytest.mark.parametrize("file", sorted((ROOT / "carreport" / "stats").glob("*.py")), ids=str)
def test_every_source_of_a_method_is_on_the_page(file):
    """What a docstring cites as its source, the page cites by the same volume and pages."""
    told = re.findall(
        r"Source:\n(.*?)(?:\n\s*\n|\"\"\")", file.read_text(encoding="utf-8"), re.DOTALL
    )
    cited = [one for text in told for one in CITED.findall(" ".join(text.split()))]

    assert [one for one in cited if one not in PAGE] == []


def test_every_oracle_the_page_names_exists_and_every_output_is_named():
    """The page and the folder of the oracles name the same files."""
    named = set(re.findall(r"`(\w+\.csv)`", PAGE))
    outputs = {
        path.name
        for path in (ROOT / "tests" / "oracles").glob("*.csv")
        if not path.stem.endswith("_input")
    }

    assert named == outputs - {"bundled.csv"}
