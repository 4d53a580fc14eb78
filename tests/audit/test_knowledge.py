"""audit.toml: what is read, and everything that can be wrong with it, at once."""

import pytest

from carreport.audit.knowledge import Knowledge, read_knowledge
from tests.audit.stated import problems

POPULATION = '[[population]]\nid = "all"\nlabel = "patients"\n'


def test_study_without_the_file_knows_nothing(tmp_path):
    """No file, no knowledge."""
    assert read_knowledge(tmp_path) == Knowledge()


def test_file_is_read(tmp_path):
    """Populations in their order."""
    assert not problems(tmp_path, POPULATION)
    assert [one.id for one in read_knowledge(tmp_path).population] == ["all"]


WRONG = {
    "misspelt key": (f"{POPULATION}lable = 'x'\n", "is not a known key; correct its spelling"),
    "missing key": ('[[population]]\nid = "all"\n', "is missing; add it"),
    "no name": ('[[population]]\nid = "A b"\nlabel = ""\n', "'A b' cannot be a name; use"),
    "unknown population": (
        f'{POPULATION}[[partition]]\nof = "all"\nparts = ["all", "other"]\n',
        "'other' is named and not declared; declare it as a [[population]]",
    ),
    "unknown predicate": (
        f'{POPULATION}[[predicate]]\nid = "a"\nlabel = "a"\nexcludes = ["b"]\n',
        "'b' is named and not declared; declare it as a [[predicate]]",
    ),
    "unknown origin": (
        '[[origin]]\nid = "a"\nlabel = "a"\nafter = "b"\n',
        "'b' is named and not declared; declare it as a [[origin]]",
    ),
    "twice": (POPULATION + POPULATION, "'all' is declared twice; keep one"),
    "circle": (
        (
            '[[origin]]\nid = "a"\nlabel = "a"\nafter = "b"\n'
            '[[origin]]\nid = "b"\nlabel = "b"\nafter = "a"\n'
        ),
        "comes after itself; break the circle",
    ),
    "defined within nobody": (
        f'{POPULATION}where = ["a"]\n[[predicate]]\nid = "a"\nlabel = "a"\n',
        "all is defined by what holds of its patients, but within nobody",
    ),
    "reading of an unknown column": (
        '[[reading]]\ntext = "x"\nfills = true\nchange = [{where = {page = "1"}, to = {about = "a"}}]\n',
        "page cannot be named here; use one of claim_id, location",
    ),
    "not TOML": ("[[population\n", "is not TOML"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said(case, tmp_path):
    """What stands there and what to do."""
    text, said = WRONG[case]
    found = problems(tmp_path, text)

    assert any(said in one for one in found)
    assert all(one.startswith("audit.toml") for one in found)


def test_line_is_told(tmp_path):
    """That of the table, as an editor counts."""
    (problem,) = problems(tmp_path, f"# knowledge\n\n{POPULATION}lable = 'x'\n")

    assert problem.startswith("audit.toml, line 3, column 'population.1.lable'")


def test_everything_is_said_at_once(tmp_path):
    """Two tables, two problems."""
    text = '[[population]]\nid = "all"\n[[predicate]]\nid = "a"\n'

    assert len(problems(tmp_path, text)) == 2


def test_file_that_is_no_text_is_refused(tmp_path):
    """One message."""
    (tmp_path / "audit.toml").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(Exception, match="save it as UTF-8 text"):
        read_knowledge(tmp_path)
