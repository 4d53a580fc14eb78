"""A report read back: what was altered is found, what was not is confirmed."""

import json
import re
import shutil

import pikepdf
import pytest
from folders import write_folder
from pdfs import falsified, with_file

from carreport.errors import BadInput
from carreport.render.reread import reading
from carreport.saved import made_from
from carreport.verify import verify

FINE = {"files inside", "numbers on the pages", "data", "package", "templates", "libraries",
        "results", "all digits"}  # fmt: skip


@pytest.fixture(scope="module")
def report(built):
    """The tiny study's report."""
    return built / "interim.pdf"


def page_of(report, text):
    """The first page, from 1, that prints a text."""
    with reading(report.read_bytes()) as pdf:
        return next(at for at, page in enumerate(pdf.pages, start=1) if text in page)


def found(verified):
    """Findings by the name of the check."""
    return {one.name: list(one.findings) for one in verified.checks if one.findings}


def test_a_report_is_confirmed_by_its_study(report, tiny):
    """Files, numbers, digits: all as they were, every number computed again."""
    verified = verify(report, tiny.path)

    assert verified.ok
    assert {one.name for one in verified.checks if one.done} == FINE
    assert list(verified.lines())[-1] == "verified"
    record = verified.record()
    assert record["ok"] is True
    assert record["report"]["document"] == "interim"
    assert record["report"]["cutoff"] == "2020-08-19"
    assert json.loads(json.dumps(record)) == record


def test_a_report_alone_is_compared_with_what_is_inside(report):
    """Without the study it says what it could not look at."""
    verified = verify(report)

    assert verified.ok
    assert [one.name for one in verified.checks if not one.done] == ["data, code and numbers"]
    assert list(verified.lines())[-1] == "verified; not looked at: data, code and numbers"


@pytest.mark.parametrize(
    ("where", "before", "after", "id_"),
    [
        ("in a sentence", "58.3%", "53.3%", "survival.os.rate@day=365"),
        ("in a cell of a table", "45.0", "46.0", "baseline.age.median@group=mrd_positive"),
        ("in a figure", "62.5%", "66.5%", "survival.os.rate@day=730,group=mrd_positive"),
    ],
)
def test_one_altered_digit_of_a_number_is_found(report, tmp_path, where, before, after, id_):
    """On the page alone: the page, what it prints, and what the results inside say."""
    del where
    page = page_of(report, before)
    altered = falsified(report, tmp_path / "altered.pdf", page, before, after)

    verified = verify(altered)

    assert not verified.ok
    findings = found(verified)["numbers on the pages"]
    assert f"page {page}: {after!r} leads to {id_}, which prints {before!r}" in findings


def test_an_altered_digit_of_no_number_is_found_with_the_study(report, tiny, tmp_path):
    """A tick label leads to no trace; the page made again has another."""
    page = page_of(report, "Months from")
    altered = falsified(report, tmp_path / "altered.pdf", page, "18", "16")

    assert verify(altered).ok
    verified = verify(altered, tiny.path)
    missed, new = found(verified)["all digits"]
    assert missed.startswith("'18' is not in the PDF as often as in its page")
    assert new.startswith(f"'16' is in the PDF (page {page}")


def test_an_altered_number_of_a_page_is_found(report, tmp_path):
    """The appendix names the page a number is on; the link leads there."""
    with reading(report.read_bytes()) as pdf:
        page, named = next((one.page, one.text) for one in pdf.links() if one.target == "u1")
    altered = tmp_path / "altered.pdf"
    falsified(report, altered, page, f"p. {named}", "p. 4")

    assert found(verify(altered))["numbers on the pages"] == [
        f"page {page}: the reference to page 4 leads to page {named}"
    ]


def test_a_number_that_is_no_longer_there_is_missed(report, tmp_path):
    """A link taken off its number leaves it untraced."""
    altered = tmp_path / "altered.pdf"
    with pikepdf.open(report) as pdf:
        notes = pdf.pages[0].Annots
        gone = next(
            at for at, one in enumerate(notes) if str(one.Dest) == "survival.os.rate@day=365"
        )
        del notes[gone]
        pdf.save(altered)

    assert found(verify(altered))["numbers on the pages"] == [
        "survival.os.rate@day=365: '58.3%' is printed 2 times, 1 of them are found"
    ]


def test_results_altered_inside_are_found(report, tiny, tmp_path):
    """By what is printed, and by computing them again; their checksum was put right."""

    def change(content):
        (row,) = re.findall(rb'\{"id": "survival.os.rate@day=365", .*', content)
        other = row.replace(b"0.5833333333333334", b"0.6833333333333333").replace(
            b"58.3%", b"68.3%"
        )
        return content.replace(row, other)

    altered = with_file(report, tmp_path / "altered.pdf", "results.json", change)

    findings = found(verify(altered, tiny.path))
    assert (
        "page 1: '58.3%' leads to survival.os.rate@day=365, which prints '68.3%'"
        in findings["numbers on the pages"]
    )
    assert (
        "survival.os.rate@day=365: 0.6833333333333333 inside, 0.5833333333333334 here"
        in findings["results"]
    )


def test_a_number_nobody_prints_is_computed_again_too(report, tiny, tmp_path):
    """And everything else that is known of it, as long as the code is the same."""

    def change(content):
        return content.replace(b'"n": 12, "population"', b'"n": 13, "population"', 1)

    altered = with_file(report, tmp_path / "altered.pdf", "results.json", change)

    assert verify(altered).ok
    (finding,) = found(verify(altered, tiny.path))["results"]
    assert finding.endswith("n 13 inside, 12 here")


def test_a_file_that_was_exchanged_is_found(report, tmp_path):
    """Its checksum is that of the file that was put in; the two files speak of one build."""
    altered = tmp_path / "altered.pdf"
    with pikepdf.open(report) as pdf:
        stream = next(one for one in pdf.Root.AF if str(one.UF) == "manifest.json").EF.F
        stream.write(stream.read_bytes().replace(b"2020-08-19", b"2020-08-20"))
        pdf.save(altered)

    assert found(verify(altered))["files inside"] == [
        "manifest.json is not the file that was put in: its checksum differs",
        "results.json and manifest.json inside state another cutoff",
    ]


def test_changed_data_are_named(report, tmp_path):
    """Which file, which numbers; digits that lead nowhere cannot be compared then."""
    folder = write_folder(tmp_path / "study")
    events = folder.path / "events.csv"
    lines = events.read_text(encoding="utf-8").splitlines()
    lines = [line.replace("P03,death", "P03,last_contact") for line in lines]
    events.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder.path / "claims.csv").write_text("", encoding="utf-8")
    (folder.path / "adverse_events.csv").unlink()

    verified = verify(report, folder.path)

    findings = found(verified)
    assert findings["data"] == [
        "events.csv differs", "adverse_events.csv is not here", "claims.csv is new here",
    ]  # fmt: skip
    assert "survival.os.events: 6 inside, 5 here" in findings["results"]
    assert [one.name for one in verified.checks if not one.done] == ["all digits"]


def test_changed_code_and_templates_are_named(report, tiny, monkeypatch):
    """Numbers are then compared by their values alone."""
    package, templates = made_from.package_digests(), made_from.template_digests()
    monkeypatch.setattr(
        "carreport.verify.again.package_digests", lambda: {**package, "units.py": "0"}
    )
    monkeypatch.setattr(
        "carreport.verify.again.template_digests",
        lambda: {name: one for name, one in templates.items() if name != "literals.csv"},
    )
    monkeypatch.setattr("carreport.verify.again.pango_version", lambda: "0.1")

    verified = verify(report, tiny.path)

    findings = found(verified)
    assert findings["package"] == ["units.py differs"]
    assert findings["templates"] == ["literals.csv is not here"]
    assert len(findings["libraries"]) == 1
    assert findings["libraries"][0].startswith("pango 0.1 here, ")
    assert set(findings) == {"package", "templates", "libraries"}


def without(report, target, *names):
    """The report without some of the files inside."""
    with pikepdf.open(report) as pdf:
        for name in names:
            del pdf.attachments[name]
        pdf.save(target)
    return target


def as_(report, target, name, content):
    """The report with another file inside."""
    return with_file(report, target, name, lambda _: content)


def locked(report, target):
    """The report, to be opened with a password."""
    with pikepdf.open(report) as pdf:
        pdf.save(target, encryption=pikepdf.Encryption(owner="a", user="b"))
    return target


def written(target, content):
    """Any file."""
    target.write_bytes(content)
    return target


UNUSABLE = {
    "no such file": (lambda _, target: target, "cannot be read as a PDF (No such file"),
    "a folder": (lambda _, target: target.parent, "cannot be read as a PDF (Is a directory"),
    "an empty file": (lambda _, target: written(target, b""), "cannot be read as a PDF"),
    "no PDF": (lambda _, target: written(target, b"<html>"), "cannot be read as a PDF"),
    "half a PDF": (
        lambda report, target: written(target, report.read_bytes()[:9000]), "cannot be read as a PDF"),
    "a locked PDF": (locked, "password"),
    "nothing inside": (
        lambda report, target: without(report, target, "results.json", "manifest.json"),
        "there is no results.json and no manifest.json inside"),
    "no manifest inside": (
        lambda report, target: without(report, target, "manifest.json"),
        "there is no manifest.json inside"),
    "broken JSON": (
        lambda report, target: as_(report, target, "results.json", b'{"results": ['),
        "results.json inside cannot be read"),
    "no text": (
        lambda report, target: as_(report, target, "manifest.json", b"\xff\xfe"),
        "manifest.json inside cannot be read"),
    "other JSON": (
        lambda report, target: as_(report, target, "manifest.json", b"[1]"),
        "manifest.json inside is not as a build writes it"),
    "JSON of another program": (
        lambda report, target: as_(report, target, "results.json", b'{"results": [1]}'),
        "what is inside is not as a build writes it"),
    "a manifest that lacks what it must state": (
        lambda report, target: as_(report, target, "manifest.json", b'{"study": "A study"}'),
        "what is inside is not as a build writes it"),
}  # fmt: skip


@pytest.mark.parametrize("what", UNUSABLE)
def test_what_is_no_report_of_ours_is_refused(report, tmp_path, what):
    """One message that says what it is."""
    made, words = UNUSABLE[what]
    file = made(report, tmp_path / "other.pdf")

    with pytest.raises(BadInput) as caught:
        verify(file)

    assert words in str(caught.value)


def nameless(content):
    """A manifest that does not say which document it is in."""
    manifest = json.loads(content)
    manifest.pop("document", None)
    return json.dumps(manifest).encode()


def test_of_several_documents_it_must_be_known_which_one_it_is(report, tmp_path):
    """A number may be printed in one of them otherwise than in another."""
    first = with_file(report, tmp_path / "first.pdf", "manifest.json", nameless)
    assert verify(first).ok

    other = with_file(
        first, tmp_path / "other.pdf", "results.json",
        lambda content: content.replace(b'"document": "interim"', b'"document": "report"', 1),
    )  # fmt: skip
    with pytest.raises(BadInput, match="does not say which document it is"):
        verify(other)


def test_another_study_is_refused(report, tiny, tmp_path):
    """It could confirm nothing."""
    other = tmp_path / "other"
    shutil.copytree(tiny.path, other)
    settings = other / "study.toml"
    text = settings.read_text(encoding="utf-8").replace('"A study"', '"Another study"')
    settings.write_text(text, encoding="utf-8")

    with pytest.raises(BadInput, match="holds 'Another study', the report is of 'A study'"):
        verify(report, other)


def test_many_findings_are_told_in_part(report, tmp_path):
    """All of them are there for programs."""
    altered = with_file(
        report, tmp_path / "altered.pdf", "results.json",
        lambda content: re.sub(rb'"printed": "(\d)', rb'"printed": "9\1', content),
    )  # fmt: skip
    verified = verify(altered)

    (check,) = [one for one in verified.checks if one.findings]
    lines = list(verified.lines())
    assert len(check.findings) > 20
    assert f"  and {len(check.findings) - 20} more" in lines
    assert lines[-1].startswith("not verified")
    assert len(verified.record()["checks"][1]["findings"]) == len(check.findings)
