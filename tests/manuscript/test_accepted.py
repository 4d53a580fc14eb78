"""A list of numbers accepted as unmatched: what it takes, what it cannot take, what is wrong with it."""

import pytest

from carreport.errors import BadInput
from carreport.manuscript.accepted import accepted_of

TEXT = "Cells were expanded for 17 days in 3.7 mL.\n\nOthers report 17 days in 44.4% of mice.\n"
LISTED = """\
[[accepted]]
text = "17"
context = "expanded for 17 days"
reason = "the protocol, section 4"

[[accepted]]
text = "99.9%"
context = "purity"
reason = "certificate of analysis"
"""


@pytest.fixture
def listed(tmp_path):
    """A list with this text."""

    def write(text, name="list.toml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def problems(error):
    return [(one.file, one.row, one.column) for one in error.value.problems]


def test_an_accepted_number_is_no_finding_and_keeps_its_reason(audited, listed):
    """In its own paragraph; the same number elsewhere stays one."""
    audit = audited(TEXT, accepted=listed(LISTED))
    first, second = (one for one in audit.findings if one.text == "17")

    assert (first.word, first.accepted, first.found) == (
        "unmatched", "the protocol, section 4", False,
    )  # fmt: skip
    assert second.found
    assert "(1 accepted)" in audit.coverage


def test_an_entry_that_no_number_answers_to_is_told(audited, listed):
    """A list grows stale as well."""
    audit = audited(TEXT, accepted=listed(LISTED))

    assert audit.unused == ("'99.9%' in 'purity' (list.toml, 2)",)
    assert any("accepted, but not found" in line for line in audit.lines())


def test_a_csv_file_is_as_good(audited, listed):
    """With a line for each number."""
    file = listed("text,context,reason\n17,expanded for 17 days,the protocol\n", "list.csv")
    audit = audited(TEXT, accepted=file)

    assert audit.accepted == 1


def test_a_stale_number_is_never_accepted(audited, listed):
    """Whatever the list says."""
    file = listed('[[accepted]]\ntext = "0.098"\ncontext = "log-rank"\nreason = "we like it"\n')
    audit = audited(
        "The log-rank test of overall survival gave p = 0.098 between the groups.", accepted=file
    )
    (stale,) = [one for one in audit.findings if one.text == "0.098"]

    assert (stale.word, stale.accepted, audit.found) == ("stale", "", True)
    assert len(audit.unused) == 1


def test_the_list_of_the_study_folder_counts_by_itself(folder):
    """Where none is named."""
    (folder.path / "accepted.toml").write_text(LISTED, encoding="utf-8")

    assert [one.text for one in accepted_of(None, folder.path)] == ["17", "99.9%"]
    (folder.path / "accepted.csv").write_text("text,context,reason\n", encoding="utf-8")
    with pytest.raises(BadInput, match="keep one of them"):
        accepted_of(None, folder.path)


@pytest.mark.parametrize(
    ("text", "name", "wanted"),
    [
        ('[[accepted]]\ntext = "17"\n', "a.toml", [("a.toml", 1, "context"), ("a.toml", 1, "reason")]),
        ('[[accepted]]\ntext = "1"\ncontext = "a"\nreason = "b"\nwhy = "c"\n', "a.toml",
         [("a.toml", 1, "why")]),
        ("accepted = 3\n", "a.toml", [("a.toml", 0, "accepted")]),
        ("[[accepted\n", "a.toml", [("a.toml", 0, "")]),
        ("text,reason\n17,b\n", "a.csv", [("a.csv", 1, "context")]),
        ("text,context,reason\n17,,b\n,a,b\n", "a.csv", [("a.csv", 2, "context"), ("a.csv", 3, "text")]),
    ],
)  # fmt: skip
def test_a_list_with_mistakes_is_refused_with_all_of_them(audited, listed, text, name, wanted):
    """Each with its file, its entry and its field."""
    with pytest.raises(BadInput) as error:
        audited(TEXT, accepted=listed(text, name))

    assert problems(error) == wanted


def test_a_list_that_is_not_there_is_one_message(audited, tmp_path):
    """And nothing is written."""
    with pytest.raises(BadInput, match="cannot be read"):
        audited(TEXT, accepted=tmp_path / "none.toml")

    assert not (tmp_path / "audit").exists()
