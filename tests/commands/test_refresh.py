"""`carreport refresh`: a copy beside the document, a list of what is left, three exit codes."""

import json
import shutil

import pytest
from asking import ask
from linked import FIXTURES, a_build, control_of, edited, files_of, packed

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")


def refused(result):
    """What a command that could not be done says."""
    assert result.exit_code == 2, result.output
    assert "nothing was changed" in result.stderr
    return result.stderr


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A co-author's copy and two builds, in the folder one stands in."""
    monkeypatch.chdir(tmp_path)
    for cutoff in ("then", "now"):
        a_build(tmp_path / cutoff, cutoff)
    shutil.copy(FIXTURES / "libreoffice.docx", tmp_path / "paper.docx")
    return tmp_path


def test_a_copy_is_written_beside_the_document_and_says_what_is_left(folder):
    """The document itself is not touched."""
    before = (folder / "paper.docx").read_bytes()
    result = ask("refresh", "paper.docx", "--build", "now")

    assert result.exit_code == 1, result.output
    assert "of 40 linked numbers refreshed" in result.stdout
    assert "data cutoff 2019-12-31 → 2020-08-19" in result.stdout
    assert "not renewed (1):\n  Survival, paragraph 3: figure interim_survival" in result.stdout
    assert "wrote paper-2020-08-19.docx" in result.stdout
    assert (folder / "paper-2020-08-19.docx").is_file()
    assert (folder / "paper.docx").read_bytes() == before
    assert sorted(one.name for one in folder.iterdir()) == [
        "now", "paper-2020-08-19.docx", "paper.docx", "then"
    ]  # fmt: skip


def test_nothing_left_to_the_reader_ends_with_0(folder):
    """Without the figure, which the build does not have, and the row that came."""
    main = files_of(folder / "paper.docx")["word/document.xml"].decode()
    start = main.index("<w:drawing>")
    drawing = main[start : main.index("</w:drawing>") + len("</w:drawing>")]
    edited(folder / "paper.docx", folder / "short.docx", (drawing, ""))
    result = ask("refresh", "short.docx", "--build", "then", "--out", "new.docx")

    assert result.exit_code == 0, result.output
    assert (folder / "new.docx").is_file()


def test_programs_get_all_of_it(folder):
    """As one object; --quiet says nothing."""
    days = control_of(folder / "paper.docx", "488")
    edited(folder / "paper.docx", folder / "edited.docx", (days, ""))
    told = json.loads(ask("refresh", "edited.docx", "--build", "now", "--json").stdout)
    quiet = ask("refresh", "edited.docx", "--build", "now", "--quiet", "--force")

    assert (told["from"], told["to"], told["unchanged"] + told["refreshed"]) == (
        "2019-12-31", "2020-08-19", 39
    )  # fmt: skip
    assert told["file"] == "edited-2020-08-19.docx"
    assert [one["id"] for one in told["left"] if one["kind"] == "deleted"] == [
        "survival.os.followup_median"
    ]
    assert (quiet.exit_code, quiet.stdout) == (1, "")


def test_what_is_there_is_never_written_over_unless_it_is_asked_for(folder):
    """Nor is the document itself, whatever is asked for."""
    (folder / "taken.docx").write_bytes(b"mine")

    assert "is there already" in refused(
        ask("refresh", "paper.docx", "--build", "now", "--out", "taken.docx")
    )
    assert (folder / "taken.docx").read_bytes() == b"mine"
    itself = ask("refresh", "paper.docx", "--build", "now", "--out", "paper.docx", "--force")
    assert "is the document itself" in refused(itself)
    assert "in a folder that exists" in refused(
        ask("refresh", "paper.docx", "--build", "now", "--out", "no/where.docx")
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7\n", "is no Word document (pdf)"),
        (OLE, "is encrypted with a password"),
        (b"PK\x03\x04 cut short", "is damaged"),
    ],
    ids=["PDF", "encrypted", "damaged"],
)
def test_what_is_no_document_of_ours_is_refused(folder, content, words):
    """With what it is and what to do."""
    (folder / "paper.docx").write_bytes(content)

    assert words in refused(ask("refresh", "paper.docx", "--build", "now"))
    assert not (folder / "paper-2020-08-19.docx").exists()


def test_a_document_without_links_and_a_folder_that_is_no_build_are_refused(folder):
    """Each with one message."""
    files = files_of(folder / "paper.docx")
    plain = {name: blob.replace(b"carreport:", b"other:") for name, blob in files.items()}
    packed(folder / "plain.docx", plain)

    assert "has no linked numbers" in refused(ask("refresh", "plain.docx", "--build", "now"))
    assert "holds no build" in refused(ask("refresh", "paper.docx", "--build", "."))
    assert "neither is given" in refused(ask("refresh", "paper.docx"))
    both = ask("refresh", "paper.docx", "--build", "now", "--study", "now")
    assert "both are given" in refused(both)
